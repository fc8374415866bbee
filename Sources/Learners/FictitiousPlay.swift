internal import Agents
public import Configuration
public import Environments
public import Statistics

/// Fictitious play of a stochastic game, from the model.
///
/// Player i believes that each rival j plays σ̂ⱼ(·|s) at s and that the future from s is worth
/// V(s). In round t = 1, 2, … it plays at every state a best response to these beliefs, then
/// corrects both:
///
///     W(s, a) = Σ over a₋ᵢ of Πⱼ σ̂ⱼ(aⱼ|s) [uᵢ(s, a) + δᵢ Σ P(s′|s, a) V(s′)]
///     xₜ(s)   = argmaxₐ W(s, a), the lowest where several tie
///     V(s)   ← V(s) + β(t) (maxₐ W(s, a) − V(s))
///     σ̂ⱼ     ← σ̂ⱼ + α(t + prior) (what j played − σ̂ⱼ)
///
/// With one state this is Brown's (1951) fictitious play. Sayin, Parise and Ozdaglar (2022,
/// "Fictitious play in zero-sum stochastic games", *SIAM Journal on Control and Optimization* 60)
/// prove that the beliefs converge to an equilibrium of a two-player zero-sum stochastic game where
/// β/α → 0; Baudin and Laraki (2022, *ICML*) prove it for identical interests; Leslie, Perkins and
/// Xu (2020, *Journal of Economic Theory* 189) study the continuous-time dynamics. By default the
/// values move *faster* than the beliefs, β(t) = 1/(1 + log(t + 1)) against α = 1/(t + 1), which
/// these theorems do not cover but which does well on the compute race (docs/fictitious-play.md).
///
/// The last policy is the pure best response of the next round, which need not settle; the average
/// policy is the average of the player's own responses with the weights of the beliefs, begun
/// uniform: with `initial: uniform` exactly what every rival believes about it.
///
/// Cost of a round: one pass over the game's transitions for each player.
public struct FictitiousPlay: BeliefLearner {
  /// The word in configurations.
  public static let name = "fictitious-play"
  /// One line.
  public static let summary = "best responses to average play, from the model"
  /// Steps and first beliefs.
  public static let parameters: [Parameter] = ModelBeliefs.parameters

  let beliefs: ModelBeliefs
  let record: LawRecord

  /// Creates a learner for `player`.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    beliefs = ModelBeliefs(
      parameters, model: model, player: player, rounds: rounds, using: &stream)
    record = LawRecord(offsets: model.game.policyOffsets(player))
    respond()
    record.noteChanges(round: 0)
  }

  /// Corrects values and beliefs and responds to them.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) {
    record.average(play[beliefs.player], step: beliefs.learn(from: play, round: round))
    respond()
    record.noteChanges(round: round)
    record.write(into: law)
  }

  private func respond() {
    beliefs.respond(into: record.last) { worth, count, law in
      var best = 0
      var action = 1
      law[0] = 0
      while action < count {
        law[action] = 0
        best = worth[action] > worth[best] ? action : best
        action &+= 1
      }
      law[best] = 1
      return worth[best]
    }
  }

  /// V, one per state.
  public var values: [Double] { beliefs.snapshot().values }
  /// What the player believes about a rival.
  public func belief(about rival: Int) -> Policy { beliefs.belief(about: rival) }

  /// What training changes: beliefs, values, responses.
  public struct Snapshot: Codable, Sendable {
    var beliefs: ModelBeliefs.Snapshot
    var record: LawRecord.Snapshot
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(beliefs: beliefs.snapshot(), record: record.snapshot())
  }

  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {
    try beliefs.restore(snapshot.beliefs)
    try record.restore(snapshot.record)
  }
}
