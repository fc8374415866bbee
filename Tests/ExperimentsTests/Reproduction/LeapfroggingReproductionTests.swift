import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

/// The quick groups; the whole is `lab reproduce leapfrogging-rls`.
@Suite struct LeapfroggingReproductionTests {
  private let context = ReproductionContext(
    interruption: Interruption(), isQuick: true, folder: nil)

  private func rows(_ titles: String...) throws -> [ReproductionRow] {
    let groups = LeapfroggingReproduction.groups.filter { titles.contains($0.title) }
    #expect(groups.count == titles.count)
    return try groups.flatMap { try $0.compute(context) }
  }

  /// The top row of five levels as scipy's incomplete beta function has it.
  @Test func `steps of random size have the beta law`() throws {
    let rows = try PaperDuopolies.betaRows(PaperDuopolies.costs(5), 1.8, 0.4)
    let printed = [0.0272112, 0.0818108, 0.1696551, 0.7213230, 0]
    for (ours, theirs) in zip(rows[4], printed) { #expect(abs(ours - theirs) < 5e-8) }
    for (level, row) in rows.enumerated() {
      #expect(abs(row.reduce(0, +) - 1) < 1e-14)
      #expect(row[level] == (level == 0 ? 1 : 0))
    }
  }

  @Test func `Table 1: strings in base three, and its misprint`() throws {
    let rows = try rows("all strings in base three")
    #expect(rows.map(\.verdict) == [.reproduced, .misprint, .reproduced])
    #expect(rows[1].note.contains("205,891,132,094,649"))
  }

  @Test func `Table 1: counts, and times below the paper's`() throws {
    let rows = try rows("Table 1, n = 3 and 4", "Table 1, alternating moves")
    #expect(rows.compactMap(\.ours.number) == [127, 46_707, 1])
    // Times are the machine's; counts are not.
    for row in rows where !row.item.hasPrefix("time") {
      #expect(row.verdict == .reproduced, "\(row.item): \(row.ours)")
    }
  }

  @Test func `claims of structure, and the one that depends on the grid`() throws {
    let rows = try rows(
      "equilibria of stage games", "symmetric and efficient equilibria", "alternating moves",
      "best replies in the end game")
    let failing = rows.filter { $0.verdict != .reproduced }
    #expect(failing.map(\.item) == ["monopoly equilibria with alternating moves"], "\(failing)")
    #expect(
      failing[0].ours == .text("the one equilibrium gives one firm W and the other 0 at n = 2, 4"))
  }

  @Test func `Figure 5: the strings, as a table and a page`() throws {
    let lines = try StringRows.lines()
    #expect(lines.count == 127)
    #expect(lines[0].bases == [1, 1, 1, 1, 1, 3, 3, 3, 3, 1, 1, 1, 3, 1])
    #expect(lines[126].digits == [0, 0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 2, 0])
    #expect(lines[3].raised == 8 && lines[7].raised == 7)
    let space = LeapfroggingPoints(levels: 3)
    let csv = StringRows.csv(lines, space).split(separator: "\n")
    #expect(csv.count == 5 + 2 * 127)
    #expect(csv[0] == "stage,7,6,6,6,6,5,5,5,5,4,3,3,2,1")
    #expect(csv[1] == "digit,14,13,12,11,10,9,8,7,6,5,4,3,2,1")
    #expect(csv[7] == "ESS 1,0,0,0,0,0,0,0,0,0,0,0,0,1,0")
    let html = StringRows.html(lines, space)
    // Raising digit 2 leaves the apex alone to be solved again: strings 1 and 2 shade one cell each.
    #expect(html.components(separatedBy: "class=\"again\"").count - 1 == 460)
    let rows = try rows("strings of three levels")
    #expect(rows.last?.ours == .text("460 stage games instead of 127 × 14 = 1,778"))
    #expect(rows.filter { $0.verdict == .misprint }.count == 2)
  }

  /// Two equilibria in a corner cell, one at its edge.
  @Test func `payoffs are gathered in cells`() {
    var payoffs = PayoffMultiset(unit: 0.5)
    payoffs.add(0, 0, count: 3)
    payoffs.add(1, 0, count: 1)
    payoffs.add(10, 0, count: 7)
    let dots = PayoffDot.gathered(payoffs, width: 10, cells: 4)
    #expect(
      dots == [
        .init(first: 0.25, second: 0, equilibria: 4, distinct: 2),
        .init(first: 10, second: 0, equilibria: 7, distinct: 1),
      ])
  }

  @Test func `numbers are grouped by thousands`() {
    #expect(grouped(7) == "7")
    #expect(grouped(999) == "999" && grouped(1000) == "1,000")
    #expect(grouped(67_807_807_386_651 as UInt128) == "67,807,807,386,651")
  }
}
