public import Environments

extension StochasticGame {
  /// How much of a player's discounted future is spent deciding at each state.
  ///
  /// μᵢ(s) = Σₜ δᵢᵗ Pr(sₜ = s) / Σ over s′ of the same, under `profile` from the game's initial law;
  /// with δᵢ < 1 and no terminal state this is (1 − δᵢ) Σₜ δᵢᵗ Pr(sₜ = s) (Puterman 1994, section
  /// 6.9, up to the factor). Terminal states are left out, as nothing is decided there, so μᵢ weighs
  /// decisions only. At δᵢ = 0 it is the initial law. Players with different discounts weigh the
  /// same play differently: each has a μᵢ of its own. Growth factors do not enter: these are visits.
  ///
  /// Solves m = ν + δᵢ P′ m over the states in which play goes on.
  ///
  /// - Returns: one entry per state, summing to 1; all zero if play starts at an end.
  /// - Complexity: one pass over the played rows and a linear solve of S unknowns.
  /// - Throws: `GameError` if the profile does not fit; `NumericalError` if the solve fails.
  public func discountedOccupancy(of profile: Profile, for player: Int) throws -> [Double] {
    try validate(profile)
    var arrivals = [[(state: Int, weight: Double)]](repeating: [], count: stateCount)
    forEachRow(weightedBy: profile) { state, row, _, weight in
      if isTerminal[state] { return }
      for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
        let next = Int(nextStates[entry])
        if !isTerminal[next] { arrivals[next].append((state, weight * probabilities[entry])) }
      }
    }
    var chain = DiscountedChain(states: stateCount, discount: discounts[player])
    for state in 0..<stateCount {
      for arrival in arrivals[state] { chain.add(arrival.state, arrival.weight) }
      chain.endRow(reward: isTerminal[state] ? 0 : initial[state])
    }
    let visits = try chain.values().map { max(0, $0) }
    let total = visits.reduce(0, +)
    return total > 0 ? visits.map { $0 / total } : visits
  }

  /// `discountedOccupancy(of:for:)` of every player, `[player][state]`; players with equal
  /// discounts share one solve.
  public func discountedOccupancies(of profile: Profile) throws -> [[Double]] {
    var known: [(discount: Double, occupancy: [Double])] = []
    return try (0..<playerCount).map { player in
      if let found = known.first(where: { $0.discount == discounts[player] }) {
        return found.occupancy
      }
      let occupancy = try discountedOccupancy(of: profile, for: player)
      known.append((discounts[player], occupancy))
      return occupancy
    }
  }
}

extension Certificate {
  /// NashConv on the path of play: Σᵢ Σₛ μᵢ(s) (deviation gain of i at s), with μᵢ the profile's
  /// own discounted occupancy.
  ///
  /// - Parameter occupancies: `[player][state]`, from `StochasticGame.discountedOccupancies(of:)`.
  public func nashConv(onPath occupancies: [[Double]]) -> Double {
    precondition(occupancies.count == deviationGains.count, "one occupancy per player")
    var sum = 0.0
    for (law, gains) in zip(occupancies, deviationGains) {
      sum += zip(law, gains).reduce(0) { $0 + $1.0 * $1.1 }
    }
    return sum
  }
}
