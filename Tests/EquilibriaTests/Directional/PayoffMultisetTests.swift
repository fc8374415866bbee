import Dispatch
import Foundation
import Testing

@testable import Equilibria

/// Multisets of payoffs against dictionaries.
@Suite struct PayoffMultisetTests {
  private typealias Counts = [SIMD2<Int64>: UInt128]

  /// Pairs, some often, by a generator of the test's own.
  private func draw(_ count: Int, distinct: Int, seed: UInt64) -> [(SIMD2<Int64>, UInt128)] {
    var state = seed
    func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 33
    }
    return (0..<count).map { _ in
      let number = Int64(next()) % Int64(distinct)
      // Neighbours, mirror images and both signs.
      let pair = SIMD2(number / 3 - 40, (number % 3 - 1) * 1_000_000_007)
      return (pair, UInt128(1 + next() % 1000))
    }
  }

  private func counts(_ pairs: [(SIMD2<Int64>, UInt128)]) -> Counts {
    pairs.reduce(into: [:]) { $0[$1.0, default: 0] += $1.1 }
  }

  private func multiset(_ pairs: [(SIMD2<Int64>, UInt128)], limit: Int = .max) -> PayoffMultiset {
    var set = PayoffMultiset(unit: 0.5, limit: limit)
    for (pair, times) in pairs { set.add(Double(pair.x) * 0.5, Double(pair.y) * 0.5, count: times) }
    return set
  }

  /// What the rule says of a dictionary: the `limit` pairs of lowest rank, ascending by payoffs.
  private func expected(_ counts: Counts, limit: Int = .max) -> [PayoffMultiset.Entry] {
    counts.keys.sorted { PayoffPair($0.x, $0.y) < PayoffPair($1.x, $1.y) }.prefix(limit)
      .map { PayoffMultiset.Entry(first: $0.x, second: $0.y, count: counts[$0]!) }
      .sorted { ($0.first, $0.second) < ($1.first, $1.second) }
  }

  /// Beyond 98,304 pairs they are in parts.
  @Test(arguments: [(10, 5), (1000, 300), (5000, 100_000), (300_000, 150_000)])
  func `pairs and multiplicities are a dictionary's`(count: Int, distinct: Int) {
    let pairs = draw(count, distinct: distinct, seed: 3)
    let counts = counts(pairs)
    let set = multiset(pairs)
    #expect(set.count == counts.count && set.isComplete)
    #expect(set.entries == expected(counts))
    // Again, into what was emptied.
    var again = set
    again.removeAll()
    #expect(again.count == 0 && again.entries.isEmpty)
    for (pair, times) in pairs.reversed() {
      again.add(.init(first: pair.x, second: pair.y, count: times))
    }
    #expect(again.entries == set.entries)
  }

  /// However pairs are split, in whatever order parts are merged: the pairs of lowest rank, with all
  /// their multiplicities.
  @Test(arguments: [
    (2000, 500, Int.max), (2000, 500, 100), (2000, 500, 1), (2000, 500, 0),
    (400_000, 250_000, Int.max), (400_000, 250_000, 120_000), (400_000, 250_000, 7000),
  ])
  func `any order of merging`(count: Int, distinct: Int, limit: Int) {
    let pairs = draw(count, distinct: distinct, seed: 9)
    let counts = counts(pairs)
    let right = expected(counts, limit: limit)
    let one = multiset(pairs, limit: limit)
    #expect(one.entries == right && one.isComplete == (counts.count <= limit))
    let cuts = [0, count / 7, count / 2, count / 2 + 10, count]
    for isLimited in [true, false] {
      let parts = zip(cuts, cuts.dropFirst()).map {
        multiset(Array(pairs[$0..<$1]), limit: isLimited ? limit : .max)
      }
      for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        var whole = PayoffMultiset(unit: 0.5, limit: limit)
        for index in order { whole.merge(parts[index]) }
        #expect(whole.entries == right && whole.count == right.count)
        #expect(whole.bound == one.bound)
        // What is full takes no more, except more of what it has.
        for part in parts { whole.merge(part) }
        #expect(whole.entries.map(\.count) == right.map { 2 * $0.count })
      }
      let collector = PayoffCollector(unit: 0.5, limit: limit)
      DispatchQueue.concurrentPerform(iterations: parts.count) {
        collector.merge(parts[$0], from: 64 * $0)
      }
      let collected = collector.take()
      #expect(collected.entries == right && collected.count == right.count)
      #expect(collected.isComplete == (counts.count <= limit))
    }
  }

  /// Those of half the limit that a multiset with the limit keeps are kept by the smaller one.
  @Test func `a multiset with a smaller limit bounds what is merged`() {
    let pairs = draw(3000, distinct: 900, seed: 5)
    var whole = multiset(Array(pairs[..<1000]), limit: 400)
    let small = multiset(Array(pairs[1000...]), limit: 50)
    whole.merge(small)
    // Of pairs that the small one dropped some are in `pairs[..<1000]`: they are not counted in full.
    let right = expected(counts(pairs)).filter {
      PayoffPair($0.first, $0.second) < small.bound!
    }
    #expect(whole.entries == right && !whole.isComplete && right.count >= 50)
  }

  @Test func `multiplicities beyond 64 bits`() {
    let large = UInt128(UInt64.max)
    var set = PayoffMultiset(unit: 1)
    set.add(1, 2, count: large)
    set.add(1, 2, count: 1)
    set.add(1, 2, count: large)
    let huge = large * large / 8
    set.add(3, 4, count: huge)
    set.add(3, 4, count: 7)
    set.add(5, 6, count: 2)
    let right = [2 * large + 1, huge + 7, 2]
    #expect(set.entries.map(\.count) == right)
    var other = PayoffMultiset(unit: 1)
    other.merge(set)
    other.merge(set)
    #expect(other.entries.map(\.count) == right.map { 2 * $0 })
    #expect(other.mostFrequent(1).map(\.first) == [3])
    let collector = PayoffCollector(unit: 1, limit: 2)
    collector.merge(set, from: 0)
    collector.merge(set, from: 200)
    let kept = collector.take()
    #expect(kept.count == 2 && !kept.isComplete)
    #expect(kept.entries.allSatisfy { entry in other.entries.contains(entry) })
  }

  @Test(arguments: [0, 1, 10, 299, 300, 1000])
  func `the most frequent`(most: Int) {
    let pairs = draw(700, distinct: 400, seed: 21).map { ($0.0, $0.1 % 5 + 1) }
    let entries = multiset(pairs).entries
    let order = entries.indices.sorted {
      entries[$0].count != entries[$1].count ? entries[$0].count > entries[$1].count : $0 < $1
    }
    #expect(multiset(pairs).mostFrequent(most) == order.prefix(most).sorted().map { entries[$0] })
  }

  @Test func `a record keeps what was dropped dropped`() throws {
    let pairs = draw(2000, distinct: 700, seed: 8)
    var tally = EquilibriumTally(unit: 0.5, limit: 90)
    tally.payoffs = multiset(Array(pairs[..<1200]), limit: 90)
    let data = try JSONEncoder().encode(EquilibriumTallyRecord(tally))
    let record = try JSONDecoder().decode(EquilibriumTallyRecord.self, from: data)
    var again = try #require(record.tally(limit: 90))
    #expect(again.payoffs.entries == tally.payoffs.entries)
    again.payoffs.merge(multiset(Array(pairs[1200...])))
    #expect(again.payoffs.entries == expected(counts(pairs), limit: 90))
    // With more room later on, what was dropped before is still not told apart.
    var roomy = try #require(record.tally())
    roomy.payoffs.merge(multiset(Array(pairs[1200...])))
    let right = expected(counts(pairs))
    #expect(!roomy.payoffs.isComplete)
    #expect(roomy.payoffs.entries.allSatisfy { right.contains($0) })
    var damaged = record
    damaged.bound = nil
    #expect(damaged.tally(limit: 90) == nil)
  }

  /// 2⁶³ ≈ 9.22e18 units.
  @Test func `which payoffs a unit can hold`() {
    for (bound, unit, holds) in [
      (100, 1e-7, true), (0, 1e-300, true), (100, 1e-300, false), (9.2e18, 1, true),
      (9.3e18, 1, false), (0x1p63, 1, false), (1, 1e-18, true), (1, 1e-19, false),
      // The inverse of these is infinite, or they are no units.
      (0, 1e-310, false), (0, 0, false), (.infinity, 1, false), (.nan, 1, false),
    ] {
      #expect(PayoffMultiset.holds(payoffs: bound, unit: unit) == holds, "\(bound) at \(unit)")
      guard holds else { continue }
      var set = PayoffMultiset(unit: unit)
      set.add(bound, -bound)
      #expect(set.count == 1)
    }
  }
}
