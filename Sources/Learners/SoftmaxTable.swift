internal import Agents
public import Environments
internal import Foundation
public import Statistics

/// A policy as a table of logits: at every state s the law π(a|s) ∝ exp θ(s, a).
///
/// Laws are kept beside the logits and renewed by `refresh`, so that acting, averaging and the
/// gradient of ln π cost no exponential:
///
///     ∂ ln π(a|s) / ∂θ(s, b) = 1{a = b} − π(b|s)
///
/// Flat, laid out as the player's policy. Copies are the same table.
public struct SoftmaxTable {
  /// First entry of each state, and the total at the end.
  public let offsets: [Int]
  /// θ, flat.
  public let logits: UnsafeMutablePointer<Double>
  /// π as of the last `refresh` of each state, flat.
  public let laws: UnsafeMutablePointer<Double>
  /// The likeliest action of each state, ties to the lowest.
  let modes: UnsafeMutablePointer<Int>
  private let starts: UnsafeMutablePointer<Int>
  private let changes: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// All logits 0: every law uniform.
  public init(offsets: [Int]) {
    self.offsets = offsets
    let states = offsets.count - 1
    logits = memory.block(of: offsets[states], repeating: 0)
    laws = memory.block(of: offsets[states], repeating: 0)
    modes = memory.block(of: states, repeating: 0)
    starts = memory.block(of: states + 1, repeating: 0)
    starts.update(from: offsets, count: states + 1)
    changes = memory.block(of: 1, repeating: 0)
    refreshAll(time: 0)
  }

  /// The number of states.
  public var stateCount: Int { offsets.count - 1 }
  /// The number of logits.
  public var entryCount: Int { offsets[stateCount] }
  /// The time given to the `refresh` at which any state's likeliest action last changed; 0 if none
  /// did.
  public var lastModeChange: Int { changes.pointee }

  /// The first entry of a state, unchecked.
  @inline(__always)
  func start(of state: Int) -> Int { starts[state] }
  /// The number of actions at a state, unchecked.
  @inline(__always)
  func actionCount(at state: Int) -> Int { starts[state &+ 1] &- starts[state] }

  /// An action drawn from the law at `state`: one uniform, compared with the partial sums.
  @inline(__always)
  public func draw(at state: Int, using stream: inout RandomStream) -> Int {
    drawnAction(laws + starts[state], count: actionCount(at: state), at: stream.uniform())
  }

  /// θ(s, ·) ← θ(s, ·) + amount · ∇ ln π(a|s), with π as last refreshed.
  @inline(__always)
  public func addScore(of action: Int, at state: Int, times amount: Double) {
    let start = starts[state]
    let count = actionCount(at: state)
    let (row, law) = (logits + start, laws + start)
    var k = 0
    while k < count {
      row[k] -= amount * law[k]
      k &+= 1
    }
    row[action] += amount
  }

  /// θ(s, ·) ← θ(s, ·) + amount · ∇ H(π(·|s)), with π as last refreshed and the entropy
  /// H = −Σ π ln π. Its gradient is ∂H/∂θ(b) = −π(b) (ln π(b) + H).
  @inline(never)
  public func addEntropyGradient(at state: Int, times amount: Double) {
    addEntropyGradient(at: state, times: amount, to: logits)
  }

  /// As above, added to another table of the same layout.
  @inline(never)
  public func addEntropyGradient(
    at state: Int, times amount: Double, to table: UnsafeMutablePointer<Double>
  ) {
    let entropy = entropy(at: state)
    for entry in starts[state]..<starts[state &+ 1] where laws[entry] > 0 {
      table[entry] -= amount * laws[entry] * (log(laws[entry]) + entropy)
    }
  }

  /// H(π(·|s)) = −Σ π ln π in nats, with 0 ln 0 = 0.
  public func entropy(at state: Int) -> Double {
    var entropy = 0.0
    for entry in starts[state]..<starts[state &+ 1] where laws[entry] > 0 {
      entropy -= laws[entry] * log(laws[entry])
    }
    return entropy
  }

  /// θ(s, ·) ← θ(s, ·) + amount times the natural gradient of the entropy, −(ln π(b) + H), for laws
  /// as last refreshed. ln π comes from the logits, so it is finite where π underflows: call this
  /// before anything else moves the state's logits.
  @inline(never)
  public func addNaturalEntropyGradient(at state: Int, times amount: Double) {
    let entropy = entropy(at: state)
    let top = starts[state] &+ modes[state]
    // ln π(b) = θ(b) − θ(top) + ln π(top).
    let shift = log(laws[top]) - logits[top] + entropy
    for entry in starts[state]..<starts[state &+ 1] {
      logits[entry] -= amount * (logits[entry] + shift)
    }
  }

  /// Renews the law of a state from its logits, the largest subtracted first.
  ///
  /// - Parameter time: recorded if the likeliest action changes.
  @inline(__always)
  public func refresh(_ state: Int, time: Int) {
    let start = starts[state]
    let count = actionCount(at: state)
    let (row, law) = (logits + start, laws + start)
    var mode = 0
    var top = row[0]
    var k = 1
    while k < count {
      if row[k] > top {
        top = row[k]
        mode = k
      }
      k &+= 1
    }
    writeSoftmax(row, largest: top, count: count, to: law)
    if mode != modes[state] {
      modes[state] = mode
      changes.pointee = time
    }
  }

  /// Finds the likeliest action of a state whose law was written without its logits.
  ///
  /// - Returns: whether it changed.
  func renewMode(of state: Int) -> Bool {
    var best = starts[state]
    for entry in starts[state]..<starts[state &+ 1] where laws[entry] > laws[best] { best = entry }
    defer { modes[state] = best &- starts[state] }
    return best &- starts[state] != modes[state]
  }

  /// Renews every law.
  public func refreshAll(time: Int) {
    for state in 0..<stateCount { refresh(state, time: time) }
  }

  /// Begins at a policy: θ = ln max(p, 1e-6), so that no action is out of reach.
  public func start(from policy: Policy) {
    for entry in 0..<entryCount { logits[entry] = log(max(policy.probabilities[entry], 1e-6)) }
    refreshAll(time: 0)
    changes.pointee = 0
  }

  /// Takes up logits as a checkpoint left them.
  ///
  /// - Throws: `SnapshotError` if they do not fit or are not finite.
  public func restore(logits saved: [Double], lastModeChange: Int) throws {
    guard saved.count == entryCount, saved.allSatisfy(\.isFinite), lastModeChange >= 0 else {
      throw SnapshotError("a table of \(saved.count) logits does not fit one of \(entryCount)")
    }
    logits.update(from: saved, count: entryCount)
    refreshAll(time: 0)
    changes.pointee = lastModeChange
  }

  /// A copy of the logits.
  public var snapshot: [Double] { Array(UnsafeBufferPointer(start: logits, count: entryCount)) }

  /// The policy as last refreshed.
  public var policy: Policy {
    Policy(
      offsets: offsets,
      probabilities: Array(UnsafeBufferPointer(start: laws, count: entryCount)))
  }
}

/// exp(θ(a) − max θ) / Σ exp(θ(b) − max θ).
@inline(__always)
func writeSoftmax(
  _ logits: UnsafePointer<Double>, largest: Double, count: Int, to law: UnsafeMutablePointer<Double>
) {
  var total = 0.0
  var k = 0
  while k < count {
    let weight = exp(logits[k] - largest)
    law[k] = weight
    total += weight
    k &+= 1
  }
  let scale = 1 / total
  k = 0
  while k < count {
    law[k] *= scale
    k &+= 1
  }
}
