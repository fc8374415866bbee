internal import Configuration
internal import Environments
internal import Foundation

extension MonteCarloDocument {
  /// One policy's markets as tables: against exact values where agents do not hang on each other,
  /// otherwise against a continuum.
  func marketText(of profile: Played) -> [String] {
    let names = (interaction ?? []).joined(separator: ", ")
    let m = (profile.m ?? []).map { compactDecimal($0) }.joined(separator: ", ")
    var lines = ["\(profile.name): \(profile.origin), m = \(m) (\(names))", ""]
    let isExact = profile.statistics.contains { $0.exact != nil }
    let hasGain = profile.statistics.contains { $0.gain != nil }
    let ending: Ending = isExact ? (hasGain ? .gain : .z) : .limit
    lines += [table(profile.statistics + profile.events, ending), ""]
    lines.append(
      "dates after the first \(burnIn), errors from \(profile.occupancy.units) "
        + profile.occupancy.method)
    lines += ["", table(profile.longRun, isExact ? .z : .limit), ""]
    if let note = Self.batchNote(profile.longRun) { lines += [note, ""] }
    if isExact {
      let far = (profile.statistics + profile.longRun).compactMap { row in
        row.limit.map { (row.name, $0) }
      }
      let shown = far.filter { ["value", "M"].contains($0.0) }.map {
        "\($0.0) \(tableNumber($0.1))"
      }
      if !shown.isEmpty { lines.append("in a continuum: \(shown.joined(separator: ", "))") }
    } else if profile.statistics.contains(where: { $0.limit != nil }) {
      lines.append(
        "N = \u{221E} is a continuum that starts alike; the N effect is the mean less it, with the "
          + "mean's error")
    }
    if let distance = profile.occupancy.totalVariation {
      let worst = profile.occupancy.states.compactMap(\.z).map(abs).max()
      lines.append(
        "agents by state against the exact invariant law: total variation \(tableNumber(distance))"
          + (worst.map { ", largest |z| \(decimal($0, 1))" } ?? ""))
    } else if let distance = profile.occupancy.limitVariation {
      lines.append(
        "agents by state against the invariant law of a continuum: total variation "
          + tableNumber(distance))
      let most = profile.occupancy.states.max {
        abs($0.share - ($0.limit ?? $0.share)) < abs($1.share - ($1.limit ?? $1.share))
      }
      if let most, let limit = most.limit {
        lines.append(
          "the largest N effect is \(tableNumber(most.share - limit))"
            + (most.standardError.map { " ± \(tableNumber($0))" } ?? "")
            + " at state \(most.state)")
      }
    }
    if isExact, profile.longRun.allSatisfy({ $0.z == nil }) {
      lines.append(
        "no z for the long run: markets start elsewhere, and get there only as the start is forgotten"
      )
    }
    if let line = Self.autocorrelation(
      profile.autocorrelations.filter { $0.quantity.hasPrefix("M") })
    {
      lines.append(line)
    }
    lines.append("")
    return lines
  }
}
