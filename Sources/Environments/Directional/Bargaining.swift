public import Configuration

/// Bargaining over a pie that shrinks: the examples of Iskhakov, Rust and Schjerning (2016), Figure 1.
///
/// A pie has size d₁ > d₂ > d₃ > d₄ > 0, and one of two players is the proposer. The other accepts,
/// which ends the game with share · d for the proposer and the rest of d for itself, or rejects: then
/// the pie keeps or changes its size at random, and the roles are swapped (the alternating offers of
/// Rubinstein 1982, "Perfect equilibrium in a bargaining model", Econometrica 50, with shares that are
/// given). After a rejection d₁ stays with probability `stay` and otherwise becomes d₂ (`second`) or d₃;
/// d₂ and d₃ stay with probability `stay`, swap places with probability `swap` and become d₄ otherwise;
/// d₄ stays for ever.
///
/// With `swap = 0` that is the left panel (Example 2): directional, with d₂ and d₃ not ordered. With
/// `swap > 0` it is the right panel (Example 3), in which the sizes are not directional: d₂ and d₃ lead
/// to each other. The paper gives the pattern of moves alone; the numbers are this program's.
///
/// Where waiting to be the proposer is worth more than accepting, share · δ > 1 − share, each
/// player prefers the other to give in, and there are several equilibria.
public struct Bargaining: GameFamily {
  /// The word in configurations.
  public static let name = "bargaining"
  /// One line.
  public static let summary = "alternating offers of fixed shares of a shrinking pie"
  /// One paragraph.
  public static let details = """
    A pie of four possible sizes and two players who propose in turn. The responder accepts the given \
    share, which ends the game, or rejects; then the pie may shrink and the roles are swapped. \
    Examples 2 and 3 of Iskhakov, Rust and Schjerning (2016, Review of Economic Studies): directional \
    unless the two middle sizes can turn into each other (swap). See docs/directional-games.md.
    """
  /// Sizes, shares, probabilities and discounts.
  public static let parameters: [Parameter] = [
    Parameter(
      "sizes", .list(.real(.positive)), .defaulted(.list([1, 0.8, 0.7, 0.5].map { .real($0) })),
      unit: "payoff", "the four sizes of the pie, the largest first"),
    .real("share", 0.6, .closed(0, 1), "what the proposer gets of the pie"),
    .real("stay", 0.3, .rightOpen(0, 1), "probability that a pie not yet smallest keeps its size"),
    .real(
      "second", 0.5, .closed(0, 1), "probability that a shrinking first pie becomes the second"),
    .real("swap", 0, .rightOpen(0, 1), "probability that the two middle sizes change places"),
    Parameter(
      "discounts", .list(.real(.rightOpen(0, 1))), .defaulted(.list([.real(0.95), .real(0.95)])),
      "discount factor of each player"),
  ]
  /// The two panels of the figure.
  public static let scenarios = [
    Scenario("example-2", "the middle sizes lead only to the smallest"),
    Scenario("example-3", "the middle sizes also turn into each other", [("swap", 0.2)]),
  ]

  /// d₁ … d₄.
  public var sizes = [1, 0.8, 0.7, 0.5]
  /// The proposer's share.
  public var share = 0.6
  /// Probability that the pie keeps its size.
  public var stay = 0.3
  /// Probability that a shrinking first pie becomes the second.
  public var second = 0.5
  /// Probability that the middle sizes change places.
  public var swap = 0.0
  /// δ of each player.
  public var discounts = [0.95, 0.95]

  /// The defaults.
  public init() {}

  /// Reads resolved parameters. Throws `GameError` unless there are four descending sizes and two
  /// discounts, and `stay` and `swap` leave something for shrinking.
  public init(_ parameters: ParameterSet) throws {
    sizes = parameters.reals("sizes")
    share = parameters.real("share")
    stay = parameters.real("stay")
    second = parameters.real("second")
    swap = parameters.real("swap")
    discounts = parameters.reals("discounts")
    guard sizes.count == 4, zip(sizes, sizes.dropFirst()).allSatisfy(>) else {
      throw GameError("sizes", "must be four sizes, each smaller than the one before")
    }
    guard discounts.count == 2 else {
      throw GameError("discounts", "must be two, one for each player, not \(discounts.count)")
    }
    guard stay + swap < 1 else {
      throw GameError(
        "swap",
        "with stay = \(compactDecimal(stay)) must be below \(compactDecimal(1 - stay)), so that the "
          + "middle sizes shrink at last")
    }
  }

  /// The probability of each size after one is rejected.
  func law(after size: Int) -> [Double] {
    switch size {
    case 0: [stay, (1 - stay) * second, (1 - stay) * (1 - second), 0]
    case 1: [0, stay, swap, 1 - stay - swap]
    case 2: [0, swap, stay, 1 - stay - swap]
    default: [0, 0, 0, 1]
    }
  }

  /// The size of the pie as the directional part of each state of the game written out; the state of
  /// agreement is a point of its own.
  public var sizePoints: [Int] { [0, 0, 1, 1, 2, 2, 3, 3, 4] }

  /// The same with the two middle sizes merged, as footnote 7 of the paper does with Example 3.
  public var mergedPoints: [Int] { [0, 0, 1, 1, 1, 1, 3, 3, 4] }

  /// The game written out: states d1 with proposer 1, d1 with proposer 2, …, and agreement, in which it
  /// ends. The responder rejects (0) or accepts (1); the proposer has nothing to choose.
  public func stochasticGame() throws -> StochasticGame {
    let answers: [Label] = [.text("reject"), .text("accept")]
    let offer: [Label] = [.text("propose")]
    let states = (0..<8).map { (size: $0 / 2, proposer: $0 % 2) }
    return try StochasticGame(
      actionCounts: states.map { $0.proposer == 0 ? [1, 2] : [2, 1] } + [[1, 1]],
      discounts: discounts, initial: [1] + [Double](repeating: 0, count: 8), terminal: [8],
      stateLabels: states.map { .text("d\($0.size + 1) proposer \($0.proposer + 1)") }
        + [.text("agreed")],
      actionLabels: .byState(
        states.map { $0.proposer == 0 ? [offer, answers] : [answers, offer] } + [[offer, offer]]),
      mirror: discounts[0] == discounts[1] ? [1, 0, 3, 2, 5, 4, 7, 6, 8] : nil,
      coordinates: states.map { [sizes[$0.size], Double($0.proposer + 1)] } + [[0, 0]]
    ) { state, joint, row in
      let (size, proposer) = states[state]
      if joint[1 - proposer] == 1 {
        row.pay(proposer, share * sizes[size])
        row.pay(1 - proposer, (1 - share) * sizes[size])
        row.move(to: 8, probability: 1)
        return
      }
      for (next, chance) in law(after: size).enumerated() where chance > 0 {
        row.move(to: 2 * next + 1 - proposer, probability: chance)
      }
    }
  }
}
