/// A ratio of two means, E Y / E X, from n pairs.
///
///     r̂ = ȳ / x̄,    error² = (s²_y − 2 r̂ s_xy + r̂² s²_x) / (n x̄²)
///
/// by linearising in the two means (the delta method; Cochran, *Sampling Techniques*, 1977, ch. 6). r̂
/// has a bias of order 1/n, (r̂ s²_x − s_xy) / (n x̄²), which is small beside the error as long as x̄
/// is many standard errors from zero. Examples: an average weighted by discounted time, a mean
/// among the paths that reached a state.
public struct RatioEstimate: Sendable, Equatable {
  /// r̂.
  public let estimate: Double
  /// Its standard error by the delta method.
  public let standardError: Double
  /// n.
  public let count: Int
  private let numerator: Double
  private let denominator: Double
  private let numeratorVariance: Double
  private let denominatorVariance: Double
  private let covariance: Double

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
    self.numerator = numerator
    self.denominator = denominator
    self.numeratorVariance = numeratorVariance
    self.denominatorVariance = denominatorVariance
    self.covariance = covariance
    self.count = count
    let ratio = numerator / denominator
    let variance = numeratorVariance - 2 * ratio * covariance + ratio * ratio * denominatorVariance
    estimate = ratio
    // The variance of Y − r̂ X, which rounding may put below zero where the two are proportional.
    standardError = (max(0, variance) / Double(count)).squareRoot() / abs(denominator)
    guard ratio.isFinite, standardError.isFinite else {
      throw .domain(routine, "\(numerator) / \(denominator) overflows")
    }
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

  /// r̂ ± t₍ₙ₋₁₎ error: symmetric, right in the limit.
  /// - Throws: `NumericalError` for a confidence outside (0, 1).
  public func interval(confidence: Double = 0.95) throws(NumericalError) -> Interval {
    let t = try quantile(confidence)
    return Interval(
      estimate: estimate, low: estimate - t * standardError, high: estimate + t * standardError,
      confidence: confidence, method: .delta, replications: 0)
  }

  /// Fieller's interval: the r that Student's test of E (Y − r X) = 0 does not reject,
  ///
  ///     (ȳ − r x̄)² ≤ t² (s²_y − 2 r s_xy + r² s²_x) / n,   t = t₍ₙ₋₁₎
  ///
  /// (Fieller, "Some problems in interval estimation", *Journal of the Royal Statistical Society* B
  /// 16, 1954). Exact for normal pairs, and not symmetric: better than `interval` for small n.
  /// - Returns: nil if that set is not bounded, because x̄ differs from zero by at most t errors.
  /// - Throws: `NumericalError` for a confidence outside (0, 1).
  public func fiellerInterval(confidence: Double = 0.95) throws(NumericalError) -> Interval? {
    let t = try quantile(confidence)
    let scale = t * t / Double(count)
    // a r² − 2 b r + c ≤ 0.
    let a = denominator * denominator - scale * denominatorVariance
    let b = numerator * denominator - scale * covariance
    let c = numerator * numerator - scale * numeratorVariance
    guard a > 0, a.isFinite, b.isFinite, c.isFinite else { return nil }
    // Never negative: r̂ is in the set. The larger root in size first, without cancellation.
    let root = max(0, b * b - a * c).squareRoot()
    let far = b >= 0 ? b + root : b - root
    let first = far / a
    let second = far == 0 ? 0 : c / far
    return Interval(
      estimate: estimate, low: min(first, second, estimate), high: max(first, second, estimate),
      confidence: confidence, method: .fieller, replications: 0)
  }

  private func quantile(_ confidence: Double) throws(NumericalError) -> Double {
    try checkConfidence(confidence, "RatioEstimate.interval")
    return try studentQuantile((1 + confidence) / 2, degreesOfFreedom: Double(count - 1))
  }
}
