internal import Environments
internal import Statistics

extension PathDeparture {
  init(_ plan: PathPlan, _ state: EnsembleState, exact: [ExactValues?]) {
    let departure = plan.settings.departure!
    player = departure.player + 1
    period = departure.period
    action = departure.action ?? "best reply of the moment"
    let last = plan.played.count - 1
    gains = MonteCarloDocument.differences(plan.frame, last, state, exact: exact).filter {
      $0.name.hasPrefix("value/") || $0.name == "welfare"
    }
    let dates = plan.departureDates
    let known = Self.exact(plan, dates, isKnown: exact[0] != nil)
    let moments = state.sums[last].departures!
    quantities = plan.quantities.enumerated().map { index, quantity in
      // Until the departure both paths are one; the state is still the same when it comes.
      let untouched = departure.period - (Self.isOfState(quantity, plan) ? 1 : 2)
      return Quantity(
        name: quantity.name, unit: quantity.unit,
        dates: dates.enumerated().map { place, date in
          let column = index * dates.count + place
          let row = PathStatistic(
            "", unit: "", mean: moments.mean(column),
            error: moments.variance(column).map {
              (max(0, $0) / Double(moments.count)).squareRoot()
            }, degrees: Double(moments.count - 1), confidence: plan.settings.confidence, method: "",
            units: moments.count, exact: nil, isCertain: date <= untouched)
          return Row(
            date: date + 1, mean: row.mean, standardError: row.standardError, low: row.low,
            high: row.high, exact: known?[index][place])
        })
    }
  }

  /// Whether actions have no part in a quantity.
  private static func isOfState(_ quantity: PathQuantity, _ plan: PathPlan) -> Bool {
    var known: [Int: Double] = [:]
    return plan.played.allSatisfy { played in
      (0..<played.tables.cellCount).allSatisfy { cell in
        let value = quantity.values[played.tables.rows[cell]]
        return known.updateValue(value, forKey: played.tables.states[cell]) ?? value == value
      }
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
