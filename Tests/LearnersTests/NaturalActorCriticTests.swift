import Agents
import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// One state, three actions, discount 1/2, all steps 1/2 but the actor's 1; everything 0 at first, so that
/// π = (1/3, 1/3, 1/3). Action 1 pays 3:
///
///     δ = 3, V = 1.5; ψ·w = 0; w = 0.5·3·(−1/3, 2/3, −1/3) = (−0.5, 1, −0.5); θ = w
///
/// Then π = (1, e^1.5, 1)/(2 + e^1.5) = (p, q, p). Action 0 pays 0:
///
///     δ = 0.5·1.5 − 1.5 = −0.75; ψ·w = −0.5 − (q − p); e = −0.75 + 0.5 + q − p
///     w = (−0.5 + 0.5 e (1 − p), 1 − 0.5 e q, −0.5 − 0.5 e p); θ grows by w
@Test func `natural actor-critic follows the steps worked by hand`() throws {
  let game = try StochasticGame(actionCounts: [[3]], discounts: [0.5], initial: [1]) { _, _, row in
    row.move(to: 0, probability: 1)
  }
  var learner = try playLearner(
    NaturalActorCritic.self, "{actor_step: 1, critic_step: 0.5, advantage_step: 0.5}", game: game)
  var stream = RandomStream(seed: 1, role: .agent)
  func step(_ action: Int, _ reward: Double) {
    learner.update(
      state: 0, jointAction: [action].span, rewards: [reward].span, nextState: 0,
      continuation: 1, isLast: false, using: &stream)
  }
  func check(_ found: [Double], _ expected: [Double]) {
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-14 }, "\(found) \(expected)")
  }
  step(1, 3)
  check(learner.stateValues, [1.5])
  check(learner.compatibleAdvantages, [-0.5, 1, -0.5])
  check(learner.logits, [-0.5, 1, -0.5])
  step(0, 0)
  let (p, q) = (1 / (2 + exp(1.5)), exp(1.5) / (2 + exp(1.5)))
  let e = -0.25 + q - p
  let w = [-0.5 + 0.5 * e * (1 - p), 1 - 0.5 * e * q, -0.5 - 0.5 * e * p]
  check(learner.stateValues, [1.125])
  check(learner.compatibleAdvantages, w)
  check(learner.logits, [-0.5 + w[0], 1 + w[1], -0.5 + w[2]])
  #expect(learner.lastPolicyChange == 1)
}

/// With the law held still (actor step 0) and exact values, the fit w is a mean of one-step errors
/// whose expectation is the advantage. With a constant step α the mean error shrinks by 1 − α p a step
/// or faster, p the least probability (the least curvature of the fit), 0.2/(0.2 + 2 · 1.2) = 0.077 or
/// more: e^(−0.0005 · 0.077 · 200,000) = 5e-4 of at most 3 is left. The errors' variance is that of
/// the payoff given the own action, at most 1 with payoffs in [−1, 1], so the fit ends with a standard
/// error of at most √(α/2) = 0.016.
@Test func `with the law held still the fit is the exact advantage`() throws {
  let game = try StochasticGame(
    actionCounts: [[3, 2]], discounts: [0.5, 0.5], initial: [1]
  ) { _, joint, row in
    row.pay(0, [[1.0, -1], [0.5, 0], [-1, 1]][joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
  let profile = interiorProfile(game)
  let point = try StartingPoint(profile, player: 0, game: game)
  var learner = try playLearner(
    NaturalActorCritic.self,
    "{actor_step: 0, critic_step: 0, entropy: 0, advantage_step: 0.0005}", game: game,
    steps: 200_000)
  // Begin from another profile's advantages, so that the right ones must be found.
  try learner.start(
    from: try StartingPoint(
      Profile([profile[0], game.purePolicy(1, [1])]), player: 0, game: game))
  // Exact values of the profile that is played.
  var saved = learner.snapshot()
  saved = try withValues(saved, point.values)
  try learner.restore(saved)
  var own = RandomStream(seed: 5, role: .agent)
  var other = RandomStream(seed: 5, role: .environment)
  for _ in 0..<200_000 {
    let joint = [
      learner.act(at: 0, using: &own), other.index(weights: profile[1].law(at: 0)),
    ]
    let reward = game.payoff(0, row: game.row(0, joint))
    learner.update(
      state: 0, jointAction: joint.span, rewards: [reward, 0].span, nextState: 0,
      continuation: 1, isLast: false, using: &own)
  }
  let fit = learner.compatibleAdvantages
  let mean = zip(fit, profile[0].law(at: 0)).reduce(0) { $0 + $1.0 * $1.1 }
  for action in 0..<3 {
    let advantage = point.actionValues[action] - point.values[0]
    #expect(abs(fit[action] - mean - advantage) <= 4.5 * 0.016 + 0.0015)
  }
}

/// The snapshot with other state values.
private func withValues(
  _ snapshot: NaturalActorCritic.Snapshot, _ values: [Double]
) throws -> NaturalActorCritic.Snapshot {
  var object =
    try JSONSerialization.jsonObject(with: JSONEncoder().encode(snapshot)) as! [String: Any]
  var core = object["core"] as! [String: Any]
  core["values"] = values
  object["core"] = core
  return try JSONDecoder().decode(
    NaturalActorCritic.Snapshot.self, from: JSONSerialization.data(withJSONObject: object))
}

/// Defection pays more whatever the other does, so the exact advantages push every law to it from
/// everywhere; 20,000 steps of 0.005 leave no more than a trace of the other action.
@Test func `natural actor-critics find the dominant action`() throws {
  var dilemma = PrisonersDilemma()
  dilemma.memory = false
  let game = try dilemma.stochasticGame()
  var loop = try playLoop(NaturalActorCritic.self, game: game, steps: 20_000)
  loop.run(until: 20_000)
  let profile = loop.lastProfile
  for player in 0..<2 { #expect(profile[player][0, 1] > 0.99) }
}
