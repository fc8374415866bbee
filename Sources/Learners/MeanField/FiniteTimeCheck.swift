public import Environments
internal import Equilibria

/// The parts of Light's finite-time bounds (section 10.4) that can be put beside what was measured,
/// both sides, one outer step at a time.
///
/// M is linear in the law over states and actions, so with L = ½ (max κ − min κ)
///
///     |f(m) − f̂(m)| ≤ L ( ‖μ̂ − μ^ĝ‖₁ + ‖μ^ĝ − μ^g‖₁ ),
///
/// the first distance being the path's, the second the learned policy's. As long as all signs were
/// right, the n-th middle is within (b − a) 2⁻ⁿ of an equilibrium. The paper's Lipschitz constant of
/// the policy in Q does not exist with finitely many actions; what takes its place is
/// the action gap: an error of Q̂ below half of it leaves the greedy action right.
public struct FiniteTimeCheck: Sendable {
  private var problem: FrozenProblem
  private let equilibria: [Double]
  private let width: Double

  /// What is carried from step to step; a check that is given it goes on as if it had never stopped.
  public struct State: Codable, Sendable, Equatable {
    var middles = 0
    var areSignsRight = true

    /// Before the first step.
    public init() {}
  }

  /// What is carried from step to step.
  public var state = State()

  /// What was found at one step.
  public struct Found: Sendable, Equatable, Codable {
    /// f(m), exact.
    public var residual: Double
    /// |f(m) − f̂(m)|.
    public var residualError: Double
    /// L (‖μ̂ − μ^ĝ‖₁ + ‖μ^ĝ − μ^g‖₁); nil if the learned policy's law is not unique.
    public var residualBound: Double?
    /// The distance to the nearest equilibrium; nil without any.
    public var distance: Double?
    /// (b − a) 2⁻ⁿ; nil unless this was the n-th middle and all signs before it were right.
    public var distanceBound: Double?
    /// Whether the sign that was decided is that of f; nil if none was.
    public var isSignRight: Bool?
    /// The least action gap over states that the population of the optimal policy visits.
    public var smallestGap: Double
    /// max |Q̂ − Q*|; nil without action values.
    public var actionValueError: Double?
    /// States whose greedy action must be right, their gap being above twice that error, and is not:
    /// always 0 if the theory is. Nil without action values.
    public var wrongDespiteGap: Int?
  }

  /// - Parameter equilibria: exact equilibria m*, for distances.
  /// - Throws: `MeanFieldError`.
  public init(_ game: any MeanFieldGame, equilibria: [Double]) throws {
    problem = try FrozenProblem(game)
    self.equilibria = equilibria
    let bounds = game.interactionBounds[0]
    width = bounds.upperBound - bounds.lowerBound
  }

  /// Looks at the next step of a run; steps must come in order, from the first.
  ///
  /// - Throws: `MeanFieldError` of the exact side.
  public mutating func check(_ step: OuterStep) throws -> Found {
    let layout = problem.layout
    let m = step.m[0]
    let response = try problem.respond(to: step.m)
    let optimal = MeanFieldPolicy(rows: response.rows, in: layout)
    let gaps = problem.actionGaps()
    var bound: Double?
    if let own = try? problem.invariantLaw(of: step.policy) {
      var distance = zip(step.law, own).reduce(0) { $0 + abs($1.0 - $1.1) }
      for row in 0..<layout.rowCount {
        let state = Int(layout.stateOfRow[row])
        distance += abs(
          own[state] * step.policy.weights[row] - response.law[state] * optimal.weights[row])
      }
      let range = layout.interactionRange[0]
      bound = 0.5 * (range.upperBound - range.lowerBound) * distance
    }
    var found = Found(
      residual: response.residual, residualError: abs(response.residual - step.residual[0]),
      residualBound: bound, distance: equilibria.map { abs($0 - m) }.min(),
      smallestGap: response.law.indices.filter { response.law[$0] > 0 }.map { gaps[$0] }.min()!)
    if step.purpose == .bisection {
      state.middles += 1
      if state.areSignsRight {
        var power = width
        for _ in 0..<state.middles { power /= 2 }
        found.distanceBound = power
      }
    }
    switch step.sign {
    case .below: found.isSignRight = response.residual < 0
    case .above: found.isSignRight = response.residual > 0
    case .within, .undecided: break
    }
    if found.isSignRight == false { state.areSignsRight = false }
    if let learned = step.actionValues {
      let exact = (0..<layout.rowCount).map {
        problem.actionValue(row: $0, values: response.values)
      }
      let error = zip(learned, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
      found.actionValueError = error
      found.wrongDespiteGap =
        (0..<layout.stateCount).count { state in
          let rows = layout.rows(of: state)
          let greedy = rows.max { learned[$0] < learned[$1] }!
          return gaps[state] > 2 * error && greedy != Int(response.rows[state])
        }
    }
    return found
  }
}
