internal import Agents
public import Configuration
public import Environments
internal import Equilibria
internal import Foundation
public import Statistics

/// Online mirror descent for stationary discounted games: action values accumulate, and the policy
/// is their soft maximum.
///
///     y(x, a) ← y(x, a) + η Q^σ(x, a, m),     σ(a | x) ∝ exp(y(x, a)),     m = M of the population under σ
///
/// where Q^σ is the value of the *current* policy, not of a best response. Perolat, Perrin, Elie,
/// Laurière, Piliouras, Geist, Tuyls and Pietquin (2022), "Scaling mean field games by online mirror
/// descent" (Algorithm 1, for games with a horizon and a monotone effect of the population; here
/// laws are stationary). The population in a round is the invariant law of σ at the m announced
/// by the round before. Scores are kept relative to each state's largest, which changes no policy.
/// Any number of scalars. Uses the model.
public struct OnlineMirrorDescent: RoundLearner {
  /// The word in configurations.
  public static let name = "online-mirror-descent"
  /// One line.
  public static let summary = "mean field: soft maximum of action values accumulated over rounds"
  /// η, and when to stop.
  public static let parameters: [Parameter] =
    [
      Parameter(
        "step", Schedule.type(values: .positive),
        .defaulted(Schedule.constant(0.5).parameterValue), unit: "1/payoff",
        "η, by round: one over the temperature of what a round adds")
    ] + RoundCore.parameters

  var core: RoundCore
  private let step: Schedule

  /// Creates the learner; the seed is not used, since nothing is random.
  public init(
    _ parameters: ParameterSet, game: any MeanFieldGame, seed: UInt64,
    generator: GeneratorKind = .taus2
  ) throws {
    core = try RoundCore(parameters, game: game)
    step = Schedule(parameters.group("step")!)
  }

  /// One round.
  public mutating func advance(isCancelled: () -> Bool) throws -> OuterStep? {
    guard !isDone, !isCancelled() else { return nil }
    let layout = core.problem.layout
    let eta = step.value(at: core.state.rounds + 1, of: core.rounds)
    var scores = core.state.scores
    core.problem.freeze(at: core.state.m)
    let values = core.problem.evaluate(core.state.policy)
    for row in scores.indices {
      scores[row] += eta * core.problem.actionValue(row: row, values: values)
    }
    var policy = core.state.policy
    for state in 0..<layout.stateCount {
      let rows = layout.rows(of: state)
      let top = rows.reduce(-Double.infinity) { max($0, scores[$1]) }
      guard top.isFinite else {
        throw GameError("learner.step", "scores left the finite numbers; take smaller steps")
      }
      var total = 0.0
      for row in rows {
        scores[row] -= top
        policy.weights[row] = exp(scores[row])
        total += policy.weights[row]
      }
      for row in rows { policy.weights[row] /= total }
    }
    let law = try core.problem.invariantLaw(of: policy)
    return try core.finish(policy: policy, law: law, evaluations: 1, scores: scores)
  }
}
