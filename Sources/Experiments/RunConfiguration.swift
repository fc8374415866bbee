internal import Configuration
internal import Environments
internal import Foundation

/// What a run's folder keeps of the configuration that made it, whatever kind of game is played.
protocol RunConfiguration: Sendable {
  /// The experiment, the seeds and the generator.
  var header: ConfigurationHeader { get }
  /// Names the run's folder: equal for configurations that train alike.
  var hash: String { get }

  /// Reads a stored configuration back.
  ///
  /// - Throws: `ConfigurationError`.
  static func read(path: String) throws -> Self

  /// The resolved configuration as its run's folder keeps it, where it must stand alone: files that
  /// it refers to are written there first.
  ///
  /// - Throws: `FileError`.
  func stored(in folder: String) throws -> ParameterSet
}

extension RunConfiguration {
  /// The seeds of the replicates.
  var seeds: [UInt64] { (0..<header.replicates).map { header.seed + UInt64($0) } }
}

/// A game that was read from a file.
struct GameDocument: Sendable {
  /// What its content is known by: equal for files of the same game, whatever they call it.
  let counted: String
  /// The game with the title and the players' names that its file gives; nil for games without.
  let form: StrategicForm?

  /// Wraps a game's text.
  init(_ counted: String, form: StrategicForm?) {
    self.counted = counted
    self.form = form
  }

  /// What a run keeps of it, names included.
  var stored: String { form?.nfg(isPlain: false) ?? counted }
}

/// The fingerprint of a resolved configuration: FNV-1a, 64 bits, over it as JSON with sorted keys,
/// without `experiment`, `seed` and `replicates`. A game read from a file counts by its content,
/// not by its path.
func configurationHash(_ resolved: ParameterSet, gameDocument: GameDocument?) -> String {
  var counted = resolved
  for name in ["experiment", "seed", "replicates"] { counted.remove(name) }
  if var game = counted.group("game"), let gameDocument {
    game.set("file", .text(fingerprint(gameDocument.counted)))
    counted.set("game", .group(game))
  }
  return fingerprint(String(decoding: jsonData(counted), as: UTF8.self))
}

/// Writes a game that was read from a file into a run's folder, and points the configuration there.
///
/// - Throws: `FileError`.
func storeGame(_ document: GameDocument?, of resolved: ParameterSet, in folder: String) throws
  -> ParameterSet
{
  var resolved = resolved
  if let document, var game = resolved.group("game") {
    let name = Registry.game(game.kind)?.storedFile ?? "game.yaml"
    try writeAtomically(document.stored, to: "\(folder)/\(name)")
    game.set("file", .text(name))
    resolved.set("game", .group(game))
  }
  return resolved
}
