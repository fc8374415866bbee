import Configuration
import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Two states at (1, 2) and (3, 0), two actions, discount 1/2.
private func plane() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2], [2]], discounts: [0.5], initial: [1, 0], coordinates: [[1, 2], [3, 0]]
  ) { state, _, row in row.move(to: 1 - state, probability: 1) }
}

/// Step size 1/10, all weights 0 at first; w_a are the two weights of action a.
///
///     s a r s′ c   target                           δ      w_a afterwards
///     0 1 4 1  1   4 + 0                            4      w₁ = 0.4 (1, 2)            = (0.4, 0.8)
///     1 0 2 0  1   2 + 0.5 max(0, 0.4 + 1.6) = 3    3      w₀ = 0.3 (3, 0)            = (0.9, 0)
///     0 1 0 1  0   0                                −2     w₁ −= 0.2 (1, 2)           = (0.2, 0.4)
///     1 1 1 1  1   1 + 0.5 max(2.7, 0.6) = 2.35     1.75   w₁ += 0.175 (3, 0)         = (0.725, 0.4)
@Test func `linear updates follow the table worked by hand`() throws {
  var stream = RandomStream(seed: 2, role: .agent)
  var learner = try playLearner(
    LinearQLearning.self, "{features: {kind: coordinates}, step_size: 0.1}", game: try plane())
  let table: [(Int, Int, Double, Int, Double, [Double])] = [
    (0, 1, 4, 1, 1, [0, 0.4, 0, 0.8]), (1, 0, 2, 0, 1, [0.9, 0.4, 0, 0.8]),
    (0, 1, 0, 1, 0, [0.9, 0.2, 0, 0.4]), (1, 1, 1, 1, 1, [0.9, 0.725, 0, 0.4]),
  ]
  for (state, action, reward, next, continuation, weights) in table {
    learner.update(
      state: state, jointAction: [action].span, rewards: [reward].span, nextState: next,
      continuation: continuation, isLast: false, using: &stream)
    for (found, expected) in zip(learner.weights, weights) {
      #expect(abs(found - expected) <= 1e-15)
    }
  }
  #expect(abs(learner.largestWeight! - 0.9) <= 1e-15)
  // Q(0, ·) = (0.9, 0.725 + 0.8) and Q(1, ·) = (2.7, 2.175). Action 1 became the better one at both
  // states with the first update, which looked at state 0 only; by the time state 1 was looked at,
  // with the second, action 0 was the better one there again.
  #expect(learner.lastPolicy.laws == [[0, 1], [1, 0]])
  #expect(learner.lastPolicyChange == 1)
}

/// Every part of Q-learning but the table is the same, and so is the arithmetic.
@Test(arguments: ["epsilon-greedy", "boltzmann"])
func `tabular features are tabular Q-learning to the bit`(kind: String) throws {
  let game = try smallRace()
  let common = "step_size: 0.1, exploration: {kind: \(kind)}"
  var tabular = try playLoop(QLearning.self, "{\(common)}", game: game, steps: 20_000, seed: 3)
  var linear = try playLoop(
    LinearQLearning.self, "{\(common), features: {kind: tabular}}", game: game, steps: 20_000,
    seed: 3)
  for step in [1, 10, 1000, 12_345, 20_000] {
    tabular.run(until: step)
    linear.run(until: step)
    for player in 0..<2 {
      #expect(linear.learner(player).actionValues == tabular.learner(player).actionValues)
    }
    #expect(linear.lastProfile == tabular.lastProfile)
    #expect(linear.averageProfile == tabular.averageProfile)
    #expect(linear.lastPolicyChange == tabular.lastPolicyChange)
  }
}

@Test func `tabular features on policy are tabular SARSA to the bit`() throws {
  let game = try smallRace()
  var tabular = try playLoop(Sarsa.self, "step_size: 0.1", game: game, steps: 5000, seed: 3)
  var linear = try playLoop(
    LinearQLearning.self, "{step_size: 0.1, features: {kind: tabular}, on_policy: true}",
    game: game, steps: 5000, seed: 3)
  tabular.run(until: 5000)
  linear.run(until: 5000)
  for player in 0..<2 {
    #expect(linear.learner(player).actionValues == tabular.learner(player).actionValues)
  }
  #expect(linear.averageProfile == tabular.averageProfile)
}

/// On policy the target is what is played next: at ε = 1 either action.
@Test func `on policy the action drawn for the target is the one played`() throws {
  let game = try plane()
  var stream = RandomStream(seed: 2, role: .agent)
  var seen: Set<Int> = []
  for _ in 0..<20 {
    var learner = try playLearner(
      LinearQLearning.self,
      """
      {features: {kind: tabular}, step_size: 1, on_policy: true,
       exploration: {kind: epsilon-greedy, epsilon: 1}}
      """, game: game)
    // Q(1, ·) = (8, 0): terminated steps have no future.
    learner.update(
      state: 1, jointAction: [0].span, rewards: [8].span, nextState: 0, continuation: 0,
      isLast: true, using: &stream)
    learner.update(
      state: 0, jointAction: [1].span, rewards: [1].span, nextState: 1, continuation: 1,
      isLast: false, using: &stream)
    let next = learner.act(at: 1, using: &stream)
    #expect(learner.actionValues[1] == (next == 0 ? 5 : 1))
    seen.insert(next)
  }
  #expect(seen == [0, 1])
}

/// Four cosines on four states represent every table, and the problem is deterministic: the
/// optimum is a fixed point of every single update, approached geometrically. An independent numpy
/// run of the same recursion (step 0.1, uniform actions) is within 2e-14 after 3,000 steps.
@Test func `with as many cosines as states a lone learner finds the exact optimum`() throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    LinearQLearning.self,
    """
    {features: {kind: fourier, order: 3}, step_size: 0.1,
     exploration: {kind: epsilon-greedy, epsilon: 1}}
    """, game: game, steps: 20_000)
  loop.run(until: 20_000)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  let optimal = game.actionValues(of: 0, against: game.uniformProfile, values: best.values)
  for (found, expected) in zip(loop.learner(0).actionValues, optimal) {
    #expect(abs(found - expected) <= 1e-12)
  }
  #expect(try Certificate(game, loop.lastProfile).exploitability <= 1e-14)
}

@Test(arguments: [
  "{features: {kind: tile-coding}}", "{features: {kind: fourier, order: 4}, on_policy: true}",
  "{features: {kind: radial}, exploration: {kind: boltzmann}}",
])
func `a linear learner goes on from a snapshot to the same bits`(yaml: String) throws {
  let game = try smallRace()
  // The average begins at 2000.
  for split in [0, 345, 2000, 2345] {
    try expectSameBitsWhenTakenUp(
      LinearQLearning.self, yaml, game: game, steps: 4000, split: split)
  }
}

@Test func `what does not fit is refused`() throws {
  let game = try ring(discount: 0.5)
  #expect(throws: GameError.self) {
    try playLearner(LinearQLearning.self, "{initial_weights: [1, 2]}", game: game)
  }
  #expect(throws: GameError.self) {
    try playLearner(
      LinearQLearning.self, "{features: {kind: polynomial, degree: 100}}",
      game: try Baird().stochasticGame())
  }
  let other = try playLearner(LinearQLearning.self, game: try smallRace())
  var learner = try playLearner(LinearQLearning.self, game: game)
  #expect(throws: SnapshotError.self) { try learner.restore(other.snapshot()) }
}

/// Complete features fit any values: the ridge of 1e-10 leaves a relative error of that order times
/// the squared condition of the cosines, which is below 10.
@Test func `weights begin where they fit the given profile's action values`() throws {
  let game = try smallRace()
  let point = try StartingPoint(game.uniformProfile, player: 1, game: game)
  for features in ["{kind: fourier, order: 10}", "{kind: tabular}", "{kind: tile-coding}"] {
    var learner = try playLearner(
      LinearQLearning.self, "{features: \(features)}", game: game, player: 1)
    try learner.start(from: point)
    let scale = point.actionValues.map(abs).max()!
    for (found, expected) in zip(learner.actionValues, point.actionValues) {
      #expect(abs(found - expected) <= 1e-6 * scale, "\(features)")
    }
    #expect(learner.lastPolicyChange == 0)
  }
}

/// Under uniform play with a restart at every step, states are independent and uniform. Once solid
/// is the better action at the lower state, its weights follow on average
/// w ← (I + α/14 Xᵀ(γP − I)X) w, whose largest eigenvalue is 1.0011963 at α = 0.01 (numpy; half of
/// the excess of 1.0023925 that dynamic programming has). Products of random matrices grow more
/// slowly than their mean; a numpy run of the same process grew by 0.001194 ± 0.00002 a step over
/// two seeds. Growth of at least half the mean rate, and no more than it by a quarter, is asked.
@Test func `Q-learning diverges on Baird's star and a table does not`() throws {
  let game = try Baird().stochasticGame()
  func loop(_ yaml: String) throws -> TrainingLoop<LinearQLearning> {
    try playLoop(
      LinearQLearning.self, "{\(yaml), exploration: {kind: epsilon-greedy, epsilon: 1}}",
      game: game, steps: 700_000, episodeLength: 1)
  }
  var linear = try loop(
    "features: {kind: coordinates}, step_size: 0.01, initial_weights: [1, 1, 1, 1, 1, 1, 10, 1]")
  linear.run(until: 20_000)
  var before = linear.largestWeight!
  for step in [40_000, 60_000, 80_000] {
    linear.run(until: step)
    let rate = log(linear.largestWeight! / before) / 20_000
    #expect(rate >= 0.5 * 0.0011956 && rate <= 1.25 * 0.0011956, "\(rate)")
    before = linear.largestWeight!
  }
  // e^(0.0012 · 700,000) is beyond the largest number: the table says so and keeps finite weights.
  linear.run(until: 700_000)
  #expect(linear.largestWeight == .infinity)
  let weights = linear.learner(0).weights
  #expect(weights.allSatisfy { $0.isFinite })

  var tabular = try loop("features: {kind: tabular}, step_size: 0.1, initial_weights: [1]")
  var last = 1.0
  for step in [20_000, 40_000, 80_000] {
    tabular.run(until: step)
    #expect(tabular.largestWeight! < last)
    last = tabular.largestWeight!
  }
  // Each update is an average of old and γ times another: values shrink by at least 0.99 whenever
  // all 14 pairs have been renewed, which at step 0.1 takes some 14 · 30 steps: 0.99^190 = 0.15.
  #expect(last <= 0.15)
}
