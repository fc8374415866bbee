internal import Configuration
internal import Environments

extension Registry {
  /// Every learner of mean-field equilibria.
  static let meanFieldLearners: [MeanFieldLearnerEntry] = []

  /// The mean-field learner of a name.
  static func meanFieldLearner(_ name: String) -> MeanFieldLearnerEntry? {
    meanFieldLearners.first { $0.name == name }
  }

  /// Every solver of mean-field games.
  static var meanFieldSolvers: [SolverEntry] {
    MeanFieldSolver.variants.map {
      SolverEntry(name: $0.name, summary: $0.summary, parameters: $0.parameters)
    }
  }
}
