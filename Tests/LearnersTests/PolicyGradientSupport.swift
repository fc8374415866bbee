import Agents
import Configuration
import Environments
import Equilibria
import Foundation
import Learners
import Statistics

/// Resolved parameters from YAML.
func resolved(_ yaml: String, _ declared: [Parameter]) throws -> ParameterSet {
  try ParameterSet(
    yaml.isEmpty ? nil : DocumentNode(yaml: yaml, source: "test"), declared: declared,
    path: "learner", position: Position(source: "test"))
}

/// A learner with a softmax actor, as the tests look into it.
protocol SoftmaxLearner: Learner {
  var logits: [Double] { get }
  var stateValues: [Double] { get }
}

extension ActorCritic: SoftmaxLearner {}
extension NaturalActorCritic: SoftmaxLearner {}
extension PPO: SoftmaxLearner {}
extension Reinforce: SoftmaxLearner {}

/// A learner configured in YAML.
func gradientLearner<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, player: Int = 0, steps: Int = 1000
) throws -> L {
  try L(try resolved(yaml, L.parameters), game: game, player: player, steps: steps)
}

/// A loop of such learners, one per player.
func gradientLoop<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, steps: Int, seed: UInt64 = 1,
  start: EpisodeStart = .uniform, episodeLength: Int = 20
) throws -> TrainingLoop<L> {
  TrainingLoop(
    simulator: Simulator(game, start: start, episodeLength: episodeLength),
    learners: try (0..<game.playerCount).map {
      try gradientLearner(L.self, yaml, game: game, player: $0, steps: steps)
    }, steps: steps, seed: seed, generator: .taus2)
}

/// A loop of exact policy gradients, one per player.
func exactLoop(
  _ yaml: String = "", game: StochasticGame, rounds: Int, seed: UInt64 = 1, from: Profile? = nil
) throws -> ModelLoop {
  let model = ModelTables(game)
  return ModelLoop(
    game: game,
    learners: try (0..<game.playerCount).map { player in
      var stream = RandomStream(seed: seed, role: .agent, index: player)
      var learner = try PolicyGradient(
        try resolved(yaml, PolicyGradient.parameters), model: model, player: player,
        rounds: rounds, using: &stream)
      if let from {
        try learner.start(from: try StartingPoint(from, player: player, game: game))
      }
      return learner
    }, steps: rounds)
}

/// Three players with different numbers of actions by state and different discounts; play ends at
/// state 3 with chance 1/10 a step or more, and grows or shrinks on some rows if `grows`.
func endingGame(grows: Bool = false) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 3, 1], [3, 2, 2], [2, 2, 2], [1, 1, 1]], discounts: [0.9, 0.8, 0.7],
    initial: [0.5, 0.25, 0.25, 0], terminal: [3]
  ) { state, joint, row in
    let (a, b, c) = (Double(joint[0]), Double(joint[1]), Double(joint[2]))
    let s = Double(state)
    row.pay(0, a * (s - 1) - 0.5 * b + c * a)
    row.pay(1, b * (1 - a) + 0.25 * s * c - 0.3)
    row.pay(2, c - a * b + 0.1 * s)
    if grows { row.grow(by: 1 + 0.05 * (a - b)) }
    row.move(to: (state + joint[0] + joint[1] * joint[2]) % 3, probability: 0.9 - 0.1 * a)
    row.move(to: 3, probability: 0.1 + 0.1 * a)
  }
}

/// A profile with every probability positive, the same on every call.
func interiorProfile(_ game: StochasticGame, seed: UInt64 = 7) -> Profile {
  var stream = RandomStream(seed: seed, role: .agent)
  return Profile(
    (0..<game.playerCount).map { player in
      var policy = game.uniformPolicy(player)
      for state in 0..<game.stateCount {
        let weights = policy.law(at: state).map { _ in 0.2 + stream.uniform() }
        policy.setLaw(weights.map { $0 / weights.reduce(0, +) }, at: state)
      }
      return policy
    })
}

/// The softmax policy of flat logits.
func softmax(_ logits: [Double], like policy: Policy) -> Policy {
  var found = policy
  for state in 0..<policy.stateCount {
    let range = policy.offsets[state]..<policy.offsets[state + 1]
    let weights = range.map { exp(logits[$0]) }
    found.setLaw(weights.map { $0 / weights.reduce(0, +) }, at: state)
  }
  return found
}

/// Σ μ(s) Vᵢ(s), exact.
func initialValue(_ game: StochasticGame, _ profile: Profile, _ player: Int) throws -> Double {
  zip(game.initial, try game.values(of: profile)[player]).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The gradient of `initialValue` in the player's logits, by central differences of 1e-4: error about
/// 1e-8 of the third derivative, and 1e-12 by rounding.
func differenceGradient(_ game: StochasticGame, _ profile: Profile, _ player: Int) throws
  -> [Double]
{
  let logits = profile[player].probabilities.map { log($0) }
  return try logits.indices.map { entry in
    let values = try [1e-4, -1e-4].map { shift in
      var moved = logits
      moved[entry] += shift
      var other = profile
      other[player] = softmax(moved, like: profile[player])
      return try initialValue(game, other, player)
    }
    return (values[0] - values[1]) / 2e-4
  }
}

/// One player, discount 0.8. At state 0 action 0 pays 1 and stays, action 1 pays nothing and leads to
/// state 1, which leads back and pays 5 for action 0, nothing for action 1.
///
/// By hand: always investing is worth V₀ = 0.8 V₁, V₁ = 5 + 0.8 V₀: 100/9 and 125/9. The
/// other actions are worth 1 + 0.8·100/9 = 89/9 and 0.8·100/9 = 80/9: behind by 11/9 and 5.
func investing() throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2], [2]], discounts: [0.8], initial: [1, 0]) {
    state, joint, row in
    row.pay(0, state == 0 ? [1, 0][joint[0]] : [5, 0][joint[0]])
    row.move(to: state == 0 ? joint[0] : 0, probability: 1)
  }
}
