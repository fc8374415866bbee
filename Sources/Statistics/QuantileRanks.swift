/// The rank, from 1 to n, of the quantile of `level` p among n sorted values: ⌈p n⌉, and 1 for p = 0.
/// The inverse of the empirical distribution function (type 1 of Hyndman & Fan 1996).
///
/// A product p n that is above a whole number by rounding alone counts as that number: the 0.07
/// quantile of 100 values is the seventh, although 0.07 × 100 is 7.000000000000001 in binary.
/// - Precondition: p is in [0, 1] and n positive.
public func quantileRank(_ level: Double, count n: Int) -> Int {
  precondition((0...1).contains(level), "quantileRank(\(level)): must be in [0, 1]")
  precondition(n > 0, "quantileRank: no values")
  let rank = (level * Double(n) * (1 - 4 * .ulpOfOne)).rounded(.up)
  return min(max(Int(rank), 1), n)
}

/// Two ranks whose values enclose a quantile of the law that a sample came from.
public struct QuantileRanks: Sendable, Equatable {
  /// The rank of the lower end, from 1; nil if even the smallest value is not low enough.
  public let low: Int?
  /// The rank of the upper end, to n; nil if even the largest value is not high enough.
  public let high: Int?
  /// P(X₍low₎ ≤ ξ < X₍high₎) for a continuous law, which is at least the confidence asked for; a
  /// missing end counts as infinite. For a law with atoms the closed interval covers more.
  public let coverage: Double
}

/// The ranks l < u between which the quantile ξ of level p lies with at least the confidence c,
/// whatever the law: with B ~ Binomial(n, p) the number of values ≤ ξ,
///
///     l = max {r : P(B ≤ r − 1) ≤ (1 − c)/2},   u = min {r : P(B ≥ r) ≤ (1 − c)/2}
///
/// (Thompson, "On confidence ranges for the median and other expectation distributions", *Annals of
/// Mathematical Statistics* 7, 1936; David & Nagaraja, *Order Statistics*, 2003, §7.1). The values
/// must be independent.
///
/// The binomial law is exact (`gsl_cdf_binomial_P`, within 2·10⁻⁹ of scipy's) for n ≤ 10⁶ or
/// n p (1 − p) ≤ 10⁴. Beyond, it is the normal law with the correction for skewness, with error
/// below 10⁻⁵.
/// - Throws: `NumericalError` unless 0 < n < 2³², 0 < p < 1 and 0 < c < 1.
public func binomialQuantileRanks(
  n: Int, p: Double, confidence: Double = 0.95
) throws(NumericalError) -> QuantileRanks {
  let routine = "binomialQuantileRanks"
  guard n > 0, n < 1 << 32 else { throw .invalid(routine, "n = \(n): must be in 1..<4294967296") }
  guard p > 0, p < 1 else { throw .domain(routine, "p = \(p): must be in (0, 1)") }
  try checkConfidence(confidence, routine)
  let tail = (1 - confidence) / 2
  let law = BinomialLaw(n: n, p: p)
  // The largest b with P(B ≤ b) ≤ tail, −1 if there is none, from a guess that is nearly right.
  var below = law.guess(try normalQuantile(tail))
  while below >= 0 && law.probability(atMost: below) > tail { below -= 1 }
  while law.probability(atMost: below + 1) <= tail { below += 1 }
  // The smallest r with P(B ≥ r) ≤ tail; n + 1 always is one.
  var above = law.guess(-(try normalQuantile(tail)))
  while law.probability(atLeast: above) > tail { above += 1 }
  while law.probability(atLeast: above - 1) <= tail { above -= 1 }
  let low = below + 1
  let coverage = 1 - law.probability(atMost: below) - law.probability(atLeast: above)
  return QuantileRanks(
    low: low >= 1 ? low : nil, high: above <= n ? above : nil, coverage: coverage)
}
