internal import Environments
internal import Foundation

/// The mean of t(M) for M = (c + S) / N, where S is the sum of N − 1 independent draws of κ.
///
/// For t(M) = M it is (c + (N − 1) E κ) / N. For t(M) = 1 / M, with all of κ and c positive,
///
///     E 1/M = N ∫₀^∞ e^{−cu} φ(u)^{N−1} du,      φ(u) = E e^{−κu},
///
/// since 1/y = ∫ e^{−yu} du; the integrand is smooth and falls at least as e^{−N min κ u}, and the
/// double-exponential rule u = exp(t − e^{−t}) (Takahasi and Mori 1974, "Double exponential formulas
/// for numerical integration") is halved until two rules agree to 1e-14. One other agent is summed
/// over directly.
struct MeanPrice {
  let transform: InteractionDependence.Transform
  /// N.
  let agents: Int
  /// The law of one other agent's κ.
  let law: [(kappa: Double, probability: Double)]
  private let mean: Double

  /// - Parameters:
  ///   - kappa: κ of each row.
  ///   - weights: μ of each row.
  init(
    _ transform: InteractionDependence.Transform, agents: Int, kappa: [Double], weights: [Double]
  ) {
    self.transform = transform
    self.agents = agents
    var masses: [Double: Double] = [:]
    for (value, weight) in zip(kappa, weights) where weight > 0 {
      masses[value, default: 0] += weight
    }
    law = masses.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    mean = law.reduce(0) { $0 + $1.kappa * $1.probability }
  }

  /// E t(M) for each own κ of `own`.
  func callAsFunction(_ own: [Double]) -> [Double] {
    let count = Double(agents)
    if transform == .identity { return own.map { ($0 + (count - 1) * mean) / count } }
    if agents == 2 {
      return own.map { c in law.reduce(0) { $0 + $1.probability * 2 / (c + $1.kappa) } }
    }
    var step = 0.25
    var found = quadrature(own, step: step)
    for _ in 0..<8 {
      step /= 2
      let finer = quadrature(own, step: step)
      let change = zip(found, finer).map { abs($0 - $1) / $1 }.max() ?? 0
      found = finer
      if change <= 1e-14 { break }
    }
    return found
  }

  private func quadrature(_ own: [Double], step: Double) -> [Double] {
    let count = Double(agents)
    // In units in which the mean of N M is 1.
    let least = law[0].kappa
    var sums = [Double](repeating: 0, count: own.count)
    for k in Int((-5 / step).rounded())...Int((9 / step).rounded()) {
      let t = Double(k) * step
      let shrink = exp(-t)
      let v = exp(t - shrink)
      let u = v / (count * mean)
      // φ(u)^{N−1} = e^{−(N−1) u min κ} (Σ p e^{−(κ − min κ) u})^{N−1}, which cannot underflow early.
      let inner = law.reduce(0) { $0 + $1.probability * exp(-($1.kappa - least) * u) }
      let others = (count - 1) * (log(inner) - least * u)
      let slope = v * (1 + shrink) / mean
      for (index, c) in own.enumerated() { sums[index] += slope * exp(others - c * u) }
    }
    return sums.map { $0 * step }
  }
}
