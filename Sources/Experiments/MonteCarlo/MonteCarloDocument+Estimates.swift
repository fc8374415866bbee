internal import Statistics

extension MonteCarloDocument {
  /// A document of a study without its profiles.
  init(
    experiment: String, game: String, seed: UInt64, generator: GeneratorKind, _ frame: StudyFrame,
    paths: Int, status: String, until: Precision?
  ) {
    let settings = frame.settings
    self.experiment = experiment
    self.game = game
    self.seed = seed
    self.generator = generator.rawValue
    draws = settings.draws.name
    commonRandomNumbers = settings.commonRandomNumbers
    self.paths = paths
    pathsAsked = settings.paths
    periods = frame.periods
    burnIn = settings.burnIn
    confidence = settings.confidence
    self.status = status
    profiles = []
    differences = []
    self.until = until
    departure = nil
  }

  /// Differences of means between a profile and the first, path by path.
  static func differences(
    _ frame: StudyFrame, _ index: Int, _ state: EnsembleState, exact: [ExactValues?],
    limits: [ExactValues?] = []
  ) -> [PathStatistic] {
    guard let moments = state.sums[index].differences else { return [] }
    let columns = frame.columns
    func known(_ values: [ExactValues?], _ column: Int) -> Double? {
      guard index < values.count, let own = values[index]?.columns.known(column),
        let first = values[0]?.columns.known(column)
      else { return nil }
      return own - first
    }
    func isCertain(_ column: Int) -> Bool {
      index < exact.count
        && [0, index].allSatisfy { exact[$0]?.certainty.isCertain(column: column) == true }
    }
    func row(_ column: Int, _ name: String, _ unit: String) -> PathStatistic {
      let variance = moments.variance(column)
      let count = moments.count
      // Two studies of as many units each that meet chance of their own.
      var gain: Double?
      if let variance, variance > 0,
        let one = state.sums[index].independent.variance(column),
        let two = state.sums[0].independent.variance(column), one + two > 0
      {
        gain = (one + two) / variance
      }
      return PathStatistic(
        name, unit: unit, mean: moments.mean(column),
        error: variance.map { (max(0, $0) / Double(count)).squareRoot() },
        degrees: Double(count - 1),
        confidence: frame.settings.confidence, method: "paired \(frame.unitName)", units: count,
        exact: known(exact, column), limit: known(limits, column),
        gain: frame.settings.commonRandomNumbers ? gain : nil,
        scale: max(abs(moments.maximum(column)), abs(moments.minimum(column))),
        isCertain: isCertain(column))
    }
    var rows = frame.values.enumerated().map {
      row(columns.discounted($0), $1, "discounted payoff")
    }
    if frame.hasWelfare { rows.append(row(columns.welfare, "welfare", "discounted payoff")) }
    for (index, quantity) in frame.quantities.enumerated() {
      rows.append(row(columns.mean(index), "mean/\(quantity.name)", quantity.unit))
    }
    for (number, event) in frame.events.enumerated() {
      rows.append(row(columns.event(number, .hit), "hit/\(event.name)", ""))
      rows.append(row(columns.event(number, .share), "share/\(event.name)", ""))
    }
    return rows
  }
}

extension MonteCarloDocument.Played {
  /// One profile's estimates.
  init(_ estimates: PathEstimates, name: String, origin: String, fans: [PathFan]) {
    self.name = name
    self.origin = origin
    statistics = estimates.statistics()
    events = estimates.eventStatistics()
    eventLaws = estimates.eventLaws()
    longRun = estimates.longRunStatistics()
    occupancy = estimates.occupancy()
    autocorrelations = estimates.autocorrelations()
    distributions = estimates.distributions()
    self.fans = fans
    totals = estimates.totals()
  }
}
