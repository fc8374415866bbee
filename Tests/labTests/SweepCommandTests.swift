import ArgumentParser
import Foundation
import Testing

@testable import lab

private let quickSolve = """
  experiment: quick
  command: solve
  configuration:
    game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
    solver: {kind: bellman-nash, selection: joint}
  vary:
    game.parameters.mu: [0.2, 0.3]
    game.parameters.omega: [0, 0.5]

  """

private func text(_ path: String) throws -> String {
  try String(contentsOfFile: path, encoding: .utf8)
}

/// The only folder of sweeps below an experiment.
private func folder(_ root: TemporaryFolder, _ experiment: String) throws -> String {
  let path = "\(root.path)/\(experiment)"
  let names = try FileManager.default.contentsOfDirectory(atPath: path)
  return "\(path)/\(try #require(names.first { $0.hasPrefix("sweep-") }))"
}

@Test(arguments: [
  ["sweep", "x.yaml", "--shard", "0/4"], ["sweep", "x.yaml", "--shard", "four"],
  ["sweep", "x.yaml", "--keep-going", "--fail-fast"],
  ["sweep", "x.yaml", "--resume", "--force"], ["sweep", "x.yaml", "--dry-run", "--collect"],
  ["sweep", "x.yaml", "--collect", "--shard", "1/2"], ["sweep", "x.yaml", "--out", ""],
  ["sweep"],
])
func `sweep refuses options that cannot be meant`(arguments: [String]) {
  #expect(throws: (any Error).self) { try Lab.parseAsRoot(arguments) }
}

@Test func `sweep reads its options`() throws {
  let command = try #require(
    Lab.parseAsRoot([
      "sweep", "x.yaml", "replicates=2", "--shard", "3/16", "--fail-fast", "--threads", "2",
      "--out", "there", "--json",
    ]) as? SweepCommandLine)
  #expect(command.sweep == "x.yaml")
  #expect(command.overrides == ["replicates=2"])
  #expect(command.shard == "3/16")
  #expect(command.failFast && !command.force && !command.collect && !command.dryRun)
  #expect(command.root == "there")
}

@Test func `the sweep of the configurations folder is drawn up without being run`() throws {
  let outcome = try lab("sweep", "configs/sweep.yaml", "--dry-run", "--json")
  #expect(outcome.code == 0)
  let document = try outcome.json()
  #expect(document["schema"] as? String == "equilibrium-lab/sweep-plan/1")
  #expect((document["cells"] as? [Any])?.count == 35)
  let checked = try lab("check", "configs/sweep-train.yaml")
  #expect(checked.code == 0)
  #expect(checked.output.contains("16 cells: train over a Sobol sequence"))
}

@Test func `sweep prints a table, or one JSON document, and keeps both`() throws {
  let root = try TemporaryFolder()
  let file = try root.file("quick.yaml", quickSolve)
  let outcome = try lab("sweep", file, "--out", root.path, "--json", "--quiet")
  #expect(outcome.code == 0)
  #expect(outcome.errors.isEmpty, "\(outcome.errors)")
  let document = try outcome.json()
  #expect(document["schema"] as? String == "equilibrium-lab/sweep/1")
  let cells = try #require(document["cells"] as? [[String: Any]])
  #expect(cells.map { $0["cell"] as? Int } == [1, 2, 3, 4])
  #expect((cells[1]["values"] as? [String: Double])?["game.parameters.omega"] == 0.5)
  #expect((cells[1]["results"] as? [String: Any])?["status"] as? String == "converged")
  let path = try folder(root, "quick")
  for name in [
    "sweep.yaml", "base.yaml", "manifest.json", "cells.csv", "sweep.csv", "summary.json",
  ] {
    #expect(FileManager.default.fileExists(atPath: "\(path)/\(name)"), "\(name)")
  }
  let again = try lab("sweep", file, "--out", root.path)
  #expect(again.code == 0)
  #expect(again.errors.contains("reusing 4 finished cells"))
  #expect(again.output.contains("4 cells: 4 done (4 of them before)"))
}

@Test func `where the locale has no other letters a sweep prints ASCII`() throws {
  let root = try TemporaryFolder()
  let file = try root.file("quick.yaml", quickSolve)
  for arguments in [["--dry-run"], [], ["--force"]] {
    let outcome = try lab(
      ["sweep", file, "--out", root.path] + arguments, environment: ["LC_ALL": "C"])
    #expect(outcome.code == 0)
    for text in [outcome.output, outcome.errors] {
      #expect(text.utf8.allSatisfy { $0 < 128 }, "\(text)")
    }
    #expect((outcome.output + outcome.errors).contains("mu (2) x omega (2)"))
  }
}

/// Killed in the midst of training: the checkpoints and the finished cells are taken up.
@Test func `Ctrl-C leaves a sweep that the same command completes to the same bytes`() throws {
  let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
  let file = try whole.file(
    "long.yaml",
    """
    experiment: long
    command: train
    replicates: 1
    configuration:
      game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
      learner: {kind: q-learning}
      training: {steps: 20000000}
      evaluation: {points: 6, against: {kind: bellman-nash, selection: joint}}
    vary: {learner.step_size: [0.05, 0.1, 0.2, 0.4]}

    """)
  let arguments = ["sweep", file, "--threads", "2", "--quiet", "--out"]
  let expected = try lab(arguments + [whole.path], interruptWhen: { false })
  #expect(expected.code == 0)
  let stopped = try lab(arguments + [parts.path]) {
    guard let path = try? folder(parts, "long") else { return false }
    let done = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/cells")) ?? []
    return done.contains { $0.hasSuffix(".json") }
  }
  #expect(stopped.code == 130)
  #expect(stopped.errors.contains("the same command goes on"))
  let table = "\(try folder(parts, "long"))/sweep.csv"
  #expect(try text(table).contains("pending"))
  let resumed = try lab(arguments + [parts.path], interruptWhen: { false })
  #expect(resumed.code == 0)
  #expect(try text(table) == text("\(try folder(whole, "long"))/sweep.csv"))
}

private let rival = """
  experiment: rival
  command: train
  replicates: 1
  configuration:
    game: {kind: compute-race, parameters: {grid: 21, actions: 9}}
    learners:
      - {kind: q-learning}
      - {agent: {kind: equilibrium, solver: {kind: bellman-nash, selection: joint}}}
    training: {steps: 2000}
    evaluation: {points: 2, against: {kind: bellman-nash, selection: joint}}
  vary: {game.scenario: [bertrand-heavy, stable-parity]}

  """

@Test func `a failing cell is listed with a command that repeats it, and fails alone`() throws {
  let root = try TemporaryFolder()
  let file = try root.file("rival.yaml", rival)
  let outcome = try lab("sweep", file, "--out", root.path, "--threads", "1")
  #expect(outcome.code == 1)
  #expect(outcome.output.contains("2 cells: 1 done, 1 failed"))
  let line = try #require(
    outcome.errors.split(separator: "\n").first { $0.contains("lab train ") })
  let words = line.split(separator: " ").map(String.init)
  let alone = try lab(Array(words.drop { $0 != "train" }), interruptWhen: { false })
  #expect(alone.code == 2)
  #expect(alone.errors.contains("ended as cycle"))
  let fast = try TemporaryFolder()
  let stopped = try lab("sweep", file, "--out", fast.path, "--threads", "1", "--fail-fast")
  #expect(stopped.code == 1)
  #expect(stopped.output.contains("2 cells: 0 done, 1 failed, 1 pending"))
}

@Test func `shards at once in one folder make the table of the whole`() throws {
  let (root, alone) = (try TemporaryFolder(), try TemporaryFolder())
  let file = try root.file("quick.yaml", quickSolve)
  let outcomes = Outcomes()
  let path = root.path
  DispatchQueue.concurrentPerform(iterations: 3) { index in
    outcomes.add(
      try? lab("sweep", file, "--out", path, "--shard", "\(index + 1)/3", "--threads", "1"))
  }
  #expect(outcomes.codes == [0, 0, 0])
  let collected = try lab("sweep", file, "--out", root.path, "--collect")
  #expect(collected.code == 0)
  _ = try lab("sweep", file, "--out", alone.path)
  #expect(
    try text("\(folder(root, "quick"))/sweep.csv") == text("\(folder(alone, "quick"))/sweep.csv"))
}

/// Exit codes of programs that ran at once.
private final class Outcomes: @unchecked Sendable {
  private let lock = NSLock()
  private(set) var codes: [Int32] = []
  func add(_ outcome: Outcome?) {
    lock.withLock { codes.append(outcome?.code ?? -1) }
  }
}

@Test func `a sweep with wrong cells is a usage error that leaves nothing`() throws {
  let root = try TemporaryFolder()
  let file = try root.file("wrong.yaml", quickSolve.replacing("[0, 0.5]", with: "[0, -7]"))
  let outcome = try lab("sweep", file, "--out", "\(root.path)/runs")
  #expect(outcome.code == 2)
  #expect(outcome.errors.contains("game.parameters.omega = -7"))
  #expect(outcome.errors.contains("cells 2, 4 of 4"))
  #expect(!FileManager.default.fileExists(atPath: "\(root.path)/runs"))
  #expect(try lab("solve", file).errors.contains("this is a sweep: run it with `lab sweep"))
  #expect(try lab("sweep", "\(root.path)/none.yaml").code == 2)
  #expect(
    try lab("sweep", try root.file("q.yaml", quickSolve), "--collect", "--out", root.path).code == 2
  )
}
