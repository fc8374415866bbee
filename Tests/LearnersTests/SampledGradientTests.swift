import Agents
import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// Mean over episodes of what a learner's logits move by, per unit of step size, with its standard
/// errors: steps so small that the law stays what it is, everybody else playing `profile`.
private func sampledGradient<L: LogitLearner>(
  _ type: L.Type, _ yaml: String, _ game: StochasticGame, _ profile: Profile, player: Int,
  episodes: Int, scale: Double
) throws -> (mean: [Double], error: [Double]) {
  var learner = try playLearner(L.self, yaml, game: game, player: player)
  try learner.start(from: try StartingPoint(profile, player: player, game: game))
  var simulator = Simulator(game, start: .initial)
  var world = RandomStream(seed: 3, role: .environment)
  var own = RandomStream(seed: 3, role: .agent, index: player)
  var others = RandomStream(seed: 3, role: .evaluation)
  var sums = [Double](repeating: 0, count: learner.logits.count)
  var squares = sums
  var before = learner.logits
  for _ in 0..<episodes {
    simulator.reset(using: &world)
    var isOver = false
    while !isOver {
      let state = simulator.state
      let actions = (0..<game.playerCount).map { seat in
        seat == player
          ? learner.act(at: state, using: &own)
          : others.index(weights: profile[seat].law(at: state))
      }
      let paid = (0..<game.playerCount).map { game.payoff($0, row: game.row(state, actions)) }
      var rewards = paid
      var span = rewards.mutableSpan
      let boundary = simulator.step(actions.span, rewards: &span, using: &world)
      isOver = boundary != .running
      learner.update(
        state: state, jointAction: actions.span, rewards: paid.span, nextState: simulator.state,
        continuation: boundary.continuation, isLast: isOver, using: &own)
    }
    let after = learner.logits
    for entry in sums.indices {
      let move = (after[entry] - before[entry]) / scale
      sums[entry] += move
      squares[entry] += move * move
    }
    before = after
  }
  let n = Double(episodes)
  let mean = sums.map { $0 / n }
  return (mean, zip(squares, mean).map { (max(0, $0 / n - $1 * $1) / n).squareRoot() })
}

/// Policy gradient theorem: with exact state values, weights γᵗ and whole episodes, the expected
/// move of the logits is the exact gradient, here by differences of exact values. Steps of 1e-9 leave
/// the law as it is to 1e-5 over 16,000 episodes, and moves exact to 1e-6. 4.5 standard errors.
@Test(arguments: [
  "actor-critic: {advantage: td, critic_step: 0, actor_step: 1e-9, discount_updates: true}",
  "actor-critic: {advantage: {kind: n-step, n: 3}, critic_step: 0, actor_step: 1e-9, "
    + "discount_updates: true}",
  "reinforce: {baseline: none, actor_step: 1e-9, discount_updates: true, horizon: 1000}",
  "reinforce: {baseline: {kind: state-values, step: 0}, actor_step: 1e-9, horizon: 1000, "
    + "discount_updates: true}",
  "reinforce: {baseline: {kind: state-values, step: 0}, actor_step: 1e-9, horizon: 3, "
    + "discount_updates: true}",
])
func `the mean of sampled gradients is the exact gradient`(learner: String) throws {
  let game = try endingGame()
  let profile = interiorProfile(game)
  for player in [0, 1] {
    let exact = try differenceGradient(game, profile, player)
    let yaml = String(learner[learner.firstIndex(of: "{")!...])
    let (mean, error) =
      learner.hasPrefix("actor-critic")
      ? try sampledGradient(
        ActorCritic.self, yaml, game, profile, player: player, episodes: 16_000, scale: 1e-9)
      : try sampledGradient(
        Reinforce.self, yaml, game, profile, player: player, episodes: 16_000, scale: 1e-9)
    for (entry, expected) in exact.enumerated() {
      #expect(abs(mean[entry] - expected) <= 4.5 * error[entry] + 1e-5)
    }
    // The test has power: it would see a gradient that is off by a third of its size.
    #expect(error.reduce(0, +) * 4.5 < exact.reduce(0) { $0 + abs($1) } / 3)
  }
}

/// The expected move of a learner's logits at `state`, over everybody's joint actions, from a fresh
/// learner that begins from the profile.
private func expectedMove<L: LogitLearner>(
  _ type: L.Type, _ yaml: String, _ game: StochasticGame, _ profile: Profile, player: Int,
  state: Int
) throws -> [Double] {
  let point = try StartingPoint(profile, player: player, game: game)
  var moves = [Double](repeating: 0, count: point.policy.probabilities.count)
  for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
    let actions = game.jointAction(ofRow: row, at: state)
    let weight = actions.enumerated().reduce(1.0) { $0 * profile[$1.0][state, $1.1] }
    let rewards = (0..<game.playerCount).map { game.payoff($0, row: row) }
    for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
      let next = Int(game.nextStates[entry])
      var learner = try playLearner(L.self, yaml, game: game, player: player)
      try learner.start(from: point)
      var stream = RandomStream(seed: 1, role: .agent)
      let before = learner.logits
      learner.update(
        state: state, jointAction: actions.span, rewards: rewards.span,
        nextState: next, continuation: game.isTerminal[next] ? 0 : 1, isLast: false,
        using: &stream)
      for (k, after) in learner.logits.enumerated() {
        moves[k] += weight * game.probabilities[entry] * (after - before[k])
      }
    }
  }
  return moves
}

private let entropic = [
  "actor-critic: {actor_step: 1, entropy: 0.5}",
  "actor-critic: {actor_step: 1, entropy: 0.5, advantage: {kind: n-step, n: 1}}",
  "actor-critic: {actor_step: 1, entropy: 0.5, advantage: {kind: gae, horizon: 1}}",
  "natural-actor-critic: {actor_step: 1, entropy: 0.5, advantage_step: 0.3}",
  "reinforce: {actor_step: 1, entropy: 0.5, horizon: 1}",
  "ppo: {actor_step: 1, entropy: 0.5, horizon: 1, minibatch: 1, epochs: 1, optimiser: sgd}",
]

/// At the logit equilibrium of precision 1/τ every learner with entropy weight τ stands still in the
/// mean: in one-shot games and in stochastic ones. Elsewhere it does not.
@Test(arguments: entropic)
func `learning with an entropy bonus rests at the exact logit equilibrium`(learner: String) throws {
  let battle = try StochasticGame(
    actionCounts: [[2, 3]], discounts: [0.6, 0.3], initial: [1]
  ) { _, joint, row in
    row.pay(0, [[2.0, 0, 1], [0.5, 1, -1]][joint[0]][joint[1]])
    row.pay(1, [[0.0, 1, 0.3], [2, -1, 0]][joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
  let yaml = String(learner[learner.firstIndex(of: "{")!...])
  func expected(
    _ game: StochasticGame, _ profile: Profile, player: Int, state: Int
  ) throws -> [Double] {
    switch learner.prefix(while: { $0 != ":" }) {
    case ActorCritic.name:
      try expectedMove(ActorCritic.self, yaml, game, profile, player: player, state: state)
    case NaturalActorCritic.name:
      try expectedMove(NaturalActorCritic.self, yaml, game, profile, player: player, state: state)
    case Reinforce.name:
      try expectedMove(Reinforce.self, yaml, game, profile, player: player, state: state)
    default: try expectedMove(PPO.self, yaml, game, profile, player: player, state: state)
    }
  }
  func largestMove(_ game: StochasticGame, _ profile: Profile) throws -> Double {
    var largest = 0.0
    for player in 0..<game.playerCount {
      for state in 0..<game.stateCount where !game.isTerminal[state] {
        let moves = try expected(game, profile, player: player, state: state)
        largest = max(largest, moves.map { abs($0) }.max()!)
      }
    }
    return largest
  }
  for game in [battle, try endingGame()] {
    // λ · range(u) with λ = 1/τ = 2.
    let logit = try LogitPath().profile(of: game, atPrecision: 2 * game.payoffRange).solution
    try #require(logit.status == .converged)
    #expect(try largestMove(game, logit.profile) < 1e-9)
    #expect(try largestMove(game, interiorProfile(game)) > 0.05)
  }
}
