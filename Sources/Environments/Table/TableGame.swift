public import Configuration

/// A finite stochastic game read from a file, so that a game of one's own needs no Swift.
///
/// The file is YAML; docs/your-own-game.md has the whole format. It is read and checked when the
/// value is made, so that nothing starts with half a game.
public struct TableGame: GameFamily {
  /// The word in configurations.
  public static let name = "table"
  /// One line.
  public static let summary = "any finite stochastic game, read from a file"
  /// One paragraph.
  public static let details = """
    The game is written in a YAML file: players, discount, states, actions, and row by row what a \
    joint action pays and where it leads; or the rows stand in a CSV file that another program \
    wrote. No Swift is needed. Format: docs/your-own-game.md. A file whose name ends in .csv is a \
    whole game in the table form of sgamesolver: docs/interchange.md.
    """
  /// The file.
  public static let parameters: [Parameter] = [
    Parameter(
      "file", .text, .required,
      "the game's file; a relative path starts at the folder of the file this is written in")
  ]
  /// `file` stands beside `kind`.
  public static let nestsParameters = false

  /// Where the game was read, as a path usable from the working directory.
  public let path: String
  /// What the file calls the game, if it does.
  public let title: String?
  /// What the file says about the game, if anything.
  public let explanation: String?
  /// The players' names; `1`, `2`, … where the file gives only their number.
  public let playerNames: [Label]
  private let game: StochasticGame

  /// Reads the file that `file` names.
  ///
  /// A relative path starts at the folder of the configuration file in which `file` was written;
  /// given on the command line, or by a program, it starts at the working directory.
  ///
  /// - Throws: `ConfigurationError`: at `game.file` if the file cannot be read, and with the
  ///   file's own line and column for everything in it.
  public init(_ parameters: ParameterSet) throws {
    let (path, text) = try TableFile.read(parameters, kind: Self.name)
    try self.init(text: text, source: path)
  }

  /// Reads the game in a file.
  ///
  /// - Parameter path: absolute, or relative to the working directory.
  /// - Throws: `ConfigurationError` with line and column.
  public init(path: String) throws {
    let text = try TableFile.text(
      path: path, position: Position(source: path), key: "", value: path)
    try self.init(text: text, source: path)
  }

  /// Reads a game from text.
  ///
  /// - Parameters:
  ///   - text: a document in the table format; if `source` ends in `.csv`, a table in the form of
  ///     sgamesolver.
  ///   - source: what errors call it. A CSV file that the text refers to is looked for in the
  ///     folder of this path.
  /// - Throws: `ConfigurationError` with line and column.
  public init(text: String, source: String) throws {
    if source.lowercased().hasSuffix(".csv") {
      let table = try SGameTable(text, source: source)
      path = source
      title = nil
      explanation = nil
      playerNames = table.players.map(Label.init(name:))
      game = try table.stochasticGame()
      return
    }
    let text = TableText(text)
    guard text.yaml.utf8.count <= TableFile.largestDocument else {
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "has more than \(TableFile.largestDocument) bytes of YAML; write the rows as CSV")
    }
    let document = try DocumentNode(yaml: text.yaml, source: source)
    let header = try TableHeader(document)
    let contents = try TableContents(document, text, header: header)
    path = source
    title = header.title
    explanation = header.explanation
    playerNames = header.players.labels
    game = try contents.game(header)
  }

  /// The game as read.
  public func stochasticGame() throws -> StochasticGame { game }
}
