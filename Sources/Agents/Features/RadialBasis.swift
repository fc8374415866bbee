internal import Foundation

/// Bells around centres on a grid over the unit cube.
///
///     xᵢ = exp(−‖u − cᵢ‖² / (2σ²))
///
/// Sutton and Barto (2018), section 9.5.5. `centres` centres per dimension from 0 to 1 (one alone
/// stands at 1/2), σ = `width` distances between neighbours. Normalised features are divided by
/// their sum (Moody and Darken 1989): non-negative, adding up to 1 everywhere.
public struct RadialBasis: Sendable, Equatable {
  /// Centres per dimension.
  public let centres: Int
  /// σ in distances between neighbouring centres; with one centre in units of the cube's edge.
  public let width: Double
  /// Whether features sum to 1.
  public let isNormalised: Bool

  /// A grid of bells.
  public init(centres: Int, width: Double, isNormalised: Bool) {
    precondition(centres >= 1 && width > 0, "at least one centre, of some width")
    self.centres = centres
    self.width = width
    self.isNormalised = isNormalised
  }

  /// The features at u; centres in order, the last dimension's varying fastest.
  public func features(at u: [Double]) -> [Double] {
    let spacing = centres > 1 ? 1 / Double(centres - 1) : 1
    let scale = 1 / (2 * width * width * spacing * spacing)
    let exponents = multiIndices(base: centres, dimensions: u.count).map { index in
      zip(u, index).reduce(0.0) { sum, pair in
        let distance = pair.0 - (centres > 1 ? Double(pair.1) * spacing : 0.5)
        return sum - distance * distance * scale
      }
    }
    guard isNormalised else { return exponents.map(exp) }
    // Relative to the nearest centre, so that narrow bells do not all vanish.
    let top = exponents.max()!
    let bells = exponents.map { exp($0 - top) }
    let total = bells.reduce(0, +)
    return bells.map { $0 / total }
  }
}
