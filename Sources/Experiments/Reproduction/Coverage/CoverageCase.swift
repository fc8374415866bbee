internal import Foundation
internal import Statistics

/// An interval of one study, and what it should contain.
struct CoverageInterval: Sendable {
  let low: Double
  let high: Double
  let exact: Double

  /// Nil unless all three are there.
  init?(_ low: Double?, _ high: Double?, _ exact: Double?) {
    guard let low, let high, let exact else { return nil }
    (self.low, self.high, self.exact) = (low, high, exact)
  }

  init?(_ statistic: PathStatistic?) {
    self.init(statistic?.low, statistic?.high, statistic?.exact)
  }

  /// Whether the exact value is inside; sums in another order may differ in their last digits.
  var covers: Bool {
    let slack = 1e-10 * max(1, abs(exact))
    return low - slack <= exact && exact <= high + slack
  }
}

/// A kind of interval: where a study's document has it.
struct CoverageReading: Sendable {
  let item: String
  /// How often it should contain the exact value: the confidence, or what a law with atoms makes of it.
  var nominal = 0.95
  /// Whether more than that is as good.
  var isLowerBound = false
  /// What it is not said to reach, and why; empty for none.
  var reservation = ""
  let read: @Sendable (MonteCarloDocument) -> CoverageInterval?
}

/// A study to be repeated, and the intervals that are read from it.
struct CoverageCase: Sendable {
  let title: String
  /// The `montecarlo` section.
  let settings: String
  /// The horizon of the race where the study has one of its own.
  let readings: @Sendable (PreparedPaths) throws -> [CoverageReading]

  init(
    _ title: String, _ settings: String,
    readings: @escaping @Sendable (PreparedPaths) throws -> [CoverageReading]
  ) {
    self.title = title
    self.settings = settings
    self.readings = readings
  }

  /// A study of the race of eleven gaps and five levels of training.
  func prepared(interruption: Interruption) throws -> PreparedPaths {
    let configuration = try MonteCarloConfiguration(
      yaml: """
        experiment: coverage
        seed: \(MonteCarloCoverage.seed)
        game:
          kind: compute-race
          scenario: contested
          parameters: {grid: 11, actions: 5}
        montecarlo: {\(settings)}
        """, source: "coverage")
    return try PreparedPaths(configuration, interruption: interruption)
  }

  /// Repeats the study under seeds of its own and counts which intervals contain the exact value.
  ///
  /// Study k has seed `first` + k; streams of different seeds are unrelated.
  /// - Throws: what a study throws; `MonteCarloStop` if interrupted.
  func rows(
    studies: Int, from first: UInt64 = MonteCarloCoverage.seed, interruption: Interruption
  ) throws -> [ReproductionRow] {
    let prepared = try prepared(interruption: interruption)
    let readings = try readings(prepared)
    var covered = readings.map { _ in 0 }
    var missing = readings.map { _ in 0 }
    for study in 0..<studies {
      let document = try prepared.play(seed: first + UInt64(study), interruption: interruption)
      for (index, reading) in readings.enumerated() {
        if let interval = reading.read(document) {
          if interval.covers { covered[index] += 1 }
        } else {
          missing[index] += 1
        }
      }
    }
    return readings.indices.map {
      row(readings[$0], covered: covered[$0], missing: missing[$0], studies: studies)
    }
  }

  private func row(
    _ reading: CoverageReading, covered: Int, missing: Int, studies: Int
  ) -> ReproductionRow {
    let share = Double(covered) / Double(studies)
    let nominal = reading.nominal
    let error = (nominal * (1 - nominal) / Double(studies)).squareRoot()
    let slack = reading.isLowerBound && share > nominal ? 1 : 3 * error
    var notes = ["\(studies) studies, ±\(decimal(3 * error, 4)) is three standard errors"]
    if reading.isLowerBound { notes.append("more is as good") }
    if missing > 0 { notes.append("\(missing) studies gave no interval and count as misses") }
    return .expectation(
      "\(title): \(reading.item)", "coverage", label: "nominal", expected: nominal,
      printed: decimal(nominal, 4), ours: share, slack: slack, note: notes.joined(separator: "; "),
      otherwise: (
        .notReproducible,
        reading.reservation.isEmpty
          ? "\(decimal((share - nominal) / error, 1)) standard errors off" : reading.reservation
      ))
  }
}
