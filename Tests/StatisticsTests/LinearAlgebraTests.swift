import Foundation
import Statistics
import Testing

/// By hand: 4·1 + 2·2 + 4 = 12, 3 − 12 − 16 = −25, 2 − 2 + 32 = 32.
/// scipy 1.17.1: 1 / (‖A‖₁ ‖inv(A)‖₁) with scipy.linalg.inv and numpy.linalg.norm(·, 1).
@Test func `a system of three is solved`() throws {
  let a = DenseMatrix([[4, -2, 1], [3, 6, -4], [2, 1, 8]])
  let x = try solve(a, [12, -25, 32])
  for (observed, expected) in zip(x, [1.0, -2, 4]) { #expect(close(observed, expected, ulps: 2)) }
  #expect(close(try LUFactorisation(a).reciprocalCondition(), 0.21753515301902399))
}

/// Without exchanging rows the zero pivot would divide by zero, and the tiny one lose everything.
@Test func `rows are exchanged when a pivot is zero or tiny`() throws {
  #expect(try solve(DenseMatrix([[0, 2], [4, 0]]), [6, 8]) == [2, 3])
  let x = try solve(DenseMatrix([[1e-20, 1], [1, 1]]), [1, 2])
  #expect(close(x[0], 1, ulps: 2) && close(x[1], 1, ulps: 2))
}

/// The law of a refined solution: |b − A x| ≤ (n + 1) ε (|A| |x| + |b|), entry by entry.
@Test(arguments: [1, 2, 5, 20, 60])
func `residuals of random systems are rounding`(size: Int) throws {
  var stream = RandomStream(seed: 12, role: .generation, index: size)
  for _ in 0..<20 {
    var a = DenseMatrix(rows: size, columns: size)
    for i in 0..<size {
      // Rows and columns of very different scales.
      for j in 0..<size { a[i, j] = stream.gaussian() * pow(10, Double((i * 7 + j * 5) % 13 - 6)) }
    }
    var b: [Double] = []
    for _ in 0..<size { b.append(stream.gaussian()) }
    let x = try solve(a, b)
    let product = a * x
    for i in 0..<size {
      let scale = (0..<size).reduce(abs(b[i])) { $0 + abs(a[i, $1] * x[$1]) }
      #expect(abs(b[i] - product[i]) <= Double(size + 1) * Double.ulpOfOne * scale)
    }
  }
}

/// A large first row draws the pivot to itself although 10 is small beside its neighbour: without
/// refinement the second equation is off by 10⁻¹¹ to 10⁻⁸. Solutions: y = (2 − s) / (1 − s), x = 2 − y
/// for s a tenth of the large entry.
@Test(arguments: [1e8, 3e9, 7e11])
func `refinement repairs what bad row scaling spoils`(large: Double) throws {
  let x = try solve(DenseMatrix([[10, large], [1, 1]]), [large, 2])
  #expect(abs(x[0] + x[1] - 2) <= 12 * Double.ulpOfOne)
  #expect(close(x[0], 2 - (2 - large / 10) / (1 - large / 10), ulps: 4))
}

@Test func `several right-hand sides give the columns of the inverse`() throws {
  // Inverse of the Hilbert matrix of order 3 (exact, integers): [[9, −36, 30], …].
  let hilbert = DenseMatrix((0..<3).map { i in (0..<3).map { j in 1 / Double(i + j + 1) } })
  let inverse = try solve(hilbert, .identity(3))
  let expected = DenseMatrix([[9, -36, 30], [-36, 192, -180], [30, -180, 180]])
  // Condition 748 in the 1-norm, times a few roundings of entries up to 192.
  for (observed, exact) in zip(inverse.values, expected.values) {
    #expect(abs(observed - exact) < 748 * 192 * 4 * Double.ulpOfOne)
  }
  let factorisation = try LUFactorisation(hilbert)
  for j in 0..<3 {
    let unit = DenseMatrix.identity(3).column(j)
    let x = try factorisation.solve(unit)
    #expect(x == inverse.column(j))
    #expect(factorisation.residual(of: x, for: unit) < 192 * 4 * Double.ulpOfOne)
  }
}

/// numpy 2.4.6: 1 / numpy.linalg.cond(scipy.linalg.hilbert(5), 1).
@Test func `the reciprocal condition of a Hilbert matrix equals numpy's`() throws {
  let hilbert = DenseMatrix((0..<5).map { i in (0..<5).map { j in 1 / Double(i + j + 1) } })
  let observed = try LUFactorisation(hilbert).reciprocalCondition()
  // The inverse is known to condition × ε ≈ 2 · 10⁻¹⁰, relative.
  #expect(abs(observed / 1.0597081987432728e-06 - 1) < 2e-9)
}

/// Singular exactly; singular only up to rounding (a third is not representable; a stochastic
/// matrix from the identity); and singular at any scale.
@Test(arguments: [
  DenseMatrix([[0]]),
  DenseMatrix([[1, 2], [2, 4]]),
  DenseMatrix([[1, 2, 3], [4, 5, 6], [7, 8, 9]]),
  DenseMatrix([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]),
  DenseMatrix([[0.7, -0.4, -0.3], [-0.15, 0.35, -0.2], [-0.55, -0.1, 0.65]]),
  DenseMatrix([[1e-200, 2e-200], [3e-200, 6e-200]]),
])
func `singular matrices are refused`(matrix: DenseMatrix) {
  let error = #expect(throws: NumericalError.self) { try LUFactorisation(matrix) }
  #expect(error?.description.contains("singular") == true)
  #expect(error?.code == 21)
}

/// Determinants as small as 10⁻⁴⁰, yet well determined: scaling is not singularity.
@Test func `badly scaled matrices are not taken for singular`() throws {
  #expect(try solve(DenseMatrix([[1, 0], [0, 1e-40]]), [1, 1e-40]) == [1, 1])
  #expect(try solve(DenseMatrix([[1, 1], [1e-20, -1e-20]]), [3, -1e-20]) == [1, 2])
  #expect(try solve(DenseMatrix([[1, 1e-20], [1, -1e-20]]), [3, -1]) == [1, 2e20])
}

@Test func `systems that do not fit or are not finite are refused`() throws {
  let a = DenseMatrix([[2, 1], [1, 3]])
  #expect(throws: NumericalError.self) { try solve(a, [1]) }
  #expect(throws: NumericalError.self) { try solve(a, [1, .nan]) }
  #expect(throws: NumericalError.self) { try solve(a, DenseMatrix(rows: 3, columns: 1)) }
  #expect(throws: NumericalError.self) {
    try solve(DenseMatrix([[1, .infinity], [0, 1]]), [1, 1])
  }
  #expect(throws: NumericalError.self) { try solve(DenseMatrix([[1, 2]]), [1]) }
  #expect(throws: NumericalError.self) { try solve(DenseMatrix([]), [Double]()) }
  #expect(throws: NumericalError.self) { try solve(DenseMatrix([[1e-300]]), [1e300]) }
}

@Test func `a matrix is stored by rows and survives JSON`() throws {
  var matrix = DenseMatrix([[1, 2, 3], [4, 5, 6]])
  #expect(matrix.values == [1, 2, 3, 4, 5, 6])
  #expect(matrix.transposed == DenseMatrix([[1, 4], [2, 5], [3, 6]]))
  #expect(matrix.column(1) == [2, 5] && Array(matrix.row(1)) == [4, 5, 6])
  #expect(matrix * [1, 0, -1] == [-2, -2])
  matrix[0, 2] = 9
  let text = try JSONEncoder().encode(matrix)
  #expect(try JSONDecoder().decode(DenseMatrix.self, from: text) == matrix)
  let short = Data(#"{"rows": 2, "columns": 2, "values": [1, 2, 3]}"#.utf8)
  #expect(throws: DecodingError.self) { try JSONDecoder().decode(DenseMatrix.self, from: short) }
}
