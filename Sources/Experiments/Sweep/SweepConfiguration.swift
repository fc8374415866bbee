internal import Configuration
internal import Foundation
internal import Statistics

/// A sweep's file: a configuration, keys of it that vary, and what is done with every combination.
///
/// The cells' configuration is the file named by `base`, with the sections under `configuration` laid
/// over it, and `experiment`, `seed`, `replicates` and `generator` from the sweep where it has them.
/// Every cell is an ordinary configuration, read strictly before anything runs.
public struct SweepConfiguration: Sendable {
  /// The sweep's name, a folder of runs.
  public let experiment: String
  /// What is done with every cell.
  let command: any SweepCommand
  /// What cells have in common.
  let base: DocumentNode
  /// Names it in errors.
  let source: String
  /// The experiment, the seeds and the generator.
  let header: ConfigurationHeader
  /// What varies.
  let factors: [SweepFactor]
  /// Which combinations are run.
  let design: SweepDesign
  /// The columns asked for; nil for the command's own.
  let report: [String]?
  /// The cells, numbered from 1.
  let cells: [SweepCell]
  /// Cells that a drawn design repeated, and which were left out.
  let repeated: Int
  /// The file as it was written, with overrides.
  private let document: DocumentNode

  private static let sections = [
    "experiment", "command", "base", "configuration", "seed", "replicates", "generator", "design",
    "vary", "zip", "report",
  ]
  private static let experimentKey = "experiment"
  private static let headKeys = ["seed", "replicates", "generator"]

  /// Whether a file is a sweep rather than a configuration: it has `vary` or `zip`.
  ///
  /// - Throws: `ConfigurationError` if it is not YAML.
  public static func isSweep(path: String) throws -> Bool {
    guard let text = try? readText(path) else { return false }
    let document = try DocumentNode(yaml: text, source: path)
    return document.value(of: "vary") != nil || document.value(of: "zip") != nil
  }

  /// Reads a sweep and checks every cell of it.
  ///
  /// - Parameters:
  ///   - overrides: `key=value` in order. Keys of the sweep's file are meant where they fit, such as
  ///     `replicates=2`, `design.cells=64` or `vary.game.parameters.mu='[0.1, 0.2]'`; all others are
  ///     keys of the cells' configuration, such as `training.steps=1e4`.
  ///   - threads: to check cells on; results do not depend on it.
  /// - Throws: `ConfigurationError`, naming all cells that cannot be run.
  public init(path: String, overrides: [String] = [], threads: Int = 1) throws {
    let text = try readText(path, wanted: "a sweep, such as configs/sweep.yaml")
    var document = try DocumentNode(yaml: text, source: path)
    for override in overrides {
      try Self.apply(override, to: &document)
      try Self.refuseVaried(override, in: document)
    }
    try self.init(document, source: path, threads: threads, commands: SweepCommands.all)
  }

  /// Refuses an override that every cell would override again.
  private static func refuseVaried(_ override: String, in document: DocumentNode) throws {
    let (path, value) = try DocumentNode.override(override)
    guard !sections.contains(path[0]) || path[0] == "configuration" else { return }
    let key = (path[0] == "configuration" ? Array(path.dropFirst()) : path).joined(separator: ".")
    let zipped = groups(document.value(of: "zip")).flatMap { $0.entries ?? [] }
    let varied =
      (document.value(of: "vary")?.entries ?? []).map { ("vary", $0.key) }
      + zipped.map { ("zip", $0.key) }
    for (section, varied) in varied
    where varied == key || varied.hasPrefix(key + ".") || key.hasPrefix(varied + ".") {
      throw ConfigurationError(
        value.position, key: key, value: value.text,
        rule: "is what the sweep varies: override \(section).\(varied)=[...] instead")
    }
  }

  /// The groups of `zip`: it is one mapping, or a list of them.
  private static func groups(_ zip: DocumentNode?) -> [DocumentNode] {
    guard case .sequence(let groups) = zip?.content else { return zip.map { [$0] } ?? [] }
    return groups
  }

  private static func apply(_ override: String, to document: inout DocumentNode) throws {
    var (path, value) = try DocumentNode.override(override)
    switch path[0] {
    case "vary" where path.count > 1: path = ["vary", path.dropFirst().joined(separator: ".")]
    case "zip" where path.count > 1:
      let key = path.dropFirst().joined(separator: ".")
      guard case .sequence(var groups) = document.value(of: "zip")?.content else {
        path = ["zip", key]
        break
      }
      guard let index = groups.firstIndex(where: { $0.value(of: key) != nil }) else {
        throw ConfigurationError(
          value.position, key: "zip.\(key)", value: value.text,
          rule: "is in no group of the list under `zip`: it can be overridden, not added")
      }
      try groups[index].set(value, at: [key], position: Position(source: value.position.source))
      (path, value) = (["zip"], DocumentNode(.sequence(groups), at: value.position))
    case let key where !sections.contains(key): path.insert("configuration", at: 0)
    default: break
    }
    try document.set(value, at: path, position: Position(source: value.position.source))
  }

  init(
    _ document: DocumentNode, source path: String, threads: Int, commands: [any SweepCommand]
  ) throws {
    let start = Position(source: path)
    let written = document.entries ?? []
    try refuseUnknownKeys(written, known: Self.sections, path: "")
    func part(_ keys: [String]) -> DocumentNode {
      DocumentNode(.mapping(written.filter { keys.contains($0.key) }), at: document.position)
    }
    let plan = try ParameterSet(
      part(["command", "design", "report"]),
      declared: [
        Parameter("command", .choice(commands.map(\.name)), .required, "what is done with a cell"),
        SweepDesign.parameter,
        Parameter("report", .list(.text), .optional, "columns of the table"),
      ], path: "", position: start)
    let command = commands.first { $0.name == plan.text("command") }!
    design = SweepDesign(plan.group("design")!)
    if case .list(let columns) = plan["report"] {
      report = columns.map(\.text)
    } else {
      report = nil
    }
    (base, source) = try Self.base(document, path: path)
    header = try ConfigurationHeader(
      DocumentNode(
        .mapping(
          (base.entries ?? []).filter { ([Self.experimentKey] + Self.headKeys).contains($0.key) }),
        at: base.position), source: path, sections: [])
    experiment = header.experiment
    factors = try SweepFactor.read(
      vary: document.value(of: "vary"), zip: document.value(of: "zip"),
      drawsIntervals: design.isDrawn, position: start)
    let points = try design.cells(
      factors, seed: header.seed, generator: header.generator,
      position: written.first { $0.key == "vary" }?.position ?? start)
    self.command = command
    self.document = document
    (cells, repeated) = try SweepCell.check(
      points, keys: factors.flatMap(\.keys), base: base, source: source, command: command,
      design: design, threads: threads, start: start)
  }

  /// What cells start from, and the file it is named after in errors.
  private static func base(
    _ document: DocumentNode, path: String
  ) throws -> (DocumentNode, String) {
    let written = document.entries ?? []
    var (base, source) = (DocumentNode(.mapping([]), at: document.position), path)
    if let entry = written.first(where: { $0.key == "base" }) {
      guard case .scalar(let file, _) = entry.value.content, !file.isEmpty else {
        throw ConfigurationError(
          entry.position, key: "base", value: entry.value.text,
          rule: "must name a configuration file")
      }
      source = resolvedPath(file, writtenAt: entry.value.position) ?? file
      do {
        base = try DocumentNode(yaml: readText(source), source: source)
      } catch let error as FileError {
        throw ConfigurationError(
          entry.value.position, key: "base", value: file,
          rule: "\(error.problem); name a configuration beside the sweep's file")
      }
      for (key, other) in [("games", "study"), ("vary", "sweep")]
      where base.value(of: key) != nil {
        throw ConfigurationError(
          entry.value.position, key: "base", value: file,
          rule: "is a \(other), not a configuration")
      }
    } else if document.value(of: "configuration") == nil {
      throw ConfigurationError(
        Position(source: path), key: "base",
        rule: "is missing: name a configuration, such as base: race.yaml, or write its sections "
          + "under `configuration:`")
    }
    if let entry = written.first(where: { $0.key == "configuration" }) {
      guard let sections = entry.value.entries else {
        throw ConfigurationError(
          entry.position, key: "configuration", value: entry.value.text,
          rule: "must be a mapping of sections, such as {training: {steps: 1e5}}")
      }
      if let key = sections.first(where: { ([experimentKey] + headKeys).contains($0.key) }) {
        throw ConfigurationError(
          key.position, key: "configuration.\(key.key)",
          rule: "stands at the top of a sweep's file, beside `command:`")
      }
      base = base.overlaid(by: entry.value)
    }
    let stem = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
    let name =
      written.first { $0.key == experimentKey }
      ?? .init(
        key: experimentKey, position: document.position,
        value: DocumentNode(.scalar(stem, quoted: true), at: document.position))
    for entry in [name] + written.filter({ headKeys.contains($0.key) }) {
      try base.set(entry.value, at: [entry.key], position: entry.position)
    }
    return (base, source)
  }

  /// The configuration of a cell.
  func document(of cell: SweepCell) throws -> DocumentNode {
    try SweepCell.document(base, keys: factors.flatMap(\.keys), values: cell.values)
  }

  /// The key paths that vary, one per column.
  var keys: [SweepFactor.Key] { factors.flatMap(\.keys) }

  /// Names the folder of the sweep: the command, and every cell with its seeds, in order.
  var hash: String {
    fingerprint(([command.name] + cells.map(\.identity.key)).joined(separator: "\n"))
  }

  /// What cells have in common, to stand in another folder: file names are absolute.
  func baseYAML() throws -> String { try withAbsolutePaths(base).yaml() }

  /// The sweep with every default, to stand beside `base.yaml`.
  func resolvedYAML() throws -> String {
    var node = DocumentNode(.mapping([]), at: document.position)
    func set(_ key: String, _ word: String) throws {
      try node.set(
        DocumentNode(.scalar(word, quoted: false), at: node.position), at: [key],
        position: node.position)
    }
    try set("experiment", experiment)
    try set("command", command.name)
    try set("base", SweepFolder.baseName)
    try set("seed", "\(header.seed)")
    try set("replicates", "\(header.replicates)")
    try set("generator", header.generator.rawValue)
    var design = ParameterSet()
    switch self.design {
    case .grid: design.set("kind", .text("grid"))
    case .random(let cells):
      design.set("kind", .text("random"))
      design.set("cells", .integer(cells))
    case .sobol(let cells):
      design.set("kind", .text("sobol"))
      design.set("cells", .integer(cells))
    }
    try node.set(design.node(at: node.position), at: ["design"], position: node.position)
    for entry in document.entries ?? [] where ["vary", "zip"].contains(entry.key) {
      try node.set(withAbsolutePaths(entry.value), at: [entry.key], position: entry.position)
    }
    let columns = (report ?? command.defaultReport).map {
      DocumentNode(.scalar($0, quoted: false), at: node.position)
    }
    try node.set(
      DocumentNode(.sequence(columns), at: node.position), at: ["report"], position: node.position)
    return try node.yaml()
  }
}

/// Where a relative file name leads: beside the document it was written in, or else here; nil if it is
/// absolute or leads nowhere.
func resolvedPath(_ file: String, writtenAt position: Position) -> String? {
  guard !file.hasPrefix("/"), !file.isEmpty else { return nil }
  if position.line > 0, let slash = position.source.lastIndex(of: "/") {
    let beside = String(position.source[...slash]) + file
    if fileExists(beside) { return beside }
  }
  return fileExists(file) ? file : nil
}

/// A configuration with the relative file names under `file` and `run` made absolute, so that it can
/// be kept in another folder.
func withAbsolutePaths(_ node: DocumentNode) -> DocumentNode {
  switch node.content {
  case .scalar: return node
  case .sequence(let nodes):
    return DocumentNode(.sequence(nodes.map(withAbsolutePaths)), at: node.position)
  case .mapping(let entries):
    let changed = entries.map { entry in
      var entry = entry
      let name = entry.key.split(separator: ".").last.map(String.init)
      entry.value =
        name == "file" || name == "run"
        ? absolutePath(entry.value) : withAbsolutePaths(entry.value)
      return entry
    }
    return DocumentNode(.mapping(changed), at: node.position)
  }
}

/// A file name made absolute, or every one of a list.
func absolutePath(_ node: DocumentNode) -> DocumentNode {
  switch node.content {
  case .scalar(let file, let quoted):
    guard let path = resolvedPath(file, writtenAt: node.position) else { return node }
    let absolute = URL(fileURLWithPath: path).standardizedFileURL.path
    return DocumentNode(.scalar(absolute, quoted: quoted), at: node.position)
  case .sequence(let nodes):
    return DocumentNode(.sequence(nodes.map(absolutePath)), at: node.position)
  case .mapping: return withAbsolutePaths(node)
  }
}
