import Configuration
import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Experiments

/// A context for tests: two threads, the principal equilibrium only, silent.
func reportContext(isBrief: Bool = false) -> ReportContext {
  ReportContext(
    options: CompareOptions(against: .principal, threads: 2), interruption: Interruption(),
    progress: ProgressDisplay(unit: "attempts", isSilent: true), isBrief: isBrief)
}

extension Report {
  /// The blocks of a section; none if it is not there.
  func blocks(_ section: String) -> [ReportBlock] {
    sections.first { $0.id == section }?.blocks ?? []
  }

  var tables: [ReportTable] {
    sections.flatMap(\.blocks).compactMap {
      if case .table(let table) = $0 { table } else { nil }
    }
  }

  var charts: [Chart] {
    sections.flatMap(\.blocks).compactMap { block in
      guard case .figure(let figure) = block else { return nil }
      switch figure.content {
      case .chart(let chart), .drawn(_, let chart): return chart
      case .file: return nil
      }
    }
  }

  var warnings: [String] {
    sections.flatMap(\.blocks).compactMap {
      if case .warning(let text) = $0 { text } else { nil }
    }
  }
}

extension ReportTable {
  /// The cells of the first row whose first cell says something.
  func row(_ name: String) -> [String]? {
    for row in rows {
      if case .cells(let cells) = row, cells[0].text == name { return cells.map(\.text) }
    }
    return nil
  }
}

@Suite struct ReportTests {
  @Test func `a run's report says what its verdict says, from the folder alone`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    let report = try #require(try Report.make([session.run.path], reportContext()).first)
    #expect(report.state == .finished)
    #expect(report.kind == "training run")
    let statistic = session.verdict.policies.last.nashConv
    #expect(report.verdict.contains("NashConv \(brief(statistic.iqm)) ["))
    #expect(report.verdict.contains("after 30,000 steps"))
    #expect(
      report.sections.map(\.id) == [
        "verdict", "figures", "seeds", "certificates", "configuration", "provenance", "reproduce",
        "files",
      ])
    let row = try #require(report.tables[0].row("NashConv at parity"))
    #expect(
      row == [
        "NashConv at parity", tableNumber(statistic.iqm),
        "[\(tableNumber(statistic.low)), \(tableNumber(statistic.high))]", "0",
      ])
    // Every seed's own number.
    let seeds = try #require(report.tables.first { $0.caption.hasPrefix("Every seed: NashConv") })
    #expect(seeds.row("5")?[2] == tableNumber(statistic.perSeed[0]))
    #expect(seeds.row("6")?[2] == tableNumber(statistic.perSeed[1]))
    // The certificate's numbers.
    let certificate = try #require(session.verdict.exact.certificate)
    let certificates = try #require(report.tables.first { $0.caption == "Certificates" })
    #expect(certificates.row("exact solution")?[2] == tableNumber(certificate.exploitability))
    #expect(certificates.row("exact solution")?.last == "certified")
    // The configuration and how to do it again.
    guard case .code(let yaml, _) = report.blocks("configuration")[0] else {
      Issue.record("no configuration")
      return
    }
    #expect(try yaml == readText(session.run.configurationPath))
  }

  @Test func `values and policies stand beside the exact ones, state by state`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    let report = try #require(try Report.make([session.run.path], reportContext()).first)
    #expect(report.charts.map(\.name) == TrainingCharts.names)
    let game = session.configuration.game
    let values = try #require(report.charts.first { $0.name == "values" })
    #expect(values.panels.count == 2)
    let tables = try session.run.seeds().map { try PolicyTable.read($0.policyPath, game: game) }
    for player in 0..<2 {
      let exact = try #require(values.panels[player].series.first { $0.look == .reference })
      #expect(exact.points.map(\.y) == session.exact.values[0][player])
      // Of two seeds the interquartile mean is the mean, and the interval holds both ends or less.
      let learned = try tables.map { try game.values(of: $0["last"]!)[player] }
      let series = values.panels[player].series[0]
      for (state, point) in series.points.enumerated() {
        let both = learned.map { $0[state] }.sorted()
        #expect(abs(point.y - (both[0] + both[1]) / 2) <= 1e-12 * (1 + abs(point.y)))
        #expect(try #require(point.low) >= both[0] && point.high! <= both[1])
      }
      #expect(
        series.points.map(\.x)
          == game.stateLabels.map { label in label.number! })
    }
    // Mean actions: a policy is a law over amounts of training.
    let policies = try #require(report.charts.first { $0.name == "policies" })
    let labels = game.actionLabels.labels(0, at: 3).map { $0.number! }
    let mean = tables.map { table in
      zip(table["last"]![0].law(at: 3), labels).reduce(0) { $0 + $1.0 * $1.1 }
    }.reduce(0, +)
    #expect(abs(policies.panels[0].series[0].points[3].y - mean / 2) < 1e-12)
  }

  @Test(.enabled(if: isInstalled("gnuplot"), "gnuplot is not installed"))
  func `the page is whole, harmless, and the same twice`() throws {
    let folder = try TemporaryFolder()
    let name = "<script>alert('x')<!--"
    let hostile = smallRace.replacing("experiment: small", with: "experiment: \"\(name)\"")
    let session = try train(configuration(hostile), into: folder.path)
    let reports = try Report.make([session.run.path], reportContext())
    let page = try ReportPage(reports).html()
    let again = try ReportPage(Report.make([session.run.path], reportContext())).html()
    #expect(page == again)
    #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
    // The name is there, as words.
    #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;!--"))
    #expect(!page.contains("<script"))
    #expect(!page.contains("<!--"))
    // Nothing is loaded, and nothing may be.
    #expect(page.contains("default-src &#39;none&#39;"))
    for outside in [" src=\"http", " href=\"http", "url(", "@import", "<link", "<iframe"] {
      #expect(!page.contains(outside), "\(outside)")
    }
    // Four pictures with captions and words for those who do not see them.
    #expect(page.split(separator: "<figure id=").count == 5)
    #expect(page.split(separator: "<figcaption>").count == 5)
    #expect(page.split(separator: "role=\"img\" aria-labelledby=").count == 5)
    #expect(page.contains("scope=\"col\"") && page.contains("scope=\"row\""))
    // No name twice.
    let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    // Every link leads somewhere.
    for link in page.matches(of: /href="#([^"]*)"/).map({ String($0.1) }) {
      #expect(ids.contains(link), "\(link)")
    }
  }

  @Test func `several runs are compared, and each reported`() throws {
    let folder = try TemporaryFolder()
    let one = try train(configuration(), into: folder.path)
    let two = try train(
      configuration(smallRace, ["learner.step_size=0.4"]), into: folder.path)
    let reports = try Report.make(
      [one.run.path, two.run.path, one.run.path + "/"], reportContext())
    #expect(reports.map(\.kind) == ["comparison", "training run", "training run"])
    #expect(reports[0].sections.map(\.id) == ["comparison", "equilibria"])
    let session = try CompareSession(
      [one.run, two.run], options: reportContext().options, interruption: Interruption(),
      progress: ProgressDisplay(unit: "", isSilent: true))
    let groups = try #require(session.comparisons.first?.groups)
    for group in groups {
      #expect(reports[0].tables[0].row(group.name)?[2] == tableNumber(group.iqm.estimate))
    }
    let pair = try #require(session.comparisons.first?.pairs.first)
    let pairs = try #require(reports[0].tables.first { $0.caption == "Every pair" })
    #expect(
      pairs.row("P(\(pair.first) better)")?[1] == tableNumber(pair.improvement.result.estimate))
    // Names of several reports on one page do not clash.
    let page = try ReportPage(reports).html()
    let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    #expect(ids.contains("part-2-verdict") && ids.contains("part-3-verdict"))
  }

  @Test func `names that come twice are told apart`() {
    let chart = Chart(
      "profile", title: "t",
      panels: [.init(xAxis: "x", yAxis: "y", series: [.init("a", .curve, [.init(0, 0)])])])
    let figures = (0..<2).map { _ in ReportBlock.figure(ReportFigure(chart, caption: "c")) }
    let sections = ["game", "game", "game-2", "top"].map { ReportSection($0, $0, figures) }
    let report = Report(
      kind: "k", title: "t", state: .finished, verdict: "", path: "p", sections: sections)
    let named = report.withDistinctNames
    #expect(named.sections.map(\.id) == ["game", "game-2", "game-2-2", "top-2"])
    let ids = named.sections.flatMap(\.blocks).compactMap { block in
      if case .figure(let figure) = block { figure.id } else { nil }
    }
    #expect(ids == ["profile"] + (2...8).map { "profile-\($0)" })
    #expect(named.withDistinctNames.sections.map(\.id) == named.sections.map(\.id))
  }

  @Test func `long titles are wrapped`() {
    let title =
      "a rather long experiment's name, the policies of its players, and supercalifragilistic"
    let panel = Chart.Panel(
      title: title, xAxis: "state", yAxis: "y",
      series: [
        .init("the interquartile mean of all seeds", .curve, [.init(0, 1), .init(1, 2)]),
        .init("the exact equilibrium at parity", .reference, [.init(0, 1), .init(1, 2)]),
      ])
    let chart = Chart("c", title: title, panels: [panel])
    var table = ReportTable(
      "numbers", ["a statistic", "mean", "95% interval of the mean", "another interval"])
    table.add([
      "welfare", "-0.123456", "[-1.123456e-10, 1.123456e-10, or thereabouts]",
      "[-1.123456e-10, 1.123456e-10]",
    ])
    let report = Report(
      kind: "k", title: title, state: .finished, verdict: title, path: "p",
      sections: [
        ReportSection(
          "s", title,
          [.heading(title), .figure(ReportFigure(chart, caption: "c")), .table(table)],
          isBrief: true)
      ])
    for columns in [50, 60, 80] {
      let text = ReportText(
        style: TerminalStyle(isTerminal: false, columns: columns, environment: ["LANG": "C.UTF-8"])
      ).text(report)
      for line in text.split(separator: "\n") { #expect(line.count <= columns, "\(line)") }
      // Nothing is cut.
      let words = text.split(whereSeparator: \.isWhitespace)
      #expect(words.count { $0 == "supercalifragilistic" } == 6)
      #expect(words.contains("parity") && words.contains("seeds"))
    }
  }

  @Test func `one seed's folder is reported as that seed`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    let report = try #require(
      try Report.make(["\(session.run.path)/seed=6/"], reportContext()).first)
    let seeds = try #require(report.tables.first { $0.caption.hasPrefix("Every seed: NashConv") })
    #expect(seeds.row("6") != nil && seeds.row("5") == nil)
  }

  @Test func `text for a terminal fits it, and the document holds every part`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    let reports = try Report.make([session.run.path], reportContext())
    let sizes = [(80, "C.UTF-8"), (80, "C"), (140, "C.UTF-8"), (60, "C.UTF-8"), (50, "C")]
    for (columns, locale) in sizes {
      let style = TerminalStyle(
        isTerminal: false, columns: columns, environment: ["LANG": locale])
      let text = ReportText(style: style).text(reports[0])
      for line in text.split(separator: "\n")
      where !line.hasPrefix("next:") && !line.hasPrefix("where:") && !line.hasPrefix("note:") {
        #expect(line.count <= columns, "\(line)")
      }
      // Row names are wrapped where the terminal is narrow.
      #expect(text.contains(columns > 50 ? "NashConv at parity" : "NashConv at"))
      #expect(text.contains(locale == "C" ? "o exact" : "○ exact"))
      if locale == "C" { #expect(text.utf8.allSatisfy { $0 < 128 }) }
      #expect(!text.contains("\u{1B}"))
    }
    let document = try DocumentValue(of: ReportDocument(reports))
    let part = try #require(document["reports"].list.first)
    #expect(part["sections"].list.map { $0["id"].inline } == reports[0].sections.map(\.id))
    #expect(part["state"].text == "finished")
  }
}
