internal import Environments
internal import Foundation
internal import Statistics

/// The games behind the paper's table and figures.
enum PaperDuopolies {
  /// n levels evenly on [0, 5].
  static func costs(_ n: Int) -> [Double] {
    n == 1 ? [5] : (0..<n).map { 5 * Double($0) / Double(n - 1) }
  }

  /// β = exp(−0.05), K(c) = K0/(1 + K1 c), costs on [0, 5], one step down with probability 1 − stay(c).
  static func game(
    _ n: Int, k0: Double = 8.3, k1: Double = 1, beta: Double = exp(-0.05), eta: Double = 0,
    moves: LeapfroggingDuopoly.Moves = .simultaneous, stay: (Double) -> Double = { _ in 0 }
  ) throws -> LeapfroggingDuopoly {
    let costs = costs(n)
    return try LeapfroggingDuopoly(
      costs: costs, discount: beta, outlays: costs.map { k0 / (1 + k1 * $0) },
      technology: LeapfroggingDuopoly.steps(levels: n) { stay(costs[$0]) }, scale: eta,
      moves: moves)
  }

  /// The baseline, but a new technology of random size every period: its cost over the present one has
  /// the law Beta(1.8, 0.4), rounded down to the grid.
  static func randomSize(_ n: Int) throws -> LeapfroggingDuopoly {
    let costs = costs(n)
    return try LeapfroggingDuopoly(
      costs: costs, discount: exp(-0.05), outlays: costs.map { 8.3 / (1 + $0) },
      technology: betaRows(costs, 1.8, 0.4))
  }

  /// π(i | j) = F(c_{i+1}/c_j) − F(c_i/c_j) for i < j, F the distribution function of Beta(a, b); the
  /// lowest level takes all below it. Certain improvement: nothing stays at j > 0.
  ///
  /// - Throws: `NumericalError` from F.
  static func betaRows(_ costs: [Double], _ a: Double, _ b: Double) throws -> [[Double]] {
    try costs.indices.map { from in
      try costs.indices.map { to in
        guard from > 0 else { return to == 0 ? 1 : 0 }
        guard to < from else { return 0 }
        let high = try betaProbability(below: costs[to + 1] / costs[from], a, b)
        return to == 0 ? high : high - (try betaProbability(below: costs[to] / costs[from], a, b))
      }
    }
  }

  /// Figure 7's game: alternating strictly, K = 5, π improves with probability c/(1 + c).
  static func correspondence(eta: Double) throws -> LeapfroggingDuopoly {
    try game(5, k0: 5, k1: 0, eta: eta, moves: .alternating) { 1 / (1 + $0) }
  }
}

/// What a computation gave, and the seconds it took.
func timed<Result>(_ body: () throws -> Result) rethrows -> (result: Result, seconds: Double) {
  let began = ProcessInfo.processInfo.systemUptime
  let result = try body()
  return (result, ProcessInfo.processInfo.systemUptime - began)
}

/// `0.21 ms`, `4.7 s`.
func shortTime(_ seconds: Double) -> String {
  seconds < 1
    ? "\(ReproductionRow.digits(Double(decimal(1000 * seconds, 2))!)) ms" : duration(seconds)
}
