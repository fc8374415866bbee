internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Proximal policy optimisation with softmax tables and a clipped objective.
///
/// After every `horizon` steps of play under π_old, with generalised advantages A (`Rollout`), the
/// logits climb, for a number of epochs over shuffled minibatches B of the steps,
///
///     L(θ) = 1/|B| Σ_{k∈B} [min(ρₖ Aₖ, clip(ρₖ, 1 − ε, 1 + ε) Aₖ) + τ H(π(·|sₖ))]
///     ρₖ = π_θ(aₖ|sₖ) / π_old(aₖ|sₖ)
///
/// Schulman, Wolski, Dhariwal, Radford and Klimov (2017), eq. 7 and algorithm 1. The gradient of a
/// step's first term is ρ A ∇ ln π, or 0 once ρ has left the clip range on the side that A
/// favours. Departures: one actor per player, as every player learns from its own play; the critic
/// is a table, moved towards Aₖ + V_old(sₖ) by V(s) ← V(s) + α_V (target − V(s)) step by step in every
/// epoch, instead of sharing the actor's optimiser; advantages are not normalised, values not clipped.
public struct PPO: SoftmaxLearner {
  /// The word in configurations.
  public static let name = "ppo"
  /// One line.
  public static let summary = "proximal policy optimisation, clipped, with softmax tables"
  /// Rollouts, epochs, clipping, steps and optimiser.
  public static let parameters: [Parameter] = [
    AdvantageEstimate.horizon(200), AdvantageEstimate.lambda,
    .integer("epochs", 4, 1...1000, "passes over a rollout"),
    .integer(
      "minibatch", 50, 1...AdvantageEstimate.longest, unit: "steps",
      "steps a gradient is averaged over; at most the horizon counts"),
    Parameter(
      "clip", Schedule.type(values: .positive),
      .defaulted(Schedule.constant(0.2).parameterValue),
      "how far from 1 the ratio of probabilities is followed, by step of training"),
    GradientSettings.actorStep(0.01, "step size of the optimiser, by step of training"),
    GradientSettings.criticStep, GradientSettings.entropy, GradientOptimiser.parameter,
    GradientSettings.initialValue,
  ]

  var core: SoftmaxCore
  private let rollout: Rollout
  private let optimiser: GradientOptimiser
  private let gradient: UnsafeMutablePointer<Double>
  private let order: UnsafeMutablePointer<Int>
  private let oldProbabilities: UnsafeMutablePointer<Double>
  private let memory = TableMemory()
  private let criticStep: ScheduleClock
  private let clip: ScheduleClock
  private let lambda: Double
  private let epochs: Int
  private let minibatch: Int

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = SoftmaxCore(
      parameters, game: game, player: player, steps: steps,
      initialValue: parameters.real("initial_value"))
    let horizon = parameters.integer("horizon")
    rollout = Rollout(capacity: horizon)
    optimiser = GradientOptimiser(parameters.group("optimiser")!, count: core.actor.entryCount)
    gradient = memory.block(of: core.actor.entryCount, repeating: 0)
    order = memory.block(of: horizon, repeating: 0)
    oldProbabilities = memory.block(of: horizon, repeating: 0)
    criticStep = ScheduleClock(Schedule(parameters.group("critic_step")!), total: steps)
    clip = ScheduleClock(Schedule(parameters.group("clip")!), total: steps)
    lambda = parameters.real("lambda")
    epochs = parameters.integer("epochs")
    minibatch = min(parameters.integer("minibatch"), horizon)
  }

  /// A draw from the law.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.actor.draw(at: state, using: &stream)
  }

  /// Keeps the step; learns when the rollout is full.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    core.updates &+= 1
    rollout.append(
      state: state, action: jointAction[core.player], reward: rewards[core.player],
      factor: core.discount * continuation, next: nextState, isLast: isLast, weight: 1)
    if rollout.isFull { learn(using: &stream) }
  }

  @inline(never)
  private func learn(using stream: inout RandomStream) {
    rollout.fillAdvantages(values: core.critic.values, lambda: lambda)
    let count = rollout.count
    for k in 0..<count {
      order[k] = k
      let entry = core.actor.start(of: rollout.states[k]) &+ rollout.actions[k]
      oldProbabilities[k] = core.actor.laws[entry]
    }
    for _ in 0..<epochs {
      // Fisher and Yates, by the agent's own stream.
      for k in stride(from: count - 1, to: 0, by: -1) {
        let other = stream.index(below: k + 1)
        (order[k], order[other]) = (order[other], order[k])
      }
      var first = 0
      while first < count {
        let end = min(first + minibatch, count)
        fillGradient(first..<end)
        optimiser.ascend(
          core.actor.logits, along: gradient, step: core.actorStep.value(at: core.updates))
        core.actor.refreshAll(time: core.updates)
        moveValues(first..<end)
        first = end
      }
    }
    rollout.removeAll()
  }

  /// ∇L over a minibatch of the shuffled steps.
  private func fillGradient(_ batch: Range<Int>) {
    gradient.update(repeating: 0, count: core.actor.entryCount)
    let range = clip.value(at: core.updates)
    let share = 1 / Double(batch.count)
    let bonus = core.entropy.value(at: core.updates)
    for position in batch {
      let k = order[position]
      let state = rollout.states[k]
      let start = core.actor.start(of: state)
      let actions = core.actor.actionCount(at: state)
      let (law, row) = (core.actor.laws + start, gradient + start)
      let advantage = rollout.results[k]
      let ratio = law[rollout.actions[k]] / oldProbabilities[k]
      let isClipped = advantage > 0 ? ratio > 1 + range : ratio < 1 - range
      if !isClipped {
        let amount = share * ratio * advantage
        for action in 0..<actions { row[action] -= amount * law[action] }
        row[rollout.actions[k]] += amount
      }
      if bonus != 0 {
        core.actor.addEntropyGradient(at: state, times: share * bonus, to: gradient)
      }
    }
  }

  private func moveValues(_ batch: Range<Int>) {
    let rate = criticStep.value(at: core.updates)
    let values = core.critic.values
    for position in batch {
      let state = rollout.states[order[position]]
      values[state] += rate * (rollout.targets[order[position]] - values[state])
    }
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<PPO>, until last: Int) {
    loop.play(until: last)
  }

  /// θ, flat, laid out as the player's policy.
  public var logits: [Double] { core.actor.snapshot }
  /// V, one per state.
  public var stateValues: [Double] { core.critic.snapshot }

  /// What training changes: logits, values, moments, the rollout so far, laws added up.
  public struct Snapshot: Codable, Sendable {
    var core: SoftmaxSnapshot
    var rollout: Rollout.Snapshot
    var optimiser: GradientOptimiser.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(core: core.snapshot(), rollout: rollout.snapshot, optimiser: optimiser.snapshot)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try core.restore(snapshot.core)
    try rollout.restore(snapshot.rollout, of: core.actor)
    try optimiser.restore(snapshot.optimiser)
  }
}
