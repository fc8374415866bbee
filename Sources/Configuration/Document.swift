internal import Yams

/// A YAML tree in which every node knows where it was written.
public struct DocumentNode: Sendable, Equatable {
  /// What a node holds.
  public indirect enum Content: Sendable, Equatable {
    /// A plain or quoted word.
    case scalar(String, quoted: Bool)
    /// A list.
    case sequence([DocumentNode])
    /// Keys in the order written.
    case mapping([Entry])
  }

  /// One key of a mapping.
  public struct Entry: Sendable, Equatable {
    /// The key.
    public var key: String
    /// Where the key stands.
    public var position: Position
    /// Its value.
    public var value: DocumentNode

    /// Creates an entry.
    public init(key: String, position: Position, value: DocumentNode) {
      self.key = key
      self.position = position
      self.value = value
    }
  }

  /// What it holds.
  public var content: Content
  /// Where it starts.
  public var position: Position

  /// Creates a node.
  public init(_ content: Content, at position: Position) {
    self.content = content
    self.position = position
  }

  /// Reads a YAML document with one mapping at its root.
  ///
  /// - Throws: `ConfigurationError` with line and column for broken YAML, duplicate keys, an empty
  ///   document, or a root that is no mapping.
  public init(yaml text: String, source: String) throws {
    let root = try Self.compose(text, position: Position(source: source, line: 1, column: 1))
    guard let root else {
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "the file is empty; see configs/ for examples to start from")
    }
    var budget = Self.budget(for: text)
    self = try DocumentNode(root, source: source, path: "", budget: &budget)
    guard case .mapping = content else {
      throw ConfigurationError(
        position, key: "", rule: "must be a mapping of keys to values, such as `seed: 1`")
    }
  }

  private static func compose(_ text: String, position: Position) throws -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        var at = position
        if position.line > 0 { (at.line, at.column) = (mark.line, mark.column) }
        throw ConfigurationError(at, key: "", rule: "not valid YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, let context):
        var at = position
        if position.line > 0 { (at.line, at.column) = (context.mark.line, context.mark.column) }
        let (keys, rule) =
          duplicates.count == 1
          ? (duplicates[0], "appears twice") : (duplicates.joined(separator: ", "), "appear twice")
        throw ConfigurationError(at, key: keys, rule: "\(rule) in one mapping; keep one")
      default:
        throw ConfigurationError(position, key: "", rule: "not valid YAML: \(error)")
      }
    }
  }

  /// How many nodes a text may stand for. Written out, each takes a byte or more; a few lines of
  /// aliases can stand for more than fit in memory.
  private static func budget(for text: String) -> Int { 10_000 + text.utf8.count }

  private init(_ node: Node, source: String, path: String, budget: inout Int) throws {
    let mark = node.mark
    let position = Position(
      source: source, line: source == commandLine ? 0 : mark?.line ?? 0, column: mark?.column ?? 0)
    budget -= 1
    guard budget > 0 else {
      throw ConfigurationError(
        position, key: path, rule: "aliases stand for too many values; write them out")
    }
    switch node {
    case .scalar(let scalar):
      let quoted = scalar.style == .singleQuoted || scalar.style == .doubleQuoted
      self.init(.scalar(scalar.string, quoted: quoted), at: position)
    case .sequence(let sequence):
      self.init(
        .sequence(
          try sequence.map {
            try DocumentNode($0, source: source, path: path, budget: &budget)
          }),
        at: position)
    case .mapping(let mapping):
      var entries: [Entry] = []
      var names: Set<String> = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else {
          throw ConfigurationError(position, key: path, rule: "keys must be plain words")
        }
        let full = path.isEmpty ? name : "\(path).\(name)"
        let keyPosition = Position(
          source: source, line: source == commandLine ? 0 : key.mark?.line ?? position.line,
          column: key.mark?.column ?? position.column)
        guard names.insert(name).inserted else {
          throw ConfigurationError(keyPosition, key: full, rule: "appears twice; keep one")
        }
        entries.append(
          Entry(
            key: name, position: keyPosition,
            value: try DocumentNode(value, source: source, path: full, budget: &budget)))
      }
      self.init(.mapping(entries), at: position)
    default:
      throw ConfigurationError(position, key: path, rule: "aliases are not supported here")
    }
  }

  /// The entries of a mapping; nil for other nodes.
  public var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value of `key` in a mapping.
  public func value(of key: String) -> DocumentNode? {
    entries?.first { $0.key == key }?.value
  }

  /// The value at a dotted path.
  public func value(atPath path: String) -> DocumentNode? {
    var node = self
    for part in path.split(separator: ".") {
      guard let next = node.value(of: String(part)) else { return nil }
      node = next
    }
    return node
  }

  /// The node as it would be written on one line, for error messages.
  public var text: String {
    switch content {
    case .scalar(let word, _): word.isEmpty ? "(empty)" : word
    case .sequence(let nodes): "[" + nodes.map(\.text).joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\($0.key): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }

  /// Applies one `key.path=value` from the command line; the value is read as YAML.
  ///
  /// Mappings on the way are made where they are missing.
  /// - Throws: `ConfigurationError` if the text has no `=`, or the path runs through a value.
  public mutating func apply(override text: String) throws {
    let change = try Self.override(text)
    try set(change.value, at: change.path, position: Position(source: commandLine))
  }

  /// Reads one `key.path=value` from the command line without applying it.
  ///
  /// - Throws: `ConfigurationError` if the text has no `=`, the path an empty part, or the value is not
  ///   YAML.
  public static func override(_ text: String) throws -> (path: [String], value: DocumentNode) {
    let position = Position(source: commandLine)
    guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
      throw ConfigurationError(
        position, key: text, rule: "overrides are written key=value, such as training.steps=2e5")
    }
    let path = String(text[..<equals])
    let parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ !$0.isEmpty }) else {
      throw ConfigurationError(position, key: path, rule: "has an empty part between dots")
    }
    let written = String(text[text.index(after: equals)...])
    guard let node = try Self.compose(written, position: position) else {
      return (parts, DocumentNode(.scalar("", quoted: false), at: position))
    }
    var budget = Self.budget(for: written)
    return (parts, try DocumentNode(node, source: commandLine, path: path, budget: &budget))
  }

  /// Puts a value at a path of keys; mappings on the way are made where they are missing.
  ///
  /// - Parameter position: where the path was written.
  /// - Throws: `ConfigurationError` if the path runs through a value that has no keys.
  public mutating func set(_ value: DocumentNode, at path: [String], position: Position) throws {
    try set(value, at: path[...], path: path.joined(separator: "."), position: position)
  }

  private mutating func set(
    _ value: DocumentNode, at parts: ArraySlice<String>, path: String, position: Position
  ) throws {
    guard let part = parts.first else {
      self = value
      return
    }
    guard case .mapping(var entries) = content else {
      throw ConfigurationError(
        position, key: path, value: value.text,
        rule: "the path runs through \(text), which has no keys")
    }
    if let index = entries.firstIndex(where: { $0.key == part }) {
      try entries[index].value.set(value, at: parts.dropFirst(), path: path, position: position)
      if parts.count == 1 { entries[index].position = position }
    } else {
      var child = DocumentNode(.mapping([]), at: position)
      try child.set(value, at: parts.dropFirst(), path: path, position: position)
      entries.append(Entry(key: part, position: position, value: child))
    }
    content = .mapping(entries)
  }
}

/// The source named in errors about overrides.
let commandLine = "command line"
