internal import CGSL

/// P A = L U with partial pivoting (`gsl_linalg_LU_decomp`), made once and used for several right
/// hand sides. Cost: n³ / 3 multiplications to make, 3 n² for each solution.
public struct LUFactorisation: Sendable {
  /// A, kept for the refinement of solutions and for their residuals.
  public let matrix: DenseMatrix
  /// U on and above the diagonal, L below it (its own diagonal is 1), row-major.
  private let factors: [Double]
  /// Row i of P A is row `permutation[i]` of A.
  private let permutation: [Int]

  /// Factorises A.
  ///
  /// A counts as singular when a pivot is zero or cannot be told from zero: when
  /// |uₖₖ| ≤ n ε (|L| |U|)ₖₖ, the bound on the rounding error committed in computing it (Higham,
  /// Accuracy and Stability of Numerical Algorithms, 2002, thm. 9.3). The test does not depend on
  /// the scaling of rows or columns. It does not find every ill-conditioned matrix; see
  /// `reciprocalCondition()`.
  /// - Throws: `NumericalError` unless A is square, not empty, finite and not singular.
  public init(_ matrix: DenseMatrix) throws(NumericalError) {
    let routine = "LUFactorisation"
    let n = matrix.rows
    guard n > 0, n == matrix.columns else {
      throw .invalid(routine, "\(n) × \(matrix.columns): must be square and not empty")
    }
    try checkFinite(matrix.values, routine, "matrix")
    _ = gslReady
    var factors = matrix.values
    var permutation = [Int](repeating: 0, count: n)
    let status = factors.withUnsafeMutableBufferPointer { storage in
      permutation.withUnsafeMutableBufferPointer { places in
        var view = gsl_matrix_view_array(storage.baseAddress!, n, n)
        var order = gsl_permutation(size: n, data: places.baseAddress!)
        var sign: Int32 = 0
        return gsl_linalg_LU_decomp(&view.matrix, &order, &sign)
      }
    }
    try check(status, "gsl_linalg_LU_decomp")
    for k in 0..<n {
      let pivot = abs(factors[k * n + k])
      var magnitude = pivot
      for j in 0..<k { magnitude += abs(factors[k * n + j] * factors[j * n + k]) }
      guard magnitude.isFinite, pivot > Double(n) * .ulpOfOne * magnitude else {
        throw NumericalError(
          routine: routine, code: Int(GSL_ESING),
          reason: "matrix is singular to working precision: pivot \(k) of \(n) is \(pivot)")
      }
    }
    self.matrix = matrix
    self.factors = factors
    self.permutation = permutation
  }

  /// Number of equations.
  public var size: Int { matrix.rows }

  /// x with A x = b, after one step of iterative refinement (`gsl_linalg_LU_solve`, `_refine`),
  /// which makes the residual as small as the rounding of the data (Skeel 1980).
  /// - Throws: `NumericalError` unless b has one finite entry per row, and if x overflows.
  public func solve(_ b: [Double]) throws(NumericalError) -> [Double] {
    let routine = "LUFactorisation.solve"
    let n = size
    guard b.count == n else { throw .invalid(routine, "b has \(b.count) entries: must be \(n)") }
    try checkFinite(b, routine, "b")
    var x = [Double](repeating: 0, count: n)
    var work = x
    // GSL reads A, its factors, the order and b, and writes x and the residual only.
    let (solved, refined) = withViews(of: b, &x, &work) { a, lu, order, b, x, work in
      let solved = gsl_linalg_LU_solve(lu, order, b, x)
      guard solved == Int32(GSL_SUCCESS) else { return (solved, solved) }
      return (solved, gsl_linalg_LU_refine(a, lu, order, b, x, work))
    }
    try check(solved, "gsl_linalg_LU_solve")
    try check(refined, "gsl_linalg_LU_refine")
    try checkFinite(x, routine, "x")
    return x
  }

  /// X with A X = B, column by column.
  /// - Throws: as for one right-hand side.
  public func solve(_ b: DenseMatrix) throws(NumericalError) -> DenseMatrix {
    guard b.rows == size else {
      throw .invalid("LUFactorisation.solve", "B has \(b.rows) rows: must be \(size)")
    }
    var result = DenseMatrix(rows: size, columns: b.columns)
    for j in 0..<b.columns {
      let x = try solve(b.column(j))
      for i in 0..<size { result[i, j] = x[i] }
    }
    return result
  }

  /// maxᵢ |b − A x|ᵢ, in the units of b: what a reported solution should be printed beside.
  public func residual(of x: [Double], for b: [Double]) -> Double {
    zip(b, matrix * x).map { abs($0 - $1) }.max() ?? 0
  }

  /// 1 / (‖A‖₁ ‖A⁻¹‖₁): relative errors of the data grow by at most its inverse. Computed from the
  /// inverse itself, not estimated, so it costs n solutions.
  /// - Throws: `NumericalError` if the inverse overflows.
  public func reciprocalCondition() throws(NumericalError) -> Double {
    let inverse = try solve(.identity(size))
    return 1 / (columnNorm(matrix) * columnNorm(inverse))
  }

  /// The largest sum of absolute values of a column.
  private func columnNorm(_ matrix: DenseMatrix) -> Double {
    (0..<matrix.columns).map { j in matrix.column(j).reduce(0) { $0 + abs($1) } }.max() ?? 0
  }

  /// Calls `body` with GSL's views of A, its factors, the order of rows, b, x and work. The views
  /// keep pointers into the arrays and must not leave `body`.
  private func withViews<Result>(
    of b: [Double], _ x: inout [Double], _ work: inout [Double],
    _ body: (
      UnsafePointer<gsl_matrix>, UnsafePointer<gsl_matrix>, UnsafePointer<gsl_permutation>,
      UnsafePointer<gsl_vector>, UnsafeMutablePointer<gsl_vector>,
      UnsafeMutablePointer<gsl_vector>
    ) -> Result
  ) -> Result {
    let n = size
    return matrix.values.withUnsafeBufferPointer { a in
      factors.withUnsafeBufferPointer { lu in
        permutation.withUnsafeBufferPointer { order in
          b.withUnsafeBufferPointer { b in
            x.withUnsafeMutableBufferPointer { x in
              work.withUnsafeMutableBufferPointer { work in
                var a = gsl_matrix_const_view_array(a.baseAddress!, n, n)
                var lu = gsl_matrix_const_view_array(lu.baseAddress!, n, n)
                var order = gsl_permutation(
                  size: n, data: UnsafeMutablePointer(mutating: order.baseAddress!))
                var b = gsl_vector_const_view_array(b.baseAddress!, n)
                var x = gsl_vector_view_array(x.baseAddress!, n)
                var work = gsl_vector_view_array(work.baseAddress!, n)
                return body(&a.matrix, &lu.matrix, &order, &b.vector, &x.vector, &work.vector)
              }
            }
          }
        }
      }
    }
  }
}

/// x with A x = b: see `LUFactorisation`, which serves several right-hand sides at one cost.
/// - Throws: `NumericalError` unless A is square, finite and not singular and b fits.
public func solve(_ a: DenseMatrix, _ b: [Double]) throws(NumericalError) -> [Double] {
  try LUFactorisation(a).solve(b)
}

/// X with A X = B, column by column.
/// - Throws: `NumericalError` unless A is square, finite and not singular and B fits.
public func solve(_ a: DenseMatrix, _ b: DenseMatrix) throws(NumericalError) -> DenseMatrix {
  try LUFactorisation(a).solve(b)
}
