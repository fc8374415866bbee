import Configuration
import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Experiments

/// Every equilibrium of games that are written out, through configurations.
@Suite struct DirectionalSubjectTests {
  private static let bargaining = """
    game: {kind: bargaining, parameters: {share: 0.6, stay: 0.3, discounts: [0.95, 0.95]}}
    solver: {kind: recursive-lexicographical-search}

    """

  private func read(_ text: String, _ overrides: [String] = []) throws -> DirectionalConfiguration {
    try DirectionalConfiguration(yaml: text, source: "test.yaml", overrides: overrides)
  }

  private func document(_ configuration: DirectionalConfiguration) throws -> [String: Any] {
    let solution = try DirectionalSolution(
      configuration, options: DirectionalOptions(), progress: { _ in })
    let text = jsonLine(DirectionalSolveDocument(configuration, solution))
    return try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func refusal(_ text: String, _ overrides: [String] = []) throws -> String {
    let error = #expect(throws: ConfigurationError.self) {
      let configuration = try read(text, overrides)
      _ = try DirectionalSolution(configuration, options: DirectionalOptions(), progress: { _ in })
    }
    return "\(try #require(error))"
  }

  @Test func `bargaining has five equilibria`() throws {
    let configuration = try read(Self.bargaining)
    let found = try document(configuration)
    #expect(found["count"] as? String == "5" && found["counting"] as? String == "all")
    #expect(found["status"] as? String == "converged" && found["distinct"] as? Int == 3)
    #expect(found["payoffs_at"] as? String == "state d1 proposer 1")
    #expect(found["planner_value"] is NSNull && found["efficiency"] is NSNull)
    let certificate = try #require(found["certificate"] as? [String: Any])
    #expect(certificate["checked"] as? Int == 5 && certificate["which"] as? String == "all")
    #expect(certificate["certified"] as? Bool == true)
    // At the smallest pie: each of two never gives in, and a mixed equilibrium. The first two are each
    // other's mirror image.
    #expect((try #require(found["pure"] as? Int)) < 5)
    let payoffs = try #require(found["payoffs"] as? [[Double]])
    #expect(payoffs.reduce(0) { $0 + $1[2] } == 5)
    let text = try DirectionalSolveReport.text(
      configuration,
      DirectionalSolution(configuration, options: DirectionalOptions(), progress: { _ in }),
      arguments: ["configs/bargaining.yaml"])
    for line in text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
    #expect(!text.contains("apex") && !text.contains("firm"))
  }

  @Test func `each equilibrium is rebuilt from its number and has its own payoffs`() throws {
    let configuration = try read(Self.bargaining)
    let all = try document(configuration)
    var seen: [[Double]: Int] = [:]
    for number in 0..<5 {
      let one = try DirectionalEquilibriumDocument(
        configuration, number: number, options: DirectionalOptions(), progress: { _ in })
      #expect(one.status == .converged && one.certificate.certified)
      #expect(one.states.count == 9)
      for line in one.text(configuration).split(separator: "\n") {
        #expect(line.count <= 80, "\(line)")
      }
      #expect(one.states.allSatisfy { $0.digit < $0.base && $0.policies?.count == 2 })
      let rounded = one.payoffs.map { ($0 * 1e7).rounded() / 1e7 }
      seen[rounded, default: 0] += 1
    }
    let payoffs = try #require(all["payoffs"] as? [[Double]])
    #expect(seen == Dictionary(uniqueKeysWithValues: payoffs.map { ([$0[0], $0[1]], Int($0[2])) }))
    let error = #expect(throws: ConfigurationError.self) {
      try DirectionalEquilibriumDocument(
        configuration, number: 5, options: DirectionalOptions(), progress: { _ in })
    }
    #expect("\(try #require(error))".contains("numbered from 0 to 4"))
  }

  /// The duopoly as its family says it, and written out: the same equilibria.
  @Test func `the duopoly written out has the same equilibria`() throws {
    let text = """
      game: {kind: leapfrogging, parameters: {n: 3}}
      solver: {kind: recursive-lexicographical-search}

      """
    let direct = try document(read(text))
    let written = try document(read(text, ["solver.payoffs_at=5 5 | 5"]))
    #expect(direct["count"] as? String == "127" && written["count"] as? String == "127")
    #expect(written["payoffs"] as? [[Double]] == direct["payoffs"] as? [[Double]])
    #expect(written["symmetric"] as? Int == direct["symmetric"] as? Int)
    #expect(written["pure"] as? Int == direct["pure"] as? Int)
    #expect(written["states"] as? Int == direct["states"] as? Int)
  }

  /// One period is worth the flow profit alone, whatever one does: investing only costs.
  @Test func `a horizon of one period leaves nothing to invest for`() throws {
    let one = try document(
      read(
        """
        game: {kind: leapfrogging, parameters: {n: 3}}
        solver: {kind: recursive-lexicographical-search, horizon: 1}

        """))
    #expect(one["count"] as? String == "1")
    #expect((one["payoffs"] as? [[Double]]) == [[0, 0, 1]])
    let states = try #require(one["states"] as? Int)
    #expect(states == 15 && one["stages"] as? Int == 2)
  }

  @Test func `what cannot be done is said with the key and a way out`() throws {
    let label = try refusal(Self.bargaining, ["solver.payoffs_at=d1 proposer 3"])
    #expect(label.contains("solver.payoffs_at") && label.contains("did you mean d1 proposer"))
    let merge = try refusal(Self.bargaining, ["solver.counting=merge"])
    #expect(merge.contains("solver.counting") && merge.contains("enumerate"))
    let points = try refusal(Self.bargaining, ["solver.points=[0, 1]"])
    #expect(points.contains("solver.points") && points.contains("each state needs one"))
    let both = try refusal(Self.bargaining, ["solver.points=[0]", "solver.horizon=2"])
    #expect(both.contains("horizon"))
    // The middle sizes of the second panel lead to each other.
    let loop = try refusal(
      """
      game: {kind: bargaining, scenario: example-3}
      solver: {kind: recursive-lexicographical-search, points: [0, 0, 1, 1, 2, 2, 3, 3, 4]}

      """)
    #expect(loop.contains("solver.points"))
    #expect(loop.contains("each state needs one") || loop.contains("not directional"))
    let many = try refusal(
      """
      game: {kind: compute-race}
      solver: {kind: recursive-lexicographical-search}

      """)
    #expect(many.contains("solver.kind") && many.contains("horizon"))
    let shocks = try refusal(
      """
      game: {kind: leapfrogging, parameters: {n: 3, eta: 0.1}}
      solver: {kind: recursive-lexicographical-search, horizon: 2}

      """)
    #expect(shocks.contains("eta"))
    let unnamed = #expect(throws: ConfigurationError.self) {
      try ExperimentConfiguration(
        yaml: Self.bargaining, source: "test.yaml", needs: [.game, .solver]
      ).exactSolution(interruption: Interruption())
    }
    #expect("\(try #require(unnamed))".contains("solver.equilibrium=K"))
  }

  @Test func `play, exports and path studies take the equilibrium that is named`() throws {
    for (text, periods) in [
      (Self.bargaining, Int?.none),
      (
        "game: {kind: leapfrogging, parameters: {n: 3}}\n"
          + "solver: {kind: recursive-lexicographical-search}\n", nil
      ),
      (
        "game: {kind: leapfrogging, parameters: {n: 3}}\n"
          + "solver: {kind: recursive-lexicographical-search, horizon: 4}\n", 4
      ),
    ] {
      let configuration = try read(text)
      for number in [0, 2] {
        let document = try DirectionalEquilibriumDocument(
          configuration, number: number, options: DirectionalOptions(), progress: { _ in })
        let experiment = try ExperimentConfiguration(
          yaml: text, source: "test.yaml", overrides: ["solver.equilibrium=\(number)"],
          needs: [.game, .solver])
        let (solution, name) = try experiment.exactSolution(interruption: Interruption())
        #expect(name.contains("equilibrium \(number)"))
        #expect(solution.status == .converged && solution.profiles.count == periods ?? 1)
        let first = experiment.game.initial.firstIndex(of: 1)!
        for player in 0..<2 {
          #expect(abs(solution.values[0][player][first] - document.payoffs[player]) < 1e-11)
        }
        #expect(try #require(solution.certificate).maxRegret < 1e-10)
      }
    }
  }
}

/// Limits and sizes.
@Suite struct DirectionalLimitTests {
  private func solve(_ parameters: String, _ change: (inout DirectionalOptions) -> Void) throws
    -> DirectionalSolution
  {
    var options = DirectionalOptions()
    change(&options)
    let configuration = try DirectionalConfiguration(
      yaml: """
        game: {kind: leapfrogging, parameters: {\(parameters)}}
        solver: {kind: recursive-lexicographical-search, verify: 2}

        """, source: "test.yaml")
    return try DirectionalSolution(configuration, options: options, progress: { _ in })
  }

  /// A part of this search holds far more equilibria than are asked for.
  @Test func `a few equilibria of very many are found at once`() throws {
    for threads in [1, 2] {
      let found = try solve("n: 8") {
        $0.limits.equilibria = 5
        $0.threads = threads
      }
      #expect(found.outcome.tally.count == 5 && found.status == .limit)
      #expect(found.symmetric == nil)
      #expect(found.outcome.next?.count == 204)
    }
  }

  @Test func `payoffs that 64 bits cannot count are refused with a unit that works`() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try solve("n: 3, cost_max: 1e20") { _ in }
    }
    let text = "\(try #require(error))"
    #expect(text.contains("solver.payoff_rounding") && text.contains("use 1"))
    let huge = #expect(throws: ConfigurationError.self) {
      try solve("n: 3, K: {K0: 1e308, K1: 0}") { _ in }
    }
    #expect("\(try #require(huge))".contains("larger units"))
  }

  @Test func `outlays next to nothing are a tie and not a crash`() throws {
    let found = try solve("n: 3, K: {K0: 1e-14, K1: 1}") { _ in }
    #expect(found.status == .uncertified && found.degenerate != nil)
    #expect(found.outcome.tally.count > 0)
  }
}

/// Paths of play under equilibria of the duopoly.
@Suite struct DirectionalPathTests {
  private static func duopoly(_ parameters: String) throws -> LeapfroggingDuopoly {
    let read = try DirectionalConfiguration(
      yaml: """
        game: {kind: leapfrogging, parameters: {n: 4, \(parameters)}}
        solver: {kind: recursive-lexicographical-search}

        """, source: "test.yaml")
    return try LeapfroggingDuopoly(read.gameParameters)
  }

  private func paths(_ game: LeapfroggingDuopoly, count: Int) throws -> [DirectionalPath] {
    let subject = LeapfroggingSubject(game)
    var stream = RandomStream(seed: 3, role: .simulation, index: 0)
    return try (0..<count).map { _ in
      let drawn = try subject.randomEquilibrium { $0 == 1 ? 0 : stream.index(below: $0) }
      return subject.path(drawn, periods: 500, using: &stream)
    }
  }

  @Test(arguments: [0, 0.4], [0.0, 0.5])
  func `costs only fall, to the state of the art of whoever invests`(stay: Double, eta: Double)
    throws
  {
    let game = try Self.duopoly("eta: \(eta), technology: {stay: \(stay)}")
    var investments = 0
    for path in try paths(game, count: 40) {
      #expect(path.states[0] == [5, 5, 5] && path.states.count == path.actions.count + 1)
      #expect(path.ended || path.actions.count == 500)
      for (period, actions) in path.actions.enumerated() {
        let (here, next) = (path.states[period], path.states[period + 1])
        #expect(next[2] <= here[2] && (stay > 0 || here[2] == 0 || next[2] < here[2]))
        for firm in 0..<2 {
          #expect(next[firm] == (actions[firm] == "invest" ? here[2] : here[firm]))
          investments += actions[firm] == "invest" ? 1 : 0
        }
      }
      if path.ended { #expect(path.states.last![2] == 0) }
    }
    #expect(investments > 20)
  }

  @Test func `only who has the move invests`() throws {
    let game = try Self.duopoly("moves: alternating, technology: {stay: 0.3}")
    for path in try paths(game, count: 10) {
      for (period, actions) in path.actions.enumerated() {
        #expect(actions[1 - period % 2] == "wait")
      }
    }
  }
}
