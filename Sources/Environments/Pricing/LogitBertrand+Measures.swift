extension LogitBertrand: MeasuredGame {
  /// Is a price cut punished, and does the price come back?
  public var departureQuantity: String? { "price" }

  /// The solved prices of joint monopoly and of Bertrand competition.
  public func departureLevels() throws -> [(name: String, value: Double)] {
    let solved = try benchmarks()
    return [("joint monopoly", solved.monopoly), ("Bertrand-Nash", solved.nash)]
  }

  /// `profit_gain`, `price_mean` and `profit_mean`, each over firms and firm by firm.
  public var measureNames: [String] {
    ["profit_gain", "price_mean", "profit_mean"].flatMap { name in
      [name] + (1...firms).map { "\(name)/\($0)" }
    }
  }

  /// Means of play: Δᵢ = (π̄ᵢ − π^N)/(π^M − π^N), prices, and profits per period (Calvano et al. 2020).
  /// Without a firm's number: the mean over firms, which for the gain is the gain of
  /// the mean profit.
  public func measures(of play: RowLaw, in game: StochasticGame) throws -> [Double] {
    let joint = (0..<firms).reduce(1) { count, _ in count * prices }
    guard game.playerCount == firms, game.stateCount == (memory == 0 ? 1 : joint),
      game.actionCounts.allSatisfy({ $0 == prices })
    else {
      throw GameError(
        "game", "is not this market's: needs \(firms) firms with \(prices) prices each")
    }
    let solved = try benchmarks()
    let grid = try grid(solved)
    var price = [Double](repeating: 0, count: firms)
    for entry in play.entries {
      let chosen = game.jointAction(ofRow: entry.row, at: entry.state)
      for firm in 0..<firms { price[firm] += entry.probability * grid[chosen[firm]] }
    }
    let profit = (0..<firms).map { play.meanPayoff($0, in: game) }
    func group(_ values: [Double]) -> [Double] { [values.reduce(0, +) / Double(firms)] + values }
    return group(profit.map(solved.profitGain)) + group(price) + group(profit)
  }
}
