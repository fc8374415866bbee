import Experiments
import Foundation
import Statistics
import Testing

private let seeds: [UInt64] = [11, 12, 13, 14, 15, 16]
private let slow = [0.5, 1.75, 2, 6.25, 9, 4.5]
private let fast = [0.25, 1.5, 2.5, 5, 8.25, 3]

private func group(
  _ name: String, _ scores: [Double], from seed: UInt64 = 11
) throws -> ScoreGroup {
  try ScoreGroup(
    name: name, task: "race", seeds: scores.indices.map { seed + UInt64($0) }, scores: scores)
}

private func settings(
  _ orientation: ScoreOrientation = .lowerIsBetter, replications: Int = 200
) -> ComparisonSettings {
  ComparisonSettings(
    measure: "NashConv", orientation: orientation, seed: 7, replications: replications)
}

/// By hand: sorted scores 0.5 1.75 2 4.5 6.25 9 lose one at each end (⌊6/4⌋) for the interquartile
/// mean, 14.5 / 4; their mean is 24 / 6, their median (2 + 4.5) / 2.
@Test func `a group's figures by hand`() throws {
  var settings = settings()
  settings.thresholds = [0, 0.5, 2, 9]
  let comparison = try GroupComparison([group("slow", slow)], settings: settings)
  let summary = try #require(comparison.groups.first)
  #expect(comparison.pairs.isEmpty && summary.runs == 6 && summary.seeds == seeds)
  #expect(summary.scores == slow)
  #expect(summary.iqm.estimate == 3.625 && summary.mean.estimate == 4)
  #expect(summary.median.estimate == 3.25)
  // Low scores are good: none at most 0, one at most 0.5, three at most 2, all at most 9.
  #expect(summary.profile.share == [0, 1.0 / 6, 0.5, 1])
  #expect(summary.profile.low[3] == 1 && summary.profile.high[0] == 0)
  settings.orientation = .higherIsBetter
  let turned = try GroupComparison([group("slow", slow)], settings: settings)
  #expect(turned.groups[0].profile.share == [1, 1, 4.0 / 6, 1.0 / 6])
  #expect(turned.groups[0].iqm == summary.iqm)
}

/// The pair's figures are those of the tests of `Statistics`, which are checked against scipy there.
/// Low scores are good, so wins are the pairs in which the first is lower.
@Test func `a pair's figures are the tests' own`() throws {
  let comparison = try GroupComparison(
    [group("fast", fast), group("slow", slow)], settings: settings())
  let pair = try #require(comparison.pairs.first)
  #expect(pair.first == "fast" && pair.second == "slow" && comparison.pairs.count == 1)
  let wins = fast.map { x in slow.count { x < $0 } }.reduce(0, +)
  #expect(pair.mannWhitney.statistic == Double(wins))
  #expect(abs(pair.improvement.result.estimate - Double(wins) / 36) < 1e-15)
  #expect(pair.improvement.pAdjusted == pair.mannWhitney.pValue)
  let welch = try WelchTest(fast, slow)
  #expect(try #require(pair.welch).result == welch)
  #expect(abs(pair.meanDifference + 3.5 / 6) < 1e-15)
  let d = (-3.5 / 6) / ((variance(fast) + variance(slow)) / 2).squareRoot()
  #expect(abs(try #require(pair.effectSize) - d) < 1e-14)
  let equal = try #require(
    try PowerAnalysis().seedsPerGroup(difference: d, standardDeviations: (1, 1)))
  let unequal = try PowerAnalysis().seedsPerGroup(
    difference: -3.5 / 6,
    standardDeviations: (variance(fast).squareRoot(), variance(slow).squareRoot()))
  #expect(pair.seedsPerGroup == unequal)
  // Equal deviations of the same mean square need nearly as many.
  let (pairsNeeded, seedsNeeded) = (try #require(pair.pairsNeeded), try #require(unequal))
  #expect(abs(equal - seedsNeeded) <= 1)
  let paired = try #require(pair.paired).result
  #expect(paired.count == 6)
  #expect(abs(try #require(paired.pValue) - 0.10986650103422642) < 1e-12)
  #expect(abs(try #require(paired.varianceReduction) - 0.9706281066425666) < 1e-14)
  #expect(pairsNeeded * 10 < seedsNeeded)
  #expect(pair.improvement.verdict == .notSignificant && pair.welch?.verdict == .notSignificant)
}

private func variance(_ values: [Double]) -> Double {
  let mean = values.reduce(0, +) / Double(values.count)
  return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
}

/// Scores with their sign turned, judged the other way round, tell the same story.
@Test func `orientation is only a sign`() throws {
  let low = try GroupComparison(
    [group("fast", fast), group("slow", slow)], settings: settings(.lowerIsBetter))
  let high = try GroupComparison(
    [group("fast", fast.map { -$0 }), group("slow", slow.map { -$0 })],
    settings: settings(.higherIsBetter))
  #expect(low.pairs[0].improvement == high.pairs[0].improvement)
  #expect(low.pairs[0].mannWhitney == high.pairs[0].mannWhitney)
  #expect(low.pairs[0].meanDifference == -high.pairs[0].meanDifference)
  #expect(low.pairs[0].seedsPerGroup == high.pairs[0].seedsPerGroup)
  for index in 0..<2 {
    #expect(low.groups[index].profile.share == high.groups[index].profile.share.reversed())
    #expect(low.groups[index].profile.low == high.groups[index].profile.low.reversed())
    #expect(low.groups[index].mean.estimate == -high.groups[index].mean.estimate)
  }
  let misread = try GroupComparison(
    [group("fast", fast), group("slow", slow)], settings: settings(.higherIsBetter))
  let sum = misread.pairs[0].improvement.result.estimate + low.pairs[0].improvement.result.estimate
  #expect(abs(sum - 1) < 1e-15)
}

@Test func `seeds that differ are not paired`() throws {
  let shifted = try GroupComparison(
    [group("fast", fast), group("slow", slow, from: 12)], settings: settings())
  #expect(shifted.pairs[0].paired == nil && shifted.pairs[0].pairsNeeded == nil)
  #expect(shifted.text.contains("seeds differ"))
  // Everything else looks at the scores alone.
  let same = try GroupComparison(
    [group("fast", fast), group("slow", slow)], settings: settings())
  #expect(shifted.pairs[0].welch == same.pairs[0].welch)
  #expect(shifted.pairs[0].improvement == same.pairs[0].improvement)
}

/// Neither the order of seeds nor that of tasks, nor a third group, changes a figure.
@Test func `figures depend on scores and settings only`() throws {
  func tasks(_ scores: [Double]) throws -> [TaskScores] {
    try [
      TaskScores(task: "a", seeds: seeds, scores: scores),
      TaskScores(task: "b", seeds: seeds, scores: scores.map { $0 * $0 - 3 }),
    ]
  }
  func mixed(_ scores: [Double]) throws -> [TaskScores] {
    try tasks(scores).reversed().map {
      try TaskScores(task: $0.task, seeds: $0.seeds.reversed(), scores: $0.scores.reversed())
    }
  }
  let plain = try GroupComparison(
    [ScoreGroup(name: "x", tasks: tasks(slow)), ScoreGroup(name: "y", tasks: tasks(fast))],
    settings: settings())
  let other = try GroupComparison(
    [ScoreGroup(name: "x", tasks: mixed(slow)), ScoreGroup(name: "y", tasks: mixed(fast))],
    settings: settings())
  #expect(plain == other)
  var fixed = settings()
  fixed.thresholds = plain.thresholds
  let third = try ScoreGroup(name: "z", tasks: tasks(fast.map { $0 + 9 }))
  let three = try GroupComparison(
    [third, ScoreGroup(name: "x", tasks: tasks(slow)), ScoreGroup(name: "y", tasks: tasks(fast))],
    settings: fixed)
  #expect(Array(three.groups.dropFirst()) == plain.groups)
  #expect(three.pairs[2].improvement.result == plain.pairs[0].improvement.result)
  var reseeded = settings()
  reseeded.seed = 8
  let again = try GroupComparison(
    [ScoreGroup(name: "x", tasks: tasks(slow)), ScoreGroup(name: "y", tasks: tasks(fast))],
    settings: reseeded)
  #expect(again.groups[0].mean != plain.groups[0].mean)
  #expect(again.groups[0].mean.estimate == plain.groups[0].mean.estimate)
}

/// By hand: seed 2 lacks task b and is in no test, but its score counts among the runs.
@Test func `tests count seeds that have every task`() throws {
  let a = try TaskScores(task: "a", seeds: [3, 1, 2], scores: [30, 10, 20])
  let b = try TaskScores(task: "b", seeds: [1, 3], scores: [2, 4])
  let group = try ScoreGroup(name: "x", tasks: [b, a])
  #expect(group.seeds == [1, 3] && group.seedMeans == [6, 17])
  #expect(group.tasks.map(\.task) == ["a", "b"])
  let comparison = try GroupComparison([group], settings: settings(.higherIsBetter))
  #expect(comparison.groups[0].runs == 5 && comparison.tasks == ["a", "b"])
  // Mean of the task means 20 and 3; middle three of 2 4 10 20 30; their median.
  #expect(comparison.groups[0].mean.estimate == 11.5)
  #expect(abs(comparison.groups[0].iqm.estimate - 34.0 / 3) < 1e-14)
  #expect(comparison.groups[0].median.estimate == 10)
  #expect(comparison.text.contains("A (2 seeds, 5 runs)"))
}

/// Three pairs: each family of p-values is adjusted by itself over all three.
@Test func `p-values are adjusted over all pairs`() throws {
  let groups = try [group("x", slow), group("y", fast), group("z", fast.map { $0 + 9 })]
  let pairs = try GroupComparison(groups, settings: settings()).pairs
  #expect(pairs.map { "\($0.first)\($0.second)" } == ["xy", "xz", "yz"])
  let welch = try holmAdjusted(pairs.map { try #require($0.welch).result.pValue })
  #expect(try pairs.map { try #require($0.welch).pAdjusted } == welch)
  #expect(try pairs.map(\.improvement.pAdjusted) == holmAdjusted(pairs.map(\.mannWhitney.pValue)))
  // y and z differ by a constant: no paired test, so two p-values are adjusted.
  let paired = try holmAdjusted(pairs.prefix(2).map { try #require($0.paired?.result.pValue) })
  #expect(pairs.map { $0.paired?.pAdjusted } == paired + [nil])
  #expect(pairs[1].welch?.verdict == .significant)
  #expect(pairs[1].improvement.verdict == .significant)
  #expect(pairs[2].paired?.verdict == .significant && pairs[2].pairsNeeded == 2)
}

/// An interval that excludes no difference does not suffice if the adjusted p-value is above α.
@Test func `a verdict needs the interval and the adjusted p-value`() throws {
  let near = [3.0, 3.5, 4.1, 4.4, 5.2, 6]
  let far = [5.0, 5.5, 6.3, 6.9, 7.4, 8]
  let two = try GroupComparison([group("x", near), group("y", far)], settings: settings())
  let alone = try #require(two.pairs[0].welch)
  #expect(alone.verdict == .significant && alone.result.pValue < 0.05)
  let copies = try (0..<6).map { try group("copy \($0)", near) }
  let many = try GroupComparison([group("y", far)] + copies, settings: settings(replications: 20))
  let welch = try #require(many.pairs[0].welch)
  #expect(welch.result.pValue == alone.result.pValue && !welch.result.difference.contains(0))
  // 21 pairs; the smallest p-values are these six, so the first factor of Holm holds for all.
  #expect(abs(try #require(welch.pAdjusted) - 21 * welch.result.pValue) < 1e-15)
  #expect(welch.verdict == .notSignificant && many.pairs[0].improvement.verdict == .notSignificant)
}

@Test func `groups without variance or with one seed have no t test`() throws {
  let flat = try GroupComparison(
    [group("x", [2, 2, 2]), group("y", [1, 1, 1])], settings: settings())
  #expect(flat.pairs[0].welch == nil && flat.pairs[0].effectSize == nil)
  #expect(flat.pairs[0].meanDifference == 1 && flat.pairs[0].seedsPerGroup == 2)
  #expect(flat.pairs[0].improvement.result.estimate == 0)
  #expect(flat.text.contains("no test"))
  let equal = try GroupComparison(
    [group("x", [2, 2, 2]), group("y", [2, 2, 2])], settings: settings())
  #expect(equal.thresholds == [2] && equal.pairs[0].seedsPerGroup == nil)
  #expect(equal.pairs[0].improvement.verdict == .notSignificant)
  let single = try GroupComparison([group("x", [2]), group("y", [1, 3])], settings: settings())
  #expect(single.pairs[0].welch == nil && single.pairs[0].seedsPerGroup == nil)
  #expect(single.pairs[0].paired == nil)
}

@Test func `groups that cannot be compared are refused`() throws {
  #expect(throws: ComparisonError.self) { try GroupComparison([], settings: settings()) }
  #expect(throws: ComparisonError("two groups are named x: name each once")) {
    try GroupComparison([group("x", slow), group("x", fast)], settings: settings())
  }
  let elsewhere = try ScoreGroup(name: "y", task: "other", seeds: [1], scores: [1])
  #expect(
    throws: ComparisonError(
      "group y has the tasks other, group x has race: compare groups on the same tasks")
  ) { try GroupComparison([group("x", slow), elsewhere], settings: settings()) }
  let inputs: [([UInt64], [Double])] = [
    ([], []), ([1], [1, 2]), ([1, 1], [1, 2]), ([1], [.nan]),
  ]
  for (seeds, scores) in inputs {
    #expect(throws: ComparisonError.self) {
      try TaskScores(task: "race", seeds: seeds, scores: scores)
    }
  }
  let one = try TaskScores(task: "a", seeds: [1], scores: [1])
  let two = try TaskScores(task: "b", seeds: [2], scores: [1])
  for tasks in [[], [one, one], [one, two]] {
    #expect(throws: ComparisonError.self) { try ScoreGroup(name: "x", tasks: tasks) }
  }
  var bad = settings()
  bad.significance = 0
  #expect(throws: NumericalError.self) { try GroupComparison([group("x", slow)], settings: bad) }
}
