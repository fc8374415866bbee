internal import Environments
internal import Equilibria
internal import Statistics

/// Projected gradient ascent on a directly parametrised policy at a frozen m (Light, Eq. 7, with the
/// projection taken state by state, on the laws over feasible actions):
///
///     σ(x, ·) ← Proj( σ(x, ·) + γ d(x) Q^σ(x, ·) )
///
/// where d = ρ (I − β P_σ)⁻¹ is the discounted occupation from the uniform law ρ; d(x) Q^σ(x, a) is the
/// derivative of V_ρ(σ) = Σ ρ(x) V^σ(x) by σ(a | x) (Sutton, McAllester, Singh and Mansour 2000).
/// One iteration costs a policy evaluation and the sweeps that d takes.
struct FrozenPolicyGradient {
  /// σ now; begins with every action alike.
  private(set) var policy: MeanFieldPolicy
  /// Q^σ of each row, of the last iteration.
  private(set) var actionValues: [Double]
  /// V_ρ(σ) before the last iteration's step.
  private(set) var value = -Double.infinity
  private let layout: MeanFieldLayout
  private let discount: Double
  private var occupation: [Double]
  private var pushed: [Double]

  init(_ game: any MeanFieldGame) {
    layout = game.layout
    discount = game.discount
    policy = .uniform(layout)
    actionValues = [Double](repeating: 0, count: layout.rowCount)
    occupation = [Double](repeating: 0, count: layout.stateCount)
    pushed = occupation
  }

  /// Begins again from the uniform policy.
  mutating func begin() {
    policy = .uniform(layout)
    value = -.infinity
    for state in occupation.indices { occupation[state] = 1 / Double(layout.stateCount) }
  }

  /// One step with the model's own gradient. Returns whether the policy changed.
  mutating func iterate(_ problem: inout FrozenProblem, step: Double) -> Bool {
    evaluate(&problem)
    occupy(problem.tables)
    return move(occupation: occupation, actionValues: actionValues, step: step)
  }

  /// Q^σ and V_ρ(σ).
  mutating func evaluate(_ problem: inout FrozenProblem) {
    let values = problem.evaluate(policy)
    value = values.reduce(0, +) / Double(values.count)
    for row in actionValues.indices {
      actionValues[row] = problem.actionValue(row: row, values: values)
    }
  }

  /// σ(x, ·) ← Proj(σ(x, ·) + γ d(x) Q(x, ·)) at every state. Returns whether anything changed.
  mutating func move(occupation: [Double], actionValues: [Double], step: Double) -> Bool {
    let before = policy.weights
    policy.weights.withUnsafeMutableBufferPointer { weights in
      for state in 0..<layout.stateCount {
        let rows = layout.rows(of: state)
        guard rows.count > 1 else { continue }
        // A common level moves no projection; without it no digits are lost.
        var level = -Double.infinity
        for row in rows { level = max(level, actionValues[row]) }
        let law = UnsafeMutableBufferPointer(rebasing: weights[rows])
        for row in rows {
          weights[row] += step * occupation[state] * (actionValues[row] - level)
        }
        projectOntoSimplex(law.baseAddress!, count: rows.count)
      }
    }
    return policy.weights != before
  }

  /// d = ρ + β d P_σ, swept from the last d until no sum of changes above 1e-13 of its mass is left.
  private mutating func occupy(_ tables: FrozenTables) {
    let start = 1 / Double(layout.stateCount)
    let mass = 1 / (1 - discount)
    for _ in 0..<100_000 {
      for state in pushed.indices { pushed[state] = start }
      for state in 0..<layout.stateCount {
        for row in layout.rows(of: state) where policy.weights[row] > 0 {
          let flow = discount * occupation[state] * policy.weights[row]
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            pushed[Int(layout.nextStates[entry])] += flow * tables.probabilities[entry]
          }
        }
      }
      var change = 0.0
      for state in pushed.indices { change += abs(pushed[state] - occupation[state]) }
      swap(&occupation, &pushed)
      if change <= 1e-13 * mass * (1 - discount) { return }
    }
  }

  /// Σ ρ(x) (maxₐ Q^σ(x, a) − V^σ(x)), and the largest weight of an action that is worse than the
  /// best by more than 1e-9 of the largest value: 0 once σ is optimal.
  mutating func shortfall(_ problem: inout FrozenProblem) -> (residual: Double, misplaced: Double) {
    evaluate(&problem)
    let scale = actionValues.reduce(0) { max($0, abs($1)) }
    var (residual, misplaced) = (0.0, 0.0)
    for state in 0..<layout.stateCount {
      let rows = layout.rows(of: state)
      let best = rows.reduce(-Double.infinity) { max($0, actionValues[$1]) }
      for row in rows where policy.weights[row] > 0 {
        let gap = best - actionValues[row]
        residual += policy.weights[row] * gap
        if gap > 1e-9 * scale { misplaced = max(misplaced, policy.weights[row]) }
      }
    }
    return (residual / Double(layout.stateCount), misplaced)
  }
}
