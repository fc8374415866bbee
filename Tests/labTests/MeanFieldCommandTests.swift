import Foundation
import Testing

private let kinds = [
  "capacity", "inventory", "quality-ladder", "reputation", "ridesharing", "social-learning",
  "table", "two-state",
]

@Test(arguments: kinds)
func `solve prints every promised field of a mean-field game`(kind: String) throws {
  let outcome = try lab("solve", "configs/mfe-\(kind).yaml", "--json")
  #expect(outcome.code == 0, "\(outcome.errors)")
  let document = try outcome.json()
  #expect(document["status"] as? String == "converged")
  #expect(["all", "found"].contains(document["counting"] as? String))
  for key in ["seconds", "scan_seconds", "scan_points", "certificate", "parameters"] {
    #expect(document[key] != nil && !(document[key] is NSNull), "\(key)")
  }
  let states = try #require(document["states"] as? [Any])
  let crossings = try #require(document["crossings"] as? [[String: Any]])
  #expect(!crossings.isEmpty)
  for crossing in crossings {
    #expect(crossing["m"] is Double)
    #expect(crossing["mean_state"] is Double && crossing["variance"] is Double)
    let law = try #require(crossing["law"] as? [Double])
    #expect(law.count == states.count)
    #expect(abs(law.reduce(0, +) - 1) < 1e-10)
    #expect((crossing["values"] as? [Double])?.count == states.count)
    #expect((crossing["policy"] as? [Any])?.count == states.count)
    let residuals = try #require(crossing["residuals"] as? [String: Double])
    #expect(Set(residuals.keys) == ["consistency", "invariance", "optimality"])
    if crossing["kind"] as? String == "mixed" {
      for way in ["everyone_mixes", "two_groups"] {
        let mixture = try #require(crossing[way] as? [String: Any])
        let share = try #require(mixture["share"] as? Double)
        #expect(share >= 0 && share <= 1)
        #expect((mixture["law"] as? [Double])?.count == states.count)
      }
      #expect((crossing["policy"] as? [Any])?.contains { $0 is [String: Double] } == true)
    }
  }
  let text = try lab("solve", "configs/mfe-\(kind).yaml")
  #expect(text.code == 0)
  for line in text.output.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
}

/// The figures of Light's Figure 6, and of the closed form 3 / D of ridesharing with D = 6.
@Test(arguments: [
  ("capacity", "game.parameters.alpha=45", 6.798052017890),
  ("capacity", "game.parameters.alpha=55", 10.117765828729),
  ("ridesharing", "game.parameters.beta=0.95", 0.5),
])
func `solve finds the known equilibria`(kind: String, override: String, m: Double) throws {
  let outcome = try lab("solve", "configs/mfe-\(kind).yaml", override, "--json")
  let crossings = try #require(outcome.json()["crossings"] as? [[String: Any]])
  let found = crossings.compactMap { $0["m"] as? Double }
  #expect(found.contains { abs($0 - m) < 1e-9 }, "\(found)")
}

@Test func `a map that jumps over the diagonal is no equilibrium, and says so`() throws {
  let arguments = ["solve", "configs/mfe-inventory.yaml", "game.parameters.holding=10"]
  let outcome = try lab(arguments + ["--json"], interruptWhen: { false })
  #expect(outcome.code == 3)
  let document = try outcome.json()
  #expect(document["status"] as? String == "uncertified")
  #expect((document["note"] as? String)?.hasPrefix("no equilibrium of the stated kind") == true)
  let crossings = try #require(document["crossings"] as? [[String: Any]])
  #expect(crossings.map { $0["kind"] as? String } == ["kernel-jump"])
  let (left, right) = (
    try #require(crossings[0]["left"] as? [String: Any]),
    try #require(crossings[0]["right"] as? [String: Any])
  )
  let m = try #require(crossings[0]["m"] as? Double)
  // Φ falls over the diagonal: above it on the left, below it on the right.
  #expect(try #require(left["phi"] as? Double) > m)
  #expect(try #require(right["phi"] as? Double) < m)
  let text = try lab(arguments, interruptWhen: { false })
  #expect(text.output.contains("rounding: stochastic"))
  let repaired = try lab(
    arguments + ["game.parameters.rounding=stochastic", "--json"], interruptWhen: { false })
  #expect(repaired.code == 0)
}

@Test func `several scalars are solved by Broyden, and iteration is seen to cycle`() throws {
  let scalars = try lab("solve", "configs/mfe-two-scalars.yaml", "--json")
  #expect(scalars.code == 0, "\(scalars.errors)")
  let m = try #require(
    (scalars.json()["crossings"] as? [[String: Any]])?.first?["m"] as? [Double])
  #expect(abs(m[0] - 3.176821840992) < 1e-9 && abs(m[1] - 0.511693697312) < 1e-9)
  let cycle = try lab(
    "solve", "configs/mfe-two-state.yaml", "solver.kind=fixed-point", "--json")
  #expect(cycle.code == 3)
  #expect(try cycle.json()["status"] as? String == "cycle")
  let damped = try lab(
    "solve", "configs/mfe-two-state.yaml", "solver.kind=fixed-point", "solver.damping=0.5",
    "--json")
  #expect(damped.code == 0)
}

@Test(arguments: [
  (["solve", "configs/mfe-two-state.yaml", "game.parameters.lamda=1"], "game.parameters.lamda"),
  (["solve", "configs/mfe-two-state.yaml", "solver.tolerance=1e-20"], "solver.tolerance"),
  (["solve", "configs/mfe-two-state.yaml", "game.parameters.interaction=[0, 3]"], "[0, 1]"),
  (["solve", "configs/mfe-two-scalars.yaml", "solver.kind=mean-field"], "use broyden"),
  (["solve", "configs/mfe-two-state.yaml", "--all-periods"], "--all-periods"),
  (["simulate", "configs/mfe-two-state.yaml"], "--announced M"),
  (["solve", "configs/mfe-two-state.yaml", "game.announced=7"], "must be in [0, 1]"),
  (["train", "configs/mfe-two-scalars.yaml"], "game.parameters.actions=20"),
  (["describe", "mfe-inventry"], "mfe-inventory"),
])
func `bad input about mean-field games is refused with the way out`(
  arguments: [String], words: String
) throws {
  let outcome = try lab(arguments, interruptWhen: { false })
  #expect(outcome.code == 2, "\(outcome.code): \(outcome.errors)")
  #expect(outcome.errors.contains(words), "\(outcome.errors)")
  #expect(outcome.output.isEmpty)
}

@Test func `train ends with the learned m beside the exact one, and compare repeats it`() throws {
  let folder = try TemporaryFolder()
  let arguments = [
    "train", "configs/mfe-policy-gradient.yaml", "replicates=2", "learner.samples=20000",
    "learner.outer_steps=12", "--out", folder.path,
  ]
  let outcome = try lab(arguments + ["--json", "--quiet"], interruptWhen: { false })
  #expect(outcome.code == 0, "\(outcome.errors)")
  let document = try outcome.json()
  let statistics = try #require(document["statistics"] as? [String: Any])
  for key in ["m_error", "wrong_actions", "smallest_gap", "value_loss", "total_variation"] {
    #expect(statistics[key] is [String: Any], "\(key)")
  }
  let seeds = try #require(document["per_seed"] as? [[String: Any]])
  #expect(seeds.count == 2)
  #expect(seeds.allSatisfy { $0["m"] is Double && $0["m_exact"] is Double })
  let run = try #require(document["run"] as? String)
  for name in ["metrics.csv", "metrics.jsonl", "policy.csv", "law.csv", "manifest.json"] {
    #expect(FileManager.default.fileExists(atPath: "\(run)/seed=20261122/\(name)"), "\(name)")
  }
  let again = try lab(arguments, interruptWhen: { false })
  #expect(again.errors.contains("reusing 2 finished seeds"))
  #expect(again.output.contains("value loss, worst state"))
  let compared = try lab("compare", run, "--json")
  #expect(compared.code == 0, "\(compared.errors)")
}

@Test func `an announced m is played by what plays finite games`() throws {
  let folder = try TemporaryFolder()
  let solved = try lab(
    "solve", "configs/mfe-ridesharing.yaml", "game.announced=0.5", "--json")
  #expect(solved.code == 0, "\(solved.errors)")
  let exact = try lab("solve", "configs/mfe-ridesharing.yaml", "--json")
  // At m* itself, one agent's exact values are those of the mean-field equilibrium.
  let alone = try #require(solved.json()["values"] as? [[Double]])[0]
  let crossing = try #require(
    (exact.json()["crossings"] as? [[String: Any]])?.first { $0["m"] as? Double == 0.5 })
  let together = try #require(crossing["values"] as? [Double])
  for (a, b) in zip(alone, together) { #expect(abs(a - b) < 1e-9) }
  let path = try lab(
    "simulate", "configs/mfe-ridesharing.yaml", "game.announced=0.5", "--steps", "5", "--json")
  #expect(path.code == 0, "\(path.errors)")
  let trained = try lab(
    "train", "configs/mfe-ridesharing.yaml", "game.announced=0.5", "learner.kind=q-learning",
    "training.steps=5000", "replicates=1", "--json", "--quiet", "--out",
    folder.path)
  #expect(trained.code == 0, "\(trained.errors)")
}
