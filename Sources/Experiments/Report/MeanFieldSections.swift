/// The document of `lab train` of a mean-field game, as parts of a report.
struct MeanFieldSections {
  let document: DocumentValue

  private var seeds: [DocumentValue] { document["per_seed"].list }
  private var interaction: [String] { document["interaction"].list.map(\.inline) }

  /// What came out, in a sentence or two.
  var verdict: String {
    let count = "\(seeds.count) seed\(seeds.count == 1 ? "" : "s")"
    let converged = seeds.count { $0["is_converged"].boolean == true }
    var text = "\(converged) of \(count) converged."
    for (scalar, name) in interaction.enumerated() {
      let found = document.at("statistics.m").list
      guard found.indices.contains(scalar) else { continue }
      let m = found[scalar]
      let ends =
        seeds.count > 1 ? " [\(brief(m["low"].number)), \(brief(m["high"].number))]" : ""
      text += " Learned m (\(name)): \(brief(m["iqm"].number))\(ends)"
      let exact = Set(
        seeds.compactMap { seed -> Double? in
          let values = seed["m_exact"]
          return values.number
            ?? (values.numbers.indices.contains(scalar)
              ? values.numbers[scalar] : nil)
        })
      text +=
        exact.count == 1
        ? ", exact \(brief(exact.first))."
        : exact.isEmpty ? "; no exact equilibrium to hold it against." : "; several exact ones."
    }
    let unfinished = document["unfinished"].list.count
    if unfinished > 0 { text += " \(unfinished) more seeds are unfinished and not counted." }
    return text
  }

  /// Statistics over the seeds.
  var table: ReportTable {
    var table = ReportTable(
      "Interquartile means over \(seeds.count) seeds with 95% bootstrap intervals",
      ["", "IQM", "95% interval", "exact"])
    let scale = seeds.compactMap { $0["value_scale"].number }.max() ?? 0
    func add(_ label: String, _ statistic: DocumentValue, _ exact: String, isMoney: Bool = false) {
      guard statistic["iqm"].number != nil else { return }
      func number(_ key: String) -> String {
        guard let value = statistic[key].number else { return "none" }
        return tableNumber(isMoney && abs(value) <= 1e-12 * scale ? 0 : value)
      }
      let interval = seeds.count > 1 ? "[\(number("low")), \(number("high"))]" : "one seed"
      table.add([label, number("iqm"), interval, exact])
    }
    let statistics = document["statistics"]
    for (name, m) in zip(interaction, statistics["m"].list) { add("m, \(name)", m, "") }
    add("|m − exact m|", statistics["m_error"], "0")
    add("states with a wrong action", statistics["wrong_actions"], "0")
    add("agents at them, share", statistics["wrong_mass"], "0")
    add("smallest exact action gap", statistics["smallest_gap"], "", isMoney: true)
    add("largest error of Q̂, last step", statistics["q_error"], "0", isMoney: true)
    add("value loss, worst state", statistics["value_loss"], "0", isMoney: true)
    add("value loss, mean", statistics["value_loss_mean"], "0", isMoney: true)
    add("total variation, law as seen", statistics["total_variation"], "0")
    add("total variation, policy's law", statistics["total_variation_policy"], "0")
    if let share = document["share_converged"].number {
      let ends = document["share_converged_interval"].numbers.map(percentText)
      table.add([
        "seeds converged", "\(wholeCount(share, of: seeds.count)) of \(seeds.count)",
        ends.count == 2 ? "[\(ends[0]), \(ends[1])]" : "", "",
      ])
    }
    return table
  }

  /// How to read the tables.
  static let legend =
    "Between: decided signs of m − Φ(m); a crossing lies there if both are right. Wrong actions, "
    + "losses and total variation are judged at the exact m nearest to the learned one. Wilson "
    + "interval for the share."

  /// Every seed on its own; `most` of them.
  func seedTable(most: Int) -> ReportTable {
    var table = ReportTable(
      "Every seed",
      ["seed", "m", "between", "exact m", "wrong actions", "value loss", "outer steps", "ended"],
      textColumns: [0, 7])
    for seed in seeds.prefix(most) {
      let ended = seed["status"].inline
      let loss = seed["value_loss"].number.map {
        abs($0) <= 1e-12 * (seed["value_scale"].number ?? 0) ? 0 : $0
      }
      table.add([
        .init(seed["seed"].inline), .init(seed["m"].inline),
        .init(seed["interval"].isNull ? "" : seed["interval"].inline),
        .init(seed["m_exact"].isNull ? "none" : seed["m_exact"].inline),
        .init(seed["wrong_actions"].isNull ? "" : seed["wrong_actions"].inline),
        .init(loss.map(tableNumber) ?? ""), .init(seed["steps"].inline),
        .init(ended, seed["is_converged"].boolean == true ? .good : .plain),
      ])
    }
    table.omitted = max(0, seeds.count - most)
    return table
  }

  /// The exact equilibria.
  var exact: [ReportBlock] {
    let exact = document["exact"]
    var blocks: [ReportBlock] = [
      .facts(
        [
          ReportFact("status", exact["status"].inline),
          ReportFact("list", exact["counting"].inline),
        ]
          + exact["solver"].entries.filter { $0.value.isScalar }.map {
            ReportFact("solver: \($0.key)", $0.value.inline)
          } + (exact["note"].text.map { $0.isEmpty ? [] : [ReportFact("note", $0)] } ?? []))
    ]
    blocks.append(.table(MeanFieldSections.crossingTable(exact["crossings"])))
    return blocks
  }

  /// Crossings with how far each is from the definition.
  static func crossingTable(_ crossings: DocumentValue) -> ReportTable {
    var table = ReportTable(
      "Exact crossings of m and Φ(m)",
      [
        "", "m", "kind", "mean state", "variance", "consistency", "invariance", "optimality",
      ], textColumns: [0, 2])
    for (index, crossing) in crossings.list.enumerated() {
      let residuals = crossing["residuals"]
      func residual(_ name: String) -> String { residuals[name].number.map(tableNumber) ?? "" }
      table.add([
        "\(index + 1)", crossing["m"].inline, crossing["kind"].inline,
        brief(crossing["mean_state"].number), brief(crossing["variance"].number),
        residual("consistency"), residual("invariance"), residual("optimality"),
      ])
    }
    return table
  }
}
