/// A vertex of {z ≥ 0, Mz ≤ 1} as a condensed simplex tableau, moved from basis to basis in place.
///
/// Variables are numbered 0..<d for the coordinates z and d..<d+r for the slacks of the r
/// inequalities. At any time d of them are nonbasic (zero, one for each tableau column) and r are
/// basic, `basic = values − tableau · nonbasic`. Storage is column-major, shape
/// [d + 1 columns × r rows], the last column holding the values.
///
/// Ties in the ratio test are broken lexicographically: the vertex is treated as one of the simple
/// polytope Mz ≤ 1 + (ε, ε², …, εʳ) for all small ε > 0, whose bases a path cannot revisit (Lemke
/// and Howson 1964; von Stengel 2007, section 3.6). The inverse basis needed for that is found in
/// the columns of the slacks, so it costs nothing to carry.
struct PolytopeDictionary<Scalar: TableauScalar>: ~Copyable {
  let polytope: BestResponsePolytope
  /// r, the number of inequalities.
  let rows: Int
  /// d, the number of coordinates.
  let dimension: Int
  let tableau: UnsafeMutablePointer<Scalar>
  /// The variable of each column, the variable of each row.
  let nonbasic: UnsafeMutablePointer<Int>
  let basic: UnsafeMutablePointer<Int>
  /// For each variable its column, or d + its row.
  let place: UnsafeMutablePointer<Int>
  private let tied: UnsafeMutablePointer<Int>
  private let seen: UnsafeMutablePointer<UInt8>
  /// The smallest pivot since the last fresh computation, and the number of pivots.
  private(set) var smallestPivot = Double.infinity
  private(set) var pivotsSinceRebuild = 0

  /// Whether some comparison so far could not tell a tie from a small difference: one was neither,
  /// or there were both ties and differences small enough for the ties to be their products.
  var isAmbiguous: Bool { seen[0] & 4 != 0 || seen[0] & 3 == 3 }

  /// The dictionary of the vertex 0, all coordinates nonbasic.
  init(_ polytope: BestResponsePolytope) {
    self.polytope = polytope
    rows = polytope.rows
    dimension = polytope.dimension
    tableau = .allocate(capacity: (dimension + 1) * rows)
    nonbasic = .allocate(capacity: dimension)
    basic = .allocate(capacity: rows)
    place = .allocate(capacity: dimension + rows)
    tied = .allocate(capacity: rows)
    seen = .allocate(capacity: 1)
    seen[0] = 0
    reset()
  }

  deinit {
    tableau.deallocate()
    nonbasic.deallocate()
    basic.deallocate()
    place.deallocate()
    tied.deallocate()
    seen.deallocate()
  }

  /// The values of the basic variables, shape [row].
  var values: UnsafeMutablePointer<Scalar> { tableau + dimension * rows }

  /// The value of a variable at the vertex.
  func value(of variable: Int) -> Double {
    place[variable] < dimension ? 0 : values[place[variable] - dimension].rounded
  }

  /// Whether the variable is basic.
  func isBasic(_ variable: Int) -> Bool { place[variable] >= dimension }

  /// Whether some comparison so far was a tie.
  var hasTies: Bool { seen[0] & 1 != 0 }

  /// Remembers what kind of difference from 0 this is.
  func note(difference: Double) {
    if difference >= Scalar.suspicious { return }
    seen[0] |=
      difference <= Scalar.tolerance ? 1 : difference >= Scalar.clearlyDifferent ? 2 : 4
  }

  /// Returns to the vertex 0.
  mutating func reset() {
    let count = rows * dimension
    polytope.differences.withUnsafeBufferPointer { source in
      for k in 0..<count { tableau[k] = Scalar(source[k]) + Scalar(1) }
    }
    for i in 0..<rows {
      values[i] = Scalar(1)
      basic[i] = dimension + i
      place[dimension + i] = dimension + i
    }
    for c in 0..<dimension {
      nonbasic[c] = c
      place[c] = c
    }
    smallestPivot = .infinity
    pivotsSinceRebuild = 0
  }

  /// Exchanges the nonbasic variable of `column` with the basic one of `row`. Cost O(rd).
  mutating func pivot(row: Int, column: Int) {
    let r = rows
    let pivotColumn = tableau + column * r
    let pivot = pivotColumn[row]
    let inverse = Scalar(1) / pivot
    let zero = Scalar(0)
    for c in 0...dimension where c != column {
      let target = tableau + c * r
      let factor = target[row] * inverse
      if factor != zero {
        for i in 0..<r { target[i] = target[i] - factor * pivotColumn[i] }
      }
      target[row] = factor
    }
    let minusInverse = zero - inverse
    for i in 0..<r { pivotColumn[i] = pivotColumn[i] * minusInverse }
    pivotColumn[row] = inverse
    swap(&nonbasic[column], &basic[row])
    place[nonbasic[column]] = column
    place[basic[row]] = dimension + row
    smallestPivot = min(smallestPivot, abs(pivot.rounded))
    pivotsSinceRebuild += 1
  }

  /// Whether rounding error may have built up: many pivots, or a small one.
  var isStale: Bool {
    pivotsSinceRebuild >= Scalar.pivotsBetweenRebuilds || smallestPivot < 1e-5
  }

  /// Recomputes the tableau of the current basis from the polytope. Returns false, leaving the
  /// vertex 0, where the basis is singular to working precision.
  @discardableResult
  mutating func rebuild() -> Bool {
    rebuild(coordinates: basicCoordinates(), slacks: nonbasicSlacks())
  }

  /// The basic coordinates, the support of the strategy if none of them is 0; ascending.
  func basicCoordinates() -> [Int] {
    var list: [Int] = []
    for c in 0..<dimension where isBasic(c) { list.append(c) }
    return list
  }

  /// The inequalities tight by the choice of basis, as rows of M, ascending.
  func nonbasicSlacks() -> [Int] {
    var list: [Int] = []
    for i in 0..<rows where !isBasic(dimension + i) { list.append(i) }
    return list
  }

  /// The tableau of the basis in which `coordinates` are basic and the slacks of the inequalities
  /// `slacks` (as many) are not, by pivoting from the vertex 0 on the largest entry left. Returns
  /// false, leaving the vertex 0, where the basis is singular to working precision.
  @discardableResult
  mutating func rebuild(coordinates: [Int], slacks: [Int]) -> Bool {
    precondition(coordinates.count == slacks.count, "not a basis")
    reset()
    var columns = coordinates
    var pivotRows = slacks
    while !columns.isEmpty {
      var best = 0.0
      var at = (column: 0, row: 0)
      for (a, c) in columns.enumerated() {
        for (b, i) in pivotRows.enumerated() where abs(tableau[c * rows + i].rounded) > best {
          best = abs(tableau[c * rows + i].rounded)
          at = (a, b)
        }
      }
      guard best > Scalar.tolerance * 0.1 else {
        reset()
        return false
      }
      pivot(row: pivotRows[at.row], column: columns[at.column])
      columns.swapAt(at.column, columns.count - 1)
      columns.removeLast()
      pivotRows.swapAt(at.row, pivotRows.count - 1)
      pivotRows.removeLast()
    }
    pivotsSinceRebuild = 0
    smallestPivot = .infinity
    return true
  }

  /// The row whose variable leaves when that of `column` enters, by the lexicographic ratio test;
  /// nil where rounding has left no entry to pivot on (the polytope is bounded).
  func leavingRow(entering column: Int) -> Int? {
    let entries = tableau + column * rows
    let zero = Scalar(0)
    // An entry below this is a zero blurred by rounding.
    let threshold = 10 * Scalar.tolerance
    func ratio(_ i: Int) -> Scalar { (values[i] < zero ? zero : values[i]) / entries[i] }
    var least = zero
    var first = -1
    for i in 0..<rows where entries[i].rounded > threshold {
      let ratio = ratio(i)
      if first < 0 || ratio < least {
        least = ratio
        first = i
      }
    }
    if first < 0 { return nil }
    tied[0] = first
    var count = 1
    for i in 0..<rows where i != first && entries[i].rounded > threshold {
      let difference = (ratio(i) - least).rounded
      note(difference: difference)
      if difference <= Scalar.tolerance {
        tied[count] = i
        count += 1
      }
    }
    var slack = 0
    while count > 1 && slack < rows {
      count = keepLeast(of: count, slack: slack, entries: entries)
      slack += 1
    }
    return tied[0]
  }

  /// Among the first `count` tied rows keeps those with the least entry of the inverse basis's
  /// column `slack`, relative to the pivot entry; returns how many.
  private func keepLeast(of count: Int, slack: Int, entries: UnsafeMutablePointer<Scalar>) -> Int {
    let location = place[dimension + slack]
    let row = location - dimension
    func ratio(_ i: Int) -> Scalar {
      location < dimension
        ? tableau[location * rows + i] / entries[i] : Scalar(i == row ? 1 : 0) / entries[i]
    }
    var least = ratio(tied[0])
    for k in 1..<count { least = min(least, ratio(tied[k])) }
    let scale = 1 + abs(least.rounded)
    var kept = 0
    for k in 0..<count {
      let difference = (ratio(tied[k]) - least).rounded / scale
      note(difference: difference)
      if difference <= Scalar.tolerance {
        tied[kept] = tied[k]
        kept += 1
      }
    }
    return kept
  }
}
