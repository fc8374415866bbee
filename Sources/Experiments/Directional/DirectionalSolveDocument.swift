internal import Configuration
internal import Environments
public import Equilibria

/// What `lab solve --json` prints of a directional game.
public struct DirectionalSolveDocument: Encodable, Sendable {
  /// Smallest and largest payoff of each player.
  struct Extremes: Encodable, Sendable {
    var v1: [Double]
    var v2: [Double]
  }

  /// One-shot deviations on all states, from values of a linear system that knows nothing of the search.
  struct CertificateSummary: Encodable, Sendable {
    /// How many equilibria were certified.
    var checked: Int
    /// Which: all that were visited, or random descents drawn with `seed`.
    var which: String
    var seed: UInt64
    var largest_gain: Double
    /// With private shocks: largest difference of a probability to the best one.
    var largest_choice_error: Double
    /// Largest difference between the search's values and those of the linear systems.
    var value_gap: Double
    var tolerance: Double
    var certified: Bool
  }

  /// Shares of the planner's value that equilibria attain.
  struct Efficiency: Encodable, Sendable {
    var lowest: Double
    var mean: Double
    var highest: Double
    /// How many attain all of it, to 1e-9.
    var efficient: Int
    /// The numbers of the first 100 of them, as `--equilibrium` counts.
    var equilibria: [Int]
  }

  /// Where the number of equilibria is in doubt.
  struct Degenerate: Encodable, Sendable {
    var point: Int
    /// The point in words.
    var state: String
    /// c1, c2, c of the leapfrogging duopoly.
    var costs: [Double]?
    var meaning: String
  }

  var schema = "equilibrium-lab/solve-directional/1"
  var command = "solve"
  var game: String
  var parameters: ParameterSet
  var solver: ParameterSet
  /// How it ended; decides the exit code.
  public var status: SolverStatus
  var note: String
  /// Number of equilibria, exact at any size.
  var count: String
  /// `all`, or `at least` for a partial result.
  var counting: String
  /// v1, v2, multiplicity, ascending: payoffs of the first two players; of one player, its own twice.
  var payoffs: [PayoffRow]
  /// Where: `the apex`, or a state with its label.
  var payoffs_at: String
  /// Whether `payoffs` lists every distinct pair.
  var payoffs_complete: Bool
  /// Distinct payoff pairs under the rounding.
  var distinct: Int
  /// Whether `distinct` is exact: no pair was dropped for lack of room.
  var distinct_complete: Bool
  var payoff_rounding: Double
  @OrNull var extremes: Extremes?
  @OrNull var mean: [Double]?
  /// With alternating moves, whose turn it is there: 1.
  @OrNull var turn: Int?
  /// Most equilibria of a stage game.
  var stage_maximum: Int
  var players: Int
  var states: Int
  var stages: Int
  /// Stage games solved.
  var stage_solves: Multiplicity
  /// Of the search alone.
  var seconds: Double
  @OrNull var certificate: CertificateSummary?
  @OrNull var planner_value: Double?
  @OrNull var symmetric: Multiplicity?
  @OrNull var pure: Multiplicity?
  @OrNull var efficiency: Efficiency?
  @OrNull var degenerate: Degenerate?
  /// The first equilibrium string that was not visited; null if all were.
  @OrNull var next: [Int]?

  /// Fills the document in.
  ///
  /// - Parameter limits: of the command line.
  public init(
    _ configuration: DirectionalConfiguration, _ solution: DirectionalSolution,
    limits: DirectionalLimits = DirectionalLimits()
  ) {
    let tally = solution.outcome.tally
    let solver = configuration.solver
    let subject = configuration.subject
    game = configuration.family.name
    parameters = configuration.gameParameters
    self.solver = solver.settings
    status = solution.status
    note = solution.note(configuration)
    count = "\(tally.count)"
    counting = solution.outcome.status == .converged ? "all" : "at least"
    let most = limits.or(solver.limits).payoffs ?? .max
    payoffs = PayoffRow.rows(tally.payoffs, most: most)
    payoffs_at = subject.place
    distinct = tally.payoffs.count
    distinct_complete = tally.payoffs.isComplete
    payoffs_complete = distinct_complete && payoffs.count == distinct
    payoff_rounding = solver.payoffRounding
    if tally.count > 0 {
      extremes = Extremes(
        v1: [withoutDust(tally.lowest[0]), withoutDust(tally.highest[0])],
        v2: [withoutDust(tally.lowest[1]), withoutDust(tally.highest[1])])
    }
    mean = tally.means.map { $0.map(withoutDust) }
    turn = subject.turn
    stage_maximum = tally.stageMaximum
    players = subject.playerCount
    states = subject.stateCount
    stages = subject.stageCount
    stage_solves = Multiplicity(tally.solveCount)
    seconds = solution.seconds
    certificate = solution.certified.map {
      CertificateSummary(
        checked: $0.checked, which: $0.isAll ? "all" : "sample", seed: configuration.header.seed,
        largest_gain: max(0, $0.worst.largestGain),
        largest_choice_error: $0.worst.largestChoiceError, value_gap: $0.worst.valueGap,
        tolerance: $0.worst.tolerance, certified: $0.worst.isCertified)
    }
    planner_value = solution.planner
    symmetric = solution.symmetric.map(Multiplicity.init)
    pure = solution.survey.map { Multiplicity(UInt128($0.pureCount)) }
    efficiency = solution.survey?.efficiency.map {
      Efficiency(
        lowest: $0.lowest, mean: $0.mean, highest: $0.highest, efficient: $0.efficient,
        equilibria: $0.numbers)
    }
    degenerate = solution.degenerate.map { point in
      Degenerate(
        point: point, state: subject.words(point), costs: subject.costs(point),
        meaning: solution.degeneracy(subject)!)
    }
    next = solution.outcome.next
  }
}

/// A count that may exceed what a JSON number holds: a number up to 2⁵³, beyond that a decimal string.
struct Multiplicity: Encodable, Sendable, Equatable {
  let value: UInt128

  init(_ value: UInt128) { self.value = value }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if value <= 1 << 53 {
      try container.encode(UInt64(value))
    } else {
      try container.encode("\(value)")
    }
  }
}

/// A payoff pair with its multiplicity.
struct PayoffRow: Encodable, Sendable {
  let first: Double
  let second: Double
  let count: UInt128

  func encode(to encoder: any Encoder) throws {
    var container = encoder.unkeyedContainer()
    try container.encode(first)
    try container.encode(second)
    try container.encode(Multiplicity(count))
  }

  /// The pairs in ascending order; where there are more than `most`, the most frequent of them.
  static func rows(_ payoffs: PayoffMultiset, most: Int) -> [PayoffRow] {
    // Of a unit such as 1e-7 the inverse is exact, and the unit is not.
    let inverse = (1 / payoffs.unit).rounded()
    let isWhole = inverse > 0 && 1 / inverse == payoffs.unit
    func payoff(_ units: Int64) -> Double {
      isWhole ? Double(units) / inverse : Double(units) * payoffs.unit
    }
    return payoffs.mostFrequent(most).map {
      PayoffRow(first: payoff($0.first), second: payoff($0.second), count: $0.count)
    }
  }
}

/// Rounding around 0 reads as 0.
func withoutDust(_ value: Double) -> Double { abs(value) < 1e-11 ? 0 : value }

extension DirectionalSolution {
  /// What a tie means; nil without one.
  func degeneracy(_ subject: any DirectionalSubject) -> String? {
    guard let degenerate else { return nil }
    let what =
      outcome.tally.firstDegenerate != nil
      ? "somebody is exactly indifferent there"
      : "its stage game has an even number of equilibria"
    return
      "degenerate parameters at \(subject.words(degenerate)): \(what), so that there may be "
      + "infinitely many equilibria or an even number, and the count is not to be relied on; change "
      + "\(subject.levers) by a part in a billion"
  }

  /// How it ended, in a line.
  func note(_ configuration: DirectionalConfiguration) -> String {
    var parts: [String] = []
    if let degeneracy = degeneracy(configuration.subject) { parts.append(degeneracy) }
    if certified?.worst.isCertified == false { parts.append("some equilibria do not certify") }
    switch outcome.status {
    case .converged: if parts.isEmpty { parts.append("every Markov perfect equilibrium") }
    case .interrupted: parts.append("interrupted; there are at least so many equilibria")
    default: parts.append("a limit was reached; there are at least so many equilibria")
    }
    return parts.joined(separator: "; ")
  }
}
