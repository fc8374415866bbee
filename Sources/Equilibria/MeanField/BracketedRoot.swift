internal import Foundation

/// A root of a continuous function between two points where it has opposite signs.
///
/// The first steps halve; the later ones interpolate by the inverse quadratic through the last three
/// points wherever the function looks monotone between them, and halve where not (Chandrupatla 1997, "A
/// new hybrid quadratic/bisection algorithm for finding the zero of a nonlinear function without using
/// derivatives"). The bracket never loses the root.
struct BracketedRoot {
  /// The end of the bracket with the smaller |f|.
  var root: Double
  /// f there.
  var value: Double
  /// The final bracket.
  var bracket: ClosedRange<Double>
  /// Evaluations made, not counting the two ends.
  var evaluations: Int
  /// Whether the bracket is within tolerance or f vanishes.
  var isFound: Bool

  /// Finds a root.
  ///
  /// - Parameters:
  ///   - halvings: how many steps halve before any interpolates.
  ///   - tolerance: how wide the bracket may be at the end; no less than what doubles resolve.
  ///   - maximum: most evaluations.
  /// - Precondition: f(low) f(high) ≤ 0.
  static func find(
    low: Double, _ atLow: Double, high: Double, _ atHigh: Double, halvings: Int = 0,
    tolerance: Double, maximum: Int = 200, _ f: (Double) throws -> Double
  ) rethrows -> BracketedRoot {
    precondition(atLow * atHigh <= 0, "the ends must enclose a root")
    // `a` is the newest point, `b` the other end of the bracket, `c` the point before.
    var (a, fa) = (high, atHigh)
    var (b, fb) = (low, atLow)
    var share = 0.5
    var evaluations = 0
    func result(_ isFound: Bool) -> BracketedRoot {
      let isFirst = abs(fa) < abs(fb)
      return BracketedRoot(
        root: isFirst ? a : b, value: isFirst ? fa : fb, bracket: min(a, b)...max(a, b),
        evaluations: evaluations, isFound: isFound)
    }
    if fa == 0 || fb == 0 { return result(true) }
    while evaluations < maximum {
      let x = a + share * (b - a)
      let fx = try f(x)
      evaluations += 1
      let (c, fc): (Double, Double)
      if (fx > 0) == (fa > 0) {
        (c, fc) = (a, fa)
      } else {
        (c, fc) = (b, fb)
        (b, fb) = (a, fa)
      }
      (a, fa) = (x, fx)
      let near = abs(fa) < abs(fb) ? a : b
      let width = abs(b - a)
      let allowed = max(tolerance, 2 * near.ulp)
      if fa == 0 || width <= allowed { return result(true) }
      share = 0.5
      if evaluations >= halvings {
        let place = (a - b) / (c - b)
        let rise = (fa - fb) / (fc - fb)
        if rise * rise < place, (1 - rise) * (1 - rise) < 1 - place {
          share =
            fa / (fb - fa) * fc / (fb - fc)
            + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
          let least = min(0.5, 0.5 * allowed / width)
          share = min(max(share, least), 1 - least)
        }
      }
    }
    return result(false)
  }
}
