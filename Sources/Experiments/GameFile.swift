internal import Configuration
internal import Environments

/// A game's own file in the place of a configuration: `lab solve game.nfg`.
///
/// It stands for a configuration of that game with the usual solver. Of a one-shot game of two players
/// with at most `listedActions` actions each that is the list of all equilibria, otherwise the
/// principal one. Overrides apply; one of a key of `solver` replaces the whole default.
public enum GameFile {
  /// Most actions of a one-shot game whose equilibria are all listed unasked: a second or so.
  static let listedActions = 16

  /// Whether a path names a game's own file, by its ending: `.nfg`, or `.csv` for tables.
  public static func isOne(_ path: String) -> Bool { kind(path) != nil }

  private static func kind(_ path: String) -> String? {
    let path = path.lowercased()
    if path.hasSuffix(".nfg") { return NormalFormGame.name }
    return path.hasSuffix(".csv") ? TableGame.name : nil
  }

  /// The configuration that a file stands for.
  ///
  /// - Throws: `ConfigurationError`.
  static func document(path: String, overrides: [String]) throws -> DocumentNode {
    guard let kind = kind(path) else { preconditionFailure("not a game's own file") }
    // Without a line, a path starts at the working directory.
    let position = Position(source: path)
    func node(_ entries: [(String, String)]) -> DocumentNode {
      DocumentNode(
        .mapping(
          entries.map { key, word in
            .init(
              key: key, position: position,
              value: DocumentNode(.scalar(word, quoted: key == "file"), at: position))
          }), at: position)
    }
    var document = DocumentNode(
      .mapping([
        .init(
          key: "game", position: position, value: node([("kind", kind), ("file", path)]))
      ]), at: position)
    if !overrides.contains(where: { $0.hasPrefix("solver.") || $0.hasPrefix("solver=") }) {
      var solver = [("kind", Registry.solvers[0].name)]
      if kind == NormalFormGame.name, try listsAll(path) {
        solver += [("horizon", "1"), ("selection", "all")]
      }
      guard case .mapping(let entries) = document.content else { preconditionFailure("a mapping") }
      document.content = .mapping(
        entries + [.init(key: "solver", position: position, value: node(solver))])
    }
    for override in overrides { try document.apply(override: override) }
    return document
  }

  private static func listsAll(_ path: String) throws -> Bool {
    var set = ParameterSet()
    set.set("file", .text(path))
    let counts = try NormalFormGame(set).form.counts
    return counts.count == 2 && counts.allSatisfy { $0 <= listedActions }
  }
}
