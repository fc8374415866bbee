import Configuration
import Foundation
import Testing

@testable import Environments

/// The market with these changes to the baseline.
private func market(_ change: (inout LogitBertrand) -> Void) -> LogitBertrand {
  var market = LogitBertrand()
  change(&market)
  return market
}

/// The pricing game's primitives, its solved prices and the game written out.
@Suite struct PricingTests {
  /// Nash and monopoly price and the profits there: both first-order conditions solved by mpmath's
  /// findroot with 40 digits, rounded to 16. Prices are sums of a few terms near 1: 4e-15.
  @Test(
    arguments: [
      (
        2, 2.0, 0.25,
        [1.472926660030623, 1.924980919017762, 0.2229266600306227, 0.3374904595088809]
      ),
      (3, 2.0, 0.25, [1.370162729384164, 2.0, 0.1201627293841645, 0.25]),
      (2, 1.0, 0.5, [1.613375322417174, 1.731527756682774, 0.113375322417174, 0.1157638783413872]),
    ])
  func `benchmark prices agree with forty digits`(
    firms: Int, quality: Double, mu: Double, expected: [Double]
  ) throws {
    let solved = try market {
      $0.firms = firms
      $0.quality = quality
      $0.mu = mu
    }.benchmarks()
    let found = [solved.nash, solved.monopoly, solved.nashProfit, solved.monopolyProfit]
    for (value, reference) in zip(found, expected) { #expect(abs(value - reference) <= 4e-15) }
    #expect(solved.searchGain <= 1e-14)
  }

  /// With μ so small that goods are all but perfect substitutes: at equal prices each of n firms
  /// sells to a share 1/n as long as q₀ is negligible, so the markup is μ n/(n − 1), and the
  /// monopolist charges just below a − a₀, where buyers leave. At prices near 1 with markups of 1e-4
  /// the last place of p is 1e-12 of the markup.
  @Test func `prices of near-perfect substitutes`() throws {
    let sharp = market { $0.mu = 1e-4 }
    let solved = try sharp.benchmarks()
    #expect(abs((solved.nash - 1) / 2e-4 - 1) <= 1e-11)
    // t + exp(t) = ln 2 + 9,999: exp(t) = 9,990.48…, so p = 1.99914…
    #expect(solved.monopoly > 1.999 && solved.monopoly < 2)
    #expect(abs(solved.nashProfit - 1e-4) <= 1e-12)
  }

  /// exp((2 − p)/0.25) is 2 at p = 2 − 0.25 ln 2, 1 at p = 2 and 1 for the outside good: shares 2/4
  /// and 1/4.
  @Test func `demand and profit by hand`() {
    let low = 2 - 0.25 * log(2)
    let shares = LogitBertrand().demand([low, 2])
    #expect(abs(shares[0] - 0.5) <= 1e-15)
    #expect(abs(shares[1] - 0.25) <= 1e-15)
    let profits = LogitBertrand().profits([low, 2])
    #expect(abs(profits[0] - (1 - 0.25 * log(2)) / 2) <= 1e-15)
    #expect(abs(profits[1] - 0.25) <= 1e-15)
    // An outside good of quality 0.25 ln 2 counts twice: shares 2/5 and 1/5.
    let outside = market { $0.outside = 0.25 * log(2) }.demand([low, 2])
    #expect(abs(outside[0] - 0.4) <= 1e-15)
    // Exponents of ±4,000 neither overflow nor vanish together.
    #expect(market { $0.mu = 2.5e-4 }.demand([1, 1]) == [0.5, 0.5])
  }

  /// From p^N − ξ(p^M − p^N) to p^M + ξ(p^M − p^N): with the figures above and ξ = 0.1, width 1.2 ×
  /// 0.452054258987139 in 14 steps.
  @Test func `the grid spans beyond both prices in equal steps`() throws {
    let grid = try LogitBertrand().grid()
    #expect(grid.count == 15)
    #expect(abs(grid[0] - 1.4277212341319091) <= 1e-14)
    #expect(abs(grid[14] - 1.9701863449164759) <= 1e-14)
    for (low, high) in zip(grid, grid.dropFirst()) {
      #expect(abs(high - low - 0.452054258987139 * 1.2 / 14) <= 1e-14)
    }
    let ends = try market {
      $0.prices = 2
      $0.xi = 0
    }
    .grid()
    #expect(abs(ends[0] - 1.472926660030623) <= 1e-14)
    #expect(abs(ends[1] - 1.924980919017762) <= 1e-14)
  }

  @Test func `the duopoly written out`() throws {
    let game = try LogitBertrand().stochasticGame()
    #expect(game.violations() == [])
    #expect(game.stateCount == 225)
    #expect(game.rowCount == 50_625)
    #expect(game.discounts == [0.95, 0.95])
    #expect(game.initial == Array(repeating: 1.0 / 225, count: 225))
    #expect(game.stateLabels[0].description == "1.43/1.43")
    #expect(game.stateLabels[1].description == "1.43/1.47")
    #expect(game.stateLabels[15].description == "1.47/1.43")
    let grid = try LogitBertrand().grid()
    #expect(game.actionLabels.labels(1, at: 7) == grid.map(Label.number))
    // Wherever play is, prices 3 and 12 lead to state 3 × 15 + 12 and pay as the formula says.
    let (a, b) = (exp((2 - grid[3]) / 0.25), exp((2 - grid[12]) / 0.25))
    for state in [0, 101, 224] {
      let row = game.row(state, [3, 12])
      #expect(game.probability(row: row, to: 57) == 1)
      #expect(abs(game.payoff(0, row: row) - (grid[3] - 1) * a / (a + b + 1)) <= 1e-15)
      #expect(abs(game.payoff(1, row: row) - (grid[12] - 1) * b / (a + b + 1)) <= 1e-15)
    }
  }

  /// That payoffs mirror exactly is a law that `violations()` checks; here, that the map is right.
  @Test func `two firms are each other's mirror image`() throws {
    let game = try market { $0.prices = 4 }.stochasticGame()
    let mirror = try #require(game.mirror)
    #expect(mirror[1] == 4)
    #expect(mirror[7] == 13)
    #expect(mirror.indices.allSatisfy { mirror[mirror[$0]] == $0 })
    #expect(game.payoff(0, row: game.row(2, [3, 1])) == game.payoff(1, row: game.row(8, [1, 3])))
    #expect(try market { $0.memory = 0 }.stochasticGame().mirror == [0])
  }

  @Test func `three firms`() throws {
    let game = try market {
      $0.firms = 3
      $0.prices = 4
    }.stochasticGame()
    #expect(game.violations() == [])
    #expect(game.stateCount == 64)
    #expect(game.rowCount == 4096)
    #expect(game.mirror == nil)
    #expect(game.stateLabels[6].description.split(separator: "/").count == 3)
    // State 0·16 + 1·4 + 2 after prices 0, 1, 2; permuted prices permute profits, up to the order
    // in which three demands are summed.
    #expect(game.probability(row: game.row(5, [0, 1, 2]), to: 6) == 1)
    let profits = (0..<3).map { game.payoff($0, row: game.row(0, [0, 1, 2])) }
    let turned = (0..<3).map { game.payoff($0, row: game.row(0, [2, 0, 1])) }
    #expect(abs(turned[0] - profits[2]) <= 1e-15)
    #expect(abs(turned[1] - profits[0]) <= 1e-15)
    #expect(abs(turned[2] - profits[1]) <= 1e-15)
    #expect(profits[0] != profits[1])
  }

  @Test func `without memory there is one state`() throws {
    let game = try market { $0.memory = 0 }.stochasticGame()
    #expect(game.violations() == [])
    #expect(game.stateCount == 1)
    #expect(game.rowCount == 225)
    #expect(game.stateLabels == [.text("play")])
  }

  /// Two decimals where they are enough, more where neighbours are closer.
  @Test func `labels tell every price apart`() {
    #expect(LogitBertrand.names(of: [1, 1.5, 1.996]) == ["1.00", "1.50", "2.00"])
    #expect(LogitBertrand.names(of: [1, 1.001, 1.0019]) == ["1.000", "1.001", "1.002"])
    let close = [1, 1.0.nextUp]
    #expect(Set(LogitBertrand.names(of: close)).count == 2)
  }

  /// Each parameter beyond its limits is refused by name, and no figure of a refused or accepted
  /// market is ever NaN.
  @Test func `impossible markets are refused by name`() {
    let cases: [(String, (inout LogitBertrand) -> Void)] = [
      ("firms", { $0.firms = 1 }),
      ("prices", { $0.prices = 1 }),
      ("xi", { $0.xi = -0.1 }),
      ("discount", { $0.discount = 1 }),
      ("quality", { $0.quality = .nan }),
      ("cost", { $0.cost = -1 }),
      ("outside", { $0.outside = .infinity }),
      ("mu", { $0.mu = 0 }),
      ("memory", { $0.memory = 2 }),
      // Too large: 85⁴ rows.
      ("prices", { $0.prices = 85 }),
      // Markups beyond the sixteenth digit of the cost, and differences beyond doubles.
      ("mu", { $0.mu = 1e-15 }),
      ("mu", { $0.mu = 1e-310 }),
      // Cost above quality by forty μ: nobody buys, and collusion makes no difference.
      ("quality", { $0.cost = 12 }),
      ("quality", { $0.outside = 1e6 }),
      // Prices of 1e309.
      (
        "xi",
        {
          $0.xi = 1e300
          $0.quality = 1e10
        }
      ),
    ]
    for (subject, change) in cases {
      let error = #expect(throws: GameError.self) { try market(change).stochasticGame() }
      #expect(error?.subject == subject, "\(String(describing: error))")
    }
  }

  @Test func `strange but possible markets are finite`() throws {
    let cases: [(inout LogitBertrand) -> Void] = [
      { $0.mu = 1e-6 },
      { $0.mu = 1e6 },
      { $0.quality = 1e6 },
      { $0.cost = 0 },
      { $0.quality = 0.5 },
      { $0.xi = 100 },
      {
        $0.firms = 8; $0.prices = 2; $0.memory = 0
      },
    ]
    for change in cases {
      let game = try market(change).stochasticGame()
      #expect(game.violations() == [])
      let solved = try market(change).benchmarks()
      #expect(solved.nash < solved.monopoly)
      #expect(solved.nashProfit < solved.monopolyProfit)
    }
  }

  @Test func `the family resolves from its declaration`() throws {
    let set = try ParameterSet(
      nil, declared: LogitBertrand.parameters, path: "game", position: Position(source: "test"))
    #expect(try LogitBertrand(set) == LogitBertrand())
  }
}
