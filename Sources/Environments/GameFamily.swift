public import Configuration

/// A kind of game with named parameters: what a configuration's `game:` section selects.
///
/// A new game is one type that conforms to a refinement of this protocol, `GameFamily` or
/// `MeanFieldFamily`, and one line in the registry.
public protocol GameKind: Sendable {
  /// The word after `game.kind`.
  static var name: String { get }
  /// One line for `lab list games`.
  static var summary: String { get }
  /// A paragraph for `lab describe`: what is played, and where it comes from.
  static var details: String { get }
  /// Its parameters, with defaults.
  static var parameters: [Parameter] { get }
  /// Named settings that change some defaults.
  static var scenarios: [Scenario] { get }
  /// Whether its parameters are written under `game.parameters` (true) or, as for games that are
  /// read from a file, beside `game.kind`.
  static var nestsParameters: Bool { get }
  /// What the folder of a run calls the game's file, for games that are read from one.
  static var storedFile: String { get }

  /// Reads resolved parameters and checks what ranges alone cannot.
  ///
  /// - Throws: `GameError` whose subject is the parameter at fault.
  init(_ parameters: ParameterSet) throws
}

extension GameKind {
  /// None, unless a family says otherwise.
  public static var scenarios: [Scenario] { [] }
  /// Nested, unless a family says otherwise.
  public static var nestsParameters: Bool { true }
  /// A table, unless a family says otherwise.
  public static var storedFile: String { "game.yaml" }

  /// Checks numbers against the declared ranges of the parameters, for games made in Swift, whose
  /// parameters no configuration has checked.
  ///
  /// - Parameter values: one for each parameter.
  /// - Throws: `GameError` about the first parameter out of range.
  static func checkRanges(_ values: [String: Double]) throws {
    for parameter in Self.parameters {
      guard let value = values[parameter.name] else {
        preconditionFailure("no value of \(parameter.name)")
      }
      let fits =
        switch parameter.type {
        case .real(let range): range.contains(value)
        case .integer(let range): range.contains(Int(value))
        default: true
        }
      guard fits else {
        throw GameError(
          parameter.name, "\(compactDecimal(value)) must be \(parameter.type.rule)")
      }
    }
  }
}

/// A family of finite games of N players.
public protocol GameFamily: GameKind {
  /// Writes the game out.
  func stochasticGame() throws -> StochasticGame
  /// A game that was read from a file, as the text that its content is known by: this kind reads the
  /// same game back from it, to the last bit.
  static func document(_ game: StochasticGame) -> String
  /// The game with the title and the players' names that its file gives, which a stochastic game does
  /// not hold; nil for games without.
  var strategicForm: StrategicForm? { get }
}

extension GameFamily {
  /// A table, unless a family says otherwise.
  public static func document(_ game: StochasticGame) -> String { game.tableDocument() }
  /// None, unless a family says otherwise.
  public var strategicForm: StrategicForm? { nil }
}

/// A named setting of a family's parameters.
public struct Scenario: Sendable {
  /// The word after `game.scenario`.
  public let name: String
  /// One line for a person.
  public let summary: String
  /// The parameters that differ from the family's defaults.
  public let changes: [(name: String, value: Double)]

  /// Creates a scenario.
  public init(_ name: String, _ summary: String, _ changes: [(name: String, value: Double)] = []) {
    self.name = name
    self.summary = summary
    self.changes = changes
  }

  /// The family's parameters with this scenario's values as defaults.
  public func applied(to parameters: [Parameter]) -> [Parameter] {
    parameters.map { parameter in
      guard let change = changes.first(where: { $0.name == parameter.name }) else {
        return parameter
      }
      if case .integer = parameter.type {
        return parameter.with(default: .integer(Int(change.value)))
      }
      return parameter.with(default: .real(change.value))
    }
  }
}
