internal import Agents
import Environments

/// Visits of state-action pairs, and of greedy actions while the average policy is formed. Copies
/// are the same counts.
struct VisitCounts {
  /// n(s, a), flat.
  let actions: UnsafeMutablePointer<Int>
  /// Recorded visits at which a was the greedy action of s, flat.
  let greedy: UnsafeMutablePointer<Int>
  private let count: Int
  private let memory = TableMemory()

  init(_ count: Int) {
    self.count = count
    actions = memory.block(of: count, repeating: 0)
    greedy = memory.block(of: count, repeating: 0)
  }

  var actionSnapshot: [Int] { Array(UnsafeBufferPointer(start: actions, count: count)) }
  var greedySnapshot: [Int] { Array(UnsafeBufferPointer(start: greedy, count: count)) }

  func restore(actions saved: [Int], greedy savedGreedy: [Int]) {
    precondition(saved.count == count && savedGreedy.count == count, "one count per entry")
    actions.update(from: saved, count: count)
    greedy.update(from: savedGreedy, count: count)
  }

  /// The recorded shares of greedy actions; `fallback` at states never recorded.
  func averagePolicy(fallback: Policy) -> Policy {
    // Counts below 2⁵³ and their sums are exact as doubles.
    fallback.replaced(byShareOf: { Double(greedy[$0]) })
  }
}
