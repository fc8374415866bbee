import Foundation
import Testing

@Test func `markets of a mean-field game are simulated, reused and described`() throws {
  let folder = try TemporaryFolder()
  let arguments = [
    "montecarlo", "configs/paths-market.yaml", "montecarlo.paths=64", "montecarlo.agents=20",
    "game.parameters.cap=9", "--out", folder.path,
  ]
  let first = try lab(arguments + ["--json"], interruptWhen: { false })
  #expect(first.code == 0, "\(first.errors)")
  let document = try first.json()
  #expect(document["schema"] as? String == "equilibrium-lab/montecarlo/1")
  #expect(document["agents"] as? Int == 20)
  let profiles = try #require(document["profiles"] as? [[String: Any]])
  #expect(profiles.compactMap { $0["name"] as? String } == ["exact", "uniform"])
  #expect((profiles[0]["m"] as? [Double])?.count == 1)
  let run = try #require(document["run"] as? String)
  for name in ["summary.json", "statistics.csv", "fans.csv", "occupancy.csv", "manifest.json"] {
    #expect(FileManager.default.fileExists(atPath: "\(run)/\(name)"), "\(name)")
  }
  let again = try lab(arguments + ["--threads", "1"], interruptWhen: { false })
  #expect(again.code == 0, "\(again.errors)")
  #expect(again.errors.contains("reusing the finished study"))
  #expect(again.output.contains("64 markets of 20 agents"))
  let page = try lab("report", run, "--to", "\(folder.path)/page.html")
  #expect(page.code == 0, "\(page.errors)")
  let described = try lab("describe", "montecarlo-market")
  #expect(described.code == 0 && described.output.contains("agents"))
  let refused = try lab(
    "montecarlo", "configs/paths-market.yaml", "montecarlo.control_variates=true", "--out",
    folder.path)
  #expect(refused.code == 2 || refused.code == 64)
  #expect(refused.errors.contains("montecarlo.control_variates"))
}

/// Not of training: nothing is trained, and no advice may name the command that trains.
@Test func `help and errors of path studies speak of path studies`() throws {
  let help = try lab("montecarlo", "--help")
  #expect(help.code == 0 && help.output.contains("Start anew, replacing what is there."))
  #expect(!help.output.contains("Train") && !help.output.contains("seeds."))
  let folder = try TemporaryFolder()
  let arguments = [
    "montecarlo", "configs/mfe-two-state.yaml", "montecarlo.paths=20", "montecarlo.periods=10",
    "--out", folder.path, "--json", "--quiet",
  ]
  let run = try #require(
    try lab(arguments, interruptWhen: { false }).json()["run"] as? String)
  try "{}".write(toFile: "\(run)/summary.json", atomically: true, encoding: .utf8)
  let damaged = try lab(arguments, interruptWhen: { false })
  #expect(damaged.code != 0)
  #expect(damaged.errors.contains("run the same `lab montecarlo` with --force"))
}

@Test func `a configuration without the section has markets by default`() throws {
  let folder = try TemporaryFolder()
  let outcome = try lab(
    "montecarlo", "configs/mfe-two-state.yaml", "montecarlo.paths=20", "montecarlo.periods=10",
    "--out", folder.path, "--json", "--quiet")
  #expect(outcome.code == 0, "\(outcome.errors)")
  #expect(try outcome.json()["agents"] as? Int == 100)
}
