import Foundation
import Testing

@testable import Experiments

/// The records of an event file, taken apart byte by byte as the format says, checksums included.
struct DecodedEvent: Equatable {
  var time = 0.0
  var step = 0
  var version = ""
  /// Scalars by tag.
  var scalars: [String: Float] = [:]
  /// Tags of histograms with the numbers of fields 1 to 5 and the lists of fields 6 and 7.
  var histograms: [String: [[Double]]] = [:]

  static func events(_ data: Data) throws -> [DecodedEvent] {
    var bytes = Array(data)[...]
    var events: [DecodedEvent] = []
    func number<N: FixedWidthInteger>(_ type: N.Type, _ bytes: inout ArraySlice<UInt8>) -> N {
      let found = bytes.prefix(MemoryLayout<N>.size).reversed().reduce(N(0)) { $0 << 8 | N($1) }
      bytes = bytes.dropFirst(MemoryLayout<N>.size)
      return found
    }
    /// Bit by bit, from the definition.
    func masked(_ bytes: ArraySlice<UInt8>) -> UInt32 {
      var rest = ~UInt32(0)
      for byte in bytes {
        rest ^= UInt32(byte)
        for _ in 0..<8 { rest = rest >> 1 ^ (rest & 1 == 1 ? 0x82F6_3B78 : 0) }
      }
      let checksum = ~rest
      return (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    }
    while !bytes.isEmpty {
      let head = bytes.prefix(8)
      let length = Int(number(UInt64.self, &bytes))
      #expect(number(UInt32.self, &bytes) == masked(head))
      let content = bytes.prefix(length)
      bytes = bytes.dropFirst(length)
      #expect(number(UInt32.self, &bytes) == masked(content))
      events.append(try DecodedEvent(content))
    }
    return events
  }

  private enum Field {
    case integer(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    case bytes(ArraySlice<UInt8>)
  }

  private static func fields(_ content: ArraySlice<UInt8>) throws -> [(Int, Field)] {
    var bytes = content
    var fields: [(Int, Field)] = []
    func varint() throws -> UInt64 {
      var value: UInt64 = 0
      for shift in stride(from: 0, to: 64, by: 7) {
        guard let byte = bytes.popFirst() else { throw FileError("varint", "is cut short") }
        value |= UInt64(byte & 0x7F) << UInt64(shift)
        if byte < 0x80 { break }
      }
      return value
    }
    func fixed(_ count: Int) -> UInt64 {
      defer { bytes = bytes.dropFirst(count) }
      return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    while !bytes.isEmpty {
      let key = try varint()
      let field: Field
      switch key & 7 {
      case 0: field = .integer(try varint())
      case 1: field = .fixed64(fixed(8))
      case 2:
        let length = Int(try varint())
        field = .bytes(bytes.prefix(length))
        bytes = bytes.dropFirst(length)
      default: field = .fixed32(UInt32(fixed(4)))
      }
      fields.append((Int(key >> 3), field))
    }
    return fields
  }

  private init(_ content: ArraySlice<UInt8>) throws {
    for case (let number, let field) in try Self.fields(content) {
      switch (number, field) {
      case (1, .fixed64(let bits)): time = Double(bitPattern: bits)
      case (2, .integer(let bits)): step = Int(Int64(bitPattern: bits))
      case (3, .bytes(let text)): version = String(decoding: text, as: UTF8.self)
      case (5, .bytes(let summary)):
        for case (1, .bytes(let value)) in try Self.fields(summary) { try read(value) }
      default: Issue.record("unknown field \(number)")
      }
    }
  }

  private mutating func read(_ value: ArraySlice<UInt8>) throws {
    var tag = ""
    for case (let number, let field) in try Self.fields(value) {
      switch (number, field) {
      case (1, .bytes(let text)): tag = String(decoding: text, as: UTF8.self)
      case (2, .fixed32(let bits)): scalars[tag] = Float(bitPattern: bits)
      case (5, .bytes(let histogram)):
        histograms[tag] = try Self.fields(histogram).map { field in
          switch field.1 {
          case .fixed64(let bits): return [Double(bitPattern: bits)]
          case .bytes(let packed):
            let bytes = Array(packed)
            return stride(from: 0, to: bytes.count, by: 8).map { start in
              Double(
                bitPattern: bytes[start..<start + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) })
            }
          default: return []
          }
        }
      default: Issue.record("unknown field \(number) of a value")
      }
    }
  }
}

@Suite struct EventFileTests {
  /// Check values of the two polynomials: the checksum of the nine digits, from the catalogue of
  /// parametrised CRC algorithms.
  @Test func `checksums of the usual nine digits`() {
    #expect(CyclicChecksum.zip.checksum("123456789".utf8) == 0xCBF4_3926)
    #expect(CyclicChecksum.castagnoli.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CyclicChecksum.castagnoli.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  }

  @Test func `what is added at one step is one record`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/events.out.tfevents.x"
    var time = 100.5
    let file = try EventFile(path: path, keeping: nil, clock: { time })
    time = 200
    try file.scalar("a/b", 0.1, step: 3)
    try file.scalar("c", -1e300, step: 3)
    try file.scalar("a/b", 2, step: 300)
    #expect(try file.synchronise() == UInt64(readData(path).count))
    let events = try DecodedEvent.events(readData(path))
    #expect(events.count == 3)
    #expect(events[0] == DecodedEvent(time: 100.5, version: "brain.Event:2"))
    #expect(
      events[1]
        == DecodedEvent(time: 200, step: 3, scalars: ["a/b": Float(0.1), "c": -.infinity]))
    #expect(events[2] == DecodedEvent(time: 200, step: 300, scalars: ["a/b": 2]))
  }

  @Test func `a file is cut back to its checkpoint, and begun anew where that is gone`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/events"
    var size: UInt64 = 0
    do {
      let file = try EventFile(path: path, keeping: nil, clock: { 1 })
      try file.scalar("x", 1, step: 1)
      size = try file.synchronise()
      try file.scalar("x", 2, step: 2)
      try file.flush()
    }
    do {
      let file = try EventFile(path: path, keeping: size, clock: { 9 })
      try file.scalar("x", 3, step: 2)
      try file.flush()
    }
    let events = try DecodedEvent.events(readData(path))
    #expect(events.map(\.time) == [1, 1, 9] && events.map(\.scalars) == [[:], ["x": 1], ["x": 3]])
    for missing in [size * 100, 0] {
      _ = try EventFile(path: path, keeping: missing, clock: { 5 })
      #expect(try DecodedEvent.events(readData(path)).map(\.time) == [5])
    }
    try FileManager.default.removeItem(atPath: path)
    _ = try EventFile(path: path, keeping: size, clock: { 6 })
    #expect(try DecodedEvent.events(readData(path)).map(\.version) == ["brain.Event:2"])
  }

  static let samples: [[Double]] = [
    [0, 0, 0, 1], [-3, -1, 2, 7.5, 7.5, 9], [5], [1e300, -1e300, 0], [1.7e308, -1.7e308],
    (0..<200).map { (i: Int) -> Double in Double(i * i % 37) / 7 },
    [1, 1.0.nextUp, 1.0.nextUp.nextUp],
  ]

  /// Every value lies below the limit of its bar and not below the one before, counted one by one.
  @Test(arguments: samples)
  func `histograms count every value once`(values: [Double]) throws {
    let folder = try TemporaryFolder()
    let file = try EventFile(path: folder.path + "/events", keeping: nil, clock: { 0 })
    let weights = values.indices.map { Double($0 % 3) }
    try file.histogram("plain", values + [.nan, .infinity], step: 1)
    try file.histogram("weighted", values, weights: weights, step: 1)
    try file.flush()
    let event = try DecodedEvent.events(readData(folder.path + "/events"))[1]
    for (tag, weights) in [("plain", values.map { _ in 1.0 }), ("weighted", weights)] {
      let counted = values.indices.filter { weights[$0] > 0 }
      guard !counted.isEmpty else {
        #expect(event.histograms[tag] == nil)
        continue
      }
      let histogram = try #require(event.histograms[tag])
      let kept = counted.map { values[$0] }
      #expect(histogram[0] == [kept.min()!] && histogram[1] == [kept.max()!])
      #expect(histogram[2] == [weights.reduce(0, +)])
      let (limits, counts) = (histogram[5], histogram[6])
      #expect(limits.count == counts.count && limits.count <= EventFile.bucketCount)
      #expect(zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 })
      var low = -Double.infinity
      for (limit, count) in zip(limits, counts) {
        let inside = counted.filter { low <= values[$0] && values[$0] < limit }
        #expect(count == inside.reduce(0) { $0 + weights[$1] })
        low = limit
      }
      // Moments by another order of summation: to rounding.
      let sum = counted.reversed().reduce(0) { $0 + weights[$1] * values[$1] }
      #expect(abs(histogram[3][0] - sum) <= 1e-12 * kept.reduce(1) { $0 + 3 * abs($1) })
    }
  }
}

extension DecodedEvent {
  init(
    time: Double = 0, step: Int = 0, version: String = "", scalars: [String: Float] = [:]
  ) {
    self.time = time
    self.step = step
    self.version = version
    self.scalars = scalars
  }
}
