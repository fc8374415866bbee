internal import Statistics

extension MonteCarloDocument {
  /// Writes what TensorBoard shows of a study: of each profile, under its name, means and quantiles of
  /// every quantity at the charted dates, and at the last date, where paths end, every statistic, the
  /// long-run ones under `long_run/`, and histograms of discounted payoffs over paths; differences of
  /// profiles under `PROFILE - FIRST/`.
  ///
  /// A step is a date, from 1.
  ///
  /// - Parameter payoffs: `[profile]` of sketches in the order of `distributions`; a departure's, after
  ///   the profiles, is left out.
  /// - Throws: `FileError`.
  func writeEvents(to folder: SeedFolder, payoffs: [[QuantileSketch]]) throws {
    let file = try EventFile(path: folder.eventPath, keeping: nil)
    // Steps in ascending order: a record holds all that belongs to one.
    var byDate: [Int: [(tag: String, value: Double)]] = [:]
    for profile in profiles {
      for fan in profile.fans {
        for date in fan.dates {
          let name = "\(profile.name)/by_date/\(fan.name)"
          if let mean = date.mean { byDate[date.date, default: []].append((name, mean)) }
          for (level, quantile) in zip(fan.levels, date.quantiles) {
            byDate[date.date, default: []].append(
              ("\(profile.name)/quantile_\(level)/\(fan.name)", quantile.value))
          }
        }
      }
    }
    for date in byDate.keys.sorted() {
      for entry in byDate[date]! { try file.scalar(entry.tag, entry.value, step: date) }
    }
    func add(_ prefix: String, _ rows: [PathStatistic]) throws {
      for row in rows { try file.scalar("\(prefix)/\(row.name)", row.mean, step: periods) }
    }
    for (index, profile) in profiles.enumerated() {
      try add(profile.name, profile.statistics + profile.events)
      try add("\(profile.name)/long_run", profile.longRun)
      guard payoffs.indices.contains(index) else { continue }
      for (distribution, sketch) in zip(profile.distributions, payoffs[index]) {
        let (values, weights) = sketch.weightedValues
        try file.histogram(
          "\(profile.name)/payoff/\(distribution.name)", values, weights: weights, step: periods)
      }
    }
    for difference in differences {
      try add("\(difference.profile) - \(difference.against)", difference.statistics)
    }
    _ = try file.synchronise()
  }
}
