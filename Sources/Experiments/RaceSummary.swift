internal import Environments
internal import Equilibria

/// The compute race's economic report, for `lab solve`.
enum RaceSummary {
  /// The report of a stationary solution of a race; nil for other games, finite horizons,
  /// solutions without a profile, and more than 5,000 gaps.
  static func report(
    _ configuration: ExperimentConfiguration, _ solution: BellmanNashSolution
  ) throws -> RaceReport? {
    // The long run of a chain is dense algebra: beyond this size the policies must speak alone.
    guard configuration.family == ComputeRace.self, solution.isStationary,
      configuration.game.stateCount <= 5000,
      let profile = solution.profiles.first, let certificate = solution.certificate
    else { return nil }
    return try RaceReport(
      race: ComputeRace(configuration.gameParameters), game: configuration.game,
      profile: profile, values: certificate.values)
  }

  /// A table by gap and a few lines on the long run.
  static func text(_ report: RaceReport) -> String {
    var table = TextTable([
      "gap", "train 1", "train 2", "use T/Q", "price", "drift", "sells access",
    ])
    for state in report.gaps.indices {
      table.add([
        compactDecimal(report.gaps[state]), decimal(report.meanTraining[0][state], 4),
        decimal(report.meanTraining[1][state], 4),
        "\(decimal(100 * report.utilisation[state], 1))%",
        decimal(report.expectedPrice[state], 3), decimal(report.drift[state], 4),
        report.access[state].map { $0.sells ? "yes" : "no" } ?? "",
      ])
    }
    let kind = report.classification
    let attractors = kind.attractors.map(compactDecimal).joined(separator: ", ")
    var lines = [
      table.text, "",
      "regime: \(kind.regime.rawValue)\(report.mixedAtParity ? ", mixed at parity" : "")",
      "  parity multiplier \(decimal(kind.parityMultiplier, 3)), turnover "
        + "\(decimal(kind.turnover, 3)) within \(kind.turnoverPeriods) periods from a lead of "
        + "\(compactDecimal(kind.turnoverLead))",
      "  attractors: \(attractors.isEmpty ? "none" : attractors)",
      "long run from parity: mean price \(decimal(report.meanPrice, 3)), mean use "
        + "\(decimal(100 * report.meanUtilisation, 1))%, peak use "
        + "\(decimal(100 * report.peakUtilisation, 1))%",
    ]
    if report.longRun.classes.count > 1 {
      let classes = report.longRun.classes.map { recurrent in
        "\(range(recurrent.states, report.gaps)) with chance \(decimal(recurrent.chance, 3))"
      }
      lines.append(
        "  no single ergodic law; play ends in gaps \(classes.joined(separator: ", or "))")
    }
    return lines.joined(separator: "\n")
  }

  private static func range(_ states: [Int], _ gaps: [Double]) -> String {
    let (first, last) = (compactDecimal(gaps[states.first!]), compactDecimal(gaps[states.last!]))
    return first == last ? first : "\(first) to \(last)"
  }
}
