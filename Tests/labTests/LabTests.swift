import Foundation
import Testing

private let quick = ["training.steps=20000", "replicates=2", "game.parameters.grid=7"]

@Test func `train prints one JSON document with the promised fields`() throws {
  let folder = try TemporaryFolder()
  let outcome = try lab(
    "train", "configs/qlearn.yaml", quick[0], quick[1], quick[2], "--json", "--out", folder.path)
  #expect(outcome.code == 0)
  let document = try outcome.json()
  #expect(document["schema"] as? String == "equilibrium-lab/train/1")
  #expect(document["command"] as? String == "train")
  let run = try #require(document["run"] as? String)
  #expect(run.hasPrefix(folder.path))
  let exact = try #require(document["exact"] as? [String: Any])
  #expect((exact["solver"] as? [String: Any])?["kind"] as? String == "bellman-nash")
  #expect(exact["status"] as? String == "converged")
  let certificate = try #require(exact["certificate"] as? [String: Any])
  for key in ["max_regret", "exploitability", "support_gap", "symmetry_gap", "value_residual"] {
    #expect(certificate[key] is Double, "\(key)")
  }
  let policies = try #require(document["policies"] as? [String: Any])
  for name in ["last", "average"] {
    let policy = try #require(policies[name] as? [String: Any])
    var statistics = [policy["nash_conv"], policy["nash_conv_worst"]]
    let values = try #require(policy["value_initial"] as? [Any])
    #expect(values.count == 2)
    statistics += values
    for statistic in statistics {
      let numbers = try #require(statistic as? [String: Any])
      #expect((numbers["per_seed"] as? [Double])?.count == 2)
      let (low, middle, high) = (
        try #require(numbers["low"] as? Double), try #require(numbers["iqm"] as? Double),
        try #require(numbers["high"] as? Double)
      )
      #expect(low <= middle && middle <= high)
    }
  }
  #expect(document["share_converged"] is Double)
  #expect(document["seconds"] is Double)
  for name in ["config.yaml", "summary.json", "seed=20261122/manifest.json"] {
    #expect(FileManager.default.fileExists(atPath: "\(run)/\(name)"), "\(name)")
  }
  let compared = try lab("compare", run, "--json")
  #expect(compared.code == 0)
  #expect(
    NSDictionary(dictionary: try #require(compared.json()["policies"] as? [String: Any]))
      == NSDictionary(dictionary: policies))
  let seed = try lab("compare", "\(run)/seed=20261122/", "--json")
  #expect(seed.code == 0)
}

@Test func `Ctrl-C leaves a checkpoint and exit code 130, and resume gives the same bytes`() throws
{
  let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
  let arguments = [
    "train", "configs/qlearn.yaml", "training.steps=3e6", "replicates=1", "game.parameters.grid=7",
    "evaluation.against.selection=joint", "--quiet",
  ]
  let expected = try lab(arguments + ["--out", whole.path], interruptWhen: { false })
  #expect(expected.code == 0)
  func seedFolder(_ folder: TemporaryFolder) -> String? {
    let experiment = "\(folder.path)/qlearn"
    guard let hash = try? FileManager.default.contentsOfDirectory(atPath: experiment).first else {
      return nil
    }
    return "\(experiment)/\(hash)/seed=20261122"
  }
  // Interrupted once the first rows are written, long before the end.
  let stopped = try lab(arguments + ["--out", parts.path]) {
    guard let folder = seedFolder(parts) else { return false }
    let text = (try? String(contentsOfFile: "\(folder)/metrics.csv", encoding: .utf8)) ?? ""
    return text.count { $0 == "\n" } > 3
  }
  #expect(stopped.code == 130)
  #expect(stopped.errors.contains("--resume"))
  let folder = try #require(seedFolder(parts))
  #expect(FileManager.default.fileExists(atPath: "\(folder)/checkpoints/latest.json"))
  #expect(!FileManager.default.fileExists(atPath: "\(folder)/summary.json"))

  let refused = try lab(arguments + ["--out", parts.path], interruptWhen: { false })
  #expect(refused.code == 2)
  let resumed = try lab(arguments + ["--out", parts.path, "--resume"], interruptWhen: { false })
  #expect(resumed.code == 0)
  let original = try #require(seedFolder(whole))
  for name in [
    "metrics.csv", "metrics.jsonl", "policy.csv", "values.csv", "policy.npz", "summary.json",
  ] {
    #expect(
      FileManager.default.contentsEqual(
        atPath: "\(folder)/\(name)", andPath: "\(original)/\(name)"),
      "\(name)")
  }
}

@Test func `solve prints one JSON document with the promised fields`() throws {
  let outcome = try lab("solve", "configs/race-finite.yaml", "--json", "--all-periods")
  #expect(outcome.code == 0)
  let document = try outcome.json()
  #expect(document["schema"] as? String == "equilibrium-lab/solve/1")
  #expect(document["game"] as? String == "compute-race")
  #expect((document["parameters"] as? [String: Any])?["mu"] as? Double == 0.2)
  #expect(document["status"] as? String == "converged")
  #expect((document["states"] as? [Double])?.count == 21)
  #expect((document["actions"] as? [[Double]])?.map(\.count) == [9, 9])
  #expect((document["values"] as? [[Double]])?.map(\.count) == [21, 21])
  #expect(
    (document["policies"] as? [[[Double]]])?[1].map(\.count) == Array(repeating: 9, count: 21))
  #expect((document["periods"] as? [Any])?.count == 3)
  let selection = try #require(document["selection"] as? [String: Any])
  #expect(selection["rule"] as? String == "joint")
  #expect(selection["states_with_several"] is Int)
  #expect(selection["states_with_none"] is Int)
}

@Test func `a stationary solve certifies and carries the race's report`() throws {
  let outcome = try lab("solve", "configs/race.yaml", "game.scenario=tipping", "--json")
  #expect(outcome.code == 0)
  let document = try outcome.json()
  let values = try #require(document["values"] as? [[Double]])
  // The model statement's table, docs/compute-race.md: principal equilibrium of `tipping`.
  #expect(abs(values[0][10] + 7.51833820) <= 1e-6)
  let certificate = try #require(document["certificate"] as? [String: Double])
  let tolerance = try #require(certificate["tolerance"])
  #expect(try #require(certificate["exploitability"]) <= tolerance)
  let report = try #require(document["report"] as? [String: Any])
  #expect(report["regime"] as? String == "tipping")
  #expect(report["mixed_at_parity"] as? Bool == true)
}

@Test func `a game of the user's own is simulated, learned, compared and solved`() throws {
  let folder = try TemporaryFolder()
  let solved = try lab("solve", "configs/table.yaml", "--json")
  #expect(solved.code == 0)
  #expect(try solved.json()["states"] as? [String] == ["abundant", "depleted"])
  let played = try lab("simulate", "configs/table.yaml", "--steps", "5", "--json")
  #expect((try played.json()["steps"] as? [Any])?.count == 5)
  let trained = try lab(
    "train", "configs/table.yaml", "training.steps=20000", "replicates=1", "--json", "--out",
    folder.path)
  #expect(trained.code == 0)
  let run = try #require(trained.json()["run"] as? String)
  #expect(FileManager.default.fileExists(atPath: "\(run)/game.yaml"))
  // The run stands alone: it is compared from another folder, where the file's path means nothing.
  let compared = try lab("compare", run, "--json", folder: folder.path)
  #expect(compared.code == 0)
}

@Test func `all equilibria of one-shot games are listed state by state`() throws {
  let outcome = try lab(
    "solve", "configs/matching-pennies.yaml", "solver.horizon=1", "solver.selection=all", "--json")
  #expect(outcome.code == 0)
  let document = try outcome.json()
  let states = try #require(document["stage_equilibria"] as? [[[String: Any]]])
  #expect(states.count == 1)
  #expect(states[0].count == 1)
  #expect(states[0][0]["strategies"] as? [[Double]] == [[0.5, 0.5], [0.5, 0.5]])
  #expect(document["complete"] as? [Bool] == [true])
  #expect(document["degenerate"] as? [Bool] == [false])
}

@Test func `a cycle is no answer and exits with 3, a limit with 4`() throws {
  let cycle = try lab(
    "solve", "configs/race.yaml", "game.scenario=bertrand-heavy", "solver.selection=joint",
    "--json")
  #expect(cycle.code == 3)
  let document = try cycle.json()
  #expect(document["status"] as? String == "cycle")
  #expect((document["cycle"] as? [String: Any])?["period"] as? Int == 2)
  #expect(document["values"] is NSNull)
  #expect(document["certificate"] is NSNull)
  let limit = try lab(
    "solve", "configs/race.yaml", "solver.selection=joint", "solver.max_sweeps=5", "--json")
  #expect(limit.code == 4)
  #expect(try limit.json()["status"] as? String == "limit")
}

@Test func `simulate plays the same path for the same seed and saves it`() throws {
  let folder = try TemporaryFolder()
  let arguments = ["configs/race.yaml", "solver.selection=joint", "--steps", "25", "--json"]
  let first = try lab(["simulate"] + arguments, interruptWhen: { false })
  let second = try lab(["simulate"] + arguments, interruptWhen: { false })
  #expect(first.code == 0)
  #expect(first.output == second.output)
  #expect((try first.json()["steps"] as? [Any])?.count == 25)
  let saved = try lab(
    "simulate", "configs/race.yaml", "solver.selection=joint", "--save", "\(folder.path)/path.csv")
  #expect(saved.code == 0)
  let lines = try String(contentsOfFile: "\(folder.path)/path.csv", encoding: .utf8).split(
    separator: "\n")
  #expect(lines.first == "period,state,action_1,action_2,reward_1,reward_2,next")
  #expect(lines.count == 41)
}

@Test func `bad input exits with 2, names what is wrong, and writes nothing`() throws {
  let folder = try TemporaryFolder()
  let empty = try folder.file("empty.yaml", "")
  let broken = try folder.file("broken.yaml", "game: {kind: compute-race\nseed: 1\n")
  let list = try folder.file("list.yaml", "- 1\n- 2\n")
  let cases: [([String], String)] = [
    (
      ["check", "configs/qlearn.yaml", "learner.gama=1"],
      "learner.gama = 1: unknown key; the nearest"
    ),
    (["check", "configs/qlearn.yaml", "game.parameters.grid=20"], "grid must be odd"),
    (["check", "configs/qlearn.yaml", "game.parameters.x_max=1.5"], "x_max² = 2.25"),
    (
      [
        "check", "configs/qlearn.yaml", "game.parameters.grid=100001",
        "game.parameters.actions=10001",
      ], "that can be written out"
    ),
    (
      [
        "solve", "configs/race.yaml", "game.parameters.grid=10001", "game.parameters.actions=2",
      ], "principal solves dense systems"
    ),
    (
      ["check", "configs/qlearn.yaml", "game.parameters.mu=nan"],
      "game.parameters.mu = nan: must be"
    ),
    (["check", "configs/qlearn.yaml", "game.parameters.mu=2"], "must be a number in [0, 1]"),
    (["check", "configs/qlearn.yaml", "replicates=two"], "must be a whole number"),
    (["check", "no-such-file.yaml"], "no-such-file.yaml: no such file"),
    (["check", "configs"], "is a folder"),
    (["train", empty], "the file is empty"),
    (["train", broken], "broken.yaml:2:"),
    (["train", list], "must be a mapping"),
    (
      ["train", "configs/race.yaml", "--out", "\(folder.path)/runs"], "needs the section `learner:`"
    ),
    (["train", "configs/qlearn.yaml", "--threads", "0"], "--threads 0"),
    (["train", "configs/qlearn.yaml", "--out", ""], "--out is empty"),
    (["check", "configs/qlearn.yaml", "experiment=\"a\\nb\""], "line breaks"),
    (
      ["check", "configs/qlearn.yaml", "game.parameters.base=1e305"], "rescale the game"
    ),
    (
      [
        "train", "configs/qlearn.yaml", "game.parameters.grid=6003", "game.parameters.actions=2",
      ], "evaluation.against.selection = principal: principal solves dense systems"
    ),
    (["train", "configs/qlearn.yaml", "--resume", "--force"], "choose one"),
    (["train"], "Missing expected argument"),
    (["compare", "\(folder.path)/nothing"], "no such run"),
    (["describe", "compute-rase"], "did you mean compute-race?"),
    (
      ["solve", "configs/race.yaml", "solver.horizon=2", "solver.selection=all"],
      "all needs horizon: 1"
    ),
    (["frobnicate"], "frobnicate"),
  ]
  for (arguments, message) in cases {
    let outcome = try lab(arguments, interruptWhen: { false })
    #expect(outcome.code == 2, "\(arguments)")
    #expect(outcome.errors.contains(message), "\(arguments): \(outcome.errors)")
    #expect(outcome.output.isEmpty, "\(arguments)")
  }
  #expect(
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      == ["broken.yaml", "empty.yaml", "list.yaml"])
}

@Test func `only a certified equilibrium stands in the exact column`() throws {
  let folder = try TemporaryFolder()
  let arguments = [
    "train", "configs/qlearn.yaml", "training.steps=2000", "replicates=1",
    "evaluation.against.max_steps=5", "--out", folder.path,
  ]
  let outcome = try lab(arguments + ["--json"], interruptWhen: { false })
  #expect(outcome.code == 0)
  let exact = try #require(outcome.json()["exact"] as? [String: Any])
  #expect(exact["status"] as? String == "limit")
  #expect(exact["value_initial"] is NSNull)
  let shown = try lab(arguments + ["--quiet"], interruptWhen: { false })
  #expect(shown.output.contains("no certified stationary equilibrium"))
  let played = try lab("simulate", "configs/race.yaml", "solver.max_steps=5")
  #expect(played.code == 2)
  #expect(played.errors.contains("without a certified profile"))
}

@Test func `a seed's folder names that seed, and must exist`() throws {
  let folder = try TemporaryFolder()
  let trained = try lab(
    "train", "configs/qlearn.yaml", "training.steps=2000", "replicates=2",
    "evaluation.against.selection=joint", "--json", "--out", folder.path)
  let run = try #require(trained.json()["run"] as? String)
  let one = try lab("compare", "\(run)/seed=20261123", "--json")
  #expect(try one.json()["seeds"] as? [Int] == [20_261_123])
  #expect(try lab("compare", "\(run)/seed=7").code == 2)
  // An unfinished seed is named, not dropped in silence.
  try FileManager.default.removeItem(atPath: "\(run)/seed=20261122/summary.json")
  let rest = try lab("compare", run, "--json")
  #expect(try rest.json()["unfinished"] as? [Int] == [20_261_122])
}

@Test func `a gnuplot that fails costs the plots and nothing else`() throws {
  let folder = try TemporaryFolder()
  let fake = try folder.file("gnuplot", "#!/bin/sh\nexit 1\n")
  try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fake)
  let outcome = try lab(
    [
      "train", "configs/qlearn.yaml", "training.steps=2000", "replicates=1",
      "evaluation.against.selection=joint", "--out", "\(folder.path)/runs",
    ], path: folder.path)
  #expect(outcome.code == 0)
  #expect(outcome.output.contains("no plots: gnuplot"))
}

@Test func `output that cannot be written exits with 1`() throws {
  let folder = try TemporaryFolder()
  let file = try folder.file("file", "x")
  let outcome = try lab("train", "configs/qlearn.yaml", "training.steps=1000", "--out", file)
  #expect(outcome.code == 1)
  #expect(outcome.errors.contains(file))
}

@Test func `every shipped configuration is valid`() throws {
  let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/configs")
    .filter { $0.hasSuffix(".yaml") }
  #expect(names.count >= 4)
  for name in names {
    let outcome = try lab("check", "configs/\(name)", "--json")
    #expect(outcome.code == 0, "\(name): \(outcome.errors)")
    let document = try outcome.json()
    #expect(document["fingerprint"] is String || document["cells"] is [Any])
  }
}

@Test func `help reads well at 80 columns`() throws {
  for arguments in [
    ["--help"], ["help", "train"], ["help", "solve"], ["help", "simulate"], ["list"],
    ["help", "report"], ["help", "show"], ["help", "list"], ["help", "prune"],
    ["describe", "compute-race"], ["describe", "q-learning"], ["describe", "bellman-nash"],
    ["describe", "training"],
  ] {
    let outcome = try lab(arguments, interruptWhen: { false })
    #expect(outcome.code == 0, "\(arguments)")
    for line in outcome.output.split(separator: "\n") where !line.hasPrefix("USAGE") {
      #expect(line.count <= 80, "\(arguments): \(line)")
    }
  }
  #expect(try lab("--version").output.hasPrefix("lab 0.1.0 (GSL "))
}

/// A recorded playthrough of every game: any change of rules, draws or output shows up as a
/// reviewable difference in Tests/Fixtures/playthroughs.
@Test(arguments: [
  "baird", "bargaining", "compute-race", "matching-pennies", "prisoners-dilemma", "two-states",
  "table",
])
func `a recorded playthrough comes out again`(game: String) throws {
  let folder = try TemporaryFolder()
  let config =
    game == "table"
    ? "configs/table.yaml" : try folder.file("play.yaml", "game: {kind: \(game)}\n")
  let played = try lab("simulate", config, "--profile", "uniform", "--steps", "12", "--quiet")
  let recorded = try String(
    contentsOfFile: "\(root)/Tests/Fixtures/playthroughs/\(game).txt", encoding: .utf8)
  #expect(played.output == recorded)
}
