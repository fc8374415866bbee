/// Replaces `count` numbers by the nearest law: the point of {p ≥ 0, Σ p = 1} at the least Euclidean
/// distance.
///
/// p = max(x − τ, 0) with the τ that makes the sum 1, found by leaving out entries not above τ until
/// none is left to leave out (Michelot 1986). At most `count` passes; exact up to rounding. Values that
/// are not finite come out as they are.
func projectOntoSimplex(_ x: UnsafeMutablePointer<Double>, count: Int) {
  // Measured from the largest, so that a large common level costs no digits.
  var top = x[0]
  for k in 1..<max(count, 1) { top = max(top, x[k]) }
  guard top.isFinite else { return }
  // All within 1 of the top may be in the support, none below can be.
  var threshold = -1.0
  var members = Int.max
  while true {
    var sum = 0.0
    var above = 0
    for k in 0..<count where x[k] - top > threshold {
      sum += x[k] - top
      above += 1
    }
    // Rounding may bring an entry back that lies at τ; the count must fall, or it is done.
    if above >= members { break }
    members = above
    threshold = (sum - 1) / Double(above)
  }
  for k in 0..<count { x[k] = max(x[k] - top - threshold, 0) }
}
