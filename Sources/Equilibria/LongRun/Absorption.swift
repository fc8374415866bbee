public import Environments
internal import Statistics

extension MarkovChain {
  /// The chance of ending in each closed class.
  ///
  /// Bᵢ = initial(class i) + Σ over transient s of initial(s) b(s, i), with b = (I − T)⁻¹ R for the
  /// transient block T and the transitions R into classes (Kemeny and Snell 1976, *Finite Markov
  /// Chains*, theorem 3.3.7). Solved directly, by taking transient states out one by one and passing
  /// their mass on. That is Gaussian elimination with the pivot 1 − P(s, s) formed as the sum of the
  /// other entries, as in Grassmann, Taksar and Heyman (1985): nothing is subtracted, so the chances
  /// stay accurate where transient states are almost never left.
  ///
  /// - Parameters:
  ///   - classes: the recurrent classes, as in `classStructure.recurrent`.
  ///   - initial: the law of the first state.
  /// - Returns: one chance per class, summing to 1 up to rounding.
  /// - Complexity: O(k S²) for k transient states, less where transitions are few.
  /// - Throws: `GameError` if some transient state leads to no class.
  public func absorptionChances(
    in classes: [[Int]], from initial: [Double]
  ) throws(GameError) -> [Double] {
    precondition(initial.count == stateCount, "one probability per state")
    let n = stateCount
    var isClosed = [Bool](repeating: false, count: n)
    for state in classes.joined() { isClosed[state] = true }
    let transient = (0..<n).filter { !isClosed[$0] }
    var p = transition.values
    var mass = initial
    for (position, k) in transient.enumerated().reversed() {
      // Transient states after `position` are gone already: only these are left to lead to.
      let remaining = transient[..<position]
      let targets = (remaining + classes.joined()).filter { p[k * n + $0] > 0 }
      let leaving = targets.reduce(0) { $0 + p[k * n + $1] }
      guard leaving > 0 else {
        throw GameError("absorption", "state \(k) leads to no closed class")
      }
      for i in remaining where p[i * n + k] > 0 {
        let share = p[i * n + k] / leaving
        for j in targets { p[i * n + j] += share * p[k * n + j] }
      }
      let share = mass[k] / leaving
      for j in targets { mass[j] += share * p[k * n + j] }
    }
    return classes.map { states in states.reduce(0) { $0 + mass[$1] } }
  }
}
