internal import Agents
public import Configuration
public import Environments
internal import Equilibria
public import Statistics

/// Adaptive Q-learning: Light's Algorithm 2, with signs that are tested before they are acted on.
///
///     m ← (a + b) / 2
///     Q̂ ← H updates of Q-learning at the frozen m (`FrozenQLearning`), ĝ = argmax Q̂
///     ŝ ← occupation of K simulated transitions under ĝ,  f̂ = m − M(ŝ)
///     f̂ > δ: b ← m;  f̂ < −δ: a ← m;  otherwise stop
///
/// Light, "Computing and Learning Stationary Mean Field Equilibria with Scalar Interactions",
/// section 3.2. `preset: paper` has the settings of its section 9.1: a constant step, ε-greedy
/// exploration, replay, signs as they come. Departures, for the default: steps (1 + n)^−0.7, which
/// meet the conditions of its Theorem 2 (a constant one does not), uniform exploration, no replay,
/// tested signs, and a way back out of a wrong bracket (`AdaptiveSearch`, `BracketSearch`).
public struct AdaptiveQLearning: AdaptiveLearner {
  /// The word in configurations.
  public static let name = "adaptive-q-learning"
  /// One line.
  public static let summary = "mean field: Q-learning at a frozen m, bisection on tested signs"
  /// Q-learning, and the search.
  public static let parameters: [Parameter] =
    [
      .choice(
        "preset", "default", ["default", "paper"],
        "settings of keys not written: default, which works, or paper, as printed there"),
      Parameter(
        "updates", .integer(1...1_000_000_000), .optional,
        "H, steps of experience a trial; default 1000000, paper 100000"),
      Parameter(
        "step", Schedule.type(values: .leftOpen(0, 1)), .optional,
        "γ by updates of the pair; default {kind: power, exponent: 0.7}, paper 0.003"),
      Parameter(
        "exploration",
        .variant(
          [
            Variant("uniform", "every action alike", []),
            Variant(
              "epsilon-greedy", "greedy, but any action with probability epsilon",
              [
                .real("from", 0.9, .closed(0, 1), "epsilon in the first episode"),
                .real("to", 0.05, .closed(0, 1), "the least epsilon"),
                .real("decay", 0.995, .leftOpen(0, 1), "its factor per episode"),
              ]),
          ], shorthand: nil), .optional,
        "how actions are chosen while learning; default uniform, paper epsilon-greedy"),
      Parameter(
        "episode", .integer(1...1_000_000_000), .optional,
        "steps after which play begins anew at any state; default 100"),
      Parameter(
        "replay",
        .variant(
          [
            Variant("none", "every transition is learned from once, as it happens", []),
            Variant(
              "buffer", "past transitions, drawn uniformly",
              [
                .integer("size", 500, 1...100_000_000, "transitions kept"),
                .integer("batch", 16, 1...1_000_000, "learned from, one after another, a step"),
              ]),
          ], shorthand: nil), .optional,
        "which transitions are learned from; default none, paper buffer"),
      Parameter.real("initial_value", 0, .any, unit: "payoff", "first values of the table"),
    ] + SearchSettings.parameters

  var search: AdaptiveSearch<QLearner>

  /// Creates the learner.
  public init(
    _ parameters: ParameterSet, game: any MeanFieldGame, seed: UInt64,
    generator: GeneratorKind = .taus2
  ) throws {
    let isPaper = parameters.text("preset") == "paper"
    var settings = FrozenQLearning.Settings()
    if isPaper {
      settings.step = .constant(0.003)
      settings.exploration = .greedy(from: 0.9, to: 0.05, decay: 0.995)
      settings.replay = (size: 500, batch: 16)
    }
    if let step = parameters.group("step") { settings.step = Schedule(step) }
    if let rule = parameters.group("exploration") {
      settings.exploration =
        rule.kind == "uniform"
        ? .uniform
        : .greedy(from: rule.real("from"), to: rule.real("to"), decay: rule.real("decay"))
    }
    if let replay = parameters.group("replay") {
      settings.replay =
        replay.kind == "none"
        ? nil : (size: replay.integer("size"), batch: replay.integer("batch"))
      if let replay = settings.replay, replay.batch > replay.size {
        throw GameError("replay", "must keep at least as many transitions as a batch has")
      }
    }
    settings.episode = parameters.integerIfWritten("episode") ?? settings.episode
    settings.initialValue = parameters.real("initial_value")
    let world = FrozenWorld(game)
    search = try AdaptiveSearch(
      SearchSettings(parameters, preset: isPaper ? .paper : .standard),
      inner: QLearner(
        settings, world: world,
        updates: parameters.integerIfWritten("updates") ?? (isPaper ? 100_000 : 1_000_000)),
      world: world, game: game, seed: seed, generator: generator)
  }
}

/// `FrozenQLearning` with a budget.
struct QLearner: FrozenLearner {
  private var core: FrozenQLearning
  private let steps: ScheduleTable
  private let updates: Int
  private let layout: MeanFieldLayout

  init(_ settings: FrozenQLearning.Settings, world: FrozenWorld, updates: Int) {
    core = FrozenQLearning(settings, world: world)
    steps = ScheduleTable(settings.step, total: updates)
    layout = world.layout
    self.updates = updates
  }

  mutating func learn(
    _ problem: inout FrozenProblem, world: FrozenWorld, budget: Double,
    using stream: inout RandomStream, isCancelled: () -> Bool
  ) throws -> FrozenAnswer {
    core.begin()
    var left = Int(Double(updates) * budget)
    while left > 0 {
      if isCancelled() { throw LearningCancelled() }
      let count = min(left, 1 << 16)
      core.run(count, step: steps, using: &stream)
      left -= count
    }
    guard core.table.isFinite else {
      throw GameError(
        "learner.step", "action values left the finite numbers; take smaller steps")
    }
    let table = core.table
    let rows = (0..<layout.stateCount).map { Int32(table.entry($0, table.greedy[$0])) }
    return FrozenAnswer(
      policy: MeanFieldPolicy(rows: rows, in: layout), actionValues: table.snapshot,
      updates: core.updates)
  }
}
