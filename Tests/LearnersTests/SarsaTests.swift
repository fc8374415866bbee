import Environments
import Equilibria
import Learners
import Statistics
import Testing

/// Discount 1/2, step size 1/2, greedy choices (ties to action 0), first values 0.
///
///     s a  r  s′ c   a′ = greedy at s′   target              Q(s, a) afterwards
///     0 1  4  1  1   0                   4 + 0.5 · 0         2
///     1 1  2  0  1   1 (Q(0, 1) = 2)     2 + 0.5 · 2 = 3     1.5
///     0 1 −8  1  1   1 (Q(1, 1) = 1.5)   −8 + 0.75 = −7.25   2 − 9.25/2 = −2.625
///     1 0  6  0  0   none: terminated    6                   3
@Test func `SARSA updates follow the table worked by hand`() throws {
  var learner = try playLearner(
    Sarsa.self, "{step_size: 0.5, exploration: {kind: epsilon-greedy, epsilon: 0}}",
    game: try alternatingStates())
  var stream = RandomStream(seed: 2, role: .agent)
  let table: [(PlayedStep, [Double])] = [
    (PlayedStep(state: 0, actions: [1], rewards: [4], next: 1), [0, 2, 0, 0]),
    (PlayedStep(state: 1, actions: [1], rewards: [2], next: 0), [0, 2, 0, 1.5]),
    (PlayedStep(state: 0, actions: [1], rewards: [-8], next: 1), [0, -2.625, 0, 1.5]),
    (
      PlayedStep(state: 1, actions: [0], rewards: [6], next: 0, continuation: 0, isLast: true),
      [0, -2.625, 3, 1.5]
    ),
  ]
  for (step, values) in table {
    learner.learn(step, using: &stream)
    #expect(learner.actionValues == values)
  }
  #expect(learner.lastPolicy.laws == [[1, 0], [1, 0]])
  #expect(learner.lastPolicyChange == 4)
}

/// With ε = 1 every action is drawn; the target must hold the action that is then played.
@Test func `SARSA plays the action that its target was made of`() throws {
  let game = try alternatingStates()
  var learner = try playLearner(
    Sarsa.self, "{step_size: 1, exploration: {kind: epsilon-greedy, epsilon: 1}}", game: game)
  var stream = RandomStream(seed: 5, role: .agent)
  // Q(1, 0) = 10 and Q(1, 1) = 20, by terminating steps.
  for (action, pay) in [(0, 10.0), (1, 20)] {
    learner.learn(
      PlayedStep(
        state: 1, actions: [action], rewards: [pay], next: 0, continuation: 0, isLast: true),
      using: &stream)
  }
  var seen: Set<Int> = []
  for _ in 0..<20 {
    learner.learn(PlayedStep(state: 0, actions: [0], rewards: [0], next: 1), using: &stream)
    let worth = learner.actionValues[0]
    let action = learner.act(at: 1, using: &stream)
    #expect(worth == 0.5 * [10, 20][action])
    seen.insert(action)
  }
  #expect(seen == [0, 1])
  // After the last step of a truncated episode the drawn action is not kept: with ε = 1 the next
  // twenty first actions are independent of it, and both occur.
  seen = []
  for _ in 0..<20 {
    learner.learn(
      PlayedStep(state: 0, actions: [0], rewards: [0], next: 1, isLast: true), using: &stream)
    let drawn = learner.actionValues[0] == 5 ? 0 : 1
    if learner.act(at: 0, using: &stream) != drawn { seen.insert(drawn) }
  }
  #expect(seen == [0, 1])
}

/// ε = 0.4 of two actions: the greedy one has 0.8, the other 0.2. Discount 1/2, step size 1/2.
///
///     s a  r  s′ c   Σ π Q(s′, ·)                target           Q(s, a) afterwards
///     0 1  4  1  1   0                           4                2
///     1 1  2  0  1   0.8 · 2 + 0.2 · 0 = 1.6     2.8              1.4
///     0 0 10  1  1   0.8 · 1.4 = 1.12            10.56            5.28
///     1 0  0  0  1   0.8 · 5.28 + 0.2 · 2 = 4.624  2.312          1.156
@Test func `expected SARSA updates follow the table worked by hand`() throws {
  var learner = try playLearner(
    ExpectedSarsa.self, "{step_size: 0.5, exploration: {kind: epsilon-greedy, epsilon: 0.4}}",
    game: try alternatingStates())
  var stream = RandomStream(seed: 2, role: .agent)
  let table: [(PlayedStep, [Double])] = [
    (PlayedStep(state: 0, actions: [1], rewards: [4], next: 1), [0, 2, 0, 0]),
    (PlayedStep(state: 1, actions: [1], rewards: [2], next: 0), [0, 2, 0, 1.4]),
    (PlayedStep(state: 0, actions: [0], rewards: [10], next: 1), [5.28, 2, 0, 1.4]),
    (PlayedStep(state: 1, actions: [0], rewards: [0], next: 0), [5.28, 2, 1.156, 1.4]),
  ]
  for (step, values) in table {
    learner.learn(step, using: &stream)
    #expect(areClose(learner.actionValues, values, within: 1e-15))
  }
}

/// Temperature 1, Q(1, ·) = (ln 3, 0): probabilities 3/4 and 1/4, expectation (3/4) ln 3.
@Test func `expected SARSA averages over the Boltzmann law`() throws {
  var learner = try playLearner(
    ExpectedSarsa.self, "{step_size: 1, exploration: {kind: boltzmann, temperature: 1}}",
    game: try alternatingStates())
  var stream = RandomStream(seed: 2, role: .agent)
  let worth = 1.0986122886681098
  learner.learn(
    PlayedStep(state: 1, actions: [0], rewards: [worth], next: 0, continuation: 0), using: &stream)
  learner.learn(PlayedStep(state: 0, actions: [0], rewards: [0], next: 1), using: &stream)
  #expect(abs(learner.actionValues[0] - 0.5 * 0.75 * worth) <= 1e-15)
}

/// The game in which chance replaces the player's action by a uniformly random one with
/// probability ε: its pure policies are the ε-greedy policies of `game`.
private func trembling(_ game: StochasticGame, _ epsilon: Double) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: (0..<game.stateCount).map { [game.actionCount(0, at: $0)] },
    discounts: game.discounts, initial: game.initial,
    terminal: Set((0..<game.stateCount).filter { game.isTerminal[$0] })
  ) { state, joint, row in
    let count = game.actionCount(0, at: state)
    var pay = 0.0
    for action in 0..<count {
      let weight = epsilon / Double(count) + (action == joint[0] ? 1 - epsilon : 0)
      let from = game.row(state, [action])
      pay += weight * game.payoff(0, row: from)
      for entry in game.transitionOffsets[from]..<game.transitionOffsets[from + 1] {
        row.move(to: Int(game.nextStates[entry]), probability: weight * game.probabilities[entry])
      }
    }
    row.pay(0, pay)
  }
}

/// Deterministic moves, so expected SARSA's targets carry no noise and, as in the test of
/// Q-learning, the error shrinks by exp(−(1 − γ) Σ α) with Σ α ≈ 2.5 · n^0.4 ≥ 100 over at least
/// 10,000 visits of each pair (ε = 1/2): e^(−50). The limit is the optimum among ε-greedy
/// policies, found exactly by policy iteration on the trembling game.
@Test func `expected SARSA converges to the best policy that trembles`() throws {
  let game = try ring(discount: 0.5)
  var loop = try playLoop(
    ExpectedSarsa.self, "exploration: {kind: epsilon-greedy, epsilon: 0.5}", game: game,
    steps: 200_000, averageFrom: 0)
  loop.run(until: 200_000)
  let shaky = try trembling(game, 0.5)
  let best = try shaky.bestResponse(of: 0, against: shaky.uniformProfile)
  // The first action is free, what follows trembles: Q(s, a) = u + γ V(s′).
  for state in 0..<4 {
    for action in 0..<2 {
      let row = game.row(state, [action])
      let next = Int(game.nextStates[game.transitionOffsets[row]])
      let expected = game.payoff(0, row: row) + 0.5 * best.values[next]
      #expect(abs(loop.learner(0).actionValues[2 * state + action] - expected) <= 1e-12)
    }
  }
}

/// Cliff walking (Sutton and Barto 2018, example 6.6): 4 × 12 cells, −1 a step, −100 and back to
/// the start for stepping off, undiscounted in the book, here 0.99 so that every policy has a value.
/// State = 12 · row + column from the top; actions up, right, down, left.
private func cliff() throws -> StochasticGame {
  let (rows, columns) = (4, 12)
  let start = 36
  let goal = 47
  return try StochasticGame(
    actionCounts: [[Int]](repeating: [4], count: rows * columns), discounts: [0.99],
    initial: (0..<48).map { $0 == start ? 1 : 0 }, terminal: [goal]
  ) { state, joint, row in
    let (down, right) = [(-1, 0), (0, 1), (1, 0), (0, -1)][joint[0]]
    let y = min(max(state / columns + down, 0), rows - 1)
    let x = min(max(state % columns + right, 0), columns - 1)
    let next = y * columns + x
    let falls = y == 3 && x > 0 && x < 11
    row.pay(0, falls ? -100 : -1)
    row.move(to: falls ? start : next, probability: 1)
  }
}

/// The rows that a policy passes from the start to the goal; nil if it does not get there.
private func pathRows(_ game: StochasticGame, _ policy: Policy) -> [Int]? {
  var state = 36
  var rows: [Int] = []
  for _ in 0..<48 {
    rows.append(state / 12)
    if state == 47 { return rows }
    let row = game.row(state, [policy.mode(at: state)])
    state = Int(game.nextStates[game.transitionOffsets[row]])
  }
  return nil
}

/// The book's finding, against exact values: the policy that explores with ε = 0.1 is worth more
/// with SARSA's greedy actions than with Q-learning's, and without exploration it is the reverse.
/// Q-learning must find the optimum (−(1 − 0.99¹³)/0.01 for 13 steps along the edge), and
/// SARSA a path that is never next to the cliff between the first and last columns, as is the
/// exact optimum among policies that tremble.
@Test func `on the cliff SARSA takes the safe path and Q-learning the short one`() throws {
  let game = try cliff()
  let shaky = try trembling(game, 0.1)
  let settings =
    "{step_size: {kind: power, exponent: 0.6}, exploration: {kind: epsilon-greedy, epsilon: 0.1}}"
  func greedy<L: Learner>(_ type: L.Type) throws -> Policy {
    var loop = try playLoop(
      L.self, settings, game: game, steps: 500_000, start: .initial, episodeLength: 500)
    loop.run(until: 500_000)
    return loop.lastProfile[0]
  }
  let (q, sarsa) = (try greedy(QLearning.self), try greedy(Sarsa.self))
  func value(_ policy: Policy, in game: StochasticGame) throws -> Double {
    try game.values(of: Profile([policy]))[0][36]
  }
  let optimum = try game.bestResponse(of: 0, against: game.uniformProfile).values[36]
  // −(1 − 0.99¹³)/(1 − 0.99), evaluated elsewhere (Python).
  #expect(abs(optimum + 12.247897700103216) <= 1e-12)
  #expect(abs(try value(q, in: game) - optimum) <= 1e-9)
  #expect(try value(sarsa, in: game) < optimum - 1)
  #expect(try value(sarsa, in: shaky) > value(q, in: shaky) + 1)
  let safe = try shaky.bestResponse(of: 0, against: shaky.uniformProfile)
  let rows = try #require(pathRows(game, sarsa))
  let best = try #require(pathRows(game, game.purePolicy(0, safe.actions)))
  #expect(rows.filter { $0 == 2 }.count <= 2 && best.filter { $0 == 2 }.count <= 2)
  #expect(try #require(pathRows(game, q)).filter { $0 == 2 }.count == 12)
}
