internal import Environments
internal import Foundation

extension MonteCarloDocument {
  /// The study as tables for a terminal.
  public func text(quiet: Bool) -> String {
    var lines = [heading, ""]
    for profile in profiles {
      lines += agents == nil ? text(of: profile, quiet: quiet) : marketText(of: profile)
    }
    for difference in differences {
      lines += ["\(difference.profile) minus \(difference.against)", ""]
      lines += [table(difference.statistics, .gain, chosen: Self.isShown), ""]
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
    var count = "\(Self.grouped(paths)) paths of"
    if let agents {
      count = "\(Self.grouped(paths)) markets of \(Self.grouped(agents)) agents,"
    }
    return "\(name), \(count) \(Self.grouped(periods)) periods, \(draws) draws, seed \(seed)"
  }

  /// What a person is shown: totals and discounted sums are in the files.
  static func isShown(_ row: PathStatistic) -> Bool {
    !row.name.hasPrefix("discounted/") && !row.name.hasPrefix("waiting/")
      && !row.name.hasPrefix("spells/") && !row.name.hasPrefix("total/payoff")
      && (!row.name.hasPrefix("total/") || row.name.contains("rent"))
  }

  private func text(of profile: Played, quiet: Bool) -> [String] {
    var lines = ["\(profile.name): \(profile.origin)", ""]
    let hasGain = profile.statistics.contains { $0.gain != nil }
    lines += [
      table(
        profile.statistics + profile.events, hasGain ? .gain : .z, chosen: Self.isShown), "",
    ]
    if burnIn > 0 || profile.occupancy.method == "batch means" {
      lines += [
        "dates after the first \(burnIn), errors from \(profile.occupancy.units) "
          + profile.occupancy.method, "",
        table(profile.longRun, .z, chosen: { _ in true }), "",
      ]
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

  func table(
    _ rows: [PathStatistic], _ ending: Ending, chosen: (PathStatistic) -> Bool
  ) -> String {
    let last =
      switch ending {
      case .gain: ["exact", "gain"]
      case .z: ["exact", "z"]
      case .limit: ["N = \u{221E}", "N effect"]
      }
    var table = TextTable(
      ["statistic", "mean", "std error", "\(Int((100 * confidence).rounded()))% interval"] + last)
    for row in rows where chosen(row) {
      var interval = ""
      if let low = row.low, let high = row.high {
        interval = "[\(Self.short(low)), \(Self.short(high))]"
      }
      let known = ending == .limit ? row.limit : row.exact
      let end: String? =
        switch ending {
        case .gain: row.gain.map(Self.factor)
        case .z: row.z.map { decimal($0, 1) }
        case .limit: row.limit.map { Self.short(row.mean - $0) }
        }
      table.add([
        row.name, Self.short(row.mean), row.standardError.map(Self.error) ?? "", interval,
        known.map(Self.short) ?? "", end ?? "",
      ])
    }
    return table.text
  }

  private func text(of departure: PathDeparture) -> [String] {
    var lines = [
      "departure of player \(departure.player) in period \(departure.period): \(departure.action)",
      "", table(departure.gains, .z, chosen: { _ in true }), "",
    ]
    if let payoff = departure.quantities.first(where: { $0.name == "payoff/\(departure.player)" }) {
      var table = TextTable(["period", "payoff/\(departure.player)", "std error", "exact"])
      for row in payoff.dates.prefix(8) {
        table.add([
          "\(row.date)", Self.short(row.mean), row.standardError.map(Self.error) ?? "",
          row.exact.map(Self.short) ?? "",
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
      let reached = until.reached.map(tableNumber) ?? "unknown"
      lines.append(
        until.isMet
          ? "precise enough: half-width of \(until.statistic) is \(reached), wanted \(tableNumber(until.wanted))"
          : "not precise enough: half-width of \(until.statistic) is \(reached), wanted "
            + "\(tableNumber(until.wanted)); raise montecarlo.paths")
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

  static func short(_ value: Double) -> String {
    if abs(value) < 1e-12 { return "0" }
    let magnitude = abs(value)
    if magnitude >= 1e-3, magnitude < 1e6 {
      return decimal(value, max(0, min(5, 3 - Int(log10(magnitude).rounded(.down)))))
    }
    return String(format: "%.1e", value)
  }

  private static func error(_ value: Double) -> String {
    value == 0 ? "0" : String(format: "%.1e", value)
  }

  private static func factor(_ value: Double) -> String {
    value >= 1e4 ? String(format: "%.0e", value) : decimal(value, value < 10 ? 2 : 0)
  }

  private static func grouped(_ value: Int) -> String {
    var digits = String(value)
    var found = ""
    while digits.count > 3 {
      found = ",\(digits.suffix(3))" + found
      digits = String(digits.dropLast(3))
    }
    return digits + found
  }
}
