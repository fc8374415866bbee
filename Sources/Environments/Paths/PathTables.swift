/// A profile of a game compiled for simulation: what is played at every state and where it leads, in
/// flat tables that any number of threads may read.
///
/// A *cell* is a state with one of the joint actions that the profile plays there; a path is the
/// sequence of its cells. Every draw is by inversion of a distribution function over ascending
/// outcomes, so that nearby uniforms give nearby outcomes: what common random numbers, antithetic
/// draws and quasi-Monte Carlo need. A bucketed guide (Chen and Asau 1974) makes inversion take one or
/// two comparisons whatever the number of outcomes.
///
/// Terminal states pay nothing and lead to themselves, so a path that has ended simply stays.
/// Nothing is written after `init`.
public final class PathTables: @unchecked Sendable {
  /// The number of players.
  public let playerCount: Int
  /// The number of states.
  public let stateCount: Int
  /// Cells of all layers.
  public let cellCount: Int
  /// `[cell]`: the row of the game that is played.
  public let rows: [Int]
  /// `[cell]`: the state it is played at.
  public let states: [Int]
  /// `[cell]`: the chance that the profile plays it at its state.
  public let weights: [Double]
  /// The players that draw: those who mix at some state, ascending.
  public let mixing: [Int]
  /// Whether nature draws at all.
  public let isCertain: Bool
  /// Whether every period is played alike.
  public var isStationary: Bool { layers == nil }
  /// The law of the first state.
  public let initial: [Double]

  @usableFromInline let firstCells: UnsafeMutablePointer<Int32>
  /// Of each period; nil where there is one layer.
  @usableFromInline let layers: UnsafeMutablePointer<Int32>?
  /// Periods that `layers` covers; after them the last layer is played.
  @usableFromInline let layeredPeriods: Int
  @usableFromInline let choices: [InversionTable]
  /// `[mixing player][layer × state]`: what one step of the player's choice adds to the cell.
  @usableFromInline let strides: UnsafeMutablePointer<Int32>
  @usableFromInline let layeredStates: Int
  /// `[mixing player][layer × state]`: from which uniform on the second action is taken, 2 where there
  /// is one; nil if somebody mixes over more than two actions somewhere.
  let thresholds: UnsafeMutablePointer<Double>?
  @usableFromInline let moves: InversionTable
  /// `[cell]`: its row's entry in `moves`.
  @usableFromInline let moveIndices: UnsafeMutablePointer<Int32>

  /// Compiles profiles.
  ///
  /// - Parameters:
  ///   - profiles: the distinct profiles played, at least one.
  ///   - schedule: which of them is played in each period; empty for the first one always. After its
  ///     end the last entry goes on.
  ///   - initial: the law of the first state; nil for the game's own.
  /// - Complexity: one pass over the rows played.
  /// - Throws: `GameError` if a profile or the law does not fit the game.
  public init(
    _ game: StochasticGame, _ profiles: [Profile], schedule: [Int] = [], initial: [Double]? = nil
  ) throws {
    precondition(!profiles.isEmpty && schedule.allSatisfy(profiles.indices.contains))
    for profile in profiles { try game.validate(profile) }
    let start = initial ?? game.initial
    guard start.count == game.stateCount, start.allSatisfy({ $0.isFinite && $0 >= 0 }),
      abs(start.reduce(0, +) - 1) <= 1e-9
    else {
      throw GameError("start", "needs \(game.stateCount) nonnegative probabilities summing to 1")
    }
    self.initial = start
    let (players, states) = (game.playerCount, game.stateCount)
    playerCount = players
    stateCount = states
    layeredStates = profiles.count * states
    mixing = (0..<players).filter { player in
      profiles.contains { profile in
        (0..<states).contains { state in
          profile[player].law(at: state).count(where: { $0 > 0 }) > 1
        }
      }
    }

    var (cellRows, cellStates, cellWeights): ([Int], [Int], [Double]) = ([], [], [])
    firstCells = .allocate(capacity: layeredStates)
    strides = .allocate(capacity: max(1, mixing.count * layeredStates))
    var laws = [[(outcomes: [Int32], probabilities: [Double])]](
      repeating: [], count: mixing.count)
    for (layer, profile) in profiles.enumerated() {
      for state in 0..<states {
        let place = layer * states + state
        firstCells[place] = Int32(cellRows.count)
        let supports = (0..<players).map { player in
          profile[player].law(at: state).enumerated().filter { $0.element > 0 }
        }
        var stride = 1
        for player in (0..<players).reversed() {
          if let slot = mixing.firstIndex(of: player) {
            strides[slot * layeredStates + place] = Int32(stride)
          }
          stride *= supports[player].count
        }
        guard cellRows.count + stride < Int(Int32.max) else {
          throw GameError("profile", "plays more joint actions than can be simulated")
        }
        for (slot, player) in mixing.enumerated() {
          laws[slot].append(
            (
              supports[player].indices.map(Int32.init), supports[player].map(\.element)
            ))
        }
        for number in 0..<stride {
          var (rest, weight) = (number, 1.0)
          var actions = [Int](repeating: 0, count: players)
          for player in (0..<players).reversed() {
            let choice = supports[player][rest % supports[player].count]
            rest /= supports[player].count
            actions[player] = choice.offset
            weight *= choice.element
          }
          cellRows.append(game.row(state, actions))
          cellStates.append(state)
          cellWeights.append(weight)
        }
      }
    }
    rows = cellRows
    self.states = cellStates
    weights = cellWeights
    cellCount = cellRows.count
    choices = laws.map { InversionTable($0) }
    if laws.allSatisfy({ $0.allSatisfy { $0.probabilities.count <= 2 } }) {
      let memory = UnsafeMutablePointer<Double>.allocate(
        capacity: max(1, laws.count * layeredStates))
      for (slot, own) in laws.enumerated() {
        for (place, law) in own.enumerated() {
          memory[slot * layeredStates + place] =
            law.probabilities.count == 2 ? law.probabilities[0] : 2
        }
      }
      thresholds = memory
    } else {
      thresholds = nil
    }

    // Rows that several cells play are laid out once.
    var index = [Int32](repeating: -1, count: game.rowCount)
    var rowLaws: [(outcomes: [Int32], probabilities: [Double])] = []
    moveIndices = .allocate(capacity: cellRows.count)
    for (cell, row) in cellRows.enumerated() {
      if index[row] < 0 {
        index[row] = Int32(rowLaws.count)
        let range = game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
        rowLaws.append((Array(game.nextStates[range]), Array(game.probabilities[range])))
      }
      moveIndices[cell] = index[row]
    }
    isCertain = rowLaws.allSatisfy { $0.outcomes.count == 1 }
    moves = InversionTable(rowLaws)
    layeredPeriods = schedule.count
    if profiles.count > 1, !schedule.isEmpty {
      let memory = UnsafeMutablePointer<Int32>.allocate(capacity: schedule.count)
      for (period, layer) in schedule.enumerated() { memory[period] = Int32(layer) }
      layers = memory
    } else {
      layers = nil
    }
  }

  deinit {
    firstCells.deallocate()
    strides.deallocate()
    moveIndices.deallocate()
    thresholds?.deallocate()
    layers?.deallocate()
  }

  /// Uniforms that one period takes: one a mixing player, then nature's.
  public var drawsPerPeriod: Int { mixing.count + (isCertain ? 0 : 1) }

  /// Distinct profiles.
  public var layerCount: Int { layeredStates / stateCount }

  /// The layer of a cell: which of the profiles plays it.
  public func layer(ofCell cell: Int) -> Int {
    var (low, high) = (0, layerCount - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if Int(firstCells[middle * stateCount]) <= cell { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The first cell of a state in the layer of the first period.
  public func firstCell(_ state: Int) -> Int { Int(firstCells[base(0) + state]) }

  /// The first state for a uniform draw, by inversion.
  public func firstState(_ u: Double) -> Int {
    var (sum, last) = (0.0, 0)
    for state in initial.indices where initial[state] > 0 {
      sum += initial[state]
      last = state
      if u < sum { break }
    }
    return last
  }

  /// Where the law of a layer's state begins among its tables, for period t.
  @inlinable @inline(__always)
  func base(_ period: Int) -> Int {
    guard let layers else { return 0 }
    return Int(layers[min(period, layeredPeriods &- 1)]) &* stateCount
  }
}

/// Finite distributions drawn from by inversion: outcome ⌊F⁻¹(u)⌋ of distribution i.
///
/// Outcomes keep their order, so the draw is monotone in u. One guide entry per 1/2ᵇ of the unit
/// interval says where the scan of partial sums begins.
public final class InversionTable: @unchecked Sendable {
  @usableFromInline let offsets: UnsafeMutablePointer<Int32>
  @usableFromInline let outcomes: UnsafeMutablePointer<Int32>
  /// Partial sums; the last of each distribution is 2, so that a scan always ends inside it.
  @usableFromInline let cumulative: UnsafeMutablePointer<Double>
  @usableFromInline let guide: UnsafeMutablePointer<UInt8>
  @usableFromInline let bits: Int
  @usableFromInline let buckets: Double

  /// Lays distributions out; outcomes of probability 0 are left out.
  init(_ laws: [(outcomes: [Int32], probabilities: [Double])]) {
    let total = laws.reduce(0) { $0 + $1.outcomes.count }
    let longest = laws.map(\.outcomes.count).max() ?? 1
    // Some eight buckets an outcome, less where there are very many distributions.
    var bits = longest <= 1 ? 0 : 6
    while bits > 2, laws.count << bits > 1 << 24 { bits -= 1 }
    self.bits = bits
    buckets = Double(1 << bits)
    offsets = .allocate(capacity: laws.count + 1)
    outcomes = .allocate(capacity: max(total, 1))
    cumulative = .allocate(capacity: max(total, 1))
    guide = .allocate(capacity: max(laws.count << bits, 1))
    var at = 0
    for (index, law) in laws.enumerated() {
      offsets[index] = Int32(at)
      let first = at
      var sum = 0.0
      for (outcome, probability) in zip(law.outcomes, law.probabilities) where probability > 0 {
        sum += probability
        outcomes[at] = outcome
        cumulative[at] = sum
        at += 1
      }
      cumulative[at - 1] = 2
      var entry = first
      for bucket in 0..<(1 << bits) {
        while Double(bucket) / buckets >= cumulative[entry] { entry += 1 }
        guide[index << bits | bucket] = UInt8(min(entry - first, 255))
      }
    }
    offsets[laws.count] = Int32(at)
  }

  deinit {
    offsets.deallocate()
    outcomes.deallocate()
    cumulative.deallocate()
    guide.deallocate()
  }

  /// The table's addresses, for a loop to keep at hand.
  var lookup: Lookup {
    Lookup(
      offsets: offsets, outcomes: outcomes, cumulative: cumulative, guide: guide, bits: bits,
      buckets: buckets)
  }

  /// Draws from a table that somebody else keeps alive.
  struct Lookup {
    let offsets: UnsafeMutablePointer<Int32>
    let outcomes: UnsafeMutablePointer<Int32>
    let cumulative: UnsafeMutablePointer<Double>
    let guide: UnsafeMutablePointer<UInt8>
    let bits: Int
    let buckets: Double

    /// The outcome of distribution `index` for u ∈ [0, 1).
    @inline(__always)
    func draw(_ index: Int, _ u: Double) -> Int {
      let bucket = Int(u * buckets)
      var entry = Int(offsets[index]) &+ Int(guide[index &<< bits | bucket])
      while u >= cumulative[entry] { entry &+= 1 }
      return Int(outcomes[entry])
    }
  }
}
