internal import Environments
internal import Equilibria

/// Figures 7 and 8: ridesharing and reputation.
enum MarketRows {
  static let groups = [rides, scores]

  private static let rides = ReproductionGroup("ridesharing") { context in
    let payoffs = [5.0, 10]
    let games = try payoffs.map {
      try PaperModels.game("mfe-ridesharing", "payoffs: [1, 1.3, \($0)]")
    }
    let found = try games.map { try PaperModels.equilibrium($0) }
    // Requests that an available driver accepts: rows of two actions, of which the later accepts.
    let accepted = zip(games, found).map { game, crossing -> [Int] in
      let layout = game.layout
      return (0..<layout.stateCount).compactMap { state in
        let rows = layout.rows(of: state)
        guard rows.count == 2, let policy = crossing.policy,
          policy.weights[rows.upperBound - 1] > 0.5
        else { return nil }
        return Int(layout.coordinates[state][1])
      }
    }
    if let folder = context.folder {
      _ = try Plot.bars(
        "figure-7-ridesharing",
        zip(payoffs, zip(games, found)).map { payoff, rest in
          let law = PaperModels.marginal(rest.1.law, in: rest.0)
          return .init(
            title: "long trips pay \(Int(payoff)): \(decimal(100 * rest.1.m[0], 1))% available",
            positions: law.positions, heights: law.heights)
        }, title: "Drivers in equilibrium (Figure 7)", axis: "periods left on the trip",
        folder: folder)
    }
    let available = found.map { $0.m[0] }
    func list(_ types: [Int]) -> String { types.map { "\($0)" }.joined(separator: ", ") }
    return [
      .claim(
        "long trips pay 5: drivers accept every request", "Figure 7(a)",
        paper: "all requests accepted", ours: "types \(list(accepted[0])) accepted",
        holds: accepted[0] == [1, 2, 3],
        note: "availability \(ReproductionRow.digits(available[0])) = 1/2"),
      .claim(
        "long trips pay 10: drivers reject the middle type", "Figure 7(b)",
        paper: "type 2 rejected", ours: "types \(list(accepted[1])) accepted",
        holds: accepted[1] == [1, 3],
        note: "availability \(ReproductionRow.digits(available[1])) = 3/4"),
      .claim(
        "availability rises with the payoff of long trips", "section 7.1, Figure 7",
        paper: "lower availability in 7(a)", ours: chain(available),
        holds: available[0] < available[1]),
      .claim(
        "and requests become rarer", "section 7.1", paper: "the request probability falls",
        ours: chain(available.map { 1 - $0 }, falling: true),
        holds: 1 - available[0] > 1 - available[1]),
    ]
  }

  private static let scores = ReproductionGroup("reputation") { context in
    let costs = [0.1, 0.25, 0.4, 0.55]
    let rules = ["half-down", "half-up", "half-even"]
    var means: [[Double]] = []
    var panels: [Plot.BarPanel] = []
    for rule in rules {
      means.append(
        try costs.map { cost in
          let game = try PaperModels.game(
            "mfe-reputation", "effort_cost: \(cost), ties: \(rule)")
          let found = try PaperModels.equilibrium(game)
          if rule == rules[0] {
            let law = PaperModels.marginal(found.law, in: game)
            panels.append(
              .init(
                title:
                  "cost \(ReproductionRow.digits(cost)): mean score \(decimal(found.meanState, 3))",
                positions: law.positions, heights: law.heights))
          }
          return found.meanState
        })
    }
    if let folder = context.folder {
      _ = try Plot.bars(
        "figure-8-reputation", panels, title: "Scores in equilibrium, ties down (Figure 8)",
        axis: "score", folder: folder)
    }
    return [
      .claim(
        "scores fall as investment costs more (0.1, 0.25, 0.4, 0.55)", "Figure 8",
        paper: "equilibrium rankings are lower", ours: chain(means[0], falling: true),
        holds: means.allSatisfy { isMonotone($0, falling: true) },
        note: "ties rounded down; up: \(chain(means[1], falling: true)); to even: "
          + chain(means[2], falling: true))
    ]
  }
}
