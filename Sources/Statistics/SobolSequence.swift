internal import CGSL

/// Sobol's low-discrepancy points in [0, 1)ᵈ, 1 ≤ d ≤ 40: `gsl_qrng_sobol`, with the direction numbers
/// of Bratley & Fox (Algorithm 659, *ACM Transactions on Mathematical Software* 14, 1988) in the
/// order of Antonov & Saleev (1979). Coordinates are multiples of 2⁻³⁰.
///
/// **The origin is the first point here; GSL leaves it out.** Without it the first 2ᵏ points are no
/// net: some box of volume 2⁻ᵏ that should hold one point holds none. Dropping it can cost the better
/// rate of convergence for good (Owen, "On dropping the first Sobol' point", 2022). Its usual vice,
/// being always 0, vanishes with a random shift, after which every point is uniform and the mean
/// over the net unbiased: use 2ᵏ points *and* a `RandomShift`.
///
/// Two-dimensional projections of the higher coordinates are poor for few points (Joe & Kuo 2008):
/// give the first coordinates to what matters most. Cost: about 35 ns
/// a point and 1 ns a coordinate.
public struct SobolSequence: ~Copyable {
  /// GSL's direction numbers end here.
  public static let dimensionLimit = 40
  /// The points there are, 2³⁰.
  public static let pointCount = 1 << 30

  /// d.
  public let dimensions: Int
  /// Which point comes next; 0 is the origin.
  public private(set) var index = 0
  private let handle: UnsafeMutablePointer<gsl_qrng>

  /// The sequence before its first point.
  /// - Throws: `NumericalError` unless 1 ≤ d ≤ 40.
  public init(dimensions: Int) throws(NumericalError) {
    guard (1...Self.dimensionLimit).contains(dimensions) else {
      throw .invalid("SobolSequence", "dimensions = \(dimensions): must be in 1...40")
    }
    _ = gslReady
    guard let handle = gsl_qrng_alloc(cgsl_qrng_sobol(), UInt32(dimensions)) else {
      fatalError("gsl_qrng_alloc: out of memory")
    }
    self.dimensions = dimensions
    self.handle = handle
  }

  deinit { gsl_qrng_free(handle) }

  /// Writes the next point to the first d places.
  /// - Precondition: there are d places, and fewer than 2³⁰ points were given.
  public mutating func next(into point: UnsafeMutableBufferPointer<Double>) {
    precondition(point.count >= dimensions, "SobolSequence: \(point.count) places: too few")
    precondition(index < Self.pointCount, "SobolSequence: all 2³⁰ points are used")
    if index == 0 {
      point.baseAddress!.update(repeating: 0, count: dimensions)
    } else {
      gsl_qrng_get(handle, point.baseAddress!)
    }
    index += 1
  }

  /// Writes the next point to the first d places.
  /// - Precondition: there are d places, and fewer than 2³⁰ points were given.
  public mutating func next(into point: inout MutableSpan<Double>) {
    point.withUnsafeMutableBufferPointer { next(into: $0) }
  }

  /// Makes point `index` the next, so that parts of a net can be computed apart.
  ///
  /// O(d), by the direction numbers; were a later GSL to store them otherwise, O(d × index).
  /// - Precondition: 0 ≤ index ≤ 2³⁰.
  public mutating func seek(to index: Int) {
    precondition((0...Self.pointCount).contains(index), "SobolSequence.seek(to: \(index))")
    // GSL counts the points it gives, and does not give the origin.
    let given = UInt32(max(index - 1, 0))
    if cgsl_sobol_seek(handle, given) == 0 {
      gsl_qrng_init(handle)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: dimensions) { point in
        for _ in 0..<given { gsl_qrng_get(handle, point.baseAddress!) }
      }
    }
    self.index = index
  }
}

/// Its state is owned by one value and changed by mutating calls only.
extension SobolSequence: @unchecked Sendable {}

/// A rotation of the unit cube's torus, x ↦ (x + Δ) mod 1, with Δ uniform: what makes quasi-random
/// points random (Cranley & Patterson, "Randomization of number theoretic methods for multiple
/// integration", *SIAM Journal on Numerical Analysis* 13, 1976).
///
/// Every shifted point is uniform, so means over shifted points are unbiased; means under
/// independent shifts are independent, so their spread gives a standard error (Lemieux, *Monte Carlo
/// and Quasi-Monte Carlo Sampling*, 2009, §6.2).
public struct RandomShift: Sendable, Codable, Equatable {
  /// Δ, each in [0, 1).
  public let offsets: [Double]

  /// Draws Δ: one uniform a coordinate, in order.
  public init(dimensions: Int, using stream: inout RandomStream) {
    var offsets: [Double] = []
    for _ in 0..<dimensions { offsets.append(stream.uniform()) }
    self.offsets = offsets
  }

  /// Shifts one point with coordinates in [0, 1).
  ///
  /// The result is in [0, 1): a sum that reaches 1 loses it without rounding (both are multiples of
  /// the sum's spacing), and is at most 2 − 2⁻³⁰ before. As with `uniform`, 0 is possible.
  /// - Precondition: the point has a coordinate for every offset.
  public func apply(to point: UnsafeMutableBufferPointer<Double>) {
    precondition(point.count >= offsets.count, "RandomShift: \(point.count) coordinates: too few")
    offsets.withUnsafeBufferPointer { offsets in
      for index in offsets.indices {
        let sum = point[index] + offsets[index]
        point[index] = sum >= 1 ? sum - 1 : sum
      }
    }
  }
}
