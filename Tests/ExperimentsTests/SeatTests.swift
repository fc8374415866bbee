import Configuration
import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

/// The small race with seats of its own.
private func seated(_ seats: String, _ rest: String = "") -> String {
  smallRace.replacing("learner: {kind: q-learning}", with: "learners: \(seats)") + rest
}

/// What reading a configuration says.
private func refusal(_ text: String) -> String {
  do {
    _ = try configuration(text)
    return "accepted"
  } catch { return "\(error)" }
}

@Test func `a learner against a fixed rival finds its best response`() throws {
  let root = try TemporaryFolder()
  let text = seated(
    "[{kind: q-learning, step_size: {kind: power, exponent: 0.7}}, {agent: uniform}]")
  let session = try train(
    configuration(text, ["training.steps=400000", "replicates=2"]), into: root.path)
  let game = session.configuration.game
  #expect(session.verdict.learners == ["q-learning", "fixed"])
  for seed in [5, 6] as [UInt64] {
    let table = try PolicyTable.read(session.run.seedFolder(seed).policyPath, game: game)
    let last = table["last"]!
    #expect(last[1] == game.uniformPolicy(1))
    let best = try game.bestResponse(of: 0, against: last)
    // The best response is worth no more than what was learned, up to ties and rounding.
    let values = try game.values(of: last)[0]
    for (learned, optimal) in zip(values, best.values) { #expect(optimal - learned <= 1e-9) }
  }
}

@Test func `seats of one kind in a list train as the same seats in one section do`() throws {
  let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
  let first = try train(configuration(), into: one.path).run
  let text = seated("[{kind: q-learning}, q-learning]")
  let second = try train(configuration(text), into: two.path).run
  #expect(try results(first) == results(second))
}

/// A different step size makes the second seat another learner of the same kind; through `Seat` and
/// without it the same streams are drawn.
@Test func `a loop of seats gives the same bytes as a loop of one kind`() throws {
  let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
  let alike = try configuration(
    seated("[{kind: q-learning, step_size: 0.1}, {kind: q-learning, step_size: 0.3}]"))
  let first = try train(alike, into: one.path).run
  let solved = seated(
    "[{kind: q-learning, step_size: 0.1}, {kind: fixed, agent: {kind: equilibrium}}]")
  let mixed = try configuration(solved)
  let second = try train(mixed, into: two.path)
  let game = second.configuration.game
  let equilibrium = try BellmanNash().solve(game).profiles[0]
  let table = try PolicyTable.read(second.run.seedFolder(5).policyPath, game: game)
  #expect(table["last"]![1] == equilibrium[1])
  #expect(try results(first).count == results(second.run).count)
}

@Test func `a trained policy sits in a seat, survives its run, and counts by its content`() throws {
  let root = try TemporaryFolder()
  let run = try train(configuration(), into: root.path).run
  func text(_ source: String) -> String {
    seated("[{kind: q-learning}, {agent: {kind: trained, run: \(source), seed: 6}}]")
  }
  let session = try train(configuration(text(run.path)), into: root.path)
  let game = session.configuration.game
  let source = try PolicyTable.read(run.seedFolder(6).policyPath, game: game)
  for seed in [5, 6] as [UInt64] {
    let table = try PolicyTable.read(session.run.seedFolder(seed).policyPath, game: game)
    #expect(table["last"]![1] == source["last"]![1])
  }
  // The folder stands alone, and its configuration still has its name.
  let elsewhere = root.path + "/moved/" + URL(fileURLWithPath: run.path).lastPathComponent
  try makeFolder(root.path + "/moved")
  try FileManager.default.moveItem(atPath: run.path, toPath: elsewhere)
  #expect(try session.run.configuration().hash == session.configuration.hash)
  #expect(try configuration(text(elsewhere)).hash == session.configuration.hash)
  #expect(refusal(text("/no/such/run")).contains("learners[1].agent = /no/such/run: no such run"))
}

@Test func `a learner can begin from a policy`() throws {
  let root = try TemporaryFolder()
  let text = smallRace.replacing(
    "learner: {kind: q-learning}",
    with: "learner: {kind: q-learning, step_size: 1e-12, agent: {kind: equilibrium}}")
  let session = try train(configuration(text), into: root.path)
  let game = session.configuration.game
  let solution = try BellmanNash().solve(game)
  // With steps as short as these the tables stay what they began as: the equilibrium's own values.
  let table = try PolicyTable.read(session.run.seedFolder(5).policyPath, game: game)
  for player in 0..<2 {
    let worth = game.actionValues(
      of: player, against: solution.profiles[0], values: solution.values[0][player])
    for state in 0..<game.stateCount {
      let offset = table["last"]![player].offsets[state]
      let top = (0..<3).map { worth[offset + $0] }.max()!
      let chosen = table["last"]![player].mode(at: state)
      #expect(top - worth[offset + chosen] <= 1e-9)
    }
  }
}

@Test func `seats that cannot be filled are refused by name`() {
  #expect(refusal(seated("[{kind: q-learning}]")).contains("has 1 entries for 2 players"))
  #expect(
    refusal(seated("[uniform, q-learning]")).contains(
      "learners[0] = uniform: must be a mapping with kind"))
  #expect(
    refusal(seated("[{agent: uniform}, {agent: uniform}]")).contains("nobody learns"))
  #expect(
    refusal(seated("[q-learning, q-learning]", "learner: {kind: q-learning}\n")).contains(
      "cannot stand beside"))
  #expect(
    refusal(seated("[{kind: q-learning, stepsize: 1}, q-learning]")).contains(
      "learners[0].stepsize = 1: unknown key; did you mean step_size?"))
  #expect(
    refusal(seated("[q-learning, {agent: {kind: trainde, run: x}}]")).contains(
      "did you mean trained?"))
}
