import Configuration
import Environments
import Testing

/// What every form of a game file means, against tables written down by hand.
@Suite struct TableGameFormTests {
  func read(_ text: String) throws -> StochasticGame {
    try TableGame(text: text, source: "game.yaml").stochasticGame()
  }

  @Test func `a two-state game with defaults and special rows`() throws {
    let game = try read(
      """
      players: 2
      discount: 0.9
      states: [rich, poor]
      actions: [rest, work]
      rows:
        - {state: any, payoffs: [0, 0], next: poor}
        - {state: rich, actions: [any, work], payoffs: [2, 1], next: rich}
        - {state: rich, actions: [work, any], payoffs: [1, 2]}
        - {actions: [work, work], next: {rich: 3/4, poor: 1/4}}
      """)
    #expect(game.playerCount == 2 && game.stateCount == 2 && game.rowCount == 8)
    #expect(game.discounts == [0.9, 0.9] && game.initial == [1, 0])
    #expect(game.isTerminal == [false, false] && game.mirror == nil && game.growth == nil)
    #expect(game.stateLabels == [.text("rich"), .text("poor")])
    #expect(
      game.actionLabels == .uniform(Array(repeating: [.text("rest"), .text("work")], count: 2)))
    // rich: (rest, rest), (rest, work), (work, rest), (work, work); then poor. A later row wins.
    #expect(game.payoffs == [0, 0, 2, 1, 1, 2, 1, 2] + [0, 0, 0, 0, 0, 0, 0, 0])
    #expect(game.transitionOffsets == [0, 1, 2, 3, 5, 6, 7, 8, 10])
    #expect(game.nextStates == [1, 0, 1, 0, 1] + [1, 1, 1, 0, 1])
    #expect(game.probabilities == [1, 1, 1, 0.75, 0.25] + [1, 1, 1, 0.75, 0.25])
  }

  @Test func `a matrix game needs neither states nor moves`() throws {
    let game = try read(
      """
      name: Chicken
      players: [row, column]
      discount: 0
      actions: [[swerve, straight], [left, right]]
      matrix:
        - [[0, 0], [-1, 1]]
        - [[1, -1], [-10, -1/3]]
      """)
    #expect(game.stateLabels == [.text("play")])
    #expect(game.payoffs == [0, 0, -1, 1, 1, -1, -10, -1.0 / 3])
    #expect(game.nextStates == [0, 0, 0, 0] && game.probabilities == [1, 1, 1, 1])
    #expect(game.actionLabels.labels(1, at: 0) == [.text("left"), .text("right")])
  }

  @Test func `name, description and players' names are kept`() throws {
    let table = try TableGame(
      text: """
        name: Chicken
        description: >
          Two cars,
          one road.
        players: [row, column]
        discounts: [0, 1/2]
        actions: [a]
        rows: [{payoffs: [1, 2]}]
        """, source: "game.yaml")
    #expect(table.title == "Chicken" && table.explanation == "Two cars, one road.")
    #expect(table.playerNames == [.text("row"), .text("column")])
    #expect(try table.stochasticGame().discounts == [0, 0.5])
    #expect(table.path == "game.yaml")
  }

  @Test func `matrices by state, with rows for the moves`() throws {
    let game = try read(
      """
      players: 2
      discount: 0.5
      states: [a, b]
      actions: {a: [x, y], b: [[u], [v, w, z]]}
      matrix:
        b: [[[1, 2], [3, 4], [5, 6]]]
        a: [[[7, 8], [9, 10]], [[11, 12], [13, 14]]]
      rows:
        - {state: a, next: b}
        - {state: b, next: a}
      """)
    #expect(game.jointOffsets == [0, 4, 7])
    #expect(game.payoffs == [7, 8, 9, 10, 11, 12, 13, 14, 1, 2, 3, 4, 5, 6])
    #expect(game.nextStates == [1, 1, 1, 1, 0, 0, 0])
  }

  @Test func `three players, terminal state, uniform start, discount 1`() throws {
    let game = try read(
      """
      players: 3
      discount: 1
      states: [first, second, over]
      initial: uniform
      terminal: over
      actions: [[a, b], [c], [d, e, f]]
      rows:
        - {state: first, actions: [any, c, any], payoffs: [1, 2, 3], next: second}
        - {state: first, actions: [b, c, e], payoffs: [4, 5, 6], next: {over: 0.5, second: 0.5}}
        - {state: second, payoffs: [0, 0, 0], next: over}
      """)
    #expect(game.jointOffsets == [0, 6, 12, 13] && game.initial == [0.5, 0.5, 0])
    #expect(game.isTerminal == [false, false, true] && game.discounts == [1, 1, 1])
    // (b, c, e) is 1·3 + 0·3 + 1 = row 4.
    for row in 0..<6 {
      let expected: [Double] = row == 4 ? [4, 5, 6] : [1, 2, 3]
      #expect((0..<3).map { game.payoff($0, row: row) } == expected)
      #expect(game.probability(row: row, to: 1) == (row == 4 ? 0.5 : 1))
    }
    #expect(Array(game.actionCounts[6...]) == [1, 1, 1] && game.probability(row: 12, to: 2) == 1)
    #expect(Array(game.payoffs[36...]) == [0, 0, 0])
    #expect(game.actionLabels.labels(2, at: 2) == [.text("end")])
  }

  @Test func `actions that differ by state are matched by name where they are open`() throws {
    let game = try read(
      """
      players: 1
      discount: 0.5
      states: [shop, home, street]
      actions:
        any: [wait, leave]
        home: [leave, sleep, wait]
      rows:
        - {payoffs: 0, next: home}
        - {actions: wait, payoffs: 1}
        - {actions: [sleep], payoffs: [3], next: {street: 1/3, shop: 2/3}}
      """)
    #expect(game.jointOffsets == [0, 2, 5, 7])
    #expect(game.payoffs == [1, 0, 0, 3, 1, 1, 0])
    #expect(
      game.probability(row: 3, to: 0) == 2.0 / 3 && game.probability(row: 3, to: 2) == 1.0 / 3)
    #expect(game.actionLabels.labels(0, at: 2) == [.text("wait"), .text("leave")])
  }

  @Test func `numbers and quoted words as names, mirror, growth, partial start`() throws {
    let game = try read(
      """
      players: 2
      discount: 0.9
      states: [-0.5, 0, 5e-1]
      initial: {0.50: 1/4, -0.5: 3/4}
      actions: [0, "1"]
      mirror: {-0.5: 0.5}
      rows:
        - {state: -0.5, payoffs: [1, 2], next: 0.5, growth: 1.05}
        - {state: 0.50, payoffs: [2, 1], next: -0.5, growth: 1.05}
        - {state: 0.0, payoffs: [1_000, 1e3], next: {-0.5: 0.5, 0.5: 0.5}}
        - {state: 0, actions: [1, "1"], payoffs: [2, 2]}
      """)
    #expect(game.stateLabels == [.number(-0.5), .number(0), .number(0.5)])
    #expect(game.actionLabels.labels(0, at: 0) == [.number(0), .text("1")])
    #expect(game.initial == [0.75, 0, 0.25] && game.mirror == [2, 1, 0])
    #expect(game.growth == [1.05, 1.05, 1.05, 1.05, 1, 1, 1, 1, 1.05, 1.05, 1.05, 1.05])
    #expect(game.continuations[0] == 1.05)
    #expect(Array(game.payoffs[8..<16]) == [1000, 1000, 1000, 1000, 1000, 1000, 2, 2])
    #expect(Array(game.payoffs[16...]) == [2, 1, 2, 1, 2, 1, 2, 1])
    let identity =
      "players: 2\ndiscount: 0\nactions: [a]\nmirror: identity\nrows: [{payoffs: [1, 1]}]"
    #expect(try read(identity).mirror == [0])
  }

  @Test func `an action may be called no, and a byte order mark and CRLF do no harm`() throws {
    let text = "players: 1\r\ndiscount: 0\r\nactions: [yes, no]\r\nrows: [{payoffs: 2}]\r\n"
    #expect(try read(text).actionLabels == .uniform([[.text("yes"), .text("no")]]))
  }

  /// 0.333333333 three times is within 1e-9 of 1, and is divided by its sum; what is exact stays.
  @Test func `probabilities nearly summing to 1 are divided by their sum, mirrors staying so`()
    throws
  {
    let game = try read(
      """
      players: 2
      discount: 0.9
      states: [l, m, r]
      actions: [a]
      mirror: {l: r}
      rows:
        - {state: l, payoffs: [1, 2], next: {l: 0.2, m: 0.3, r: 0.4999999995}}
        - {state: m, payoffs: [0, 0], next: {l: 0.333333333, m: 0.333333333, r: 0.333333333}}
        - {state: r, payoffs: [2, 1], next: {r: 0.2, m: 0.3, l: 0.4999999995}}
      """)
    #expect(game.violations().isEmpty)
    #expect(abs(game.probabilities[3] - 1.0 / 3) <= (1.0 / 3).ulp)
    #expect(abs(game.probabilities[2] - 0.4999999995 / 0.9999999995) <= 0.5.ulp)
  }
}
