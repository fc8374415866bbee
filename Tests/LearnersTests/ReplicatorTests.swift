import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Σᵢ KL(x* ‖ xᵢ) of two players for an even x*.
private func divergence(_ profile: Profile) -> Double {
  (0..<2).reduce(0) { sum, player in
    sum - 0.5 * log(profile[player][0, 0]) - 0.5 * log(profile[player][0, 1]) - log(2)
  }
}

private func pennies(_ x: Double, _ y: Double) throws -> (StochasticGame, Profile) {
  let game = try zeroSum([[1, -1], [-1, 1]])
  var profile = game.uniformProfile
  profile[0].setLaw([x, 1 - x], at: 0)
  profile[1].setLaw([y, 1 - y], at: 0)
  return (game, profile)
}

private func loop(_ yaml: String, _ game: StochasticGame, from profile: Profile) throws -> ModelLoop
{
  let learners = try (0..<2).map { player in
    var learner = try modelLearner(Replicator.self, yaml, game: game, player: player)
    try learner.start(from: StartingPoint(profile, player: player, game: game))
    return learner
  }
  return ModelLoop(game: game, learners: learners, steps: 1_000_000)
}

/// The flow conserves the divergence from the even mixture. A Runge-Kutta step of order 4 errs by O(h⁵),
/// so over a fixed time the drift falls at least 16-fold when h is halved.
@Test func `in matching pennies the flow circles`() throws {
  let (game, profile) = try pennies(0.9, 0.6)
  let start = divergence(profile)
  var drifts: [Double] = []
  for h in [0.4, 0.2, 0.1] {
    var loop = try loop("step_size: \(h)", game, from: profile)
    let rounds = Int((40 / h).rounded())
    var least = 1.0
    var most = 0.0
    for round in 1...rounds {
      loop.run(until: round)
      let x = loop.lastProfile[0][0, 0]
      least = min(least, x)
      most = max(most, x)
    }
    drifts.append(abs(divergence(loop.lastProfile) - start))
    // It passes both sides: a full circle of the level set, on which x stays within these ends.
    #expect(least < 0.15 && most > 0.85)
  }
  #expect(drifts[1] <= drifts[0] / 16)
  #expect(drifts[2] <= drifts[1] / 16)
  #expect(drifts[2] < 1e-4 * start)
}

/// Each step of the exponential form, with the other standing still, moves outwards: the divergence never
/// falls (Bailey and Piliouras 2018, *EC*).
@Test func `the exponential form spirals outwards`() throws {
  let (game, profile) = try pennies(0.6, 0.5)
  var loop = try loop("{method: exponential, step_size: 0.1}", game, from: profile)
  var before = divergence(profile)
  let start = before
  for round in 1...500 {
    loop.run(until: round)
    let now = divergence(loop.lastProfile)
    #expect(now > before)
    before = now
  }
  #expect(before > 2 * start)
}

/// The exponential form in a first round, by hand: against (3/4, 1/4) heads pays 1/2 and tails −1/2, so
/// with h = log 3 the odds of heads grow by 3^(1/2 + 1/2) = 3.
@Test func `a round of the exponential form multiplies the odds`() throws {
  let (game, profile) = try pennies(0.5, 0.75)
  var loop = try loop("{method: exponential, step_size: \(log(3.0))}", game, from: profile)
  loop.run(until: 1)
  let last = loop.lastProfile
  #expect(abs(last[0][0, 0] - 0.75) <= 1e-15)
  // Even odds to match leave the other as it was.
  #expect(abs(last[1][0, 0] - 0.75) <= 1e-15)
}

/// Two seats of one action each but for the first, which has payoffs 0, 1, 3: x(a) ∝ x₀(a) e^(u(a) t) exactly,
/// and slopes in these coordinates are constant, so both methods are exact.
@Test(arguments: ["runge-kutta", "exponential"])
func `alone it is exponential growth`(method: String) throws {
  let game = try bimatrix([[0], [1], [3]], [[0], [0], [0]])
  var loop = try loop("{method: \(method), step_size: 0.25}", game, from: game.uniformProfile)
  loop.run(until: 8)
  let last = loop.lastProfile
  let weights = [1, exp(2.0), exp(6.0)]
  for action in 0..<3 {
    #expect(
      abs(last[0][0, action] - weights[action] / weights.reduce(0, +)) <= 1e-15)
  }
}

/// In a zero-sum game with an interior equilibrium the time average converges to it, at rate 1/t: from
/// log x(T) − log x(0) = ∫ u − ū the average payoffs differ between actions by at most
/// (log-odds range)/T. On the orbit through (0.9, 0.6) no probability is below 0.08 (its divergence is
/// below log 2/2 + …), so log-odds differ by at most 2 · 2.45 < 5 and average shares by 5/(2 · 2 T).
@Test func `time averages converge while the law circles`() throws {
  let (game, profile) = try pennies(0.9, 0.6)
  var loop = try loop("step_size: 0.05", game, from: profile)
  for rounds in [1000, 10_000, 40_000] {
    loop.run(until: rounds)
    let average = try averageProfile(loop)
    // The mean of samples a round apart differs from the integral by O(h/T) at the ends, besides.
    let time = 0.05 * Double(rounds)
    for player in 0..<2 { #expect(abs(average[player][0, 0] - 0.5) <= (1.25 + 0.05) / time) }
    let now = divergence(loop.lastProfile)
    #expect(now > 0.5 * divergence(profile))
  }
}
