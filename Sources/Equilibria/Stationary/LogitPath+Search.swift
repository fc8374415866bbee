public import Environments
import Statistics

extension LogitPath {
  /// Looks for several equilibria: follows the path from `starts` pseudo-random profiles.
  ///
  /// Each start plays, at every player and state, one drawn action with probability 0.6 on top of
  /// the uniform law's remaining 0.4. Results that certify are kept, one per vector of values
  /// (within 1e-6 of the payoff range), in order of discovery. With `imposesSymmetry` off, mirror
  /// images count as two. Finding nothing new proves nothing: this is a search, not an enumeration.
  /// `EquilibriumSearch` adds other methods, and merges by play instead of values.
  ///
  /// Every start is one path, without retries and confirmation; `maximumSteps` and `timeLimit` hold
  /// for each. Start k draws from the stream (`seed`, `StreamRole.solver`, k).
  public func search(_ game: StochasticGame, starts: Int, seed: UInt64) throws -> [LogitPathResult]
  {
    let solver = singleAttempt
    var found: [LogitPathResult] = []
    let tolerance = 1e-6 * (1 + game.payoffRange)
    for index in 0..<starts {
      let start = game.drawnStart(seed: seed, index: index, everywhereAlike: false)
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

  /// The same without retries and confirmation.
  var singleAttempt: LogitPath {
    var solver = self
    solver.configuration.retries = false
    solver.configuration.confirms = false
    return solver
  }
}

extension StochasticGame {
  /// A pseudo-random interior profile: at every player and state 0.6 on one action, on top of 0.4 of
  /// the uniform law. The action is drawn for each state, or, `everywhereAlike`, once for a player as
  /// a share of the number of actions.
  func drawnStart(seed: UInt64, index: Int, everywhereAlike: Bool) -> Profile {
    var stream = RandomStream(seed: seed, role: .solver, index: index)
    var start = uniformProfile
    for player in 0..<playerCount {
      var draw = stream.uniform()
      for state in 0..<stateCount {
        if state > 0, !everywhereAlike { draw = stream.uniform() }
        let count = actionCount(player, at: state)
        let drawn = min(Int(draw * Double(count)), count - 1)
        let law = (0..<count).map { ($0 == drawn ? 0.6 : 0) + 0.4 / Double(count) }
        start[player].setLaw(law, at: state)
      }
    }
    return start
  }
}
