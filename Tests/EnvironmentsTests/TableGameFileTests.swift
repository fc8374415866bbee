import Configuration
import Environments
import Foundation
import Testing

/// Games in files: where they are looked for, rows in CSV, and files that cannot be read.
@Suite final class TableGameFileTests {
  let folder: String

  init() throws {
    folder = NSTemporaryDirectory() + "table-game-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: folder + "/games", withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Reads a file and shortens the folder's name in what is said about it.
  func failure(_ path: String) -> String {
    do {
      _ = try TableGame(path: "\(folder)/\(path)")
      return "no error"
    } catch { return "\(error)".replacing(folder, with: "~") }
  }

  static let game = """
    players: [ann, bob]
    discount: 0.9
    states: [rich, poor, closed]
    terminal: closed
    actions: {any: [rest, work], poor: [[work], [work]]}
    rows: rows.csv
    """
  static let table = [
    "state,action_ann,action_bob,payoff_1,payoff_2,next,probability",
    "rich,rest,rest,1,2,poor,1",
    "rich,rest,work,3,4,poor,1/4",
    "rich,rest,work,3,4,rich,3/4",
    "rich,work,rest,5,6,rich,1",
    "rich,work,work,-1e-3,1/3,closed,1",
    "poor,work,work,9,10,rich,1",
  ]

  @Test func `rows from a CSV file beside the game`() throws {
    try write("games/game.yaml", Self.game)
    try write("games/rows.csv", Self.table.joined(separator: "\n"))
    let game = try TableGame(path: folder + "/games/game.yaml").stochasticGame()
    #expect(game.jointOffsets == [0, 4, 5, 6])
    #expect(game.payoffs == [1, 2, 3, 4, 5, 6, -1e-3, 1.0 / 3, 9, 10, 0, 0])
    #expect(game.nextStates == [1, 0, 1, 0, 2, 0, 2])
    #expect(game.probabilities == [1, 0.75, 0.25, 1, 1, 1, 1])
    #expect(game.violations().isEmpty)
  }

  @Test func `columns in any order, quotes, blanks, CRLF, lines in any order, no probability`()
    throws
  {
    try write("game.yaml", Self.game + "\nmirror: {}\n")
    try write(
      "rows.csv",
      "\u{FEFF}next, payoff_bob ,payoff_ann,growth,\"state\",action_2,action_1\r\n"
        + "rich,10,10,1.05,poor,work,work\r\n\r\n"
        + "poor,1,1,1,rich,rest,rest\r\npoor,4,3,1,rich,work,rest\r\n"
        + " rich ,3,4,1,rich,\"rest\",work\r\nclosed,2,2,1,rich,work,work")
    // States rest and work differ in where they lead, so the mirror {} must be refused.
    #expect(
      failure("game.yaml")
        == "~/rows.csv:5:1: mirror: state rich, actions (rest, work) and its mirror image, state "
        + "rich, actions (work, rest), differ in the probability of state poor: 1 against 0")
    try write("game.yaml", Self.game)
    let game = try TableGame(path: folder + "/game.yaml").stochasticGame()
    #expect(game.payoffs == [1, 1, 3, 4, 4, 3, 2, 2, 10, 10, 0, 0])
    #expect(game.growth == [1, 1, 1, 1, 1.05, 1] && game.nextStates == [1, 1, 0, 2, 0, 2])
  }

  @Test func `rows as CSV inside the game's file, wherever they stand`() throws {
    let inside = "rows: |   # as CSV\n" + Self.table.map { "    \($0)\n" }.joined()
    let head = Self.game.replacing("rows: rows.csv", with: "")
    try write("rows.csv", Self.table.joined(separator: "\n"))
    try write("game.yaml", Self.game)
    let game = try TableGame(path: folder + "/game.yaml").stochasticGame()
    for text in [
      head + inside, inside + head, (inside + "\n" + head).replacing("\n", with: "\r\n"),
    ] {
      let other = try TableGame(text: text, source: "my.yaml").stochasticGame()
      #expect(other.payoffs == game.payoffs && other.nextStates == game.nextStates)
      #expect(other.probabilities == game.probabilities)
    }
  }

  /// The game's head has 6 lines here, `rows: |` stands in line 6 and the columns in line 7.
  @Test(arguments: [
    (
      "poor,work,work,9,10,rich,1", "poor,work,wrok,9,10,rich,1",
      "13:13: action_2 = wrok: unknown "
        + "action of player bob at state poor; did you mean work?"
    ),
    (
      "poor,work,work,9,10,rich,1", "",
      "6:1: rows: state poor, actions (work, work): no line; every "
        + "joint action needs one"
    ),
    ("state,", "", "7:3: state: the column is missing"),
    (
      "poor,work,work,9,10,rich,1", "poor,work,work,9,10,rich,1\nnaem: x",
      "14:1: naem: unknown key; "
        + "did you mean name?"
    ),
    (
      "poor,work,work,9,10,rich,1", "poor,work,work,9,10,rich,1\nmatrix: []",
      "14:9: matrix = []: "
        + "cannot be joined with rows as CSV; keep one of them"
    ),
    (
      "poor,work,work,9,10,rich,1", "poor,work,work,9,10,rich,1\nrows: []",
      "6:1: rows: appears twice "
        + "in one mapping; keep one"
    ),
  ])
  func `what is wrong in CSV inside the game's file`(old: String, new: String, message: String)
    throws
  {
    let lines = Self.table.map { "  \($0)\n" }.joined().replacing(old, with: new)
    try write("my.yaml", Self.game.replacing("rows.csv", with: "|\n") + lines)
    #expect(failure("my.yaml") == "~/my.yaml:\(message)")
  }

  @Test func `one state needs neither state nor next, and names may hold commas and quotes`() throws
  {
    try write(
      "game.yaml",
      "players: 1\ndiscount: 0.5\nactions: [\"a, \\\"b\\\"\", \"c\\nd\"]\nrows: rows.csv")
    try write("rows.csv", "action_1,payoff_1\n\"c\nd\",2\n\"a, \"\"b\"\"\",1\n")
    let game = try TableGame(path: folder + "/game.yaml").stochasticGame()
    #expect(game.payoffs == [1, 2] && game.nextStates == [0, 0])
  }

  @Test(arguments: tableCases)
  func `one line of the CSV file wrong`(item: TableGameErrorTests.Case) throws {
    var lines = Self.table
    lines[item.line - 1] = item.text
    try write("game.yaml", Self.game)
    try write("rows.csv", lines.joined(separator: "\n"))
    #expect(failure("game.yaml") == "~/rows.csv\(item.message)")
  }

  static let tableCases: [TableGameErrorTests.Case] = [
    .init(
      1, "state,action_1,action_2,payoff_1,payof_2,next,probability",
      ":1:34: columns = payof_2: unknown column; did you mean payoff_2?"),
    .init(
      1, "state;action_1;action_2;payoff_1;payoff_2;next",
      ":1:1: columns = state;action_1;action_2;payoff_1;payoff_2;next: unknown column; columns are "
        + "separated by commas and called state, action_1, payoff_1, next, probability, growth"),
    .init(
      1, "state,action_1,action_ann,payoff_1,payoff_2,next",
      ":1:16: columns = action_ann: appears twice"),
    .init(
      1, "state,action_1,payoff_1,payoff_2,next,probability",
      ":1:1: action_2: the column is missing"
    ),
    .init(2, "rich,rest,rest,1,2,poor", ":2:1: has 6 fields; the first line names 7 columns"),
    .init(2, "rihc,rest,rest,1,2,poor,1", ":2:1: state = rihc: unknown state; did you mean rich?"),
    .init(
      2, "closed,rest,rest,1,2,poor,1",
      ":2:1: state = closed: is terminal, so it pays nothing and play stays there; remove the line"),
    .init(
      2, "rich,rest,,1,2,poor,1",
      ":2:11: action_2 = (empty): unknown action of player bob at state rich; known: rest, work"),
    .init(
      7, "poor,rest,work,9,10,rich,1",
      ":7:6: action_1 = rest: unknown action of player ann at state poor; known: work"),
    .init(2, "rich,rest,rest,1,2,por,1", ":2:20: next = por: unknown state; did you mean poor?"),
    .init(
      2, "rich,rest,rest,1,NaN,poor,1",
      ":2:18: payoff_2 = NaN: must be a finite number, or a fraction such as 1/3"),
    .init(
      2, "rich,rest,rest,1,2,poor,1.1", ":2:25: probability = 1.1: must be a number in [0, 1]"),
    .init(
      4, "rich,rest,work,3,5,rich,3/4",
      ":4:18: payoffs = 5: state rich, actions (rest, work): line 3 says 4; all lines of a joint "
        + "action must agree"),
    .init(
      4, "rich,rest,work,3,4,rich,0.7",
      ":3:1: probability: state rich, actions (rest, work): probabilities sum to 0.95; they must sum "
        + "to 1"),
    .init(
      4, "rich,rest,work,3,4,poor,3/4",
      ":4:1: next = poor: state rich, actions (rest, work): given already in line 3; keep one"),
    .init(
      5, "", ": state rich, actions (work, rest): no line; every joint action needs one"),
    .init(5, "rich,\"work,rest,5,6,rich,1", ":5:6: the quote is not closed"),
    .init(
      5, "rich,\"work\"s,rest,5,6,rich,1",
      ":5:6: text after a closing quote; quotes inside a quoted field are doubled"),
  ]

  @Test func `an empty CSV file`() throws {
    try write("game.yaml", Self.game)
    try write("rows.csv", "\n")
    #expect(
      failure("game.yaml") == "~/rows.csv: there is nothing in it; it needs a line of columns")
  }

  @Test func `files that are missing, folders, or no text`() throws {
    try write("games/fishery.yaml", "")
    #expect(
      failure("games/fishry.yaml")
        == "~/games/fishry.yaml: no such file; did you mean fishery.yaml?")
    #expect(failure("games") == "~/games: is a folder; name a file in it")
    #expect(
      failure("games/fishery.yaml")
        == "~/games/fishery.yaml: the file is empty; see configs/ for examples to start from")
    try write("game.yaml", Self.game)
    #expect(
      failure("game.yaml")
        == "~/game.yaml:6:7: rows = rows.csv: no such file; looked for ~/rows.csv")
    try Data([0x61, 0x3A, 0x0A, 0xC3, 0xA9, 0xE9, 0x0A]).write(
      to: URL(fileURLWithPath: folder + "/latin.yaml"))
    #expect(
      failure("latin.yaml")
        == "~/latin.yaml:2:2: is not UTF-8; save the file as plain text in UTF-8")
    try write("nul.yaml", "a: 1\nb: \0")
    #expect(
      failure("nul.yaml")
        == "~/nul.yaml:2:4: byte 0 is no text; save the file as plain text in UTF-8")
    #expect(
      "\(#expect(throws: ConfigurationError.self) { try TableGame(path: "/dev/zero") }!)"
        == "/dev/zero: is no regular file")
  }

  func family(_ yaml: String, source: String, override: String? = nil) throws -> TableGame {
    var document = try DocumentNode(yaml: yaml, source: source)
    if let override { try document.apply(override: override) }
    return try TableGame(
      ParameterSet(
        document.value(of: "game"), declared: TableGame.parameters, path: "game",
        position: Position(source: source)))
  }

  @Test func `a file is looked for beside the configuration that names it`() throws {
    try write("games/game.yaml", "players: 1\ndiscount: 0\nactions: [a]\nrows: [{payoffs: 7}]")
    let source = folder + "/x.yaml"
    let table = try family("game:\n  file: games/game.yaml", source: source)
    #expect(try table.stochasticGame().payoffs == [7] && table.path == folder + "/games/game.yaml")
    let absolute = try family("game: {file: \(folder)/games/game.yaml}", source: "elsewhere/x.yaml")
    #expect(try absolute.stochasticGame().payoffs == [7])
    let error = #expect(throws: ConfigurationError.self) {
      try self.family("game:\n  file: game.yaml", source: source)
    }
    #expect(
      error?.description.replacing(folder, with: "~")
        == "~/x.yaml:2:3: game.file = game.yaml: no such file; looked for ~/game.yaml")
  }

  @Test func `a file named on the command line is looked for from the working directory`() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try self.family(
        "game: {file: x.yaml}", source: folder + "/x.yaml", override: "game.file=no/such.yaml")
    }
    #expect(error?.description == "command line: game.file = no/such.yaml: no such file")
  }
}
