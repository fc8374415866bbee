internal import Environments
internal import Foundation

extension MonteCarloDocument {
  /// The study as tables for a terminal.
  public var text: String {
    var lines = [heading]
    if let note = pathsNote { lines.append(note) }
    lines.append("")
    for profile in profiles {
      lines += agents == nil ? text(of: profile) : marketText(of: profile)
    }
    for difference in differences {
      lines += ["\(difference.profile) minus \(difference.against)", ""]
      lines += [table(difference.statistics, .gain), ""]
    }
    if !differences.isEmpty, commonRandomNumbers {
      lines += [
        "gain: variance with chance of their own over that with common random numbers", "",
      ]
    }
    if let departure { lines += text(of: departure) }
    lines.append(closing)
    return lines.joined(separator: "\n")
  }

  private var heading: String {
    var name = game
    if let scenario { name += " (\(scenario))" }
    var count = "\(grouped(paths)) paths of"
    if let agents {
      count = "\(grouped(paths)) markets of \(grouped(agents)) agents,"
    }
    return "\(name), \(count) \(grouped(periods)) periods, \(draws) draws, seed \(seed)"
  }

  /// Says that not as many paths were played as were asked for, and why; nil where they were.
  private var pathsNote: String? {
    guard let pathsAsked, pathsAsked != paths, status == "complete" else { return nil }
    guard paths < pathsAsked else {
      return "asked for were \(grouped(pathsAsked)) paths; \(draws) ones come in pairs"
    }
    var note = "asked for were \(grouped(pathsAsked)) paths"
    if let units = profiles.first?.statistics.first?.units, units > 0, paths % units == 0 {
      note += ", of which \(units) replicates of \(grouped(paths / units)) can be made"
    }
    if let pathsFitting { note += "; \(grouped(pathsFitting)) would all be played" }
    return note
  }

  /// What a person is shown of some rows: discounted sums, and totals of what is no flow, are in the
  /// files.
  static func shown(_ rows: [PathStatistic]) -> [PathStatistic] {
    // A total differs in unit from what is summed if that is counted per period.
    var units: [String: String] = [:]
    for row in rows where row.name.hasPrefix("mean/") {
      units[String(row.name.dropFirst(5))] = row.unit
    }
    let hidden = ["discounted/", "waiting/", "spells/", "total/payoff"]
    return rows.filter { row in
      guard !hidden.contains(where: { row.name.hasPrefix($0) }) else { return false }
      guard row.name.hasPrefix("total/") else { return true }
      return units[String(row.name.dropFirst(6))] != row.unit
    }
  }

  private func text(of profile: Played) -> [String] {
    var lines = ["\(profile.name): \(profile.origin)", ""]
    let hasGain = profile.statistics.contains { $0.gain != nil }
    lines += [
      table(profile.statistics + profile.events, hasGain ? .gain : .z), "",
    ]
    if burnIn > 0 || profile.occupancy.method == "batch means" {
      lines += [
        "dates after the first \(burnIn), errors from \(profile.occupancy.units) "
          + profile.occupancy.method, "",
        table(profile.longRun, .z), "",
      ]
      if let note = Self.batchNote(profile.longRun) { lines += [note, ""] }
    }
    if let distance = profile.occupancy.totalVariation {
      let worst = profile.occupancy.states.compactMap(\.z).map(abs).max()
      lines.append(
        "dates by state against the exact long-run law: total variation \(tableNumber(distance))"
          + (worst.map { ", largest |z| \(decimal($0, 1))" } ?? ""))
    }
    if let line = Self.autocorrelation(profile.autocorrelations) { lines.append(line) }
    if let last = lines.last, !last.isEmpty { lines.append("") }
    return lines
  }

  /// The first lags of one quantity in a line; nil without any.
  static func autocorrelation(_ all: [PathAutocorrelation]) -> String? {
    guard let first = all.first(where: { $0.lags.count > 1 }) else { return nil }
    let shown = first.lags.dropFirst().prefix(4).map { row in
      "\(row.lag): \(decimal(row.estimate, 3))"
        + (row.standardError.map { " ± \(decimal($0, 3))" } ?? "")
        + (row.exact.map { " (exact \(decimal($0, 3)))" } ?? "")
    }
    return "autocorrelation of \(first.quantity) at lag \(shown.joined(separator: ", "))"
  }

  /// What a table ends in.
  enum Ending {
    /// Exact values and what a way of drawing gains.
    case gain
    /// Exact values and the distance to them in standard errors.
    case z
    /// Values in a continuum and the distance to them.
    case limit
  }

  func table(_ rows: [PathStatistic], _ ending: Ending) -> String {
    let last =
      switch ending {
      case .gain: ["exact", "gain"]
      case .z: ["exact", "z"]
      case .limit: ["N = \u{221E}", "N effect"]
      }
    var table = TextTable(
      ["statistic", "mean", "std error", "\(compactDecimal(100 * confidence))% interval"] + last)
    let rows = Self.shown(rows)
    for row in rows {
      var interval = "none"
      var places: Int?
      if let low = row.low, let high = row.high {
        places = Self.places(halfWidth: (high - low) / 2)
        interval = "[\(Self.short(low, places: places)), \(Self.short(high, places: places))]"
      }
      let known = ending == .limit ? row.limit : row.exact
      let end: String? =
        switch ending {
        case .gain: row.gain.map(Self.factor)
        case .z: row.z.map { decimal($0, 1) }
        case .limit: row.limit.map { Self.short(row.mean - $0, places: places) }
        }
      table.add([
        row.name, Self.short(row.mean, places: places), row.standardError.map(Self.error) ?? "",
        interval, known.map { Self.short($0, places: places) } ?? "", end ?? "",
      ])
    }
    guard rows.contains(where: { $0.low == nil }) else { return table.text }
    return table.text + "\n"
      + "none: fewer than two units, or hits, tell of it; or it never varied and might have"
  }

  /// Warns of batches too short beside the memory of play; nil where they are not.
  static func batchNote(_ rows: [PathStatistic]) -> String? {
    let most = rows.filter { $0.batchCorrelation != nil }.max {
      $0.batchCorrelation! < $1.batchCorrelation!
    }
    guard let most, let correlation = most.batchCorrelation,
      correlation > 2 / Double(most.units).squareRoot()
    else { return nil }
    return
      "batches are too short: those of \(most.name) correlate by \(decimal(correlation, 2)) with "
      + "their neighbours,\nand its interval is too narrow; raise montecarlo.periods"
  }

  private func text(of departure: PathDeparture) -> [String] {
    var lines = [
      "departure of player \(departure.player) in period \(departure.period): \(departure.action)",
      "", table(departure.gains, .z), "",
    ]
    if let payoff = departure.quantities.first(where: { $0.name == "payoff/\(departure.player)" }) {
      var table = TextTable(["period", "payoff/\(departure.player)", "std error", "exact"])
      for row in payoff.dates.prefix(8) {
        table.add([
          "\(row.date)", Self.short(row.mean), row.standardError.map(Self.error) ?? "",
          row.exact.map { Self.short($0) } ?? "",
        ])
      }
      lines += ["what the departure adds to the departing player's payoff, period by period", ""]
      lines += [table.text, ""]
    }
    return lines
  }

  private var closing: String {
    var lines: [String] = []
    if let until {
      lines.append(Self.text(of: until))
    }
    let all = profiles.flatMap { $0.statistics + $0.events }.compactMap(\.z).map(abs)
    if !all.isEmpty {
      let beyond = all.count(where: { $0 > 1.96 })
      lines.append(
        "of \(all.count) estimates with exact values \(beyond) lie beyond 1.96 standard errors, the "
          + "farthest at \(decimal(all.max()!, 1))")
    }
    return lines.joined(separator: "\n")
  }

  /// How a precision rule ended, and what to do where it was not met.
  private static func text(of until: Precision) -> String {
    let wanted = "wanted \(tableNumber(until.wanted))"
    let most = "montecarlo.paths, the most that are played"
    guard let reached = until.reached else {
      return "not precise enough: \(until.statistic) has no interval yet, \(wanted); raise \(most)"
    }
    let width = "half-width of \(until.statistic) is \(tableNumber(reached)), \(wanted)"
    if until.isMet { return "precise enough: \(width)" }
    var text = "not precise enough: \(width)"
    if let units = until.units, units < PrecisionRule.fewestUnits {
      text +=
        "; \(units) independent observations tell of it, and fewer than "
        + "\(PrecisionRule.fewestUnits) are not judged by"
    }
    return text + ";\nraise \(most)" + (until.pathsNeeded.map { ", to about \(grouped($0))" } ?? "")
  }

  /// Decimal places that show two digits of a half-width, so that the ends of an interval differ from
  /// its middle; nil for a point.
  static func places(halfWidth: Double) -> Int? {
    guard halfWidth > 0, halfWidth.isFinite else { return nil }
    return 1 - Int(log10(halfWidth).rounded(.down))
  }

  /// Four digits or so, and more where `places` decimal places say more; 15 at most.
  static func short(_ value: Double, places: Int? = nil) -> String {
    let magnitude = abs(value)
    guard magnitude >= 1e-12 || magnitude >= pow(10, -Double(places ?? 12)) / 2 else { return "0" }
    let exponent = Int(log10(magnitude).rounded(.down))
    let digits = (places ?? 0) + exponent
    if magnitude >= 1e-3, magnitude < 1e6 {
      let usual = max(0, min(5, 3 - exponent))
      return decimal(value, max(usual, min(digits, 14) - exponent))
    }
    return String(format: "%.\(min(max(1, digits), 14))e", value)
  }

  private static func error(_ value: Double) -> String {
    value == 0 ? "0" : String(format: "%.1e", value)
  }

  private static func factor(_ value: Double) -> String {
    value >= 1e4 ? String(format: "%.0e", value) : decimal(value, value < 10 ? 2 : 0)
  }
}
