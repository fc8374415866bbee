/// Bisection for a sign change of f from − to +, by signs that may be wrong.
///
/// Plain bisection never recovers from a wrong sign: the equilibrium is then outside every later
/// bracket. Here the bracket can be left again. An end that has stood while the other moved
/// `recheckAfter` times is looked at once more, since that is what a wrong sign looks like from
/// inside; so are both ends of a bracket that has become as narrow as the tolerance. If its sign is now
/// the other one, the search goes back out beyond it by steps that double. An answer, once |f̂| is within the tolerance, can be enclosed by probes on both sides, further out
/// until the signs on both sides are the right ones: [low, high] is then an interval for the
/// crossing.
///
/// The bounds of the search are not looked at first: f ≤ 0 at the lower and f ≥ 0 at the upper one hold
/// for every continuous answer of the population on the whole range of m, and a bound can be a
/// degenerate equilibrium. On a narrower range they may not hold, so a search that comes to stand
/// against a bound looks at it in the end.
struct BracketSearch: Codable, Sendable, Equatable {
  /// What the search does.
  struct Settings: Codable, Sendable, Equatable {
    /// δ: |f̂| within it ends the search, and so does a bracket as narrow.
    var tolerance: Double
    /// Moves of one end alone after which the other is looked at again; 0 for never.
    var recheckAfter = 4
    /// Whether an answer is enclosed.
    var probes = true
    /// How often the search may find an end to have been wrong.
    var recoveries = 6
  }

  enum Phase: Codable, Sendable, Equatable {
    case bisection
    case recheck(low: Bool)
    case expansion(low: Bool, width: Double)
    /// Enclosing `centre`; the next probes are at these distances, nil on a side that is done.
    case probe(centre: Double, below: Double?, above: Double?)
    case done(MeanFieldLearningStatus)
  }

  let settings: Settings
  let bounds: ClosedRange<Double>
  /// The ends: f < 0 was found at low and f > 0 at high, or they are the bounds.
  private(set) var low: Double
  private(set) var high: Double
  private(set) var phase = Phase.bisection
  /// Moves of the other end since this one moved or was confirmed.
  private var lowStands = 0
  private var highStands = 0
  /// How often an end was found to be wrong.
  private(set) var recoveries = 0
  /// The answer found within the tolerance, and what to say of it.
  private(set) var answer: Double?
  private var verdict = MeanFieldLearningStatus.converged

  init(_ settings: Settings, bounds: ClosedRange<Double>) {
    self.settings = settings
    self.bounds = bounds
    low = bounds.lowerBound
    high = bounds.upperBound
  }

  var isDone: Bool {
    if case .done = phase { return true }
    return false
  }

  /// What the search now takes for the crossing.
  var estimate: Double { answer ?? 0.5 * (low + high) }

  /// Where to look next and why; nil once done.
  var next: (m: Double, purpose: OuterStep.Purpose)? {
    switch phase {
    case .bisection: (0.5 * (low + high), .bisection)
    case .recheck(let isLow): (isLow ? low : high, .recheck)
    case .expansion(let isLow, _): (isLow ? low : high, .expansion)
    // A bound is looked at exactly, whatever the rounding of centre and distance.
    case .probe(let centre, let below?, _):
      (below >= centre - bounds.lowerBound ? bounds.lowerBound : centre - below, .probe)
    case .probe(let centre, nil, let above?):
      (above >= bounds.upperBound - centre ? bounds.upperBound : centre + above, .probe)
    case .probe(_, nil, nil), .done: nil
    }
  }

  /// What a look at `next` found.
  struct Finding {
    var sign: ResidualSign
    /// The half width of the confidence interval of f̂.
    var halfWidth: Double
    /// What an undecided sign means: a jump, or that sampling does not tell.
    var undecided: MeanFieldLearningStatus
  }

  /// Goes on with what was found at `next`.
  mutating func take(_ finding: Finding) {
    guard let (m, _) = next else { return }
    switch phase {
    case .bisection:
      switch finding.sign {
      case .below: (low, lowStands, highStands) = (m, 0, highStands + 1)
      case .above: (high, lowStands, highStands) = (m, lowStands + 1, 0)
      case .within, .undecided: return found(m, finding)
      }
      afterMove()
    case .recheck(let isLow):
      switch finding.sign {
      case isLow ? .below : .above:
        if isLow { lowStands = Int.min / 2 } else { highStands = Int.min / 2 }
        phase = .bisection
        afterMove()
      case .within, .undecided: found(m, finding)
      default: moveOut(beyondLow: isLow, width: high - low)
      }
    case .expansion(let isLow, let width):
      switch finding.sign {
      case isLow ? .below : .above: phase = .bisection
      case .within, .undecided: found(m, finding)
      default: moveOut(beyondLow: isLow, width: width)
      }
    case .probe(let centre, let below, let above): probed(centre, below, above, m, finding.sign)
    case .done: break
    }
  }

  /// Ends a search that has taken too long.
  mutating func stop(_ status: MeanFieldLearningStatus) { phase = .done(status) }

  private mutating func afterMove() {
    if settings.recheckAfter > 0 {
      if lowStands >= settings.recheckAfter, low > bounds.lowerBound {
        phase = .recheck(low: true)
        return
      }
      if highStands >= settings.recheckAfter, high < bounds.upperBound {
        phase = .recheck(low: false)
        return
      }
    }
    let middle = 0.5 * (low + high)
    guard high - low <= settings.tolerance || middle <= low || middle >= high else { return }
    // Nothing comes after this: both ends must have stood a second look.
    if settings.recheckAfter > 0, lowStands >= 0, low > bounds.lowerBound {
      phase = .recheck(low: true)
    } else if settings.recheckAfter > 0, highStands >= 0, high < bounds.upperBound {
      phase = .recheck(low: false)
    } else {
      found(middle, Finding(sign: .undecided, halfWidth: 0, undecided: .jump))
    }
  }

  /// The end at `low` (or `high`) has the other sign: it becomes the other end.
  private mutating func moveOut(beyondLow: Bool, width: Double) {
    recoveries += 1
    guard recoveries <= settings.recoveries else {
      return found(
        0.5 * (low + high), Finding(sign: .undecided, halfWidth: 0, undecided: .bracketLost))
    }
    (lowStands, highStands) = (0, 0)
    let step = 2 * width
    if beyondLow {
      high = low
      low = max(bounds.lowerBound, low - step)
      phase = low > bounds.lowerBound ? .expansion(low: true, width: step) : .bisection
    } else {
      low = high
      high = min(bounds.upperBound, high + step)
      phase = high < bounds.upperBound ? .expansion(low: false, width: step) : .bisection
    }
  }

  private mutating func found(_ m: Double, _ finding: Finding) {
    answer = m
    verdict = finding.sign == .within ? .converged : finding.undecided
    // A look at an end leaves nothing on its other side.
    if m <= low { low = bounds.lowerBound }
    if m >= high { high = bounds.upperBound }
    guard settings.probes else {
      // Of the two sides of a jump, one that is a bound was never looked at.
      if verdict == .jump {
        encloses(
          m, below: low == bounds.lowerBound ? m - low : nil,
          above: high == bounds.upperBound ? high - m : nil)
      } else {
        phase = .done(verdict)
      }
      return
    }
    let distance = 2 * max(settings.tolerance, finding.halfWidth)
    // The ends of a bracket around a jump are too close to it to be relied on.
    if verdict == .jump || verdict == .bracketLost {
      (low, high) = (bounds.lowerBound, bounds.upperBound)
    }
    encloses(m, below: distance, above: distance)
  }

  private mutating func probed(
    _ centre: Double, _ below: Double?, _ above: Double?, _ m: Double, _ sign: ResidualSign
  ) {
    let isLow = below != nil
    guard let distance = below ?? above else { return }
    if sign == (isLow ? .below : .above) {
      if isLow { low = m } else { high = m }
      encloses(centre, below: nil, above: isLow ? above : nil)
    } else if m == bounds.lowerBound || m == bounds.upperBound {
      looked(atBound: m, sign, centre, above: isLow ? above : nil)
    } else {
      encloses(centre, below: isLow ? 2 * distance : nil, above: isLow ? above : 2 * distance)
    }
  }

  /// A bound does not have the sign that it should: nothing says that f passes 0 within the bounds.
  private mutating func looked(
    atBound m: Double, _ sign: ResidualSign, _ centre: Double, above: Double?
  ) {
    guard verdict == .jump, sign != .undecided else { return close(centre, above: above) }
    answer = m
    phase = .done(sign == .within ? .converged : .atBound)
  }

  /// Probes on until both sides are done. A probe at or beyond an end that is already known is not
  /// needed; what rests on contradictions alone rests on no bound that was not looked at.
  private mutating func encloses(_ centre: Double, below: Double?, above: Double?) {
    let below = below.flatMap { distance -> Double? in
      if centre - distance > low { return distance }
      return mustLook(at: low, bounds.lowerBound) ? centre - low : nil
    }
    let above = above.flatMap { distance -> Double? in
      if centre + distance < high { return distance }
      return mustLook(at: high, bounds.upperBound) ? high - centre : nil
    }
    if below == nil, above == nil {
      close(centre, above: nil)
    } else {
      phase = .probe(centre: centre, below: below, above: above)
    }
  }

  private func mustLook(at end: Double, _ bound: Double) -> Bool {
    (verdict == .jump || verdict == .bracketLost) && end == bound
  }

  private mutating func close(_ centre: Double, above: Double?) {
    if let above { return encloses(centre, below: nil, above: above) }
    // Signs that contradict each other only close to one point are what a jump makes of learning.
    let isClose = high - low <= 0.05 * (bounds.upperBound - bounds.lowerBound)
    phase = .done(verdict == .bracketLost && isClose ? .jump : verdict)
  }
}
