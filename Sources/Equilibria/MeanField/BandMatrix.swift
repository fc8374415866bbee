/// A square matrix whose entries away from the diagonal end at a band, eliminated without row
/// exchanges: right for I − βP, whose rows are diagonally dominant, and for GTH elimination.
///
/// Entry (i, j) with −lower ≤ j − i ≤ upper stands at i · width + j − i + lower. Elimination from
/// either corner fills nothing outside the band. Holds its memory for reuse.
struct BandMatrix: Sendable {
  private(set) var size = 0
  private(set) var lower = 0
  private(set) var upper = 0
  private var entries: [Double] = []

  private var width: Int { lower + upper + 1 }

  /// Makes the matrix a zero matrix of this shape.
  mutating func reset(size: Int, lower: Int, upper: Int) {
    self.size = size
    self.lower = lower
    self.upper = upper
    let count = size * width
    if entries.count < count {
      entries = [Double](repeating: 0, count: count)
    } else {
      for index in 0..<count { entries[index] = 0 }
    }
  }

  /// Calls `body` with the entries.
  mutating func withEntries(_ body: (UnsafeMutableBufferPointer<Double>) -> Void) {
    entries.withUnsafeMutableBufferPointer { body($0) }
  }

  subscript(_ i: Int, _ j: Int) -> Double {
    get { entries[i * width + j - i + lower] }
    set { entries[i * width + j - i + lower] = newValue }
  }

  /// Solves A x = b in place of `b`, by Gaussian elimination; A is lost. Cost n · lower · upper.
  ///
  /// - Precondition: no leading minor vanishes, as in a diagonally dominant matrix.
  mutating func solve(_ b: inout [Double]) {
    let (n, lower, upper, width) = (size, lower, upper, width)
    entries.withUnsafeMutableBufferPointer { a in
      b.withUnsafeMutableBufferPointer { b in
        for k in 0..<n {
          let pivot = a[k * width + lower]
          for i in stride(from: k + 1, through: min(n - 1, k + lower), by: 1) {
            let factor = a[i * width + k - i + lower] / pivot
            guard factor != 0 else { continue }
            let (from, to) = (k * width - k + lower, i * width - i + lower)
            for j in stride(from: k + 1, through: min(n - 1, k + upper), by: 1) {
              a[to + j] -= factor * a[from + j]
            }
            b[i] -= factor * b[k]
          }
        }
        for k in stride(from: n - 1, through: 0, by: -1) {
          var value = b[k]
          let row = k * width - k + lower
          for j in stride(from: k + 1, through: min(n - 1, k + upper), by: 1) {
            value -= a[row + j] * b[j]
          }
          b[k] = value / a[row + k]
        }
      }
    }
  }

  /// The invariant law of an irreducible chain, whose transition probabilities the matrix holds; it
  /// is lost. Written to `law`, which has room for `size` entries.
  ///
  /// GTH elimination (Grassmann, Taksar and Heyman 1985, "Regenerative analysis and steady state
  /// distributions for Markov chains"): no subtractions, so every component is accurate to a small
  /// multiple of the unit roundoff, however unlikely its state is. The diagonal is never read.
  mutating func invariantLaw(_ law: inout [Double]) {
    let (n, lower, upper, width) = (size, lower, upper, width)
    entries.withUnsafeMutableBufferPointer { a in
      for k in stride(from: n - 1, to: 0, by: -1) {
        let row = k * width - k + lower
        let first = max(0, k - lower)
        var leaving = 0.0
        for j in first..<k { leaving += a[row + j] }
        for i in max(0, k - upper)..<k {
          let into = i * width - i + lower
          let share = a[into + k] / leaving
          a[into + k] = share
          guard share != 0 else { continue }
          for j in first..<k { a[into + j] += share * a[row + j] }
        }
      }
      law[0] = 1
      var total = 1.0
      for k in stride(from: 1, to: n, by: 1) {
        var mass = 0.0
        for i in max(0, k - upper)..<k { mass += law[i] * a[i * width + k - i + lower] }
        law[k] = mass
        total += mass
      }
      for k in 0..<n { law[k] /= total }
    }
  }
}
