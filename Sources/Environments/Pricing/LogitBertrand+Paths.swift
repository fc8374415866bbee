extension LogitBertrand: PathStudyGame {
  /// Prices, and the gain of the mean profit over the one-shot Nash profit in units of what monopoly
  /// would gain.
  public func pathQuantities(in game: StochasticGame) throws -> [PathQuantity] {
    let solved = try benchmarks()
    let grid = try grid(solved)
    let profits = game.payoffQuantities.map(\.values)
    let mean = (0..<game.rowCount).map { row in
      profits.reduce(0) { $0 + $1[row] } / Double(firms)
    }
    return (0..<firms).map { firm in
      game.quantity("price/\(firm + 1)") { grid[$1[firm]] }
    } + [PathQuantity("profit_gain", values: mean.map(solved.profitGain))]
  }

  /// None: what to wait for is the user's to say.
  public func pathEvents(in game: StochasticGame) throws -> [PathEvent] { [] }
}
