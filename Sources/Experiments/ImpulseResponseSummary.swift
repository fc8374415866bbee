public import Statistics

/// Impulse responses of many seeds as means with 95% intervals over seeds.
///
/// Within a seed the responses given (say, one per deviating player) are averaged first, so that a
/// seed counts once. Intervals are Student's, over seeds.
public struct ImpulseResponseSummary: Sendable {
  /// One period. *Rivals* are the players who do not deviate, averaged.
  public struct Period: Sendable {
    /// Mean action of the deviating player.
    public let deviator: Interval
    /// Mean action of the rivals.
    public let rivals: Interval
    /// Payoff of the deviating player relative to the undisturbed one; nil if that is 0 in any seed.
    public let deviatorPayoffRatio: Interval?
    /// The same of the rivals' mean payoff.
    public let rivalPayoffRatio: Interval?
  }

  /// Periods 0 … T; the deviation is in period 1.
  public let periods: [Period]
  /// The discounted gain from deviating, with its interval.
  public let discountedGain: Interval
  /// The share of seeds in which deviating does not pay, by Wilson's interval.
  public let unprofitable: Interval
  /// The number of seeds.
  public let seeds: Int

  /// Puts the responses of the seeds together.
  ///
  /// - Parameter responses: `[seed][response]`, at least one of each, over the same periods.
  /// - Throws: `NumericalError` where a value is not finite.
  public init(_ responses: [[ImpulseResponse]]) throws {
    guard let first = responses.first?.first else {
      preconditionFailure("at least one response")
    }
    let length = first.periods.count
    precondition(
      responses.allSatisfy { seed in
        !seed.isEmpty && seed.allSatisfy { $0.periods.count == length }
      }, "responses of every seed, of one length")
    func interval(_ value: (ImpulseResponse) -> Double) throws -> Interval {
      try Moments(responses.map { seed in seed.map(value).reduce(0, +) / Double(seed.count) })
        .interval()
    }
    func ratio(_ value: (ImpulseResponse) -> Double?) throws -> Interval? {
      guard responses.joined().allSatisfy({ value($0) != nil }) else { return nil }
      return try interval { value($0)! }
    }
    periods = try (0..<length).map { period in
      Period(
        deviator: try interval { $0.periods[period].actions[$0.player] },
        rivals: try interval { $0.rivalMean($0.periods[period].actions) },
        deviatorPayoffRatio: try ratio { $0.payoffRatio($0.player, period: period) },
        rivalPayoffRatio: try ratio {
          let usual = $0.rivalMean($0.undisturbed[period].payoffs)
          return usual == 0 ? nil : $0.rivalMean($0.periods[period].payoffs) / usual
        })
    }
    discountedGain = try interval(\.discountedGain)
    let losing = responses.count { seed in seed.reduce(0) { $0 + $1.discountedGain } <= 0 }
    unprofitable = try wilsonInterval(successes: losing, trials: responses.count)
    seeds = responses.count
  }

  /// One line per period: means and ends of intervals; ratios that do not exist are empty.
  public var csv: String {
    let names = ["deviator", "rivals", "deviator_payoff_ratio", "rival_payoff_ratio"]
    var lines = [
      (["period"] + names.flatMap { [$0, "\($0)_low", "\($0)_high"] }).joined(separator: ",")
    ]
    for (index, period) in periods.enumerated() {
      let columns: [Interval?] = [
        period.deviator, period.rivals, period.deviatorPayoffRatio, period.rivalPayoffRatio,
      ]
      lines.append(
        (["\(index)"]
          + columns.flatMap { interval in
            interval.map { ["\($0.estimate)", "\($0.low)", "\($0.high)"] } ?? ["", "", ""]
          }).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension ImpulseResponse {
  /// The mean over players other than the deviating one; 0 if there are none.
  fileprivate func rivalMean(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    return (values.reduce(0, +) - values[player]) / Double(values.count - 1)
  }
}
