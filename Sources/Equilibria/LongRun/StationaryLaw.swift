public import Environments
internal import Statistics

extension MarkovChain {
  /// The stationary law of a closed class: μ P = μ on it, Σ μ = 1, and 0 elsewhere.
  ///
  /// State reduction of Grassmann, Taksar and Heyman (1985, "Regenerative analysis and steady state
  /// distributions for Markov chains", Operations Research 33): states are taken out one by one,
  /// each time leaving the chain watched only on the states that remain. Diagonal entries are never
  /// read and nothing is subtracted, so every μ(s), however small, is accurate to a number of digits
  /// that depends on S alone and not on how nearly the class falls apart (O'Cinneide 1993, "Entrywise
  /// perturbation theory and error analysis for Markov chains", Numerische Mathematik 65). Departure
  /// from the source: μ is built up with its own exponents, so that neither its largest nor its
  /// smallest entries leave the range of doubles on the way.
  ///
  /// - Parameter states: a closed class whose states all reach each other, such as an entry of
  ///   `classStructure.recurrent`. Transitions out of it, if any, are left out.
  /// - Returns: one probability per state of the chain.
  /// - Complexity: O(k³) for k states, less where transitions are few.
  /// - Throws: `GameError` if the states do not reach each other.
  public func stationaryLaw(of states: [Int]) throws(GameError) -> [Double] {
    let size = states.count
    var p = [Double](repeating: 0, count: size * size)
    for (i, from) in states.enumerated() {
      for (j, to) in states.enumerated() where i != j { p[i * size + j] = transition[from, to] }
    }
    // Reduction: take out the last state k; column k then holds P(i, k) / P(k leaves).
    for k in stride(from: size - 1, to: 0, by: -1) {
      let targets = (0..<k).filter { p[k * size + $0] > 0 }
      let leaving = targets.reduce(0) { $0 + p[k * size + $1] }
      guard leaving > 0 else {
        throw GameError(
          "stationary law", "state \(states[k]) does not lead to those before it: no single class")
      }
      for i in 0..<k where p[i * size + k] > 0 {
        p[i * size + k] /= leaving
        for j in targets { p[i * size + j] += p[i * size + k] * p[k * size + j] }
      }
    }
    // Back substitution: μ(k) = Σ over i < k of μ(i) P(i, k) / P(k leaves), as weight × 2^exponent.
    var weights = [1.0]
    var exponents = [0]
    for k in 1..<max(size, 1) {
      let sources = (0..<k).filter { p[$0 * size + k] > 0 && weights[$0] > 0 }
      let top = sources.map { exponents[$0] }.max() ?? 0
      let sum = sources.reduce(0) {
        $0 + scaled(weights[$1], by: exponents[$1] - top) * p[$1 * size + k]
      }
      guard sum > 0, sum.isFinite else {
        throw GameError(
          "stationary law", "the states before \(states[k]) do not lead to it: no single class")
      }
      weights.append(sum.significand)
      exponents.append(top + Int(sum.exponent))
    }
    // Normalisation.
    let top = exponents.max()!
    let masses = weights.indices.map { scaled(weights[$0], by: exponents[$0] - top) }
    let total = masses.reduce(0, +)
    var law = [Double](repeating: 0, count: stateCount)
    for (index, state) in states.enumerated() { law[state] = masses[index] / total }
    return law
  }
}

/// weight × 2^exponent for an exponent that is not positive; 0 where that is too small for a double.
private func scaled(_ weight: Double, by exponent: Int) -> Double {
  exponent < -2200 ? 0 : Double(sign: .plus, exponent: exponent, significand: weight)
}
