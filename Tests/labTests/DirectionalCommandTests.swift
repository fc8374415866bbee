import Foundation
import Testing

private let file = "configs/leapfrogging.yaml"
private let n3 = "game.parameters.n=3"
private let n4 = "game.parameters.n=4"

/// A document without what depends on the clock.
private func timeless(_ outcome: Outcome) throws -> NSDictionary {
  var document = try outcome.json()
  document["seconds"] = nil
  return document as NSDictionary
}

@Test func `solve prints every promised field of a directional game`() throws {
  let outcome = try lab("solve", file, n3, "--json")
  #expect(outcome.code == 0, "\(outcome.errors)")
  let document = try outcome.json()
  #expect(document["count"] as? String == "127")
  #expect(document["counting"] as? String == "all")
  #expect(document["status"] as? String == "converged")
  #expect(document["distinct"] as? Int == 30)
  #expect(document["payoffs_complete"] as? Bool == true)
  #expect(document["payoff_rounding"] as? Double == 1e-7)
  #expect(document["stage_maximum"] as? Int == 3)
  #expect(document["states"] as? Int == 14 && document["stages"] as? Int == 7)
  #expect(document["turn"] is NSNull && document["next"] is NSNull)
  #expect(document["symmetric"] as? Int == 3 && document["pure"] as? Int == 16)
  #expect(document["seconds"] is Double && document["stage_solves"] is Int)
  // Figures of an independent program; the largest payoff is the planner's value.
  let planner = try #require(document["planner_value"] as? Double)
  #expect(abs(planner - 80.7366685928) < 1e-9)
  let extremes = try #require(document["extremes"] as? [String: [Double]])
  #expect(extremes["v1"]?[0] == 0 && abs(extremes["v1"]![1] - planner) < 1e-9)
  let mean = try #require(document["mean"] as? [Double])
  #expect(abs(mean[0] - 20.648916792) < 1e-8 && abs(mean[1] - mean[0]) < 1e-12)
  let payoffs = try #require(document["payoffs"] as? [[Double]])
  #expect(payoffs.count == 30 && payoffs.reduce(0) { $0 + $1[2] } == 127)
  #expect(payoffs.contains([80.7366686, 0, 18]) && payoffs.contains([0, 0, 4]))
  let certificate = try #require(document["certificate"] as? [String: Any])
  #expect(certificate["checked"] as? Int == 127 && certificate["which"] as? String == "all")
  #expect(try #require(certificate["largest_gain"] as? Double) < 1e-12)
  #expect(try #require(certificate["value_gap"] as? Double) < 1e-12)
  let efficiency = try #require(document["efficiency"] as? [String: Any])
  #expect(efficiency["efficient"] as? Int == 72 && efficiency["highest"] as? Double == 1)
  let text = try lab("solve", file, n3)
  #expect(text.output.contains("127, with 30 distinct payoffs"))
  for line in text.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
}

@Test func `the mapping of the documentation is read as written`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.file(
    "my.yaml",
    """
    game: {kind: leapfrogging, parameters: {n: 4, cost_max: 5, beta: 0.951229424500714, K: {K0: 8.3, K1: 1},
           technology: {stay: 0}, eta: 0, moves: simultaneous, turns: [[0, 1], [1, 0]]}}
    solver: {kind: recursive-lexicographical-search, counting: enumerate}
    """)
  let document = try lab("solve", path, "--json").json()
  #expect(document["count"] as? String == "46707" && document["distinct"] as? Int == 722)
  #expect((document["certificate"] as? [String: Any])?["which"] as? String == "sample")
  let few = try lab("solve", path, "--json", "--max-payoffs", "2").json()
  #expect(few["payoffs_complete"] as? Bool == false && few["distinct"] as? Int == 722)
  #expect((few["payoffs"] as? [Any])?.count == 2)
  let one = try lab("solve", path, "game.parameters.moves=alternating", "--json").json()
  #expect(one["count"] as? String == "1" && one["turn"] as? Int == 1)
  #expect((one["payoffs"] as? [[Double]]) == [[0, 77.9136876, 1]])
}

@Test func `counting without visiting gives the same document`() throws {
  var visited = try lab("solve", file, n4, "--json").json()
  var merged = try lab("solve", file, n4, "solver.counting=merge", "--json").json()
  let (one, other) = (visited["mean"] as? [Double], merged["mean"] as? [Double])
  #expect(abs(try #require(one)[0] - #require(other)[0]) < 1e-10)
  for key in ["seconds", "solver", "stage_solves", "mean", "extremes"] {
    visited[key] = nil
    merged[key] = nil
  }
  #expect(visited as NSDictionary == merged as NSDictionary)
  let limited = try lab("solve", file, n4, "solver.counting=merge", "--max-equilibria", "5")
  #expect(limited.code == 2 && limited.errors.contains("--max-equilibria needs"))
}

@Test func `equilibrium K is rebuilt alone`() throws {
  let outcome = try lab("solve", file, n3, "--equilibrium", "126", "--json")
  #expect(outcome.code == 0)
  let document = try outcome.json()
  #expect(document["string"] as? [Int] == [0, 0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 2, 0])
  let states = try #require(document["states"] as? [[String: Any]])
  #expect(states.count == 14)
  // The bottom layer has a closed form: at (5, 5, 0) firm 1 leads and firm 2 has nothing.
  let bottom = try #require(states.first { $0["costs"] as? [Double] == [5, 5, 0] })
  #expect(bottom["invest"] as? [Double] == [1, 0])
  let values = try #require((bottom["values"] as? [[Double]])?.first)
  #expect(abs(values[0] - 89.220832465) < 1e-8 && values[1] == 0)
  #expect(
    (document["certificate"] as? [String: Any])?["certified"] as? Bool == true)
  #expect(try lab("solve", file, n3, "--equilibrium", "0").output.contains("string:"))
  let beyond = try lab("solve", file, n3, "--equilibrium", "127")
  #expect(beyond.code == 2)
  #expect(beyond.errors.contains("there are 127 equilibria, numbered from 0 to 126"))
}

@Test func `a limit gives a partial result, which goes on to the same bytes`() throws {
  let folder = try TemporaryFolder()
  for (game, first, second) in [(n4, "20000", nil as String?), ("seed=1", "150001", "400000")] {
    let checkpoint = "\(folder.path)/\(first).json"
    let limit = second.map { ["--max-equilibria", $0] } ?? []
    func solve(_ more: [String]) throws -> Outcome {
      try lab(["solve", file, game, "--json"] + more, interruptWhen: { false })
    }
    let whole = try solve(limit + ["--threads", "1"])
    #expect(whole.code == (second == nil ? 0 : 4))
    let part = try solve(["--max-equilibria", first, "--checkpoint", checkpoint])
    #expect(part.code == 4)
    let partial = try part.json()
    #expect(partial["counting"] as? String == "at least" && partial["count"] as? String == first)
    #expect(partial["next"] is [Int])
    #expect(FileManager.default.fileExists(atPath: checkpoint))
    let rest = try solve(limit + ["--checkpoint", checkpoint, "--threads", "3"])
    #expect(try timeless(rest) == timeless(whole))
    #expect(FileManager.default.fileExists(atPath: checkpoint) == (second != nil))
  }
}

@Test func `an interrupted search leaves a checkpoint and says at least`() throws {
  let folder = try TemporaryFolder()
  let checkpoint = "\(folder.path)/search.json"
  var waited = 0
  let outcome = try lab(
    ["solve", file, "--json", "--checkpoint", checkpoint],
    interruptWhen: {
      waited += 1
      return waited > 400
    })
  #expect(outcome.code == 130)
  let document = try outcome.json()
  #expect(document["status"] as? String == "interrupted")
  #expect(document["counting"] as? String == "at least")
  #expect(FileManager.default.fileExists(atPath: checkpoint))
  // Of another game it is refused, and kept.
  let other = try lab("solve", file, n3, "--checkpoint", checkpoint)
  #expect(other.code == 2 && other.errors.contains("is of another game"))
  #expect(FileManager.default.fileExists(atPath: checkpoint))
  let time = try lab("solve", file, "--time-limit", "0.2", "--json")
  #expect(time.code == 4)
  #expect(try time.json()["counting"] as? String == "at least")
}

/// β = 1/2 and K = c = 1: investing at (1, 1, 0) or at an edge gains exactly nothing.
@Test func `degenerate parameters are reported with their state`() throws {
  let arguments = [
    "solve", file, "game.parameters.n=2", "game.parameters.cost_max=1",
    "game.parameters.beta=0.5",
  ]
  let outcome = try lab(
    arguments + ["game.parameters.K=[1, 1]", "--json"], interruptWhen: { false })
  #expect(outcome.code == 3)
  let document = try outcome.json()
  #expect(document["status"] as? String == "uncertified")
  let degenerate = try #require(document["degenerate"] as? [String: Any])
  let costs = try #require(degenerate["costs"] as? [Double])
  #expect(costs.count == 3 && costs[2] == 0 && max(costs[0], costs[1]) == 1)
  let meaning = try #require(degenerate["meaning"] as? String)
  #expect(meaning.contains("c = 0") && meaning.contains("a part in a billion"))
  // Nothing is lost: what was found is there.
  #expect(document["count"] as? String != "0" && !(document["payoffs"] as! [Any]).isEmpty)
  let moved = try lab(
    arguments + ["game.parameters.K=[1.000000001, 1]", "--json"], interruptWhen: { false })
  #expect(moved.code == 0)
  #expect(try moved.json()["degenerate"] is NSNull)
}

@Test(arguments: [
  ("game.parameters.technology={rows: [[1, 0, 0], [0.4, 0.5, 0.1], [0, 0.5, 0.5]]}", "regress"),
  ("game.parameters.technology={rows: [[1, 0, 0], [0, 1, 0], [0, 0.5, 0.5]]}", "stays for ever"),
  ("game.parameters.technology={stay: 1}", "technology.stay"),
  ("game.parameters.technology={stay: 0, improve: 1}", "give only one of"),
  ("game.parameters.turns=[[0, 1], [0.5, 0.2]]", "must sum to 1"),
  ("game.parameters.start=[0, 1, 2]", "below the state of the art"),
  ("game.parameters.K=[1, 2]", "one outlay per cost level: 3, not 2"),
  ("game.parameters.eta=-1", "at least 0"),
  ("game={kind: compute-race}", "cannot find every equilibrium of this game"),
  ("game={kind: mfe-inventory}", "must be one of"),
  ("solver.payoff_rounding=1e-300", "is too small"),
  ("solver.counting=guess", "one of enumerate, merge"),
  ("solver.payof_rounding=1", "did you mean payoff_rounding"),
])
func `bad input to a directional game is refused`(override: String, words: String) throws {
  let outcome = try lab("solve", file, n3, override)
  #expect(outcome.code == 2)
  #expect(outcome.errors.contains(words), "\(outcome.errors)")
  #expect(outcome.output.isEmpty)
}

@Test func `options of directional games are refused elsewhere`() throws {
  let outcome = try lab("solve", "configs/matching-pennies.yaml", "--equilibrium", "1")
  #expect(outcome.code == 2 && outcome.errors.contains("--equilibrium is for"))
  #expect(try lab("solve", file, n3, "--equilibrium", "-1").code == 2)
  #expect(try lab("solve", file, n3, "--export", "csv").code == 2)
  let many = try lab("solve", file, "game.parameters.n=51")
  #expect(many.code == 2 && many.errors.contains("at most 50 levels"))
}

@Test func `directional games are listed, described and checked`() throws {
  #expect(try lab("list", "solvers").output.contains("recursive-lexicographical-search"))
  #expect(try lab("list", "games").output.contains("leapfrogging"))
  let described = try lab("describe", "recursive-lexicographical-search")
  for key in ["counting", "payoff_rounding", "verify", "max_equilibria", "time_limit"] {
    #expect(described.output.contains(key))
  }
  let checked = try lab("check", file, "--json").json()
  #expect(checked["states"] as? Int == 55 && checked["players"] as? Int == 2)
}

@Test func `a sweep counts equilibria`() throws {
  let folder = try TemporaryFolder()
  let path = try folder.file(
    "eta.yaml",
    """
    command: solve
    configuration:
      game: {kind: leapfrogging, parameters: {n: 3, technology: {stay: 0.3}}}
      solver: {kind: recursive-lexicographical-search}
    vary:
      game.parameters.eta: [0, 1]
    report: [count, stage_maximum]
    """)
  let outcome = try lab("sweep", path, "--out", folder.path, "--json")
  #expect(outcome.code == 0, "\(outcome.errors)")
  // The counts of an independent program: 127 without shocks, 85 with shocks of scale 1.
  #expect(outcome.output.contains("127") && outcome.output.contains("85"))
}

@Test func `payoffs are drawn`() throws {
  let folder = try TemporaryFolder()
  let outcome = try lab("solve", file, n3, "--plot", "\(folder.path)/six.svg")
  #expect(outcome.code == 0)
  #expect(
    FileManager.default.fileExists(atPath: "\(folder.path)/six.svg")
      || outcome.errors.contains("gnuplot"))
  let other = try lab("solve", file, n3, "--plot", "\(folder.path)/six.jpg")
  #expect(other.code == 2 && other.errors.contains(".svg, .png or .pdf"))
}

@Test func `learning in the duopoly is matched with the nearest of all equilibria`() throws {
  let folder = try TemporaryFolder()
  let outcome = try lab(
    "train", "configs/leapfrogging-qlearn.yaml", "training.steps=100000", "replicates=3", "--out",
    folder.path, "--json")
  #expect(outcome.code == 0, "\(outcome.errors)")
  let verdict = try outcome.json()
  let known = try #require(verdict["equilibria"] as? [String: Any])
  #expect(known["completeness"] as? String == "all" && known["count"] as? Int == 127)
  let matching = try #require((verdict["matching"] as? [String: Any])?["last"] as? [String: Any])
  let seeds = try #require(matching["seeds"] as? [[String: Any]])
  #expect(seeds.count == 3 && seeds.allSatisfy { $0["nearest"] is String })
  let run = try #require(verdict["run"] as? String)
  let compared = try lab("compare", run, "--against", "all", "--json").json()
  let all = try #require((compared["equilibria"] as? [[String: Any]])?.first)
  #expect(all["completeness"] as? String == "all" && all["count"] as? Int == 127)
  #expect(
    try lab("compare", run, "--against", "all").output.contains("other equilibria were selected"))
}
