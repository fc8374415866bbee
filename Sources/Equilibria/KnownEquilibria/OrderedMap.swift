import Dispatch
import Synchronization

/// body(0), …, body(count − 1), computed on up to `threads` threads and returned in order, so that
/// nothing depends on which thread was first. With one thread the caller's own does the work.
func orderedMap<Element: Sendable>(
  _ count: Int, threads: Int, _ body: @Sendable (Int) -> Element
) -> [Element] {
  guard threads > 1, count > 1 else { return (0..<count).map(body) }
  let results = Mutex([Element?](repeating: nil, count: count))
  let next = Atomic<Int>(0)
  DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
    while true {
      let index = next.add(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      let element = body(index)
      results.withLock { $0[index] = element }
    }
  }
  return results.withLock { $0.map { $0! } }
}
