import Equilibria
import Statistics
import Testing

/// Value, gap and both strategies of a game.
private func solved(
  _ payoffs: [[Double]]
) -> (value: Double, gap: Double, row: [Double], column: [Double]) {
  let (rows, columns) = (payoffs.count, payoffs[0].count)
  let solver = MatrixGameSolver(maximumRows: rows, maximumColumns: columns)
  solver.solve(payoffs.flatMap(\.self), rows: rows, columns: columns)
  return (
    solver.value, solver.gap, (0..<rows).map { solver.rowStrategy[$0] },
    (0..<columns).map { solver.columnStrategy[$0] }
  )
}

private func agree(_ found: [Double], _ expected: [Double], within tolerance: Double) -> Bool {
  found.count == expected.count
    && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance }
}

/// [[a, b], [c, d]] without a saddle point: x₀ = (d − c)/(a − b − c + d), value (ad − bc)/(same). Payoffs
/// are mapped onto [1, 2] and back: some ten roundings of half an ulp of the range 5, 6e-15.
@Test func `two by two games have their closed form`() {
  let found = solved([[3, -1], [-2, 1]])
  #expect(abs(found.value - 1.0 / 7) <= 6e-15)
  #expect(agree(found.row, [3.0 / 7, 4.0 / 7], within: 1e-15))
  #expect(agree(found.column, [2.0 / 7, 5.0 / 7], within: 1e-15))
  #expect(abs(found.gap) <= 1e-14)
}

@Test func `rock, paper, scissors is worth 0 and mixes evenly`() {
  let found = solved([[0, -1, 1], [1, 0, -1], [-1, 1, 0]])
  #expect(abs(found.value) <= 1e-15)
  #expect(agree(found.row + found.column, [Double](repeating: 1.0 / 3, count: 6), within: 1e-15))
}

@Test func `saddle points are found exactly, the lowest of several`() {
  let single = solved([[4, 2, 5], [3, 1, 9]])
  #expect(single.value == 2 && single.gap == 0)
  #expect(single.row == [1, 0] && single.column == [0, 1, 0])
  let level = solved([[7, 7], [7, 7]])
  #expect(level.value == 7 && level.row == [1, 0] && level.column == [1, 0])
  #expect(solved([[-3]]).value == -3)
  #expect(solved([[1, 0, 2]]).column == [0, 1, 0])
  #expect(solved([[1], [5], [2]]).row == [0, 1, 0])
}

/// Colonel Blotto with 4 regiments against 3 at two posts (McDonald 1950; Dresher 1961): rows
/// (4,0), (0,4), (3,1), (1,3), (2,2), columns (3,0), (0,3), (2,1), (1,2); value 14/9.
@Test func `Colonel Blotto is worth 14 over 9`() {
  let found = solved([
    [4, 0, 2, 1], [0, 4, 1, 2], [1, -1, 3, 0], [-1, 1, 0, 3], [-2, -2, 2, 2],
  ])
  #expect(abs(found.value - 14.0 / 9) <= 1e-14)
  #expect(abs(found.gap) <= 1e-13)
}

/// What the strategies secure, computed here from the payoffs alone.
private func bounds(_ payoffs: [[Double]], _ x: [Double], _ y: [Double]) -> (Double, Double) {
  let columns = payoffs[0].indices
  let secured = columns.map { j in payoffs.indices.reduce(0) { $0 + x[$1] * payoffs[$1][j] } }
  let conceded = payoffs.map { row in columns.reduce(0) { $0 + row[$1] * y[$1] } }
  return (secured.min()!, conceded.max()!)
}

/// Random games of all shapes up to 6 × 6, of three kinds: normal payoffs; −1, 0 and 1, full of ties
/// and of several solutions; and normal ones with repeated rows and columns. The two strategies must
/// prove the value, and Lemke-Howson on (A, −A), which shares no code, must find the same.
@Test func `every answer proves itself and agrees with Lemke-Howson`() throws {
  var stream = RandomStream(seed: 7, role: .agent)
  for rows in 1...6 {
    for columns in 1...6 {
      for kind in 0..<9 {
        var payoffs = (0..<rows).map { _ in
          (0..<columns).map { _ in
            kind % 3 == 1 ? Double(stream.index(below: 3) - 1) : stream.gaussian()
          }
        }
        if kind % 3 == 2 {
          payoffs[rows - 1] = payoffs[0]
          for i in 0..<rows { payoffs[i][columns - 1] = payoffs[i][0] }
        }
        let found = solved(payoffs)
        let (secured, conceded) = bounds(payoffs, found.row, found.column)
        #expect(abs(found.row.reduce(0, +) - 1) <= 1e-14 && found.row.allSatisfy { $0 >= 0 })
        #expect(abs(found.column.reduce(0, +) - 1) <= 1e-14)
        #expect(conceded - secured <= 1e-11 * 8 && found.column.allSatisfy { $0 >= 0 })
        #expect(abs(found.gap - (conceded - secured)) <= 1e-14)
        #expect(secured - 1e-14 <= found.value && found.value <= conceded + 1e-14)
        let flat = payoffs.flatMap(\.self)
        let game = try BimatrixGame(
          rows: rows, columns: columns, rowPayoffs: flat, columnPayoffs: flat.map { -$0 })
        let path = try #require(try LemkeHowson().solve(game).equilibrium)
        #expect(abs(found.value - path.values[0]) <= 1e-10)
      }
    }
  }
}

/// Shifting and scaling changes the value with the payoffs and the strategies not at all, also where
/// the largest difference of payoffs is not a number any more.
@Test(arguments: [(1e-9, 1e3), (1.0, 1e6), (1.7e308, 0), (3e-300, 0)])
func `strategies do not depend on the unit of payoffs`(scale: Double, shift: Double) {
  let base = [[0.5, -1, 0.25], [-0.75, 1, 0], [0.1, 0.2, -1]]
  let plain = solved(base)
  let found = solved(base.map { $0.map { $0 * scale + shift } })
  // Adding a shift rounds payoffs by shift · 1e-16, relative to the scale; the games are well
  // conditioned: strategies move by some ten times that.
  let tolerance = 1e-13 + 1e-14 * shift / scale
  #expect(agree(found.row, plain.row, within: tolerance))
  #expect(agree(found.column, plain.column, within: tolerance))
  #expect(abs((found.value - shift) / scale - plain.value) <= tolerance)
}

/// One solver, games of different shapes in turn: nothing is left over from the one before.
@Test func `a solver can be used again`() {
  let solver = MatrixGameSolver(maximumRows: 3, maximumColumns: 3)
  solver.solve([0, -1, 1, 1, 0, -1, -1, 1, 0], rows: 3, columns: 3)
  solver.solve([3, -1, -2, 1], rows: 2, columns: 2)
  #expect(abs(solver.value - 1.0 / 7) <= 6e-15)
  solver.solve([2, 1], rows: 2, columns: 1)
  #expect(solver.value == 2 && solver.pivots == 0)
}
