/// A 32-bit cyclic redundancy check, bits reflected, starting from and ending with all bits flipped.
struct CyclicChecksum: Sendable {
  /// That of zip archives: polynomial 0x04C11DB7.
  static let zip = CyclicChecksum(reflectedPolynomial: 0xEDB8_8320)
  /// Castagnoli's, of TensorFlow's record files: polynomial 0x1EDC6F41 (Castagnoli, Bräuer and
  /// Herrmann 1993, IEEE Transactions on Communications 41).
  static let castagnoli = CyclicChecksum(reflectedPolynomial: 0x82F6_3B78)

  /// The remainder of each byte.
  private let table: [UInt32]

  private init(reflectedPolynomial polynomial: UInt32) {
    table = (0..<256).map { byte in
      var rest = UInt32(byte)
      for _ in 0..<8 { rest = rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1 }
      return rest
    }
  }

  /// The checksum of bytes. Cost: some nanoseconds a byte.
  func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    var rest = ~UInt32(0)
    table.withUnsafeBufferPointer { table in
      for byte in bytes { rest = rest >> 8 ^ table[Int((rest ^ UInt32(byte)) & 0xFF)] }
    }
    return ~rest
  }
}

extension [UInt8] {
  /// Appends an integer, its lowest byte first.
  mutating func appendLittleEndian<Number: FixedWidthInteger>(_ number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }
}
