internal import Configuration
internal import Environments
internal import Learners

extension Registry {
  /// Every learner of mean-field equilibria.
  static let meanFieldLearners: [MeanFieldLearnerEntry] = [
    MeanFieldLearnerEntry(AdaptiveQLearning.self),
    MeanFieldLearnerEntry(AdaptivePolicyGradient.self),
    MeanFieldLearnerEntry(AdaptiveLinearQLearning.self),
    MeanFieldLearnerEntry(MeanFieldFictitiousPlay.self),
    MeanFieldLearnerEntry(OnlineMirrorDescent.self),
  ]

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
