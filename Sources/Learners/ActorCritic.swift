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
public struct ActorCritic: SoftmaxLearner {
  /// The word in configurations.
  public static let name = "actor-critic"
  /// One line.
  public static let summary = "softmax actor with a table of state values as critic"
  /// Advantage, steps, entropy and first values.
  public static let parameters: [Parameter] = [
    AdvantageEstimate.parameter, GradientSettings.actorStep(0.02), GradientSettings.criticStep,
    GradientSettings.entropy, GradientSettings.discountsUpdates, GradientSettings.initialValue,
  ]

  var core: SoftmaxCore
  private let values: UnsafeMutablePointer<Double>
  private let criticStep: ScheduleClock
  private let rollout: Rollout
  private let estimate: AdvantageEstimate
  private let isOneStep: Bool
  private let discountsUpdates: Bool
  /// γᵗ of the current episode, if updates are discounted.
  private var weight = 1.0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = SoftmaxCore(
      parameters, game: game, player: player, steps: steps,
      initialValue: parameters.real("initial_value"))
    values = core.critic.values
    criticStep = ScheduleClock(Schedule(parameters.group("critic_step")!), total: steps)
    estimate = AdvantageEstimate(parameters.group("advantage")!)
    isOneStep = estimate == .temporalDifference
    rollout = Rollout(capacity: estimate.capacity)
    discountsUpdates = parameters.boolean("discount_updates")
  }

  /// A draw from the actor's law.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.actor.draw(at: state, using: &stream)
  }

  /// One update, or one step more to learn from.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    core.updates &+= 1
    let action = jointAction[core.player]
    let reward = rewards[core.player]
    let factor = core.discount * continuation
    if isOneStep {
      let old = values[state]
      let error = reward + factor * values[nextState] - old
      values[state] = old + criticStep.value(at: core.updates) * error
      let step = core.actorStep.value(at: core.updates) * weight
      core.actor.addScore(of: action, at: state, times: step * error)
      if core.entropy.isOn {
        // The score leaves the laws as they were: both gradients are at the law played.
        core.actor.addEntropyGradient(at: state, times: step * core.entropy.value(at: core.updates))
      }
      core.actor.refresh(state, time: core.updates)
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
    let step = core.actorStep.value(at: core.updates)
    let rate = criticStep.value(at: core.updates)
    switch estimate {
    case .temporalDifference: return
    case .generalised(let lambda, _):
      guard rollout.isFull else { return }
      rollout.fillAdvantages(values: values, lambda: lambda)
      rollout.climb(
        core.actor, step: step, entropyWeight: core.entropy.value(at: core.updates),
        time: core.updates)
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
        core.actor.addScore(of: rollout.actions[k], at: state, times: amount * advantage)
        if core.entropy.isOn {
          core.actor.addEntropyGradient(
            at: state, times: amount * core.entropy.value(at: core.updates))
        }
        core.actor.refresh(state, time: core.updates)
      }
      if isLast { rollout.removeAll() } else { rollout.removeFirst() }
    }
  }
}

extension ActorCritic {
  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<ActorCritic>, until last: Int) {
    loop.play(until: last)
  }

  /// θ, flat, laid out as the player's policy.
  public var logits: [Double] { core.actor.snapshot }
  /// V, one per state.
  public var stateValues: [Double] { core.critic.snapshot }

  /// What training changes: logits, values, steps not yet learned from, laws added up.
  public struct Snapshot: Codable, Sendable {
    var core: SoftmaxSnapshot
    var rollout: Rollout.Snapshot
    var weight: Double
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(core: core.snapshot(), rollout: rollout.snapshot, weight: weight)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.weight.isFinite else {
      throw SnapshotError("an actor-critic snapshot has impossible entries")
    }
    try core.restore(snapshot.core)
    try rollout.restore(snapshot.rollout, of: core.actor)
    weight = snapshot.weight
  }
}
