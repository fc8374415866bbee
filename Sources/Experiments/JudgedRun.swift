internal import Environments
internal import Foundation

/// The finished seeds of a run, read back: their policies, judged anew.
///
/// Every certificate is recomputed from `policy.csv`, whatever `summary.json` says.
struct JudgedRun: Sendable {
  let run: RunFolder
  let configuration: ExperimentConfiguration
  /// In order of seeds.
  let summaries: [SeedSummary]
  /// The policies of each seed by name: last, average, best.
  let profiles: [[String: Profile]]
  /// Seeds that have not finished.
  let unfinished: [UInt64]

  /// Reads a run, or the one seed of it that its argument named.
  ///
  /// - Parameter seeds: the seeds that count; all if nil.
  /// - Throws: `FileError` if the run is missing, unfinished or damaged.
  init(_ run: RunFolder, seeds: [UInt64]? = nil, interruption: Interruption) throws {
    self.run = run
    configuration = try run.configuration()
    let folders = run.seeds().filter {
      (run.seed == nil || $0.seed == run.seed) && (seeds?.contains($0.seed) ?? true)
    }
    let finished = folders.filter(\.isFinished)
    guard !finished.isEmpty else {
      throw FileError(
        run.path, "has no finished seed yet; go on with `lab train … --resume`", isUsage: true)
    }
    unfinished = folders.filter { !$0.isFinished }.map(\.seed)
    let game = configuration.game
    var summaries: [SeedSummary] = []
    var profiles: [[String: Profile]] = []
    for folder in finished {
      if interruption.isRequested { throw TrainingStop.stopped }
      var summary = try folder.summary()
      let table = try PolicyTable.read(folder.policyPath, game: game)
      guard let last = table["last"], let average = table["average"], let best = table["best"]
      else {
        throw FileError(folder.policyPath, "must hold the policies last, average and best")
      }
      summary.last = try PolicyVerdict(game, last)
      summary.average = try PolicyVerdict(game, average)
      summary.best = try PolicyVerdict(game, best)
      summaries.append(summary)
      profiles.append(table)
    }
    self.summaries = summaries
    self.profiles = profiles
  }
}
