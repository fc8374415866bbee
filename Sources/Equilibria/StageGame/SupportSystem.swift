/// The linear system behind a vertex of a best-response polytope: the strategy with a given support
/// that makes given rival actions equally good.
///
/// For support S (columns of D) and best responses R (rows), |S| = |R| = k, it solves
///
///     Σ_{c∈S} D(r, c) z(c) = u  for r ∈ R,    Σ_{c∈S} z(c) = 1,
///
/// by Gaussian elimination with partial pivoting in double-double arithmetic, rounded at the end:
/// every probability is good to the last bit or two unless the system's condition exceeds 10¹⁵.
/// Cost O(k³), some 20 operations each.
struct SupportSystem {
  /// The strategy, shape [own action]; sums to 1.
  var strategy: [Double]
  /// k, the number of basic coordinates.
  var order: Int
  /// The sign of det M(R, S), M = D + 1, with R and S in ascending order: +1, −1, or 0 where the
  /// system is singular. (M(R, S) shifted by ever larger constants keeps its sign while it supports
  /// a vertex, and in the limit its sign is that of the bordered matrix solved here.)
  var determinantSign: Int

  /// Solves for the vertex of `polytope` with basic coordinates `support` and tight inequalities
  /// `responses`, both ascending. Coordinates listed in `zeros` are set to exactly 0: at a
  /// degenerate vertex basic variables can vanish. Returns nil where the system is singular or a
  /// probability comes out below −1e-11.
  init?(
    _ polytope: BestResponsePolytope, support: [Int], responses: [Int], zeros: Set<Int> = []
  ) {
    let k = support.count
    precondition(k >= 1 && responses.count == k, "not a vertex")
    let n = k + 1
    // Row-major bordered matrix [D, −1; 1′, 0].
    var matrix = [DoubleDouble](repeating: DoubleDouble(0), count: n * n)
    for (a, r) in responses.enumerated() {
      for (b, c) in support.enumerated() {
        matrix[a * n + b] = DoubleDouble(polytope.differences[c * polytope.rows + r])
      }
      matrix[a * n + k] = DoubleDouble(-1)
    }
    for b in 0..<k { matrix[k * n + b] = DoubleDouble(1) }
    guard let factors = LUFactors(matrix, order: n) else { return nil }
    var right = [DoubleDouble](repeating: DoubleDouble(0), count: n)
    right[k] = DoubleDouble(1)
    factors.solve(&right)
    let solution = right.map(\.rounded)
    var strategy = [Double](repeating: 0, count: polytope.dimension)
    var sum = 0.0
    for (b, c) in support.enumerated() where !zeros.contains(c) {
      guard solution[b].isFinite, solution[b] >= -1e-11 else { return nil }
      strategy[c] = max(solution[b], 0)
      sum += strategy[c]
    }
    guard sum > 0 else { return nil }
    for c in support where strategy[c] != 0 { strategy[c] /= sum }
    self.strategy = strategy
    order = k
    determinantSign = factors.determinantSign
  }
}

/// PA = LU of a small square matrix, partial pivoting.
struct LUFactors<Scalar: TableauScalar> {
  let order: Int
  private let entries: [Scalar]
  private let permutation: [Int]
  /// The sign of det A.
  let determinantSign: Int

  /// Factorises `matrix`, row-major; nil where a pivot vanishes relative to the matrix.
  init?(_ matrix: [Scalar], order n: Int) {
    var a = matrix
    var permutation = Array(0..<n)
    var sign = 1
    let size = matrix.reduce(0) { max($0, abs($1.rounded)) }
    for k in 0..<n {
      var p = k
      for i in k..<n where abs(a[i * n + k].rounded) > abs(a[p * n + k].rounded) { p = i }
      guard abs(a[p * n + k].rounded) > Scalar.tolerance * size else { return nil }
      if p != k {
        for j in 0..<n { a.swapAt(p * n + j, k * n + j) }
        permutation.swapAt(p, k)
        sign = -sign
      }
      if a[k * n + k].rounded < 0 { sign = -sign }
      for i in k + 1..<n where a[i * n + k].rounded != 0 {
        let factor = a[i * n + k] / a[k * n + k]
        a[i * n + k] = factor
        for j in k + 1..<n { a[i * n + j] = a[i * n + j] - factor * a[k * n + j] }
      }
    }
    order = n
    entries = a
    self.permutation = permutation
    determinantSign = sign
  }

  /// Replaces the right-hand side by the solution.
  func solve(_ b: inout [Scalar]) {
    let n = order
    var x = permutation.map { b[$0] }
    for i in 1..<n {
      for j in 0..<i { x[i] = x[i] - entries[i * n + j] * x[j] }
    }
    for i in (0..<n).reversed() {
      for j in i + 1..<n { x[i] = x[i] - entries[i * n + j] * x[j] }
      x[i] = x[i] / entries[i * n + i]
    }
    b = x
  }
}
