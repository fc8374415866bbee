internal import Configuration

/// A configuration of either kind of game: what a command gets before it knows which.
public enum LabConfiguration: Sendable {
  /// A game of N players.
  case game(ExperimentConfiguration)
  /// A mean-field game.
  case meanField(MeanFieldConfiguration)

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
    let document = try readDocument(path: path, overrides: overrides)
    if GameSelection.isMeanField(document) {
      self = .meanField(
        try MeanFieldConfiguration(
          document, source: path,
          needs: needs.compactMap { MeanFieldConfiguration.Section(rawValue: $0.rawValue) }))
    } else {
      self = .game(try ExperimentConfiguration(document, source: path, needs: needs))
    }
  }
}
