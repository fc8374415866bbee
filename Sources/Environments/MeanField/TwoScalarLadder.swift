public import Configuration

/// Capacity competition in which investment is dearer the more others invest: two scalars.
///
/// The payoff is x (α − γ m₁) − c₀ (1 + ω m₂) aᵖ with m₁ = E x and m₂ = E a: the smallest test of a
/// method for several interactions (Light, section 8.3, gives the method and no model).
public struct TwoScalarLadder: MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-two-scalars"
  /// One line.
  public static let summary =
    "mean field: capacity competition with average capacity and investment"
  /// One paragraph.
  public static let details = """
    The capacity game in which investment costs cost x (1 + coupling x m2) x a^power: m1 is average \
    capacity and lowers the price, m2 is average investment and raises its cost. Investment is \
    continuous unless levels are asked for. docs/mean-field.md.
    """
  /// The capacity game's, and the coupling.
  public static let parameters: [Parameter] =
    CapacityCompetition.parameters.dropLast().map {
      $0.name == "actions" ? $0.with(default: .text(LadderPrimitives.continuous)) : $0
    } + [
      .real("coupling", 0.5, .nonnegative, "ω, how average investment raises the cost"),
      Parameter(
        "interaction", .list(.list(.real(.any))), .optional,
        "bounds of the search, [[lo, hi], [lo, hi]] for m1 and m2; unless given, every value that "
          + "they can take"),
    ]

  /// Light's primitives of the capacity game, with continuous investment.
  public static var defaults: LadderPrimitives {
    var primitives = CapacityCompetition.defaults
    primitives.actions = nil
    return primitives
  }

  /// The ladder.
  public let ladder: ContinuousLadder
  private let levels: [Double]?

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    var primitives = Self.defaults
    primitives.read(parameters)
    if case .list(let pairs) = parameters["interaction"] {
      primitives.bounds = try pairs.map { try interval($0) }
      guard primitives.bounds.count == 2 else {
        throw GameError("interaction", "must be two pairs, [[lo, hi], [lo, hi]]")
      }
    }
    try self.init(
      alpha: parameters.real("alpha"), slope: parameters.real("slope"),
      coupling: parameters.real("coupling"), primitives)
  }

  /// Creates the game.
  ///
  /// - Throws: `GameError` about `actions` or `interaction`.
  public init(
    alpha: Double = 45, slope: Double = 1, coupling: Double = 0.5,
    _ primitives: LadderPrimitives = defaults
  ) throws {
    ladder = try ContinuousLadder(
      primitives, revenue: .linearDemand(alpha: alpha, slope: slope),
      interaction: (0...primitives.cap).map { Double($0) },
      interactionNames: ["mean capacity", "mean investment"], stateQuantity: "capacity",
      coupling: coupling)
    levels = try primitives.levels()
  }

  /// Continuous, or with levels of investment.
  public func model() throws -> MeanFieldModel { try ladder.model(levels: levels) }
}
