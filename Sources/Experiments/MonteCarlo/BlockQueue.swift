internal import Synchronization

/// Hands blocks out in order and merges what comes back in the same order.
final class BlockQueue: Sendable {
  private struct State {
    var next: Int
    var merged: Int
    var waiting: [Int: [PathSums]] = [:]
    var sums: [PathSums]
    var failure: (block: Int, error: any Error)?
  }

  private let end: Int
  private let state: Mutex<State>

  init(_ blocks: Range<Int>, sums: [PathSums]) {
    end = blocks.upperBound
    state = Mutex(State(next: blocks.lowerBound, merged: blocks.lowerBound, sums: sums))
  }

  func next() -> Int? {
    state.withLock { state in
      guard state.next < end, state.failure == nil else { return nil }
      state.next += 1
      return state.next - 1
    }
  }

  func finish(_ block: Int, with sums: [PathSums]) {
    state.withLock { state in
      state.waiting[block] = sums
      while let ready = state.waiting.removeValue(forKey: state.merged) {
        for index in ready.indices { state.sums[index].merge(ready[index]) }
        state.merged += 1
      }
    }
  }

  func fail(_ block: Int, _ error: any Error) {
    state.withLock { state in
      if state.failure.map({ block < $0.block }) ?? true { state.failure = (block, error) }
    }
  }

  /// Blocks merged so far and their sums. Throws the failure of the first block that failed.
  func result() throws -> (done: Int, sums: [PathSums]) {
    try state.withLock { state in
      if let failure = state.failure { throw failure.error }
      return (state.merged, state.sums)
    }
  }
}
