internal import Configuration
internal import Environments
internal import Foundation

/// A run of `lab train`: a game of N players.
struct TrainingSource: ReportSource {
  static let kind = "train"

  let run: RunFolder

  init?(_ place: ReportPlace) {
    guard place.isFolder, !place.isMeanField, let keys = place.configurationKeys,
      keys.contains("game"), keys.contains("learner") || keys.contains("learners"),
      let run = place.run
    else { return nil }
    self.run = run
  }

  func report(_ context: ReportContext) throws -> Report {
    let configuration: ExperimentConfiguration
    do {
      configuration = try run.configuration()
    } catch {
      return RunParts(run, inventory: RunInventory(run, wanted: [])).damaged(
        "training run", error: error)
    }
    let inventory = RunInventory(run, wanted: run.seed.map { [$0] } ?? configuration.seeds)
    let parts = RunParts(run, inventory: inventory)
    var report = Report(
      kind: "training run", title: "\(configuration.experiment): \(configuration.title)",
      state: inventory.state, verdict: "", path: run.path)
    do {
      try judge(&report, configuration, parts, context)
    } catch let error where !(error is TrainingStop) {
      // A seed's files are damaged, or its policy cannot be judged: everything else can be told.
      report.state = .damaged
      report.verdict = "The results cannot be read: \(error)"
      report.sections = [
        ReportSection("verdict", "Verdict", [.warning(report.verdict)], isBrief: true)
      ]
    }
    report.sections += parts.closing(
      reproduce: "train", title: "Training")
    return report
  }

  private func judge(
    _ report: inout Report, _ configuration: ExperimentConfiguration, _ parts: RunParts,
    _ context: ReportContext
  ) throws {
    let inventory = parts.inventory
    guard
      inventory.seeds.contains(where: {
        $0.state == .finished && (run.seed == nil || $0.folder.seed == run.seed)
      })
    else {
      try unfinished(&report, configuration, parts, context)
      return
    }
    let judged = try JudgedRun(run, interruption: context.interruption)
    let session = try TrainingSession.compare(
      judged, threads: context.options.threads, interruption: context.interruption)
    let sections = TrainingSections(
      document: try DocumentValue(of: session.verdict), start: startName(configuration.game))
    report.title = "\(configuration.experiment): \(session.title)"
    report.verdict = sections.verdict
    report.next = session.advice
    var verdict: [ReportBlock] = parts.remarks
    verdict += [.table(sections.table), .text(sections.legend)] + sections.departure
    report.sections.append(ReportSection("verdict", "Verdict", verdict, isBrief: true))
    report.sections.append(
      ReportSection(
        "figures", "Figures", try figures(session, judged, context), isBrief: true))
    guard !context.isBrief else { return }
    let settled = judged.summaries.map {
      ReportTable.Cell($0.converged ? "yes" : "no", $0.converged ? .good : .plain)
    }
    let best = judged.summaries.map { ReportTable.Cell(grouped($0.bestStep)) }
    report.sections.append(
      ReportSection(
        "seeds", "Seeds",
        [.table(sections.seedTable([("best at step", best), ("converged", settled)]))]))
    report.sections.append(
      ReportSection("certificates", "Exact solution and certificates", sections.exact))
  }

  private func figures(
    _ session: TrainingSession, _ judged: JudgedRun, _ context: ReportContext
  ) throws -> [ReportBlock] {
    let charts = TrainingCharts(
      run, session.configuration, seeds: session.verdict.seeds, exact: session.exact,
      threads: context.options.threads)
    var blocks: [ReportBlock] = []
    for chart in try charts.curves() + charts.states(judged.profiles) where !chart.isEmpty {
      blocks.append(.figure(ReportFigure(chart, caption: Self.caption(chart.name, charts))))
    }
    return blocks + RunParts.pictures("\(run.path)/plots", except: TrainingCharts.names)
  }

  private static func caption(_ name: String, _ charts: TrainingCharts) -> String {
    let exact =
      charts.exact == nil
      ? " No certified stationary equilibrium stands beside them."
      : " Black: the exact equilibrium."
    switch name {
    case "nash_conv":
      return "NashConv of the seeds' policies against training steps: interquartile mean and 95% "
        + "bootstrap interval over seeds. 0 is an equilibrium."
    case "deviation_gains":
      return
        "What each player would gain by deviating, under the game's initial law: interquartile "
        + "mean and 95% bootstrap interval over seeds."
    case "policies":
      return "What the seeds' policies do at every state: interquartile mean and 95% bootstrap "
        + "interval over seeds.\(exact)"
    default:
      return "Exact values of the seeds' last policies at every state: interquartile mean and 95% "
        + "bootstrap interval over seeds.\(exact)"
    }
  }

  /// Nothing is finished: what has been written so far.
  private func unfinished(
    _ report: inout Report, _ configuration: ExperimentConfiguration, _ parts: RunParts,
    _ context: ReportContext
  ) throws {
    report.verdict =
      "No seed has finished, so there is no verdict. " + (parts.inventory.remark ?? "")
    report.next = parts.resume("train")
    report.sections.append(
      ReportSection("verdict", "Verdict", [.warning(report.verdict)], isBrief: true))
    // A table that is being written may end in half a line.
    let begun = parts.inventory.seeds.map(\.folder.seed).filter { seed in
      guard let table = try? CSVTable(path: run.seedFolder(seed).metricsPath) else { return false }
      return (try? table.column("step").isEmpty) == false
    }
    guard !begun.isEmpty else { return }
    let tables = try begun.map { try CSVTable(path: run.seedFolder($0).metricsPath) }
    let curve = try LearningCurve(
      tables, seed: configuration.seed, column: "equilibrium/nash_conv")
    let chart = Chart(
      "nash_conv", title: "\(configuration.experiment): NashConv so far",
      panels: [
        curve.panel(
          xAxis: "training \(configuration.stepUnit)",
          yAxis: "NashConv at \(startName(configuration.game))")
      ])
    guard !chart.isEmpty else { return }
    report.sections.append(
      ReportSection(
        "figures", "Figures",
        [
          .figure(
            ReportFigure(
              chart,
              caption: "NashConv at the steps that all \(begun.count) begun seeds have reached: "
                + "interquartile mean and 95% bootstrap interval."))
        ], isBrief: true))
  }
}
