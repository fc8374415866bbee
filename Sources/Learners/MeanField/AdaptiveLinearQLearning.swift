internal import Agents
public import Configuration
public import Environments
internal import Equilibria
internal import Foundation
public import Statistics

/// Adaptive Q-learning with action values that are linear in features of the state: Light's
/// Algorithm 2 for large state spaces (section 8.2).
///
///     y = π(x, a, m) + β maxₐ' Q(x', a'; θ⁻)
///     θₐ ← θₐ + γ (y − Q(x, a; θ)) φ(x) / ‖φ(x)‖²,    Q(x, a; θ) = θₐ · φ(x)
///
/// with one weight vector per *label* of an action, so that the same action shares what it learns
/// between states, and θ⁻ a copy of θ made every `copy_every` updates. The division by ‖φ‖² is ours: a
/// step of 1 then moves the value all the way to its target, whatever the features. State
/// aggregation is `tile-coding` with one tiling; `tabular` features are a table. Exploration is
/// uniform, in episodes.
public struct AdaptiveLinearQLearning: AdaptiveLearner {
  /// The word in configurations.
  public static let name = "adaptive-linear-q-learning"
  /// One line.
  public static let summary =
    "mean field: Q-learning linear in features at a frozen m, bisection on tested signs"
  /// Features, steps, the target's copies, and the search.
  public static let parameters: [Parameter] =
    [
      FeatureBasis.parameter,
      .choice(
        "preset", "default", ["default", "paper"],
        "keys of the search that are not written: default, or as the paper prints them"),
      .integer("updates", 1_000_000, 1...1_000_000_000, "H, updates a trial"),
      Parameter(
        "step", Schedule.type(values: .leftOpen(0, 1)),
        .defaulted(Schedule.exponential(from: 0.5, to: 0.002, share: 1).parameterValue),
        "γ, by update"),
      .integer("copy_every", 1_000, 1...1_000_000_000, "N, updates between copies of the target"),
      .integer(
        "episode", 100, 1...1_000_000_000, "steps after which play begins anew at any state"),
    ] + SearchSettings.parameters

  var search: AdaptiveSearch<LinearQLearner>

  /// Creates the learner.
  public init(
    _ parameters: ParameterSet, game: any MeanFieldGame, seed: UInt64,
    generator: GeneratorKind = .taus2
  ) throws {
    let world = FrozenWorld(game)
    let middle = game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    let features = try StateFeatures(
      FeatureBasis(parameters.group("features")!), game: game.frozen(at: middle))
    search = try AdaptiveSearch(
      SearchSettings(
        parameters, preset: parameters.text("preset") == "paper" ? .paper : .standard),
      inner: LinearQLearner(
        features, world: world, step: Schedule(parameters.group("step")!),
        updates: parameters.integer("updates"), copyEvery: parameters.integer("copy_every"),
        episode: parameters.integer("episode")),
      world: world, game: game, seed: seed, generator: generator)
  }
}

/// Linear Q-learning at a frozen m, with a budget of updates.
struct LinearQLearner: FrozenLearner {
  private let features: StateFeatures
  private let world: FrozenWorld
  private let step: Schedule
  private let updates: Int
  private let copyEvery: Int
  private let episode: Int
  /// The column of each row's label.
  private let columns: UnsafeMutablePointer<Int>
  private let columnCount: Int
  /// 1 / ‖φ(x)‖².
  private let scales: UnsafeMutablePointer<Double>
  /// θ, `[feature × column]`.
  private let weights: UnsafeMutablePointer<Double>
  /// maxₐ Q(x, a; θ⁻) of each state.
  private let best: UnsafeMutablePointer<Double>
  private let memory = TableMemory()

  init(
    _ features: StateFeatures, world: FrozenWorld, step: Schedule, updates: Int, copyEvery: Int,
    episode: Int
  ) {
    self.features = features
    self.world = world
    self.step = step
    self.updates = updates
    self.copyEvery = copyEvery
    self.episode = episode
    var labels: [Label] = []
    columns = memory.block(of: world.layout.rowCount, repeating: 0)
    for (row, label) in world.layout.actionLabels.enumerated() {
      columns[row] = labels.firstIndex(of: label) ?? labels.count
      if columns[row] == labels.count { labels.append(label) }
    }
    columnCount = labels.count
    scales = memory.block(of: features.stateCount, repeating: 0)
    for state in 0..<features.stateCount {
      let square = (features.starts[state]..<features.starts[state + 1]).reduce(0.0) {
        $0 + features.values[$1] * features.values[$1]
      }
      scales[state] = square > 0 ? 1 / square : 0
    }
    weights = memory.block(of: features.featureCount * labels.count, repeating: 0)
    best = memory.block(of: features.stateCount, repeating: 0)
  }

  /// Q(x, a; θ) of a row.
  @inline(__always)
  private func value(_ state: Int, _ row: Int) -> Double {
    var sum = 0.0
    var entry = features.starts[state]
    let end = features.starts[state &+ 1]
    while entry < end {
      sum +=
        features.values[entry] * weights[features.indices[entry] &* columnCount &+ columns[row]]
      entry &+= 1
    }
    return sum
  }

  private func copyTarget() {
    for state in 0..<features.stateCount {
      var top = -Double.infinity
      for row in world.layout.rows(of: state) { top = max(top, value(state, row)) }
      best[state] = top
    }
  }

  mutating func learn(
    _ problem: inout FrozenProblem, world: FrozenWorld, budget: Double,
    using stream: inout RandomStream, isCancelled: () -> Bool
  ) throws -> FrozenAnswer {
    let weightCount = features.featureCount * columnCount
    weights.update(repeating: 0, count: weightCount)
    let total = Int(Double(updates) * budget)
    let clock = ScheduleClock(step, total: total)
    var state = 0
    for t in 0..<total {
      if t % copyEvery == 0 { copyTarget() }
      if t & 0xfff == 0, isCancelled() { throw LearningCancelled() }
      if t % episode == 0 { state = stream.index(below: world.stateCount) }
      let first = Int(world.rowOffsets[state])
      let row = first + Int(stream.uniform() * Double(Int(world.rowOffsets[state + 1]) - first))
      let next = world.moves.draw(row, using: &stream)
      let target = world.payoffs[row] + world.discount * best[next]
      let amount = clock.value(at: t) * scales[state] * (target - value(state, row))
      var entry = features.starts[state]
      let end = features.starts[state &+ 1]
      while entry < end {
        weights[features.indices[entry] &* columnCount &+ columns[row]] +=
          amount * features.values[entry]
        entry &+= 1
      }
      state = next
    }
    let learned = UnsafeBufferPointer(start: weights, count: weightCount)
    guard learned.allSatisfy(\.isFinite) else {
      throw GameError(
        "learner.step",
        "weights left the finite numbers; take smaller steps, fewer features, or a larger copy_every"
      )
    }
    let layout = world.layout
    let values = (0..<layout.rowCount).map { value(Int(layout.stateOfRow[$0]), $0) }
    let rows = (0..<layout.stateCount).map { state in
      let rows = layout.rows(of: state)
      return Int32(rows.dropFirst().reduce(rows.lowerBound) { values[$1] > values[$0] ? $1 : $0 })
    }
    return FrozenAnswer(
      policy: MeanFieldPolicy(rows: rows, in: layout), actionValues: values, updates: total,
      largestWeight: learned.reduce(0) { max($0, abs($1)) })
  }
}
