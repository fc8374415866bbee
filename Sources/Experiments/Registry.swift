public import Configuration
public import Environments
internal import Equilibria
internal import Learners

/// Where names in configurations meet types: one line a game, learner or solver.
public enum Registry {
  /// Every family of games.
  public static let games: [any GameFamily.Type] = [
    ComputeRace.self,
    LogitBertrand.self,
    MatchingPennies.self,
    PrisonersDilemma.self,
    TableGame.self,
    TwoStates.self,
  ]

  /// Every learner.
  public static let learners: [LearnerEntry] = [
    LearnerEntry(QLearning.self)
  ]

  /// Every solver.
  public static let solvers: [SolverEntry] = [
    SolverEntry(BellmanNash.self)
  ]

  /// The family of a name.
  static func game(_ name: String) -> (any GameFamily.Type)? { games.first { $0.name == name } }

  /// The learner of a name.
  static func learner(_ name: String) -> LearnerEntry? { learners.first { $0.name == name } }

  /// The `learner` section.
  static var learnerType: ParameterType {
    .variant(
      learners.map { Variant($0.name, $0.summary, $0.parameters) }, shorthand: nil)
  }

  /// The `solver` section.
  static var solverType: ParameterType {
    .variant(solvers.map { Variant($0.name, $0.summary, $0.parameters) }, shorthand: nil)
  }
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
  /// Trains one seed.
  let train: @Sendable (SeedRun) throws -> SeedOutcome

  init<L: Learner & SendableMetatype>(_ type: L.Type) {
    name = L.name
    summary = L.summary
    parameters = L.parameters
    train = { try $0.train(L.self) }
  }
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
    name = type.name
    summary = type.summary
    parameters = type.parameters
  }
}
