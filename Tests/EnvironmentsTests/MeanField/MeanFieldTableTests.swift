import Environments
import Foundation
import Testing

@Suite struct MeanFieldTableTests {
  /// A sound game; every case of an error replaces one of its lines.
  static let sound = [
    "discount: 0.9",
    "interaction: crowd",
    "states: [out, in]",
    "rows:",
    "  - {state: out, action: stay, payoff: 0, next: out}",
    "  - {state: out, action: go, payoff: [1, -2, 1/2], next: {in: [1, -0.5], out: [0, 0.5]}}",
    "  - {state: in, action: stay, payoff: 2, interaction: 1, next: {in: 2/3, out: 1/3}}",
  ]

  static func game(_ line: Int? = nil, _ text: String = "") throws -> MeanFieldTable {
    var lines = sound
    if let line { lines[line - 1] = text }
    return try MeanFieldTable(text: lines.joined(separator: "\n"), source: "my.yaml")
  }

  @Test func `tables are the written functions of m`() throws {
    let game = try Self.game()
    #expect(game.layout.stateLabels == [.text("out"), .text("in")])
    #expect(game.layout.actionLabels == [.text("stay"), .text("go"), .text("stay")])
    #expect(game.layout.interaction == [[0, 0, 1]])
    #expect(game.layout.interactionNames == ["crowd"])
    #expect(game.interactionBounds == [0...1] && game.discount == 0.9)
    #expect(game.dependence == .general && game.turnover == nil)
    for m in [0, 0.3, 1] {
      let written = tables(game, at: [m])
      #expect(game.violations(of: written, at: [m]).isEmpty)
      #expect(written.payoffs[0] == 0 && written.payoffs[2] == 2)
      #expect(abs(written.payoffs[1] - (1 - 2 * m + m * m / 2)) < 1e-15)
      #expect(law(game, written, row: 0) == [1, 0])
      #expect(abs(law(game, written, row: 1)[1] - (1 - m / 2)) < 1e-15)
      #expect(law(game, written, row: 2) == [1 / 3.0, 2 / 3.0])
    }
    // One agent who always goes: s(in) (1/3) = s(out) (1 − m/2).
    let found = SlowResponse(game, at: [0.2])
    #expect(found.choices == [1, 0])
    #expect(abs(found.mapped[0] - 0.9 / (0.9 + 1 / 3.0)) < 1e-12)
  }

  @Test func `lines in m are declared, and bounds and turnover read`() throws {
    let text = """
      discount: 1/2
      states: [1, 2.5]
      quantity: stock
      bounds: [0.25, 2]
      turnover: {survival: 0.9, entry: 2.5}
      rows:
        - {state: 1, action: 0, payoff: [3, -1], next: 2.5, interaction: 2}
        - {state: 2.5, action: 0, payoff: 1, next: {1: 0.25, 2.5: 0.75}}
      """
    let game = try MeanFieldTable(text: text, source: "my.yaml")
    #expect(game.dependence == .affinePayoffs(.identity))
    #expect(game.interactionBounds == [0.25...2])
    #expect(game.turnover == Turnover(survival: 0.9, entry: 1))
    #expect(game.layout.coordinates == [[1], [2.5]] && game.stateQuantity == "stock")
    // Lines go on beyond the bounds, where markets of few agents may lead.
    #expect(tables(game, at: [0]).payoffs == [3, 1])
    #expect(tables(game, at: [1]).payoffs == [2, 1])
  }

  @Test func `several scalars enter one by one`() throws {
    let text = """
      discount: 0
      interaction: [first, second]
      states: [a, b]
      rows:
        - {state: a, action: x, payoff: [1, 2, 3], next: {a: [1/2, 1/4, -1/8], b: [1/2, -1/4, 1/8]},
           interaction: [1, 0]}
        - {state: b, action: x, payoff: 4, next: a, interaction: [0, 2]}
      """
    let game = try MeanFieldTable(text: text, source: "my.yaml")
    #expect(game.interactionBounds == [0...1, 0...2])
    let written = tables(game, at: [0.5, 1.5])
    #expect(written.payoffs == [1 + 1 + 4.5, 4])
    #expect(law(game, written, row: 0) == [0.5 + 0.125 - 0.1875, 0.5 - 0.125 + 0.1875])
    #expect(law(game, written, row: 1) == [1, 0])
    #expect(game.dependence == .general)
  }

  static let wrongLines: [(Int, String, String)] = [
    (1, "discount: 1", "1:11: discount = 1: must be a number in [0, 1)"),
    (1, "discont: 0.9", "1:1: discont: unknown key; did you mean discount?"),
    (2, "interaction: []", "2:14: interaction = []: must name from 1 to 8 scalars"),
    (
      2, "bounds: [0, 2]",
      "2:9: bounds = [0, 2]: must ascend within [0, 1], the values that m can take"
    ),
    (2, "bounds: 1", "2:9: bounds = 1: must be [lo, hi]"),
    (
      2, "turnover: {survival: 0, entry: in}",
      "2:22: turnover.survival = 0: must be a number in (0, 1]"
    ),
    (
      2, "turnover: {survival: 0.9, entry: inn}",
      "2:34: turnover.entry = inn: unknown state; did you mean in?"
    ),
    (
      3, "states: [out, out]",
      "3:15: states = out: names a state twice; number 1 in the list is the same"
    ),
    (3, "states: [out, in, gone]", "5:3: rows: state gone has no action; add a row for it"),
    (
      6, "  - {state: out, action: stay, payoff: 1, next: in}",
      "6:5: rows: state out, action stay: given already in line 5; keep one"
    ),
    (
      6, "  - {state: ot, action: go, payoff: 1, next: in}",
      "6:13: rows.state = ot: unknown state; did you mean out?"
    ),
    (
      6, "  - {state: out, action: go, payoff: 1, next: {inn: 1}}",
      "6:48: rows.next.inn: unknown state; did you mean in?"
    ),
    (
      6, "  - {state: out, action: go, next: in}",
      "6:5: rows.payoff: is missing; it must be a number, or coefficients in m"
    ),
    (
      6, "  - {state: out, action: go, payoff: 1, next: {in: 0.6, out: 0.5}}",
      "6:47: rows.next = {in: 0.6, out: 0.5}: probabilities sum to 1.1 at m = 0; they must sum to 1"
    ),
    (
      6, "  - {state: out, action: go, payoff: 1, next: {in: [1, -0.5], out: [0, 0.25]}}",
      "6:47: rows.next = {in: [1, -0.5], out: [0, 0.25]}: coefficients 1 sum to -0.25; they must "
        + "sum to 0, so that probabilities sum to 1 at every m"
    ),
    (
      6, "  - {state: out, action: go, payoff: 1, next: {in: [1, -1.5], out: [0, 1.5]}}",
      "6:47: rows.next.in: state out, action go: the probability is -0.5 at m = 1; it must not be "
        + "negative anywhere within the bounds"
    ),
    (
      6, "  - {state: out, action: go, payoff: 1, next: {in: [0.2, -1, 1], out: [0.8, 1, -1]}}",
      "6:47: rows.next.in: state out, action go: the probability is -0.0004241943359374889 at m = "
        + "0.27734375; it must not be negative anywhere within the bounds"
    ),
    (
      7, "  - {state: in, action: stay, payoff: 2, interaction: [1, 2], next: in}",
      "7:55: rows.interaction = [1, 2]: must be one number per scalar: 1"
    ),
    (
      7, "  - {state: in, action: stay, payoff: 2, intraction: 1, next: in}",
      "7:42: rows.intraction: unknown key; did you mean interaction?"
    ),
  ]

  @Test(arguments: wrongLines)
  func `one line wrong`(line: Int, text: String, expected: String) {
    #expect(message { _ = try Self.game(line, text) } == "my.yaml:\(expected)")
  }

  @Test func `the example is read, and some but not all are vaccinated`() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let game = try MeanFieldTable(
      path: tests.appending(path: "configs/games/vaccination.yaml").path)
    #expect(game.title == "Vaccination")
    #expect(game.layout.rowCount == 4 && game.interactionBounds == [0...1])
    // Nobody vaccinates while nobody is infected; all do where many are.
    let calm = SlowResponse(game, at: [0])
    let epidemic = SlowResponse(game, at: [0.5])
    #expect(calm.choices[0] == 0 && epidemic.choices[0] == 1)
    // Waiting: the cycle susceptible 1/0.01, infected 1/0.4, immune 1/0.1 periods long.
    #expect(abs(calm.mapped[0] - 2.5 / 112.5) < 1e-12)
    #expect(abs(epidemic.mapped[0]) < 1e-12)
  }

  @Test func `the game of the guide is the example`() throws {
    let blocks = try TableGameGuideTests.text("docs/your-own-mean-field-game.md").split(
      separator: "```")
    let text = try #require(blocks.first { $0.hasPrefix("yaml\nname:") }).dropFirst(5)
    let guide = try MeanFieldTable(text: String(text), source: "guide.yaml")
    let example = try MeanFieldTable(
      text: TableGameGuideTests.text("configs/games/vaccination.yaml"), source: "example.yaml")
    #expect(tables(guide, at: [0.3]).payoffs == tables(example, at: [0.3]).payoffs)
    #expect(tables(guide, at: [0.3]).probabilities == tables(example, at: [0.3]).probabilities)
  }
}
