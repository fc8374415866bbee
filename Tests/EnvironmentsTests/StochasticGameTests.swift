import Environments
import Testing

@Test func `rows count joint actions with the last player fastest`() throws {
  let game = try threePlayers()
  #expect(game.jointOffsets == [0, 12, 18])
  #expect(game.row(0, [1, 2, 0]) == 10)  // (1·3 + 2)·2 + 0
  #expect(game.row(1, [0, 1, 2]) == 12 + 5)  // (0·2 + 1)·3 + 2
  #expect(game.rowCount == 18)
  #expect(game.maximumActionCount == 3)
}

@Test func `row and joint action undo each other`() throws {
  for game in [
    try threePlayers(), try corridor(), try ComputeRace().stochasticGame(),
    try PrisonersDilemma().stochasticGame(),
  ] {
    for state in 0..<game.stateCount {
      for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
        let actions = game.jointAction(ofRow: row, at: state)
        #expect(game.row(state, actions) == row)
      }
    }
  }
}

@Test func `a three-player game's tables hold what was written`() throws {
  let game = try threePlayers()
  for state in 0..<2 {
    for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
      let actions = game.jointAction(ofRow: row, at: state)
      for player in 0..<3 {
        #expect(
          game.payoff(player, row: row) == Double(100 * state + 10 * actions[player] + player))
      }
      let next = actions.reduce(0, +) % 2
      #expect(game.probability(row: row, to: next) == 1)
      #expect(game.probability(row: row, to: 1 - next) == 0)
    }
  }
  #expect(game.payoffRange == 122)  // from 0 to 100 + 20 + 2
}

@Test func `a terminal state has one unpaid action that leads to itself`() throws {
  let game = try corridor()
  #expect(game.isTerminal == [false, false, true])
  #expect(game.actionCount(0, at: 2) == 1)
  let row = game.jointOffsets[2]
  #expect(game.payoff(0, row: row) == 0)
  #expect(game.probability(row: row, to: 2) == 1)
}

@Test func `moves to one state add up, and rows within rounding of 1 are normalised`() throws {
  let game = try StochasticGame(actionCounts: [[1], [1]], discounts: [0.5], initial: [1, 0]) {
    state, _, row in
    if state == 0 {
      row.move(to: 1, probability: 0.25)
      row.move(to: 0, probability: 0.5)
      row.move(to: 1, probability: 0.25)
    } else {
      for _ in 0..<3 { row.move(to: 0, probability: 0.333_333_333_4) }
    }
  }
  #expect(game.nextStates == [0, 1, 0])
  #expect(game.probabilities == [0.5, 0.5, 1])
}

@Test(arguments: [
  ("probabilities sum to 0.9", [0.9, 0], 1.0), ("must be in [0, 1]", [1.5, -0.5], 1),
  ("must be in [0, 1]", [.nan, 1], 1), ("must be finite", [1, 0], .infinity),
  ("must be finite", [1, 0], .nan),
])
func `a row that is no law or no payoff is refused where it stands`(
  rule: String, law: [Double], payoff: Double
) {
  let error = #expect(throws: GameError.self) {
    _ = try StochasticGame(
      actionCounts: [[2, 2], [1, 1]], discounts: [0.5, 0.5], initial: [1, 0]
    ) { state, joint, row in
      let broken = state == 0 && joint == [1, 0]
      row.pay(1, broken ? payoff : 0)
      for (next, probability) in (broken ? law : [0.5, 0.5]).enumerated() {
        row.move(to: next, probability: probability)
      }
    }
  }
  #expect(error?.subject == "state 0, joint action [1, 0]")
  #expect(error?.rule.contains(rule) == true)
}

@Test func `moves beyond the last state are refused`() {
  let error = #expect(throws: GameError.self) {
    _ = try StochasticGame(actionCounts: [[1]], discounts: [0.5], initial: [1]) { _, _, row in
      row.move(to: 1, probability: 1)
    }
  }
  #expect(error?.rule == "leads to state 1: states are 0...0")
}

@Test func `numbers are labelled without needless digits`() {
  #expect(compactDecimal(0.6000000000000001) == "0.6")
  #expect(compactDecimal(-1.4000000000000001) == "-1.4")
  #expect(compactDecimal(0) == "0")
  #expect(compactDecimal(-0.0) == "0")
  #expect(compactDecimal(2) == "2")
  #expect(compactDecimal(1.0 / 3) == "0.3333333333")
  #expect(compactDecimal(12345.678) == "12345.678")
}

@Test func `profiles are checked against the game`() throws {
  let game = try corridor()
  var profile = game.uniformProfile
  #expect(throws: Never.self) { try game.validate(profile) }
  #expect(profile[0].law(at: 0) == [0.5, 0.5])
  #expect(profile[0].law(at: 2) == [1])
  profile[0][1, 0] = 0.6
  let error = #expect(throws: GameError.self) { try game.validate(profile) }
  #expect(error?.subject == "policy of player 1 at state 1")
  profile[0].setLaw([1.5, -0.5], at: 1)
  #expect(throws: GameError.self) { try game.validate(profile) }
  profile[0].setLaw([.nan, 1], at: 1)
  #expect(throws: GameError.self) { try game.validate(profile) }
  #expect(throws: GameError.self) { try game.validate(try threePlayers().uniformProfile) }
  #expect(throws: GameError.self) { try game.validate(Profile([])) }
}

@Test func `mirroring a profile twice gives it back`() throws {
  let game = try ComputeRace().stochasticGame()
  var profile = game.uniformProfile
  profile[0].setLaw([0, 0.25, 0.75, 0, 0, 0, 0, 0, 0], at: 3)
  let image = game.mirrored(profile)
  #expect(image[1].law(at: 17) == profile[0].law(at: 3))
  #expect(image != profile)
  #expect(game.mirrored(image) == profile)
}

@Test func `the likeliest action is the lowest of several`() throws {
  let policy = Policy(offsets: [0, 3, 5], probabilities: [0.2, 0.4, 0.4, 0.5, 0.5])
  #expect(policy.mode(at: 0) == 1)
  #expect(policy.mode(at: 1) == 0)
  #expect(policy.laws == [[0.2, 0.4, 0.4], [0.5, 0.5]])
}
