internal import Foundation

/// Writes σ(a) = exp(w(a)/τ) / Σ exp(w(b)/τ), the logit response to `worth`.
///
/// The maximum is subtracted first, so nothing overflows for finite worths and τ > 0; a spread that
/// itself overflows gives 0 to the worse action. Two passes, one exponential an action.
@inline(__always)
func writeLogitLaw(
  _ worth: UnsafePointer<Double>, count: Int, temperature: Double,
  into law: UnsafeMutablePointer<Double>
) {
  var top = worth[0]
  var action = 1
  while action < count {
    top = worth[action] > top ? worth[action] : top
    action &+= 1
  }
  var total = 0.0
  action = 0
  while action < count {
    let weight = exp((worth[action] - top) / temperature)
    law[action] = weight
    total += weight
    action &+= 1
  }
  action = 0
  while action < count {
    law[action] /= total
    action &+= 1
  }
}
