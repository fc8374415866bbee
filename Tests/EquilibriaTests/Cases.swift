import Environments
import Foundation
import Statistics

/// Cases written by the independent program in Tests/Reference.
enum Fixture {
  static func load<Content: Decodable>(_ name: String) throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Content.self, from: data(name))
  }

  /// The file as it is.
  static func data(_ name: String) throws -> Data {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return try Data(contentsOf: tests.appending(path: "Fixtures/\(name).json"))
  }
}

/// The race with these changes to the defaults, written out.
func raceGame(_ changes: [String: Double] = [:]) throws -> StochasticGame {
  try ComputeRace(scenario: "stable-parity", changes).stochasticGame()
}

extension Profile {
  /// Wraps laws `[player][state][action]`.
  init(laws: [[[Double]]]) {
    self.init(
      laws.map { player in
        Policy(
          offsets: player.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
          probabilities: Array(player.joined()))
      })
  }

  /// The laws `[player][state][action]`.
  var laws: [[[Double]]] { policies.map(\.laws) }
}

/// Random games and profiles, the same on every machine.
struct Drawer: ~Copyable {
  private var stream: RandomStream

  init(seed: UInt64) { stream = RandomStream(seed: seed, role: .environment, index: 77) }

  mutating func real(_ low: Double = 0, _ high: Double = 1) -> Double {
    low + (high - low) * stream.uniform()
  }

  mutating func index(_ count: Int) -> Int { stream.index(below: count) }

  /// A law with some zeros.
  mutating func law(_ count: Int) -> [Double] {
    var law = (0..<count).map { _ in max(0, real(-0.5, 1)) }
    law[index(count)] += 0.1
    let total = law.reduce(0, +)
    return law.map { $0 / total }
  }

  /// Payoffs in (−1, 1), sparse random moves, the same number of actions at every state.
  mutating func game(
    states: Int, actions: [Int], discounts: [Double], scale: Double = 1, offset: Double = 0
  ) throws -> StochasticGame {
    let rows = actions.reduce(1, *)
    var payoffs: [[[Double]]] = []
    var laws: [[[Double]]] = []
    for _ in 0..<states {
      payoffs.append((0..<rows).map { _ in actions.map { _ in real(-1, 1) } })
      laws.append((0..<rows).map { _ in law(states) })
    }
    return try StochasticGame(
      actionCounts: Array(repeating: actions, count: states), discounts: discounts,
      initial: (0..<states).map { $0 == 0 ? 1 : 0 }
    ) { state, joint, row in
      var index = 0
      for (player, action) in joint.enumerated() { index = index * actions[player] + action }
      for player in actions.indices {
        row.pay(player, offset + scale * payoffs[state][index][player])
      }
      for (next, p) in laws[state][index].enumerated() { row.move(to: next, probability: p) }
    }
  }

  mutating func profile(of game: StochasticGame) -> Profile {
    var laws: [[[Double]]] = []
    for player in 0..<game.playerCount {
      var own: [[Double]] = []
      for state in 0..<game.stateCount {
        own.append(law(game.actionCount(player, at: state)))
      }
      laws.append(own)
    }
    return Profile(laws: laws)
  }
}

/// Largest absolute difference of two tables of one shape; infinite if the shapes differ.
func apart(_ first: [[Double]], _ second: [[Double]]) -> Double {
  guard first.map(\.count) == second.map(\.count) else { return .infinity }
  return zip(first.joined(), second.joined()).map { abs($0 - $1) }.max() ?? 0
}

/// Largest absolute difference of two lists; infinite if the lengths differ.
func apart(_ first: [Double], _ second: [Double]) -> Double { apart([first], [second]) }
