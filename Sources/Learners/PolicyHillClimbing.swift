internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Policy hill-climbing: Q-learning, and a mixed policy that steps towards the best action.
///
///     Q(s, a) ← Q(s, a) + α [r + γ c maxₐ′ Q(s′, a′) − Q(s, a)]
///     π(s, a) ← π(s, a) − min(π(s, a), δ/(|A| − 1))   for every a but the best in Q(s, ·),
///     which takes up what the others gave
///
/// Bowling and Veloso (2002), table 3. Rational (it finds a best response to rivals that stand
/// still) but not convergent: against itself in matching pennies the policies circle.
///
/// Departures: α depends on the visits of the pair and δ on those of the state, not on time; the
/// best action's probability is what the others leave (the same number but for rounding);
/// "suitable exploration" is, with probability `exploration`, a uniformly random action. Ties in Q
/// go to the lowest action. c is the continuation. Cost per step: O(actions).
public struct PolicyHillClimbing: HillClimbingLearner {
  /// The word in configurations.
  public static let name = "phc"
  /// One line.
  public static let summary = "policy hill-climbing: a mixed policy climbs on Q-learning's values"
  /// Step sizes, exploration and first values.
  public static let parameters: [Parameter] = [
    HillClimber.stepSize,
    HillClimber.policyStep("step delta of the policy, by visits of the state"),
    LawTable.exploration, InitialValues.parameter,
  ]

  var climber: HillClimber
  private let policyStep: ScheduleTable

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    climber = try HillClimber(parameters, game: game, player: player, steps: steps)
    policyStep = ScheduleTable(Schedule(parameters.group("policy_step")!), total: steps)
  }

  /// A draw from the policy, or an exploring action.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    climber.action(at: state, using: &stream)
  }

  /// One update of the values and one step of the policy.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let visits = climber.learn(
      state: state, jointAction: jointAction, rewards: rewards, nextState: nextState,
      continuation: continuation)
    climber.climb(state, step: policyStep.value(at: visits))
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<PolicyHillClimbing>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { climber.table.snapshot }
}
