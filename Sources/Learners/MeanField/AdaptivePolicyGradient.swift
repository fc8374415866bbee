internal import Agents
public import Configuration
public import Environments
internal import Equilibria
public import Statistics

/// Adaptive policy gradient: Light's Algorithm 3 (section 8.1), Algorithm 2 with projected gradient
/// ascent in the place of Q-learning.
///
/// The gradient is the model's own (`FrozenPolicyGradient`) or an estimate from draws
/// (`SampledGradient`). The paper projects once, on laws over states and actions; here each state's
/// law is projected on its own. It names no step, number of iterations or start; here a start
/// from every action alike, and a stop once an iteration changes nothing.
///
/// A policy stopped early is interior. It makes Φ continuous where it should jump, and f̂ can then
/// vanish where no equilibrium is: an answer whose policy still gives weight to actions that are
/// worse ends as `under-converged`, with the mean Bellman residual beside it.
public struct AdaptivePolicyGradient: AdaptiveLearner {
  /// The word in configurations.
  public static let name = "adaptive-policy-gradient"
  /// One line.
  public static let summary =
    "mean field: projected policy gradient at a frozen m, bisection on its sign"
  /// The gradient, and the search.
  public static let parameters: [Parameter] =
    [
      .choice(
        "preset", "default", ["default", "paper"],
        "keys of the search that are not written: default, or as the paper prints them"),
      .choice(
        "gradient", "exact", ["exact", "sampled"],
        "from the model, or from draws of transitions alone"),
      Parameter(
        "step", Schedule.type(values: .positive),
        .defaulted(Schedule.constant(10).parameterValue), "γ, by iteration"),
      .integer("iterations", 2_000, 1...100_000_000, "H, gradient steps a trial at most"),
      .integer(
        "updates", 20_000, 100...1_000_000_000,
        "of a sampled gradient: updates of Q an iteration, and as many states for d"),
      .integer(
        "episode", 100, 1...1_000_000_000,
        "of a sampled gradient: steps after which play begins anew at any state"),
    ] + SearchSettings.parameters

  var search: AdaptiveSearch<GradientLearner>

  /// Creates the learner.
  public init(
    _ parameters: ParameterSet, game: any MeanFieldGame, seed: UInt64,
    generator: GeneratorKind = .taus2
  ) throws {
    let isExact = parameters.text("gradient") == "exact"
    var preset = parameters.text("preset") == "paper" ? SearchSettings.paper : .standard
    // Who computes gradients from the model may as well compute the law.
    if isExact { preset.law = .exact }
    var settings = try SearchSettings(parameters, preset: preset)
    // Nothing is random then, and a second trial would repeat the first.
    if isExact, settings.law == .exact { settings.trials = 1 }
    let world = FrozenWorld(game)
    search = try AdaptiveSearch(
      settings,
      inner: GradientLearner(
        isExact: isExact, step: Schedule(parameters.group("step")!),
        iterations: parameters.integer("iterations"), updates: parameters.integer("updates"),
        episode: parameters.integer("episode"), game: game, world: world),
      world: world, game: game, seed: seed, generator: generator)
  }
}

/// Gradient ascent with a budget of iterations.
struct GradientLearner: FrozenLearner {
  private let isExact: Bool
  private let step: Schedule
  private let iterations: Int
  private let updates: Int
  private let episode: Int
  private let evaluationSteps = ScheduleTable(.power(scale: 1, exponent: 0.6), total: 1 << 20)
  private var ascent: FrozenPolicyGradient
  private var sampled: SampledGradient

  init(
    isExact: Bool, step: Schedule, iterations: Int, updates: Int, episode: Int,
    game: any MeanFieldGame, world: FrozenWorld
  ) {
    self.isExact = isExact
    self.step = step
    self.iterations = iterations
    self.updates = updates
    self.episode = episode
    ascent = FrozenPolicyGradient(game)
    sampled = SampledGradient(world)
  }

  mutating func learn(
    _ problem: inout FrozenProblem, world: FrozenWorld, budget: Double,
    using stream: inout RandomStream, isCancelled: () -> Bool
  ) throws -> FrozenAnswer {
    ascent.begin()
    sampled.begin()
    let most = Int(Double(iterations) * budget)
    var done = 0
    while done < most {
      if isCancelled() { throw LearningCancelled() }
      done += 1
      let rate = step.value(at: done, of: iterations)
      if isExact {
        if !ascent.iterate(&problem, step: rate) { break }
      } else {
        sampled.evaluate(
          ascent.policy, updates: updates, episode: episode, step: evaluationSteps,
          using: &stream)
        _ = ascent.move(
          occupation: sampled.occupation(ascent.policy, count: updates, using: &stream),
          actionValues: Array(
            UnsafeBufferPointer(start: sampled.table, count: world.layout.rowCount)),
          step: rate)
      }
    }
    guard ascent.policy.weights.allSatisfy(\.isFinite) else {
      throw GameError("learner.step", "the policy left the finite numbers; take smaller steps")
    }
    if isExact {
      let shortfall = ascent.shortfall(&problem)
      return FrozenAnswer(
        policy: ascent.policy, actionValues: ascent.actionValues, updates: done,
        bellmanResidual: shortfall.residual, isUnderConverged: shortfall.misplaced > 1e-3)
    }
    // Without a model only the policy itself can be asked whether it has settled.
    let table = Array(UnsafeBufferPointer(start: sampled.table, count: world.layout.rowCount))
    let residual = sampledShortfall(table, world.layout)
    return FrozenAnswer(
      policy: ascent.policy, actionValues: table, updates: done * updates,
      bellmanResidual: residual, isUnderConverged: isInterior(world.layout))
  }

  /// Σ ρ(x) (maxₐ Q̂(x, a) − Σ σ(a | x) Q̂(x, a)).
  private func sampledShortfall(_ table: [Double], _ layout: MeanFieldLayout) -> Double {
    (0..<layout.stateCount).reduce(0.0) { sum, state in
      let rows = layout.rows(of: state)
      let best = rows.reduce(-Double.infinity) { max($0, table[$1]) }
      return sum + rows.reduce(0.0) { $0 + ascent.policy.weights[$1] * (best - table[$1]) }
    } / Double(layout.stateCount)
  }

  private func isInterior(_ layout: MeanFieldLayout) -> Bool {
    (0..<layout.stateCount).contains { state in
      layout.rows(of: state).reduce(0.0) { max($0, ascent.policy.weights[$1]) } < 0.999
    }
  }
}
