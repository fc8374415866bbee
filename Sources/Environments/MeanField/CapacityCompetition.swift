public import Configuration

/// Firms invest in capacity and sell all of it at a price that falls in average capacity.
///
/// The payoff is x (α − γ m) − c₀ aᵖ, and m = E x (Light, sections 6 and 9.2.1). The ladder's chain is
/// that of `ContinuousLadder`; that the upward mass stays at the top is not stated there, but
/// reproduces the printed averages.
public struct CapacityCompetition: MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-capacity"
  /// One line.
  public static let summary = "mean field: firms invest in capacity; the price falls in the average"
  /// One paragraph.
  public static let details = """
    Firms climb a ladder of capacities by investing and slip down by depreciation. They sell their \
    capacity at the price alpha - slope x m, where m is average capacity. Investment comes in levels \
    or is continuous. Light, sections 6 and 9.2.1; docs/mean-field.md.
    """
  /// Demand, and the ladder's.
  public static let parameters: [Parameter] =
    [
      .real("alpha", 45, .positive, unit: "money", "price at average capacity 0"),
      .real("slope", 1, .nonnegative, unit: "money", "γ, how fast the price falls in m"),
    ] + defaults.parameters + [.interaction]

  /// Light's primitives.
  public static let defaults = LadderPrimitives(
    depreciation: 0.51, discount: 0.98, cost: 150, power: 3)

  /// The ladder.
  public let ladder: ContinuousLadder
  private let levels: [Double]?

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    var primitives = Self.defaults
    primitives.read(parameters)
    primitives.bounds = try parameters.interactionBounds().map { [$0] } ?? []
    try self.init(
      alpha: parameters.real("alpha"), slope: parameters.real("slope"), primitives)
  }

  /// Creates the game.
  ///
  /// - Throws: `GameError` about `actions` or `interaction`.
  public init(
    alpha: Double = 45, slope: Double = 1, _ primitives: LadderPrimitives = defaults
  ) throws {
    ladder = try ContinuousLadder(
      primitives, revenue: .linearDemand(alpha: alpha, slope: slope),
      interaction: (0...primitives.cap).map { Double($0) }, interactionNames: ["mean capacity"],
      stateQuantity: "capacity")
    levels = try primitives.levels()
  }

  /// With levels of investment, or continuous.
  public func model() throws -> MeanFieldModel { try ladder.model(levels: levels) }
}
