internal import Environments
internal import Equilibria
internal import Foundation
internal import Synchronization

/// Figures 1, 2, 4 and 5: inventories and the platform's revenue.
enum InventoryRows {
  static let groups = [stocks, revenue]

  private static let stocks = ReproductionGroup("inventories by holding cost") { context in
    let costs = [2.0, 5, 8, 12]
    let games = try costs.map { try PaperModels.game("mfe-inventory", "holding: \($0)") }
    let found = try games.map { try PaperModels.equilibrium($0) }
    let means = found.map(\.meanState)
    let laws = zip(games, found).map { PaperModels.marginal($1.law, in: $0) }
    // First-order dominance, which is more than means that fall.
    let isOrdered = zip(laws, laws.dropFirst()).allSatisfy { low, high in
      var (a, b) = (0.0, 0.0)
      return zip(low.heights, high.heights).allSatisfy { x, y in
        a += x
        b += y
        return b >= a - 1e-12
      }
    }
    if let folder = context.folder {
      _ = try Plot.bars(
        "figure-1-and-4-inventory",
        zip(costs, zip(laws, means)).map { cost, rest in
          .init(
            title: "holding cost \(Int(cost)): mean stock \(decimal(rest.1, 3))",
            positions: rest.0.positions, heights: rest.0.heights)
        }, title: "Inventories in equilibrium (Figures 1 and 4)", axis: "stock", folder: folder)
    }
    return [
      .claim(
        "stocks fall as the holding cost rises (h = 2, 5, 8, 12)", "Figures 1 and 4",
        paper: "inventories are lower at higher holding costs", ours: chain(means, falling: true),
        holds: isMonotone(means, falling: true) && isOrdered,
        note: "mean stocks; each law dominates the next in the first order")
    ]
  }

  private static let fees = [0.3, 0.4, 0.5, 0.6, 0.7]
  private static let costs = (0...12).map(Double.init)

  /// Equilibrium revenue of the platform, `[h][τ]`; nil where no equilibrium exists.
  static func heatMap(_ extra: String, context: ReproductionContext) throws -> [[Double?]] {
    let cells = Mutex<[Result<Double?, any Error>]>(
      Array(repeating: .success(nil), count: fees.count * costs.count))
    forEach(fees.count * costs.count, threads: ProcessInfo.processInfo.activeProcessorCount) { k in
      guard !context.interruption.isRequested else { return }
      let (cost, share) = (costs[k / fees.count], fees[k % fees.count])
      let result = Result { try revenue("holding: \(cost), share: \(share)\(extra)") }
      cells.withLock { $0[k] = result }
    }
    let flat = try cells.withLock { try $0.map { try $0.get() } }
    return costs.indices.map { Array(flat[$0 * fees.count..<($0 + 1) * fees.count]) }
  }

  /// Σ s E[(1 − τ) r min(g, D) + h (g − D)₊] at the equilibrium, if there is one.
  private static func revenue(_ parameters: String) throws -> Double? {
    let game = try PaperModels.game("mfe-inventory", parameters)
    guard let inventory = game as? Inventory,
      let found = try PaperModels.equilibriumIfAny(game), let policy = found.policy
    else { return nil }
    let perRow = inventory.platformRevenue(at: found.m[0])
    return zip(found.law, policy.mean(perRow, in: game.layout)).reduce(0) { $0 + $1.0 * $1.1 }
  }

  private struct Best {
    var value = -Double.infinity
    var cost = 0.0
    var fee = 0.0
    var missing = 0

    init(_ map: [[Double?]]) {
      for (h, row) in map.enumerated() {
        for (t, cell) in row.enumerated() {
          guard let cell else {
            missing += 1
            continue
          }
          if cell > value { (value, cost, fee) = (cell, costs[h], fees[t]) }
        }
      }
    }

    var text: String {
      "\(ReproductionRow.digits(value)) at h = \(Int(cost)), τ = \(ReproductionRow.digits(fee))"
    }
  }

  private static let revenue = ReproductionGroup("the platform's revenue, 6 × 65 equilibria") {
    context in
    let names = ["b = 2, r = 30", "b = 10", "r = 50"]
    let extras = ["", ", backlog: 10", ", price: 50"]
    let maps = try extras.map { try heatMap($0, context: context) }
    let smooth = try extras.map { try heatMap($0 + ", rounding: stochastic", context: context) }
    let best = maps.map(Best.init)
    let smoothBest = smooth.map(Best.init)
    if let folder = context.folder {
      for (rounding, source) in [("half-up", maps), ("stochastic", smooth)] {
        for (figure, (name, cells)) in zip(["2", "5a", "5b"], zip(names, source)) {
          _ = try Plot.heatMap(
            "figure-\(figure)-\(rounding)",
            .init(
              x: fees.map(ReproductionRow.digits), y: costs.map(ReproductionRow.digits),
              cells: cells),
            title: "The platform's revenue, \(name), \(rounding) rounding (Figure \(figure))",
            xAxis: "retailer's share τ", yAxis: "holding cost h", folder: folder)
        }
      }
    }
    let missing = best.map(\.missing)
    return [
      .claim(
        "revenue is largest at a high fee and a low holding cost", "Figure 2",
        paper: "toward the lower left: high 1 − τ, low h", ours: best[0].text,
        holds: best[0].fee == fees.min() && best[0].cost <= 4,
        note: "with stochastic rounding \(smoothBest[0].text); 1 − τ is the fee"),
      .claim(
        "the best holding cost rises with the shortage cost (b = 10)", "Figure 5(a)",
        paper: "the optimal holding cost is higher", ours: best[1].text,
        holds: best[1].cost > best[0].cost,
        note: "with stochastic rounding \(smoothBest[1].text)"),
      .claim(
        "the best holding cost rises with the price (r = 50)", "Figure 5(b)",
        paper: "the optimal holding cost is higher", ours: best[2].text,
        holds: best[2].cost > best[0].cost,
        note: "with stochastic rounding \(smoothBest[2].text)"),
      .claim(
        "all 65 cells of each heat map are equilibria", "Figures 2 and 5",
        paper: "Algorithm 1 computes the equilibrium of each of the 65 pairs",
        ours: "\(missing[0]), \(missing[1]) and \(missing[2]) cells have none",
        holds: missing == [0, 0, 0],
        note:
          "with stochastic rounding \(smoothBest.map { "\($0.missing)" }.joined(separator: ", ")) "
          + "have none",
        otherwise: (
          .notReproducible,
          "rounding demand half up makes Φ jump over the diagonal there; what the paper draws is "
            + "the revenue of the last policy that bisection tried"
        )),
    ]
  }
}
