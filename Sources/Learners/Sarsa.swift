internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Independent SARSA: each player values the policy it plays, exploration included.
///
///     δₜ = rₜ₊₁ + γ cₜ₊₁ Q(sₜ₊₁, aₜ₊₁) − Q(sₜ, aₜ)
///     Q(sₜ, aₜ) ← Q(sₜ, aₜ) + α(n(sₜ, aₜ)) δₜ
///
/// Rummery and Niranjan (1994); Sutton and Barto (2018), eq. 6.7 and the box of section 6.4, in
/// whose order aₜ₊₁ is drawn before the table changes, and then played. c is the continuation (0
/// only at termination), n the visits of the pair, this one included.
///
/// Differs from the book in the step size, which may depend on the pair's visits, and where an
/// episode is truncated: the action that would have come next is drawn for the target and not
/// played. One player: converges to the optimum if exploration vanishes and every pair is visited
/// for ever (Singh, Jaakkola, Littman and Szepesvári 2000), otherwise to the values of the policy
/// that explores. Several: no guarantee. Cost per step: O(1), with Boltzmann exploration O(actions).
public struct Sarsa: ActionValueLearner {
  /// The word in configurations.
  public static let name = "sarsa"
  /// One line.
  public static let summary = "independent SARSA, which values the policy it explores with"
  /// Step size, exploration and first values.
  public static let parameters = ActionValueCore.parameters

  var core: ActionValueCore
  private let stepSize: ScheduleTable
  /// The action that the next call of `act` plays; −1 if none is chosen yet.
  private var chosen = -1

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int
  ) throws {
    core = try ActionValueCore(parameters, game: game, player: player, steps: steps)
    stepSize = ScheduleTable(Schedule(parameters.group("step_size")!), total: steps)
  }

  /// The action chosen with the last update; at the start of an episode a new one.
  @inline(__always)
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    if chosen >= 0 {
      let action = chosen
      chosen = -1
      return action
    }
    return core.action(at: state, using: &stream)
  }

  /// Chooses the next action, then one SARSA update.
  @inline(__always)
  public mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream
  ) {
    let action = jointAction[core.player]
    let (entry, count) = core.visit(state, action)
    var target = rewards[core.player]
    chosen = -1
    if continuation != 0 {
      let next = core.action(at: nextState, using: &stream)
      let worth = core.table.values[core.table.entry(nextState, next)]
      target += core.discount * continuation * worth
      if !isLast { chosen = next }
    }
    let old = core.table.values[entry]
    core.table.assign(
      state, action, entry: entry, old + stepSize.value(at: count) * (target - old),
      time: core.updates)
  }

  /// The training loop, compiled for this learner here.
  public static func train(_ loop: inout TrainingLoop<Sarsa>, until last: Int) {
    loop.play(until: last)
  }

  /// The action values, flat, laid out as the player's policy.
  public var actionValues: [Double] { core.table.snapshot }

  /// What training changes: the table, and the action already chosen.
  public struct Snapshot: Codable, Sendable {
    var table: ActionValueSnapshot
    var chosen: Int
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot { Snapshot(table: core.snapshot(), chosen: chosen) }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let most = (0..<core.table.stateCount).reduce(0) { max($0, core.table.actionCount(at: $1)) }
    guard snapshot.chosen >= -1, snapshot.chosen < most else {
      throw SnapshotError("a SARSA snapshot has chosen action \(snapshot.chosen)")
    }
    try core.restore(snapshot.table)
    chosen = snapshot.chosen
  }
}
