import Foundation
import Testing

@testable import Experiments

/// The little-endian number at a place.
private func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int {
  bytes[start..<start + count].reversed().reduce(0) { $0 << 8 | Int($1) }
}

@Suite struct NPZFileTests {
  private var example: NPZFile {
    var file = NPZFile()
    file.add("numbers", [0.1, -2, .infinity, 5e-324, 0, 1], shape: [2, 3])
    file.add("counts", [-1, 1 << 40], shape: [2])
    file.add("names", ["é", "", "\u{1F600}xy"], shape: [3])
    return file
  }

  @Test func `the same arrays make the same bytes`() throws {
    #expect(try example.data(path: "x") == example.data(path: "x"))
  }

  /// The archive by the book: the directory at its end leads to every entry.
  @Test func `every entry is where the directory says`() throws {
    let bytes = [UInt8](try example.data(path: "x"))
    let end = bytes.count - 22
    #expect(number(bytes, end, 4) == 0x0605_4B50 && number(bytes, end + 10, 2) == 3)
    var place = number(bytes, end + 16, 4)
    #expect(place + number(bytes, end + 12, 4) == end)
    var names: [String] = []
    for _ in 0..<3 {
      #expect(number(bytes, place, 4) == 0x0201_4B50)
      let (size, length) = (number(bytes, place + 24, 4), number(bytes, place + 28, 2))
      names.append(String(decoding: bytes[place + 46..<place + 46 + length], as: UTF8.self))
      let local = number(bytes, place + 42, 4)
      #expect(number(bytes, local, 4) == 0x0403_4B50 && number(bytes, local + 22, 4) == size)
      let content = Array(bytes[local + 30 + length..<local + 30 + length + size])
      #expect(Array(content[..<8]) == [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0])
      let header = number(content, 8, 2)
      #expect((10 + header) % 64 == 0 && content[9 + header] == UInt8(ascii: "\n"))
      place += 46 + length
    }
    #expect(names == ["numbers.npy", "counts.npy", "names.npy"] && place == end)
    #expect(
      NPZFile.size(names.map { ($0.utf8.count, 0) }) + 3 * 128 + 6 * 8 + 2 * 8 + 3 * 3 * 4
        == bytes.count)
  }

  @Test func `what needs 64-bit sizes is refused before it is made`() throws {
    try NPZFile.check(bytes: NPZFile.largest, path: "p.npz")
    let error = #expect(throws: FileError.self) {
      try NPZFile.check(bytes: NPZFile.size([(9, 1 << 32)]), path: "p.npz")
    }
    #expect(error?.description.hasPrefix("p.npz: would have 4294967") == true)
  }

  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `numpy reads every kind of array`() throws {
    let folder = try TemporaryFolder()
    // Infinity, which is no JSON, aside.
    var file = NPZFile()
    file.add("numbers", [0.1, -2, 1e300, 5e-324, 0, 1], shape: [2, 3])
    file.add("counts", [-1, 1 << 40], shape: [2])
    file.add("names", ["é", "", "\u{1F600}xy"], shape: [3])
    file.add("number", [7.5], shape: [])
    file.add("nothing", [Double](), shape: [0, 4])
    let path = folder.path + "/arrays.npz"
    try writeAtomically(file.data(path: path), to: path)
    let read = try PythonReaders.read("numpy", path, as: [String: PythonReaders.Array].self)
    #expect(read["numbers"]?.numbers == [0.1, -2, 1e300, 5e-324, 0, 1])
    #expect(read["numbers"]?.shape == [2, 3] && read["numbers"]?.type == "f")
    #expect(read["counts"]?.numbers == [-1, Double(1 << 40)] && read["counts"]?.type == "i")
    #expect(read["names"]?.texts == ["é", "", "\u{1F600}xy"] && read["names"]?.type == "U")
    #expect(read["number"]?.shape == [] && read["number"]?.numbers == [7.5])
    #expect(read["nothing"]?.shape == [0, 4])
  }
}
