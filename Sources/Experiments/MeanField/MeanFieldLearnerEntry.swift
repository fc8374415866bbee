internal import Configuration
internal import Environments

/// A learner of mean-field equilibria as the registry knows it.
struct MeanFieldLearnerEntry: Sendable {
  /// The word after `learner.kind`.
  let name: String
  /// One line for a person.
  let summary: String
  /// Its keys.
  let parameters: [Parameter]
  /// Outer steps where a configuration does not say.
  let usualSteps: Int
  /// Throws `GameError` if such a learner cannot learn a game.
  let check: @Sendable (ParameterSet, MeanFieldModel) throws -> Void
}
