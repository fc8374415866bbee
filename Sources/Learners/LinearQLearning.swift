internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Semi-gradient Q-learning, or SARSA, with action values linear in features of the state.
///
/// Every action has weights of its own, Q(s, a) = Σᵢ xᵢ(s) w(i, a), and after every step
///
///     δ = r + γ c maxₐ′ Q(s′, a′) − Q(s, a)         (on_policy: Q(s′, a′) of the action drawn next)
///     w(i, a) ← w(i, a) + α(t) kᵢ xᵢ(s) δ
///
/// Sutton and Barto (2018), the box "Episodic Semi-gradient Sarsa" of section 10.1 and, with the
/// maximum of eq. 6.8, its off-policy counterpart of section 11.1; c is the continuation (0 only at
/// termination), kᵢ the step scale of the feature (`FeatureBasis`), t counts updates. "Semi" because
/// the target's dependence on w is left out of the gradient.
///
/// With `tabular` features and a constant step this is `QLearning`, to the bit. With others the
/// update off policy need not converge, and may diverge (Baird 1995; `Baird`): the weights then grow
/// geometrically, which `largestWeight` shows, until they overflow and training stops. On policy and
/// with small steps SARSA stays bounded (Gordon 2001). Cost per step: active features × actions.
public struct LinearQLearning: Learner {
  /// The word in configurations.
  public static let name = "linear-q-learning"
  /// One line.
  public static let summary = "semi-gradient Q-learning or SARSA on features"
  /// Features, step size, exploration, target and first weights.
  public static let parameters: [Parameter] = [
    FeatureBasis.parameter,
    LinearSettings.step("step_size", 0.05, "step size of the weights, by step"),
    ExplorationRule.parameter,
    Parameter(
      "on_policy", .boolean, .defaulted(.boolean(false)),
      "whether the target is the action drawn next (SARSA) instead of the best one"),
    LinearSettings.initialWeights,
  ]

  private let table: LinearTable
  private let offsets: [Int]
  private let visits: VisitCounts
  private let starts: UnsafePointer<Int>
  private let memory = TableMemory()
  private let stepSize: ScheduleClock
  private var exploration: ExplorationRule
  private let isOnPolicy: Bool
  private let player: Int
  private let discount: Double
  private var updates = 0
  /// The state to look at next for a change of the greedy action.
  private var cursor = 0
  /// The action that the next call of `act` plays; −1 if none is chosen yet.
  private var chosen = -1

  /// Creates a learner for `player`.
  ///
  /// - Throws: `GameError` if there are too many features, or first weights for another number.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    offsets = game.policyOffsets(player)
    table = LinearTable(
      try StateFeatures(FeatureBasis(parameters.group("features")!), game: game),
      counts: (0..<game.stateCount).map { game.actionCount(player, at: $0) })
    try table.begin(at: parameters.reals("initial_weights"))
    visits = VisitCounts(offsets[game.stateCount])
    let starts = memory.block(of: offsets.count, repeating: 0)
    starts.update(from: offsets, count: offsets.count)
    self.starts = UnsafePointer(starts)
    stepSize = ScheduleClock(Schedule(parameters.group("step_size")!), total: steps)
    exploration = ExplorationRule(parameters, steps: steps)
    isOnPolicy = parameters.boolean("on_policy")
    self.player = player
    discount = game.discounts[player]
  }

  /// The greedy action, or an exploring one; on policy the action chosen with the last update.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    if chosen >= 0 {
      let action = chosen
      chosen = -1
      return action
    }
    return draw(at: state, using: &stream)
  }

  @inline(__always)
  private func draw(at state: Int, using stream: inout RandomStream) -> Int {
    exploration.action(
      table.row, count: table.count(at: state), time: updates, using: &stream
    ) { table.read(state) }
  }

  /// One semi-gradient update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let action = jointAction[player]
    var target = rewards[player]
    if isOnPolicy {
      chosen = -1
      if continuation != 0 {
        let next = draw(at: nextState, using: &stream)
        target += discount * continuation * table.value(nextState, next)
        if !isLast { chosen = next }
      }
    } else {
      let best = table.read(nextState)
      target += discount * continuation * table.row[best]
    }
    let error = target - table.value(state, action)
    table.add(stepSize.value(at: updates) * error, at: state, action)
    table.look(at: state, time: updates, next: &cursor)
  }

  /// Counts the greedy action at a visited state.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    visits.greedy[starts[state] &+ table.read(state)] &+= 1
  }
}

extension LinearQLearning {
  /// The weights begin where they fit the exact action values of the given profile best, in least
  /// squares over states and actions.
  public mutating func start(from point: StartingPoint) throws {
    try table.fit(point.actionValues)
  }

  /// Players who explore by the same schedule compute it once.
  public mutating func share(with first: LinearQLearning) {
    exploration.share(with: first.exploration)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<LinearQLearning>, until last: Int) {
    loop.play(until: last)
  }

  /// The greedy policy, ties to the lowest action.
  public var lastPolicy: Policy { table.greedyPolicy(offsets: offsets) }
  /// Per state, how often each action was the greedy one at recorded visits.
  public var averagePolicy: Policy { visits.averagePolicy(fallback: lastPolicy) }
  /// Updates after which the greedy policy was last found changed: every update looks at the state
  /// it learned from and at one other in turn, so a change is noticed at most S updates late, and
  /// one undone before that is not seen.
  public var lastPolicyChange: Int { table.lastModeChange }
  /// ε or the temperature.
  public var explorationRate: Double? { exploration.rate(at: updates) }
  /// max |w|, infinite once a weight would have overflowed.
  public var largestWeight: Double? { table.largestWeight }
  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { table.table }
  /// w(i, a), `[feature × action]`.
  public var weights: [Double] { table.snapshot().weights }

  /// What training changes: weights, recorded visits, the action already chosen, updates.
  public struct Snapshot: Codable, Sendable {
    var table: LinearTable.Snapshot
    var greedyVisits: [Int]
    var updates: Int
    var cursor: Int
    var chosen: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      table: table.snapshot(), greedyVisits: visits.greedySnapshot, updates: updates,
      cursor: cursor, chosen: chosen)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let most = (0..<table.stateCount).map { table.count(at: $0) }.max()!
    guard snapshot.greedyVisits.count == offsets.last!,
      snapshot.greedyVisits.allSatisfy({ $0 >= 0 }), snapshot.updates >= 0,
      (0..<table.stateCount).contains(snapshot.cursor), (-1..<most).contains(snapshot.chosen)
    else { throw SnapshotError("a snapshot of linear Q-learning does not fit or is damaged") }
    try table.restore(snapshot.table)
    visits.restore(
      actions: [Int](repeating: 0, count: offsets.last!), greedy: snapshot.greedyVisits)
    updates = snapshot.updates
    cursor = snapshot.cursor
    chosen = snapshot.chosen
  }
}
