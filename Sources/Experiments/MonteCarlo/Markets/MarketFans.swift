internal import Environments
internal import Statistics

/// Fan charts of what a market is like by date: means from moments, quantiles from sketches, for the
/// averages of N agents take too many values to count.
struct MarketFans {
  let estimates: PathEstimates
  /// `[quantity × date × level]`: values at which blocks compare their shares of paths; empty where
  /// paths are independent.
  let references: [Double]
  let exact: MarketLaw?
  let limit: MarketLaw?

  private var frame: StudyFrame { estimates.frame }

  /// Means and quantiles of every quantity at the charted dates.
  func fans() -> [PathFan] {
    frame.quantities.enumerated().map { quantity, named in
      var worst = 0.0
      let dates = frame.dates.indices.map { place -> PathFan.Date in
        let column = quantity * frame.dates.count + place
        let sketch = estimates.sums.fans![column]
        worst = max(worst, sketch.errorBound)
        return date(quantity, place, column, sketch)
      }
      let method = estimates.sums.sections == nil ? "order statistics" : "differences of blocks"
      return PathFan(
        name: named.name, unit: named.unit, method: "sketch, \(method)", errorBound: worst,
        levels: frame.settings.quantiles, dates: dates)
    }
  }

  private func date(
    _ quantity: Int, _ place: Int, _ column: Int, _ sketch: QuantileSketch
  ) -> PathFan.Date {
    func known(_ law: MarketLaw?) -> Double? {
      law.flatMap { $0.dates.indices.contains(quantity) ? $0.dates[quantity] : nil }
        .flatMap { $0.indices.contains(place) ? $0[place] : nil }
    }
    let moments = estimates.sums.dates!
    let (levels, confidence) = (frame.settings.quantiles, frame.settings.confidence)
    let mean = PathStatistic(
      "", unit: "", mean: moments.mean(column),
      error: moments.variance(column).map {
        (max(0, $0) / Double(moments.count)).squareRoot()
      }, degrees: Double(moments.count - 1), confidence: confidence, method: "",
      units: moments.count,
      exact: nil)
    var quantiles = estimates.quantiles(sketch)
    if let sections = estimates.sums.sections {
      quantiles = levels.indices.map { level in
        let place = column * levels.count + level
        return PathFan.Quantile(
          level: levels[level], sections, column: 2 * place, confidence: confidence,
          reference: references[place], slack: sketch.errorBound
        ) { sketch.quantile($0) }
      }
    }
    // The law of the average is that of the interaction, the quantity after payoffs.
    if quantity == 1, let levels = exact?.quantiles, levels.indices.contains(place) {
      for level in quantiles.indices { quantiles[level].exact = levels[place][level] }
    }
    return PathFan.Date(
      date: frame.dates[place] + 1, mean: mean.mean, standardError: mean.standardError,
      low: mean.low, high: mean.high, exactMean: known(exact), quantiles: quantiles,
      limitMean: known(limit))
  }
}
