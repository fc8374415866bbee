internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Smooth fictitious play of a stochastic game, from the model: `FictitiousPlay` with logit
/// responses.
///
///     xₜ(s, a) = exp(W(s, a)/τ(t)) / Σ over b of exp(W(s, b)/τ(t))
///     V(s)    ← V(s) + β(t) (Σₐ xₜ(s, a) W(s, a) − V(s))
///
/// with W and the beliefs as there. Fudenberg and Levine (1998), *The Theory of Learning in Games*,
/// section 4; Leslie and Collins (2006), *Games and Economic Behavior* 56, let the temperature fall
/// ("generalised weakened fictitious play"). At a fixed temperature what it may converge to is not
/// a Nash but a logit equilibrium (McKelvey and Palfrey 1995), whose NashConv is not 0; hence a
/// temperature that falls to 0.
///
/// Cost of a round: that of fictitious play, and one exponential an entry.
public struct SmoothFictitiousPlay: BeliefLearner {
  /// The word in configurations.
  public static let name = "smooth-fictitious-play"
  /// One line.
  public static let summary = "logit responses to average play, from the model"
  /// Temperature, steps and first beliefs.
  public static let parameters: [Parameter] =
    [
      Parameter(
        "temperature", Schedule.type(values: .positive),
        .defaulted(Schedule.power(scale: 0.5, exponent: 0.5).parameterValue), unit: "payoff",
        "temperature of the logit responses, by round")
    ] + ModelBeliefs.parameters

  let beliefs: ModelBeliefs
  let record: LawRecord
  private let temperature: ScheduleClock
  private var round = 1

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    beliefs = ModelBeliefs(
      parameters, model: model, player: player, rounds: rounds, using: &stream)
    record = LawRecord(offsets: model.game.policyOffsets(player))
    temperature = ScheduleClock(Schedule(parameters.group("temperature")!), total: rounds)
    respond()
    record.noteChanges(round: 0)
  }

  /// Corrects values and beliefs and responds to them.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    record.average(play[beliefs.player], step: beliefs.learn(from: play, round: round))
    self.round = round &+ 1
    respond()
    record.noteChanges(round: round)
    record.write(into: law)
  }

  private func respond() {
    let temperature = temperature.value(at: round)
    beliefs.respond(into: record.last) { worth, count, law in
      writeLogitLaw(worth, count: count, temperature: temperature, into: law)
      var value = 0.0
      var action = 0
      while action < count {
        value += law[action] * worth[action]
        action &+= 1
      }
      return value
    }
  }

  /// The temperature of the law as it stands.
  public var explorationRate: Double? { temperature.value(at: round) }
  /// V, one per state.
  public var values: [Double] { beliefs.snapshot().values }
  /// What the player believes about a rival.
  public func belief(about rival: Int) -> Policy { beliefs.belief(about: rival) }

  /// What training changes: beliefs, values, responses and the round they are for.
  public struct Snapshot: Codable, Sendable {
    var round: Int
    var beliefs: ModelBeliefs.Snapshot
    var record: LawRecord.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(round: round, beliefs: beliefs.snapshot(), record: record.snapshot())
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.round >= 1 else { throw SnapshotError("a snapshot counts rounds below 1") }
    try beliefs.restore(snapshot.beliefs)
    try record.restore(snapshot.record)
    round = snapshot.round
  }
}
