import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Matching pennies, discount 1/2, all steps 1/2, uniform first beliefs, values 0 at first. b₂ is what
/// player 1 (who wants to match) believes about player 2, b₁ the reverse; heads is action 0.
///
///     t  b₂(heads) b₁(heads)   V₁      V₂      W₁ heads, tails      W₂ heads, tails      play
///     1   1/2       1/2        0       0       0, 0                 0, 0                 0 0
///     2   3/4       3/4        0       0       1/2, −1/2            −1/2, 1/2            0 1
///     3   3/8       7/8        1/4     1/4     −1/8, 3/8            −5/8, 7/8            1 1
///     4   3/16      7/16       5/16    9/16    −15/32, 25/32        13/32, 5/32          1 0
@Test func `fictitious play goes as worked by hand`() throws {
  let game = try zeroSum([[1, -1], [-1, 1]], discount: 0.5)
  let yaml = "{initial: uniform, belief_step: 0.5, value_step: 0.5}"
  let learners = try (0..<2).map {
    try modelLearner(FictitiousPlay.self, yaml, game: game, player: $0)
  }
  var loop = ModelLoop(game: game, learners: learners, steps: 10)
  // Copies of a learner share their tables: those in the loop are these.
  let rounds: [(b2: Double, b1: Double, v1: Double, v2: Double, play: [Int])] = [
    (0.5, 0.5, 0, 0, [0, 0]), (0.75, 0.75, 0, 0, [0, 1]), (0.375, 0.875, 0.25, 0.25, [1, 1]),
    (0.1875, 0.4375, 0.3125, 0.5625, [1, 0]),
  ]
  for (index, expected) in rounds.enumerated() {
    loop.run(until: index)
    let profile = loop.lastProfile
    #expect(learners[0].belief(about: 1)[0, 0] == expected.b2)
    #expect(learners[1].belief(about: 0)[0, 0] == expected.b1)
    #expect(learners[0].values == [expected.v1])
    #expect(learners[1].values == [expected.v2])
    #expect([profile[0].mode(at: 0), profile[1].mode(at: 0)] == expected.play)
    // Begun uniform, the average is what the other believes.
    #expect(learners[0].averagePolicy == learners[1].belief(about: 0))
    #expect(learners[1].averagePolicy == learners[0].belief(about: 1))
  }
  let changes = learners.map(\.lastPolicyChange)
  #expect(changes == [2, 3])
}

/// NashConv of the beliefs at parity and at the worst state after 100, 1,000 and 10,000 rounds, as
/// computed by an independent program (numpy: dense tables, best responses by policy iteration),
/// printed with six digits. Rounding may break a near-tie the other way and shift a mixed state's
/// play by a round, which changes a belief by 1/t: the same relative order as the figure itself, so
/// the two programs are required to agree to 2% where the equilibrium mixes; in fact they agree to
/// every printed digit.
@Test(
  arguments: [
    ("stable", [:], [0.426312, 0.0428924, 0.00429187], [0.429216, 0.0431858, 0.00432124]),
    (
      "tipping", ["omega": 1.5, "s": 0.7, "mu": 0.08], [11.5506, 0.144381, 0.0134718],
      [11.5506, 0.144381, 0.0134718]
    ),
    (
      "contested", ["s": 0.5, "omega": 0.5, "mu": 0.3, "noise_prob": 0.6, "noise_size": 0.4],
      [0.582784, 0.0914836, 0.00946599], [0.582784, 0.0962172, 0.00999398]
    ),
    ("Bertrand", ["s": 0], [2.95998, 0.0804516, 0.0071031], [2.95998, 0.0804516, 0.00776895]),
  ] as [(String, [String: Double], [Double], [Double])])
func `beliefs approach equilibrium of the race at about 1 over t`(
  name: String, changes: [String: Double], parity: [Double], worst: [Double]
) throws {
  let settings = changes.merging(["grid": 11, "actions": 5]) { $1 }
  let game = try ComputeRace(scenario: "stable-parity", settings).stochasticGame()
  var loop = try modelLoop(FictitiousPlay.self, "initial: uniform", game: game, rounds: 10_000)
  for (index, rounds) in [100, 1000, 10_000].enumerated() {
    loop.run(until: rounds)
    let nashConv = try Certificate(game, averageProfile(loop)).nashConv
    #expect(abs(nashConv[5] / parity[index] - 1) <= 0.02, "\(name) \(nashConv[5])")
    #expect(abs(nashConv.max()! / worst[index] - 1) <= 0.02, "\(name) \(nashConv.max()!)")
  }
}

/// With one player and values that move all the way, a round is a round of value iteration.
@Test func `alone it is value iteration`() throws {
  let game = try ring(discount: 0.5, slip: 0.25)
  let learner = try modelLearner(FictitiousPlay.self, "value_step: 1", game: game)
  var loop = ModelLoop(game: game, learners: [learner], steps: 60)
  var values = [0.0, 0, 0, 0]
  for round in 1...60 {
    loop.run(until: round)
    let worth = game.actionValues(of: 0, against: game.uniformProfile, values: values)
    values = (0..<4).map { max(worth[2 * $0], worth[2 * $0 + 1]) }
    #expect(learner.values == values)
  }
  // 2⁻⁶⁰ of the first error, which is at most 4.
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  for (found, expected) in zip(learner.values, best.values) {
    #expect(abs(found - expected) <= 1e-14)
  }
  #expect(learner.lastPolicy == game.purePolicy(0, best.actions))
}

/// Shapley (1964), "Some topics in two-person games": from where its play starts, fictitious play of
/// this game goes round for ever in runs of geometrically growing length. Row's runs of an action
/// last two segments of a cycle of six; let each segment end r times as late as the one before. At
/// the end of its run an action has the share Σₖ (1 − r⁻²) r⁻⁶ᵏ = 1/(1 + r⁻² + r⁻⁴), at its beginning
/// r⁻⁴ times that. Row changes where column's two actions are believed equally likely,
///
///     (r⁻¹ − r⁻³)/(1 − r⁻⁶) = 1 − r⁻¹ + (r − r⁻¹) r⁻⁶/(1 − r⁻⁶)   ⟺   r³ − r² − 1 = 0  (r ≠ ±1),
///
/// so r = 1.46557 and shares swing between 0.12884 and 0.59441 for ever. The rounds 10⁴ … 10⁵ hold a
/// cycle (r⁶ = 9.91); whole rounds move its corners by some parts in a thousand there.
@Test func `in Shapley's game beliefs go round for ever`() throws {
  let game = try bimatrix(
    [[1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
  var r = 1.5
  for _ in 0..<50 { r -= (r * r * r - r * r - 1) / (3 * r * r - 2 * r) }
  let high = 1 / (1 + pow(r, -2) + pow(r, -4))
  let low = high * pow(r, -4)
  #expect(abs(high - 0.59441) < 1e-5 && abs(low - 0.12884) < 1e-5)
  var loop = try modelLoop(FictitiousPlay.self, "initial: uniform", game: game, rounds: 100_000)
  var (least, most) = ([1.0, 1, 1], [0.0, 0, 0])
  for rounds in stride(from: 10_000, through: 100_000, by: 20) {
    loop.run(until: rounds)
    let average = try averageProfile(loop)
    for action in 0..<3 {
      least[action] = min(least[action], average[0][0, action])
      most[action] = max(most[action], average[0][0, action])
    }
  }
  for action in 0..<3 {
    #expect(abs(least[action] - low) <= 0.005)
    #expect(abs(most[action] - high) <= 0.005)
  }
}

/// Two states, both with mixed equilibria, and a value by Shapley's (1953) iteration: δ⁶⁰ of the
/// first error, each stage game solved exactly by the Lemke-Howson path.
private func zeroSumStochastic() throws -> (game: StochasticGame, values: [Double]) {
  let pay: [[[Double]]] = [[[2, -1], [-1, 1]], [[0, 3], [1, -2]]]
  let game = try StochasticGame(
    actionCounts: [[2, 2], [2, 2]], discounts: [0.4, 0.4], initial: [1, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0]][joint[1]])
    row.pay(1, -pay[state][joint[0]][joint[1]])
    row.move(to: 1 - state, probability: joint[0] == joint[1] ? 0.75 : 0.25)
    row.move(to: state, probability: joint[0] == joint[1] ? 0.25 : 0.75)
  }
  var values = [0.0, 0.0]
  for _ in 0..<60 {
    values = try (0..<2).map { state in
      var a: [Double] = []
      for i in 0..<2 {
        for j in 0..<2 {
          let stay = i == j ? 0.25 : 0.75
          a.append(
            pay[state][i][j] + 0.4 * (stay * values[state] + (1 - stay) * values[1 - state]))
        }
      }
      let stage = try BimatrixGame(
        rows: 2, columns: 2, rowPayoffs: a, columnPayoffs: a.map { -$0 })
      let solution = try LemkeHowson().solve(stage)
      return try #require(solution.equilibrium).values[0]
    }
  }
  return (game, values)
}

/// Steps as the theorem wants them: α = t^−0.6, β = 1/t. A best response to an average overshoots by
/// up to a step times the range c ≤ 7 of a stage game, so the error e of the values, at most 5 at
/// first, follows
///
///     t e′ = −(1 − δ) e + c t^−0.6,   with 1 − δ = 0.6:   e(t) = (5 + 7 log t) t^−0.6
///
/// and falls from 0.84 at 1,000 rounds to 0.086 at 100,000. A deviation gains at most the error of
/// current and of continuation values, over 1 − δ.
@Test(arguments: [1, 2, 3] as [UInt64])
func `zero-sum stochastic games are learned with slow values`(seed: UInt64) throws {
  let (game, values) = try zeroSumStochastic()
  let yaml = "{belief_step: {kind: power, exponent: 0.6}, value_step: {kind: power, exponent: 1}}"
  let learners = try (0..<2).map {
    try modelLearner(FictitiousPlay.self, yaml, game: game, player: $0, seed: seed)
  }
  var loop = ModelLoop(game: game, learners: learners, steps: 100_000)
  for rounds in [1000, 10_000, 100_000] {
    loop.run(until: rounds)
    let t = Double(rounds)
    let error = (5 + 7 * log(t)) * pow(t, -0.6)
    for state in 0..<2 {
      #expect(abs(learners[0].values[state] - values[state]) <= error)
      #expect(abs(learners[1].values[state] + values[state]) <= error)
    }
    let certificate = try Certificate(game, averageProfile(loop))
    #expect(certificate.exploitability <= 2 * error / (1 - 0.4))
  }
}

/// A stag hunt: stag pays 4 with another and 0 alone, hare 3. Whoever believes in stag with more than
/// 3/4 hunts it. Beliefs on one side both stay there; otherwise play decides, but fictitious play of
/// a 2 × 2 game ends in an equilibrium (Miyasawa 1961; Monderer and Shapley 1996, identical interest).
@Test func `first beliefs decide which equilibrium of a stag hunt is found`() throws {
  let pay: [[Double]] = [[4, 0], [3, 3]]
  let game = try bimatrix(pay, [[4, 3], [0, 3]])
  var found: Set<Int> = []
  for seed in 1...60 as ClosedRange<UInt64> {
    let learners = try (0..<2).map {
      try modelLearner(FictitiousPlay.self, game: game, player: $0, seed: seed)
    }
    let stag = [learners[0].belief(about: 1)[0, 0], learners[1].belief(about: 0)[0, 0]]
    var loop = ModelLoop(game: game, learners: learners, steps: 1000)
    loop.run(until: 1000)
    let profile = loop.lastProfile
    #expect(try Certificate(game, profile).exploitability == 0)
    if stag[0] > 0.75, stag[1] > 0.75 { #expect(profile[0].mode(at: 0) == 0) }
    if stag[0] < 0.75, stag[1] < 0.75 { #expect(profile[0].mode(at: 0) == 1) }
    found.insert(profile[0].mode(at: 0))
  }
  #expect(found == [0, 1])
}

/// Random beliefs have the uniform law on the simplex: of two actions uniform on [0, 1], of three a
/// first coordinate above x with probability (1 − x)². 4.5 standard errors over 2,000 seeds.
@Test(arguments: [2, 3]) func `random beliefs are uniform on the simplex`(actions: Int) throws {
  let game = try zeroSum(randomMatrix(2, actions, seed: 1))
  var above = 0
  for seed in 1...2000 as ClosedRange<UInt64> {
    let belief = try modelLearner(FictitiousPlay.self, game: game, seed: seed).belief(about: 1)
    #expect(abs(belief.law(at: 0).reduce(0, +) - 1) <= 1e-15)
    if belief[0, 0] > 0.3 { above += 1 }
  }
  let p = actions == 2 ? 0.7 : 0.49
  #expect(abs(Double(above) - 2000 * p) <= 4.5 * (2000 * p * (1 - p)).squareRoot())
}

/// Against a rival who stays uniform beliefs are right from the start; values have 2,000 steps of at
/// least 1/(1 + log 2001) = 0.116 at discount 0.95: first errors shrink below e^(−0.05 · 232) < 1e-5.
@Test func `against a fixed rival it finds the best response`() throws {
  let game = try smallRace()
  let learner = try modelLearner(FictitiousPlay.self, "initial: uniform", game: game, player: 1)
  var loop = ModelLoop(
    game: game, learners: [FixedModelPlayer(game.uniformPolicy(0)), learner], steps: 2000)
  loop.run(until: 2000)
  let best = try game.bestResponse(of: 1, against: game.uniformProfile)
  #expect(learner.lastPolicy == game.purePolicy(1, best.actions))
  for (found, expected) in zip(learner.values, best.values) {
    #expect(abs(found - expected) <= 1e-4)
  }
}

/// However much the first beliefs weigh, they are the equilibrium, and so is the average.
@Test(arguments: [0, 1, 1000])
func `begun at a pure equilibrium it stays there`(prior: Int) throws {
  let game = try smallRace()
  let solution = try BellmanNash().solve(game)
  let equilibrium = try #require(solution.profiles.first)
  var loop = try modelLoop(
    FictitiousPlay.self, "prior: \(prior)", game: game, rounds: 100, from: equilibrium)
  loop.run(until: 100)
  let (last, average) = (loop.lastProfile, loop.averageProfile)
  #expect(last == equilibrium)
  #expect(average == equilibrium)
  let change = loop.lastPolicyChange
  #expect(change == 0)
}

/// A logit response leaves the profile, but an average of weight 10⁶ has moved by 100/10⁶ at most.
@Test func `the average of smooth fictitious play begins as rivals' beliefs`() throws {
  let game = try smallRace()
  let profile = interiorProfile(game)
  var loop = try modelLoop(
    SmoothFictitiousPlay.self, "prior: 1000000", game: game, rounds: 100, from: profile)
  loop.run(until: 100)
  let average = try averageProfile(loop)
  for player in 0..<2 {
    #expect(areClose(average[player].probabilities, profile[player].probabilities, within: 1e-4))
  }
}

@Test(arguments: [0, 1, 57, 199])
func `fictitious play taken up from a snapshot goes on to the same bits`(split: Int) throws {
  for game in [try smallRace(), try threePlayers()] {
    try expectSameBitsWhenTakenUp(
      FictitiousPlay.self, "", game: game, rounds: 200, split: split)
    try expectSameBitsWhenTakenUp(
      SmoothFictitiousPlay.self, "", game: game, rounds: 200, split: split)
  }
  var learner = try modelLearner(FictitiousPlay.self, game: try smallRace())
  let other = try modelLearner(FictitiousPlay.self, game: try threePlayers())
  #expect(throws: SnapshotError.self) { try learner.restore(other.snapshot()) }
}
