internal import Agents
internal import Configuration
internal import Environments
internal import Statistics

/// What learners from play with a softmax actor share: actor, its average, critic, the actor's step,
/// the entropy bonus and the count of updates. Copies are the same tables.
struct SoftmaxCore {
  let actor: SoftmaxTable
  let average: PolicyAverage
  let critic: StateValues
  let actorStep: ScheduleClock
  let entropy: EntropyWeight
  let player: Int
  let discount: Double
  var updates = 0

  /// Reads `actor_step` and `entropy`; all laws begin uniform.
  init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int,
    initialValue: Double
  ) {
    actor = SoftmaxTable(offsets: game.policyOffsets(player))
    average = PolicyAverage(actor.entryCount)
    critic = StateValues(game.stateCount, initial: initialValue)
    actorStep = ScheduleClock(Schedule(parameters.group("actor_step")!), total: steps)
    entropy = EntropyWeight(parameters, total: steps)
    self.player = player
    discount = game.discounts[player]
  }

  func snapshot() -> SoftmaxSnapshot {
    SoftmaxSnapshot(
      logits: actor.snapshot, lastModeChange: actor.lastModeChange, values: critic.snapshot,
      lawSums: average.snapshot, updates: updates)
  }

  mutating func restore(_ snapshot: SoftmaxSnapshot) throws {
    guard snapshot.updates >= 0 else {
      throw SnapshotError("a snapshot of logits counts \(snapshot.updates) updates")
    }
    try actor.restore(logits: snapshot.logits, lastModeChange: snapshot.lastModeChange)
    try critic.restore(snapshot.values)
    try average.restore(snapshot.lawSums)
    updates = snapshot.updates
  }
}

/// What training changes in a softmax actor and its critic.
struct SoftmaxSnapshot: Codable, Sendable {
  var logits: [Double]
  var lastModeChange: Int
  var values: [Double]
  var lawSums: [Double]
  var updates: Int
}

/// A learner from play with a softmax actor and a critic of state values.
protocol SoftmaxLearner: Learner {
  /// Actor and critic.
  var core: SoftmaxCore { get set }
}

extension SoftmaxLearner {
  /// Adds the law at a visited state to the average policy.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    core.average.record(
      core.actor.laws, from: core.actor.start(of: state),
      actions: core.actor.actionCount(at: state))
  }

  /// The actor begins at the policy's logits, the critic at the profile's exact values.
  public mutating func start(from point: StartingPoint) throws {
    core.actor.start(from: point.policy)
    try core.critic.restore(point.values)
  }

  /// The actor's law.
  public var lastPolicy: Policy { core.actor.policy }
  /// Per state, the mean of the laws at recorded visits.
  public var averagePolicy: Policy { core.average.policy(fallback: lastPolicy) }
  /// Updates after which the likeliest action at any state last changed.
  public var lastPolicyChange: Int { core.actor.lastModeChange }
  /// The entropy weight, if there is one.
  public var explorationRate: Double? { core.entropy.logged(at: core.updates) }
}
