internal import Configuration

/// `until`: stop once an interval is narrow enough.
///
/// An interval counts whichever way it was found. A standard error of 0 never counts by itself: of what
/// did not vary over independent units the exact binomial bound is asked, there is no interval where
/// there is no bound, and only where chance has no part is a width of 0 the truth.
///
/// Looked at after blocks of paths whose number grows by a quarter each time, so that results do not
/// depend on threads. Stopping by a look at the data makes the interval cover a little less than its
/// confidence, by an amount that vanishes as the wanted width does (Chow and Robbins 1965; Glynn and
/// Whitt 1992).
struct PrecisionRule: Sendable {
  private let until: MonteCarloSettings.Until
  /// Units before the first judgement counts.
  static let fewestUnits = 20

  /// Nil if the configuration has no rule.
  ///
  /// - Parameter position: where the statistic's name is written.
  /// - Throws: `ConfigurationError` for a statistic that does not exist.
  init?(_ frame: StudyFrame, position: Position?) throws {
    guard let until = frame.settings.until else { return nil }
    self.until = until
    let names = frame.statisticNames
    guard names.contains(until.statistic) else {
      let advice = nearest(to: until.statistic, among: names).map { "; did you mean \($0)?" } ?? ""
      throw ConfigurationError(
        position ?? Position(source: "configuration"), key: "montecarlo.until.statistic",
        value: until.statistic, rule: "is no statistic of this study\(advice)")
    }
  }

  /// Looks at the first profile's paths so far.
  func judge(
    _ ensemble: PathEnsemble, of study: some PreparedStudy
  ) -> MonteCarloDocument.Precision {
    let estimates = study.estimates(0, ensemble.state, paths: ensemble.pathsDone)
    let found = (estimates.statistics() + estimates.eventStatistics()).first {
      $0.name == until.statistic
    }
    var reached: Double?
    if let found, let low = found.low, let high = found.high { reached = (high - low) / 2 }
    let units = found?.units ?? 0
    let isEnough = reached.map { $0 <= until.halfWidth && units >= Self.fewestUnits } ?? false
    var precision = MonteCarloDocument.Precision(
      statistic: until.statistic, wanted: until.halfWidth, reached: reached, isMet: isEnough,
      units: units)
    if let reached, !isEnough {
      // Errors fall with the square root of paths.
      let factor = max(
        reached / until.halfWidth * (reached / until.halfWidth),
        Double(Self.fewestUnits) / Double(max(units, 1)))
      let needed = factor * Double(ensemble.pathsDone)
      precision.pathsNeeded = needed < 1e15 ? Self.roundedUp(needed) : nil
    }
    return precision
  }

  /// To two digits.
  private static func roundedUp(_ count: Double) -> Int {
    var unit = 1
    while count / Double(unit) > 99 { unit *= 10 }
    return Int((count / Double(unit)).rounded(.up)) * unit
  }
}
