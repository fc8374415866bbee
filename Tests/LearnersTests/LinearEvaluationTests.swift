import Agents
import Configuration
import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

private let bairdWeights = [1.0, 1, 1, 1, 1, 1, 10, 1]

/// Sutton and Barto (2018), figure 11.2, right: α = 0.01, γ = 0.99, and their first weights. The
/// figures are an independent numpy recursion's, w += α/7 Xᵀ(γPXw − Xw); its iteration matrix has
/// the spectral radius 1.0023925046420261 (numpy.linalg.eig). Rounding grows no faster than the
/// weights themselves: 1e-9 relative.
@Test func `dynamic programming diverges on Baird's star as in the book`() throws {
  let game = try Baird().stochasticGame()
  let solid = game.purePolicy(0, Array(repeating: 1, count: 7))
  let evaluation = try ProjectedEvaluation(
    try StateFeatures(.coordinates, game: game), game: game, profile: Profile([solid]), player: 0,
    stateWeights: Array(repeating: 1.0 / 7, count: 7))
  func near(_ found: Double, _ expected: Double) -> Bool {
    abs(found - expected) <= 1e-9 * abs(expected)
  }
  var weights = bairdWeights
  for sweep in 1...20_000 {
    let before = weights
    evaluation.update(&weights, step: 0.01)
    switch sweep {
    case 1:
      #expect(near(weights[0], 1.0253714285714286))
      #expect(near(weights[6], 9.999828571428571))
      #expect(near(weights[7], 1.0757714285714286))
    case 1000:
      #expect((0..<6).allSatisfy { near(weights[$0], 114.43371614264616) })
      #expect(near(weights[6], 6.850030342228856))
      #expect(near(weights[7], 335.0012091123965))
    case 20_000:
      #expect(near(weights[7], 1.965634628040583e22))
      for (old, new) in zip(before, weights) { #expect(near(new / old, 1.0023925046420261)) }
    default: break
    }
  }
}

/// The same in samples: behaviour 6/7 dashed and 1/7 solid makes states uniform, target solid.
/// Products of random matrices grow more slowly than the mean's 0.0023896 a step; three numpy runs
/// of this process grew by 0.00235 to 0.0024. At least half the mean rate is asked over every 20,000.
@Test func `off-policy TD diverges on Baird's star, and a table does not`() throws {
  let game = try Baird().stochasticGame()
  func loop(_ yaml: String) throws -> TrainingLoop<LinearEvaluation> {
    try playLoop(
      LinearEvaluation.self,
      """
      {\(yaml), step_size: 0.01, target: [0, 1],
       behaviour: [0.8571428571428571, 0.1428571428571429]}
      """, game: game, steps: 100_000, episodeLength: 0)
  }
  var linear = try loop(
    "features: {kind: coordinates}, initial_weights: [1, 1, 1, 1, 1, 1, 10, 1]")
  var before = 10.0
  for step in stride(from: 20_000, through: 100_000, by: 20_000) {
    linear.run(until: step)
    let rate = log(linear.largestWeight! / before) / 20_000
    #expect(rate >= 0.5 * 0.0023896 && rate <= 1.25 * 0.0023896, "\(rate)")
    before = linear.largestWeight!
  }
  // Off policy a table converges: V(lower) falls by 1 − 0.01 · 7 · 0.01 at every visit with solid,
  // one step in 49: e^(−0.0007 · 100,000/49) = 0.24, and the others follow at 0.99 of it.
  var tabular = try loop("features: {kind: tabular}, initial_weights: [1]")
  tabular.run(until: 100_000)
  #expect(tabular.largestWeight! <= 0.3)
}

/// A line on the ring of four states under uniform play, stationary law uniform. By numpy the TD
/// fixed point is w = (1.0625, 0.22297297297), X w = (0.8395, 0.9882, 1.1368, 1.2855); the exact
/// values are (1.2118, 0.1184, 1.6989, 1.2209), whose projection is another line, from 0.8213 to
/// 1.3037. Under weights (0.4, 0.3, 0.2, 0.1) it is w = (0.97941176, 0.08823529).
@Test func `the TD fixed point is numpy's`() throws {
  let game = try ring(discount: 0.5, slip: 0.25)
  let features = try StateFeatures(.polynomial(degree: 1), game: game)
  for (law, expected) in [
    ([0.25, 0.25, 0.25, 0.25], [1.0625, 33.0 / 148]),
    ([0.4, 0.3, 0.2, 0.1], [333.0 / 340, 3.0 / 34]),
  ] {
    let evaluation = try ProjectedEvaluation(
      features, game: game, profile: game.uniformProfile, player: 0, stateWeights: law)
    for (found, expected) in zip(try evaluation.fixedPoint(), expected) {
      #expect(abs(found - expected) <= 1e-14)
    }
  }
}

/// Expected updates contract to the fixed point; with as many features as states it is exact.
@Test func `with more cosines the fixed point approaches the exact values of the race`() throws {
  let game = try smallRace()
  let profile = game.uniformProfile
  let exact = try game.values(of: profile)[0]
  let law = Array(repeating: 1.0 / 11, count: 11)
  var errors: [Double] = []
  for order in [0, 2, 4, 6, 10] {
    let features = try StateFeatures(.fourier(order: order), game: game)
    let weights = try ProjectedEvaluation(
      features, game: game, profile: profile, player: 0, stateWeights: law
    ).fixedPoint()
    let values = (0..<11).map { state in
      zip(features.vector(at: state), weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
    errors.append(zip(values, exact).map { abs($0 - $1) }.max()!)
  }
  for (coarse, fine) in zip(errors, errors.dropFirst()) { #expect(fine < coarse) }
  #expect(errors.last! <= 1e-9 * exact.map(abs).max()!)
}

/// Steps n^(−0.7)/2 end at 6e-5. For a small constant step α the weights scatter by about
/// √(α tr(noise)/2λ) with λ ≥ 0.2 the slowest expected contraction of the line and a noise of at
/// most 2 in each target: √(6e-5 · 4/0.4) = 0.025, and four of those are allowed.
@Test func `on policy TD learns the fixed point, not the projection of the values`() throws {
  let game = try ring(discount: 0.5, slip: 0.25)
  var loop = try playLoop(
    LinearEvaluation.self,
    "{features: {kind: polynomial, degree: 1}, step_size: {kind: power, scale: 0.5, exponent: 0.7}}",
    game: game, steps: 400_000, episodeLength: 0)
  loop.run(until: 400_000)
  for (found, expected) in zip(loop.learner(0).weights, [1.0625, 33.0 / 148]) {
    #expect(abs(found - expected) <= 0.1)
  }
}

/// At s = 0 action 1 (ρ = 0.75/0.5) pays 4 and leads to s = 1: δ = 4 + 0.5 · 3 − 3 = 2.5 with all
/// weights 1, so w moves by 0.1 · 1.5 · 2.5 (1, 2) = (0.375, 0.75); action 0 has ρ = 0.25/0.5.
@Test func `importance ratios weigh the update worked by hand`() throws {
  let game = try StochasticGame(
    actionCounts: [[2], [2]], discounts: [0.5], initial: [1, 0], coordinates: [[1, 2], [3, 0]]
  ) { state, _, row in row.move(to: 1 - state, probability: 1) }
  var stream = RandomStream(seed: 2, role: .agent)
  var learner = try playLearner(
    LinearEvaluation.self,
    """
    {features: {kind: coordinates}, step_size: 0.1, target: [0.25, 0.75], behaviour: [0.5, 0.5],
     initial_weights: [1]}
    """, game: game)
  learner.update(
    state: 0, jointAction: [1].span, rewards: [4].span, nextState: 1, continuation: 1,
    isLast: false, using: &stream)
  for (found, expected) in zip(learner.weights, [1.375, 1.75]) {
    #expect(abs(found - expected) <= 1e-15)
  }
  // δ = −1 − (1.375 + 3.5) = −5.875 at termination: (1.375, 1.75) − 0.1 · 0.5 · 5.875 (1, 2).
  learner.update(
    state: 0, jointAction: [0].span, rewards: [-1].span, nextState: 1, continuation: 0,
    isLast: true, using: &stream)
  for (found, expected) in zip(learner.weights, [1.08125, 1.1625]) {
    #expect(abs(found - expected) <= 1e-15)
  }
  #expect(learner.lastPolicy.laws == [[0.25, 0.75], [0.25, 0.75]])
  var whole = learner
  var copy = try playLearner(
    LinearEvaluation.self, "{features: {kind: coordinates}}", game: game)
  try copy.restore(
    try JSONDecoder().decode(
      LinearEvaluation.Snapshot.self, from: try JSONEncoder().encode(whole.snapshot())))
  #expect(copy.weights == whole.weights)
  try whole.start(from: try StartingPoint(game.uniformProfile, player: 0, game: game))
  #expect(whole.lastPolicy == game.uniformProfile[0])
}

@Test(arguments: [
  "{target: [0.5, 0.4]}", "{target: [1]}", "{target: [0.5, 0.5], behaviour: [1, 0]}",
  "{initial_weights: [1, 2, 3, 4, 5]}",
])
func `laws that do not fit are refused`(yaml: String) throws {
  #expect(throws: GameError.self) {
    try playLearner(LinearEvaluation.self, yaml, game: try ring(discount: 0.5))
  }
}
