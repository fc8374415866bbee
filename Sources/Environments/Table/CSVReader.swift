internal import Configuration

/// Comma-separated values (RFC 4180), one record at a time: quoted fields may hold commas, line
/// breaks and doubled quotes; blanks around unquoted fields are dropped; blank lines are skipped.
struct CSVReader {
  /// One field and where it stands.
  struct Field {
    var text: String
    var line: Int
    /// In bytes from the start of the text.
    fileprivate var offset: Int
    fileprivate var lineStart: Int
  }

  private let bytes: [UInt8]
  private let source: String
  private var index = 0
  private var line: Int
  private var lineStart = 0

  /// Reads `text`, which errors call `source` and whose first line they call `line`.
  init(_ text: String, source: String, line: Int) {
    bytes = Array(text.utf8)
    self.source = source
    self.line = line
  }

  /// Where a field stands; columns count characters.
  func position(_ field: Field) -> Position {
    let before = String(decoding: bytes[field.lineStart..<field.offset], as: UTF8.self)
    return Position(
      source: source, line: field.line, column: 1 + before.unicodeScalars.count)
  }

  /// The fields of the next record, or nil at the end. Throws `ConfigurationError` for a quote
  /// that is not closed or is followed by more text.
  mutating func next() throws -> [Field]? {
    while true {
      var probe = index
      while probe < bytes.count, isBlank(bytes[probe]) { probe += 1 }
      guard probe < bytes.count else { return nil }
      guard isLineEnd(bytes[probe]) else { break }
      index = probe
      skipLineEnd()
    }
    var fields: [Field] = []
    while true {
      fields.append(try field())
      guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { break }
      index += 1
    }
    if index < bytes.count { skipLineEnd() }
    return fields
  }

  private func isLineEnd(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
  }

  private mutating func skipLineEnd() {
    let isPair =
      bytes[index] == UInt8(ascii: "\r") && index + 1 < bytes.count
      && bytes[index + 1] == UInt8(ascii: "\n")
    index += isPair ? 2 : 1
    line += 1
    lineStart = index
  }

  private mutating func field() throws -> Field {
    while index < bytes.count, isBlank(bytes[index]) { index += 1 }
    var field = Field(text: "", line: line, offset: index, lineStart: lineStart)
    if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      field.text = try quoted(field)
      while index < bytes.count, isBlank(bytes[index]) { index += 1 }
      guard index == bytes.count || bytes[index] == UInt8(ascii: ",") || isLineEnd(bytes[index])
      else {
        throw ConfigurationError(
          position(field), key: "",
          rule: "text after a closing quote; quotes inside a quoted field are doubled")
      }
      return field
    }
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: ","), !isLineEnd(bytes[index]) {
      index += 1
    }
    var end = index
    while end > start, isBlank(bytes[end - 1]) { end -= 1 }
    field.text = String(decoding: bytes[start..<end], as: UTF8.self)
    return field
  }

  private mutating func quoted(_ field: Field) throws -> String {
    var text: [UInt8] = []
    index += 1
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\"") {
        index += 1
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
          return String(decoding: text, as: UTF8.self)
        }
        text.append(byte)
        index += 1
      } else if isLineEnd(byte) {
        let start = index
        skipLineEnd()
        text.append(contentsOf: bytes[start..<index])
      } else {
        text.append(byte)
        index += 1
      }
    }
    throw ConfigurationError(position(field), key: "", rule: "the quote is not closed")
  }
}
