internal import Foundation

/// A payoff multiset that several threads merge theirs into at once, part by part of the ranks. What it
/// comes to depends on neither their order nor their number: see `PayoffMultiset`.
final class PayoffCollector: @unchecked Sendable {
  private static let partCount = 1 << PayoffMultiset.partBits

  private let unit: Double
  private let limit: Int
  private let locks = (0..<partCount).map { _ in NSLock() }
  /// Each is guarded by its lock.
  private let parts: UnsafeMutablePointer<PayoffTable>
  /// Who drops pairs. Taken before locks of parts, which are taken before `lock`.
  private let dropping = NSLock()
  private let lock = NSLock()
  // Both guarded by `lock`.
  private var count = 0
  private var bound: PayoffPair?
  /// Parts from here on have no pair below the bound. Changes under the lock of its part.
  private var end = partCount

  init(unit: Double, limit: Int) {
    (self.unit, self.limit) = (unit, limit)
    parts = .allocate(capacity: Self.partCount)
    parts.initialize(
      repeating: PayoffTable(skipping: PayoffMultiset.partBits), count: Self.partCount)
  }

  deinit {
    parts.deinitialize(count: Self.partCount)
    parts.deallocate()
  }

  /// Adds all of a multiset with the same unit and no smaller limit. Threads get out of each other's
  /// way that begin with different parts.
  func merge(_ other: PayoffMultiset, from first: Int) {
    for step in 0..<Self.partCount {
      let part = (first + step) % Self.partCount
      let added = locks[part].withLock {
        let (bound, end) = lock.withLock { (self.bound, self.end) }
        guard part < end else { return 0 }
        let before = parts[part].count
        PayoffMultiset.move(other.table(of: part), part, below: bound, to: &parts[part])
        return parts[part].count - before
      }
      let isFull = lock.withLock {
        count += added
        return count > limit
      }
      if isFull { drop() }
    }
    // Where less than all was merged, there was no room for more than is below this.
    if let lower = other.bound {
      lock.withLock { if bound.map({ lower < $0 }) ?? true { bound = lower } }
    }
  }

  /// Drops the greatest pairs beyond the limit.
  private func drop() {
    dropping.withLock {
      while lock.withLock({ count > limit }) {
        let part = lock.withLock { end } - 1
        locks[part].withLock {
          while lock.withLock({ count > limit }), let pair = parts[part].removeGreatest() {
            lock.withLock {
              count -= 1
              bound = bound.map { min($0, pair) } ?? pair
            }
          }
          if parts[part].count == 0 {
            parts[part] = PayoffTable(skipping: PayoffMultiset.partBits)
            lock.withLock { if count > limit { end = part } }
          }
        }
      }
    }
  }

  /// What was collected; when all threads are done. Empties the collector.
  func take() -> PayoffMultiset {
    let collected = (0..<Self.partCount).map { parts[$0] }
    parts.update(
      repeating: PayoffTable(skipping: PayoffMultiset.partBits), count: Self.partCount)
    var all = PayoffMultiset(unit: unit, limit: limit, parts: collected)
    if let bound { all.drop(from: bound) }
    return all
  }
}
