internal import Agents
public import Environments

/// The mean of the laws recorded at each state. Copies are the same average.
public struct PolicyAverage {
  /// Laws added up, flat as the policy.
  let sums: UnsafeMutablePointer<Double>
  private let count: Int
  private let memory = TableMemory()

  /// Nothing recorded, for a policy of `count` entries.
  public init(_ count: Int) {
    self.count = count
    sums = memory.block(of: count, repeating: 0)
  }

  /// Adds entries `first ..< first + actions` of a flat policy: one state's law.
  @inline(__always)
  public func record(_ laws: UnsafePointer<Double>, from first: Int, actions: Int) {
    var entry = first
    let end = first &+ actions
    while entry < end {
      sums[entry] += laws[entry]
      entry &+= 1
    }
  }

  /// The mean at every state; `fallback` at states where nothing was recorded.
  public func policy(fallback: Policy) -> Policy {
    var policy = fallback
    for state in 0..<policy.stateCount {
      let range = policy.offsets[state]..<policy.offsets[state + 1]
      let total = range.reduce(0) { $0 + sums[$1] }
      guard total > 0 else { continue }
      for entry in range { policy.probabilities[entry] = sums[entry] / total }
    }
    return policy
  }

  /// A copy of the sums.
  public var snapshot: [Double] { Array(UnsafeBufferPointer(start: sums, count: count)) }

  /// Takes up sums as a checkpoint left them. Throws `SnapshotError` if they do not fit.
  public func restore(_ saved: [Double]) throws {
    guard fits(saved) else {
      throw SnapshotError("an average over \(saved.count) entries does not fit one of \(count)")
    }
    sums.update(from: saved, count: count)
  }

  // Not part of `restore`: there Swift 6.3.1 on x86-64 clobbers the error register in this loop and
  // leaves by a tail call of memmove without putting it back, so that success looks like an error.
  @inline(never)
  private func fits(_ saved: [Double]) -> Bool {
    saved.count == count && saved.allSatisfy { $0.isFinite && $0 >= 0 }
  }
}
