internal import Configuration
import Foundation

/// Files that a game is read from: where they are, and their text, or why they cannot be used.
enum TableFile {
  /// The most bytes of YAML, whose tree takes some hundred times its text in memory.
  static let largestDocument = 64 << 20
  /// The largest file in bytes.
  static let largestFile = 1 << 30

  /// `file` if it is absolute, otherwise as seen from the folder of `source`.
  static func path(_ file: String, beside source: String) -> String {
    guard !file.hasPrefix("/"), let slash = source.lastIndex(of: "/") else { return file }
    return String(source[...slash]) + file
  }

  /// The file that the parameter `file` names: its path and its text.
  ///
  /// A relative path starts at the folder of the file in which `file` was written; given on the
  /// command line, or by a program, it starts at the working directory.
  /// - Throws: `ConfigurationError` at `game.file`.
  static func read(_ parameters: ParameterSet, kind: String) throws -> (path: String, text: String)
  {
    let file = parameters.text("file")
    let position = parameters.position(of: "file") ?? Position(source: kind)
    // Only what was written in a file has a line.
    let path = position.line > 0 ? Self.path(file, beside: position.source) : file
    return (path, try text(path: path, position: position, key: "game.file", value: file))
  }

  /// The text of a regular file of UTF-8.
  ///
  /// - Parameters:
  ///   - path: where it is.
  ///   - position: where the path was written, for errors about the file as a whole.
  ///   - key: the key it was written under.
  ///   - value: the path as written.
  /// - Throws: `ConfigurationError`.
  static func text(path: String, position: Position, key: String, value: String) throws -> String {
    func refuse(_ rule: String) -> ConfigurationError {
      ConfigurationError(position, key: key, value: value, rule: rule)
    }
    let files = FileManager.default
    guard let attributes = try? files.attributesOfItem(atPath: resolved(path)) else {
      let cut = path.lastIndex(of: "/")
      let folder = cut.map { String(path[...$0]) } ?? "."
      let name = cut.map { String(path[path.index(after: $0)...]) } ?? path
      let near = (try? files.contentsOfDirectory(atPath: folder)).flatMap {
        nearest(to: name, among: $0.sorted())
      }
      throw refuse(
        "no such file"
          + (path == value ? "" : "; looked for \(path)")
          + (near.map { "; did you mean \($0)?" } ?? ""))
    }
    switch attributes[.type] as? FileAttributeType {
    case .typeRegular?: break
    case .typeDirectory?: throw refuse("is a folder; name a file in it")
    default: throw refuse("is no regular file")
    }
    let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
    guard size <= largestFile else {
      throw refuse("has \(size) bytes, more than the \(largestFile) that are read")
    }
    guard let data = files.contents(atPath: path) else {
      throw refuse("cannot be read; check its permissions")
    }
    return try decode([UInt8](data), source: path)
  }

  /// Follows symbolic links, so that sizes and types are those of the file itself.
  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// UTF-8 text without control characters, and without a byte order mark.
  ///
  /// - Throws: `ConfigurationError` with the line of the first byte that does not belong.
  static func decode(_ bytes: [UInt8], source: String) throws -> String {
    func refuse(at index: Int, _ rule: String) -> ConfigurationError {
      let before = bytes[..<index]
      let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      let line = 1 + before.count { $0 == UInt8(ascii: "\n") }
      let column = 1 + String(decoding: bytes[start..<index], as: UTF8.self).unicodeScalars.count
      return ConfigurationError(
        Position(source: source, line: line, column: column), key: "", rule: rule)
    }
    let control = bytes.firstIndex {
      ($0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D) || $0 == 0x7F
    }
    if let control {
      throw refuse(
        at: control, "byte \(bytes[control]) is no text; save the file as plain text in UTF-8")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw refuse(at: firstInvalid(bytes), "is not UTF-8; save the file as plain text in UTF-8")
    }
    return text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
  }

  /// The first byte that is no part of a UTF-8 character.
  private static func firstInvalid(_ bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var index = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) {
      index += UTF8.width(scalar)
    }
    return min(index, bytes.count)
  }
}
