import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Learners

private func swapping() throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2], [2]], discounts: [0.5], initial: [1, 0]) {
    state, _, row in row.move(to: 1 - state, probability: 1)
  }
}

/// Plays steps (state, action, reward), the last with the given continuation, and learns.
private func played(
  _ yaml: String, _ steps: [(Int, Int, Double)], continuation: Double, isLast: Bool = true
) throws -> Reinforce {
  var learner = try playLearner(Reinforce.self, yaml, game: try swapping())
  var stream = RandomStream(seed: 1, role: .agent)
  for (k, (state, action, reward)) in steps.enumerated() {
    let ends = k == steps.count - 1
    learner.update(
      state: state, jointAction: [action].span, rewards: [reward].span, nextState: 1 - state,
      continuation: ends ? continuation : 1, isLast: ends && isLast, using: &stream)
  }
  return learner
}

/// Discount 1/2; rewards 1, 2, 4 along 0 → 1 → 0 with actions 0, 1, 1, all gradients at the uniform law.
///
///     G₂ = 4, G₁ = 2 + 2 = 4, G₀ = 1 + 2 = 3
///     θ(0, ·): 3 (0.5, −0.5) + 4 (−0.5, 0.5) = (−0.5, 0.5);  θ(1, ·): 4 (−0.5, 0.5) = (−2, 2)
///     weighted by γᵗ: θ(0, ·): 3 (0.5, −0.5) + 1 (−0.5, 0.5) = (1, −1);  θ(1, ·): (−1, 1)
@Test func `an episode that ends follows the returns worked by hand`() throws {
  let steps = [(0, 0, 1.0), (1, 1, 2.0), (0, 1, 4.0)]
  let plain = try played("{actor_step: 1, baseline: none}", steps, continuation: 0)
  #expect(plain.logits == [-0.5, 0.5, -2, 2])
  #expect(plain.stateValues == [0, 0])
  // Modes 0 → 1 at both states with the third update.
  #expect(plain.lastPolicyChange == 3)
  let weighted = try played(
    "{actor_step: 1, baseline: none, discount_updates: true}", steps, continuation: 0)
  #expect(weighted.logits == [1, -1, -1, 1])
}

/// The same with a baseline of 2 everywhere and its step 1/2; cut short, with a future worth
/// 0.5 · b(1) = 1 if bootstrapped: G₂ = 5, G₁ = 4.5, G₀ = 3.25. (Left out: 4, 4, 3.)
///
///     bootstrap: θ(0, ·): 1.25 (0.5, −0.5) + 3 (−0.5, 0.5) = (−0.875, 0.875);  θ(1, ·): 2.5 (−0.5, 0.5)
///                b(0) = 2 → 2.625 → 3.8125,  b(1) = 2 → 3.25
///     cut:       θ(0, ·): 1 (0.5, −0.5) + 2 (−0.5, 0.5) = (−0.5, 0.5);  θ(1, ·): 2 (−0.5, 0.5)
///                b(0) = 2 → 2.5 → 3.25,  b(1) = 2 → 3
@Test(arguments: [true, false])
func `a truncated episode bootstraps or is cut`(byHorizon: Bool) throws {
  let steps = [(0, 0, 1.0), (1, 1, 2.0), (0, 1, 4.0)]
  func trained(_ rule: String) throws -> Reinforce {
    try played(
      """
      {actor_step: 1, horizon: \(byHorizon ? 3 : 10),
       baseline: {kind: state-values, step: 0.5, initial_value: 2, at_truncation: \(rule)}}
      """, steps, continuation: 1, isLast: !byHorizon)
  }
  let bootstrapped = try trained("bootstrap")
  #expect(bootstrapped.logits == [-0.875, 0.875, -1.25, 1.25])
  #expect(bootstrapped.stateValues == [3.8125, 3.25])
  let cut = try trained("cut")
  #expect(cut.logits == [-0.5, 0.5, -1, 1])
  #expect(cut.stateValues == [3.25, 3])
}

/// A softmax gradient of step α with a lead g of the best action leaves about 1/(2 α g n) on the other after
/// n visits: here 1/(2 · 0.01 · 1.2 · 100,000) = 1/2400. The judge of the likeliest actions is exact policy iteration.
@Test(arguments: ["none", "state-values"])
func `a lone REINFORCE learner finds the exact optimum`(baseline: String) throws {
  let game = try investing()
  var loop = try playLoop(
    Reinforce.self, "{actor_step: 0.01, baseline: \(baseline)}", game: game, steps: 200_000,
    episodeLength: 20)
  loop.run(until: 200_000)
  let policy = loop.lastProfile[0]
  let best = game.purePolicy(0, (0..<2).map { policy.mode(at: $0) })
  #expect(try Certificate(game, Profile([best])).isCertified)
  for state in 0..<2 { #expect(policy[state, policy.mode(at: state)] > 0.99) }
}
