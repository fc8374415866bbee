import Foundation

/// Firms with differentiated goods set prices again and again and remember last period's prices.
///
/// The pricing game of Calvano, Calzolari, Denicolò and Pastorello (2020, "Artificial intelligence,
/// algorithmic pricing, and collusion", American Economic Review 110(10)). Each of n
/// firms sets a price pᵢ; demand is logit with an outside good,
///
///     qᵢ = exp((a − pᵢ)/μ) / (Σⱼ exp((a − pⱼ)/μ) + exp(a₀/μ)),    πᵢ = (pᵢ − c) qᵢ.
///
/// Prices are m equally spaced points from p^N − ξ(p^M − p^N) to p^M + ξ(p^M − p^N), where p^N is
/// the price of the one-shot Bertrand-Nash equilibrium and p^M the one that maximises joint profit;
/// both are solved (`benchmarks()`). With memory 1 the state is last period's price vector, read as
/// a number in mixed radix with firm 1 most significant; with memory 0 there is one state. Play is
/// deterministic: chance enters only through the first state, which is uniform.
///
/// Departure from the source: firms are alike, so one quality, cost and grid serves all of them.
public struct LogitBertrand: Sendable, Equatable {
  /// n: firms, at least 2.
  public var firms = 2
  /// m: grid prices of each firm, at least 2.
  public var prices = 15
  /// ξ: how far the grid reaches beyond p^N and p^M, as a share of p^M − p^N.
  public var xi = 0.1
  /// δ: discount factor, in [0, 1).
  public var discount = 0.95
  /// a: quality of every firm's good, money.
  public var quality = 2.0
  /// c: marginal cost of every firm, money per unit.
  public var cost = 1.0
  /// a₀: quality of the outside good, money.
  public var outside = 0.0
  /// μ: horizontal differentiation, money; goods become perfect substitutes as it falls to 0.
  public var mu = 0.25
  /// Periods of prices that firms condition on: 0 or 1.
  public var memory = 1

  /// The baseline of the source.
  public init() {}

  /// Demand for every firm's good at a price vector, as shares of a market of size 1.
  ///
  /// Exponents are differences from the best offer, so that none overflows and large qualities do not
  /// drown price differences. The firms' terms are summed before the outside good's: for two firms,
  /// swapping prices swaps demands exactly.
  /// - Parameter prices: one finite price per firm, in any number of firms.
  public func demand(_ prices: [Double]) -> [Double] {
    // The price at which the outside good is worth as much as a firm's.
    let even = quality - outside
    let least = prices.reduce(even, min)
    let weights = prices.map { exp((least - $0) / mu) }
    let total = weights.reduce(0, +) + exp((least - even) / mu)
    return weights.map { $0 / total }
  }

  /// πᵢ = (pᵢ − c) qᵢ of every firm, money per period for a market of size 1.
  public func profits(_ prices: [Double]) -> [Double] {
    zip(prices, demand(prices)).map { ($0 - cost) * $1 }
  }

  /// The m grid prices, ascending.
  ///
  /// - Throws: `GameError` if `benchmarks()` does, or if the prices cannot be told apart.
  public func grid() throws -> [Double] { try grid(benchmarks()) }

  /// The grid around benchmark prices already solved.
  func grid(_ solved: PriceBenchmarks) throws -> [Double] {
    let width = solved.monopoly - solved.nash
    let (low, high) = (solved.nash - xi * width, solved.monopoly + xi * width)
    let step = (high - low) / Double(prices - 1)
    let grid = (0..<prices).map { $0 == prices - 1 ? high : low + Double($0) * step }
    guard grid.allSatisfy(\.isFinite) else {
      throw GameError("xi", "\(xi) makes prices that are not finite; lower it")
    }
    guard zip(grid, grid.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw GameError(
        "prices",
        "\(prices) prices from \(low) to \(high) cannot be told apart; use fewer prices")
    }
    return grid
  }

  /// Prices as short texts: two decimals, or as many as it takes to tell neighbours apart.
  static func names(of grid: [Double]) -> [String] {
    for digits in 2...16 {
      let names = grid.map { String(format: "%.\(digits)f", $0) }
      if Set(names).count == names.count { return names }
    }
    return grid.map { "\($0)" }
  }
}

extension LogitBertrand {
  /// Refuses parameters that no such market has.
  ///
  /// - Throws: `GameError` naming the parameter: a value outside its declared range, a game too
  ///   large to write out, or prices that cannot be found (see `benchmarks()`).
  public func validate() throws {
    try validateRanges()
    var rows = 1
    for _ in 0..<(firms * (1 + memory)) {
      let (product, overflow) = rows.multipliedReportingOverflow(by: prices)
      guard !overflow, product <= StochasticGame.maximumRowCount else {
        throw GameError(
          "prices",
          "\(prices) prices of \(firms) firms with memory \(memory) make more than the "
            + "\(StochasticGame.maximumRowCount) joint actions over states that can be written "
            + "out; use fewer prices, fewer firms or memory 0")
      }
      rows = product
    }
  }

  /// The game written out. Player i is firm i + 1.
  ///
  /// - Throws: as `validate()` and `grid()`.
  public func stochasticGame() throws -> StochasticGame {
    try validate()
    let grid = try grid()
    let joint = (0..<firms).reduce(1) { count, _ in count * prices }
    let vectors = (0..<joint).map(digits)
    let profits = vectors.map { vector in self.profits(vector.map { grid[$0] }) }
    let states = memory == 0 ? 1 : joint
    let names = Self.names(of: grid)
    let labels: [Label] =
      memory == 0
      ? [.text("play")]
      : vectors.map { vector in .text(vector.map { names[$0] }.joined(separator: "/")) }
    return try StochasticGame(
      actionCounts: Array(repeating: Array(repeating: prices, count: firms), count: states),
      discounts: Array(repeating: discount, count: firms),
      initial: Array(repeating: 1 / Double(states), count: states),
      stateLabels: labels,
      actionLabels: .uniform(Array(repeating: grid.map(Label.number), count: firms)),
      mirror: firms == 2
        ? (0..<states).map { memory == 0 ? 0 : $0 % prices * prices + $0 / prices } : nil,
      coordinates: memory == 0 ? nil : vectors.map { $0.map { grid[$0] } }
    ) { _, chosen, row in
      let index = chosen.reduce(0) { $0 * prices + $1 }
      for firm in 0..<firms { row.pay(firm, profits[index][firm]) }
      row.move(to: memory == 0 ? 0 : index, probability: 1)
    }
  }

  /// The grid indices of a price vector's number, firm 1 most significant.
  private func digits(_ number: Int) -> [Int] {
    var rest = number
    var digits = [Int](repeating: 0, count: firms)
    for firm in stride(from: firms - 1, through: 0, by: -1) {
      digits[firm] = rest % prices
      rest /= prices
    }
    return digits
  }
}
