import Environments
import Equilibria
import Foundation
import Learners
import Statistics

/// A learner with a softmax actor, as the tests look into it.
protocol LogitLearner: Learner {
  var logits: [Double] { get }
  var stateValues: [Double] { get }
}

extension ActorCritic: LogitLearner {}
extension NaturalActorCritic: LogitLearner {}
extension PPO: LogitLearner {}
extension Reinforce: LogitLearner {}

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
