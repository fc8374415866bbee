public import Environments

/// A policy that is judged in markets of N agents, with what it is in the continuum: the constant m
/// and the law s of a population that follows it, and what one of its members earns.
public struct MarketSubject: Sendable {
  /// The game.
  public let game: any MeanFieldGame
  /// g, followed by everybody.
  public let policy: MeanFieldPolicy
  /// The interaction of the population.
  public let m: [Double]
  /// s: the population's law over states.
  public let law: [Double]
  /// V^g(x, m).
  public let values: [Double]
  /// V(x, m): the best an agent can do at m.
  public let bestValues: [Double]
  /// max |m − M(μ)| over scalars: how far the law keeps up another interaction than m.
  public let consistency: Double

  /// J_∞ = Σ s V^g.
  public var limitValue: Double { zip(law, values).reduce(0) { $0 + $1.0 * $1.1 } }

  /// Σ s (V − V^g): the gain from deviating in the continuum, 0 at a mean-field equilibrium.
  public var limitGain: Double {
    zip(law, zip(bestValues, values)).reduce(0) { $0 + $1.0 * ($1.1.0 - $1.1.1) }
  }

  /// Judges at a stated m, such as that of an equilibrium.
  ///
  /// - Parameter law: nil for the policy's long-run law at m.
  /// - Throws: `MeanFieldError`.
  public init(
    _ game: any MeanFieldGame, policy: MeanFieldPolicy, m: [Double], law: [Double]? = nil
  ) throws {
    var problem = try FrozenProblem(game)
    problem.freeze(at: m)
    let law = try law ?? problem.invariantLaw(of: policy)
    self.game = game
    self.policy = policy
    self.m = m
    self.law = law
    consistency = zip(m, problem.interaction(of: policy, law: law)).map { abs($0 - $1) }.max() ?? 0
    values = problem.evaluate(policy)
    try problem.solve()
    bestValues = problem.values
  }

  /// Judges any policy at the m that a population following it keeps up: m = M(s), s the policy's
  /// long-run law at m. Plain iteration from `near`; where that cycles, with one scalar, bisection on
  /// [min κ, max κ].
  ///
  /// - Parameter near: where to begin, such as the m a learner ended with; where no constant m
  ///   keeps itself up, it stands for it, and `consistency` says by how much it is missed.
  /// - Throws: `MeanFieldError`.
  public init(_ game: any MeanFieldGame, population policy: MeanFieldPolicy, near: [Double]) throws
  {
    var problem = try FrozenProblem(game)
    func answer(_ m: [Double]) throws -> [Double] {
      problem.freeze(at: m)
      return problem.interaction(of: policy, law: try problem.invariantLaw(of: policy))
    }
    let range = game.layout.interactionRange
    var m = zip(near, range).map { min(max($0, $1.lowerBound), $1.upperBound) }
    var isFound = false
    for _ in 0..<100 {
      let next = try answer(m)
      let change =
        zip(zip(next, m), range).map {
          abs($0.0 - $0.1) / max($1.upperBound - $1.lowerBound, 1e-300)
        }.max() ?? 0
      m = next
      isFound = change <= 1e-14
      if isFound { break }
    }
    if !isFound {
      m = near
      if range.count == 1 {
        var (low, high) = (range[0].lowerBound, range[0].upperBound)
        while high - low > 1e-14 * max(1, abs(high)) {
          let middle = 0.5 * (low + high)
          guard middle > low, middle < high else { break }
          if middle < (try answer([middle]))[0] { low = middle } else { high = middle }
        }
        let root = 0.5 * (low + high)
        if abs(root - (try answer([root]))[0]) <= 1e-9 * max(1, abs(root)) { m = [root] }
      }
    }
    try self.init(game, policy: policy, m: m)
  }

  /// Judges the policy of a crossing, everybody mixing where it mixes.
  ///
  /// - Throws: `MeanFieldError.unsuitable` for a jump of the kernel, where no policy is an
  ///   equilibrium, and for ladders with continuous actions.
  public init(_ game: any MeanFieldGame, _ crossing: MeanFieldCrossing) throws {
    guard crossing.kind != .kernelJump else {
      throw MeanFieldError.unsuitable(
        "at m = \(crossing.m[0]) the game itself jumps, so no policy is an equilibrium that could "
          + "be judged in a market; name a policy, or make the game continuous in m")
    }
    guard let policy = crossing.everyoneMixes?.policy ?? crossing.policy else {
      throw MeanFieldError.unsuitable(
        "markets need finitely many actions; give `actions` as a number")
    }
    try self.init(
      game, policy: policy, m: crossing.m, law: crossing.everyoneMixes?.law ?? crossing.law)
  }

  /// J_∞ of agents whose first states are drawn from `initial`, each for itself, in a continuum that
  /// starts from it too: Σ βᵗ π along the population's deterministic path, cut where βᵗ < 1e-17.
  public func limitValue(from initial: [Double]) throws -> Double {
    guard initial != law else { return limitValue }
    let layout = game.layout
    var tables = FrozenTables(layout)
    var (own, others) = (initial, initial)
    var (total, weight) = (0.0, 1.0)
    while weight > 1e-17 {
      var m = [Double](repeating: 0, count: layout.scalarCount)
      for row in 0..<layout.rowCount where policy.weights[row] > 0 {
        let mass = others[Int(layout.stateOfRow[row])] * policy.weights[row]
        for scalar in m.indices { m[scalar] += mass * layout.interaction[scalar][row] }
      }
      for (scalar, range) in layout.interactionRange.enumerated() {
        m[scalar] = min(max(m[scalar], range.lowerBound), range.upperBound)
      }
      game.write(at: m, to: &tables)
      var nextOwn = [Double](repeating: 0, count: layout.stateCount)
      var nextOthers = nextOwn
      for row in 0..<layout.rowCount where policy.weights[row] > 0 {
        let state = Int(layout.stateOfRow[row])
        total += weight * own[state] * policy.weights[row] * tables.payoffs[row]
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          let next = Int(layout.nextStates[entry])
          let share = policy.weights[row] * tables.probabilities[entry]
          nextOwn[next] += own[state] * share
          nextOthers[next] += others[state] * share
        }
      }
      if let turnover = game.turnover {
        for state in nextOthers.indices { nextOthers[state] *= turnover.survival }
        nextOthers[turnover.entry] += 1 - turnover.survival
      }
      (own, others) = (nextOwn, nextOthers)
      weight *= game.discount
    }
    return total
  }
}
