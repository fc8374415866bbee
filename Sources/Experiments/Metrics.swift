internal import Foundation

/// The growing record of a run: `metrics.csv` (wide, fixed columns) and `metrics.jsonl` (the same).
///
/// Both hold only what the configuration and seed determine, never a clock reading, so that the
/// same run gives the same bytes. A quantity that does not exist yet is an empty field, and missing
/// in the line.
final class MetricsWriter {
  private let columns: [String]
  private let table: GrowingFile
  private let lines: GrowingFile

  /// Opens the files, new or cut back to where a checkpoint left them.
  ///
  /// - Parameter sizes: bytes to keep; nil starts anew.
  /// - Throws: `FileError`.
  init(_ folder: SeedFolder, columns: [String], keeping sizes: (table: UInt64, lines: UInt64)?)
    throws
  {
    self.columns = columns
    table = try GrowingFile(folder.metricsPath, keeping: sizes?.table)
    lines = try GrowingFile(folder.metricLinesPath, keeping: sizes?.lines)
    if sizes == nil { try table.append(Data((columns.joined(separator: ",") + "\n").utf8)) }
  }

  /// Appends a row, one value per column.
  func append(_ values: [Double?]) throws {
    precondition(values.count == columns.count, "one value per column")
    let fields = values.map { $0.map(Self.field) ?? "" }
    try table.append(Data((fields.joined(separator: ",") + "\n").utf8))
    let pairs = zip(columns, fields).filter { !$0.1.isEmpty }.map { "\"\($0.0)\":\($0.1)" }
    try lines.append(Data(("{" + pairs.joined(separator: ",") + "}\n").utf8))
  }

  /// The bytes written so far, all of them on the disk.
  func sizes() throws -> (table: UInt64, lines: UInt64) {
    (try table.synchronise(), try lines.synchronise())
  }

  /// Shortest digits that read back exactly; whole numbers without a point.
  private static func field(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}
