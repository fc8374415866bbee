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
  /// β ∈ (0, 1).
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
  }
}
