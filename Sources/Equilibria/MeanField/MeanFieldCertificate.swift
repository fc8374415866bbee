public import Environments
internal import Statistics

/// Judges an alleged stationary mean-field equilibrium from the game and the answer alone.
///
/// Shares nothing with the search but the game, which writes the tables for both: it builds the policy's kernel as a dense
/// matrix, solves for the policy's values by a dense LU factorisation, and multiplies law and kernel
/// out.
public enum MeanFieldCertificate {
  /// Beyond this many states values are iterated, V ← π_σ + β P_σ V, instead of factorised.
  static let largestDenseSystem = 600

  /// The three residuals of (m, σ, s), and the values of σ.
  ///
  /// Consistency is |m − Σ s(x) σ(a | x) κ(x, a)|; invariance is ‖s L_σ − s‖₁ with
  /// L = q P_σ + (1 − q) e under turnover; optimality is the largest max_a Q(x, a) − Q(x, a′) over all
  /// states x, visited or not, and actions with σ(a′ | x) > 0, where Q belongs to V_σ.
  ///
  /// - Parameters:
  ///   - m: the interaction, one value per scalar.
  ///   - tables: the frozen game where it is not the game's own at m, such as a blend of two.
  /// - Complexity: O(states³ + transitions); beyond 600 states O(transitions log(1/ε) / (1 − β)).
  /// - Throws: `MeanFieldError.notALaw` if a row at m is none or the law or policy is none;
  ///   `NumericalError` if the factorisation fails.
  public static func residuals(
    of policy: MeanFieldPolicy, law: [Double], at m: [Double], in game: any MeanFieldGame,
    tables given: FrozenTables? = nil
  ) throws -> (residuals: MeanFieldResiduals, values: [Double]) {
    let layout = game.layout
    var tables = given ?? FrozenTables(layout)
    if given == nil { game.write(at: m, to: &tables) }
    if let broken = game.violations(of: tables, at: m).first {
      throw MeanFieldError.notALaw(broken)
    }
    try check(policy, law, layout)
    let values = try values(of: policy, tables, game)

    var optimality = 0.0
    for state in 0..<layout.stateCount {
      var best = -Double.infinity
      var worstUsed = Double.infinity
      for row in layout.rows(of: state) {
        var worth = tables.payoffs[row]
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          worth +=
            game.discount * tables.probabilities[entry] * values[Int(layout.nextStates[entry])]
        }
        best = max(best, worth)
        if policy.weights[row] > 0 { worstUsed = min(worstUsed, worth) }
      }
      optimality = max(optimality, best - worstUsed)
    }

    let survival = game.turnover?.survival ?? 1
    var pushed = [Double](repeating: 0, count: layout.stateCount)
    if let turnover = game.turnover { pushed[turnover.entry] += 1 - survival }
    var mapped = [Double](repeating: 0, count: layout.scalarCount)
    for row in 0..<layout.rowCount where policy.weights[row] > 0 {
      let mass = law[Int(layout.stateOfRow[row])] * policy.weights[row]
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        pushed[Int(layout.nextStates[entry])] += survival * mass * tables.probabilities[entry]
      }
      for scalar in 0..<layout.scalarCount {
        mapped[scalar] += mass * layout.interaction[scalar][row]
      }
    }
    let payoffs = (tables.payoffs.min() ?? 0, tables.payoffs.max() ?? 0)
    return (
      MeanFieldResiduals(
        consistency: zip(m, mapped).reduce(0) { max($0, abs($1.0 - $1.1)) },
        invariance: zip(pushed, law).reduce(0) { $0 + abs($1.0 - $1.1) },
        optimality: optimality,
        payoffScale: MeanFieldResiduals.payoffScale(
          range: payoffs.1 - payoffs.0, values: values)),
      values
    )
  }

  private static func check(
    _ policy: MeanFieldPolicy, _ law: [Double], _ layout: MeanFieldLayout
  ) throws {
    guard law.count == layout.stateCount, law.allSatisfy({ $0 >= 0 }),
      abs(law.reduce(0, +) - 1) <= 1e-9
    else {
      throw MeanFieldError.notALaw(
        GameError("law", "must be nonnegative, one entry per state, and sum to 1"))
    }
    for state in 0..<layout.stateCount {
      let weights = layout.rows(of: state).map { policy.weights[$0] }
      guard weights.allSatisfy({ $0 >= 0 }), abs(weights.reduce(0, +) - 1) <= 1e-9 else {
        throw MeanFieldError.notALaw(
          GameError(
            "policy at state \(layout.stateLabels[state])",
            "must be nonnegative and sum to 1 over the state's actions"))
      }
    }
  }

  private static func values(
    of policy: MeanFieldPolicy, _ tables: FrozenTables, _ game: any MeanFieldGame
  ) throws -> [Double] {
    let layout = game.layout
    let states = layout.stateCount
    var earned = [Double](repeating: 0, count: states)
    for row in 0..<layout.rowCount where policy.weights[row] > 0 {
      earned[Int(layout.stateOfRow[row])] += policy.weights[row] * tables.payoffs[row]
    }
    guard states <= largestDenseSystem else {
      return iterated(policy, earned, tables, game)
    }
    var system = [Double](repeating: 0, count: states * states)
    for state in 0..<states { system[state * states + state] = 1 }
    for row in 0..<layout.rowCount where policy.weights[row] > 0 {
      let first = Int(layout.stateOfRow[row]) * states
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        system[first + Int(layout.nextStates[entry])] -=
          game.discount * policy.weights[row] * tables.probabilities[entry]
      }
    }
    return try solve(DenseMatrix(rows: states, columns: states, values: system), earned)
  }

  /// V ← π_σ + β P_σ V from 0 until nothing changes by more than 1e-15 of the largest value.
  private static func iterated(
    _ policy: MeanFieldPolicy, _ earned: [Double], _ tables: FrozenTables, _ game: any MeanFieldGame
  ) -> [Double] {
    let layout = game.layout
    var values = earned
    var next = earned
    for _ in 0..<10_000_000 {
      for state in 0..<layout.stateCount {
        var ahead = 0.0
        for row in layout.rows(of: state) where policy.weights[row] > 0 {
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            ahead +=
              policy.weights[row] * tables.probabilities[entry]
              * values[Int(layout.nextStates[entry])]
          }
        }
        next[state] = earned[state] + game.discount * ahead
      }
      var change = 0.0
      var scale = 0.0
      for state in next.indices {
        change = max(change, abs(next[state] - values[state]))
        scale = max(scale, abs(next[state]))
      }
      swap(&values, &next)
      if change <= 1e-15 * scale { break }
    }
    return values
  }
}
