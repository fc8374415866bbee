internal import Configuration
internal import Foundation

/// What is done with every cell of a sweep: one conformance a command.
protocol SweepCommand: Sendable {
  /// As `command:` names it, and as the program does.
  var name: String { get }
  /// Columns of the table where `report:` names none; those that no document has are left out.
  var defaultReport: [String] { get }
  /// Where a column is looked for in a cell's document: at each of these paths in turn.
  func places(of column: String) -> [String]
  /// Flags with which the command repeats one cell alone.
  func flags(root: String) -> [String]

  /// Reads a cell's configuration strictly, without running anything.
  ///
  /// - Throws: `ConfigurationError`, `FileError`.
  func check(_ document: DocumentNode, source: String) throws -> SweepCellIdentity

  /// Runs a cell.
  ///
  /// - Returns: the document that the command prints with `--json`.
  /// - Throws: `TrainingStop` if it was interrupted; anything else is the cell's failure.
  func run(_ document: DocumentNode, source: String, context: SweepCellContext) throws -> Data
}

/// What tells a cell from others.
struct SweepCellIdentity: Sendable, Equatable {
  /// The fingerprint of the configuration.
  let hash: String
  /// Everything that its result depends on, seeds included.
  let key: String
  /// The game's title.
  let title: String
  /// Its folder below the folder of runs; nil for commands that keep none.
  let folder: String?
}

/// What a running cell is given.
struct SweepCellContext: Sendable {
  /// The folder of runs.
  let root: String
  /// Threads of its own.
  let threads: Int
  /// Whether what is there is made anew.
  let forces: Bool
  /// For manifests.
  let commandLine: [String]
  let interruption: Interruption
  /// Told the share done.
  let report: @Sendable (Double) -> Void
}

/// The commands that can be swept.
enum SweepCommands {
  static let all: [any SweepCommand] = [SolveCells(), TrainCells(), MonteCarloCells()]

  static func named(_ name: String) -> (any SweepCommand)? { all.first { $0.name == name } }
}
