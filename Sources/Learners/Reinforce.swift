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
public struct Reinforce: Learner {
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
        .group(
          {
            var set = ParameterSet()
            set.set("kind", .text("state-values"))
            set.set("step", Schedule.constant(0.1).parameterValue)
            set.set("at_truncation", .text("bootstrap"))
            set.set("initial_value", .real(0))
            return set
          }())), "what returns are compared with"),
    .integer(
      "horizon", 100, 1...AdvantageEstimate.longest, unit: "steps",
      "longest stretch learned from at once; a longer episode is cut there"),
    GradientSettings.entropy, GradientSettings.discountsUpdates,
  ]

  private let actor: SoftmaxTable
  private let average: PolicyAverage
  private let actorStep: ScheduleClock
  private let baselineStep: ScheduleClock
  private let entropy: EntropyWeight
  private let rollout: Rollout
  private let baseline: StateValues
  private let hasBaseline: Bool
  private let bootstraps: Bool
  private let discountsUpdates: Bool
  private let player: Int
  private let discount: Double
  private var weight = 1.0
  private var updates = 0

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    actor = SoftmaxTable(offsets: game.policyOffsets(player))
    average = PolicyAverage(actor.entryCount)
    let set = parameters.group("baseline")!
    hasBaseline = set.kind == "state-values"
    bootstraps = hasBaseline && set.text("at_truncation") == "bootstrap"
    baseline = StateValues(
      game.stateCount, initial: hasBaseline ? set.real("initial_value") : 0)
    baselineStep = ScheduleClock(
      hasBaseline ? Schedule(set.group("step")!) : .constant(0), total: steps)
    actorStep = ScheduleClock(Schedule(parameters.group("actor_step")!), total: steps)
    entropy = EntropyWeight(parameters, total: steps)
    rollout = Rollout(capacity: parameters.integer("horizon"))
    discountsUpdates = parameters.boolean("discount_updates")
    self.player = player
    discount = game.discounts[player]
  }

  /// A draw from the law.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    actor.draw(at: state, using: &stream)
  }

  /// Keeps the step; learns when the episode ends or the horizon is reached.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    updates &+= 1
    let factor = discount * continuation
    rollout.append(
      state: state, action: jointAction[player], reward: rewards[player], factor: factor,
      next: nextState, isLast: isLast, weight: weight)
    if discountsUpdates { weight = isLast ? 1 : weight * factor }
    if isLast || rollout.isFull { learn(nextState) }
  }

  @inline(never)
  private func learn(_ nextState: Int) {
    let values = baseline.values
    rollout.fillReturns(bootstrap: bootstraps ? values[nextState] : 0)
    let (results, targets) = (rollout.results, rollout.targets)
    for k in 0..<rollout.count {
      targets[k] = results[k]
      results[k] -= values[rollout.states[k]]
    }
    rollout.climb(
      actor, step: actorStep.value(at: updates), entropyWeight: entropy.value(at: updates),
      time: updates)
    if hasBaseline { rollout.move(values, rate: baselineStep.value(at: updates)) }
    rollout.removeAll()
  }

  /// Adds the law at a visited state to the average policy.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) {
    average.record(
      actor.laws, from: actor.start(of: state), actions: actor.actionCount(at: state))
  }

  /// The law begins at the policy's logits, a baseline at the profile's exact values.
  public mutating func start(from point: StartingPoint) throws {
    actor.start(from: point.policy)
    if hasBaseline { try baseline.restore(point.values) }
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<Reinforce>, until last: Int) {
    loop.play(until: last)
  }

  /// The law.
  public var lastPolicy: Policy { actor.policy }
  /// Per state, the mean of the laws at recorded visits.
  public var averagePolicy: Policy { average.policy(fallback: lastPolicy) }
  /// Updates after which the likeliest action at any state last changed.
  public var lastPolicyChange: Int { actor.lastModeChange }
  /// The entropy weight, if there is one.
  public var explorationRate: Double? { entropy.logged(at: updates) }
  /// θ, flat, laid out as the player's policy.
  public var logits: [Double] { actor.snapshot }
  /// b, one per state; all 0 without a baseline.
  public var stateValues: [Double] { baseline.snapshot }

  /// What training changes: logits, baseline, the episode so far, laws added up.
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
      logits: actor.snapshot, lastModeChange: actor.lastModeChange, values: baseline.snapshot,
      lawSums: average.snapshot, rollout: rollout.snapshot, weight: weight, updates: updates)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.updates >= 0, snapshot.weight.isFinite else {
      throw SnapshotError("a REINFORCE snapshot has impossible entries")
    }
    try actor.restore(logits: snapshot.logits, lastModeChange: snapshot.lastModeChange)
    try baseline.restore(snapshot.values)
    try average.restore(snapshot.lawSums)
    try rollout.restore(snapshot.rollout, of: actor)
    weight = snapshot.weight
    updates = snapshot.updates
  }
}
