internal import Foundation

/// A TensorBoard event file: a chain of checksummed records, each an `Event` message.
///
/// A record is the length of its content (8 bytes), the masked CRC-32C of those, the content and its
/// masked CRC-32C (TensorFlow, "TFRecord and tf.train.Example"). The first event says
/// `brain.Event:2`; every other one holds what was measured at one step: scalars, in single precision
/// as TensorBoard keeps them, and histograms.
///
/// Each event carries the time of day at which it was made, so of one run made twice these files
/// differ, in these eight bytes an event and in whatever was measured with a clock.
///
/// What is added at one step is written together, when another step begins or `flush` is called.
/// Everything already on the disk can be read while the file grows.
final class EventFile {
  /// Seconds since 1970.
  typealias Clock = () -> Double

  private let file: GrowingFile
  private let clock: Clock
  private var step = 0
  /// `Value` messages of the step that are not written yet.
  private var summary = ProtocolBuffer()

  /// Bars of a histogram.
  static let bucketCount = 30

  /// Opens the file, new or cut back to where a checkpoint left it.
  ///
  /// - Parameters:
  ///   - size: bytes to keep; nil starts anew. So does a file that is missing or too short: what
  ///     TensorBoard shows is no result, and the results are elsewhere.
  ///   - clock: tells the time of day.
  /// - Throws: `FileError`.
  init(
    path: String, keeping size: UInt64?, clock: @escaping Clock = { Date().timeIntervalSince1970 }
  ) throws {
    self.clock = clock
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let length = (attributes?[.size] as? NSNumber)?.uint64Value ?? 0
    if let size, size > 0, length >= size {
      file = try GrowingFile(path, keeping: size)
      return
    }
    file = try GrowingFile(path, keeping: nil)
    var event = ProtocolBuffer()
    event.add(1, double: clock())
    event.add(3, text: "brain.Event:2")
    try file.append(Data(Self.record(event.bytes)))
  }

  /// Adds a scalar.
  ///
  /// - Throws: `FileError` if a step before it cannot be written.
  func scalar(_ tag: String, _ value: Double, step: Int) throws {
    try begin(step)
    var message = ProtocolBuffer()
    message.add(1, text: tag)
    message.add(2, float: Float(value))
    summary.add(1, message: message)
  }

  /// Adds a histogram of values, each counted by its weight, or once. Values that are not finite, and
  /// histograms without any weight, are left out.
  ///
  /// - Throws: `FileError` if a step before it cannot be written.
  func histogram(_ tag: String, _ values: [Double], weights: [Double]? = nil, step: Int) throws {
    precondition(weights.map { $0.count == values.count } ?? true, "one weight per value")
    try begin(step)
    guard let histogram = Self.histogram(values, weights) else { return }
    var message = ProtocolBuffer()
    message.add(1, text: tag)
    message.add(5, message: histogram)
    summary.add(1, message: message)
  }

  private func begin(_ step: Int) throws {
    if step != self.step { try flush() }
    self.step = step
  }

  /// Writes what was added. Throws `FileError`.
  func flush() throws {
    guard !summary.bytes.isEmpty else { return }
    var event = ProtocolBuffer()
    event.add(1, double: clock())
    event.add(2, integer: step)
    event.add(5, message: summary)
    summary = ProtocolBuffer()
    try file.append(Data(Self.record(event.bytes)))
  }

  /// Writes what was added and makes sure that it is on the disk; returns the file's bytes. Throws
  /// `FileError`.
  func synchronise() throws -> UInt64 {
    try flush()
    return try file.synchronise()
  }

  /// A record with this content.
  static func record(_ content: [UInt8]) -> [UInt8] {
    var record: [UInt8] = []
    record.reserveCapacity(content.count + 16)
    record.appendLittleEndian(UInt64(content.count))
    record.appendLittleEndian(masked(CyclicChecksum.castagnoli.checksum(record)))
    record += content
    record.appendLittleEndian(masked(CyclicChecksum.castagnoli.checksum(content)))
    return record
  }

  /// A checksum as record files keep it: rotated right by 15 bits, plus a constant.
  private static func masked(_ checksum: UInt32) -> UInt32 {
    (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
  }

  /// The `HistogramProto` of weighted values: bars of equal width from the least to the greatest, runs
  /// of empty ones joined; nil without weight. Two passes over the values.
  private static func histogram(_ values: [Double], _ weights: [Double]?) -> ProtocolBuffer? {
    var (low, high) = (Double.infinity, -Double.infinity)
    var (weight, sum, squares) = (0.0, 0.0, 0.0)
    for index in values.indices {
      let value = values[index]
      let share = weights?[index] ?? 1
      guard share > 0, value.isFinite else { continue }
      (low, high) = (min(low, value), max(high, value))
      weight += share
      sum += share * value
      squares += share * value * value
    }
    guard weight > 0, weight.isFinite else { return nil }
    let width = high / Double(bucketCount) - low / Double(bucketCount)
    var limits: [Double] = []
    limits.reserveCapacity(bucketCount)
    for bucket in 1..<bucketCount {
      let limit = low + width * Double(bucket)
      // Of values that are almost alike, fewer limits can be told apart.
      if limit > limits.last ?? low, limit <= high { limits.append(limit) }
    }
    // A bar holds what is below its limit, so the last one must lie above the greatest value.
    limits.append(high.nextUp)
    var counts = [Double](repeating: 0, count: limits.count)
    let last = Double(limits.count - 1)
    for index in values.indices {
      let value = values[index]
      let share = weights?[index] ?? 1
      guard share > 0, value.isFinite else { continue }
      var bucket = width > 0 ? Int(min((value - low) / width, last)) : 0
      while bucket > 0, value < limits[bucket - 1] { bucket -= 1 }
      while value >= limits[bucket] { bucket += 1 }
      counts[bucket] += share
    }
    let kept = counts.indices.filter { index in
      counts[index] > 0 || index + 1 == counts.count || counts[index + 1] > 0
    }
    var message = ProtocolBuffer()
    message.add(1, double: low)
    message.add(2, double: high)
    message.add(3, double: weight)
    message.add(4, double: sum)
    message.add(5, double: squares)
    message.add(6, doubles: kept.map { limits[$0] })
    message.add(7, doubles: kept.map { counts[$0] })
    return message
  }
}
