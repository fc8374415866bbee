import Statistics
import Testing

/// Three tasks, eight runs of one learner and ten of another: numpy's default_rng(7), rounded.
private let first = [
  [0.501, 0.799, 0.226, -0.391, 0.045, -0.492, 0.56, 1.84],
  [0.508, 0.38, 1.49, 1.357, 1.105, 0.07, 0.971, 1.695],
  [-1.344, -0.458, -1.901, -1.29, -1.842, -0.235, -1.267, 0.271],
]
private let second = [
  [0.157, -0.187, -2.517, -0.539, -0.049, 0.113, -1.53, -0.478, -0.979, -0.809],
  [1.561, -0.308, 0.467, 1.384, -0.084, 0.388, 0.61, 0.564, -0.725, 0.576],
  [1.609, -1.297, 1.109, 0.369, -0.391, 2.25, 1.012, -0.949, 0.325, 0.827],
]
private let thresholds = [-1.0, 0, 0.5, 1, 2]

/// The definition, pair by pair.
private func improvement(_ x: [[Double]], _ y: [[Double]]) -> Double {
  var sum = 0.0
  for (own, other) in zip(x, y) {
    var wins = 0.0
    for a in own { for b in other { wins += a > b ? 1 : a == b ? 0.5 : 0 } }
    sum += wins / Double(own.count * other.count)
  }
  return sum / Double(x.count)
}

/// Resamples strata as `Bootstrap` documents: stratum by stratum, one index a value.
private func resample(_ strata: [[Double]], _ stream: inout RandomStream) -> [[Double]] {
  var drawn: [[Double]] = []
  for stratum in strata {
    var values: [Double] = []
    for _ in stratum { values.append(stratum[stream.index(below: stratum.count)]) }
    drawn.append(values)
  }
  return drawn
}

private func interval(
  _ x: [[Double]], _ y: [[Double]], _ bootstrap: Bootstrap, seed: UInt64 = 3
) throws -> Interval {
  var stream = RandomStream(seed: seed, role: .bootstrap)
  return try probabilityOfImprovement(
    of: StratifiedSample(x), over: StratifiedSample(y), bootstrap: bootstrap, using: &stream)
}

/// numpy 2.4.6 and scipy 1.17.1: the mean of mannwhitneyu(x, y).statistic / 80 over tasks, and the
/// 2.5% and 97.5% quantiles of 400,000 stratified resamples (multinomial weights), 0.4333 and
/// 0.6667. Tolerance: at 50,000 resamples a quantile has standard error √(0.025 · 0.975 / 50,000) /
/// 0.98 = 0.0007, five of them and one step of the lattice 1/240 are 0.0077.
@Test func `the probability of improvement equals an independent program's`() throws {
  let found = try interval(first, second, Bootstrap(replications: 50_000))
  #expect(close(found.estimate, 0.5541666666666667, ulps: 2))
  #expect(abs(found.low - 0.43333333) < 0.0077 && abs(found.high - 0.66666667) < 0.0077)
}

/// The same numbers from the definition and the documented draws, with ties and for both methods.
@Test(arguments: [Interval.Method.percentile, .bca])
func `ranks give the same interval as pairs`(method: Interval.Method) throws {
  let x: [[Double]] = [[1, 4, 4], [2, 2, 7], [5]]
  let y: [[Double]] = [[3, 0], [2, 5, 2, 9], [5]]
  let bootstrap = Bootstrap(replications: 300, method: method)
  let found = try interval(x, y, bootstrap)
  var stream = RandomStream(seed: 3, role: .bootstrap)
  var replicates: [Double] = []
  for _ in 0..<300 {
    let (a, b) = (resample(x, &stream), resample(y, &stream))
    replicates.append(improvement(a, b))
  }
  // Without each run in turn, strata of a single run left out as they never vary.
  var jackknife: [[Double]] = []
  for side in [x, y].indices {
    for task in x.indices where [x, y][side][task].count > 1 {
      jackknife.append(
        [x, y][side][task].indices.map { run in
          var rest = [x, y]
          rest[side][task].remove(at: run)
          return improvement(rest[0], rest[1])
        })
    }
  }
  let expected = try BootstrapDistribution(
    estimate: improvement(x, y), replicates: replicates, jackknife: jackknife
  ).interval(method)
  #expect(close(found.estimate, expected.estimate, ulps: 4))
  #expect(close(found.low, expected.low, ulps: 4) && close(found.high, expected.high, ulps: 4))
}

@Test func `improvement of one and of the other sum to one`() throws {
  let bootstrap = Bootstrap(replications: 10)
  let there = try interval(first, second, bootstrap).estimate
  let back = try interval(second, first, bootstrap).estimate
  #expect(abs(there + back - 1) < 1e-15)
  #expect(try interval(first, first, bootstrap).estimate == 0.5)
}

/// A run that always wins gives a point at 1; equal constants one at ½.
@Test func `certain improvement is a point`() throws {
  for method in [Interval.Method.percentile, .bca] {
    let bootstrap = Bootstrap(replications: 50, method: method)
    let sure = try interval([[2, 3], [9]], [[1, 0, -1], [8]], bootstrap)
    #expect(sure.low == 1 && sure.estimate == 1 && sure.high == 1)
    let even = try interval([[2, 2]], [[2, 2, 2]], bootstrap)
    #expect(even.low == 0.5 && even.high == 0.5)
  }
  #expect(throws: NumericalError.self) { try interval([[1]], [[1], [2]], Bootstrap()) }
}

/// numpy: mean over tasks of (x >= τ).mean(), and quantiles of 400,000 resamples. The bands step in
/// twenty-fourths, and with 10,000 resamples a quantile may fall one step aside.
@Test func `a performance profile equals an independent program's`() throws {
  var stream = RandomStream(seed: 3, role: .bootstrap)
  let profile = try PerformanceProfile(
    of: StratifiedSample(first), thresholds: thresholds,
    bootstrap: Bootstrap(replications: 10_000), using: &stream)
  let share = [0.7916666666666666, 0.625, 0.4166666666666667, 0.20833333333333334, 0]
  let low = [0.70833333, 0.5, 0.25, 0.08333333, 0]
  let high = [0.91666667, 0.75, 0.54166667, 0.33333333, 0]
  for index in thresholds.indices {
    #expect(close(profile.share[index], share[index], ulps: 2))
    #expect(abs(profile.low[index] - low[index]) < 1.01 / 24)
    #expect(abs(profile.high[index] - high[index]) < 1.01 / 24)
  }
}

/// The same from the definition and the documented draws, with unequal numbers of runs.
@Test func `counted thresholds give the same profile as comparisons`() throws {
  let scores: [[Double]] = [[0, 1, 2, 2], [1, 3], [0.5, 2.5, -1]]
  let thresholds = [-2.0, 0, 1, 2, 2.5, 4]
  let bootstrap = Bootstrap(replications: 200, confidence: 0.9)
  func shares(_ strata: [[Double]]) -> [Double] {
    thresholds.map { τ in
      strata.map { stratum in Double(stratum.count { $0 >= τ }) / Double(stratum.count) }
        .reduce(0, +) / Double(strata.count)
    }
  }
  var stream = RandomStream(seed: 8, role: .bootstrap)
  let profile = try PerformanceProfile(
    of: StratifiedSample(scores), thresholds: thresholds, bootstrap: bootstrap, using: &stream)
  var twin = RandomStream(seed: 8, role: .bootstrap)
  var replicates: [[Double]] = []
  for _ in 0..<200 { replicates.append(shares(resample(scores, &twin))) }
  for index in thresholds.indices {
    let column = try SortedSample(replicates.map { $0[index] })
    #expect(abs(profile.share[index] - shares(scores)[index]) < 1e-15)
    #expect(abs(profile.low[index] - column.quantile(0.05)) < 1e-15)
    #expect(abs(profile.high[index] - column.quantile(0.95)) < 1e-15)
  }
  #expect(profile.share[0] == 1 && profile.low[0] == 1 && profile.share[5] == 0)
}

@Test func `grids span the scores`() throws {
  #expect(try PerformanceProfile.grid(spanning: [3, -1, 0.5], count: 5) == [-1, 0, 1, 2, 3])
  #expect(try PerformanceProfile.grid(spanning: [2, 2]) == [2])
  // Neighbouring doubles leave room for their two ends only.
  #expect(try PerformanceProfile.grid(spanning: [1, 1 + .ulpOfOne]) == [1, 1 + .ulpOfOne])
  #expect(throws: NumericalError.self) { try PerformanceProfile.grid(spanning: []) }
}

@Test func `profiles refuse bad thresholds and methods`() throws {
  let sample = try StratifiedSample(first)
  var stream = RandomStream(seed: 3, role: .bootstrap)
  for thresholds in [[], [1, 1], [2, 1], [0, .nan]] as [[Double]] {
    do {
      _ = try PerformanceProfile(of: sample, thresholds: thresholds, using: &stream)
      Issue.record("accepted \(thresholds)")
    } catch {}
  }
  do {
    _ = try PerformanceProfile(
      of: sample, thresholds: [0], bootstrap: Bootstrap(method: .bca), using: &stream)
    Issue.record("accepted bca")
  } catch {}
}

private let before = [0.5, 1.75, 2, 6.25, 9, 4.5]
private let after = [0.25, 1.5, 2.5, 5, 8.25, 3]

/// scipy 1.17.1: stats.ttest_rel(x, y) and its confidence_interval(0.95); numpy: d.std(ddof=1) and
/// 1 - d.var(ddof=1) / (x.var(ddof=1) + y.var(ddof=1)).
@Test func `a paired comparison equals scipy's`() throws {
  var stream = RandomStream(seed: 5, role: .bootstrap)
  let pairs = try PairedComparison(before, after, bootstrap: Bootstrap(), using: &stream)
  #expect(pairs.count == 6 && close(pairs.student.estimate, 0.5833333333333334))
  #expect(abs(try #require(pairs.pValue) - 0.10986650103422642) < 1e-12)
  #expect(abs(pairs.student.low + 0.18903038468025635) < 1e-12)
  #expect(abs(pairs.student.high - 1.355697051346923) < 1e-12)
  #expect(close(pairs.standardDeviation, 0.7359800721939873))
  #expect(abs(try #require(pairs.varianceReduction) - 0.9706281066425666) < 1e-14)
}

/// scipy 1.17.1: stats.bootstrap((d,), np.mean, n_resamples=0, bootstrap_result=r) with r holding
/// the mean of all 6⁶ resamples. Means step in twenty-fourths; a quantile of 20,000 draws may be one
/// step aside.
@Test func `paired bootstrap intervals are those of all resamples`() throws {
  var stream = RandomStream(seed: 5, role: .bootstrap)
  let bootstrap = Bootstrap(replications: 20_000)
  let pairs = try PairedComparison(before, after, bootstrap: bootstrap, using: &stream)
  #expect(abs(pairs.percentile.low - 0.041666666666666664) < 1.01 / 24)
  #expect(abs(pairs.percentile.high - 1.125) < 1.01 / 24)
  #expect(abs(pairs.bca.low - 0.041666666666666664) < 1.01 / 24)
  #expect(abs(pairs.bca.high - 1.0833333333333333) < 1.01 / 24)
  #expect(pairs.percentile.method == .percentile && pairs.bca.method == .bca)
  // Both are the intervals that each method gives alone from the same draws.
  for (method, found) in [(Interval.Method.percentile, pairs.percentile), (.bca, pairs.bca)] {
    var twin = RandomStream(seed: 5, role: .bootstrap)
    let alone = try Bootstrap(replications: 20_000, method: method).interval(
      of: zip(before, after).map { $0 - $1 }, using: &twin
    ) { $0.reduce(0, +) / Double($0.count) }
    #expect(alone == found)
  }
}

@Test func `pairs without variance give points and no p-value`() throws {
  var stream = RandomStream(seed: 5, role: .bootstrap)
  let bootstrap = Bootstrap(replications: 20)
  let shifted = try PairedComparison([1, 2, 4], [0, 1, 3], bootstrap: bootstrap, using: &stream)
  #expect(shifted.pValue == nil && shifted.standardDeviation == 0)
  #expect(shifted.varianceReduction == 1 && shifted.student.low == 1 && shifted.bca.high == 1)
  let opposed = try PairedComparison(
    [1, 2, 4], [-1, -2, -4], bootstrap: bootstrap, using: &stream)
  #expect(opposed.varianceReduction == -1)
  let single = try PairedComparison([1], [3], bootstrap: bootstrap, using: &stream)
  #expect(single.student.low == -2 && single.standardDeviation == nil && single.pValue == nil)
  let constant = try PairedComparison([1, 1], [3, 3], bootstrap: bootstrap, using: &stream)
  #expect(constant.varianceReduction == nil)
  for (x, y) in [([1.0], [1.0, 2]), ([], []), ([1], [.nan])] {
    do {
      _ = try PairedComparison(x, y, bootstrap: bootstrap, using: &stream)
      Issue.record("accepted \(x) and \(y)")
    } catch is NumericalError {}
  }
}

/// The whole document is a function of the seed.
@Test func `the same names give the same comparisons`() throws {
  let bootstrap = Bootstrap(replications: 100)
  #expect(try interval(first, second, bootstrap) == interval(first, second, bootstrap))
  #expect(try interval(first, second, bootstrap) != interval(first, second, bootstrap, seed: 4))
}
