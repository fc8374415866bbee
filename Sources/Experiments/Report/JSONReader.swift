internal import Foundation

extension DocumentValue {
  /// Reads a document (RFC 8259) in one pass, where `JSONDecoder` would try every type for every value;
  /// nil if it is not JSON, is nested more than 500 deep, or holds a number beyond a `Double`.
  init?(json data: Data) {
    var reader = JSONReader(bytes: Array(data))
    guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
    self = value
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

  mutating func value(depth: Int) -> DocumentValue? {
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

  private mutating func object(depth: Int) -> DocumentValue? {
    guard take("{") else { return nil }
    var entries: [String: DocumentValue] = [:]
    if take("}") { return .object(entries) }
    repeat {
      skipBlanks()
      guard let key = string(), take(":"), let value = value(depth: depth + 1) else { return nil }
      entries[key] = value
    } while take(",")
    return take("}") ? .object(entries) : nil
  }

  private mutating func list(depth: Int) -> DocumentValue? {
    guard take("[") else { return nil }
    var elements: [DocumentValue] = []
    if take("]") { return .list(elements) }
    repeat {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
    } while take(",")
    return take("]") ? .list(elements) : nil
  }

  private mutating func number() -> DocumentValue? {
    let start = index
    while let byte = peek, (48...57).contains(byte) || "+-.eE".utf8.contains(byte) { index += 1 }
    let word = String(decoding: bytes[start..<index], as: UTF8.self)
    guard let value = Double(word), value.isFinite else { return nil }
    // Beyond 2⁵³ not every whole number is a `Double`.
    if abs(value) >= 0x1p53, let whole = Int(word) { return .integer(whole) }
    return .number(value)
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
