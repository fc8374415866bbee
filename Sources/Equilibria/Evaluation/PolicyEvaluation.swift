public import Environments

extension StochasticGame {
  /// What a profile is worth to every player at every state, exactly.
  ///
  /// Solves (I − δᵢ C_σ) Vᵢ = uᵢ,σ for each player by a direct method, with C_σ the transition law
  /// under the profile (times growth) and uᵢ,σ the expected payoff.
  ///
  /// - Returns: `[player][state]`.
  /// - Complexity: one pass over the played rows and N linear solves of S unknowns.
  /// - Throws: `GameError` if the profile does not fit; `NumericalError` if a solve fails.
  public func values(of profile: Profile) throws -> [[Double]] {
    try validate(profile)
    return try (0..<playerCount).map { try values(of: profile, to: $0) }
  }

  private func values(of profile: Profile, to player: Int) throws -> [Double] {
    var chain = DiscountedChain(states: stateCount, discount: discounts[player])
    var current = 0
    var reward = 0.0
    forEachRow(weightedBy: profile) { state, row, _, weight in
      if state != current {
        chain.endRow(reward: reward)
        current = state
        reward = 0
      }
      reward += weight * payoffs[row * playerCount + player]
      if isTerminal[state] { return }
      for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
        chain.add(Int(nextStates[entry]), weight * continuations[entry])
      }
    }
    chain.endRow(reward: reward)
    return try chain.values()
  }

  /// The transition law under a profile, dense `[state × state]`, rows summing to 1.
  public func transitionMatrix(under profile: Profile) -> [Double] {
    var matrix = [Double](repeating: 0, count: stateCount * stateCount)
    forEachRow(weightedBy: profile) { state, row, _, weight in
      for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
        matrix[state * stateCount + Int(nextStates[entry])] += weight * probabilities[entry]
      }
    }
    return matrix
  }
}
