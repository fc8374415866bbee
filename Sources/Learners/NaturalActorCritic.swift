internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Natural actor-critic with softmax tables and compatible advantages.
///
/// For a softmax table the compatible features of (s, a) are ψ = ∇ ln π(a|s), and the natural gradient
/// of the value is the vector w of the best fit w·ψ to the advantage (Kakade 2001, theorem 1): at each
/// state the advantage itself, up to a constant that the law does not see. After every step
///
///     δ = r + γ c V(s′) − V(s)
///     V(s) ← V(s) + α_V δ
///     w(s, b) ← w(s, b) + α_w (δ − ψ·w) (1{b = a} − π(b|s)),   ψ·w = w(s, a) − Σ π(b|s) w(s, b)
///     θ(s, b) ← θ(s, b) + α_θ [w(s, b) − τ (ln π(b|s) + H(π(·|s)))]
///
/// Bhatnagar, Sutton, Ghavamzadeh and Lee (2009), algorithm 3, discounted, with the bonus τH for the
/// entropy, whose natural gradient is −(ln π + H). Differs from it in that θ moves at the visited
/// state only, not at all states every step: the direction at a state is the natural one, the pace
/// goes with how often play comes by. The pace does not fall with π(a|s), so laws leave corners far
/// faster than under `actor-critic`.
public struct NaturalActorCritic: SoftmaxLearner {
  /// The word in configurations.
  public static let name = "natural-actor-critic"
  /// One line.
  public static let summary = "softmax actor that follows estimated advantages (natural gradient)"
  /// Steps, entropy and first values.
  public static let parameters: [Parameter] = [
    GradientSettings.actorStep(0.005), GradientSettings.criticStep,
    Parameter(
      "advantage_step", Schedule.type(values: .closed(0, 1)),
      .defaulted(Schedule.constant(0.05).parameterValue),
      "step size of the advantages, by step"),
    GradientSettings.entropy, GradientSettings.initialValue,
  ]

  var core: SoftmaxCore
  private let values: UnsafeMutablePointer<Double>
  private let advantages: UnsafeMutablePointer<Double>
  private let criticStep: ScheduleClock
  private let advantageStep: ScheduleClock
  private let compatible: StateValues

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = SoftmaxCore(
      parameters, game: game, player: player, steps: steps,
      initialValue: parameters.real("initial_value"))
    values = core.critic.values
    compatible = StateValues(core.actor.entryCount, initial: 0)
    advantages = compatible.values
    criticStep = ScheduleClock(Schedule(parameters.group("critic_step")!), total: steps)
    advantageStep = ScheduleClock(Schedule(parameters.group("advantage_step")!), total: steps)
  }

  /// A draw from the actor's law.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.actor.draw(at: state, using: &stream)
  }

  /// One update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    core.updates &+= 1
    let old = values[state]
    let error = rewards[core.player] + core.discount * continuation * values[nextState] - old
    values[state] = old + criticStep.value(at: core.updates) * error

    let start = core.actor.start(of: state)
    let count = core.actor.actionCount(at: state)
    let law = core.actor.laws + start
    let fit = advantages + start
    let action = jointAction[core.player]
    var mean = 0.0
    var k = 0
    while k < count {
      mean += law[k] * fit[k]
      k &+= 1
    }
    let amount = advantageStep.value(at: core.updates) * (error - (fit[action] - mean))
    k = 0
    while k < count {
      fit[k] -= amount * law[k]
      k &+= 1
    }
    fit[action] += amount

    let step = core.actorStep.value(at: core.updates)
    if core.entropy.isOn {
      core.actor.addNaturalEntropyGradient(
        at: state, times: step * core.entropy.value(at: core.updates))
    }
    let row = core.actor.logits + start
    k = 0
    while k < count {
      row[k] += step * fit[k]
      k &+= 1
    }
    core.actor.refresh(state, time: core.updates)
  }

  /// The actor begins at the policy's logits, the critic at the profile's exact values, and w at the
  /// exact advantages.
  public mutating func start(from point: StartingPoint) throws {
    core.actor.start(from: point.policy)
    try core.critic.restore(point.values)
    for state in 0..<core.actor.stateCount {
      for entry in core.actor.offsets[state]..<core.actor.offsets[state + 1] {
        advantages[entry] = point.actionValues[entry] - point.values[state]
      }
    }
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<NaturalActorCritic>, until last: Int) {
    loop.play(until: last)
  }

  /// θ, flat, laid out as the player's policy.
  public var logits: [Double] { core.actor.snapshot }
  /// V, one per state.
  public var stateValues: [Double] { core.critic.snapshot }
  /// w, flat as the logits.
  public var compatibleAdvantages: [Double] { compatible.snapshot }

  /// What training changes: logits, values, advantages, laws added up.
  public struct Snapshot: Codable, Sendable {
    var core: SoftmaxSnapshot
    var advantages: [Double]
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(core: core.snapshot(), advantages: compatible.snapshot)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try core.restore(snapshot.core)
    try compatible.restore(snapshot.advantages)
  }
}
