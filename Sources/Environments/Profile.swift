/// A stationary behaviour rule of one player: a law over its actions at every state.
///
/// Storage is one flat array; the actions of state s are `offsets[s] ..< offsets[s + 1]`.
public struct Policy: Sendable, Equatable {
  /// First entry of each state, and the total at the end: S + 1 entries.
  public let offsets: [Int]
  /// Action probabilities, flat.
  public var probabilities: [Double]

  /// Wraps flat probabilities; the caller vouches for each state's law.
  public init(offsets: [Int], probabilities: [Double]) {
    precondition(offsets.last == probabilities.count, "one probability per action")
    self.offsets = offsets
    self.probabilities = probabilities
  }

  /// The number of states.
  public var stateCount: Int { offsets.count - 1 }

  /// σ(a | s).
  public subscript(state: Int, action: Int) -> Double {
    get { probabilities[offsets[state] + action] }
    set { probabilities[offsets[state] + action] = newValue }
  }

  /// The law at `state`.
  public func law(at state: Int) -> [Double] {
    Array(probabilities[offsets[state]..<offsets[state + 1]])
  }

  /// The laws `[state][action]`.
  public var laws: [[Double]] { (0..<stateCount).map(law) }

  /// The likeliest action at `state`, the lowest where several tie.
  public func mode(at state: Int) -> Int {
    var best = offsets[state]
    for entry in offsets[state]..<offsets[state + 1]
    where probabilities[entry] > probabilities[best] {
      best = entry
    }
    return best - offsets[state]
  }

  /// Sets the law at `state`.
  public mutating func setLaw(_ law: [Double], at state: Int) {
    precondition(law.count == offsets[state + 1] - offsets[state], "one probability per action")
    for (action, probability) in law.enumerated() { self[state, action] = probability }
  }
}

/// One policy per player.
public struct Profile: Sendable, Equatable {
  /// Indexed by player.
  public var policies: [Policy]

  /// Wraps one policy per player.
  public init(_ policies: [Policy]) { self.policies = policies }

  /// The policy of `player`.
  public subscript(player: Int) -> Policy {
    get { policies[player] }
    set { policies[player] = newValue }
  }
}

extension StochasticGame {
  /// The flat offsets of a policy of `player`.
  public func policyOffsets(_ player: Int) -> [Int] {
    var offsets = [0]
    offsets.reserveCapacity(stateCount + 1)
    for state in 0..<stateCount {
      offsets.append(offsets[state] + actionCount(player, at: state))
    }
    return offsets
  }

  /// The policy of `player` that plays every action equally often.
  public func uniformPolicy(_ player: Int) -> Policy {
    let offsets = policyOffsets(player)
    var probabilities = [Double](repeating: 0, count: offsets[stateCount])
    for state in 0..<stateCount {
      let count = offsets[state + 1] - offsets[state]
      for entry in offsets[state]..<offsets[state + 1] { probabilities[entry] = 1 / Double(count) }
    }
    return Policy(offsets: offsets, probabilities: probabilities)
  }

  /// The policy of `player` that plays `actions[s]` for sure at each state s.
  public func purePolicy(_ player: Int, _ actions: [Int]) -> Policy {
    let offsets = policyOffsets(player)
    var policy = Policy(
      offsets: offsets, probabilities: [Double](repeating: 0, count: offsets[stateCount]))
    for state in 0..<stateCount { policy[state, actions[state]] = 1 }
    return policy
  }

  /// Every player choosing uniformly at every state.
  public var uniformProfile: Profile { Profile((0..<playerCount).map(uniformPolicy)) }

  /// The profile in which the players have swapped places under the game's mirror.
  ///
  /// σ′₁(· | s) = σ₂(· | mirror s) and the other way round. Requires `mirror`.
  public func mirrored(_ profile: Profile) -> Profile {
    guard let mirror else { preconditionFailure("the game declares no mirror") }
    var image = uniformProfile
    for state in 0..<stateCount {
      image[0].setLaw(profile[1].law(at: mirror[state]), at: state)
      image[1].setLaw(profile[0].law(at: mirror[state]), at: state)
    }
    return image
  }

  /// Checks that a profile belongs to this game: a law, within 1e-9, for every player and state.
  ///
  /// - Throws: `GameError` naming the player, the state and the rule.
  public func validate(_ profile: Profile) throws {
    guard profile.policies.count == playerCount else {
      throw GameError(
        "profile", "has \(profile.policies.count) policies for \(playerCount) players")
    }
    for player in 0..<playerCount {
      guard profile[player].offsets == policyOffsets(player) else {
        throw GameError(
          "policy of player \(player + 1)", "does not fit the game's states and actions")
      }
      for state in 0..<stateCount {
        let law = profile[player].law(at: state)
        guard law.allSatisfy({ $0.isFinite && $0 >= -1e-12 }), abs(law.reduce(0, +) - 1) <= 1e-9
        else {
          throw GameError(
            "policy of player \(player + 1) at state \(stateLabels[state])",
            "must be nonnegative and sum to 1, not \(law.reduce(0, +))")
        }
      }
    }
  }
}
