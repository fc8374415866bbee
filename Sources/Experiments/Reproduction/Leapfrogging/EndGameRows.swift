internal import Environments
internal import Equilibria
internal import Foundation

/// Figure 8: the end game in which both firms are behind, firm 1 with the lower cost.
///
/// The paper prints the mixed equilibrium, P₁ = 0.484 and P₂ = 0.82, and no parameters. Without shocks
/// the follower is indifferent where 1 − P₁ = K(1−β)/(β c₁), and the leader, with s = 1 − P₂, where
///
///     (1 − β s)(c₂ − c₁ − K + β s c₂/(1−β)) = c₂ − c₁,
///
/// which is linear in c₂: the two printed numbers give K/c₁ and c₂/c₁.
struct EndGame: Sendable {
  let first: Double
  let second: Double
  let outlay: Double
  let discount: Double
  let scale: Double

  /// The game, in units of c₁, whose mixed equilibrium without shocks is (p₁, p₂).
  static func with(p1: Double, p2: Double, discount: Double, scale: Double) -> EndGame {
    let outlay = (1 - p1) * discount / (1 - discount)
    let s = 1 - p2
    let waits = 1 - discount * s
    let second =
      (waits * (1 + outlay) - 1) / (waits * (1 + discount * s / (1 - discount)) - 1)
    return EndGame(first: 1, second: second, outlay: outlay, discount: discount, scale: scale)
  }

  /// The game as the solver takes it: levels 0, c₁ and c₂.
  func duopoly() throws -> LeapfroggingDuopoly {
    try LeapfroggingDuopoly(
      costs: [0, first, second], discount: discount, outlays: [outlay, outlay, outlay],
      technology: LeapfroggingDuopoly.steps(levels: 3) { _ in 0 }, scale: scale)
  }

  private func soft(_ a: Double, _ b: Double) -> Double {
    scale == 0 ? max(a, b) : max(a, b) + scale * log1p(exp(-abs(a - b) / scale))
  }

  private func chance(_ gain: Double) -> Double {
    scale == 0 ? (gain > 0 ? 1 : 0) : 1 / (1 + exp(-gain / scale))
  }

  /// The value of waiting, v = a + b φ(v, invest), by bisection.
  private func waiting(_ a: Double, _ b: Double, _ invest: Double) -> Double {
    var (low, high) = (-1e6, 1e6)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if middle > a + b * soft(middle, invest) { high = middle } else { low = middle }
    }
    return (low + high) / 2
  }

  /// P of a firm with cost `own` whose rival, with cost `rival`, invests with probability `p`: from
  /// appendix B's equations, layer by layer.
  func reply(own: Double, rival: Double, to p: Double) -> Double {
    let beta = discount
    let idle = soft(0, -outlay)
    let corner = beta * idle / (1 - beta) + idle
    /// At the frontier, the other firm being behind with this cost.
    func leader(_ cost: Double) -> Double {
      let invest = beta * corner - outlay
      let wait = waiting(0, beta, invest)
      let follows = chance(invest - wait)
      return (cost + beta * follows * corner + beta * (1 - follows) * idle)
        / (1 - beta * (1 - follows)) + idle
    }
    let behind = soft(waiting(0, beta, beta * corner - outlay), beta * corner - outlay)
    let profit = max(rival - own, 0)
    let invest = profit - outlay + beta * ((1 - p) * leader(rival) + p * corner)
    let wait = waiting(profit + beta * p * behind, beta * (1 - p), invest)
    return chance(invest - wait)
  }

  /// P₁ after firm 2's best reply to P₁.
  func secondOrder(_ p: Double) -> Double {
    reply(own: first, rival: second, to: reply(own: second, rival: first, to: p))
  }

  /// (P₁, P₂) of all equilibria, from the solver.
  func equilibria() throws -> [[Double]] {
    let game = try duopoly()
    let point = LeapfroggingPoints(levels: 3).index(1, 2, 0)
    let count = try game.equilibrium(string: []).bases[point]
    return try (0..<count).map { digit in
      var string = [Int](repeating: 0, count: point + 1)
      string[point] = digit
      return try game.equilibrium(string: string).probabilities[point]
    }
  }
}

enum EndGameRows {
  static let groups = [endGame]

  private static let endGame = ReproductionGroup("best replies in the end game") { context in
    let (p1, p2) = (0.484, 0.82)
    let bare = EndGame.with(p1: p1, p2: p2, discount: exp(-0.05), scale: 0)
    let found = try bare.equilibria()
    let mixed = found.first { $0[0] > 0 && $0[0] < 1 } ?? [.nan, .nan]
    let shaken = EndGame(
      first: bare.first, second: bare.second, outlay: bare.outlay, discount: bare.discount,
      scale: 0.05)
    let noisy = try shaken.equilibria()
    let largest = noisy.map { abs(shaken.secondOrder($0[0]) - $0[0]) }.max() ?? .infinity
    if let folder = context.folder { try draw(shaken, noisy, folder: folder) }
    let size =
      "K/c1 = \(ReproductionRow.digits(bare.outlay)), c2/c1 = \(ReproductionRow.digits(bare.second))"
    func list(_ found: [[Double]]) -> String {
      found.map { "(\(decimal($0[0], 3)), \(decimal($0[1], 3)))" }.joined(separator: ", ")
    }
    return [
      .claim(
        "three equilibria of the end game, (P1, P2)", "Figure 8, appendix B.3",
        paper: "three, one mixed with P1 = 0.484, P2 = 0.82", ours: list(found),
        holds: found.count == 3 && abs(mixed[0] - p1) < 5e-4 && abs(mixed[1] - p2) < 5e-3
          && bare.second > bare.first,
        note:
          "no parameters are printed; these two numbers imply \(size) if β = exp(−0.05) and η = 0, "
          + "under which the solver finds the other two"),
      .claim(
        "with shocks: crossings of the second-order best reply and the diagonal", "Figure 8",
        paper: "three", ours: list(noisy), holds: noisy.count == 3 && largest < 1e-9,
        note: "η = 0.05 c1; replies recomputed from appendix B's equations by bisection, largest "
          + "|BR1(BR2(P1)) − P1| \(ReproductionRow.digits(largest))"),
      .claim(
        "who invests more in the mixed equilibrium", "appendix B.3",
        paper: "the high-cost follower",
        ours: "P2 = \(decimal(mixed[1], 3)) > P1 = \(decimal(mixed[0], 3))",
        holds: mixed[1] > mixed[0]),
    ]
  }

  private static func draw(_ game: EndGame, _ found: [[Double]], folder: String) throws {
    let grid = (0...2000).map { Double($0) / 2000 }
    let diagonal = [Chart.Point(0, 0), Chart.Point(1, 1)]
    let one = grid.map { Chart.Point(game.reply(own: game.first, rival: game.second, to: $0), $0) }
    _ = try Plot.chart(
      Chart(
        "figure-8", title: "End game, firm 1 the low-cost leader (Figure 8)",
        panels: [
          .init(
            title: "second-order best reply", xAxis: "P1", yAxis: "P1",
            series: [
              .init("BR1(BR2(P1))", .curve, grid.map { .init($0, game.secondOrder($0)) }),
              .init("equilibria", .marks, found.map { .init($0[0], $0[0]) }),
              .init("diagonal", .reference, diagonal),
            ]),
          .init(
            title: "best replies", xAxis: "P1", yAxis: "P2",
            series: [
              .init("firm 1's to P2", .curve, one),
              .init(
                "equilibria", .marks, found.map { .init($0[0], $0[1]) }),
              .init(
                "firm 2's to P1", .curve,
                grid.map { .init($0, game.reply(own: game.second, rival: game.first, to: $0)) }),
            ]),
        ]), folder: folder)
  }
}
