internal import Dispatch
internal import Environments
internal import Statistics

extension StreamRole {
  /// Replications of a market of N agents, by index.
  static let market = StreamRole(rawValue: "market")
  /// Replications that choose how to deviate; those that measure the gain share nothing with them.
  static let marketPilot = StreamRole(rawValue: "market-pilot")
}

/// Replications of the market of N agents in which agent 1 follows one policy and the others g.
///
/// Replication k draws from the stream (seed, role, k) alone, so two policies of agent 1 meet the
/// same random numbers, and results do not depend on the number of threads.
struct MarketSimulation: Sendable {
  let subject: MarketSubject
  let agents: Int
  let slope: MarketSlope
  /// The law of each agent's first state.
  let initial: [Double]
  /// Periods played.
  let horizon: Int
  let seed: UInt64
  let threads: Int
  let isCancelled: @Sendable () -> Bool

  /// What a replication returns.
  struct Outcome: Sendable {
    /// An unbiased draw, but for the horizon, of what agent 1 earns.
    var value = 0.0
    /// The average of the first scalar of M_t over the periods.
    var interaction = 0.0
    /// Its standard deviation over the periods.
    var spread = 0.0
  }

  /// Plays replications.
  ///
  /// - Parameter own: agent 1's policy, weights of the layout's rows.
  /// - Returns: by index.
  /// - Throws: `GameError`; `CancellationError` if stopped.
  func play(_ own: [Double], role: StreamRole = .market, replications: Int) throws -> [Outcome] {
    var outcomes = [Outcome](repeating: Outcome(), count: replications)
    // Stay pure if everybody is: no numbers are drawn for actions.
    let draws = (own + subject.policy.weights).contains { $0 > 0 && $0 < 1 }
    let draft = try MeanFieldMarket(subject.game, agents: agents, initial: initial, lasting: 1)
    outcomes.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let results = buffer
      let workers = max(1, min(threads, replications))
      DispatchQueue.concurrentPerform(iterations: workers) { worker in
        var run = MarketRun(self, own: own, market: draft, draws: draws)
        for index in stride(from: worker, to: replications, by: workers) {
          if isCancelled() { return }
          var stream = RandomStream(seed: seed, role: role, index: index)
          results[index] = run.play(using: &stream)
        }
      }
    }
    if isCancelled() { throw CancellationError() }
    return outcomes
  }

  /// Draws of the others' average κ as agent 1 meets it, `[draw][scalar]`: four dates of each
  /// replication, drawn with probabilities proportional to βᵗ.
  func interactions(replications: Int) throws -> [[Double]] {
    var found: [[Double]] = []
    var market = try MeanFieldMarket(subject.game, agents: agents, initial: initial, lasting: 1)
    let layout = subject.game.layout
    let beta = subject.game.discount
    let weights = subject.policy.weights
    for index in 0..<replications {
      if isCancelled() { throw CancellationError() }
      var stream = RandomStream(seed: seed, role: .marketPilot, index: 1_000_000 + index)
      let dates = (0..<4).map { _ -> Int in
        var date = 0
        while date < horizon - 1, stream.uniform() < beta { date += 1 }
        return date
      }
      market.reset(using: &stream)
      for date in 0...dates.max()! {
        market.draw(weights, agents: 0..<agents, draws: true, using: &stream)
        market.meet()
        for wanted in dates where wanted == date {
          found.append(
            layout.interaction.enumerated().map { scalar, kappa in
              (market.interaction[scalar] * Double(agents) - kappa[Int(market.rows[0])])
                / Double(agents - 1)
            })
        }
        market.move(using: &stream)
      }
    }
    return found
  }
}

/// One worker's market and scratch memory.
private struct MarketRun {
  private let simulation: MarketSimulation
  private let own: [Double]
  /// Σ_a σ(a | x) Q^g(x, a, m) of agent 1's policy.
  private let expected: [Double]
  private var market: MeanFieldMarket
  private let draws: Bool
  private let layout: MeanFieldLayout
  private let survival: Double
  private let entry: Int
  private var others: [Double]
  private var ahead: [Double]
  private var counts: [Int32]

  init(_ simulation: MarketSimulation, own: [Double], market: MeanFieldMarket, draws: Bool) {
    self.simulation = simulation
    self.own = own
    expected = MeanFieldPolicy(weights: own).mean(
      simulation.slope.actionValues, in: simulation.subject.game.layout)
    self.market = market
    self.draws = draws
    layout = simulation.subject.game.layout
    survival = simulation.subject.game.turnover?.survival ?? 1
    entry = simulation.subject.game.turnover?.entry ?? 0
    others = [Double](repeating: 0, count: layout.stateCount)
    ahead = others
    counts = [Int32](repeating: 0, count: layout.rowCount)
  }

  /// E V_N(start) + Σ_{t < T} βᵗ (π_t + β E_t V_N(t + 1) − V_N(t) − Q(x_t, a_t) + Σ_a σ(a | x_t) Q(x_t, a)):
  /// the return to T, with V_N for what follows, less martingales.
  mutating func play(using stream: inout RandomStream) -> MarketSimulation.Outcome {
    let agents = simulation.agents
    let beta = simulation.subject.game.discount
    let weights = simulation.subject.policy.weights
    var outcome = MarketSimulation.Outcome()
    outcome.value = simulation.slope.mean(from: simulation.initial)
    var squares = 0.0
    var factor = 1.0
    market.reset(using: &stream)
    let centre = simulation.subject.m[0]
    for _ in 0..<simulation.horizon {
      let now = valueNow()
      let mean = expected[Int(market.states[0])]
      market.draw(own, agents: 0..<1, draws: draws, using: &stream)
      market.draw(weights, agents: 1..<agents, draws: draws, using: &stream)
      market.meet()
      let luck = simulation.slope.actionValues[Int(market.rows[0])] - mean
      outcome.value += factor * (market.payoff(of: 0) + beta * expectedNext() - now - luck)
      let away = market.interaction[0] - centre
      outcome.interaction += away
      squares += away * away
      market.move(using: &stream)
      factor *= beta
    }
    let count = Double(simulation.horizon)
    outcome.interaction /= count
    outcome.spread =
      max(0, squares / count - outcome.interaction * outcome.interaction).squareRoot()
    outcome.interaction += centre
    return outcome
  }

  /// V_N at the states now.
  private func valueNow() -> Double {
    let states = layout.stateCount
    let own = Int(market.states[0])
    let line = own * states
    var total = 0.0
    for agent in 1..<simulation.agents {
      total += simulation.slope.psi[line + Int(market.states[agent])]
    }
    return simulation.slope.values[own] + total / Double(simulation.agents - 1)
  }

  /// E V_N at the next states, given everybody's action and M_t.
  private mutating func expectedNext() -> Double {
    let states = layout.stateCount
    let agents = simulation.agents
    for state in 0..<states { others[state] = 0 }
    let share = 1 / Double(agents - 1)
    if agents - 1 < layout.rowCount {
      for agent in 1..<agents {
        market.push(row: Int(market.rows[agent]), weight: share, into: &others)
      }
    } else {
      for row in counts.indices { counts[row] = 0 }
      for agent in 1..<agents { counts[Int(market.rows[agent])] += 1 }
      for row in counts.indices where counts[row] > 0 {
        market.push(row: row, weight: share * Double(counts[row]), into: &others)
      }
    }
    if survival < 1 {
      for state in 0..<states { others[state] *= survival }
      others[entry] += 1 - survival
    }
    let row = Int(market.rows[0])
    for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
      let next = Int(layout.nextStates[k])
      var value = simulation.slope.values[next]
      let line = next * states
      for y in 0..<states { value += simulation.slope.psi[line + y] * others[y] }
      ahead[next] = value
    }
    return market.expectation(row: row, of: ahead)
  }
}
