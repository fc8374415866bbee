public import Statistics

/// One group by itself.
public struct GroupSummary: Encodable, Sendable, Equatable {
  /// Its name.
  public var name: String
  /// Seeds with a score in every task, in the order of `scores`.
  public var seeds: [UInt64]
  /// The score of each seed; over several tasks the mean.
  public var scores: [Double]
  /// How many scores there are in all tasks together.
  public var runs: Int
  /// Interquartile mean of all scores.
  public var iqm: Interval
  /// Mean over tasks of their means.
  public var mean: Interval
  /// Median of all scores.
  public var median: Interval
  /// Share of runs at least as good as each threshold.
  public var profile: ProfileShares

  /// Summarises a group; `thresholds` ascend.
  init(_ group: ScoreGroup, thresholds: [Double], settings: ComparisonSettings) throws {
    name = group.name
    (seeds, scores) = (group.seeds, group.seedMeans)
    let sample = try group.sample(sign: 1)
    runs = sample.values.count
    let bootstrap = settings.bootstrap
    var stream = settings.stream(.iqm)
    iqm = try bootstrap.interquartileMean(of: sample, using: &stream)
    stream = settings.stream(.mean)
    mean = try bootstrap.interval(of: sample, using: &stream) { sample in
      var sum = 0.0
      for task in 0..<sample.strataCount {
        let range = sample.range(of: task)
        var scores = 0.0
        for position in range { scores += sample.values[position] }
        sum += scores / Double(range.count)
      }
      return sum / Double(sample.strataCount)
    }
    stream = settings.stream(.median)
    median = try bootstrap.interval(of: sample, using: &stream) { sample in
      sample.values.sort()
      let count = sample.values.count
      return (sample.values[(count - 1) / 2] + sample.values[count / 2]) / 2
    }
    profile = try ProfileShares(group, thresholds: thresholds, settings: settings)
  }
}

/// A group's performance profile at the document's thresholds.
public struct ProfileShares: Encodable, Sendable, Equatable {
  /// Share of runs that are at least as good as the threshold, mean over tasks. Shape [threshold].
  public var share: [Double]
  /// Lower ends of the pointwise intervals.
  public var low: [Double]
  /// Upper ends.
  public var high: [Double]

  /// Where low scores are better, scores and thresholds change sign, and the order turns twice.
  init(_ group: ScoreGroup, thresholds: [Double], settings: ComparisonSettings) throws {
    let sign = settings.orientation.sign
    let turned = thresholds.map { sign * $0 }
    var stream = settings.stream(.profile)
    let profile = try PerformanceProfile(
      of: group.sample(sign: sign), thresholds: sign > 0 ? turned : turned.reversed(),
      bootstrap: settings.bootstrap, using: &stream)
    func order(_ values: [Double]) -> [Double] { sign > 0 ? values : values.reversed() }
    (share, low, high) = (order(profile.share), order(profile.low), order(profile.high))
  }
}
