import Environments
import Testing

@Suite struct InventoryTests {
  static func primitives(
    _ rounding: Inventory.Rounding = .halfUp,
    _ change: (inout Inventory.Primitives) -> Void = { _ in }
  ) -> Inventory.Primitives {
    var primitives = Inventory.Primitives()
    primitives.rounding = rounding
    change(&primitives)
    return primitives
  }

  /// Other parameters than the defaults.
  static func other(_ rounding: Inventory.Rounding) -> Inventory.Primitives {
    primitives(rounding) {
      ($0.holding, $0.backlog, $0.price, $0.share, $0.spill) = (3, 4, 20, 0.6, 1.5)
      ($0.production, $0.cap, $0.discount) = (0.5, 6, 0.9)
    }
  }

  /// q(z), from its definition.
  static let shocks: [Double] = {
    let weights = (0...18).map { (z: Int) -> Double in 1 / Double(z + 5) }
    let total: Double = weights.reduce(0, +)
    return weights.map { (weight: Double) -> Double in weight / total }
  }()

  /// Checks every row of a game at m against a law of demand.
  func check(_ game: Inventory, at m: Double, demand: [Int: Double]) {
    let p = game.primitives
    let written = tables(game, at: [m])
    let platform = game.platformRevenue(at: m)
    func mean(_ value: (Int) -> Int) -> Double {
      demand.reduce(0) { $0 + $1.value * Double(value($1.key)) }
    }
    for stock in 0...p.cap {
      for level in stock...p.cap {
        let row = game.layout.rowOffsets[stock] + level - stock
        var next = [Double](repeating: 0, count: p.cap + 1)
        for (units, probability) in demand { next[max(0, level - units)] += probability }
        for (found, expected) in zip(law(game, written, row: row), next) {
          #expect(abs(found - expected) < 1e-15)
        }
        let sold = mean { min(level, $0) }
        let kept = mean { max(level - $0, 0) }
        let payoff =
          p.share * p.price * sold - p.production * Double((level - stock) * (level - stock))
          - p.holding * kept - p.backlog * mean { max($0 - level, 0) }
        #expect(abs(written.payoffs[row] - payoff) < 1e-11)
        #expect(
          abs(platform[row] - (1 - p.share) * p.price * sold - p.holding * kept) < 1e-11)
      }
    }
  }

  /// With γ = g / 2 and m = j / 64 demand is ⌊z/2 + γm + ½⌋ = ⌊(64 (z + 1) + g j) / 128⌋, exactly.
  @Test(arguments: [0, 1, 2, 3, 8])
  func `demand rounds half up, against whole numbers`(g: Int) throws {
    let game = try Inventory(
      Self.primitives {
        $0.spill = Double(g) / 2; $0.share = 0.4
      })
    for j in stride(from: 0, through: 208, by: 4) {
      var demand: [Int: Double] = [:]
      for z in 0...18 { demand[(64 * (z + 1) + g * j) / 128, default: 0] += Self.shocks[z] }
      check(game, at: Double(j) / 64, demand: demand)
    }
  }

  /// The mass at n is Σ q (1 − |n − y|)₊: linear interpolation of y between whole numbers.
  @Test(arguments: [0, 0.7, 1, 2.3])
  func `stochastic rounding spreads demand between its neighbours`(spill: Double) throws {
    let game = try Inventory(
      Self.primitives(.stochastic) {
        $0.spill = spill; $0.share = 0.4
      })
    for m in [0, 0.1, 0.5, 0.61, 1, 2.9, 3.25] {
      var demand: [Int: Double] = [:]
      for z in 0...18 {
        for n in 0...20 {
          let distance: Double = abs(Double(n) - Double(z) / 2 - spill * m)
          demand[n, default: 0] += Self.shocks[z] * max(0, 1 - distance)
        }
      }
      check(game, at: m, demand: demand)
    }
  }

  /// The rule: a breakpoint belongs to its right, however k / 2γ was rounded.
  @Test(arguments: [0.3, 1, 1.1, 1.7, 7.3])
  func `half up changes exactly at the breakpoints`(spill: Double) throws {
    let game = try Inventory(Self.primitives { $0.spill = spill })
    guard case .constantBetween(let breakpoints) = game.dependence else {
      Issue.record("half up is piecewise constant")
      return
    }
    let most = game.interactionBounds[0].upperBound
    #expect(breakpoints.count == Int(2 * spill * most))
    for (index, point) in breakpoints.enumerated() {
      #expect(abs(point - Double(index + 1) / (2 * spill)) < 1e-15 * Double(index + 2))
      let width = 1 / (2 * spill)
      let left = tables(game, at: [point.nextDown])
      let at = tables(game, at: [point])
      #expect(left.payoffs == tables(game, at: [point - width / 2]).payoffs)
      #expect(at.payoffs == tables(game, at: [min(most, point + width / 2)]).payoffs)
      #expect(left.payoffs != at.payoffs)
    }
  }

  static let knownEquilibria: [(Double, Double, Double, [Int], Double)] = [
    (2, 0.100334645288, 4.301871, [6, 6, 7, 7, 8, 8, 8, 9, 9, 9], 0.1381),
    (5, 0.274089420045, 3.205480, [5, 5, 6, 6, 7, 7, 8, 8, 8, 9], 0.2292),
    (8, 0.399208266357, 2.564952, [5, 5, 5, 6, 6, 6, 7, 7, 8, 9], 0.2865),
    (12, 0.625666852652, 1.592431, [4, 5, 5, 5, 6, 6, 6, 7, 8, 9], 0.4117),
  ]

  /// Consistency at the equilibria that a separate program found with exact arithmetic.
  @Test(arguments: knownEquilibria)
  func `known equilibria`(
    holding: Double, m: Double, stock: Double, levels: [Int], empty: Double
  ) throws {
    let game = try Inventory(Self.primitives { $0.holding = holding })
    let found = SlowResponse(game, at: [m])
    #expect(abs(found.mapped[0] - m) < 1e-11)
    #expect(abs(found.mean(game) - stock) < 1e-6)
    #expect(found.choices.enumerated().map { $0 + $1 } == levels)
    #expect(abs(found.law[0] - empty) < 5e-5)
  }

  /// numpy, written from the recursion: demand in rationals, policy iteration, least squares.
  @Test(arguments: [
    (Inventory.Rounding.halfUp, 0.3992650406203565, 2.141595162370744, 33.87318975707481),
    (.stochastic, 0.39343124080484204, 2.3418295145192114, 33.072247647205906),
  ])
  func `another program at other parameters`(
    rounding: Inventory.Rounding, mapped: Double, stock: Double, revenue: Double
  ) throws {
    let game = try Inventory(Self.other(rounding))
    let found = SlowResponse(game, at: [0.35])
    #expect(abs(found.mapped[0] - mapped) < 1e-12)
    #expect(abs(found.mean(game) - stock) < 1e-11)
    #expect(found.choices.enumerated().map { $0 + $1 } == [5, 5, 6, 6, 6, 6, 6])
    let earned = game.platformRevenue(at: 0.35)
    let total = (0...6).reduce(0) {
      $0 + found.law[$1] * earned[game.layout.rowOffsets[$1] + found.choices[$1]]
    }
    #expect(abs(total - revenue) < 1e-10)
  }

  /// Powers of two multiply without rounding, so nothing else may change.
  @Test func `scaling all money scales payoffs and revenue alone`() throws {
    let game = try Inventory(Self.other(.halfUp))
    var scaled = game.primitives
    scaled.holding *= 4
    scaled.backlog *= 4
    scaled.price *= 4
    scaled.production *= 4
    let dear = try Inventory(scaled)
    #expect(tables(dear, at: [0.35]).payoffs == tables(game, at: [0.35]).payoffs.map { 4 * $0 })
    #expect(dear.platformRevenue(at: 0.35) == game.platformRevenue(at: 0.35).map { 4 * $0 })
    #expect(SlowResponse(dear, at: [0.35]).choices == SlowResponse(game, at: [0.35]).choices)
  }

  @Test func `stochastic rounding is continuous where half up jumps`() throws {
    let game = try Inventory(Self.primitives(.stochastic))
    for point in [0.5, 1, 1.5] {
      let left = tables(game, at: [point - 1e-9])
      let right = tables(game, at: [point + 1e-9])
      for (a, b) in zip(left.payoffs, right.payoffs) { #expect(abs(a - b) < 1e-6) }
      for (a, b) in zip(left.probabilities, right.probabilities) { #expect(abs(a - b) < 1e-8) }
    }
  }

  @Test func `demand beyond reason is refused`() {
    #expect(
      message { _ = try Inventory(Self.primitives { $0.spill = 1e9 }) }
        == "spill: must not let the spilled demand exceed ten thousand units")
  }
}
