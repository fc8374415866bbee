internal import Foundation

/// A part of a sweep for one job of many: every n-th cell.
public struct SweepShard: Sendable, Equatable {
  /// Counted from 1.
  public let index: Int
  /// How many shards there are.
  public let count: Int

  /// Shard `index` of `count`; nil unless 1 ≤ index ≤ count.
  public init?(_ index: Int, of count: Int) {
    guard count >= 1, count <= 100_000, (1...count).contains(index) else { return nil }
    self.index = index
    self.count = count
  }

  /// Reads `3/16`.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]) else { return nil }
    self.init(index, of: count)
  }

  /// Whether a cell belongs to it: neighbours go to different shards, so that all get their part of the
  /// slow ones.
  func holds(_ cell: SweepCell) -> Bool { (cell.number - 1) % count == index - 1 }

  /// `3-of-16`, for names of files.
  var name: String { "\(index)-of-\(count)" }
}

/// The folder of a sweep: `<root>/<experiment>/sweep-<hash>`.
///
/// A cell is done when its document is there, and has failed when its failure is; both are written
/// under temporary names and renamed, so several processes may fill the folder at once.
struct SweepFolder: Sendable {
  let path: String

  init(root: String, configuration: SweepConfiguration) {
    path = "\(root)/\(configuration.experiment)/sweep-\(configuration.hash)"
  }

  /// The name of what all cells have in common.
  static let baseName = "base.yaml"

  var basePath: String { "\(path)/\(Self.baseName)" }
  var cellsPath: String { "\(path)/cells.csv" }
  var tablePath: String { "\(path)/sweep.csv" }
  var seedsPath: String { "\(path)/seeds.csv" }
  var summaryPath: String { "\(path)/summary.json" }
  var plotsPath: String { "\(path)/plots" }

  func manifestPath(_ shard: SweepShard?) -> String {
    "\(path)/manifest\(shard.map { "-\($0.name)" } ?? "").json"
  }
  func documentPath(_ number: Int) -> String { "\(path)/cells/\(number).json" }
  func failurePath(_ number: Int) -> String { "\(path)/failures/\(number).txt" }

  /// Makes the folder and writes what describes the sweep.
  ///
  /// - Throws: `FileError`.
  func prepare(_ configuration: SweepConfiguration) throws {
    for name in ["cells", "failures"] { try makeFolder("\(path)/\(name)") }
    try writeAtomically(configuration.resolvedYAML(), to: "\(path)/sweep.yaml")
    try writeAtomically(configuration.baseYAML(), to: basePath)
  }

  /// Keeps other processes from the same cells until the returned locks go away: one process may run
  /// the whole sweep, or one each its shards.
  ///
  /// - Throws: `FileError` if another process is at work on them.
  func lock(_ shard: SweepShard?) throws -> [FolderLock] {
    let shared = try FolderLock(path: "\(path)/.lock", isShared: shard != nil)
    guard let shard else { return [shared] }
    return [shared, try FolderLock(path: "\(path)/.lock-\(shard.name)")]
  }

  /// Keeps the whole sweep from being run while the table of shards is collected.
  ///
  /// - Throws: `FileError` if a process is at work on the whole sweep.
  func lockForCollecting() throws -> FolderLock {
    try FolderLock(path: "\(path)/.lock", isShared: true)
  }

  /// One process at a time reads all cells and writes the tables: the last to write has seen what all
  /// others had. Waits.
  ///
  /// - Throws: `FileError` if the folder cannot be written.
  func lockTables() throws -> FolderLock {
    try FolderLock(path: "\(path)/.lock-tables", waits: true)
  }

  /// The numbers of the cells that have a file of a kind.
  private func numbers(_ folder: String, _ suffix: String) -> Set<Int> {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)")) ?? []
    return Set(names.compactMap { $0.hasSuffix(suffix) ? Int($0.dropLast(suffix.count)) : nil })
  }

  /// Cells with a document.
  var done: Set<Int> { numbers("cells", ".json") }
  /// Cells with a failure and no document.
  var failed: Set<Int> { numbers("failures", ".txt").subtracting(done) }

  /// Stores a cell's document; a failure of an earlier try is forgotten.
  ///
  /// - Throws: `FileError`.
  func store(_ document: Data, of number: Int) throws {
    try writeAtomically(document + Data("\n".utf8), to: documentPath(number))
    unlink(failurePath(number))
  }

  /// Stores why a cell failed, and how to repeat it.
  ///
  /// - Throws: `FileError`.
  func store(_ failure: SweepFailure) throws {
    try writeAtomically(
      failure.message + Self.separator + failure.command + "\n", to: failurePath(failure.cell))
  }

  private static let separator = "\n\nrepeat it alone: "

  /// A stored failure; nil if it cannot be read.
  func failure(of number: Int) -> SweepFailure? {
    guard let text = try? readText(failurePath(number)),
      let range = text.range(of: Self.separator, options: .backwards)
    else { return nil }
    let command = text[range.upperBound...].split(separator: "\n").first.map(String.init) ?? ""
    return SweepFailure(cell: number, message: String(text[..<range.lowerBound]), command: command)
  }

  /// Forgets what is known of a cell.
  func remove(_ number: Int) {
    unlink(documentPath(number))
    unlink(failurePath(number))
  }
}

/// A cell that could not be run.
public struct SweepFailure: Encodable, Sendable, Equatable {
  /// Its number.
  public let cell: Int
  /// What happened.
  public let message: String
  /// The command that repeats it alone.
  public let command: String
}
