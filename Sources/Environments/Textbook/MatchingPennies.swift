public import Configuration

/// Matching pennies: the matcher wins where the coins agree.
///
/// One state, repeated for ever at discount `discount`. The only equilibrium mixes evenly and is
/// worth 0 to both (von Neumann 1928, for every zero-sum game; here by indifference).
public struct MatchingPennies: GameFamily {
  /// The word in configurations.
  public static let name = "matching-pennies"
  /// One line.
  public static let summary = "zero-sum guessing; the only equilibrium mixes evenly"
  /// One paragraph.
  public static let details = """
    Two players each show heads or tails. Player 1 wins `stake` where the coins agree and loses it \
    where they differ; player 2 the reverse. Mixing evenly is the only equilibrium, worth 0.
    """
  /// Stake and discount.
  public static let parameters: [Parameter] = [
    .real("stake", 1, .positive, unit: "payoff", "what the winner takes from the loser"),
    .real("discount", 0.9, .rightOpen(0, 1), "discount factor"),
  ]

  /// What the winner takes.
  public var stake = 1.0
  /// δ.
  public var discount = 0.9

  /// The defaults.
  public init() {}

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    stake = parameters.real("stake")
    discount = parameters.real("discount")
  }

  /// The game written out.
  public func stochasticGame() throws -> StochasticGame {
    let coins: [Label] = [.text("heads"), .text("tails")]
    return try StochasticGame(
      actionCounts: [[2, 2]], discounts: [discount, discount], initial: [1],
      stateLabels: [.text("play")], actionLabels: .uniform([coins, coins])
    ) { _, actions, row in
      let won = actions[0] == actions[1] ? stake : -stake
      row.pay(0, won)
      row.pay(1, -won)
      row.move(to: 0, probability: 1)
    }
  }
}
