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

  /// The lowest and highest equilibrium over values of one parameter, with whatever actions `extra`
  /// names.
  private static func statics(
    _ kind: String, _ extra: String, _ parameter: String, _ values: [Double]
  ) throws -> ComparativeStatics {
    let configuration = try MeanFieldConfiguration(
      yaml: "game: {kind: \(kind), parameters: {\(extra)}}", source: kind)
    guard let family = configuration.family as? any MeanFieldFamily.Type else {
      preconditionFailure("\(kind) is a mean-field kind")
    }
    return try ComparativeStatics(
      of: family, parameters: configuration.gameParameters, varying: parameter, over: values
    ) { model in
      switch model {
      case .finite(let game): try MeanFieldEquilibrium().solve(game)
      case .ladder(let ladder): try LadderEquilibrium().solve(ladder)
      }
    }
  }

  /// A trend of the lowest and of the highest equilibrium, which holds only if all were found.
  private static func trend(
    _ title: String, _ kind: String, _ parameter: String, _ values: [Double], falling: Bool = false,
    source: String, paper: String, note: String = "", hasContinuous: Bool = true
  ) throws -> ReproductionRow {
    let grid = try statics(kind, "", parameter, values)
    let smooth = hasContinuous ? try statics(kind, "actions: continuous", parameter, values) : grid
    let wanted: ComparativeStatics.Trend = falling ? .falls : .rises
    let trends = [grid, smooth].flatMap { [$0.lowestTrend, $0.highestTrend] }
    let isComplete = (grid.points + smooth.points).allSatisfy(\.solution.isComplete)
    let isUnique = (grid.points + smooth.points).allSatisfy { $0.lowest == $0.highest }
    func numbers(_ study: ComparativeStatics) -> String {
      chain(study.points.compactMap(\.lowest), falling: falling)
    }
    let on = "\(parameter) = \(values.map(ReproductionRow.digits).joined(separator: ", "))"
    return .claim(
      title, source, paper: paper, ours: numbers(smooth),
      holds: trends.allSatisfy { $0 == wanted } && isComplete,
      note: [
        note, hasContinuous ? "continuous actions, \(on)" : "20 actions, \(on)",
        hasContinuous ? "on 20 actions \(numbers(grid))" : "",
        isUnique
          ? "one equilibrium each, proved, so the lowest is the highest" : "lowest of several",
      ].filter { !$0.isEmpty }.joined(separator: "; "))
  }

  private static let statics = ReproductionGroup("comparative statics of capacity") { _ in
    [
      try trend(
        "average production rises with demand", "mfe-capacity", "alpha", [40, 45, 50, 55, 60],
        source: "Theorem 3(iii)", paper: "lowest and highest rise with α"),
      try trend(
        "average production falls with the slope of demand", "mfe-capacity", "slope", [0.5, 1, 2],
        falling: true, source: "Theorem 3(iii)", paper: "lowest and highest fall with γ"),
      try trend(
        "average production rises with patience", "mfe-capacity", "beta", [0.9, 0.96, 0.98, 0.99],
        source: "Theorem 3(iv)", paper: "lowest and highest rise with β"),
      try truncation(),
    ]
  }

  /// The theorem's ladder has no top; the simulation's ends at 39.
  private static func truncation() throws -> ReproductionRow {
    let caps = [39, 79, 159, 319]
    let found = try caps.map {
      try PaperModels.equilibrium(PaperModels.ladder("mfe-capacity", "alpha: 45, cap: \($0)"))
    }
    return .claim(
      "average production at α = 45 does not hang on where the ladder ends", "sections 6 and 9.2.1",
      paper: "levels 0 to 39 stand for a ladder without a top",
      ours: found.map(ReproductionRow.digits).joined(separator: ", "),
      holds: abs(found[0] - found[3]) < 0.01 * found[3],
      note: "continuous actions, tops 39, 79, 159, 319",
      otherwise: (
        .notReproducible,
        "firms at level 39 cannot grow, and enough of them are there: a higher top moves the figure by "
          + "\(decimal(100 * (found[3] / found[0] - 1), 0))%"
      ))
  }

  private static let quality = ReproductionGroup("comparative statics of quality") { _ in
    let note = "our primitives, the paper giving none"
    return [
      try trend(
        "quality rises with the market c̃", "mfe-quality-ladder", "market", [10, 20, 40],
        source: "Theorem 3(iii)", paper: "lowest and highest rise; no numbers", note: note),
      try trend(
        "quality rises with its weight θ₁", "mfe-quality-ladder", "theta1", [0.4, 0.8, 1.2],
        source: "Theorem 3(iii)", paper: "no numbers", note: note + ", and m itself is Σ(x + 1)^θ₁"),
      try trend(
        "quality rises with β", "mfe-quality-ladder", "beta", [0.9, 0.95, 0.98],
        source: "Theorem 3(iv)", paper: "lowest and highest rise; no numbers", note: note),
      try severalScalars(),
    ]
  }

  /// Algorithm 4 has no example in the paper; the coupled ladder is ours.
  private static func severalScalars() throws -> ReproductionRow {
    let ladder = try PaperModels.ladder("mfe-two-scalars", "")
    let solution = try Broyden().solve(.ladder(ladder))
    let roots = solution.equilibria
    return .claim(
      "Algorithm 4 finds an equilibrium of two scalars", "section 8.3", paper: "no example given",
      ours: roots.map { "(\($0.m.map(ReproductionRow.digits).joined(separator: ", ")))" }
        .joined(separator: " ") + ", certified",
      holds: roots.count == 1 && solution.status == .converged,
      note: "our model: capacity whose cost rises with average investment")
  }
}
