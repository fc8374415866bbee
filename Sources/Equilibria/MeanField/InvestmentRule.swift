internal import Foundation

/// The investment a of [a̲, 1] at which aᵖ⁻¹ (1 + a)² = t, clipped to that interval.
///
/// The left side rises in a for p ≥ 1. In y = ln a the equation reads (p − 1) y + 2 ln(1 + eʸ) = ln t,
/// whose left side rises and is convex: Newton's method overshoots at most once and then falls on the
/// root from above. A bracket guards the first step.
struct InvestmentRule: Sendable {
  private let power: Double
  private let minimum: Double
  private let lowest: Double
  /// The t at which a̲ is optimal without clipping.
  private let threshold: Double

  /// - Parameters:
  ///   - power: p ≥ 1.
  ///   - minimum: a̲ ∈ (0, 1].
  init(power: Double, minimum: Double) {
    self.power = power
    self.minimum = minimum
    lowest = log(minimum)
    threshold = pow(minimum, power - 1) * (1 + minimum) * (1 + minimum)
  }

  /// The investment, accurate to a few units in the last place.
  ///
  /// - Parameters:
  ///   - t: any number; a̲ is returned for those not above its own.
  ///   - start: where to begin, in [a̲, 1].
  func investment(_ t: Double, from start: Double) -> Double {
    guard t > threshold else { return minimum }
    guard t < 4 else { return 1 }
    let target = log(t)
    var (low, high) = (lowest, 0.0)
    var y = log(start)
    for _ in 0..<200 {
      let a = exp(y)
      let gap = (power - 1) * y + 2 * log1p(a) - target
      if gap > 0 { high = y } else { low = y }
      let slope = power - 1 + 2 * a / (1 + a)
      var next = y - gap / slope
      if !(next >= low && next <= high) { next = 0.5 * (low + high) }
      let step = abs(next - y)
      y = next
      // The error left is of the order of the square of the last step.
      if step <= 1e-9 { break }
    }
    return min(max(exp(y), minimum), 1)
  }
}
