import Agents
import Configuration
import Environments
import Learners
import Testing

/// Three players with 2, 3 and 2 actions; the middle one's payoff is 100 a₁ + 10 a₂ + a₃. Its rivals
/// uniform, 100 · 1/2 + 1/2 = 50.5 is added to 10 a₂; discount 3/4 makes it four times that for ever.
@Test func `uniform rivals are worth what is worked by hand`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 3, 2]], discounts: [0.5, 0.75, 0.5], initial: [1]
  ) { _, joint, row in
    row.pay(1, Double(100 * joint[0] + 10 * joint[1] + joint[2]))
    row.move(to: 0, probability: 1)
  }
  let values = try InitialValues.uniformRivals.values(game: game, player: 1)
  #expect(areClose(values, [202, 242, 282], within: 1e-12))
  let learner = try playLearner(
    QLearning.self, "initial_value: uniform-rivals", game: game, player: 1)
  #expect(learner.actionValues == values)
}

@Test func `without discounting there are no values against uniform rivals`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 2], [1, 1]], discounts: [1, 0.5], initial: [1, 0], terminal: [1]
  ) { _, _, row in row.move(to: 1, probability: 1) }
  func refused<L: Learner>(_ type: L.Type) {
    let error = #expect(throws: GameError.self) {
      try playLearner(L.self, "initial_value: uniform-rivals", game: game, player: 0)
    }
    #expect(error?.subject == "initial_value")
  }
  refused(QLearning.self)
  refused(DoubleQLearning.self)
  refused(WolfPolicyHillClimbing.self)
  _ = try playLearner(
    QLearning.self, "initial_value: uniform-rivals", game: game, player: 1)
}
