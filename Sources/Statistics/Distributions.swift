internal import CGSL

/// Φ(z), the standard normal distribution function (`gsl_cdf_ugaussian_P`).
public func normalProbability(below z: Double) -> Double {
  _ = gslReady
  return gsl_cdf_ugaussian_P(z)
}

/// 1 − Φ(z), the standard normal upper tail, without cancellation where it is small
/// (`gsl_cdf_ugaussian_Q`).
public func normalProbability(above z: Double) -> Double {
  _ = gslReady
  return gsl_cdf_ugaussian_Q(z)
}

/// Φ⁻¹(p), the standard normal quantile (`gsl_cdf_ugaussian_Pinv`).
/// - Throws: `NumericalError` unless p is in (0, 1).
public func normalQuantile(_ p: Double) throws(NumericalError) -> Double {
  try checkProbability(p, "normalQuantile")
  return gsl_cdf_ugaussian_Pinv(p)
}

/// The distribution function of Student's t with ν > 0 degrees of freedom (`gsl_cdf_tdist_P`).
/// - Throws: `NumericalError` unless ν is positive and finite.
public func studentProbability(
  below t: Double, degreesOfFreedom ν: Double
) throws(NumericalError) -> Double {
  try checkDegreesOfFreedom(ν, "studentProbability")
  return gsl_cdf_tdist_P(t, ν)
}

/// The quantile of Student's t with ν > 0 degrees of freedom (`gsl_cdf_tdist_Pinv`).
/// - Throws: `NumericalError` unless p is in (0, 1) and ν positive and finite, and if GSL's
///   iteration does not end in a finite number.
public func studentQuantile(
  _ p: Double, degreesOfFreedom ν: Double
) throws(NumericalError) -> Double {
  try checkProbability(p, "studentQuantile")
  try checkDegreesOfFreedom(ν, "studentQuantile")
  let t = gsl_cdf_tdist_Pinv(p, ν)
  guard t.isFinite else { throw .domain("gsl_cdf_tdist_Pinv", "no finite quantile of \(p), \(ν)") }
  return t
}

/// P(|T| ≥ |t|) of Student's t with ν > 0 degrees of freedom: the two-sided p-value, without
/// cancellation in the tails (`gsl_cdf_tdist_P` at −|t|).
///
/// Relative error against scipy: at most 10⁻¹¹, but up to 10⁻⁶ for p below 10⁻⁸ and 30 < ν < 100, where
/// GSL changes from a Cornish-Fisher series to the incomplete beta function. 0 from |t| = 10¹⁵⁰ on.
/// - Throws: `NumericalError` unless t is a number and ν positive and finite.
public func studentTails(
  beyond t: Double, degreesOfFreedom ν: Double
) throws(NumericalError) -> Double {
  try checkDegreesOfFreedom(ν, "studentTails")
  guard !t.isNaN else { throw .domain("studentTails", "t = \(t): must be a number") }
  // The square of t would overflow inside GSL. For ν ≥ 1 the tail is below 10⁻¹⁵⁰ here.
  guard abs(t) < 1e150 else { return 0 }
  return 2 * gsl_cdf_tdist_P(-abs(t), ν)
}

/// The distribution function of the beta law with parameters a, b > 0 (`gsl_cdf_beta_P`); 0 below 0 and
/// 1 above 1.
/// - Throws: `NumericalError` unless x is a number and a and b are positive and finite.
public func betaProbability(
  below x: Double, _ a: Double, _ b: Double
) throws(NumericalError) -> Double {
  _ = gslReady
  guard a > 0 && a.isFinite && b > 0 && b.isFinite else {
    throw .domain("betaProbability", "a = \(a), b = \(b): must be positive and finite")
  }
  guard !x.isNaN else { throw .domain("betaProbability", "x = \(x): must be a number") }
  return gsl_cdf_beta_P(x, a, b)
}

/// Throws unless `p` is in (0, 1).
private func checkProbability(_ p: Double, _ routine: String) throws(NumericalError) {
  _ = gslReady
  guard p > 0 && p < 1 else { throw .domain(routine, "p = \(p): must be in (0, 1)") }
}

/// Throws unless `ν` is positive and finite.
private func checkDegreesOfFreedom(_ ν: Double, _ routine: String) throws(NumericalError) {
  _ = gslReady
  guard ν > 0 && ν.isFinite else {
    throw .domain(routine, "degrees of freedom = \(ν): must be positive and finite")
  }
}
