import Configuration
import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Experiments

/// Every kind of folder and document besides single training runs.
@Suite struct ReportSourceTests {
  private func report(_ path: String) throws -> Report {
    try #require(try Report.make([path], reportContext()).first)
  }

  private func write(_ text: String, _ path: String) throws {
    try text.write(toFile: path, atomically: true, encoding: .utf8)
  }

  @Test func `a mean-field run is held against its exact equilibria`() throws {
    let folder = try TemporaryFolder()
    let configuration = try MeanFieldConfiguration(
      yaml: """
        experiment: market
        seed: 3
        replicates: 2
        game: {kind: mfe-two-state}
        learner: {kind: adaptive-policy-gradient}
        evaluation: {}
        """, source: "x.yaml", needs: [.learner, .training, .evaluation])
    let session = try MeanFieldTrainingSession.train(
      configuration, options: TrainingOptions(root: folder.path, threads: 2),
      interruption: Interruption(), progress: ProgressDisplay(unit: "", isSilent: true),
      log: { _ in })
    let report = try report(session.run.path)
    #expect(report.kind == "mean-field training run")
    #expect(report.state == .finished)
    let m = session.verdict.statistics.m[0]
    #expect(report.verdict.contains(brief(m.iqm)))
    #expect(report.tables[0].rows.count >= 5)
    #expect(report.tables[1].row("3")?[1] == session.verdict.per_seed[0].m.text)
    let exact = session.verdict.exact.crossings
    #expect(
      report.tables.first { $0.caption.hasPrefix("Exact crossings") }?.rows.count == exact.count)
    // m by outer step: a line a seed, and the exact ones.
    let chart = try #require(report.charts.first { $0.name == "m" })
    let series = chart.panels[0].series
    #expect(series.filter { $0.look == .curve }.map(\.name) == ["seed 3", "seed 4"])
    #expect(
      series.filter { $0.look == .reference }.map { $0.points[0].y }
        == exact.map { $0.m.numbers[0] })
  }

  @Test func `a study's report counts what its summary counts`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.path + "/study.yaml"
    try write(
      """
      experiment: pick
      seed: 2
      replicates: 3
      games:
        race: {kind: compute-race, parameters: {grid: 5, actions: 2}}
      learners:
        q: {learner: {kind: q-learning}}
        wrong: {learner: {kind: q-learning, step_size: 0.9}}
      training: {steps: 3000, episode: 50, start: uniform}
      evaluation: {points: 3, against: {kind: bellman-nash, selection: joint}}
      match: {starts: 2}
      """, path)
    let study = try Study.perform(
      StudyConfiguration(path: path),
      options: TrainingOptions(root: folder.path, threads: 2), interruption: Interruption(),
      progress: { ProgressDisplay(unit: $0, isSilent: true) }, log: { _ in })
    let report = try report(study.folder)
    #expect(report.kind == "study")
    #expect(report.title == "Study pick")
    let table = try #require(report.tables.first { $0.caption.hasPrefix("Share of seeds") })
    #expect(table.columns.map(\.title) == ["outcome", "values", "q", "wrong"])
    for outcome in study.games[0].learners[0].matching.outcomes {
      #expect(table.row(outcome.label)?[2].hasPrefix(percentText(outcome.share)) == true)
    }
    #expect(report.sections.map(\.id).contains("comparison-race"))
    // The same document saved by itself says the same, without the folder's pictures.
    let saved = "\(folder.path)/saved.json"
    try write(jsonLine(study), saved)
    #expect(try self.report(saved).verdict == report.verdict)
    // The runs behind it are runs.
    #expect(try self.report(study.games[0].learners[1].run).state == .finished)
  }

  @Test func `a reproduction is a table of items with their verdicts`() throws {
    let folder = try TemporaryFolder()
    try write(
      """
      {"name": "some-paper", "rows": [
        {"item": "price", "source": "Table 1", "paper": 0.5, "ours": 0.5000001, "difference": 1e-7,
         "verdict": "reproduced", "note": ""},
        {"item": "<b>trend</b>", "source": "Figure 2", "paper": "falls", "ours": "rises",
         "difference": null, "verdict": "not reproducible", "note": "no seeds"}]}
      """, "\(folder.path)/results.json")
    try write(
      "<svg xmlns=\"http://www.w3.org/2000/svg\"><title>Prices</title><path d=\"M0,0\"/></svg>",
      "\(folder.path)/figure-1.svg")
    let report = try report(folder.path)
    #expect(report.title == "Reproduction of some-paper")
    #expect(report.verdict == "2 items: 1 reproduced, 1 not reproducible.")
    #expect(report.tables[0].row("price")?[5] == "reproduced")
    let page = try ReportPage([report]).html()
    #expect(page.contains("<td class=\"bad\">not reproducible</td>"))
    #expect(page.contains("&lt;b&gt;trend&lt;/b&gt;"))
    #expect(page.contains(">Prices</title>") && page.contains("<path d=\"M0,0\">"))
    #expect(page.contains("<figcaption>Prices.</figcaption>"))
  }

  @Test func `a saved solution is drawn and certified`() throws {
    let folder = try TemporaryFolder()
    let configuration = try ExperimentConfiguration(
      yaml: """
        game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
        solver: {kind: bellman-nash, selection: joint}
        """, source: "x.yaml", needs: [.game, .solver])
    let solution = try configuration.solver().solve(configuration.game)
    let path = "\(folder.path)/solved.json"
    try write(
      jsonLine(
        try SolveDocument(configuration, solution, seconds: 1, allPeriods: false)), path)
    let report = try report(path)
    #expect(report.kind == "exact solution")
    #expect(report.state == .finished)
    #expect(report.verdict.contains("the certificate says: an equilibrium"))
    #expect(report.charts.map(\.name) == ["policies", "values"])
    #expect(
      report.charts[1].panels[1].series[0].points.map(\.y) == solution.values[0][1])
    let states = try #require(report.tables.first { $0.caption.hasPrefix("Policies and values") })
    let row = try #require(states.row(configuration.game.stateLabels[2].description))
    #expect(row[3] == tableNumber(solution.values[0][0][2]))
    #expect(try Report.defaultFile(path) == "\(folder.path)/solved.html")
  }

  @Test func `a mean-field solution lists its crossings`() throws {
    let folder = try TemporaryFolder()
    let configuration = try MeanFieldConfiguration(
      yaml: "game: {kind: mfe-two-state}", source: "x.yaml", needs: [.solver])
    let solution = try configuration.solve(isCancelled: { false })
    let path = "\(folder.path)/solved.json"
    try write(jsonLine(MeanFieldSolveDocument(configuration, solution)), path)
    let report = try report(path)
    #expect(report.kind == "exact mean-field solution")
    #expect(report.tables[0].rows.count == solution.crossings.count)
    #expect(
      report.charts[0].panels[0].series[0].points.map(\.y) == solution.crossings[0].law)
  }

  @Test func `any other folder is told from its files`() throws {
    let folder = try TemporaryFolder()
    try write(
      """
      {"schema": "equilibrium-lab/something/1", "experiment": "thing", "count": 3, "status": "complete",
       "rows": [{"name": "a", "value": 1.5}, {"name": "b", "value": null}], "long": [1,2,3,4,5,6,7,8],
       "inner": {"x": {"y": 2}}}
      """, "\(folder.path)/summary.json")
    try write("name,value\n\"a, b\",0.25\nc,\n", "\(folder.path)/table.csv")
    let report = try report(folder.path)
    #expect(report.kind == "something")
    #expect(report.verdict == "Complete.")
    let table = try #require(report.tables.first { $0.caption == "rows" })
    #expect(table.row("a") == ["a", "1.50000"] && table.row("b") == ["b", ""])
    let csv = try #require(report.tables.first { $0.caption.hasSuffix("table.csv") })
    #expect(csv.row("a, b") == ["a, b", "0.250000"])
    guard case .facts(let facts) = report.blocks("facts")[0] else {
      Issue.record("no facts")
      return
    }
    #expect(facts.contains(ReportFact("long", "8 numbers from 1 to 8")))
    // Damage and absence are said.
    try write("{", "\(folder.path)/summary.json")
    #expect(try self.report(folder.path).state == .damaged)
    try FileManager.default.removeItem(atPath: "\(folder.path)/summary.json")
    #expect(try self.report(folder.path).state == .unfinished)
  }

  @Test func `a sweep's folder lists its cells and failures`() throws {
    let folder = try TemporaryFolder()
    try write("experiment: s\n", "\(folder.path)/sweep.yaml")
    try write(
      """
      {"schema": "equilibrium-lab/sweep/1", "command": "sweep", "runs_command": "solve",
       "experiment": "regimes", "keys": ["game.parameters.mu"], "columns": ["status", "value"],
       "counts": {"cells": 3, "done": 2, "failed": 1, "pending": 0},
       "cells": [
         {"cell": 1, "values": {"game.parameters.mu": 0.1}, "outcome": "done",
          "results": {"status": "converged", "value": 2}},
         {"cell": 2, "values": {"game.parameters.mu": 0.2}, "outcome": "done",
          "results": {"status": "cycle", "value": null}},
         {"cell": 3, "values": {"game.parameters.mu": 0.3}, "outcome": "failed", "results": {}}],
       "failures": [{"cell": 3, "message": "too <small>", "command": "lab solve x mu=0.3"}]}
      """, "\(folder.path)/summary.json")
    let report = try report(folder.path)
    #expect(report.state == .failed)
    #expect(report.verdict.hasPrefix("2 of 3 cells done over game.parameters.mu"))
    let cells = try #require(report.tables.first { $0.caption == "Every cell" })
    #expect(cells.columns.map(\.title) == ["cell", "mu", "outcome", "status", "value"])
    #expect(cells.row("1") == ["1", "0.100000", "done", "converged", "2"])
    #expect(report.tables[0].row("3") == ["3", "too <small>", "lab solve x mu=0.3"])
    try FileManager.default.removeItem(atPath: "\(folder.path)/summary.json")
    #expect(try self.report(folder.path).state == .unfinished)
  }

  @Test func `a path study's estimates stand beside the exact ones`() throws {
    let folder = try TemporaryFolder()
    let configuration = try MonteCarloConfiguration(
      yaml: """
        experiment: paths
        seed: 9
        game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
        solver: {kind: bellman-nash, selection: joint}
        montecarlo: {profiles: [exact, uniform], paths: 200, periods: 12, burn_in: 2}
        """, source: "x.yaml")
    let study = try MonteCarloStudy.perform(
      configuration, options: TrainingOptions(root: folder.path, threads: 2),
      interruption: Interruption(), log: { _ in },
      progress: ProgressDisplay(unit: "", isSilent: true), status: { _ in })
    let run = URL(fileURLWithPath: study.folder).deletingLastPathComponent().path
    let report = try report(run)
    #expect(report.kind == "path study")
    #expect(report.state == .finished)
    #expect(report.verdict.hasPrefix("200 paths under exact, uniform."))
    let statistic = study.document.profiles[0].statistics[0]
    let table = try #require(report.tables.first)
    let row = try #require(
      table.rows.compactMap { row -> [String]? in
        guard case .cells(let cells) = row, cells[0].text.hasPrefix(statistic.name) else {
          return nil
        }
        return cells.map(\.text)
      }.first)
    #expect(row[1] == tableNumber(statistic.mean))
    // At parity firm 1's value is 0 up to rounding.
    #expect(
      statistic.exact.map { abs($0) < 1e-12 ? row[4] == "0" : row[4] == tableNumber($0) } == true)
    let fan = study.document.profiles[0].fans[0]
    let chart = try #require(report.charts.first { $0.name == "fan-\(fan.name)" })
    #expect(chart.panels.map(\.title) == ["exact", "uniform"])
    #expect(chart.panels[0].series[0].points.count == fan.dates.count)
    #expect(chart.panels[0].series[0].points[3].low == fan.dates[3].quantiles[0].value)
    let listing = try RunListing(root: folder.path)
    #expect(listing.runs.map(\.kind) == ["montecarlo"])
    #expect(listing.runs[0].finished == 1 && listing.runs[0].method == "200 paths")
  }

  @Test func `several seeds of a path study have a verdict and names each`() throws {
    let folder = try TemporaryFolder()
    var run = ""
    for seed in [9, 4] {
      let configuration = try MonteCarloConfiguration(
        yaml: """
          experiment: paths
          seed: \(seed)
          game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
          solver: {kind: bellman-nash, selection: joint}
          montecarlo: {paths: 100, periods: 12, burn_in: 2, autocorrelation_lags: 2}
          """, source: "x.yaml")
      let study = try simulate(configuration, into: folder.path, drawsPlots: true)
      run = URL(fileURLWithPath: study.folder).deletingLastPathComponent().path
    }
    let report = try report(run)
    func verdict(_ seed: Int) throws -> String {
      try MonteCarloSections(document: DocumentValue(path: "\(run)/seed=\(seed)/summary.json"))
        .verdict
    }
    let (four, nine) = (try verdict(4), try verdict(9))
    #expect(report.verdict == "Seed 4: \(four) Seed 9: \(nine)")
    let texts = report.blocks("verdict").compactMap { block in
      if case .text(let text) = block { text } else { nil }
    }
    #expect(texts == ["Seed 4: \(four)", "Seed 9: \(nine)"])
    let figures = report.sections.flatMap(\.blocks).compactMap { block in
      if case .figure(let figure) = block { figure.id } else { nil }
    }
    #expect(figures.count > 2 && Set(figures).count == figures.count)
    #expect(figures.filter { $0.hasPrefix("seed-9-") }.count * 2 == figures.count)
    // One seed's folder is about that seed.
    let single = try self.report("\(run)/seed=9")
    #expect(single.verdict == nine)
    #expect(!single.sections.contains { $0.id.contains("seed-") })
    guard isInstalled("gnuplot") else { return }
    // Drawn before or drawn now, every figure of the page is kept as a file of its own.
    let reports = try Report.make(["\(run)/seed=9", "\(run)/seed=4", run], reportContext())
    let (page, kept) = try ReportPage(reports).drawn(plots: "\(folder.path)/figures")
    #expect(try ReportPage(reports).html() == page)
    let ids = page.matches(of: /\ id="([^"]*)"/).map { String($0.1) }
    #expect(Set(ids).count == ids.count)
    #expect(page.split(separator: "<figure id=").count - 1 == 2 * figures.count)
    for ending in ["svg", "pdf", "png"] {
      #expect(kept.count { $0.hasSuffix(ending) } == 2 * figures.count, "\(ending)")
    }
    #expect(Set(kept).count == kept.count && kept.allSatisfy(fileExists))
  }
}
