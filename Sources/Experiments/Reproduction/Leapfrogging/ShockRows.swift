internal import Environments
internal import Equilibria
internal import Foundation
internal import Synchronization

/// Figure 7 and footnote 9: what private shocks do to the set of equilibria.
enum ShockRows {
  static let groups = [small, correspondence]

  /// Directed distance of sets of payoff pairs: how far the pair of `a` that is farthest is from `b`.
  static func distance(_ a: PayoffMultiset, to b: PayoffMultiset) -> Double {
    let pairs = b.entries
    return a.entries.reduce(0) { largest, entry in
      let nearest = pairs.reduce(Double.infinity) { best, other in
        min(
          best,
          max(
            abs(Double(entry.first - other.first)), abs(Double(entry.second - other.second))))
      }
      return max(largest, nearest * a.unit)
    }
  }

  private static let small = ReproductionGroup("small shocks") { _ in
    let scales = [1, 0.3, 0.1, 0.02, 0.002, 0]
    let tallies = try scales.map { scale in
      try PaperDuopolies.game(3, eta: scale) { _ in 0.3 }.enumerateEquilibria(threads: 1).tally
    }
    let counts = tallies.map(\.count)
    let limit = tallies.last!.payoffs
    let distances = tallies[2..<5].map {
      max(distance($0.payoffs, to: limit), distance(limit, to: $0.payoffs))
    }
    let pairs = try [0.003, 0.01, 0.02, 0.05].map { scale in
      try PaperDuopolies.game(4, k0: 8, k1: 0.9, beta: 0.95, eta: scale, moves: .alternating) { _ in
        0.5
      }.enumerateEquilibria(threads: 1).tally
    }
    func text(_ counts: [UInt128], _ scales: [Double]) -> String {
      zip(counts, scales).map { "\(grouped($0)) at η = \(ReproductionRow.digits($1))" }
        .joined(separator: ", ")
    }
    return [
      .claim(
        "as shocks vanish, the equilibria become those without", "appendix B.6",
        paper: "the set of equilibria converges as η falls to 0", ours: text(counts, scales),
        holds: counts[3] == counts[5] && counts[4] == counts[5]
          && isMonotone(distances, falling: true) && distances[2] < 0.05,
        note: "n = 3, no improvement with chance 0.3; largest distance of a payoff pair from the "
          + "nearest of the other set at η = 0.1, 0.02, 0.002: "
          + chain(distances, falling: true)),
      .claim(
        "numerical errors for η near 0", "footnote 9", paper: "the method is prone to them",
        ours: "every count odd, none lost: \(grouped(counts[4])) at η = 0.002",
        holds: tallies.allSatisfy { $0.count % 2 == 1 && $0.firstDegenerate == nil },
        note:
          "fixed points are bracketed, with samples at 10^−k from both ends and around every step"
      ),
      .claim(
        "equilibria disappear in pairs as shocks grow", "section 5", paper: "numerous bifurcations",
        ours: text(pairs.map(\.count), [0.003, 0.01, 0.02, 0.05]),
        holds: isMonotone(pairs.map { Double($0.count) }, falling: true) && pairs[0].count > 1
          && pairs.allSatisfy { $0.count % 2 == 1 },
        note:
          "alternating moves, n = 4, K = 8/(1 + 0.9 c), β = 0.95, no improvement with chance 0.5"),
    ]
  }

  /// Where the correspondence is looked at.
  static func scales(isQuick: Bool) -> [Double] {
    let count = isQuick ? 30 : 150
    return (0...count).map { 1.5 * Double($0) / Double(count) }
  }

  /// The equilibria's payoffs at each scale of shocks.
  private static func tallies(
    _ scales: [Double], context: ReproductionContext
  ) throws -> [EquilibriumTally] {
    let results = Mutex<[Result<EquilibriumTally, any Error>?]>(
      Array(repeating: nil, count: scales.count))
    let interruption = context.interruption
    forEach(scales.count, threads: ProcessInfo.processInfo.activeProcessorCount) { index in
      let result = Result {
        try PaperDuopolies.correspondence(eta: scales[index]).countEquilibria(
          threads: 1, isCancelled: { interruption.isRequested }
        ).tally
      }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.map { try $0!.get() } }
  }

  private static let correspondence = ReproductionGroup("the correspondence in η") { context in
    let scales = scales(isQuick: context.isQuick)
    let tallies = try tallies(scales, context: context)
    if let folder = context.folder, !context.interruption.isRequested {
      var csv = "eta,v1,equilibria\n"
      for (scale, tally) in zip(scales, tallies) {
        for entry in tally.payoffs.entries {
          csv += "\(scale),\(Double(entry.first) * tally.payoffs.unit),\(entry.count)\n"
        }
      }
      try writeAtomically(csv, to: "\(folder)/figure-7.csv")
      _ = try Plot.correspondence(
        "figure-7",
        zip(scales, tallies).flatMap { scale, tally in
          tally.payoffs.entries.map { (scale, Double($0.first) * tally.payoffs.unit) }
        }, counts: zip(scales, tallies).map { ($0, Double($1.count)) },
        title: "Payoffs of firm 1 in every equilibrium, alternating moves (Figure 7)",
        folder: folder)
    }
    let counts = tallies.map(\.count)
    let alone = counts.lastIndex { $0 > 1 }.map { $0 + 1 } ?? 0
    let changes = zip(counts, counts.dropFirst()).count { $0 != $1 }
    let shown = [0.0, 0.1, 0.2, 0.5, 1, 1.5].compactMap { scale in
      scales.firstIndex { abs($0 - scale) < 1e-9 }
    }
    let isWhole = tallies.allSatisfy { $0.firstDegenerate == nil }
    return [
      .claim(
        "the equilibrium correspondence of the alternating game", "Figure 7, section 5",
        paper: "many equilibria with small shocks, numerous bifurcations, one with large",
        ours: shown.map { "\(grouped(counts[$0])) at η = \(ReproductionRow.digits(scales[$0]))" }
          .joined(separator: ", "),
        holds: counts[0] > 1000 && alone < counts.count && changes >= 5,
        note:
          "K = 5, n = 5, chance c/(1 + c) of improvement, strict turns; one equilibrium from η = "
          + (alone < scales.count ? ReproductionRow.digits(scales[alone]) : "beyond 1.5")
          + " on; the parameters are inferred from the authors' programs"
          + (isWhole ? "" : "; an even number of stage equilibria was met at some η"))
    ]
  }
}
