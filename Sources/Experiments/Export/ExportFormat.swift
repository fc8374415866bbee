internal import Configuration
public import Foundation

/// What a solution can be written as for other programs.
public enum ExportFormat: String, CaseIterable, Sendable {
  /// Policies with their values, one line per action played.
  case csv
  /// Values, one line per player and state.
  case values
  /// Policies, values and labels as arrays for numpy.
  case npz
  /// A stage game or one-shot game for Gambit, with the names of strategies.
  case nfg
  /// The same with numbers for names, in the version of the format that most programs read.
  case nfgPayoff = "nfg-payoff"
  /// Equilibria of a stage game or one-shot game, a line each, as Gambit's programs print them.
  case ne
  /// The game itself, in the table form of sgamesolver.
  case sgamesolver

  /// Whether it is bytes that no terminal should see.
  public var isBinary: Bool { self == .npz }
  /// Whether it is about the game played at one state.
  public var isStage: Bool { self == .nfg || self == .nfgPayoff || self == .ne }
  /// Whether the game alone decides it, whatever its solution.
  public var isOfGame: Bool { self == .sgamesolver }
}

/// Which stage game is meant.
public struct StagePlace: Sendable, Equatable {
  /// The state's index, from 0.
  public var state: Int?
  /// The state's label.
  public var stateLabel: String?
  /// The period, from 1.
  public var period: Int?

  /// Names a stage game; what the game leaves no choice about may be nil.
  public init(state: Int? = nil, stateLabel: String? = nil, period: Int? = nil) {
    self.state = state
    self.stateLabel = stateLabel
    self.period = period
  }

  /// Whether nothing is named.
  public var isEmpty: Bool { self == StagePlace() }
}

/// What an export comes to.
public struct Export: Sendable {
  /// The file.
  public var data: Data
  /// One line for a person about what it holds; nil if there is nothing to say.
  public var note: String?

  /// Wraps a file.
  public init(_ data: Data, note: String? = nil) {
    self.data = data
    self.note = note
  }

  /// Wraps a text.
  init(_ text: String, note: String? = nil) { self.init(Data(text.utf8), note: note) }

  /// Writes the file; see `writeAtomically`. Throws `FileError`.
  public func write(to path: String) throws { try writeAtomically(data, to: path) }
}

/// An export that cannot be made as asked.
func exportError(_ option: String, _ value: String?, _ rule: String) -> ConfigurationError {
  ConfigurationError(Position(source: "command line"), key: option, value: value, rule: rule)
}
