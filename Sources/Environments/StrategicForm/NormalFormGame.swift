public import Configuration

/// A one-shot game read from an `.nfg` file, as Gambit and other programs write them.
///
/// It is played once: one state, and discount 0, so that every solver and learner of stochastic
/// games applies. The file is read and checked when the value is made.
public struct NormalFormGame: GameFamily {
  /// The word in configurations.
  public static let name = "nfg"
  /// One line.
  public static let summary = "a one-shot game of any number of players, read from a .nfg file"
  /// One paragraph.
  public static let details = """
    The strategic games of Gambit and other programs, either version of the format. The game is \
    played once: one state, discount 0. Format and exports: docs/interchange.md.
    """
  /// The file.
  public static let parameters: [Parameter] = [
    Parameter(
      "file", .text, .required,
      "the game's file; a relative path starts at the folder of the file this is written in")
  ]
  /// `file` stands beside `kind`.
  public static let nestsParameters = false
  /// A run keeps the game in its own format.
  public static let storedFile = "game.nfg"

  /// Where the game was read, as a path usable from the working directory.
  public let path: String
  /// The game with its names.
  public let form: StrategicForm
  private let game: StochasticGame

  /// Reads the file that `file` names; relative paths as in `TableGame`.
  ///
  /// - Throws: `ConfigurationError`: at `game.file` if the file cannot be read, and with the file's
  ///   own line and column for everything in it.
  public init(_ parameters: ParameterSet) throws {
    let (path, text) = try TableFile.read(parameters, kind: Self.name)
    try self.init(text: text, source: path)
  }

  /// Reads a game from text that errors call `source`.
  ///
  /// - Throws: `ConfigurationError` with line and column.
  public init(text: String, source: String) throws {
    path = source
    form = try StrategicForm(nfg: text, source: source)
    game = try form.stochasticGame()
  }

  /// The game as read.
  public func stochasticGame() throws -> StochasticGame { game }

  /// The game with its names.
  public var strategicForm: StrategicForm? { form }

  /// A game of this kind as the text that its content is known by: strategies and payoffs, to the last
  /// bit, whatever game and players are called.
  public static func document(_ game: StochasticGame) -> String {
    StrategicForm(of: game, at: 0, title: "game").nfg(isPlain: false)
  }
}
