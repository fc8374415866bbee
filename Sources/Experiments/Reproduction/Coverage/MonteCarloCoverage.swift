internal import Statistics

/// Whether intervals of path studies contain the truth as often as they say: thousands of studies of a
/// race whose answers are known exactly, each under a seed of its own.
///
/// The truth is found without simulation: the law of play carried forward date by date, its long run
/// solved for, and, for quantiles of payoffs, every path followed. A kind of interval is good if it
/// contains the truth within three standard errors of 95%.
public enum MonteCarloCoverage: Reproduction {
  /// The word after `lab reproduce`.
  public static let name = "monte-carlo-coverage"
  /// One line.
  public static let summary =
    "Coverage of every kind of interval of path studies, where the truth is known"
  /// One group a design.
  public static let groups: [ReproductionGroup] = cases.map { design in
    ReproductionGroup(design.title) { context in
      try design.rows(
        studies: context.isQuick ? 1_000 : 10_000, interruption: context.interruption)
    }
  }

  /// Chosen before the first run; study k has this seed plus k.
  static let seed: UInt64 = 20_261_122

  static let cases: [CoverageCase] = [
    independent, payoffQuantiles, largeSketch, antithetic, controlled, sobol, arraySobol, longPath,
    compared, comparedLonger, precise,
  ]

  private static let followed = "quantities: [gap, lead], fan: {dates: 4, totals: false}"

  /// Paths from the long run, so that long-run laws are exact at every date.
  private static let independent = CoverageCase(
    "independent paths",
    "paths: 400, periods: 31, start: {kind: long-run}, autocorrelation_lags: 2, \(followed)"
  ) { prepared in
    [
      value(1), mean("lead"), chance("hit/parity"), chance("hit/large_lead"),
      event("waiting/large_lead"), event("first_passage/large_lead", "ratio"),
      CoverageReading(item: "share of dates at parity in the long run") {
        CoverageInterval($0.profiles[0].longRun.first { $0.name == "share/parity" })
      },
      CoverageReading(item: "share of one state, occupancy") {
        let row = $0.profiles[0].occupancy.states[$0.profiles[0].occupancy.states.count / 2]
        return CoverageInterval(row.low, row.high, row.exact)
      },
      correlation(1),
      dateMean("gap", place: 2),
      try dateQuantile("payoff/1", 0.25, place: 2, paths: 400, prepared),
    ]
  }

  /// Few periods, so that every path can be followed.
  private static let payoffQuantiles = CoverageCase(
    "quantiles of discounted payoffs",
    "paths: 400, periods: 7, quantities: [gap], fan: {quantiles: [0.05, 0.5, 0.95], totals: false}"
  ) { prepared in
    try [0.05, 0.5, 0.95].enumerated().map { try payoffQuantile($1, $0, paths: 400, prepared) }
  }

  /// More paths than a sketch keeps one by one: ranks are moved outwards by its error bound.
  private static let largeSketch = CoverageCase(
    "quantiles of more payoffs than are kept",
    "paths: 4000, periods: 7, quantities: [gap], fan: {quantiles: [0.05, 0.5, 0.95], totals: false}"
  ) { prepared in
    try [0.05, 0.5, 0.95].enumerated().map {
      var reading = try payoffQuantile($1, $0, paths: 4000, prepared)
      reading.isLowerBound = true
      return reading
    }
  }

  private static let antithetic = CoverageCase(
    "antithetic pairs", "draws: {kind: antithetic}, paths: 2640, periods: 31, \(followed)"
  ) { _ in
    [
      value(1), mean("lead"), event("first_passage/large_lead", "ratio"), dateMean("gap", place: 2),
      sectionQuantile("payoff/1", 0.25, place: 2),
    ]
  }

  private static let controlled = CoverageCase(
    "control variates", "control_variates: true, paths: 400, periods: 31, \(followed)"
  ) { _ in [value(1), mean("lead"), event("share/parity"), chance("hit/large_lead")] }

  private static let sobol = CoverageCase(
    "shifted Sobol replicates",
    "draws: {kind: sobol, replicates: 32}, paths: 1024, periods: 31, \(followed)"
  ) { _ in
    [
      value(1), mean("lead"), event("first_passage/large_lead", "ratio"), dateMean("gap", place: 2),
      sectionQuantile("payoff/1", 0.25, place: 2),
    ]
  }

  private static let arraySobol = CoverageCase(
    "array-RQMC replicates",
    "draws: {kind: array-sobol, replicates: 32}, paths: 1024, periods: 31, \(followed)"
  ) { _ in [value(1), mean("lead"), dateMean("gap", place: 2)] }

  /// One path, cut into 32 batches.
  private static let longPath = CoverageCase(
    "batch means of one path",
    "paths: 1, periods: 16_200, burn_in: 200, autocorrelation_lags: 2, \(followed)"
  ) { _ in
    [
      CoverageReading(item: "mean lead in the long run") {
        CoverageInterval($0.profiles[0].longRun.first { $0.name == "lead" })
      },
      CoverageReading(item: "share of dates at parity in the long run") {
        CoverageInterval($0.profiles[0].longRun.first { $0.name == "share/parity" })
      },
      CoverageReading(item: "share of one state, occupancy") {
        let row = $0.profiles[0].occupancy.states[$0.profiles[0].occupancy.states.count / 2]
        return CoverageInterval(row.low, row.high, row.exact)
      },
      correlation(1),
    ]
  }

  /// Two profiles and a departure under common random numbers.
  private static let compared = CoverageCase(
    "common random numbers",
    "profiles: [exact, uniform], departure: {player: 1, period: 5}, paths: 400, periods: 31, \(followed)"
  ) { _ in comparisons }

  private static let comparedLonger = CoverageCase(
    "common random numbers, ten times the paths",
    "profiles: [exact, uniform], departure: {player: 1, period: 5}, paths: 4000, periods: 31, \(followed)"
  ) { _ in comparisons }

  private static var comparisons: [CoverageReading] {
    [
      CoverageReading(item: "difference of two profiles, value/1") {
        CoverageInterval($0.differences[0].statistics.first { $0.name == "value/1" })
      },
      CoverageReading(
        item: "gain of a departure, value/1",
        reservation: "most paths differ by nothing and few by much: 400 of them are not yet normal"
      ) {
        CoverageInterval($0.departure?.gains.first { $0.name == "value/1" })
      },
      CoverageReading(item: "answer to a departure, lead after a period") {
        let dates = $0.departure?.quantities.first { $0.name == "lead" }?.dates
        let row = dates?.first { $0.date == 6 }
        return CoverageInterval(row?.low, row?.high, row?.exact)
      },
    ]
  }

  /// Looked at again and again until narrow enough.
  private static let precise = CoverageCase(
    "stopping once precise",
    "until: {statistic: value/1, half_width: 0.0125}, paths: 1_000_000, periods: 31, \(followed)"
  ) { _ in
    var reading = value(1)
    reading.reservation =
      "a rule that looks at the data stops more gladly when the spread happens to look small"
    return [reading]
  }
}

// MARK: Where a document has its intervals

extension MonteCarloCoverage {
  private static func value(_ player: Int) -> CoverageReading {
    CoverageReading(item: "mean discounted payoff") {
      CoverageInterval($0.profiles[0].statistics.first { $0.name == "value/\(player)" })
    }
  }

  private static func mean(_ quantity: String) -> CoverageReading {
    CoverageReading(item: "mean \(quantity)") {
      CoverageInterval($0.profiles[0].statistics.first { $0.name == "mean/\(quantity)" })
    }
  }

  private static func event(_ name: String, _ kind: String = "") -> CoverageReading {
    CoverageReading(item: kind.isEmpty ? name : "\(name), \(kind)") {
      CoverageInterval($0.profiles[0].events.first { $0.name == name })
    }
  }

  /// The exact binomial interval: conservative.
  private static func chance(_ name: String) -> CoverageReading {
    var reading = event(name, "binomial")
    reading.isLowerBound = true
    return reading
  }

  private static func correlation(_ lag: Int) -> CoverageReading {
    CoverageReading(item: "autocorrelation of the lead at lag \(lag)") {
      let row = $0.profiles[0].autocorrelations.first { $0.quantity == "lead" }?.lags[lag]
      return CoverageInterval(row?.low, row?.high, row?.exact)
    }
  }

  private static func dateMean(_ quantity: String, place: Int) -> CoverageReading {
    CoverageReading(item: "mean \(quantity) at a date") {
      let date = $0.profiles[0].fans.first { $0.name == quantity }?.dates[place]
      return CoverageInterval(date?.low, date?.high, date?.exactMean)
    }
  }

  private static func quantile(
    _ document: MonteCarloDocument, _ quantity: String, _ level: Double, place: Int
  ) -> CoverageInterval? {
    guard let fan = document.profiles[0].fans.first(where: { $0.name == quantity }),
      let index = fan.levels.firstIndex(of: level)
    else { return nil }
    let found = fan.dates[place].quantiles[index]
    return CoverageInterval(found.low, found.high, found.exact)
  }

  /// Order statistics of counts: the date's law has atoms, and the coverage that goes with them.
  private static func dateQuantile(
    _ quantity: String, _ level: Double, place: Int, paths: Int, _ prepared: PreparedPaths
  ) throws -> CoverageReading {
    var reading = CoverageReading(
      item: "quantile \(level) of \(quantity) at a date, order statistics"
    ) {
      quantile($0, quantity, level, place: place)
    }
    if let law = prepared.law(ofQuantity: quantity, atDatePlace: place) {
      reading.nominal = try law.coverage(of: level, n: paths)
    }
    return reading
  }

  /// The error of the share of paths at the quantile, from blocks or replicates; where values are few,
  /// conservative.
  private static func sectionQuantile(
    _ quantity: String, _ level: Double, place: Int
  ) -> CoverageReading {
    CoverageReading(
      item: "quantile \(level) of \(quantity) at a date, Woodruff from blocks", isLowerBound: true
    ) { quantile($0, quantity, level, place: place) }
  }

  private static func payoffQuantile(
    _ level: Double, _ index: Int, paths: Int, _ prepared: PreparedPaths
  ) throws -> CoverageReading {
    let law = prepared.payoffLaw(0)
    let exact = law.quantile(level).value
    var reading = CoverageReading(item: "quantile \(level), order statistics") {
      let found = $0.profiles[0].distributions[0].quantiles[index]
      return CoverageInterval(found.low, found.high, exact)
    }
    reading.nominal = try law.coverage(of: level, n: paths)
    return reading
  }
}
