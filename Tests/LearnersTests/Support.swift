import Configuration
import Environments
import Foundation
import Learners
import Statistics

/// A Q-learner configured in YAML.
func qLearner(_ yaml: String, game: StochasticGame, player: Int = 0, steps: Int) throws -> QLearning
{
  let nowhere = Position(source: "test")
  let set = try ParameterSet(
    yaml.isEmpty ? nil : DocumentNode(yaml: yaml, source: "test"), declared: QLearning.parameters,
    path: "learner", position: nowhere)
  return try QLearning(set, game: game, player: player, steps: steps)
}

/// A loop of Q-learners, one per player.
func qLoop(
  _ yaml: String = "", game: StochasticGame, steps: Int, seed: UInt64 = 1,
  start: EpisodeStart = .uniform, episodeLength: Int = 20
) throws -> TrainingLoop<QLearning> {
  TrainingLoop(
    simulator: Simulator(game, start: start, episodeLength: episodeLength),
    learners: try (0..<game.playerCount).map {
      try qLearner(yaml, game: game, player: $0, steps: steps)
    }, steps: steps, seed: seed, generator: .taus2)
}

/// Everything in a snapshot, as text with every digit.
func text(_ snapshot: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return String(decoding: try encoder.encode(snapshot), as: UTF8.self)
}

/// The small race of the learning experiments.
func smallRace() throws -> StochasticGame {
  try ComputeRace(scenario: "stable-parity", ["grid": 11, "actions": 5]).stochasticGame()
}

/// One player, four states in a ring: action 0 goes on, action 1 stays, each paid by the table.
/// `slip` is the chance of going two states on instead.
func ring(discount: Double, slip: Double = 0) throws -> StochasticGame {
  let pay = [[1, 0.5], [-1, 0.25], [2, 0], [0, 1.5]]
  return try StochasticGame(
    actionCounts: [[2], [2], [2], [2]], discounts: [discount], initial: [1, 0, 0, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0]])
    row.move(to: (state + 1 - joint[0]) % 4, probability: 1 - slip)
    row.move(to: (state + 2) % 4, probability: slip)
  }
}
