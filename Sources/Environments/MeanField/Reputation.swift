public import Configuration

/// Sellers whose average review attracts customers, and whose effort earns good reviews.
///
/// The state is (x₁, x₂): a score in {0, ½, …, 5} and the number of reviews behind it, at most N.
/// Effort a ∈ {0, 1, 2} earns the review aζ, ζ ∈ {1, 1.5, 2, 2.25, 2.5} with equal probability; the
/// next score is the one nearest to (x₂ x₁ + aζ) / (1 + x₂), and x₂ rises by one up to N. The payoff
/// is ν / m − d a with ν = 1 + c₁ x₁ + c₂ x₂ and m = E ν. After each review a seller leaves with
/// probability 1 − β and a new one enters at (0, 0) (Light, sections 7.3 and 9.2.3).
///
/// Reviews are multiples of ¼, so a new average often lies halfway between two scores. How such ties
/// are rounded is not stated there and matters; here they are decided in whole numbers.
public struct Reputation: MeanFieldGame, MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-reputation"
  /// One line.
  public static let summary =
    "mean field: sellers earn reviews by effort; customers go by the score"
  /// One paragraph.
  public static let details = """
    A seller's state is an average score and the number of reviews behind it; effort makes good \
    reviews likely, and a seller's share of customers is 1 + score_weight x score + review_weight x \
    reviews over its average m. Sellers leave and are replaced by ones without reviews. `ties` says \
    how a score halfway between two is rounded. Light, sections 7.3 and 9.2.3; docs/mean-field.md.
    """
  /// Cost, weights, the number of reviews, rounding and the bounds of the search.
  public static let parameters: [Parameter] = [
    .real("effort_cost", 0.1, .nonnegative, unit: "payoff", "d, cost of a unit of effort"),
    .real("score_weight", 3, .nonnegative, "c₁, how much customers go by the score"),
    .real("review_weight", 1, .nonnegative, "c₂, how much they go by the number of reviews"),
    .integer("reviews_max", 20, 1...1000, "N, the number of reviews from which on it is constant"),
    .real("beta", 0.95, .open(0, 1), "discount factor, and the probability of staying"),
    .choice(
      "ties", Ties.halfDown.rawValue, Ties.allCases.map(\.rawValue),
      "how an average halfway between two scores is rounded"),
    .interaction,
  ]

  /// How an average halfway between two scores is rounded.
  public enum Ties: String, Sendable, CaseIterable {
    /// To the lower score.
    case halfDown = "half-down"
    /// To the higher score.
    case halfUp = "half-up"
    /// To the whole one of the two.
    case halfEven = "half-even"
  }

  /// What may differ between such games.
  public struct Primitives: Sendable, Equatable {
    /// d.
    public var effortCost = 0.1
    /// c₁.
    public var scoreWeight = 3.0
    /// c₂.
    public var reviewWeight = 1.0
    /// N.
    public var reviewsMaximum = 20
    /// β.
    public var discount = 0.95
    /// Rounding of ties.
    public var ties = Ties.halfDown

    /// The defaults.
    public init() {}
  }

  /// Scores are k / 2 for k = 0 … 10.
  static let scoreCount = 11
  /// Efforts are 0, 1 and 2.
  static let effortCount = 3
  /// 4ζ.
  static let quarters = [4, 6, 8, 9, 10]

  /// Cost, weights, sizes and rounding.
  public let primitives: Primitives
  /// (x₁, x₂), x₂ fastest.
  public let layout: MeanFieldLayout
  /// [1, 1 + 5 c₁ + N c₂] unless narrowed.
  public let interactionBounds: [ClosedRange<Double>]
  /// Payoffs are affine in 1 / m.
  public let dependence = InteractionDependence.affinePayoffs(.reciprocal)
  /// β.
  public var discount: Double { primitives.discount }
  /// Sellers stay with probability β; others enter at (0, 0).
  public var turnover: Turnover? { Turnover(survival: primitives.discount, entry: 0) }
  /// The first coordinate.
  public var stateQuantity: String { "score" }
  private let tables: AffineTables

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    var primitives = Primitives()
    primitives.effortCost = parameters.real("effort_cost")
    primitives.scoreWeight = parameters.real("score_weight")
    primitives.reviewWeight = parameters.real("review_weight")
    primitives.reviewsMaximum = parameters.integer("reviews_max")
    primitives.discount = parameters.real("beta")
    primitives.ties = Ties(rawValue: parameters.text("ties"))!
    try self.init(primitives, bounds: parameters.interactionBounds())
  }

  /// Creates the game.
  ///
  /// - Parameter bounds: where m is searched for; nil for every value it can take, all of at least 1.
  /// - Throws: `GameError` about `interaction` if the bounds leave those values.
  public init(_ primitives: Primitives = Primitives(), bounds: ClosedRange<Double>? = nil) throws {
    self.primitives = primitives
    let most = primitives.reviewsMaximum
    var tables = AffineTables()
    var coordinates: [[Double]] = []
    var rows: [[MeanFieldLayout.Row]] = []
    for score in 0..<Self.scoreCount {
      for reviews in 0...most {
        let attraction =
          1 + primitives.scoreWeight * Double(score) / 2
          + primitives.reviewWeight * Double(reviews)
        coordinates.append([Double(score) / 2, Double(reviews)])
        rows.append(
          (0..<Self.effortCount).map { effort in
            let law = Self.nextScores(score, reviews, effort: effort, ties: primitives.ties)
            tables.constants.append(-primitives.effortCost * Double(effort))
            tables.factors.append(attraction)
            tables.probabilities += law.map(\.probability)
            return .init(
              .number(Double(effort)),
              successors: law.map { $0.score * (most + 1) + min(reviews + 1, most) },
              interaction: [attraction])
          })
      }
    }
    self.tables = tables
    layout = try MeanFieldLayout(
      coordinates: coordinates, interactionNames: ["mean attraction"], rows: rows)
    interactionBounds = [try searchBounds(bounds, within: layout.interactionRange[0])]
  }

  /// The game itself.
  public func model() -> MeanFieldModel { .finite(self) }

  /// Copies the law, which does not depend on m: O(rows + transitions).
  public func write(at m: [Double], to tables: inout FrozenTables) {
    self.tables.write(1 / m[0], to: &tables)
  }

  /// Indices of the next score, ascending, with their probabilities.
  private static func nextScores(
    _ score: Int, _ reviews: Int, effort: Int, ties: Ties
  ) -> [(score: Int, probability: Double)] {
    // Twice the new average, (2 k n + 4aζ) / (2 (n + 1)) for the score k / 2 of n reviews.
    let nearest = quarters.map {
      rounded(2 * score * reviews + effort * $0, over: 2 * (reviews + 1), ties: ties)
    }
    return Set(nearest).sorted().map { next in
      (next, Double(nearest.count { $0 == next }) / Double(quarters.count))
    }
  }

  /// The whole number nearest to a nonnegative fraction.
  static func rounded(_ numerator: Int, over denominator: Int, ties: Ties) -> Int {
    let (whole, rest) = numerator.quotientAndRemainder(dividingBy: denominator)
    if 2 * rest != denominator { return 2 * rest < denominator ? whole : whole + 1 }
    return switch ties {
    case .halfDown: whole
    case .halfUp: whole + 1
    case .halfEven: whole + whole % 2
    }
  }
}
