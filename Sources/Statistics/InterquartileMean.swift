internal import CGSL

extension SortedSample {
  /// The mean after dropping ⌊p n⌋ values at each end (`gsl_stats_trmean_from_sorted_data`), equal
  /// to `scipy.stats.trim_mean`. Nothing is dropped below n = 1 / p.
  /// - Precondition: p is in [0, 0.5).
  public func trimmedMean(_ share: Double) -> Double {
    precondition(share >= 0 && share < 0.5, "trimmedMean(\(share)): must be in [0, 0.5)")
    _ = gslReady
    return gsl_stats_trmean_from_sorted_data(share, values, 1, values.count)
  }

  /// The mean of the middle half: ⌊n / 4⌋ values dropped at each end. Agarwal et al., "Deep
  /// reinforcement learning at the edge of the statistical precipice" (NeurIPS 2021): less
  /// moved by single runs than the mean, less wasteful than the median. For n = 1, 2, 3 the mean.
  public var interquartileMean: Double { trimmedMean(0.25) }
}

/// The interquartile mean of `values` in any order; see `SortedSample.interquartileMean`.
/// - Throws: `NumericalError` if there are none or one is not finite.
public func interquartileMean(of values: [Double]) throws(NumericalError) -> Double {
  try SortedSample(values).interquartileMean
}

/// Sorts finite `values` in place and returns their interquartile mean: for resampling.
func interquartileMean(sorting values: inout [Double]) -> Double {
  _ = gslReady
  values.sort()
  return gsl_stats_trmean_from_sorted_data(0.25, values, 1, values.count)
}
