import Environments
import Equilibria
import Experiments
import Testing

/// The table of selection frequencies a person reads.
struct SelectionTableTests {
  /// Chicken, four seeds: two lead as player 1, one as player 2, one does neither.
  @Test func `every equilibrium, none and the class have a row`() throws {
    let game = try StochasticGame(
      actionCounts: [[2, 2]], discounts: [0, 0], initial: [1], mirror: [0]
    ) { _, joint, row in
      let payoffs: [[Double]] = [[0, 7], [2, 6]]
      row.pay(0, payoffs[joint[0]][joint[1]])
      row.pay(1, payoffs[joint[1]][joint[0]])
      row.move(to: 0, probability: 1)
    }
    let known = try EquilibriumSearch().solve(game)
    let profiles = [[0, 1], [0, 1], [1, 0], [0, 0]].map { actions in
      Profile((0..<2).map { game.purePolicy($0, [actions[$0]]) })
    }
    let result = try SelectionFrequencies(
      profiles.map { try known.match($0) }, known: known, converged: [true, true, true, false])
    let lines = result.text.split(separator: "\n").map(String.init)
    func line(_ start: String) -> [String] {
      (lines.first { $0.hasPrefix(start + " ") } ?? "").split(separator: " ").map(String.init)
    }
    // (0, 1) pays 7 to player 1, whose row comes last: values ascend.
    #expect(line("E1").prefix(5) == ["E1", "2.00000", "7.00000", "1", "25%"])
    #expect(line("E2 symmetric")[4] == "0")
    #expect(line("E3").prefix(5) == ["E3", "7.00000", "2.00000", "2", "50%"])
    #expect(line("none").prefix(3) == ["none", "1", "25%"])
    #expect(line("E1/E3").prefix(3) == ["E1/E3", "3", "75%"])
    #expect(line("unconverged").prefix(3) == ["unconverged", "1", "25%"])
    #expect(result.text.contains("Equilibria known: all."))
    #expect(result.text.contains("Of 1 with none, 1 can still gain by deviating"))
    #expect(lines.allSatisfy { $0.count <= 100 })
  }
}
