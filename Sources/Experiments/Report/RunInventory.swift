internal import Foundation

/// How far the seeds of a run are, as its folder says without judging anything.
struct RunInventory: Sendable {
  /// How far one seed is.
  enum SeedState: String, Encodable, Sendable {
    /// Its summary is there.
    case finished
    /// A process is at work in the folder and has begun with it.
    case running
    /// It was stopped and left a checkpoint.
    case interrupted
    /// It ended in an error.
    case failed
    /// It was begun, and whoever began it is gone: killed, or out of power.
    case stopped
    /// Its folder is not there.
    case missing
  }

  /// One seed.
  struct Seed: Sendable {
    let folder: SeedFolder
    let state: SeedState
    /// `manifest.json`; null if there is none, or it cannot be read.
    let manifest: DocumentValue
  }

  /// The seeds, ascending: those with folders, and those that the configuration wants.
  let seeds: [Seed]
  /// Whether somebody is at work in the folder.
  let isLocked: Bool

  /// Looks at a run's folder.
  ///
  /// - Parameter wanted: the seeds of the configuration; empty if it cannot be read.
  init(_ run: RunFolder, wanted: [UInt64]) {
    let isLocked = run.isLocked
    self.isLocked = isLocked
    let there = run.seeds().map(\.seed)
    seeds = Set(there + wanted).sorted().map { seed in
      let folder = run.seedFolder(seed)
      let manifest = (try? DocumentValue(path: folder.manifestPath)) ?? .null
      return Seed(
        folder: folder, state: Self.state(folder, manifest, isLocked: isLocked), manifest: manifest)
    }
  }

  private static func state(
    _ folder: SeedFolder, _ manifest: DocumentValue, isLocked: Bool
  ) -> SeedState {
    guard folder.exists else { return .missing }
    if folder.isFinished { return .finished }
    switch manifest["status"].text {
    case "failed": return .failed
    case "interrupted": return .interrupted
    default: return isLocked ? .running : .stopped
    }
  }

  /// How many seeds are in a state.
  func count(_ state: SeedState) -> Int { seeds.count { $0.state == state } }

  /// The state of the whole run.
  var state: Report.State {
    if seeds.allSatisfy({ $0.state == .missing }) { return isLocked ? .running : .empty }
    if isLocked { return .running }
    if count(.failed) > 0 { return .failed }
    return seeds.allSatisfy { $0.state == .finished } ? .finished : .unfinished
  }

  /// What is not finished, in a sentence; nil if everything is.
  var remark: String? {
    let parts = [
      (SeedState.failed, "failed"), (.interrupted, "stopped with a checkpoint"),
      (.stopped, "stopped without a word (killed, perhaps)"), (.running, "being trained now"),
      (.missing, "not begun"),
    ].compactMap { state, words in
      count(state) > 0 ? "\(count(state)) \(words)" : nil
    }
    guard !parts.isEmpty else { return nil }
    return "\(seeds.count - count(.finished)) of \(seeds.count) "
      + "seed\(seeds.count == 1 ? "" : "s") have not finished: \(parts.joined(separator: ", "))."
  }

  /// Where the results came from: what all seeds share, then a row a seed.
  var provenance: [ReportBlock] {
    let manifests = seeds.map(\.manifest).filter { !$0.isNull }
    guard !manifests.isEmpty else { return [.text("No seed has a manifest.")] }
    func shared(_ key: String) -> String {
      let values = manifests.map { $0[key].isNull ? "not recorded" : $0[key].inline }
      let distinct = values.enumerated().filter { !values[..<$0.offset].contains($0.element) }
      return distinct.map(\.element).joined(separator: "; ")
    }
    var facts = [
      ReportFact("lab version", shared("version")), ReportFact("commit", shared("commit")),
      ReportFact("Swift", shared("swift")), ReportFact("GSL", shared("gsl")),
      ReportFact("generator", shared("generator")), ReportFact("threads", shared("threads")),
      ReportFact("machine", shared("host")),
    ]
    for (name, version) in manifests[0]["dependencies"].entries {
      facts.append(ReportFact(name, version.inline))
    }
    var blocks: [ReportBlock] = [.facts(facts)]
    var lines: [String] = []
    for manifest in manifests {
      let words = manifest["command_line"].list.compactMap(\.text).map(shellWord)
      let line = words.joined(separator: " ")
      if !line.isEmpty, !lines.contains(line) { lines.append(line) }
    }
    if !lines.isEmpty {
      blocks.append(.code(lines.joined(separator: "\n"), caption: "Command lines as they were"))
    }
    let hasErrors = manifests.contains { !$0["error"].isNull }
    var table = ReportTable(
      "Every seed",
      ["seed", "state", "began", "ended", "seconds"] + (hasErrors ? ["error"] : []),
      textColumns: [0, 1, 2, 3, 5])
    for seed in seeds {
      guard table.rows.count < TrainingSections.shownSeeds else {
        table.omitted += 1
        continue
      }
      let manifest = seed.manifest
      table.add(
        [
          .init("\(seed.folder.seed)"),
          .init(
            seed.state.rawValue,
            seed.state == .finished ? .good : seed.state == .failed ? .bad : .plain),
          .init(manifest["started"].text ?? ""), .init(manifest["ended"].text ?? ""),
          .init(manifest["seconds"].number.map { decimal($0, 2) } ?? ""),
        ] + (hasErrors ? [.init(manifest["error"].text ?? "", .bad)] : []))
    }
    blocks.append(.table(table))
    return blocks
  }

  /// The commit that all manifests agree on, if it is that of sources as committed.
  var commit: String? {
    let found = Set(seeds.compactMap { $0.manifest["commit"].text })
    guard found.count == 1, let commit = found.first, !commit.hasSuffix("-dirty") else {
      return nil
    }
    return commit
  }
}
