internal import Foundation
internal import Statistics

/// One estimate as documents and tables show it.
public struct PathStatistic: Codable, Sendable {
  /// Its name: `value/1`, `mean/compute_rent`, `hit/lead/1`.
  public var name: String
  /// Its unit; empty for a pure number.
  public var unit: String
  /// The estimate.
  public var mean: Double
  /// Its standard error; null where a single unit or hit was observed, and where nothing varied although
  /// chance has a part in it.
  @OrNull public var standardError: Double?
  /// Lower end of the interval; null where there is none.
  @OrNull public var low: Double?
  /// Upper end.
  @OrNull public var high: Double?
  /// Where the error comes from: `paths`, `pairs`, `replicates`, `batch means`, with `+ control
  /// variates` where they are used; `ratio` for ratios of means, `binomial` for exact bounds.
  public var method: String
  /// Independent units behind it; of a ratio those that its denominator comes from.
  public var units: Int
  /// The exact value, where it can be computed.
  @OrNull public var exact: Double?
  /// (mean − exact) / standard error.
  @OrNull public var z: Double?
  /// The variance of a plain mean of as many independent paths over this one's.
  @OrNull public var gain: Double?
  /// In markets of N agents: the value in a continuum, which the mean tends to as N grows. `mean` −
  /// `limit` is the effect of N being finite, with the error of `mean`.
  public var limit: Double?
  /// With batch means: the correlation of neighbouring batches. Above 2/√units they are too short beside
  /// the memory of play, and the interval with them.
  public var batchCorrelation: Double?

  enum CodingKeys: String, CodingKey {
    case name, unit, mean, low, high, method, units, exact, z, gain, limit
    case standardError = "standard_error"
    case batchCorrelation = "batch_correlation"
  }

  /// - Parameters:
  ///   - degrees: degrees of freedom of the error.
  ///   - isCertain: whether chance has no part in it, so that an error of 0 is the truth. Otherwise it
  ///     only says that nothing happened to differ, and there is neither error nor interval.
  ///   - scale: the size of what was averaged, beside which errors may be rounding.
  init(
    _ name: String, unit: String, mean: Double, error: Double?, degrees: Double,
    confidence: Double, method: String, units: Int, exact: Double?, limit: Double? = nil,
    gain: Double? = nil, scale: Double? = nil, isCertain: Bool = false
  ) {
    self.name = name
    self.unit = unit
    self.mean = mean
    self.method = method
    self.units = units
    self.exact = exact
    self.gain = gain
    self.limit = limit
    guard let error = error ?? (isCertain ? 0 : nil), error > 0 || isCertain else { return }
    standardError = error
    let t =
      error > 0
      ? (try? studentQuantile((1 + confidence) / 2, degreesOfFreedom: max(1, degrees)))
        ?? .infinity : 0
    if t.isFinite {
      low = mean - t * error
      high = mean + t * error
    }
    if let exact {
      let size = max(abs(exact), abs(mean), scale ?? 0)
      // Below the rounding of the sums an error says nothing.
      z = error > 1e-12 * size ? (mean - exact) / error : nil
    }
  }

  /// Bounds the mean of what did not vary over independent units.
  ///
  /// Where n units all gave c, the chance that a unit gives anything else is at most
  /// p = 1 − ((1 − confidence)/2)^(1/n), the exact binomial bound; so the mean lies within p of the way
  /// from c to the ends of the range that it can take. Nothing changes where there is an interval.
  ///
  /// - Parameter range: all values that a unit can give.
  mutating func bound(within range: ClosedRange<Double>, confidence: Double) {
    guard low == nil, high == nil, units > 1, range.contains(mean),
      let chance = try? clopperPearsonInterval(successes: 0, trials: units, confidence: confidence)
    else { return }
    low = mean - chance.high * (mean - range.lowerBound)
    high = mean + chance.high * (range.upperBound - mean)
    method += ", binomial"
  }
}
