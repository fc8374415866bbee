/// The share of runs that reach each of a row of thresholds, with pointwise bootstrap bands: the
/// whole distribution of scores where a mean shows one number.
///
///     F̂(τ) = 1/M Σₘ 1/nₘ Σᵢ [xₘᵢ ≥ τ]
///
/// over tasks m and their runs i: the run-score distribution of Agarwal et al. (2021), §4.2, after
/// the performance profiles of Dolan & Moré (2002). Departure: the paper counts x > τ; counting
/// x ≥ τ differs only at a score itself, and lets a run that attains the best possible score count there.
/// Where one learner's curve lies above another's everywhere, it is better in the sense of
/// stochastic dominance.
public struct PerformanceProfile: Sendable, Codable, Equatable {
  /// τ, ascending.
  public let thresholds: [Double]
  /// F̂(τ) at each threshold, not increasing. Shape [threshold].
  public let share: [Double]
  /// Lower ends of the percentile intervals, each of its own share, not of all at once.
  public let low: [Double]
  /// Upper ends.
  public let high: [Double]

  /// The profile of larger-is-better scores, a stratum per task.
  ///
  /// Runs are resampled within each task, the same resamples for every τ. Cost per replication: one
  /// uniform a run and one addition a threshold and task.
  /// - Throws: `NumericalError` for thresholds that are none, not finite or not ascending, and for
  ///   bad settings; the method must be `.percentile`.
  public init(
    of scores: StratifiedSample, thresholds: [Double], bootstrap: Bootstrap = Bootstrap(),
    using stream: inout RandomStream
  ) throws(NumericalError) {
    try bootstrap.checkSettings()
    guard bootstrap.method == .percentile else {
      throw .invalid("PerformanceProfile", "method = bca: bands are percentile bands")
    }
    try checkFinite(thresholds, "PerformanceProfile", "thresholds")
    guard !thresholds.isEmpty, zip(thresholds, thresholds.dropFirst()).allSatisfy({ $0 < $1 })
    else { throw .invalid("PerformanceProfile", "thresholds must ascend, and there must be one") }
    // How many thresholds each score reaches: all that resampling needs to know of it.
    let reached = StratifiedSample(
      values: scores.values.map { score in Double(thresholds.partitioningIndex { $0 > score }) },
      offsets: scores.offsets)
    let share = Self.shares(reached, thresholds.count)
    var resample = reached
    var replicates = [[Double]](
      repeating: [Double](repeating: 0, count: bootstrap.replications), count: thresholds.count)
    for replication in 0..<bootstrap.replications {
      resample.resample(reached, using: &stream)
      for (index, value) in Self.shares(resample, thresholds.count).enumerated() {
        replicates[index][replication] = value
      }
    }
    var low: [Double] = []
    var high: [Double] = []
    for (index, values) in replicates.enumerated() {
      let interval = try BootstrapDistribution(
        estimate: share[index], replicates: values, jackknife: []
      ).interval(.percentile, confidence: bootstrap.confidence)
      low.append(interval.low)
      high.append(interval.high)
    }
    self.thresholds = thresholds
    self.share = share
    self.low = low
    self.high = high
  }

  /// The mean over tasks of the share of runs that reach more than `index` thresholds, for each.
  private static func shares(_ reached: StratifiedSample, _ count: Int) -> [Double] {
    var shares = [Double](repeating: 0, count: count)
    var counts = [Int](repeating: 0, count: count + 1)
    for task in 0..<reached.strataCount {
      for index in counts.indices { counts[index] = 0 }
      let runs = reached.range(of: task)
      for position in runs { counts[Int(reached.values[position])] += 1 }
      // Whole numbers until the division: 1 is reached exactly, whatever the number of runs.
      var above = 0
      for index in shares.indices.reversed() {
        above += counts[index + 1]
        shares[index] += Double(above) / Double(runs.count)
      }
    }
    return shares.map { $0 / Double(reached.strataCount) }
  }

  /// `count` equally spaced thresholds from the smallest to the largest of all scores to be
  /// compared; the single value where all are equal.
  /// - Precondition: `count` is at least 3.
  /// - Throws: `NumericalError` if there are no scores or one is not finite.
  public static func grid(
    spanning scores: [Double], count: Int = 21
  ) throws(NumericalError) -> [Double] {
    precondition(count >= 3, "a grid needs two ends and a middle")
    let sorted = try SortedSample(scores)
    guard let low = sorted.values.first, let high = sorted.values.last, low < high else {
      return [sorted.values[0]]
    }
    let steps = Double(count - 1)
    var grid = [low]
    for index in 1..<(count - 1) {
      // Whole weights on both ends: the grid of turned signs is the turned grid.
      let threshold = (Double(count - 1 - index) * low + Double(index) * high) / steps
      // A span of few doubles has fewer thresholds.
      if threshold > grid[grid.count - 1], threshold < high { grid.append(threshold) }
    }
    grid.append(high)
    return grid
  }
}
