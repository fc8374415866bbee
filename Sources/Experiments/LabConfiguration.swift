internal import Configuration

/// A configuration of any kind of game: what a command gets before it knows which.
public enum LabConfiguration: Sendable {
  /// A game of N players.
  case game(ExperimentConfiguration)
  /// A mean-field game.
  case meanField(MeanFieldConfiguration)
  /// A directional game of which every equilibrium is asked for.
  case directional(DirectionalConfiguration)

  /// Reads a file as what its game's kind says.
  ///
  /// - Parameters:
  ///   - overrides: `key.path=value` from the command line, applied in order.
  ///   - needs: the sections that the command cannot do without; those of a mean-field game have
  ///     defaults.
  /// - Throws: `ConfigurationError`, `FileError`.
  public init(
    path: String, overrides: [String] = [], needs: [ExperimentConfiguration.Section] = [.game]
  ) throws {
    try self.init(readDocument(path: path, overrides: overrides), source: path, needs: needs)
  }

  /// Reads a document as what its game's kind says.
  init(
    _ document: DocumentNode, source: String, needs: [ExperimentConfiguration.Section]
  ) throws {
    if GameSelection.isMeanField(document) {
      self = .meanField(
        try MeanFieldConfiguration(
          document, source: source,
          needs: needs.compactMap { MeanFieldConfiguration.Section(rawValue: $0.rawValue) }))
    } else if DirectionalConfiguration.reads(document, needs: needs) {
      self = .directional(try DirectionalConfiguration(document, source: source))
    } else {
      self = .game(try ExperimentConfiguration(document, source: source, needs: needs))
    }
  }

  private var run: any RunConfiguration {
    switch self {
    case .game(let configuration): configuration
    case .meanField(let configuration): configuration
    case .directional(let configuration): configuration
    }
  }

  /// The experiment, the seeds and the generator.
  var header: ConfigurationHeader { run.header }
  /// The configuration's fingerprint; see `configurationHash`.
  var hash: String { run.hash }
  /// `compute-race (tipping)`.
  var title: String {
    switch self {
    case .game(let configuration): configuration.title
    case .meanField(let configuration): configuration.title
    case .directional(let configuration): configuration.title
    }
  }
}
