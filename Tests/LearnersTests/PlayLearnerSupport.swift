import Configuration
import Environments
import Learners
import Statistics
import Testing

/// A learner of any kind configured in YAML.
func playLearner<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, player: Int = 0, steps: Int = 1_000
) throws -> L {
  let set = try ParameterSet(
    yaml.isEmpty ? nil : DocumentNode(yaml: yaml, source: "test"), declared: L.parameters,
    path: "learner", position: Position(source: "test"))
  return try L(set, game: game, player: player, steps: steps)
}

/// A loop of learners of one kind, one per player.
func playLoop<L: Learner>(
  _ type: L.Type, _ yaml: String = "", game: StochasticGame, steps: Int, seed: UInt64 = 1,
  start: EpisodeStart = .uniform, episodeLength: Int = 20
) throws -> TrainingLoop<L> {
  TrainingLoop(
    simulator: Simulator(game, start: start, episodeLength: episodeLength),
    learners: try (0..<game.playerCount).map {
      try playLearner(L.self, yaml, game: game, player: $0, steps: steps)
    }, steps: steps, seed: seed, generator: .taus2)
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

/// Every entry within `tolerance`.
func areClose(_ found: [Double], _ expected: [Double], within tolerance: Double) -> Bool {
  found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance }
}

/// One player, two states, two actions; where an action leads is up to the test.
func alternatingStates(discount: Double = 0.5) throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2], [2]], discounts: [discount], initial: [1, 0]) {
    state, _, row in row.move(to: 1 - state, probability: 1)
  }
}

/// One state for ever, payoffs by the two tables.
func repeatedGame(
  _ first: [[Double]], _ second: [[Double]], discount: Double = 0
) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[first.count, first[0].count]], discounts: [discount, discount], initial: [1]
  ) { _, joint, row in
    row.pay(0, first[joint[0]][joint[1]])
    row.pay(1, second[joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
}

/// A zero-sum game of two states, unequal numbers of actions and deterministic moves, whose stage
/// games mix: the first is a weighted matching pennies, the second 2 × 3 without a saddle point.
func zeroSumPair() throws -> StochasticGame {
  let pay = [[[3.0, -1], [-2, 1]], [[1.0, -1, 2], [-1, 2, -3]]]
  return try StochasticGame(
    actionCounts: [[2, 2], [2, 3]], discounts: [0.5, 0.5], initial: [1, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0]][joint[1]])
    row.pay(1, -pay[state][joint[0]][joint[1]])
    row.move(to: (state + joint[0] + joint[1]) % 2, probability: 1)
  }
}
