internal import CGSL

/// P(B ≤ k) of B ~ Binomial(n, p); 0 below k = 0 and 1 from n on. Accuracy: see `binomialQuantileRanks`.
/// - Throws: `NumericalError` unless 0 < n < 2³² and 0 ≤ p ≤ 1.
public func binomialProbability(
  atMost k: Int, of n: Int, p: Double
) throws(NumericalError) -> Double {
  let routine = "binomialProbability"
  guard n > 0, n < 1 << 32 else { throw .invalid(routine, "n = \(n): must be in 1..<4294967296") }
  guard p >= 0, p <= 1 else { throw .domain(routine, "p = \(p): must be in [0, 1]") }
  if p == 0 { return k < 0 ? 0 : 1 }
  if p == 1 { return k < n ? 0 : 1 }
  return BinomialLaw(n: n, p: p).probability(atMost: k)
}

/// Both tails of the binomial law.
struct BinomialLaw {
  let n: Int
  let p: Double
  let mean: Double
  let deviation: Double
  /// (1 − 2p) / σ, the skewness.
  let skewness: Double
  let isExact: Bool

  init(n: Int, p: Double) {
    _ = gslReady
    self.n = n
    self.p = p
    mean = Double(n) * p
    let variance = mean * (1 - p)
    deviation = variance.squareRoot()
    skewness = (1 - 2 * p) / deviation
    isExact = n <= 1_000_000 || variance <= 10_000
  }

  /// About the number below which B lies with probability Φ(z) (Cornish & Fisher, to first order).
  func guess(_ z: Double) -> Int {
    let x = mean + deviation * (z + skewness * (z * z - 1) / 6)
    return Int(min(max(x, 0), Double(n)))
  }

  /// P(B ≤ k) for any integer.
  func probability(atMost k: Int) -> Double {
    if k < 0 { return 0 }
    if k >= n { return 1 }
    if isExact { return gsl_cdf_binomial_P(UInt32(k), p, UInt32(n)) }
    let z = (Double(k) + 0.5 - mean) / deviation
    return gsl_cdf_ugaussian_P(z) - correction(z)
  }

  /// P(B ≥ k) for any integer.
  func probability(atLeast k: Int) -> Double {
    if k <= 0 { return 1 }
    if k > n { return 0 }
    if isExact { return gsl_cdf_binomial_Q(UInt32(k - 1), p, UInt32(n)) }
    let z = (Double(k) - 0.5 - mean) / deviation
    return gsl_cdf_ugaussian_Q(z) + correction(z)
  }

  /// The first term of Edgeworth's series, skewness (z² − 1) φ(z) / 6.
  private func correction(_ z: Double) -> Double {
    skewness * (z * z - 1) * gsl_ran_ugaussian_pdf(z) / 6
  }
}
