internal import Environments
internal import Statistics

extension GroupComparison {
  /// The tables a person reads, at most 80 columns wide: groups, profiles, pairs, and notes.
  public var text: String {
    let better = orientation == .higherIsBetter ? "higher" : "lower"
    var parts = [wrap("\(measure): \(better) is better", width: 80)]
    if tasks.count > 1 {
      parts[0] += "\n" + wrap("tasks: \(tasks.joined(separator: ", "))", width: 80)
    }
    parts.append(legend)
    parts.append(groupTable)
    parts += profileTables
    if !pairs.isEmpty { parts.append(pairTable) }
    parts.append(notes)
    return parts.joined(separator: "\n\n")
  }

  /// A, B, …, Z, AA, AB, …
  static func letter(_ index: Int) -> String {
    let own = String(UnicodeScalar(UInt8(65 + index % 26)))
    return index < 26 ? own : letter(index / 26 - 1) + own
  }

  private var legend: String {
    groups.indices.map { index in
      let line = "\(Self.letter(index))  \(groups[index].name)"
      return line.count <= 80 ? line : line.prefix(79) + "…"
    }.joined(separator: "\n")
  }

  private var coverage: String { "\(compactDecimal(100 * (1 - significance)))%" }

  private func ends(_ interval: Interval) -> String {
    "[\(tableNumber(interval.low)), \(tableNumber(interval.high))]"
  }

  private var groupTable: String {
    var table = TextTable(["", "estimate", "\(coverage) interval"])
    for (index, group) in groups.enumerated() {
      let count = "\(group.seeds.count) seed\(group.seeds.count == 1 ? "" : "s")"
      let runs = group.runs == group.seeds.count ? "" : ", \(group.runs) runs"
      table.add(["\(Self.letter(index)) (\(count)\(runs))", "", ""])
      for (label, interval) in [
        ("IQM", group.iqm), ("mean", group.mean), ("median", group.median),
      ] {
        table.add(["  \(label)", tableNumber(interval.estimate), ends(interval)])
      }
    }
    return table.text
  }

  /// Shares at no more than eleven thresholds, eight groups a table.
  private var profileTables: [String] {
    let sign = orientation == .higherIsBetter ? "≥" : "≤"
    let stride = max(1, (thresholds.count + 9) / 10)
    let rows = thresholds.indices.filter { $0 % stride == 0 || $0 == thresholds.count - 1 }
    return Swift.stride(from: 0, to: groups.count, by: 8).map { start in
      let columns = start..<min(start + 8, groups.count)
      var table = TextTable(["score"] + columns.map(Self.letter))
      for row in rows {
        table.add(
          ["\(sign) \(tableNumber(thresholds[row]))"]
            + columns.map { percentText(groups[$0].profile.share[row]) })
      }
      return table.text
    }
  }

  private var pairTable: String {
    var table = TextTable(["", "estimate", "\(coverage) interval", "p (Holm)", ""])
    var index = 0
    for first in groups.indices {
      for second in (first + 1)..<max(first + 1, groups.count) {
        add(pairs[index], Self.letter(first), Self.letter(second), to: &table)
        index += 1
      }
    }
    return table.text
  }

  private func add(_ pair: PairSummary, _ a: String, _ b: String, to table: inout TextTable) {
    func add(_ label: String, _ estimate: String, _ rest: [String] = ["", "", ""]) {
      table.add(["  " + label, estimate] + rest)
    }
    func judged(_ interval: Interval, _ p: Double?, _ verdict: SignificanceVerdict) -> [String] {
      [ends(interval), p.map(pText) ?? "none", verdict == .significant ? "" : verdict.rawValue]
    }
    table.add(["\(a) against \(b)", "", "", "", ""])
    let improvement = pair.improvement
    add(
      "P(\(a) better)", tableNumber(improvement.result.estimate),
      judged(improvement.result, improvement.pAdjusted, improvement.verdict))
    if let welch = pair.welch {
      add(
        "mean \(a) − \(b)", tableNumber(pair.meanDifference),
        judged(welch.result.difference, welch.pAdjusted, welch.verdict))
    } else {
      add("mean \(a) − \(b)", tableNumber(pair.meanDifference), ["none", "none", "no test"])
    }
    if let paired = pair.paired {
      add(
        "paired \(a) − \(b)", tableNumber(paired.result.student.estimate),
        judged(paired.result.student, paired.pAdjusted, paired.verdict))
      add("variance cut", paired.result.varianceReduction.map(percentText) ?? "none")
    } else {
      add("paired \(a) − \(b)", "none", ["", "", "seeds differ"])
    }
    add("effect size d", pair.effectSize.map(tableNumber) ?? "none")
    add("seeds needed", pair.seedsPerGroup.map(String.init) ?? "none")
    if pair.paired != nil { add("pairs needed", pair.pairsNeeded.map(String.init) ?? "none") }
  }

  /// p with four decimals, and a bound for less.
  private func pText(_ p: Double) -> String { p < 0.0001 ? "<0.0001" : decimal(p, 4) }

  private var notes: String {
    var lines = [
      """
      IQM: mean of the middle half of the scores. Intervals of scores and of P(better): \
      stratified bootstrap over seeds within tasks, \(replications) resamples. The second table is \
      the share of runs at least as good as each score.
      """
    ]
    if !pairs.isEmpty {
      lines.append(
        """
        P(better): chance that a run of the one beats a run of the other, ties half, with the \
        Mann-Whitney p. Differences of means: Welch's t; paired: seed by seed, paired t; \
        p adjusted over all pairs by Holm. Not significant: the interval holds no difference, or \
        p > \(compactDecimal(significance)); that does not show equality. Variance cut: share of \
        the difference's variance that common seeds removed. Seeds and pairs needed: per group, to find \
        a difference as large as the observed one with power \(compactDecimal(power)).
        """)
    }
    return lines.map { wrap($0, width: 80) }.joined(separator: "\n")
  }
}
