public import Environments
public import Statistics

/// An agent that plays a fixed policy: scripted, read from a file, or an exact equilibrium's.
///
/// One draw per action at states where the policy mixes, none where it is pure.
public struct PolicyAgent: Agent, Sendable {
  /// The policy played.
  public let policy: Policy
  /// The action of a state at which the policy is pure, otherwise −1.
  private let pure: [Int]

  /// Creates an agent that plays `policy`.
  public init(_ policy: Policy) {
    self.policy = policy
    pure = (0..<policy.stateCount).map { state in
      policy.law(at: state).firstIndex(of: 1) ?? -1
    }
  }

  /// A draw from the policy's law at `state`.
  public mutating func act(at state: Int, using stream: inout RandomStream) -> Int {
    if pure[state] >= 0 { return pure[state] }
    let target = stream.uniform()
    var sum = 0.0
    var last = 0
    for action in 0..<(policy.offsets[state + 1] - policy.offsets[state]) {
      let probability = policy[state, action]
      guard probability > 0 else { continue }
      sum += probability
      last = action
      if target < sum { break }
    }
    return last
  }
}
