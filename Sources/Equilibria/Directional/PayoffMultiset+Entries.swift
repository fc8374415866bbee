extension PayoffMultiset {
  /// The pairs by first, then second payoff, ascending: 32 bytes each, and half as much again while they
  /// are sorted. Where a few are wanted, see `mostFrequent(_:)`.
  public var entries: [Entry] {
    var all: [Entry] = []
    all.reserveCapacity(count)
    forEachEntry { all.append($0) }
    all.sort(by: <)
    return all
  }

  /// The `most` pairs with the largest multiplicities, of equally frequent ones the lowest; ascending by
  /// first, then second payoff.
  ///
  /// - Complexity: one pass and memory for `most` pairs.
  public func mostFrequent(_ most: Int) -> [Entry] {
    guard most < count else { return entries }
    guard most > 0 else { return [] }
    // A heap with the one that would go first at its root.
    var kept: [Entry] = []
    kept.reserveCapacity(most)
    func goesBefore(_ one: Entry, _ other: Entry) -> Bool {
      one.count != other.count ? one.count < other.count : other < one
    }
    func sink(_ from: Int) {
      var (place, entry) = (from, kept[from])
      while true {
        var child = 2 * place + 1
        guard child < kept.count else { break }
        if child + 1 < kept.count, goesBefore(kept[child + 1], kept[child]) { child += 1 }
        guard goesBefore(kept[child], entry) else { break }
        kept[place] = kept[child]
        place = child
      }
      swap(&kept[place], &entry)
    }
    forEachEntry { entry in
      if kept.count < most {
        kept.append(entry)
        if kept.count == most {
          for place in stride(from: most / 2 - 1, through: 0, by: -1) { sink(place) }
        }
      } else if goesBefore(kept[0], entry) {
        kept[0] = entry
        sink(0)
      }
    }
    kept.sort(by: <)
    return kept
  }

  /// Calls `body` with every pair, in no order that matters.
  func forEachEntry(_ body: (Entry) -> Void) {
    for table in tables {
      for slot in table.slots where slot.count != 0 {
        body(Entry(first: slot.first, second: slot.second, count: table.multiplicity(slot)))
      }
    }
  }
}

extension PayoffMultiset.Entry: Comparable {
  /// By first, then second payoff.
  public static func < (left: Self, right: Self) -> Bool {
    left.first != right.first ? left.first < right.first : left.second < right.second
  }
}
