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

/// Discount 1/2, both steps 1/2, all values and logits 0 at first, σ(x) = 1/(1 + e^(−x)).
///
///     s a r s′ c  δ                        V(s)         θ(s, ·)
///     0 1 4 1  1  4 + 0.5·0 − 0 = 4        2            ∓ 0.5·4·0.5 = (−1, 1)
///     1 0 2 0  1  2 + 0.5·2 − 0 = 3        1.5          ± 0.5·3·0.5 = (0.75, −0.75)
///     0 0 0 1  0  0 − 2 = −2               2 − 1 = 1    (−1 − σ(2), 1 + σ(2)): π(0|0) = σ(−2)
@Test func `one-step actor-critic follows the table worked by hand`() throws {
  var learner = try playLearner(
    ActorCritic.self, "{actor_step: 0.5, critic_step: 0.5}", game: try swapping())
  var stream = RandomStream(seed: 1, role: .agent)
  let high = 0.8807970779778823
  let table: [(Int, Int, Double, Int, Double, [Double], [Double])] = [
    (0, 1, 4, 1, 1, [2, 0], [-1, 1, 0, 0]),
    (1, 0, 2, 0, 1, [2, 1.5], [-1, 1, 0.75, -0.75]),
    (0, 0, 0, 1, 0, [1, 1.5], [-1 - high, 1 + high, 0.75, -0.75]),
  ]
  for (state, action, reward, next, continuation, values, logits) in table {
    learner.update(
      state: state, jointAction: [action].span, rewards: [reward].span, nextState: next,
      continuation: continuation, isLast: continuation == 0, using: &stream)
    #expect(learner.stateValues == values)
    for (found, expected) in zip(learner.logits, logits) { #expect(abs(found - expected) < 1e-14) }
  }
  // Action 1 became the likelier one at state 0 with the first update; ties had counted for 0.
  #expect(learner.lastPolicyChange == 1)
  #expect(abs(learner.lastPolicy[1, 0] - 0.8175744761936437) < 1e-14)  // σ(1.5)
}

/// Discounted updates: the same step counts γᵗ of its own episode, here 1, 1/2 and again 1.
@Test func `actor updates are discounted within an episode if asked`() throws {
  var learner = try playLearner(
    ActorCritic.self, "{actor_step: 1, critic_step: 0, discount_updates: true}",
    game: try swapping())
  var stream = RandomStream(seed: 1, role: .agent)
  func step(_ state: Int, isLast: Bool) {
    learner.update(
      state: state, jointAction: [0].span, rewards: [2].span, nextState: 1 - state,
      continuation: 1, isLast: isLast, using: &stream)
  }
  step(0, isLast: false)  // δ = 2: θ(0, ·) moves by 2 (0.5, −0.5).
  #expect(learner.logits == [1, -1, 0, 0])
  step(1, isLast: true)  // Half of that.
  #expect(learner.logits == [1, -1, 0.5, -0.5])
  step(1, isLast: false)  // 2 (1 − σ(1)) more.
  #expect(abs(learner.logits[2] - (0.5 + 2 * 0.2689414213699951)) < 1e-14)
}

/// At (3/4, 1/4) the entropy's gradient is π(0) π(1) ln(π(1)/π(0)) (1, −1) = −3/16 ln 3 (1, −1).
@Test func `the entropy bonus moves logits by its exact gradient`() throws {
  let game = try StochasticGame(actionCounts: [[2]], discounts: [0.5], initial: [1]) { _, _, row in
    row.move(to: 0, probability: 1)
  }
  var profile = game.uniformProfile
  profile[0].setLaw([0.75, 0.25], at: 0)
  let point = try StartingPoint(profile, player: 0, game: game)
  var learner = try playLearner(ActorCritic.self, "{actor_step: 1, entropy: 2}", game: game)
  try learner.start(from: point)
  var stream = RandomStream(seed: 1, role: .agent)
  learner.update(
    state: 0, jointAction: [0].span, rewards: [0].span, nextState: 0, continuation: 1,
    isLast: false, using: &stream)
  let move = 2 * 3.0 / 16 * log(3.0)
  #expect(abs(learner.logits[0] - (log(0.75) - move)) < 1e-15)
  #expect(abs(learner.logits[1] - (log(0.25) + move)) < 1e-15)
  #expect(learner.explorationRate == 2)
}

/// n = 2, discount 1/2, both steps 1, all values 0 at first; rewards 1, 2, 4 along 0 → 1 → 0 → 1.
///
///     after step 2:  G₀ = 1 + 0.5·2 + 0.25·V(0) = 2,  V(0) = 2,  θ(0, ·) by 2 (0.5, −0.5)
///     after step 3, the last of its episode, with V(1) = 0 as it was:
///                    G₁ = 2 + 0.5·4 + 0.25·V(1) = 4,  V(1) = 4,  θ(1, ·) by 4 (0.5, −0.5)
///                    G₂ = 4 + 0.5·V(1) = 4,           V(0) = 4,  θ(0, 0) by (4 − 2) (1 − σ(2))
@Test func `n-step returns are the ones worked by hand`() throws {
  var learner = try playLearner(
    ActorCritic.self, "{advantage: {kind: n-step, n: 2}, actor_step: 1, critic_step: 1}",
    game: try swapping())
  var stream = RandomStream(seed: 1, role: .agent)
  func step(_ state: Int, _ reward: Double, isLast: Bool) {
    learner.update(
      state: state, jointAction: [0].span, rewards: [reward].span, nextState: 1 - state,
      continuation: 1, isLast: isLast, using: &stream)
  }
  step(0, 1, isLast: false)
  #expect(learner.stateValues == [0, 0])
  #expect(learner.logits == [0, 0, 0, 0])
  step(1, 2, isLast: false)
  #expect(learner.stateValues == [2, 0])
  #expect(learner.logits == [1, -1, 0, 0])
  step(0, 4, isLast: true)
  #expect(learner.stateValues == [4, 4])
  // Advantages 4 − 0 at state 1 and 4 − 2 at state 0, where π(0) = σ(2).
  #expect(learner.logits[2...] == [2, -2])
  #expect(abs(learner.logits[0] - (1 + 2 * 0.1192029220221176)) < 1e-14)
}

@Test func `one step ahead all three estimates are the same`() throws {
  let game = try endingGame()
  func trained(_ advantage: String) throws -> [Double] {
    var loop = try playLoop(
      ActorCritic.self, "{advantage: \(advantage), entropy: 0.1}", game: game, steps: 300)
    loop.run(until: 300)
    return loop.learner(0).logits + loop.learner(0).stateValues
  }
  let plain = try trained("td")
  #expect(try trained("{kind: n-step, n: 1}") == plain)
  // Here the critic moves towards (δ + V) instead of by δ: another rounding.
  for (found, expected) in zip(try trained("{kind: gae, lambda: 0.3, horizon: 1}"), plain) {
    #expect(abs(found - expected) < 1e-10)
  }
}

/// V = (1, 2, 3), rewards 1, 2, 3 along 0 → 1 → 2 → 0, factors 1/2:
/// δ = 1 + 1 − 1 = 1, 2 + 1.5 − 2 = 1.5, 3 + 0.5 − 3 = 0.5.
///
///     λ = 0:   A = δ
///     λ = 1/2: A₂ = 0.5, A₁ = 1.5 + 0.25·0.5 = 1.625, A₀ = 1 + 0.25·1.625 = 1.40625
///     λ = 1:   the returns to the end of the rollout, less V:
///              3 + 0.5·1 = 3.5, 2 + 0.5·3.5 = 3.75, 1 + 0.5·3.75 = 2.875; A = 0.5, 1.75, 1.875
///     λ = 1, an episode ending with the second step: its return is 2 + 0.5·V(2) = 3.5, the first's
///              1 + 0.5·3.5 = 2.75
@Test func `generalised advantages are the ones worked by hand`() {
  let values = [1.0, 2, 3]
  func advantages(_ lambda: Double, lastAt last: Int? = nil) -> ([Double], [Double]) {
    let rollout = Rollout(capacity: 3)
    for k in 0..<3 {
      rollout.append(
        state: k, action: 0, reward: Double(k + 1), factor: 0.5, next: (k + 1) % 3,
        isLast: k == last, weight: 1)
    }
    values.withUnsafeBufferPointer {
      rollout.fillAdvantages(values: $0.baseAddress!, lambda: lambda)
    }
    return (
      (0..<3).map { rollout.results[$0] }, (0..<3).map { rollout.targets[$0] }
    )
  }
  #expect(advantages(0).0 == [1, 1.5, 0.5])
  #expect(advantages(0.5).0 == [1.40625, 1.625, 0.5])
  #expect(advantages(1).0 == [1.875, 1.75, 0.5])
  #expect(advantages(1).1 == [2.875, 3.75, 3.5])
  #expect(advantages(1, lastAt: 1).1 == [2.75, 3.5, 3.5])
}

/// A softmax gradient of step α with a lead g of the best action leaves about 1/(2 α g n) on the other after
/// n visits: here 1/(2 · 0.05 · 1.2 · 50,000) = 1/6000. The judge of the likeliest actions is exact policy iteration.
@Test(arguments: ["td", "{kind: n-step, n: 4}", "{kind: gae, horizon: 10}"])
func `a lone actor-critic finds the exact optimum`(advantage: String) throws {
  let game = try investing()
  var loop = try playLoop(
    ActorCritic.self, "{advantage: \(advantage), actor_step: 0.05}", game: game, steps: 100_000)
  loop.run(until: 100_000)
  let policy = loop.lastProfile[0]
  let best = game.purePolicy(0, (0..<2).map { policy.mode(at: $0) })
  #expect(try Certificate(game, Profile([best])).isCertified)
  for state in 0..<2 { #expect(policy[state, policy.mode(at: state)] > 0.99) }
}
