internal import Environments
internal import Statistics

/// Fan charts of the quantities of a finite game, from counts of cells.
struct CellFans {
  let plan: PathPlan
  let index: Int
  let sums: PathSums
  let counts: PathCounts
  let exact: PathExact?

  /// Means and quantiles of every quantity at the charted dates.
  func fans() -> [PathFan] {
    let reader = plan.played[index].reader
    let levels = reader.levels
    return plan.quantities.enumerated().map { quantity, named in
      var dates: [PathFan.Date] = []
      for (place, date) in plan.dates.enumerated() {
        let base = place * reader.cellCount
        let law = exact.flatMap { place < $0.laws.count ? $0.laws[place] : nil }
        var row = counts.dates.withUnsafeBufferPointer { all in
          self.date(quantity, place, all.baseAddress! + base, reader)
        }
        row.date = date + 1
        row.exactMean = law.map { reader.mean(quantity, law: $0) }
        if let known = law.map({ reader.quantiles(quantity, law: $0) }) {
          for level in levels.indices { row.quantiles[level].exact = known[level] }
        }
        dates.append(row)
      }
      return PathFan(
        name: named.name, unit: named.unit,
        method: sums.sections == nil ? "counts, order statistics" : "counts, differences of blocks",
        errorBound: 0, levels: levels, dates: dates)
    }
  }

  private func date(
    _ quantity: Int, _ place: Int, _ own: UnsafePointer<Int>, _ reader: FanReader
  ) -> PathFan.Date {
    let (levels, confidence) = (reader.levels, plan.settings.confidence)
    let (n, mean, variance) = reader.moments(quantity, own)
    if let sections = sums.sections {
      return sectionedDate(quantity, place, own, reader, sections)
    }
    let middle = PathStatistic(
      "", unit: "", mean: mean, error: n > 1 ? (variance / Double(n)).squareRoot() : nil,
      degrees: Double(n - 1), confidence: confidence, method: "", units: n, exact: nil,
      isCertain: isCertain(quantity, place))
    // Ranks wanted at once, in ascending order, then put back where they belong.
    var ranks: [(rank: Int, level: Int, part: Int)] = []
    for (level, p) in levels.enumerated() {
      ranks.append((quantileRank(p, count: n), level, 0))
      guard let bounds = rankBounds(n, p) else { continue }
      if let low = bounds.low { ranks.append((low, level, 1)) }
      if let high = bounds.high { ranks.append((high, level, 2)) }
    }
    ranks.sort { $0.rank < $1.rank }
    let found = reader.values(quantity, own, atRanks: ranks.map(\.rank))
    var quantiles = levels.map { _ in PathFan.Quantile(value: 0, low: nil, high: nil, exact: nil) }
    for (entry, value) in zip(ranks, found) {
      switch entry.part {
      case 0: quantiles[entry.level].value = value
      case 1: quantiles[entry.level].low = value
      default: quantiles[entry.level].high = value
      }
    }
    return PathFan.Date(
      date: 0, mean: mean, standardError: middle.standardError, low: middle.low,
      high: middle.high, exactMean: nil, quantiles: quantiles)
  }

  /// As `date`, for paths that are not independent: errors are those between blocks.
  private func sectionedDate(
    _ quantity: Int, _ place: Int, _ own: UnsafePointer<Int>, _ reader: FanReader,
    _ sections: CrossMoments
  ) -> PathFan.Date {
    let (levels, confidence) = (reader.levels, plan.settings.confidence)
    let (n, mean, _) = reader.moments(quantity, own)
    let cell = quantity * plan.dates.count + place
    let first = cell * (1 + 2 * levels.count)
    let middle = PathStatistic(
      "", unit: "", mean: mean,
      error: sections.variance(first).map {
        (max(0, $0) / Double(sections.count)).squareRoot()
      }, degrees: Double(sections.count - 1), confidence: confidence, method: "", units: 0,
      exact: nil, isCertain: isCertain(quantity, place))
    return PathFan.Date(
      date: 0, mean: mean, standardError: middle.standardError, low: middle.low,
      high: middle.high, exactMean: nil,
      quantiles: levels.indices.map { level in
        PathFan.Quantile(
          level: levels[level], sections, column: first + 1 + 2 * level, confidence: confidence,
          reference: plan.references[index][cell * levels.count + level]
        ) { reader.values(quantity, own, atRanks: [quantileRank($0, count: n)])[0] }
      })
  }

  private func isCertain(_ quantity: Int, _ place: Int) -> Bool {
    exact?.certainty.isCertain(quantity, atPlace: place) == true
  }

  private func rankBounds(_ n: Int, _ p: Double) -> QuantileRanks? {
    try? binomialQuantileRanks(n: n, p: p, confidence: plan.settings.confidence)
  }
}

extension PathFan.Quantile {
  /// The quantile of a level with an interval from the differences between blocks.
  ///
  /// The interval is Woodruff's ("Confidence intervals for medians and other position measures",
  /// *Journal of the American Statistical Association* 47, 1952): the share of paths at most at the
  /// quantile has a standard error e from blocks, and the ends are the quantiles of levels p ∓ t e.
  /// Shares are compared at a value near the quantile, at most at it and below it, and the larger error
  /// counts: where values are few, the two differ.
  ///
  /// - Parameters:
  ///   - sections: the blocks' shares of paths up to the reference in `column`, of those below it in
  ///     the next.
  ///   - slack: by how much ranks may be wrong, as a share of paths.
  ///   - quantile: the quantile of all paths of a level in (0, 1).
  init(
    level p: Double, _ sections: CrossMoments, column: Int, confidence: Double, reference: Double,
    slack: Double = 0, quantile: (Double) -> Double
  ) {
    self.init(value: quantile(p), low: nil, high: nil, exact: nil)
    guard let upTo = sections.variance(column), let below = sections.variance(column + 1),
      let t = try? studentQuantile(
        (1 + confidence) / 2, degreesOfFreedom: Double(max(1, sections.count - 1)))
    else { return }
    let reach = t * (max(0, upTo, below) / Double(sections.count)).squareRoot()
    // Where blocks never differ at the reference, it must be the quantile to say so of it.
    guard reach > 0 || value == reference else { return }
    if p - reach - slack > 0 { low = quantile(p - reach - slack) }
    if p + reach + slack < 1 { high = quantile(p + reach + slack) }
  }
}

extension PathEstimates {
  /// Quantiles of running discounted payoffs, from sketches.
  func totals() -> [PathFan] {
    guard !sums.totals.isEmpty else { return [] }
    let count = sums.totals.count / frame.columns.players
    let dates = TotalsFeature.dates(periods: frame.periods)
    return frame.values.enumerated().map { player, name in
      var worst = 0.0
      let rows = (0..<count).map { place -> PathFan.Date in
        let sketch = sums.totals[player * count + place]
        worst = max(worst, sketch.errorBound)
        return PathFan.Date(
          date: dates[place] + 1, mean: nil, standardError: nil, low: nil, high: nil,
          exactMean: nil, quantiles: quantiles(sketch))
      }
      return PathFan(
        name: name, unit: "discounted payoff so far",
        method: "sketch", errorBound: worst, levels: frame.settings.quantiles, dates: rows)
    }
  }

  /// The law of every player's discounted payoff, and of welfare, over paths.
  func distributions() -> [PathDistribution] {
    return (frame.values + (frame.hasWelfare ? ["welfare"] : [])).enumerated().compactMap {
      index, name in
      let sketch = sums.sketches[index]
      guard let least = sketch.minimum, let greatest = sketch.maximum else { return nil }
      return PathDistribution(
        name: name, minimum: least, maximum: greatest, levels: frame.settings.quantiles,
        quantiles: quantiles(sketch), errorBound: sketch.errorBound)
    }
  }

  func quantiles(_ sketch: QuantileSketch) -> [PathFan.Quantile] {
    let values = sketch.quantiles(frame.settings.quantiles)
    return frame.settings.quantiles.indices.map { index in
      // Order statistics are those of independent paths.
      let bounds =
        frame.settings.draws == .independent
        ? (try? sketch.interval(
          frame.settings.quantiles[index], confidence: frame.settings.confidence)) ?? nil : nil
      return PathFan.Quantile(
        value: values[index], low: bounds?.low, high: bounds?.high, exact: nil)
    }
  }

  /// Laws of first passages and of durations.
  func eventLaws() -> [PathEventLaw] {
    guard !frame.events.isEmpty else { return [] }
    let bins = counts.passages.count / frame.events.count
    let width = EventFeature.bins(periods: frame.periods).width
    return frame.events.enumerated().map { index, event in
      let passages = Array(counts.passages[index * bins..<(index + 1) * bins])
      let durations = Array(counts.durations[index * bins..<(index + 1) * bins])
      let reached = passages.reduce(0, +)
      let spells = durations.reduce(0, +)
      func quantiles(_ counts: [Int], _ total: Int) -> [Double?] {
        frame.settings.quantiles.map { level in
          let rank = quantileRank(level, count: max(total, 1))
          var sum = 0
          for (bin, count) in counts.enumerated() {
            sum += count
            if sum >= rank { return Double(bin * width) }
          }
          return nil
        }
      }
      return PathEventLaw(
        name: event.name, meaning: event.meaning, reached: reached, paths: paths, spells: spells,
        levels: frame.settings.quantiles, binWidth: width,
        // Quantiles over all paths: none where too few ever arrive.
        firstPassage: quantiles(passages, paths),
        duration: spells > 0 ? quantiles(durations, spells) : [])
    }
  }
}
