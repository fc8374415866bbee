import Configuration
import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Learners

private func oneState() throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2]], discounts: [0.5], initial: [1]) { _, _, row in
    row.move(to: 0, probability: 1)
  }
}

/// One step is a whole rollout; no critic, step 1, plain ascent, two epochs. Action 1 pays ±1, so A = ±1.
///
///     epoch 1, ρ = 1:                      θ = ±(−0.5, 0.5)
///     epoch 2, A = 1:  ρ = σ(1)/0.5 = 1.462: beyond 1.2, held; within 1.5, on by ρ (1 − σ(1)) = 0.39322
///              A = −1: ρ = 0.538: below 0.8, held; within 0.5, on by −ρ (1 − σ(−1)) = −0.39322
@Test func `the clipped objective follows the epochs worked by hand`() throws {
  for (reward, clip, moved) in [
    (1.0, 0.2, 0.5), (1, 0.5, 0.8932238664829637), (-1, 0.2, -0.5), (-1, 0.5, -0.8932238664829637),
  ] {
    var learner = try playLearner(
      PPO.self,
      """
      {horizon: 1, minibatch: 1, epochs: 2, optimiser: sgd, actor_step: 1, critic_step: 0,
       clip: \(clip)}
      """, game: try oneState())
    var stream = RandomStream(seed: 1, role: .agent)
    learner.update(
      state: 0, jointAction: [1].span, rewards: [reward].span, nextState: 0, continuation: 1,
      isLast: false, using: &stream)
    #expect(abs(learner.logits[0] + moved) < 1e-14)
    #expect(abs(learner.logits[1] - moved) < 1e-14)
  }
}

/// Gradients 1, then −1/2, step 0.1, β = (0.9, 0.999):
///
///     m = 0.1, v = 0.001; corrected 1, 1: by 0.1 · 1/(1 + 1e-8)
///     m = 0.04, v = 0.001249; corrected 0.04/0.19, 0.001249/0.001999: by 0.1 · 0.210526/0.790451
@Test func `Adam follows the steps worked by hand`() throws {
  let optimiser = GradientOptimiser(
    try resolved("{optimiser: adam}", [GradientOptimiser.parameter]).group("optimiser")!, count: 1)
  var x = 0.0
  optimiser.ascend(&x, along: [1], step: 0.1)
  #expect(abs(x - 0.099999999) < 1e-15)
  optimiser.ascend(&x, along: [-0.5], step: 0.1)
  #expect(abs(x - 0.12663370262909687) < 1e-14)
}

/// With one epoch over one whole minibatch ρ is 1, nothing is clipped, and the mean gradient of T steps
/// with step T α is the summed one with step α: what an actor-critic does with the same advantages.
@Test func `one epoch without clipping is the plain advantage gradient`() throws {
  let game = try endingGame()
  let (horizon, alpha) = (16, 0.03)
  var proximal = try playLearner(
    PPO.self,
    """
    {horizon: \(horizon), minibatch: \(horizon), epochs: 1, optimiser: sgd, clip: 1e9,
     actor_step: \(alpha * Double(horizon)), lambda: 0.8, entropy: 0.2, critic_step: 0}
    """, game: game)
  var plain = try playLearner(
    ActorCritic.self,
    """
    {advantage: {kind: gae, lambda: 0.8, horizon: \(horizon)}, actor_step: \(alpha),
     entropy: 0.2, critic_step: 0}
    """, game: game)
  let point = try StartingPoint(interiorProfile(game), player: 0, game: game)
  try proximal.start(from: point)
  try plain.start(from: point)
  var simulator = Simulator(game, start: .uniform, episodeLength: 7)
  var world = RandomStream(seed: 2, role: .environment)
  var stream = RandomStream(seed: 2, role: .agent)
  var isOver = true
  for _ in 0..<(3 * horizon) {
    if isOver { simulator.reset(using: &world) }
    let state = simulator.state
    let actions = (0..<3).map { stream.index(below: game.actionCount($0, at: state)) }
    var rewards = [0.0, 0, 0]
    var span = rewards.mutableSpan
    let boundary = simulator.step(actions.span, rewards: &span, using: &world)
    isOver = boundary != .running
    proximal.update(
      state: state, jointAction: actions.span, rewards: rewards.span, nextState: simulator.state,
      continuation: boundary.continuation, isLast: isOver, using: &stream)
    plain.update(
      state: state, jointAction: actions.span, rewards: rewards.span, nextState: simulator.state,
      continuation: boundary.continuation, isLast: isOver, using: &stream)
  }
  #expect(proximal.logits != gradientLogits(point))
  for (found, expected) in zip(proximal.logits, plain.logits) {
    #expect(abs(found - expected) < 1e-12)
  }
}

private func gradientLogits(_ point: StartingPoint) -> [Double] {
  point.policy.probabilities.map { log($0) }
}

/// A softmax gradient of step α with a lead g of the best action leaves about 1/(2 α g n) on the other after
/// n visits: here plain ascent takes
/// 0.5/50 a sample in four epochs, 1/(2 · 0.04 · 1.2 · 30,000) = 1/2900; Adam's steps are longer still. The judge of the likeliest actions is exact policy iteration.
@Test(arguments: ["adam", "sgd"])
func `a lone PPO learner finds the exact optimum`(optimiser: String) throws {
  let game = try investing()
  var loop = try playLoop(
    PPO.self, "{actor_step: \(optimiser == "adam" ? 0.02 : 0.5), optimiser: \(optimiser)}",
    game: game, steps: 60_000)
  loop.run(until: 60_000)
  let policy = loop.lastProfile[0]
  let best = game.purePolicy(0, (0..<2).map { policy.mode(at: $0) })
  #expect(try Certificate(game, Profile([best])).isCertified)
  for state in 0..<2 { #expect(policy[state, policy.mode(at: state)] > 0.99) }
}
