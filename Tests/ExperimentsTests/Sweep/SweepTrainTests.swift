import Configuration
import Foundation
import Testing

@testable import Experiments

private let training = """
  experiment: learn
  command: train
  seed: 5
  replicates: 2
  configuration:
    game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
    learner: {kind: q-learning}
    training: {steps: 20000, episode: 50}
    evaluation: {points: 4, against: {kind: bellman-nash, selection: joint}}
  vary: {learner.step_size: [0.1, 0.5], training.average_from: [0.25, 0.5, 0.75]}

  """

@Test func `trained cells are runs that lab train makes, and are reused`() throws {
  let (root, alone) = (try TemporaryFolder(), try TemporaryFolder())
  let configuration = try sweep(training)
  let result = try perform(configuration, into: root.path)
  #expect(result.exitCode == 0)
  let cell = configuration.cells[4]
  let single = try ExperimentConfiguration(
    configuration.document(of: cell), source: "",
    needs: [.game, .learner, .training, .evaluation])
  let session = try train(single, into: alone.path)
  let run = RunFolder(path: "\(root.path)/\(cell.identity.folder!)")
  #expect(try results(run) == results(session.run))
  let row = result.table.rows[4]
  #expect(row.number("last/nash_conv") == session.verdict.policies.last.nashConv.iqm)
  #expect(row.number("average/nash_conv/high") == session.verdict.policies.average.nashConv.high)
  #expect(
    row.field("last/value_initial/2")?.perSeed?.compactMap(\.number)
      == session.verdict.policies.last.valueInitial[1].perSeed)
  #expect(row.number("share_converged/low") == session.verdict.shareConvergedInterval[0])
  // A sweep of the same runs trains nothing: its seeds keep their files.
  let manifest = run.seedFolder(5).manifestPath
  let before = try readText(manifest)
  try FileManager.default.removeItem(atPath: result.folder)
  let again = try perform(configuration, into: root.path)
  #expect(again.ran == 6)
  #expect(try readText(manifest) == before)
  #expect(again.table.csv == result.table.csv)
  // Nor does it look as if the runs had cost nothing: a cell took as long as its slowest seed.
  try before.replacing(/"seconds" : [0-9.e-]+/, with: "\"seconds\" : 4321.5").write(
    toFile: manifest, atomically: true, encoding: .utf8)
  let later = try perform(configuration, into: root.path)
  #expect(later.table.rows[4].seconds == 4321.5)
  let cells = try readText("\(later.folder)/cells.csv").split(separator: "\n")
  #expect(cells[5].hasSuffix(",done,4321.5"))
}

@Test func `a trained sweep is the same on one thread, on three and in shards`() throws {
  let configuration = try sweep(training)
  let one = try perform(configuration, into: TemporaryFolder().path, threads: 1)
  let three = try perform(configuration, into: TemporaryFolder().path, threads: 3)
  let root = try TemporaryFolder()
  _ = try perform(configuration, into: root.path, shard: SweepShard(2, of: 2))
  let parts = try perform(configuration, into: root.path, shard: SweepShard(1, of: 2))
  #expect(one.table.csv == three.table.csv)
  #expect(one.table.csv == parts.table.csv)
  #expect(one.table.seedsCSV == parts.table.seedsCSV)
}

@Test func `more replicates are another sweep on the same runs`() throws {
  let few = try sweep(training)
  let many = try sweep(training.replacing("replicates: 2", with: "replicates: 3"))
  #expect(few.hash != many.hash)
  #expect(few.cells.map(\.identity.folder) == many.cells.map(\.identity.folder))
}

/// The rival is an equilibrium that the solver does not find: the configuration is sound, and the run
/// fails.
@Test func `a run that fails is a failed cell with a command that repeats it`() throws {
  let root = try TemporaryFolder()
  let configuration = try sweep(
    """
    experiment: rival
    command: train
    replicates: 1
    configuration:
      game: {kind: compute-race, parameters: {grid: 21, actions: 9}}
      learners:
        - {kind: q-learning}
        - {agent: {kind: equilibrium, solver: {kind: bellman-nash, selection: joint}}}
      training: {steps: 2000, episode: 50}
      evaluation: {points: 2, against: {kind: bellman-nash, selection: joint}}
    vary: {game.scenario: [stable-parity, bertrand-heavy]}

    """)
  let result = try perform(configuration, into: root.path)
  #expect(result.exitCode == 1)
  #expect(result.failures.map(\.cell) == [2])
  #expect(result.failures[0].message.contains("ended as cycle"))
  #expect(
    result.failures[0].command
      == "lab train \(result.folder)/base.yaml game.scenario=bertrand-heavy --resume "
      + "--out \(root.path)")
}

@Test func `mean-field games are solved and learned in sweeps`() throws {
  let game = """
    game: {kind: mfe-two-state}

    """
  let solved = try perform(
    sweep("command: solve\nconfiguration:\n  \(game)vary: {game.parameters.lambda: [1, 2]}\n"),
    into: TemporaryFolder().path)
  #expect(solved.exitCode == 0, "\(solved.failures)")
  #expect(solved.table.columns.contains("crossings/1/m"))
  #expect(solved.table.rows.allSatisfy { $0.number("crossings/1/m") != nil })
  let learned = try perform(
    sweep(
      """
      command: train
      replicates: 2
      configuration:
        \(game)  training: {steps: 2}
        learner: {kind: adaptive-q-learning}
      vary: {game.parameters.lambda: [1, 2]}

      """), into: TemporaryFolder().path)
  #expect(learned.exitCode == 0, "\(learned.failures)")
  #expect(learned.table.rows.allSatisfy { $0.number("m/1") != nil })
}

@Test func `ensembles of paths are swept, and are the studies that lab montecarlo makes`() throws {
  let (root, alone) = (try TemporaryFolder(), try TemporaryFolder())
  let configuration = try sweep(
    """
    experiment: paths
    command: montecarlo
    seed: 3
    configuration:
      game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
      solver: {kind: bellman-nash, selection: joint}
      montecarlo: {profiles: [exact, uniform], paths: 200, periods: 20, burn_in: 5}
    vary: {game.parameters.mu: [0.2, 0.3]}
    report: [value, uniform/welfare, uniform/welfare/exact, paths]

    """)
  let result = try perform(configuration, into: root.path)
  #expect(result.exitCode == 0, "\(result.failures)")
  #expect(
    result.table.columns == [
      "value/1", "value/1/low", "value/1/high", "value/2", "value/2/low", "value/2/high",
      "uniform/welfare", "uniform/welfare/low", "uniform/welfare/high", "uniform/welfare/exact",
      "paths",
    ])
  let study = try MonteCarloStudy.perform(
    MonteCarloConfiguration(
      configuration.document(of: configuration.cells[1]), source: ""),
    options: TrainingOptions(root: alone.path, threads: 1, draws: false),
    interruption: Interruption(), log: { _ in },
    progress: ProgressDisplay(unit: "steps", isSilent: true),
    status: { _ in })
  let row = result.table.rows[1]
  let played = study.document.profiles
  #expect(row.number("value/2") == played[0].statistics.first { $0.name == "value/2" }?.mean)
  #expect(
    row.number("uniform/welfare/high")
      == played[1].statistics.first { $0.name == "welfare" }?.high)
  #expect(row.number("paths") == 200)
  #expect(fileExists("\(root.path)/\(configuration.cells[1].identity.folder!)/seed=3/summary.json"))
}
