public import Configuration
public import Environments
internal import Equilibria
internal import Learners
internal import Statistics

/// Where names in configurations meet types: one line a game, learner or solver.
public enum Registry {
  /// Every kind of game: finite games of N players, and mean-field games.
  public static let games: [any GameKind.Type] = [
    Baird.self,
    Bargaining.self,
    CapacityCompetition.self,
    ComputeRace.self,
    Inventory.self,
    LeapfroggingDuopoly.self,
    LogitBertrand.self,
    MatchingPennies.self,
    MeanFieldTable.self,
    NormalFormGame.self,
    PrisonersDilemma.self,
    QualityLadder.self,
    Reputation.self,
    Ridesharing.self,
    SocialLearning.self,
    TableGame.self,
    TwoScalarLadder.self,
    TwoStateGame.self,
    TwoStates.self,
  ]

  /// Every learner.
  public static let learners: [LearnerEntry] = [
    LearnerEntry(QLearning.self),
    LearnerEntry(Sarsa.self),
    LearnerEntry(ExpectedSarsa.self),
    LearnerEntry(DoubleQLearning.self),
    LearnerEntry(QLambda.self),
    LearnerEntry(HystereticQLearning.self),
    LearnerEntry(PolicyHillClimbing.self),
    LearnerEntry(WolfPolicyHillClimbing.self),
    LearnerEntry(NashQ.self),
    LearnerEntry(MinimaxQ.self),
    LearnerEntry(FriendOrFoeQ.self),
    LearnerEntry(ActorCritic.self),
    LearnerEntry(NaturalActorCritic.self),
    LearnerEntry(Reinforce.self),
    LearnerEntry(PPO.self),
    LearnerEntry(PolicyGradient.self),
    LearnerEntry(FictitiousPlay.self),
    LearnerEntry(SmoothFictitiousPlay.self),
    LearnerEntry(StochasticFictitiousPlay.self),
    LearnerEntry(RegretMatching.self),
    LearnerEntry(Hedge.self),
    LearnerEntry(Exp3.self),
    LearnerEntry(Replicator.self),
    LearnerEntry(LinearQLearning.self),
    LearnerEntry(LinearActorCritic.self),
    LearnerEntry(LinearEvaluation.self),
  ]

  /// Every solver.
  public static let solvers: [SolverEntry] = [
    SolverEntry(BellmanNash.self)
  ]

  /// The kind of game of a name.
  /// Every paper that can be recomputed.
  public static let reproductions: [any Reproduction.Type] = [
    MeanFieldReproduction.self, MonteCarloCoverage.self, LeapfroggingReproduction.self,
  ]

  /// The paper of a name.
  ///
  /// - Throws: `ConfigurationError` with the nearest name.
  public static func reproduction(_ name: String) throws -> any Reproduction.Type {
    if let found = reproductions.first(where: { $0.name == name }) { return found }
    let names = reproductions.map { $0.name }
    let advice =
      nearest(to: name, among: names).map { "did you mean \($0)?" }
      ?? "known: \(names.joined(separator: ", "))"
    throw ConfigurationError(
      Position(source: "lab reproduce"), key: name, rule: "unknown name; \(advice)")
  }

  static func game(_ name: String) -> (any GameKind.Type)? { games.first { $0.name == name } }

  /// The learner of a name.
  static func learner(_ name: String) -> LearnerEntry? { learners.first { $0.name == name } }

  /// The `learner` section, and each entry of `learners`.
  static var learnerType: ParameterType {
    let agent = Parameter(
      "agent", AgentSource.type, .optional, "a policy to begin from, instead of from nothing")
    let fixed = Variant(
      SeatConfiguration.fixedKind, "nobody learns: the agent's policy stays as it is",
      [Parameter("agent", AgentSource.type, .required, "the policy played")])
    return .variant(
      learners.map { Variant($0.name, $0.summary, $0.parameters + [agent]) } + [fixed],
      shorthand: nil)
  }

  /// The `solver` section.
  static var solverType: ParameterType {
    .variant(solvers.map { Variant($0.name, $0.summary, $0.parameters) }, shorthand: nil)
  }

  /// Solvers that find every equilibrium of a directional game: for a `solver` section, and not for
  /// what is compared with one solution.
  static let directionalSolvers = [
    SolverEntry(
      name: DirectionalSolver.name, summary: DirectionalSolver.summary,
      parameters: DirectionalSolver.parameters)
  ]
}

/// A learner as the registry knows it. The generic training code is specialised for the concrete
/// learner here, where its type is known.
public struct LearnerEntry: Sendable {
  /// The word after `learner.kind`.
  public let name: String
  /// One line for a person.
  public let summary: String
  /// Its keys.
  public let parameters: [Parameter]
  /// Whether it learns from the model in rounds, rather than from play.
  public let isFromModel: Bool
  /// Throws `GameError` if such a learner cannot learn a player's side of a game.
  let check: @Sendable (ParameterSet, StochasticGame, _ player: Int) throws -> Void
  /// Trains one seed with this learner in every seat; nil for learners from the model.
  let trainAlike: (@Sendable (SeedRun) throws -> SeedOutcome)?
  /// Puts the learner in a seat among others; nil for learners from the model.
  let seat: (@Sendable (ParameterSet, StochasticGame, _ player: Int, SeatStart) throws -> Seat)?
  /// Makes the learner from the model; nil for learners from play.
  let modelLearner:
    (
      @Sendable (
        ParameterSet, ModelTables, _ player: Int, SeatStart, inout RandomStream
      ) throws -> any ModelLearner
    )?

  init<L: Learner & SendableMetatype>(_ type: L.Type) {
    name = L.name
    summary = L.summary
    parameters = L.parameters
    isFromModel = false
    check = { _ = try L($0, game: $1, player: $2, steps: 1) }
    trainAlike = { try $0.train(L.self) }
    seat = { Seat(try Self.learner(L.self, $0, $1, $2, $3)) }
    modelLearner = nil
  }

  init<L: ModelLearner & SendableMetatype>(_ type: L.Type) {
    name = L.name
    summary = L.summary
    parameters = L.parameters
    isFromModel = true
    check = {
      var stream = RandomStream(seed: 0, role: .agent, index: $2)
      _ = try L($0, model: ModelTables($1), player: $2, rounds: 1, using: &stream)
    }
    trainAlike = nil
    seat = nil
    modelLearner = { parameters, model, player, start, stream in
      var learner = try L(
        parameters, model: model, player: player, rounds: start.steps, using: &stream)
      if let point = start.point { try learner.start(from: point) }
      return learner
    }
  }

  static func learner<L: Learner>(
    _ type: L.Type, _ parameters: ParameterSet, _ game: StochasticGame, _ player: Int,
    _ start: SeatStart
  ) throws -> L {
    var learner = try L(parameters, game: game, player: player, steps: start.steps)
    if let point = start.point { try learner.start(from: point) }
    return learner
  }
}

/// How a learner begins.
struct SeatStart: Sendable {
  /// Steps or rounds planned.
  var steps: Int
  /// What it begins from; nil for nothing.
  var point: StartingPoint?
}

/// A solver as the registry knows it.
public struct SolverEntry: Sendable {
  /// The word after `solver.kind`.
  public let name: String
  /// One line for a person.
  public let summary: String
  /// Its keys.
  public let parameters: [Parameter]

  init(_ type: BellmanNash.Type) {
    self.init(name: type.name, summary: type.summary, parameters: type.parameters)
  }

  init(name: String, summary: String, parameters: [Parameter]) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }
}
