internal import Configuration

/// A configuration of either kind of path study: of a game of N players, or of markets of N agents.
public enum PathStudyConfiguration: Sendable {
  /// Paths of a game of N players.
  case game(MonteCarloConfiguration)
  /// Markets of N agents of a mean-field game.
  case market(MarketStudyConfiguration)

  /// Reads a file as what its game's kind says.
  ///
  /// - Throws: `ConfigurationError`; `FileError` if a run or table it names cannot be read.
  public init(path: String, overrides: [String] = []) throws {
    try self.init(readDocument(path: path, overrides: overrides), source: path)
  }

  init(_ document: DocumentNode, source: String) throws {
    if GameSelection.isMeanField(document) {
      self = .market(try MarketStudyConfiguration(document, source: source))
    } else {
      self = .game(try MonteCarloConfiguration(document, source: source))
    }
  }

  /// The game in a few words.
  var title: String {
    switch self {
    case .game(let game): game.experiment.title
    case .market(let market): market.experiment.title
    }
  }

  var settings: MonteCarloSettings {
    switch self {
    case .game(let game): game.settings
    case .market(let market): market.settings
    }
  }
}

extension PathStudyConfiguration: PathStudySource {
  private var source: any PathStudySource {
    switch self {
    case .game(let game): game
    case .market(let market): market
    }
  }

  var header: ConfigurationHeader { source.header }
  var hash: String { source.hash }

  static func read(path: String) throws -> PathStudyConfiguration {
    try PathStudyConfiguration(path: path)
  }

  func stored(in folder: String) throws -> ParameterSet { try source.stored(in: folder) }

  func prepared(
    interruption: Interruption, status: @escaping @Sendable (String) -> Void
  ) throws -> any PreparedStudy {
    try source.prepared(interruption: interruption, status: status)
  }
}
