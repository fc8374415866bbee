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
public struct SmoothFictitiousPlay: ModelLearner {
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
    ] + beliefParameters

  private let beliefs: ModelBeliefs
  private let record: LawRecord
  private let temperature: ScheduleClock
  private let beliefStep: ScheduleClock
  private let valueStep: ScheduleClock
  private let prior: Int
  private var round = 1

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    beliefs = ModelBeliefs(model, player: player, initial: FirstLaws(parameters), using: &stream)
    record = LawRecord(offsets: model.game.policyOffsets(player))
    temperature = ScheduleClock(Schedule(parameters.group("temperature")!), total: rounds)
    beliefStep = ScheduleClock(Schedule(parameters.group("belief_step")!), total: rounds)
    valueStep = ScheduleClock(Schedule(parameters.group("value_step")!), total: rounds)
    prior = parameters.integer("prior")
    respond()
    record.noteChanges(round: 0)
  }

  /// Plays the given policy in the first round, believing that the rivals play as in the profile it
  /// comes from and that the future is worth what it is there.
  public mutating func start(from point: StartingPoint) throws {
    beliefs.begin(with: point)
    record.begin(with: point.policy.probabilities)
  }

  /// Writes the response to the first beliefs.
  public func writeFirstLaw(into law: UnsafeMutablePointer<Double>) { record.write(into: law) }

  /// Corrects values and beliefs and responds to them.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    beliefs.learnValues(step: valueStep.value(at: round))
    let step = beliefStep.value(at: round &+ prior)
    beliefs.observe(play, step: step)
    record.average(play[beliefs.player], step: step)
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

  /// The logit response to the beliefs as they stand.
  public var lastPolicy: Policy { record.lastPolicy }
  /// The average of the responses, weighted as the beliefs weigh them.
  public var averagePolicy: Policy { record.averagePolicy }
  /// The round after which the likeliest action at any state last changed.
  public var lastPolicyChange: Int { record.lastChange }
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
