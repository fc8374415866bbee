import Configuration
import Environments
import Testing

@testable import Experiments

private func refusal(_ text: String, _ overrides: [String] = []) -> String {
  do {
    _ = try configuration(text, overrides)
    return "accepted"
  } catch {
    return "\(error)"
  }
}

@Test func `every default is made explicit`() throws {
  let found = try ExperimentConfiguration(
    yaml: "game: {kind: compute-race}\nlearner: {kind: q-learning}\n", source: "dir/mine.yaml",
    needs: [.game, .learner, .training, .evaluation])
  #expect(found.experiment == "mine")
  #expect(found.replicates == 8)
  #expect(found.resolved.value(at: "training.episode") == .integer(100))
  #expect(found.resolved.value(at: "evaluation.against.selection") == .text("principal"))
  #expect(found.resolved.value(at: "learner.step_size.exponent") == .real(0.6))
  #expect(found.resolved.value(at: "game.parameters.beta") == .real(0.95))
}

@Test func `a scenario changes defaults and written parameters win over it`() throws {
  let text = "game: {kind: compute-race, scenario: tipping, parameters: {mu: 0.5}}\n"
  let found = try ExperimentConfiguration(yaml: text, source: "x.yaml")
  #expect(found.gameParameters.real("omega") == 1.5)
  #expect(found.gameParameters.real("s") == 0.7)
  #expect(found.gameParameters.real("mu") == 0.5)
}

@Test func `the fingerprint ignores names and seeds and nothing else`() throws {
  let base = try configuration().hash
  #expect(base.count == 16)
  for same in ["experiment=other", "seed=9", "replicates=3", "game.parameters.mu=0.2"] {
    #expect(try configuration(smallRace, [same]).hash == base, "\(same)")
  }
  var hashes: Set<String> = [base]
  for other in [
    "training.steps=30001", "game.parameters.mu=0.21", "generator=mt19937",
    "learner.step_size=0.1", "evaluation.points=8", "evaluation.against.selection=low",
    "training.start=initial", "game.scenario=tipping",
  ] {
    #expect(hashes.insert(try configuration(smallRace, [other]).hash).inserted, "\(other)")
  }
}

@Test func `the order in which keys are written does not matter`() throws {
  let reordered = smallRace.split(separator: "\n").reversed().joined(separator: "\n")
  #expect(try configuration(reordered).hash == configuration().hash)
}

@Test func `the resolved configuration reads back as itself`() throws {
  let first = try configuration()
  let second = try configuration(try first.yaml())
  #expect(second.hash == first.hash)
  #expect(try second.yaml() == first.yaml())
}

@Test func `errors name file, line, key, value, rule and way out`() {
  #expect(
    refusal(smallRace.replacing("grid: 7", with: "grid: 8"))
      == "small.yaml:4:41: game.parameters.grid = 8: 8 is even: the grid must be odd, so that "
      + "parity is on it; try 9")
  #expect(
    refusal(smallRace, ["game.parameters.x_max=1"])
      == "command line: game.parameters.x_max = 1: the largest total training is x_max² = 1.0, "
      + "which must stay below capacity Q = 1.0; lower x_max or raise Q")
  #expect(
    refusal(smallRace, ["learner.step_sise=0.1"])
      == "command line: learner.step_sise = 0.1: unknown key; did you mean step_size?")
  #expect(
    refusal(smallRace, ["training.steps=many"])
      == "command line: training.steps = many: must be a whole number from 1 to 1000000000000")
  #expect(
    refusal(smallRace, ["game.parameters.beta=.nan"])
      == "command line: game.parameters.beta = .nan: must be a number in [0, 1)")
  #expect(
    refusal(smallRace, ["game.kind=compute-rase"]).contains("did you mean compute-race?"))
  #expect(
    refusal(smallRace, ["evaluation.points=40000"])
      == "command line: evaluation.points = 40000: cannot exceed training.steps = 30000; lower it")
  #expect(refusal("").contains("the file is empty"))
  #expect(refusal("game: {kind: compute-race}\n").contains("needs the section `learner:`"))
  #expect(refusal(smallRace, ["experiment=a/b"]).contains("names a folder"))
}

@Test func `solver combinations without meaning are refused with the reason`() {
  let text = "game: {kind: matching-pennies}\nsolver: {kind: bellman-nash}\n"
  func solverRefusal(_ overrides: [String]) -> String {
    do {
      _ = try ExperimentConfiguration(
        yaml: text, source: "s.yaml", overrides: overrides, needs: [.game, .solver])
      return "accepted"
    } catch { return "\(error)" }
  }
  #expect(solverRefusal([]) == "accepted")
  #expect(
    solverRefusal(["solver.horizon=3", "solver.selection=principal"]).hasPrefix(
      "command line: solver.selection = principal: principal is the limit of the logit path"))
  #expect(
    solverRefusal(["solver.horizon=3", "solver.selection=all"]).contains(
      "all needs horizon: 1, not 3"))
  #expect(solverRefusal(["solver.selection=all"]).contains("needs horizon: 1"))
  #expect(solverRefusal(["solver.horizon=0"]).contains("a whole number from 1"))
  #expect(solverRefusal(["solver.horizon=forever"]).contains("or infinite"))
}

@Test func `one key of a defaulted variant can be changed alone`() throws {
  let text = "game: {kind: compute-race}\nlearner: {kind: q-learning, step_size: {exponent: 0.7}}\n"
  let found = try configuration(text, ["evaluation.against.selection=low"])
  #expect(found.resolved.value(at: "evaluation.against.kind") == .text("bellman-nash"))
  #expect(found.resolved.value(at: "learner.step_size.kind") == .text("power"))
  #expect(found.resolved.value(at: "learner.step_size.exponent") == .real(0.7))
}

@Test func `unused sections are validated too`() {
  #expect(
    refusal(smallRace + "solver: {kind: bellman-nash, horizen: 3}\n").contains(
      "solver.horizen = 3: unknown key; did you mean horizon?"))
}
