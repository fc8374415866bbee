internal import Configuration
internal import Foundation
internal import Statistics

/// What every configuration begins with: the experiment's name, the seeds and the generator.
struct ConfigurationHeader: Sendable {
  /// The experiment's name, a folder of runs.
  let experiment: String
  /// The master seed.
  let seed: UInt64
  /// How many seeds: seed, seed + 1, ….
  let replicates: Int
  /// The random number generator.
  let generator: GeneratorKind
  /// These keys, defaults included.
  let resolved: ParameterSet

  /// Reads the keys that stand outside all sections.
  ///
  /// - Parameters:
  ///   - source: names the document in errors; its stem is the experiment's default name.
  ///   - sections: the keys whose values are read elsewhere.
  /// - Throws: `ConfigurationError`, also for keys that are neither.
  init(_ document: DocumentNode, source: String, sections: [String]) throws {
    let declared = Self.parameters(source: source)
    let start = Position(source: source)
    try refuseUnknownKeys(
      document.entries ?? [], known: declared.map(\.name) + sections, path: "")
    var scalars = document
    scalars.content = .mapping(
      (document.entries ?? []).filter { !sections.contains($0.key) })
    resolved = try ParameterSet(scalars, declared: declared, path: "", position: start)
    experiment = resolved.text("experiment")
    guard !experiment.isEmpty, !experiment.contains("/"), !experiment.hasPrefix("."),
      experiment.utf8.count <= 200, !experiment.unicodeScalars.contains(where: { $0.value < 32 })
    else {
      throw ConfigurationError(
        resolved.position(of: "experiment") ?? start, key: "experiment", value: experiment,
        rule:
          "names a folder: it must not be empty, contain / or line breaks, start with a dot, or be "
          + "longer than 200 bytes")
    }
    seed = UInt64(resolved.integer("seed"))
    replicates = resolved.integer("replicates")
    generator = GeneratorKind(rawValue: resolved.text("generator"))!
  }

  private static func parameters(source: String) -> [Parameter] {
    let stem = URL(fileURLWithPath: source).deletingPathExtension().lastPathComponent
    return [
      Parameter(
        "experiment", .text, .defaulted(.text(stem.isEmpty ? "experiment" : stem)),
        "name of the folder of runs"),
      .integer("seed", 1, 0...(.max - 1_000_000_000), "master seed; replicate k has seed + k"),
      .integer("replicates", 8, 1...1_000_000, "number of seeds"),
      .choice(
        "generator", GeneratorKind.taus2.rawValue, GeneratorKind.allCases.map(\.rawValue),
        "GSL random number generator"),
    ]
  }
}

/// Reads a configuration file with its overrides; nothing in it is looked at yet. A game's own file
/// stands for a configuration of that game (`GameFile`).
///
/// - Throws: `ConfigurationError`, also if the file cannot be read.
func readDocument(path: String, overrides: [String]) throws -> DocumentNode {
  if GameFile.isOne(path) { return try GameFile.document(path: path, overrides: overrides) }
  let text = try readText(path, wanted: "a configuration file, such as configs/qlearn.yaml")
  return try readDocument(yaml: text, source: path, overrides: overrides)
}

/// The text of a file that was named to be read as `wanted`.
///
/// - Throws: `ConfigurationError` if it cannot be read, saying what to name instead.
func readText(_ path: String, wanted: String) throws -> String {
  do {
    return try readText(path)
  } catch let error as FileError {
    throw ConfigurationError(
      Position(source: path), key: "", rule: "\(error.problem); name \(wanted)")
  }
}

/// Reads a configuration's text with its overrides.
func readDocument(yaml text: String, source: String, overrides: [String]) throws -> DocumentNode {
  var document = try DocumentNode(yaml: text, source: source)
  for override in overrides { try document.apply(override: override) }
  return document
}

/// Reads a section of one type strictly; a missing one has all its defaults.
///
/// - Throws: `ConfigurationError`.
func resolveSection(
  _ key: String, _ type: ParameterType, _ node: DocumentNode?, position: Position
) throws -> ParameterSet {
  let value = node ?? DocumentNode(.mapping([]), at: position)
  let wrapper = DocumentNode(
    .mapping([.init(key: key, position: position, value: value)]), at: position)
  let set = try ParameterSet(
    wrapper, declared: [Parameter(key, type, .required, "")], path: "", position: position)
  guard let group = set.group(key) else { preconditionFailure("sections are groups") }
  return group
}
