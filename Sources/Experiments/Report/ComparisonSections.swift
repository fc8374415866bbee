/// What `lab compare` adds to single runs, as parts of a report: the equilibria known, which were
/// selected, groups and pairs, and cross-play.
enum ComparisonSections {
  /// The known equilibria of a game.
  static func equilibria(_ known: DocumentValue) -> [ReportBlock] {
    let entries = known["entries"].list
    var blocks: [ReportBlock] = [
      .text(
        "Equilibria known: \(known["completeness"].inline)"
          + (known["count"].number.map { " (\(reportNumber($0)))" } ?? "")
          + ". \(sentence(known["note"].text ?? ""))")
    ]
    guard !entries.isEmpty else { return blocks }
    let players = entries[0]["value_initial"].list.count
    var table = ReportTable(
      "Known equilibria with their certificates",
      ["equilibrium"] + (0..<players).map { "value \($0 + 1)" } + [
        "exploitability", "tolerance", "symmetric", "found by",
      ], textColumns: [0, players + 3, players + 4])
    for entry in entries.prefix(most) {
      let symmetric = entry["symmetric"].boolean
      table.add(
        [entry["label"].inline]
          + (0..<players).map { player in
            let values = entry["value_initial"].numbers
            return values.indices.contains(player) ? tableNumber(values[player]) : ""
          }
          + [
            entry.at("certificate.exploitability").number.map(tableNumber) ?? "",
            entry.at("certificate.tolerance").number.map(tableNumber) ?? "",
            symmetric.map { $0 ? "yes" : "no" } ?? "",
            (entry["origin"].text ?? "")
              + (entry["continuum"].boolean == true ? " (one of infinitely many)" : ""),
          ])
    }
    table.omitted = entries.count - min(entries.count, most)
    blocks.append(.table(table))
    return blocks
  }

  /// Which equilibria the seeds of a run selected.
  static func selection(_ matching: DocumentValue, of whose: String) -> [ReportBlock] {
    let outcomes = matching["outcomes"].list
    let selection = matching["selection"]
    var table = ReportTable(
      "\(whose): the equilibrium selected, with 95% Wilson intervals",
      ["outcome", "values", "seeds", "share", "interval"], textColumns: [0, 1])
    func add(_ label: String, _ values: String, _ row: DocumentValue) {
      guard let share = row["share"].number else { return }
      let ends = [row["low"].number, row["high"].number].compactMap { $0.map(percentText) }
      table.add([
        label, values, row["count"].inline, percentText(share),
        ends.count == 2 ? "[\(ends[0]), \(ends[1])]" : "",
      ])
    }
    for outcome in outcomes.prefix(most) {
      add(
        outcome["label"].inline + (outcome["symmetric"].boolean == true ? " (symmetric)" : ""),
        outcome["value_initial"].numbers.map(tableNumber).joined(separator: ", "), outcome)
    }
    add("none", "", selection["none"])
    add("did not converge", "", selection["unconverged"])
    table.omitted = outcomes.count - min(outcomes.count, most)
    return table.isEmpty ? [] : [.table(table)]
  }

  /// Groups by themselves, then every pair.
  static func groups(_ comparison: DocumentValue) -> [ReportBlock] {
    let better = comparison["orientation"].text?.contains("higher") == true ? "higher" : "lower"
    let coverage = "\(reportNumber(100 * (1 - (comparison["significance"].number ?? 0.05))))%"
    var table = ReportTable(
      "\(comparison["measure"].inline): \(better) is better",
      ["group", "seeds", "IQM", "\(coverage) interval", "mean", "\(coverage) interval", "median"])
    for group in comparison["groups"].list {
      table.add([
        group["name"].inline, "\(group["seeds"].list.count)",
        number(group.at("iqm.estimate")), ends(group["iqm"]), number(group.at("mean.estimate")),
        ends(group["mean"]), number(group.at("median.estimate")),
      ])
    }
    var blocks: [ReportBlock] = [.table(table)]
    let profile = self.profile(comparison)
    if !profile.isEmpty { blocks.append(.figure(ReportFigure(profile, caption: profileCaption))) }
    let pairs = comparison["pairs"].list
    if !pairs.isEmpty {
      blocks.append(.table(pairTable(pairs, coverage: coverage)))
      blocks.append(
        .text(
          "P(better): chance that a run of the one beats a run of the other, ties half, with the "
            + "Mann-Whitney p. Differences of means: Welch's t, and seed by seed the paired t. p is "
            + "adjusted over all pairs by Holm. Not significant: the interval holds no difference, or "
            + "p > \(comparison["significance"].inline); that does not show equality. Seeds needed: "
            + "per group, to find a difference as large as the observed one with power "
            + "\(comparison["power"].inline)."))
    }
    return blocks
  }

  private static let profileCaption =
    "Performance profiles: the share of seeds at least as good as each score, with pointwise 95% "
    + "bands (Agarwal et al. 2021). Where one curve is above another throughout, its group is better "
    + "at every score."

  private static func profile(_ comparison: DocumentValue) -> Chart {
    let thresholds = comparison["thresholds"].numbers
    let series = comparison["groups"].list.prefix(8).map { group in
      let (share, low, high) = (
        group.at("profile.share").numbers, group.at("profile.low").numbers,
        group.at("profile.high").numbers
      )
      let isWhole = [share, low, high].allSatisfy { $0.count == thresholds.count }
      return Chart.Series(
        group["name"].inline, .curve,
        isWhole
          ? thresholds.indices.map {
            Chart.Point(thresholds[$0], share[$0], low: low[$0], high: high[$0])
          } : [])
    }
    return Chart(
      "profile", title: "Performance profiles of \(comparison["measure"].inline)",
      panels: [
        Chart.Panel(
          xAxis: comparison["measure"].inline, yAxis: "share of seeds", isFromZero: true,
          series: Array(series))
      ])
  }

  private static func pairTable(_ pairs: [DocumentValue], coverage: String) -> ReportTable {
    var table = ReportTable(
      "Every pair", ["", "estimate", "\(coverage) interval", "p (Holm)", "verdict"])
    for pair in pairs.prefix(most) {
      table.add(heading: "\(pair["first"].inline) against \(pair["second"].inline)")
      func add(
        _ label: String, _ estimate: DocumentValue, _ interval: DocumentValue,
        _ judged: DocumentValue
      ) {
        let isClear = judged["verdict"].text == "significant"
        table.add([
          .init(label), .init(number(estimate)), .init(ends(interval)),
          .init(
            judged["p_adjusted"].number.map { $0 < 1e-4 ? "<0.0001" : decimal($0, 4) } ?? "none"),
          .init(judged["verdict"].inline, isClear ? .good : .muted),
        ])
      }
      let improvement = pair["improvement"]
      add(
        "P(\(pair["first"].inline) better)", improvement.at("result.estimate"),
        improvement["result"], improvement)
      let welch = pair["welch"]
      if !welch.isNull {
        add("difference of means", pair["mean_difference"], welch.at("result.difference"), welch)
      }
      let paired = pair["paired"]
      if !paired.isNull {
        let student = paired.at("result.student")
        add("difference, seed by seed", student["estimate"], student, paired)
      }
      table.add([
        "seeds needed per group", pair["seeds_per_group"].inline, "", "", "",
      ])
    }
    table.omitted = pairs.count - min(pairs.count, most)
    return table
  }

  /// Values when the row's policy sits in seat 1 and the column's in the others.
  static func crossPlay(_ table: DocumentValue) -> [ReportBlock] {
    let names = table["runs"].list.map(\.inline)
    var found = ReportTable(
      "Value of player 1 when the row's \(table["policy"].inline) policy meets the column's, with 95% "
        + "intervals", ["in seat 1"] + names)
    for (row, cells) in table["cells"].list.enumerated() where names.indices.contains(row) {
      let values = cells.list.map { cell -> String in
        guard let own = cell["values"].list.first else { return "" }
        return "\(brief(own["mean"].number)) "
          + "[\(brief(own["low"].number)), \(brief(own["high"].number))]"
      }
      guard values.count == names.count else { continue }
      found.add([names[row]] + values)
    }
    return found.isEmpty ? [] : [.table(found)]
  }

  private static func number(_ value: DocumentValue) -> String {
    value.number.map(tableNumber) ?? "none"
  }

  private static func ends(_ interval: DocumentValue) -> String {
    guard let low = interval["low"].number, let high = interval["high"].number else {
      return "none"
    }
    return "[\(tableNumber(low)), \(tableNumber(high))]"
  }

  /// Rows of one table.
  private static let most = 100
}

/// A note as a sentence: its first letter large, a full stop at its end.
func sentence(_ text: String) -> String {
  guard let first = text.first else { return "" }
  let end = text.hasSuffix(".") || text.hasSuffix("!") ? "" : "."
  return first.uppercased() + text.dropFirst() + end
}
