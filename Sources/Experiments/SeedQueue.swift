internal import Dispatch
internal import Foundation
internal import Statistics
internal import Synchronization

/// The seeds of a run, trained on several threads: finished ones are reused, unfinished ones go on
/// only if asked to.
struct SeedQueue<Configuration: RunConfiguration> {
  let configuration: Configuration
  let options: TrainingOptions
  let run: RunFolder

  /// Trains one seed in its folder, telling how far it is; false if it was interrupted, with a
  /// checkpoint.
  typealias Trainer =
    @Sendable (SeedFolder, Provenance, _ report: @escaping @Sendable (Int) -> Void) throws -> Bool

  /// Trains what is not finished.
  ///
  /// - Parameters:
  ///   - steps: of each seed, for the progress display.
  ///   - makeTrainer: called once, and only if a seed is to be trained.
  /// - Returns: the seeds' folders, all finished, in order of seeds.
  /// - Throws: `FileError`, `ConfigurationError`, `TrainingStop`, or what a trainer throws.
  func perform(
    steps: Int, interruption: Interruption, log: (String) -> Void, progress: ProgressDisplay,
    makeTrainer: () throws -> Trainer
  ) throws -> [SeedFolder] {
    try makeFolder(run.path)
    let lock = try run.lock()
    defer { withExtendedLifetime(lock) {} }
    try run.prepare(configuration)
    let folders = configuration.seeds.map(run.seedFolder)
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
    guard !open.isEmpty else { return folders }
    progress.begin(total: steps * open.count)
    try train(open, with: makeTrainer(), interruption: interruption, progress: progress)
    return folders
  }

  private func train(
    _ folders: [SeedFolder], with trainer: Trainer, interruption: Interruption,
    progress: ProgressDisplay
  ) throws {
    let provenance = Provenance(
      threads: options.threads, commandLine: options.commandLine,
      generator: configuration.header.generator.rawValue)
    let failures = Mutex<[(Int, any Error)]>([])
    let stopped = Atomic<Bool>(false)
    forEach(folders.count, threads: options.threads) { index in
      guard !stopped.load(ordering: .relaxed), !interruption.isRequested else {
        stopped.store(true, ordering: .relaxed)
        return
      }
      do {
        let isFinished = try trainer(
          folders[index], provenance, { progress.update(part: index, done: $0) })
        if !isFinished { stopped.store(true, ordering: .relaxed) }
      } catch {
        // One seed's failure is no other's: they are trained and kept.
        Provenance.noteFailure(error, in: folders[index])
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
