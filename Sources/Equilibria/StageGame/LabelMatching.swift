/// The vertices of both best-response polytopes, and which pairs of them carry all labels between
/// them: the equilibria.
///
/// Labels 0..<m are the row actions, m..<m+n the column actions; x has label i where row action i
/// is unused or column action i − m a best response, and y the other way round. (x, y) is an
/// equilibrium exactly when each label occurs in one of the two (von Stengel 2007, proposition
/// 3.9).
struct LabelMatching<Labels: FixedWidthInteger & UnsignedInteger>: ~Copyable {
  let m: Int
  let n: Int
  let rowSide: PolytopeVertices<Labels>
  let columnSide: PolytopeVertices<Labels>

  /// A position in `rowSide.bases` and one in `columnSide.bases`.
  struct Pair {
    var row: Int
    var column: Int
  }

  /// All m + n labels.
  private var full: Labels {
    m + n == Labels.bitWidth ? ~Labels(0) : (Labels(1) << (m + n)) - 1
  }

  /// The labels of a set of variables of the column player's polytope, whose variables 0..<n are
  /// the column actions.
  private func labels(ofColumnVariables variables: Labels) -> Labels {
    (variables >> n) | ((variables << m) & full)
  }

  private func columnVariables(of labels: Labels) -> Labels {
    (labels >> m) | ((labels << n) & full)
  }

  /// The complementary pairs of bases: the equilibria of the lexicographically perturbed game,
  /// which is nondegenerate. If neither polytope is degenerate they are the equilibria of the game.
  func basisPairs() -> [Pair] {
    var pairs: [Pair] = []
    for (k, basis) in rowSide.bases.enumerated() {
      if let match = columnSide.positions[columnVariables(of: full & ~basis)], match >= 0 {
        pairs.append(Pair(row: k, column: match))
      }
    }
    return pairs
  }

  /// For each basis of a polytope the first basis with the same labels, and so at the same vertex.
  static func representatives(_ vertices: borrowing PolytopeVertices<Labels>) -> [Int] {
    var first = LabelTable<Labels>()
    return vertices.labels.enumerated().map { k, labels in first.insert(labels, index: k) }
  }

  /// All pairs of distinct vertices with all labels between them, vertices named by representative.
  ///
  /// One bit set a label, of the column vertices that have it; those matching a row vertex are the
  /// intersection over the labels it lacks, cut short where it is empty. Cost
  /// O(|P| |Q| / 64) times the few labels it takes to empty a word.
  func vertexPairs(rowRepresentatives: [Int], columnRepresentatives: [Int]) -> [Pair] {
    let candidates = columnRepresentatives.indices.filter { columnRepresentatives[$0] == $0 }
    let words = (candidates.count + 63) / 64
    var having = [UInt64](repeating: 0, count: words * (m + n))
    for (position, k) in candidates.enumerated() {
      let labels = labels(ofColumnVariables: columnSide.labels[k])
      for label in 0..<m + n where labels >> label & 1 == 1 {
        having[label * words + position >> 6] |= 1 << UInt64(position & 63)
      }
    }
    var pairs: [Pair] = []
    having.withUnsafeBufferPointer { having in
      for k in rowRepresentatives.indices where rowRepresentatives[k] == k {
        let lacking = (0..<m + n).filter { rowSide.labels[k] >> $0 & 1 == 0 }
        for word in 0..<words {
          var matches = ~UInt64(0)
          for label in lacking {
            matches &= having[label * words + word]
            if matches == 0 { break }
          }
          while matches != 0 {
            let position = word << 6 + matches.trailingZeroBitCount
            pairs.append(Pair(row: k, column: candidates[position]))
            matches &= matches - 1
          }
        }
      }
    }
    return pairs
  }
}
