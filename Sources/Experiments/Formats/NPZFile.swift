internal import Foundation

/// Arrays by name as `numpy.load` reads them: a zip archive of `.npy` files, stored as they are.
///
/// Formats: numpy, `numpy.lib.format` version 1.0; PKWARE, "APPNOTE.TXT", without its 64-bit
/// extensions. The same arrays make the same bytes: entries carry the date 1 January 1980, the
/// earliest there is.
struct NPZFile {
  private var entries: [(name: String, content: [UInt8])] = []

  /// The most bytes of an archive without 64-bit extensions.
  static let largest = Int(UInt32.max) - 1

  /// Adds numbers in row-major order. The product of `shape` is their count; [] is a single number.
  mutating func add(_ name: String, _ values: [Double], shape: [Int]) {
    add(name, type: "<f8", shape: shape, count: values.count) { bytes in
      for value in values { bytes.appendLittleEndian(value.bitPattern) }
    }
  }

  /// Adds whole numbers; see above.
  mutating func add(_ name: String, _ values: [Int], shape: [Int]) {
    add(name, type: "<i8", shape: shape, count: values.count) { bytes in
      for value in values { bytes.appendLittleEndian(Int64(value)) }
    }
  }

  /// Adds texts; see above. All have the length of the longest, in characters of Unicode (UTF-32),
  /// filled up with zeros that numpy drops.
  mutating func add(_ name: String, _ values: [String], shape: [Int]) {
    let length = max(1, values.map(\.unicodeScalars.count).max() ?? 1)
    add(name, type: "<U\(length)", shape: shape, count: values.count) { bytes in
      for value in values {
        for scalar in value.unicodeScalars { bytes.appendLittleEndian(scalar.value) }
        for _ in value.unicodeScalars.count..<length { bytes.appendLittleEndian(UInt32(0)) }
      }
    }
  }

  private mutating func add(
    _ name: String, type: String, shape: [Int], count: Int, _ write: (inout [UInt8]) -> Void
  ) {
    precondition(shape.reduce(1, *) == count, "the shape of \(name) does not fit its values")
    precondition(!entries.contains { $0.name == name }, "\(name) appears twice")
    let sizes = shape.map { "\($0)" }.joined(separator: ", ")
    let tuple = shape.count == 1 ? "(\(sizes),)" : "(\(sizes))"
    var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(tuple), }"
    // Magic, version, length and header fill whole lines of 64 bytes.
    let start = 10
    let rest = 64 - (start + header.utf8.count + 1) % 64
    header += String(repeating: " ", count: rest % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes.appendLittleEndian(UInt16(header.utf8.count))
    bytes += header.utf8
    bytes.reserveCapacity(bytes.count + 8 * count)
    write(&bytes)
    entries.append((name + ".npy", bytes))
  }

  /// The bytes of an archive of entries with these sizes of name and content.
  static func size(_ entries: [(name: Int, content: Int)]) -> Int {
    entries.reduce(22) { $0 + 30 + 46 + 2 * $1.name + $1.content }
  }

  /// Refuses what needs 64-bit extensions, before it is made.
  ///
  /// - Throws: `FileError`.
  static func check(bytes: Int, path: String) throws {
    guard bytes <= largest else {
      throw FileError(
        path,
        "would have \(bytes) bytes, more than the \(largest) that this form holds; export as csv, or "
          + "a smaller game", isUsage: true)
    }
  }

  /// The archive.
  ///
  /// - Parameter path: what errors call it.
  /// - Throws: `FileError` if it would be larger than `largest`.
  func data(path: String) throws -> Data {
    let size = Self.size(entries.map { ($0.name.utf8.count, $0.content.count) })
    try Self.check(bytes: size, path: path)
    var archive: [UInt8] = []
    archive.reserveCapacity(size)
    var directory: [UInt8] = []
    for (name, content) in entries {
      let offset = UInt32(archive.count)
      var facts: [UInt8] = []
      // Version 2.0, no flags, stored, midnight of 1 January 1980.
      for number: UInt16 in [20, 0, 0, 0, 0x21] { facts.appendLittleEndian(number) }
      facts.appendLittleEndian(CyclicChecksum.zip.checksum(content))
      facts.appendLittleEndian(UInt32(content.count))
      facts.appendLittleEndian(UInt32(content.count))
      facts.appendLittleEndian(UInt16(name.utf8.count))
      facts.appendLittleEndian(UInt16(0))
      archive.appendLittleEndian(UInt32(0x0403_4B50))
      archive += facts
      archive += name.utf8
      archive += content
      directory.appendLittleEndian(UInt32(0x0201_4B50))
      directory.appendLittleEndian(UInt16(20))
      directory += facts
      // No comment, the first disk, no attributes.
      for number: UInt16 in [0, 0, 0] { directory.appendLittleEndian(number) }
      directory.appendLittleEndian(UInt32(0))
      directory.appendLittleEndian(offset)
      directory += name.utf8
    }
    let start = UInt32(archive.count)
    archive += directory
    archive.appendLittleEndian(UInt32(0x0605_4B50))
    for number in [0, 0, entries.count, entries.count] {
      archive.appendLittleEndian(UInt16(number))
    }
    archive.appendLittleEndian(UInt32(directory.count))
    archive.appendLittleEndian(start)
    archive.appendLittleEndian(UInt16(0))
    return Data(archive)
  }
}
