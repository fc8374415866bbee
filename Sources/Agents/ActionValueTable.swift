public import Environments

/// A table of action values Q(s, a) of one player, with the greedy action of every state at hand.
///
/// Flat and row-major; the actions of state s are `offsets[s] ..< offsets[s + 1]`, so states may
/// have different numbers of actions. Each state's greedy action (ties to the lowest) and its
/// value are kept up to date at every assignment: a row is scanned again only when its greedy
/// entry falls, so greedy lookups cost one load.
///
/// The table is memory with identity: copies of the struct, and of a learner that holds it, are the
/// same table.
public struct ActionValueTable {
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
  @usableFromInline let starts: UnsafeMutablePointer<Int>
  @usableFromInline let changes: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// Creates a table filled with `initial`.
  public init(offsets: [Int], initial: Double) {
    precondition(offsets.count >= 2, "at least one state")
    self.offsets = offsets
    let states = offsets.count - 1
    values = memory.block(of: offsets[states], repeating: initial)
    greedy = memory.block(of: states, repeating: 0)
    best = memory.block(of: states, repeating: initial)
    starts = memory.block(of: states + 1, repeating: 0)
    starts.update(from: offsets, count: states + 1)
    changes = memory.block(of: 1, repeating: 0)
  }

  /// The number of states.
  public var stateCount: Int { offsets.count - 1 }

  /// The number of entries.
  public var entryCount: Int { offsets[stateCount] }

  /// The flat index of (s, a), unchecked.
  @inlinable @inline(__always)
  public func entry(_ state: Int, _ action: Int) -> Int { starts[state] &+ action }

  /// The number of actions at a state, unchecked.
  @inlinable @inline(__always)
  public func actionCount(at state: Int) -> Int { starts[state &+ 1] &- starts[state] }

  /// Assigns Q(s, a) and keeps the greedy action current.
  ///
  /// - Parameter time: recorded if the greedy action of the state changes.
  @inlinable @inline(__always)
  public func assign(_ state: Int, _ action: Int, _ value: Double, time: Int) {
    assign(state, action, entry: entry(state, action), value, time: time)
  }

  /// As above, where the caller has the flat index of (s, a) at hand.
  @inlinable @inline(__always)
  public func assign(_ state: Int, _ action: Int, entry: Int, _ value: Double, time: Int) {
    values[entry] = value
    let current = greedy[state]
    if action == current {
      if value >= best[state] {
        best[state] = value
      } else {
        let row = values + (entry &- action)
        let now = Self.greedyAction(row, count: actionCount(at: state))
        best[state] = row[now]
        if now != current {
          greedy[state] = now
          changes.pointee = time
        }
      }
    } else if value > best[state] || (value == best[state] && action < current) {
      best[state] = value
      greedy[state] = action
      changes.pointee = time
    }
  }

  /// The greedy action of a row, ties to the lowest.
  @usableFromInline @inline(never)
  static func greedyAction(_ row: UnsafePointer<Double>, count: Int) -> Int {
    var action = 0
    var value = row[0]
    var k = 1
    while k < count {
      let better = row[k] > value
      value = better ? row[k] : value
      action = better ? k : action
      k &+= 1
    }
    return action
  }

  /// Overwrites the whole table, as a checkpoint left it.
  public func restore(values saved: [Double], lastGreedyChange: Int) {
    precondition(saved.count == entryCount, "one value per entry")
    values.update(from: saved, count: entryCount)
    for state in 0..<stateCount {
      greedy[state] = Self.greedyAction(values + starts[state], count: actionCount(at: state))
      best[state] = values[entry(state, greedy[state])]
    }
    changes.pointee = lastGreedyChange
  }

  /// Whether every value is finite. Cost: a pass over the table.
  public var isFinite: Bool {
    UnsafeBufferPointer(start: values, count: entryCount).allSatisfy(\.isFinite)
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
