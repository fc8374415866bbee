import Environments
import Equilibria
import Testing

/// Exact solvers on the pricing game.
@Suite struct PricingEquilibriumTests {
  /// Grid equilibria by definition: no other grid price pays either firm more.
  private func gridEquilibria(_ market: LogitBertrand) throws -> [[Int]] {
    let grid = try market.grid()
    func profit(_ firm: Int, _ prices: [Int]) -> Double {
      market.profits(prices.map { grid[$0] })[firm]
    }
    var found: [[Int]] = []
    for i in grid.indices {
      for j in grid.indices {
        let own = grid.indices.allSatisfy { profit(0, [$0, j]) <= profit(0, [i, j]) }
        let rival = grid.indices.allSatisfy { profit(1, [i, $0]) <= profit(1, [i, j]) }
        if own && rival { found.append([i, j]) }
      }
    }
    return found
  }

  /// p^N lies 1.17 steps above the bottom of the baseline grid, and a coarse grid has equilibria of
  /// its own on both sides: its second and its third price. One period of backward induction
  /// without memory must pick the one that pays more, or the other.
  @Test func `one-shot equilibria are Nash on the grid`() throws {
    var market = LogitBertrand()
    market.memory = 0
    let game = try market.stochasticGame()
    let expected = try gridEquilibria(market)
    #expect(expected == [[1, 1], [2, 2]])
    for (selection, chosen) in [(BellmanNash.Selection.joint, 2), (.low, 1), (.high, 2)] {
      let solution = try BellmanNash(horizon: 1, selection: selection).solve(game)
      let profile = try #require(solution.profiles.first)
      #expect((0..<2).map { profile[$0].mode(at: 0) } == [chosen, chosen])
      #expect(profile[0][0, chosen] == 1)
    }
    let size = market.prices
    let pure = PureEquilibria.all(
      of: try BimatrixGame(
        rows: size, columns: size,
        rowPayoffs: (0..<size * size).map { game.payoff(0, row: $0) },
        columnPayoffs: (0..<size * size).map { game.payoff(1, row: $0) }))
    #expect(pure == expected.map { PureProfile(row: $0[0], column: $0[1]) })
  }

  /// Playing the one-shot equilibrium whatever happened is an equilibrium with memory too, since the
  /// future then depends on nobody's price; its worth is a geometric series. Always charging the top
  /// price is not.
  @Test func `competition for ever is an equilibrium, collusion without threat is not`() throws {
    let game = try LogitBertrand().stochasticGame()
    func always(_ price: Int) throws -> Certificate {
      let actions = Array(repeating: price, count: game.stateCount)
      return try Certificate(
        game, Profile([game.purePolicy(0, actions), game.purePolicy(1, actions)]))
    }
    let competition = try always(1)
    #expect(competition.isCertified)
    let profit = game.payoff(0, row: game.row(0, [1, 1]))
    #expect(abs(competition.values[0][17] - profit * 20) <= 1e-12 * profit * 20)
    #expect(try !always(13).isCertified)
  }

  /// Charge price 13 as long as both did, otherwise the equilibrium price for ever: at δ = 0.95 the
  /// best undercut gains less than one period's worth, and loses the difference for ever.
  @Test func `a grim trigger sustains collusion`() throws {
    let game = try LogitBertrand().stochasticGame()
    let together = 13 * 15 + 13
    let trigger = (0..<225).map { $0 == together ? 13 : 1 }
    let profile = Profile([game.purePolicy(0, trigger), game.purePolicy(1, trigger)])
    let certificate = try Certificate(game, profile)
    let high = game.payoff(0, row: game.row(0, [13, 13]))
    let low = game.payoff(0, row: game.row(0, [1, 1]))
    let undercut = (0..<15).map { game.payoff(0, row: game.row(0, [$0, 13])) }.max()!
    #expect(undercut + 19 * low < 20 * high)
    #expect(certificate.isCertified)
    #expect(abs(certificate.values[0][together] - 20 * high) <= 1e-11)
  }
}
