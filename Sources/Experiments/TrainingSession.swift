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
    let verdict = try TrainingVerdict(
      command: command, run: run, configuration: configuration, summaries: summaries,
      unfinished: unfinished, exact: exact, departure: departure,
      seconds: -began.timeIntervalSinceNow)
    let curve = try LearningCurve(
      run: run, seeds: summaries.map(\.seed), seed: configuration.seed,
      column: "equilibrium/nash_conv")
    var plots: Plot.Outcome
    if command == "train" {
      try writeAtomically(prettyJSON(verdict), to: "\(run.path)/summary.json")
    }
    if command == "train", draws {
      let folder = "\(run.path)/plots"
      let drawn = try Plot.nashConv(
        curve, title: "\(configuration.experiment): \(summaries.count) seeds, IQM and 95% interval",
        start: startName(configuration.game), unit: configuration.stepUnit, folder: folder)
      let weights = try Plot.weights(
        run, seeds: summaries.map(\.seed),
        title: "\(configuration.experiment): largest weight of each seed", folder: folder)
      plots = Plot.together(drawn, weights)
      if let departure, let study = try DepartureStudy(configuration) {
        plots = Plot.together(
          plots, try study.plot(departure, title: configuration.experiment, folder: folder))
      }
    } else {
      plots = Plot.existing(folder: "\(run.path)/plots")
    }
    return TrainingSession(
      run: run, configuration: configuration, verdict: verdict, curve: curve, plots: plots)
  }
}
