internal import Foundation

/// A JSON document of any shape, for reports that read what commands wrote.
public indirect enum DocumentValue: Sendable, Equatable {
  /// null.
  case null
  /// true or false.
  case boolean(Bool)
  /// A number.
  case number(Double)
  /// A whole number that a `Double` cannot hold exactly, such as a seed.
  case integer(Int)
  /// A text.
  case text(String)
  /// A list.
  case list([DocumentValue])
  /// Keys, sorted, and values.
  case object([String: DocumentValue])

  /// Reads a document.
  ///
  /// - Throws: `FileError` if it is not JSON.
  init(_ data: Data, path: String) throws {
    guard let value = DocumentValue(json: data) else {
      throw FileError(path, "is not a JSON document, or is damaged")
    }
    self = value
  }

  /// Reads a file. Throws `FileError`.
  init(path: String) throws { try self.init(readData(path), path: path) }

  /// What a document would be written as.
  init(of document: some Encodable) throws {
    try self.init(jsonData(document), path: "document")
  }

  /// The value of a key; null if there is none or this is no object.
  subscript(_ key: String) -> DocumentValue {
    if case .object(let entries) = self { return entries[key] ?? .null }
    return .null
  }

  /// The value at keys between dots.
  func at(_ path: String) -> DocumentValue {
    path.split(separator: ".").reduce(self) { $0[String($1)] }
  }

  /// The number as a whole one, near enough; 0 where there is none that a computer can count to.
  var whole: Int { number.flatMap { Int(exactly: $0.rounded()) } ?? 0 }

  /// The number, if it is one.
  var number: Double? {
    switch self {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  /// The text, if it is one.
  var text: String? {
    if case .text(let value) = self { return value }
    return nil
  }

  /// The truth value, if it is one.
  var boolean: Bool? {
    if case .boolean(let value) = self { return value }
    return nil
  }

  /// The elements; empty if this is no list.
  var list: [DocumentValue] {
    if case .list(let values) = self { return values }
    return []
  }

  /// The keys with their values, sorted; empty if this is no object.
  var entries: [(key: String, value: DocumentValue)] {
    guard case .object(let values) = self else { return [] }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// All elements that are numbers.
  var numbers: [Double] { list.compactMap(\.number) }

  /// Whether it is null.
  var isNull: Bool { self == .null }

  /// Whether it is neither list nor object.
  var isScalar: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  /// A number, text, truth value, or list of such on one line.
  var inline: String {
    switch self {
    case .null: "none"
    case .boolean(let value): value ? "yes" : "no"
    case .number(let value): reportNumber(value)
    case .integer(let value): "\(value)"
    case .text(let value): value
    case .list(let values): "[" + values.map(\.inline).joined(separator: ", ") + "]"
    case .object:
      "{" + entries.map { "\($0.key): \($0.value.inline)" }.joined(separator: ", ") + "}"
    }
  }
}

extension DocumentValue: Codable {
  /// Decodes any JSON.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    // Numbers first: long documents are made of them.
    if let value = try? container.decode(Double.self) {
      let isExact = abs(value) < 0x1p53 || value != value.rounded()
      self =
        isExact
        ? .number(value)
        : (try? container.decode(Int.self)).map(Self.integer)
          ?? .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let values = try? container.decode([DocumentValue].self) {
      self = .list(values)
    } else {
      self = .object(try container.decode([String: DocumentValue].self))
    }
  }

  /// Encodes the bare value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }
}

/// A number as a report shows it: whole ones without a point, others as tables do.
func reportNumber(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : tableNumber(value)
}
