internal import Configuration

/// `until`: stop once an interval is narrow enough.
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
    let isEnough =
      reached.map { $0 <= until.halfWidth && (found?.units ?? 0) >= Self.fewestUnits } ?? false
    return MonteCarloDocument.Precision(
      statistic: until.statistic, wanted: until.halfWidth, reached: reached, isMet: isEnough)
  }
}
