internal import Environments
internal import Equilibria
internal import Foundation

/// One `lab train` or `lab compare`, from configuration to verdict.
public struct TrainingSession: Sendable {
  /// The run.
  public let run: RunFolder
  /// Its configuration.
  public let configuration: ExperimentConfiguration
  /// The verdict.
  public internal(set) var verdict: TrainingVerdict
  /// The learning curve.
  public let curve: LearningCurve
  /// What came of plotting.
  public let plots: Plot.Outcome
  /// The exact solution compared with.
  let exact: BellmanNashSolution

  /// Trains what is missing, solves the game exactly, and puts both together; leaves
  /// `summary.json` and `plots/` in the run's folder.
  ///
  /// - Throws: what `Training.perform` and the solver throw.
  public static func train(
    _ configuration: ExperimentConfiguration, options: TrainingOptions,
    interruption: Interruption, progress: ProgressDisplay, log: @escaping @Sendable (String) -> Void
  ) throws -> TrainingSession {
    let began = Date()
    let training = Training(configuration, options: options)
    let summaries = try training.perform(interruption: interruption, log: log, progress: progress)
    return try finish(
      "train", training.run, configuration, summaries, unfinished: [], began: began,
      threads: options.threads, draws: options.draws, interruption: interruption)
  }

  /// Judges a run's stored policies anew against the exact solution; nothing is trained and nothing
  /// is written.
  ///
  /// - Throws: `FileError` if the run is missing, unfinished or damaged.
  static func compare(
    _ judged: JudgedRun, threads: Int = 1, interruption: Interruption
  ) throws -> TrainingSession {
    try finish(
      "compare", judged.run, judged.configuration, judged.summaries,
      unfinished: judged.unfinished, began: Date(), threads: threads,
      interruption: interruption)
  }

  private static func finish(
    _ command: String, _ run: RunFolder, _ configuration: ExperimentConfiguration,
    _ summaries: [SeedSummary], unfinished: [UInt64], began: Date, threads: Int,
    draws: Bool = true, interruption: Interruption
  ) throws -> TrainingSession {
    let exact: BellmanNashSolution
    do {
      exact = try configuration.solver(.evaluation).solve(
        configuration.game, isCancelled: { interruption.isRequested })
    } catch {
      // What was learned stands without an exact solution beside it.
      exact = BellmanNashSolution(withoutAnswer: .uncertified, note: "\(error)")
    }
    if interruption.isRequested {
      throw command == "train" ? TrainingStop.interrupted(run: run.path) : TrainingStop.stopped
    }
    let departure = try DepartureStudy(configuration)?.summary(
      run, summaries, threads: threads, interruption: interruption)
    var verdict = try TrainingVerdict(
      command: command, run: run, configuration: configuration, summaries: summaries,
      unfinished: unfinished, exact: exact, departure: departure,
      seconds: -began.timeIntervalSinceNow)
    if command == "train",
      let known = try configuration.everyEquilibrium(isCancelled: { interruption.isRequested })
    {
      verdict.equilibria = KnownSummary(
        completeness: known.completeness.rawValue, count: known.entries.count, note: known.note)
      verdict.matching = try JudgedRun(run, interruption: interruption).matching(
        known, rule: MatchRule(), threads: threads)
    }
    let curve = try LearningCurve(
      run: run, seeds: summaries.map(\.seed), seed: configuration.seed,
      column: "equilibrium/nash_conv")
    let plots =
      command == "train" && draws
      ? try draw(run, configuration, summaries, exact, departure, threads: threads)
      : Plot.existing(folder: "\(run.path)/plots")
    if command == "train" {
      try writeAtomically(prettyJSON(verdict), to: "\(run.path)/summary.json")
    }
    return TrainingSession(
      run: run, configuration: configuration, verdict: verdict, curve: curve, plots: plots,
      exact: exact)
  }

  /// Draws everything about a trained run into its folder of plots.
  private static func draw(
    _ run: RunFolder, _ configuration: ExperimentConfiguration, _ summaries: [SeedSummary],
    _ exact: BellmanNashSolution, _ departure: ImpulseResponseSummary?, threads: Int
  ) throws -> Plot.Outcome {
    let folder = "\(run.path)/plots"
    let seeds = summaries.map(\.seed)
    let charts = TrainingCharts(run, configuration, seeds: seeds, exact: exact, threads: threads)
    let profiles = try concurrentMap(seeds, threads: threads) {
      try PolicyTable.read(run.seedFolder($0).policyPath, game: configuration.game)
    }
    var plots = Plot.Outcome.drawn([])
    for chart in try charts.curves() + charts.states(profiles) where !chart.isEmpty {
      plots = Plot.together(plots, try Plot.chart(chart, folder: folder))
    }
    plots = Plot.together(
      plots,
      try Plot.weights(
        run, seeds: seeds, title: "\(configuration.experiment): largest weight of each seed",
        folder: folder))
    if let departure, let study = try DepartureStudy(configuration) {
      plots = Plot.together(
        plots, try study.plot(departure, title: configuration.experiment, folder: folder))
    }
    return plots
  }

  /// The learning curve as a chart of one panel.
  public var curveChart: Chart {
    Chart(
      "nash_conv", title: "NashConv against \(configuration.stepUnit)",
      panels: [
        curve.panel(
          xAxis: configuration.stepUnit, yAxis: "NashConv at \(startName(configuration.game))")
      ])
  }
}
