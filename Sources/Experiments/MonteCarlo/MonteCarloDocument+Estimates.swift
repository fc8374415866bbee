internal import Configuration
internal import Environments
internal import Statistics

extension MonteCarloDocument {
  /// Puts the document together from where a study stands.
  init(
    _ configuration: MonteCarloConfiguration, _ plan: PathPlan, profiles sources: [PathProfile],
    _ state: EnsembleState, paths: Int, exact: [PathExact?], status: String, until: Precision?
  ) {
    let experiment = configuration.experiment
    self.experiment = experiment.experiment
    game = experiment.family.name
    if case .text(let name) = experiment.resolved.group("game")?["scenario"] { scenario = name }
    seed = experiment.seed
    generator = experiment.generator.rawValue
    draws = plan.settings.draws.name
    commonRandomNumbers = plan.settings.commonRandomNumbers
    self.paths = paths
    periods = plan.periods
    burnIn = plan.settings.burnIn
    confidence = plan.settings.confidence
    self.status = status
    let estimates = plan.played.indices.map {
      PathEstimates(
        plan: plan, index: $0, sums: state.sums[$0], counts: state.counts[$0], exact: exact[$0],
        paths: paths)
    }
    profiles = (0..<plan.profileCount).map { index in
      let own = estimates[index]
      return Played(
        name: plan.played[index].name, origin: sources[index].origin,
        statistics: own.statistics(), events: own.eventStatistics(), eventLaws: own.eventLaws(),
        longRun: own.longRunStatistics(), occupancy: own.occupancy(),
        autocorrelations: own.autocorrelations(), distributions: own.distributions(),
        fans: own.fans(), totals: own.totals())
    }
    differences = (1..<max(1, plan.profileCount)).map { index in
      Difference(
        profile: plan.played[index].name, against: plan.played[0].name,
        statistics: Self.differences(plan, index, state, exact: exact))
    }
    self.until = until
    departure = nil
    if plan.hasDeparture {
      departure = PathDeparture(plan, state.sums[plan.played.count - 1], state, exact: exact)
    }
  }

  /// Differences of means between a profile and the first, path by path.
  static func differences(
    _ plan: PathPlan, _ index: Int, _ state: EnsembleState, exact: [PathExact?]
  ) -> [PathStatistic] {
    guard let moments = state.sums[index].differences else { return [] }
    let columns = plan.columns
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
      var known: Double?
      if let own = exact[index]?.columns[column], let first = exact[0]?.columns[column] {
        known = own - first
      }
      return PathStatistic(
        name, unit: unit, mean: moments.mean(column),
        error: variance.map { (max(0, $0) / Double(count)).squareRoot() }, degrees: count - 1,
        confidence: plan.settings.confidence,
        method: "paired \(PathEstimates.unitName(plan.settings.draws))", units: count,
        exact: known, gain: plan.settings.commonRandomNumbers ? gain : nil,
        scale: max(abs(moments.maximum(column)), abs(moments.minimum(column))))
    }
    var rows = (0..<columns.players).map {
      row(columns.discounted($0), "value/\($0 + 1)", "discounted payoff")
    }
    if columns.players > 1 { rows.append(row(columns.welfare, "welfare", "discounted payoff")) }
    for (index, quantity) in plan.quantities.enumerated() {
      rows.append(row(columns.mean(index), "mean/\(quantity.name)", quantity.unit))
    }
    for (number, event) in plan.events.enumerated() {
      rows.append(row(columns.event(number, .hit), "hit/\(event.name)", ""))
      rows.append(row(columns.event(number, .share), "share/\(event.name)", ""))
    }
    return rows
  }
}

extension PathDeparture {
  init(_ plan: PathPlan, _ sums: PathSums, _ state: EnsembleState, exact: [PathExact?]) {
    let departure = plan.settings.departure!
    player = departure.player + 1
    period = departure.period
    action = departure.action ?? "best reply of the moment"
    let last = plan.played.count - 1
    gains = MonteCarloDocument.differences(plan, last, state, exact: exact).filter {
      $0.name.hasPrefix("value/") || $0.name == "welfare"
    }
    let dates = plan.departureDates
    let known = Self.exact(plan, dates, isKnown: exact[0] != nil)
    let moments = sums.departures!
    quantities = plan.quantities.enumerated().map { index, quantity in
      Quantity(
        name: quantity.name, unit: quantity.unit,
        dates: dates.enumerated().map { place, date in
          let column = index * dates.count + place
          let row = PathStatistic(
            "", unit: "", mean: moments.mean(column),
            error: moments.variance(column).map {
              (max(0, $0) / Double(moments.count)).squareRoot()
            }, degrees: moments.count - 1, confidence: plan.settings.confidence, method: "",
            units: moments.count, exact: nil)
          return Row(
            date: date + 1, mean: row.mean, standardError: row.standardError, low: row.low,
            high: row.high, exact: known?[index][place])
        })
    }
  }

  /// Exact differences of means `[quantity][date]`.
  private static func exact(
    _ plan: PathPlan, _ dates: Range<Int>, isKnown: Bool
  ) -> [[Double]]? {
    guard isKnown else { return nil }
    func means(_ tables: PathTables) -> [[Double]] {
      var law = PathLaw(plan.game, tables)
      var found = plan.quantities.map { _ in [Double]() }
      for date in 0..<dates.upperBound {
        if dates.contains(date) {
          var sums = plan.quantities.map { _ in 0.0 }
          law.forEachCell { cell, probability in
            for (index, quantity) in plan.quantities.enumerated() {
              sums[index] += probability * quantity.values[tables.rows[cell]]
            }
          }
          for index in sums.indices { found[index].append(sums[index]) }
        }
        law.advance()
      }
      return found
    }
    let usual = means(plan.played[0].tables)
    let departed = means(plan.played[plan.played.count - 1].tables)
    return usual.indices.map { index in
      usual[index].indices.map { departed[index][$0] - usual[index][$0] }
    }
  }
}
