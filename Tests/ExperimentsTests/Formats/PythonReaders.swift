import Foundation
import Testing

@testable import Experiments

/// The programs that our files are meant for: Python with the packages of
/// scripts/python-packages.txt, which ./test sets up.
enum PythonReaders {
  static let python = ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_PYTHON"]
  static let isMissing: Comment =
    "EQUILIBRIUM_LAB_PYTHON is not set: ./test sets it, if it can install from PyPI"

  /// What a reader of Tests/Reference/read_interchange.py prints.
  static func read<Content: Decodable>(
    _ reader: String, _ paths: String..., as type: Content.Type = Content.self
  ) throws -> Content {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let scratch = try TemporaryFolder()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: try #require(python))
    process.arguments =
      [tests.appending(path: "Reference/read_interchange.py").path, reader] + paths
    // Files, not pipes: a full pipe would stop the program.
    for name in ["out", "err"] {
      FileManager.default.createFile(atPath: "\(scratch.path)/\(name)", contents: nil)
    }
    process.standardOutput = FileHandle(forWritingAtPath: "\(scratch.path)/out")
    process.standardError = FileHandle(forWritingAtPath: "\(scratch.path)/err")
    try process.run()
    process.waitUntilExit()
    let errors = try readText("\(scratch.path)/err")
    try #require(process.terminationStatus == 0, "\(errors)")
    return try JSONDecoder().decode(Content.self, from: readData("\(scratch.path)/out"))
  }

  /// What TensorBoard sees in a folder.
  struct Events: Decodable {
    struct Histogram: Decodable {
      var step: Int
      var min, max, num, sum, sum_squares: Double
      var limits, counts: [Double]
    }
    var version, first_time: Double
    /// `[step, value]` by tag.
    var scalars: [String: [[Double]]]
    var histograms: [String: [Histogram]]
  }

  /// What pandas makes of a table.
  struct Table: Decodable {
    struct Column: Decodable {
      var name, type: String
      var values: [Value]
    }
    /// A cell; nil where nothing was written.
    enum Value: Decodable, Equatable {
      case number(Double?)
      case text(String)
      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self = .text(text)
        } else {
          self = .number(container.decodeNil() ? nil : try container.decode(Double.self))
        }
      }
    }
    var columns: [Column]

    func numbers(_ name: String) -> [Double?] {
      (columns.first { $0.name == name }?.values ?? []).map {
        if case .number(let value) = $0 { value } else { .nan }
      }
    }
  }

  /// What numpy makes of an array.
  struct Array: Decodable {
    var shape: [Int]
    var type: String
    var values: [Table.Value]

    var numbers: [Double] {
      values.map { if case .number(let value?) = $0 { value } else { .nan } }
    }
    var texts: [String] { values.map { if case .text(let text) = $0 { text } else { "" } } }
  }

  /// What pygambit makes of a file.
  struct Game: Decodable {
    var title: String
    var players: [String]
    var strategies: [[String]]
    /// `[player][combination]`, the last player's strategy fastest.
    var payoffs: [[Double]]
    var equilibria: [[[Double]]]
  }

  /// What is made of a table in sgamesolver's form.
  struct StochasticTable: Decodable {
    var players, states: [String]
    var discounts: [Double]
    var actions: [[[String]]]
    /// `[state × player]` of the policy, by the parser of the script and by sgamesolver.
    var values: [Double]
    var sgamesolver: [Double]?
  }
}
