public import Environments

/// A table of action values Q(s, a) of one player, with the greedy action of every state at hand.
///
/// Flat and row-major; the actions of state s are `offsets[s] ..< offsets[s + 1]`, so states may
/// have different numbers of actions. Each state's greedy action (ties to the lowest) and its
/// value are kept up to date at every assignment: a row is scanned again only when its greedy
/// entry falls, so greedy lookups cost one load.
///
/// The table is memory with identity: copying a learner does not copy its table.
public final class ActionValueTable {
  /// First entry of each state, and the total at the end.
  public let offsets: [Int]
  /// Assignments after which the greedy policy last changed; 0 if it never did.
  public var lastGreedyChange: Int { changes.pointee }

  /// Q, flat.
  public let values: UnsafeMutablePointer<Double>
  /// Greedy action of each state.
  public let greedy: UnsafeMutablePointer<Int>
  /// max over a of Q(s, a).
  public let best: UnsafeMutablePointer<Double>
  private let starts: UnsafeMutablePointer<Int>
  private let changes: UnsafeMutablePointer<Int>

  /// Creates a table filled with `initial`.
  public init(offsets: [Int], initial: Double) {
    precondition(offsets.count >= 2, "at least one state")
    self.offsets = offsets
    let states = offsets.count - 1
    values = .allocate(capacity: offsets[states])
    values.initialize(repeating: initial, count: offsets[states])
    greedy = .allocate(capacity: states)
    greedy.initialize(repeating: 0, count: states)
    best = .allocate(capacity: states)
    best.initialize(repeating: initial, count: states)
    starts = .allocate(capacity: states + 1)
    starts.initialize(from: offsets, count: states + 1)
    changes = .allocate(capacity: 1)
    changes.initialize(to: 0)
  }

  deinit {
    values.deallocate()
    greedy.deallocate()
    best.deallocate()
    starts.deallocate()
    changes.deallocate()
  }

  /// The number of states.
  public var stateCount: Int { offsets.count - 1 }

  /// The number of entries.
  public var entryCount: Int { offsets[stateCount] }

  /// The flat index of (s, a), unchecked.
  @inline(__always)
  public func entry(_ state: Int, _ action: Int) -> Int { starts[state] &+ action }

  /// The number of actions at a state, unchecked.
  @inline(__always)
  public func actionCount(at state: Int) -> Int { starts[state &+ 1] &- starts[state] }

  /// Assigns Q(s, a) and keeps the greedy action current.
  ///
  /// - Parameter time: recorded if the greedy action of the state changes.
  @inline(__always)
  public func assign(_ state: Int, _ action: Int, _ value: Double, time: Int) {
    values[starts[state] &+ action] = value
    let current = greedy[state]
    if action == current {
      if value >= best[state] {
        best[state] = value
      } else {
        rescan(state, time: time)
      }
    } else if value > best[state] || (value == best[state] && action < current) {
      best[state] = value
      greedy[state] = action
      changes.pointee = time
    }
  }

  /// Finds the greedy action of a row anew.
  @inline(never)
  private func rescan(_ state: Int, time: Int) {
    let row = values + starts[state]
    let count = starts[state &+ 1] &- starts[state]
    var action = 0
    var value = row[0]
    var k = 1
    while k < count {
      let better = row[k] > value
      value = better ? row[k] : value
      action = better ? k : action
      k &+= 1
    }
    best[state] = value
    if action != greedy[state] {
      greedy[state] = action
      changes.pointee = time
    }
  }

  /// Overwrites the whole table, as a checkpoint left it.
  public func restore(values saved: [Double], lastGreedyChange: Int) {
    precondition(saved.count == entryCount, "one value per entry")
    values.update(from: saved, count: entryCount)
    for state in 0..<stateCount { rescan(state, time: 0) }
    changes.pointee = lastGreedyChange
  }

  /// A copy of the values.
  public var snapshot: [Double] { Array(UnsafeBufferPointer(start: values, count: entryCount)) }

  /// The greedy policy, ties to the lowest action.
  public var greedyPolicy: Policy {
    var policy = Policy(
      offsets: offsets, probabilities: [Double](repeating: 0, count: entryCount))
    for state in 0..<stateCount { policy[state, greedy[state]] = 1 }
    return policy
  }
}
