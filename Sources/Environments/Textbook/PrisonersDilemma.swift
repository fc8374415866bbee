public import Configuration

/// The prisoner's dilemma, repeated, with memory of the last round.
///
/// The state is what both did last (or the start). Defection is dominant in the stage game, so
/// always defecting is an equilibrium at every discount; with memory, the trigger that cooperates
/// only after joint cooperation is one too once δ ≥ (T − R)/(T − P).
public struct PrisonersDilemma: GameFamily {
  /// The word in configurations.
  public static let name = "prisoners-dilemma"
  /// One line.
  public static let summary = "repeated prisoner's dilemma with memory of the last round"
  /// One paragraph.
  public static let details = """
    Two players cooperate or defect for ever. The state is the last round's pair of actions, so \
    strategies such as grim trigger and tit for tat are stationary. With memory: false there is \
    one state and defection is the only equilibrium.
    """
  /// The four payoffs T > R > P > S, the discount and the memory.
  public static let parameters: [Parameter] = [
    .real("temptation", 5, .any, unit: "payoff", "T: defect against a cooperator"),
    .real("reward", 3, .any, unit: "payoff", "R: both cooperate"),
    .real("punishment", 1, .any, unit: "payoff", "P: both defect"),
    .real("sucker", 0, .any, unit: "payoff", "S: cooperate against a defector"),
    .real("discount", 0.9, .rightOpen(0, 1), "discount factor"),
    Parameter(
      "memory", .boolean, .defaulted(.boolean(true)), "whether the state is the last round's play"),
  ]

  /// T.
  public var temptation = 5.0
  /// R.
  public var reward = 3.0
  /// P.
  public var punishment = 1.0
  /// S.
  public var sucker = 0.0
  /// δ.
  public var discount = 0.9
  /// Whether the state is the last round's play.
  public var memory = true

  /// The defaults.
  public init() {}

  /// Reads resolved parameters. Throws `GameError` unless T > R > P > S.
  public init(_ parameters: ParameterSet) throws {
    temptation = parameters.real("temptation")
    reward = parameters.real("reward")
    punishment = parameters.real("punishment")
    sucker = parameters.real("sucker")
    discount = parameters.real("discount")
    memory = parameters.boolean("memory")
    guard temptation > reward, reward > punishment, punishment > sucker else {
      throw GameError(
        "temptation",
        "a prisoner's dilemma needs temptation > reward > punishment > sucker, not "
          + "\(temptation), \(reward), \(punishment), \(sucker)")
    }
  }

  /// The game written out; with memory, states are start, CC, CD, DC, DD.
  public func stochasticGame() throws -> StochasticGame {
    let names = memory ? ["start", "CC", "CD", "DC", "DD"] : ["play"]
    let actions: [Label] = [.text("cooperate"), .text("defect")]
    let own = [[reward, sucker], [temptation, punishment]]
    return try StochasticGame(
      actionCounts: Array(repeating: [2, 2], count: names.count),
      discounts: [discount, discount],
      initial: names.indices.map { $0 == 0 ? 1 : 0 },
      stateLabels: names.map(Label.text), actionLabels: .uniform([actions, actions]),
      mirror: memory ? [0, 1, 3, 2, 4] : [0]
    ) { _, joint, row in
      row.pay(0, own[joint[0]][joint[1]])
      row.pay(1, own[joint[1]][joint[0]])
      row.move(to: memory ? 1 + 2 * joint[0] + joint[1] : 0, probability: 1)
    }
  }
}
