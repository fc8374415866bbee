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

  /// Reads the game of one agent who faces an announced m from a mean-field configuration, with its
  /// seed and generator: what else stands there is about the population.
  ///
  /// - Parameter announced: m, a number or a list, as `game.announced` takes it.
  /// - Throws: `ConfigurationError`, `FileError`.
  public init(path: String, overrides: [String], announced: String) throws {
    let document = try readDocument(
      path: path, overrides: overrides + ["game.announced=\(announced)"])
    let others = MeanFieldConfiguration.Section.allCases.map(\.rawValue).filter { $0 != "game" }
    let kept = (document.entries ?? []).filter { !others.contains($0.key) }
    self = .game(
      try ExperimentConfiguration(
        DocumentNode(.mapping(kept), at: document.position), source: path, needs: [.game]))
  }
}
