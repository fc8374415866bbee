internal import Environments
internal import Equilibria

/// Figure 6, and the comparative statics of section 6: ladders of capacity and quality.
enum OligopolyRows {
  static let groups = [capacities, statics, quality]

  private static let capacities = ReproductionGroup("capacity competition") { context in
    let games = try [45, 55].map { try PaperModels.game("mfe-capacity", "alpha: \($0)") }
    let found = try games.map { try PaperModels.equilibrium($0) }
    let printed = games.map { PaperModels.printedAlgorithm($0, delta: 1e-3) }
    if let folder = context.folder {
      _ = try Plot.bars(
        "figure-6-capacity",
        zip(["45", "55"], zip(games, found)).map { alpha, rest in
          let law = PaperModels.marginal(rest.1.law, in: rest.0)
          return .init(
            title: "α = \(alpha): average production \(decimal(rest.1.m[0], 3))",
            positions: law.positions, heights: law.heights)
        }, title: "Capacities in equilibrium (Figure 6)", axis: "capacity", folder: folder)
    }
    let counts = printed.map(\.iterations)
    return [
      .figure(
        "average production at α = 45", "Figure 6(a)", printed: "6.798", ours: found[0].m[0],
        otherwise: (.notReproducible, "our equilibrium differs")),
      .figure(
        "average production at α = 55", "Figure 6(b)", printed: "10.117", ours: found[1].m[0],
        note: "the printed algorithm stops at \(ReproductionRow.digits(printed[1].m))",
        otherwise: (.notReproducible, "our equilibrium differs")),
      .claim(
        "capacities are higher where demand is", "Figure 6",
        paper: "higher at α = 55 than at 45", ours: chain(found.map(\.meanState)),
        holds: found[0].meanState < found[1].meanState),
      .claim(
        "outer iterations of Algorithm 1", "section 9.2.1", paper: "typically within 15",
        ours: "\(counts[0]) at α = 45, \(counts[1]) at α = 55",
        holds: counts.allSatisfy { $0 <= 15 },
        note: "value iteration to 1e-4, stopped at |f| ≤ 1e-3"),
    ]
  }

  /// Equilibrium averages over values of one parameter, on the paper's grid of 20 actions and with
  /// continuous actions.
  private static func averages(
    _ parameter: String, _ values: [Double]
  ) throws -> (grid: [Double], continuous: [Double]) {
    (
      try values.map {
        try PaperModels.equilibrium(PaperModels.game("mfe-capacity", "\(parameter): \($0)")).m[0]
      },
      try values.map {
        try PaperModels.equilibrium(PaperModels.ladder("mfe-capacity", "\(parameter): \($0)"))
      }
    )
  }

  private static func trend(
    _ title: String, _ parameter: String, _ values: [Double], falling: Bool, source: String,
    paper: String
  ) throws -> ReproductionRow {
    let (grid, continuous) = try averages(parameter, values)
    return .claim(
      title, source, paper: paper, ours: chain(continuous, falling: falling),
      holds: isMonotone(continuous, falling: falling) && isMonotone(grid, falling: falling),
      note:
        "continuous actions, \(parameter) = \(values.map(ReproductionRow.digits).joined(separator: ", ")); "
        + "on 20 actions \(chain(grid, falling: falling))")
  }

  private static let statics = ReproductionGroup("comparative statics of capacity") { _ in
    [
      try trend(
        "average production rises with demand", "alpha", [40, 45, 50, 55, 60], falling: false,
        source: "Theorem 3(iii)", paper: "rises with α"),
      try trend(
        "average production falls with the slope of demand", "slope", [0.5, 1, 2], falling: true,
        source: "Theorem 3(iii)", paper: "falls with γ"),
      try trend(
        "average production rises with patience", "beta", [0.9, 0.96, 0.98, 0.99], falling: false,
        source: "Theorem 3(iv)", paper: "rises with β"),
    ]
  }

  private static let quality = ReproductionGroup("comparative statics of quality") { _ in
    func averages(_ parameter: String, _ values: [Double]) throws -> [Double] {
      try values.map {
        try PaperModels.equilibrium(
          PaperModels.game("mfe-quality-ladder", "\(parameter): \($0)")
        ).m[0]
      }
    }
    return try [("market", [10.0, 20, 40], "c̃"), ("beta", [0.9, 0.95, 0.98], "β")].map {
      parameter, values, symbol in
      let found = try averages(parameter, values)
      return .claim(
        "quality rises with \(symbol)", "Theorem 3", paper: "rises with \(symbol); no numbers",
        ours: chain(found), holds: isMonotone(found),
        note: "our primitives, the paper giving none; \(parameter) = "
          + values.map(ReproductionRow.digits).joined(separator: ", "))
    }
  }
}
