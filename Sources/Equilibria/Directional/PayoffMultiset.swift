/// Payoff pairs with multiplicities, merged where they round to the same multiples of a unit.
///
/// Neither the order in which pairs are added nor that in which multisets are merged matters, also
/// where there are more than `limit` pairs: pairs are ranked by a fixed scramble of their two numbers,
/// and the `limit` of lowest rank are kept, with all their multiplicities. A pair that is dropped once
/// has that many below it and can never be among them again; so those that are kept are exact, and a
/// sample that has nothing to do with payoffs.
///
/// Memory: at most 64 bytes a pair where pairs are added, 128 where multisets are merged, and as much
/// again for 1/256 of them while a part grows.
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
  /// The most pairs kept; of more, those of lowest rank are, and `isComplete` turns false.
  public let limit: Int
  /// The number of distinct pairs kept.
  public private(set) var count = 0
  /// Whether no pair was dropped.
  public var isComplete: Bool { bound == nil }
  /// The lowest pair that was dropped: from there on none is kept.
  private(set) var bound: PayoffPair?
  /// All pairs, until there are many; empty then.
  private var table: PayoffTable
  /// The pairs by the first 8 bits of their ranks, if there are many.
  private var parts: [PayoffTable] = []
  private let inverse: Double

  /// Pairs from which on they are kept in parts.
  static let splitting = 98_304
  /// Bits of a rank that say which part.
  static let partBits = 8

  /// Creates an empty multiset.
  public init(unit: Double, limit: Int = .max) {
    self.unit = unit
    self.limit = limit
    inverse = 1 / unit
    table = PayoffTable(room: 192)
  }

  /// One whose pairs were collected in parts.
  init(unit: Double, limit: Int, parts: [PayoffTable]) {
    self.init(unit: unit, limit: limit)
    self.parts = parts
    count = parts.reduce(0) { $0 + $1.count }
  }

  /// Whether payoffs of magnitudes up to `bound` can be added at this unit: at most 9.2e18 units, beyond
  /// which adding them traps.
  ///
  /// - Parameter bound: 0 or more, such as the largest reward of a period over 1 − β.
  public static func holds(payoffs bound: Double, unit: Double) -> Bool {
    let inverse = 1 / unit
    return unit > 0 && inverse.isFinite && (bound * inverse).rounded() < 0x1p63
  }

  /// Adds a pair `count` times, at least once. Payoffs beyond 9.2e18 units trap; see
  /// `holds(payoffs:unit:)`.
  @inline(__always)
  public mutating func add(_ first: Double, _ second: Double, count: UInt128 = 1) {
    let pair = PayoffPair(Self.whole(first * inverse), Self.whole(second * inverse))
    // In parts, the table is empty and has none.
    if count >> 64 == 0, table.raise(pair, by: UInt64(truncatingIfNeeded: count)) { return }
    insert(pair, count)
  }

  /// The nearest whole number, halves away from 0: what `rounded()` gives, without a call. What is cut
  /// off is exact. Numbers beyond 64 bits are taken for the largest there is.
  @inline(__always)
  static func whole(_ value: Double) -> Int64 {
    guard abs(value) < 0x1p63 else { return value > 0 ? .max : .min }
    let cut = Int64(value)
    let rest = value - Double(cut)
    return cut &+ (rest >= 0.5 ? 1 : 0) &- (rest <= -0.5 ? 1 : 0)
  }

  mutating func add(_ entry: Entry) {
    insert(PayoffPair(entry.first, entry.second), entry.count)
  }

  @inline(never)
  private mutating func insert(_ pair: PayoffPair, _ times: UInt128) {
    precondition(times > 0, "a pair is added at least once")
    if let bound, !(pair < bound) { return }
    let isNew =
      parts.isEmpty
      ? table.add(pair, times)
      : parts[Int(pair.rank >> UInt64(64 - Self.partBits))].add(pair, times)
    guard isNew else { return }
    count += 1
    if count > limit {
      bound = removeGreatest()
    } else if parts.isEmpty, count > Self.splitting {
      split()
    }
  }

  private mutating func removeGreatest() -> PayoffPair? {
    defer { count -= 1 }
    if parts.isEmpty { return table.removeGreatest() }
    let last = parts.lastIndex { $0.count > 0 }!
    defer { if parts[last].count == 0 { parts[last] = PayoffTable(skipping: Self.partBits) } }
    return parts[last].removeGreatest()
  }

  private mutating func split() {
    let whole = table
    table = PayoffTable(room: 1)
    parts = (0..<1 << Self.partBits).map { part in
      var one = PayoffTable(skipping: Self.partBits)
      Self.move(whole, part, below: nil, to: &one)
      return one
    }
  }

  /// Adds all of another multiset with the same unit.
  public mutating func merge(_ other: PayoffMultiset) {
    if let lower = other.bound { drop(from: lower) }
    if parts.isEmpty, max(count, other.count) > Self.splitting { split() }
    if parts.isEmpty {
      for source in other.tables { Self.move(source, below: bound, to: &table) }
    } else {
      for part in parts.indices {
        let source = other.parts.isEmpty ? other.table : other.parts[part]
        Self.move(source, part, below: bound, to: &parts[part])
      }
    }
    count = tables.reduce(0) { $0 + $1.count }
    while count > limit { bound = removeGreatest() }
    if parts.isEmpty, count > Self.splitting { split() }
  }

  /// Drops what is not below `lower`, and will drop it from now on.
  mutating func drop(from lower: PayoffPair) {
    guard bound.map({ lower < $0 }) ?? true else { return }
    bound = lower
    while let greatest = tables.last(where: { $0.count > 0 })?.greatest, !(greatest < lower) {
      _ = removeGreatest()
    }
  }

  /// Empties it. Room is as for as many pairs as there were.
  public mutating func removeAll() {
    table = PayoffTable(room: min(max(count, 192), Self.splitting))
    (parts, count, bound) = ([], 0, nil)
  }

  /// The tables that hold the pairs, ascending by rank.
  var tables: [PayoffTable] { parts.isEmpty ? [table] : parts }

  /// The table that holds a part, and maybe others.
  func table(of part: Int) -> PayoffTable { parts.isEmpty ? table : parts[part] }

  /// Adds the pairs of a table below `bound`, all or those of one part, to another.
  static func move(
    _ source: PayoffTable, _ part: Int? = nil, below bound: PayoffPair?,
    to target: inout PayoffTable
  ) {
    let range = part.map { source.slots(of: $0, bits: partBits) } ?? source.slots.indices
    let isSimple = source.hasSmallMultiplicities
    source.slots.withUnsafeBufferPointer { slots in
      var pairs = 0
      for place in range where slots[place].count != 0 { pairs += 1 }
      guard pairs > 0 else { return }
      // Now rather than on the way: see `reserve`.
      target.reserve(target.count + pairs)
      for place in range where slots[place].count != 0 {
        let pair = slots[place].pair
        if let part, pair.rank >> UInt64(64 - partBits) != UInt64(part) { continue }
        if let bound, !(pair < bound) { return }
        if isSimple, target.raise(pair, by: slots[place].count) { continue }
        _ = target.add(pair, source.multiplicity(slots[place]))
      }
    }
  }
}
