public import Statistics

/// An estimate of how many equilibria a directional game has, from random descents.
///
/// A descent selects an equilibrium of each stage game at random, each as likely as the others, and
/// multiplies their numbers: an unbiased estimate (Knuth 1975, "Estimating the efficiency of
/// backtrack programs", Mathematics of Computation 29), however uneven the tree is, though its
/// variance may be large.
public struct CountEstimate: Sendable, Equatable {
  /// The mean over descents.
  public let mean: Double
  /// Its standard error, from the variance between descents; infinite for a single one.
  public let standardError: Double
  /// How many descents.
  public let probes: Int
}

extension RecursiveLexicographicalSearch {
  /// Estimates the number of equilibria; afterwards the search stands where the last descent ended.
  ///
  /// - Parameters:
  ///   - probes: descents, at least 1; each solves every stage game once.
  ///   - stream: where choices come from, a uniform a stage game.
  /// - Throws: what the solver throws.
  public func estimateCount(
    probes: Int, using stream: inout RandomStream
  ) throws -> CountEstimate {
    precondition(probes >= 1, "at least one descent")
    var (mean, squares) = (0.0, 0.0)
    for probe in 1...probes {
      let product = try descend(using: &stream).last!
      let step = product - mean
      mean += step / Double(probe)
      squares += step * (product - mean)
    }
    return CountEstimate(
      mean: mean,
      standardError: probes > 1
        ? (squares / Double(probes - 1) / Double(probes)).squareRoot() : .infinity,
      probes: probes)
  }

  /// One descent.
  ///
  /// - Returns: at k, the product of the numbers of equilibria of the first k stage games, from k = 0 to
  ///   all of them: an unbiased estimate of how many strings of k digits there are.
  func descend(using stream: inout RandomStream) throws -> [Double] {
    try begin(choosing: { _, base in stream.index(below: base) })
    var products = [1.0]
    for base in bases { products.append(products.last! * Double(base)) }
    return products
  }
}
