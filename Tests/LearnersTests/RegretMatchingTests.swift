import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Row's payoffs 4, 0 / 0, 2 / 1, 1, so Δ = 4; column has a single good action: its payoffs are 0, 8
/// whatever row does, Δ = 8.
///
/// Row in units of 4, column's law (y, 1 − y):
///
///     1: x = 1/3 each, y = 1/2: u = (2, 1, 1), mean 4/3, r = (2/3, −1/3, −1/3)/4 = (1/6, −1/12, −1/12).
///        Column: u = (0, 8), mean 4, R = (−1/2, 1/2): from now on its second action, y = 0.
///     2: x = (1, 0, 0): u = (0, 2, 1), mean 0, r = (0, 1/2, 1/4).
///        plain R = (1/6, 5/12, 1/6), x = (2, 5, 2)/9;  plus R = (1/6, 1/2, 1/4), x = (2, 6, 3)/11.
@Test(arguments: [false, true])
func `regrets add up as worked by hand`(isPlus: Bool) throws {
  let game = try bimatrix([[4, 0], [0, 2], [1, 1]], [[0, 8], [0, 8], [0, 8]])
  let yaml = "plus: \(isPlus)"
  let learners = try (0..<2).map {
    try modelLearner(RegretMatching.self, yaml, game: game, player: $0)
  }
  var loop = ModelLoop(game: game, learners: learners, steps: 10)
  func expect(_ found: [Double], _ expected: [Double]) {
    for (f, e) in zip(found, expected) { #expect(abs(f - e) <= 1e-15) }
  }
  let third = 1.0 / 3
  let over12: [Double] = isPlus ? [2, 0, 0] : [2, -1, -1]
  let regretsOver12: [Double] = isPlus ? [2, 6, 3] : [2, 5, 2]
  let total = regretsOver12.reduce(0, +)
  let (firstRegrets, regrets) = (over12.map { $0 / 12 }, regretsOver12.map { $0 / 12 })
  let law = regretsOver12.map { $0 / total }
  expect(learners[0].lastPolicy.probabilities, [third, third, third])
  loop.run(until: 1)
  expect(learners[0].regretSums, firstRegrets)
  expect(learners[0].lastPolicy.probabilities, [1, 0, 0])
  expect(learners[1].lastPolicy.probabilities, [0, 1])
  loop.run(until: 2)
  expect(learners[0].regretSums, regrets)
  expect(learners[0].lastPolicy.probabilities, law)
  // Of the laws (1, 1, 1)/3 and (1, 0, 0).
  expect(learners[0].averagePolicy.probabilities, [2.0 / 3, 1.0 / 6, 1.0 / 6])
}

/// The regret bound Δ √(n/T) a round for each player, checked for what it implies: in a zero-sum game
/// the gains from the average laws sum to at most the sum of the regrets.
@Test(arguments: [false, true], ["uniform", "random"])
func `averages of zero-sum games are within the regret bound`(
  isPlus: Bool, initial: String
) throws {
  for seed in 1...5 as ClosedRange<UInt64> {
    let game = try zeroSum(randomMatrix(4, 6, seed: seed))
    let pay = (0..<24).map { game.payoff(0, row: $0) }
    let delta = pay.max()! - pay.min()!
    var loop = try modelLoop(
      RegretMatching.self, "{plus: \(isPlus), initial: \(initial)}", game: game, rounds: 10_000,
      seed: seed)
    for rounds in [1, 10, 100, 1000, 10_000] {
      loop.run(until: rounds)
      let nashConv = try Certificate(game, averageProfile(loop)).nashConv[0]
      let t = Double(rounds)
      #expect(nashConv <= delta * ((4 / t).squareRoot() + (6 / t).squareRoot()))
    }
  }
}

/// In a game that is not zero-sum only joint play is promised anything: its empirical law is a coarse
/// correlated equilibrium within the regret bounds. Regret is counted here from the laws played.
@Test(arguments: ["regret-matching", "regret-matching plus", "hedge"])
func `joint play is coarse correlated equilibrium within the bound`(kind: String) throws {
  for seed in 1...3 as ClosedRange<UInt64> {
    let a = randomMatrix(3, 3, seed: seed)
    let b = randomMatrix(3, 3, seed: seed + 100)
    let game = try bimatrix(a, b)
    let rounds = 2000
    var loop =
      switch kind {
      case "hedge": try modelLoop(Hedge.self, game: game, rounds: rounds)
      case "regret-matching": try modelLoop(RegretMatching.self, game: game, rounds: rounds)
      default: try modelLoop(RegretMatching.self, "plus: true", game: game, rounds: rounds)
      }
    var instead = [[0.0, 0, 0], [0.0, 0, 0]]
    var earned = [0.0, 0]
    for round in 0..<rounds {
      let play = loop.lastProfile
      for i in 0..<3 {
        for j in 0..<3 {
          let (x, y) = (play[0][0, i], play[1][0, j])
          earned[0] += x * y * a[i][j]
          earned[1] += x * y * b[i][j]
          instead[0][i] += y * a[i][j]
          instead[1][j] += x * b[i][j]
        }
      }
      loop.run(until: round + 1)
    }
    for player in 0..<2 {
      let pay = (0..<9).map { game.payoff(player, row: $0) }
      let delta = pay.max()! - pay.min()!
      let (n, t) = (3.0, Double(rounds))
      let bound =
        kind == "hedge"
        ? delta * (2 * (t / 2 * log(n)).squareRoot() + (log(n) / 8).squareRoot())
        : delta * (n * t).squareRoot()
      #expect(instead[player].max()! - earned[player] <= bound)
    }
  }
}

@Test func `learners of one-shot games refuse others by name`() throws {
  let stochastic = try smallRace()
  let ending = try StochasticGame(
    actionCounts: [[2, 2], [1, 1]], discounts: [0.9, 0.9], initial: [1, 0], terminal: [1]
  ) { _, joint, row in
    // The first player's choice decides whether play goes on.
    row.move(to: joint[0], probability: 1)
  }
  for game in [stochastic, ending] {
    for (name, make) in [
      ("regret-matching", { _ = try modelLearner(RegretMatching.self, game: game) }),
      ("hedge", { _ = try modelLearner(Hedge.self, game: game) }),
      ("replicator", { _ = try modelLearner(Replicator.self, game: game) }),
      ("exp3", { _ = try playLoop(Exp3.self, game: game, steps: 10, averageFrom: 0) }),
    ] as [(String, () throws -> Void)] {
      let error = #expect(throws: GameError.self) { try make() }
      #expect(error?.subject == "learner")
      #expect(error?.rule.contains(name) == true)
      #expect(error?.rule.contains("fictitious-play") == true)
    }
  }
}

/// A game that ends after the first round, or by a chance that nobody influences, is one-shot too.
@Test(arguments: [0, 0.5]) func `one-shot games may end`(stay: Double) throws {
  let a: [[Double]] = [[1, -1], [-1, 2]]
  let game = try StochasticGame(
    actionCounts: [[1, 1], [2, 2]], discounts: [0.9, 0.9], initial: [0, 1], terminal: [0]
  ) { _, joint, row in
    row.pay(0, a[joint[0]][joint[1]])
    row.pay(1, -a[joint[0]][joint[1]])
    row.move(to: 1, probability: stay)
    row.move(to: 0, probability: 1 - stay)
  }
  for type in [RegretMatching.self, Hedge.self, Replicator.self] as [any ModelLearner.Type] {
    func played<L: ModelLearner>(_ type: L.Type, _ game: StochasticGame) throws -> Profile {
      var loop = try modelLoop(type, "initial: random", game: game, rounds: 50)
      loop.run(until: 50)
      return loop.lastProfile
    }
    let (ending, lasting) = (try played(type, game), try played(type, zeroSum(a)))
    for player in 0..<2 {
      #expect(ending[player].law(at: 0) == [1])
      #expect(ending[player].law(at: 1) == lasting[player].law(at: 0))
    }
  }
}

@Test(arguments: [0, 1, 57, 199])
func `one-shot learners taken up from a snapshot go on to the same bits`(split: Int) throws {
  let game = try zeroSum(randomMatrix(3, 4, seed: 3))
  for yaml in ["initial: random", "{initial: random, plus: true}"] {
    try expectSameBitsWhenTakenUp(RegretMatching.self, yaml, game: game, rounds: 200, split: split)
  }
  try expectSameBitsWhenTakenUp(
    Hedge.self, "initial: random", game: game, rounds: 200, split: split)
  for yaml in ["method: runge-kutta", "method: exponential"] {
    try expectSameBitsWhenTakenUp(Replicator.self, yaml, game: game, rounds: 200, split: split)
  }
  try expectSameBitsWhenTakenUp(Exp3.self, "", game: game, steps: 200, split: split)
}
