internal import Environments
internal import Equilibria

/// What a market's paths are in expectation, computed without playing: exactly, for its N, or in a
/// continuum, which they tend to as N grows.
///
/// **Exactly** where the law of one agent does not hang on the others. If moves do not depend on m
/// (`InteractionDependence.affinePayoffs`) the N agents are independent draws from λₜ at every date,
/// λₜ₊₁ = λₜ P, so that with μₜ(x, a) = λₜ(x) σ(a | x)
///
///     E M_t = Σ μₜ κ,    E π = Σ μₜ (u₀ + u₁ E t(M_t)),    Var M_t = Var_μ(κ) / N,
///
/// and Corr(M_t, M_{t+k}) is that of κ along one agent's chain. A market of one agent is a chain by
/// itself, with its own κ for m. **In a continuum** m_t = Σ μₜ κ moves by itself: λₜ₊₁ = λₜ P(m_t).
struct MarketLaw: Sendable {
  private(set) var values: ExactValues
  /// `[quantity][charted date]`: means; empty if unknown.
  private(set) var dates: [[Double]] = []
  /// `[charted date]` of quantiles of the interaction, one per level; empty if unknown.
  private(set) var quantiles: [[Double]] = []

  /// Multiplications beyond which expectations are left out, some seconds of work.
  static let mostWork = 1_000_000_000

  private init(_ plan: MarketPlan) {
    values = ExactValues(columns: Array(repeating: nil, count: plan.columns.count))
  }

  /// The law at N; nil where agents' laws hang on each other, or would be too much work.
  ///
  /// - Throws: what the frozen problem throws of the tables.
  static func exact(
    _ plan: MarketPlan, _ index: Int, isCancelled: () -> Bool
  ) throws -> MarketLaw? {
    guard let chain = try AgentChain(plan, index) else { return nil }
    let isConstant = plan.initial == chain.law
    guard isConstant || chain.cost <= mostWork / plan.periods else { return nil }
    var found = MarketLaw(plan)
    var law = plan.initial
    let sum = AverageLaw.Budget(dates: isConstant ? 1 : plan.frame.dates.count)
    found.carry(plan, isConstant: isConstant, isCancelled: isCancelled) { isCharted in
      let rows = chain.rows(law)
      let average =
        isCharted ? AverageLaw(chain.kappa, rows, agents: plan.agents, within: sum) : nil
      let date = Date(
        means: [chain.payoff(rows)]
          + plan.game.layout.interaction.map { kappa in
            zip(rows, kappa).reduce(0) { $0 + $1.0 * $1.1 }
          } + [chain.meanState(law)],
        quantiles: average?.quantiles(plan.settings.quantiles),
        shares: average.map { plan.shares(under: $0) })
      law = chain.advance(law)
      return date
    }
    if let rest = chain.law { found.rest(plan, chain, rest, sum) }
    found.values.testsLongRun = isConstant
    return found
  }

  /// The law of a continuum that starts alike; nil where that would be too much work.
  static func limit(_ plan: MarketPlan, _ index: Int, isCancelled: () -> Bool) -> MarketLaw? {
    let subject = plan.played[index].subject
    let layout = plan.game.layout
    // At rest nothing moves but by rounding.
    let isConstant = plan.initial == subject.law && subject.isAtRest
    // Writing the tables costs some ten times reading them.
    let cost = 10 * (layout.rowCount + layout.nextStates.count)
    guard isConstant || cost <= mostWork / plan.periods else { return nil }
    var found = MarketLaw(plan)
    var path = ContinuumPath(subject, from: plan.initial)
    found.carry(plan, isConstant: isConstant, isCancelled: isCancelled) { _ in
      let date = Date(means: path.means)
      path.advance()
      return date
    }
    guard subject.isAtRest else { return found }
    var rest = ContinuumPath(subject, from: subject.law)
    rest.freeze(at: subject.m)
    found.values.means = rest.means
    found.values.variances = plan.frame.longRun.correlated.map { _ in 0 }
    found.values.states = subject.law
    return found
  }

  /// One date.
  private struct Date {
    /// `[quantity]`.
    var means: [Double?]
    var quantiles: [Double]?
    /// `[event]`.
    var shares: [Double?]?
  }

  /// Sums dates up into the columns of a path.
  private mutating func carry(
    _ plan: MarketPlan, isConstant: Bool, isCancelled: () -> Bool,
    _ next: (_ isCharted: Bool) -> Date
  ) {
    let columns = plan.columns
    var sums = [Double?](repeating: 0, count: columns.quantityCount)
    var discounted = sums
    var shares = [Double?](repeating: 0, count: plan.events.count)
    var charts = [[Double?]](repeating: [], count: columns.quantityCount)
    var levels: [[Double]?] = []
    func add(_ sum: inout Double?, _ weight: Double, _ value: Double?) {
      sum = sum.flatMap { known in value.map { known + weight * $0 } }
    }
    var weight = 1.0
    var chart = plan.frame.dates[...]
    let constant = isConstant ? next(true) : nil
    for period in 0..<plan.periods {
      if period % 1024 == 0, isCancelled() { return }
      let isCharted = chart.first == period
      if isCharted { chart = chart.dropFirst() }
      let date = constant ?? next(isCharted)
      for quantity in sums.indices {
        add(&sums[quantity], 1, date.means[quantity])
        add(&discounted[quantity], weight, date.means[quantity])
        if isCharted { charts[quantity].append(date.means[quantity]) }
      }
      for event in shares.indices { add(&shares[event], 1, date.shares?[event] ?? nil) }
      if isCharted { levels.append(date.quantiles) }
      weight *= plan.game.discount
    }
    for quantity in sums.indices {
      values.columns[columns.mean(quantity)] = sums[quantity].map { $0 / Double(plan.periods) }
      values.columns[columns.discounted(quantity)] = discounted[quantity]
    }
    values.columns[columns.welfare] = discounted[0]
    for event in shares.indices {
      values.columns[columns.event(event, .share)] = shares[event].map {
        $0 / Double(plan.periods)
      }
    }
    dates = charts.map { $0.contains(nil) ? [] : $0.compactMap(\.self) }
    if !levels.contains(where: { $0 == nil }) { quantiles = levels.compactMap(\.self) }
  }

  /// Means, variances, shares and autocorrelations of the long run.
  private mutating func rest(
    _ plan: MarketPlan, _ chain: AgentChain, _ law: [Double], _ budget: AverageLaw.Budget
  ) {
    let rows = chain.rows(law)
    values.states = law
    let quantities: [[Double]?] =
      [chain.ownPayoffs] + plan.game.layout.interaction + [chain.coordinateOfRow]
    values.means = quantities.enumerated().map { index, numbers in
      index == 0
        ? chain.payoff(rows)
        : numbers.map { zip(rows, $0).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    // Averages over agents who are independent of each other: covariances are one agent's over N.
    let covariances = quantities.map { numbers in
      numbers.map { chain.covariances(rows, $0, lags: plan.settings.lags) }
    }
    values.variances = covariances.map { $0.map { $0[0] / Double(plan.agents) } }
    values.autocorrelations = zip(covariances, quantities).map { found, numbers in
      guard let found, let numbers else { return [] }
      let scale = numbers.reduce(0) { max($0, abs($1)) }
      guard found[0] > 1e-20 * max(1, scale * scale) else { return [] }
      return found.map { $0 / found[0] }
    }
    if let average = AverageLaw(chain.kappa, rows, agents: plan.agents, within: budget) {
      values.shares = plan.shares(under: average)
    }
  }
}

extension MarketPlan {
  /// How likely each event is under the law of the first scalar; nil for those of other scalars.
  fileprivate func shares(under law: AverageLaw) -> [Double?] {
    events.map { $0.scalar == 0 ? law.share(of: $0.range) : nil }
  }
}

extension MarketSubject {
  /// Whether m is kept up by the population's law.
  var isAtRest: Bool { consistency <= 1e-9 * max(1, m.map(abs).max() ?? 0) }
}

/// A continuum of agents who follow one policy: m and the population's law by date.
private struct ContinuumPath {
  private let game: any MeanFieldGame
  private let layout: MeanFieldLayout
  private let weights: [Double]
  private var tables: FrozenTables
  private var law: [Double]
  private var m: [Double]

  init(_ subject: MarketSubject, from law: [Double]) {
    game = subject.game
    layout = game.layout
    weights = subject.policy.weights
    tables = FrozenTables(layout)
    self.law = law
    m = subject.m
    meet()
  }

  /// Puts m where it is told, such as a root known more exactly than by the law.
  mutating func freeze(at m: [Double]) {
    self.m = m
    game.write(at: m, to: &tables)
  }

  private mutating func meet() {
    let (layout, law, weights) = (layout, law, weights)
    freeze(
      at: zip(layout.interaction, layout.interactionRange).map { kappa, range in
        var total = 0.0
        for row in kappa.indices where weights[row] > 0 {
          total += law[Int(layout.stateOfRow[row])] * weights[row] * kappa[row]
        }
        return min(max(total, range.lowerBound), range.upperBound)
      })
  }

  /// Payoff, m, first coordinate.
  var means: [Double?] {
    var payoff = 0.0
    for row in weights.indices where weights[row] > 0 {
      payoff += law[Int(layout.stateOfRow[row])] * weights[row] * tables.payoffs[row]
    }
    let state = zip(law, layout.coordinates).reduce(0) { $0 + $1.0 * $1.1[0] }
    return [payoff] + m + [state]
  }

  mutating func advance() {
    law = AgentChain.advance(
      law, weights, layout, tables.probabilities, turnover: game.turnover)
    meet()
  }
}
