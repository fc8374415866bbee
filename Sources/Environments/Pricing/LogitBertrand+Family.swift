public import Configuration

extension LogitBertrand: GameFamily {
  /// The word in configurations.
  public static let name = "logit-bertrand"
  /// One line.
  public static let summary = "firms set prices and remember last period's; logit demand"
  /// One paragraph.
  public static let details = """
    The pricing game of Calvano, Calzolari, Denicolò and Pastorello (2020, AER). Each period every \
    firm sets a price from a grid around the one-shot Nash and the joint-monopoly price, both \
    solved; demand is logit with an outside good. With memory 1 the state is last period's price \
    vector, so firms can answer a price cut. Full statement: docs/pricing.md.
    """

  /// The parameters, with the baseline of the source as defaults.
  public static let parameters: [Parameter] = [
    .integer("firms", 2, 2...8, "number of firms"),
    .integer("prices", 15, 2...5_000, "grid prices of each firm"),
    .real("xi", 0.1, .nonnegative, "reach of the grid beyond Nash and monopoly price"),
    .real("discount", 0.95, .rightOpen(0, 1), "discount factor"),
    .real("quality", 2, .any, unit: "money", "quality of every firm's good"),
    .real("cost", 1, .nonnegative, unit: "money/unit", "marginal cost of every firm"),
    .real("outside", 0, .any, unit: "money", "quality of the outside good"),
    .real("mu", 0.25, .positive, unit: "money", "horizontal differentiation"),
    .integer("memory", 1, 0...1, unit: "periods", "prices that firms condition on"),
  ]

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    self.init()
    firms = parameters.integer("firms")
    prices = parameters.integer("prices")
    xi = parameters.real("xi")
    discount = parameters.real("discount")
    quality = parameters.real("quality")
    cost = parameters.real("cost")
    outside = parameters.real("outside")
    mu = parameters.real("mu")
    memory = parameters.integer("memory")
    try validate()
  }

  /// Checks every parameter against its declared range, for markets made in Swift.
  func validateRanges() throws {
    try Self.checkRanges([
      "firms": Double(firms), "prices": Double(prices), "xi": xi, "discount": discount,
      "quality": quality, "cost": cost, "outside": outside, "mu": mu, "memory": Double(memory),
    ])
  }
}
