import Foundation
import Testing

@testable import Experiments

/// What reports say of work that is not done, or not whole.
@Suite struct ReportStateTests {
  private func report(_ path: String) throws -> Report {
    try #require(try Report.make([path], reportContext()).first)
  }

  @Test func `an unfinished seed is named, and the others judged`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    try FileManager.default.removeItem(atPath: session.run.seedFolder(6).summaryPath)
    let report = try report(session.run.path)
    #expect(report.state == .unfinished)
    #expect(report.verdict.contains("The last policies of 1 seed have"))
    #expect(report.verdict.contains("1 of 2 seeds are unfinished"))
    #expect(report.warnings[0].contains("1 of 2 seeds have not finished"))
    #expect(
      try ReportPage([report]).html().contains("<span class=\"state unfinished\">unfinished</span>")
    )
  }

  @Test func `without a finished seed there is no verdict, but what was begun`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    for seed in session.run.seeds() { try FileManager.default.removeItem(atPath: seed.summaryPath) }
    let report = try report(session.run.path)
    #expect(report.state == .unfinished)
    #expect(report.verdict.hasPrefix("No seed has finished, so there is no verdict. 2 of 2 seeds"))
    #expect(report.charts.map(\.name) == ["nash_conv"])
    #expect(report.next.first?.hasSuffix("--resume") == true)
    #expect(report.sections.map(\.id).contains("provenance"))

    // Half a line at the end of a growing table is no damage.
    let metrics = session.run.seedFolder(5).metricsPath
    try (readText(metrics) + "12,").write(toFile: metrics, atomically: true, encoding: .utf8)
    #expect(try self.report(session.run.path).charts.map(\.name) == ["nash_conv"])
  }

  @Test func `an empty run, a run at work, and a run that failed say so`() throws {
    let folder = try TemporaryFolder()
    let configuration = try configuration()
    let run = RunFolder(root: folder.path, configuration: configuration)
    try run.prepare(configuration)
    #expect(try report(run.path).state == .empty)
    #expect(try report(run.path).verdict.contains("2 not begun"))
    do {
      let lock = try run.lock()
      #expect(try report(run.path).state == .running)
      withExtendedLifetime(lock) {}
    }
    #expect(try report(run.path).state == .empty)

    // A seed whose folder holds a file in the way of its metrics cannot be trained.
    try makeFolder(run.seedFolder(5).metricsPath)
    try "{}".write(
      toFile: run.seedFolder(5).manifestPath, atomically: true, encoding: .utf8)
    #expect(throws: FileError.self) {
      _ = try train(configuration, into: folder.path, resumes: true)
    }
    let failed = try report(run.path)
    #expect(failed.state == .failed)
    #expect(failed.warnings.contains { $0.contains("1 failed") })
    let seeds = try #require(failed.tables.first { $0.caption == "Every seed" })
    let row = try #require(seeds.row("5"))
    #expect(row[1] == "failed")
    #expect(row.last?.contains("metrics.csv") == true)
  }

  @Test func `damage is said, not thrown`() throws {
    let folder = try TemporaryFolder()
    let session = try train(configuration(), into: folder.path)
    let policy = session.run.seedFolder(5).policyPath
    let whole = try readText(policy)
    try "nothing".write(toFile: policy, atomically: true, encoding: .utf8)
    var report = try report(session.run.path)
    #expect(report.state == .damaged)
    #expect(report.verdict.contains("policy.csv"))
    #expect(report.sections.map(\.id).contains("configuration"))

    try whole.write(toFile: policy, atomically: true, encoding: .utf8)
    let configurationPath = session.run.configurationPath
    let yaml = try readText(configurationPath)
    try yaml.replacing("grid: 7", with: "grid: 9")
      .write(toFile: configurationPath, atomically: true, encoding: .utf8)
    report = try self.report(session.run.path)
    #expect(report.state == .damaged)
    #expect(report.verdict.contains("fingerprint"))

    try "game: [".write(toFile: configurationPath, atomically: true, encoding: .utf8)
    #expect(try self.report(session.run.path).warnings.isEmpty == false)
  }

  @Test func `what is no folder of the lab's is refused by name`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.self) { try Report.make([folder.path], reportContext()) }
    let error = #expect(throws: FileError.self) {
      try Report.make(["\(folder.path)/nothing"], reportContext())
    }
    #expect(error?.isUsage == true)
    let file = "\(folder.path)/x.json"
    try "no json".write(toFile: file, atomically: true, encoding: .utf8)
    #expect(throws: FileError.self) { try Report.make([file], reportContext()) }
  }
}
