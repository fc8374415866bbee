internal import Yams

/// A value of a resolved configuration.
public indirect enum ParameterValue: Sendable, Equatable, Encodable {
  /// A whole number.
  case integer(Int)
  /// A real number.
  case real(Double)
  /// true or false.
  case boolean(Bool)
  /// A word or text.
  case text(String)
  /// A list.
  case list([ParameterValue])
  /// A mapping.
  case group(ParameterSet)

  /// Encodes the bare value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .integer(let value): try container.encode(value)
    case .real(let value): try container.encode(value)
    case .boolean(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let value): try container.encode(value)
    case .group(let value): try container.encode(value)
    }
  }

  /// A real or whole number; nil if it is neither.
  public var number: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The numbers of a list of real or whole numbers; nil if it is none.
  public var numbers: [Double]? {
    guard case .list(let values) = self else { return nil }
    let numbers = values.compactMap(\.number)
    return numbers.count == values.count ? numbers : nil
  }

  /// The value as written on one line.
  public var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value):
      value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    case .boolean(let value): "\(value)"
    case .text(let value): value
    case .list(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
    case .group(let set):
      "{" + set.entries.map { "\($0.name): \($0.value.text)" }.joined(separator: ", ") + "}"
    }
  }

  fileprivate var node: Node {
    switch self {
    case .list(let values): Node(values.map(\.node), .implicit, .flow)
    case .group(let set): set.node
    case .text(let value):
      // Words that YAML would read as something else keep their quotes.
      Node(
        value, .implicit,
        value.isEmpty || Double(value) != nil || ["true", "false", "null", "~"].contains(value)
          ? .doubleQuoted : .any)
    default: Node(text)
    }
  }
}

/// Resolved keys and values, in the order declared, each remembering where it was written.
///
/// The getters trap on a name or type that the declaration does not have: that is a bug of the
/// caller, never of a configuration.
public struct ParameterSet: Sendable, Equatable, Encodable {
  /// One resolved key.
  public struct Entry: Sendable, Equatable {
    /// The key.
    public var name: String
    /// Its value.
    public var value: ParameterValue
    /// Where it was written; nil for a default.
    public var position: Position?
  }

  /// All keys in order.
  public private(set) var entries: [Entry] = []

  /// Creates an empty set.
  public init() {}

  /// Sets or replaces a key.
  public mutating func set(_ name: String, _ value: ParameterValue, at position: Position? = nil) {
    if let index = entries.firstIndex(where: { $0.name == name }) {
      entries[index].value = value
      entries[index].position = position ?? entries[index].position
    } else {
      entries.append(Entry(name: name, value: value, position: position))
    }
  }

  /// Removes a key.
  public mutating func remove(_ name: String) { entries.removeAll { $0.name == name } }

  /// The value of a key, if set.
  public subscript(_ name: String) -> ParameterValue? {
    entries.first { $0.name == name }?.value
  }

  /// Where the key, or failing that the deepest written part of the dotted path, stands.
  public func position(of path: String) -> Position? {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard let entry = entries.first(where: { $0.name == parts[0] }) else { return nil }
    if parts.count == 2, case .group(let set) = entry.value,
      let inner = set.position(of: parts[1])
    {
      return inner
    }
    return entry.position
  }

  /// The value at a dotted path.
  public func value(at path: String) -> ParameterValue? {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    guard let value = self[parts[0]] else { return nil }
    guard parts.count == 2 else { return value }
    if case .group(let set) = value { return set.value(at: parts[1]) }
    return nil
  }

  /// A real number.
  public func real(_ name: String) -> Double {
    guard let value = self[name]?.number else {
      preconditionFailure("no real parameter \(name)")
    }
    return value
  }

  /// The real numbers of a list.
  public func reals(_ name: String) -> [Double] {
    guard let values = self[name]?.numbers else {
      preconditionFailure("no list of real numbers \(name)")
    }
    return values
  }

  /// A whole number.
  public func integer(_ name: String) -> Int {
    guard case .integer(let value) = self[name] else {
      preconditionFailure("no whole-number parameter \(name)")
    }
    return value
  }

  /// A truth value.
  public func boolean(_ name: String) -> Bool {
    guard case .boolean(let value) = self[name] else {
      preconditionFailure("no true-or-false parameter \(name)")
    }
    return value
  }

  /// A text.
  public func text(_ name: String) -> String {
    guard case .text(let value) = self[name] else {
      preconditionFailure("no text parameter \(name)")
    }
    return value
  }

  /// A group or variant, if set.
  public func group(_ name: String) -> ParameterSet? {
    guard case .group(let set) = self[name] else { return nil }
    return set
  }

  /// Which variant this group is.
  public var kind: String { text("kind") }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Encodes a mapping.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for entry in entries {
      try container.encode(entry.value, forKey: Key(stringValue: entry.name))
    }
  }

  fileprivate var node: Node {
    Node(entries.map { (Node($0.name), $0.value.node) })
  }

  /// The set as YAML, keys in order, numbers with every digit they need to be read back exactly.
  public func yaml() throws -> String { try Yams.serialize(node: node, width: 100) }
}

extension ParameterSet: ExpressibleByDictionaryLiteral {
  /// Keys and values in the order written, as for defaults: `["kind": .text("steps")]`.
  public init(dictionaryLiteral elements: (String, ParameterValue)...) {
    for (name, value) in elements { set(name, value) }
  }
}
