public import Foundation

/// What a user asks of `lab sweep` besides the file.
public struct SweepOptions: Sendable {
  /// The folder above experiments.
  public var root: String
  /// Worker threads; results do not depend on it.
  public var threads: Int
  /// The part to run; nil for the whole.
  public var shard: SweepShard?
  /// Run anew what is done.
  public var forces: Bool
  /// Stop at the first cell that fails.
  public var failsFast: Bool
  /// Run nothing: only make the table of what is there.
  public var collects: Bool
  /// For manifests.
  public var commandLine: [String]

  /// The defaults: folder `runs`, all cores, the whole sweep, failures do not stop it.
  public init(
    root: String = "runs", threads: Int = ProcessInfo.processInfo.activeProcessorCount,
    shard: SweepShard? = nil, forces: Bool = false, failsFast: Bool = false,
    collects: Bool = false, commandLine: [String] = []
  ) {
    self.root = root
    self.threads = threads
    self.shard = shard
    self.forces = forces
    self.failsFast = failsFast
    self.collects = collects
    self.commandLine = commandLine
  }
}

/// One `lab sweep`: every cell run or found done, and the table of them all.
public struct Sweep: Sendable {
  /// The sweep.
  public let configuration: SweepConfiguration
  /// Its folder.
  public let folder: String
  /// The cells' results.
  let table: SweepTable
  /// Cells that failed, now or in an earlier try that was not repeated.
  public let failures: [SweepFailure]
  /// Of those, the cells that this process ran.
  public let ownFailures: [SweepFailure]
  /// The part that was run; nil for the whole.
  public let shard: SweepShard?
  /// Cells of this process that were found done.
  public let reused: Int
  /// Cells of this process that were run to their end.
  public let ran: Int
  /// Cells of this process that are still to be run.
  public let unfinished: Int
  /// Whether somebody asked to stop.
  public let isInterrupted: Bool
  /// Whether the merged table was written.
  public let isCollected: Bool
  /// What came of plotting.
  public let plots: Plot.Outcome
  /// Wall-clock time.
  public let seconds: Double

  /// Runs the cells that are not done, several at once, and makes the table.
  ///
  /// Leaves in `<root>/<experiment>/sweep-<hash>/`: `sweep.yaml`, `base.yaml`, `manifest.json`, a
  /// document a cell in `cells/`, and, where this process runs the whole sweep or ends last,
  /// `cells.csv`, `sweep.csv`, `seeds.csv`, `summary.json` and `plots/`.
  ///
  /// - Parameters:
  ///   - interruption: polled; what is done stays, and training leaves checkpoints.
  ///   - log: told what is reused.
  /// - Throws: `FileError` if the folder cannot be used; a cell's failure is no error.
  public static func perform(
    _ configuration: SweepConfiguration, options: SweepOptions, interruption: Interruption,
    display: SweepDisplay, log: (String) -> Void
  ) throws -> Sweep {
    let began = Date()
    let folder = SweepFolder(root: options.root, configuration: configuration)
    var tally = SweepRun.Tally()
    var locks: [FolderLock] = []
    if options.collects {
      guard fileExists("\(folder.path)/cells") else {
        throw FileError(
          folder.path, "is not there: no cell of this sweep has been run; leave out --collect",
          isUsage: true)
      }
      locks = [try folder.lockForCollecting()]
    } else {
      try makeFolder(folder.path)
      locks = try folder.lock(options.shard)
      try folder.prepare(configuration)
      tally = try SweepRun(
        configuration: configuration, options: options, folder: folder, interruption: interruption,
        display: display
      ).perform(log: log)
    }
    locks.append(try folder.lockTables())
    defer { withExtendedLifetime(locks) {} }
    let table = try SweepTable(configuration, folder: folder, threads: options.threads)
    let failures = table.rows.filter { $0.outcome == .failed }.compactMap {
      folder.failure(of: $0.cell.number)
    }
    let isComplete = table.count(.pending) == 0
    let isCollected = options.shard == nil || options.collects || isComplete
    if isCollected {
      try writeAtomically(table.cellsCSV(folder, root: options.root), to: folder.cellsPath)
      try writeAtomically(table.csv, to: folder.tablePath)
      if let seeds = table.seedsCSV { try writeAtomically(seeds, to: folder.seedsPath) }
    }
    var plots = Plot.Outcome.skipped("no plots: some cells are still to be run")
    if isCollected, isComplete || options.collects {
      // The tables are what was asked for: no picture is worth losing them.
      do {
        plots = try SweepPlots(configuration, table: table, folder: folder.plotsPath).draw()
      } catch {
        plots = .skipped("no plots: \(error)")
      }
    }
    let result = Sweep(
      configuration: configuration, folder: folder.path, table: table, failures: failures,
      ownFailures: failures.filter { tally.failed.contains($0.cell) }, shard: options.shard,
      reused: tally.reused, ran: tally.done, unfinished: tally.unfinished,
      isInterrupted: tally.isInterrupted, isCollected: isCollected, plots: plots,
      seconds: -began.timeIntervalSinceNow)
    if isCollected {
      try writeAtomically(prettyJSON(result), to: folder.summaryPath)
    }
    return result
  }

  /// The exit code: 130 interrupted, 1 if cells failed or, after collecting, are missing.
  public var exitCode: Int32 {
    if isInterrupted { return 130 }
    if shard != nil, !isCollected { return ownFailures.isEmpty ? 0 : 1 }
    // The table counts: a failure whose message is lost is one all the same.
    return table.count(.failed) == 0 && (shard != nil || table.count(.pending) == 0) ? 0 : 1
  }
}

extension Sweep: Encodable {
  enum CodingKeys: String, CodingKey {
    case schema, command, experiment, folder, shard, counts, keys, columns, cells, failures
    case plots, seconds
    case runs = "runs_command"
    case missing = "missing_columns"
    case repeated = "repeated_cells"
    case isInterrupted = "interrupted"
  }

  private struct Counts: Encodable {
    var cells: Int
    var done: Int
    var failed: Int
    var pending: Int
    var reused: Int
    var run: Int
  }

  private struct Cell: Encodable {
    var cell: Int
    var values: DocumentValue
    var outcome: SweepOutcome
    var fingerprint: String
    @OrNull var seconds: Double?
    var results: DocumentValue
  }

  /// One document of the whole sweep.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("equilibrium-lab/sweep/1", forKey: .schema)
    try container.encode("sweep", forKey: .command)
    try container.encode(configuration.command.name, forKey: .runs)
    try container.encode(configuration.experiment, forKey: .experiment)
    try container.encode(folder, forKey: .folder)
    try container.encode(shard.map { "\($0.index)/\($0.count)" }, forKey: .shard)
    try container.encode(
      Counts(
        cells: table.rows.count, done: table.count(.done), failed: table.count(.failed),
        pending: table.count(.pending), reused: reused, run: ran), forKey: .counts)
    try container.encode(configuration.repeated, forKey: .repeated)
    try container.encode(table.keys, forKey: .keys)
    try container.encode(table.columns, forKey: .columns)
    try container.encode(table.missing, forKey: .missing)
    try container.encode(
      table.rows.map { row in
        Cell(
          cell: row.cell.number,
          values: .object(row.cell.valuesByKey(table.keys)),
          outcome: row.outcome, fingerprint: row.cell.identity.hash, seconds: row.seconds,
          results: .object(
            row.outcome == .done
              ? Dictionary(
                uniqueKeysWithValues: table.columns.map { ($0, row.field($0)?.value ?? .null) })
              : [:]))
      }, forKey: .cells)
    try container.encode(failures, forKey: .failures)
    try container.encode(isInterrupted, forKey: .isInterrupted)
    switch plots {
    case .drawn(let files): try container.encode(files, forKey: .plots)
    case .skipped: try container.encode([String](), forKey: .plots)
    }
    try container.encode(seconds, forKey: .seconds)
  }
}
