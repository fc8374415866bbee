/// What one path is boiled down to: the columns of its vector of statistics, all of them linear, so
/// that means over pairs, batches and replicates of paths are vectors of the same kind.
struct PathColumns: Sendable {
  /// What is kept of an event on each path.
  enum EventPart: Int, CaseIterable, Sendable {
    /// Whether it was reached.
    case hit
    /// min(first passage, length of the path), in periods after the first.
    case waiting
    /// First passage where it was reached, otherwise 0.
    case passage
    /// Share of the dates inside.
    case share
    /// Spells that began after the first date and ended before the last.
    case spells
    /// Dates in those spells.
    case spellDates
  }

  /// Quantities followed; the players' payoffs come first.
  let quantityCount: Int
  let players: Int
  let eventCount: Int
  let controlCount: Int

  /// Σ δᵗ q over the path.
  func discounted(_ quantity: Int) -> Int { quantity }
  /// Mean of q over the path's dates.
  func mean(_ quantity: Int) -> Int { quantityCount + quantity }
  /// Σ over players of discounted payoffs.
  var welfare: Int { 2 * quantityCount }
  func event(_ event: Int, _ part: EventPart) -> Int {
    welfare + 1 + event * EventPart.allCases.count + part.rawValue
  }
  /// A martingale of mean zero per player.
  func control(_ player: Int) -> Int {
    welfare + 1 + eventCount * EventPart.allCases.count + player
  }
  var count: Int { control(0) + controlCount }
  /// Columns that are means of interest rather than controls.
  var statistics: Range<Int> { 0..<control(0) }

  /// Products that intervals need: of ratios, and of every statistic with every control.
  var pairs: [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for event in 0..<eventCount {
      pairs.append((self.event(event, .hit), self.event(event, .passage)))
      pairs.append((self.event(event, .spells), self.event(event, .spellDates)))
    }
    for control in 0..<controlCount {
      for statistic in statistics { pairs.append((statistic, self.control(control))) }
      for other in 0..<control { pairs.append((self.control(other), self.control(control))) }
    }
    return pairs
  }
}

/// The columns of long-run statistics, means over dates after the burn-in.
struct LongRunColumns: Sendable {
  let quantityCount: Int
  let eventCount: Int
  /// Quantities whose autocorrelations, or variances, are wanted.
  let correlated: [Int]
  let lags: Int
  /// States that have a column each: the share of dates, or of agents and dates, spent there. None
  /// where visits are counted instead.
  var stateCount = 0
  /// Who spends them there.
  var agents = 1

  func mean(_ quantity: Int) -> Int { quantity }
  func share(_ event: Int) -> Int { quantityCount + event }
  /// The columns of levels and shares.
  var means: Range<Int> { 0..<quantityCount + eventCount }
  /// Mean of xₜ xₜ₊ₖ; lag 0 is the mean square.
  func product(_ index: Int, lag: Int) -> Int {
    quantityCount + eventCount + index * (lags + 1) + lag
  }
  func state(_ state: Int) -> Int { product(correlated.count, lag: 0) + state }
  var count: Int { state(stateCount) }

  /// What the delta method of a variance or an autocorrelation needs.
  var pairs: [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    for (index, quantity) in correlated.enumerated() {
      let square = product(index, lag: 0)
      pairs.append((mean(quantity), square))
      for lag in stride(from: 1, through: lags, by: 1) {
        pairs.append((mean(quantity), product(index, lag: lag)))
        pairs.append((square, product(index, lag: lag)))
      }
    }
    return pairs
  }
}
