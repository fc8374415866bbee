import Environments
import Foundation
import Statistics

/// Cases written by the independent program in Tests/Reference.
enum Fixture {
  static func load<Content: Decodable>(_ name: String, file: String = #filePath) throws -> Content {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Content.self, from: Data(contentsOf: tests.appending(path: "Fixtures/\(name).json")))
  }
}

/// A race with these changes to the defaults.
func race(_ changes: [String: Double] = [:]) throws -> ComputeRace {
  try ComputeRace(scenario: "stable-parity", changes)
}

/// Races that between them meet the clamp, grid points, every term of the payoff and riding.
let variedRaces: [[String: Double]] = [
  [:], ["s": 0.3, "mu": 0.3, "noise_prob": 0.5, "noise_size": 0.4],
  ["omega": 1.5, "s": 0.7, "mu": 0.08, "grid": 11, "actions": 5],
  ["omega": 8, "W": 1, "x_max": 0.98], ["noise_prob": 0, "mu": 0.13],
  ["noise_prob": 1, "noise_size": 0.37, "gap_max": 0.9, "grid": 7],
  ["kappa": 0.02, "base": 0.4, "s": 0.2, "a": 1.7, "theta": 0.6, "actions": 4],
  ["mu": 1, "grid": 3, "actions": 2], ["mu": 0, "x_max": 0.7, "gap_max": 0.31, "grid": 15],
]

/// A Markov decision process: from 0 play goes to 1, from 1 to the terminal 2; action 1 stays put
/// with probability 3/4.
func corridor() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2], [2], [1]], discounts: [0.5], initial: [0.25, 0.75, 0], terminal: [2]
  ) { state, joint, row in
    row.pay(0, Double(1 + state))
    if joint[0] == 1 { row.move(to: state, probability: 0.75) }
    row.move(to: state + 1, probability: joint[0] == 1 ? 0.25 : 1)
  }
}

/// Three players with 2, 3 and 2 actions at two states; player i is paid 100 s + 10 aᵢ + i, and
/// the next state is the parity of the actions' sum.
func threePlayers() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 3, 2], [1, 2, 3]], discounts: [0.9, 0.8, 0], initial: [0.5, 0.5]
  ) { state, joint, row in
    for player in 0..<3 { row.pay(player, Double(100 * state + 10 * joint[player] + player)) }
    row.move(to: joint.reduce(0, +) % 2, probability: 1)
  }
}
