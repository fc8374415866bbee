import Configuration
import Environments
import Foundation
import Learners
import Statistics
import Testing

/// The learner section of a kind, as YAML would give it.
func parameters(_ yaml: String, _ declared: [Parameter]) throws -> ParameterSet {
  try ParameterSet(
    yaml.isEmpty ? nil : DocumentNode(yaml: yaml, source: "test"), declared: declared,
    path: "learner", position: Position(source: "test"))
}

/// A learner from the model, configured in YAML.
func modelLearner<L: ModelLearner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, player: Int = 0, rounds: Int = 1000,
  seed: UInt64 = 1
) throws -> L {
  var stream = RandomStream(seed: seed, role: .agent, index: player)
  return try L(
    try parameters(yaml, L.parameters), model: ModelTables(game), player: player, rounds: rounds,
    using: &stream)
}

/// A loop of learners of one kind, one per player.
func modelLoop<L: ModelLearner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, rounds: Int, seed: UInt64 = 1
) throws -> ModelLoop {
  ModelLoop(
    game: game,
    learners: try (0..<game.playerCount).map {
      try modelLearner(type, yaml, game: game, player: $0, rounds: rounds, seed: seed)
    }, steps: rounds)
}

/// A loop of learners from play of one kind, one per player; everything counts towards the average.
func playLoop<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, steps: Int, seed: UInt64 = 1
) throws -> TrainingLoop<L> {
  TrainingLoop(
    simulator: Simulator(game, start: .uniform, episodeLength: 20),
    learners: try (0..<game.playerCount).map {
      try L(try parameters(yaml, L.parameters), game: game, player: $0, steps: steps)
    }, steps: steps, averageFrom: 0, seed: seed, generator: .taus2)
}

/// The profile of averages, which there is once training has begun.
func averageProfile<Process: TrainingProcess & ~Copyable>(
  _ loop: borrowing Process
) throws -> Profile {
  let profile = loop.averageProfile
  return try #require(profile)
}

/// A two-player game of one state, repeated at a discount.
func bimatrix(_ a: [[Double]], _ b: [[Double]], discount: Double = 0) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[a.count, a[0].count]], discounts: [discount, discount], initial: [1]
  ) { _, joint, row in
    row.pay(0, a[joint[0]][joint[1]])
    row.pay(1, b[joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
}

/// A zero-sum game of one state.
func zeroSum(_ a: [[Double]], discount: Double = 0) throws -> StochasticGame {
  try bimatrix(a, a.map { $0.map { -$0 } }, discount: discount)
}

/// Payoffs drawn from [0, 1).
func randomMatrix(_ rows: Int, _ columns: Int, seed: UInt64) -> [[Double]] {
  var stream = RandomStream(seed: seed, role: .generation)
  var matrix: [[Double]] = []
  for _ in 0..<rows {
    var row: [Double] = []
    for _ in 0..<columns { row.append(stream.uniform()) }
    matrix.append(row)
  }
  return matrix
}

/// Three players with different numbers of actions, two states and an end, growing in places.
func threePlayers() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 3, 2], [3, 1, 2], [1, 1, 1]], discounts: [0.9, 0.5, 0.8],
    initial: [0.5, 0.5, 0], terminal: [2]
  ) { state, joint, row in
    for player in 0..<3 {
      let sum: Int = joint[0] + 2 * joint[1] + 3 * joint[2] + player + state
      row.pay(player, Double(sum % 5) - 1.5)
    }
    row.move(to: (state + joint[0] + joint[2]) % 2, probability: 0.75)
    row.move(to: 2, probability: 0.25)
    row.grow(by: joint[1] == 1 ? 1.1 : 1)
  }
}

/// Runs `rounds` at once, and in two parts with a snapshot through JSON between, which a loop of
/// another seed takes up after some rounds of its own: the same snapshots, to the bit.
func expectSameBitsWhenTakenUp<L: ModelLearner>(
  _ type: L.Type, _ yaml: String, game: StochasticGame, rounds: Int, split: Int
) throws {
  var whole = try modelLoop(type, yaml, game: game, rounds: rounds)
  whole.run(until: rounds)
  var first = try modelLoop(type, yaml, game: game, rounds: rounds)
  first.run(until: split)
  let saved = try JSONEncoder().encode(first.snapshot())
  var second = try modelLoop(type, yaml, game: game, rounds: rounds, seed: 99)
  second.run(until: min(3, rounds))
  try second.restore(try JSONDecoder().decode(ModelLoop.Snapshot.self, from: saved))
  let (restored, left) = (try text(second.snapshot()), try text(first.snapshot()))
  #expect(restored == left)
  second.run(until: rounds)
  let (ended, uninterrupted) = (try text(second.snapshot()), try text(whole.snapshot()))
  #expect(ended == uninterrupted)
  let (last, wholeLast) = (second.lastProfile, whole.lastProfile)
  let (average, wholeAverage) = (second.averageProfile, whole.averageProfile)
  #expect(last == wholeLast)
  #expect(average == wholeAverage)
}

/// As above, for learners from play.
func expectSameBitsWhenTakenUp<L: Learner>(
  _ type: L.Type, _ yaml: String, game: StochasticGame, steps: Int, split: Int
) throws {
  var whole = try playLoop(type, yaml, game: game, steps: steps)
  whole.run(until: steps)
  var first = try playLoop(type, yaml, game: game, steps: steps)
  first.run(until: split)
  let saved = try JSONEncoder().encode(first.snapshot())
  var second = try playLoop(type, yaml, game: game, steps: steps, seed: 99)
  second.run(until: 13)
  try second.restore(try JSONDecoder().decode(TrainingLoop<L>.Snapshot.self, from: saved))
  let (restored, left) = (try text(second.snapshot()), try text(first.snapshot()))
  #expect(restored == left)
  second.run(until: steps)
  let (ended, uninterrupted) = (try text(second.snapshot()), try text(whole.snapshot()))
  #expect(ended == uninterrupted)
  let (last, wholeLast) = (second.lastProfile, whole.lastProfile)
  let (average, wholeAverage) = (second.averageProfile, whole.averageProfile)
  #expect(last == wholeLast)
  #expect(average == wholeAverage)
}
