public import Configuration

/// Baird's star: seven states, two actions, no rewards, and features under which off-policy
/// learning with bootstrapping diverges.
///
/// *Dashed* leads to one of the six upper states, equally likely; *solid* leads to the lower one.
/// Nothing is ever paid, so every value is 0 and weights of 0 are exact. The coordinates of a state
/// are its eight features: 2 in a place of its own and 1 in the eighth for an upper state, 1 in the
/// seventh and 2 in the eighth for the lower. They are linearly independent: any values can be
/// represented, in many ways.
///
/// Baird (1995), "Residual algorithms", ICML, in the form of Sutton and Barto (2018), example 11.1
/// and figure 11.1.
public struct Baird: GameFamily {
  /// The word in configurations.
  public static let name = "baird"
  /// One line.
  public static let summary = "Baird's counterexample: linear values diverge off policy"
  /// One paragraph.
  public static let details = """
    One player, seven states, no payoffs. Dashed leads to one of the six upper states, solid to \
    the lower one. The states' coordinates are the eight features under which semi-gradient \
    learning off policy diverges (Sutton and Barto 2018, example 11.1).
    """
  /// The discount.
  public static let parameters: [Parameter] = [
    .real("discount", 0.99, .rightOpen(0, 1), "discount factor")
  ]

  /// The number of upper states.
  public static let upperCount = 6

  /// δ.
  public var discount = 0.99

  /// The defaults.
  public init() {}

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws { discount = parameters.real("discount") }

  /// The eight features of a state; the lower state is the last.
  public static func features(of state: Int) -> [Double] {
    var row = [Double](repeating: 0, count: upperCount + 2)
    row[state] = state < upperCount ? 2 : 1
    row[upperCount + 1] = state < upperCount ? 1 : 2
    return row
  }

  /// The game written out; play starts anywhere, equally likely.
  public func stochasticGame() throws -> StochasticGame {
    let (upper, states) = (Self.upperCount, Self.upperCount + 1)
    return try StochasticGame(
      actionCounts: Array(repeating: [2], count: states), discounts: [discount],
      initial: Array(repeating: 1 / Double(states), count: states),
      stateLabels: (1...upper).map { .text("upper-\($0)") } + [.text("lower")],
      actionLabels: .uniform([[.text("dashed"), .text("solid")]]),
      coordinates: (0..<states).map(Self.features)
    ) { _, joint, row in
      if joint[0] == 1 {
        row.move(to: upper, probability: 1)
      } else {
        for state in 0..<upper { row.move(to: state, probability: 1 / Double(upper)) }
      }
    }
  }
}
