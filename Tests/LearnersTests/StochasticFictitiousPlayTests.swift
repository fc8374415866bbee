import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Player 0 of two states with two actions each, discount 1/2, belief steps 1/2, value steps 1/2, values 0
/// and beliefs (1/2, 1/2) at first. Q is written by (own, rival's) action at state 0.
///
///     s own rival  r  s′ c   target             Q(0, ·, ·)          b(0, rival 1)  W(0, ·)
///     0  1   1     4  1  1   4 + ½ · 0          Q(1,1) = 2          3/4            0, 3/2
///     1  0   0     2  0  1   2 + ½ · 3/2        (state 1: Q(0,0) = 11/8, b(1, rival 0) = 3/4, W = 33/32)
///     0  0   1    −2  1  1   −2 + ½ · 33/32     Q(0,1) = −95/128    7/8            −665/1024, 7/4
///     0  1   0     6  0  0   6                  Q(1,0) = 3          7/16           7/16 · −95/128, 41/16
///
/// (41/16 = 9/16 · 3 + 7/16 · 2.)
@Test func `values and beliefs move as worked by hand`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 2], [2, 2]], discounts: [0.5, 0.9], initial: [1, 0]
  ) { state, _, row in row.move(to: state, probability: 1) }
  var learner = try StochasticFictitiousPlay(
    try resolved(
      "{belief_step: 0.5, value_step: 0.5, temperature: 1}", StochasticFictitiousPlay.parameters),
    game: game, player: 0, steps: 10)
  var stream = RandomStream(seed: 1, role: .agent)
  let table: [(Int, [Int], Double, Int, Double, [Double])] = [
    (0, [1, 1], 4, 1, 1, [0, 1.5, 0, 0]),
    (1, [0, 0], 2, 0, 1, [0, 1.5, 33.0 / 32, 0]),
    (0, [0, 1], -2, 1, 1, [-665.0 / 1024, 1.75, 33.0 / 32, 0]),
    (0, [1, 0], 6, 0, 0, [-665.0 / 2048, 41.0 / 16, 33.0 / 32, 0]),
  ]
  for (state, joint, reward, next, continuation, worth) in table {
    learner.update(
      state: state, jointAction: joint.span, rewards: [reward, 0].span, nextState: next,
      continuation: continuation, isLast: false, using: &stream)
    for (found, expected) in zip(learner.actionValues, worth) {
      #expect(abs(found - expected) <= 1e-15)
    }
  }
  #expect(learner.lastPolicyChange == 1)
  let odds = exp(41.0 / 16 + 665.0 / 2048)
  #expect(abs(learner.lastPolicy[0, 1] - odds / (1 + odds)) <= 1e-15)
}

/// With one player W is Q and the rule that of Q-learning, so the bound of that test holds: steps n^−0.6
/// leave e^(−70) of first errors after 25,000 visits of each pair, which a temperature far above the
/// values' differences sees to; best responses are then exact.
@Test func `alone it finds the exact optimum of a deterministic problem`() throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    StochasticFictitiousPlay.self,
    "{temperature: 100, value_step: {kind: power, exponent: 0.6}}", game: game, steps: 200_000,
    averageFrom: 0)
  loop.run(until: 200_000)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  let optimal = game.actionValues(of: 0, against: game.uniformProfile, values: best.values)
  for (found, expected) in zip(loop.learner(0).actionValues, optimal) {
    #expect(abs(found - expected) <= 1e-12)
  }
}

/// Defection is dominant by 1 or 2: whatever is believed, W(defect) > W(cooperate) once values of
/// joint actions are known, which without noise and continuation they are at once.
@Test(arguments: [1, 2, 3] as [UInt64])
func `dominant actions are found`(seed: UInt64) throws {
  let game = try bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
  var loop = try playLoop(
    StochasticFictitiousPlay.self, "temperature: {kind: exponential, from: 5, to: 0.02}",
    game: game,
    steps: 20_000, seed: seed, averageFrom: 0)
  loop.run(until: 20_000)
  // W differs by at least 1 as beliefs end near (0, 1): odds of e^(1/0.02) = e^50.
  let last = loop.lastProfile
  for player in 0..<2 { #expect(last[player][0, 1] >= 1 - 1e-20) }
}

/// Payoffs of matching pennies are deterministic, so Q is exact after a visit with a step of 1 (n^−0.9 at
/// n = 1, no continuation). At temperature 1 the logit equilibrium is even mixing, globally stable
/// (Hofbauer and Sandholm 2002), and a law is at most 1/2 steep in the belief. Belief errors at step t^−0.6
/// have standard deviation at most √(t^−0.6/2)/2, autocorrelated over some t^0.6 steps; the mean of laws
/// over T steps then has a standard error of about ½ · ½ √(2/T) = 0.0011 at 100,000: 4.5 of those, the start
/// (some hundred steps, at most 1/2 off) besides.
@Test(arguments: [1, 2, 3] as [UInt64])
func `averages converge in matching pennies`(seed: UInt64) throws {
  let game = try zeroSum([[1, -1], [-1, 1]])
  var loop = try playLoop(
    StochasticFictitiousPlay.self,
    "{temperature: 1, belief_step: {kind: power}, value_step: {kind: power, exponent: 0.9}}",
    game: game, steps: 100_000, seed: seed, averageFrom: 0)
  loop.run(until: 100_000)
  let average = try averageProfile(loop)
  for player in 0..<2 { #expect(abs(average[player][0, 0] - 0.5) <= 4.5 * 0.0011 + 0.001) }
}

@Test func `it believes in the profile it begins from`() throws {
  let game = try threePlayers()
  for player in 0..<3 {
    var learner = try StochasticFictitiousPlay(
      try resolved(
        "{temperature: 1, belief_step: 0.5, value_step: 1}",
        StochasticFictitiousPlay.parameters), game: game,
      player: player, steps: 10)
    var profile = game.uniformProfile
    profile[0].setLaw([0.25, 0.75], at: 0)
    profile[1].setLaw([0.5, 0.25, 0.25], at: 0)
    let point = try StartingPoint(profile, player: player, game: game)
    try learner.start(from: point)
    #expect(learner.actionValues == point.actionValues)
    // The value of the joint action seen becomes 10, all others are those of the own action. So W of the
    // own action moves by b · (10 − W) with b the belief in what the rivals did, then with the belief,
    // by half, towards 10.
    let before = learner.actionValues
    var stream = RandomStream(seed: 1, role: .agent)
    let joint = [1, 2, 0]
    let probability = (0..<3).filter { $0 != player }.reduce(1) { $0 * profile[$1][0, joint[$1]] }
    learner.update(
      state: 0, jointAction: joint.span, rewards: [10, 10, 10].span, nextState: 2,
      continuation: 0, isLast: true, using: &stream)
    let own = joint[player]
    let valued = before[own] + probability * (10 - before[own])
    #expect(abs(learner.actionValues[own] - (valued + 10) / 2) <= 1e-13)
    for action in 0..<game.actionCount(player, at: 0) where action != own {
      #expect(abs(learner.actionValues[action] - before[action]) <= 1e-13)
    }
  }
}

@Test(arguments: [0, 1, 57, 199])
func `stochastic fictitious play taken up from a snapshot goes on to the same bits`(
  split: Int
) throws {
  for game in [try smallRace(), try threePlayers()] {
    try expectSameBitsWhenTakenUp(
      StochasticFictitiousPlay.self, "", game: game, steps: 200, split: split)
  }
  var learner = try StochasticFictitiousPlay(
    try resolved("", StochasticFictitiousPlay.parameters), game: try smallRace(), player: 0,
    steps: 10)
  let other = try StochasticFictitiousPlay(
    try resolved("", StochasticFictitiousPlay.parameters), game: try threePlayers(), player: 0,
    steps: 10)
  #expect(throws: SnapshotError.self) { try learner.restore(other.snapshot()) }
}
