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
  /// Its standard error; null where a single unit was observed.
  @CodableOrNull public var standardError: Double?
  /// Lower end of the interval.
  @CodableOrNull public var low: Double?
  /// Upper end.
  @CodableOrNull public var high: Double?
  /// Where the error comes from: `paths`, `pairs`, `replicates`, `batch means`, with `+ control
  /// variates` where they are used; `ratio` for ratios of means.
  public var method: String
  /// Independent units behind it.
  public var units: Int
  /// The exact value, where it can be computed.
  @CodableOrNull public var exact: Double?
  /// (mean − exact) / standard error.
  @CodableOrNull public var z: Double?
  /// The variance of a plain mean of as many independent paths over this one's.
  @CodableOrNull public var gain: Double?
  /// In markets of N agents: the value in a continuum, which the mean tends to as N grows. `mean` −
  /// `limit` is the effect of N being finite, with the error of `mean`.
  public var limit: Double?

  enum CodingKeys: String, CodingKey {
    case name, unit, mean, low, high, method, units, exact, z, gain, limit
    case standardError = "standard_error"
  }

  init(
    _ name: String, unit: String, mean: Double, error: Double?, degrees: Int, confidence: Double,
    method: String, units: Int, exact: Double?, limit: Double? = nil, gain: Double? = nil,
    scale: Double? = nil
  ) {
    self.name = name
    self.unit = unit
    self.mean = mean
    self.method = method
    self.units = units
    self.exact = exact
    self.gain = gain
    self.limit = limit
    if let error {
      standardError = error
      // Where nothing varies the estimate is the number itself.
      let t =
        error > 0
        ? (try? studentQuantile((1 + confidence) / 2, degreesOfFreedom: Double(max(1, degrees))))
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
  }
}

/// As `OrNull`, for values that are read back too.
@propertyWrapper
public struct CodableOrNull<Value: Codable & Sendable>: Codable, Sendable {
  /// The value, if there is one.
  public var wrappedValue: Value?

  /// Wraps a value.
  public init(wrappedValue: Value?) { self.wrappedValue = wrappedValue }

  /// Decodes the value or null.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    wrappedValue = container.decodeNil() ? nil : try container.decode(Value.self)
  }

  /// Encodes the value or null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let wrappedValue { try container.encode(wrappedValue) } else { try container.encodeNil() }
  }
}
