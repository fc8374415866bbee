internal import Environments
internal import Equilibria
internal import Foundation
internal import Statistics

/// A run of `lab train`: a mean-field game.
struct MeanFieldSource: ReportSource {
  static let kind = "mean-field"

  let run: RunFolder

  init?(_ place: ReportPlace) {
    guard place.isFolder, place.isMeanField, let run = place.run
    else { return nil }
    self.run = run
  }

  func report(_ context: ReportContext) throws -> Report {
    let configuration: MeanFieldConfiguration
    do {
      configuration = try run.meanFieldConfiguration()
    } catch {
      return RunParts(run, inventory: RunInventory(run, wanted: [])).damaged(
        "mean-field training run", error: error)
    }
    let inventory = RunInventory(run, wanted: run.seed.map { [$0] } ?? configuration.seeds)
    let parts = RunParts(run, inventory: inventory)
    var report = Report(
      kind: "mean-field training run",
      title: "\(configuration.experiment): \(configuration.title)", state: inventory.state,
      verdict: "", path: run.path)
    let isBegun = inventory.seeds.contains { seed in
      seed.state == .finished && (run.seed == nil || seed.folder.seed == run.seed)
    }
    if isBegun {
      do {
        try judge(&report, parts, context)
      } catch let error where !(error is TrainingStop) {
        report.state = .damaged
        report.verdict = "The results cannot be read: \(error)"
        report.sections = [
          ReportSection("verdict", "Verdict", [.warning(report.verdict)], isBrief: true)
        ]
      }
    } else {
      report.verdict =
        "No seed has finished, so there is no verdict. " + (inventory.remark ?? "")
      report.next = parts.resume("train")
      report.sections.append(
        ReportSection("verdict", "Verdict", [.warning(report.verdict)], isBrief: true))
    }
    report.sections += parts.closing(reproduce: "train", title: "Training")
    return report
  }

  private func judge(
    _ report: inout Report, _ parts: RunParts, _ context: ReportContext
  ) throws {
    let session = try MeanFieldTrainingSession.compare(run, interruption: context.interruption)
    let sections = MeanFieldSections(document: try DocumentValue(of: session.verdict))
    report.title = "\(session.configuration.experiment): \(session.title)"
    report.verdict = sections.verdict
    report.next = session.advice
    report.sections.append(
      ReportSection(
        "verdict", "Verdict",
        parts.remarks + [
          .table(sections.table), .table(sections.seedTable(most: context.isBrief ? 8 : 200)),
          .text(MeanFieldSections.legend),
        ], isBrief: true))
    var figures: [ReportBlock] = try outerSteps(session).map {
      .figure(
        ReportFigure(
          $0,
          caption: "Where each seed looked for m, outer step by outer step. Black: the exact "
            + "equilibria."))
    }
    if let laws = try laws(session, sections.document) {
      figures.append(
        .figure(
          ReportFigure(
            laws,
            caption: "The population as the learners saw it, interquartile mean and 95% bootstrap "
              + "interval over seeds, beside the exact law of the nearest equilibrium (black).")))
    }
    figures += RunParts.pictures(
      "\(run.path)/plots", except: session.verdict.interaction.indices.map { "m_\($0 + 1)" } + ["m"]
    )
    report.sections.append(ReportSection("figures", "Figures", figures, isBrief: true))
    guard !context.isBrief else { return }
    report.sections.append(
      ReportSection("certificates", "Exact equilibria and certificates", sections.exact))
  }

  /// Seeds with a line of their own.
  private static let lines = 6

  /// m against outer steps, a chart a scalar.
  private func outerSteps(_ session: MeanFieldTrainingSession) throws -> [Chart] {
    let names = session.verdict.interaction
    let seeds = session.verdict.seeds.prefix(Self.lines)
    let tables = try seeds.map { try CSVTable(path: run.seedFolder($0).metricsPath) }
    return try names.indices.compactMap { scalar -> Chart? in
      let suffix = names.count == 1 ? "" : "/\(scalar + 1)"
      var series = try zip(seeds, tables).map { seed, table in
        Chart.Series(
          "seed \(seed)", .curve,
          zip(try table.column("step"), try table.column("m\(suffix)")).compactMap { step, m in
            guard let step, let m else { return nil }
            return Chart.Point(step, m)
          })
      }
      let steps = series.flatMap(\.points).map(\.x)
      guard let first = steps.min(), let last = steps.max() else { return nil }
      for crossing in session.verdict.exact.crossings.prefix(4) {
        series.append(
          Chart.Series(
            "exact", .reference,
            Set([first, last]).sorted().map { Chart.Point($0, crossing.m.numbers[scalar]) }))
      }
      return Chart(
        names.count == 1 ? "m" : "m_\(scalar + 1)",
        title: "\(session.configuration.experiment): m by outer step",
        panels: [
          Chart.Panel(xAxis: "outer step", yAxis: "m, \(names[scalar])", series: series)
        ])
    }
  }

  /// The law as seen beside the exact one.
  private func laws(
    _ session: MeanFieldTrainingSession, _ document: DocumentValue
  ) throws -> Chart? {
    let game = try session.configuration.finiteGame()
    let sample = StateSample(game.layout.stateLabels)
    let seen = try session.verdict.seeds.map {
      try LearnedEquilibrium(run.seedFolder($0), game: game).law
    }.filter { !$0.isEmpty }
    var series: [Chart.Series] = []
    if !seen.isEmpty {
      series.append(
        Chart.Series(
          "law as seen", .curve, try sample.points(seen, seed: session.configuration.seed)))
    }
    // The equilibrium that most seeds are nearest to.
    let nearest = document["per_seed"].list.compactMap {
      $0["crossing"].number == nil ? nil : $0["crossing"].whole
    }
    let counts = Dictionary(grouping: nearest, by: \.self).mapValues(\.count)
    if let most = counts.keys.sorted().max(by: { counts[$0]! < counts[$1]! }) {
      let law = session.verdict.exact.crossings[most - 1].law
      if law.count == game.layout.stateCount {
        series.append(Chart.Series("exact law", .reference, sample.points(law)))
      }
    }
    guard !series.isEmpty else { return nil }
    return Chart(
      "laws", title: "\(session.configuration.experiment): the population",
      panels: [
        Chart.Panel(
          xAxis: "state", yAxis: "share of agents", isFromZero: true,
          categories: sample.categories, series: series)
      ])
  }
}
