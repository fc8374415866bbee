internal import Configuration

/// A game file's text, with the rows that stand in it as CSV taken out of the YAML.
///
/// `rows: |` on a line of its own opens them; they end before the next line that is not indented.
/// A large table is then never a tree of YAML nodes, which would take a hundred times its text.
struct TableText {
  /// The rest, with empty lines where rows were taken out, so that every line keeps its number.
  private(set) var yaml: String
  /// The rows as they stand, indentation included.
  private(set) var rows: String?
  /// The line of `rows: |`, from 1.
  private(set) var line = 0

  /// Divides a text. Cost O(bytes).
  init(_ text: String) {
    yaml = text
    let bytes = Array(text.utf8)
    var number = 1
    var start = 0
    while start < bytes.count {
      let end = Self.lineEnd(bytes, start)
      if Self.opensRows(bytes[start..<end]) {
        var stop = end
        var breaks = 0
        while stop < bytes.count {
          let next = Self.lineEnd(bytes, stop + 1)
          guard Self.isInside(bytes[min(stop + 1, bytes.count)..<next]) else { break }
          stop = next
          breaks += 1
        }
        rows = String(decoding: bytes[min(end + 1, stop)..<stop], as: UTF8.self)
        line = number
        yaml =
          String(decoding: bytes[..<end], as: UTF8.self) + String(repeating: "\n", count: breaks)
          + String(decoding: bytes[stop...], as: UTF8.self)
        return
      }
      number += 1
      start = end + 1
    }
  }

  private static func lineEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    guard start < bytes.count else { return bytes.count }
    return bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
  }

  private static func opensRows(_ line: ArraySlice<UInt8>) -> Bool {
    let key = Array("rows:".utf8)
    guard line.starts(with: key) else { return false }
    let rest = line.dropFirst(key.count).prefix { $0 != UInt8(ascii: "#") }
    return rest.first == UInt8(ascii: " ")
      && rest.filter { !isBlank($0) } == [UInt8(ascii: "|")]
  }

  /// Whether a line is empty or indented.
  private static func isInside(_ line: ArraySlice<UInt8>) -> Bool {
    line.first.map(isBlank) ?? true
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}
