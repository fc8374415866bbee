/// Vectors of doubles with whole-number weights; equal vectors are one entry.
///
/// Equal means equal to the last bit. Flat storage, in order of first appearance.
struct MergedDistribution {
  let size: Int
  private(set) var values: [Double] = []
  private(set) var weights: [UInt128] = []
  private var slots: [Int32]
  private var mask: Int

  init(size: Int) {
    self.size = size
    slots = Array(repeating: -1, count: 16)
    mask = 15
  }

  var count: Int { weights.count }

  /// Adds the vector that starts at `pointer`.
  @inline(__always)
  mutating func add(_ pointer: UnsafePointer<Double>, weight: UInt128) {
    var place = hash(pointer) & mask
    while slots[place] >= 0 {
      let entry = Int(slots[place])
      var isEqual = true
      for index in 0..<size where values[entry * size + index] != pointer[index] {
        isEqual = false
        break
      }
      if isEqual {
        weights[entry] += weight
        return
      }
      place = (place + 1) & mask
    }
    slots[place] = Int32(weights.count)
    for index in 0..<size { values.append(pointer[index]) }
    weights.append(weight)
    if weights.count * 2 > slots.count { grow() }
  }

  private func hash(_ pointer: UnsafePointer<Double>) -> Int {
    var word: UInt64 = 0
    for index in 0..<size {
      // Adding zero makes −0 and 0 one value, as they compare.
      word = (word ^ (pointer[index] + 0).bitPattern) &* 0x9E37_79B9_7F4A_7C15
      word ^= word >> 29
    }
    return Int(truncatingIfNeeded: word & 0x7FFF_FFFF_FFFF_FFFF)
  }

  private mutating func grow() {
    slots = Array(repeating: -1, count: 2 * slots.count)
    mask = slots.count - 1
    values.withUnsafeBufferPointer { values in
      for entry in weights.indices {
        var place = hash(values.baseAddress! + entry * size) & mask
        while slots[place] >= 0 { place = (place + 1) & mask }
        slots[place] = Int32(entry)
      }
    }
  }

  /// Empties it and keeps its memory.
  mutating func removeAll() {
    values.removeAll(keepingCapacity: true)
    weights.removeAll(keepingCapacity: true)
    for place in slots.indices { slots[place] = -1 }
  }
}
