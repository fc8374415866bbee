import Experiments

/// Trains one learner for some steps and nothing else, for counting its allocations from outside.
///
/// - Parameters:
///   - learner: a name from `lab list learners`.
///   - steps: or rounds.
func allocationRun(_ learner: String, steps: Int) throws {
  // Learners of one-shot games get one; the others the race, whose episodes are truncated.
  let games = [
    "{kind: compute-race, scenario: tipping, parameters: {grid: 11, actions: 5}}",
    "{kind: matching-pennies}",
  ]
  for game in games {
    let configuration: ExperimentConfiguration
    do {
      configuration = try ExperimentConfiguration(
        yaml: """
          game: \(game)
          learner: {kind: \(learner)}
          training: {steps: \(steps), episode: 50}
          evaluation: {points: 1}
          """, source: "allocations", needs: [.game, .learner, .training, .evaluation])
    } catch  where game != games.last {
      continue
    }
    return try Rehearsal.run(configuration)
  }
}

/// The names of all learners, for a loop around `allocationRun`.
func learnerNames() -> [String] { Registry.learners.map(\.name) }
