/// Gaussian elimination with partial pivoting on flat row-major memory.
///
/// The matrix may carry further columns to the right of its square part; they are eliminated with
/// it. That is the shape of structured elimination: a block and its coupling columns in one pass.
enum FlatLU {
  /// Factorises the leading `n` columns of an `n × width` array in place, row exchanges included.
  ///
  /// Multipliers stay below the diagonal; columns `n ..< width` hold L⁻¹ of what they held.
  /// Cost n²(width − n/3) multiplications.
  ///
  /// - Returns: the sign of the determinant; 0 if a pivot vanishes or is not finite.
  static func factor(
    _ a: UnsafeMutablePointer<Double>, n: Int, width: Int, pivots: UnsafeMutablePointer<Int32>
  ) -> Int {
    var sign = 1
    var first = 0
    // Panels of four pivots, so that the rest of each row is touched once for all four.
    while first < n {
      let end = min(first + 4, n)
      for k in first..<end {
        var best = k
        var largest = abs(a[k * width + k])
        for row in (k + 1)..<max(n, k + 1) {
          let candidate = abs(a[row * width + k])
          if candidate > largest { (best, largest) = (row, candidate) }
        }
        guard largest > 0, largest.isFinite else { return 0 }
        pivots[k] = Int32(best)
        if best != k {
          exchange(a + k * width, a + best * width, width)
          sign = -sign
        }
        let pivotRow = a + k * width
        if pivotRow[k] < 0 { sign = -sign }
        let inverse = 1 / pivotRow[k]
        for row in (k + 1)..<max(n, k + 1) {
          let target = a + row * width
          let factor = target[k] * inverse
          target[k] = factor
          guard factor != 0 else { continue }
          subtract(factor, pivotRow, from: target, k + 1, end)
        }
      }
      // The panel's columns are done; now its rows to the right of them.
      for row in (first + 1)..<max(end, first + 1) {
        for k in first..<row {
          subtract(a[row * width + k], a + k * width, from: a + row * width, end, width)
        }
      }
      if end - first == 4 {
        for row in end..<max(n, end) {
          let target = a + row * width
          subtractFour(target + first, a + first * width, width, from: target, end, width)
        }
      } else {
        for row in end..<max(n, end) {
          for k in first..<end {
            subtract(a[row * width + k], a + k * width, from: a + row * width, end, width)
          }
        }
      }
      first = end
    }
    return sign
  }

  /// Replaces columns `n ..< width` by A⁻¹ of what they held before `factor`.
  static func backSubstitute(_ a: UnsafeMutablePointer<Double>, n: Int, width: Int) {
    guard width > n else { return }
    for row in stride(from: n - 1, through: 0, by: -1) {
      let target = a + row * width
      var k = row + 1
      while k + 4 <= n {
        subtractFour(target + k, a + k * width, width, from: target, n, width)
        k += 4
      }
      while k < n {
        if target[k] != 0 { subtract(target[k], a + k * width, from: target, n, width) }
        k += 1
      }
      let inverse = 1 / target[row]
      for column in n..<width { target[column] *= inverse }
    }
  }

  /// Solves A x = b in place with the factors held in the leading `n` columns.
  static func solve(
    _ a: UnsafeMutablePointer<Double>, n: Int, width: Int, pivots: UnsafeMutablePointer<Int32>,
    _ b: UnsafeMutablePointer<Double>
  ) {
    for k in 0..<n {
      let other = Int(pivots[k])
      if other != k {
        let held = b[k]
        b[k] = b[other]
        b[other] = held
      }
    }
    for row in 0..<n {
      var sum = b[row]
      let source = a + row * width
      for k in 0..<row { sum -= source[k] * b[k] }
      b[row] = sum
    }
    for row in stride(from: n - 1, through: 0, by: -1) {
      var sum = b[row]
      let source = a + row * width
      for k in (row + 1)..<max(n, row + 1) { sum -= source[k] * b[k] }
      b[row] = sum / source[row]
    }
  }

  private static func exchange(
    _ one: UnsafeMutablePointer<Double>, _ other: UnsafeMutablePointer<Double>, _ width: Int
  ) {
    for column in 0..<width {
      let held = one[column]
      one[column] = other[column]
      other[column] = held
    }
  }

  /// target −= Σ factors[i] · (row i of source) for four rows, over columns `from ..< to`.
  @inline(__always)
  private static func subtractFour(
    _ factors: UnsafeMutablePointer<Double>, _ source: UnsafeMutablePointer<Double>, _ width: Int,
    from target: UnsafeMutablePointer<Double>, _ from: Int, _ to: Int
  ) {
    let (f0, f1, f2, f3) = (factors[0], factors[1], factors[2], factors[3])
    guard f0 != 0 || f1 != 0 || f2 != 0 || f3 != 0 else { return }
    let (s0, s1, s2, s3) = (source, source + width, source + 2 * width, source + 3 * width)
    @inline(__always) func load(_ pointer: UnsafeMutablePointer<Double>) -> SIMD4<Double> {
      UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Double>.self)
    }
    var column = from
    while column &+ 4 <= to {
      var held = load(target + column)
      held -= f0 * load(s0 + column)
      held -= f1 * load(s1 + column)
      held -= f2 * load(s2 + column)
      held -= f3 * load(s3 + column)
      UnsafeMutableRawPointer(target + column).storeBytes(of: held, as: SIMD4<Double>.self)
      column &+= 4
    }
    while column < to {
      target[column] =
        target[column] - f0 * s0[column] - f1 * s1[column] - f2 * s2[column] - f3 * s3[column]
      column &+= 1
    }
  }

  /// target −= factor · source over columns `from ..< to`.
  @inline(__always)
  fileprivate static func subtract(
    _ factor: Double, _ source: UnsafeMutablePointer<Double>,
    from target: UnsafeMutablePointer<Double>, _ from: Int, _ to: Int
  ) {
    var column = from
    while column &+ 4 <= to {
      let held = UnsafeMutableRawPointer(target + column)
      let taken = UnsafeRawPointer(source + column).loadUnaligned(as: SIMD4<Double>.self)
      let old = UnsafeRawPointer(held).loadUnaligned(as: SIMD4<Double>.self)
      held.storeBytes(of: old - factor * taken, as: SIMD4<Double>.self)
      column &+= 4
    }
    while column < to {
      target[column] -= factor * source[column]
      column &+= 1
    }
  }
}

extension FlatLU {
  /// Solves what a rank-deficient square system determines, in place: complete pivoting stops at
  /// pivots below 1e-11 of the first, and unknowns without a pivot are set to 0. Cost O(n³).
  static func solveDeficient(
    _ a: UnsafeMutablePointer<Double>, n: Int, _ b: UnsafeMutablePointer<Double>
  ) {
    var order = Array(0..<n)
    var rank = 0
    var first = 0.0
    for k in 0..<n {
      var (row, column, largest) = (k, k, 0.0)
      for i in k..<n {
        for j in k..<n where abs(a[i * n + j]) > largest {
          (row, column, largest) = (i, j, abs(a[i * n + j]))
        }
      }
      if k == 0 { first = largest }
      guard largest > 1e-11 * first, largest.isFinite else { break }
      rank = k + 1
      if row != k {
        for j in 0..<n { swap(&a[k * n + j], &a[row * n + j]) }
        swap(&b[k], &b[row])
      }
      if column != k {
        for i in 0..<n { swap(&a[i * n + k], &a[i * n + column]) }
        order.swapAt(k, column)
      }
      for i in (k + 1)..<max(n, k + 1) {
        let factor = a[i * n + k] / a[k * n + k]
        guard factor != 0 else { continue }
        subtract(factor, a + k * n, from: a + i * n, k, n)
        b[i] -= factor * b[k]
      }
    }
    var solution = [Double](repeating: 0, count: n)
    for k in stride(from: rank - 1, through: 0, by: -1) {
      var sum = b[k]
      for j in (k + 1)..<max(rank, k + 1) { sum -= a[k * n + j] * solution[order[j]] }
      solution[order[k]] = sum / a[k * n + k]
    }
    for k in 0..<n { b[k] = solution[k] }
  }
}
