internal import Environments

/// Where a chain spends its time in the long run.
///
/// With several recurrent classes there is no single ergodic law: which class play ends in depends
/// on chance or on where it starts, and `law` is an average over those histories that no single one
/// follows.
public struct LongRun: Sendable, Equatable {
  /// One recurrent class.
  public struct Recurrent: Sendable, Equatable {
    /// Its states, ascending.
    public let states: [Int]
    /// Its stationary law over all S states: the share of dates spent at each, once inside.
    public let law: [Double]
    /// Its period; above 1 the law at a date keeps moving and only averages over dates settle.
    public let period: Int
    /// The chance of ending in it from the initial law.
    public let chance: Double
  }

  /// The recurrent classes, by their first states.
  public let classes: [Recurrent]
  /// Σ over classes of chance × law: expected shares of dates at each state.
  public let law: [Double]

  /// Whether there is one recurrent class, so that shares of dates do not depend on chance.
  public var isErgodic: Bool { classes.count == 1 }

  /// The average of `quantity` over the long-run law.
  public func mean(_ quantity: [Double]) -> Double {
    zip(law, quantity).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension MarkovChain {
  /// Recurrent classes, their laws and periods, and the chance of each from `initial`.
  ///
  /// - Complexity: O(S³) at worst.
  /// - Throws: `GameError` if `initial` is no law.
  public func longRun(from initial: [Double]) throws -> LongRun {
    let total = initial.reduce(0, +)
    guard initial.count == stateCount, initial.allSatisfy({ $0 >= 0 }), abs(total - 1) <= 1e-9
    else {
      throw GameError(
        "initial law",
        "needs \(stateCount) nonnegative probabilities summing to 1, not \(initial.count) summing "
          + "to \(total)")
    }
    let structure = classStructure
    let chances = try absorptionChances(in: structure.recurrent, from: initial)
    var law = [Double](repeating: 0, count: stateCount)
    var classes: [LongRun.Recurrent] = []
    for (index, states) in structure.recurrent.enumerated() {
      let own = try stationaryLaw(of: states)
      for state in states { law[state] += chances[index] * own[state] }
      classes.append(
        LongRun.Recurrent(
          states: states, law: own, period: structure.periods[index], chance: chances[index]))
    }
    return LongRun(classes: classes, law: law)
  }
}
