import CGSL
import Foundation
import Statistics
import Testing

/// numpy 2.4.6: numpy.quantile(x, q) of the ten values.
@Test(arguments: [
  (0, -3.2), (0.025, -2.57), (0.1, -0.68), (0.25, 0.5375), (0.5, 2.1), (0.9, 6.16),
  (0.975, 7.915), (1, 8.5),
])
func `quantiles equal numpy's default`(level: Double, expected: Double) throws {
  let sample = try SortedSample(tenValues)
  // Interpolating between values of magnitude up to 10: a few units of 2⁻⁵⁰.
  #expect(abs(sample.quantile(level) - expected) < 4e-15)
}

@Test func `quantiles of one value are that value`() throws {
  let sample = try SortedSample([7])
  for level in [0, 0.3, 0.5, 1] { #expect(sample.quantile(level) == 7) }
  #expect(sample.median == 7)
}

/// scipy 1.17.1: scipy.stats.trim_mean(x[:n], 0.25) of the first n of the ten values.
@Test(arguments: [
  (1, 2.1), (2, 2.9000000000000004), (3, 1.8), (4, 2.9000000000000004), (5, 2.35),
  (7, 3.0100000000000002), (8, 2.2875), (10, 2.3666666666666667),
])
func `the interquartile mean equals scipy's trimmed mean`(count: Int, expected: Double) throws {
  let observed = try interquartileMean(of: Array(tenValues.prefix(count)))
  #expect(close(observed, expected, ulps: 4))
}

@Test func `the share at most a threshold counts ties`() throws {
  let sample = try SortedSample([3, 1, 2, 2])
  let shares = [0.5, 1, 1.5, 2, 2.5, 3, 4].map { sample.share(atMost: $0) }
  #expect(shares == [0, 0.25, 0.25, 0.75, 0.75, 1, 1])
}

@Test func `an empty or infinite sample is refused`() {
  for bad in [[], [1, .nan], [.infinity]] {
    #expect(throws: NumericalError.self) { try SortedSample(bad) }
    #expect(throws: NumericalError.self) { try interquartileMean(of: bad) }
  }
  let error = #expect(throws: NumericalError.self) { try SortedSample([1, .nan]) }
  #expect(error?.description.contains("values[1] = nan: must be finite") == true)
}

/// Beta(a, 1) is xᵃ and Beta(2, 2) is 3x² − 2x³; the last is scipy 1.17.1's stats.beta.cdf(0.75, 1.8, 0.4).
@Test func `beta probabilities are the closed forms and scipy's`() throws {
  for x in [0, 0.2, 0.5, 0.9, 1] {
    #expect(abs(try betaProbability(below: x, 2.5, 1) - pow(x, 2.5)) < 1e-14)
    #expect(abs(try betaProbability(below: x, 2, 2) - (3 * x * x - 2 * x * x * x)) < 1e-14)
  }
  #expect(abs(try betaProbability(below: 0.75, 1.8, 0.4) - 0.27867704691254075) < 1e-13)
  #expect(try betaProbability(below: -1, 2, 2) == 0)
  #expect(try betaProbability(below: 2, 2, 2) == 1)
  for bad in [0, -1, .infinity, .nan] {
    #expect(throws: NumericalError.self) { try betaProbability(below: 0.5, bad, 1) }
    #expect(throws: NumericalError.self) { try betaProbability(below: 0.5, 1, bad) }
  }
  #expect(throws: NumericalError.self) { try betaProbability(below: .nan, 1, 1) }
}

/// scipy 1.17.1: stats.norm.ppf(0.975), stats.norm.cdf(1.3), stats.t.ppf(0.975, 9),
/// stats.t.ppf(0.995, 2.5), stats.t.cdf(1.3, 4).
@Test func `normal and Student quantiles equal scipy's`() throws {
  #expect(abs(try normalQuantile(0.975) - 1.959963984540054) < 1e-14)
  #expect(abs(normalProbability(below: 1.3) - 0.9031995154143897) < 1e-15)
  #expect(abs(try studentQuantile(0.975, degreesOfFreedom: 9) - 2.262157162798205) < 1e-13)
  #expect(abs(try studentQuantile(0.995, degreesOfFreedom: 2.5) - 7.163728138948783) < 1e-12)
  #expect(abs(try studentProbability(below: 1.3, degreesOfFreedom: 4) - 0.868274201764388) < 1e-14)
  for p in [0, 1, -0.1, .nan] {
    #expect(throws: NumericalError.self) { try normalQuantile(p) }
    #expect(throws: NumericalError.self) { try studentQuantile(p, degreesOfFreedom: 3) }
  }
  for ν in [0, -1, .infinity, .nan] {
    #expect(throws: NumericalError.self) { try studentQuantile(0.9, degreesOfFreedom: ν) }
  }
}

/// scipy 1.17.1: scipy.stats.binomtest(k, n).proportion_ci(c, method='wilson').
@Test(arguments: [
  (0, 10, 0.95, 0.0, 0.27753279986288926),
  (3, 10, 0.95, 0.10779126740630102, 0.6032218525388546),
  (10, 10, 0.95, 0.7224672001371109, 1.0),
  (7, 1000, 0.99, 0.002741177154732507, 0.01775771144002663),
])
func `Wilson's interval equals scipy's`(
  successes: Int, trials: Int, confidence: Double, low: Double, high: Double
) throws {
  let interval = try wilsonInterval(
    successes: successes, trials: trials, confidence: confidence)
  #expect(abs(interval.low - low) < 1e-14 && abs(interval.high - high) < 1e-14)
  #expect(interval.estimate == Double(successes) / Double(trials))
  if successes == 0 { #expect(interval.low == 0) }
  if successes == trials { #expect(interval.high == 1) }
}

/// scipy 1.17.1: scipy.stats.binomtest(k, n).proportion_ci(c, method='exact').
@Test(arguments: [
  (0, 10, 0.95, 0.0, 0.30849710781876294),
  (3, 10, 0.95, 0.06673951117773447, 0.652452850060008),
  (10, 10, 0.95, 0.6915028921812371, 1.0),
  (7, 1000, 0.99, 0.002041386571444228, 0.0170469318350892),
  (1, 400, 0.95, 6.32925169048988e-05, 0.013849769962076439),
  (399, 400, 0.95, 0.9861502300379236, 0.9999367074830952),
  (500_000, 1_000_000, 0.95, 0.4990195191953118, 0.5009804808046883),
  (12, 10_000_000, 0.95, 6.200574546712164e-07, 2.0961575668453422e-06),
])
func `the exact interval of a proportion equals scipy's`(
  successes: Int, trials: Int, confidence: Double, low: Double, high: Double
) throws {
  let interval = try clopperPearsonInterval(
    successes: successes, trials: trials, confidence: confidence)
  // The binomial law is good to 2·10⁻⁹, in tails of 0.005 and more.
  #expect(abs(interval.low - low) < 1e-6 * max(low, 1e-300))
  #expect(abs(interval.high - high) < 1e-6 * high)
  #expect(interval.contains(interval.estimate))
}

/// Summed over all outcomes: the coverage is at least nominal at every p.
@Test(arguments: [1, 2, 5, 20, 60])
func `the exact interval of a proportion covers at every p`(trials: Int) throws {
  let intervals = try (0...trials).map {
    try clopperPearsonInterval(successes: $0, trials: trials, confidence: 0.9)
  }
  for step in 1..<200 {
    let p = Double(step) / 200
    var covered = 0.0
    for k in 0...trials where intervals[k].contains(p) {
      covered += try binomialProbability(atMost: k, of: trials, p: p)
      covered -= try binomialProbability(atMost: k - 1, of: trials, p: p)
    }
    #expect(covered >= 0.9 - 1e-9)
  }
}

@Test func `Wilson's interval refuses impossible counts`() {
  for (k, n) in [(0, 0), (-1, 5), (6, 5)] {
    #expect(throws: NumericalError.self) { try wilsonInterval(successes: k, trials: n) }
    #expect(throws: NumericalError.self) { try clopperPearsonInterval(successes: k, trials: n) }
  }
  for confidence in [0, 1, 1.5, .nan] {
    #expect(throws: NumericalError.self) {
      try wilsonInterval(successes: 1, trials: 2, confidence: confidence)
    }
  }
}
