internal import Environments
internal import Equilibria
internal import Foundation
internal import Statistics

extension StreamRole {
  /// Which equilibria of a large game are verified.
  fileprivate static let equilibriumSample = StreamRole(rawValue: "equilibrium-sample")
}

/// Claims in words: stage games, verification, symmetric and monopoly equilibria, alternating moves.
enum StructureRows {
  static let groups = [stageGames, verification, symmetry, turns]

  private static let stageGames = ReproductionGroup("equilibria of stage games") { _ in
    let five = try PaperDuopolies.game(3, k0: 1, k1: 10) { 1 / (1 + 0.05 * $0) }
    var seen: Set<Int> = []
    var count = 0
    try five.forEachEquilibrium { found in
      seen.formUnion(found.bases)
      count += 1
      return true
    }
    // In the baseline, where a stage game has three equilibria and a pure one is selected.
    var (pure, against) = (0, 0)
    try PaperDuopolies.game(3).forEachEquilibrium { found in
      for (point, base) in found.bases.enumerated() where base > 1 {
        let p = found.probabilities[point]
        guard p.allSatisfy({ $0 == 0 || $0 == 1 }) else { continue }
        pure += 1
        if p[0] != p[1] { against += 1 }
      }
      return true
    }
    return [
      .claim(
        "equilibria of a stage game", "abstract", paper: "typically one, three or five",
        ours: seen.sorted().map { "\($0)" }.joined(separator: ", "), holds: seen == [1, 3, 5],
        note: "K = 1/(1 + 10 c), π(c|c) = 1/(1 + 0.05 c), n = 3: \(count) equilibria; five need "
          + "improvement that may fail"),
      .claim(
        "stage games are anti-coordination games", "abstract",
        paper: "one firm invests and the other does not",
        ours: "\(grouped(against)) of \(grouped(pure)) pure selections", holds: against == pure,
        note: "baseline, n = 3, stage games with three equilibria"),
    ]
  }

  private static let verification = ReproductionGroup("every equilibrium verified") { context in
    var (largest, count) = (0.0, 0)
    let three = try PaperDuopolies.game(3)
    try three.forEachEquilibrium { found in
      largest = max(largest, try LeapfroggingCertificate(three, found.probabilities).largestGain)
      count += 1
      return true
    }
    // Seed and size chosen before the first run.
    let five = try PaperDuopolies.game(5)
    var stream = RandomStream(seed: 20_261_122, role: .equilibriumSample)
    let sample = context.isQuick ? 100 : 1000
    var sampled = 0.0
    for _ in 0..<sample where !context.interruption.isRequested {
      let found = try five.randomEquilibrium { min($0 - 1, Int(stream.uniform() * Double($0))) }
      sampled = max(sampled, try LeapfroggingCertificate(five, found.probabilities).largestGain)
    }
    return [
      .claim(
        "what is found is a Markov perfect equilibrium", "Theorems 5 and 7",
        paper: "every string gives one",
        ours: "largest gain of a deviation \(tableNumber(max(largest, 0))) over all \(count) of "
          + "n = 3, \(tableNumber(max(sampled, 0))) over \(grouped(sample)) of n = 5",
        holds: largest < 1e-9 && sampled < 1e-9 && count == 127,
        note: "values from one linear system over the whole game, deviations of one shot at every "
          + "state; the sample is of random descents")
    ]
  }

  private static let symmetry = ReproductionGroup("symmetric and efficient equilibria") { _ in
    let game = try PaperDuopolies.game(3)
    let space = LeapfroggingPoints(levels: 3)
    let planner = game.plannerValue()
    func isSymmetric(_ p: [[Double]], _ space: LeapfroggingPoints) -> Bool {
      p.indices.allSatisfy { abs(p[$0][0] - p[space.mirror($0)][1]) < 1e-9 }
    }
    func isPure(_ p: [[Double]]) -> Bool { p.allSatisfy { $0.allSatisfy { $0 == 0 || $0 == 1 } } }
    var symmetric: [Double] = []
    var (pureSymmetric, pure, efficient) = (0, 0, 0)
    var others = 0.0
    var monopoly: [Double] = []
    try game.forEachEquilibrium { found in
      let p = found.probabilities
      let judged = try LeapfroggingCertificate(game, p)
      let efficiency = judged.surplus[space.apex] / planner
      if isPure(p) { pure += 1 }
      if efficiency > 1 - 1e-9 { efficient += 1 }
      if isSymmetric(p, space) {
        symmetric.append(efficiency)
        if isPure(p) { pureSymmetric += 1 }
      } else {
        others += efficiency
      }
      if max(judged.values[0][space.apex], judged.values[1][space.apex]) > planner - 1e-7 {
        monopoly.append(efficiency)
      }
      return true
    }
    let four = LeapfroggingPoints(levels: 4)
    var (count, alike) = (0, 0)
    try PaperDuopolies.game(4).forEachEquilibrium { found in
      count += 1
      if isSymmetric(found.probabilities, four) { alike += 1 }
      return true
    }
    symmetric.sort()
    let mean = others / Double(127 - symmetric.count)
    return [
      .claim(
        "symmetric equilibria", "introduction", paper: "only a small fraction of all",
        ours: "\(symmetric.count) of 127 (n = 3), \(alike) of \(grouped(count)) (n = 4)",
        holds: symmetric.count * 20 < 127 && alike * 100 < count && !symmetric.isEmpty),
      .claim(
        "what they are like", "introduction",
        paper: "generally inefficient mixed strategy equilibria",
        ours: "n = 3: \(symmetric.count - pureSymmetric) of \(symmetric.count) mixed, efficiency "
          + symmetric.map { decimal($0, 4) }.joined(separator: ", ") + "; mean of the others "
          + decimal(mean, 4),
        holds: pureSymmetric == 0 && symmetric.allSatisfy { $0 < 1 - 1e-6 },
        note: "efficiency: surplus less outlays over the planner's W; \(pure) of 127 are pure, "
          + "\(efficient) fully efficient"),
      .claim(
        "monopoly equilibria", "introduction",
        paper: "asymmetric monopoly equilibria exist with simultaneous moves",
        ours:
          "n = 3: \(monopoly.count) of 127 give one firm W = \(ReproductionRow.digits(planner))",
        holds: !monopoly.isEmpty && monopoly.allSatisfy { $0 > 1 - 1e-9 }),
    ]
  }

  private static let turns = ReproductionGroup("alternating moves") { _ in
    var counts: [UInt128] = []
    var monopolies: [Int] = []
    var (zeros, both) = ([Int](), [Int]())
    for n in 2...12 {
      let game = try PaperDuopolies.game(n, moves: .alternating)
      let tally = try game.enumerateEquilibria(threads: 1).tally
      counts.append(tally.count)
      let (v, w) = (tally.highest, game.plannerValue())
      if max(v[0], v[1]) > w - 1e-7 { monopolies.append(n) }
      if max(v[0], v[1]) < 1e-7 { zeros.append(n) }
      if min(v[0], v[1]) > 1e-7 { both.append(n) }
    }
    let slow = try [LeapfroggingDuopoly.Moves.alternating, .simultaneous].map { moves in
      try PaperDuopolies.game(4, moves: moves) { _ in 0.5 }.countEquilibria(threads: 1).tally.count
    }
    let five = try PaperDuopolies.game(5, moves: .alternating) { _ in 0.5 }
      .enumerateEquilibria(threads: 1).tally
    func list(_ numbers: [Int]) -> String {
      numbers.isEmpty ? "none" : numbers.map { "\($0)" }.joined(separator: ", ")
    }
    return [
      .claim(
        "one equilibrium if technology improves for certain", "abstract", paper: "a unique MPE",
        ours: "one for every n from 2 to 12", holds: counts.allSatisfy { $0 == 1 },
        otherwise: (.notReproducible, "counts \(counts)")),
      .claim(
        "zero-profit equilibria with alternating moves", "introduction", paper: "no longer exist",
        ours: "n at which both earn nothing: \(list(zeros))", holds: zeros.isEmpty,
        note: "n = 2 to 12, certain improvement, strict turns"),
      .claim(
        "monopoly equilibria with alternating moves", "introduction", paper: "no longer exist",
        ours: "the one equilibrium gives one firm W and the other 0 at n = \(list(monopolies))",
        holds: monopolies.isEmpty, note: "n = 2 to 12; both earn something at n = \(list(both))",
        otherwise: (
          .notReproducible, "with certain improvement and strict turns it depends on the grid"
        )),
      .claim(
        "fewer equilibria with alternating moves", "introduction", paper: "generally fewer",
        ours: "n = 4: \(grouped(slow[0])) instead of \(grouped(slow[1]))",
        holds: slow[0] < slow[1],
        note: "no improvement with chance 0.5; n = 5: \(grouped(five.count)) with "
          + "\(grouped(five.payoffs.count)) payoff pairs"),
    ]
  }
}
