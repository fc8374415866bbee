import Configuration
import Environments
import Equilibria
import Foundation
import Learners
import Testing

@testable import Experiments

/// A small ridesharing game that is learned in a fraction of a second. Everything is accepted in
/// equilibrium, and m* = 3 / (1 + 2 + 3) by the closed form Φ(m) = 1 / (1 + (1 − m) 6 / 3).
private let rides = """
  experiment: rides
  seed: 5
  replicates: 2
  game: {kind: mfe-ridesharing, parameters: {payoffs: [1, 1.3, 5], interaction: [0, 0.9]}}
  learner:
    kind: adaptive-q-learning
    updates: 20000
    samples: 5000
    samples_most: 40000
    delta: 0.01
    outer_steps: 8

  """

private func rideConfiguration(
  _ text: String = rides, _ overrides: [String] = []
) throws -> MeanFieldConfiguration {
  try MeanFieldConfiguration(
    yaml: text, source: "rides.yaml", overrides: overrides,
    needs: [.learner, .training, .evaluation])
}

@discardableResult
private func train(
  _ configuration: MeanFieldConfiguration, into root: String, threads: Int = 2,
  resumes: Bool = false, interruption: Interruption = Interruption()
) throws -> MeanFieldTrainingSession {
  try MeanFieldTrainingSession.train(
    configuration, options: TrainingOptions(root: root, threads: threads, resumes: resumes),
    interruption: interruption, progress: ProgressDisplay(unit: "outer steps", isSilent: true),
    log: { _ in })
}

private func files(_ run: RunFolder) throws -> [String: Data] {
  var found = try results(run)
  for folder in run.seeds() { found["\(folder.seed)/law"] = try readData(folder.lawPath) }
  return found
}

@Test func `a mean-field run is judged at the exact equilibrium`() throws {
  let root = try TemporaryFolder()
  let session = try train(rideConfiguration(), into: root.path)
  #expect(session.verdict.exact.status == .converged)
  let rows = session.verdict.per_seed
  #expect(rows.map(\.seed) == [5, 6])
  for row in rows {
    let exact = try #require(row.m_exact?.numbers.first)
    #expect(abs(exact - 0.5) < 1e-12)
    #expect(abs(abs(row.m.numbers[0] - exact) - row.m_error!) < 1e-15)
    // Accepting all is optimal by 0.125 of value at least, far above what these tables are wrong by.
    #expect(row.wrong_actions == 0)
    #expect(row.value_loss.map { abs($0) < 1e-9 } == true)
    #expect(row.total_variation_policy.map { $0 < 1e-12 } == true)
    #expect(row.total_variation.map { $0 > 0 && $0 < 0.1 } == true)
  }
  let document = try #require(
    JSONSerialization.jsonObject(with: jsonData(session.verdict)) as? [String: Any])
  #expect((document["statistics"] as? [String: Any])?["value_loss"] is [String: Any])
  // Every line fits a terminal.
  for line in session.verdict.text.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
}

@Test func `the columns of a mean-field run are what was seen and what is exact`() throws {
  let root = try TemporaryFolder()
  let run = try train(rideConfiguration(rides, ["replicates=1"]), into: root.path).run
  let table = try CSVTable(path: run.seedFolder(5).metricsPath)
  let m = try table.column("m").map { $0! }
  #expect(m[0] == 0.45)
  let exact = try table.column("exact/f")
  let policy = try table.column("exact/f_policy")
  let wrong = try table.column("exact/wrong_actions")
  for (row, m) in m.enumerated() where wrong[row] == 0 {
    // With everything accepted, by the closed form.
    #expect(abs(exact[row]! - (m - 1 / (1 + (1 - m) * 2))) < 1e-12)
    #expect(abs(policy[row]! - exact[row]!) < 1e-12)
  }
  let lines = try readText(run.seedFolder(5).lawPath).split(separator: "\n")
  #expect(lines.count == 17)
  #expect(lines[0] == "state,state_label,seen,invariant")
}

@Test func `a mean-field seed leaves values, arrays and events`() throws {
  let root = try TemporaryFolder()
  let settings = try rideConfiguration(rides, ["replicates=1"])
  let folder = try train(settings, into: root.path).run.seedFolder(5)
  let game = try settings.finiteGame()
  let summary = try folder.summary(as: MeanFieldSeedSummary.self)
  let frozen = try game.frozen(at: summary.estimate.m)
  let policy = try #require(try PolicyTable.read(folder.policyPath, game: frozen)["last"])
  // By a linear solve of the one agent's problem, which the writer does not use.
  let values = try frozen.values(of: policy)[0]
  let best = try frozen.bestResponse(of: 0, against: policy).values
  let lines = try readText(folder.valuePath).split(separator: "\n").dropFirst()
  #expect(lines.count == 16)
  for (state, line) in lines.enumerated() {
    let fields = PolicyTable.splitCSV(line)
    let (value, gain) = (try #require(Double(fields[4])), try #require(Double(fields[5])))
    #expect(abs(value - values[state]) <= 1e-12 * (1 + abs(value)))
    #expect(abs(gain - (best[state] - values[state])) <= 1e-11 * (1 + abs(value)))
  }
  let events = try DecodedEvent.events(readData(folder.eventPath)).dropFirst()
  let table = try CSVTable(path: folder.metricsPath)
  #expect(try events.map(\.step) == table.column("step").map { Int($0!) })
  #expect(try events.map { $0.scalars["exact/f"] } == table.column("exact/f").map { Float($0!) })
  // The whole population, in every step.
  for event in events {
    let population = try #require(event.histograms["train/population"])
    #expect(abs(population[2][0] - 1) < 1e-12)
    #expect(event.histograms["train/action_value"]?[2] == [Double(game.layout.rowCount)])
  }
  guard PythonReaders.python != nil else { return }
  let arrays = try PythonReaders.read(
    "numpy", folder.policyArraysPath, as: [String: PythonReaders.Array].self)
  #expect(arrays["m"]?.numbers == summary.estimate.m)
  #expect(arrays["law_seen"]?.shape == [16] && arrays["law_invariant"]?.shape == [16])
}

@Test func `distances to the exact equilibrium and action gaps are shown`() throws {
  let root = try TemporaryFolder()
  let session = try train(rideConfiguration(rides, ["replicates=1"]), into: root.path)
  let table = try CSVTable(path: session.run.seedFolder(5).metricsPath)
  let m = try table.column("m").map { $0! }
  let distance = try table.column("bound/distance").map { $0! }
  for (m, distance) in zip(m, distance) { #expect(abs(distance - abs(m - 0.5)) < 1e-12) }
  // The first middle of [0, 0.9] is within 0.45 of m*, whatever was learned.
  #expect(try table.column("bound/distance_bound")[0] == 0.45)
  let row = session.verdict.per_seed[0]
  let tally = try #require(row.bounds)
  #expect(tally.distances >= 1 && tally.boundedDistances == tally.distances)
  #expect(try row.q_error == table.column("exact/q_error").last)
  // Sixteen states, of which those with trips of each type and no passenger have a choice.
  #expect(row.action_gaps.count == 16)
  let gaps = row.action_gaps.compactMap(\.gap)
  #expect(gaps.count < 16 && gaps.min() == row.smallest_gap)
  #expect(session.verdict.text.contains("Middles before a wrong sign: "))
}

/// With r = 8 drivers mix at 0.67267, which a jump encloses; on [0.6, 0.9] with r = 5 there is no
/// equilibrium, that of r = 5 being ½.
@Test func `only what encloses an exact equilibrium counts as converged`() throws {
  let root = try TemporaryFolder()
  let learner = "learner={kind: adaptive-policy-gradient, delta: 0.01}"
  let mixed = try train(
    rideConfiguration(
      rides, ["replicates=1", learner, "game.parameters.payoffs=[1, 1.3, 8]"]), into: root.path)
  #expect(mixed.verdict.per_seed[0].status == .jump)
  #expect(mixed.verdict.share_converged == 1)
  let bare = try train(
    rideConfiguration(
      rides, ["replicates=1", learner, "game.parameters.interaction=[0.6, 0.9]"]), into: root.path)
  #expect(bare.verdict.per_seed[0].status == .atBound)
  #expect(bare.verdict.share_converged == 0)
  // The same jump without anything exact to enclose is not an answer.
  let estimate = try mixed.run.seedFolder(5).summary(as: MeanFieldSeedSummary.self).estimate
  #expect(
    !MeanFieldTrainingVerdict.isConverged(
      estimate,
      exact: MeanFieldSolution(
        crossings: [], isComplete: true, counting: "", status: .converged, seconds: 0,
        evaluations: 0, note: "")))
}

@Test func `a mean-field run does not depend on threads or on being stopped`() throws {
  let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
  let settings = try rideConfiguration()
  let expected = try files(train(settings, into: whole.path, threads: 1).run)
  #expect(expected.count == 14)
  let stopped = Interruption()
  stopped.request()
  #expect(throws: TrainingStop.self) {
    try train(settings, into: parts.path, interruption: stopped)
  }
  let equilibria = try settings.solver(.evaluation).solve(
    settings.model, isCancelled: { false }
  ).equilibria.map { $0.m[0] }
  // Stop each seed after every outer step.
  let run = RunFolder(root: parts.path, configuration: settings)
  try makeFolder(run.path)
  try run.prepare(settings)
  var stops = 0
  for seed in settings.seeds {
    while true {
      let interruption = Interruption()
      let isFinished = try Registry.meanFieldLearner("adaptive-q-learning")!.train(
        MeanFieldSeedRun(
          configuration: settings, game: settings.finiteGame(), equilibria: equilibria,
          folder: run.seedFolder(seed),
          fingerprint: settings.hash, resumes: true,
          provenance: Provenance(threads: 1, commandLine: [], generator: "taus2"),
          interruption: interruption, report: { _ in interruption.request() }))
      if isFinished { break }
      stops += 1
      #expect(!run.seedFolder(seed).isFinished)
    }
  }
  #expect(stops >= 4)
  #expect(try files(run) == expected)
}

@Test(arguments: ["cut", "other seed"])
func `a damaged checkpoint of a mean-field run is refused`(damage: String) throws {
  let root = try TemporaryFolder()
  let settings = try rideConfiguration(rides, ["replicates=1"])
  let stopped = Interruption()
  let run = RunFolder(root: root.path, configuration: settings)
  try makeFolder(run.path)
  try run.prepare(settings)
  let folder = run.seedFolder(5)
  let equilibria = [0.5]
  _ = try Registry.meanFieldLearner("adaptive-q-learning")!.train(
    MeanFieldSeedRun(
      configuration: settings, game: settings.finiteGame(), equilibria: equilibria, folder: folder,
      fingerprint: settings.hash, resumes: true,
      provenance: Provenance(threads: 1, commandLine: [], generator: "taus2"),
      interruption: stopped, report: { _ in stopped.request() }))
  let text = try readText(folder.checkpointPath)
  let body = String(text.split(separator: "\n")[1]).replacing("\"seed\":5", with: "\"seed\":6")
  let damaged =
    damage == "cut" ? String(text.prefix(text.count / 2)) : "\(fingerprint(body))\n\(body)\n"
  #expect(damaged != text)
  try writeAtomically(damaged, to: folder.checkpointPath)
  let metrics = try readData(folder.metricsPath)
  let error = #expect(throws: FileError.self) {
    try train(settings, into: root.path, resumes: true)
  }
  #expect(error?.path == folder.checkpointPath)
  #expect(error?.problem.contains("--force") == true)
  #expect(try readData(folder.metricsPath) == metrics)
}

@Test func `compare judges a mean-field run anew, and sees what was changed`() throws {
  let root = try TemporaryFolder()
  let trained = try train(rideConfiguration(rides, ["replicates=1"]), into: root.path)
  #expect(try trained.run.isMeanField)
  let again = try MeanFieldTrainingSession.compare(trained.run, interruption: Interruption())
  #expect(again.verdict.per_seed[0].value_loss == trained.verdict.per_seed[0].value_loss)
  // Rejecting type 3 where it is accepted.
  let path = trained.run.seedFolder(5).policyPath
  let text = try readText(path)
  let changed = text.replacing(
    "last,1,3,\"(0,3)\",1,accept,1.0",
    with: "last,1,3,\"(0,3)\",0,reject,1.0")
  #expect(changed != text, "\(text)")
  try writeAtomically(changed, to: path)
  let judged = try MeanFieldTrainingSession.compare(trained.run, interruption: Interruption())
  #expect(judged.verdict.per_seed[0].wrong_actions == 1)
  #expect(judged.verdict.per_seed[0].value_loss! > 0.1)
}

@Test(arguments: [
  ("game.parameters.lambda=1", "game.parameters.lambda"),
  ("learner.updates=0", "learner.updates = 0: must be"),
  ("learner.delta=-1", "learner.delta = -1"),
  ("learner.kind=q-learning", "learner.kind = q-learning"),
  ("training.steps=0", "training.steps = 0"),
  ("evaluation.against.scan=-1", "evaluation.against.scan = -1"),
])
func `what is wrong with mean-field training is said before any work`(
  override: String, words: String
) throws {
  let error = #expect(throws: ConfigurationError.self) { try rideConfiguration(rides, [override]) }
  #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
}
