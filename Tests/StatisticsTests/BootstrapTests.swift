import Foundation
import Statistics
import Testing

/// Every resample of `values` once, the exact bootstrap distribution: n to the n of them.
private func everyResample(_ values: [Double]) -> [[Double]] {
  values.indices.reduce([[]]) { partial, _ in
    partial.flatMap { head in values.map { head + [$0] } }
  }
}

private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

private func variance(_ values: [Double]) -> Double {
  let centre = mean(values)
  return values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count - 1)
}

private func middle(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let cut = sorted.count / 4
  return mean(Array(sorted[cut..<(sorted.count - cut)]))
}

/// scipy 1.17.1: scipy.stats.bootstrap((y,), f, n_resamples=0, bootstrap_result=r, method=m,
/// confidence_level=0.9) with y as below and r holding f over all 5⁵ resamples. Nothing random
/// is left, so the end points must be the same numbers.
@Test(arguments: [
  ("mean", Interval.Method.percentile, 1.6, 6.45), ("mean", .bca, 1.65, 6.5),
  ("iqm", .percentile, 1.3333333333333333, 7.166666666666667),
  ("iqm", .bca, 1.3333333333333333, 7.166666666666667),
  ("variance", .percentile, 0.54375, 17.89375), ("variance", .bca, 7.33125, 21.675),
])
func `exhaustive intervals of one sample equal scipy's`(
  name: String, method: Interval.Method, low: Double, high: Double
) throws {
  let values = [0.5, 1.75, 2, 6.25, 9]
  let statistics = ["mean": mean, "iqm": middle, "variance": variance]
  let statistic = try #require(statistics[name])
  let distribution = try BootstrapDistribution(
    estimate: statistic(values), replicates: everyResample(values).map(statistic),
    jackknife: [
      values.indices.map { left in
        statistic(values.indices.filter { $0 != left }.map { values[$0] })
      }
    ])
  let interval = try distribution.interval(method, confidence: 0.9)
  #expect(close(interval.low, low, ulps: 4) && close(interval.high, high, ulps: 4))
}

/// scipy 1.17.1: as above with the three samples below, confidence_level=0.95, r holding the
/// statistic over all 3³ · 2² · 4⁴ = 27,648 stratified resamples; the pooled interquartile mean,
/// and the product of the three means.
@Test(arguments: [
  (true, Interval.Method.percentile, 1.0, 2.9), (true, .bca, 0.975, 2.875),
  (false, .percentile, 0.796875, 9.6796875), (false, .bca, 1.16015625, 12.345703125),
])
func `exhaustive intervals of a stratified sample equal scipy's`(
  pooled: Bool, method: Interval.Method, low: Double, high: Double
) throws {
  let strata = [[0.125, 0.875, 0.5], [2, 3.5], [1, 1.125, 7, 2.25]]
  func statistic(_ strata: [[Double]]) -> Double {
    pooled ? middle(strata.flatMap { $0 }) : strata.map(mean).reduce(1, *)
  }
  var replicates: [Double] = []
  for first in everyResample(strata[0]) {
    for second in everyResample(strata[1]) {
      for third in everyResample(strata[2]) {
        replicates.append(statistic([first, second, third]))
      }
    }
  }
  let jackknife = strata.indices.map { stratum in
    strata[stratum].indices.map { left in
      var rest = strata
      rest[stratum].remove(at: left)
      return statistic(rest)
    }
  }
  let distribution = try BootstrapDistribution(
    estimate: statistic(strata), replicates: replicates, jackknife: jackknife)
  let interval = try distribution.interval(method)
  #expect(close(interval.low, low, ulps: 4) && close(interval.high, high, ulps: 4))
  // The resampling code leaves out the same values in the same order.
  var stream = RandomStream(seed: 1, role: .bootstrap)
  let drawn = try Bootstrap(replications: 10, method: .bca).distribution(
    of: StratifiedSample(strata), using: &stream
  ) { sample in statistic((0..<sample.strataCount).map { Array(sample[$0]) }) }
  #expect(drawn.jackknife == jackknife)
  #expect(drawn.estimate == statistic(strata))
}

/// The draws are part of the contract: replication by replication, stratum by stratum, value by
/// value, one index each.
@Test func `resamples take their draws in the documented order`() throws {
  let strata: [[Double]] = [[1, 2, 3], [10, 20]]
  var stream = RandomStream(seed: 9, role: .bootstrap)
  var twin = RandomStream(seed: 9, role: .bootstrap)
  var seen: [[Double]] = []
  let distribution = try Bootstrap(replications: 50).distribution(
    of: StratifiedSample(strata), using: &stream
  ) { sample in
    seen.append(sample.values)
    sample.values.sort()
    return sample.values[0]
  }
  #expect(seen.removeFirst() == [1, 2, 3, 10, 20])
  for values in seen {
    var expected: [Double] = []
    for stratum in strata {
      for _ in stratum { expected.append(stratum[twin.index(below: stratum.count)]) }
    }
    #expect(values == expected)
  }
  #expect(stream.state == twin.state)
  #expect(distribution.replicates == seen.map { $0.min()! }.sorted())
}

@Test func `the same names give the same interval, others another`() throws {
  let bootstrap = Bootstrap(method: .bca)
  func interval(_ seed: UInt64) throws -> Interval {
    var stream = RandomStream(seed: seed, role: .bootstrap)
    return try bootstrap.interquartileMean(of: tenValues, using: &stream)
  }
  #expect(try interval(1) == interval(1))
  #expect(try interval(1) != interval(2))
  #expect(try interval(1).estimate == interquartileMean(of: tenValues))
  #expect(try interval(1).replications == 2000)
}

@Test func `the convenience is the interquartile mean as any statistic`() throws {
  var stream = RandomStream(seed: 3, role: .bootstrap)
  var twin = RandomStream(seed: 3, role: .bootstrap)
  let bootstrap = Bootstrap(replications: 500, confidence: 0.8)
  let one = try bootstrap.interquartileMean(of: tenValues, using: &stream)
  let other = try bootstrap.interval(of: tenValues, using: &twin) {
    try interquartileMean(of: $0)
  }
  #expect(one == other)
}

@Test(arguments: [Interval.Method.percentile, .bca])
func `a sample that cannot vary gives a point`(method: Interval.Method) throws {
  let samples: [[[Double]]] = [
    [[3.7]], [[0.1, 0.1, 0.1, 0.1]], [[1], [2], [5]], [[0.1, 0.1], [7, 7, 7], [2]],
  ]
  for strata in samples {
    var stream = RandomStream(seed: 1, role: .bootstrap)
    let bootstrap = Bootstrap(replications: 100, method: method)
    let interval = try bootstrap.interquartileMean(
      of: StratifiedSample(strata), using: &stream)
    #expect(interval.low == interval.estimate && interval.high == interval.estimate)
    #expect(interval.estimate == (try interquartileMean(of: strata.flatMap { $0 })))
  }
}

/// All replicates on one side of the estimate make z₀ infinite; a large acceleration passes the
/// pole of the map of levels. Both must end in replicates, in order.
@Test func `extreme distributions give finite ends`() throws {
  let replicates = (1...100).map(Double.init)
  for estimate in [0.0, 1, 50, 100, 101] {
    for jackknife in [[], [[0.0, 0, 0]], [[0, 0, 1e9]], [[0, 0, -1e9]], [[1e-200, 0]]] {
      let distribution = try BootstrapDistribution(
        estimate: estimate, replicates: replicates, jackknife: jackknife)
      for confidence in [0.5, 0.95, 0.999999] {
        let interval = try distribution.interval(.bca, confidence: confidence)
        #expect(interval.low >= 1 && interval.low <= interval.high && interval.high <= 100)
      }
    }
  }
}

@Test func `bad samples, settings and statistics are refused`() throws {
  var stream = RandomStream(seed: 1, role: .bootstrap)
  for strata in [[], [[]], [[1], []], [[1, .nan]], [[1], [.infinity]]] as [[[Double]]] {
    #expect(throws: NumericalError.self) { try StratifiedSample(strata) }
  }
  let settings = [
    Bootstrap(replications: 0), Bootstrap(confidence: 0), Bootstrap(confidence: 1),
    Bootstrap(confidence: .nan), Bootstrap(method: .wilson),
  ]
  for bootstrap in settings {
    do {
      _ = try bootstrap.interquartileMean(of: tenValues, using: &stream)
      Issue.record("accepted \(bootstrap)")
    } catch is NumericalError {}
  }
  do {
    _ = try Bootstrap().interval(of: [-1, 1, 1, 1], using: &stream) {
      ($0.reduce(0, +)).squareRoot()
    }
    Issue.record("accepted a statistic that is not finite")
  } catch let error as NumericalError {
    #expect(error.description.contains("on resample"))
  }
}

/// Coverage of the percentile interval of the mean of n normal values. Its half-width tends to
/// 1.96 σ̂ / √n with σ̂² = (n − 1) s² / n, so it covers with probability
/// P(|t₍ₙ₋₁₎| < 1.96 √((n − 1) / n)), 0.904 for n = 10: known, and not the nominal 0.95.
/// Tolerance: 4.5 standard errors √(c (1 − c) / 2000) = 0.030, and 0.005 for 1,000 replications.
@Test func `the percentile interval covers as theory says`() throws {
  let n = 10
  let edge = try normalQuantile(0.975) * (Double(n - 1) / Double(n)).squareRoot()
  let expected = 2 * (try studentProbability(below: edge, degreesOfFreedom: Double(n - 1))) - 1
  let observed = try coverage(.percentile, of: 0, count: n, replications: 1000) { $0.gaussian() }
  #expect(abs(observed - expected) < 0.035, "observed \(observed), expected \(expected)")
}

/// Of means of forty exponential values, which are skewed, BCa intervals miss less often than
/// percentile intervals on the same samples and draws, and come within 0.05 of the nominal 0.95:
/// 4.5 standard errors are 0.022, and second-order theory leaves an error of order 1/n = 0.025.
@Test func `BCa covers a skewed mean better than percentiles`() throws {
  func exponential(_ stream: inout RandomStream) -> Double { -Foundation.log(1 - stream.uniform()) }
  let percentile = try coverage(.percentile, of: 1, count: 40, replications: 400, draw: exponential)
  let bca = try coverage(.bca, of: 1, count: 40, replications: 400, draw: exponential)
  #expect(abs(bca - 0.95) < 0.05, "observed \(bca)")
  #expect(bca >= percentile, "BCa \(bca), percentile \(percentile)")
}

/// Share of 2,000 samples whose interval of the mean holds `truth`.
private func coverage(
  _ method: Interval.Method, of truth: Double, count: Int, replications: Int,
  draw: (inout RandomStream) -> Double
) throws -> Double {
  var data = RandomStream(seed: 2024, role: .generation)
  var stream = RandomStream(seed: 2024, role: .bootstrap)
  let bootstrap = Bootstrap(replications: replications, method: method)
  var hits = 0
  for _ in 0..<2000 {
    var values: [Double] = []
    for _ in 0..<count { values.append(draw(&data)) }
    let interval = try bootstrap.interval(of: values, using: &stream) {
      $0.reduce(0, +) / Double($0.count)
    }
    if interval.contains(truth) { hits += 1 }
  }
  return Double(hits) / 2000
}
