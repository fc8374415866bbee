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
    fallback.replaced(byShareOf: { sums[$0] })
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

extension Policy {
  /// The policy whose laws are the shares of nonnegative weights in their sum, entry by entry; as it
  /// is at states where all weights are 0.
  func replaced(byShareOf weight: (_ entry: Int) -> Double) -> Policy {
    var policy = self
    for state in 0..<stateCount {
      let range = offsets[state]..<offsets[state + 1]
      let total = range.reduce(0) { $0 + weight($1) }
      guard total > 0 else { continue }
      for entry in range { policy.probabilities[entry] = weight(entry) / total }
    }
    return policy
  }
}
