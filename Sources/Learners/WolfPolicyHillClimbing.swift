internal import Agents
public import Configuration
public import Environments
public import Statistics

/// WoLF-PHC: policy hill-climbing that learns fast when losing and slowly when winning.
///
///     Q(s, a) ← Q(s, a) + α [r + γ c maxₐ′ Q(s′, a′) − Q(s, a)]
///     C(s) ← C(s) + 1
///     π̄(s, ·) ← π̄(s, ·) + (π(s, ·) − π̄(s, ·))/C(s)
///     δ = δ_w  if Σₐ π(s, a) Q(s, a) > Σₐ π̄(s, a) Q(s, a),  else δ_l = `losing_factor` · δ_w
///     π steps towards the best action by δ, as in PHC
///
/// Bowling and Veloso (2002), table 5. In self-play in games of two players and two actions the
/// idealised method converges to equilibrium (their theorem 3); in larger games it was found to,
/// not proved.
///
/// Departures: α depends on the visits of the pair and δ_w on those of the state, not on time; the
/// rest as in `PolicyHillClimbing`. π̄ is the mean over all updates at the state; the average policy
/// that is judged is that of recorded visits, as for every learner. Cost per step: O(actions).
public struct WolfPolicyHillClimbing: HillClimbingLearner {
  /// The word in configurations.
  public static let name = "wolf-phc"
  /// One line.
  public static let summary = "policy hill-climbing that learns fast when losing"
  /// Step sizes, exploration and first values.
  public static let parameters: [Parameter] = [
    HillClimber.stepSize,
    HillClimber.policyStep("step of the policy when winning, by visits of the state"),
    .real(
      "losing_factor", 4, .closed(1, 1e6),
      "step when losing over step when winning; 1 is plain policy hill-climbing"),
    LawTable.exploration, InitialValues.parameter,
  ]

  var climber: HillClimber
  private let policyStep: ScheduleTable
  private let losingFactor: Double
  /// π̄, flat.
  private let average: UnsafeMutablePointer<Double>
  private let memory = TableMemory()

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    climber = try HillClimber(parameters, game: game, player: player, steps: steps)
    policyStep = ScheduleTable(Schedule(parameters.group("policy_step")!), total: steps)
    losingFactor = parameters.real("losing_factor")
    average = memory.block(of: climber.table.entryCount, repeating: 0)
  }

  /// A draw from the policy, or an exploring action.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    climber.action(at: state, using: &stream)
  }

  /// One update of the values and of the average policy, and one step of the policy.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let visits = climber.learn(
      state: state, jointAction: jointAction, rewards: rewards, nextState: nextState,
      continuation: continuation)
    let start = climber.laws.start(of: state)
    let end = start &+ climber.laws.actionCount(at: state)
    let (law, values) = (climber.laws.law, climber.table.values)
    let best = climber.table.best[state]
    let weight = 1 / Double(visits)
    // Both expectations as shortfalls from the best action: no common constant to cancel.
    var own = 0.0
    var mean = 0.0
    var entry = start
    while entry < end {
      average[entry] += weight * (law[entry] - average[entry])
      own += law[entry] * (best - values[entry])
      mean += average[entry] * (best - values[entry])
      entry &+= 1
    }
    let step = policyStep.value(at: visits)
    climber.climb(state, step: own < mean ? step : losingFactor * step)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<WolfPolicyHillClimbing>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { climber.table.snapshot }
  /// π̄, the mean of the policies at all updates of each state, flat; 0 at states never updated.
  public var averageOfUpdates: [Double] {
    Array(UnsafeBufferPointer(start: average, count: climber.table.entryCount))
  }

  /// What training changes: the climber, and π̄.
  public struct Snapshot: Codable, Sendable {
    var climber: HillClimberSnapshot
    var average: [Double]
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(climber: climber.snapshot(), average: averageOfUpdates)
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.average.count == climber.table.entryCount,
      snapshot.average.allSatisfy({ $0 >= -1e-9 && $0 <= 1 + 1e-9 })
    else { throw SnapshotError("the average policy of a WoLF-PHC snapshot does not fit") }
    try climber.restore(snapshot.climber)
    average.update(from: snapshot.average, count: snapshot.average.count)
  }
}
