internal import Configuration
internal import Environments
internal import Learners
internal import Statistics

/// A learner of mean-field equilibria as the registry knows it. The generic training code is
/// specialised for the concrete learner here, where its type is known.
struct MeanFieldLearnerEntry: Sendable {
  /// The word after `learner.kind`.
  let name: String
  /// One line for a person.
  let summary: String
  /// Its keys.
  let parameters: [Parameter]
  /// Throws `GameError` if such a learner cannot learn a game.
  let check: @Sendable (ParameterSet, any MeanFieldGame) throws -> Void
  /// Trains one seed; false if it was interrupted.
  let train: @Sendable (MeanFieldSeedRun) throws -> Bool

  init<L: MeanFieldLearner & SendableMetatype>(_ type: L.Type) {
    name = L.name
    summary = L.summary
    parameters = L.parameters
    check = { _ = try L($0, game: $1, seed: 0, generator: .taus2) }
    train = { try $0.train(L.self) }
  }
}
