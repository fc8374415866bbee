public import Environments

extension StochasticGame {
  /// The stage game at a state: what each joint action is worth when play goes on as valued.
  ///
  /// Uᵢ(a) = uᵢ(s, a) + δᵢ Σ c(s, a, s′) Vᵢ(s′), with c the transition probability times the row's
  /// growth factor (Shapley 1953, "Stochastic games", PNAS 39, for zero-sum games).
  ///
  /// - Parameter values: continuation values `[player][state]`; zeros make it the game of one period.
  /// - Returns: `[row of the state × player]`.
  /// - Complexity: one pass over the state's transitions for each player.
  public func stagePayoffs(at state: Int, continuation values: [[Double]]) -> [Double] {
    let players = playerCount
    let rows = jointOffsets[state]..<jointOffsets[state + 1]
    var stage = [Double](repeating: 0, count: rows.count * players)
    for row in rows {
      for player in 0..<players {
        var future = 0.0
        for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
          future += continuations[entry] * values[player][Int(nextStates[entry])]
        }
        stage[(row - rows.lowerBound) * players + player] =
          payoff(player, row: row) + discounts[player] * future
      }
    }
    return stage
  }
}
