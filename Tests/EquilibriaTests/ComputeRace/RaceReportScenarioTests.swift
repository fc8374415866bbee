import Environments
import Equilibria
import Testing

/// The table of named scenarios in docs/compute-race.md, row by row.
@Suite struct RaceReportScenarioTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let scenario: String
    var changes: [String: Double] = [:]
    /// The case of `race-principal.json` that has the profile; nil where value iteration finds it.
    var fixture: String?
    let regime: RaceClassification.Regime
    let mixed: Bool
    /// V₁(0), x(0), parity multiplier, turnover, peak T/Q and mean price, as printed there.
    let value, training, multiplier, turnover, peak, price: Double
    let attractors: [Double]
    var testDescription: String { "\(scenario) \(changes) \(fixture ?? "")" }
  }

  static let rows = [
    Row(
      scenario: "saturated", regime: .stable, mixed: false, value: 0, training: 0,
      multiplier: 0.8, turnover: 0.979, peak: 0, price: 8, attractors: []),
    Row(
      scenario: "stable-parity", regime: .stable, mixed: false, value: -0.80808081,
      training: 0.1, multiplier: 0.8, turnover: 0.979, peak: 0.010, price: 8.081, attractors: []),
    Row(
      scenario: "contested", fixture: "contested", regime: .contested, mixed: true,
      value: 0.09418634, training: 0.144, multiplier: 1.2, turnover: 0.789, peak: 0.025,
      price: 8.177, attractors: [0.6]),
    Row(
      scenario: "tipping", regime: .tipping, mixed: true, value: -7.51833820, training: 0.740,
      multiplier: 3.408, turnover: 0, peak: 0.568, price: 8.185, attractors: [1.8]),
    Row(
      scenario: "near-capacity", fixture: "near-capacity", regime: .tipping, mixed: true,
      value: -34.34977240, training: 0.937, multiplier: 2.025, turnover: 0, peak: 0.881,
      price: 3.125, attractors: [0.4]),
    Row(
      scenario: "priority-heavy", fixture: "priority-heavy", regime: .tipping, mixed: true,
      value: -6.42740119, training: 0.433, multiplier: -1.968, turnover: 0, peak: 0.353,
      price: 8.309, attractors: [0.6]),
    Row(
      scenario: "bertrand-heavy", fixture: "bertrand-heavy", regime: .tipping, mixed: true,
      value: 0.43905354, training: 0.395, multiplier: -2.347, turnover: 0.018, peak: 0.334,
      price: 8.377, attractors: [1.4]),
    // Two regimes in one game: the pure equilibrium and the principal one.
    Row(
      scenario: "stable-parity", changes: ["omega": 1], regime: .stable, mixed: false,
      value: -0.80808081, training: 0.1, multiplier: 0.8, turnover: 0.979, peak: 0.010,
      price: 8.081, attractors: []),
    Row(
      scenario: "stable-parity", changes: ["omega": 1], fixture: "stable-parity-omega-1",
      regime: .tipping, mixed: true, value: -2.78351548, training: 0.417, multiplier: 1.593,
      turnover: 0.075, peak: 0.196, price: 8.091, attractors: [0.4]),
  ]

  /// Half a unit of the last digit printed: 8 decimals for values, 3 for the rest.
  @Test(arguments: rows) func `named scenarios`(row: Row) throws {
    let race: ComputeRace
    let report: RaceReport
    if let name = row.fixture {
      let cases = try RaceReportTests.principal.get()
      let fixture = try #require(cases.first { $0.name == name })
      let (parameters, game, profile) = try fixture.setting()
      race = try ComputeRace(scenario: row.scenario, row.changes)
      #expect(parameters == race)
      let certificate = try Certificate(game, profile)
      #expect(certificate.isCertified)
      report = try RaceReport(
        race: race, game: game, profile: profile, values: certificate.values)
    } else {
      (race, report) = try raceSolved(row.scenario, row.changes)
    }
    #expect(report.classification.regime == row.regime)
    #expect(report.mixedAtParity == row.mixed)
    #expect(abs(report.values[0][race.parity] - row.value) <= 0.5e-8)
    #expect(abs(report.meanTraining[0][race.parity] - row.training) <= 0.5e-3)
    #expect(abs(report.classification.parityMultiplier - row.multiplier) <= 0.5e-3)
    #expect(abs(report.classification.turnover - row.turnover) <= 0.5e-3)
    #expect(abs(report.peakUtilisation - row.peak) <= 0.5e-3)
    #expect(abs(report.meanPrice - row.price) <= 0.5e-3)
    #expect(report.classification.attractors.count == row.attractors.count)
    for (a, b) in zip(report.classification.attractors, row.attractors) {
      #expect(abs(a - b) <= 1e-12)
    }
    // Symmetric: both firms' leads are alike.
    #expect(report.classificationOfFirm2.regime == row.regime)
    #expect(abs(report.classificationOfFirm2.turnover - report.classification.turnover) <= 1e-9)
  }

  /// 67% of capacity on average against 1%: `near-capacity` and the defaults.
  @Test func `mean utilisation near capacity`() throws {
    let fixture = try #require(
      RaceReportTests.principal.get().first { $0.name == "near-capacity" })
    let (race, game, profile) = try fixture.setting()
    let report = try RaceReport(
      race: race, game: game, profile: profile, values: game.values(of: profile))
    #expect(abs(report.meanUtilisation - 0.67) <= 0.005)
    #expect(abs(try raceSolved("stable-parity").report.meanUtilisation - 0.01) <= 0.005)
  }
}
