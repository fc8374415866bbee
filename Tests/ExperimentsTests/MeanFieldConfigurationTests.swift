import Configuration
import Environments
import Foundation
import Testing

@testable import Experiments

private func read(
  _ text: String, _ overrides: [String] = [], needs: [MeanFieldConfiguration.Section] = []
) throws -> MeanFieldConfiguration {
  try MeanFieldConfiguration(yaml: text, source: "x.yaml", overrides: overrides, needs: needs)
}

private let twoState = "game: {kind: mfe-two-state, parameters: {lambda: 2}}\n"

@Test func `a mean-field configuration needs its game alone, and resolves to itself`() throws {
  let found = try read(twoState, needs: MeanFieldConfiguration.Section.allCases)
  #expect(found.experiment == "x")
  #expect(found.gameParameters.real("lambda") == 2)
  #expect(found.resolved.group("solver")?.kind == "mean-field")
  #expect(found.resolved.group("evaluation")?.group("against")?.kind == "mean-field")
  #expect(found.resolved.group("market")?["agents"]?.text == "[2, 5, 10, 100, 1000]")
  let again = try read(found.yaml())
  #expect(try again.yaml() == found.yaml())
  #expect(again.hash == found.hash)
}

@Test(arguments: [
  ("game: {kind: mfe-two-state, parameters: {lamda: 1}}", "x.yaml:1:42: game.parameters.lamda"),
  ("game: {kind: mfe-two-state, parameters: {lambda: -1}}", "of at least 0"),
  ("game: {kind: mfe-two-stat}", "did you mean mfe-two-state?"),
  (twoState + "solver: {kind: bisection}", "x.yaml:2:16: solver.kind = bisection"),
  (twoState + "solver: {scn: 5}", "did you mean scan?"),
  (twoState + "solver: {kind: broyden, start: [1, 2]}", "must hold one number: share at 2"),
  (twoState + "solver: {tolerance: 1e-20}", "solver.tolerance = 1e-20: must be at least 1e-14"),
  (twoState + "market: {agents: [0]}", "market.agents[0] = 0"),
  (twoState + "learners: [{kind: q-learning}]", "agents of a mean field are alike"),
  (twoState + "learner: {kind: q-learning}", "x.yaml:2:17: learner.kind = q-learning"),
  ("game: {kind: mfe-two-state, parameters: {interaction: [0.2, 2]}}", "must lie within [0, 1]"),
  ("game: {kind: mfe-two-state, parameters: {interaction: [1, 0]}}", "the lower bound first"),
  ("game: {kind: compute-race}", "must be a mean-field kind"),
])
func `what is wrong with a mean-field configuration is said where it stands`(
  text: String, words: String
) throws {
  let error = #expect(throws: ConfigurationError.self) { try read(text) }
  #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
}

@Test func `the kind of the game decides which configuration is read`() throws {
  let folder = try TemporaryFolder()
  for (text, isMeanField) in [
    (twoState, true), ("game: {kind: compute-race}", false),
    ("game: {kind: mfe-two-state, announced: 0.3}", false),
  ] {
    let path = folder.path + "/game.yaml"
    try writeAtomically(text, to: path)
    switch try LabConfiguration(path: path) {
    case .meanField: #expect(isMeanField, "\(text)")
    case .game: #expect(!isMeanField, "\(text)")
    case .directional: Issue.record("no solver asks for every equilibrium")
    }
  }
}

/// λ = 2 and m = 0.3: the second state comes with probability ½ · 3 − 2 · 0.3 = 0.9, by hand.
@Test func `an announced m makes the game of one agent`() throws {
  let found = try ExperimentConfiguration(
    yaml: twoState, source: "x.yaml", overrides: ["game.announced=0.3"])
  #expect(found.game.playerCount == 1)
  #expect(found.title == "mfe-two-state, m = 0.3")
  #expect(found.game.stateCount == 2)
  #expect(abs(found.game.probability(row: found.game.row(0, [0]), to: 1) - 0.9) < 1e-15)
  #expect(found.resolved.group("game")?["announced"]?.text == "0.3")
  let again = try ExperimentConfiguration(yaml: found.yaml(), source: "x.yaml")
  #expect(again.hash == found.hash)
  let other = try ExperimentConfiguration(
    yaml: twoState, source: "x.yaml", overrides: ["game.announced=[0.4]"])
  #expect(other.hash != found.hash)
}

@Test func `sections about mean fields give way where an m is announced`() throws {
  let text = twoState + "solver: {kind: mean-field, scan: 5}\nmarket: {agents: [2]}\n"
  let found = try ExperimentConfiguration(
    yaml: text, source: "x.yaml", overrides: ["game.announced=0.3"], needs: [.game, .solver])
  #expect(found.resolved.group("solver")?.kind == "bellman-nash")
  let plain = try ExperimentConfiguration(
    yaml: twoState, source: "x.yaml", overrides: ["game.announced=0.3"], needs: [.game, .solver])
  #expect(plain.hash == found.hash)
  // What is written for games of N players stays.
  let own = try ExperimentConfiguration(
    yaml: twoState + "solver: {kind: bellman-nash, horizon: 3}", source: "x.yaml",
    overrides: ["game.announced=0.3"])
  #expect(own.resolved.group("solver")?["horizon"]?.text == "3")
}

@Test(arguments: [
  ("2", "must be in [0, 1], the values that share at 2 can take"),
  ("[0.1, 0.2]", "must be one number: share at 2"), ("[]", "must be one number: share at 2"),
  ("low", "game.announced[0] = low: must be a number"),
])
func `an m that cannot be is refused`(announced: String, words: String) throws {
  let error = #expect(throws: ConfigurationError.self) {
    try ExperimentConfiguration(
      yaml: twoState, source: "x.yaml", overrides: ["game.announced=\(announced)"])
  }
  #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
}

@Test func `what plays finite games says how to play a mean-field one`() throws {
  let error = #expect(throws: ConfigurationError.self) {
    try ExperimentConfiguration(yaml: twoState, source: "x.yaml")
  }
  #expect(error?.description.hasPrefix("x.yaml:1:14: game.kind = mfe-two-state") == true)
  #expect(error?.description.contains("game.announced=0.5") == true)
  let plain = #expect(throws: ConfigurationError.self) {
    try ExperimentConfiguration(
      yaml: "game: {kind: compute-race, announced: 1}", source: "x.yaml")
  }
  #expect(plain?.description.contains("game.announced = 1: unknown key") == true)
}
