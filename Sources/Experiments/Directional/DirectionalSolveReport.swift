internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation

/// What `lab solve` prints of a directional game for a person, at most 80 columns wide.
public enum DirectionalSolveReport {
  /// Payoffs in the table.
  private static let rows = 20
  private static let margin = String(repeating: " ", count: 13)

  /// The most frequent payoffs, counts, welfare, the certificate, and where to go next.
  ///
  /// - Parameter arguments: the configuration file and its overrides, for what to try next.
  public static func text(
    _ configuration: DirectionalConfiguration, _ solution: DirectionalSolution,
    arguments: [String]
  ) -> String {
    let document = DirectionalSolveDocument(configuration, solution)
    let tally = solution.outcome.tally
    let subject = configuration.subject
    var lines = [
      "\(configuration.title): \(subject.summary), "
        + "\(grouped(document.states)) state\(document.states == 1 ? "" : "s") in "
        + "\(grouped(document.stages)) stage\(document.stages == 1 ? "" : "s")", "",
    ]
    if tally.payoffs.count > 0 {
      let shown = PayoffRow.rows(tally.payoffs, most: rows)
      let isOne = subject.payees.count == 1
      var table = TextTable(
        isOne ? ["payoff", "equilibria"] : ["payoff 1", "payoff 2", "equilibria"])
      for row in shown.sorted(by: { $0.count > $1.count }) {
        table.add(
          (isOne ? [row.first] : [row.first, row.second]).map { decimal($0, 7).trimmedZeros }
            + [grouped(row.count)])
      }
      lines.append(table.text)
      if tally.payoffs.count > shown.count {
        lines.append(
          "(the most frequent of \(grouped(tally.payoffs.count)) distinct payoffs; "
            + "--json has them)")
      }
      lines.append("")
    }
    let isAll = document.counting == "all"
    lines.append(
      paragraph(
        "equilibria:  ",
        "\(isAll ? "" : "at least ")\(grouped(tally.count)), with "
          + "\(document.distinct_complete ? "" : "more than ")"
          + "\(grouped(document.distinct)) distinct \(document.distinct == 1 ? "payoff" : "payoffs") "
          + "at \(document.payoffs_at)"
          + (document.turn == nil ? "" : ", firm 1 to move (m = 1),")
          + " to \(compactDecimal(document.payoff_rounding)); at most "
          + "\(document.stage_maximum) per stage game"))
    if let kinds = kinds(document) { lines.append(paragraph(margin, kinds)) }
    if let extremes = document.extremes, let mean = document.mean {
      func span(_ values: [Double], _ mean: Double) -> String {
        "\(tableNumber(values[0])) to \(tableNumber(values[1])), mean \(tableNumber(mean))"
      }
      let spans = zip(subject.payees, [span(extremes.v1, mean[0]), span(extremes.v2, mean[1])])
      lines.append(
        paragraph("payoffs:     ", spans.map { "\($0) \($1)" }.joined(separator: "; ")))
    }
    if let welfare = welfare(document) { lines.append(paragraph("welfare:     ", welfare)) }
    lines.append(
      paragraph(
        "status:      ",
        "\(document.status.rawValue) after \(clock(document.seconds)): \(document.note)"))
    lines.append(paragraph("certificate: ", certificate(document)))
    lines.append(paragraph("next:        ", next(document, arguments, count: tally.count)))
    return lines.joined(separator: "\n")
  }

  private static func kinds(_ document: DirectionalSolveDocument) -> String? {
    var parts: [String] = []
    if let symmetric = document.symmetric { parts.append("symmetric: \(grouped(symmetric.value))") }
    if let pure = document.pure { parts.append("in pure strategies: \(grouped(pure.value))") }
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private static func welfare(_ document: DirectionalSolveDocument) -> String? {
    guard let value = document.planner_value else { return nil }
    let planner = "a planner would have \(tableNumber(value))"
    guard let efficiency = document.efficiency else { return planner }
    func percent(_ share: Double) -> String { "\(decimal(100 * share, 2).trimmedZeros)%" }
    return planner + "; equilibria attain \(percent(efficiency.lowest)) to "
      + "\(percent(efficiency.highest)) of it, mean \(percent(efficiency.mean)); "
      + "\(efficiency.efficient) attain\(efficiency.efficient == 1 ? "s" : "") all of it"
  }

  private static func certificate(_ document: DirectionalSolveDocument) -> String {
    guard let certificate = document.certificate else {
      return document.status == .interrupted
        ? "none: interrupted before"
        : document.count == "0" ? "none: nothing was visited" : "none asked for"
    }
    let which =
      certificate.which == "all"
      ? "all \(certificate.checked) visited"
      : "\(certificate.checked) drawn at random (seed \(certificate.seed))"
    return "\(which): largest one-shot gain \(tableNumber(certificate.largest_gain)), values to "
      + "\(tableNumber(certificate.value_gap))"
      + (certificate.certified ? "" : "; NOT all equilibria: \(failure(certificate))")
  }

  private static func failure(
    _ certificate: DirectionalSolveDocument.CertificateSummary
  ) -> String {
    certificate.largest_gain > certificate.tolerance
      ? "a gain exceeds \(tableNumber(certificate.tolerance))"
      : "a probability is \(tableNumber(certificate.largest_choice_error)) from the best one, more "
        + "than 1e-06; private shocks this small are too steep, use a larger eta, or 0"
  }

  private static func next(
    _ document: DirectionalSolveDocument, _ arguments: [String], count: UInt128
  ) -> String {
    let program = shellWord(ProcessInfo.processInfo.environment["EQUILIBRIUM_LAB_NAME"] ?? "lab")
    let command = "\(program) solve \(arguments.map(shellWord).joined(separator: " "))"
    if document.counting != "all", document.next == nil {
      return "\(command) with a longer time limit (what counts without visiting starts anew)"
    }
    if document.next != nil { return "\(command) --checkpoint FILE (stops there, and goes on)" }
    // The last one, unless it takes days to get there.
    return "\(command) --equilibrium \(count > 1_000_000_000 ? 1_000_000 : max(count, 1) - 1)"
  }

  /// `1.2 ms` below a second.
  private static func clock(_ seconds: Double) -> String {
    seconds < 1 ? "\(decimal(1000 * seconds, seconds < 0.01 ? 2 : 0)) ms" : duration(seconds)
  }
}
