import Foundation
import Testing

/// Runs `lab` with a list of arguments.
private func command(_ arguments: [String]) throws -> Outcome {
  try lab(arguments, interruptWhen: { false })
}

private let quick = ["training.steps=20000", "replicates=3", "game.parameters.grid=7", "--quiet"]

@Test func `runs of two learners are compared in one document`() throws {
  let folder = try TemporaryFolder()
  var runs: [String] = []
  for step in ["0.1", "0.4"] {
    let outcome = try command(
      ["train", "configs/qlearn.yaml", "learner.step_size=\(step)", "--json", "--out", folder.path]
        + quick)
    #expect(outcome.code == 0, "\(outcome.errors)")
    runs.append(try #require(outcome.json()["run"] as? String))
  }
  let compared = try command(["compare"] + runs + ["--json", "--cross-play", "--quiet"])
  #expect(compared.code == 0, "\(compared.errors)")
  let document = try compared.json()
  let parts = try #require(document["runs"] as? [[String: Any]])
  #expect(parts.compactMap { $0["run"] as? String } == runs)
  let known = try #require(document["equilibria"] as? [[String: Any]])
  #expect(known.count == 1)
  #expect(known[0]["completeness"] as? String == "found")
  let labels = try #require(known[0]["entries"] as? [[String: Any]]).map { $0["label"] as? String }
  for part in parts {
    let matching = try #require(part["matching"] as? [String: [String: Any]])
    for policy in ["last", "average", "best"] {
      let seeds = try #require(matching[policy]?["seeds"] as? [[String: Any]])
      #expect(seeds.count == 3)
      for seed in seeds {
        #expect(labels.contains(seed["nearest"] as? String))
        let distance = try #require(seed["distance"] as? Double)
        #expect(distance >= 0 && distance <= 1)
      }
    }
  }
  #expect((document["comparisons"] as? [Any])?.count == 1)
  let cross = try #require((document["cross_play"] as? [[String: Any]])?.first)
  #expect((cross["cells"] as? [[Any]])?.map(\.count) == [2, 2])
  // For a person, in a terminal's width where tables allow it.
  let text = try command(["compare"] + runs)
  #expect(text.output.contains("equilibria known: found"))
  #expect(text.output.contains("P(A better)"))
}

@Test func `a policy of another program is judged by one command`() throws {
  let folder = try TemporaryFolder()
  let table = try folder.file(
    "mine.csv",
    """
    player,state_label,action_label,probability
    1,play,heads,0.5
    1,play,tails,0.5
    2,play,heads,0.5
    2,play,tails,0.5

    """)
  let config = "configs/matching-pennies.yaml"
  let outcome = try lab("compare", "--policy", table, "--config", config, "--json")
  #expect(outcome.code == 0, "\(outcome.errors)")
  let document = try outcome.json()
  let judged = try #require((document["policies"] as? [[String: Any]])?.first)
  #expect(judged["selected"] as? String == "E1")
  #expect((judged["verdict"] as? [String: Any])?["nash_conv"] as? Double == 0)
  #expect((document["equilibria"] as? [String: Any])?["completeness"] as? String == "all")
  let text = try lab("compare", "--policy", table, "--config", config)
  #expect(text.output.contains("equilibria known: all"))
}

@Test func `compare refuses what makes no sense, and says what to do`() throws {
  for (arguments, words) in [
    (["compare"], "name a run"), (["compare", "--policy", "x"], "--policy needs --config"),
    (["compare", "--config", "x"], "--config goes with --policy"),
    (["compare", "runs/x", "--policy", "x", "--config", "y"], "takes no runs"),
    (["compare", "runs/x", "--epsilon", "nan"], "--epsilon"),
    (["compare", "runs/x", "--distance", "2"], "--distance"),
    (["compare", "runs/x", "--against", "some"], "against"),
    (["compare", "/no/such/run"], "no such run"),
    (["train", "configs/study-selection.yaml"], "lab study"),
    (["study", "configs/qlearn.yaml"], "did you mean games?"),
  ] {
    let outcome = try command(arguments)
    #expect(outcome.code == 2, "\(arguments)")
    #expect(outcome.errors.contains(words), "\(arguments): \(outcome.errors)")
  }
}

@Test func `a small study runs in one command and is reused`() throws {
  let folder = try TemporaryFolder()
  let arguments = [
    "study", "configs/study-selection.yaml", "replicates=2", "training.steps=5000",
    "learners.fictitious-play.training.steps=50", "match.starts=2", "--out", folder.path,
  ]
  let first = try command(arguments + ["--json", "--quiet"])
  #expect(first.code == 0, "\(first.errors)")
  let games = try #require(first.json()["games"] as? [[String: Any]])
  #expect(games.map { $0["name"] as? String } == ["two-regimes", "tipping"])
  for game in games {
    let learners = try #require(game["learners"] as? [[String: Any]])
    #expect(
      learners.compactMap { $0["name"] as? String }
        == ["q-learning", "actor-critic", "fictitious-play"])
  }
  let again = try command(arguments)
  #expect(again.code == 0)
  #expect(again.errors.contains("reusing 2 finished seeds"))
  #expect(again.output.contains("fictitious-play"))
  #expect(FileManager.default.fileExists(atPath: folder.path + "/study-selection/selection.csv"))
}
