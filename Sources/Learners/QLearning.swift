internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Independent tabular Q-learning.
///
/// Each player learns its own table as if the others were part of the environment:
///
///     δₜ = rₜ₊₁ + γ cₜ₊₁ maxₐ Q(sₜ₊₁, a) − Q(sₜ, aₜ)
///     Q(sₜ, aₜ) ← Q(sₜ, aₜ) + α(n(sₜ, aₜ)) δₜ
///
/// Watkins (1989); Sutton and Barto (2018), eq. 6.8, with c the continuation (0 only at
/// termination) and n the visits of the pair, this one included. Differs from the book in the
/// step size, which may depend on the pair's visits. With several learners the environment is not
/// stationary and no convergence theorem applies: that is what the exact verdict is for.
public struct QLearning: ActionValueLearner {
  /// The word in configurations.
  public static let name = "q-learning"
  /// One line.
  public static let summary = "independent tabular Q-learning"
  /// Step size, exploration and first values.
  public static let parameters = ActionValueCore.parameters

  var core: ActionValueCore
  private let stepSize: ScheduleTable

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = try ActionValueCore(parameters, game: game, player: player, steps: steps)
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
  }

  /// The greedy action, or an exploring one.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.action(at: state, using: &stream)
  }

  /// One Q-learning update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let action = jointAction[core.player]
    let (entry, count) = core.visit(state, action)
    let old = core.table.values[entry]
    let target =
      rewards[core.player] + core.discount * continuation * core.table.best[nextState]
    core.table.assign(
      state, action, entry: entry, old + stepSize.value(at: count) * (target - old),
      time: core.updates)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<QLearning>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { core.table.snapshot }
}
