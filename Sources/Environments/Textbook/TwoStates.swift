public import Configuration

/// Two players meet in a rich or a poor state; work keeps them rich.
///
/// Small enough to solve by hand, with a pure equilibrium that differs by state and whose values
/// need the dynamics. In *rich* each earns `yield` whatever they do, and work costs `effort`; play
/// stays rich next period with certainty if anybody works, otherwise it falls to *poor*. In *poor*
/// nobody earns; it recovers only if both work, at cost `recovery` each.
public struct TwoStates: GameFamily {
  /// The word in configurations.
  public static let name = "two-states"
  /// One line.
  public static let summary = "a two-state stochastic game small enough to solve by hand"
  /// One paragraph.
  public static let details = """
    Rich or poor. When rich, each player earns `yield`; play stays rich if anybody works, at cost \
    `effort`. When poor nobody earns, and both must work, at cost `recovery`, to become rich. \
    One worker suffices to stay rich, so equilibria differ in who works.
    """
  /// Yield, costs and discount.
  public static let parameters: [Parameter] = [
    .real("yield", 2, .positive, unit: "payoff", "what each earns per rich period"),
    .real("effort", 1, .positive, unit: "payoff", "cost of work when rich"),
    .real("recovery", 1, .positive, unit: "payoff", "cost of work when poor"),
    .real("discount", 0.9, .rightOpen(0, 1), "discount factor"),
  ]

  /// Earnings per rich period.
  public var yield = 2.0
  /// Cost of work when rich.
  public var effort = 1.0
  /// Cost of work when poor.
  public var recovery = 1.0
  /// δ.
  public var discount = 0.9

  /// The defaults.
  public init() {}

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    yield = parameters.real("yield")
    effort = parameters.real("effort")
    recovery = parameters.real("recovery")
    discount = parameters.real("discount")
  }

  /// The game written out: states rich and poor, actions rest and work.
  public func stochasticGame() throws -> StochasticGame {
    let actions: [Label] = [.text("rest"), .text("work")]
    return try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [discount, discount], initial: [1, 0],
      stateLabels: [.text("rich"), .text("poor")], actionLabels: .uniform([actions, actions]),
      mirror: [0, 1]
    ) { state, joint, row in
      let rich = state == 0
      for player in 0..<2 {
        row.pay(player, (rich ? yield : 0) - (joint[player] == 1 ? (rich ? effort : recovery) : 0))
      }
      let staysRich = rich ? joint.contains(1) : joint == [1, 1]
      row.move(to: staysRich ? 0 : 1, probability: 1)
    }
  }
}
