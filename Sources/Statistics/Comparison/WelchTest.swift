/// Welch's test that two independent samples have the same mean, without assuming the same
/// variance.
///
///     t = (x̄ − ȳ) / √(a + b),  a = s²ₓ/n,  b = s²ᵧ/m,
///     ν = (a + b)² / (a²/(n − 1) + b²/(m − 1))
///
/// Welch (1947), Biometrika 34, p. 28, with the degrees of freedom of Satterthwaite (1946).
/// Its level is approximate, for normal samples too, and right in the limit. Equal to
/// `scipy.stats.ttest_ind(x, y, equal_var=False)`. Cost: O(n + m).
public struct WelchTest: Sendable, Codable, Equatable {
  /// t, positive where the first mean is the larger.
  public let statistic: Double
  /// ν of Welch and Satterthwaite, between min(n, m) − 1 and n + m − 2.
  public let degreesOfFreedom: Double
  /// P(|T| ≥ |t|) under equal means: two-sided.
  public let pValue: Double
  /// x̄ − ȳ with its interval, x̄ − ȳ ± t₍ν₎ √(a + b), in the units of the values.
  public let difference: Interval

  enum CodingKeys: String, CodingKey {
    case statistic, difference
    case degreesOfFreedom = "degrees_of_freedom"
    case pValue = "p_value"
  }

  /// Tests two samples.
  /// - Throws: `NumericalError` for fewer than two values on a side, a value that is not finite,
  ///   two samples that are both constant (there is no variance to measure their difference by;
  ///   squares of deviations below 10⁻¹⁶² count as none), a variance that overflows, and a confidence
  ///   outside (0, 1).
  public init(_ first: [Double], _ second: [Double], confidence: Double = 0.95) throws {
    try checkConfidence(confidence, "WelchTest")
    let (x, y) = (try Moments(first), try Moments(second))
    guard let xMean = x.mean, let yMean = y.mean, let xVariance = x.variance,
      let yVariance = y.variance
    else {
      throw NumericalError.invalid(
        "WelchTest", "\(first.count) and \(second.count) values: needs two on each side")
    }
    let a = xVariance / Double(x.count)
    let b = yVariance / Double(y.count)
    let gap = xMean - yMean
    guard a + b > 0 else {
      throw NumericalError.domain("WelchTest", "both samples are constant: there is no variance")
    }
    guard (a + b).isFinite, gap.isFinite else {
      throw NumericalError.domain("WelchTest", "the variance or the difference overflows")
    }
    let error = (a + b).squareRoot()
    // By shares of the variance, so that no square of it can overflow.
    let share = a / (a + b)
    let ν =
      1
      / (share * share / Double(x.count - 1) + (1 - share) * (1 - share) / Double(y.count - 1))
    statistic = gap / error
    degreesOfFreedom = ν
    pValue = try studentTails(beyond: statistic, degreesOfFreedom: ν)
    let half = try studentQuantile((1 + confidence) / 2, degreesOfFreedom: ν) * error
    difference = Interval(
      estimate: gap, low: gap - half, high: gap + half, confidence: confidence, method: .student,
      replications: 0)
  }
}
