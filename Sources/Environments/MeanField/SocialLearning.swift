public import Configuration
internal import Statistics

/// People who average their own belief, the population's, and a signal that effort makes precise.
///
/// Beliefs x lie on an even grid of [0, 1] and efforts a in 0 … 5. With k = (0.5 + a) / (1.5 + a) and
/// a signal ζ ~ N(θ, 1 / (3 + γa)), the next belief is the grid point nearest to
/// c (1 − k) x + (1 − c)(1 − k) m + k ζ, where m = E x; what falls beyond the grid goes to its ends.
/// The payoff is −s (θ − x)² − d a (Light, section 7.2; he does not state β).
public struct SocialLearning: RowwiseMeanFieldGame, MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-social-learning"
  /// One line.
  public static let summary =
    "mean field: beliefs drawn to the average belief and to costly signals"
  /// One paragraph.
  public static let details = """
    Each person holds a belief about theta, pays for being wrong, and chooses how much effort to \
    put into a noisy signal. The next belief averages the own one, the population's average m, and \
    the signal. Light, section 7.2; docs/mean-field.md.
    """
  /// Truth, weights, costs, the grid and the bounds of the search.
  public static let parameters: [Parameter] = [
    .real("theta", 0.4, .any, "θ, the truth"),
    .real("persistence", 0.4, .closed(0, 1), "c, weight of the own belief against the average"),
    .real("effort_cost", 0.1, .nonnegative, unit: "payoff", "d, cost of a unit of effort"),
    .real("precision_slope", 5, .nonnegative, "γ, precision that a unit of effort adds"),
    .real("scale", 20, .nonnegative, unit: "payoff", "s, cost of a squared error of 1"),
    .integer("points", 21, 2...1001, "beliefs on the grid of [0, 1], both ends included"),
    .real("beta", 0.95, .rightOpen(0, 1), "discount factor"),
    .interaction,
  ]

  /// What may differ between such games.
  public struct Primitives: Sendable, Equatable {
    /// θ.
    public var theta = 0.4
    /// c.
    public var persistence = 0.4
    /// d.
    public var effortCost = 0.1
    /// γ.
    public var precisionSlope = 5.0
    /// s.
    public var scale = 20.0
    /// The grid's size.
    public var points = 21
    /// β.
    public var discount = 0.95

    /// The defaults.
    public init() {}
  }

  /// Efforts are 0 … 5.
  static let effortCount = 6

  /// Truth, weights, costs and the grid.
  public let primitives: Primitives
  /// Beliefs ascending; every effort at each; every belief can follow.
  public let layout: MeanFieldLayout
  /// [0, 1] unless narrowed.
  public let interactionBounds: [ClosedRange<Double>]
  /// β.
  public var discount: Double { primitives.discount }
  /// A belief.
  public var stateQuantity: String { "belief" }
  private let payoffs: [Double]

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    var primitives = Primitives()
    primitives.theta = parameters.real("theta")
    primitives.persistence = parameters.real("persistence")
    primitives.effortCost = parameters.real("effort_cost")
    primitives.precisionSlope = parameters.real("precision_slope")
    primitives.scale = parameters.real("scale")
    primitives.points = parameters.integer("points")
    primitives.discount = parameters.real("beta")
    try self.init(primitives, bounds: parameters.interactionBounds())
  }

  /// Creates the game.
  ///
  /// - Parameter bounds: where m is searched for; nil for [0, 1].
  /// - Throws: `GameError` about `interaction` if the bounds leave [0, 1].
  public init(_ primitives: Primitives = Primitives(), bounds: ClosedRange<Double>? = nil) throws {
    self.primitives = primitives
    let points = primitives.points
    let beliefs = (0..<points).map { Double($0) / Double(points - 1) }
    layout = try MeanFieldLayout(
      coordinates: beliefs.map { [$0] }, interactionNames: ["mean belief"],
      rows: beliefs.map { belief in
        (0..<Self.effortCount).map {
          .init(.number(Double($0)), successors: Array(0..<points), interaction: [belief])
        }
      })
    interactionBounds = [try searchBounds(bounds, within: layout.interactionRange[0])]
    payoffs = beliefs.flatMap { belief in
      let error = primitives.theta - belief
      return (0..<Self.effortCount).map {
        -primitives.scale * error * error - primitives.effortCost * Double($0)
      }
    }
  }

  /// The game itself.
  public func model() -> MeanFieldModel { .finite(self) }

  /// One normal tail for each boundary between grid points.
  public func write(row: Int, at m: [Double], to tables: inout FrozenTables) {
    let points = primitives.points
    let steps = Double(points - 1)
    let belief = row / Self.effortCount
    let a = Double(row % Self.effortCount)
    let weight = (0.5 + a) / (1.5 + a)
    let perDeviation = (3 + primitives.precisionSlope * a).squareRoot() / weight
    let common =
      (1 - primitives.persistence) * (1 - weight) * m[0] + weight * primitives.theta
    let mean = primitives.persistence * (1 - weight) * Double(belief) / steps + common
    let first = layout.transitionOffsets[row]
    tables.payoffs[row] = payoffs[row]
    // Of each boundary the smaller tail: below it on the left of the mean, above it on the right.
    var wasRight = false
    var earlier = 0.0
    for point in 0..<points - 1 {
      let z = ((Double(point) + 0.5) / steps - mean) * perDeviation
      let isRight = z > 0
      let tail = normalProbability(above: isRight ? z : -z)
      tables.probabilities[first + point] =
        isRight ? (wasRight ? earlier - tail : 1 - earlier - tail) : tail - earlier
      wasRight = isRight
      earlier = tail
    }
    tables.probabilities[first + points - 1] = wasRight ? earlier : 1 - earlier
  }
}
