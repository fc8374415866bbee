internal import Environments
public import Equilibria

/// How far a policy and a population are from a stationary mean-field equilibrium.
public struct PopulationGap: Sendable, Equatable, Codable {
  /// M(μ), μ(x, a) = s(x) σ(a | x).
  public var m: [Double]
  /// Σ s(x) (V*(x, m) − V^σ(x, m)): what an agent drawn from the population gains by its best
  /// response to m. At least 0 up to rounding.
  public var exploitability: Double
  /// maxₓ (V*(x, m) − V^σ(x, m)).
  public var largestGain: Double
  /// ‖sL − s‖₁ with the population's chain L under σ at m, turnover included.
  public var consistency: Double

  /// Measures (σ, s). Leaves `problem` frozen at M(μ) and solved. Cost: one solution of the frozen
  /// problem and one evaluation.
  ///
  /// (σ, s) is an equilibrium if and only if `consistency` is 0 and so is `largestGain` at the states
  /// that s charges, hence `exploitability`.
  /// - Throws: `MeanFieldError`.
  public init(
    policy: MeanFieldPolicy, law: [Double], in problem: inout FrozenProblem
  ) throws {
    m = problem.interaction(of: policy, law: law)
    problem.freeze(at: m)
    try problem.solve()
    let best = problem.values
    let values = problem.evaluate(policy)
    exploitability = zip(law, zip(best, values)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
    largestGain = zip(best, values).reduce(-Double.infinity) { max($0, $1.0 - $1.1) }
    consistency = Self.pushed(law, policy, problem).enumerated().reduce(0) {
      $0 + abs($1.element - law[$1.offset])
    }
  }

  /// sL.
  static func pushed(
    _ law: [Double], _ policy: MeanFieldPolicy, _ problem: borrowing FrozenProblem
  ) -> [Double] {
    let layout = problem.layout
    let survival = problem.game.turnover?.survival ?? 1
    var next = [Double](repeating: 0, count: law.count)
    for row in 0..<layout.rowCount where policy.weights[row] > 0 {
      let flow = survival * law[Int(layout.stateOfRow[row])] * policy.weights[row]
      guard flow != 0 else { continue }
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        next[Int(layout.nextStates[entry])] += flow * problem.tables.probabilities[entry]
      }
    }
    if let turnover = problem.game.turnover {
      next[turnover.entry] += (1 - survival) * law.reduce(0, +)
    }
    return next
  }
}
