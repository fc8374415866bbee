extension ComputeRace: PathStudyGame {
  /// The gap, the lead, training, compute, its price R(T), what each firm pays for it, R(T) xᵢ²/2, and
  /// utilisation T/Q.
  public func pathQuantities(in game: StochasticGame) throws -> [PathQuantity] {
    guard game.playerCount == 2, game.stateCount == grid,
      game.actionCounts.allSatisfy({ $0 == actions })
    else {
      throw GameError(
        "game", "is not this race's: needs 2 players, \(grid) gaps, \(actions) levels")
    }
    func used(_ joint: [Int]) -> Double {
      let (own, rival) = (training(joint[0]), training(joint[1]))
      return own * own / 2 + rival * rival / 2
    }
    let firms = 0..<2
    return [
      game.quantity("gap", unit: "capability") { state, _ in gap(state) },
      game.quantity("lead", unit: "capability") { state, _ in abs(gap(state)) },
    ]
      + firms.map { firm in
        game.quantity("training/\(firm + 1)", unit: "capability per period") { training($1[firm]) }
      } + [
        game.quantity("compute_price", unit: "money per unit of compute") { rent(used($1)) }
      ]
      + firms.map { firm in
        game.quantity("compute_rent/\(firm + 1)", unit: "money per period") { _, joint in
          let own = training(joint[firm])
          return rent(used(joint)) * own * own / 2
        }
      } + [
        game.quantity("compute_rent", unit: "money per period") { rent(used($1)) * used($1) },
        game.quantity("utilisation") { used($1) / capacity },
      ]
  }

  /// Leads of either firm, leads of a quarter of the range or more, and parity.
  public func pathEvents(in game: StochasticGame) throws -> [PathEvent] {
    let gaps = (0..<grid).map(gap)
    let large = gapMax / 4
    return [
      PathEvent("lead/1", "firm 1 ahead", states: gaps.map { $0 > 0 }),
      PathEvent("lead/2", "firm 2 ahead", states: gaps.map { $0 < 0 }),
      PathEvent(
        "large_lead", "either firm ahead by at least \(compactDecimal(large))",
        states: gaps.map { abs($0) >= large }),
      PathEvent("parity", "nobody ahead", states: gaps.map { $0 == 0 }),
    ]
  }
}
