import Environments
import Statistics
import Testing

/// Steps of games whose states share rows, or whose moves are certain, against the game's own tables.
@Suite struct SharedRowsTests {
  /// Six states of four kinds: 0 and 3 are alike; 1, 2, 4 and 5 each differ from them, or from each
  /// other, in one thing only: payoffs, probabilities, where two moves lead, growth.
  private func game() throws -> StochasticGame {
    try StochasticGame(
      actionCounts: Array(repeating: [2, 2], count: 6), discounts: [0.5, 0.5],
      initial: [1, 0, 0, 0, 0, 0]
    ) { state, joint, row in
      let number = Double(2 * joint[0] + joint[1])
      row.pay(0, state == 1 ? -number : number)
      row.pay(1, 10 + number)
      let half = state == 2 ? 0.25 : 0.5
      if state == 4, joint == [0, 0] {
        row.move(to: 1, probability: 1)
      } else if state == 4, joint == [0, 1] {
        row.move(to: 1, probability: 0.25)
        row.move(to: 2, probability: 0.25)
        row.move(to: 5, probability: 0.5)
      } else {
        row.move(to: 3 - joint[0], probability: half)
        row.move(to: 4 + joint[1], probability: 1 - half)
      }
      row.grow(by: state == 5 ? 1.5 : 1)
    }
  }

  /// What a step must be, from public arrays: one uniform, and the first next state whose partial sum
  /// exceeds it.
  private func stepped(_ game: StochasticGame, _ state: Int, _ joint: [Int], _ u: Double) -> Int {
    let row = game.row(state, joint)
    var sum = 0.0
    for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
      sum += game.probabilities[entry]
      if u < sum { return Int(game.nextStates[entry]) }
    }
    return Int(game.nextStates[game.transitionOffsets[row + 1] - 1])
  }

  private func play(_ game: StochasticGame, steps: Int, draws: Bool) throws {
    var simulator = Simulator(game)
    var stream = RandomStream(seed: 3, role: .environment)
    var twin = RandomStream(seed: 3, role: .environment)
    var actions = RandomStream(seed: 3, role: .agent)
    simulator.reset(using: &stream)
    _ = twin.uniform()
    var rewards = [0.0, 0.0]
    for _ in 0..<steps {
      let state = simulator.state
      let joint = (0..<2).map { actions.index(below: game.actionCount($0, at: state)) }
      let next = stepped(game, state, joint, draws ? twin.uniform() : 0)
      var span = rewards.mutableSpan
      _ = simulator.step(joint.span, rewards: &span, using: &stream)
      let row = game.row(state, joint)
      try #require(simulator.state == next)
      try #require(rewards == (0..<2).map { game.payoff($0, row: row) })
      try #require(simulator.continuation == game.growth?[row] ?? 1)
    }
    #expect(stream.uniform() == twin.uniform())
  }

  @Test func `states that are alike, or nearly so, are stepped as written`() throws {
    try play(try game(), steps: 2000, draws: true)
  }

  /// Nothing is drawn where every move is certain; 225 states share one state's rows.
  @Test func `the pricing game is stepped as written, without draws`() throws {
    try play(try LogitBertrand().stochasticGame(), steps: 2000, draws: false)
  }

  /// One row with chance is enough to draw at every step.
  @Test func `a single uncertain move brings the draws back`() throws {
    let game = try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [0.5, 0.5], initial: [1, 0]
    ) { state, joint, row in
      if state == 1, joint == [1, 1] {
        row.move(to: 0, probability: 0.5)
        row.move(to: 1, probability: 0.5)
      } else {
        row.move(to: joint[0], probability: 1)
      }
    }
    try play(game, steps: 200, draws: true)
  }
}
