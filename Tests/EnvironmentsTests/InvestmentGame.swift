public import Configuration
public import Environments

/// Two firms invest to get ahead of each other; the state is where firm 1 stands.
///
/// The leader earns the prize, firms that are level share it. An investment succeeds with a given
/// probability; if exactly one firm's does, that firm moves ahead by one state.
public struct InvestmentGame: GameFamily {
  /// The word in configurations.
  public static let name = "investment"
  /// One line.
  public static let summary = "two firms invest for the lead; three states"
  /// One paragraph.
  public static let details = """
    Firm 1 is behind, level or ahead. The leader earns the prize each period; level firms share \
    it. Both decide at once whether to invest; the lead moves if exactly one succeeds.
    """
  /// Prize, cost, chance and discount, each with default, range, unit and meaning.
  public static let parameters: [Parameter] = [
    .real("prize", 4, .positive, unit: "money/period", "what the leader earns"),
    .real("cost", 1, .nonnegative, unit: "money/period", "cost of investing"),
    .real("success", 0.5, .closed(0, 1), "probability that an investment succeeds"),
    .real("discount", 0.9, .rightOpen(0, 1), "discount factor"),
  ]

  let prize: Double
  let cost: Double
  let success: Double
  let discount: Double

  /// Reads resolved parameters. Throws `GameError` unless investing can pay.
  public init(_ parameters: ParameterSet) throws {
    prize = parameters.real("prize")
    cost = parameters.real("cost")
    success = parameters.real("success")
    discount = parameters.real("discount")
    guard cost < prize else {
      throw GameError("cost", "must stay below prize = \(prize), or nobody ever invests")
    }
  }

  /// The game written out: states behind, level, ahead; actions wait, invest.
  public func stochasticGame() throws -> StochasticGame {
    let choices: [Label] = [.text("wait"), .text("invest")]
    return try StochasticGame(
      actionCounts: Array(repeating: [2, 2], count: 3),
      discounts: [discount, discount],
      initial: [0, 1, 0],
      stateLabels: [.text("behind"), .text("level"), .text("ahead")],
      actionLabels: .uniform([choices, choices]),
      mirror: [2, 1, 0]
    ) { state, actions, row in
      let shares = [[0, 1], [0.5, 0.5], [1, 0]][state]
      let chances = actions.map { $0 == 1 ? success : 0 }
      for firm in 0..<2 { row.pay(firm, prize * shares[firm] - (actions[firm] == 1 ? cost : 0)) }
      let up = chances[0] * (1 - chances[1])
      let down = chances[1] * (1 - chances[0])
      row.move(to: min(state + 1, 2), probability: up)
      row.move(to: max(state - 1, 0), probability: down)
      row.move(to: state, probability: 1 - (up + down))
    }
  }
}
