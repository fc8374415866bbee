import Configuration
import Testing

@testable import Environments

/// `.nfg` files, written by hand from Gambit's description of the format.
@Suite struct StrategicFormTests {
  /// Two players with 2 and 3 strategies. In the list the first player moves fastest, so the pairs
  /// below are those of (up, left), (down, left), (up, middle), (down, middle), (up, right),
  /// (down, right).
  static let payoffVersion = """
    NFG 1 R "A \\"golden\\" game" { "Row" "Column" } { 2 3 }
    "What is said about it"

    1 2   3 4
    -1/2 0.25  1e-3 +5
    .5 6. 0 -0.75
    """

  /// The same game in outcomes, two combinations of which share one.
  static let outcomeVersion = """
    NFG 1 D "A \\"golden\\" game"
    {"Row" "Column"}
    { { "up" "down" }
      { "left" "middle" "right" } }
    "What is said about it"
    { { "first" 1, 2 } { "" 3 4 } { "" -1/2, 1/4, } { "" 0.001 5 } { "" 1/2, 6 } { "" 0 -3/4 } }
    1 2 3 4 5 6
    """

  /// By combination with the second player fastest: (up, left), (up, middle), (up, right), then down.
  static let payoffs: [Double] = [1, 2, -0.5, 0.25, 0.5, 6, 3, 4, 0.001, 5, 0, -0.75]

  @Test func `both versions hold the same game`() throws {
    let first = try StrategicForm(nfg: Self.payoffVersion, source: "p.nfg")
    #expect(first.title == #"A "golden" game"# && first.comment == "What is said about it")
    #expect(first.players == ["Row", "Column"])
    #expect(first.strategies == [["1", "2"], ["1", "2", "3"]])
    #expect(first.payoffs == Self.payoffs)
    let second = try StrategicForm(nfg: Self.outcomeVersion, source: "o.nfg")
    #expect(second.title == first.title && second.comment == first.comment)
    #expect(second.strategies == [["up", "down"], ["left", "middle", "right"]])
    #expect(second.payoffs == Self.payoffs)
    let game = try second.stochasticGame()
    #expect(game.violations().isEmpty && game.payoffs == Self.payoffs)
    #expect(game.discounts == [0, 0] && game.stateCount == 1)
    #expect(game.payoff(1, row: game.row(0, [1, 1])) == 5)
  }

  @Test func `outcome 0 pays nobody, and one outcome may appear often`() throws {
    let form = try StrategicForm(
      nfg: #"NFG 1 R "" {"a" "b"} {{"x" "y"} {"z" "w"}} {{"win" 2 -1}} 1 0 0 1"#, source: "x")
    #expect(form.payoffs == [2, -1, 0, 0, 0, 0, 2, -1])
  }

  @Test func `the file of a game, word for word`() {
    let form = StrategicForm(
      title: "t", comment: #"a "b""#, players: ["p", "q"], strategies: [["u", "d"], ["l", "r"]],
      payoffs: [1, 0, 0.1, -2, 1e300, 1e-7, 3, -0.0])
    #expect(
      form.nfg(.outcomes) == """
        NFG 1 R "t" { "p" "q" }

        {
        { "u" "d" }
        { "l" "r" }
        }
        "a \\"b\\""

        {
        { "" 1, 0 }
        { "" 1e300, 1e-07 }
        { "" 0.1, -2 }
        { "" 3, 0 }
        }
        1 2 3 4

        """)
    #expect(
      form.nfg(.payoffs) == """
        NFG 1 R "t" { "p" "q" }
        { 2 2 }

        1 0
        1e300 1e-07
        0.1 -2
        3 0

        """)
  }

  /// 1 + 3 + 2 + 2 strategies and payoffs with every kind of digits.
  private var awkward: StrategicForm {
    let numbers = [0.1 + 0.2, -1.0 / 3, .leastNonzeroMagnitude, 1e300, -7, 1e-5, 123_456_789.125]
    return StrategicForm(
      title: "four", players: ["a", "b", "c", "d"],
      strategies: [["1"], ["x", "y", "z"], ["l", "r"], ["m", "n"]],
      payoffs: (0..<48).map { numbers[$0 * $0 % 7] * ($0 % 2 == 0 ? 1 : 0.5) })
  }

  @Test(arguments: [StrategicForm.NFGVersion.outcomes, .payoffs])
  func `four players, there and back to the last bit`(version: StrategicForm.NFGVersion) throws {
    let form = awkward
    let copy = try StrategicForm(nfg: form.nfg(version), source: "copy.nfg")
    #expect(copy.payoffs.map(\.bitPattern) == form.payoffs.map(\.bitPattern))
    #expect(copy.players == form.players && copy.title == form.title)
    if version == .outcomes { #expect(copy == form) }
  }

  /// Odometer by odometer: the list has the first player's digit fastest, our rows the last one's.
  @Test func `the order of combinations, counted by hand`() {
    let form = awkward
    var expected: [Int] = []
    for d in 0..<2 {
      for c in 0..<2 {
        for b in 0..<3 { expected.append((b * 2 + c) * 2 + d) }
      }
    }
    #expect(form.combinationsFirstPlayerFastest() == expected)
  }

  @Test func `names are written so that Gambit reads them`() throws {
    let form = StrategicForm(
      title: "Été  1\n2 ", players: ["Δ", "é", "e"],
      strategies: [[#"a\"b"#, #"c\d"#, #"e\\f"#, #"g\"#], ["?"], [" "]],
      payoffs: [Double](repeating: 0, count: 12))
    let text = form.nfg()
    #expect(text.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
    let copy = try StrategicForm(nfg: text, source: "copy.nfg")
    #expect(copy.title == "Ete 1 2" && copy.players == ["?", "e", "e_2"])
    // A backslash that the format cannot hold becomes a slash.
    #expect(copy.strategies == [[#"a/"b"#, #"c\d"#, #"e/\f"#, "g/"], ["?"], ["1"]])
    // As the run folder keeps it, names stay.
    let kept = try StrategicForm(nfg: form.nfg(isPlain: false), source: "kept.nfg")
    #expect(kept.title == form.title && kept.players == form.players)
    #expect(kept.strategies[0][1] == #"c\d"#)
  }

  @Test func `empty and repeated names are told apart`() {
    #expect(distinctNames(["", "a", "a", "", "a_2", "4"]) == ["1", "a", "a_3", "4_2", "a_2", "4"])
    #expect(distinctNames(["x", "y"]) == ["x", "y"])
  }

  @Test func `numbers are numbers where they are written as such`() {
    #expect(Label(name: "0.1") == .number(0.1) && Label(name: "-2") == .number(-2))
    for text in ["0.10", "1e-1", "+1", "-0", "x", ""] { #expect(Label(name: text) == .text(text)) }
  }

  @Test(arguments: [
    ("GAME 1 R", "x.nfg:1:1: GAME must begin with NFG"),
    ("NFG 2 R", "x.nfg:1:5: 2 must be version 1"), ("NFG 1 Q", "x.nfg:1:7: Q must be R"),
    ("NFG 1 R { ", "x.nfg:1:9: { must be the game's title"),
    ("NFG 1 R \"t\" { }", "the end of the file needs at least one player"),
    ("NFG 1 R \"t\" { \"a\" 3 }", "x.nfg:1:19: 3 must be the name of a player"),
    ("NFG 1 R \"t\" {\"a\"} {0}", "x.nfg:1:20: 0 must be the number of strategies of player a"),
    ("NFG 1 R \"t\" {\"a\" \"b\"} {2}", "} must be the number of strategies of player b"),
    ("NFG 1 R \"t\" {\"a\"} {2 2}", "2 must be } after the strategies of 1 players"),
    ("NFG 1 R \"t\" {\"a\"}\n{ { } }", "x.nfg:2:7: } comes after player a without strategies"),
    ("NFG 1 R \"t\" {\"a\"} {2}\n1", "x.nfg:2:2: the end of the file stands where payoff 2 of 2"),
    ("NFG 1 R \"t\" {\"a\"} {2}\n1 2 3", "x.nfg:2:5: 3 comes after all 2 payoffs"),
    ("NFG 1 R \"é\" {\"a\"} {1} 1/2.5", "x.nfg:1:23: 1/2.5 must be a decimal"),
    ("NFG 1 R \"t\" {\"a\"} {1} 1/0", "1/0 must be a decimal, or a fraction"),
    ("NFG 1 R \"t\" {\"a\"} {1} 1e301", "1e301 must be within ±1e+300"),
    ("NFG 1 R \"t\" {\"a\"} {1} nan", "nan stands where payoff 1 of 1 is needed"),
    ("NFG 1 R \"t\" {\"a\"} {1} -", "- must be a decimal"),
    ("NFG 1 R \"t\" {\"a\"} {1} {{\"\" 1}} 2", "2 must be the number of an outcome: 0"),
    ("NFG 1 R \"t\" {\"a\"} {1} {{\"\" }} 1", "} stands where the payoff of player 1 of 1"),
    ("NFG 1 R \"t\" {\"a\"} {1} {{\"\" 1 2}} 1", "2 must be } after 1 payoff"),
    ("NFG 1 R \"t\" {\"a\"} {1} {{\"\" 1}} 1 1", "1 comes after all 1 outcomes"),
    ("NFG 1 R \"t", "x.nfg:1:9: the quote is not closed"),
    (
      "NFG 1 R \"t\" {\"a\" \"b\"} {30000000 2} 1",
      "1 makes a game of more than 50000000 payoffs"
    ),
  ])
  func `what is wrong is said where it stands`(text: String, message: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try StrategicForm(nfg: text, source: "x.nfg")
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  // MARK: Numbers

  /// The C library rounds decimals correctly, so a fraction over a power of ten must come to the same.
  @Test func `fractions are rounded once`() throws {
    var state: UInt64 = 20_261_122
    func draw(_ bound: UInt64) -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 17) % bound
    }
    for _ in 0..<3000 {
      let digits = (0..<1 + Int(draw(30))).map { _ in "\(draw(10))" }.joined()
      let power = Int(draw(36))
      let fraction = "\(digits)/1" + String(repeating: "0", count: power)
      let expected = try #require(Double("\(digits)e-\(power)"))
      #expect(ExactNumber.double(fraction) == expected, "\(fraction)")
    }
  }

  @Test func `ties go to even, and what is no number is none`() {
    let big = 1 << 53
    #expect(ExactNumber.double("\(big + 1)/1") == Double(big))
    #expect(ExactNumber.double("\(big + 3)/1") == Double(big + 4))
    #expect(ExactNumber.double("\(2 * (big + 1) + 1)/2") == Double(big + 2))
    #expect(ExactNumber.double("-2/6") == -1.0 / 3 && ExactNumber.double("0/7") == 0)
    #expect(ExactNumber.double("0.1") == 0.1 && ExactNumber.double("1/10") == 0.1)
    let long = String(repeating: "9", count: 38)
    for text in ["", "+", ".", "e5", "1e", "0x1", "inf", "1/-2", "1/", "/2", "1 2", "\(long)/1"] {
      #expect(ExactNumber.double(text) == nil, "\(text)")
    }
  }
}
