/// Finds where a function changes sign between two points at which its signs differ.
///
/// Inverse quadratic interpolation wherever three points predict well, otherwise bisection
/// (Chandrupatla 1997, "A new hybrid quadratic/bisection algorithm for finding the zero of a
/// nonlinear function without using derivatives"). A function that jumps over zero has its jump
/// bracketed.
///
/// - Parameters:
///   - tolerance: the width of the bracket at which to stop, relative to max(1, |x|).
/// - Returns: the end of the last bracket with the smaller |f|.
/// - Complexity: some ten evaluations for smooth functions, never more than about three times those
///   of bisection.
func bracketedRoot(
  _ first: (x: Double, f: Double), _ second: (x: Double, f: Double), tolerance: Double,
  _ function: (Double) throws -> Double
) rethrows -> (x: Double, f: Double) {
  var (a, b, c) = (first, second, first)
  precondition((a.f > 0) != (b.f > 0) || a.f == 0 || b.f == 0, "signs must differ")
  if a.f == 0 { return a }
  if b.f == 0 { return b }
  var share = 0.5
  for _ in 0..<400 {
    let x = a.x + share * (b.x - a.x)
    let new = (x: x, f: try function(x))
    if (new.f > 0) == (a.f > 0) {
      c = a
    } else {
      c = b
      b = a
    }
    a = new
    let best = abs(a.f) < abs(b.f) ? a : b
    if best.f == 0 { return best }
    let width = abs(b.x - a.x)
    let smallest = 0.5 * max(tolerance * max(1, abs(best.x)), 2 * best.x.ulp) / width
    if smallest >= 0.5 { return best }
    share = interpolation(a, b, c).map { ($0 - a.x) / (b.x - a.x) } ?? 0.5
    share = min(max(share, smallest), 1 - smallest)
  }
  return abs(a.f) < abs(b.f) ? a : b
}

/// Where the inverse quadratic through three points vanishes, if they predict well by Chandrupatla's
/// criterion: f has opposite signs at a, the newest point, and b, and c is the point left last.
func interpolation(
  _ a: (x: Double, f: Double), _ b: (x: Double, f: Double), _ c: (x: Double, f: Double)
) -> Double? {
  let xi = (a.x - b.x) / (c.x - b.x)
  let phi = (a.f - b.f) / (c.f - b.f)
  guard phi * phi < xi, (1 - phi) * (1 - phi) < 1 - xi else { return nil }
  let ahead = a.f / (b.f - a.f) * c.f / (b.f - c.f)
  let across = (c.x - a.x) / (b.x - a.x) * a.f / (c.f - a.f) * b.f / (c.f - b.f)
  return a.x + (ahead + across) * (b.x - a.x)
}
