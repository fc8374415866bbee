internal import Agents
public import Configuration
internal import Environments
internal import Foundation
public import Statistics

/// Hedge (exponential weights) in a one-shot game, from the model: full information about what each
/// action would have paid.
///
/// With Gₜ(a) the payoffs uᵢ(a, x₋ᵢ) of rounds 1 … t, scaled to [0, 1] by the player's payoff range Δ
/// and added up, round t plays
///
///     xₜ(a) ∝ p(a) exp(ηₜ Gₜ₋₁(a)),   ηₜ = step(t) √(8 ln n),   n actions, first law p
///
/// Freund and Schapire (1997, *JCSS* 55; 1999, *Games and Economic Behavior* 29) for games. The
/// default step(t) = 1/√t needs no horizon: with p uniform the regret of T rounds is at most
/// Δ (2 √(T/2 ln n) + √(ln n/8)) (Cesa-Bianchi and Lugosi 2006, *Prediction, Learning, and Games*,
/// theorem 2.3). A constant step(t) = 1/√T, the horizon known, gives Δ √(T/2 ln n) (theorem 2.2).
/// What the averages tend to is said at `RegretMatching`: coarse correlated equilibria in general,
/// Nash equilibrium in two-player zero-sum games.
///
/// Cost of a round: the joint actions, for each player.
public struct Hedge: RecordedLearner {
  /// The word in configurations.
  public static let name = "hedge"
  /// One line.
  public static let summary = "one-shot games: exponential weights, full information"
  /// Step and first law.
  public static let parameters: [Parameter] = [
    Parameter(
      "step_size", Schedule.type(values: .positive),
      .defaulted(Schedule.power(scale: 1, exponent: 0.5).parameterValue),
      "learning rate by round, in units of sqrt(8 ln n) / payoff range"),
    FirstLaws.parameter(default: .uniform, "law of the first round"),
  ]

  private let payoffs: OneShotPayoffs
  let record: LawRecord
  /// G, one per action.
  private let gains: UnsafeMutablePointer<Double>
  /// log p.
  private let prior: UnsafeMutablePointer<Double>
  private let scores: UnsafeMutablePointer<Double>
  private let memory = TableMemory()
  private let stepSize: ScheduleClock
  private let unit: Double
  private let player: Int

  /// Creates a learner for `player`. Throws `GameError` unless the game is one-shot.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    payoffs = try OneShotPayoffs(model, player: player, learner: Self.name)
    let count = payoffs.game.actionCount
    record = LawRecord(offsets: model.game.policyOffsets(player))
    gains = memory.block(of: count, repeating: 0.0)
    prior = memory.block(of: count, repeating: 0.0)
    scores = memory.block(of: count, repeating: 0.0)
    stepSize = ScheduleClock(Schedule(parameters.group("step_size")!), total: rounds)
    unit = (8 * log(Double(count))).squareRoot()
    self.player = player
    FirstLaws(parameters).fill(prior, offsets: [0, count], using: &stream)
    for action in 0..<count { prior[action] = log(prior[action]) }
    respond(round: 1)
    record.noteChanges(round: 0)
  }

  /// Begins with the given law, no probability below 1e-6.
  public mutating func start(from point: StartingPoint) throws {
    for action in 0..<payoffs.game.actionCount {
      prior[action] = log(max(point.policy[payoffs.game.state, action], 1e-6))
    }
    respond(round: 1)
    record.noteChanges(round: 0)
  }

  /// Adds up payoffs and weighs the actions by them.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    payoffs.compute(against: play)
    let game = payoffs.game
    for action in 0..<game.actionCount {
      gains[action] += (payoffs.values[action] - game.low) * game.scale
    }
    record.average(play[player], step: 1 / Double(round))
    respond(round: round &+ 1)
    record.noteChanges(round: round)
    record.write(into: law)
  }

  private func respond(round: Int) {
    let rate = unit * stepSize.value(at: round)
    let count = payoffs.game.actionCount
    for action in 0..<count { scores[action] = prior[action] + rate * gains[action] }
    writeLogitLaw(scores, count: count, temperature: 1, into: record.last + payoffs.game.first)
  }

  /// What training changes: payoffs added up, first law, laws.
  public struct Snapshot: Codable, Sendable {
    var gains: [Double]
    var prior: [Double]
    var record: LawRecord.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    let count = payoffs.game.actionCount
    return Snapshot(
      gains: array(gains, count: count), prior: array(prior, count: count),
      record: record.snapshot())
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let count = payoffs.game.actionCount
    try requireTable(snapshot.gains, count: count)
    try requireTable(snapshot.prior, count: count)
    try record.restore(snapshot.record)
    gains.update(from: snapshot.gains, count: count)
    prior.update(from: snapshot.prior, count: count)
  }
}
