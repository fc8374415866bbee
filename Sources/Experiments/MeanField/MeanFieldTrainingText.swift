internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Learners

extension MeanFieldTrainingSession {
  /// One line on what was learned.
  public var title: String {
    "\(configuration.title), \(verdict.learner), \(verdict.seeds.count) "
      + "seed\(verdict.seeds.count == 1 ? "" : "s")"
  }

  /// What to try next.
  public var advice: [String] {
    let program = ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_NAME"] ?? "lab"
    return [
      "\(shellWord(program)) compare \(shellWord(run.path))",
      "\(shellWord(program)) solve \(shellWord(run.configurationPath))",
    ]
  }
}

extension MeanFieldTrainingVerdict {
  /// The tables a person reads, at most 80 columns wide.
  public var text: String {
    ([perSeed, "", overSeeds, ""] + legend).joined(separator: "\n")
  }

  private var count: Int { seeds.count }

  /// Seeds that a table shows one by one.
  private static let shown = 16

  private var perSeed: String {
    var table = TextTable(["seed", "m", "between", "exact", "wrong", "loss", "ended"])
    for row in per_seed.prefix(Self.shown) {
      table.add([
        "\(row.seed)", row.m.text, row.interval.map { "[\(short($0[0])), \(short($0[1]))]" } ?? "",
        row.m_exact?.text ?? "none", row.wrong_actions.map { "\($0)" } ?? "",
        row.value_loss.map { short(withoutDust($0, row)) } ?? "", row.status.rawValue,
      ])
    }
    let rest = count - min(count, Self.shown)
    return table.text + (rest > 0 ? "\n(\(rest) more seeds; --json has all)" : "")
  }

  private var overSeeds: String {
    var table = TextTable(["", "IQM", "95% interval", "exact"])
    let dust = 1e-12 * (per_seed.compactMap(\.value_scale).max() ?? 0)
    func add(
      _ label: String, _ statistic: SeedStatistic?, _ exact: String, dust: Double = 0
    ) {
      guard let statistic else { return }
      func number(_ value: Double) -> String { tableNumber(abs(value) <= dust ? 0 : value) }
      let interval = "[\(number(statistic.low)), \(number(statistic.high))]"
      table.add([label, number(statistic.iqm), count > 1 ? interval : "one seed", exact])
    }
    let values = Set(per_seed.compactMap(\.m_exact?.text))
    for (scalar, name) in interaction.enumerated() {
      let exact = per_seed.compactMap { $0.m_exact?.numbers[scalar] }
      add(
        "m, \(name)", statistics.m[scalar],
        values.count == 1 ? tableNumber(exact[0]) : exact.isEmpty ? "none" : "several")
    }
    add("|m − exact m|", statistics.m_error, "0")
    add("states with a wrong action", statistics.wrong_actions, "0")
    add("agents at them, share", statistics.wrong_mass, "0")
    add("smallest exact action gap", statistics.smallest_gap, "", dust: dust)
    add("largest error of Q̂, last step", statistics.q_error, "0", dust: dust)
    add("value loss, worst state", statistics.value_loss, "0", dust: dust)
    add("value loss, mean", statistics.value_loss_mean, "0", dust: dust)
    add("total variation, law as seen", statistics.total_variation, "0")
    add("total variation, policy's law", statistics.total_variation_policy, "0")
    let converged = per_seed.count { $0.is_converged }
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
    table.add([
      "seeds converged", "\(converged) of \(count)",
      "[\(percent(share_converged_interval[0])), \(percent(share_converged_interval[1]))]", "",
    ])
    return table.text
  }

  private var legend: [String] {
    var lines = [
      """
      Interquartile means over \(count) seed\(count == 1 ? "" : "s"); bootstrap intervals (Wilson for the share).
      Between: decided signs of m − Φ(m); a crossing lies there if both are right.
      Wrong, loss and total variation: at the exact m nearest to the learned one.
      """
    ]
    if per_seed.contains(where: { $0.status == .jump }) {
      lines.append("A jump counts as converged if agents mix at an exact equilibrium between.")
    }
    let bounds = per_seed.compactMap(\.bounds)
    if !bounds.isEmpty {
      func sum(_ count: (BoundTally) -> Int) -> Int { bounds.reduce(0) { $0 + count($1) } }
      lines.append(
        "Signs of f decided: \(sum(\.rightSigns)) of \(sum(\.signs)) right. |f̂ − f| at most "
          + "\(tableNumber(bounds.map(\.largestError).max()!)), within its\nbound at "
          + "\(sum(\.boundedErrors)) of \(sum(\.errors)) outer steps (bound/… in metrics.csv).")
    }
    let middles = bounds.reduce(0) { $0 + $1.distances }
    if middles > 0 {
      let within = bounds.reduce(0) { $0 + $1.boundedDistances }
      lines.append(
        "Middles before a wrong sign: \(within) of \(middles) within (b − a)/2ⁿ of an exact m.")
    }
    if statistics.q_error != nil, statistics.smallest_gap != nil {
      lines.append(
        "Where Q̂ errs by less than half a state's gap, its action is right (--json).")
    }
    if per_seed.contains(where: { $0.smallest_gap.map { $0 < 1e-9 * ($0 + 1) } ?? false }) {
      lines.append("A gap of 0: agents are indifferent there, as where they mix.")
    }
    if let row = per_seed.first(where: { !$0.note.isEmpty }) {
      lines.append(
        "seed \(row.seed): \(wrap(row.note, width: 62).replacing("\n", with: "\n  "))")
    }
    lines.append("")
    let kind = exact.solver.kind
    lines.append("exact: \(kind): \(exact.status.rawValue), \(exact.counting)")
    for (index, crossing) in exact.crossings.enumerated() {
      lines.append("       \(index + 1): \(crossing.kind.rawValue), m = \(crossing.m.text)")
    }
    if !exact.note.isEmpty {
      lines.append("       " + wrap(exact.note, width: 72).replacing("\n", with: "\n       "))
    }
    if !unfinished.isEmpty {
      lines.append(
        "note:  \(unfinished.count) of \(count + unfinished.count) seeds are unfinished and not in "
          + "these tables; go on with --resume")
    }
    return lines
  }

  /// A loss that is rounding beside the values themselves reads as 0.
  private func withoutDust(_ loss: Double, _ row: Seed) -> Double {
    abs(loss) <= 1e-12 * (row.value_scale ?? 0) ? 0 : loss
  }

  private func short(_ value: Double) -> String {
    switch abs(value) {
    case 0: "0"
    case 1e-3..<10: decimal(value, 4)
    case 10..<1e4: decimal(value, 3)
    default: tableNumber(value)
    }
  }
}

extension CrossingDocument.Interaction {
  /// One number per scalar.
  var numbers: [Double] {
    guard case .values(let values) = self else { return [] }
    return values
  }

  /// `0.1003`, or `(3.177, 0.5117)`.
  var text: String {
    let words = numbers.map(tableNumber)
    return words.count == 1 ? words[0] : "(\(words.joined(separator: ", ")))"
  }
}
