/// The mean of Y estimated with the help of controls: quantities C measured on the same units whose
/// means μ are known exactly.
///
///     Ŷ = ȳ − β · (c̄ − μ),    β = S⁻¹ s,   S = Cov(C, C), s = Cov(C, Y)
///
/// With n units and q controls (Lavenberg & Welch, "A perspective on the use of control variables to
/// increase the efficiency of Monte Carlo simulations", *Management Science* 27, 1981;
/// Glasserman, *Monte Carlo Methods in Financial Engineering*, 2003, §4.1), the residual variance and
/// the standard error are those of the regression of Y on C − μ, whose intercept is Ŷ:
///
///     s²_ε = (n − 1)/(n − q − 1) · (s²_y − s · β)
///     error² = s²_ε (1/n + (c̄ − μ) · S⁻¹ (c̄ − μ) / (n − 1))
///
/// The interval Ŷ ± t₍ₙ₋q₋₁₎ error is exact if (Y, C) is jointly normal. Otherwise Ŷ has a bias of
/// order 1/n, which vanishes against the error of order 1/√n, and the coverage is right in the limit.
///
/// **Useless controls are left out, so nothing ever divides by zero.** S is scaled to correlations
/// and factorised by Cholesky with the largest remaining diagonal entry as pivot; what remains of a
/// control is the share of its variance that the chosen ones do not explain. A control that
/// never varies, one of which less than 10⁻¹⁰ remains, and those beyond n − 2 get coefficient 0.
public struct ControlVariates: Sendable, Equatable {
  /// Ŷ.
  public let estimate: Double
  /// Its standard error.
  public let standardError: Double
  /// n − q − 1, q counting the controls used.
  public let degreesOfFreedom: Int
  /// n.
  public let count: Int
  /// β, one for each control; 0 for those left out.
  public let coefficients: [Double]
  /// The controls used, ascending.
  public let used: [Int]
  /// s²_ε.
  public let residualVariance: Double
  /// The variance of Ŷ over that of ȳ: (n error²) / s²_y. 1 if Y does not vary.
  public let varianceRatio: Double

  /// The estimate from sample moments, all with divisor n − 1.
  /// - Parameters:
  ///   - mean: ȳ.
  ///   - variance: s²_y.
  ///   - controlMeans: c̄ − μ, or c̄ if `knownMeans` are given.
  ///   - knownMeans: μ; zeros if not given.
  ///   - controlCovariance: S, [control × control].
  ///   - crossCovariance: s.
  ///   - count: n, at least 2.
  /// - Throws: `NumericalError` if sizes differ, a number is not finite, a variance is negative or
  ///   n < 2.
  public init(
    mean: Double, variance: Double, controlMeans: [Double], knownMeans: [Double]? = nil,
    controlCovariance: DenseMatrix, crossCovariance: [Double], count: Int
  ) throws(NumericalError) {
    let routine = "ControlVariates"
    let q = controlMeans.count
    guard controlCovariance.rows == q, controlCovariance.columns == q,
      crossCovariance.count == q, (knownMeans ?? controlMeans).count == q
    else { throw .invalid(routine, "the means, covariances and known means differ in number") }
    guard count > 1 else { throw .invalid(routine, "count = \(count): must be at least 2") }
    try checkFinite([mean, variance], routine, "mean and variance")
    try checkFinite(controlMeans, routine, "controlMeans")
    try checkFinite(knownMeans ?? [], routine, "knownMeans")
    try checkFinite(controlCovariance.values, routine, "controlCovariance")
    try checkFinite(crossCovariance, routine, "crossCovariance")
    let scales = (0..<q).map { controlCovariance[$0, $0].squareRoot() }
    guard variance >= 0, scales.allSatisfy({ !$0.isNaN }) else {
      throw .domain(routine, "a variance is negative")
    }
    let factor = PivotedCholesky(
      controlCovariance, scales: scales, magnitudes: controlMeans, limit: count - 2)
    let used = factor.order
    // L z = s and L w = c̄ − μ, scaled; then s · β = |z|² and β · (c̄ − μ) = z · w.
    let z = factor.forward(used.map { crossCovariance[$0] / scales[$0] })
    let w = factor.forward(
      used.map { (controlMeans[$0] - (knownMeans?[$0] ?? 0)) / scales[$0] })
    let explained = z.reduce(0) { $0 + $1 * $1 }
    let n = Double(count)
    degreesOfFreedom = count - used.count - 1
    residualVariance = max(0, variance - explained) * (n - 1) / Double(degreesOfFreedom)
    let distance = w.reduce(0) { $0 + $1 * $1 }
    let squaredError = residualVariance * (1 / n + distance / (n - 1))
    estimate = mean - zip(z, w).reduce(0) { $0 + $1.0 * $1.1 }
    standardError = squaredError.squareRoot()
    varianceRatio = variance > 0 ? n * squaredError / variance : 1
    var coefficients = [Double](repeating: 0, count: q)
    for (control, β) in zip(used, factor.backward(z)) {
      coefficients[control] = β / scales[control]
    }
    self.coefficients = coefficients
    self.count = count
    self.used = used.sorted()
    guard estimate.isFinite, standardError.isFinite, coefficients.allSatisfy(\.isFinite) else {
      throw .domain(routine, "the estimate overflows")
    }
  }

  /// The estimate of a column's mean with other columns as controls.
  /// - Precondition: the pairs of all these columns are kept.
  /// - Throws: as above, for fewer than two rows.
  public init(
    _ moments: CrossMoments, target: Int, controls: [Int], knownMeans: [Double]
  ) throws(NumericalError) {
    guard let matrix = moments.covariance(of: controls) else {
      throw .invalid("ControlVariates", "count = \(moments.count): must be at least 2")
    }
    try self.init(
      mean: moments.mean(target), variance: moments.variance(target)!,
      controlMeans: controls.map { moments.mean($0) }, knownMeans: knownMeans,
      controlCovariance: matrix,
      crossCovariance: controls.map { moments.covariance($0, target)! }, count: moments.count)
  }

  /// How many times as many units the plain mean would need: 1 / `varianceRatio`. Nil if the controls
  /// leave no variance at all.
  public var gain: Double? { varianceRatio > 0 ? 1 / varianceRatio : nil }

  /// Ŷ ± t₍ₙ₋q₋₁₎ error.
  /// - Throws: `NumericalError` for a confidence outside (0, 1).
  public func interval(confidence: Double = 0.95) throws(NumericalError) -> Interval {
    try checkConfidence(confidence, "ControlVariates.interval")
    let t = try studentQuantile(
      (1 + confidence) / 2, degreesOfFreedom: Double(degreesOfFreedom))
    return Interval(
      estimate: estimate, low: estimate - t * standardError, high: estimate + t * standardError,
      confidence: confidence, method: .student, replications: 0)
  }
}

/// The Cholesky factor of a correlation matrix, row by row in the order of pivots, as far as its rank
/// goes (Higham, *Accuracy and Stability of Numerical Algorithms*, 2002, §10.3).
private struct PivotedCholesky {
  /// The controls in the order of pivots.
  private(set) var order: [Int] = []
  /// Row i of L, for `order[i]`: i + 1 numbers.
  private var rows: [[Double]] = []

  init(_ covariance: DenseMatrix, scales: [Double], magnitudes: [Double], limit: Int) {
    let q = scales.count
    // Rounding in the mean of a constant shows as a deviation of some units of the last place.
    let varies = (0..<q).map { scales[$0] > 1e-12 * abs(magnitudes[$0]) && scales[$0] > 0 }
    // What the pivots so far leave of each control's variance, and its coordinates in L.
    var remaining = varies.map { $0 ? 1.0 : 0 }
    var coordinates = [[Double]](repeating: [], count: q)
    while order.count < limit {
      var best = -1
      for control in 0..<q where remaining[control] > (best < 0 ? 1e-10 : remaining[best]) {
        best = control
      }
      guard best >= 0 else { break }
      let pivot = remaining[best].squareRoot()
      let pivotRow = coordinates[best]
      for control in 0..<q where remaining[control] > 0 && control != best {
        var dot = covariance[control, best] / scales[control] / scales[best]
        for i in pivotRow.indices { dot -= coordinates[control][i] * pivotRow[i] }
        coordinates[control].append(dot / pivot)
        remaining[control] -= dot / pivot * (dot / pivot)
      }
      order.append(best)
      rows.append(pivotRow + [pivot])
      remaining[best] = 0
    }
  }

  /// x with L x = b.
  func forward(_ b: [Double]) -> [Double] {
    var x: [Double] = []
    for i in rows.indices {
      var rest = b[i]
      for j in 0..<i { rest -= rows[i][j] * x[j] }
      x.append(rest / rows[i][i])
    }
    return x
  }

  /// x with Lᵀ x = b.
  func backward(_ b: [Double]) -> [Double] {
    var x = b
    for i in rows.indices.reversed() {
      for j in (i + 1)..<max(rows.count, i + 1) { x[i] -= rows[j][i] * x[j] }
      x[i] /= rows[i][i]
    }
    return x
  }
}
