import Environments
import Equilibria
import Statistics
import Testing

@testable import Agents

/// Matching pennies mixes evenly: 10,000 draws have a standard error of 50 heads.
@Test func `an equilibrium agent plays its seat of the exact equilibrium`() throws {
  let game = try MatchingPennies().stochasticGame()
  var agent = try PolicyAgent(equilibriumOf: game, player: 1)
  #expect(agent.policy.law(at: 0) == [0.5, 0.5])
  var stream = RandomStream(seed: 3, role: .agent)
  let heads = (0..<10_000).count { _ in agent.act(at: 0, using: &stream) == 0 }
  #expect(abs(heads - 5000) <= 4 * 50)
}

@Test func `an equilibrium agent refuses a solver without an answer`() throws {
  let game = try ComputeRace(scenario: "bertrand-heavy").stochasticGame()
  let error = #expect(throws: GameError.self) {
    _ = try PolicyAgent(equilibriumOf: game, player: 0, solver: BellmanNash(selection: .joint))
  }
  #expect(error?.rule.contains("cycle") == true)
}
