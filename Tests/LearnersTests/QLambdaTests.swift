import Environments
import Equilibria
import Learners
import Statistics
import Testing

/// Discount 1/2, λ = 1/2 (traces fade by 1/4), step size 1/2, two states, first values 0.
///
///     s a  r  greedy?  traces before the update          δ                     changes by δ/2 · e
///     0 0  8  yes      e(0,0) = 1                        8 + 0 − 0 = 8         Q(0,0) = 4
///     1 0  4  yes      e(0,0) = 1/4, e(1,0) = 1          4 + 0.5 · 4 − 0 = 6   Q(0,0) = 4.75, Q(1,0) = 3
///     0 1  2  no       earlier ones cut, e(0,1) = 1      2 + 0.5 · 3 − 0 = 3.5 Q(0,1) = 1.75
///     1 0  1  yes      e(0,1) = 1/4, e(1,0) = 1          1 + 0.5 · 4.75 − 3 = 0.375
///                                                        Q(0,1) = 1.796875, Q(1,0) = 3.1875
///     end of the episode: all traces cut
///     0 0  0  yes      e(0,0) = 1                        0.5 · 3.1875 − 4.75 = −3.15625
///                                                        Q(0,0) = 3.171875
@Test(arguments: ["accumulating", "replacing", "dutch"])
func `Q-lambda follows the table worked by hand`(traces: String) throws {
  var learner = try playLearner(
    QLambda.self, "{step_size: 0.5, lambda: 0.5, traces: \(traces), trace_floor: 0}",
    game: try alternatingStates())
  var stream = RandomStream(seed: 2, role: .agent)
  let table: [(PlayedStep, [Double])] = [
    (PlayedStep(state: 0, actions: [0], rewards: [8], next: 1), [4, 0, 0, 0]),
    (PlayedStep(state: 1, actions: [0], rewards: [4], next: 0), [4.75, 0, 3, 0]),
    (PlayedStep(state: 0, actions: [1], rewards: [2], next: 1), [4.75, 1.75, 3, 0]),
    (
      PlayedStep(state: 1, actions: [0], rewards: [1], next: 0, isLast: true),
      [4.75, 1.796875, 3.1875, 0]
    ),
    (PlayedStep(state: 0, actions: [0], rewards: [0], next: 1), [3.171875, 1.796875, 3.1875, 0]),
  ]
  for (step, values) in table {
    learner.learn(step, using: &stream)
    #expect(learner.actionValues == values)
  }
}

/// One state that leads to itself, so that a pair is met again with a live trace: fade 1/4, step 1/2.
///
///     r = 8: δ = 8, e = 1, Q = 4, then e fades to 1/4
///     r = 1: δ = 1 + 0.5 · 4 − 4 = −1
///            accumulating e = 1.25    Q = 4 − 0.625  = 3.375
///            replacing    e = 1       Q = 4 − 0.5    = 3.5
///            dutch        e = 0.5 · 0.25 + 1 = 1.125, Q = 4 − 0.5625 = 3.4375
@Test(arguments: zip(["accumulating", "replacing", "dutch"], [3.375, 3.5, 3.4375]))
func `the three traces differ where a pair is met again`(traces: String, expected: Double) throws {
  let game = try StochasticGame(actionCounts: [[1]], discounts: [0.5], initial: [1]) { _, _, row in
    row.move(to: 0, probability: 1)
  }
  var learner = try playLearner(
    QLambda.self, "{step_size: 0.5, lambda: 0.5, traces: \(traces)}", game: game)
  var stream = RandomStream(seed: 2, role: .agent)
  for pay in [8.0, 1] {
    learner.learn(PlayedStep(state: 0, actions: [0], rewards: [pay], next: 0), using: &stream)
  }
  #expect(learner.actionValues == [expected])
}

/// A corridor of 400 cells with a payoff of 1 at the end, walked once with undiscounted traces that
/// fade by λ = 1/2. The last step's surprise is 1 and all others are 0, so the cell k steps before
/// the end gets α λᵏ while λᵏ is at least the floor, and nothing after: 1/16 has k = 4.
@Test func `traces below the floor are dropped`() throws {
  let cells = 400
  let game = try StochasticGame(
    actionCounts: [[Int]](repeating: [1], count: cells + 1), discounts: [1],
    initial: (0...cells).map { $0 == 0 ? 1 : 0 }, terminal: [cells]
  ) { state, _, row in
    row.pay(0, state == cells - 1 ? 1 : 0)
    row.move(to: state + 1, probability: 1)
  }
  var loop = try playLoop(
    QLambda.self, "{step_size: 0.5, lambda: 0.5, trace_floor: 0.0625}", game: game, steps: cells,
    start: .initial, episodeLength: 0)
  loop.run(until: cells)
  let values = loop.learner(0).actionValues
  for k in 0..<cells {
    #expect(values[cells - 1 - k] == (k <= 4 ? 0.5 / Double(1 << k) : 0))
  }
}

/// The factor of a row that grows carries to the trace: fade γ c λ = 0.5 · 3 · 0.5 = 0.75.
@Test func `traces fade by discount, growth and lambda`() throws {
  var learner = try playLearner(
    QLambda.self, "{step_size: 1, lambda: 0.5}", game: try alternatingStates())
  var stream = RandomStream(seed: 2, role: .agent)
  learner.learn(
    PlayedStep(state: 0, actions: [0], rewards: [0], next: 1, continuation: 3), using: &stream)
  learner.learn(PlayedStep(state: 1, actions: [0], rewards: [8], next: 1), using: &stream)
  #expect(learner.actionValues == [6, 0, 8, 0])
}

/// Deterministic problem, steps n^(−0.6): the corrections of traces have mean zero at the optimum
/// only where later surprises do, and all surprises vanish there, so the optimum is the fixed point;
/// greedy returns of any length have it as their value. At rest the contraction is that of
/// Q-learning or faster; e^(−50) is left of the first values (see the test of Q-learning).
@Test(arguments: ["accumulating", "replacing", "dutch"])
func `Q-lambda finds the exact optimum of a deterministic problem`(traces: String) throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    QLambda.self,
    "{lambda: 0.8, traces: \(traces), exploration: {kind: epsilon-greedy, epsilon: 0.5}}",
    game: game, steps: 200_000, averageFrom: 0)
  loop.run(until: 200_000)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  let optimal = game.actionValues(of: 0, against: game.uniformProfile, values: best.values)
  #expect(areClose(loop.learner(0).actionValues, optimal, within: 1e-12))
}
