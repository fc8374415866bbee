internal import Configuration
internal import Foundation
internal import Statistics

/// One `lab montecarlo`: paths simulated, judged, and left in a folder.
public struct MonteCarloStudy: Sendable {
  /// The result.
  public let document: MonteCarloDocument
  /// The folder: `<root>/<experiment>/<hash>/seed=<seed>`.
  public let folder: String
  /// Whether a finished study was found there and nothing was played.
  public let isReused: Bool
  /// What came of plotting.
  public let plots: Plot.Outcome

  private static let saveSeconds = 30.0

  /// Plays what is missing, and writes `summary.json`, `statistics.csv`, `fans.csv`, `occupancy.csv`,
  /// `plots/`, and for TensorBoard an event file.
  ///
  /// - Parameters:
  ///   - interruption: polled between blocks of paths; a request leaves a checkpoint.
  ///   - log: told what is reused.
  ///   - status: told what the solver does.
  /// - Throws: `MonteCarloStop` if interrupted, `FileError`, `ConfigurationError`, `GameError`,
  ///   `MeanFieldError`, or `NumericalError` if a statistic is not finite.
  public static func perform(
    _ configuration: PathStudyConfiguration, options: TrainingOptions,
    interruption: Interruption, log: (String) -> Void, progress: ProgressDisplay,
    status: @escaping @Sendable (String) -> Void
  ) throws -> MonteCarloStudy {
    try perform(
      source: configuration, options: options, interruption: interruption, log: log,
      progress: progress, status: status)
  }

  /// As above, for a game of N players.
  public static func perform(
    _ configuration: MonteCarloConfiguration, options: TrainingOptions,
    interruption: Interruption, log: (String) -> Void, progress: ProgressDisplay,
    status: @escaping @Sendable (String) -> Void
  ) throws -> MonteCarloStudy {
    try perform(
      source: configuration, options: options, interruption: interruption, log: log,
      progress: progress, status: status)
  }

  private static func perform(
    source configuration: some PathStudySource, options: TrainingOptions,
    interruption: Interruption, log: (String) -> Void, progress: ProgressDisplay,
    status: @escaping @Sendable (String) -> Void
  ) throws -> MonteCarloStudy {
    let run = RunFolder(root: options.root, configuration: configuration)
    try makeFolder(run.path)
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    try run.prepare(configuration)
    let folder = run.seedFolder(configuration.header.seed)
    if options.forces { try folder.remove() }
    if folder.isFinished {
      log("reusing the finished study in \(folder.path); --force simulates anew")
      let document = try folder.summary(
        as: MonteCarloDocument.self, by: "lab montecarlo")
      return MonteCarloStudy(
        document: document, folder: folder.path, isReused: true,
        plots: Plot.existing(folder: "\(folder.path)/plots"))
    }
    let checkpoint = "\(folder.path)/checkpoints/latest.json"
    guard options.resumes || !folder.exists else {
      throw FileError(
        folder.path,
        "is unfinished: add --resume to go on from its checkpoint, or --force to start anew",
        isUsage: true)
    }
    let began = Date()
    let prepared = try configuration.prepared(interruption: interruption, status: status)
    var resumed: EnsembleState?
    if options.resumes, fileExists(checkpoint) {
      resumed = try EnsembleState.read(checkpoint, configuration: configuration.hash)
    }
    let provenance = Provenance(
      threads: options.threads, commandLine: options.commandLine,
      generator: configuration.header.generator.rawValue)
    try makeFolder(folder.path)
    try provenance.write(to: folder, status: "running", began: began, ended: nil)
    let ensemble = PathEnsemble(prepared.blocks, resuming: resumed, threads: options.threads)
    var saved = Date()
    let (isStopped, precision): (Bool, MonteCarloDocument.Precision?)
    do {
      (isStopped, precision) = try prepared.play(
        ensemble, interruption: interruption, progress: progress
      ) { ensemble in
        if -saved.timeIntervalSinceNow > saveSeconds, !ensemble.isComplete {
          try ensemble.state.write(to: folder, configuration: configuration.hash)
          saved = Date()
        }
      }
    } catch {
      Provenance.noteFailure(error, in: folder)
      throw error
    }
    if isStopped {
      try ensemble.state.write(to: folder, configuration: configuration.hash)
      try provenance.write(to: folder, status: "interrupted", began: began, ended: Date())
      throw MonteCarloStop.interrupted(folder: folder.path, paths: ensemble.pathsDone)
    }
    var document = prepared.document(ensemble, precision)
    try writeAtomically(document.statisticsCSV, to: "\(folder.path)/statistics.csv")
    try writeAtomically(document.fansCSV, to: "\(folder.path)/fans.csv")
    try writeAtomically(document.occupancyCSV, to: "\(folder.path)/occupancy.csv")
    try document.writeEvents(to: folder, payoffs: ensemble.state.sums.map(\.sketches))
    let plots =
      options.draws
      ? try Plot.paths(document, folder: "\(folder.path)/plots", threads: options.threads)
      : .skipped("no plots were wanted")
    try provenance.write(to: folder, status: "finished", began: began, ended: Date())
    // Last of all: a folder with a summary is a finished one.
    try writeAtomically(prettyJSON(document), to: folder.summaryPath)
    try? FileManager.default.removeItem(atPath: "\(folder.path)/checkpoints")
    document.seconds = -began.timeIntervalSinceNow
    document.rate =
      Double(ensemble.pathsDone) * Double(prepared.blocks.stepsPerPath)
      * Double(ensemble.state.sums.count)
      / max(ensemble.state.seconds, 1e-9)
    document.run = folder.path
    return MonteCarloStudy(
      document: document, folder: folder.path, isReused: false, plots: plots)
  }
}

extension EnsembleState {
  private struct Stored: Codable {
    var configuration: String
    var state: EnsembleState
  }

  /// Leaves a checkpoint in a study's folder.
  func write(to folder: SeedFolder, configuration: String) throws {
    try makeFolder("\(folder.path)/checkpoints")
    try writeAtomically(
      jsonData(Stored(configuration: configuration, state: self)), to: folder.checkpointPath)
  }

  /// Reads a checkpoint back.
  ///
  /// - Throws: `FileError` if it is damaged or another study's.
  static func read(_ path: String, configuration: String) throws -> EnsembleState {
    let data = try readData(path)
    guard let stored = try? JSONDecoder().decode(Stored.self, from: data),
      stored.configuration == configuration
    else {
      throw FileError(path, "is damaged or of another study; use --force to start anew")
    }
    return stored.state
  }
}
