import Environments
import Testing

/// Sutton and Barto (2018), figure 11.1: 2 w_i + w_8 at the upper states, w_7 + 2 w_8 at the lower.
@Test func `Baird's star has the book's features and moves`() throws {
  let game = try Baird().stochasticGame()
  #expect(game.violations() == [])
  #expect(game.discounts == [0.99])
  #expect(game.payoffs.allSatisfy { $0 == 0 })
  let weights = [1.0, 1, 1, 1, 1, 1, 10, 1]
  let values = game.stateCoordinates.map { zip($0, weights).reduce(0) { $0 + $1.0 * $1.1 } }
  #expect(values == [3, 3, 3, 3, 3, 3, 12])
  for state in 0..<7 {
    let (dashed, solid) = (game.row(state, [0]), game.row(state, [1]))
    for upper in 0..<6 { #expect(game.probability(row: dashed, to: upper) == 1.0 / 6) }
    #expect(game.probability(row: dashed, to: 6) == 0)
    #expect(game.probability(row: solid, to: 6) == 1)
  }
}

@Test func `coordinates are the family's, then numeric labels, then indices`() throws {
  let race = ComputeRace()
  #expect(try race.stochasticGame().stateCoordinates == (0..<race.grid).map { [race.gap($0)] })

  var pricing = LogitBertrand()
  pricing.prices = 3
  let grid = try pricing.grid()
  #expect(try pricing.stochasticGame().stateCoordinates[5] == [grid[1], grid[2]])

  func plain(_ labels: [Label], _ coordinates: [[Double]]? = nil) throws -> StochasticGame {
    try StochasticGame(
      actionCounts: [[1], [1]], discounts: [0.5], initial: [1, 0], stateLabels: labels,
      coordinates: coordinates
    ) { state, _, row in row.move(to: state, probability: 1) }
  }
  #expect(try plain([.number(-2), .number(7)]).stateCoordinates == [[-2], [7]])
  #expect(try plain([.number(-2), .text("end")]).stateCoordinates == [[0], [1]])
  for wrong in [[[1]], [[1], [2, 3]], [[], []], [[1], [.nan]]] as [[[Double]]] {
    #expect(throws: GameError.self) { try plain([.number(-2), .number(7)], wrong) }
  }
}
