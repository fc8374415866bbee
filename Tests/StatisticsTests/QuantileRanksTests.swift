import Statistics
import Testing

@Suite struct QuantileRanksTests {
  /// scipy 1.17.1: with B = stats.binom(n, p), the largest b with B.cdf(b) ≤ (1 − c)/2 plus 1, the
  /// smallest r with B.sf(r − 1) ≤ (1 − c)/2, and B.cdf(high − 1) − B.cdf(low − 1). The last five
  /// use the normal law here where n p (1 − p) > 10⁴.
  @Test(
    arguments: [
      (10, 0.5, 0.95, 2, 9, 0.978515625),
      (50, 0.05, 0.95, nil, 7, 0.9882135522027358),
      (50, 0.95, 0.95, 44, nil, 0.9882135522027358),
      (3, 0.5, 0.95, nil, nil, 1),
      (100, 0.5, 0.95, 40, 61, 0.9647997997822952),
      (100, 0.9, 0.9, 85, 96, 0.9363983902254399),
      (1000, 0.025, 0.95, 16, 36, 0.9578917155453766),
      (1000, 0.5, 0.99, 459, 542, 0.9913600509977394),
      (1_000_000, 0.1, 0.95, 99_412, 100_589, 0.9501989552212792),
      (10_000_000, 0.002, 0.95, 19_724, 20_278, 0.9500806507152774),
      (10_000_000, 0.5, 0.95, 4_996_901, 5_003_100, 0.9500387929673899),
      (100_000_000, 0.9999, 0.99, 99_989_741, 99_990_258, 0.9902664914947444),
      (4_000_000_000, 0.25, 0.95, 999_946_324, 1_000_053_677, 0.950002883943533),
    ] as [(Int, Double, Double, Int?, Int?, Double)])
  func `ranks equal scipy's`(
    n: Int, p: Double, confidence: Double, low: Int?, high: Int?, coverage: Double
  ) throws {
    let ranks = try binomialQuantileRanks(n: n, p: p, confidence: confidence)
    #expect(ranks.low == low && ranks.high == high)
    #expect(abs(ranks.coverage - coverage) < 1e-5)
    #expect(ranks.coverage >= confidence)
  }

  /// Against the sum of the law itself, term by term, for every small n.
  @Test(arguments: [0.01, 0.3, 0.5, 0.88])
  func `ranks are the definition's`(p: Double) throws {
    for n in 1...40 {
      // C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ by its recursion.
      var law = [pow(1 - p, n)]
      for k in 0..<n {
        law.append(law[k] * Double(n - k) / Double(k + 1) * p / (1 - p))
      }
      for tail in [0.005, 0.025, 0.15] {
        let ranks = try binomialQuantileRanks(n: n, p: p, confidence: 1 - 2 * tail)
        let low = (1...n).last { law[..<$0].reduce(0, +) <= tail }
        let high = (1...n).first { law[$0...].reduce(0, +) <= tail }
        #expect(ranks.low == low && ranks.high == high)
      }
      for k in -1...n {
        let found = try binomialProbability(atMost: k, of: n, p: p)
        #expect(abs(found - law[..<(k + 1)].reduce(0, +)) < 1e-12)
      }
    }
    #expect(try binomialProbability(atMost: 2, of: 5, p: 0) == 1)
    #expect(try binomialProbability(atMost: 4, of: 5, p: 1) == 0)
  }

  @Test func `the rank of a quantile is not raised by rounding`() {
    for n in [1, 7, 100, 1000, 12_345_678] {
      for percent in 1...100 where (percent * n).isMultiple(of: 100) {
        #expect(quantileRank(Double(percent) / 100, count: n) == percent * n / 100)
      }
    }
    #expect(quantileRank(0, count: 5) == 1)
    #expect(quantileRank(0.2000001, count: 5) == 2)
    #expect(quantileRank(1, count: 5) == 5)
  }

  @Test func `impossible questions are refused`() {
    for (n, p, c) in [(0, 0.5, 0.9), (5, 0, 0.9), (5, 1, 0.9), (5, .nan, 0.9), (5, 0.5, 1)] {
      #expect(throws: NumericalError.self) {
        try binomialQuantileRanks(n: n, p: p, confidence: c)
      }
    }
  }
}

/// xᵏ by repeated multiplication.
private func pow(_ x: Double, _ k: Int) -> Double { (0..<k).reduce(1) { y, _ in y * x } }
