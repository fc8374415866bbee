import Environments
import Equilibria
import Learners
import Statistics
import Testing

/// Discount 1/2, rates 1/2 and 1/4, first values 0.
///
///     s a  r  s′ c  target                 surprise   Q(s, a) afterwards
///     0 1  4  1  1  4                      4          2
///     1 0  2  0  1  2 + 0.5 · 2 = 3        3          1.5
///     0 1 −2  1  1  −2 + 0.75 = −1.25      −3.25      2 − 3.25/4 = 1.1875
///     1 0  1  0  0  1                      −0.5       1.5 − 0.125 = 1.375
@Test func `hysteretic updates follow the table worked by hand`() throws {
  var learner = try playLearner(
    HystereticQLearning.self, "{step_size: 0.5, decrease_step_size: 0.25}",
    game: try alternatingStates())
  var stream = RandomStream(seed: 2, role: .agent)
  let table: [(PlayedStep, [Double])] = [
    (PlayedStep(state: 0, actions: [1], rewards: [4], next: 1), [0, 2, 0, 0]),
    (PlayedStep(state: 1, actions: [0], rewards: [2], next: 0), [0, 2, 1.5, 0]),
    (PlayedStep(state: 0, actions: [1], rewards: [-2], next: 1), [0, 1.1875, 1.5, 0]),
    (
      PlayedStep(state: 1, actions: [0], rewards: [1], next: 0, continuation: 0, isLast: true),
      [0, 1.1875, 1.375, 0]
    ),
  ]
  for (step, values) in table {
    learner.learn(step, using: &stream)
    #expect(learner.actionValues == values)
  }
}

/// Without noise a surprise of either sign pulls to the same fixed point, at worst by (1 − γ) β =
/// 0.005 an update of a pair: e^(−125) after 25,000 of each.
@Test func `a lone hysteretic learner finds the optimum of a deterministic problem`() throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    HystereticQLearning.self, "exploration: {kind: epsilon-greedy, epsilon: 1}", game: game,
    steps: 200_000, averageFrom: 0)
  loop.run(until: 200_000)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  let optimal = game.actionValues(of: 0, against: game.uniformProfile, values: best.values)
  #expect(areClose(loop.learner(0).actionValues, optimal, within: 1e-12))
}

/// The climbing game of Claus and Boutilier (1998), actions in reverse: the best joint action (2, 2),
/// worth 11, is ringed by penalties of −30. ε = 0.3, so a greedy rival plays its other actions with
/// 0.1 each. Against one at action 0 (where ties put both at first) or 1, Q-learning's value of
/// action 2 is the mean 0.8 · 0 − 3 + 1.1 < 0, or lower: it never moves there. With β = α/1000 the value
/// settles where 0.1 α (11 − Q) = 0.8 β (30 + Q), at 10.7, or higher: above the 7 of anything else.
@Test func `hysteresis finds the best joint action of the climbing game`() throws {
  let pay = [[5.0, 0, 0], [6, 7, -30], [0, -30, 11]]
  let game = try bimatrix(pay, pay)
  func best<L: Learner>(_ type: L.Type, _ rates: String) throws -> Int {
    try (1...30).count(where: { seed in
      var loop = try playLoop(
        L.self, "{\(rates), exploration: {kind: epsilon-greedy, epsilon: 0.3}}", game: game,
        steps: 20_000, seed: UInt64(seed), episodeLength: 0)
      loop.run(until: 20_000)
      return loop.lastProfile.policies.allSatisfy { $0.mode(at: 0) == 2 }
    })
  }
  #expect(try best(HystereticQLearning.self, "step_size: 0.1, decrease_step_size: 0.0001") == 30)
  #expect(try best(QLearning.self, "step_size: 0.1") == 0)
}
