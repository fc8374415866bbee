internal import Environments
internal import Equilibria

/// One agent of a market whose law does not hang on the others: where moves do not depend on m, or
/// where there is nobody else.
struct AgentChain {
  private let layout: MeanFieldLayout
  private let weights: [Double]
  private let probabilities: [Double]
  private let turnover: Turnover?
  private let market: IndependentMarket?
  private let agents: Int
  /// π of each row at the agent's own κ; nil among several agents.
  let ownPayoffs: [Double]?
  /// κ of each row, of the first scalar.
  let kappa: [Double]
  /// The first coordinate of each row's state.
  let coordinateOfRow: [Double]
  /// The law of the long run; nil where there is no one law.
  let law: [Double]?

  /// Nil where an agent's law hangs on the others.
  ///
  /// - Throws: what the frozen problem throws of the tables.
  init?(_ plan: MarketPlan, _ index: Int) throws {
    let (game, subject) = (plan.game, plan.played[index].subject)
    let layout = game.layout
    self.layout = layout
    weights = plan.played[index].weights
    agents = plan.agents
    turnover = game.turnover
    kappa = layout.interaction[0]
    coordinateOfRow = layout.stateOfRow.map { layout.coordinates[Int($0)][0] }
    if plan.agents == 1 {
      let own = Self.alone(game)
      probabilities = own.probabilities
      ownPayoffs = own.payoffs
      market = nil
      var problem = try FrozenProblem(game)
      problem.freeze(at: subject.m, tables: own)
      law = try? problem.invariantLaw(of: subject.policy)
    } else {
      guard let market = try? IndependentMarket(subject) else { return nil }
      var tables = FrozenTables(layout)
      game.write(at: subject.m, to: &tables)
      probabilities = tables.probabilities
      ownPayoffs = nil
      self.market = market
      law = subject.law
    }
  }

  /// The tables of an agent who makes up the market by itself: each row at its own κ.
  private static func alone(_ game: any MeanFieldGame) -> FrozenTables {
    let layout = game.layout
    var own = FrozenTables(layout)
    var tables = own
    var groups: [[Double]: [Int]] = [:]
    for row in 0..<layout.rowCount {
      groups[layout.interaction.map { $0[row] }, default: []].append(row)
    }
    for (m, rows) in groups {
      game.write(at: m, to: &tables)
      for row in rows {
        own.payoffs[row] = tables.payoffs[row]
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          own.probabilities[entry] = tables.probabilities[entry]
        }
      }
    }
    return own
  }

  /// Multiplications of one date.
  var cost: Int {
    // A mean reciprocal is an integral over some hundred points.
    layout.nextStates.count + layout.rowCount * (market?.isAffineInMean == false ? 500 : 1)
  }

  /// μ of each row.
  func rows(_ law: [Double]) -> [Double] {
    weights.indices.map { law[Int(layout.stateOfRow[$0])] * weights[$0] }
  }

  /// E π of the average agent where all agents are independent draws from μ.
  func payoff(_ rows: [Double]) -> Double {
    if let ownPayoffs { return zip(rows, ownPayoffs).reduce(0) { $0 + $1.0 * $1.1 } }
    return market!.meanPayoff(agents: agents, weights: rows)
  }

  func meanState(_ law: [Double]) -> Double {
    zip(law, layout.coordinates).reduce(0) { $0 + $1.0 * $1.1[0] }
  }

  func advance(_ law: [Double]) -> [Double] {
    Self.advance(law, weights, layout, probabilities, turnover: turnover)
  }

  /// λ′(y) = Σ λ(x) σ(a | x) P(y | x, a), and where agents leave q λ′ + (1 − q) of those who enter.
  static func advance(
    _ law: [Double], _ weights: [Double], _ layout: MeanFieldLayout, _ probabilities: [Double],
    turnover: Turnover?
  ) -> [Double] {
    push(
      weights.indices.map { law[Int(layout.stateOfRow[$0])] * weights[$0] }, layout,
      probabilities, turnover)
  }

  /// The law that masses on rows lead to.
  private static func push(
    _ rows: [Double], _ layout: MeanFieldLayout, _ probabilities: [Double], _ turnover: Turnover?
  ) -> [Double] {
    var next = [Double](repeating: 0, count: layout.stateCount)
    for row in rows.indices where rows[row] != 0 {
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        next[Int(layout.nextStates[entry])] += rows[row] * probabilities[entry]
      }
    }
    guard let turnover, turnover.survival < 1 else { return next }
    let total = rows.reduce(0, +)
    for state in next.indices { next[state] *= turnover.survival }
    next[turnover.entry] += (1 - turnover.survival) * total
    return next
  }

  /// Cov(z₀, z_k) of a number per row along the chain at rest, for every lag.
  ///
  /// - Parameter rows: μ of the long run.
  func covariances(_ rows: [Double], _ z: [Double], lags: Int) -> [Double] {
    let mean = zip(rows, z).reduce(0) { $0 + $1.0 * $1.1 }
    // Mass weighted by the deviation at the first date.
    var weighted = zip(rows, z).map { $0 * ($1 - mean) }
    var found = [zip(weighted, z).reduce(0) { $0 + $1.0 * ($1.1 - mean) }]
    for _ in stride(from: 1, through: lags, by: 1) {
      let states = Self.push(weighted, layout, probabilities, turnover)
      weighted = self.rows(states)
      found.append(zip(weighted, z).reduce(0) { $0 + $1.0 * ($1.1 - mean) })
    }
    return found
  }
}
