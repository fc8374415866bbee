internal import Environments

/// Markets of N agents where nobody's moves depend on m and payoffs are affine in t(m): exact.
///
/// The N − 1 others, each drawn from s and following g, are then independent draws from s at every
/// date, and independent of whatever an agent does. So an agent that knows its own past alone faces a
/// decision problem on its own state with the payoff
///
///     π_N(x, a) = u₀(x, a) + u₁(x, a) E t((κ(x, a) + S) / N),
///
/// S the sum of N − 1 independent κ: its best policy in π_N is the best of its class in the true
/// market, not an approximation. Seeing the others' states, or past M, would tell of future M.
public struct IndependentMarket: Sendable {
  /// The policy judged.
  public let subject: MarketSubject
  private let transform: InteractionDependence.Transform
  private let low: FrozenTables
  private let slope: [Double]
  private let base: Double

  /// - Throws: `MeanFieldError.unsuitable` unless the game declares affine payoffs in one scalar.
  public init(_ subject: MarketSubject) throws {
    let game = subject.game
    guard case .affinePayoffs(let transform) = game.dependence, game.layout.scalarCount == 1 else {
      throw MeanFieldError.unsuitable(
        "exact values for any N need a game whose moves do not depend on m and whose payoffs are "
          + "affine in m or 1/m")
    }
    self.subject = subject
    self.transform = transform
    let range = game.layout.interactionRange[0]
    var tables = FrozenTables(game.layout)
    game.write(at: [range.lowerBound], to: &tables)
    low = tables
    game.write(at: [range.upperBound], to: &tables)
    base = transform(range.lowerBound)
    let step = transform(range.upperBound) - base
    slope = zip(low.payoffs, tables.payoffs).map { step == 0 ? 0 : ($1 - $0) / step }
  }

  /// What an agent among N earns.
  public struct Answer: Sendable {
    /// J_N(g): with everybody following g from s.
    public var value: Double
    /// The largest gain of an agent that knows its own state alone.
    public var gain: Double
    /// A policy that gains it: the row at each state.
    public var deviation: [Int32]
  }

  /// Exact for N agents. Cost: a policy iteration, and for t = 1/m a one-dimensional integral per
  /// value of κ.
  ///
  /// - Throws: `MeanFieldError`.
  public func judge(agents: Int) throws -> Answer {
    let layout = subject.game.layout
    let weights = (0..<layout.rowCount).map {
      subject.law[Int(layout.stateOfRow[$0])] * subject.policy.weights[$0]
    }
    var tables = low
    tables.payoffs = payoffs(agents: agents, weights: weights)
    var problem = try FrozenProblem(subject.game)
    problem.freeze(at: subject.m, tables: tables)
    let values = problem.evaluate(subject.policy)
    try problem.solve()
    let gain = zip(subject.law, zip(problem.values, values)).reduce(0) {
      $0 + $1.0 * ($1.1.0 - $1.1.1)
    }
    return Answer(
      value: zip(subject.law, values).reduce(0) { $0 + $1.0 * $1.1 }, gain: max(0, gain),
      deviation: problem.policy)
  }

  /// π_N of each row among N − 1 others who are independent draws of a row.
  private func payoffs(agents: Int, weights: [Double]) -> [Double] {
    let kappa = subject.game.layout.interaction[0]
    let own = Set(kappa).sorted()
    let mean = MeanPrice(transform, agents: agents, kappa: kappa, weights: weights)(own)
    let price = Dictionary(uniqueKeysWithValues: zip(own, mean))
    return kappa.indices.map { low.payoffs[$0] + slope[$0] * (price[kappa[$0]]! - base) }
  }

  /// Whether t(m) = m, so that mean payoffs take no integral.
  public var isAffineInMean: Bool { transform == .identity }

  /// Σ μ π_N: what the average of N agents earns in a period in which each is an independent draw from
  /// μ, such as the dates on the way to s.
  ///
  /// - Parameter weights: μ of each row, summing to 1.
  public func meanPayoff(agents: Int, weights: [Double]) -> Double {
    zip(weights, payoffs(agents: agents, weights: weights)).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
