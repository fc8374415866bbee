internal import Environments

/// The document of `lab montecarlo`, as parts of a report.
struct MonteCarloSections {
  let document: DocumentValue
  /// The folder of pictures that the study drew; nil for a document alone.
  var plots: String?

  private var profiles: [DocumentValue] { document["profiles"].list }

  /// One line on what was played.
  var title: String {
    let scenario = document["scenario"].text.map { " (\($0))" } ?? ""
    return "\(document["game"].inline)\(scenario), \(grouped(document["paths"].number)) \(paths) "
      + "\(grouped(document["periods"].number)) periods, \(document["draws"].inline) draws"
  }

  /// What a path is: in a mean-field game a market.
  private var paths: String {
    document["agents"].number.map { "markets of \(grouped($0)) agents and" } ?? "paths of"
  }
  private var isMarket: Bool { document["agents"].number != nil }

  /// What came out, in a sentence or two.
  var verdict: String {
    let names = profiles.map { $0["name"].inline }.joined(separator: ", ")
    var text =
      "\(grouped(document["paths"].number)) \(isMarket ? "markets" : "paths") under \(names)."
    let all = profiles.flatMap { $0["statistics"].list + $0["events"].list }.compactMap {
      $0["z"].number.map(abs)
    }
    if let farthest = all.max() {
      let share = percentText(document["confidence"].number ?? 0.95)
      text +=
        " Of \(all.count) estimates with exact values \(all.count { $0 > 1.96 }) lie beyond 1.96 "
        + "standard errors, the farthest at \(decimal(farthest, 1)); \(share) intervals."
    }
    let until = document["until"]
    if let isMet = until["met"].boolean {
      text +=
        " The half-width of \(until["statistic"].inline) is \(brief(until["reached"].number)); "
        + "\(brief(until["wanted"].number)) was wanted"
        + (isMet ? "." : ", so it is not precise enough.")
    }
    return text
  }

  /// The parts.
  ///
  /// - Parameter isBrief: what a terminal shows is enough.
  func sections(isBrief: Bool) -> [ReportSection] {
    var sections: [ReportSection] = []
    for (index, profile) in profiles.enumerated() {
      sections.append(
        ReportSection(
          "profile-\(index + 1)", "Under \(profile["name"].inline): \(profile["origin"].inline)",
          statistics(profile) + longRun(profile), isBrief: true))
    }
    let fans = self.fans
    if !fans.isEmpty {
      // A terminal shows the first few.
      sections.append(
        ReportSection(
          "figures", "Figures", isBrief ? Array(fans.prefix(3)) : fans, isBrief: true))
    }
    if !isBrief {
      let laws = profiles.flatMap(self.laws)
      if !laws.isEmpty { sections.append(ReportSection("laws", "Long-run laws", laws)) }
    }
    let differences = document["differences"].list
    if !differences.isEmpty {
      sections.append(
        ReportSection(
          "differences", "Differences",
          differences.map {
            .table(
              table(
                "\($0["profile"].inline) minus \($0["against"].inline)", $0["statistics"].list))
          } + [
            .text(
              "Gain: the variance with chance of their own over that with common random numbers.")
          ]))
    }
    let departure = document["departure"]
    if !departure.isNull {
      sections.append(ReportSection("departure", "A forced departure", self.departure(departure)))
    }
    return sections
  }

  /// Estimates with their errors, beside what is exact.
  private func table(_ caption: String, _ rows: [DocumentValue]) -> ReportTable {
    let share = percentText(document["confidence"].number ?? 0.95)
    let hasGain = rows.contains { !$0["gain"].isNull }
    let hasLimit = rows.contains { !$0["limit"].isNull }
    let more = (hasGain ? ["gain"] : []) + (hasLimit ? ["in a continuum"] : [])
    var table = ReportTable(
      caption,
      ["statistic", "mean", "standard error", "\(share) interval", "exact", "z"] + more
        + ["error from"],
      textColumns: [0, 6 + more.count])
    for row in rows {
      let z = row["z"].number
      let unit = row["unit"].text.map { $0.isEmpty ? "" : " (\($0))" } ?? ""
      table.add(
        [
          .init(row["name"].inline + unit), .init(brief6(row["mean"])),
          .init(row["standard_error"].number.map { brief($0) } ?? ""), .init(ends(row)),
          .init(row["exact"].isNull ? "" : brief6(row["exact"])),
          .init(z.map { decimal($0, 1) } ?? "", z.map { abs($0) > 3.5 } == true ? .bad : .plain),
        ] + (hasGain ? [ReportTable.Cell(row["gain"].number.map { brief($0) } ?? "")] : [])
          + (hasLimit ? [ReportTable.Cell(row["limit"].number.map(tableNumber) ?? "")] : [])
          + [.init(row["method"].text ?? "")])
    }
    return table
  }

  private func brief6(_ value: DocumentValue) -> String {
    value.number.map { abs($0) < 1e-12 ? "0" : tableNumber($0) } ?? "none"
  }

  private func ends(_ row: DocumentValue) -> String {
    guard let low = row["low"].number, let high = row["high"].number else { return "" }
    return "[\(tableNumber(low)), \(tableNumber(high))]"
  }

  private func statistics(_ profile: DocumentValue) -> [ReportBlock] {
    let rows = profile["statistics"].list + profile["events"].list
    return rows.isEmpty
      ? [] : [.table(table("Over all paths, and first passages and spells", rows))]
  }

  private func longRun(_ profile: DocumentValue) -> [ReportBlock] {
    let rows = profile["long_run"].list
    guard !rows.isEmpty else { return [] }
    let occupancy = profile["occupancy"]
    var blocks: [ReportBlock] = [
      .table(table("Dates after the first \(document["burn_in"].inline)", rows))
    ]
    if let distance = occupancy["total_variation"].number {
      blocks.append(
        .text(
          "\(isMarket ? "Agents" : "Dates") by state against the exact long-run law: total variation "
            + "\(brief(distance))."))
    } else if let distance = occupancy["limit_variation"].number {
      blocks.append(
        .text(
          "Agents by state against the invariant law of a continuum: total variation "
            + "\(brief(distance)), the effect of their number being finite and of chance."))
    }
    return blocks
  }

  /// Fan charts, a panel a profile: the study's own pictures on a page, their middles in a terminal.
  private var fans: [ReportBlock] {
    func charted(_ profile: DocumentValue) -> [(fan: DocumentValue, quantity: String)] {
      profile["fans"].list.map { ($0, $0["name"].inline) }
        + profile["totals"].list.map { ($0, "running/\($0["name"].inline)") }
    }
    let all = profiles.map(charted)
    return (all.first ?? []).indices.compactMap { index in
      let own = all[0][index]
      guard own.fan["levels"].numbers.count > 1, own.fan["dates"].list.count > 1 else { return nil }
      let panels = zip(profiles, all).prefix(4).compactMap { profile, fans in
        fans.indices.contains(index)
          ? Self.panel(fans[index].fan, title: profile["name"].inline, quantity: own.quantity) : nil
      }
      let chart = Chart("fan-\(own.quantity)", title: own.quantity, panels: panels)
      let file = plots.map { "\($0)/\(Plot.fileName(chart.name)).svg" }
      return .figure(
        ReportFigure(
          chart,
          caption: "\(own.quantity) by period: quantiles over paths "
            + "(\(own.fan["method"].inline)), the mean, and the exact mean where it is known.",
          file: file.flatMap { fileExists($0) ? $0 : nil }))
    }
  }

  /// The middle of a fan with its outermost quantiles as a band, the mean, and what is exact.
  private static func panel(
    _ fan: DocumentValue, title: String, quantity: String
  ) -> Chart.Panel {
    let levels = fan["levels"].numbers
    let dates = fan["dates"].list
    let middle = levels.count / 2
    func points(_ key: String) -> [Chart.Point] {
      dates.compactMap { row in
        guard let date = row["date"].number, let y = row[key].number else { return nil }
        return Chart.Point(date, y)
      }
    }
    let bands = dates.compactMap { row -> Chart.Point? in
      let quantiles = row["quantiles"].list.map { $0["value"].number }
      guard let date = row["date"].number, quantiles.count == levels.count,
        let y = quantiles[middle], let low = quantiles[0], let high = quantiles[levels.count - 1]
      else { return nil }
      return Chart.Point(date, y, low: low, high: high)
    }
    let ends = "\(percentText(levels[0])) to \(percentText(levels[levels.count - 1]))"
    return Chart.Panel(
      title: title, xAxis: "period",
      yAxis: fan["unit"].text.flatMap { $0.isEmpty ? nil : $0 } ?? quantity,
      series: [
        Chart.Series(
          "\(levels[middle] == 0.5 ? "median" : "quantile"), \(ends)", .curve, bands),
        Chart.Series("mean", .curve, points("mean")),
        Chart.Series("exact mean", .reference, points("exact_mean")),
        Chart.Series("continuum", .reference, points("limit_mean")),
      ].filter { !$0.points.isEmpty })
  }

  /// The long-run law by state, and autocorrelations, beside the exact ones.
  private func laws(_ profile: DocumentValue) -> [ReportBlock] {
    let name = profile["name"].inline
    var blocks: [ReportBlock] = []
    let states = profile.at("occupancy.states").list
    let sample = StateSample(
      states.map { $0["state"].number.map(Label.number) ?? .text($0["state"].inline) })
    if states.count > 1 {
      let shares = states.map { $0["share"].number ?? 0 }
      let (low, high) = (states.map { $0["low"].number }, states.map { $0["high"].number })
      var points = sample.points(shares)
      for (index, state) in sample.states.enumerated() {
        (points[index].low, points[index].high) = (low[state], high[state])
      }
      var series = [Chart.Series("simulated", .curve, points)]
      for (key, name) in [("exact", "exact"), ("limit", "continuum")] {
        let known = states.compactMap { $0[key].number }
        // One line where the two agree.
        if known.count == states.count, series.count == 1 {
          series.append(Chart.Series(name, .reference, sample.points(known)))
        }
      }
      let who = isMarket ? "agents" : "dates"
      blocks.append(
        .figure(
          ReportFigure(
            Chart(
              "occupancy-\(name)", title: "\(name): share of \(who) by state",
              panels: [
                Chart.Panel(
                  xAxis: "state", yAxis: "share of \(who)", isFromZero: true,
                  categories: sample.categories, series: series)
              ]),
            caption:
              "Share of \(who) by state under \(name), after the burn-in, with its interval, beside "
              + "the exact law of the long run where it is known.")))
    }
    for found in profile["autocorrelations"].list {
      let lags = found["lags"].list
      func points(_ key: String) -> [Chart.Point] {
        lags.compactMap { row in
          guard let lag = row["lag"].number, let y = row[key].number else { return nil }
          return key == "exact"
            ? Chart.Point(lag, y)
            : Chart.Point(lag, y, low: row["low"].number, high: row["high"].number)
        }
      }
      let quantity = found["quantity"].inline
      guard lags.count > 1 else { continue }
      blocks.append(
        .figure(
          ReportFigure(
            Chart(
              "autocorrelation-\(name)-\(quantity)",
              title: "\(name): autocorrelation of \(quantity)",
              panels: [
                Chart.Panel(
                  xAxis: "lag in periods", yAxis: "autocorrelation", isFromZero: true,
                  series: [
                    Chart.Series("simulated", .curve, points("estimate")),
                    Chart.Series("exact", .reference, points("exact")),
                  ].filter { !$0.points.isEmpty })
              ]), caption: "Autocorrelations of \(quantity) under \(name) with their intervals.")))
    }
    return blocks
  }

  private func departure(_ found: DocumentValue) -> [ReportBlock] {
    var blocks: [ReportBlock] = [
      .text(
        "Player \(found["player"].inline) departs in period \(found["period"].inline): "
          + "\(found["action"].inline)."),
      .table(table("What it adds to discounted payoffs", found["gains"].list)),
    ]
    for quantity in found["quantities"].list {
      func points(_ key: String) -> [Chart.Point] {
        quantity["dates"].list.compactMap { row in
          guard let date = row["date"].number, let y = row[key].number else { return nil }
          return key == "exact"
            ? Chart.Point(date, y)
            : Chart.Point(date, y, low: row["low"].number, high: row["high"].number)
        }
      }
      let name = quantity["name"].inline
      let chart = Chart(
        "departure-\(name)", title: "What the departure adds: \(name)",
        panels: [
          Chart.Panel(
            xAxis: "period", yAxis: quantity["unit"].text.flatMap { $0.isEmpty ? nil : $0 } ?? name,
            series: [
              Chart.Series("mean", .curve, points("mean")),
              Chart.Series("exact", .reference, points("exact")),
            ].filter { !$0.points.isEmpty })
        ])
      if !chart.isEmpty {
        blocks.append(
          .figure(
            ReportFigure(
              chart,
              caption: "Mean difference that the departure makes to \(name), with its interval.")))
      }
    }
    return blocks
  }
}
