public import Environments

/// Where play without chance ends: a few states visited in turn for ever.
public struct LimitCycle: Sendable, Equatable {
  /// Periods from the first state until the cycle is entered; 0 if play starts on it.
  public let lead: Int
  /// The states of the cycle in order of play, beginning with the first one reached.
  public let states: [Int]
  /// The rows played at `states`.
  public let rows: [Int]

  /// The number of periods until play repeats; 1 where it rests.
  public var length: Int { states.count }
}

extension StochasticGame {
  /// The cycle that play of a pure profile runs into from a state; nil where chance decides.
  ///
  /// Chance decides where, on the way, some player has no action of probability above 1 − 1e-9 or
  /// the joint action no next state of such probability. A terminal state rests at itself.
  ///
  /// - Complexity: O(N A) per period until play repeats, at most S periods.
  /// - Throws: `GameError` if the profile does not fit the game or there is no such state.
  public func limitCycle(of profile: Profile, from state: Int) throws -> LimitCycle? {
    try validate(profile)
    guard (0..<stateCount).contains(state) else {
      throw GameError("state", "\(state) is none of the \(stateCount) states")
    }
    var place = [Int: Int]()
    var (states, rows) = ([Int](), [Int]())
    var current = state
    while place[current] == nil {
      place[current] = states.count
      let joint = (0..<playerCount).map { profile[$0].mode(at: current) }
      let isPure = joint.indices.allSatisfy { profile[$0][current, joint[$0]] > 1 - 1e-9 }
      let row = row(current, joint)
      let likely = (transitionOffsets[row]..<transitionOffsets[row + 1])
        .first { probabilities[$0] > 1 - 1e-9 }
      guard isPure, let likely else { return nil }
      states.append(current)
      rows.append(row)
      current = Int(nextStates[likely])
    }
    let lead = place[current]!
    return LimitCycle(lead: lead, states: Array(states[lead...]), rows: Array(rows[lead...]))
  }
}
