import Configuration
import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

extension LinearActorCritic: LogitLearner {}

/// States at (1, 2) and (3, 0), discount 1/2, both steps 1/10, entropy weight 0, weights 0 at first.
///
/// First update, s = 0, a = 1, r = 4, s′ = 1: δ = 4 and π = (1/2, 1/2).
///     w = 0.4 (1, 2);  θ₀ = −0.2 (1, 2), θ₁ = +0.2 (1, 2)
///     V = (0.4 + 1.6, 1.2);  logits at 0: ∓(0.2 + 0.8) = ∓1;  at 1: ∓0.6
/// Second, s = 1, a = 0, r = −1, terminated: δ = −1 − 1.2 = −2.2, π(1|1) = p = 1/(1 + e^(−1.2)).
///     w += −0.22 (3, 0): (−0.26, 0.8), V = (1.34, −0.78)
///     θ₀ += −0.22 p (3, 0), θ₁ += 0.22 p (3, 0): logits at 1 become ∓(0.6 + 1.98 p), at 0
///     ∓(1 + 0.66 p)
@Test func `actor and critic follow the updates worked by hand`() throws {
  let game = try StochasticGame(
    actionCounts: [[2], [2]], discounts: [0.5], initial: [1, 0], coordinates: [[1, 2], [3, 0]]
  ) { state, _, row in row.move(to: 1 - state, probability: 1) }
  var stream = RandomStream(seed: 2, role: .agent)
  var learner = try playLearner(
    LinearActorCritic.self,
    "{features: {kind: coordinates}, actor_step: 0.1, critic_step: 0.1}", game: game)
  func check(_ logits: [Double], _ values: [Double]) {
    for (found, expected) in zip(learner.logits + learner.stateValues, logits + values) {
      #expect(abs(found - expected) <= 1e-14)
    }
  }
  learner.update(
    state: 0, jointAction: [1].span, rewards: [4].span, nextState: 1, continuation: 1,
    isLast: false, using: &stream)
  check([-1, 1, -0.6, 0.6], [2, 1.2])
  learner.update(
    state: 1, jointAction: [0].span, rewards: [-1].span, nextState: 0, continuation: 0,
    isLast: true, using: &stream)
  let p = 1 / (1 + exp(-1.2))
  check([-1 - 0.66 * p, 1 + 0.66 * p, -0.6 - 1.98 * p, 0.6 + 1.98 * p], [1.34, -0.78])
  // The first update changed both modes and looked at state 0; state 1 was looked at with the second.
  #expect(learner.lastPolicyChange == 2)
  for state in 0..<2 { #expect(learner.lastPolicy.mode(at: state) == 1) }
}

@Test(arguments: [0.0, 0.1])
func `tabular features are the tabular actor-critic to the bit`(entropy: Double) throws {
  let game = try smallRace()
  let common = "actor_step: 0.02, critic_step: 0.1, entropy: \(entropy)"
  var tabular = try playLoop(
    ActorCritic.self, "{advantage: td, \(common)}", game: game, steps: 10_000, seed: 3)
  var linear = try playLoop(
    LinearActorCritic.self, "{features: {kind: tabular}, \(common)}", game: game, steps: 10_000,
    seed: 3)
  for step in [1, 100, 5000, 10_000] {
    tabular.run(until: step)
    linear.run(until: step)
    for player in 0..<2 {
      #expect(linear.learner(player).logits == tabular.learner(player).logits)
      #expect(linear.learner(player).stateValues == tabular.learner(player).stateValues)
    }
    #expect(linear.averageProfile == tabular.averageProfile)
    #expect(linear.lastPolicyChange == tabular.lastPolicyChange)
  }
}

/// The optimum of the ring at discount 1/2 goes on at every state but the last, where it stays; the
/// best action is worth at least 0.125 more than the other (by hand: Q = (1.375, 1.1875),
/// (0.75, 0.625), (3.5, 1.75), (0.6875, 3)), so the gradient points to it at any values, and cosines of
/// order 3 represent every policy on four states.
@Test func `a lone actor with cosines comes to prefer the optimal actions`() throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    LinearActorCritic.self,
    "{features: {kind: fourier, order: 3}, actor_step: 0.05, critic_step: 0.1}", game: game,
    steps: 300_000)
  loop.run(until: 300_000)
  let policy = loop.lastProfile[0]
  #expect((0..<4).map { policy.mode(at: $0) } == [0, 0, 0, 1])
  // Half the loss that the smallest margin would cause were it forgone at every step: 0.125/(1 − 1/2)/2.
  #expect(try Certificate(game, loop.lastProfile).exploitability <= 0.125)
}

@Test func `a linear actor-critic goes on from a snapshot to the same bits`() throws {
  let game = try smallRace()
  // The average begins at 2000.
  for split in [0, 345, 2000, 2345] {
    try expectSameBitsWhenTakenUp(
      LinearActorCritic.self, "{features: {kind: tile-coding}, entropy: 0.05}", game: game,
      steps: 4000, split: split)
  }
  let other = try playLearner(LinearActorCritic.self, game: try ring(discount: 0.5))
  var learner = try playLearner(LinearActorCritic.self, game: game)
  #expect(throws: SnapshotError.self) { try learner.restore(other.snapshot()) }
}

@Test func `actor and critic begin at a given policy and its values`() throws {
  let game = try smallRace()
  let policies = (0..<2).map { game.purePolicy($0, Array(repeating: 2, count: 11)) }
  let point = try StartingPoint(Profile(policies), player: 0, game: game)
  var learner = try playLearner(
    LinearActorCritic.self, "{features: {kind: fourier, order: 10}}", game: game)
  try learner.start(from: point)
  // ln 1e-6 is fitted within 1e-6 of its size: probabilities within 2e-5 of max(p, 1e-6), scaled.
  for (found, expected) in zip(learner.lastPolicy.probabilities, point.policy.probabilities) {
    #expect(abs(found - expected) <= 3e-5)
  }
  let scale = point.values.map(abs).max()!
  for (found, expected) in zip(learner.stateValues, point.values) {
    #expect(abs(found - expected) <= 1e-6 * scale)
  }
}
