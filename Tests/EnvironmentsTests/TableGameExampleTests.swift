import Environments
import Equilibria
import Foundation
import Testing

/// The games in configs/games: what their descriptions say about equilibria is true.
@Suite struct TableGameExampleTests {
  static func game(_ name: String, file: String = #filePath) throws -> StochasticGame {
    let tests = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
    let path = tests.deletingLastPathComponent().appending(path: "configs/games/\(name).yaml").path
    return try TableGame(path: path).stochasticGame()
  }

  /// All stationary pure profiles that are equilibria: actions `[player][state]`, and values.
  func pureEquilibria(_ game: StochasticGame) throws -> [(actions: [[Int]], values: [[Double]])] {
    var found: [(actions: [[Int]], values: [[Double]])] = []
    let counts = game.actionCounts
    let profiles = counts.reduce(1, *)
    for number in 0..<profiles {
      var rest = number
      var actions = Array(
        repeating: [Int](repeating: 0, count: game.stateCount), count: game.playerCount)
      for (index, count) in counts.enumerated() {
        actions[index % game.playerCount][index / game.playerCount] = rest % count
        rest /= count
      }
      let profile = Profile(actions.enumerated().map { game.purePolicy($0, $1) })
      let certificate = try Certificate(game, profile)
      if certificate.isCertified { found.append((actions, certificate.values)) }
    }
    return found
  }

  /// Harvesting while abundant and resting while depleted is worth V = (930, 810)/49: by hand from
  /// Vₐ = 3 + 0.9 (Vₐ + V_d)/2 and V_d = 0.9 (3 Vₐ + V_d)/4.
  @Test func `the fishery has one pure equilibrium: harvest while abundant`() throws {
    let game = try Self.game("fishery")
    #expect(game.violations().isEmpty && game.mirror == [0, 1])
    let found = try pureEquilibria(game)
    #expect(found.map(\.actions) == [[[1, 0], [1, 0]]])
    for values in found.first?.values ?? [] {
      #expect(abs(values[0] - 930.0 / 49) < 1e-12 && abs(values[1] - 810.0 / 49) < 1e-12)
    }
  }

  /// Maintained for ever, the dike is worth 2/(1 − 0.9) to each valley village and 10 to the hill.
  @Test func `the dike has one pure equilibrium: the valley maintains it`() throws {
    let game = try Self.game("dike")
    #expect(game.violations().isEmpty && game.playerCount == 3 && game.isTerminal == [false, true])
    let found = try pureEquilibria(game)
    #expect(found.map(\.actions) == [[[1, 0], [1, 0], [0, 0]]])
    for (values, expected) in zip(found.first?.values ?? [], [20.0, 20, 10]) {
      #expect(abs(values[0] - expected) < 1e-12 && values[1] == 0)
    }
  }
}
