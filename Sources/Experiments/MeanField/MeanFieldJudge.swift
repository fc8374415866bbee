internal import Environments
internal import Equilibria

/// How far a learned policy and law are from what is exact at one m.
struct MeanFieldGap: Sendable {
  /// m − Φ(m), one value per scalar: exact, whatever was learned.
  var residual: [Double]
  /// m − M of the learned policy with its own long-run law; nil if that law is not unique.
  var policyResidual: [Double]?
  /// max |Q̂ − Q*|; nil without action values.
  var actionValueError: Double?
  /// States of the exact population whose likeliest learned action is not optimal.
  var wrongActions: Int
  /// The same over all states, visited or not.
  var wrongAnywhere: Int
  /// Share of the exact population at such states.
  var wrongMass: Double
  /// Least difference of the best and the second-best action over the exact population's states.
  var smallestGap: Double
  /// The difference of the best and the second-best Q* of every state; infinite with one action.
  var actionGaps: [Double]
  /// maxₓ V*(x) − V^σ(x).
  var valueLoss: Double
  /// The same in the mean over the exact law.
  var meanValueLoss: Double
  /// maxₓ |V*(x)|, what a loss is small or large beside.
  var valueScale: Double
  /// ½‖ŝ − s‖₁ of the law that was seen; nil if none was.
  var totalVariation: Double?
  /// ½‖s^σ − s‖₁ of the learned policy's own long-run law; nil if that is not unique.
  var policyVariation: Double?
}

/// Judges learned policies exactly.
struct MeanFieldJudge: Sendable {
  private var problem: FrozenProblem

  init(_ game: any MeanFieldGame) throws { problem = try FrozenProblem(game) }

  /// Judges a policy of agents who face m.
  ///
  /// - Parameters:
  ///   - law: of the population as it was seen; empty for none.
  ///   - exact: the law to compare with; nil for that of an optimal policy at m.
  /// - Throws: what the frozen problem throws of the exact side.
  mutating func judge(
    _ policy: MeanFieldPolicy, law: [Double], actionValues: [Double]?, at m: [Double],
    exact: [Double]? = nil
  ) throws -> MeanFieldGap {
    let response = try problem.respond(to: m)
    let layout = problem.layout
    let exact = exact ?? response.law
    let best = response.values
    let scale = best.reduce(0) { max($0, abs($1)) }
    let gaps = problem.actionGaps()
    let own = problem.evaluate(policy)
    var gap = MeanFieldGap(
      residual: zip(m, response.mapped).map { $0 - $1 }, wrongActions: 0, wrongAnywhere: 0,
      wrongMass: 0, smallestGap: .infinity, actionGaps: gaps, valueLoss: 0, meanValueLoss: 0,
      valueScale: scale)
    for state in 0..<layout.stateCount {
      let rows = layout.rows(of: state)
      let likeliest = rows.max { policy.weights[$0] < policy.weights[$1] }!
      let isVisited = exact[state] > 1e-14
      if best[state] - problem.actionValue(row: likeliest, values: best) > 1e-9 * max(scale, 1e-300)
      {
        gap.wrongAnywhere += 1
        if isVisited {
          gap.wrongActions += 1
          gap.wrongMass += exact[state]
        }
      }
      if isVisited { gap.smallestGap = min(gap.smallestGap, gaps[state]) }
      gap.valueLoss = max(gap.valueLoss, best[state] - own[state])
      gap.meanValueLoss += exact[state] * (best[state] - own[state])
    }
    if let actionValues {
      gap.actionValueError = (0..<layout.rowCount).reduce(0) { error, row in
        max(error, abs(actionValues[row] - problem.actionValue(row: row, values: best)))
      }
    }
    if !law.isEmpty { gap.totalVariation = totalVariation(law, exact) }
    if let invariant = try? problem.invariantLaw(of: policy) {
      gap.policyVariation = totalVariation(invariant, exact)
      gap.policyResidual = zip(m, problem.interaction(of: policy, law: invariant)).map {
        $0 - $1
      }
    }
    return gap
  }

  /// What a policy is worth to an agent who faces m, and how much more an optimal one: V^σ and
  /// V* − V^σ, never negative, at every state.
  ///
  /// - Throws: `MeanFieldError` if the agent's problem cannot be solved.
  mutating func worth(
    of policy: MeanFieldPolicy, at m: [Double]
  ) throws -> (values: [Double], gains: [Double]) {
    problem.freeze(at: m)
    try problem.solve()
    let best = problem.values
    let own = problem.evaluate(policy)
    return (own, zip(best, own).map { max(0, $0 - $1) })
  }

  /// The long-run law of a policy at m; nil if it is not unique.
  mutating func invariantLaw(of policy: MeanFieldPolicy, at m: [Double]) -> [Double]? {
    problem.freeze(at: m)
    return try? problem.invariantLaw(of: policy)
  }
}

/// ½‖a − b‖₁.
func totalVariation(_ a: [Double], _ b: [Double]) -> Double {
  0.5 * zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
}
