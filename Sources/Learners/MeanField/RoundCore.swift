internal import Agents
internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation

/// What learners that go by rounds from the model share: the population now, its gap, and when to
/// stop.
struct RoundCore {
  static let parameters: [Parameter] = [
    .integer("rounds", 1_000, 1...100_000_000, "rounds at most"),
    .real(
      "tolerance", 1e-6, .nonnegative,
      "exploitability, relative to the largest value, and consistency at which to stop"),
  ]

  let rounds: Int
  let tolerance: Double
  var problem: FrozenProblem
  private(set) var state: RoundSnapshot

  init(_ parameters: ParameterSet, game: any MeanFieldGame) throws {
    rounds = parameters.integer("rounds")
    tolerance = parameters.real("tolerance")
    problem = try FrozenProblem(game)
    state = RoundSnapshot(
      m: game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) },
      policy: .uniform(game.layout), law: [],
      scores: [Double](repeating: 0, count: game.layout.rowCount))
  }

  /// Takes up a round's population, and measures it.
  mutating func finish(
    policy: MeanFieldPolicy, law: [Double], evaluations: Int, scores: [Double]? = nil
  ) throws -> OuterStep {
    let announced = state.m
    let gap = try PopulationGap(policy: policy, law: law, in: &problem)
    guard gap.exploitability.isFinite, gap.m.allSatisfy(\.isFinite) else {
      throw GameError("learner", "play left the finite numbers; take smaller steps")
    }
    let scale = problem.values.reduce(0) { max($0, abs($1)) }
    state.rounds += 1
    state.m = gap.m
    state.residual = zip(announced, gap.m).map { $0 - $1 }
    state.policy = policy
    state.law = law
    state.gap = gap
    if let scores { state.scores = scores }
    let isClose =
      gap.exploitability <= tolerance * (scale > 0 ? scale : 1) && gap.consistency <= tolerance
    state.status = isClose ? .converged : state.rounds >= rounds ? .limit : .running
    return OuterStep(
      index: state.rounds, purpose: .round, m: gap.m, residual: state.residual, standardError: 0,
      halfWidth: 0, sign: isClose ? .within : .undecided, bracket: nil, updates: evaluations,
      samples: 0, trials: [], policy: policy, law: law, actionValues: nil, bellmanResidual: nil,
      exploitability: gap.exploitability, consistency: gap.consistency, note: "")
  }

  var estimate: MeanFieldEstimate {
    MeanFieldEstimate(
      m: state.m, residual: state.residual, standardError: 0, bracket: nil, interval: nil,
      status: state.status, sides: nil,
      note: state.gap.map { gap in
        "exploitability \(String(format: "%.3g", gap.exploitability)), "
          + "consistency \(String(format: "%.3g", gap.consistency))"
      } ?? "")
  }

  mutating func restore(_ saved: RoundSnapshot) throws {
    guard saved.policy.weights.count == state.policy.weights.count,
      saved.m.count == state.m.count, saved.scores.count == state.scores.count,
      saved.rounds >= 0, (saved.rounds == 0) == saved.law.isEmpty,
      saved.law.isEmpty || saved.law.count == problem.layout.stateCount
    else { throw SnapshotError("a snapshot of mean-field rounds does not fit the game") }
    state = saved
  }
}

/// What the rounds of a learner from the model change.
public struct RoundSnapshot: Codable, Sendable {
  var rounds = 0
  var m: [Double]
  var residual: [Double] = []
  var policy: MeanFieldPolicy
  var law: [Double]
  /// Accumulated scores of each row, where the method has them.
  var scores: [Double]
  var gap: PopulationGap?
  var status = MeanFieldLearningStatus.running

  init(m: [Double], policy: MeanFieldPolicy, law: [Double], scores: [Double]) {
    self.m = m
    self.policy = policy
    self.law = law
    self.scores = scores
  }
}

/// A learner whose outer steps are rounds of a `RoundCore`.
protocol RoundLearner: MeanFieldLearner where Snapshot == RoundSnapshot {
  var core: RoundCore { get set }
}

extension RoundLearner {
  /// Whether the tolerance or the last round is reached.
  public var isDone: Bool { core.state.status != .running }
  /// The population now.
  public var estimate: MeanFieldEstimate { core.estimate }
  /// The policy now.
  public var policy: MeanFieldPolicy { core.state.policy }
  /// The population's law now.
  public var law: [Double] { core.state.law }
  /// None.
  public var actionValues: [Double]? { nil }
  /// Population, scores and rounds.
  public func snapshot() -> RoundSnapshot { core.state }
  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: RoundSnapshot) throws { try core.restore(snapshot) }
}
