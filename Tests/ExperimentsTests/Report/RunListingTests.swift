import Foundation
import Testing

@testable import Experiments

@Suite struct RunListingTests {
  private let plain = TerminalStyle.plain

  /// Two finished runs of one experiment, in a folder of their own.
  private func trained(_ folder: TemporaryFolder) throws -> [TrainingSession] {
    try [[], ["learner.step_size=0.4"]].map {
      try train(configuration(smallRace, $0 + ["training.steps=2000"]), into: folder.path)
    }
  }

  private func age(_ path: String, days: Double) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      try FileManager.default.setAttributes(
        [.modificationDate: Date(timeIntervalSinceNow: -86_400 * days)],
        ofItemAtPath: "\(path)/\(name)")
    }
  }

  @Test func `every run is listed with its state, damaged ones as such`() throws {
    let folder = try TemporaryFolder()
    let sessions = try trained(folder)
    try FileManager.default.removeItem(atPath: sessions[1].run.seedFolder(6).summaryPath)
    let damaged = "\(folder.path)/small/0123456789abcdef"
    try makeFolder("\(damaged)/seed=1")
    // What is not a run is not listed, and a link is not followed.
    for name in ["notes", "aaaabbbbccccdddd"] {
      try makeFolder("\(folder.path)/small/\(name)")
      try "mine".write(
        toFile: "\(folder.path)/small/\(name)/x.txt", atomically: true, encoding: .utf8)
    }
    try "game: {}".write(
      toFile: "\(folder.path)/small/notes/config.yaml", atomically: true, encoding: .utf8)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/small/fedcba9876543210", withDestinationPath: sessions[0].run.path)
    let listing = try RunListing(root: folder.path)
    let byName = Dictionary(uniqueKeysWithValues: listing.runs.map { ($0.path, $0) })
    #expect(byName.count == 3)
    let first = try #require(byName[sessions[0].run.path])
    #expect(first.kind == "train" && first.state == .finished && first.finished == 2)
    #expect(first.measure == "NashConv")
    #expect(first.value == sessions[0].verdict.policies.last.nashConv.iqm)
    #expect(first.game == "compute-race" && first.method == "q-learning")
    #expect(first.age >= 0 && first.age < 3600)
    let bytes = try FileManager.default.subpathsOfDirectory(atPath: first.path).map {
      try FileManager.default.attributesOfItem(atPath: "\(first.path)/\($0)")
    }.filter { $0[.type] as? FileAttributeType == .typeRegular }.reduce(0) {
      $0 + ($1[.size] as! Int)
    }
    #expect(first.bytes == bytes)
    let second = try #require(byName[sessions[1].run.path])
    #expect(second.state == .unfinished && second.finished == 1 && second.unfinished == 1)
    let third = try #require(byName[damaged])
    #expect(third.state == .damaged && third.problem?.contains("config.yaml") == true)
    let text = listing.text(plain)
    for line in text.split(separator: "\n")
    where !line.contains("config.yaml") && !line.contains(folder.path) {
      #expect(line.count <= 80, "\(line)")
    }
    #expect(text.contains("damaged") && text.contains("1/2") && text.contains("3 in "))
    #expect(throws: FileError.self) { try RunListing(root: "\(folder.path)/none") }
  }

  private func prune(
    _ root: String, _ change: (inout RunPruning.Criteria) -> Void
  ) throws -> RunPruning {
    var criteria = RunPruning.Criteria()
    change(&criteria)
    return try RunPruning(root: root, criteria)
  }

  @Test func `criteria choose, and planning touches nothing`() throws {
    let folder = try TemporaryFolder()
    let sessions = try trained(folder)
    try age(sessions[0].run.path, days: 40)
    let old = sessions[0].run.path
    #expect(try prune(folder.path) { $0.olderThan = 30 * 86_400 }.items.map(\.path) == [old])
    #expect(try prune(folder.path) { $0.olderThan = 50 * 86_400 }.items.isEmpty)
    #expect(try prune(folder.path) { $0.keepLatest = 1 }.items.map(\.path) == [old])
    #expect(
      try prune(folder.path) {
        $0.keepLatest = 2
        $0.olderThan = 0
      }.items.isEmpty)
    #expect(try prune(folder.path) { $0.experiment = "other" }.items.isEmpty)
    #expect(try prune(folder.path) { $0.experiment = "small" }.items.count == 2)
    #expect(try prune(folder.path) { $0.isUnfinishedOnly = true }.items.isEmpty)
    for session in sessions { #expect(fileExists(session.run.seedFolder(5).summaryPath)) }
  }

  @Test func `what is unfinished goes seed by seed, and checkpoints alone`() throws {
    let folder = try TemporaryFolder()
    let sessions = try trained(folder)
    let (kept, half) = (sessions[0].run, sessions[1].run)
    try FileManager.default.removeItem(atPath: half.seedFolder(6).summaryPath)
    try makeFolder("\(half.seedFolder(6).path)/checkpoints")
    try Data(repeating: 1, count: 1000).write(
      to: URL(fileURLWithPath: half.seedFolder(6).checkpointPath))
    let checkpoints = try prune(folder.path) { $0.isCheckpointsOnly = true }
    #expect(checkpoints.items.map(\.bytes) == [1000])
    #expect(checkpoints.perform { _ in }.freed == 1000)
    #expect(fileExists(half.seedFolder(6).metricsPath))
    let unfinished = try prune(folder.path) { $0.isUnfinishedOnly = true }
    #expect(unfinished.items.map(\.path) == [half.seedFolder(6).path])
    #expect(unfinished.perform { _ in }.failures.isEmpty)
    #expect(!half.seedFolder(6).exists && half.seedFolder(5).isFinished)
    #expect(kept.seedFolder(6).isFinished)
    // Of a run without a result nothing stays.
    try FileManager.default.removeItem(atPath: half.seedFolder(5).summaryPath)
    #expect(
      try prune(folder.path) { $0.isUnfinishedOnly = true }.items.map(\.path) == [half.path])
  }

  @Test func `what somebody works on, links and other folders stay`() throws {
    let (folder, other) = (try TemporaryFolder(), try TemporaryFolder())
    let sessions = try trained(folder)
    let elsewhere = try trained(other)[0]
    try makeFolder("\(folder.path)/small/notes")
    try "mine".write(
      toFile: "\(folder.path)/small/notes/config.txt", atomically: true, encoding: .utf8)
    // A whole experiment behind a link, and a run behind one.
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/linked", withDestinationPath: "\(other.path)/small")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/small/fedcba9876543210", withDestinationPath: elsewhere.run.path)
    // A link inside a run is removed; what it leads to is not.
    try FileManager.default.createSymbolicLink(
      atPath: "\(sessions[1].run.path)/outside", withDestinationPath: elsewhere.run.path)
    do {
      let lock = try sessions[0].run.lock()
      let plan = try prune(folder.path) { $0.olderThan = 0 }
      #expect(plan.items.map(\.path) == [sessions[1].run.path])
      #expect(plan.refused.map(\.path) == [sessions[0].run.path])
      let (freed, failures) = plan.perform { _ in }
      #expect(freed == plan.items[0].bytes)
      #expect(failures.map(\.why) == ["somebody is at work there"])
      withExtendedLifetime(lock) {}
    }
    #expect(!fileExists(sessions[1].run.path))
    #expect(sessions[0].run.seedFolder(5).isFinished)
    for name in ["notes/config.txt", "fedcba9876543210"] {
      #expect(fileExists("\(folder.path)/small/\(name)"))
    }
    #expect(elsewhere.run.seedFolder(5).isFinished && fileExists("\(folder.path)/linked"))
    // An experiment without anything goes with its last run.
    _ = try prune(other.path) { $0.olderThan = 0 }.perform { _ in }
    #expect(!fileExists("\(other.path)/small"))
  }

  @Test func `runs of an experiment that a sweep or study is at work on stay`() throws {
    let folder = try TemporaryFolder()
    let runs = try trained(folder).map(\.run)
    let experiment = "\(folder.path)/small"
    let sweep = RunFolder(path: "\(experiment)/sweep-0123456789abcdef")
    try makeFolder(sweep.path)
    try writeAtomically("experiment: small\n", to: "\(sweep.path)/sweep.yaml")
    let plan = try prune(folder.path) { $0.olderThan = 0 }
    #expect(plan.items.count == 3)
    for (folder, word) in [
      (sweep, "the sweep sweep-0123"), (RunFolder(path: experiment), "a study"),
    ] {
      let lock = try folder.lock()
      // Planned before and after it began.
      #expect(plan.perform { _ in }.freed == 0)
      let late = try prune(self.root(of: experiment)) { $0.olderThan = 0 }
      #expect(late.items.count { $0.what == "run" && runs.map(\.path).contains($0.path) } == 0)
      #expect(late.refused.contains { $0.path == runs[0].path && $0.why.contains(word) })
      withExtendedLifetime(lock) {}
    }
    for run in runs { #expect(run.seedFolder(5).isFinished) }
    #expect(try prune(folder.path) { $0.olderThan = 0 }.perform { _ in }.failures.isEmpty)
    // Neither the lock of the study nor the experiment outlives its runs.
    #expect(!fileExists(experiment))
  }

  private func root(of experiment: String) -> String {
    URL(fileURLWithPath: experiment).deletingLastPathComponent().path
  }

  @Test(arguments: [
    ("90s", 90.0), ("30min", 1800), ("12h", 43_200), ("30d", 2_592_000), ("2w", 1_209_600),
    ("1.5d", 129_600),
  ])
  func `ages are read`(text: String, seconds: Double) { #expect(ageSeconds(text) == seconds) }

  @Test(arguments: ["", "30", "d", "-1d", "30 days", "infd", "1y"])
  func `other ages are refused`(text: String) { #expect(ageSeconds(text) == nil) }

  @Test func `sizes and ages are short`() {
    #expect(
      [512, 1500, 99_999, 3_400_000, 2_000_000_000].map(shortSize) == [
        "512 B", "1.5 kB", "100 kB", "3.4 MB", "2.0 GB",
      ])
    #expect([5.0, 300, 7200, 500_000, 1e8].map(shortAge) == ["5 s", "5 min", "2 h", "5 d", "3 y"])
  }
}
