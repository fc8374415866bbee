import Environments
import Foundation
import Statistics
import Testing

@testable import Experiments
@testable import Learners

/// The seeds' summaries of a run of the small race with a stopping rule.
private func summaries(_ stop: String, _ overrides: [String] = []) throws -> [SeedSummary] {
  let root = try TemporaryFolder()
  let settings = try configuration(smallRace, ["training.stop=\(stop)"] + overrides)
  let run = try train(settings, into: root.path).run
  return try settings.seeds(in: run)
}

extension ExperimentConfiguration {
  fileprivate func seeds(in run: RunFolder) throws -> [SeedSummary] {
    try (0..<replicates).map { try run.seedFolder(seed + UInt64($0)).summary() }
  }
}

@Test func `training stops exactly when policies have stood still so long`() throws {
  for summary in try summaries(
    "{kind: policy-unchanged, periods: 4000}", ["training.steps=3_000_000"])
  {
    #expect(summary.stop == StopOutcome(rule: "policy-unchanged", isMet: true))
    #expect(summary.converged)
    #expect(summary.steps == summary.lastPolicyChange + 4000)
  }
}

@Test func `a rule that is not met is said so, and nobody counts as converged`() throws {
  for summary in try summaries("{kind: policy-unchanged, periods: 1_000_000}") {
    #expect(summary.stop == StopOutcome(rule: "policy-unchanged", isMet: false))
    #expect(!summary.converged)
    #expect(summary.steps == 30_000)
  }
}

@Test func `training stops where NashConv is small`() throws {
  for summary in try summaries("{kind: nash-conv, below: 0.5}", ["training.steps=300_000"]) {
    #expect(summary.stop.isMet)
    #expect(summary.last.nashConv <= 0.5)
    #expect(summary.steps < 300_000)
  }
}

/// One step at a time beside jumps: the same stop.
@Test func `the stop does not depend on how the loop is driven`() throws {
  let settings = try configuration()
  func loop() throws -> TrainingLoop<QLearning> {
    let parameters = settings.seats.seats[0].parameters
    return TrainingLoop(
      simulator: Simulator(settings.game, start: .uniform, episodeLength: 50),
      learners: try (0..<2).map {
        try QLearning(parameters, game: settings.game, player: $0, steps: 100_000)
      }, steps: 100_000, seed: 3, generator: .taus2)
  }
  var slow = try loop()
  while slow.step - slow.lastPolicyChange < 500, slow.step < 100_000 {
    let next = slow.step + 1
    slow.run(until: next)
  }
  var fast = try loop()
  let isMet = fast.run(until: 100_000, orUnchangedFor: 500)
  let (slowStep, fastStep) = (slow.step, fast.step)
  #expect(isMet)
  #expect(fastStep == slowStep)
  #expect(fastStep < 100_000)
}

@Test func `the best policy is the one with the least NashConv judged`() throws {
  let root = try TemporaryFolder()
  let session = try train(configuration(), into: root.path)
  for seed in [5, 6] as [UInt64] {
    let folder = session.run.seedFolder(seed)
    let summary = try folder.summary()
    let table = try CSVTable(path: folder.metricsPath)
    let steps = try table.column("step").map { $0! }
    let last = try table.column("last/equilibrium/nash_conv").map { $0! }
    let least = last.min()!
    #expect(summary.best.nashConv == least)
    #expect(Double(summary.bestStep) == steps[last.firstIndex(of: least)!])
    #expect(try table.column("best/equilibrium/nash_conv").last! == least)
  }
}
