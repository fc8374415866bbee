/// A ratio of two means, E Y / E X, from n pairs.
///
///     r̂ = ȳ / x̄,    error² = m / (m − 1) · Σ (y − r̂ x)² / (n x̄)²,    m = (Σ x)² / Σ x²
///
/// by linearising in the two means (the delta method; Cochran, *Sampling Techniques*, 1977, ch. 6), with
/// m the effective number of units (Kish, *Survey Sampling*, 1965): those that the denominator
/// comes from. Where X is constant m = n. Where X is 0 or 1, so that r̂ is the mean of Y over the units
/// with X = 1, m is their number, and error and interval are Student's of that mean, however many other
/// units there are. In general m ≤ n, and m is at most the number of units with X ≠ 0.
///
/// r̂ has a bias of order 1/n, (r̂ s²_x − s_xy) / (n x̄²), which is small beside the error as long as x̄
/// is many standard errors from zero. Examples: an average weighted by discounted time, a mean
/// among the paths that reached a state.
public struct RatioEstimate: Sendable, Equatable {
  /// r̂.
  public let estimate: Double
  /// Its standard error by the delta method; nil if m < 2, when hardly more than one unit tells.
  public let standardError: Double?
  /// n.
  public let count: Int
  /// m, from 0 to n; a whole number where X is 0 or 1.
  public let effectiveCount: Double

  /// The ratio from sample moments, all with divisor n − 1.
  /// - Parameters:
  ///   - numerator: ȳ.
  ///   - denominator: x̄.
  ///   - numeratorVariance: s²_y.
  ///   - denominatorVariance: s²_x.
  ///   - covariance: s_xy.
  ///   - count: n, at least 2.
  /// - Throws: `NumericalError` unless all are finite, the variances not negative, x̄ ≠ 0 and n ≥ 2,
  ///   and if the ratio or its error overflows.
  public init(
    numerator: Double, denominator: Double, numeratorVariance: Double, denominatorVariance: Double,
    covariance: Double, count: Int
  ) throws(NumericalError) {
    let routine = "RatioEstimate"
    guard count > 1 else { throw .invalid(routine, "count = \(count): must be at least 2") }
    try checkFinite(
      [numerator, denominator, numeratorVariance, denominatorVariance, covariance], routine,
      "moments")
    guard numeratorVariance >= 0, denominatorVariance >= 0 else {
      throw .domain(routine, "a variance is negative")
    }
    guard denominator != 0 else { throw .domain(routine, "the denominator's mean is 0") }
    self.count = count
    let ratio = numerator / denominator
    let variance = numeratorVariance - 2 * ratio * covariance + ratio * ratio * denominatorVariance
    estimate = ratio
    let n = Double(count)
    // (Σ x)² / Σ x², divided by x̄².
    let spread = denominatorVariance / denominator / denominator * (n - 1) / n
    // Whole where it is a number of units, whatever the variance was rounded to.
    let effective = n / (1 + spread)
    let whole = effective.rounded()
    effectiveCount = abs(effective - whole) <= 1e-9 * n ? whole : effective
    // The variance of Y − r̂ X, which rounding may put below zero where the two are proportional.
    let plain = (max(0, variance) / n).squareRoot() / abs(denominator)
    guard ratio.isFinite, plain.isFinite else {
      throw .domain(routine, "\(numerator) / \(denominator) overflows")
    }
    let m = effectiveCount
    standardError = m >= 2 ? plain * ((n - 1) / n * (m / (m - 1))).squareRoot() : nil
  }

  /// The ratio of the means of two columns.
  /// - Precondition: their pair is kept.
  /// - Throws: as above, for fewer than two rows or a denominator of mean 0.
  public init(
    _ moments: CrossMoments, numerator: Int, denominator: Int
  ) throws(NumericalError) {
    guard let covariance = moments.covariance(numerator, denominator) else {
      throw .invalid("RatioEstimate", "count = \(moments.count): must be at least 2")
    }
    try self.init(
      numerator: moments.mean(numerator), denominator: moments.mean(denominator),
      numeratorVariance: moments.variance(numerator)!,
      denominatorVariance: moments.variance(denominator)!, covariance: covariance,
      count: moments.count)
  }

  /// m − 1; nil if there is no error.
  public var degreesOfFreedom: Double? { standardError == nil ? nil : effectiveCount - 1 }

  /// r̂ ± t₍ₘ₋₁₎ error: symmetric, right in the limit, and for X = 0 or 1 as right as Student's interval of
  /// a mean. Nil if there is no error.
  /// - Throws: `NumericalError` for a confidence outside (0, 1).
  public func interval(confidence: Double = 0.95) throws(NumericalError) -> Interval? {
    try checkConfidence(confidence, "RatioEstimate.interval")
    guard let standardError else { return nil }
    let t = try studentQuantile(
      (1 + confidence) / 2, degreesOfFreedom: effectiveCount - 1)
    return Interval(
      estimate: estimate, low: estimate - t * standardError, high: estimate + t * standardError,
      confidence: confidence, method: .delta, replications: 0)
  }
}
