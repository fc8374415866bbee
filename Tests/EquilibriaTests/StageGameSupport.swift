import Equilibria

/// SplitMix64 (Steele, Lea and Flood 2014), so that the games named by a seed in these tests can be
/// rebuilt by any other program.
struct SplitMix64 {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform on [0, 1), the top 53 bits.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// An integer in 0..<bound; the bias is below 2⁻⁵⁰ for the small bounds used here.
  mutating func integer(below bound: Int) -> Int { Int(next() >> 11) % bound }
}

extension BimatrixGame {
  /// From rows of payoffs.
  init(_ a: [[Double]], _ b: [[Double]]) throws {
    try self.init(
      rows: a.count, columns: a[0].count, rowPayoffs: a.flatMap { $0 },
      columnPayoffs: b.flatMap { $0 })
  }

  /// Both players' payoffs uniform on [0, 1): first all of A, then all of B, row by row.
  static func uniform(_ m: Int, _ n: Int, seed: UInt64) throws -> BimatrixGame {
    var generator = SplitMix64(seed: seed)
    let a = (0..<m * n).map { _ in generator.uniform() }
    let b = (0..<m * n).map { _ in generator.uniform() }
    return try BimatrixGame(rows: m, columns: n, rowPayoffs: a, columnPayoffs: b)
  }

  /// Both players' payoffs uniform on 0..<bound.
  static func integers(
    _ m: Int, _ n: Int, below bound: Int, using generator: inout SplitMix64
  ) throws -> BimatrixGame {
    let a = (0..<m * n).map { _ in Double(generator.integer(below: bound)) }
    let b = (0..<m * n).map { _ in Double(generator.integer(below: bound)) }
    return try BimatrixGame(rows: m, columns: n, rowPayoffs: a, columnPayoffs: b)
  }

  /// Payoffs a·A + b for the row player, c·B + d for the column player.
  func transformed(
    row: (factor: Double, offset: Double), column: (factor: Double, offset: Double)
  ) throws -> BimatrixGame {
    try BimatrixGame(
      rows: rows, columns: columns, rowPayoffs: rowPayoffs.map { row.factor * $0 + row.offset },
      columnPayoffs: columnPayoffs.map { column.factor * $0 + column.offset })
  }

  /// n × n, both earn 1 on the diagonal and 0 off it.
  static func coordination(_ n: Int) throws -> BimatrixGame {
    let table = (0..<n * n).map { $0 / n == $0 % n ? 1.0 : 0.0 }
    return try BimatrixGame(rows: n, columns: n, rowPayoffs: table, columnPayoffs: table)
  }
}

/// The largest difference of two profiles' probabilities.
func distance(_ left: StageEquilibrium, _ right: StageEquilibrium) -> Double {
  zip(left.strategies.joined(), right.strategies.joined()).reduce(0) {
    max($0, abs($1.0 - $1.1))
  }
}

/// Whether `left` and `right` hold the same profiles, to `tolerance`, in whatever order.
func sameProfiles(
  _ left: [StageEquilibrium], _ right: [StageEquilibrium], tolerance: Double = 1e-9
) -> Bool {
  left.count == right.count
    && left.allSatisfy { l in right.contains { distance(l, $0) <= tolerance } }
    && right.allSatisfy { r in left.contains { distance(r, $0) <= tolerance } }
}

/// A game with its name, for messages.
func name(_ game: BimatrixGame) -> String {
  "\(game.rows)×\(game.columns) A=\(game.rowPayoffs) B=\(game.columnPayoffs)"
}
