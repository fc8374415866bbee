import Equilibria
import Testing

@Suite struct `StageGame Lemke-Howson` {
  /// von Stengel (2007), Algorithmic Game Theory ch. 3, example (3.3), and its three equilibria.
  @Test func `the textbook game from every label`() throws {
    let game = try BimatrixGame([[3, 3], [2, 5], [0, 6]], [[3, 2], [2, 6], [3, 1]])
    let known = [
      StageEquilibrium([1, 0, 0], [1, 0], in: game),
      StageEquilibrium([0.8, 0.2, 0], [2.0 / 3, 1.0 / 3], in: game),
      StageEquilibrium([0, 1.0 / 3, 2.0 / 3], [1.0 / 3, 2.0 / 3], in: game),
    ]
    for label in 0..<5 {
      let solution = try LemkeHowson(droppedLabel: label).solve(game)
      let found = try #require(solution.equilibrium)
      #expect(known.contains { distance($0, found) <= 2 * 0x1p-52 }, "label \(label)")
      #expect(solution.maxRegret <= 1e-15)
    }
  }

  @Test func `labels and symmetry are checked`() throws {
    let game = try BimatrixGame.uniform(2, 3, seed: 1)
    #expect(throws: StageGameError.noSuchLabel(5, labels: 5)) {
      try LemkeHowson(droppedLabel: 5).solve(game)
    }
    #expect(throws: StageGameError.noSuchLabel(-1, labels: 5)) {
      try LemkeHowson(droppedLabel: -1).solve(game)
    }
    #expect(throws: StageGameError.notSymmetric) { try LemkeHowson().solveSymmetric(game) }
  }

  @Test func `limits end a path and say so`() throws {
    let game = try BimatrixGame.uniform(30, 30, seed: 2)
    let full = try LemkeHowson().solve(game)
    #expect(full.end == .converged && full.pivots >= 2)
    let cut = try LemkeHowson(maximumPivots: 1).solve(game)
    #expect(cut.end == .pivotLimit && cut.equilibrium == nil && cut.pivots == 1)
    #expect(cut.maxRegret == .infinity && !cut.converged)
    let late = try LemkeHowson(timeLimit: .zero).solve(game)
    #expect(late.end == .timeLimit && late.equilibrium == nil)
    #expect(try LemkeHowson(maximumPivots: full.pivots).solve(game) == full)
  }

  @Test func `degenerate games end at an extreme equilibrium from every label`() throws {
    var generator = SplitMix64(seed: 3)
    for round in 0..<400 {
      let (m, n) = (1 + round % 4, 1 + round / 4 % 4)
      let game = try BimatrixGame.integers(m, n, below: 3, using: &generator)
      let extreme = ExactReference(game).equilibria(of: game)
      for label in 0..<m + n {
        let solution = try LemkeHowson(droppedLabel: label).solve(game)
        #expect(solution.end == .converged, "label \(label) of \(name(game))")
        guard let found = solution.equilibrium else { continue }
        #expect(
          extreme.contains { distance($0, found) <= 1e-14 }, "label \(label) of \(name(game))")
      }
    }
  }

  @Test func `large games, all zero and random`() throws {
    let zero = try BimatrixGame(
      rows: 60, columns: 40, rowPayoffs: [Double](repeating: 0, count: 2400),
      columnPayoffs: [Double](repeating: 0, count: 2400))
    let trivial = try LemkeHowson(droppedLabel: 17).solve(zero)
    #expect(trivial.end == .converged && trivial.equilibrium?.isPure == true)
    for (m, n) in [(100, 100), (200, 30), (7, 300)] {
      let game = try BimatrixGame.uniform(m, n, seed: UInt64(m))
      let solution = try LemkeHowson(droppedLabel: 3).solve(game)
      #expect(solution.end == .converged && solution.maxRegret <= 1e-13)
    }
    // A large degenerate game: payoffs 0 and 1, ties everywhere.
    var generator = SplitMix64(seed: 8)
    let ties = try BimatrixGame.integers(40, 40, below: 2, using: &generator)
    #expect(try LemkeHowson().solve(ties).end == .converged)
  }

  /// Rock, paper, scissors with a win worth `win` and a loss −1: the only equilibrium is uniform,
  /// worth (win − 1)/3.
  @Test(arguments: [1.0, 2.0, 0.5])
  func `rock, paper, scissors`(win: Double) throws {
    let a = [[0, -1, win], [win, 0, -1], [-1, win, 0]]
    let game = try BimatrixGame(a, (0..<3).map { i in (0..<3).map { a[$0][i] } })
    for label in 0..<3 {
      let solution = try #require(
        try LemkeHowson(droppedLabel: label).solveSymmetric(game).equilibrium)
      for probability in solution.strategies.joined() {
        #expect(abs(probability - 1 / 3.0) <= 0x1p-53)
      }
      #expect(abs(solution.values[0] - (win - 1) / 3) <= 0x1p-52)
    }
  }

  @Test func `the symmetric path keeps the players alike`() throws {
    // Hawk-dove: the asymmetric pure equilibria must not be returned. p(hawk) = 2/3 by hand.
    let hawkDove = try BimatrixGame([[-1, 4], [0, 2]], [[-1, 0], [4, 2]])
    let mixed = try #require(try LemkeHowson().solveSymmetric(hawkDove).equilibrium)
    #expect(
      distance(mixed, StageEquilibrium([2 / 3.0, 1 / 3.0], [2 / 3.0, 1 / 3.0], in: hawkDove))
        <= 0x1p-52)
    var generator = SplitMix64(seed: 21)
    for round in 0..<300 {
      let n = 1 + round % 7
      // Every third game has integer payoffs and so ties.
      let a = (0..<n * n).map { _ in
        round % 3 == 0 ? Double(generator.integer(below: 3)) : generator.uniform()
      }
      let game = try BimatrixGame(
        rows: n, columns: n, rowPayoffs: a,
        columnPayoffs: (0..<n * n).map { a[$0 % n * n + $0 / n] })
      for label in 0..<n {
        let solution = try LemkeHowson(droppedLabel: label).solveSymmetric(game)
        let found = try #require(solution.equilibrium, "label \(label) of \(name(game))")
        #expect(found.strategies[0] == found.strategies[1])
        #expect(solution.maxRegret <= 1e-14)
      }
    }
  }
}
