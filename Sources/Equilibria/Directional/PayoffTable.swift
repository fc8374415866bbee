/// A payoff pair in units, with its rank among all pairs.
///
/// The rank is 64 bits that look random and do not change from run to run: ascending ranks are an order
/// of pairs that favours none.
struct PayoffPair: Equatable, Comparable {
  let first: Int64
  let second: Int64
  let rank: UInt64

  @inline(__always)
  init(_ first: Int64, _ second: Int64) {
    (self.first, self.second) = (first, second)
    // Fibonacci hashing, twice; the leading bits of a product depend on all bits of its factors.
    var word = UInt64(bitPattern: first) &* 0x9E37_79B9_7F4A_7C15
    word ^= word >> 32
    word = (word &+ UInt64(bitPattern: second)) &* 0xD6E8_FEB8_6659_FD93
    rank = word ^ word >> 32
  }

  /// By rank; the payoffs only decide between pairs of one rank.
  static func < (left: PayoffPair, right: PayoffPair) -> Bool {
    left.rank != right.rank
      ? left.rank < right.rank
      : left.first != right.first ? left.first < right.first : left.second < right.second
  }
}

/// Payoff pairs whose ranks begin with the same bits, with multiplicities, ascending by rank.
///
/// An ordered hash table (Amble and Knuth 1974, "Ordered hash tables"): the leading bits of a rank say
/// where a pair belongs, and a pair that finds its place taken lies further on, in order. So the slots
/// are sorted as they lie: growing is one pass without a comparison, the greatest pair is the last, and
/// two tables are merged from left to right. The last slots are a margin beyond the places, instead of
/// going round.
///
/// 24 bytes a slot, at most 3/4 of the places taken; twice as many when that is not enough.
struct PayoffTable: Sendable {
  struct Slot {
    var first: Int64 = 0
    var second: Int64 = 0
    /// 0 where there is no pair.
    var count: UInt64 = 0

    var pair: PayoffPair { PayoffPair(first, second) }
  }

  /// The number of pairs.
  private(set) var count = 0
  /// Empty before the first pair, unless room was asked for.
  private(set) var slots: [Slot] = []
  /// Bits that all ranks of the table begin with.
  private let skipped: UInt64
  /// The place of a rank is what is left of it after those bits, shifted down by this.
  private var shift: UInt64 = 64
  /// Slots from here on are empty.
  private var top = 0
  /// Multiplicities beyond 2⁶⁴ − 1: all but the one in the slot.
  private var excess: [SIMD2<Int64>: UInt128] = [:]

  /// An empty table.
  init(skipping bits: Int = 0, room pairs: Int = 0) {
    skipped = UInt64(bits)
    if pairs > 0 { reserve(pairs) }
  }

  private var places: Int { slots.isEmpty ? 0 : 1 << Int(64 - shift) }

  private static func margin(_ places: Int) -> Int { min(places, 256) }

  /// The first slot in which a pair can be.
  @inline(__always)
  func home(_ rank: UInt64) -> Int {
    Int(truncatingIfNeeded: (rank &<< skipped) &>> shift)
  }

  /// Adds to the multiplicity of a pair that is there; false if it is not, or beyond 64 bits. The table
  /// must have room.
  @inline(__always)
  mutating func raise(_ pair: PayoffPair, by times: UInt64) -> Bool {
    let home = home(pair.rank)
    return slots.withUnsafeMutableBufferPointer { slots in
      var slot = slots.baseAddress! + home
      while true {
        let count = slot.pointee.count
        if count == 0 { return false }
        if slot.pointee.first == pair.first, slot.pointee.second == pair.second {
          let (sum, overflows) = count.addingReportingOverflow(times)
          if overflows { return false }
          slot.pointee.count = sum
          return true
        }
        slot += 1
      }
    }
  }

  /// Adds a pair; true if it is new.
  mutating func add(_ pair: PayoffPair, _ times: UInt128) -> Bool {
    if slots.isEmpty { reserve(1) }
    var end = home(pair.rank)
    while slots[end].count != 0 {
      if slots[end].first == pair.first, slots[end].second == pair.second {
        let (low, overflows) = slots[end].count.addingReportingOverflow(
          UInt64(truncatingIfNeeded: times))
        if overflows || times >> 64 != 0 {
          excess[SIMD2(pair.first, pair.second), default: 0] +=
            UInt128(slots[end].count) + times - 1
          slots[end].count = 1
        } else {
          slots[end].count = low
        }
        return false
      }
      end += 1
    }
    guard (count + 1) * 4 <= places * 3, end + 1 < slots.count else {
      grow(2 * places)
      return add(pair, times)
    }
    var place = end
    while place > 0, slots[place - 1].count != 0, pair < slots[place - 1].pair {
      slots[place] = slots[place - 1]
      place -= 1
    }
    let isLarge = times >> 64 != 0
    if isLarge { excess[SIMD2(pair.first, pair.second)] = times - 1 }
    slots[place] = Slot(
      first: pair.first, second: pair.second,
      count: isLarge ? 1 : UInt64(truncatingIfNeeded: times))
    count += 1
    top = max(top, end + 1)
    return true
  }

  /// Makes room for so many pairs in all.
  ///
  /// Wanted before pairs are added in ascending order: they come to lie beside each other, which a table
  /// that is too small takes time over before it grows.
  mutating func reserve(_ pairs: Int) {
    var wanted = max(places, 64)
    while pairs * 4 > wanted * 3 { wanted *= 2 }
    if wanted > places { grow(wanted) }
  }

  private mutating func grow(_ wanted: Int) {
    var places = wanted
    while !move(to: places) { places *= 2 }
  }

  /// Moves to so many places; false, and nothing is done, if the margin is too small.
  private mutating func move(to places: Int) -> Bool {
    let length = places + Self.margin(places)
    let wider = UInt64(64 - places.trailingZeroBitCount)
    var next = 0
    var fits = true
    let moved = [Slot](unsafeUninitializedCapacity: length) { buffer, initialized in
      buffer.initialize(repeating: Slot())
      initialized = length
      for slot in slots[..<top] where slot.count != 0 {
        let home = Int(truncatingIfNeeded: (slot.pair.rank &<< skipped) &>> wider)
        let place = max(next, home)
        // One slot stays empty, where every search ends.
        guard place + 1 < length else {
          fits = false
          return
        }
        buffer[place] = slot
        next = place + 1
      }
    }
    guard fits else { return false }
    (slots, shift, top) = (moved, wider, next)
    return true
  }

  /// The greatest pair.
  var greatest: PayoffPair? {
    slots[..<top].last { $0.count != 0 }?.pair
  }

  /// Takes the greatest pair out.
  mutating func removeGreatest() -> PayoffPair? {
    while top > 0, slots[top - 1].count == 0 { top -= 1 }
    guard top > 0 else { return nil }
    let pair = slots[top - 1].pair
    slots[top - 1].count = 0
    top -= 1
    count -= 1
    excess[SIMD2(pair.first, pair.second)] = nil
    return pair
  }

  /// Whether no multiplicity is beyond 64 bits.
  var hasSmallMultiplicities: Bool { excess.isEmpty }

  /// How often the pair of a slot.
  @inline(__always)
  func multiplicity(_ slot: Slot) -> UInt128 {
    excess.isEmpty
      ? UInt128(slot.count)
      : UInt128(slot.count) + (excess[SIMD2(slot.first, slot.second)] ?? 0)
  }

  /// Slots that hold the pairs whose ranks begin with `part`, of `bits` bits, and perhaps some before
  /// them and after; a table that skips bits has one part.
  func slots(of part: Int, bits: Int) -> Range<Int> {
    if slots.isEmpty || skipped > 0 { return 0..<top }
    let last = 1 << bits - 1
    let lower = home(UInt64(part) << UInt64(64 - bits))
    // Pairs that were pushed on lie right behind, without a gap.
    var upper = part == last ? top : home(UInt64(part + 1) << UInt64(64 - bits))
    while upper < top, slots[upper].count != 0 { upper += 1 }
    return min(lower, top)..<min(max(upper, lower), top)
  }
}
