import Configuration
import Environments
import Foundation
import Learners
import Statistics
import Testing

/// The learner section of a kind, resolved from YAML.
func resolved(_ yaml: String, _ declared: [Parameter]) throws -> ParameterSet {
  try ParameterSet(
    yaml.isEmpty ? nil : DocumentNode(yaml: yaml, source: "test"), declared: declared,
    path: "learner", position: Position(source: "test"))
}

/// A learner from play, configured in YAML.
func playLearner<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, player: Int = 0, steps: Int = 1_000
) throws -> L {
  try L(try resolved(yaml, L.parameters), game: game, player: player, steps: steps)
}

/// A loop of learners from play of one kind, one per player. The average is of the second half,
/// unless `averageFrom` says otherwise.
func playLoop<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, steps: Int, seed: UInt64 = 1,
  start: EpisodeStart = .uniform, episodeLength: Int = 20, averageFrom: Int? = nil
) throws -> TrainingLoop<L> {
  TrainingLoop(
    simulator: Simulator(game, start: start, episodeLength: episodeLength),
    learners: try (0..<game.playerCount).map {
      try playLearner(L.self, yaml, game: game, player: $0, steps: steps)
    }, steps: steps, averageFrom: averageFrom, seed: seed, generator: .taus2)
}

/// A learner from the model, configured in YAML.
func modelLearner<L: ModelLearner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, player: Int = 0, rounds: Int = 1000,
  seed: UInt64 = 1
) throws -> L {
  var stream = RandomStream(seed: seed, role: .agent, index: player)
  return try L(
    try resolved(yaml, L.parameters), model: ModelTables(game), player: player, rounds: rounds,
    using: &stream)
}

/// A loop of learners from the model of one kind, one per player, which may begin from a profile.
func modelLoop<L: ModelLearner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, rounds: Int, seed: UInt64 = 1,
  from profile: Profile? = nil
) throws -> ModelLoop {
  ModelLoop(
    game: game,
    learners: try (0..<game.playerCount).map { player in
      var learner = try modelLearner(
        type, yaml, game: game, player: player, rounds: rounds, seed: seed)
      if let profile {
        try learner.start(from: try StartingPoint(profile, player: player, game: game))
      }
      return learner
    }, steps: rounds)
}

/// The profile of averages, which there is once training has begun.
func averageProfile<Process: TrainingProcess & ~Copyable>(
  _ loop: borrowing Process
) throws -> Profile {
  let profile = loop.averageProfile
  return try #require(profile)
}

/// One step as a learner sees it.
struct PlayedStep {
  var state: Int
  var actions: [Int]
  var rewards: [Double]
  var next: Int
  var continuation = 1.0
  var isLast = false
}

extension Learner {
  /// Learns from one step.
  mutating func learn(_ step: PlayedStep, using stream: inout RandomStream) {
    update(
      state: step.state, jointAction: step.actions.span, rewards: step.rewards.span,
      nextState: step.next, continuation: step.continuation, isLast: step.isLast, using: &stream)
  }
}

/// Everything in a snapshot, as text with every digit.
func text(_ snapshot: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return String(decoding: try encoder.encode(snapshot), as: UTF8.self)
}

/// Every entry within `tolerance`.
func areClose(_ found: [Double], _ expected: [Double], within tolerance: Double) -> Bool {
  found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance }
}
