internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Semi-gradient TD(0): the value of a fixed policy, linear in features, learned from the play of
/// another.
///
/// Actions are drawn from the law b, *behaviour*; what is valued is the law π, *target*. After
/// every step, with V(s) = Σᵢ xᵢ(s) w(i) and the importance ratio ρ = π(a|s)/b(a|s),
///
///     δ = r + γ c V(s′) − V(s)
///     w(i) ← w(i) + α(t) kᵢ ρ xᵢ(s) δ
///
/// Sutton and Barto (2018), eqs. 11.2 and 11.3; c is the continuation, kᵢ the step scale of the
/// feature (`FeatureBasis`), t counts updates. On policy (ρ = 1) it converges, for steps that
/// shrink, to the TD fixed point of the visited states (Tsitsiklis and Van Roy 1997;
/// `ProjectedEvaluation`). Off policy it may diverge, as in figure 11.2 of the book (`Baird`):
/// `largestWeight` shows it. Rivals are part of the environment.
///
/// It evaluates and does not improve: the policy judged is π throughout. Cost per step: the active
/// features.
public struct LinearEvaluation: Learner {
  /// The word in configurations.
  public static let name = "linear-evaluation"
  /// One line.
  public static let summary = "values of a fixed policy by TD(0) on features"
  /// Features, step size, the two laws and first weights.
  public static let parameters: [Parameter] = [
    FeatureBasis.parameter,
    LinearSettings.step("step_size", 0.05, "step size of the weights, by step"),
    Parameter(
      "target", .list(.real(.closed(0, 1))), .defaulted(.list([])),
      "probability of each action in the policy valued, at every state; [] for equal ones"),
    Parameter(
      "behaviour", .list(.real(.closed(0, 1))), .defaulted(.list([])),
      "probability of each action in the policy played, at every state; [] for the target"),
    LinearSettings.initialWeights,
  ]

  private let table: LinearTable
  private var target: Policy
  /// b and ρ, flat as the policy.
  private let behaviour: UnsafeMutablePointer<Double>
  private let ratios: UnsafeMutablePointer<Double>
  private let starts: UnsafePointer<Int>
  private let memory = TableMemory()
  private let playsTarget: Bool
  private let stepSize: ScheduleClock
  private let player: Int
  private let discount: Double
  private var updates = 0

  /// Creates a learner for `player`.
  ///
  /// - Throws: `GameError` if a law does not fit the actions, does not sum to 1 within 1e-9, or the
  ///   target plays what the behaviour never does; as `LinearQLearning` for the features.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    table = LinearTable(
      try StateFeatures(FeatureBasis(parameters.group("features")!), game: game),
      counts: [Int](repeating: 1, count: game.stateCount))
    try table.begin(at: parameters.reals("initial_weights"))
    let offsets = game.policyOffsets(player)
    let starts = memory.block(of: offsets.count, repeating: 0)
    starts.update(from: offsets, count: offsets.count)
    self.starts = UnsafePointer(starts)
    let law = parameters.reals("target")
    let played = parameters.reals("behaviour")
    playsTarget = played.isEmpty
    target = try Self.policy(law, "target", game, player)
    let other = playsTarget ? target : try Self.policy(played, "behaviour", game, player)
    behaviour = memory.block(of: offsets.last!, repeating: 0)
    behaviour.update(from: other.probabilities, count: offsets.last!)
    ratios = memory.block(of: offsets.last!, repeating: 1)
    stepSize = ScheduleClock(Schedule(parameters.group("step_size")!), total: steps)
    self.player = player
    discount = game.discounts[player]
    try fillRatios()
  }

  private static func policy(
    _ law: [Double], _ name: String, _ game: StochasticGame, _ player: Int
  ) throws -> Policy {
    var policy = game.uniformPolicy(player)
    guard !law.isEmpty else { return policy }
    let total = law.reduce(0, +)
    guard abs(total - 1) <= 1e-9 else {
      throw GameError("learner.\(name)", "sums to \(total): probabilities must sum to 1")
    }
    for state in 0..<game.stateCount where !game.isTerminal[state] {
      let count = game.actionCount(player, at: state)
      guard count == law.count else {
        throw GameError(
          "learner.\(name)",
          "lists \(law.count) probabilities, but there are \(count) actions at state "
            + "\(game.stateLabels[state]); give one for each, the same at every state, or []")
      }
      for action in 0..<count { policy[state, action] = law[action] / total }
    }
    return policy
  }

  private func fillRatios() throws {
    for (entry, probability) in target.probabilities.enumerated() {
      guard behaviour[entry] > 0 || probability == 0 else {
        throw GameError(
          "learner.behaviour",
          "never plays an action that the target plays: nothing can be learned of it; give it some "
            + "probability")
      }
      ratios[entry] = probability == 0 ? 0 : probability / behaviour[entry]
    }
  }

  /// A draw from the behaviour: one uniform, compared with the partial sums.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    drawnAction(
      behaviour + starts[state], count: starts[state &+ 1] &- starts[state], at: stream.uniform())
  }

  /// One semi-gradient update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let ratio = ratios[starts[state] &+ jointAction[player]]
    if ratio == 0 { return }
    let error =
      rewards[player] + discount * continuation * table.value(nextState, 0)
      - table.value(state, 0)
    table.add(stepSize.value(at: updates) * ratio * error, at: state, 0)
  }

  /// Nothing: the policy stays as it is.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {}

  /// The policy given becomes the target, also the behaviour if the configuration names none, and
  /// the weights begin where they fit the profile's exact values best.
  public mutating func start(from point: StartingPoint) throws {
    target = point.policy
    if playsTarget {
      behaviour.update(from: target.probabilities, count: target.probabilities.count)
    }
    try fillRatios()
    try table.fit(point.values)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<LinearEvaluation>, until last: Int) {
    loop.play(until: last)
  }

  /// The target.
  public var lastPolicy: Policy { target }
  /// The target.
  public var averagePolicy: Policy { target }
  /// 0: the policy never changes.
  public var lastPolicyChange: Int { 0 }
  /// None.
  public var explorationRate: Double? { nil }
  /// max |w|, infinite once a weight would have overflowed.
  public var largestWeight: Double? { table.largestWeight }
  /// V, one per state.
  public var stateValues: [Double] { table.table }
  /// w, one per feature.
  public var weights: [Double] { table.snapshot().weights }

  /// What training changes: weights and updates.
  public struct Snapshot: Codable, Sendable {
    var table: LinearTable.Snapshot
    var updates: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot { Snapshot(table: table.snapshot(), updates: updates) }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.updates >= 0 else {
      throw SnapshotError("a snapshot of linear evaluation has impossible entries")
    }
    try table.restore(snapshot.table)
    updates = snapshot.updates
  }
}
