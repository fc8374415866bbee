internal import Agents
public import Configuration
public import Environments
internal import Equilibria
public import Statistics

/// Fictitious play against the population's past, for stationary discounted games.
///
/// In round k an agent answers the average population so far by a best response; the population
/// that would play it joins the average with weight w(k):
///
///     m_k = M(μ̄),   g ∈ argmax at m_k,   s = invariant law of g at m_k
///     μ̄ ← (1 − w) μ̄ + w s ⊗ g                              (average: law)
///     σ̄ ← (1 − w) σ̄ + w g,  s̄ = invariant law of σ̄ at m_k   (average: policy)
///
/// Perrin, Pérolat, Laurière, Geist, Elie and Pietquin (2020), "Fictitious play for mean field games:
/// continuous time analysis and applications", average the laws of a game with a horizon and prove
/// that exploitability falls as 1/k where the population's effect is monotone. Here laws are
/// stationary, so nothing of that carries over by itself; exploitability and consistency say
/// each round where play stands. With w(k) = 1/k the round's own noise in m also falls as 1/k. Any
/// number of scalars. Uses the model.
public struct MeanFieldFictitiousPlay: RoundLearner {
  /// The word in configurations.
  public static let name = "mean-field-fictitious-play"
  /// One line.
  public static let summary = "mean field: best responses to the average population so far"
  /// What is averaged, with which weights, and when to stop.
  public static let parameters: [Parameter] =
    [
      .choice(
        "average", "law", ["law", "policy"],
        "what is averaged over rounds: laws over states and actions, or policies"),
      Parameter(
        "weight", Schedule.type(values: .leftOpen(0, 1)),
        .defaulted(Schedule.power(scale: 1, exponent: 1).parameterValue),
        "w, the newest round's part of the average, by round"),
    ] + RoundCore.parameters

  var core: RoundCore
  private let averagesLaws: Bool
  private let weight: Schedule

  /// Creates the learner; the seed is not used, since nothing is random.
  public init(
    _ parameters: ParameterSet, game: any MeanFieldGame, seed: UInt64,
    generator: GeneratorKind = .taus2
  ) throws {
    core = try RoundCore(parameters, game: game)
    averagesLaws = parameters.text("average") == "law"
    weight = Schedule(parameters.group("weight")!)
  }

  /// One round.
  public mutating func advance(isCancelled: () -> Bool) throws -> OuterStep? {
    guard !isDone, !isCancelled() else { return nil }
    let round = core.state.rounds + 1
    let share = weight.value(at: round, of: core.rounds)
    let layout = core.problem.layout
    // The first round answers the middle of the bounds.
    let response = try core.problem.respond(to: core.state.m)
    let answer = MeanFieldPolicy(rows: response.rows, in: layout)
    if round == 1 {
      return try core.finish(policy: answer, law: response.law, evaluations: 1)
    }
    var policy = core.state.policy
    var law = core.state.law
    if averagesLaws {
      for state in 0..<layout.stateCount {
        let (old, new) = ((1 - share) * law[state], share * response.law[state])
        let mass = old + new
        for row in layout.rows(of: state) where policy.weights[row] != answer.weights[row] {
          // Where neither population is ever seen, the averages of policies do as well.
          policy.weights[row] =
            mass > 0
            ? (old * policy.weights[row] + new * answer.weights[row]) / mass
            : (1 - share) * policy.weights[row] + share * answer.weights[row]
        }
        law[state] = mass
      }
    } else {
      policy = .mix(policy, answer, share: share)
      law = try core.problem.invariantLaw(of: policy)
    }
    return try core.finish(policy: policy, law: law, evaluations: 1)
  }
}
