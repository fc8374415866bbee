/// An estimate and the interval that holds the truth in a stated share of repeated experiments.
public struct Interval: Sendable, Codable, Equatable {
  /// How the end points were found.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// Quantiles of the bootstrap distribution.
    case percentile
    /// The same at levels corrected for bias and acceleration (Efron 1987).
    case bca
    /// Wilson's score interval of a proportion.
    case wilson
    /// The exact interval of a proportion by the binomial law.
    case clopperPearson = "clopper_pearson"
    /// Student's t for a mean.
    case student
    /// Two values of the sorted sample, by the binomial law of ranks.
    case orderStatistics = "order_statistics"
    /// Linearised in the means it is computed from (delta method).
    case delta
  }

  /// The statistic of the sample as observed.
  public var estimate: Double
  /// The lower end.
  public var low: Double
  /// The upper end.
  public var high: Double
  /// The nominal coverage, in (0, 1).
  public var confidence: Double
  /// How the ends were found.
  public var method: Method
  /// Bootstrap resamples behind the ends; 0 for a formula.
  public var replications: Int

  /// Makes an interval from its parts.
  public init(
    estimate: Double, low: Double, high: Double, confidence: Double, method: Method,
    replications: Int
  ) {
    self.estimate = estimate
    self.low = low
    self.high = high
    self.confidence = confidence
    self.method = method
    self.replications = replications
  }

  /// Whether `value` lies in [low, high].
  public func contains(_ value: Double) -> Bool { low <= value && value <= high }
}

/// Wilson's score interval of a proportion (Wilson 1927; Brown, Cai & DasGupta 2001, eq. 4):
///
///     (p̂ + z²/2n ± z √(p̂(1 − p̂)/n + z²/4n²)) / (1 + z²/n),  p̂ = k/n, z = Φ⁻¹((1 + c)/2).
///
/// Never leaves [0, 1], and has width at k = 0 and k = n, where it ends in 0 and 1 exactly.
/// - Throws: `NumericalError` unless 0 ≤ k ≤ n, n > 0 and 0 < c < 1.
public func wilsonInterval(
  successes k: Int, trials n: Int, confidence: Double = 0.95
) throws(NumericalError) -> Interval {
  guard n > 0, (0...n).contains(k) else {
    throw .invalid("wilsonInterval", "\(k) of \(n): needs 0 ≤ successes ≤ trials and a trial")
  }
  try checkConfidence(confidence, "wilsonInterval")
  let z = try normalQuantile((1 + confidence) / 2)
  let count = Double(n)
  let share = Double(k) / count
  let z2n = z * z / count
  let centre = (share + z2n / 2) / (1 + z2n)
  let half = (share * (1 - share) * z2n + z2n * z2n / 4).squareRoot() / (1 + z2n)
  return Interval(
    estimate: share,
    low: k == 0 ? 0 : max(0, centre - half),
    high: k == n ? 1 : min(1, centre + half),
    confidence: confidence, method: .wilson, replications: 0)
}

/// The exact interval of a proportion (Clopper & Pearson, "The use of confidence or fiducial limits
/// illustrated in the case of the binomial", *Biometrika* 26, 1934): all p that neither
/// P(B ≥ k) ≤ (1 − c)/2 nor P(B ≤ k) ≤ (1 − c)/2 rejects, B ~ Binomial(n, p).
///
/// It covers with at least the confidence at every p, however rare or nearly certain the event is,
/// where intervals from a standard error fail: after no success it still reaches to about 3.7/n. The
/// price is width: some percent more than Wilson's. Ends are found by bisection, to the last digit.
/// - Throws: `NumericalError` unless 0 ≤ k ≤ n, 0 < n < 2³² and 0 < c < 1.
public func clopperPearsonInterval(
  successes k: Int, trials n: Int, confidence: Double = 0.95
) throws(NumericalError) -> Interval {
  let routine = "clopperPearsonInterval"
  guard n > 0, n < 1 << 32, (0...n).contains(k) else {
    throw .invalid(routine, "\(k) of \(n): needs 0 ≤ successes ≤ trials < 2³² and a trial")
  }
  try checkConfidence(confidence, routine)
  let tail = (1 - confidence) / 2
  let share = Double(k) / Double(n)
  /// The p where `isBelow` turns false.
  func turn(_ from: Double, _ to: Double, _ isBelow: (Double) -> Bool) -> Double {
    var (low, high) = (from, to)
    while true {
      let middle = low + (high - low) / 2
      if middle <= low || middle >= high { return middle }
      if isBelow(middle) { low = middle } else { high = middle }
    }
  }
  return Interval(
    estimate: share,
    low: k == 0
      ? 0 : turn(0, share) { BinomialLaw(n: n, p: $0).probability(atLeast: k) <= tail },
    high: k == n
      ? 1 : turn(share, 1) { BinomialLaw(n: n, p: $0).probability(atMost: k) > tail },
    confidence: confidence, method: .clopperPearson, replications: 0)
}

/// Throws unless `confidence` is in (0, 1) and its quantile (1 + c) / 2 is below 1.
func checkConfidence(_ confidence: Double, _ routine: String) throws(NumericalError) {
  guard confidence > 0, (1 + confidence) / 2 < 1 else {
    throw .invalid(routine, "confidence = \(confidence): must be in (0, 1)")
  }
}
