internal import Foundation

/// A ladder of quality or capacity levels 0 … top whose investment is any number of
/// [minimumAction, 1] (Light, section 6).
///
/// From x ≥ 1, investment a leads up with probability (1 − δ)a / (1 + a), down with δ / (1 + a), and
/// else stays; at 0 nothing is lost, at the top the upward mass stays. The payoff is u(x, m) −
/// c₀ (1 + ω m₂) aᵖ, where ω = `coupling` is 0 with a single scalar.
public struct ContinuousLadder: Sendable {
  /// The highest level; levels are 0 … top.
  public let top: Int
  /// δ ∈ (0, 1).
  public let depreciation: Double
  /// β ∈ [0, 1).
  public let discount: Double
  /// c₀ > 0.
  public let cost: Double
  /// p ≥ 1.
  public let power: Double
  /// The least investment, in (0, 1].
  public let minimumAction: Double
  /// ω: how the second scalar, mean investment, raises the cost; 0 with a single scalar.
  public let coupling: Double
  /// u(x, m₁).
  public let revenue: Revenue
  /// κ₁ of each level; κ₂ = a where there is a second scalar.
  public let interaction: [Double]
  /// What the scalars are called: one name, or two.
  public let interactionNames: [String]
  /// Where each scalar is searched for.
  public let interactionBounds: [ClosedRange<Double>]
  /// What a level is: `capacity`, `quality`.
  public let stateQuantity: String

  /// How a level earns.
  public enum Revenue: Sendable, Equatable {
    /// x (α − γ m): capacity competition with linear inverse demand.
    case linearDemand(alpha: Double, slope: Double)
    /// c̃ (x + 1)^θ₁ / m: the large-market limit of logit price competition.
    case qualityShare(market: Double, theta: Double)

    /// u(x, m).
    public func callAsFunction(_ level: Int, _ m: Double) -> Double {
      switch self {
      case .linearDemand(let alpha, let slope): Double(level) * (alpha - slope * m)
      case .qualityShare(let market, let theta): market * pow(Double(level + 1), theta) / m
      }
    }

    /// t, u₀ and u₁ of u(x, m) = u₀ + t(m) u₁.
    func affineParts(
      _ level: Int
    ) -> (transform: InteractionDependence.Transform, constant: Double, factor: Double) {
      switch self {
      case .linearDemand(let alpha, let slope):
        (.identity, Double(level) * alpha, -slope * Double(level))
      case .qualityShare(let market, let theta):
        (.reciprocal, 0, market * pow(Double(level + 1), theta))
      }
    }
  }

  /// The probability of the level above, below the top: (1 − δ)a / (1 + a).
  public func rise(_ action: Double) -> Double { (1 - depreciation) * action / (1 + action) }
  /// The probability of the level below, above 0: δ / (1 + a).
  public func fall(_ action: Double) -> Double { depreciation / (1 + action) }

  /// The probability of the same level, between 0 and the top: (1 − δ + δa) / (1 + a).
  public func stay(_ action: Double) -> Double {
    (1 - depreciation + depreciation * action) / (1 + action)
  }

  /// A ladder with the primitives that all share.
  ///
  /// - Throws: `GameError` about `interaction` if the bounds leave what the scalars can be.
  init(
    _ primitives: LadderPrimitives, revenue: Revenue, interaction: [Double],
    interactionNames: [String], stateQuantity: String, coupling: Double = 0
  ) throws {
    top = primitives.cap
    depreciation = primitives.depreciation
    discount = primitives.discount
    cost = primitives.cost
    power = primitives.power
    minimumAction = primitives.minimumAction
    self.coupling = coupling
    self.revenue = revenue
    self.interaction = interaction
    self.interactionNames = interactionNames
    self.stateQuantity = stateQuantity
    let ranges = [
      interaction.min()!...interaction.max()!,
      primitives.minimumAction...max(1, primitives.minimumAction),
    ]
    interactionBounds = try interactionNames.indices.map { scalar in
      try searchBounds(
        primitives.bounds.indices.contains(scalar) ? primitives.bounds[scalar] : nil,
        within: ranges[scalar])
    }
  }
}
