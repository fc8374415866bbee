internal import Configuration
public import Foundation

/// What a user asks of `lab train` besides the configuration.
public struct TrainingOptions: Sendable {
  /// The folder above experiments.
  public var root: String
  /// Worker threads; results do not depend on it.
  public var threads: Int
  /// Go on from checkpoints.
  public var resumes: Bool
  /// Start anew, also where a finished run is.
  public var forces: Bool
  /// Draw pictures into the run's folder.
  public var draws: Bool
  /// The command line, for the manifest.
  public var commandLine: [String]

  /// The defaults: folder `runs`, all cores.
  public init(
    root: String = "runs", threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    resumes: Bool = false, forces: Bool = false, draws: Bool = true, commandLine: [String] = []
  ) {
    self.root = root
    self.threads = threads
    self.resumes = resumes
    self.forces = forces
    self.draws = draws
    self.commandLine = commandLine
  }
}

/// A training step that did not come to its end.
public enum TrainingStop: Error, Sendable, CustomStringConvertible {
  /// Interrupted, with checkpoints.
  case interrupted(run: String)
  /// Interrupted where nothing was being written.
  case stopped

  /// What happened and how to go on.
  public var description: String {
    switch self {
    case .interrupted(let run): "interrupted; checkpoints are in \(run); go on with --resume"
    case .stopped: "interrupted"
    }
  }
}

/// Trains every seed of a configuration, on several threads, into its run folder.
public struct Training: Sendable {
  /// The configuration.
  public let configuration: ExperimentConfiguration
  /// The options.
  public let options: TrainingOptions
  /// The run's folder.
  public let run: RunFolder

  /// Plans the training; touches nothing.
  public init(_ configuration: ExperimentConfiguration, options: TrainingOptions) {
    self.configuration = configuration
    self.options = options
    run = RunFolder(root: options.root, configuration: configuration)
  }

  /// The seeds of the configuration's replicates.
  public var seeds: [UInt64] { configuration.seeds }

  /// Trains, reusing finished seeds.
  ///
  /// - Parameters:
  ///   - interruption: polled; a request leaves checkpoints and throws `TrainingStop`.
  ///   - log: told what is reused.
  /// - Returns: summaries in order of seeds.
  /// - Throws: `FileError`, `ConfigurationError`, `TrainingStop`, or what a learner throws.
  public func perform(
    interruption: Interruption, log: @Sendable (String) -> Void, progress: ProgressDisplay
  ) throws -> [SeedSummary] {
    let queue = SeedQueue(configuration: configuration, options: options, run: run)
    let fingerprint = configuration.hash
    let folders = try queue.perform(
      steps: configuration.resolved.group("training")!.integer("steps"),
      interruption: interruption, log: log, progress: progress
    ) {
      let assembly = try SeatAssembly(configuration)
      return { folder, provenance, report in
        let outcome = try SeedRun(
          assembly: assembly, folder: folder, fingerprint: fingerprint, resumes: options.resumes,
          provenance: provenance, interruption: interruption, report: report
        ).train()
        if case .interrupted = outcome { return false }
        return true
      }
    }
    return try folders.map { try $0.summary() }
  }
}
