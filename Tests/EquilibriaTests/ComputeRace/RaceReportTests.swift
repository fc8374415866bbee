import Environments
import Equilibria
import Foundation
import Testing

/// The economic report, against an independent program, the model statement and its own laws.
@Suite struct RaceReportTests {
  static let certificates = Result { try RaceFixtureCase.read("race-certificates.json") }
  static let iterations = Result { try RaceFixtureCase.read("race-value-iteration.json") }
  static let principal = Result { try RaceFixtureCase.read("race-principal.json") }

  @Test func `the reference files hold the cases that are tested`() throws {
    #expect(try Self.certificates.get().count == 7)
    #expect(
      try Self.iterations.get().map(\.name)
        == ["saturated", "stable-parity", "tipping", "stable-parity-omega-1"])
    #expect(try Self.principal.get().count == 5)
  }

  /// Random asymmetric mixed profiles; every figure to 1e-9 of the independent program's.
  @Test func `random asymmetric profiles against the reference program`() throws {
    for fixture in try Self.certificates.get() { try compare(fixture) }
  }

  /// The equilibria that value iteration reaches, as the independent program found them.
  @Test func `equilibria of value iteration against the reference program`() throws {
    for fixture in try Self.iterations.get() { try compare(fixture) }
  }

  /// Principal equilibria, where value iteration cycles or ends elsewhere.
  @Test func `principal equilibria against the reference program`() throws {
    for fixture in try Self.principal.get() { try compare(fixture) }
  }

  private func compare(_ fixture: RaceFixtureCase) throws {
    let (race, game, profile) = try fixture.setting()
    let report = try RaceReport(
      race: race, game: game, profile: profile, values: game.values(of: profile))
    let figures = try #require(fixture.figures)
    func check(_ observed: Double, _ expected: Double, _ what: String) {
      #expect(
        abs(observed - expected) <= 1e-9 * max(1, abs(expected)), "\(fixture.name): \(what)")
    }
    func check(_ observed: [Double], _ expected: [Double]?, _ what: String) {
      guard let expected else { return }
      #expect(observed.count == expected.count, "\(fixture.name): \(what)")
      for (a, b) in zip(observed, expected) { check(a, b, what) }
    }
    let classification = report.classification
    #expect(classification.regime.rawValue == figures.regime, "\(fixture.name)")
    #expect(report.mixedAtParity == figures.mixed_at_parity, "\(fixture.name)")
    check(classification.parityMultiplier, figures.parity_multiplier, "parity_multiplier")
    check(classification.turnover, figures.turnover, "turnover")
    check(classification.attractors, figures.attractors, "attractors")
    for (firm, means) in (figures.mean_training ?? []).enumerated() {
      check(report.meanTraining[firm], means, "mean_training")
    }
    check(report.expectedCompute, figures.expected_compute, "expected_compute")
    check(report.expectedPrice, figures.expected_price, "expected_price")
    check(report.expectedRents, figures.expected_rents, "expected_rents")
    check(report.utilisation, figures.utilisation, "utilisation")
    check(report.peakUtilisation, figures.peak_utilisation, "peak_utilisation")
    check(report.meanNextGap, figures.mean_next_gap, "mean_next_gap")
    check(report.drift, figures.drift, "drift")
    #expect(report.longRun.classes.map(\.states) == figures.recurrent_classes, "\(fixture.name)")
    for (observed, expected) in zip(report.longRun.classes, figures.stationary_laws ?? []) {
      check(observed.law, expected, "stationary_laws")
    }
    check(report.longRun.classes.map(\.chance), figures.chances_from_parity, "chances")
    check(report.meanPrice, figures.mean_price, "mean_price")
    check(report.meanUtilisation, figures.mean_utilisation, "mean_utilisation")
    if let training = figures.mean_training_parity {
      check(report.meanTraining[0][race.parity], training, "mean_training_parity")
    }
    for (firm, values) in (fixture.values ?? []).enumerated() {
      check(report.values[firm], values, "values")
    }
  }

  /// The model statement's example: at the defaults the leader sells access from a gap of 0.4 up and
  /// refuses at 0.2; so does firm 2 when it leads.
  @Test func `access at stable parity`() throws {
    let (race, report) = try raceSolved("stable-parity")
    for (state, decision) in report.access.enumerated() {
      let lead = abs(state - race.parity)
      #expect(decision?.sells == (lead == 0 ? nil : lead >= 2), "gap \(report.gaps[state])")
    }
    let first = try #require(report.access[race.parity + 1])
    #expect(abs(first.earnings - (1 - exp(-0.2))) <= 1e-15)
    let slope = (report.values[0][race.parity + 1] - report.values[0][race.parity]) / 0.2
    #expect(abs(first.loss - 0.5 * slope) <= 1e-14)
  }

  /// Without leakage access is sold at every lead; with leakage linear in the amount, the amount
  /// does not matter.
  @Test(arguments: ["stable-parity", "tipping"]) func `access terms`(scenario: String) throws {
    let (race, game, profile, values) = try raceSolution(scenario)
    func sells(_ terms: AccessTerms) throws -> [Bool?] {
      try RaceReport(race: race, game: game, profile: profile, values: values, access: terms)
        .access.map { $0?.sells }
    }
    #expect(try sells(AccessTerms(leak: 0)).allSatisfy { $0 != false })
    #expect(try sells(AccessTerms(amount: 100)) == sells(AccessTerms()))
    #expect(try sells(AccessTerms(amount: 0.01)) == sells(AccessTerms()))
  }

  /// R Q = W + R T holds at every T, so in expectation; R is convex, so E[R(T)] ≥ R(E[T]), strictly
  /// where firms mix.
  @Test func `prices are expectations over the mixed profile`() throws {
    let fixture = try Self.certificates.get()[0]
    let (race, game, profile) = try fixture.setting()
    let report = try RaceReport(
      race: race, game: game, profile: profile, values: game.values(of: profile))
    for state in 0..<race.grid {
      let (price, rents) = (report.expectedPrice[state], report.expectedRents[state])
      #expect(abs(price * race.capacity - (race.spending + rents)) <= 1e-13 * price)
      #expect(price > race.rent(report.expectedCompute[state]) * (1 + 1e-6))
    }
  }

  /// Swapping the firms turns every figure round: chances of +g for those of −g, firm 1's leads for
  /// firm 2's.
  @Test func `the mirrored profile has the mirrored report`() throws {
    for fixture in try Self.certificates.get() {
      let (race, game, profile) = try fixture.setting()
      let image = game.mirrored(profile)
      let one = try RaceReport(
        race: race, game: game, profile: profile, values: game.values(of: profile))
      let two = try RaceReport(
        race: race, game: game, profile: image, values: game.values(of: image))
      let last = race.grid - 1
      for state in 0..<race.grid {
        #expect(abs(one.drift[state] + two.drift[last - state]) <= 1e-12)
        #expect(abs(one.meanTraining[0][state] - two.meanTraining[1][last - state]) <= 1e-12)
        #expect(abs(one.longRun.law[state] - two.longRun.law[last - state]) <= 1e-12)
        #expect(one.access[state]?.sells == two.access[last - state]?.sells)
      }
      for (a, b) in [
        (one.classification, two.classificationOfFirm2),
        (one.classificationOfFirm2, two.classification),
      ] {
        #expect(a.regime == b.regime && a.attractors == b.attractors)
        #expect(abs(a.turnover - b.turnover) <= 1e-12)
        #expect(abs(a.parityMultiplier - b.parityMultiplier) <= 1e-12)
      }
    }
  }

  /// Nobody trains and nothing shocks the gap: it shrinks to parity and stays there, so parity is the
  /// one recurrent class. The mean gap decays by (1 − μ) a period from wherever it starts, for the
  /// kernel keeps means inside the grid.
  @Test func `without stakes or noise parity is absorbing`() throws {
    let (race, report) = try raceSolved("saturated", ["noise_prob": 0])
    #expect(report.longRun.classes.map(\.states) == [[race.parity]])
    #expect(report.longRun.law[race.parity] == 1)
    #expect(report.meanPrice == race.spending / race.capacity)
    let (_, game, profile, _) = try raceSolution("saturated", ["noise_prob": 0])
    let chain = try MarkovChain(game, profile)
    var law = chain.pointMass(at: race.grid - 1)
    var expected = race.gapMax
    for _ in 0..<30 {
      law = chain.law(from: law, after: 1)
      expected *= 1 - race.mu
      let mean = zip(law, report.gaps).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(mean - expected) <= 1e-14)
    }
  }

  /// A leader that trains most and a laggard that gives up: two absorbing ends, reached with equal
  /// chance from parity, where both train alike. By hand: g̃ = 0.8 g + 0.8 at a lead g, so the lead
  /// grows to the end of the grid, 2, where 0.8 × 2 + 0.8 > 2 is clamped; shocks cannot undo it.
  @Test func `an artificial profile with two classes`() throws {
    let race = try ComputeRace(scenario: "stable-parity")
    let game = try race.stochasticGame()
    let top = race.actions - 1
    let profile = Profile([
      game.purePolicy(0, (0..<race.grid).map { $0 >= race.parity ? top : 0 }),
      game.purePolicy(1, (0..<race.grid).map { $0 <= race.parity ? top : 0 }),
    ])
    let report = try RaceReport(
      race: race, game: game, profile: profile, values: game.values(of: profile))
    #expect(report.longRun.classes.map(\.states) == [[0], [race.grid - 1]])
    for entry in report.longRun.classes {
      #expect(abs(entry.chance - 0.5) <= 1e-14)
      #expect(entry.period == 1)
    }
    #expect(!report.longRun.isErgodic)
    // One firm trains x = 0.8 for ever: T = 0.32, R = 8 / 0.68.
    #expect(abs(report.meanPrice - 8 / 0.68) <= 1e-12)
    #expect(abs(report.meanUtilisation - 0.32) <= 1e-14)
    // At a lead of 0.2 the mean next gap is 0.96; shocks are symmetric and the clamp is far.
    #expect(abs(report.classification.parityMultiplier - 4.8) <= 1e-12)
    #expect(report.classification.turnover == 0)
    #expect(report.classification.turnoverLead == race.gap(race.parity + 2))
    #expect(report.classification.turnoverPeriods == 20)
    // Drift falls to 0 at the largest gap, never below: no attractor inside the grid. Both firms
    // play one level at parity, and the first lead grows: tipping.
    #expect(report.classification.attractors.isEmpty)
    #expect(report.classification.regime == .tipping)
    #expect(!report.mixedAtParity)
  }

  /// JSON has snake_case keys, firm 2's classification in an object of its own, null access at parity.
  @Test func `encodes to JSON`() throws {
    let (race, report) = try raceSolved("stable-parity")
    let object = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
    #expect(object["regime"] as? String == "stable")
    #expect(object["mixed_at_parity"] as? Bool == false)
    #expect((object["expected_price"] as? [Double]) == report.expectedPrice)
    #expect((object["stationary_laws"] as? [[Double]])?.count == 1)
    #expect((object["periods"] as? [Int]) == [1])
    let second = try #require(object["classification_of_firm_2"] as? [String: Any])
    #expect(second["regime"] as? String == "stable")
    let access = try #require(object["access"] as? [Any])
    #expect(access.count == race.grid && access[race.parity] is NSNull)
    let allowed = Set("abcdefghijklmnopqrstuvwxyz_2")
    #expect(object.keys.allSatisfy { $0.allSatisfy(allowed.contains) })
  }

  @Test func `what does not belong together is refused`() throws {
    let (race, game, profile, values) = try raceSolution("saturated")
    var other = race
    other.grid = 11
    #expect(throws: GameError.self) {
      try RaceReport(race: other, game: game, profile: profile, values: values)
    }
    #expect(throws: GameError.self) {
      try RaceReport(race: race, game: game, profile: profile, values: [values[0]])
    }
    #expect(throws: GameError.self) {
      try RaceReport(race: race, game: game, profile: Profile([profile[0]]), values: values)
    }
  }
}
