import Environments
import Statistics
import Testing

/// π and P of a row as the game itself writes them.
private struct Written {
  let payoff: Double
  let law: [Double]

  init(_ game: any MeanFieldGame, row: Int, at m: [Double]) {
    let layout = game.layout
    var tables = FrozenTables(layout)
    game.write(at: m, to: &tables)
    payoff = tables.payoffs[row]
    var law = [Double](repeating: 0, count: layout.stateCount)
    for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
      law[Int(layout.nextStates[entry])] += tables.probabilities[entry]
    }
    self.law = law
  }
}

private func stockGame(_ rounding: Inventory.Rounding, cap: Int = 3) throws -> Inventory {
  var primitives = Inventory.Primitives()
  primitives.cap = cap
  primitives.rounding = rounding
  return try Inventory(primitives)
}

private func games() throws -> [any MeanFieldGame] {
  guard case .finite(let two) = try TwoScalarLadder(twoScalars()).model() else { return [] }
  return [
    try stockGame(.stochastic), try stockGame(.halfUp, cap: 9), try Ridesharing(),
    try SocialLearning(), try Reputation(), two,
  ]
}

private func twoScalars() -> LadderPrimitives {
  var primitives = TwoScalarLadder.defaults
  primitives.cap = 5
  primitives.actions = 4
  return primitives
}

private func uniform(_ layout: MeanFieldLayout) -> [Double] {
  (0..<layout.stateCount).flatMap { state in
    layout.rows(of: state).map { _ in 1 / Double(layout.rows(of: state).count) }
  }
}

@Suite struct MeanFieldMarketTests {
  /// Two sellers: every pair of actions and next states, by hand. Counts of 40,000 draws stay within
  /// 4.5 standard errors, 7e-6 apiece, about 150 of them; the seed is fixed.
  @Test func `one period of two agents has the law of the game at their average`() throws {
    let game = try stockGame(.stochastic)
    let layout = game.layout
    let kappa = layout.interaction[0]
    let weights = uniform(layout)
    var expected: [[Int]: Double] = [:]
    for first in layout.rows(of: 1) {
      for second in layout.rows(of: 2) {
        let m = [0.5 * (kappa[first] + kappa[second])]
        let (one, two) = (Written(game, row: first, at: m), Written(game, row: second, at: m))
        for (x, p) in one.law.enumerated() where p > 0 {
          for (y, q) in two.law.enumerated() where q > 0 {
            expected[[first, second, x, y], default: 0] += weights[first] * weights[second] * p * q
          }
        }
      }
    }
    #expect(abs(expected.values.reduce(0, +) - 1) < 1e-12)
    var market = try MeanFieldMarket(game, agents: 2)
    var stream = RandomStream(seed: 11, role: .environment)
    var counts: [[Int]: Int] = [:]
    let draws = 40_000
    for _ in 0..<draws {
      market.place(at: [1, 2])
      market.draw(weights, agents: 0..<2, draws: true, using: &stream)
      market.meet()
      let rows = market.rows.map { Int($0) }
      market.move(using: &stream)
      counts[rows + market.states.map { Int($0) }, default: 0] += 1
    }
    #expect(counts.keys.allSatisfy { expected[$0] != nil })
    for (event, p) in expected {
      let mean = Double(draws) * p
      #expect(abs(Double(counts[event] ?? 0) - mean) <= 4.5 * (mean * (1 - p)).squareRoot() + 1)
    }
  }

  /// Tables come from memory, single rows, pieces or a law that is summed once; in 300 periods of each
  /// game every agent's payoff and next law are those that the game writes at M.
  @Test(arguments: 0..<6, [1, 2, 7])
  func `payoffs and laws are those at the realised M`(which: Int, agents: Int) throws {
    let game = try games()[which]
    let layout = game.layout
    let weights = uniform(layout)
    var market = try MeanFieldMarket(game, agents: agents)
    var stream = RandomStream(seed: 3, role: .environment)
    market.reset(using: &stream)
    let marks = (0..<layout.stateCount).map { Double($0 * $0 % 7) }
    for _ in 0..<300 {
      market.draw(weights, agents: 0..<agents, draws: true, using: &stream)
      market.meet()
      for scalar in 0..<layout.scalarCount {
        let mean =
          market.rows.reduce(0) { $0 + layout.interaction[scalar][Int($1)] } / Double(agents)
        #expect(abs(market.interaction[scalar] - mean) <= 1e-13 * max(1, abs(mean)))
      }
      let agent = stream.index(below: agents)
      let row = Int(market.rows[agent])
      let written = Written(game, row: row, at: market.interaction)
      #expect(market.payoff(of: agent) == written.payoff)
      let expectation = zip(written.law, marks).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(market.expectation(row: row, of: marks) - expectation) < 1e-12)
      var law = [Double](repeating: 0, count: layout.stateCount)
      market.push(row: row, weight: 1, into: &law)
      #expect(zip(law, written.law).allSatisfy { abs($0 - $1) < 1e-13 })
      market.move(using: &stream)
    }
  }

  @Test func `as an environment it pays, shows and truncates`() throws {
    let game = try Ridesharing()
    let layout = game.layout
    var market = try MeanFieldMarket(game, agents: 3, episodeLength: 4)
    var stream = RandomStream(seed: 5, role: .environment)
    market.reset(using: &stream)
    #expect(market.playerCount == 3)
    #expect(market.discount(for: 1) == game.discount)
    var rewards = [0.0, 0, 0]
    for step in 1...4 {
      let seen = (0..<3).map { market.observation(for: $0) }
      let actions = seen.map { layout.rows(of: $0).count - 1 }
      var paid = rewards.mutableSpan
      let boundary = market.step(actions.span, rewards: &paid, using: &stream)
      #expect(boundary == (step == 4 ? .truncated : .running))
      let rows = zip(seen, actions).map { layout.rowOffsets[$0] + $1 }
      let free = Double(seen.count { $0 < 4 }) / 3
      #expect(abs(market.interaction[0] - free) < 1e-15)
      for (agent, row) in rows.enumerated() {
        #expect(rewards[agent] == Written(game, row: row, at: [free]).payoff)
      }
    }
    market.reset(using: &stream)
    #expect(market.stepsTaken == 0)
  }

  /// Of 20 × 2000 seats with survival 0.95, those that renew are binomial; within 4.5 standard errors.
  @Test func `agents leave as often as the game says, lasting ones never`() throws {
    let game = try Reputation()
    let entry = try #require(game.turnover).entry
    let agents = 21
    var market = try MeanFieldMarket(game, agents: agents, lasting: 1)
    var stream = RandomStream(seed: 8, role: .environment)
    // Nobody is at the entry state, and no review leads there.
    let elsewhere = game.layout.stateCount - 1
    var renewed = 0
    for _ in 0..<2000 {
      market.place(at: [Int32](repeating: Int32(elsewhere), count: agents))
      market.draw(uniform(game.layout), agents: 0..<agents, draws: true, using: &stream)
      market.meet()
      market.move(using: &stream)
      #expect(market.states[0] != entry)
      renewed += market.states.count { Int($0) == entry }
    }
    let p = 1 - game.turnover!.survival
    let mean = 40_000 * p
    #expect(abs(Double(renewed) - mean) <= 4.5 * (mean * (1 - p)).squareRoot())
  }

  /// Where moves do not depend on M, what one agent does leaves everybody else's path as it was.
  @Test func `streams stay aligned whatever an agent does`() throws {
    guard case .finite(let game) = try CapacityCompetition().model() else { return }
    let layout = game.layout
    func path(_ own: [Double]) throws -> [[Int32]] {
      var market = try MeanFieldMarket(game, agents: 4)
      var stream = RandomStream(seed: 21, role: .environment)
      market.reset(using: &stream)
      return (0..<50).map { _ in
        market.draw(own, agents: 0..<1, draws: true, using: &stream)
        market.draw(uniform(layout), agents: 1..<4, draws: true, using: &stream)
        market.meet()
        market.move(using: &stream)
        return market.states
      }
    }
    var lowest = [Double](repeating: 0, count: layout.rowCount)
    var highest = lowest
    for state in 0..<layout.stateCount {
      lowest[layout.rowOffsets[state]] = 1
      highest[layout.rowOffsets[state + 1] - 1] = 1
    }
    let (low, high) = (try path(lowest), try path(highest))
    #expect(low.map { $0[0] } != high.map { $0[0] })
    #expect(low.map { $0.dropFirst() } == high.map { $0.dropFirst() })
  }

  @Test func `bad sizes and laws are refused by name`() throws {
    let game = try TwoStateGame()
    #expect(throws: GameError.self) { try MeanFieldMarket(game, agents: 0) }
    let error = #expect(throws: GameError.self) {
      try MeanFieldMarket(game, agents: 2, initial: [0.5, 0.6])
    }
    #expect(error?.subject == "initial law")
  }
}
