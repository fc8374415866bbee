internal import Foundation
internal import Statistics

/// NashConv by step over the seeds of a run, read back from their `metrics.csv`.
public struct LearningCurve: Sendable {
  /// One point: the seeds' interquartile mean and its 95% bootstrap interval.
  public struct Point: Sendable, Equatable {
    /// Training step.
    public var step: Double
    /// Interquartile mean.
    public var middle: Double
    /// Lower end of the interval.
    public var low: Double
    /// Upper end of the interval.
    public var high: Double
  }

  /// The last policy's curve.
  public let last: [Point]
  /// The average policy's curve; it begins in the second half of training.
  public let average: [Point]

  /// Reads the curves of `column` (such as `equilibrium/nash_conv`).
  ///
  /// - Throws: `FileError` if a file is damaged.
  public init(run: RunFolder, seeds: [UInt64], seed: UInt64, column: String) throws {
    try self.init(
      seeds.map { try CSVTable(path: run.seedFolder($0).metricsPath) }, seed: seed, column: column)
  }

  /// The curves of `column` in the seeds' tables of metrics, of which there is at least one.
  ///
  /// - Throws: `FileError` if a table has no such column.
  init(_ tables: [CSVTable], seed: UInt64, column: String) throws {
    last = try Self.curve(tables, "last/\(column)", seed: seed)
    average = try Self.curve(tables, "average/\(column)", seed: seed)
  }

  private static func curve(
    _ tables: [CSVTable], _ column: String, seed: UInt64
  ) throws -> [Point] {
    let steps = try tables[0].column("step")
    let columns = try tables.map { try $0.column(column) }
    var points: [Point] = []
    for (row, step) in steps.enumerated() {
      let values = columns.compactMap { row < $0.count ? $0[row] : nil }
      guard let step, values.count == tables.count else { continue }
      var stream = RandomStream(seed: seed, role: .bootstrap, index: 1_000_000 + row)
      let interval = try Bootstrap(replications: 2000).interquartileMean(of: values, using: &stream)
      points.append(
        Point(step: step, middle: interval.estimate, low: interval.low, high: interval.high))
    }
    return points
  }
}

/// A numeric CSV file; empty fields are nil.
struct CSVTable {
  private let names: [String]
  private let rows: [[Double?]]
  private let path: String

  init(path: String) throws {
    self.path = path
    let lines = try readText(path).split(separator: "\n")
    guard let header = lines.first else { throw FileError(path, "is empty") }
    names = header.split(separator: ",").map(String.init)
    let count = names.count
    rows = try lines.dropFirst().enumerated().map { index, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == count else {
        throw FileError("\(path):\(index + 2)", "has \(fields.count) fields, not \(count)")
      }
      return fields.map { Double($0) }
    }
  }

  /// Whether a column of a name is there.
  func has(_ name: String) -> Bool { names.contains(name) }

  func column(_ name: String) throws -> [Double?] {
    guard let index = names.firstIndex(of: name) else {
      throw FileError(path, "has no column \(name)")
    }
    return rows.map { $0[index] }
  }
}
