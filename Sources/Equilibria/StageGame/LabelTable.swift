/// A hash table from nonzero label sets, one bit a label, to small integers: open addressing,
/// linear probing, at most half full.
struct LabelTable<Labels: FixedWidthInteger & UnsignedInteger>: ~Copyable {
  private var keys: UnsafeMutablePointer<Labels>
  private var indices: UnsafeMutablePointer<Int32>
  private var capacity: Int
  private var shift: UInt64
  private(set) var count = 0

  init() {
    capacity = 256
    shift = 56
    keys = .allocate(capacity: capacity)
    keys.initialize(repeating: 0, count: capacity)
    indices = .allocate(capacity: capacity)
    indices.initialize(repeating: 0, count: capacity)
  }

  deinit {
    keys.deallocate()
    indices.deallocate()
  }

  /// Where `labels` is, or where it would go.
  private func slot(of labels: Labels) -> Int {
    var bits = UInt64(truncatingIfNeeded: labels)
    if Labels.bitWidth > 64 { bits ^= UInt64(truncatingIfNeeded: labels >> 64) &* 0x9e37_79b9 }
    // Fibonacci hashing: the top bits of a product with 2⁶⁴ over the golden ratio.
    var slot = Int(truncatingIfNeeded: (bits &* 0x9e37_79b9_7f4a_7c15) >> shift)
    while keys[slot] != 0 && keys[slot] != labels { slot = (slot &+ 1) & (capacity &- 1) }
    return slot
  }

  func contains(_ labels: Labels) -> Bool { keys[slot(of: labels)] == labels }

  /// The index stored with `labels`.
  subscript(labels: Labels) -> Int? {
    let slot = slot(of: labels)
    return keys[slot] == labels ? Int(indices[slot]) : nil
  }

  /// Stores `index` with `labels` unless they are there; returns the index they now have.
  @discardableResult
  mutating func insert(_ labels: Labels, index: Int) -> Int {
    if 2 * (count + 1) > capacity { grow() }
    let slot = slot(of: labels)
    if keys[slot] == labels { return Int(indices[slot]) }
    keys[slot] = labels
    indices[slot] = Int32(index)
    count += 1
    return index
  }

  private mutating func grow() {
    let (oldKeys, oldIndices, oldCapacity) = (keys, indices, capacity)
    capacity *= 2
    shift -= 1
    keys = .allocate(capacity: capacity)
    keys.initialize(repeating: 0, count: capacity)
    indices = .allocate(capacity: capacity)
    indices.initialize(repeating: 0, count: capacity)
    for k in 0..<oldCapacity where oldKeys[k] != 0 {
      let slot = slot(of: oldKeys[k])
      keys[slot] = oldKeys[k]
      indices[slot] = oldIndices[k]
    }
    oldKeys.deallocate()
    oldIndices.deallocate()
  }
}
