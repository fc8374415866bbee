/// Payoff pairs with multiplicities, merged where they round to the same multiples of a unit.
///
/// Insertion order does not matter: multisets of parts of a search add up to that of the whole. Open
/// addressing on a power of two of slots, 40 bytes each.
public struct PayoffMultiset: Sendable {
  /// One pair.
  public struct Entry: Sendable, Equatable {
    /// The first player's payoff in units.
    public var first: Int64
    /// The second player's.
    public var second: Int64
    /// How often.
    public var count: UInt128
  }

  /// What payoffs are rounded to multiples of.
  public let unit: Double
  /// The most pairs kept; further ones are dropped and `isComplete` turns false.
  public let limit: Int
  /// The number of distinct pairs kept.
  public private(set) var count = 0
  /// Whether no pair was dropped.
  public internal(set) var isComplete = true
  private var slots: [Entry]
  private var mask: Int
  private let inverse: Double

  /// Creates an empty multiset.
  public init(unit: Double, limit: Int = .max) {
    self.unit = unit
    self.limit = limit
    inverse = 1 / unit
    slots = Array(repeating: Entry(first: 0, second: 0, count: 0), count: 256)
    mask = 255
  }

  /// Adds a pair `count` times. Payoffs beyond 9.2e18 units trap.
  @inline(__always)
  public mutating func add(_ first: Double, _ second: Double, count: UInt128 = 1) {
    add(
      Entry(
        first: Int64((first * inverse).rounded()), second: Int64((second * inverse).rounded()),
        count: count))
  }

  @inline(__always)
  mutating func add(_ entry: Entry) {
    var place = Self.hash(entry) & mask
    while true {
      if slots[place].count == 0 { break }
      if slots[place].first == entry.first, slots[place].second == entry.second {
        slots[place].count += entry.count
        return
      }
      place = (place + 1) & mask
    }
    guard count < limit else {
      isComplete = false
      return
    }
    slots[place] = entry
    count += 1
    if count * 2 > slots.count { grow() }
  }

  /// Adds all of another multiset with the same unit. Where the limit may be met, in ascending order:
  /// which pairs are dropped does not depend on how the slots lie.
  public mutating func merge(_ other: PayoffMultiset) {
    if !other.isComplete { isComplete = false }
    if count + other.count > limit {
      for entry in other.entries { add(entry) }
    } else {
      for entry in other.slots where entry.count > 0 { add(entry) }
    }
  }

  /// Empties it and keeps its memory.
  public mutating func removeAll() {
    for place in slots.indices { slots[place].count = 0 }
    count = 0
    isComplete = true
  }

  /// The pairs by first, then second payoff, ascending.
  public var entries: [Entry] {
    slots.filter { $0.count > 0 }.sorted {
      $0.first != $1.first ? $0.first < $1.first : $0.second < $1.second
    }
  }

  private static func hash(_ entry: Entry) -> Int {
    var word = UInt64(bitPattern: entry.first) &* 0x9E37_79B9_7F4A_7C15
    word ^= word >> 32
    word = (word &+ UInt64(bitPattern: entry.second)) &* 0xD6E8_FEB8_6659_FD93
    word ^= word >> 32
    return Int(truncatingIfNeeded: word & 0x7FFF_FFFF_FFFF_FFFF)
  }

  private mutating func grow() {
    let old = slots
    slots = Array(
      repeating: Entry(first: 0, second: 0, count: 0), count: 2 * old.count)
    mask = slots.count - 1
    for entry in old where entry.count > 0 {
      var place = Self.hash(entry) & mask
      while slots[place].count != 0 { place = (place + 1) & mask }
      slots[place] = entry
    }
  }
}
