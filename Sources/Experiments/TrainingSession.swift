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
  public let verdict: TrainingVerdict
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
      "train", training.run, configuration, summaries, began: began, interruption: interruption)
  }

  /// Judges a run's stored policies anew against the exact solution; nothing is trained.
  ///
  /// Every certificate is recomputed from `policy.csv`, whatever `summary.json` says.
  /// - Throws: `FileError` if the run is missing, unfinished or damaged.
  public static func compare(
    _ run: RunFolder, interruption: Interruption
  ) throws -> TrainingSession {
    let began = Date()
    let configuration = try run.configuration()
    let folders = run.seeds().filter(\.isFinished)
    guard !folders.isEmpty else {
      throw FileError(
        run.path, "has no finished seed yet; go on with `lab train … --resume`", isUsage: true)
    }
    let game = configuration.game
    let summaries = try folders.map { folder in
      var summary = try folder.summary()
      let profiles = try PolicyTable.read(folder.policyPath, game: game)
      guard let last = profiles["last"], let average = profiles["average"] else {
        throw FileError(folder.policyPath, "must hold the policies last and average")
      }
      summary.last = Experiments.verdict(try Certificate(game, last), game.initial)
      summary.average = Experiments.verdict(try Certificate(game, average), game.initial)
      return summary
    }
    return try finish(
      "compare", run, configuration, summaries, began: began, interruption: interruption)
  }

  private static func finish(
    _ command: String, _ run: RunFolder, _ configuration: ExperimentConfiguration,
    _ summaries: [SeedSummary], began: Date, interruption: Interruption
  ) throws -> TrainingSession {
    let exact = try configuration.solver(.evaluation).solve(
      configuration.game, isCancelled: { interruption.isRequested })
    if interruption.isRequested { throw TrainingStop.interrupted(run: run.path) }
    let verdict = try TrainingVerdict(
      command: command, run: run, configuration: configuration, summaries: summaries,
      exact: exact, seconds: -began.timeIntervalSinceNow)
    let curve = try LearningCurve(
      run: run, seeds: summaries.map(\.seed), seed: configuration.seed,
      column: "equilibrium/nash_conv")
    let plots = try Plot.nashConv(
      curve, title: "\(configuration.experiment): \(summaries.count) seeds, IQM and 95% interval",
      folder: "\(run.path)/plots")
    if command == "train" {
      try writeAtomically(prettyJSON(verdict), to: "\(run.path)/summary.json")
    }
    return TrainingSession(
      run: run, configuration: configuration, verdict: verdict, curve: curve, plots: plots)
  }
}
