import Equilibria
import Testing

@Suite struct `StageGame bimatrix games` {
  @Test func `malformed games are refused by name`() {
    #expect(throws: StageGameError.noActions(rows: 0, columns: 2)) {
      try BimatrixGame(rows: 0, columns: 2, rowPayoffs: [], columnPayoffs: [])
    }
    #expect(throws: StageGameError.wrongShape(player: 1, rows: 1, columns: 2, entries: 3)) {
      try BimatrixGame(rows: 1, columns: 2, rowPayoffs: [1, 2], columnPayoffs: [1, 2, 3])
    }
    #expect(
      throws: StageGameError.nonFinitePayoff(player: 0, row: 1, column: 0, value: .infinity)
    ) {
      try BimatrixGame(
        rows: 2, columns: 2, rowPayoffs: [1, 2, .infinity, 0], columnPayoffs: [0, 0, 0, 0])
    }
    let error = #expect(throws: StageGameError.self) {
      try BimatrixGame(
        rows: 1, columns: 2, rowPayoffs: [0, 0], columnPayoffs: [-1.5e308, 1.5e308])
    }
    #expect(error?.description.contains("range must be finite") == true)
    #expect(throws: StageGameError.self) {
      try BimatrixGame(rows: 1, columns: 1, rowPayoffs: [.nan], columnPayoffs: [0])
    }
  }

  /// x = (1/4, 3/4), y = (1/2, 1/2, 0) in [[1, 3, 9], [2, 0, 9]]: rows earn 2 and 1 against y, so
  /// x′Ay = 5/4 and the row player gains 3/4. B = [[4, 0, 0], [0, 4, 8]]: columns earn 1, 3, 6
  /// against x, x′By = 2, so the column player gains 4. By hand, all exact in binary.
  @Test func `payoffs and regret by hand`() throws {
    let game = try BimatrixGame([[1, 3, 9], [2, 0, 9]], [[4, 0, 0], [0, 4, 8]])
    let (x, y) = ([0.25, 0.75], [0.5, 0.5, 0])
    #expect(game.expectedPayoffs(x, y) == (1.25, 2))
    #expect(game.maxRegret(x, y) == 4)
    #expect(game.maxRegret([1, 0], [0.5, 0.5, 0]) == 2)
    #expect(game.stakes == (3, 8))
    #expect(game[1, 2] == (9, 8))
    #expect(game.payoff(of: 1, row: 0, column: 0) == 4)
    #expect(!game.isSymmetric)
  }

  @Test func `what is no profile has infinite regret`() throws {
    let game = try BimatrixGame.coordination(2)
    #expect(game.maxRegret([1, 0], [1, 0]) == 0)
    #expect(game.maxRegret([0.5, 0], [1, 0]) == .infinity)
    #expect(game.maxRegret([1, 0], [1.5, -0.5]) == .infinity)
    #expect(game.maxRegret([1, .nan], [1, 0]) == .infinity)
  }

  /// The regret of (x, y) does not change when all payoffs rise by 2⁴⁰; payoffs are multiples of
  /// 2⁻¹⁰, so the shifted table is exact and the answers agree to the last bits of the stakes.
  @Test func `a common constant costs the regret no accuracy`() throws {
    var generator = SplitMix64(seed: 5)
    let table = (0..<2 * 12).map { _ in Double(generator.integer(below: 1024)) * 0x1p-10 }
    let plain = try BimatrixGame(
      rows: 3, columns: 4, rowPayoffs: Array(table[..<12]), columnPayoffs: Array(table[12...]))
    let shifted = try plain.transformed(row: (1, 0x1p40), column: (1, 0x1p40))
    let (x, y) = ([0.2, 0.3, 0.5], [0.1, 0.2, 0.3, 0.4])
    #expect(plain.maxRegret(x, y) == shifted.maxRegret(x, y))
    #expect(plain.maxRegret(x, y) > 0.01)
  }

  @Test func `symmetry is exact and square`() throws {
    #expect(try BimatrixGame([[1, 2], [3, 4]], [[1, 3], [2, 4]]).isSymmetric)
    #expect(try !BimatrixGame([[1, 2], [3, 4]], [[1, 3], [2 + 0x1p-51, 4]]).isSymmetric)
    #expect(try !BimatrixGame([[0, 0]], [[0, 0]]).isSymmetric)
  }

  @Test func `pure equilibria by hand, in order`() throws {
    let chicken = try BimatrixGame([[0, 7], [2, 6]], [[0, 2], [7, 6]])
    #expect(
      PureEquilibria.all(of: chicken)
        == [PureProfile(row: 0, column: 1), PureProfile(row: 1, column: 0)])
    let pennies = try BimatrixGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    #expect(PureEquilibria.all(of: pennies).isEmpty)
    let constant = try BimatrixGame([[3, 3], [3, 3]], [[1, 1], [1, 1]])
    #expect(
      PureEquilibria.all(of: constant).map { [$0.row, $0.column] } == [
        [0, 0], [0, 1], [1, 0], [1, 1],
      ])
  }

  @Test func `pure equilibria count ties within the tolerance and no others`() throws {
    let game = try BimatrixGame([[1], [1 - 4e-12]], [[0], [0]])
    #expect(PureEquilibria.all(of: game).count == 2)
    #expect(PureEquilibria.all(of: game, tolerance: 1e-12).map(\.row) == [0])
    #expect(PureEquilibria.all(of: game, tolerance: 0).map(\.row) == [0])
  }

  @Test func `pure equilibria are the pure profiles without regret`() throws {
    var generator = SplitMix64(seed: 11)
    for _ in 0..<200 {
      let game = try BimatrixGame.integers(3, 4, below: 3, using: &generator)
      var expected: [PureProfile] = []
      for i in 0..<3 {
        for j in 0..<4 {
          let x = (0..<3).map { $0 == i ? 1.0 : 0 }
          let y = (0..<4).map { $0 == j ? 1.0 : 0 }
          if game.maxRegret(x, y) == 0 { expected.append(PureProfile(row: i, column: j)) }
        }
      }
      #expect(PureEquilibria.all(of: game) == expected, "\(name(game))")
    }
  }
}
