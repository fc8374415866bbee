internal import Environments

/// The document of `lab solve --json`, as a report.
struct SolveSections {
  let document: DocumentValue

  private var states: [Label] { Self.labels(document["states"]) }
  private var players: Int { document["values"].list.count }

  /// The report.
  func report(_ path: String) -> Report {
    var report = Report(
      kind: "exact solution", title: title, state: state, verdict: verdict, path: path)
    report.sections.append(
      ReportSection("verdict", "Verdict", [.facts(facts)], isBrief: true))
    let charts = self.charts
    if !charts.isEmpty {
      report.sections.append(ReportSection("figures", "Figures", charts, isBrief: true))
    }
    if let table = stateTable {
      report.sections.append(ReportSection("states", "By state", [.table(table)]))
    }
    let certificate = document["certificate"]
    report.sections.append(
      ReportSection(
        "certificates", "Certificate",
        certificate.isNull
          ? [.warning("There is no equilibrium here, and so no certificate.")]
          : [
            .table(CertificateTable.table([("this solution", certificate)])),
            .text(CertificateTable.legend),
          ]))
    if !document["report"].isNull {
      let inner = GenericSections.sections(document["report"])
      report.sections.append(ReportSection("economics", "Economics", inner.flatMap(\.blocks)))
    }
    report.sections.append(parameters)
    return report
  }

  private var title: String {
    "\(document["game"].inline)\(document["scenario"].text.map { " (\($0))" } ?? ""), solved"
  }

  private var state: Report.State {
    switch document["status"].text {
    case "converged": .finished
    case "limit", "interrupted": .unfinished
    default: .failed
    }
  }

  private var verdict: String {
    let certificate = document["certificate"]
    var text = "The solver ended as \(document["status"].inline)"
    if let exploitability = certificate["exploitability"].number,
      let tolerance = certificate["tolerance"].number
    {
      text +=
        exploitability <= tolerance
        ? "; the certificate says: an equilibrium, exploitability \(brief(exploitability))"
        : "; the certificate says: not an equilibrium, exploitability \(brief(exploitability)) "
          + "above \(brief(tolerance))"
    } else {
      text += "; there is no certificate"
    }
    return text + "."
  }

  private var facts: [ReportFact] {
    var facts = [
      ReportFact("game", document["game"].inline), ReportFact("status", document["status"].inline),
      ReportFact("states", "\(states.count)"), ReportFact("players", "\(players)"),
    ]
    if let note = document["note"].text, !note.isEmpty { facts.append(ReportFact("note", note)) }
    facts += document["solver"].entries.filter { $0.value.isScalar }.map {
      ReportFact("solver: \($0.key)", $0.value.inline)
    }
    facts += document["selection"].entries.filter { $0.value.isScalar }.map {
      ReportFact("selection: \($0.key.replacing("_", with: " "))", $0.value.inline)
    }
    return facts
  }

  private var parameters: ReportSection {
    Self.parameters(document)
  }

  static func parameters(_ document: DocumentValue) -> ReportSection {
    ReportSection(
      "configuration", "Parameters",
      GenericSections.sections(document["parameters"]).flatMap(\.blocks)
        + [.heading("Solver")] + GenericSections.sections(document["solver"]).flatMap(\.blocks),
      isFolded: true)
  }

  /// Policies and values by state.
  private var charts: [ReportBlock] {
    let sample = StateSample(states)
    guard players > 0, states.count > 1 else { return [] }
    func panels(_ yAxis: String, _ value: (Int) -> [Double]) -> [Chart.Panel] {
      (0..<min(players, 4)).compactMap { player in
        let values = value(player)
        guard values.count == states.count else { return nil }
        return Chart.Panel(
          title: "player \(player + 1)", xAxis: "state", yAxis: yAxis,
          categories: sample.categories,
          series: [Chart.Series("exact", .curve, sample.points(values))])
      }
    }
    let charts = [
      Chart(
        "policies", title: "\(title): mean action",
        panels: panels("mean action") { meanActions($0) }),
      Chart(
        "values", title: "\(title): values",
        panels: panels("value") { document["values"].list[$0].numbers }),
    ]
    return charts.filter { !$0.isEmpty }.map {
      .figure(ReportFigure($0, caption: sentence("\($0.title) by state")))
    }
  }

  /// Mean action of a player by state; empty where actions are words.
  private func meanActions(_ player: Int) -> [Double] {
    let laws = document["policies"].list
    guard laws.indices.contains(player) else { return [] }
    return laws[player].list.enumerated().compactMap { state, law in
      let labels = actions(player, state).map(\.number)
      guard labels.count == law.list.count, labels.allSatisfy({ $0 != nil }) else { return nil }
      return zip(law.numbers, labels).reduce(0) { $0 + $1.0 * $1.1! }
    }
  }

  /// `actions` is `[player][action]`, or `[state][player][action]` where they differ by state.
  private func actions(_ player: Int, _ state: Int) -> [Label] {
    let all = document["actions"].list
    let isByState = all.first?.list.first.map { !$0.isScalar } ?? false
    let own = isByState ? (all.indices.contains(state) ? all[state].list : []) : all
    return own.indices.contains(player) ? Self.labels(own[player]) : []
  }

  private var stateTable: ReportTable? {
    guard players > 0 else { return nil }
    let laws = document["policies"].list
    let nashConv = document["nash_conv"].numbers
    var table = ReportTable(
      "Policies and values by state",
      ["state"] + (0..<players).map { "policy \($0 + 1)" }
        + (0..<players).map { "value \($0 + 1)" } + ["NashConv"],
      textColumns: Set(0...players))
    for state in states.indices {
      guard state < 300 else {
        table.omitted += 1
        continue
      }
      let policies = (0..<players).map { player -> String in
        guard laws.indices.contains(player), laws[player].list.indices.contains(state) else {
          return ""
        }
        return Self.law(laws[player].list[state].numbers, actions(player, state))
      }
      let values = (0..<players).map { player -> String in
        let own = document["values"].list[player].numbers
        return own.indices.contains(state) ? tableNumber(own[state]) : ""
      }
      table.add(
        [states[state].description] + policies + values
          + [nashConv.indices.contains(state) ? tableNumber(nashConv[state]) : ""])
    }
    return table
  }

  /// `0.4`, or `0.3: 67%, 0.4: 33%`.
  private static func law(_ law: [Double], _ labels: [Label]) -> String {
    guard law.count == labels.count else { return "" }
    if let pure = law.firstIndex(where: { $0 > 1 - 1e-12 }) { return labels[pure].description }
    return law.indices.filter { law[$0] >= 5e-4 }.map {
      "\(labels[$0]): \(decimal(100 * law[$0], 1))%"
    }.joined(separator: ", ")
  }

  static func labels(_ value: DocumentValue) -> [Label] {
    value.list.map { label in
      label.number.map(Label.number) ?? .text(label.inline)
    }
  }
}

extension SolveSections {
  /// The document of a mean-field game.
  static func meanField(_ document: DocumentValue, path: String) -> Report {
    let name =
      "\(document["game"].inline)\(document["scenario"].text.map { " (\($0))" } ?? ""), solved"
    let crossings = document["crossings"].list
    let certificate = document["certificate"]
    let status = document["status"].text ?? ""
    var report = Report(
      kind: "exact mean-field solution", title: name,
      state: status == "converged" ? .finished : status == "uncertified" ? .failed : .unfinished,
      verdict: "The solver ended as \(status) with \(crossings.count) crossings "
        + "(\(document["counting"].inline)); "
        + (certificate["certified"].boolean == true ? "certified." : "not certified."),
      path: path)
    report.sections.append(
      ReportSection(
        "verdict", "Verdict",
        [
          .table(MeanFieldSections.crossingTable(document["crossings"])),
          .facts([
            ReportFact("status", status), ReportFact("note", document["note"].inline),
            ReportFact("list", document["proof"].inline),
          ]),
        ], isBrief: true))
    let labels = labels(document["states"])
    let sample = StateSample(labels)
    let series = crossings.prefix(6).enumerated().compactMap { index, crossing -> Chart.Series? in
      let law = crossing["law"].numbers
      guard law.count == labels.count, !law.isEmpty else { return nil }
      return Chart.Series("m = \(crossing["m"].inline)", .curve, sample.points(law))
    }
    let chart = Chart(
      "laws", title: "\(name): the population",
      panels: [
        Chart.Panel(
          xAxis: document["state_quantity"].text ?? "state", yAxis: "share of agents",
          isFromZero: true, categories: sample.categories, series: series)
      ])
    if !chart.isEmpty {
      report.sections.append(
        ReportSection(
          "figures", "Figures",
          [.figure(ReportFigure(chart, caption: "The law of agents' states in each crossing."))],
          isBrief: true))
    }
    if !certificate.isNull {
      report.sections.append(
        ReportSection(
          "certificates", "Certificate",
          GenericSections.sections(certificate).flatMap(\.blocks)))
    }
    report.sections.append(parameters(document))
    return report
  }
}
