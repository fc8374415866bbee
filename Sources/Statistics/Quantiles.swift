internal import CGSL

/// A sample in ascending order, checked to be finite and not empty: what quantiles and trimmed
/// means are read from. Making one costs a sort; every reading after that is exact.
public struct SortedSample: Sendable, Equatable {
  /// The values, ascending.
  public let values: [Double]

  /// Sorts `values`.
  /// - Throws: `NumericalError` if there are none or one is not finite.
  public init(_ values: [Double]) throws(NumericalError) {
    guard !values.isEmpty else { throw .invalid("SortedSample", "no values") }
    try checkFinite(values, "SortedSample", "values")
    self.values = values.sorted()
  }

  /// The quantile of `level` p ∈ [0, 1]: linear between the order statistics around (n − 1) p,
  /// which is type 7 of Hyndman & Fan (1996) and the default of numpy and R
  /// (`gsl_stats_quantile_from_sorted_data`).
  /// - Precondition: p is in [0, 1].
  public func quantile(_ level: Double) -> Double {
    precondition((0...1).contains(level), "quantile(\(level)): must be in [0, 1]")
    _ = gslReady
    return gsl_stats_quantile_from_sorted_data(values, 1, values.count, level)
  }

  /// The quantile of level 1/2.
  public var median: Double { quantile(0.5) }

  /// The share of values ≤ `threshold`: the empirical distribution function, in O(log n).
  public func share(atMost threshold: Double) -> Double {
    Double(values.partitioningIndex { $0 > threshold }) / Double(values.count)
  }
}

extension [Double] {
  /// The first index whose element satisfies `predicate`, given that all after it do; the count
  /// if none does. Bisection.
  func partitioningIndex(_ predicate: (Double) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
