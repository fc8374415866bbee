import Equilibria
import Testing

/// What every complete enumeration must satisfy.
func checkLaws(_ found: EquilibriumSet, of game: BimatrixGame, _ location: SourceLocation) {
  #expect(found.isComplete, "\(name(game))", sourceLocation: location)
  let stakes = max(game.stakes.row, game.stakes.column)
  for equilibrium in found.equilibria {
    let (x, y) = (equilibrium.strategies[0], equilibrium.strategies[1])
    // Far inside the 1e-10 promised: every probability is good to some ulp.
    #expect(game.maxRegret(x, y) <= 1e-13 * stakes, "\(name(game))", sourceLocation: location)
    #expect(abs(x.reduce(0, +) - 1) <= 1e-14 && abs(y.reduce(0, +) - 1) <= 1e-14)
    let values = game.expectedPayoffs(x, y)
    #expect(equilibrium.values == [values.row, values.column])
  }
  #expect(found.components.joined().sorted() == Array(found.equilibria.indices))
  #expect(found.componentIndices.count == found.components.count)
  #expect(found.componentIndices.reduce(0, +) == 1, sourceLocation: location)
  if !found.isDegenerate {
    #expect(found.components.allSatisfy { $0.count == 1 } && found.equilibria.count % 2 == 1)
    #expect(found.componentIndices.allSatisfy { abs($0) == 1 })
  }
}

/// All equilibria, with the laws checked.
func enumerated(
  _ game: BimatrixGame, _ location: SourceLocation = #_sourceLocation
) -> EquilibriumSet {
  let found = VertexEnumeration().solve(game)
  checkLaws(found, of: game, location)
  return found
}

@Suite struct `StageGame vertex enumeration` {
  @Test func `battle of the sexes`() throws {
    let game = try BimatrixGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    let found = enumerated(game)
    #expect(
      found.equilibria.map(\.strategies) == [
        [[1, 0], [1, 0]], [[0, 1], [0, 1]], [[0.6, 0.4], [0.4, 0.6]],
      ])
    #expect(found.equilibria[2].values.allSatisfy { abs($0 - 1.2) <= 0x1p-51 })
    #expect(found.components == [[0], [1], [2]])
    #expect(found.componentIndices == [1, 1, -1])
    #expect(!found.isDegenerate)
  }

  /// Every nonempty set of actions, played uniformly by both, is an equilibrium: 2ⁿ − 1, and there
  /// is no other. The index of a support of size k is (−1)^(k+1).
  @Test(arguments: 1...8)
  func `coordination`(n: Int) throws {
    let found = enumerated(try .coordination(n))
    #expect(found.equilibria.count == 1 << n - 1)
    for (equilibrium, index) in zip(found.equilibria, found.componentIndices) {
      #expect(equilibrium.strategies[0] == equilibrium.strategies[1])
      let support = equilibrium.strategies[0].count(where: { $0 > 0 })
      #expect(
        equilibrium.strategies[0].allSatisfy { $0 == 0 || abs($0 * Double(support) - 1) <= 0x1p-50 }
      )
      #expect(index == (support % 2 == 0 ? -1 : 1))
    }
  }

  /// von Stengel (1999), "New maximal numbers of equilibria in bimatrix games", Discrete and
  /// Computational Geometry 21, 557–568: a 6 × 6 game with 75 equilibria, more than the 2⁶ − 1 once
  /// conjectured to be the maximum. Payoffs as in Gambit's catalogue. Also in a form no tolerance
  /// may depend on: other units and a large constant.
  @Test(arguments: [(1.0, 0.0), (0x1p-40, 0.0), (1.0, 1e9), (0x1p200, 0.0)])
  func `the 6 by 6 game with 75 equilibria`(factor: Double, offset: Double) throws {
    let a: [[Double]] = [
      [9504, -660, 19976, -20526, 1776, -8976],
      [-111771, 31680, -130944, 168124, -8514, 52764],
      [397584, -113850, 451176, -586476, 29216, -178761],
      [171204, -45936, 208626, -263076, 14124, -84436],
      [1303104, -453420, 1227336, -1718376, 72336, -461736],
      [737154, -227040, 774576, -1039236, 48081, -300036],
    ]
    let b: [[Double]] = [
      [72336, 48081, 29216, 14124, 1776, -8514],
      [-461736, -300036, -178761, -84436, -8976, 52764],
      [1227336, 774576, 451176, 208626, 19976, -130944],
      [-1718376, -1039236, -586476, -263076, -20526, 168124],
      [1303104, 737154, 397584, 171204, 9504, -111771],
      [-453420, -227040, -113850, -45936, -660, 31680],
    ]
    let game = try BimatrixGame(a, b).transformed(row: (factor, offset), column: (factor, offset))
    let found = enumerated(game)
    #expect(found.equilibria.count == 75)
    #expect(!found.isDegenerate)
  }

  /// Numbers of equilibria of the games named by seeds 1 to 10, from quantecon 0.11.4
  /// (`vertex_enumeration`, scipy 1.17.1) on the same payoffs.
  @Test(arguments: [
    (4, 4, [3, 1, 1, 1, 1, 3, 1, 1, 3, 3]), (6, 6, [3, 3, 3, 5, 1, 1, 3, 3, 3, 5]),
    (4, 7, [1, 3, 5, 1, 3, 5, 3, 3, 3, 5]), (9, 5, [9, 3, 3, 9, 7, 1, 7, 7, 1, 3]),
    (8, 8, [9, 5, 1, 13, 15, 9, 7, 7, 7, 3]), (10, 10, [17, 11, 15, 15, 5, 7, 7, 1, 13, 21]),
    (12, 12, [25, 7, 17, 15, 7, 25, 9, 17, 43, 35]),
  ])
  func `numbers of equilibria of random games`(m: Int, n: Int, counts: [Int]) throws {
    for (seed, count) in counts.enumerated() {
      let found = enumerated(try .uniform(m, n, seed: UInt64(seed + 1)))
      #expect(found.equilibria.count == count, "seed \(seed + 1)")
    }
  }

  @Test func `random games agree with support enumeration`() throws {
    for (m, n, games) in [(2, 2, 60), (3, 3, 60), (2, 5, 40), (4, 3, 40), (5, 5, 30), (6, 6, 6)] {
      for seed in 0..<games {
        let game = try BimatrixGame.uniform(m, n, seed: UInt64(1000 + seed))
        #expect(
          sameProfiles(enumerated(game).equilibria, supportEnumeration(game)), "\(name(game))")
      }
    }
  }

  @Test(arguments: [(4, 4, 1000, 60), (5, 5, 100, 15), (3, 6, 50, 30), (6, 6, 20, 2)])
  func `integer games agree with exact arithmetic`(m: Int, n: Int, bound: Int, games: Int) throws {
    var generator = SplitMix64(seed: UInt64(bound))
    for _ in 0..<games {
      let game = try BimatrixGame.integers(m, n, below: bound, using: &generator)
      let exact = ExactReference(game).equilibria(of: game)
      #expect(
        sameProfiles(enumerated(game).equilibria, exact, tolerance: 1e-13), "\(name(game))")
    }
  }

  @Test func `shapes with one action`() throws {
    let one = enumerated(try BimatrixGame([[5]], [[-7]]))
    #expect(one.equilibria == [StageEquilibrium(strategies: [[1], [1]], values: [5, -7])])
    let wide = enumerated(try BimatrixGame([[1, 2, 3, 4]], [[0, 9, 1, 9]]))
    #expect(wide.equilibria.map { $0.strategies[1] } == [[0, 1, 0, 0], [0, 0, 0, 1]])
    #expect(wide.components == [[0, 1]] && wide.isDegenerate)
    let tall = enumerated(try BimatrixGame([[1], [4], [3]], [[0], [0], [1]]))
    #expect(tall.equilibria.map(\.strategies) == [[[0, 1, 0], [1]]])
    #expect(!tall.isDegenerate)
  }

  /// Multiplying payoffs by a power of two changes no rounding, so not one bit of a strategy.
  @Test(arguments: [-1000, -20, 30, 1000])
  func `units do not matter`(exponent: Int) throws {
    let factor = Double(sign: .plus, exponent: exponent, significand: 1)
    for seed in 1...20 {
      let game = try BimatrixGame.uniform(5, 4, seed: UInt64(seed))
      let scaled = try game.transformed(row: (factor, 0), column: (1 / factor, 0))
      #expect(
        enumerated(game).equilibria.map(\.strategies)
          == enumerated(scaled).equilibria.map(\.strategies))
      let path = try LemkeHowson().solve(game).equilibrium?.strategies
      #expect(try LemkeHowson().solve(scaled).equilibrium?.strategies == path)
    }
  }

  /// Payoffs rounded to 2⁻²⁵ so that 10⁶ and 2²⁷ more of them are exact: the answer is the same
  /// bit by bit. Other factors perturb the payoffs by their rounding only.
  @Test func `common constants and factors do not matter`() throws {
    for seed in 1...20 {
      let uniform = try BimatrixGame.uniform(5, 5, seed: UInt64(seed))
      let coarse = { (x: Double) in (x * 0x1p25).rounded() * 0x1p-25 }
      let game = try BimatrixGame(
        rows: 5, columns: 5, rowPayoffs: uniform.rowPayoffs.map(coarse),
        columnPayoffs: uniform.columnPayoffs.map(coarse))
      let plain = enumerated(game).equilibria
      let raised = try game.transformed(row: (1, 1e6), column: (1, -0x1p27))
      #expect(enumerated(raised).equilibria.map(\.strategies) == plain.map(\.strategies))
      let other = try game.transformed(row: (1e-6, 0), column: (3e7, 1e6))
      #expect(sameProfiles(enumerated(other).equilibria, plain, tolerance: 1e-10))
      let first = try #require(try LemkeHowson(droppedLabel: 2).solve(game).equilibrium)
      let second = try #require(try LemkeHowson(droppedLabel: 2).solve(raised).equilibrium)
      #expect(first.strategies == second.strategies)
    }
  }

  /// Coordination worth 1 or b: in the mixed equilibrium each plays the better action with
  /// probability 1/(1 + b), and that is no zero. Below 1e-12 it is one, as documented: the mixed and
  /// the lesser pure equilibrium are then one, of index −1 + 1, and the game is called degenerate.
  @Test(arguments: [1e6, 1e9, 1e11])
  func `stakes of very different size`(b: Double) throws {
    let a = [[b, 0], [0, 1]]
    let found = enumerated(try BimatrixGame(a, a))
    try #require(found.equilibria.count == 3)
    #expect(found.componentIndices == [1, 1, -1])
    #expect(abs(found.equilibria[2].strategies[0][0] * (1 + b) - 1) <= 1e-15)
    let beyond = enumerated(try BimatrixGame([[1e15, 0], [0, 1]], [[1e15, 0], [0, 1]]))
    #expect(beyond.isDegenerate && beyond.componentIndices == [1, 0])
  }

  /// Payoffs uniform on [0, 1) but for a forbidding −10⁹ in every third cell or so: the regret must
  /// be negligible in the units of the small payoffs. Ties among the forbidding payoffs beside
  /// differences of 1e-9 stakes and their products can defeat even 32 digits; that is then said.
  @Test func `forbidding payoffs`() throws {
    var generator = SplitMix64(seed: 6)
    var complete = 0
    for _ in 0..<30 {
      let table = (0..<32).map { _ in
        generator.uniform() < 0.3 ? -1e9 : generator.uniform()
      }
      let game = try BimatrixGame(
        rows: 4, columns: 4, rowPayoffs: Array(table[..<16]), columnPayoffs: Array(table[16...]))
      let found = VertexEnumeration().solve(game)
      if !found.isComplete {
        #expect(found.end == .unverified)
        continue
      }
      complete += 1
      #expect(found.maxRegret <= 1e-6, "\(name(game))")
      for profile in PureEquilibria.all(of: game, tolerance: 0) {
        let listed = found.equilibria.contains {
          $0.strategies[0][profile.row] == 1 && $0.strategies[1][profile.column] == 1
        }
        #expect(listed, "\(profile) of \(name(game))")
      }
    }
    #expect(complete >= 28)
  }

  @Test func `the largest payoffs`() throws {
    let huge = enumerated(
      try BimatrixGame([[1e300, 0], [0, 1e300]], [[-1e300, 0], [0, 5e299]]))
    #expect(huge.equilibria.count == 1)
  }

  @Test func `dominated actions are no obstacle`() throws {
    // 100 × 100: 3 × 3 coordination, every further action worse by at least 1 against anything.
    var a = [Double](repeating: 0, count: 10_000)
    var b = a
    for i in 0..<100 {
      for j in 0..<100 {
        a[i * 100 + j] = i < 3 ? (i == j ? 1 : 0) : -Double(i)
        b[i * 100 + j] = j < 3 ? (i == j ? 1 : 0) : -Double(j)
      }
    }
    let game = try BimatrixGame(rows: 100, columns: 100, rowPayoffs: a, columnPayoffs: b)
    let found = enumerated(game)
    #expect(found.equilibria.count == 7 && !found.isDegenerate)
    #expect(found.equilibria.allSatisfy { $0.strategies.allSatisfy { $0.count == 100 } })
    let prisoners = enumerated(try BimatrixGame([[3, 0], [5, 1]], [[3, 5], [0, 1]]))
    #expect(prisoners.equilibria.map(\.strategies) == [[[0, 1], [0, 1]]])
  }

  /// More than 64 labels take the wide label sets; supports of two actions exhaust a 2 × n game.
  @Test func `few actions against many`() throws {
    for seed in 1...5 {
      let game = try BimatrixGame.uniform(2, 80, seed: UInt64(seed))
      #expect(sameProfiles(enumerated(game).equilibria, supportEnumeration(game)))
      // Ties keep all 80 columns in the game: the last is a copy of the first, as are the payoffs
      // of all others to the row player.
      let b = (0..<160).map { game.columnPayoffs[$0 % 80 == 79 ? $0 - 79 : $0].rounded() }
      let ties = try BimatrixGame(
        rows: 2, columns: 80, rowPayoffs: game.rowPayoffs, columnPayoffs: b)
      let found = enumerated(ties)
      #expect(found.visitedBases.allSatisfy { $0 > 0 } && found.isDegenerate)
      for label in [0, 1, 2, 40, 81] {
        let end = try #require(try LemkeHowson(droppedLabel: label).solve(ties).equilibrium)
        #expect(found.equilibria.contains { distance($0, end) <= 1e-12 })
      }
    }
  }

  @Test func `limits end a search and say so`() throws {
    let game = try BimatrixGame.uniform(10, 10, seed: 1)
    let all = enumerated(game)
    for limit in [1, 50, 600] {
      let some = VertexEnumeration(maximumVertices: limit).solve(game)
      #expect(some.end == .vertexLimit && !some.isComplete && some.componentIndices.isEmpty)
      #expect(some.visitedBases == [limit, limit])
      #expect(some.equilibria.allSatisfy { all.equilibria.contains($0) })
    }
    let late = VertexEnumeration(timeLimit: .zero).solve(game)
    #expect(late.end == .timeLimit && late.visitedBases[0] < 300)
    let zero = [Double](repeating: 0, count: 65 * 65)
    let large = VertexEnumeration().solve(
      try BimatrixGame(rows: 65, columns: 65, rowPayoffs: zero, columnPayoffs: zero))
    #expect(large.end == .tooManyActions && !large.isComplete && large.equilibria.isEmpty)
  }

  @Test func `the answer is the same every time`() throws {
    let game = try BimatrixGame.uniform(9, 9, seed: 4)
    #expect(enumerated(game) == enumerated(game))
  }
}
