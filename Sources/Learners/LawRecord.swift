internal import Agents
import Environments

/// The law of a learner from the model as it stands, the average of the laws it has played, and
/// when its likeliest action last changed. Copies are the same record.
struct LawRecord {
  /// The law as it stands, flat.
  let last: UnsafeMutablePointer<Double>
  /// The average of the laws played, flat; uniform before the first, unless a law was taken up.
  let average: UnsafeMutablePointer<Double>
  private let offsets: [Int]
  private let modes: UnsafeMutablePointer<Int>
  private let change: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// Begins with uniform laws.
  init(offsets: [Int]) {
    self.offsets = offsets
    let states = offsets.count - 1
    last = memory.block(of: offsets[states], repeating: 0.0)
    average = memory.block(of: offsets[states], repeating: 0.0)
    modes = memory.block(of: states, repeating: 0)
    change = memory.block(of: 1, repeating: 0)
    for state in 0..<states {
      let count = offsets[state + 1] - offsets[state]
      for entry in offsets[state]..<offsets[state + 1] {
        last[entry] = 1 / Double(count)
        average[entry] = 1 / Double(count)
      }
    }
  }

  private var count: Int { offsets[offsets.count - 1] }

  /// Moves the average a step α towards what was played: x̄ ← x̄ + α (x − x̄).
  func average(_ played: UnsafePointer<Double>, step: Double) {
    var entry = 0
    let count = count
    while entry < count {
      average[entry] += step * (played[entry] - average[entry])
      entry &+= 1
    }
  }

  /// To be called when `last` has been written anew: looks whether a likeliest action changed.
  func noteChanges(round: Int) {
    for state in 0..<(offsets.count - 1) {
      var mode = offsets[state]
      var entry = mode &+ 1
      while entry < offsets[state + 1] {
        mode = last[entry] > last[mode] ? entry : mode
        entry &+= 1
      }
      if mode != modes[state] {
        modes[state] = mode
        change.pointee = round
      }
    }
  }

  /// Takes up a law before training, also as the average so far: what rivals who begin from the same
  /// profile believe.
  func begin(with law: [Double]) {
    last.update(from: law, count: count)
    average.update(from: law, count: count)
    noteChanges(round: 0)
  }

  /// Writes the law as it stands.
  func write(into law: UnsafeMutablePointer<Double>) { law.update(from: last, count: count) }

  var lastPolicy: Policy { policy(last) }
  var averagePolicy: Policy { policy(average) }
  var lastChange: Int { change.pointee }

  private func policy(_ law: UnsafePointer<Double>) -> Policy {
    Policy(
      offsets: offsets, probabilities: Array(UnsafeBufferPointer(start: law, count: count)))
  }

  /// Everything that training changes.
  struct Snapshot: Codable, Sendable {
    var last: [Double]
    var average: [Double]
    var lastChange: Int
  }

  func snapshot() -> Snapshot {
    Snapshot(
      last: lastPolicy.probabilities, average: averagePolicy.probabilities, lastChange: lastChange)
  }

  /// Throws `SnapshotError` if the snapshot does not fit.
  func restore(_ snapshot: Snapshot) throws {
    try requireTable(snapshot.last, count: count)
    try requireTable(snapshot.average, count: count)
    guard snapshot.lastChange >= 0 else { throw SnapshotError("a snapshot counts below 0") }
    last.update(from: snapshot.last, count: count)
    average.update(from: snapshot.average, count: count)
    noteChanges(round: 0)
    change.pointee = snapshot.lastChange
  }
}

/// Throws `SnapshotError` unless a saved table has `count` finite entries.
//
// Not inlined: where the check ends in a tail call of memmove, Swift 6.3.1 on x86-64 may leave the
// error register clobbered by the loop, so that success looks like an error.
@inline(never)
func requireTable(_ table: [Double], count: Int) throws {
  guard table.count == count else {
    throw SnapshotError("a snapshot's table of \(table.count) entries does not fit \(count)")
  }
  guard table.allSatisfy(\.isFinite) else {
    throw SnapshotError("a snapshot's table has impossible entries")
  }
}

/// A copy of a table.
func array(_ table: UnsafePointer<Double>, count: Int) -> [Double] {
  Array(UnsafeBufferPointer(start: table, count: count))
}
