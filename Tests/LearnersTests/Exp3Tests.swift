import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Two actions, γ = 1/2, payoffs from −2 to 2, so a payoff r counts (r + 2)/4.
///
///     action  r   g    p(action)                       log w afterwards
///     0       2   1    1/2                             (1/2 · (1/(1/2))/2, 0) = (1/2, 0)
///     1      −2   0    –                               (1/2, 0)
///     0       0   1/2  e^½/(1 + e^½)/2 + 1/4 = 0.561230 1/2 + 1/2 · (1/2/0.561230)/2 = 0.722725
///     1       2   1    1/(1 + e^0.722725)/2 + 1/4 = 0.413397  1/2 · (1/0.413397)/2 = 0.604746
@Test func `exp3 weighs payoffs as worked by hand`() throws {
  let game = try bimatrix([[2, 0], [-2, 2]], [[0, 0], [0, 0]])
  var learner = try Exp3(
    try resolved("exploration: 0.5", Exp3.parameters), game: game, player: 0, steps: 10)
  var stream = RandomStream(seed: 1, role: .agent)
  let table: [(Int, Double, [Double])] = [
    (0, 2, [0.5, 0]), (1, -2, [0.5, 0]), (0, 0, [0.722725, 0]), (1, 2, [0.722725, 0.604746]),
  ]
  for (action, reward, scores) in table {
    learner.update(
      state: 0, jointAction: [action, 0].span, rewards: [reward, 0].span, nextState: 0,
      continuation: 1, isLast: false, using: &stream)
    let odds = exp(scores[0] - scores[1])
    #expect(abs(learner.lastPolicy[0, 0] - odds / (1 + odds)) <= 1e-6)
  }
  #expect(learner.lastPolicyChange == 0)
}

/// 4.5 standard errors at 40,000 draws of p = (1 − γ) w/Σw + γ/n with w/Σw = (0.7, 0.2, 0.1).
@Test func `exp3 plays its law and explores as often as stated`() throws {
  let game = try bimatrix([[2, 0], [-2, 2], [0, 0]], Array(repeating: [0, 0], count: 3))
  var learner = try Exp3(
    try resolved("exploration: 0.3", Exp3.parameters), game: game, player: 0, steps: 10)
  var profile = game.uniformProfile
  profile[0].setLaw([0.7, 0.2, 0.1], at: 0)
  try learner.start(from: StartingPoint(profile, player: 0, game: game))
  for (found, expected) in zip(learner.lastPolicy.probabilities, [0.7, 0.2, 0.1]) {
    #expect(abs(found - expected) <= 1e-15)
  }
  var stream = RandomStream(seed: 2, role: .agent)
  var counts = [0, 0, 0]
  for _ in 0..<40_000 { counts[learner.act(at: 0, using: &stream)] += 1 }
  for (action, p) in [0.59, 0.24, 0.17].enumerated() {
    #expect(abs(Double(counts[action]) - 40_000 * p) <= 4.5 * (40_000 * p * (1 - p)).squareRoot())
  }
}

/// The bound on expected regret, 2 √(e − 1) √(T n log n), against the mean of 20 seeds.
@Test func `exp3's regret is within its bound`() throws {
  let game = try StochasticGame(actionCounts: [[3]], discounts: [0], initial: [1]) {
    _, joint, row in
    row.pay(0, [0.25, 0, 1][joint[0]])
    row.move(to: 0, probability: 1)
  }
  let steps = 10_000
  var regret = 0.0
  for seed in 1...20 as ClosedRange<UInt64> {
    var loop = try playLoop(Exp3.self, game: game, steps: steps, seed: seed, averageFrom: 0)
    loop.run(until: steps)
    let rewards = loop.takeMeanRewards(over: steps)
    let means = try #require(rewards)
    regret += Double(steps) * (1 - means[0]) / 20
    let last = loop.lastProfile[0]
    #expect(last.mode(at: 0) == 2)
  }
  #expect(regret <= 2 * ((exp(1) - 1) * Double(steps) * 3 * log(3)).squareRoot())
  // γ/n of all steps go to each bad action: at least about that is lost.
  let exploration = (3 * log(3) / ((exp(1) - 1) * Double(steps))).squareRoot()
  #expect(regret >= 0.9 * Double(steps) * exploration / 3 * 1.75)
}

/// In matching pennies the players' expected gains from the average laws played sum to at most both
/// regret bounds; laws without exploration are within γ of those.
@Test func `exp3's averages approach the equilibrium of matching pennies`() throws {
  let game = try zeroSum([[1, -1], [-1, 1]])
  let steps = 100_000
  var nashConv = 0.0
  for seed in 1...8 as ClosedRange<UInt64> {
    var loop = try playLoop(Exp3.self, game: game, steps: steps, seed: seed, averageFrom: 0)
    loop.run(until: steps)
    nashConv += try Certificate(game, averageProfile(loop)).nashConv[0] / 8
  }
  let unit = 2 * log(2) / Double(steps)
  let bound = 2 * 2 * (2 * ((exp(1) - 1) * unit).squareRoot())
  #expect(nashConv <= bound + 2 * 2 * (unit / (exp(1) - 1)).squareRoot())
}
