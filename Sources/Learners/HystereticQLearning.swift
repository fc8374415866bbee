internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Hysteretic Q-learning: good surprises count for more than bad ones.
///
///     δₜ = rₜ₊₁ + γ cₜ₊₁ maxₐ Q(sₜ₊₁, a) − Q(sₜ, aₜ)
///     Q(sₜ, aₜ) ← Q(sₜ, aₜ) + α δₜ  if δₜ ≥ 0,  + β δₜ  otherwise
///
/// Matignon, Laurent and Le Fort-Piat (2007), eq. 3 and algorithm 1, with β below α: in teams that
/// are paid alike, a bad outcome is as likely a teammate's exploration as one's own mistake. β = α
/// is Q-learning, β = 0 optimism without limit. Each learner sees the state and its own action
/// only. Differs from the paper in that both rates may follow schedules, by visits of the pair.
///
/// The asymmetry biases values upwards wherever payoffs or moves are random, to an expectile
/// instead of the mean (at constant rates the fixed point weighs good and bad errors α to β). No
/// guarantee in general; in deterministic team games it finds good joint actions more often than
/// Q-learning. Cost per step: O(1).
public struct HystereticQLearning: ActionValueLearner {
  /// The word in configurations.
  public static let name = "hysteretic-q-learning"
  /// One line.
  public static let summary = "Q-learning that learns less from disappointments"
  /// The two rates, exploration and first values.
  public static let parameters: [Parameter] = [
    Parameter(
      "step_size", Schedule.type(values: .leftOpen(0, 1)),
      .defaulted(Schedule.constant(0.1).parameterValue),
      "rate alpha of good surprises, by visits of the state-action pair"),
    Parameter(
      "decrease_step_size", Schedule.type(values: .closed(0, 1)),
      .defaulted(Schedule.constant(0.01).parameterValue),
      "rate beta of bad surprises, by visits of the state-action pair"),
    ExplorationRule.parameter, InitialValues.parameter,
  ]

  var core: ActionValueCore
  private let increase: ScheduleTable
  private let decrease: ScheduleTable

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = try ActionValueCore(parameters, game: game, player: player, steps: steps)
    increase = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
    decrease = ScheduleTable(Schedule(parameters.group("decrease_step_size")!), total: steps)
  }

  /// The greedy action, or an exploring one.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    core.action(at: state, using: &stream)
  }

  /// One hysteretic update.
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
    let surprise = target - old
    let rate = surprise >= 0 ? increase.value(at: count) : decrease.value(at: count)
    core.table.assign(state, action, entry: entry, old + rate * surprise, time: core.updates)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<HystereticQLearning>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { core.table.snapshot }
}
