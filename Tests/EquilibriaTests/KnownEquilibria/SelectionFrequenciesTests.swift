import Environments
import Foundation
import Testing

@testable import Equilibria

/// Counts and intervals of a small selection study by hand.
struct SelectionFrequenciesTests {
  /// Chicken: E1 (0, 1) worth 2 and 7, E2 mixed, E3 (1, 0). Ten seeds: three at E1, one at E3, two at
  /// E2, one far from all with nothing to gain (none is), four elsewhere.
  private func frequencies() throws -> SelectionFrequencies {
    let game = try matrixGame([[0, 7], [2, 6]], [[0, 2], [7, 6]], mirror: true)
    let known = try EquilibriumSearch().solve(game)
    func play(_ x: Double, _ y: Double) -> Profile {
      Profile(laws: [[[x, 1 - x]], [[y, 1 - y]]])
    }
    let third = 1.0 / 3
    let profiles =
      [play(0, 1), play(0, 1), play(0.001, 1), play(1, 0), play(third, third), play(third, third)]
      + [play(0, 0), play(0, 0), play(0.9, 0.9), play(1, 1)]
    let matches = try profiles.map { try known.match($0) }
    return try SelectionFrequencies(
      matches, known: known, converged: [true, true, false] + Array(repeating: true, count: 7))
  }

  @Test func `rows add up, images are counted apart and together`() throws {
    let result = try frequencies()
    #expect(result.completeness == .all)
    #expect(result.equilibria.map(\.label) == ["E1", "E2", "E3"])
    #expect(result.equilibria.map(\.count) == [3, 2, 1])
    #expect(result.none.count == 4 && result.none.label == "none")
    #expect(result.notEquilibrium == 4 && result.unknown == 0)
    #expect(result.equilibria.map(\.count).reduce(0, +) + result.none.count == result.trials)
    #expect(result.classes.map(\.label) == ["E1/E3", "E2"])
    #expect(result.classes.map(\.count) == [4, 2])
    #expect(result.unconverged.count == 1)
    #expect(result.equilibria.map(\.isSymmetric) == [false, true, false])
    #expect(abs(result.equilibria[0].meanDistance! - 0.001 / 3) < 1e-12)
    // Wilson, 3 of 10: (0.3 + z²/20 ± z √(0.021 + z²/400)) / (1 + z²/10), z = 1.9599640.
    #expect(abs(result.equilibria[0].low - 0.10779127) < 1e-7)
    #expect(abs(result.equilibria[0].high - 0.60322185) < 1e-7)
  }

  @Test func `absent values are null in JSON`() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(try frequencies()), as: UTF8.self)
    #expect(text.contains("\"completeness\":\"all\""))
    #expect(text.contains("\"not_equilibrium\":4"))
    #expect(text.contains("\"is_symmetric\":null"))
  }

  /// No seed at all has no share.
  @Test func `an empty study is refused`() throws {
    let game = try matrixGame([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    let known = try EquilibriumSearch().solve(game)
    #expect(throws: (any Error).self) {
      try SelectionFrequencies([], known: known, converged: [])
    }
  }
}
