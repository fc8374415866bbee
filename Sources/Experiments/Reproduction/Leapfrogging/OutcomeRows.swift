internal import Environments
internal import Equilibria
internal import Foundation

/// Figure 6: payoffs of all equilibria of five levels, certain improvement by one step and of random
/// size.
enum OutcomeRows {
  static let groups = [pairs]

  private static func draw(
    _ panel: String, _ payoffs: PayoffMultiset, corner: Double, title: String, folder: String
  ) throws {
    let dots = PayoffDot.gathered(payoffs, width: corner)
    var csv = "v1,v2,equilibria,distinct\n"
    for dot in dots { csv += "\(dot.first),\(dot.second),\(dot.equilibria),\(dot.distinct)\n" }
    try writeAtomically(csv, to: "\(folder)/figure-6\(panel).csv")
    _ = try Plot.payoffs(
      dots, corner: corner, axes: ["V1, firm 1 at the apex", "V2, firm 2 at the apex"],
      title: "\(title) (Figure 6\(panel))", to: Plot.Target("figure-6\(panel)", folder: folder))
  }

  private static let pairs = ReproductionGroup("payoffs of n = 5, two technologies") { context in
    let threads = ProcessInfo.processInfo.activeProcessorCount
    let interruption = context.interruption
    let games = [try PaperDuopolies.game(5), try PaperDuopolies.randomSize(5)]
    let runs = try games.map { game in
      try timed {
        try game.countEquilibria(threads: threads, isCancelled: { interruption.isRequested })
      }
    }
    let tallies = runs.map(\.result.tally)
    let planners = games.map { $0.plannerValue() }
    if let folder = context.folder, !interruption.isRequested {
      for (index, name) in ["one step down", "steps of random size"].enumerated() {
        let (count, distinct) = (tallies[index].count, tallies[index].payoffs.count)
        try draw(
          ["a", "b"][index], tallies[index].payoffs, corner: planners[index],
          title: "\(name): \(grouped(count)) equilibria, \(grouped(distinct)) payoff pairs",
          folder: folder)
      }
    }
    let counts = tallies.map(\.count)
    let distinct = tallies.map(\.payoffs.count)
    let isInside = zip(tallies, planners).allSatisfy { tally, planner in
      tally.payoffs.entries.allSatisfy {
        $0.first >= -1 && $0.second >= -1
          && Double($0.first + $0.second) * tally.payoffs.unit <= planner * (1 + 1e-9) + 2e-7
      }
    }
    let corners = zip(tallies, planners).map { tally, planner -> [UInt128] in
      let best = Int64((planner / tally.payoffs.unit).rounded())
      return [(best, 0), (0, best), (Int64(0), Int64(0))].map { first, second in
        tally.payoffs.entries.reduce(0) {
          abs($1.first - first) <= 1 && abs($1.second - second) <= 1 ? $0 + $1.count : $0
        }
      }
    }
    let random =
      "improvement of random size, Beta(1.8, 0.4) of the present cost, every period; that "
    return [
      .claim(
        "equilibria with five levels, one step down (a) and random size (b)",
        "section 4.3, Figure 6",
        paper: "around 200 million in each of the two versions",
        ours: counts.map { grouped($0) }.joined(separator: " and "),
        holds: counts.allSatisfy { $0 > 150_000_000 && $0 < 250_000_000 },
        note: random + "this is panel (b)'s technology is inferred from the authors' programs; "
          + runs.map { shortTime($0.seconds) }.joined(separator: " and ") + ", without visiting"),
      .claim(
        "distinct payoffs, (a) and (b)", "section 4.3, Figure 6",
        paper: "much larger under stochastic technological improvement",
        ours: distinct.map { grouped($0) }.joined(separator: " and ") + " to 1e-7",
        holds: distinct[1] > 10 * distinct[0]),
      .claim(
        "payoffs fill a triangle", "Figure 6",
        paper: "a triangle with corners at zero and monopoly",
        ours: "V1, V2 ≥ 0 and V1 + V2 ≤ W = "
          + planners.map { ReproductionRow.digits($0) }.joined(separator: " and ")
          + "; equilibria at (W, 0), (0, W), (0, 0): "
          + corners.map { $0.map { grouped($0) }.joined(separator: ", ") }
          .joined(separator: " and "),
        holds: isInside && corners.allSatisfy { $0.allSatisfy { $0 > 0 } },
        note: "W is the value of one owner of both firms"),
    ]
  }
}
