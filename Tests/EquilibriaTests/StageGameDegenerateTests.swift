import Equilibria
import Testing

@Suite struct `StageGame degenerate games` {
  /// Everything is an equilibrium: the nine pure profiles are extreme and form one component.
  @Test(arguments: [(3, 3), (2, 5), (1, 4), (10, 10)])
  func `constant payoffs`(m: Int, n: Int) throws {
    let game = try BimatrixGame(
      rows: m, columns: n, rowPayoffs: [Double](repeating: 0.1, count: m * n),
      columnPayoffs: [Double](repeating: -3, count: m * n))
    let found = enumerated(game)
    #expect(found.equilibria.count == m * n && found.equilibria.allSatisfy(\.isPure))
    #expect(found.components == [Array(0..<m * n)] && found.componentIndices == [1])
    #expect(found.isDegenerate)
    let subsets = try #require(found.maximalNashSubsets())
    #expect(subsets.count == 1 && subsets[0].rowStrategies.count == m)
    #expect(subsets[0].columnStrategies.count == n)
  }

  /// quantecon's documented example: an isolated equilibrium, and a segment of the column player's
  /// strategies against the first row, of index 0 (it vanishes when (1, 1) pays the column 2.9).
  @Test func `a segment and a point`() throws {
    let game = try BimatrixGame([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
    let found = enumerated(game)
    let known = [
      StageEquilibrium([1, 0, 0], [1, 0], in: game),
      StageEquilibrium([1, 0, 0], [2 / 3.0, 1 / 3.0], in: game),
      StageEquilibrium([0, 1 / 3.0, 2 / 3.0], [1 / 3.0, 2 / 3.0], in: game),
    ]
    #expect(zip(found.equilibria, known).allSatisfy { distance($0, $1) <= 0x1p-52 })
    #expect(found.components == [[0, 1], [2]] && found.componentIndices == [0, 1])
    #expect(found.isDegenerate)
    #expect(try #require(found.maximalNashSubsets()).map(\.equilibria) == [[0, 1], [2]])
    let without = try BimatrixGame([[3, 3], [2, 5], [0, 6]], [[2.9, 3], [2, 6], [3, 1]])
    #expect(enumerated(without).equilibria.count == 1)
  }

  /// Weak dominance: (0, 0) is strict; (1, 1) is an equilibrium in weakly dominated actions, alone
  /// in its component, of index 0. The pure profiles (0, 1) and (1, 0) are none.
  @Test func `a weakly dominated equilibrium`() throws {
    let found = enumerated(try BimatrixGame([[1, 0], [0, 0]], [[1, 0], [0, 0]]))
    #expect(found.equilibria.map(\.strategies) == [[[1, 0], [1, 0]], [[0, 1], [0, 1]]])
    #expect(found.components == [[0], [1]] && found.componentIndices == [1, 0])
    #expect(found.isDegenerate)
  }

  /// The game of Nashpy's issue 82 (costs there, hence the signs), where support enumeration finds
  /// 5 equilibria; its reporter lists 8, found by other means, among them (0, 1/2, 1/2) against
  /// (0, 1/2, 1/2, 0, 0).
  @Test func `a game on which support enumeration fails`() throws {
    let a: [[Double]] = [[0, 0, 6, 0, 0], [0, 0, 3, 2, 1], [4, 3, 0, 0, 1]]
    let b: [[Double]] = [[3, 0, 2, 1, 0], [0, 2, 0, 0, 4], [4, 0, 2, 4, 4]]
    let game = try BimatrixGame(a.map { $0.map { -$0 } }, b.map { $0.map { -$0 } })
    let found = enumerated(game).equilibria
    #expect(found.count == 8)
    let listed = StageEquilibrium([0, 0.5, 0.5], [0, 0.5, 0.5, 0, 0], in: game)
    #expect(found.contains { distance($0, listed) <= 1e-15 })
    #expect(supportEnumeration(game).count < 8)
  }

  /// All 6,561 games of 2 × 2 actions with payoffs 0, 1, 2, against exact arithmetic.
  @Test func `every 2 by 2 game with three payoff levels`() throws {
    for code in 0..<6561 {
      var digits = code
      let payoffs = (0..<8).map { _ in
        defer { digits /= 3 }
        return Double(digits % 3)
      }
      try compareWithExact(
        BimatrixGame(
          rows: 2, columns: 2, rowPayoffs: Array(payoffs[..<4]),
          columnPayoffs: Array(payoffs[4...])))
    }
  }

  @Test(arguments: [
    (2, 3, 3, 300), (3, 3, 2, 300), (3, 3, 3, 300), (4, 3, 2, 200), (4, 4, 2, 100), (4, 4, 3, 100),
    (5, 3, 3, 60), (5, 5, 3, 12), (5, 5, 2, 12), (6, 6, 2, 1), (6, 6, 3, 1),
  ])
  func `small payoff levels against exact arithmetic`(
    m: Int, n: Int, levels: Int, games: Int
  ) throws {
    var generator = SplitMix64(seed: UInt64(100 * m + 10 * n + levels))
    for _ in 0..<games {
      try compareWithExact(.integers(m, n, below: levels, using: &generator))
    }
  }

  private func compareWithExact(_ game: BimatrixGame) throws {
    let exact = ExactReference(game)
    let found = enumerated(game)
    #expect(
      sameProfiles(found.equilibria, exact.equilibria(of: game), tolerance: 1e-13),
      "\(name(game))")
    #expect(found.components.map(\.count).sorted() == exact.componentSizes, "\(name(game))")
    // Elimination can only remove degeneracy, and without it the two notions are the same.
    if hasStrictlyDominatedAction(game) {
      #expect(!found.isDegenerate || exact.isDegenerate, "\(name(game))")
    } else {
      #expect(found.isDegenerate == exact.isDegenerate, "\(name(game))")
    }
    for profile in PureEquilibria.all(of: game) {
      let listed = found.equilibria.contains {
        $0.strategies[0][profile.row] == 1 && $0.strategies[1][profile.column] == 1
      }
      #expect(listed, "\(profile) of \(name(game))")
    }
  }

  private func hasStrictlyDominatedAction(_ game: BimatrixGame) -> Bool {
    let (m, n) = (game.rows, game.columns)
    let row = (0..<m).contains { i in
      (0..<m).contains { k in (0..<n).allSatisfy { game[k, $0].row > game[i, $0].row } }
    }
    let column = (0..<n).contains { j in
      (0..<n).contains { l in (0..<m).allSatisfy { game[$0, l].column > game[$0, j].column } }
    }
    return row || column
  }

  /// Copies of actions: a game and its copy with each row twice have the same equilibria once the
  /// copies' probabilities are added up, and as many components of the same indices.
  @Test func `duplicate actions`() throws {
    for seed in 1...30 {
      let game = try BimatrixGame.uniform(3, 4, seed: UInt64(seed))
      let doubled = try BimatrixGame(
        rows: 6, columns: 4, rowPayoffs: game.rowPayoffs + game.rowPayoffs,
        columnPayoffs: game.columnPayoffs + game.columnPayoffs)
      let plain = enumerated(game)
      let found = enumerated(doubled)
      let folded = found.equilibria.map { equilibrium in
        let x = equilibrium.strategies[0]
        return StageEquilibrium(
          (0..<3).map { x[$0] + x[$0 + 3] }, equilibrium.strategies[1], in: game)
      }
      #expect(folded.allSatisfy { f in plain.equilibria.contains { distance(f, $0) <= 1e-12 } })
      #expect(found.components.count == plain.components.count)
      #expect(found.componentIndices.sorted() == plain.componentIndices.sorted())
      // A support of k rows can be written with copies in 2ᵏ extreme ways.
      let expected = plain.equilibria.reduce(0) {
        $0 + 1 << $1.strategies[0].count(where: { $0 > 0 })
      }
      #expect(found.equilibria.count == expected && found.isDegenerate)
    }
  }

  @Test func `maximal Nash subsets are products, maximal, and cover`() throws {
    var generator = SplitMix64(seed: 77)
    var several = 0
    for round in 0..<200 {
      let game = try BimatrixGame.integers(
        2 + round % 3, 2 + round / 3 % 3, below: 2, using: &generator)
      let found = enumerated(game)
      let subsets = try #require(found.maximalNashSubsets())
      #expect(
        Set(subsets.flatMap(\.equilibria)) == Set(found.equilibria.indices), "\(name(game))")
      for subset in subsets {
        #expect(
          subset.equilibria.count == subset.rowStrategies.count * subset.columnStrategies.count)
        several += subset.equilibria.count > 1 ? 1 : 0
        // A random mixture of each side is an equilibrium.
        let x = mixture(of: subset.rowStrategies, using: &generator)
        let y = mixture(of: subset.columnStrategies, using: &generator)
        #expect(game.maxRegret(x, y) <= 1e-14)
        // No extreme strategy can be added to either side.
        for equilibrium in found.equilibria {
          let (x, y) = (equilibrium.strategies[0], equilibrium.strategies[1])
          if !subset.rowStrategies.contains(x) {
            #expect(subset.columnStrategies.contains { game.maxRegret(x, $0) > 1e-9 })
          }
          if !subset.columnStrategies.contains(y) {
            #expect(subset.rowStrategies.contains { game.maxRegret($0, y) > 1e-9 })
          }
        }
        // A subset lies in one component.
        #expect(found.components.contains { Set($0).isSuperset(of: subset.equilibria) })
      }
    }
    #expect(several > 100)
    let game = try BimatrixGame.coordination(3)
    #expect(enumerated(game).maximalNashSubsets(limit: 6) == nil)
    #expect(enumerated(game).maximalNashSubsets(limit: 7)?.count == 7)
  }

  private func mixture(
    of strategies: [[Double]], using generator: inout SplitMix64
  ) -> [Double] {
    let weights = strategies.map { _ in generator.uniform() + 0.01 }
    let sum = weights.reduce(0, +)
    return strategies[0].indices.map { a in
      zip(weights, strategies).reduce(0) { $0 + $1.0 / sum * $1.1[a] }
    }
  }

  /// Ties of rounding size, as stage games assembled from computed values have them: payoffs 0, 1,
  /// 2 disturbed by at most 1e-14 must be read as the ties they stand for.
  @Test func `ties blurred by rounding`() throws {
    var generator = SplitMix64(seed: 9)
    for round in 0..<150 {
      let (m, n) = (2 + round % 3, 2 + round / 3 % 3)
      let game = try BimatrixGame.integers(m, n, below: 3, using: &generator)
      // Stakes are the unit of every tolerance; a player without any has no ties to blur.
      if min(game.stakes.row, game.stakes.column) == 0 { continue }
      let blurred = try BimatrixGame(
        rows: m, columns: n,
        rowPayoffs: game.rowPayoffs.map { $0 + 2e-14 * (generator.uniform() - 0.5) },
        columnPayoffs: game.columnPayoffs.map { $0 + 2e-14 * (generator.uniform() - 0.5) })
      let found = VertexEnumeration().solve(blurred)
      #expect(found.isComplete, "\(name(game))")
      #expect(
        sameProfiles(found.equilibria, enumerated(game).equilibria, tolerance: 1e-11),
        "\(name(game))")
    }
  }

  /// Differences of 1e-9 stakes between payoffs 0, 1, 2 are no ties: the game is nondegenerate, and
  /// has the equilibria it has when the differences are 1e-3 stakes.
  @Test func `differences too small for double precision`() throws {
    for round in 0..<40 {
      func game(_ size: Double) throws -> BimatrixGame {
        var generator = SplitMix64(seed: UInt64(round))
        let table = (0..<50).map { _ in
          Double(generator.integer(below: 3)) + size * generator.uniform()
        }
        return try BimatrixGame(
          rows: 5, columns: 5, rowPayoffs: Array(table[..<25]), columnPayoffs: Array(table[25...]))
      }
      let (small, large) = (enumerated(try game(1e-9)), enumerated(try game(1e-3)))
      #expect(!small.isDegenerate && !large.isDegenerate)
      #expect(
        small.equilibria.map { $0.strategies.map { $0.map { $0 > 0 } } }
          == large.equilibria.map { $0.strategies.map { $0.map { $0 > 0 } } })
      #expect(try LemkeHowson().solve(game(1e-9)).converged)
    }
  }
}
