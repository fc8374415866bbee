internal import Configuration
internal import Dispatch
internal import Environments
public import Foundation
internal import Statistics
internal import Synchronization

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
  /// The command line, for the manifest.
  public var commandLine: [String]

  /// The defaults: folder `runs`, all cores.
  public init(
    root: String = "runs", threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    resumes: Bool = false, forces: Bool = false, commandLine: [String] = []
  ) {
    self.root = root
    self.threads = threads
    self.resumes = resumes
    self.forces = forces
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
  public var seeds: [UInt64] {
    (0..<configuration.replicates).map { configuration.seed + UInt64($0) }
  }

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
    try makeFolder(run.path)
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    try run.prepare(configuration)
    let folders = seeds.map(run.seedFolder)
    if options.forces { for folder in folders { try folder.remove() } }
    let finished = folders.filter(\.isFinished)
    let open = folders.filter { !$0.isFinished }
    if !finished.isEmpty {
      log(
        "reusing \(finished.count) finished seed\(finished.count == 1 ? "" : "s") in \(run.path); "
          + "--force trains anew")
    }
    if !options.resumes, let begun = open.first(where: { $0.exists }) {
      throw FileError(
        begun.path,
        "is unfinished: add --resume to go on from its checkpoint, or --force to start "
          + "anew", isUsage: true)
    }
    try train(open, interruption: interruption, progress: progress)
    return try folders.map { try $0.summary() }
  }

  private func train(
    _ folders: [SeedFolder], interruption: Interruption, progress: ProgressDisplay
  ) throws {
    guard !folders.isEmpty else { return }
    let assembly = try SeatAssembly(configuration)
    let fingerprint = configuration.hash
    let provenance = Provenance(
      threads: options.threads, commandLine: options.commandLine,
      generator: configuration.generator.rawValue)
    progress.begin(
      total: configuration.resolved.group("training")!.integer("steps") * folders.count)
    let failures = Mutex<[(Int, any Error)]>([])
    let stopped = Atomic<Bool>(false)
    forEach(folders.count, threads: options.threads) { index in
      guard !stopped.load(ordering: .relaxed), !interruption.isRequested else {
        stopped.store(true, ordering: .relaxed)
        return
      }
      do {
        let outcome = try SeedRun(
          assembly: assembly, folder: folders[index],
          fingerprint: fingerprint, resumes: options.resumes, provenance: provenance,
          interruption: interruption, report: { progress.update(part: index, done: $0) }
        ).train()
        if case .interrupted = outcome { stopped.store(true, ordering: .relaxed) }
      } catch {
        // One seed's failure is no other's: they are trained and kept.
        failures.withLock { $0.append((index, error)) }
      }
    }
    progress.end()
    if stopped.load(ordering: .relaxed) { throw TrainingStop.interrupted(run: run.path) }
    let failed = failures.withLock { $0.sorted { $0.0 < $1.0 } }
    if let first = failed.first {
      guard failed.count < folders.count else { throw first.1 }
      throw FileError(
        run.path,
        "\(failed.count) of \(folders.count) seeds failed; the others are kept, and `lab compare` "
          + "judges them. The first failure: \(first.1)")
    }
  }
}

/// Runs `body(0) … body(count − 1)` on a number of threads, each taking the next index.
func forEach(_ count: Int, threads: Int, _ body: @Sendable (Int) -> Void) {
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      body(index)
    }
  }
}
