/// Bytes of a protocol buffer message: fields one after another, each a key (its number and the kind
/// of its bytes) and a value (Google, "Protocol Buffers: Encoding").
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case delimited = 2
    case fixed32 = 5
  }

  private mutating func key(_ field: Int, _ type: WireType) {
    varint(UInt64(field) << 3 | type.rawValue)
  }

  /// Seven bits a byte, the lowest first; the highest bit says that more follow.
  private mutating func varint(_ number: UInt64) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  /// An `int64`.
  mutating func add(_ field: Int, integer: Int) {
    key(field, .varint)
    varint(UInt64(bitPattern: Int64(integer)))
  }

  /// A `double`.
  mutating func add(_ field: Int, double: Double) {
    key(field, .fixed64)
    bytes.appendLittleEndian(double.bitPattern)
  }

  /// A `float`.
  mutating func add(_ field: Int, float: Float) {
    key(field, .fixed32)
    bytes.appendLittleEndian(float.bitPattern)
  }

  /// A `string`.
  mutating func add(_ field: Int, text: String) { add(field, delimited: Array(text.utf8)) }

  /// A message.
  mutating func add(_ field: Int, message: ProtocolBuffer) { add(field, delimited: message.bytes) }

  /// A packed list of `double`.
  mutating func add(_ field: Int, doubles: [Double]) {
    var packed: [UInt8] = []
    packed.reserveCapacity(8 * doubles.count)
    for double in doubles { packed.appendLittleEndian(double.bitPattern) }
    add(field, delimited: packed)
  }

  private mutating func add(_ field: Int, delimited content: [UInt8]) {
    key(field, .delimited)
    varint(UInt64(content.count))
    bytes += content
  }
}
