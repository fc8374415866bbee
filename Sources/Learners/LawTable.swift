internal import Agents
internal import Configuration
internal import Environments
internal import Statistics

/// A law over one player's actions at every state, for learners whose policies mix: drawn from,
/// averaged over recorded visits, and watched for changes of its likeliest action.
///
/// Flat as the player's policy. Copies are the same table.
struct LawTable {
  let offsets: [Int]
  /// π(a | s).
  let law: UnsafeMutablePointer<Double>
  /// Likeliest action of each state, ties to the lowest.
  private let modes: UnsafeMutablePointer<Int>
  private let average: PolicyAverage
  private let starts: UnsafeMutablePointer<Int>
  private let change: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// The key `exploration` of learners whose own law mixes.
  static let exploration = Parameter(
    "exploration", Schedule.type(values: .closed(0, 1)),
    .defaulted(Schedule.linear(from: 0.3, to: 0.1, share: 1).parameterValue),
    "probability of a uniformly random action instead of the policy's, by step")

  /// The uniform law everywhere.
  init(uniform game: StochasticGame, player: Int) {
    let policy = game.uniformPolicy(player)
    offsets = policy.offsets
    let (entries, states) = (policy.probabilities.count, policy.stateCount)
    law = memory.block(of: entries, repeating: 0)
    average = PolicyAverage(entries)
    modes = memory.block(of: states, repeating: 0)
    starts = memory.block(of: states + 1, repeating: 0)
    change = memory.block(of: 1, repeating: 0)
    starts.update(from: offsets, count: states + 1)
    begin(from: policy)
  }

  /// First entry of a state.
  @inline(__always)
  func start(of state: Int) -> Int { starts[state] }

  /// Actions at a state.
  @inline(__always)
  func actionCount(at state: Int) -> Int { starts[state &+ 1] &- starts[state] }

  /// Takes up a policy as the first law.
  func begin(from policy: Policy) {
    law.update(from: policy.probabilities, count: policy.probabilities.count)
    for state in 0..<policy.stateCount { modes[state] = policy.mode(at: state) }
    change.pointee = 0
  }

  /// An action of the law, or with probability `rate` any. One draw, and a second unless there is a
  /// single action.
  @inline(__always)
  func action(at state: Int, exploring rate: Double, using stream: inout RandomStream) -> Int {
    let count = actionCount(at: state)
    let explores = stream.uniform() < rate
    if count == 1 { return 0 }
    if explores { return stream.index(below: count) }
    let row = law + starts[state]
    var left = stream.uniform()
    var action = 0
    var k = 0
    // Rounding may leave a remainder past the last action: it goes to the last with a probability.
    while k < count {
      if row[k] > 0 {
        action = k
        left -= row[k]
        if left < 0 { break }
      }
      k &+= 1
    }
    return action
  }

  /// Adds the law of a visited state to the average. O(actions).
  @inline(__always)
  func recordVisit(_ state: Int) {
    average.record(law, from: starts[state], actions: actionCount(at: state))
  }

  /// To be called after the law of a state was written. O(actions).
  @inline(__always)
  func noteChange(at state: Int, time: Int) {
    let row = law + starts[state]
    let count = actionCount(at: state)
    var mode = 0
    var k = 1
    while k < count {
      if row[k] > row[mode] { mode = k }
      k &+= 1
    }
    if mode != modes[state] {
      modes[state] = mode
      change.pointee = time
    }
  }

  /// The updates after which some state's likeliest action last changed.
  var lastChange: Int { change.pointee }

  /// The law as a policy.
  var policy: Policy {
    Policy(
      offsets: offsets,
      probabilities: Array(UnsafeBufferPointer(start: law, count: offsets[offsets.count - 1])))
  }

  /// The mean of the laws at recorded visits; at states never recorded, the law as it stands.
  var averagePolicy: Policy { average.policy(fallback: policy) }

  func snapshot() -> LawSnapshot {
    LawSnapshot(law: policy.probabilities, lastChange: lastChange, sums: average.snapshot)
  }

  func restore(_ snapshot: LawSnapshot) throws {
    try snapshot.check(offsets: offsets)
    try average.restore(snapshot.sums)
    begin(from: Policy(offsets: offsets, probabilities: snapshot.law))
    change.pointee = snapshot.lastChange
  }
}

/// What training changes in a table of laws.
public struct LawSnapshot: Codable, Sendable {
  var law: [Double]
  var lastChange: Int
  var sums: [Double]

  /// Throws `SnapshotError` unless there is a law at every state of such offsets.
  func check(offsets: [Int]) throws {
    let count = offsets[offsets.count - 1]
    guard law.count == count else {
      throw SnapshotError("a snapshot of \(law.count) probabilities does not fit \(count)")
    }
    guard law.allSatisfy({ $0 >= 0 && $0 <= 1 + 1e-9 }), lastChange >= 0,
      (1..<offsets.count).allSatisfy({ state in
        abs(law[offsets[state - 1]..<offsets[state]].reduce(0, +) - 1) <= 1e-9
      })
    else { throw SnapshotError("a snapshot of laws has probabilities that are none") }
  }
}
