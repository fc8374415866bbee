import Configuration
import Environments
import Testing

/// What is said about everything that can be wrong in a game file, word for word.
@Suite struct TableGameErrorTests {
  /// A sound game; every case replaces one of its lines.
  static let sound = [
    "players: [ann, bob]",
    "discount: 0.9",
    "states: [rich, poor, closed]",
    "terminal: [closed]",
    "actions: [rest, work]",
    "rows:",
    "  - {state: any, payoffs: [0, 0], next: poor}",
    "  - {state: rich, actions: [rest, work], payoffs: [1, 2], next: {rich: 1/4, poor: 3/4}}",
  ]

  struct Case: Sendable, CustomTestStringConvertible {
    let line: Int
    let text: String
    let message: String
    init(_ line: Int, _ text: String, _ message: String) {
      (self.line, self.text, self.message) = (line, text, message)
    }
    var testDescription: String { text }
  }

  func failure(_ text: String) -> String {
    do {
      _ = try TableGame(text: text, source: "my.yaml")
      return "no error"
    } catch { return "\(error)" }
  }

  @Test func `the game that the cases start from is sound`() {
    #expect(failure(Self.sound.joined(separator: "\n")) == "no error")
  }

  @Test(arguments: headerCases + rowCases)
  func `one line wrong`(item: Case) {
    var lines = Self.sound
    lines[item.line - 1] = item.text
    #expect(failure(lines.joined(separator: "\n")) == "my.yaml:\(item.message)")
  }

  static let headerCases = [
    Case(1, "player: 2", "1:1: player: unknown key; did you mean players?"),
    Case(
      1, "", "2:1: players: is missing; it must be a number of players or a list of their names"),
    Case(
      1, "players: 0",
      "1:10: players = 0: must be a whole number from 1 to 1000, or a list of names"),
    Case(
      1, "players: 1000000000000",
      "1:10: players = 1000000000000: must be a whole number from 1 to 1000, or a list of names"),
    Case(1, "players: []", "1:10: players = []: a game needs at least one player"),
    Case(
      1, "players: [ann, ann]",
      "1:16: players = ann: names a player twice; number 1 in the list is the same"),
    Case(2, "", "1:1: discount: is missing; it must be a number in [0, 1]"),
    Case(2, "discount: 1.5", "2:11: discount = 1.5: must be a number in [0, 1]"),
    Case(
      2, "discount: nan",
      "2:11: discount = nan: must be a finite number, or a fraction such as 1/3"),
    Case(
      2, "discount: 1",
      "2:11: discount = 1: is allowed only where every play ends, and at state rich it can go on "
        + "for ever; take a discount below 1"),
    Case(
      2, "discount: [0.9, 0.9]",
      "2:11: discount = [0.9, 0.9]: must be one number; a list of one per player is written "
        + "discounts"),
    Case(2, "discounts: [0.9]", "2:12: discounts = [0.9]: must list one number per player: 2"),
    Case(2, "discounts: [0.9, -1]", "2:18: discounts = -1: must be a number in [0, 1]"),
    Case(
      2, "discount: 0.9\ndiscounts: [0.9, 0.8]",
      "3:1: discounts: discount is written too; keep one of them"),
    Case(
      2, "discount: 0.9\ndiscount: 0.8", "2:1: discount: appears twice in one mapping; keep one"),
    Case(
      3, "states: rich",
      "3:9: states = rich: must be a list of one or more names, such as [low, high]"),
    Case(
      3, "states: [rich, poor, rich, closed]",
      "3:22: states = rich: names a state twice; number 1 in the list is the same"),
    Case(
      3, "states: [1, rich, poor, closed, 1.0]",
      "3:33: states = 1.0: names a state twice; number 1 in the list is the same"),
    Case(
      3, "states: [rich, poor, closed, any]",
      "3:30: states = any: is a word of the format and cannot name a state; choose another"),
    Case(
      3, "states: [rich, [poor], closed]",
      "3:16: states = [poor]: must be the name of a state: a word or a number"),
    Case(
      3, "states: [rich, \"\", closed]",
      "3:16: states = (empty): must be the name of a state: a word or a number"),
    Case(4, "terminal: [close]", "4:12: terminal = close: unknown state; did you mean closed?"),
    Case(4, "terminal: [closed, closed]", "4:20: terminal = closed: is listed twice; keep one"),
    Case(
      4, "terminal: [rich, poor, closed]",
      "4:11: terminal = [rich, poor, closed]: leaves no state in which to play"),
    Case(4, "initial: open", "4:10: initial = open: unknown state; known: rich, poor, closed"),
    Case(
      4, "initial: {rich: 0.5, poor: 0.4}",
      "4:10: initial = {rich: 0.5, poor: 0.4}: probabilities sum to 0.9; they must sum to 1"),
    Case(
      4, "initial: [rich]",
      "4:10: initial = [rich]: must be a state, or a mapping such as {rich: 1}"
    ),
    Case(
      5, "",
      "1:1: actions: is missing; it must be a list of actions for everybody, or one list per "
        + "player"),
    Case(
      5, "actions: 2",
      "5:10: actions = 2: must be a list of actions for everybody, or one list per player"),
    Case(
      5, "actions: [[rest, work]]",
      "5:10: actions = [[rest, work]]: must be one list per player: 2, not 1"),
    Case(5, "actions: [[rest], []]", "5:19: actions = []: player bob needs at least one action"),
    Case(
      5, "actions: [rest, work, rest]",
      "5:23: actions = rest: names an action twice; number 1 in the list is the same"),
    Case(
      5, "actions: {rich: [rest, work]}",
      "5:10: actions = {rich: [rest, work]}: none given for state poor; add it, or any as a default"
    ),
    Case(
      5, "actions: {any: [rest, work], porr: [rest]}",
      "5:30: actions.porr: unknown state; did you mean poor?"),
    Case(
      5, "actions: {any: [rest, work], closed: [rest, work]}",
      "5:38: actions.closed = [rest, work]: closed is terminal: nobody has a choice there; remove it"
    ),
    Case(
      4, "mirror: {rich: poor, poor: closed}",
      "4:28: mirror.poor = closed: the map must undo itself: if a is the mirror of b, b is that of a "
        + "alone"),
    Case(
      4, "mirror: same",
      "4:9: mirror = same: must be identity, or a mapping between states such as {left: right}"),
    Case(4, "mirror: {rich: por}", "4:16: mirror.rich = por: unknown state; did you mean poor?"),
    Case(4, "name: [a]", "4:7: name = [a]: must be a text"),
    Case(4, "name: [", "6:1: not valid YAML: did not find expected ',' or ']'"),
  ]

  static let rowCases = [
    Case(
      6, "rowz:", "6:1: rowz: unknown key; did you mean rows?"),
    Case(
      8, "  - {state: rihc, next: poor}",
      "8:13: rows.state = rihc: unknown state; did you mean rich?"),
    Case(
      8, "  - {state: closed, next: poor}",
      "8:13: rows.state = closed: is terminal, so it pays nothing and play stays there; remove the "
        + "row, or take the state out of terminal"),
    Case(
      8, "  - {stat: rich, next: poor}", "8:6: rows.stat: unknown key; did you mean state?"),
    Case(
      8, "  - {state: rich, actions: [rest, wrok], next: poor}",
      "8:35: rows.actions = wrok: unknown action of player bob at state rich; did you mean work?"),
    Case(
      8, "  - {actions: [sleep, any], next: poor}",
      "8:16: rows.actions = sleep: unknown action of player ann; known: rest, work"),
    Case(
      8, "  - {state: rich, actions: [rest], next: poor}",
      "8:28: rows.actions = [rest]: must list one action per player: 2; any stands for each"),
    Case(
      8, "  - {state: rich, payoffs: [1], next: poor}",
      "8:28: rows.payoffs = [1]: must list one payoff per player: 2"),
    Case(
      8, "  - {state: rich, payoffs: [1, inf]}",
      "8:32: rows.payoffs = inf: must be a finite number, or a fraction such as 1/3"),
    Case(
      8, "  - {state: rich, payoffs: [1, 1e999]}",
      "8:32: rows.payoffs = 1e999: must be a finite number, or a fraction such as 1/3"),
    Case(
      8, "  - {state: rich, payoffs: [1, 1/0]}",
      "8:32: rows.payoffs = 1/0: must be a finite number, or a fraction such as 1/3"),
    Case(
      8, "  - {state: rich, payoffs: [1, \"2\"]}",
      "8:32: rows.payoffs = 2: must be a finite number, or a fraction such as 1/3"),
    Case(
      8, "  - {state: rich, actions: [rest, work], next: {rich: 0.3, poor: 0.6}}",
      "8:48: rows.next = {rich: 0.3, poor: 0.6}: probabilities sum to 0.8999999999999999; they must "
        + "sum to 1"),
    Case(
      8, "  - {state: rich, next: {rich: 1.5, poor: -0.5}}",
      "8:32: rows.next.rich = 1.5: must be a number in [0, 1]"),
    Case(
      8, "  - {state: rich, next: {rich: 1, prime: 0}}",
      "8:35: rows.next.prime: unknown state; known: rich, poor, closed"),
    Case(
      8, "  - {state: rich, next: prime}",
      "8:25: rows.next = prime: unknown state; known: rich, poor, closed"),
    Case(
      8, "  - {state: rich, next: {rich: 1/2, rich: 1/2}}",
      "8:26: rich: appears twice in one mapping; keep one"),
    Case(
      8, "  - {state: rich, next: {rich: 0.5, \"rich\": 0.5}}",
      "8:26: rich: appears twice in one mapping; keep one"),
    Case(
      8, "  - {state: rich, growth: -1}",
      "8:27: rows.growth = -1: must be a number of at least 0"),
    Case(
      8, "  - {state: rich, actions: [rest, work], growth: 1.2}",
      "2:11: discount = 0.9: state rich, actions (rest, work): discount x growth = 1.08 must stay "
        + "below 1; lower one of them"),
    Case(
      8, "  - {state: rich}",
      "8:5: rows = {state: rich}: decides nothing; give it payoffs, next or growth"),
    Case(
      8, "  - rich",
      "8:5: rows = rich: must be a mapping such as {state: s, actions: [a, b], payoffs: [1, 2], "
        + "next: t}"),
    Case(
      7, "  - {state: rich, payoffs: [0, 0], next: poor}",
      "6:1: rows: state poor, actions (rest, rest): no payoffs given; add a row, or a default with "
        + "any (and 3 more)"),
    Case(
      7, "  - {payoffs: [0, 0]}",
      "6:1: rows: state rich, actions (rest, rest): no next state given; add a row, or a default "
        + "with any (and 6 more)"),
    Case(
      7, "  - {state: rich, actions: [rest, work], payoffs: [3, 3], next: rich}",
      "8:5: rows.payoffs: state rich, actions (rest, work): given already in line 7; keep one"),
    Case(
      8, "  - {payoffs: [1, 1]}",
      "7:5: rows.payoffs: has no effect: later rows, such as that in line 8, decide all it covers; "
        + "put general rows above special ones"),
    Case(
      6, "matrix: {closed: [[[1, 2]]]}\nrows:",
      "6:10: matrix.closed: is terminal, so it pays nothing; remove the matrix"),
    Case(
      6, "matrix: {rich: [[[1, 2]]]}\nrows:",
      "6:16: matrix.rich = [[[1, 2]]]: must have one line per action of player ann: 2"),
    Case(
      6, "matrix: {rich: [[[1, 2]], [[1, 2]]]}\nrows:",
      "6:17: matrix.rich = [[1, 2]]: must have one payoff pair per action of player bob: 2"),
    Case(
      6, "matrix: {rich: [[[1, 2], 3], [[1, 2], [0, 0]]]}\nrows:",
      "6:26: matrix.rich = 3: must list one payoff per player: 2"),
    Case(
      6, "matrix: {rich: [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]}\nrows:",
      "6:18: rows.payoffs: has no effect: later rows, such as that in line 8, decide all it covers; "
        + "put general rows above special ones"),
    Case(
      6, "matrix: [[[1, 2]]]\nrows:",
      "6:9: matrix = [[[1, 2]]]: must be a mapping from states to matrices of payoff pairs"),
    Case(
      4, "terminal: closed\nmirror: identity",
      "9:5: mirror: state rich, actions (rest, work) and its mirror image, state rich, actions "
        + "(work, rest), differ in payoffs: (1, 2) against (0, 0)"),
    Case(
      4, "terminal: closed\nmirror: {rich: closed}",
      "5:9: mirror: state rich with 2 x 2 joint actions cannot mirror state closed with 1 x 1"),
  ]

  @Test func `actions that no state has together`() {
    #expect(
      failure(
        """
        players: 2
        discount: 0
        states: [a, b]
        actions: {a: [[x], [u]], b: [[y], [v]]}
        rows:
          - {payoffs: [0, 0], next: a}
          - {actions: [x, v], payoffs: [1, 1]}
        """)
        == "my.yaml:7:5: rows.actions = [x, v]: there is no state in which these actions are open "
        + "together")
  }

  @Test func `a mirror that transitions or growth break`() {
    let text = """
      players: 2
      discount: 0.9
      states: [l, r]
      actions: [a]
      mirror: {l: r}
      rows:
        - {payoffs: [0, 0], next: {l: 1/4, r: 3/4}}
      """
    #expect(
      failure(text)
        == "my.yaml:7:5: mirror: state l, actions (a, a) and its mirror image, state r, actions "
        + "(a, a), differ in the probability of state l: 0.25 against 0.75")
    let grown = text.replacing("1/4", with: "1/2").replacing("3/4", with: "1/2")
    #expect(failure(grown) == "no error")
    #expect(
      failure(grown + "\n  - {state: l, growth: 1.05}")
        == "my.yaml:7:5: mirror: state l, actions (a, a) and its mirror image, state r, actions "
        + "(a, a), differ in growth")
    #expect(
      failure(grown.replacing("players: 2", with: "players: 3"))
        == "my.yaml:5:9: mirror = {l: r}: is for two players with one discount factor; remove it")
  }

  @Test func `games without rows, or with a matrix for three`() {
    let start = "players: 3\ndiscount: 0\nactions: [a]\n"
    #expect(
      failure(start)
        == "my.yaml:1:1: rows: is missing; it must be a list of rows, or the name of a CSV file")
    #expect(
      failure(start + "rows:")
        == "my.yaml:4:6: rows = (empty): must be a list of rows, or the name of a CSV file")
    #expect(
      failure(start + "matrix: []")
        == "my.yaml:4:9: matrix = []: is for two players, and here are 3; write rows instead")
    #expect(
      failure(start + "matrix: []\nrows: a.csv")
        == "my.yaml:4:9: matrix = []: cannot be joined with rows as CSV; keep one of them")
  }

  @Test func `documents that are no mapping`() {
    #expect(failure("") == "my.yaml: the file is empty; see configs/ for examples to start from")
    #expect(
      failure("- a") == "my.yaml:1:1: must be a mapping of keys to values, such as `seed: 1`")
  }

  /// Refused before a table of 8 · 10^18 joint actions, or of 10^60, is made.
  @Test func `tables too large are refused before anything is allocated`() {
    let actions = "[" + (0..<100).map(String.init).joined(separator: ", ") + "]"
    for players in [4, 30, 1000] {
      let message = failure("players: \(players)\ndiscount: 0\nactions: \(actions)\nrows: []")
      #expect(message.hasPrefix("my.yaml:3:10: actions = [0, 1, 2, "))
      #expect(
        message.hasSuffix(
          "...: more than 50000000 payoffs (joint actions x players, over all states); use fewer "
            + "actions, states or players, or write the game in Swift"))
    }
  }

  /// A thousand brackets are as deep as YAML is read; the aliases stand for 10^13 words.
  @Test func `hostile documents are refused without a crash`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(failure("players: \(deep)").hasPrefix("my.yaml:1:"))
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      bomb += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(failure(bomb).hasSuffix(": aliases stand for too many values; write them out"))
  }
}
