/// A statistic over resamples, from which intervals are read.
public struct BootstrapDistribution: Sendable, Equatable {
  /// θ̂, the statistic of the sample as observed.
  public let estimate: Double
  /// θ*, the statistic of each resample, ascending.
  public let replicates: [Double]
  /// θ̂ without each value in turn, shape [stratum][value]. Strata of one value are left out: they
  /// never vary. Read by `.bca` only.
  public let jackknife: [[Double]]

  private let sorted: SortedSample

  /// Makes a distribution from its parts; `replicates` in any order.
  /// - Throws: `NumericalError` if there are no replicates or a number is not finite.
  public init(
    estimate: Double, replicates: [Double], jackknife: [[Double]]
  ) throws(NumericalError) {
    try checkFinite([estimate], "BootstrapDistribution", "estimate")
    for stratum in jackknife { try checkFinite(stratum, "BootstrapDistribution", "jackknife") }
    sorted = try SortedSample(replicates)
    self.estimate = estimate
    self.replicates = sorted.values
    self.jackknife = jackknife
  }

  /// z₀ = Φ⁻¹(share of θ* below θ̂, ties counted half) (Efron & Tibshirani 1993, eq. 14.14). A share
  /// of 0 or 1, which would make z₀ infinite, is moved inwards by half a replicate.
  public var biasCorrection: Double {
    let below = replicates.partitioningIndex { $0 >= estimate }
    let notAbove = replicates.partitioningIndex { $0 > estimate }
    let count = Double(replicates.count)
    let share = Double(below + notAbove) / (2 * count)
    let inside = min(max(share, 0.5 / count), 1 - 0.5 / count)
    // Inside (0, 1): one replicate gives 1/2.
    return (try? normalQuantile(inside)) ?? 0
  }

  /// a = ⅙ Σᵢ nᵢ⁻³ Σⱼ lᵢⱼ³ / (Σᵢ nᵢ⁻² Σⱼ lᵢⱼ²)^{3/2}, with lᵢⱼ = (nᵢ − 1)(θ̂ᵢ. − θ̂ᵢⱼ) over strata i
  /// and left-out values j; for one stratum Efron & Tibshirani (1993), eq. 14.15. The same formula
  /// as in scipy's multi-sample BCa. 0 when leaving out any value changes nothing.
  public var acceleration: Double {
    var cubes = 0.0
    var squares = 0.0
    for stratum in jackknife where !stratum.isEmpty {
      let n = Double(stratum.count)
      let mean = stratum.reduce(0, +) / n
      for value in stratum {
        let share = (n - 1) / n * (mean - value)
        squares += share * share
        cubes += share * share * share
      }
    }
    guard squares > 0 else { return 0 }
    let a = cubes / (6 * squares * squares.squareRoot())
    return a.isFinite ? a : 0
  }

  /// The interval of nominal coverage c.
  ///
  /// `.percentile`: quantiles (1 ∓ c)/2 of θ*. `.bca` (Efron 1987; Efron & Tibshirani 1993,
  /// eq. 14.9–14.10): quantiles Φ(z₀ + (z₀ + z)/(1 − a (z₀ + z))) with z = Φ⁻¹((1 ∓ c)/2). Beyond
  /// the pole of that map its limit is taken, the extreme replicate. When all θ* are equal, the
  /// interval is that point under either.
  /// - Throws: `NumericalError` for another method or a confidence outside (0, 1).
  public func interval(
    _ method: Interval.Method, confidence: Double = 0.95
  ) throws(NumericalError) -> Interval {
    try checkConfidence(confidence, "BootstrapDistribution")
    let tail = (1 - confidence) / 2
    var levels = (low: tail, high: 1 - tail)
    switch method {
    case .percentile: break
    case .bca:
      let z = try normalQuantile(tail)
      levels = (correctedLevel(z), correctedLevel(-z))
    default:
      throw .invalid(
        "BootstrapDistribution", "method = \(method.rawValue): must be percentile or bca")
    }
    return Interval(
      estimate: estimate, low: sorted.quantile(levels.low), high: sorted.quantile(levels.high),
      confidence: confidence, method: method, replications: replicates.count)
  }

  /// The level whose quantile replaces that of Φ(z).
  private func correctedLevel(_ z: Double) -> Double {
    let z0 = biasCorrection
    let w = z0 + z
    let denominator = 1 - acceleration * w
    guard denominator > 0 else { return w > 0 ? 1 : 0 }
    return normalProbability(below: z0 + w / denominator)
  }
}
