import Configuration
import Foundation
import Testing

@testable import Experiments

@Test func `a grid is every combination, the last key changing fastest`() throws {
  let read = try sweep()
  #expect(read.keys.map(\.path) == ["game.parameters.mu", "game.parameters.omega"])
  #expect(
    read.cells.map { $0.values.map(\.text) } == [
      ["0.2", "0"], ["0.2", "0.5"], ["0.2", "1"], ["0.3", "0"], ["0.3", "0.5"], ["0.3", "1"],
    ])
  #expect(read.cells.map(\.number) == Array(1...6))
  #expect(read.experiment == "small")
}

/// A cell has the fingerprint of the configuration written out by hand.
@Test func `cells are ordinary configurations`() throws {
  let alone = try ExperimentConfiguration(
    yaml: """
      game: {kind: compute-race, parameters: {grid: 7, actions: 3, mu: 0.3, omega: 0.5}}
      solver: {kind: bellman-nash, selection: joint}

      """, source: "alone.yaml", needs: [.game, .solver])
  #expect(try sweep().cells[4].identity.hash == alone.hash)
}

/// Levels as numpy's linspace(0.1, 0.9, 9), geomspace(0.001, 10, 5) and arange print them; three
/// tenths read 0.3.
@Test(arguments: [
  ("{from: 0.1, to: 0.9, count: 9}", "0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9"),
  ("{from: 0.001, to: 10, count: 5, scale: log}", "0.001 0.01 0.1 1 10"),
  ("{from: 0.1, to: 0.5, step: 0.1}", "0.1 0.2 0.3 0.4 0.5"),
  ("{from: 1, to: 8, step: 3}", "1 4 7"),
  ("{from: 1, to: 10, count: 4, whole: true}", "1 4 7 10"),
  ("{from: 1, to: 2, count: 2, scale: log}", "1 2"),
])
func `ranges have the levels one expects`(range: String, expected: String) throws {
  let factor = try SweepFactor.read(
    vary: DocumentNode(yaml: "a: \(range)\n", source: "a.yaml"), zip: nil, drawsIntervals: false,
    position: Position(source: "a.yaml"))[0]
  guard case .levels(let levels) = factor.values else {
    Issue.record("no levels")
    return
  }
  #expect(levels.map { $0[0].text }.joined(separator: " ") == expected)
}

@Test func `zipped keys move together`() throws {
  let read = try sweep(
    """
    command: solve
    configuration: {game: {kind: compute-race}, solver: {kind: bellman-nash, selection: joint}}
    vary: {game.parameters.mu: [0.2, 0.3]}
    zip: {game.parameters.grid: [7, 9], game.parameters.actions: [3, 5]}

    """)
  #expect(
    read.cells.map { $0.values.map(\.text) } == [
      ["0.2", "7", "3"], ["0.2", "9", "5"], ["0.3", "7", "3"], ["0.3", "9", "5"],
    ])
}

@Test func `a base is read beside the sweep, and sections lie over it`() throws {
  let folder = try TemporaryFolder()
  try """
  experiment: other
  seed: 3
  game: {kind: compute-race, parameters: {grid: 9, actions: 3}}
  learner: {kind: q-learning, step_size: 0.5}
  training: {steps: 1000, episode: 10}

  """.write(toFile: "\(folder.path)/base.yaml", atomically: true, encoding: .utf8)
  try """
  command: train
  base: base.yaml
  configuration:
    learner: {kind: sarsa}
    training: {steps: 2000}
  replicates: 2
  vary: {game.parameters.mu: [0.2, 0.3]}

  """.write(toFile: "\(folder.path)/mine.yaml", atomically: true, encoding: .utf8)
  let read = try SweepConfiguration(
    path: "\(folder.path)/mine.yaml",
    overrides: ["evaluation.points=3", "vary.game.parameters.mu=[0.2]", "replicates=5"])
  #expect(read.cells.count == 1)
  let cell = try ExperimentConfiguration(
    read.document(of: read.cells[0]), source: "", needs: [.game, .learner, .training, .evaluation])
  #expect(cell.experiment == "mine")
  #expect(cell.seed == 3)
  #expect(cell.replicates == 5)
  // Another kind replaces its section whole; other keys are merged one by one.
  #expect(cell.resolved.group("learner")!.kind == "sarsa")
  #expect(cell.resolved.group("training")!.integer("steps") == 2000)
  #expect(cell.resolved.group("training")!.integer("episode") == 10)
  #expect(cell.resolved.group("evaluation")!.integer("points") == 3)
}

/// `base.yaml` with a cell's values as overrides is that cell, and `sweep.yaml` is the same sweep.
@Test func `what a folder keeps of a sweep stands alone`() throws {
  let (folder, root) = (try TemporaryFolder(), try TemporaryFolder())
  let table = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../configs/games").standardizedFileURL
  let names = try FileManager.default.contentsOfDirectory(atPath: table.path)
  let file = try #require(names.filter { $0.hasSuffix(".yaml") }.sorted().first)
  try FileManager.default.copyItem(
    atPath: "\(table.path)/\(file)", toPath: "\(folder.path)/own.yaml")
  try """
  command: solve
  configuration: {game: {kind: table}, solver: {kind: bellman-nash}}
  vary: {solver.max_steps: [1000, 2000], game.file: [own.yaml]}

  """.write(toFile: "\(folder.path)/mine.yaml", atomically: true, encoding: .utf8)
  let read = try SweepConfiguration(path: "\(folder.path)/mine.yaml")
  let kept = SweepFolder(root: root.path, configuration: read)
  try kept.prepare(read)
  let again = try SweepConfiguration(path: "\(kept.path)/sweep.yaml")
  #expect(again.hash == read.hash)
  #expect(again.experiment == read.experiment)
  let run = SweepRun(
    configuration: read, options: SweepOptions(root: root.path), folder: kept,
    interruption: Interruption(), display: SweepDisplay(isSilent: true))
  let words = run.command(repeating: read.cells[1]).split(separator: " ").map(String.init)
  #expect(words[1...2] == ["solve", kept.basePath])
  let single = try ExperimentConfiguration(
    path: words[2], overrides: Array(words[3...]), needs: [.game, .solver])
  #expect(single.hash == read.cells[1].identity.hash)
}

@Test
func `what is wrong in cells is said once, with its place and the cells, before anything runs`() {
  func changed(_ old: String, _ new: String) -> String { smallSweep.replacing(old, with: new) }
  #expect(
    sweepRefusal(changed("[0.2, 0.3]", "[0.2, -1, 0.3]"))
      == "small.yaml:7:29: game.parameters.mu = -1: must be a number in [0, 1] "
      + "(cells 4, 5, 6 of 9)")
  let unknown = sweepRefusal(changed("parameters.mu", "parameters.omgea"))
  #expect(unknown.hasPrefix("small.yaml:7:3: game.parameters.omgea = "))
  #expect(unknown.contains("did you mean omega? (cells 1, 2, 3 of 6)"))
  #expect(unknown.contains("\n"))
  #expect(
    sweepRefusal(changed("grid: 7", "grid: 1")).contains("(every cell)"))
  // A key path through a word.
  #expect(
    sweepRefusal(changed("game.parameters.mu:", "solver.kind.x:")).contains(
      "small.yaml:7:3: solver.kind.x"))
}

@Test(arguments: [
  ("command: solve", "command: dance", "small.yaml:2:10: command = dance: must be one of"),
  ("command: solve", "commnd: solve", "did you mean command?"),
  ("[0.2, 0.3]", "0.2", "vary.game.parameters.mu = 0.2: must be a list of values or a range"),
  ("[0.2, 0.3]", "[]", "must hold at least one value"),
  ("[0.2, 0.3]", "[0.2, 0.2]", "appears twice among the values"),
  (
    "[0.2, 0.3]", "[0.2, 0.20]", "cell 4 (game.parameters.mu = 0.20, game.parameters.omega = 0) is "
  ),
  ("count: 3", "cuont: 3", "did you mean count?"),
  ("count: 3", "count: 1", "vary.game.parameters.omega.count = 1"),
  (", count: 3", "", "needs count or step in a grid"),
  ("count: 3", "step: 1e-9", "makes more than 100000 values"),
  ("count: 3", "count: 3, scale: log", "vary.game.parameters.omega.from = 0: must be above 0"),
  ("from: 0, to: 1", "from: 1, to: 0", "must be above from = 1"),
  ("game.parameters.mu", "seed", "vary.seed: cannot vary from cell to cell"),
  ("game.parameters.mu", "game.parameters", "overlaps with game.parameters"),
  ("game.parameters.mu", "game..mu", "has an empty part between dots"),
  ("vary:", "very:", "did you mean vary?"),
  ("  game: {kind", "  seed: 3\n  game: {kind", "configuration.seed: stands at the top"),
  ("configuration:", "base: nowhere.yaml\nconfiguration:", "base = nowhere.yaml: no such file"),
  (
    "count: 3}", "count: 3}\n  game.parameters.grid: {from: 5, to: 99999, count: 40000}", "cells; a"
  ),
  (
    "count: 3}", "count: 3}\nzip: {solver.max_steps: [1, 2], solver.max_sweeps: [1]}",
    "zip.solver.max_sweeps = [1]: has 1 values and solver.max_steps has 2"
  ),
])
func `a sweep that cannot be meant is refused`(old: String, new: String, message: String) {
  let text = sweepRefusal(smallSweep.replacing(old, with: new))
  #expect(text.contains(message), "\(text)")
}

/// Overrides of a sweep's file, in order.
private func overridden(_ text: String, _ overrides: [String]) throws -> SweepConfiguration {
  let folder = try TemporaryFolder()
  let path = "\(folder.path)/small.yaml"
  try text.write(toFile: path, atomically: true, encoding: .utf8)
  return try SweepConfiguration(path: path, overrides: overrides)
}

@Test func `zipped keys are overridden by their dotted names`() throws {
  func values(_ text: String, _ overrides: [String]) throws -> [[String]] {
    try overridden(text, overrides).cells.map { $0.values.map(\.text) }
  }
  let mapping =
    smallSweep + "zip: {game.parameters.grid: [7, 9], game.parameters.actions: [3, 5]}\n"
  let changes = ["zip.game.parameters.grid=[5]", "zip.game.parameters.actions=[4]"]
  let thin = ["vary.game.parameters.mu=[0.2]", "vary.game.parameters.omega=[0, 1]"]
  let expected = [["0.2", "0", "5", "4"], ["0.2", "1", "5", "4"]]
  #expect(try values(mapping, thin + changes) == expected)
  let list = mapping.replacing("zip: {", with: "zip:\n  - {").replacing(
    ", game.parameters.actions", with: "}\n  - {game.parameters.actions")
  #expect(try values(list, thin + changes) == expected)
  // Added where there was none.
  #expect(
    try values(smallSweep, thin + ["zip.game.parameters.grid=[5]"])
      == [["0.2", "0", "5"], ["0.2", "1", "5"]])
}

@Test(arguments: [
  ("configuration.seed=3", "configuration.seed", "stands at the top"),
  ("game.parameters.mu=0.1", "game.parameters.mu", "override vary.game.parameters.mu=[...]"),
  ("game.parameters.grid=5", "game.parameters.grid", "override zip.game.parameters.grid=[...]"),
  ("zip.game.parameters.actions=[3]", "zip.game.parameters.actions", "is in no group of the list"),
])
func `overrides that cannot be meant are refused`(override: String, key: String, rule: String) {
  let text = smallSweep + "zip: [{game.parameters.grid: [7, 9]}]\n"
  let error = #expect(throws: ConfigurationError.self) { try overridden(text, [override]) }
  #expect(error?.key == key)
  #expect(error?.rule.contains(rule) == true, "\(error?.rule ?? "")")
}

/// As many complaints as a sweep can hold cells: to compare each with each would take minutes.
@Test(.timeLimit(.minutes(1)))
func `as many complaints as there are cells are counted in a moment`() throws {
  let text =
    "command: solve\nconfiguration: {game: {kind: probe}}\n"
    + "vary: {game.x: {from: 0.5, to: \(Double(SweepDesign.mostCells) - 0.5), step: 1}}\n"
  let message = sweepRefusal(text, commands: [ProbeCommand()])
  #expect(message.contains("game.x = 0.5: must be a whole number (cell 1 of"))
  #expect(message.hasSuffix("and \(SweepDesign.mostCells - 10) more"))
}

@Test func `a sweep is no configuration and the other way round`() throws {
  let folder = try TemporaryFolder()
  let path = "\(folder.path)/sweep.yaml"
  try smallSweep.write(toFile: path, atomically: true, encoding: .utf8)
  #expect(try SweepConfiguration.isSweep(path: path))
  #expect(throws: ConfigurationError.self) { try ExperimentConfiguration(path: path) }
  do {
    _ = try LabConfiguration(path: path)
  } catch { #expect("\(error)".contains("run it with `lab sweep \(path)`")) }
  #expect(sweepRefusal(smallRace).contains("unknown key"))
}

@Test func `drawn designs leave repeated cells out, and say how many`() throws {
  let text = smallSweep.replacing("{from: 0, to: 1, count: 3}", with: "[0, 1]")
    .replacing("command: solve", with: "command: solve\ndesign: {kind: random, cells: 40}")
  let read = try sweep(text)
  #expect(read.cells.count == 4)
  #expect(read.repeated == 36)
  #expect(read.summary.contains("36 drawn cells repeated another"))
}
