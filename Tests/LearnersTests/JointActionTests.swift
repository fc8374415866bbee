import Environments
import Equilibria
import Learners
import Statistics
import Testing

/// One state that leads to itself, discount 1/2, step size 1/2, two actions each.
///
///     a o  r  c  target             Q(·, ·) by rows            V, π(0)
///     0 0  4  1  4 + 0.5 · 0        [[2, 0], [0, 0]]           0, 1 (a saddle point)
///     1 1  4  1  4 + 0.5 · 0        [[2, 0], [0, 2]]           1, 1/2
///     0 1 −2  1  −2 + 0.5 · 1       [[2, −0.75], [0, 2]]       2p = −0.75p + 2(1 − p): p = 8/19,
///                                                              V = 16/19
///     0 0  0  0  0: terminated      [[1, −0.75], [0, 2]]       p = −0.75p + 2(1 − p): p = 8/15,
///                                                              V = 8/15
@Test func `minimax-Q follows the table worked by hand`() throws {
  let game = try bimatrix([[0, 0], [0, 0]], [[0, 0], [0, 0]], discount: 0.5)
  var stream = RandomStream(seed: 2, role: .agent)
  let table: [([Int], Double, Double, [Double], Double, Double)] = [
    ([0, 0], 4, 1, [2, 0, 0, 0], 0, 1), ([1, 1], 4, 1, [2, 0, 0, 2], 1, 0.5),
    ([0, 1], -2, 1, [2, -0.75, 0, 2], 16.0 / 19, 8.0 / 19),
    ([0, 0], 0, 0, [1, -0.75, 0, 2], 8.0 / 15, 8.0 / 15),
  ]
  var learner = try playLearner(MinimaxQ.self, "step_size: 0.5", game: game)
  #expect(learner.lastPolicy.laws == [[0.5, 0.5]])
  for (actions, pay, continuation, values, worth, chance) in table {
    learner.learn(
      PlayedStep(
        state: 0, actions: actions, rewards: [pay, -pay], next: 0, continuation: continuation),
      using: &stream)
    #expect(learner.jointActionValues == values)
    #expect(abs(learner.stateValues[0] - worth) <= 1e-15)
    #expect(areClose(learner.lastPolicy.law(at: 0), [chance, 1 - chance], within: 1e-15))
  }
}

/// Friends: V is the largest entry. Discount 1/2, step size 1/2.
///
///     a o  r  target          Q by rows                V   π
///     0 1  4  4               [[0, 2, 0], [0, 0, 0]]   2   action 0
///     1 2 10  10 + 1 = 11     [[0, 2, 0], [0, 0, 5.5]] 5.5 action 1
///
/// Player 2 keeps its own action first: its table of three rows has the same entries, transposed.
@Test func `friend-Q follows the table worked by hand in both seats`() throws {
  let game = try bimatrix(
    [[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 0, 0]], discount: 0.5)
  var stream = RandomStream(seed: 2, role: .agent)
  let values = [
    [[0.0, 2, 0, 0, 0, 0], [0, 2, 0, 0, 0, 5.5]], [[0.0, 0, 2, 0, 0, 0], [0, 0, 2, 0, 0, 5.5]],
  ]
  for player in 0..<2 {
    var learner = try playLearner(
      FriendOrFoeQ.self, "{role: friend, step_size: 0.5}", game: game, player: player)
    for (k, (actions, pay)) in [([0, 1], 4.0), ([1, 2], 10)].enumerated() {
      learner.learn(
        PlayedStep(state: 0, actions: actions, rewards: [pay, pay], next: 0), using: &stream)
      #expect(learner.jointActionValues == values[player][k])
      #expect(learner.stateValues == [[2, 5.5][k]])
      let action = actions[player]
      #expect(learner.lastPolicy.law(at: 0)[action] == 1)
    }
  }
}

/// The value of a zero-sum game by Shapley's (1953) iteration with Lemke-Howson stage solutions: it
/// shares nothing with the learner's linear program. 60 rounds at discount 1/2 leave 2^(−60).
private func shapleyValues(_ game: StochasticGame) throws -> [Double] {
  var values = [Double](repeating: 0, count: game.stateCount)
  for _ in 0..<60 {
    values = try (0..<game.stateCount).map { state in
      let payoffs = (game.jointOffsets[state]..<game.jointOffsets[state + 1]).map { row in
        game.payoff(0, row: row) + 0.5 * values[Int(game.nextStates[game.transitionOffsets[row]])]
      }
      let (rows, columns) = (game.actionCount(0, at: state), game.actionCount(1, at: state))
      let stage = try BimatrixGame(
        rows: rows, columns: columns, rowPayoffs: payoffs, columnPayoffs: payoffs.map { -$0 })
      return try #require(try LemkeHowson().solve(stage).equilibrium).values[0]
    }
  }
  return values
}

/// Deterministic moves and pay, every joint action tried some 100,000/10 times with steps n^(−0.6):
/// Σ α ≈ 2.5 · (10⁴)^0.4 ≈ 97, so e^(−(1 − γ) 97) = e^(−48) is left of the first values; what remains
/// is the rounding of the stage solutions, 1e-11 of the payoff range at worst, over 1 − γ.
@Test func `minimax-Q and Nash-Q find the value of a zero-sum stochastic game`() throws {
  let game = try zeroSumPair()
  let values = try shapleyValues(game)
  func check<L: Learner>(
    _ type: L.Type, _ yaml: String, _ found: (L) -> [Double]
  ) throws {
    var loop = try playLoop(L.self, yaml, game: game, steps: 100_000, averageFrom: 0)
    loop.run(until: 100_000)
    #expect(areClose(found(loop.learner(0)), values, within: 1e-9))
    #expect(try Certificate(game, loop.lastProfile).exploitability <= 1e-9)
  }
  try check(MinimaxQ.self, "exploration: 1") { $0.stateValues }
  try check(NashQ.self, "{exploration: 1, selection: first}") {
    [$0.stageValues[0], $0.stageValues[2]]
  }
}

/// Two players paid alike, in two states with random moves replaced by fixed ones: friends learn the
/// optimum of the problem in which one player chooses both actions, found by policy iteration.
@Test func `friends find the best joint policy of a team`() throws {
  let pay = [[[1.0, 0], [0.5, 2]], [[0, 3.0], [-1, 0.25]]]
  func next(_ state: Int, _ a: Int, _ b: Int) -> Int { (state + a + b) % 2 }
  let team = try StochasticGame(
    actionCounts: [[2, 2], [2, 2]], discounts: [0.5, 0.5], initial: [1, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0]][joint[1]])
    row.pay(1, pay[state][joint[0]][joint[1]])
    row.move(to: next(state, joint[0], joint[1]), probability: 1)
  }
  let alone = try StochasticGame(
    actionCounts: [[4], [4]], discounts: [0.5], initial: [1, 0]
  ) { state, joint, row in
    row.pay(0, pay[state][joint[0] / 2][joint[0] % 2])
    row.move(to: next(state, joint[0] / 2, joint[0] % 2), probability: 1)
  }
  let optimum = try alone.bestResponse(of: 0, against: alone.uniformProfile)
  var loop = try playLoop(
    FriendOrFoeQ.self, "{role: friend, exploration: 1}", game: team, steps: 100_000, averageFrom: 0)
  loop.run(until: 100_000)
  for player in 0..<2 {
    #expect(areClose(loop.learner(player).stateValues, optimum.values, within: 1e-12))
  }
  #expect(areClose(try team.values(of: loop.lastProfile)[0], optimum.values, within: 1e-12))
}

/// Discounts 1/2 and 1/4, step size 1/2, first values 0.
///
///     a₁a₂ r₁ r₂  targets                    Q₁, Q₂ there     largest joint value
///     1 1   2  3  2, 3                       1, 1.5           (1, 1): 2.5
///     0 0   4  0  4 + 0.5 · 1, 0.25 · 1.5    2.25, 0.1875     (1, 1): 2.5 > 2.4375
///     0 0   4  0  the same                   3.375, 0.28125   (0, 0): 3.65625
@Test func `Nash-Q follows the table worked by hand in both seats`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 2]], discounts: [0.5, 0.25], initial: [1]
  ) { _, _, row in row.move(to: 0, probability: 1) }
  var stream = RandomStream(seed: 2, role: .agent)
  let table: [([Int], [Double], [Double], [Double], [Double])] = [
    ([1, 1], [2, 3], [0, 0, 0, 0, 0, 0, 1, 1.5], [1, 1.5], [0, 1]),
    ([0, 0], [4, 0], [2.25, 0.1875, 0, 0, 0, 0, 1, 1.5], [1, 1.5], [0, 1]),
    ([0, 0], [4, 0], [3.375, 0.28125, 0, 0, 0, 0, 1, 1.5], [3.375, 0.28125], [1, 0]),
  ]
  for player in 0..<2 {
    var learner = try playLearner(NashQ.self, "step_size: 0.5", game: game, player: player)
    for (actions, rewards, values, worth, law) in table {
      learner.learn(
        PlayedStep(state: 0, actions: actions, rewards: rewards, next: 0), using: &stream)
      #expect(learner.jointActionValues == values)
      #expect(learner.stageValues == worth)
      #expect(learner.lastPolicy.law(at: 0) == law)
    }
    #expect(learner.lastPolicyChange == 3)
    #expect(learner.unsolved == 0)
  }
}

/// Two games with two pure equilibria and a mixed one that is worth less to both. A battle of the
/// sexes: (0, 0) pays (2, 1), (1, 1) pays (1, 2.5). And 2 × 3: (0, 2) pays (2, 1), (1, 0) pays (1, 3),
/// whose sum is larger and whose actions are lower. `first` drops the label of player 1's action 0;
/// the path goes to player 2's best reply and, since action 0 is the best reply to that, ends there.
@Test(
  arguments: [
    ("joint", [1, 1], [1, 0]), ("low", [0, 0], [1, 0]), ("high", [1, 1], [0, 2]),
    ("first", [0, 0], [0, 2]), ("own-best", [0, 1], [0, 0]),
  ])
func `each selection rule takes the equilibrium it names`(
  rule: String, sexes: [Int], lower: [Int]
) throws {
  for (game, play) in [
    (try bimatrix([[2, 0], [0, 1]], [[1, 0], [0, 2.5]]), sexes),
    (try bimatrix([[0, 0, 2], [1, 0, 0]], [[0, 0, 1], [3, 0, 0]]), lower),
  ] {
    var loop = try playLoop(
      NashQ.self, "{selection: \(rule), step_size: 1, exploration: 1}", game: game, steps: 200)
    loop.run(until: 200)
    let profile = loop.lastProfile
    #expect((0..<2).map { profile[$0].mode(at: 0) } == play)
    #expect(profile.policies.allSatisfy { $0.probabilities.max() == 1 })
  }
}

/// A prisoner's dilemma, action 1 to defect, player 2's payoffs doubled and discounts 1/2 and 3/4.
/// Defecting for ever is worth 1/(1 − 1/2) = 2 and 2/(1 − 3/4) = 8, so that joint actions are worth
/// u₁ + 2/2 and u₂ + 8 · 3/4, whose stage game has the equilibrium that was begun from.
@Test func `Nash-Q begins from the values of both players`() throws {
  let pay = [[[3.0, 6], [0, 10]], [[5, 0], [1, 2]]]
  let game = try StochasticGame(
    actionCounts: [[2, 2]], discounts: [0.5, 0.75], initial: [1]
  ) { _, joint, row in
    row.pay(0, pay[joint[0]][joint[1]][0])
    row.pay(1, pay[joint[0]][joint[1]][1])
    row.move(to: 0, probability: 1)
  }
  let profile = Profile([game.purePolicy(0, [1]), game.purePolicy(1, [1])])
  for player in 0..<2 {
    var learner = try playLearner(NashQ.self, game: game, player: player)
    try learner.start(from: try StartingPoint(profile, player: player, game: game))
    #expect(areClose(learner.jointActionValues, [4, 12, 1, 16, 6, 6, 2, 8], within: 1e-12))
    #expect(areClose(learner.stageValues, [2, 8], within: 1e-12))
    #expect(learner.lastPolicy == profile[player])
    #expect(learner.lastPolicyChange == 0)
    #expect(learner.unsolved == 0)
  }
}

@Test func `own-best refuses stage games that it cannot enumerate`() throws {
  let zeros = [[Double]](repeating: [Double](repeating: 0, count: 65), count: 64)
  let game = try bimatrix(zeros, zeros)
  let error = #expect(throws: GameError.self) {
    try playLearner(NashQ.self, "selection: own-best", game: game)
  }
  #expect(error?.subject == "learner.selection")
  #expect(error?.rule.contains("129") == true)
  _ = try playLearner(NashQ.self, "selection: first", game: game)
}

/// Grid game 1 of Hu and Wellman (2003), section 5.1: on a 3 × 3 grid each player walks from its
/// lower corner to the opposite upper one; bumping into each other costs 1 and leaves both in place;
/// the first at its goal earns 100, and play ends. Discount 0.99. Cells count from the lower left,
/// row by row; actions left, right, up, down; a step off the grid stays.
private func gridGame() throws -> StochasticGame {
  let goals = [8, 6]
  func moved(_ cell: Int, _ action: Int) -> Int {
    switch action {
    case 0: cell % 3 > 0 ? cell - 1 : cell
    case 1: cell % 3 < 2 ? cell + 1 : cell
    case 2: cell < 6 ? cell + 3 : cell
    default: cell >= 3 ? cell - 3 : cell
    }
  }
  // States where somebody is home, or both are in one cell, are where play ends or never gets.
  let over = Set((0..<81).filter { $0 / 9 == 8 || $0 % 9 == 6 || $0 / 9 == $0 % 9 })
  return try StochasticGame(
    actionCounts: [[Int]](repeating: [4, 4], count: 81), discounts: [0.99, 0.99],
    initial: (0..<81).map { $0 == 2 ? 1 : 0 }, terminal: over
  ) { state, joint, row in
    let (a, b) = (moved(state / 9, joint[0]), moved(state % 9, joint[1]))
    if a == b {
      row.pay(0, -1)
      row.pay(1, -1)
      row.move(to: state, probability: 1)
    } else {
      if a == goals[0] { row.pay(0, 100) }
      if b == goals[1] { row.pay(1, 100) }
      row.move(to: 9 * a + b, probability: 1)
    }
  }
}

/// The paper's table of Nash Q-values at the start: four steps each, 100 · 0.99³ = 97.0 on every
/// pair of first moves but right and left, which meet in the middle: −1 + 0.99 · 97.0 = 95.1. Moves
/// are deterministic, so with step size 1 a value is exact once those it rests on are; each of the
/// 1,152 joint actions is tried some 80 times.
@Test func `Nash-Q finds the published values of grid game 1`() throws {
  let game = try gridGame()
  let learner = try playLearner(
    NashQ.self, "{step_size: 1, exploration: 1}", game: game, steps: 100_000)
  var loop = TrainingLoop(
    simulator: Simulator(game, start: .uniform, episodeLength: 50),
    learners: [
      Seat(learner), Seat(fixed: game.uniformPolicy(1)),
    ], steps: 100_000, seed: 1, generator: .taus2)
  loop.run(until: 100_000)
  let best = 100 * 0.99 * 0.99 * 0.99
  // A seat's copy of the learner is the same tables.
  let values = learner.jointActionValues
  for (a, b, expected) in [
    (1, 0, -1 + 0.99 * best), (1, 2, best), (2, 0, best), (2, 2, best),
  ] {
    let row = game.row(2, [a, b])
    #expect(abs(values[2 * row] - expected) <= 1e-12)
    #expect(abs(values[2 * row + 1] - expected) <= 1e-12)
  }
  #expect(areClose(Array(learner.stageValues[4..<6]), [best, best], within: 1e-12))
}

/// Without memory the continuation is the same after every joint action, so defecting is dominant in
/// the limit and the selection has no choice: 1 a period for ever, 1/(1 − 0.9) = 10. Every entry is
/// tried some 12,500 times: Σ α ≈ 2.5 · 12,500^0.4 ≈ 109, so e^(−0.1 · 109) = 2e-5 of the 10 is left.
@Test func `Nash-Q ends at the equilibrium of a game solved by dominance`() throws {
  var dilemma = PrisonersDilemma()
  dilemma.memory = false
  let game = try dilemma.stochasticGame()
  for selection in ["joint", "low", "first", "own-best"] {
    var loop = try playLoop(
      NashQ.self, "{selection: \(selection), exploration: 1}", game: game, steps: 50_000,
      averageFrom: 0)
    loop.run(until: 50_000)
    #expect(try Certificate(game, loop.lastProfile).isCertified)
    #expect(areClose(loop.learner(0).stageValues, [10, 10], within: 0.01))
  }
}
