extension ComputeRace: MeasuredGame {
  /// Training per firm, the price of compute, both leads and utilisation.
  public var measureNames: [String] {
    ["training_mean/1", "training_mean/2", "compute_price", "gap_mean", "lead_mean", "utilisation"]
  }

  /// Means of play: E[xᵢ] in capability per period, E[R(T)] in money per unit of compute (the price
  /// being convex, not R(E[T])), E[g] and E|g| in capability, and E[T]/Q.
  public func measures(of play: RowLaw, in game: StochasticGame) throws -> [Double] {
    guard game.playerCount == 2, game.stateCount == grid,
      game.actionCounts.allSatisfy({ $0 == actions })
    else {
      throw GameError(
        "game", "is not this race's: needs 2 players, \(grid) gaps, \(actions) levels")
    }
    var training = [0.0, 0.0]
    var (price, used, signed, lead) = (0.0, 0.0, 0.0, 0.0)
    for entry in play.entries {
      let chosen = game.jointAction(ofRow: entry.row, at: entry.state).map(self.training)
      let compute = chosen[0] * chosen[0] / 2 + chosen[1] * chosen[1] / 2
      for firm in 0..<2 { training[firm] += entry.probability * chosen[firm] }
      price += entry.probability * rent(compute)
      used += entry.probability * compute
      signed += entry.probability * gap(entry.state)
      lead += entry.probability * abs(gap(entry.state))
    }
    return training + [price, signed, lead, used / capacity]
  }
}
