internal import Configuration
internal import Foundation

/// A JSON document read for looking things up: numbers keep the digits they were written with, so a
/// table made from documents is the same whoever reads them.
indirect enum JSONValue: Sendable, Equatable {
  case null
  case boolean(Bool)
  /// As written.
  case number(String)
  case text(String)
  case list([JSONValue])
  /// Keys in the order written.
  case object([(key: String, value: JSONValue)])

  static func == (a: JSONValue, b: JSONValue) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.number(let a), .number(let b)), (.text(let a), .text(let b)): a == b
    case (.list(let a), .list(let b)): a == b
    case (.object(let a), .object(let b)):
      a.elementsEqual(b) { $0.key == $1.key && $0.value == $1.value }
    default: false
    }
  }

  /// Reads a document; nil if it is not JSON (RFC 8259), or nested more than 500 deep.
  init?(_ data: Data) {
    var reader = JSONReader(bytes: Array(data))
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
  }

  /// The value of a key of an object.
  subscript(key: String) -> JSONValue? {
    if case .object(let entries) = self { entries.first { $0.key == key }?.value } else { nil }
  }

  /// The elements of a list.
  var elements: [JSONValue]? { if case .list(let list) = self { list } else { nil } }

  /// A number, boolean, text or null as a table shows it; nil for lists and objects.
  var scalar: String?? {
    switch self {
    case .null: .some(nil)
    case .boolean(let value): .some(value ? "true" : "false")
    case .number(let word), .text(let word): .some(word)
    case .list, .object: nil
    }
  }
}

extension JSONValue: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Encodes the value; numbers as whole ones where they are.
  func encode(to encoder: any Encoder) throws {
    switch self {
    case .list(let list):
      var container = encoder.unkeyedContainer()
      for element in list { try container.encode(element) }
    case .object(let entries):
      var container = encoder.container(keyedBy: Key.self)
      for entry in entries {
        try container.encode(entry.value, forKey: Key(stringValue: entry.key))
      }
    default:
      var container = encoder.singleValueContainer()
      switch self {
      case .boolean(let value): try container.encode(value)
      case .number(let word):
        if let whole = Int(word) {
          try container.encode(whole)
        } else {
          try container.encode(Double(word) ?? 0)
        }
      case .text(let word): try container.encode(word)
      default: try container.encodeNil()
      }
    }
  }
}

/// Recursive descent over the bytes of a document.
private struct JSONReader {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Whether only blanks are left.
  var isAtEnd: Bool {
    mutating get {
      skipBlanks()
      return index == bytes.count
    }
  }

  mutating func value(depth: Int) -> JSONValue? {
    guard depth < 500 else { return nil }
    skipBlanks()
    switch peek {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return list(depth: depth)
    case UInt8(ascii: "\""): return string().map { .text($0) }
    case UInt8(ascii: "t"): return word("true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return word("false") ? .boolean(false) : nil
    case UInt8(ascii: "n"): return word("null") ? .null : nil
    default: return number()
    }
  }

  private var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte = peek, byte == 32 || byte == 10 || byte == 13 || byte == 9 { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard peek == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  private mutating func word(_ word: StaticString) -> Bool {
    let length = word.utf8CodeUnitCount
    guard index + length <= bytes.count,
      (0..<length).allSatisfy({ bytes[index + $0] == word.utf8Start[$0] })
    else { return false }
    index += length
    return true
  }

  private mutating func object(depth: Int) -> JSONValue? {
    guard take("{") else { return nil }
    var entries: [(key: String, value: JSONValue)] = []
    if take("}") { return .object(entries) }
    repeat {
      skipBlanks()
      guard let key = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
      entries.append((key, value))
    } while take(",")
    return take("}") ? .object(entries) : nil
  }

  private mutating func list(depth: Int) -> JSONValue? {
    guard take("[") else { return nil }
    var elements: [JSONValue] = []
    if take("]") { return .list(elements) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
    } while take(",")
    return take("]") ? .list(elements) : nil
  }

  private mutating func number() -> JSONValue? {
    let start = index
    while let byte = peek, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { index += 1 }
    let word = String(decoding: bytes[start..<index], as: UTF8.self)
    return Double(word).map { _ in .number(word) }
  }

  private mutating func string() -> String? {
    guard peek == UInt8(ascii: "\"") else { return nil }
    let start = index + 1
    index = start
    var isPlain = true
    while let byte = peek, byte != UInt8(ascii: "\"") {
      if byte == UInt8(ascii: "\\") {
        isPlain = false
        index += 1
      }
      index += 1
    }
    guard index < bytes.count else { return nil }
    index += 1
    if isPlain { return String(decoding: bytes[start..<index - 1], as: UTF8.self) }
    // Escapes are rare: Foundation reads them.
    return try? JSONDecoder().decode(String.self, from: Data(bytes[start - 1..<index]))
  }
}

extension JSONValue {
  /// A varied value: numbers and truth values as such, other words as text, the rest as YAML on one
  /// line.
  init(_ node: DocumentNode) {
    guard case .scalar(let word, let quoted) = node.content else {
      self = .text(node.flow)
      return
    }
    let digits = word.replacing("_", with: "")
    if quoted {
      self = .text(word)
    } else if word == "true" || word == "false" {
      self = .boolean(word == "true")
    } else if let number = Double(digits), number.isFinite {
      self = .number(Int(digits).map { "\($0)" } ?? "\(number)")
    } else {
      self = .text(word)
    }
  }
}
