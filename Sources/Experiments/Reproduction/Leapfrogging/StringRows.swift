internal import Environments
internal import Equilibria

/// Figure 5: the strings of n = 3 in the order of the search.
enum StringRows {
  static let groups = [strings]

  /// One line of the figure: a string, and how many equilibria each stage game has under it.
  struct Line: Sendable, Equatable {
    let digits: [Int]
    let bases: [Int]
    /// Where the string differs from the one before it first; nil in the first line.
    let raised: Int?
  }

  static func lines() throws -> [Line] {
    var lines: [Line] = []
    try PaperDuopolies.game(3).forEachEquilibrium { found in
      let raised = lines.last.flatMap { last in
        last.digits.indices.first { last.digits[$0] != found.string[$0] }
      }
      lines.append(Line(digits: found.string, bases: found.bases, raised: raised))
      return true
    }
    return lines
  }

  private static let strings = ReproductionGroup("strings of three levels") { context in
    let lines = try lines()
    let space = LeapfroggingPoints(levels: 3)
    if let folder = context.folder {
      try writeAtomically(csv(lines, space), to: "\(folder)/figure-5.csv")
      try writeAtomically(html(lines, space), to: "\(folder)/figure-5.html")
    }
    func text(_ numbers: [Int]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
    let printedBases = [1, 1, 1, 1, 1, 3, 3, 3, 3, 1, 1, 1, 3, 1]
    let firstThree = [0, 1, 2].map { digit in
      (0..<14).map { $0 == 12 ? digit : 0 }
    }
    // Stage games that the paper solves again, and those that depend on the raised digit.
    let again = lines.reduce(0) { sum, line in
      guard let raised = line.raised else { return sum + space.count }
      return sum + (0..<space.count).count { space.stage($0) > space.stage(raised) }
    }
    let four = try PaperDuopolies.game(4).enumerateEquilibria(threads: 1).tally
    let bottoms = Set(lines.map { Array($0.bases[..<9]) })
    let firstTwelve = lines.prefix(12).map { "\($0.digits[7])\($0.digits[8])\($0.digits[12])" }
    // Digit 7 counted from the right is 5⁶ in base 5, digit 6 is 5⁵.
    let fives = [Int](repeating: 5, count: 14)
    func value(digit: Int, _ number: Int) -> UInt128 {
      EquilibriumString.value(of: (0..<14).map { $0 == 14 - digit ? number : 0 }, bases: fives)!
    }
    return [
      .claim(
        "stage games and stages, n = 3", "Figure 5, section 4.1", paper: "N = 14, T = 7",
        ours: "N = \(space.count), T = \(space.stageCount)",
        holds: space.count == 14 && space.stageCount == 7),
      .claim(
        "equilibria of each stage game under the first string", "Figure 5, row ne",
        paper: text(printedBases), ours: text(lines[0].bases),
        holds: lines[0].bases == printedBases),
      .claim(
        "the first three strings run through digit 2", "Figure 5, ESS 0 to 2",
        paper: "digit 2 is 0, 1, 2, the others 0",
        ours: lines.prefix(3).map { text($0.digits) }.joined(separator: " | "),
        holds: lines.prefix(3).map(\.digits) == firstThree),
      .claim(
        "then digit 6, and digit 2 begins anew", "Figure 5, ESS 3 to 9",
        paper: "base of digit 2: 3, 3, 3, 5, 5, 5, 5, 5, 1; then digit 7",
        ours: "digits 7, 6, 2: \(firstTwelve.joined(separator: " ")), bases of digit 2: "
          + text(lines.prefix(12).map { $0.bases[12] }),
        holds: lines.prefix(9).map { $0.bases[12] } == [3, 3, 3, 5, 5, 5, 5, 5, 1],
        note:
          "the order of the search is the same; rows of the figure after ESS 3 have slipped by a "
          + "column",
        otherwise: (
          .notReproducible,
          "the figure illustrates, without parameters; with improvement that is certain, as in "
            + "Table 1, no stage game has five equilibria"
        )),
      .claim(
        "the string before which base 5 counts 15,625", "section 4.1",
        paper: "the ninth string, γ⁸",
        ours: "γ⁹: digit 7 is 1, 5⁶ = \(grouped(value(digit: 7, 1))); γ⁸ has digit 6 at 2, "
          + "2·5⁵ = \(grouped(value(digit: 6, 2)))", holds: value(digit: 6, 2) == 15_625,
        otherwise: (.misprint, "by the figure's own digits")),
      .claim(
        "equilibria of the end game's nine states, last string", "Figure 5, last row",
        paper: "1 1 1 1 1 5 5 3 3",
        ours: bottoms.map(text).sorted().joined(separator: " | "),
        holds: bottoms.contains([1, 1, 1, 1, 1, 5, 5, 3, 3]),
        note: "last string \(text(lines.last!.digits))",
        otherwise: (
          .misprint,
          "no digit stands before these, so their bases are the first row's under every string; and "
            + "without shocks they are at most 3"
        )),
      .claim(
        "only part of the game is solved again", "section 4.1",
        paper: "stages that follow the highest digit that changed",
        ours: "\(grouped(again)) stage games instead of \(lines.count) × 14 = "
          + "\(grouped(14 * lines.count))", holds: again < 14 * lines.count,
        note: "n = 4, solving only what depends on a changed digit: \(grouped(four.solveCount)) "
          + "instead of \(grouped(four.count)) × 30 = \(grouped(30 * four.count))"),
    ]
  }

  /// The figure's five rows of headings, each with its name first.
  private static func headings(_ space: LeapfroggingPoints) -> [(name: String, cells: [Int])] {
    let count = space.count
    return [
      ("stage", (0..<count).map { space.stageCount - space.stage($0) }),
      ("digit", (0..<count).map { count - $0 }),
      ("c", space.points.map(\.best)), ("c1", space.points.map(\.first)),
      ("c2", space.points.map(\.second)),
    ]
  }

  /// A row a string and a row for its bases, digits from the end game to the apex.
  static func csv(_ lines: [Line], _ space: LeapfroggingPoints) -> String {
    var text = ""
    func add(_ name: String, _ cells: [Int]) {
      text += ([name] + cells.map { "\($0)" }).joined(separator: ",") + "\n"
    }
    for (name, cells) in headings(space) { add(name, cells) }
    for (index, line) in lines.enumerated() {
      add("ESS \(index)", line.digits)
      add("ne", line.bases)
    }
    return text
  }

  /// The same as a page, shaded where stage games are solved again.
  static func html(_ lines: [Line], _ space: LeapfroggingPoints) -> String {
    func row(_ name: String, _ cells: [Int], tag: String, shaded: (Int) -> Bool) -> String {
      "<tr><th>\(name)</th>"
        + cells.enumerated().map { index, cell in
          "<\(tag)\(shaded(index) ? " class=\"again\"" : "")>\(cell)</\(tag)>"
        }.joined() + "</tr>\n"
    }
    var body = ""
    for (name, cells) in headings(space) {
      body += row(name, cells, tag: "th", shaded: { _ in false })
    }
    for (index, line) in lines.enumerated() {
      let isAgain = { (point: Int) in
        line.raised.map { space.stage(point) > space.stage($0) } ?? true
      }
      body += row("ESS \(index)", line.digits, tag: "td", shaded: { _ in false })
      body += row("<i>ne</i>", line.bases, tag: "td", shaded: isAgain)
    }
    return """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Figure 5: all strings, n = 3</title>
      <style>
      body { font: 14px sans-serif; margin: 2em; }
      table { border-collapse: collapse; }
      th, td { padding: 1px 9px; text-align: right; }
      tr:nth-child(5) th { border-bottom: 1px solid #000; }
      .again { background: #f7d5df; }
      </style></head><body>
      <h1>All \(lines.count) strings of the leapfrogging duopoly with three cost levels</h1>
      <p>Digits from the end game to the apex; <i>ne</i>: equilibria of each stage game, shaded where it
      is solved again because a stage before it changed.</p>
      <table>
      \(body)</table></body></html>

      """
  }
}
