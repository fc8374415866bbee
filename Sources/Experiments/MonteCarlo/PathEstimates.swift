internal import Statistics

/// Reads estimates with their errors out of the sums of one profile.
struct PathEstimates {
  let frame: StudyFrame
  let sums: PathSums
  let counts: PathCounts
  let exact: ExactValues?
  /// What the estimates tend to where they are not exact at once: those of a continuum of agents.
  var limit: ExactValues?
  /// Paths behind the sums.
  let paths: Int

  private var confidence: Double { frame.settings.confidence }
  private var moments: CrossMoments { sums.independent }

  // MARK: Means over paths

  /// Values, welfare, and discounted sums, means and totals of every quantity.
  func statistics() -> [PathStatistic] {
    let columns = frame.columns
    var found: [PathStatistic] = []
    for (player, name) in frame.values.enumerated() {
      found.append(mean(columns.discounted(player), name, unit: "discounted payoff"))
    }
    if frame.hasWelfare {
      found.append(mean(columns.welfare, "welfare", unit: "discounted payoff"))
    }
    for (index, quantity) in frame.quantities.enumerated() {
      found.append(
        mean(
          columns.mean(index), "mean/\(quantity.name)", unit: quantity.unit,
          within: quantity.range))
      guard quantity.isSummed else { continue }
      let total = Double(frame.periods)
      found.append(
        mean(
          columns.mean(index), "total/\(quantity.name)", unit: totalled(quantity.unit),
          scale: total, within: quantity.range))
      if index >= columns.players {
        found.append(
          mean(
            columns.discounted(index), "discounted/\(quantity.name)",
            unit: totalled(quantity.unit)))
      }
    }
    return found
  }

  private func totalled(_ unit: String) -> String {
    unit.hasSuffix(" per period") ? String(unit.dropLast(11)) : unit
  }

  /// First passages, shares and spells of every event.
  func eventStatistics() -> [PathStatistic] {
    let columns = frame.columns
    var found: [PathStatistic] = []
    for (number, event) in frame.events.enumerated() {
      func column(_ part: PathColumns.EventPart) -> Int { columns.event(number, part) }
      found.append(proportion(column(.hit), "hit/\(event.name)"))
      found.append(
        mean(
          column(.waiting), "waiting/\(event.name)", unit: "periods",
          within: 0...Double(frame.periods)))
      if let row = ratio(
        column(.passage), column(.hit), "first_passage/\(event.name)", unit: "periods")
      {
        found.append(row)
      }
      found.append(mean(column(.share), "share/\(event.name)", unit: "", within: 0...1))
      // A spell takes a date inside, and each begins and ends beside a date outside.
      found.append(
        mean(
          column(.spells), "spells/\(event.name)", unit: "",
          within: 0...Double((frame.periods - 1) / 2)))
      if var row = ratio(
        column(.spellDates), column(.spells), "duration/\(event.name)", unit: "periods")
      {
        // Spells that are cut off are left out, so short paths see short spells: the long run's
        // duration is shown, but no test is made of it.
        row.exact = exact?.durations.known(number)
        row.z = nil
        found.append(row)
      }
    }
    return found
  }

  /// The estimate of one column.
  ///
  /// - Parameter range: all values that it can have on a path; nil where that is not known.
  private func mean(
    _ column: Int, _ name: String, unit: String, scale: Double = 1,
    within range: ClosedRange<Double>? = nil
  ) -> PathStatistic {
    let columns = frame.columns
    var estimate = moments.mean(column)
    var error = moments.variance(column).map { (max(0, $0) / Double(moments.count)).squareRoot() }
    var (method, degrees) = (frame.unitName, moments.count - 1)
    var isCertain = exact?.certainty.isCertain(column: column) == true
    // What never varied has nothing for controls to explain.
    if columns.controlCount > 0, moments.count > columns.controlCount + 2, error != 0,
      let controlled = try? ControlVariates(
        moments, target: column, controls: (0..<columns.controlCount).map(columns.control),
        knownMeans: Array(repeating: 0, count: columns.controlCount)),
      !controlled.used.isEmpty
    {
      estimate = controlled.estimate
      error = controlled.standardError
      degrees = controlled.degreesOfFreedom
      method += " + control variates"
      // Controls that explain everything leave no chance.
      isCertain = isCertain || controlled.standardError == 0
    }
    // A plain mean of as many independent paths.
    var gain: Double?
    if let plain = sums.paths.variance(column), let error, plain > 0, error > 0,
      method != "paths"
    {
      gain = plain / Double(sums.paths.count) / (error * error)
    }
    var row = PathStatistic(
      name, unit: unit, mean: scale * estimate, error: error.map { scale * $0 },
      degrees: Double(degrees), confidence: confidence, method: method, units: moments.count,
      exact: exact?.columns.known(column).map { scale * $0 },
      limit: limit?.columns.known(column).map { scale * $0 }, gain: gain,
      scale: scale * max(abs(sums.paths.maximum(column)), abs(sums.paths.minimum(column))),
      isCertain: isCertain)
    if let range, error == 0 {
      row.bound(
        within: scale * range.lowerBound...scale * range.upperBound, confidence: confidence)
    }
    return row
  }

  /// The estimate of a column that is 0 or 1 on every path.
  ///
  /// An interval from a standard error fails for what happens on hardly any path or on nearly every
  /// one. Independent paths have the exact binomial interval instead,
  /// except with controls and at least ten paths of either kind. Where pairs or replicates all agree, the
  /// chance that one would not is bounded in the same way, and bounds the chance that a path would not.
  private func proportion(_ column: Int, _ name: String) -> PathStatistic {
    var row = mean(column, name, unit: "")
    let plain = moments.mean(column)
    let isSure = moments.minimum(column) == moments.maximum(column)
    if frame.settings.draws == .independent {
      let hits = Int((plain * Double(moments.count)).rounded())
      if isSure, row.standardError != nil { return row }
      let isRare = min(hits, moments.count - hits) < 10
      guard frame.columns.controlCount == 0 || isRare else { return row }
      row.mean = plain
      row.standardError = moments.variance(column).flatMap {
        $0 > 0 ? ($0 / Double(moments.count)).squareRoot() : nil
      }
      row.gain = nil
      row.z = row.standardError.flatMap { error in
        row.exact.flatMap { error > 0 ? (plain - $0) / error : nil }
      }
      row.method = "\(frame.unitName), binomial"
      bound(&row, hits)
    } else if isSure, row.standardError == nil, plain == 0 || plain == 1 {
      row.method = "\(frame.unitName), binomial"
      bound(&row, plain == 0 ? 0 : moments.count)
    }
    return row
  }

  private func bound(_ row: inout PathStatistic, _ hits: Int) {
    let interval = try? clopperPearsonInterval(
      successes: hits, trials: moments.count, confidence: confidence)
    (row.low, row.high) = (interval?.low, interval?.high)
  }

  /// A ratio of means; nil where its denominator is zero.
  private func ratio(
    _ numerator: Int, _ denominator: Int, _ name: String, unit: String
  ) -> PathStatistic? {
    guard moments.mean(denominator) > 0,
      let found = try? RatioEstimate(moments, numerator: numerator, denominator: denominator)
    else { return nil }
    let exact = exact.flatMap { exact -> Double? in
      guard let above = exact.columns[numerator], let below = exact.columns[denominator], below > 0
      else { return nil }
      return above / below
    }
    return PathStatistic(
      name, unit: unit, mean: found.estimate, error: found.standardError,
      degrees: found.degreesOfFreedom ?? 0, confidence: confidence,
      method: "\(frame.unitName), ratio", units: Int(found.effectiveCount), exact: exact,
      isCertain: self.exact?.certainty.isCertain(column: numerator) == true)
  }

  // MARK: The long run

  /// Means, variances and shares over dates after the burn-in.
  func longRunStatistics() -> [PathStatistic] {
    let (columns, moments) = (frame.longRun, sums.longRun)
    func row(
      _ column: Int, _ name: String, _ unit: String, _ exact: Double?, _ limit: Double?,
      within range: ClosedRange<Double>?
    ) -> PathStatistic {
      let batches = sums.batches?[column]
      var row = PathStatistic(
        name, unit: unit, mean: batches?.mean ?? moments.mean(column),
        error: batches?.standardError
          ?? moments.variance(column).map { (max(0, $0) / Double(moments.count)).squareRoot() },
        degrees: Double(moments.count - 1), confidence: confidence, method: frame.longRunMethod,
        units: moments.count, exact: exact, limit: limit,
        isCertain: self.exact?.certainty.isCertain(longRun: column) == true)
      row.batchCorrelation = batches?.lagOneCorrelation
      // Batches of one path are not independent enough to bound what they never saw.
      if let range, batches == nil, moments.variance(column) == 0 {
        row.bound(within: range, confidence: confidence)
      }
      return tested(row)
    }
    var found: [PathStatistic] = []
    for (index, quantity) in frame.quantities.enumerated() {
      found.append(
        row(
          columns.mean(index), quantity.name, quantity.unit, exact?.means.known(index),
          limit?.means.known(index), within: quantity.range))
    }
    if columns.stateCount > 0 { found += variances().map(tested) }
    for (index, event) in frame.events.enumerated() {
      found.append(
        row(
          columns.share(index), "share/\(event.name)", "", exact?.shares.known(index),
          limit?.shares.known(index), within: 0...1))
    }
    return found
  }

  /// A statistic without z where the long run is yet to be reached.
  private func tested(_ row: PathStatistic) -> PathStatistic {
    var row = row
    if exact?.testsLongRun == false { row.z = nil }
    return row
  }

  /// Variances of a date's number: x̄² overstates the squared mean by the variance of x̄, which is put
  /// back, so the estimate has no bias; its error is the delta method's.
  private func variances() -> [PathStatistic] {
    let (columns, moments) = (frame.longRun, sums.longRun)
    return columns.correlated.enumerated().map { index, quantity in
      let (m, s) = (columns.mean(quantity), columns.product(index, lag: 0))
      let mean = moments.mean(m)
      var estimate = max(0, moments.mean(s) - mean * mean)
      var error: Double?
      if let mm = moments.variance(m), let ss = moments.variance(s),
        let ms = moments.covariance(m, s)
      {
        estimate += mm / Double(moments.count)
        error =
          (max(0, ss + 4 * mean * (mean * mm - ms)) / Double(moments.count)).squareRoot()
      }
      return PathStatistic(
        "variance/\(frame.quantities[quantity].name)", unit: "", mean: estimate, error: error,
        degrees: Double(moments.count - 1), confidence: confidence, method: frame.longRunMethod,
        units: moments.count, exact: exact?.variances.known(index),
        limit: limit?.variances.known(index), scale: moments.mean(s))
    }
  }

  /// Autocorrelations by the delta method on (mean, mean square, mean product).
  func autocorrelations() -> [PathAutocorrelation] {
    let (columns, moments) = (frame.longRun, sums.longRun)
    guard columns.lags > 0 else { return [] }
    return columns.correlated.enumerated().compactMap { index, quantity in
      let (m, s) = (columns.mean(quantity), columns.product(index, lag: 0))
      let (mean, square) = (moments.mean(m), moments.mean(s))
      let variance = square - mean * mean
      guard variance > 1e-12 * max(square, 1e-300) else { return nil }
      let known = exact.flatMap {
        index < $0.autocorrelations.count ? $0.autocorrelations[index] : nil
      }
      var rows: [PathAutocorrelation.Row] = []
      for lag in 0...columns.lags {
        let p = columns.product(index, lag: lag)
        let product = moments.mean(p)
        let estimate = (product - mean * mean) / variance
        var error: Double?
        if lag == 0 {
          error = 0
        } else if let mm = moments.variance(m), let ss = moments.variance(s),
          let pp = moments.variance(p), let ms = moments.covariance(m, s),
          let mp = moments.covariance(m, p), let sp = moments.covariance(s, p)
        {
          let dp = 1 / variance
          let ds = -estimate / variance
          let dm = -2 * mean * (1 - estimate) / variance
          let spread =
            dp * dp * pp + ds * ds * ss + dm * dm * mm
            + 2 * (dp * ds * sp + dp * dm * mp + ds * dm * ms)
          error = (max(0, spread) / Double(moments.count)).squareRoot()
        }
        let statistic = PathStatistic(
          "lag", unit: "", mean: estimate, error: error, degrees: Double(moments.count - 1),
          confidence: confidence, method: frame.longRunMethod, units: moments.count, exact: nil,
          isCertain: lag == 0)
        rows.append(
          PathAutocorrelation.Row(
            lag: lag, estimate: estimate, standardError: statistic.standardError,
            low: statistic.low, high: statistic.high,
            exact: known.flatMap { lag < $0.count ? $0[lag] : nil }))
      }
      return PathAutocorrelation(quantity: frame.quantities[quantity].name, lags: rows)
    }
  }

  /// Shares of dates, or of agents and dates, spent at every state after the burn-in.
  func occupancy() -> PathOccupancy {
    let units = sums.longRun.count
    let (law, far) = (exact?.states, limit?.states)
    let total = counts.visits.reduce(0, +)
    var rows: [PathOccupancy.Row] = []
    for state in frame.states.indices {
      let (share, error) = occupancy(of: state, visits: total)
      var statistic = PathStatistic(
        "share", unit: "", mean: share, error: error, degrees: Double(units - 1),
        confidence: confidence, method: frame.longRunMethod, units: units, exact: law?[state],
        isCertain: exact?.certainty.isCertain(state: state) == true)
      if error == 0, frame.batches == 1 {
        statistic.bound(within: 0...1, confidence: confidence)
      }
      rows.append(
        PathOccupancy.Row(
          state: frame.states[state], share: share, standardError: statistic.standardError,
          low: statistic.low, high: statistic.high, exact: law?[state], z: tested(statistic).z,
          limit: far?[state]))
    }
    func distance(_ law: [Double]) -> Double {
      zip(rows, law).reduce(0) { $0 + abs($1.0.share - $1.1) / 2 }
    }
    return PathOccupancy(
      burnIn: frame.settings.burnIn, method: frame.longRunMethod, units: units, states: rows,
      totalVariation: law.map(distance), limitVariation: far.map(distance))
  }

  /// The share of one state and its standard error.
  ///
  /// - Parameter total: visits of all states, where they are counted.
  private func occupancy(
    of state: Int, visits total: Int
  ) -> (share: Double, error: Double?) {
    let (columns, moments) = (frame.longRun, sums.longRun)
    if columns.stateCount > 0 {
      let column = columns.state(state)
      return (
        moments.mean(column),
        moments.variance(column).map { (max(0, $0) / Double(moments.count)).squareRoot() }
      )
    }
    let units = moments.count
    // Dates of a unit are all alike in number.
    let dates = Double(total) / Double(max(units, 1))
    let share = Double(counts.visits[state]) / Double(max(total, 1))
    guard units > 1 else { return (share, nil) }
    let mean = Double(counts.visits[state]) / Double(units)
    let squares =
      Double(counts.visitSquares[1][state]) * 0x1p32
      + Double(counts.visitSquares[0][state]) - Double(units) * mean * mean
    return (
      share, (max(0, squares) / Double(units - 1) / Double(units)).squareRoot() / dates
    )
  }
}
