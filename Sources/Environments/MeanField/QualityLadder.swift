public import Configuration
internal import Foundation

/// Firms invest in quality and share a market of given size.
///
/// Consumers with logit tastes buy one product each; in the limit of a large market the profit of
/// level x is c̃ (x + 1)^θ₁ / m with m = E (x + 1)^θ₁ (Light, section 6 and footnote 15). He gives no
/// numbers for this model; the defaults are ours.
public struct QualityLadder: MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-quality-ladder"
  /// One line.
  public static let summary = "mean field: firms invest in quality and share one market"
  /// One paragraph.
  public static let details = """
    Firms climb a ladder of qualities by investing and slip down by depreciation. A firm at level x \
    earns market x (x + 1)^theta1 / m, where m is the average of (x + 1)^theta1. Investment comes in \
    levels or is continuous. Light, section 6 and footnote 15; docs/mean-field.md.
    """
  /// The market, and the ladder's.
  public static let parameters: [Parameter] =
    [
      .real("market", 20, .positive, unit: "money", "c̃, average profit before costs"),
      .real("theta1", 0.8, .nonnegative, "θ₁, how much consumers value quality"),
    ] + defaults.parameters + [.interaction]

  /// Our primitives.
  public static let defaults = LadderPrimitives(
    depreciation: 0.55, discount: 0.95, cost: 20, power: 2)

  /// The ladder.
  public let ladder: ContinuousLadder
  private let levels: [Double]?

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    var primitives = Self.defaults
    primitives.read(parameters)
    primitives.bounds = try parameters.interactionBounds().map { [$0] } ?? []
    try self.init(
      market: parameters.real("market"), theta: parameters.real("theta1"), primitives)
  }

  /// Creates the game.
  ///
  /// - Throws: `GameError` about `actions`, `theta1` or `interaction`.
  public init(
    market: Double = 20, theta: Double = 0.8, _ primitives: LadderPrimitives = defaults
  ) throws {
    let shares = (0...primitives.cap).map { pow(Double($0 + 1), theta) }
    guard shares[primitives.cap] <= 1e100 else {
      throw GameError("theta1", "makes (cap + 1)^theta1 larger than 1e100; take a smaller one")
    }
    ladder = try ContinuousLadder(
      primitives, revenue: .qualityShare(market: market, theta: theta), interaction: shares,
      interactionNames: ["mean attraction"], stateQuantity: "quality")
    levels = try primitives.levels()
  }

  /// With levels of investment, or continuous.
  public func model() throws -> MeanFieldModel { try ladder.model(levels: levels) }
}
