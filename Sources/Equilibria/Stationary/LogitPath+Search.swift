public import Environments

extension LogitPath {
  /// Looks for several equilibria: follows the path from `starts` pseudo-random profiles.
  ///
  /// Each start plays, at every player and state, one drawn action with probability 0.6 on top of
  /// the uniform law's remaining 0.4. Results that certify are kept, one per vector of values
  /// (within 1e-6 of the payoff range), in order of discovery. With `imposesSymmetry` off, mirror
  /// images count as two. Finding nothing new proves nothing: this is a search, not an enumeration.
  ///
  /// Every start is one path, without retries and confirmation; `maximumSteps` and `timeLimit` hold
  /// for each.
  public func search(_ game: StochasticGame, starts: Int, seed: UInt64) throws -> [LogitPathResult]
  {
    var solver = self
    solver.configuration.retries = false
    solver.configuration.confirms = false
    var bits = SplitMix(state: seed)
    var found: [LogitPathResult] = []
    let tolerance = 1e-6 * (1 + game.payoffRange)
    for _ in 0..<starts {
      var start = game.uniformProfile
      for player in 0..<game.playerCount {
        for state in 0..<game.stateCount {
          let count = game.actionCount(player, at: state)
          let drawn = min(Int(bits.uniform() * Double(count)), count - 1)
          let law = (0..<count).map { ($0 == drawn ? 0.6 : 0) + 0.4 / Double(count) }
          start[player].setLaw(law, at: state)
        }
      }
      let result = try solver.solve(game, from: start)
      if result.solution.status == .interrupted { break }
      guard result.solution.status == .converged else { continue }
      let known = found.contains {
        largestDifference($0.solution.values, result.solution.values) <= tolerance
      }
      if !known { found.append(result) }
    }
    return found
  }
}

/// SplitMix64 (Steele, Lea and Flood 2014): fixed draws for tilts and starts.
struct SplitMix {
  var state: UInt64

  /// The next draw, uniform on [0, 1) in steps of 2⁻⁵³.
  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return Double(bits >> 11) * 0x1p-53
  }
}
