import Equilibria
import Foundation
import Testing

@testable import Experiments

private func comparison(
  _ yaml: String, table: String? = nil, _ change: (inout MarketOptions) -> Void = { _ in }
) throws -> MarketComparison {
  var options = MarketOptions(threads: 2)
  change(&options)
  return try MarketComparison(
    MeanFieldConfiguration(yaml: yaml, source: "test", needs: [.solver, .market]), table: table,
    options: options, interruption: Interruption(), status: StatusLine(isSilent: true))
}

private let capacity = """
  game: {kind: mfe-capacity, parameters: {cap: 9}}
  market: {agents: [2, 10, 100]}
  """

@Suite struct MarketComparisonTests {
  /// Capacity's gap is c / N exactly, so the sizes of the section and the rate are known.
  @Test func `a configuration's equilibrium is placed in its markets`() throws {
    let made = try comparison(capacity)
    #expect(made.policies.map(\.policy) == ["exact"])
    let rows = made.policies[0].market.rows
    #expect(rows.map(\.agents) == [2, 10, 100])
    #expect(abs(rows[0].gap.estimate - 50 * rows[2].gap.estimate) < 1e-8)
    #expect(abs(try #require(made.policies[0].market.gapDecay).slope + 1) < 1e-9)
    #expect(rows[0].gainSeeingAll != nil && rows[1].gainSeeingAll == nil)
    let text = made.text
    #expect(text.contains("pure equilibrium"))
    #expect(text.contains("|gap| falls as N^-1.000 over N = 2, 10, 100"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
  }

  @Test func `options of the command line come before the section`() throws {
    let made = try comparison(
      """
      game: {kind: mfe-inventory, parameters: {cap: 4, rounding: stochastic}}
      seed: 5
      market: {agents: [3], replications: 7}
      """
    ) {
      $0.agents = [4]
      $0.replications = 9
      $0.seed = 77
    }
    let report = made.policies[0].market
    #expect(report.rows.map(\.agents) == [4])
    #expect(report.replications == 9 && report.seed == 77)
    #expect(report.rows[0].gap.method == .simulated)
    #expect(made.text.contains("band of 9 replications"))
  }

  @Test func `the document holds figures with their ends and how they were got`() throws {
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(jsonLine(comparison(capacity)).utf8))
        as? [String: Any])
    #expect(document["schema"] as? String == "equilibrium-lab/compare-market/1")
    #expect(document["command"] as? String == "compare")
    let policy = try #require((document["policies"] as? [[String: Any]])?.first)
    let market = try #require(policy["market"] as? [String: Any])
    let row = try #require((market["rows"] as? [[String: Any]])?.first)
    let gap = try #require(row["gap"] as? [String: Any])
    #expect(gap["method"] as? String == "exact")
    #expect(gap["low"] as? Double == gap["estimate"] as? Double)
    #expect(row["gain_kind"] as? String == "largest")
    #expect((row["gain_seeing_all"] as? Double ?? 0) > 0)
  }

  /// A policy of another program beside the equilibrium: always the least investment.
  @Test func `a policy table is judged at the m that it keeps up`() throws {
    let folder = try TemporaryFolder()
    let table = "\(folder.path)/lazy.csv"
    let lines = (0..<10).map { "1,\($0),0.05,1" }
    try (["player,state_label,action_label,probability"] + lines).joined(separator: "\n")
      .write(toFile: table, atomically: true, encoding: .utf8)
    let made = try comparison(capacity, table: table)
    #expect(made.policies.map(\.policy) == ["exact", "policy"])
    let lazy = made.policies[1].market
    // Levels rise by 0.49 · 0.05 / 1.05 and fall by 0.51 / 1.05: a geometric law, cut at 9.
    let ratio = 0.49 * 0.05 / 0.51
    let weights = (0..<10).map { pow(ratio, Double($0)) }
    // At 0 nothing falls, so s(1) 0.51 / 1.05 = s(0) 0.49 · 0.05 / 1.05 holds there as well.
    let mean =
      weights.enumerated().reduce(0) { $0 + Double($1.0) * $1.1 } / weights.reduce(0, +)
    #expect(abs(lazy.m[0] - mean) < 1e-12)
    #expect(try #require(lazy.limitGain) > 1)
  }

  @Test func `a game without an equilibrium says so, continuous actions too`() throws {
    let jump = #expect(throws: MeanFieldError.self) {
      try comparison("game: {kind: mfe-inventory, parameters: {holding: 9}}")
    }
    #expect("\(jump!)".contains("--policy"))
    #expect(throws: (any Error).self) {
      try comparison("game: {kind: mfe-capacity, parameters: {actions: continuous}}")
    }
  }

  @Test func `pictures have a panel a policy and no zero on a logarithmic axis`() throws {
    let made = try comparison(capacity)
    let script = Plot.marketScript(
      made, canvas: Plot.Canvas(format: .svg, height: 400, output: "x.svg"))
    #expect(script.contains("set multiplot layout 1,1"))
    #expect(script.contains("set logscale xy"))
    let block = script.split(separator: "$gap0 << EOD\n")[1].split(separator: "EOD")[0]
    let points = block.split(separator: "\n").map { $0.split(separator: " ").map { Double($0)! } }
    #expect(points.map { $0[0] } == [2, 10, 100])
    #expect(points.allSatisfy { $0[1...].allSatisfy { $0 > 0 } })
  }

  /// E M_t = m at every date where moves are free of m and agents start from s; within 4 standard
  /// errors of 200 periods, whose correlation is bounded by the chain's.
  @Test func `a market's path is the same for the same seed and stays at m`() throws {
    func path(_ seed: UInt64) throws -> MarketPath {
      try MarketPath(
        MeanFieldConfiguration(
          yaml: "game: {kind: mfe-ridesharing}\nseed: \(seed)", source: "test", needs: [.solver]),
        agents: 3000, steps: 200, interruption: Interruption())
    }
    let one = try path(1)
    #expect(try one.csv == path(1).csv)
    #expect(try one.csv != path(2).csv)
    #expect(one.steps.count == 200 && one.names == ["availability"])
    let mean = one.steps.reduce(0) { $0 + $1.interaction[0] } / 200
    #expect(abs(mean - one.m[0]) < 0.005)
    #expect(one.csv.hasPrefix("period,M,mean_state,mean_payoff\n0,"))
    #expect(one.text(quiet: false).contains("3000 agents"))
  }
}
