import Environments
import Equilibria
import Foundation
import Synchronization
import Testing

@testable import Experiments

@Test func `results do not depend on the number of threads`() throws {
  let (one, two) = (try TemporaryFolder(), try TemporaryFolder())
  let settings = try configuration(smallRace, ["replicates=5"])
  let first = try results(train(settings, into: one.path, threads: 1).run)
  let second = try results(train(settings, into: two.path, threads: 2).run)
  #expect(first.count == 5 * 6)
  #expect(first == second)
}

@Test func `an interrupted run goes on to the same bytes`() throws {
  // Long enough that the flag is seen between chunks, and more than once per seed.
  let settings = try configuration(smallRace, ["training.steps=2_000_000"])
  let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
  let expected = try results(train(settings, into: whole.path).run)

  let interruption = Interruption()
  interruption.request()
  #expect(throws: TrainingStop.self) {
    try train(settings, into: parts.path, interruption: interruption)
  }
  for delay in [0.02, 0.05, 0.08] {
    let interruption = Interruption()
    let timer = Thread {
      Thread.sleep(forTimeInterval: delay)
      interruption.request()
    }
    timer.start()
    _ = try? train(settings, into: parts.path, resumes: true, interruption: interruption)
  }
  let run = try train(settings, into: parts.path, resumes: true).run
  #expect(try results(run) == expected)
}

@Test func `a checkpoint at every chunk resumes to the same bytes`() throws {
  let settings = try configuration(smallRace, ["training.steps=2_000_000", "replicates=1"])
  let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
  let expected = try results(train(settings, into: whole.path).run)
  let run = RunFolder(root: parts.path, configuration: settings)
  try makeFolder(run.path)
  try run.prepare(settings)
  let folder = run.seedFolder(settings.seed)
  var stops = 0
  while true {
    // Stops at the second look: the first chunk of each call is trained.
    let interruption = Interruption()
    let outcome = try SeedRun(
      assembly: SeatAssembly(settings), folder: folder,
      fingerprint: settings.hash, resumes: true,
      provenance: Provenance(threads: 1, commandLine: [], generator: "taus2"),
      interruption: interruption, report: { _ in interruption.request() }
    ).train()
    if case .finished = outcome { break }
    stops += 1
    #expect(fileExists(folder.checkpointPath))
    #expect(!folder.isFinished)
  }
  #expect(stops >= 5)
  #expect(try results(run) == expected)
}

@Test func `finished seeds are reused, more are added, and force starts anew`() throws {
  let root = try TemporaryFolder()
  let first = try train(configuration(), into: root.path).run
  let before = try results(first)
  let stamp = try modified(first.seedFolder(5).summaryPath)
  let messages = Mutex<[String]>([])
  let more = try train(
    configuration(smallRace, ["replicates=3"]), into: root.path,
    log: { line in messages.withLock { $0.append(line) } })
  #expect(more.run.path == first.path)
  #expect(messages.withLock { $0 }.first?.hasPrefix("reusing 2 finished seeds") == true)
  #expect(try modified(first.seedFolder(5).summaryPath) == stamp)
  #expect(more.verdict.seeds == [5, 6, 7])
  #expect(try before.allSatisfy { try results(first)[$0.key] == $0.value })
  try train(configuration(), into: root.path, forces: true)
  #expect(try modified(first.seedFolder(5).summaryPath) != stamp)
}

private func judged(_ run: RunFolder) throws -> JudgedRun {
  try JudgedRun(run, interruption: Interruption())
}

private func modified(_ path: String) throws -> Date {
  try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as! Date
}

@Test func `an unfinished seed is neither resumed nor replaced unasked`() throws {
  let root = try TemporaryFolder()
  let settings = try configuration(smallRace, ["replicates=1"])
  let run = RunFolder(root: root.path, configuration: settings)
  try makeFolder(run.seedFolder(5).path)
  let error = #expect(throws: FileError.self) { try train(settings, into: root.path) }
  #expect(error?.isUsage == true)
  #expect(error?.problem.contains("--resume") == true)
  try train(settings, into: root.path, resumes: true)
  #expect(run.seedFolder(5).isFinished)
}

@Test(arguments: ["cut", "changed", "other seed"])
func `a damaged checkpoint is refused and nothing is touched`(damage: String) throws {
  let root = try TemporaryFolder()
  let settings = try configuration(smallRace, ["training.steps=2_000_000", "replicates=1"])
  let interruption = Interruption()
  interruption.request()
  let run = RunFolder(root: root.path, configuration: settings)
  try makeFolder(run.path)
  try run.prepare(settings)
  let folder = run.seedFolder(5)
  _ = try SeedRun(
    assembly: SeatAssembly(settings), folder: folder,
    fingerprint: settings.hash, resumes: true,
    provenance: Provenance(threads: 1, commandLine: [], generator: "taus2"),
    interruption: interruption, report: { _ in }
  ).train()
  let text = try readText(folder.checkpointPath)
  let damaged: String
  switch damage {
  case "cut": damaged = String(text.prefix(text.count / 2))
  case "changed": damaged = text.replacing("\"step\":0", with: "\"step\":7")
  default:
    let body = String(text.split(separator: "\n")[1]).replacing("\"seed\":5", with: "\"seed\":6")
    damaged = "\(fingerprint(body))\n\(body)\n"
  }
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

@Test func `a folder of another configuration is refused`() throws {
  let root = try TemporaryFolder()
  let settings = try configuration()
  let run = RunFolder(root: root.path, configuration: settings)
  try makeFolder(run.path)
  try writeAtomically(
    try configuration(smallRace, ["training.steps=777"]).yaml(), to: run.configurationPath)
  let error = #expect(throws: FileError.self) { try train(settings, into: root.path) }
  #expect(error?.problem.contains("another configuration") == true)
  let reading = #expect(throws: FileError.self) { try run.configuration() }
  #expect(reading?.problem.contains("was edited or renamed") == true)
}

@Test func `two processes cannot write one run`() throws {
  let root = try TemporaryFolder()
  let settings = try configuration()
  let run = RunFolder(root: root.path, configuration: settings)
  try makeFolder(run.path)
  let lock = try run.lock()
  let error = #expect(throws: FileError.self) { try train(settings, into: root.path) }
  #expect(error?.problem.contains("another lab process") == true)
  withExtendedLifetime(lock) {}
}

@Test func `compare recomputes what train reported from the stored policies`() throws {
  let root = try TemporaryFolder()
  let trained = try train(configuration(), into: root.path)
  let compared = try TrainingSession.compare(judged(trained.run), interruption: Interruption())
  #expect(compared.verdict.policies.last == trained.verdict.policies.last)
  #expect(compared.verdict.policies.average == trained.verdict.policies.average)
  #expect(compared.verdict.exact.certificate == trained.verdict.exact.certificate)
  #expect(compared.verdict.exact.status == .converged)
  // A policy changed behind the summary's back is seen.
  let path = trained.run.seedFolder(5).policyPath
  let game = trained.configuration.game
  let stored = try PolicyTable.read(path, game: game)
  try writeAtomically(
    PolicyTable.csv(
      game,
      [
        ("last", game.uniformProfile), ("average", stored["average"]!), ("best", stored["best"]!),
      ]), to: path)
  let changed = try TrainingSession.compare(judged(trained.run), interruption: Interruption())
  let uniform = try Certificate(game, game.uniformProfile).nashConv(under: game.initial)
  #expect(changed.verdict.policies.last.nashConv.perSeed[0] == uniform)
}

@Test func `metrics hold a row a point, and the average only in the second half`() throws {
  let root = try TemporaryFolder()
  let run = try train(configuration(), into: root.path).run
  let table = try CSVTable(path: run.seedFolder(5).metricsPath)
  let steps = try table.column("step").map { $0! }
  #expect(steps.count == 9)
  #expect(steps.last == 30000)
  let average = try table.column("average/equilibrium/nash_conv")
  for (step, value) in zip(steps, average) { #expect((value != nil) == (step > 15000)) }
  let lines = try readText(run.seedFolder(5).metricLinesPath).split(separator: "\n")
  #expect(lines.count == 9)
  for line in lines {
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }
}

@Test func `writing where nothing can be written is an error that leaves nothing`() throws {
  let root = try TemporaryFolder()
  let file = root.path + "/file"
  try writeAtomically("x", to: file)
  let error = #expect(throws: FileError.self) { try train(configuration(), into: file) }
  #expect(error?.isUsage == false)
  #expect(try readText(file) == "x")
}
