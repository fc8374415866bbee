extension ParameterSet {
  /// Reads a mapping strictly: every key known, every value of the right type and in range, every
  /// default made explicit.
  ///
  /// - Parameters:
  ///   - node: the mapping; nil stands for an empty one.
  ///   - path: the dotted path of the mapping, for errors.
  ///   - position: where errors about missing keys point if `node` is nil.
  /// - Throws: `ConfigurationError`; unknown keys come with the nearest known one.
  public init(
    _ node: DocumentNode?, declared parameters: [Parameter], path: String, position: Position
  ) throws {
    self.init()
    let written: [DocumentNode.Entry]
    if let node {
      guard let entries = node.entries else {
        throw ConfigurationError(
          node.position, key: path, value: node.text, rule: "must be a mapping of keys to values")
      }
      written = entries
    } else {
      written = []
    }
    try refuseUnknownKeys(written, known: parameters.map(\.name), path: path)
    for parameter in parameters {
      let key = path.isEmpty ? parameter.name : "\(path).\(parameter.name)"
      if let entry = written.first(where: { $0.key == parameter.name }) {
        let value = parameter.withDefaultKind(entry.value)
        set(parameter.name, try parameter.type.resolve(value, key: key), at: entry.position)
        continue
      }
      switch parameter.presence {
      case .optional: continue
      case .required:
        throw ConfigurationError(
          node?.position ?? position, key: key,
          rule: "is missing; it must be \(parameter.type.rule)")
      case .defaulted(let value): set(parameter.name, try parameter.type.filled(value, key: key))
      }
    }
  }
}

extension Parameter {
  /// A written variant without `kind` takes that of the default, so that one of its keys can be
  /// changed alone.
  fileprivate func withDefaultKind(_ node: DocumentNode) -> DocumentNode {
    guard case .variant = type, case .defaulted(.group(let set)) = presence,
      case .text(let kind) = set["kind"], case .mapping(let entries) = node.content,
      node.value(of: "kind") == nil
    else { return node }
    var node = node
    let entry = DocumentNode.Entry(
      key: "kind", position: node.position,
      value: DocumentNode(.scalar(kind, quoted: true), at: node.position))
    node.content = .mapping([entry] + entries)
    return node
  }
}

/// Throws at the first key that is not known, naming the nearest one that is.
public func refuseUnknownKeys(
  _ written: [DocumentNode.Entry], known: [String], path: String
) throws {
  for entry in written where !known.contains(entry.key) {
    let key = path.isEmpty ? entry.key : "\(path).\(entry.key)"
    let list = "known: \(known.joined(separator: ", "))"
    let advice =
      nearest(to: entry.key, among: known).map { "did you mean \($0)?" }
      ?? closest(to: entry.key, among: known).map { "the nearest is \($0); \(list)" }
      ?? "no keys are known here"
    throw ConfigurationError(
      entry.position, key: key, value: entry.value.text, rule: "unknown key; \(advice)")
  }
}

extension ParameterType {
  /// Reads one value. Throws `ConfigurationError` naming value and rule.
  func resolve(_ node: DocumentNode, key: String) throws -> ParameterValue {
    func refuse() -> ConfigurationError {
      ConfigurationError(node.position, key: key, value: node.text, rule: "must be \(rule)")
    }
    switch self {
    case .group(let parameters):
      return .group(
        try ParameterSet(node, declared: parameters, path: key, position: node.position))
    case .variant(let variants, let shorthand):
      return .group(
        try Self.resolveVariant(node, variants: variants, shorthand: shorthand, key: key))
    case .list(let element):
      guard case .sequence(let nodes) = node.content else { throw refuse() }
      return .list(
        try nodes.enumerated().map { try element.resolve($1, key: "\(key)[\($0)]") })
    case .either(let types):
      guard let type = types.first(where: { $0.hasShape(of: node) }) else { throw refuse() }
      return try type.resolve(node, key: key)
    default:
      guard case .scalar(let word, let quoted) = node.content else { throw refuse() }
      guard let value = scalar(word, quoted: quoted) else {
        if case .choice(let words) = self, let near = nearest(to: word, among: words) {
          throw ConfigurationError(
            node.position, key: key, value: word, rule: "must be \(rule); did you mean \(near)?")
        }
        throw refuse()
      }
      return value
    }
  }

  private func scalar(_ word: String, quoted: Bool) -> ParameterValue? {
    switch self {
    case .integer(let range):
      guard !quoted, let value = wholeNumber(word), range.contains(value) else { return nil }
      return .integer(value)
    case .real(let range):
      guard !quoted, let value = Double(word.replacing("_", with: "")), range.contains(value)
      else { return nil }
      return .real(value)
    case .boolean:
      switch quoted ? "" : word {
      case "true": return .boolean(true)
      case "false": return .boolean(false)
      default: return nil
      }
    case .text: return word.isEmpty && !quoted ? nil : .text(word)
    case .choice(let words): return words.contains(word) ? .text(word) : nil
    case .integerOrWord(let range, let words):
      if words.contains(word) { return .text(word) }
      guard !quoted, let value = wholeNumber(word), range.contains(value) else { return nil }
      return .integer(value)
    case .group, .variant, .list, .either: return nil
    }
  }

  /// Whether a node is a mapping, a list or a scalar as this type's values are written.
  private func hasShape(of node: DocumentNode) -> Bool {
    switch (self, node.content) {
    case (.group, .mapping), (.variant, .mapping), (.list, .sequence): true
    case (.either(let types), _): types.contains { $0.hasShape(of: node) }
    case (.group, _), (.list, _), (_, .mapping), (_, .sequence): false
    default: true
    }
  }

  private static func resolveVariant(
    _ node: DocumentNode, variants: [Variant], shorthand: String?, key: String
  ) throws -> ParameterSet {
    var node = node
    if case .scalar(let word, quoted: false) = node.content, let shorthand,
      Double(word.replacing("_", with: "")) != nil
    {
      let value = DocumentNode.Entry(key: "value", position: node.position, value: node)
      let kind = DocumentNode.Entry(
        key: "kind", position: node.position,
        value: DocumentNode(.scalar(shorthand, quoted: false), at: node.position))
      node = DocumentNode(.mapping([kind, value]), at: node.position)
    }
    let names = variants.map(\.name)
    if case .scalar(let word, _) = node.content, names.contains(word) {
      // The bare word of a variant stands for it with all its defaults.
      let kind = DocumentNode.Entry(key: "kind", position: node.position, value: node)
      node = DocumentNode(.mapping([kind]), at: node.position)
    }
    guard node.entries != nil else {
      throw ConfigurationError(
        node.position, key: key, value: node.text,
        rule: "must be a mapping with kind: one of \(names.joined(separator: ", "))")
    }
    let kind = try ParameterType.choice(names).resolveKind(node, key: key)
    guard let variant = variants.first(where: { $0.name == kind }) else {
      preconditionFailure("a kind outside its own list")
    }
    let declared = [Parameter.choice("kind", kind, names, "which variant")] + variant.parameters
    return try ParameterSet(node, declared: declared, path: key, position: node.position)
  }

  /// Reads the `kind` of a mapping as one of this choice's words.
  public func resolveKind(_ node: DocumentNode, key: String) throws -> String {
    guard let kind = node.value(of: "kind") else {
      throw ConfigurationError(
        node.position, key: "\(key).kind", rule: "is missing; it must be \(rule)")
    }
    guard case .text(let word) = try resolve(kind, key: "\(key).kind") else {
      preconditionFailure("resolveKind is for choices")
    }
    return word
  }

  /// A declared default with the defaults inside it made explicit.
  func filled(_ value: ParameterValue, key: String) throws -> ParameterValue {
    let nowhere = Position(source: "default")
    switch (self, value) {
    case (.group(let parameters), .group(let set)):
      return .group(
        try ParameterSet(
          set.node(at: nowhere), declared: parameters, path: key, position: nowhere
        ).withoutPositions)
    case (.variant(let variants, let shorthand), .group(let set)):
      return .group(
        try Self.resolveVariant(
          set.node(at: nowhere), variants: variants, shorthand: shorthand, key: key
        ).withoutPositions)
    case (.either(let types), _):
      let node = value.node(at: nowhere)
      return try types.first { $0.hasShape(of: node) }?.filled(value, key: key) ?? value
    default: return value
    }
  }
}

extension ParameterSet {
  /// The set as a document node, so that defaults go through the same checks as written values.
  public func node(at position: Position) -> DocumentNode {
    DocumentNode(
      .mapping(
        entries.map {
          DocumentNode.Entry(
            key: $0.name, position: position, value: $0.value.node(at: position))
        }), at: position)
  }

  /// The same values, as if none had been written.
  var withoutPositions: ParameterSet {
    var copy = ParameterSet()
    for entry in entries {
      if case .group(let inner) = entry.value {
        copy.set(entry.name, .group(inner.withoutPositions))
      } else {
        copy.set(entry.name, entry.value)
      }
    }
    return copy
  }
}

extension ParameterValue {
  fileprivate func node(at position: Position) -> DocumentNode {
    switch self {
    case .group(let set): set.node(at: position)
    case .list(let values):
      DocumentNode(.sequence(values.map { $0.node(at: position) }), at: position)
    case .text(let word): DocumentNode(.scalar(word, quoted: true), at: position)
    case .real(let value): DocumentNode(.scalar("\(value)", quoted: false), at: position)
    default: DocumentNode(.scalar(text, quoted: false), at: position)
    }
  }
}

/// A whole number written as `200`, `2_000_000` or `2e6`; nil for anything else, including `2.5`
/// and numbers too large for the machine.
public func wholeNumber(_ word: String) -> Int? {
  let digits = word.replacing("_", with: "")
  if let value = Int(digits) { return value }
  guard let value = Double(digits), value == value.rounded(), abs(value) < 0x1p53 else {
    return nil
  }
  return Int(value)
}
