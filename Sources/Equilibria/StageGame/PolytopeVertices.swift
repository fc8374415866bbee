/// All vertices of a best-response polytope except 0, as sets of labels.
///
/// The vertices and edges of a simple polytope form a connected graph in which each vertex has d
/// neighbours, one for each variable that may enter. The graph is searched depth first, the
/// tableau moving along; at a dead end the search resumes at the last neighbour put aside, whose
/// tableau is computed afresh (k ≤ min(d, r) pivots, k its support size). A degenerate polytope is
/// replaced by the simple one of the lexicographic perturbation (`PolytopeDictionary`), each of
/// whose vertices lies at one vertex of the polytope and every vertex of which has one: the same
/// vertex may then be found in several bases.
///
/// Cost: for each basis two pivots or so and d ratio tests, O(rd) in all. Memory: one set of
/// nonbasic variables for each basis and for each neighbour put aside.
struct PolytopeVertices<Labels: FixedWidthInteger & UnsignedInteger>: ~Copyable {
  /// How the search ended.
  enum End { case complete, vertexLimit, timeLimit, unverified }

  /// For each basis found, its nonbasic variables: bits 0..<d coordinates, bits d..<d+r slacks.
  private(set) var bases: [Labels] = []
  /// For each basis found, every variable that is 0 at its vertex; a superset of `bases`.
  private(set) var labels: [Labels] = []
  /// From a basis to its position in `bases`. (The vertex 0 is at -1.)
  private(set) var positions = LabelTable<Labels>()
  /// Whether some vertex has more than d labels.
  private(set) var isDegenerate = false
  private(set) var end = End.complete
  /// Whether some tie could not be told from a small difference.
  private(set) var isAmbiguous = false

  private var aside: [Labels] = []

  /// Searches until done, `maximum` bases are found, or `deadline` has passed (looked at every 256
  /// bases).
  /// Tableaux are of `Scalar`.
  init<Scalar: TableauScalar>(
    of polytope: BestResponsePolytope, maximum: Int, deadline: ContinuousClock.Instant?,
    _: Scalar.Type
  ) {
    var dictionary = PolytopeDictionary<Scalar>(polytope)
    let d = polytope.dimension
    let inverses = UnsafeMutablePointer<Scalar>.allocate(capacity: polytope.rows)
    defer { inverses.deallocate() }
    var current = d == Labels.bitWidth ? ~Labels(0) : (Labels(1) << d) - 1
    positions.insert(current, index: -1)
    while true {
      let next = visit(current, dictionary, inverses)
      if bases.count >= maximum {
        end = .vertexLimit
        break
      }
      if bases.count & 255 == 255, let deadline, ContinuousClock.now >= deadline {
        end = .timeLimit
        break
      }
      if let next {
        dictionary.pivot(row: next.row, column: next.column)
        current = next.basis
        if dictionary.isStale, !dictionary.rebuild() { end = .unverified }
      } else {
        var resumed: Labels?
        while resumed == nil, let basis = aside.popLast() {
          if !positions.contains(basis) { resumed = basis }
        }
        guard let resumed else { break }
        current = resumed
        if !dictionary.rebuild(nonbasic: current) { end = .unverified }
      }
      if end == .unverified { break }
      positions.insert(current, index: bases.count)
    }
    aside = []
    isAmbiguous = dictionary.isAmbiguous
  }

  private struct Step {
    var row: Int
    var column: Int
    var basis: Labels
    var pivot: Double
  }

  /// Records the dictionary's vertex, puts its new neighbours aside but for the one with the
  /// largest pivot, and returns that; nil where there is none.
  private mutating func visit<Scalar>(
    _ basis: Labels, _ dictionary: borrowing PolytopeDictionary<Scalar>,
    _ inverses: UnsafeMutablePointer<Scalar>
  ) -> Step? {
    let (r, d) = (dictionary.rows, dictionary.dimension)
    let values = dictionary.values
    var zeros = basis
    for i in 0..<r {
      let value = values[i].rounded
      if value <= Scalar.tolerance { zeros |= Labels(1) << dictionary.basic[i] }
      dictionary.note(difference: value)
      inverses[i] = Scalar(1) / values[i]
    }
    let isSimple = zeros == basis
    if !isSimple { isDegenerate = true }
    if bases.count > 0 || positions[basis] != -1 {
      bases.append(basis)
      labels.append(zeros)
    }
    var next: Step?
    for c in 0..<d {
      guard
        let row = isSimple
          ? Self.leavingRow(dictionary, c, inverses) : dictionary.leavingRow(entering: c)
      else {
        end = .unverified
        continue
      }
      let neighbour =
        basis ^ (Labels(1) << dictionary.nonbasic[c]) ^ (Labels(1) << dictionary.basic[row])
      if positions.contains(neighbour) { continue }
      let pivot = dictionary.tableau[c * r + row].rounded
      if let known = next, known.pivot >= pivot {
        aside.append(neighbour)
      } else {
        if let known = next { aside.append(known.basis) }
        next = Step(row: row, column: c, basis: neighbour, pivot: pivot)
      }
    }
    return next
  }

  /// The ratio test where no basic variable is 0: the least values(i) / entry(i) is the greatest
  /// entry(i) / values(i), with the divisions done once for all columns. Ties go to the
  /// lexicographic test.
  private static func leavingRow<Scalar>(
    _ dictionary: borrowing PolytopeDictionary<Scalar>, _ column: Int,
    _ inverses: UnsafeMutablePointer<Scalar>
  ) -> Int? {
    let r = dictionary.rows
    let entries = dictionary.tableau + column * r
    var best = Scalar(0)
    var second = Scalar(0)
    var row = -1
    for i in 0..<r {
      let slope = entries[i] * inverses[i]
      if slope > best {
        second = best
        best = slope
        row = i
      } else if slope > second {
        second = slope
      }
    }
    if row < 0 { return nil }
    // 1/second − 1/best is the difference of the ratios.
    if (best - second).rounded <= Scalar.suspicious * best.rounded * second.rounded {
      return dictionary.leavingRow(entering: column)
    }
    return row
  }
}

extension PolytopeDictionary {
  /// The tableau of the basis whose nonbasic variables are the bits of `nonbasic`; false where it
  /// is singular to working precision.
  mutating func rebuild<Labels: FixedWidthInteger>(nonbasic labels: Labels) -> Bool {
    rebuild(
      coordinates: (0..<dimension).filter { labels >> $0 & 1 == 0 },
      slacks: (0..<rows).filter { labels >> (dimension + $0) & 1 == 1 })
  }
}
