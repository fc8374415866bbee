import Environments
import Equilibria
import Learners
import Statistics
import Testing

/// Discount 1/2, step size 1/n, all values 0 at first.
///
///     s a  r  s′ c   n  target                 Q(s, a) afterwards
///     0 1  4  1  1   1  4 + 0.5 · 0 = 4        4
///     1 0  2  0  1   1  2 + 0.5 · 4 = 4        4
///     0 1  0  1  1   2  0 + 0.5 · 4 = 2        4 − 2/2 = 3     (truncated: still bootstraps)
///     1 0  6  0  0   2  6                      4 + 2/2 = 5     (terminated: no future)
///     0 1 −9  0  1   3  −9 + 0.5 · 3 = −7.5    3 − 10.5/3 = −0.5
@Test func `updates follow the table worked by hand`() throws {
  let game = try StochasticGame(actionCounts: [[2], [2]], discounts: [0.5], initial: [1, 0]) {
    state, _, row in row.move(to: 1 - state, probability: 1)
  }
  var stream = RandomStream(seed: 2, role: .agent)
  var learner = try playLearner(
    QLearning.self, "step_size: {kind: power, exponent: 1}", game: game, steps: 10)
  #expect(learner.actionValues == [0, 0, 0, 0])
  let table: [(Int, Int, Double, Int, Double, [Double])] = [
    (0, 1, 4, 1, 1, [0, 4, 0, 0]), (1, 0, 2, 0, 1, [0, 4, 4, 0]),
    (0, 1, 0, 1, 1, [0, 3, 4, 0]), (1, 0, 6, 0, 0, [0, 3, 5, 0]),
    (0, 1, -9, 0, 1, [0, -0.5, 5, 0]),
  ]
  for (state, action, reward, next, continuation, values) in table {
    learner.update(
      state: state, jointAction: [action].span, rewards: [reward].span, nextState: next,
      continuation: continuation, isLast: false, using: &stream)
    for (found, expected) in zip(learner.actionValues, values) {
      #expect(abs(found - expected) <= 1e-15)
    }
  }
  // Action 1 became the better one at state 0 with the first update and the worse with the fifth.
  #expect(learner.lastPolicyChange == 5)
  #expect(learner.lastPolicy.laws == [[1, 0], [1, 0]])
}

@Test func `each player learns from its own action, reward and discount`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 3]], discounts: [0.5, 0.25], initial: [1]
  ) { _, _, row in row.move(to: 0, probability: 1) }
  // 1 + 0.5 · 8 = 5 and −3 + 0.25 · 8 = −1.
  for (player, expected) in [(0, [8, 5]), (1, [8, 8, -1])] as [(Int, [Double])] {
    var stream = RandomStream(seed: 2, role: .agent)
    var learner = try playLearner(
      QLearning.self, "{initial_value: 8, step_size: 1}", game: game, player: player, steps: 10)
    learner.update(
      state: 0, jointAction: [1, 2].span, rewards: [1, -3].span, nextState: 0, continuation: 1,
      isLast: false, using: &stream)
    #expect(learner.actionValues == expected)
  }
}

/// 4.5 standard errors at 40,000 draws with a fixed seed: the greedy action has 1 − ε + ε/n.
@Test func `epsilon-greedy strays as often as stated`() throws {
  let game = try StochasticGame(actionCounts: [[4]], discounts: [0.5], initial: [1]) { _, _, row in
    row.move(to: 0, probability: 1)
  }
  var stream = RandomStream(seed: 2, role: .agent)
  var learner = try playLearner(
    QLearning.self, "{step_size: 1, exploration: {kind: epsilon-greedy, epsilon: 0.2}}", game: game,
    steps: 10)
  learner.update(
    state: 0, jointAction: [2].span, rewards: [1].span, nextState: 0, continuation: 0,
    isLast: false, using: &stream)
  var counts = [0, 0, 0, 0]
  for _ in 0..<40_000 { counts[learner.act(at: 0, using: &stream)] += 1 }
  for (action, p) in [0.05, 0.05, 0.85, 0.05].enumerated() {
    let error = (40_000 * p * (1 - p)).squareRoot()
    #expect(abs(Double(counts[action]) - 40_000 * p) <= 4.5 * error)
  }
}

@Test func `exploration follows its schedule by updates`() throws {
  let game = try ring(discount: 0.5)
  var stream = RandomStream(seed: 2, role: .agent)
  var learner = try playLearner(QLearning.self, "", game: game, steps: 100)
  #expect(learner.explorationRate == 0.3)
  for _ in 0..<50 {
    learner.update(
      state: 0, jointAction: [0].span, rewards: [0].span, nextState: 1, continuation: 1,
      isLast: false, using: &stream)
  }
  #expect(abs(learner.explorationRate! - 0.2) <= 1e-15)
}

/// A deterministic problem with steps n^(−0.6): the error shrinks by about exp(−(1 − γ) Σ α), with
/// Σ α ≈ 2.5 n^0.4 ≈ 140 over the 25,000 visits of each pair: e^(−70), that is rounding.
@Test func `a lone Q-learner finds the exact optimum of a deterministic problem`() throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    QLearning.self, "exploration: {kind: epsilon-greedy, epsilon: 1}", game: game, steps: 200_000)
  loop.run(until: 200_000)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  let optimal = game.actionValues(of: 0, against: game.uniformProfile, values: best.values)
  for (found, expected) in zip(loop.learner(0).actionValues, optimal) {
    #expect(abs(found - expected) <= 1e-12)
  }
  #expect(try Certificate(game, loop.lastProfile).exploitability <= 1e-14)
}

/// Steps 1/n: an error of first values fades like n^(−(1 − γ)) = 25,000^(−0.7) < 1e-3, and the mean
/// of n bootstrapped targets has a standard error below γ · 2 / √n / (1 − γ) < 6e-3: five of those.
@Test func `with steps 1 over n a lone Q-learner converges to the optimal values`() throws {
  let game = try ring(discount: 0.3, slip: 0.25)
  var loop = try playLoop(
    QLearning.self,
    "{step_size: {kind: power, exponent: 1}, exploration: {kind: epsilon-greedy, epsilon: 1}}",
    game: game, steps: 200_000)
  loop.run(until: 200_000)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  let optimal = game.actionValues(of: 0, against: game.uniformProfile, values: best.values)
  for (found, expected) in zip(loop.learner(0).actionValues, optimal) {
    #expect(abs(found - expected) <= 0.03)
  }
}

/// The model statement's table of learners: stable parity at 11 gaps and 5 actions, restarts at a
/// uniform state every 100 periods, 1e5 steps, NashConv 0 at parity.
@Test(arguments: [1, 2, 3] as [UInt64])
func `Q-learners reach an exact equilibrium of the stable race`(seed: UInt64) throws {
  let game = try smallRace()
  var loop = try playLoop(
    QLearning.self, game: game, steps: 100_000, seed: seed, episodeLength: 100)
  loop.run(until: 100_000)
  let certificate = try Certificate(game, loop.lastProfile)
  #expect(certificate.nashConv[5] <= certificate.tolerance)
}

@Test func `snapshots that do not fit are refused`() throws {
  let game = try ring(discount: 0.5)
  let other = try playLearner(QLearning.self, "", game: try smallRace(), steps: 10)
  var learner = try playLearner(QLearning.self, "", game: game, steps: 10)
  #expect(throws: SnapshotError.self) { try learner.restore(other.snapshot()) }
  #expect(throws: Never.self) { try learner.restore(learner.snapshot()) }
}
