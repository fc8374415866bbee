internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Independent expected SARSA: the target averages over the next action instead of drawing it.
///
///     δₜ = rₜ₊₁ + γ cₜ₊₁ Σₐ π(a | sₜ₊₁) Q(sₜ₊₁, a) − Q(sₜ, aₜ)
///     Q(sₜ, aₜ) ← Q(sₜ, aₜ) + α(n(sₜ, aₜ)) δₜ
///
/// with π the law that the next action is drawn from, exploration included, at the exploration rate
/// of the next step. Van Seijen, van Hasselt, Whiteson and Wiering (2009), algorithm 1; Sutton and
/// Barto (2018), eq. 6.9. Same expected update as SARSA, with less variance. c and n as in
/// Q-learning. Differs from the sources in the step size, which may depend on the pair's visits.
/// Cost per step: O(actions).
public struct ExpectedSarsa: ActionValueLearner {
  /// The word in configurations.
  public static let name = "expected-sarsa"
  /// One line.
  public static let summary = "SARSA with the expected value of the next action"
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

  /// One expected-SARSA update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let action = jointAction[core.player]
    let (entry, count) = core.visit(state, action)
    let worth = core.exploration.expectation(core.table, at: nextState, time: core.updates)
    let target = rewards[core.player] + core.discount * continuation * worth
    let old = core.table.values[entry]
    core.table.assign(
      state, action, entry: entry, old + stepSize.value(at: count) * (target - old),
      time: core.updates)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<ExpectedSarsa>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { core.table.snapshot }
}
