internal import Foundation

/// The growing record of a run: `metrics.csv` (wide, fixed columns) and `metrics.jsonl` (the same).
///
/// Both hold only what the configuration and seed determine, never a clock reading, so that the
/// same run gives the same bytes. A quantity that does not exist yet is an empty field, and missing
/// in the line.
final class MetricsWriter {
  private let columns: [String]
  private let table: FileHandle
  private let lines: FileHandle
  private let paths: (table: String, lines: String)

  /// Opens the files, new or cut back to where a checkpoint left them.
  ///
  /// - Parameter sizes: bytes to keep; nil starts anew.
  /// - Throws: `FileError`.
  init(_ folder: SeedFolder, columns: [String], keeping sizes: (table: UInt64, lines: UInt64)?)
    throws
  {
    self.columns = columns
    paths = (folder.metricsPath, folder.metricLinesPath)
    table = try Self.open(paths.table, keeping: sizes?.table)
    lines = try Self.open(paths.lines, keeping: sizes?.lines)
    if sizes == nil { try write(columns.joined(separator: ",") + "\n", to: table, paths.table) }
  }

  private static func open(_ path: String, keeping size: UInt64?) throws -> FileHandle {
    if size == nil {
      guard FileManager.default.createFile(atPath: path, contents: nil) else {
        throw FileError(path, "cannot be created: \(String(cString: strerror(errno)))")
      }
    }
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw FileError(path, "is missing or cannot be written; use --force to start anew")
    }
    do {
      let end = try handle.seekToEnd()
      if let size {
        guard end >= size else {
          throw FileError(path, "is shorter than its checkpoint says; use --force to start anew")
        }
        try handle.truncate(atOffset: size)
        try handle.seek(toOffset: size)
      }
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(path, "cannot be written: \(error.localizedDescription)")
    }
    return handle
  }

  /// Appends a row, one value per column.
  func append(_ values: [Double?]) throws {
    precondition(values.count == columns.count, "one value per column")
    let fields = values.map { $0.map(Self.field) ?? "" }
    try write(fields.joined(separator: ",") + "\n", to: table, paths.table)
    let pairs = zip(columns, fields).filter { !$0.1.isEmpty }.map { "\"\($0.0)\":\($0.1)" }
    try write("{" + pairs.joined(separator: ",") + "}\n", to: lines, paths.lines)
  }

  /// The bytes written so far.
  func sizes() throws -> (table: UInt64, lines: UInt64) {
    do {
      try table.synchronize()
      try lines.synchronize()
      return (try table.offset(), try lines.offset())
    } catch {
      throw FileError(paths.table, "cannot be written: \(error.localizedDescription)")
    }
  }

  /// Shortest digits that read back exactly; whole numbers without a point.
  private static func field(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }

  private func write(_ text: String, to handle: FileHandle, _ path: String) throws {
    do {
      try handle.write(contentsOf: Data(text.utf8))
    } catch {
      throw FileError(path, "cannot be written: \(error.localizedDescription)")
    }
  }
}
