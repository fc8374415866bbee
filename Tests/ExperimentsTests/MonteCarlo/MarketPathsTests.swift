import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

/// Markets against what is known of them without playing. Seeds are fixed; a z beyond 4.6 has a chance
/// of 4e-6, and a test holds at most some hundred.
@Suite struct MarketPathsTests {
  private func firstProfile(_ text: String, _ overrides: [String] = []) throws
    -> MonteCarloDocument.Played
  {
    try simulate(markets(text, overrides)).document.profiles[0]
  }

  private func chart(_ played: MonteCarloDocument.Played, _ name: String) throws -> PathFan {
    try #require(played.fans.first { $0.name == name })
  }

  private func equilibrium(of configuration: MarketStudyConfiguration) throws -> MarketSubject {
    let solution = try configuration.experiment.solve()
    return try MarketSubject(configuration.game, try #require(solution.principal))
  }

  @Test(arguments: ["independent", "antithetic"])
  func `where moves are free of m, M has mean m at every date and variance Var κ over N`(
    draws: String
  ) throws {
    let configuration = try markets(
      capacityMarket, ["montecarlo.draws=\(draws)", "montecarlo.autocorrelation_lags=3"])
    let subject = try equilibrium(of: configuration)
    let played = try simulate(configuration).document.profiles[0]
    #expect(played.m == subject.m)
    let fan = try chart(played, "M")
    #expect(fan.dates.count == 30)
    for date in fan.dates {
      #expect(abs(date.exactMean! - subject.m[0]) < 1e-10)
      #expect(abs(date.mean! - subject.m[0]) < 4.6 * date.standardError!)
    }
    // κ is the state.
    let mean = subject.law.enumerated().reduce(0) { $0 + Double($1.0) * $1.1 }
    let spread = subject.law.enumerated().reduce(0) {
      $0 + (Double($1.0) - mean) * (Double($1.0) - mean) * $1.1
    }
    for name in ["variance/M", "variance/state"] {
      let row = try #require(played.longRun.first { $0.name == name })
      #expect(abs(row.exact! - spread / 6) < 1e-12)
      #expect(row.limit == 0)
      #expect(abs(row.z!) < 4.6, "\(row)")
    }
    for row in played.statistics + played.longRun {
      if let z = row.z { #expect(abs(z) < 4.6, "\(row)") }
    }
    let total = played.statistics.first { $0.name == "value" }
    #expect((total?.gain != nil) == (draws == "antithetic"))
  }

  /// Corr(M_t, M_{t+k}) = corr(κ_0, κ_k) along one agent's chain, whose powers are formed here.
  @Test func `autocorrelations of M are those of one agent`() throws {
    let configuration = try markets(
      capacityMarket,
      [
        "montecarlo.autocorrelation_lags=4", "montecarlo.paths=600", "montecarlo.periods=60",
        "montecarlo.agents=3",
      ])
    let subject = try equilibrium(of: configuration)
    let layout = configuration.game.layout
    var tables = FrozenTables(layout)
    configuration.game.write(at: subject.m, to: &tables)
    let count = layout.stateCount
    var moves = [[Double]](repeating: [Double](repeating: 0, count: count), count: count)
    for row in 0..<layout.rowCount {
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        moves[Int(layout.stateOfRow[row])][Int(layout.nextStates[entry])] +=
          subject.policy.weights[row] * tables.probabilities[entry]
      }
    }
    let s = subject.law
    let mean = (0..<count).reduce(0) { $0 + s[$1] * Double($1) }
    // x[j] = E[state after k moves | state j].
    var ahead = (0..<count).map { Double($0) }
    func covariance() -> Double {
      (0..<count).reduce(0) { $0 + s[$1] * (Double($1) - mean) * (ahead[$1] - mean) }
    }
    let variance = covariance()
    let found = try #require(
      try simulate(configuration).document.profiles[0].autocorrelations.first {
        $0.quantity == "M"
      })
    for lag in 1...4 {
      ahead = moves.map { row in zip(row, ahead).reduce(0) { $0 + $1.0 * $1.1 } }
      let row = found.lags[lag]
      #expect(abs(row.exact! - covariance() / variance) < 1e-12)
      #expect(abs(row.estimate - row.exact!) < 4.6 * row.standardError!)
    }
  }

  /// What an agent of a market earns for ever is what `lab compare` says it does; from rest every date
  /// is alike, so paths of T periods earn 1 − βᵀ of it.
  @Test(arguments: [2, 5])
  func `discounted payoffs are those of the value gap`(agents: Int) throws {
    let text = "game: {kind: mfe-capacity, parameters: {cap: 5}}\nseed: 9\n"
    var options = MarketOptions(threads: 1)
    options.agents = [agents]
    let comparison = try MarketComparison(
      MeanFieldConfiguration(yaml: text, source: "test", needs: [.solver, .market]),
      options: options, interruption: Interruption(), status: StatusLine(isSilent: true))
    let report = comparison.policies[0].market
    let played = try firstProfile(
      text + "montecarlo: {agents: \(agents), paths: 40_000, periods: 40}\n")
    let share = 1 - (0..<40).reduce(1.0) { product, _ in product * 0.98 }
    let value = try #require(played["value"])
    #expect(abs(value.exact! - share * report.rows[0].value.estimate) < 1e-7)
    #expect(abs(value.limit! - share * report.limitValue) < 1e-7)
    #expect(abs(value.z!) < 4.6)
    let gap = share * report.rows[0].gap.estimate
    #expect(abs(value.exact! - value.limit! - gap) < 1e-7)
    // Enough markets for the gap to stand out, and so they earn less than a continuum by themselves.
    #expect(-gap > 4.6 * value.standardError!)
    #expect(value.mean < value.limit!)
  }

  /// E π of reputation is an integral; agents leave and enter. From elsewhere than rest the law moves.
  @Test(arguments: ["equilibrium", "uniform"])
  func `sellers who leave, and prices that are reciprocals`(start: String) throws {
    let played = try firstProfile(
      """
      game: {kind: mfe-reputation}
      seed: 6
      montecarlo:
        {agents: 4, paths: 1500, periods: 12, burn_in: 2, start: \(start), autocorrelation_lags: 2}
      """)
    for name in ["value", "mean/payoff", "mean/M", "mean/state"] {
      let row = try #require(played[name])
      #expect(abs(row.z!) < 4.6, "\(row)")
    }
    for fan in played.fans {
      for date in fan.dates {
        #expect(
          abs(date.mean! - date.exactMean!) < 4.6 * (date.standardError ?? 0) + 1e-12,
          "\(fan.name) \(date.date)")
      }
    }
    guard start == "equilibrium" else { return }
    for row in played.longRun { if let z = row.z { #expect(abs(z) < 4.6, "\(row)") } }
    let lag = try #require(played.autocorrelations.first { $0.quantity == "M" }).lags[2]
    #expect(abs(lag.estimate - lag.exact!) < 4.6 * lag.standardError!)
  }

  /// Games whose moves depend on m, N = 2, against every pair of rows followed exactly.
  @Test(arguments: [
    "{kind: mfe-inventory, parameters: {cap: 3, rounding: stochastic}}",
    "{kind: mfe-ridesharing}",
    "{kind: mfe-table, file: configs/games/vaccination.yaml}",
  ])
  func `two agents whose moves depend on M`(game: String) throws {
    for draws in ["independent", "antithetic"] {
      let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
      let text = """
        game: \(game)
        seed: 5
        montecarlo:
          {agents: 2, paths: 6000, periods: 9, profiles: [uniform], start: uniform, draws: \(draws)}
        """
      let configuration = try MarketStudyConfiguration(yaml: text, source: "\(root)/test.yaml")
      let played = try simulate(configuration).document.profiles[0]
      let layout = configuration.game.layout
      let count = layout.stateCount
      var pair = PairOfAgents(
        configuration.game, MeanFieldPolicy.uniform(layout).weights,
        from: [Double](repeating: 1 / Double(count), count: count))
      var (value, weight) = (0.0, 1.0)
      for date in 0..<9 {
        let means = pair.step()
        value += weight * means[0]
        weight *= configuration.game.discount
        for (quantity, name) in ["payoff", "M", "state"].enumerated() {
          let row = try chart(played, name).dates[date]
          #expect(row.exactMean == nil)
          #expect(
            abs(row.mean! - means[quantity]) < 4.6 * (row.standardError ?? 0) + 1e-12,
            "\(game) \(name) at \(date): \(row.mean!), exact \(means[quantity])")
        }
      }
      let row = try #require(played["value"])
      #expect(abs(row.mean - value) < 4.6 * row.standardError!)
      #expect(row.z == nil && row.limit != nil)
    }
  }

  /// N = 1: the chain with every row at its own κ, by the engine of games of N players.
  @Test(arguments: [
    "{kind: mfe-inventory, parameters: {cap: 3, rounding: stochastic}}", "{kind: mfe-ridesharing}",
    "{kind: mfe-capacity, parameters: {cap: 3}}",
  ])
  func `one agent is a game of one player`(kind: String) throws {
    let configuration = try markets(
      """
      game: \(kind)
      seed: 5
      montecarlo: {agents: 1, paths: 3000, periods: 8, profiles: [uniform], start: uniform}
      """)
    let played = try simulate(configuration).document.profiles[0]
    let layout = configuration.game.layout
    let count = layout.stateCount
    let game = try loneAgent(
      configuration.game, initial: [Double](repeating: 1 / Double(count), count: count))
    var law = PathLaw(game, try PathTables(game, [game.uniformProfile]))
    let rows = try PathTables(game, [game.uniformProfile]).rows
    for date in 0..<8 {
      var means = [0.0, 0, 0]
      law.forEachCell { cell, chance in
        means[0] += chance * game.payoff(0, row: rows[cell])
        means[1] += chance * layout.interaction[0][rows[cell]]
        means[2] += chance * layout.coordinates[Int(layout.stateOfRow[rows[cell]])][0]
      }
      for (quantity, name) in ["payoff", "M", "state"].enumerated() {
        let row = try chart(played, name).dates[date]
        #expect(abs(row.exactMean! - means[quantity]) < 1e-10 * max(1, abs(means[quantity])))
        #expect(abs(row.mean! - means[quantity]) < 4.6 * (row.standardError ?? 0) + 1e-10)
      }
      law.advance()
    }
    #expect(abs(played["value"]!.z!) < 4.6)
  }

  /// The average of N draws of 0 or 1 is binomial.
  @Test(arguments: [1, 2, 9, 40])
  func `averages of zeros and ones are binomial`(agents: Int) throws {
    let law = try #require(
      AverageLaw([0, 1, 1], [0.6, 0.3, 0.1], agents: agents, within: .init(dates: 1)))
    func choose(_ k: Int) -> Double {
      (0..<k).reduce(1) { $0 * Double(agents - $1) / Double($1 + 1) }
    }
    var sum = 0.0
    for k in 0...agents {
      let chance = choose(k) * pow(0.4, Double(k)) * pow(0.6, Double(agents - k))
      let at = Double(k) / Double(agents)
      #expect(abs(law.share(of: (at - 1e-9)...(at + 1e-9)) - chance) < 1e-13)
      // Just below and just above F there.
      if sum > 1e-9, sum < 1 - 1e-6 { #expect(law.quantiles([sum + 1e-9])[0] == at) }
      sum += chance
      if sum < 1 - 1e-6 { #expect(law.quantiles([sum - 1e-9])[0] == at) }
    }
    #expect(abs(sum - 1) < 1e-12)
  }

  /// Values on a lattice of thirds, by enumeration; values on none are given up.
  @Test func `averages of three draws are those of all triples`() throws {
    let (kappa, weights) = ([-1.0 / 3, 1, 2.0 / 3, 1], [0.2, 0.3, 0.4, 0.1])
    let law = try #require(AverageLaw(kappa, weights, agents: 3, within: .init(dates: 1)))
    for low in stride(from: -0.45, through: 1, by: 0.1) {
      var expected = 0.0
      for a in 0..<4 {
        for b in 0..<4 {
          for c in 0..<4 where (kappa[a] + kappa[b] + kappa[c]) / 3 >= low {
            expected += weights[a] * weights[b] * weights[c]
          }
        }
      }
      #expect(abs(law.share(of: low...2) - expected) < 1e-12)
    }
    #expect(
      AverageLaw([0, 1, 2.0.squareRoot()], [0.2, 0.4, 0.4], agents: 3, within: .init(dates: 1))
        == nil)
    #expect(AverageLaw([0, 1], [0.5, 0.5], agents: 100_000, within: .init(dates: 1)) == nil)
  }

  /// Quantiles of M come from a sketch; with more paths than it keeps, they stay within its bound and
  /// chance of the exact law, and shares of an event with them.
  @Test func `fan charts and shares are those of the exact law of M`() throws {
    let played = try firstProfile(
      capacityMarket,
      [
        "montecarlo.paths=6000", "montecarlo.periods=4",
        "montecarlo.events=[{name: high, from: 2.5}, {name: low, to: 1}]",
      ])
    let fan = try chart(played, "M")
    #expect(fan.errorBound > 0 && fan.errorBound < 0.01)
    for date in fan.dates {
      for (level, quantile) in zip(fan.levels, date.quantiles) {
        let (low, high, exact) = (
          try #require(quantile.low), try #require(quantile.high), try #require(quantile.exact)
        )
        #expect(low <= quantile.value && quantile.value <= high)
        #expect(low - 1e-9 <= exact && exact <= high + 1e-9, "\(date.date) \(level)")
      }
    }
    for name in ["share/high", "share/low"] {
      let row = try #require(played[name])
      #expect(row.exact! > 0 && row.exact! < 1)
      #expect(abs(row.z!) < 4.6, "\(row)")
      let rest = try #require(played.longRun.first { $0.name == name })
      #expect(abs(rest.exact! - row.exact!) < 1e-12)
    }
  }

  /// A continuum that starts apart from rest moves by itself: its path, iterated here.
  @Test func `limits are the path of a continuum, and large markets keep near it`() throws {
    let overrides = ["montecarlo.agents=4000", "montecarlo.paths=40", "montecarlo.start=uniform"]
    let configuration = try markets(stockMarket, overrides)
    let game = configuration.game
    let layout = game.layout
    let played = try simulate(configuration).document.profiles[0]
    let weights = MeanFieldPolicy.uniform(layout).weights
    var law = [Double](repeating: 0.25, count: 4)
    var tables = FrozenTables(layout)
    for date in 0..<12 {
      let rows = (0..<layout.rowCount).map { law[Int(layout.stateOfRow[$0])] * weights[$0] }
      let m = zip(rows, layout.interaction[0]).reduce(0) { $0 + $1.0 * $1.1 }
      game.write(at: [m], to: &tables)
      let row = try chart(played, "M").dates[date]
      #expect(abs(row.limitMean! - m) < 1e-12)
      // A bias of order 1/N, an error of order 1/√(N paths).
      #expect(abs(row.mean! - m) < 4.6 * (row.standardError ?? 0) + 10 / 4000)
      let payoff = zip(rows, tables.payoffs).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(try chart(played, "payoff").dates[date].limitMean! - payoff) < 1e-10)
      var next = [Double](repeating: 0, count: 4)
      for row in rows.indices {
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          next[Int(layout.nextStates[entry])] += rows[row] * tables.probabilities[entry]
        }
      }
      law = next
    }
  }

  /// Small markets of drivers die: nobody is asked any more once all are free. That is no error of
  /// the simulation and must not be judged as one.
  @Test func `the effect of few agents is reported, not tested`() throws {
    let played = try firstProfile(
      """
      game: {kind: mfe-ridesharing, parameters: {payoffs: [1, 1.3, 10]}}
      seed: 2
      montecarlo: {agents: 10, paths: 200, periods: 200, burn_in: 100}
      """)
    let rest = try #require(played.longRun.first { $0.name == "M" })
    #expect(rest.exact == nil && rest.z == nil)
    #expect(rest.mean - rest.limit! > 5 * rest.standardError!)
    #expect(played.occupancy.totalVariation == nil)
    #expect(played.occupancy.limitVariation! > 0.05)
    #expect(played.occupancy.states.allSatisfy { $0.z == nil && $0.limit != nil })
  }
}
