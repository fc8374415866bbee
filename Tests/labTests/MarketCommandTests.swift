import Foundation
import Testing

@Test func `a mean-field configuration is compared among N agents`() throws {
  let folder = try TemporaryFolder()
  let outcome = try lab(
    "compare", "configs/mfe-ridesharing.yaml", "game.parameters.payoffs=[1, 1.3, 10]", "--agents",
    "2,6", "--replications", "12", "--seed", "3", "--plots", folder.path, "--json", "--quiet")
  #expect(outcome.code == 0, "\(outcome.errors)")
  let policies = try #require(try outcome.json()["policies"] as? [[String: Any]])
  let market = try #require(policies.first?["market"] as? [String: Any])
  let rows = try #require(market["rows"] as? [[String: Any]])
  #expect(rows.compactMap { $0["agents"] as? Int } == [2, 6])
  // Two drivers, exactly, from an independent program: value gap and the gain of seeing both.
  let gap = try #require((rows[0]["gap"] as? [String: Any])?["estimate"] as? Double)
  #expect(abs(gap + 8.816334477023567) < 1e-8)
  let gain = try #require(rows[0]["gain_seeing_all"] as? Double)
  #expect(abs(gain - 2.1014264351692384) < 1e-8)
  let again = try lab(
    "compare", "configs/mfe-ridesharing.yaml", "game.parameters.payoffs=[1, 1.3, 10]", "--agents",
    "6", "--replications", "12", "--seed", "3", "--threads", "1", "--quiet")
  #expect(again.code == 0, "\(again.errors)")
  #expect(again.output.contains("± is half the 95% band of 12 replications"))
}

@Test func `a learned policy stands beside the exact one in the market`() throws {
  let folder = try TemporaryFolder()
  let trained = try lab(
    "train", "configs/mfe-policy-gradient.yaml", "replicates=1", "--out", folder.path, "--json",
    "--quiet")
  #expect(trained.code == 0, "\(trained.errors)")
  let run = try #require(try trained.json()["run"] as? String)
  let outcome = try lab(
    "compare", run, "--agents", "2", "--replications", "4", "--json", "--quiet")
  #expect(outcome.code == 0, "\(outcome.errors)")
  let document = try outcome.json()
  #expect(document["run"] as? String == run)
  #expect(document["schema"] as? String == "equilibrium-lab/compare-mean-field/1")
  let policies = try #require(document["policies"] as? [[String: Any]])
  #expect(policies.compactMap { $0["policy"] as? String } == ["exact", "learned"])
  #expect(policies[1]["seed"] as? Int != nil)
}

@Test func `a market is simulated and an announced m faced`() throws {
  let market = try lab(
    "simulate", "configs/mfe-ridesharing.yaml", "--agents", "50", "--steps", "5", "--json")
  #expect(market.code == 0, "\(market.errors)")
  #expect(try #require(try market.json()["steps"] as? [Any]).count == 5)
  let agent = try lab(
    "simulate", "configs/mfe-ridesharing.yaml", "--announced", "0.5", "--steps", "5", "--json")
  #expect(agent.code == 0, "\(agent.errors)")
  let neither = try lab("simulate", "configs/mfe-ridesharing.yaml")
  #expect(neither.code == 64 || neither.code == 2)
  #expect(neither.errors.contains("--agents"))
}

@Test(arguments: [
  ["configs/qlearn.yaml", "--agents", "5"], ["configs/mfe-capacity.yaml", "--agents", "1"],
  ["configs/mfe-capacity.yaml", "--agents", "2,x"],
  ["configs/mfe-capacity.yaml", "--replications", "1"],
])
func `markets that make no sense are refused`(arguments: [String]) throws {
  let outcome = try lab(["compare"] + arguments, interruptWhen: { false })
  #expect(outcome.code != 0)
  #expect(!outcome.errors.isEmpty)
}
