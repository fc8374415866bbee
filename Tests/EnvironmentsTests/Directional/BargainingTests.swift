import Configuration
import Testing

@testable import Environments

/// The pie of Figure 1 in Iskhakov, Rust and Schjerning (2016).
@Suite struct BargainingTests {
  static func parameters(_ yaml: [(String, ParameterValue)]) throws -> ParameterSet {
    var set = try ParameterSet(
      nil, declared: Bargaining.parameters, path: "game", position: Position(source: "test"))
    for (name, value) in yaml { set.set(name, value) }
    return set
  }

  @Test func `what is paid and where a rejection leads`() throws {
    let game = try Bargaining(Self.parameters([])).stochasticGame()
    #expect(game.violations() == [])
    #expect(game.mirror == [1, 0, 3, 2, 5, 4, 7, 6, 8])
    // d2 = 0.8, proposer 1 keeps 0.6 of it.
    let accepted = game.row(2, [0, 1])
    #expect(abs(game.payoff(0, row: accepted) - 0.48) < 1e-15)
    #expect(abs(game.payoff(1, row: accepted) - 0.32) < 1e-15)
    #expect(game.probability(row: accepted, to: 8) == 1)
    // d1 stays with 0.3; else d2 or d3, each with 0.35; the other proposes.
    let rejected = game.row(0, [0, 0])
    #expect(game.payoff(1, row: rejected) == 0)
    #expect(game.probability(row: rejected, to: 1) == 0.3)
    #expect(abs(game.probability(row: rejected, to: 3) - 0.35) < 1e-15)
    #expect(abs(game.probability(row: rejected, to: 5) - 0.35) < 1e-15)
    #expect(game.probability(row: game.row(7, [0, 0]), to: 6) == 1)
  }

  @Test func `players who discount differently are not interchangeable`() throws {
    let set = try Self.parameters([("discounts", .list([.real(0.9), .real(0.8)]))])
    #expect(try Bargaining(set).stochasticGame().mirror == nil)
  }

  @Test(arguments: [
    ("sizes", ParameterValue.list([.real(1), .real(2), .real(0.5), .real(0.1)])),
    ("sizes", .list([.real(1), .real(0.5)])), ("discounts", .list([.real(0.9)])),
    ("swap", .real(0.7)),
  ])
  func `bad parameters are named`(name: String, value: ParameterValue) throws {
    let set = try Self.parameters([(name, value)])
    let error = #expect(throws: GameError.self) { try Bargaining(set) }
    #expect(error?.subject == name)
  }
}
