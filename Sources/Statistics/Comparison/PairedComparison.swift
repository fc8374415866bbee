/// Two treatments of the same units: learners under the same seeds, whose common random numbers
/// make their results rise and fall together.
///
/// Everything is about the differences dₖ = xₖ − yₖ. With independent noise their variance would be
/// s²ₓ + s²ᵧ; what pairing removes is
///
///     1 − s²_d / (s²ₓ + s²ᵧ) = 2 cov(x, y) / (s²ₓ + s²ᵧ),
///
/// negative where pairing harms (Law 2015, *Simulation Modeling and Analysis*, §11.2).
public struct PairedComparison: Sendable, Codable, Equatable {
  /// How many pairs.
  public let count: Int
  /// d̄ ± t₍ₙ₋₁₎ s_d / √n, in the units of the values; a point for one pair.
  public let student: Interval
  /// d̄ with its percentile bootstrap interval, pairs resampled.
  public let percentile: Interval
  /// d̄ with its BCa interval from the same resamples.
  public let bca: Interval
  /// P(|T| ≥ |d̄| √n / s_d) with n − 1 degrees of freedom, the paired t test; nil for one pair and
  /// for differences that are all equal.
  public let pValue: Double?
  /// s_d, nil for one pair.
  public let standardDeviation: Double?
  /// The share of the variance of x̄ − ȳ that pairing removed, in [−1, 1]; nil for one pair and if
  /// both samples are constant.
  public let varianceReduction: Double?

  enum CodingKeys: String, CodingKey {
    case count, student, percentile, bca
    case pValue = "p_value"
    case standardDeviation = "standard_deviation"
    case varianceReduction = "variance_reduction"
  }

  /// Compares values that belong together index by index.
  /// - Parameter bootstrap: how many resamples and which confidence, for all three intervals; both
  ///   of its methods are reported.
  /// - Throws: `NumericalError` for no pairs, unequal counts, numbers that are not finite, and bad
  ///   settings.
  public init(
    _ first: [Double], _ second: [Double], bootstrap: Bootstrap, using stream: inout RandomStream
  ) throws {
    guard first.count == second.count else {
      throw NumericalError.invalid(
        "PairedComparison", "\(first.count) and \(second.count) values: pairs need as many")
    }
    let differences = zip(first, second).map { $0 - $1 }
    let moments = try Moments(differences)
    student = try moments.interval(confidence: bootstrap.confidence)
    var both = bootstrap
    both.method = .bca
    let distribution = try both.distribution(
      of: StratifiedSample(single: differences), using: &stream
    ) { $0.values.reduce(0, +) / Double($0.values.count) }
    percentile = try distribution.interval(.percentile, confidence: bootstrap.confidence)
    bca = try distribution.interval(.bca, confidence: bootstrap.confidence)
    count = moments.count
    standardDeviation = moments.standardDeviation
    if let mean = moments.mean, let error = moments.standardError, error > 0 {
      pValue = try studentTails(
        beyond: mean / error, degreesOfFreedom: Double(moments.count - 1))
    } else {
      pValue = nil
    }
    let (x, y) = (try Moments(first), try Moments(second))
    if let a = x.variance, let b = y.variance, let d = moments.variance, a + b > 0 {
      varianceReduction = 1 - d / (a + b)
    } else {
      varianceReduction = nil
    }
  }
}
