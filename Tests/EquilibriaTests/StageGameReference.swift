import Equilibria

/// Extreme equilibria by exact integer arithmetic, straight from the definition and independent of
/// the library: every set of d among the d + r inequalities of a best-response polytope is tried as
/// the tight ones, by Cramer's rule.
///
/// Payoffs are nonnegative integers small enough for products of two minors of order n − 1 to fit
/// in 64 bits (overflow traps): below 1000 for n = 4, 100 for n = 5, 20 for n = 6. Cost some
/// C(m + n, m) determinants a polytope.
struct ExactReference {
  struct Vertex: Hashable {
    /// Coordinates times a common denominator, divided by their greatest common divisor.
    var numerators: [Int]
    var labels: Set<Int>

    var strategy: [Double] {
      let sum = Double(numerators.reduce(0, +))
      return numerators.map { Double($0) / sum }
    }
  }

  var rowVertices: [Vertex]
  var columnVertices: [Vertex]
  /// Positions of a row and a column vertex with all labels between them.
  var pairs: [(row: Int, column: Int)] = []

  init(_ game: BimatrixGame) {
    let (m, n) = (game.rows, game.columns)
    // Shifted by 1 to be positive.
    rowVertices = Self.vertices(rows: n, dimension: m, rowLabel: { m + $0 }, columnLabel: { $0 }) {
      j, i in Int(game.columnPayoffs[i * n + j]) + 1
    }
    columnVertices = Self.vertices(
      rows: m, dimension: n, rowLabel: { $0 }, columnLabel: { m + $0 }
    ) { i, j in Int(game.rowPayoffs[i * n + j]) + 1 }
    for (a, x) in rowVertices.enumerated() {
      for (b, y) in columnVertices.enumerated()
      where x.labels.union(y.labels).count == m + n {
        pairs.append((a, b))
      }
    }
  }

  func equilibria(of game: BimatrixGame) -> [StageEquilibrium] {
    pairs.map {
      StageEquilibrium(
        rowVertices[$0.row].strategy, columnVertices[$0.column].strategy, in: game)
    }
  }

  /// The sizes of the connected components, ascending, by flooding.
  var componentSizes: [Int] {
    var left = pairs
    var sizes: [Int] = []
    while let seed = left.popLast() {
      var component = [seed]
      var k = 0
      while k < component.count {
        let here = component[k]
        let isNeighbour = { (p: (row: Int, column: Int)) in
          p.row == here.row || p.column == here.column
        }
        component += left.filter(isNeighbour)
        left.removeAll(where: isNeighbour)
        k += 1
      }
      sizes.append(component.count)
    }
    return sizes.sorted()
  }

  /// Whether some vertex has more labels than its polytope has dimensions.
  var isDegenerate: Bool {
    rowVertices.contains { $0.labels.count > $0.numerators.count }
      || columnVertices.contains { $0.labels.count > $0.numerators.count }
  }

  /// The vertices other than 0 of {z ≥ 0, Mz ≤ 1}.
  static func vertices(
    rows r: Int, dimension d: Int, rowLabel: (Int) -> Int, columnLabel: (Int) -> Int,
    entry: (Int, Int) -> Int
  ) -> [Vertex] {
    var found: [Vertex] = []
    var seen: Set<Vertex> = []
    for support in subsets(of: d) where !support.isEmpty {
      for tight in subsets(of: r) where tight.count == support.count {
        let square = tight.map { i in support.map { entry(i, $0) } }
        var denominator = determinant(square)
        if denominator == 0 { continue }
        var z = [Int](repeating: 0, count: d)
        for (b, c) in support.enumerated() {
          var replaced = square
          for a in replaced.indices { replaced[a][b] = 1 }
          z[c] = determinant(replaced)
        }
        if denominator < 0 {
          denominator = -denominator
          z = z.map { -$0 }
        }
        guard z.allSatisfy({ $0 >= 0 }) else { continue }
        let slacks = (0..<r).map { i in
          denominator - (0..<d).reduce(0) { $0 + entry(i, $1) * z[$1] }
        }
        guard slacks.allSatisfy({ $0 >= 0 }) else { continue }
        let divisor = z.reduce(0, gcd)
        let vertex = Vertex(
          numerators: z.map { $0 / divisor },
          labels: Set(
            (0..<d).filter { z[$0] == 0 }.map(columnLabel)
              + (0..<r).filter { slacks[$0] == 0 }.map(rowLabel)))
        if seen.insert(vertex).inserted { found.append(vertex) }
      }
    }
    return found
  }

  static func subsets(of n: Int) -> [[Int]] {
    (0..<1 << n).map { bits in (0..<n).filter { bits >> $0 & 1 == 1 } }
  }

  private static func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? abs(a) : gcd(b, a % b) }

  /// Bareiss (1968): elimination in which every division is exact.
  static func determinant(_ matrix: [[Int]]) -> Int {
    var a = matrix
    let n = a.count
    var sign = 1
    var previous = 1
    for k in 0..<n - 1 {
      guard let p = (k..<n).first(where: { a[$0][k] != 0 }) else { return 0 }
      if p != k {
        a.swapAt(p, k)
        sign = -sign
      }
      for i in k + 1..<n {
        for j in k + 1..<n {
          a[i][j] = (a[i][j] * a[k][k] - a[i][k] * a[k][j]) / previous
        }
      }
      previous = a[k][k]
    }
    return sign * a[n - 1][n - 1]
  }
}

/// All equilibria of a nondegenerate game by trying every pair of supports of equal size: solve for
/// the indifferent strategies, keep those that are nonnegative and best responses.
func supportEnumeration(_ game: BimatrixGame, largestSupport: Int = .max) -> [StageEquilibrium] {
  let (m, n) = (game.rows, game.columns)
  var found: [StageEquilibrium] = []
  for size in 1...min(m, n, largestSupport) {
    for rows in combinations(m, size) {
      for columns in combinations(n, size) {
        guard
          let y = indifferent(rows, columns, count: n, payoff: { game.rowPayoffs[$0 * n + $1] }),
          let x = indifferent(columns, rows, count: m, payoff: { game.columnPayoffs[$1 * n + $0] })
        else { continue }
        if game.maxRegret(x, y) <= 1e-10 { found.append(StageEquilibrium(x, y, in: game)) }
      }
    }
  }
  return found
}

/// The strategy on `support` (of `count` actions) that makes the rival's `actions` equally good;
/// nil if there is none with positive probabilities.
private func indifferent(
  _ actions: [Int], _ support: [Int], count: Int, payoff: (Int, Int) -> Double
) -> [Double]? {
  let k = support.count
  // Unknowns: k probabilities, then the common payoff. Gauss-Jordan, partial pivoting.
  var a = actions.map { i in support.map { payoff(i, $0) } + [-1, 0] }
  a.append([Double](repeating: 1, count: k) + [0, 1])
  for c in 0...k {
    let p = (c...k).max { abs(a[$0][c]) < abs(a[$1][c]) }!
    if abs(a[p][c]) < 1e-12 { return nil }
    a.swapAt(p, c)
    for i in 0...k where i != c {
      let factor = a[i][c] / a[c][c]
      for j in c...k + 1 { a[i][j] -= factor * a[c][j] }
    }
  }
  var strategy = [Double](repeating: 0, count: count)
  for (b, c) in support.enumerated() {
    let probability = a[b][k + 1] / a[b][b]
    guard probability > 0 else { return nil }
    strategy[c] = probability
  }
  return strategy
}

/// The subsets of 0..<n with `size` members, each ascending.
private func combinations(_ n: Int, _ size: Int) -> [[Int]] {
  if size == 0 { return [[]] }
  if size > n { return [] }
  return combinations(n - 1, size) + combinations(n - 1, size - 1).map { $0 + [n - 1] }
}
