internal import Equilibria
internal import Foundation

extension MarketReport {
  /// A line per N.
  func table(interaction: String) -> String {
    let hasAll = rows.contains { $0.gainSeeingAll != nil }
    let hasPath = rows.contains { $0.interaction != nil }
    var header = ["N", "J_N − J∞", "gain, own state"]
    if hasAll { header.append("seeing all") }
    if hasPath { header += ["average M", "sd of M"] }
    var table = TextTable(header)
    for row in rows {
      var cells = [
        "\(row.agents)", Self.text(row.gap),
        (row.gainKind == .lowerBound ? "≥ " : "") + Self.text(row.gain),
      ]
      if hasAll { cells.append(row.gainSeeingAll.map(short) ?? "") }
      if hasPath {
        cells += [row.interaction.map(Self.text) ?? "", row.interactionSpread.map(short) ?? ""]
      }
      table.add(cells)
    }
    return table.text
  }

  /// An exact figure, or one to the second digit of half its band.
  private static func text(_ figure: MarketFigure) -> String {
    let half = 0.5 * (figure.high - figure.low)
    guard figure.method == .simulated, half > 0 else { return short(figure.estimate) }
    let places = 1 - Int(log10(half).rounded(.down))
    guard places <= 8 else {
      return String(format: "%.1e ± %.1e", figure.estimate, half)
    }
    return "\(decimal(figure.estimate, max(0, places))) ± \(decimal(half, max(0, places)))"
  }

  /// Rates, where agents begin, and how figures were got.
  var legend: [String] {
    var lines: [String] = []
    for (name, decay) in [("|gap|", gapDecay), ("gain", gainDecay)] {
      guard let decay else { continue }
      var line = "\(name) falls as N^\(decimal(decay.slope, 3))"
      if decay.high > decay.low {
        line += " [\(decimal(decay.low, 3)), \(decimal(decay.high, 3))]"
      }
      lines.append(line + " over N = \(decay.agents.map { "\($0)" }.joined(separator: ", "))")
    }
    let begin =
      switch start {
      case .population: "each at a draw from the population's law"
      case .uniform: "each at any state alike"
      case .entry: "all at the entry state"
      }
    lines.append("agents begin \(begin)")
    if horizon > 0 {
      lines.append(
        "± is half the \(decimal(100 * confidence, 0))% band of \(replications) replications of "
          + "\(horizon) periods (seed \(seed));")
      lines.append("cutting play there moves a value by at most \(short(truncation))")
    }
    if consistency > 1e-9 {
      lines.append("its population misses m by \(short(consistency))")
    }
    return lines + notes
  }

  /// What the columns are.
  static let explanation = """
    J_N: what an agent earns if all N follow the policy. Gain, own state: what one
    of them gains by a policy of its own state; ≥ where it is of one such policy
    and not the largest. Seeing all: the largest gain of one that sees everybody's
    state. Figures without ± are exact.
    """
}

/// A number in four significant digits.
private func short(_ value: Double) -> String {
  guard value != 0 else { return "0" }
  let magnitude = abs(value)
  guard magnitude >= 1e-4, magnitude < 1e7 else { return String(format: "%.1e", value) }
  let places = max(0, min(7, 3 - Int(log10(magnitude).rounded(.down))))
  return String(format: "%.\(places)f", value)
}
