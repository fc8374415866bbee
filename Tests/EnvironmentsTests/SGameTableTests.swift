import Configuration
import Testing

@testable import Environments

/// The table form of sgamesolver.
@Suite struct SGameTableTests {
  /// By hand: two states, the second with a single joint action that ends play in half the cases.
  static let dense = """
    state,a_ann,a_bob,u_ann,u_bob,phi_low,phi_0.5
    delta,,,0.9,0.8,,
    low,rest,go,1,-2,0.25,0.75
    low,work,go,0.1,3,0,1
    0.5,1,2,5,6,0.5,0
    """
  static let sparse = """
    state,to_state,u_bob,a_ann,a_bob,u_ann
    low,"{low: 0.25, ""0.5"": 0.75}",-2,rest,go,1
    0.5,low:0.5,6,1,2,5
    low,0.5,3,work,go,0.1
    delta,whatever,0.8,,,0.9
    """

  func read(_ text: String) throws -> StochasticGame {
    try TableGame(text: text, source: "t.csv").stochasticGame()
  }

  @Test(arguments: [dense, sparse]) func `both forms, read by hand`(text: String) throws {
    let table = try TableGame(text: text, source: "T.CSV")
    #expect(table.playerNames == [.text("ann"), .text("bob")])
    let game = try table.stochasticGame()
    #expect(game.violations().isEmpty)
    #expect(game.stateLabels == [.text("low"), .number(0.5), .text("end")])
    #expect(game.isTerminal == [false, false, true])
    #expect(game.discounts == [0.9, 0.8] && game.initial == [1, 0, 0])
    #expect(game.actionLabels.labels(0, at: 0) == [.text("rest"), .text("work")])
    #expect(game.actionLabels.labels(1, at: 1) == [.number(2)])
    #expect(game.payoffs == [1, -2, 0.1, 3, 5, 6, 0, 0])
    let moves = (0..<3).map { row in (0..<3).map { game.probability(row: row, to: $0) } }
    #expect(moves == [[0.25, 0.75, 0], [0, 1, 0], [0.5, 0, 0.5]])
  }

  @Test func `the table of a game, word for word`() throws {
    let game = try StochasticGame(
      actionCounts: [[2], [1]], discounts: [0.5], initial: [1, 0], terminal: [1],
      stateLabels: [.text("delta"), .text("over")],
      actionLabels: .byState([[[.text("a,b"), .text("stay")]], [[.text("end")]]])
    ) { _, joint, row in
      row.pay(0, 1.0 / 3)
      row.move(to: 1, probability: joint[0] == 0 ? 0.75 : 0)
      row.move(to: 0, probability: joint[0] == 0 ? 0.25 : 1)
    }
    #expect(
      try game.sgameTable() == """
        state,a_1,u_1,phi_delta_2
        delta,,0.5,
        delta_2,"a,b",0.3333333333333333,0.25
        delta_2,stay,0.3333333333333333,1

        """)
    #expect(
      try game.sgameTable(isDense: false) == """
        state,a_1,u_1,to_state
        delta,,0.5,
        delta_2,"a,b",0.3333333333333333,"{delta_2: 0.25}"
        delta_2,stay,0.3333333333333333,"{delta_2: 1}"

        """)
  }

  @Test(arguments: [true, false])
  func `games without an end, there and back to the last bit`(isDense: Bool) throws {
    let games = [
      try threePlayers(), try PrisonersDilemma().stochasticGame(),
      try race(["grid": 5, "actions": 3]).stochasticGame(),
    ]
    for game in games {
      let copy = try read(game.sgameTable(isDense: isDense))
      #expect(copy.violations().isEmpty)
      #expect(copy.actionCounts == game.actionCounts && copy.discounts == game.discounts)
      #expect(copy.payoffs.map(\.bitPattern) == game.payoffs.map(\.bitPattern))
      #expect(copy.transitionOffsets == game.transitionOffsets)
      #expect(copy.nextStates == game.nextStates)
      #expect(copy.probabilities.map(\.bitPattern) == game.probabilities.map(\.bitPattern))
      #expect(copy.stateLabels.map(\.description) == game.stateLabels.map(\.description))
      #expect(copy.stateLabels.count == game.stateCount)
    }
  }

  /// Terminal states have no lines; what leads there is what is missing from 1.
  @Test(arguments: [true, false]) func `a game that ends`(isDense: Bool) throws {
    let game = try corridor()
    let copy = try read(game.sgameTable(isDense: isDense))
    #expect(copy.stateLabels == [.number(0), .number(1), .text("end")])
    #expect(copy.isTerminal == [false, false, true] && copy.payoffs == game.payoffs)
    // Halves and quarters: exact.
    #expect(copy.probabilities == game.probabilities && copy.nextStates == game.nextStates)
  }

  @Test func `names that the column to_state cannot hold are changed there`() throws {
    let game = try StochasticGame(
      actionCounts: [[1], [1]], discounts: [0], initial: [1, 0],
      stateLabels: [.text("a:b"), .text("a,b")]
    ) { _, _, row in row.move(to: 1, probability: 1) }
    #expect(try read(game.sgameTable()).stateLabels == [.text("a:b"), .text("a,b")])
    #expect(
      try read(game.sgameTable(isDense: false)).stateLabels == [.text("a_b"), .text("a_b_2")])
  }

  @Test func `growth has no place in the table`() throws {
    let game = try race(["kappa": 0.01, "base": 0.3, "grid": 5, "actions": 3]).stochasticGame()
    let error = #expect(throws: GameError.self) { try game.sgameTable() }
    #expect(error?.subject == "growth")
  }

  @Test(arguments: [
    ("", "t.csv: there is nothing in it"),
    ("state,u_1\n", "t.csv:1:1: no column a_<player>"),
    ("state,a_1,u_1,fi_x\n", "t.csv:1:15: columns = fi_x: unknown column"),
    ("state,a_1,a_1,u_1,to_state\n", "columns = a_1: appears twice"),
    ("state,a_1,u_1,u_2,to_state\n", "columns = u_2: there is no column a_2"),
    ("state,a_1,a_2,u_1,to_state\n", "u_2: the column is missing"),
    ("a_1,u_1,to_state\n", "state: the column is missing"),
    ("state,a_1,u_1\n", "where play goes is missing"),
    ("state,a_1,u_1,to_state,phi_x\n", "both say where play goes"),
    ("state,a_1,u_1,to_state\nx,go,1,x\n", "has no line of discount factors"),
    ("state,a_1,u_1,to_state\ndelta,,0.5,\n", "has no line of a state and joint action"),
    ("state,a_1,u_1,to_state\ndelta,,1.5,\n", "t.csv:2:8: u_1 = 1.5: must be a number in [0, 1]"),
    (
      "state,a_1,u_1,to_state\ndelta,,0,\ndelta,,0,\n", "t.csv:3:1: state = delta: stands in line 2"
    ),
    ("state,a_1,u_1,to_state\nx,go,1\n", "t.csv:2:1: has 3 fields"),
    ("state,a_1,u_1,to_state\nx,go,nan,x\n", "u_1 = nan: must be a finite number"),
    ("state,a_1,u_1,to_state\n,go,1,x\n", "state = (empty): must be a name"),
    ("state,a_1,u_1,to_state\nx,go,1,x:2\n", "to_state = x:2: must be a state, or states"),
    (
      "state,a_1,u_1,to_state\ndelta,,0,\nx,go,1,y\n",
      "t.csv:3:1: to_state: leads to a state without a line of its own"
    ),
    (
      "state,a_1,u_1,to_state\ndelta,,0,\nx,go,1,\"x:0.5,x:0.5\"\n", "to_state: names x twice"
    ),
    (
      "state,a_1,u_1,phi_x,phi_y\ndelta,,0,,\nx,go,1,1,1\ny,go,1,0,1\n",
      "t.csv:3:1: phi: probabilities sum to 2"
    ),
    (
      "state,a_1,u_1,phi_y\ndelta,,0,\nx,go,1,1\n", "columns: the state x has no column phi_x"
    ),
    (
      "state,a_1,u_1,phi_x,phi_y\ndelta,,0,,\nx,go,1,1,0\n", "there is no line of a state y"
    ),
    (
      "state,a_1,u_1,phi_x\ndelta,,0,\nx,go,1,1\nx,go,2,1\n",
      "t.csv:4:1: state x, actions (go): given already in line 3"
    ),
    (
      "state,a_1,a_2,u_1,u_2,to_state\ndelta,,,0,0,\nx,a,c,1,1,x\nx,b,d,1,1,x\nx,b,c,1,1,x\ny,a,c,1,1,y\n",
      "state x, actions (a, d): no line; every joint action needs one"
    ),
    (
      "state,a_1,a_2,u_1,u_2,phi_x\ndelta,,,0,0,\nx,a,c,1,1,1\nx,b,d,1,1,1\n",
      "state x: 2 x 2 joint actions, but the whole table has 2 lines"
    ),
    (
      "state,a_1,u_1,phi_x\ndelta,,1,\nx,go,1,1\n",
      "t.csv:2:1: discount of player 0: 1 is allowed only where every play reaches"
    ),
  ])
  func `what is wrong is said where it stands`(text: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) { try read(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
