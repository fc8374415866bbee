internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Actor-critic with softmax tables.
///
/// The actor's law is softmax in its logits θ, the critic a table V of state values. With the
/// one-step advantage (`td`), after every step
///
///     δ = r + γ c V(s′) − V(s)
///     V(s) ← V(s) + α_V δ
///     θ(s, b) ← θ(s, b) + α_θ [δ (1{b = a} − π(b|s)) + τ ∂H(π(·|s))/∂θ(b)]
///
/// Sutton and Barto (2018), section 13.5, "One-step Actor-Critic", with c the continuation and τ the
/// weight of an entropy bonus (Williams and Peng 1991; Mnih et al. 2016). Without `discount_updates`
/// the book's factor γᵗ is left out, as usual in practice. `n-step` learns from a step once the n
/// steps after it are known, `gae` from whole rollouts at the laws that were played in them
/// (`AdvantageEstimate`, `Rollout`).
///
/// The critic does not count the entropy bonus. Where learning rests, π(a|s) ∝ exp(W(s, a)/τ): the
/// logit quantal response equilibrium at precision 1/τ (`LogitPath`).
public struct ActorCritic: Learner {
  /// The word in configurations.
  public static let name = "actor-critic"
  /// One line.
  public static let summary = "softmax actor with a table of state values as critic"
  /// Advantage, steps, entropy and first values.
  public static let parameters: [Parameter] = [
    AdvantageEstimate.parameter, GradientSettings.actorStep(0.02), GradientSettings.criticStep,
    GradientSettings.entropy, GradientSettings.discountsUpdates, GradientSettings.initialValue,
  ]

  private let actor: SoftmaxTable
  private let values: UnsafeMutablePointer<Double>
  private let average: PolicyAverage
  private let actorStep: ScheduleClock
  private let criticStep: ScheduleClock
  private let entropy: EntropyWeight
  private let rollout: Rollout
  private let critic: StateValues
  private let estimate: AdvantageEstimate
  private let isOneStep: Bool
  private let discountsUpdates: Bool
  private let player: Int
  private let discount: Double
  /// γᵗ of the current episode, if updates are discounted.
  private var weight = 1.0
  private var updates = 0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    actor = SoftmaxTable(offsets: game.policyOffsets(player))
    average = PolicyAverage(actor.entryCount)
    critic = StateValues(game.stateCount, initial: parameters.real("initial_value"))
    values = critic.values
    actorStep = ScheduleClock(Schedule(parameters.group("actor_step")!), total: steps)
    criticStep = ScheduleClock(Schedule(parameters.group("critic_step")!), total: steps)
    entropy = EntropyWeight(parameters, total: steps)
    estimate = AdvantageEstimate(parameters.group("advantage")!)
    isOneStep = estimate == .temporalDifference
    rollout = Rollout(capacity: estimate.capacity)
    discountsUpdates = parameters.boolean("discount_updates")
    self.player = player
    discount = game.discounts[player]
  }

  /// A draw from the actor's law.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    actor.draw(at: state, using: &stream)
  }

  /// One update, or one step more to learn from.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let action = jointAction[player]
    let reward = rewards[player]
    let factor = discount * continuation
    if isOneStep {
      let old = values[state]
      let error = reward + factor * values[nextState] - old
      values[state] = old + criticStep.value(at: updates) * error
      let step = actorStep.value(at: updates) * weight
      actor.addScore(of: action, at: state, times: step * error)
      if entropy.isOn {
        // The score leaves the laws as they were: both gradients are at the law played.
        actor.addEntropyGradient(at: state, times: step * entropy.value(at: updates))
      }
      actor.refresh(state, time: updates)
    } else {
      rollout.append(
        state: state, action: action, reward: reward, factor: factor, next: nextState,
        isLast: isLast, weight: weight)
      learnFromRollout(nextState: nextState, isLast: isLast)
    }
    if discountsUpdates { weight = isLast ? 1 : weight * factor }
  }

  @inline(never)
  private func learnFromRollout(nextState: Int, isLast: Bool) {
    let step = actorStep.value(at: updates)
    let rate = criticStep.value(at: updates)
    switch estimate {
    case .temporalDifference: return
    case .generalised(let lambda, _):
      guard rollout.isFull else { return }
      rollout.fillAdvantages(values: values, lambda: lambda)
      rollout.climb(
        actor, step: step, entropyWeight: entropy.value(at: updates), time: updates)
      rollout.move(values, rate: rate)
      rollout.removeAll()
    case .steps:
      guard rollout.isFull || isLast else { return }
      rollout.fillReturns(bootstrap: values[nextState])
      // In the middle of an episode the oldest step alone is ripe, at its end all are.
      let ripe = isLast ? rollout.count : 1
      for k in 0..<ripe {
        let state = rollout.states[k]
        let advantage = rollout.results[k] - values[state]
        values[state] += rate * advantage
        let amount = step * rollout.weights[k]
        actor.addScore(of: rollout.actions[k], at: state, times: amount * advantage)
        if entropy.isOn {
          actor.addEntropyGradient(at: state, times: amount * entropy.value(at: updates))
        }
        actor.refresh(state, time: updates)
      }
      if isLast { rollout.removeAll() } else { rollout.removeFirst() }
    }
  }
}

extension ActorCritic {
  /// Adds the law at a visited state to the average policy.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    average.record(
      actor.laws, from: actor.start(of: state), actions: actor.actionCount(at: state))
  }

  /// The actor begins at the policy's logits, the critic at the profile's exact values.
  public mutating func start(from point: StartingPoint) throws {
    actor.start(from: point.policy)
    try critic.restore(point.values)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<ActorCritic>, until last: Int) {
    loop.play(until: last)
  }

  /// The actor's law.
  public var lastPolicy: Policy { actor.policy }
  /// Per state, the mean of the laws at recorded visits.
  public var averagePolicy: Policy { average.policy(fallback: lastPolicy) }
  /// Updates after which the likeliest action at any state last changed.
  public var lastPolicyChange: Int { actor.lastModeChange }
  /// The entropy weight, if there is one.
  public var explorationRate: Double? { entropy.logged(at: updates) }
  /// θ, flat, laid out as the player's policy.
  public var logits: [Double] { actor.snapshot }
  /// V, one per state.
  public var stateValues: [Double] { critic.snapshot }

  /// What training changes: logits, values, steps not yet learned from, laws added up.
  public struct Snapshot: Codable, Sendable {
    var logits: [Double]
    var lastModeChange: Int
    var values: [Double]
    var lawSums: [Double]
    var rollout: Rollout.Snapshot
    var weight: Double
    var updates: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      logits: actor.snapshot, lastModeChange: actor.lastModeChange, values: critic.snapshot,
      lawSums: average.snapshot, rollout: rollout.snapshot, weight: weight, updates: updates)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.updates >= 0, snapshot.weight.isFinite else {
      throw SnapshotError("an actor-critic snapshot has impossible entries")
    }
    try actor.restore(logits: snapshot.logits, lastModeChange: snapshot.lastModeChange)
    try critic.restore(snapshot.values)
    try average.restore(snapshot.lawSums)
    try rollout.restore(snapshot.rollout, of: actor)
    weight = snapshot.weight
    updates = snapshot.updates
  }
}
