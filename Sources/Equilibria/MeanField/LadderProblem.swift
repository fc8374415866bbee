public import Environments
internal import Foundation

/// One agent's decision problem on a ladder with continuous investment at a frozen m, and the
/// population that its solution makes.
///
/// With D(x) = V(x + 1) − V(x), investment a at level x moves expected value by (1 − δ) a / (1 + a) D(x)
/// − δ / (1 + a) D(x − 1), so its marginal value is K(x) / (1 + a)² with K(x) = (1 − δ) D(x) +
/// δ D(x − 1); at 0 the second term is missing, at the top, where nothing leads up, the first (Light,
/// Lemma 4). What is optimal therefore solves c p aᵖ⁻¹ (1 + a)² = β K(x), clipped to [a̲, 1], where
/// c = c₀ (1 + ω m₂); the left side rises in a for p ≥ 1.
///
/// Policy iteration (Howard 1960) alternates that rule with exact policy evaluation; on a continuum
/// of actions it is Newton's method, so a handful of rounds reach full precision. Each costs
/// O(levels). Holds all scratch memory: solving again allocates nothing.
public struct LadderProblem: Sendable {
  /// The ladder.
  public let ladder: ContinuousLadder
  /// The frozen interaction.
  public private(set) var m: [Double]
  /// V(x, m), after `solve()`.
  public private(set) var values: [Double]
  /// D(x) = V(x + 1) − V(x) for x = 0 ..< top, after `solve()`; to a small multiple of the unit
  /// roundoff even where V itself is large.
  public private(set) var differences: [Double]
  /// Optimal investment at each level, after `solve()`; where the next `solve()` starts.
  public private(set) var actions: [Double]
  /// Rounds of policy iteration that the last `solve()` took.
  public private(set) var rounds = 0

  /// c = c₀ (1 + ω m₂).
  private var unitCost: Double
  /// u(x + 1, m) − u(x, m).
  private var revenueSteps: [Double]
  private var costs: [Double]
  /// Probabilities of rising and falling from each level; 0 at the end where there is no way.
  private var rises: [Double]
  private var falls: [Double]
  private var pivots: [Double]
  private let rule: InvestmentRule

  /// Room for the problem of a ladder; freezes at the middle of the bounds.
  public init(_ ladder: ContinuousLadder) {
    let levels = ladder.top + 1
    self.ladder = ladder
    m = ladder.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    values = [Double](repeating: 0, count: levels)
    actions = [Double](repeating: ladder.minimumAction, count: levels)
    differences = [Double](repeating: 0, count: levels - 1)
    revenueSteps = differences
    pivots = differences
    costs = values
    rises = values
    falls = values
    unitCost = ladder.cost
    rule = InvestmentRule(power: ladder.power, minimum: ladder.minimumAction)
    freeze(at: m)
  }

  /// Announces m.
  public mutating func freeze(at m: [Double]) {
    precondition(
      m.count == ladder.interactionNames.count, "one value per scalar of the interaction")
    self.m = m
    unitCost = ladder.cost * (1 + (m.count > 1 ? ladder.coupling * m[1] : 0))
    for level in revenueSteps.indices { revenueSteps[level] = ladder.revenue.step(level, m[0]) }
  }

  // MARK: - The agent's problem

  /// K(x) at `differences`: what investment is worth at the margin is K(x) / (1 + a)².
  public func marginalGain(_ level: Int) -> Double {
    (level < ladder.top ? (1 - ladder.depreciation) * differences[level] : 0)
      + (level > 0 ? ladder.depreciation * differences[level - 1] : 0)
  }

  /// Solves the agent's problem, from the investment found last.
  ///
  /// Stops once a round changes no investment by more than 1e-11: values depend on that change only
  /// through its square.
  /// - Throws: `MeanFieldError.noOptimalPolicy` if 1,000 rounds do not settle.
  public mutating func solve() throws {
    for round in 1...1_000 {
      evaluate()
      var change = 0.0
      for level in actions.indices {
        let ratio = ladder.discount * marginalGain(level) / (unitCost * ladder.power)
        let action = rule.investment(ratio, from: actions[level])
        change = max(change, abs(action - actions[level]))
        actions[level] = action
      }
      guard !(change <= 1e-11) else {
        rounds = round
        return
      }
    }
    throw MeanFieldError.noOptimalPolicy(m: m)
  }

  /// Writes values and differences of the policy `actions`.
  ///
  /// The differences solve (1 − β + β (fall(x + 1) + rise(x))) D(x) − β rise(x + 1) D(x + 1) −
  /// β fall(x) D(x − 1) = r(x + 1) − r(x), with r the payoff. The columns of that tridiagonal matrix
  /// exceed their other entries by 1 − β, and elimination carries the excess along in place of the
  /// diagonal: it never subtracts, however close β is to 1.
  private mutating func evaluate() {
    let (top, discount) = (ladder.top, ladder.discount)
    for level in 0...top {
      let action = actions[level]
      costs[level] = unitCost * pow(action, ladder.power)
      rises[level] = level < top ? ladder.rise(action) : 0
      falls[level] = level > 0 ? ladder.fall(action) : 0
    }
    var excess = 1 - discount + discount * rises[0]
    for level in 0..<top {
      differences[level] = revenueSteps[level] - (costs[level + 1] - costs[level])
      if level > 0 {
        excess = 1 - discount + discount * rises[level] * excess / pivots[level - 1]
        differences[level] +=
          discount * falls[level] / pivots[level - 1] * differences[level - 1]
      }
      pivots[level] = excess + discount * falls[level + 1]
    }
    for level in stride(from: top - 1, through: 0, by: -1) {
      if level + 1 < top {
        differences[level] += discount * rises[level + 1] * differences[level + 1]
      }
      differences[level] /= pivots[level]
    }
    let lowest = ladder.revenue(0, m[0]) - costs[0]
    values[0] = (lowest + discount * rises[0] * differences[0]) / (1 - discount)
    for level in 0..<top { values[level + 1] = values[level] + differences[level] }
  }

  // MARK: - The population

  /// The invariant law of the levels under `actions`, by the balance of every pair of neighbours:
  /// s(x + 1) / s(x) = rise(x) / fall(x + 1). Products and sums of nonnegative numbers only, so every
  /// component is accurate.
  public func invariantLaw(of actions: [Double]) -> [Double] {
    var law = [Double](repeating: 1, count: ladder.top + 1)
    var total = 1.0
    for level in 0..<ladder.top {
      law[level + 1] = law[level] * ladder.rise(actions[level]) / ladder.fall(actions[level + 1])
      total += law[level + 1]
      if total > 1e250 {
        // What is lost below 1e-300 of the largest is no probability that a double could hold.
        for below in 0...(level + 1) { law[below] *= 1e-250 }
        total *= 1e-250
      }
    }
    for level in law.indices { law[level] /= total }
    return law
  }

  /// M(μ): the averages of κ and, where there are two scalars, of investment.
  public func interaction(of actions: [Double], law: [Double]) -> [Double] {
    var mapped = [0.0]
    for level in law.indices { mapped[0] += law[level] * ladder.interaction[level] }
    if m.count > 1 {
      mapped.append(0)
      for level in law.indices { mapped[1] += law[level] * actions[level] }
    }
    return mapped
  }

  /// Freezes at m, solves, and returns what the population does in answer.
  ///
  /// - Throws: `MeanFieldError.noOptimalPolicy`.
  public mutating func respond(to m: [Double]) throws -> LadderResponse {
    freeze(at: m)
    try solve()
    let law = invariantLaw(of: actions)
    return LadderResponse(
      m: m, mapped: interaction(of: actions, law: law), actions: actions, values: values, law: law)
  }
}

/// What the population of a ladder does in answer to an announced m.
public struct LadderResponse: Sendable {
  /// The announced interaction.
  public var m: [Double]
  /// Φ(m): the interaction of the population that answers.
  public var mapped: [Double]
  /// Investment at each level.
  public var actions: [Double]
  /// V(x, m).
  public var values: [Double]
  /// The population's law over levels.
  public var law: [Double]

  /// f(m) = m − Φ(m) of a single scalar: negative left of an up-crossing.
  public var residual: Double { m[0] - mapped[0] }
}

extension ContinuousLadder.Revenue {
  /// u(x + 1, m) − u(x, m), without the cancellation of that subtraction where a formula allows.
  func step(_ level: Int, _ m: Double) -> Double {
    switch self {
    case .linearDemand(let alpha, let slope): alpha - slope * m
    case .qualityShare: self(level + 1, m) - self(level, m)
    }
  }
}
