internal import Agents
public import Configuration
public import Environments
public import Statistics

/// REINFORCE: the policy gradient from whole episodes.
///
/// At the end of an episode s₀, a₀, r₁, … of T steps, with returns Gₜ = rₜ₊₁ + γ cₜ₊₁ Gₜ₊₁,
///
///     θ ← θ + α_θ Σₜ [(Gₜ − b(sₜ)) ∇ ln π(aₜ|sₜ) + τ ∇H(π(·|sₜ))]
///     b(sₜ) ← b(sₜ) + α_V (Gₜ − b(sₜ))
///
/// Williams (1992), section 5, episodic REINFORCE, with the reward to go in place of the whole
/// episode's (Sutton and Barto 2018, section 13.4); all gradients of an episode are taken at the
/// law that played it. The baseline b is a table of state values, or 0.
///
/// An episode that is cut short (by `training.episode`, or after `horizon` steps by the learner
/// itself, which then begins anew from where it is) leaves its future out (`cut`) or counts it at b of the state
/// reached (`bootstrap`). Without a baseline it is always cut: the learner is then one of
/// `horizon` periods and less.
public struct Reinforce: SoftmaxLearner {
  /// The word in configurations.
  public static let name = "reinforce"
  /// One line.
  public static let summary = "policy gradient from the returns of whole episodes"
  /// Steps, baseline, horizon and entropy.
  public static let parameters: [Parameter] = [
    GradientSettings.actorStep(0.01, "step size of the logits, by step of training"),
    Parameter(
      "baseline",
      .variant(
        [
          Variant("none", "returns as they are, cut where the episode is cut", []),
          Variant(
            "state-values", "less a running mean of the returns from each state",
            [
              Parameter(
                "step", Schedule.type(values: .closed(0, 1)),
                .defaulted(Schedule.constant(0.1).parameterValue),
                "step size of the baseline, by step of training"),
              .choice(
                "at_truncation", "bootstrap", ["bootstrap", "cut"],
                "a cut episode's future: worth the baseline, or left out"),
              GradientSettings.initialValue,
            ]),
        ], shorthand: nil),
      .defaulted(
        .group([
          "kind": .text("state-values"), "step": Schedule.constant(0.1).parameterValue,
          "at_truncation": .text("bootstrap"), "initial_value": .real(0),
        ])), "what returns are compared with"),
    .integer(
      "horizon", 100, 1...AdvantageEstimate.longest, unit: "steps",
      "longest stretch learned from at once; a longer episode is cut there"),
    GradientSettings.entropy, GradientSettings.discountsUpdates,
  ]

  var core: SoftmaxCore
  private let baselineStep: ScheduleClock
  private let rollout: Rollout
  private let hasBaseline: Bool
  private let bootstraps: Bool
  private let discountsUpdates: Bool
  private var weight = 1.0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    let set = parameters.group("baseline")!
    hasBaseline = set.kind == "state-values"
    bootstraps = hasBaseline && set.text("at_truncation") == "bootstrap"
    core = SoftmaxCore(
      parameters, game: game, player: player, steps: steps,
      initialValue: hasBaseline ? set.real("initial_value") : 0)
    baselineStep = ScheduleClock(
      hasBaseline ? Schedule(set.group("step")!) : .constant(0), total: steps)
    rollout = Rollout(capacity: parameters.integer("horizon"))
    discountsUpdates = parameters.boolean("discount_updates")
  }

  /// A draw from the law.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.actor.draw(at: state, using: &stream)
  }

  /// Keeps the step; learns when the episode ends or the horizon is reached.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    core.updates &+= 1
    let factor = core.discount * continuation
    rollout.append(
      state: state, action: jointAction[core.player], reward: rewards[core.player], factor: factor,
      next: nextState, isLast: isLast, weight: weight)
    if discountsUpdates { weight = isLast ? 1 : weight * factor }
    if isLast || rollout.isFull { learn(nextState) }
  }

  @inline(never)
  private func learn(_ nextState: Int) {
    let values = core.critic.values
    rollout.fillReturns(bootstrap: bootstraps ? values[nextState] : 0)
    let (results, targets) = (rollout.results, rollout.targets)
    for k in 0..<rollout.count {
      targets[k] = results[k]
      results[k] -= values[rollout.states[k]]
    }
    rollout.climb(
      core.actor, step: core.actorStep.value(at: core.updates),
      entropyWeight: core.entropy.value(at: core.updates), time: core.updates)
    if hasBaseline { rollout.move(values, rate: baselineStep.value(at: core.updates)) }
    rollout.removeAll()
  }

  /// The law begins at the policy's logits, a baseline at the profile's exact values.
  public mutating func start(from point: StartingPoint) throws {
    core.actor.start(from: point.policy)
    if hasBaseline { try core.critic.restore(point.values) }
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<Reinforce>, until last: Int) {
    loop.play(until: last)
  }

  /// θ, flat, laid out as the player's policy.
  public var logits: [Double] { core.actor.snapshot }
  /// b, one per state; all 0 without a baseline.
  public var stateValues: [Double] { core.critic.snapshot }

  /// What training changes: logits, baseline, the episode so far, laws added up.
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
      throw SnapshotError("a REINFORCE snapshot has impossible entries")
    }
    try core.restore(snapshot.core)
    try rollout.restore(snapshot.rollout, of: core.actor)
    weight = snapshot.weight
  }
}
