import Foundation
import Testing

@testable import Experiments

@Suite struct ReproductionTests {
  private func figure(_ printed: String, _ ours: Double, slack: Double = 0) -> ReproductionRow {
    .figure(
      "item", "Figure 1", printed: printed, ours: ours, slack: slack,
      otherwise: (.misprint, "the definition says otherwise"))
  }

  @Test func `a figure is reproduced to its printed digits, rounded or cut`() {
    #expect(figure("6.798", 6.79805).verdict == .reproduced)
    #expect(figure("6.798", 6.7975).verdict == .reproduced)
    #expect(figure("6.798", 6.7974).verdict == .misprint)
    #expect(figure("10.117", 10.11777).verdict == .reproduced)
    #expect(figure("10.117", 10.11777).note == "cut, not rounded, in print")
    #expect(figure("10.117", 10.118).verdict == .misprint)
    #expect(figure("-1.25", -1.259).verdict == .reproduced)
    #expect(figure("-1.25", -1.2449).verdict == .misprint)
    #expect(figure("45", 45.3).verdict == .reproduced)
    #expect(figure("0.3984", 0.4003, slack: 0.002).verdict == .reproduced)
    #expect(figure("0.3984", 0.4003).note == "the definition says otherwise")
  }

  /// No paper prints it, so no rounding is read into it.
  @Test func `an expectation is held within its slack and called what it is`() {
    func row(_ ours: Double) -> ReproductionRow {
      .expectation(
        "intervals", "coverage", label: "nominal", expected: 0.95, printed: "0.9500", ours: ours,
        slack: 0.01, note: "", otherwise: (.notReproducible, "too short"))
    }
    #expect(row(0.95008).verdict == .reproduced && row(0.95008).note == "")
    #expect(row(0.9401).verdict == .reproduced)
    #expect(row(0.9399).verdict == .notReproducible && row(0.9399).note == "too short")
    let text = row(0.95).text(width: 80)
    #expect(text.contains("nominal 0.9500") && !text.contains("paper"))
  }

  @Test func `a row encodes every key, null where nothing can be subtracted`() throws {
    let claim = ReproductionRow.claim(
      "trend", "Theorem 3", paper: "rises", ours: "1 < 2", holds: true)
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(jsonLine(claim).utf8)) as? [String: Any])
    #expect(
      json.keys.sorted() == ["difference", "item", "note", "ours", "paper", "source", "verdict"])
    #expect(json["difference"] is NSNull)
    #expect(json["verdict"] as? String == "reproduced")
    let number = try #require(
      JSONSerialization.jsonObject(with: Data(jsonLine(figure("6.8", 6.75)).utf8))
        as? [String: Any])
    #expect(number["paper"] as? Double == 6.8)
    #expect(number["ours"] as? Double == 6.75)
    #expect(abs((number["difference"] as? Double ?? 0) + 0.05) < 1e-12)
  }

  @Test func `long groups are left out when quick, and said to be`() throws {
    enum Paper: Reproduction {
      static let name = "paper"
      static let summary = "a paper"
      static let groups = [
        ReproductionGroup("short") { _ in
          [.claim("a", "Table 1", paper: "yes", ours: "no", holds: false)]
        },
        ReproductionGroup("long", isLong: true) { _ in
          [.claim("b", "Table 2", paper: "yes", ours: "yes", holds: true)]
        },
      ]
    }
    func perform(quick: Bool) throws -> ReproductionReport {
      try .perform(
        Paper.self, isQuick: quick, folder: nil, threads: 2, interruption: Interruption(),
        progress: { _ in })
    }
    let quick = try perform(quick: true)
    #expect(quick.rows.map(\.item) == ["a"])
    #expect(quick.text.contains("left out by --quick: long"))
    let full = try perform(quick: false)
    #expect(full.rows.map(\.item) == ["a", "b"])
    #expect(full.text.contains("2 items: 1 reproduced, 1 not reproducible"))
  }

  @Test func `an interrupted reproduction reports nothing`() {
    let interruption = Interruption()
    interruption.request()
    #expect(throws: TrainingStop.self) {
      try ReproductionReport.perform(
        MeanFieldReproduction.self, isQuick: true, folder: nil, threads: 1,
        interruption: interruption, progress: { _ in })
    }
  }

  @Test func `unknown papers come with the nearest name`() {
    let error = #expect(throws: (any Error).self) {
      try Registry.reproduction("mean-field-equilibrium")
    }
    #expect("\(error!)".contains("did you mean mean-field-equilibria?"))
  }

  /// The groups that take a second at most; the whole is `lab reproduce mean-field-equilibria`.
  @Test func `the paper's exact figures and trends come out`() throws {
    let context = ReproductionContext(interruption: Interruption(), isQuick: true, folder: nil)
    let groups = (OligopolyRows.groups + MarketRows.groups).filter {
      $0.title != "comparative statics of capacity"
    }
    let rows = try groups.flatMap { try $0.compute(context) }
    #expect(rows.count >= 10)
    for row in rows { #expect(row.verdict == .reproduced, "\(row.item): \(row.ours)") }
    let production = rows.filter { $0.item.hasPrefix("average production at") }
    #expect(production.compactMap(\.ours.number).count == 2)
  }
}
