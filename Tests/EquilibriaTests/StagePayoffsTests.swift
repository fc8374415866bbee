import Environments
import Equilibria
import Testing

/// Two players at two states with growth, by hand: U = u + δ g Σ P V.
@Test func `stage payoffs of a small game`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 1], [1, 1]], discounts: [0.5, 0.25], initial: [1, 0]
  ) { state, joint, row in
    row.pay(0, Double(10 * state + joint[0]))
    row.pay(1, -1)
    row.move(to: 0, probability: joint[0] == 0 ? 1 : 0.25)
    row.move(to: 1, probability: joint[0] == 0 ? 0 : 0.75)
    if state == 0 && joint[0] == 1 { row.grow(by: 1.5) }
  }
  let next = [[4.0, 8], [16, -16]]
  // First action: stays. Second: ¼·4 + ¾·8 = 7 and ¼·16 − ¾·16 = −8, both grown by 1.5: 10.5, −12.
  let first: [Double] = [0 + 2, -1 + 4, 1 + 5.25, -1 - 3]
  #expect(game.stagePayoffs(at: 0, continuation: next) == first)
  let second: [Double] = [10 + 2, -1 + 4]
  #expect(game.stagePayoffs(at: 1, continuation: next) == second)
}
