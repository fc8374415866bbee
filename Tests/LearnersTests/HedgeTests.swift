import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Two actions a player, so a step of 1/√(8 log 2) is a rate of 1. Row's payoffs 6, 2 / −2, 2, Δ = 8: scaled
/// 1, 1/2 / 0, 1/2. Column is paid nothing and stays at (1/2, 1/2).
///
///     scaled payoffs of a round: (1 + 1/2)/2 = 3/4 and (0 + 1/2)/2 = 1/4: G = (3t/4, t/4)
///     law of round t + 1: odds exp(η_{t+1} t/2)
@Test func `hedge weighs payoffs as worked by hand`() throws {
  let game = try bimatrix([[6, 2], [-2, 2]], [[0, 0], [0, 0]])
  let scale = 1 / (8 * log(2.0)).squareRoot()
  for exponent in [0.0, 0.5] {
    var loop = try modelLoop(
      Hedge.self, "step_size: {kind: power, scale: \(scale), exponent: \(exponent)}", game: game,
      rounds: 10)
    for done in 0...5 {
      loop.run(until: done)
      let rate = pow(Double(done + 1), -exponent)
      let expected = 1 / (1 + exp(-rate * Double(done) / 2))
      let profile = loop.lastProfile
      #expect(abs(profile[0][0, 0] - expected) <= 1e-15)
      #expect(profile[1].probabilities == [0.5, 0.5])
    }
  }
}

/// Cesa-Bianchi and Lugosi (2006), theorem 2.3, of both players.
@Test func `averages of zero-sum games are within the bound of exponential weights`() throws {
  for seed in 1...5 as ClosedRange<UInt64> {
    let game = try zeroSum(randomMatrix(4, 6, seed: seed))
    let pay = (0..<24).map { game.payoff(0, row: $0) }
    let delta = pay.max()! - pay.min()!
    var loop = try modelLoop(Hedge.self, game: game, rounds: 10_000)
    for rounds in [1, 10, 100, 1000, 10_000] {
      loop.run(until: rounds)
      let t = Double(rounds)
      let bound = [4.0, 6].reduce(0) {
        $0 + delta * (2 * (t / 2 * log($1)).squareRoot() + (log($1) / 8).squareRoot()) / t
      }
      let nashConv = try Certificate(game, averageProfile(loop)).nashConv[0]
      #expect(nashConv <= bound)
    }
  }
}

/// A law of (0.9, 0.1), then payoffs on top of it.
@Test func `hedge begins where it is told to`() throws {
  let game = try bimatrix([[0, 0], [8, 8]], [[0, 0], [0, 0]])
  var profile = game.uniformProfile
  profile[0].setLaw([0.9, 0.1], at: 0)
  var learner = try modelLearner(
    Hedge.self, "step_size: \(1 / (8 * log(2.0)).squareRoot())", game: game)
  try learner.start(from: StartingPoint(profile, player: 0, game: game))
  #expect(abs(learner.lastPolicy[0, 0] - 0.9) <= 1e-15)
  var loop = ModelLoop(
    game: game, learners: [learner, FixedModelPlayer(game.uniformPolicy(1))], steps: 10)
  loop.run(until: 3)
  // Odds 1/9 of the second action, times e for each round.
  let last = loop.lastProfile
  #expect(abs(last[0][0, 1] - 1 / (1 + 9 * exp(-3))) <= 1e-15)
}

/// Payoffs as far as a game may have them: scaled, so laws stay laws.
@Test func `extreme payoffs stay finite`() throws {
  let game = try zeroSum([[1e300, -1e300], [-1e300, 1e299]])
  func laws<L: ModelLearner>(_ type: L.Type) throws -> Profile {
    var loop = try modelLoop(type, "initial: random", game: game, rounds: 100)
    loop.run(until: 100)
    return try averageProfile(loop)
  }
  for profile in [
    try laws(RegretMatching.self), try laws(Hedge.self), try laws(Replicator.self),
    try laws(FictitiousPlay.self), try laws(SmoothFictitiousPlay.self),
  ] { #expect(throws: Never.self) { try game.validate(profile) } }
}
