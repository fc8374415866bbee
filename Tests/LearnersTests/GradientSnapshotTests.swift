import Agents
import Environments
import Foundation
import Statistics
import Testing

@testable import Learners

private let settings = [
  "actor-critic: {}",
  "actor-critic: {entropy: {kind: linear, from: 1, to: 0}, discount_updates: true}",
  "actor-critic: {advantage: {kind: n-step, n: 7}}",
  "actor-critic: {advantage: {kind: gae, horizon: 33}, discount_updates: true}",
  "natural-actor-critic: {entropy: 0.1}",
  "reinforce: {horizon: 15}", "reinforce: {baseline: none, discount_updates: true}",
  "ppo: {horizon: 64, minibatch: 20}", "ppo: {horizon: 30, optimiser: sgd, entropy: 0.1}",
]

/// Episodes have 20 steps: the splits lie inside episodes and rollouts, between them, and where the
/// average policy begins.
@Test(arguments: settings, [0, 57, 100, 250, 333])
func `learners taken up from a snapshot go on to the same bits`(learner: String, split: Int) throws
{
  let yaml = String(learner[learner.firstIndex(of: "{")!...])
  for game in [try smallRace(), try endingGame()] {
    switch learner.prefix(while: { $0 != ":" }) {
    case ActorCritic.name:
      try expectSameBitsWhenTakenUp(
        ActorCritic.self, yaml, game: game, steps: 500, split: split)
    case NaturalActorCritic.name:
      try expectSameBitsWhenTakenUp(
        NaturalActorCritic.self, yaml, game: game, steps: 500, split: split)
    case Reinforce.name:
      try expectSameBitsWhenTakenUp(
        Reinforce.self, yaml, game: game, steps: 500, split: split)
    default:
      try expectSameBitsWhenTakenUp(
        PPO.self, yaml, game: game, steps: 500, split: split)
    }
  }
}

@Test(arguments: ["softmax", "{kind: softmax, natural: true, entropy: 0.1}", "direct"])
func `exact gradients taken up from a snapshot go on to the same bits`(form: String) throws {
  for game in [try smallRace(), try endingGame()] {
    for split in [0, 1, 37] {
      try expectSameBitsWhenTakenUp(
        PolicyGradient.self, "{parameterisation: \(form), step: {kind: power}}", game: game,
        rounds: 60, split: split)
    }
  }
}

/// The mean of the laws at recorded visits, counted from scratch; states not visited keep the law.
@Test func `a gradient learner averages the laws at recorded visits`() throws {
  let game = try endingGame()
  var learner = try playLearner(ActorCritic.self, "actor_step: 0.5", game: game)
  var stream = RandomStream(seed: 1, role: .agent)
  var laws: [[Double]] = []
  for k in 0..<5 {
    learner.recordVisit(1)
    laws.append(learner.lastPolicy.law(at: 1))
    learner.update(
      state: 1, jointAction: [k % 3, 0, 0].span, rewards: [Double(k), 0, 0].span, nextState: 0,
      continuation: 1, isLast: false, using: &stream)
  }
  let average = learner.averagePolicy
  for action in 0..<3 {
    #expect(abs(average[1, action] - laws.reduce(0) { $0 + $1[action] } / 5) < 1e-15)
  }
  #expect(average.law(at: 0) == [0.5, 0.5])
  #expect(learner.averagePolicy.law(at: 1) != learner.lastPolicy.law(at: 1))
}

/// Draws by the stated law: 4.5 standard errors at 40,000 draws.
@Test func `actions are drawn from the law`() throws {
  let game = try endingGame()
  let profile = interiorProfile(game)
  var learner = try playLearner(PPO.self, game: game, player: 1)
  try learner.start(from: try StartingPoint(profile, player: 1, game: game))
  var stream = RandomStream(seed: 1, role: .agent)
  var counts = [0, 0, 0]
  for _ in 0..<40_000 { counts[learner.act(at: 0, using: &stream)] += 1 }
  for (action, p) in profile[1].law(at: 0).enumerated() {
    #expect(abs(Double(counts[action]) - 40_000 * p) <= 4.5 * (40_000 * p * (1 - p)).squareRoot())
  }
}

/// Logits a thousand apart: one action for sure, no NaN, and the entropy bonus brings the other back.
@Test func `extreme logits stay laws`() throws {
  let game = try endingGame()
  for entropy in [0, 0.5] {
    var learner = try playLearner(
      NaturalActorCritic.self, "{actor_step: 1, advantage_step: 1, entropy: \(entropy)}",
      game: game)
    var stream = RandomStream(seed: 1, role: .agent)
    for _ in 0..<20 {
      learner.update(
        state: 0, jointAction: [1, 0, 0].span, rewards: [1e300, 0, 0].span, nextState: 1,
        continuation: 0, isLast: true, using: &stream)
      let law = learner.lastPolicy.law(at: 0)
      #expect(law.reduce(0, +) == 1)
      #expect(learner.act(at: 0, using: &stream) == 1)
    }
    #expect(learner.lastPolicy.law(at: 0) == [0, 1])
  }
}

@Test func `snapshots of other games and settings are refused`() throws {
  let (race, ending) = (try smallRace(), try endingGame())
  func refuses<L: Learner>(_ type: L.Type, _ yaml: String = "") throws {
    var learner = try playLearner(L.self, yaml, game: ending)
    let foreign = try playLearner(L.self, yaml, game: race).snapshot()
    #expect(throws: SnapshotError.self) { try learner.restore(foreign) }
    #expect(throws: Never.self) { try learner.restore(learner.snapshot()) }
  }
  try refuses(ActorCritic.self)
  try refuses(NaturalActorCritic.self)
  try refuses(Reinforce.self)
  try refuses(PPO.self)
  // Adam's moments are not for plain ascent.
  var plain = try playLearner(PPO.self, "optimiser: sgd", game: ending)
  let adam = try playLearner(PPO.self, game: ending).snapshot()
  #expect(throws: SnapshotError.self) { try plain.restore(adam) }
  // Forty steps of a rollout do not fit a horizon of ten.
  var long = try playLoop(Reinforce.self, game: race, steps: 100, episodeLength: 50)
  long.run(until: 40)
  let held = long.learner(0).snapshot()
  var short = try playLearner(Reinforce.self, "horizon: 10", game: race)
  #expect(throws: SnapshotError.self) { try short.restore(held) }
}
