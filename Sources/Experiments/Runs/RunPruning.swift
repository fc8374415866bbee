public import Foundation

/// Which runs `lab prune` removes, and the removing.
public struct RunPruning: Sendable {
  /// What a user asks for; all that is said must hold of a run.
  public struct Criteria: Sendable {
    /// Only runs of this experiment.
    public var experiment: String?
    /// Only runs in which nothing changed for so many seconds.
    public var olderThan: Double?
    /// Keep so many of each experiment's runs of a kind, those that changed last.
    public var keepLatest: Int?
    /// Remove what is unfinished: seeds without a result, and runs in which no seed has one.
    public var isUnfinishedOnly = false
    /// Remove checkpoints of unfinished seeds, which then cannot go on, and nothing else.
    public var isCheckpointsOnly = false

    /// Asks for nothing yet.
    public init() {}

    /// Whether anything was asked for.
    public var isEmpty: Bool {
      experiment == nil && olderThan == nil && keepLatest == nil && !isUnfinishedOnly
        && !isCheckpointsOnly
    }
  }

  /// Something to remove.
  public struct Item: Encodable, Sendable {
    /// The folder.
    public var path: String
    /// What it is: `run`, `unfinished seed`, `checkpoints`.
    public var what: String
    /// Bytes that go.
    public var bytes: Int
    /// The run that it belongs to.
    var run: String
  }

  /// The folder above experiments, without links in its path.
  private let root: String
  /// What would be removed, in order.
  public let items: [Item]
  /// What would be, but must not: its path and why.
  public private(set) var refused: [(path: String, why: String)] = []

  /// Works out what to remove; nothing is touched.
  ///
  /// Only folders that `RunListing` knows as runs are ever considered: never a study's own files, nor
  /// anything behind a link.
  /// - Throws: `FileError` if the folder is missing.
  public init(root: String, _ criteria: Criteria, now: Date = Date()) throws {
    let listing = try RunListing(root: root, now: now)
    guard let real = canonical(root) else { throw FileError(root, "cannot be followed") }
    self.root = real
    var chosen = listing.runs.filter { run in
      run.kind != StudySource.kind
        && (criteria.experiment == nil || run.experiment == criteria.experiment)
    }
    if let keep = criteria.keepLatest {
      // A sweep is no newer version of its cells' runs.
      let groups = Dictionary(grouping: chosen) { "\($0.kind)/\($0.experiment)" }
      let kept = Set(
        groups.values.flatMap { runs in
          runs.sorted { ($0.age, $0.name) < ($1.age, $1.name) }.prefix(keep).map(\.path)
        })
      chosen.removeAll { kept.contains($0.path) }
    }
    if let age = criteria.olderThan { chosen.removeAll { $0.age < age } }
    var items: [Item] = []
    for run in chosen {
      if let why = Self.refusal(run.path, root: real) {
        refused.append((run.path, why))
        continue
      }
      items += Self.parts(run, criteria)
    }
    self.items = items
  }

  /// What of a run is to go.
  private static func parts(_ run: RunListing.Entry, _ criteria: Criteria) -> [Item] {
    let seeds = RunFolder(path: run.path).seeds()
    if criteria.isCheckpointsOnly {
      return seeds.compactMap { seed in
        let path = "\(seed.path)/checkpoints"
        guard isDirectory(path), !isLink(path), !isLink(seed.path) else { return nil }
        return Item(
          path: path, what: "checkpoints", bytes: RunListing.size(path, inside: nil).bytes,
          run: run.path)
      }
    }
    guard criteria.isUnfinishedOnly else {
      return [Item(path: run.path, what: "run", bytes: run.bytes, run: run.path)]
    }
    // What cannot be read may hold results all the same: only the folder itself can tell.
    if run.state != .damaged, run.state != .finished, !holdsResults(run.path) {
      return [Item(path: run.path, what: withoutResult, bytes: run.bytes, run: run.path)]
    }
    return seeds.filter { !$0.isFinished && !isLink($0.path) }.map {
      Item(
        path: $0.path, what: "unfinished seed",
        bytes: RunListing.size($0.path, inside: nil).bytes, run: run.path)
    }
  }

  private static let withoutResult = "run without a result"

  /// Whether a finished seed, a summary or the document of a sweep's cell is in a run's folder.
  private static func holdsResults(_ path: String) -> Bool {
    let cells = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/cells")) ?? []
    let seeds = RunFolder(path: path).seeds()
    // A summary over seeds says what they said; without them it is all there is.
    return !cells.isEmpty || seeds.contains(where: \.isFinished)
      || seeds.isEmpty && fileExists("\(path)/summary.json")
  }

  /// Why a folder must not be touched; nil if it may.
  private static func refusal(_ path: String, root: String) -> String? {
    guard !isLink(path) else { return "is a link" }
    guard let real = canonical(path), real.hasPrefix(root + "/") else {
      return "leads out of \(root)"
    }
    if RunFolder(path: path).isLocked { return "somebody is at work there" }
    let experiment = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    return atWork(experiment).map {
      "belongs to an experiment of which \($0) is being run; wait for it, or stop it"
    }
  }

  /// The study or sweep of an experiment's folder that a process is at work on: it holds no lock on a
  /// run between that run's end and the table that is made of all; nil if there is none.
  private static func atWork(_ experiment: String) -> String? {
    if RunFolder(path: experiment).isLocked { return "a study" }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: experiment)) ?? []
    let sweep = names.sorted().first {
      $0.hasPrefix("sweep-") && RunFolder(path: "\(experiment)/\($0)").isLocked
    }
    return sweep.map { "the sweep \(printable($0))" }
  }

  /// Removes everything, each run under its lock.
  ///
  /// - Parameter log: told of each removal.
  /// - Returns: bytes freed, and what could not be removed.
  public func perform(
    log: (String) -> Void
  ) -> (freed: Int, failures: [(path: String, why: String)]) {
    var freed = 0
    var failures = refused
    for item in items {
      do {
        // What happened since the plan was made counts: a lock, a link, a seed that finished.
        if let why = Self.refusal(item.run, root: root) { throw FileError(item.run, why) }
        let run = RunFolder(path: item.run)
        let lock = try run.lock()
        defer { withExtendedLifetime(lock) {} }
        guard !isLink(item.path) else { throw FileError(item.path, "is a link") }
        if item.what == "unfinished seed", fileExists("\(item.path)/summary.json") {
          throw FileError(item.path, "has finished in the meantime")
        }
        if item.what == Self.withoutResult, Self.holdsResults(item.path) {
          throw FileError(item.path, "has a result in the meantime")
        }
        // Half a folder must not look like a run: it is out of sight before anything in it goes.
        let url = URL(fileURLWithPath: item.path)
        let hidden =
          url.deletingLastPathComponent().relativePath + "/.removing-" + url.lastPathComponent
        guard rename(item.path, hidden) == 0 else {
          throw FileError(item.path, "cannot be removed: \(String(cString: strerror(errno)))")
        }
        try FileManager.default.removeItem(atPath: hidden)
        freed += item.bytes
        log("removed \(printable(item.path)) (\(shortSize(item.bytes)))")
        removeIfEmpty(URL(fileURLWithPath: item.run).deletingLastPathComponent().relativePath)
      } catch let error as FileError {
        failures.append((error.path, error.problem))
      } catch {
        failures.append((item.path, "cannot be removed: \(error.localizedDescription)"))
      }
    }
    return (freed, failures)
  }

  /// An experiment without runs is nothing, and the lock of a study without a study neither.
  private func removeIfEmpty(_ experiment: String) {
    let names = try? FileManager.default.contentsOfDirectory(atPath: experiment)
    if names == [".lock"], let lock = try? RunFolder(path: experiment).lock() {
      unlink("\(experiment)/.lock")
      withExtendedLifetime(lock) {}
    }
    rmdir(experiment)
  }
}

/// A path without links; nil if it leads nowhere.
func canonical(_ path: String) -> String? {
  guard let real = realpath(path, nil) else { return nil }
  defer { free(real) }
  return String(cString: real)
}

extension RunPruning {
  /// What would be, or was, removed, as `--json` prints it.
  public func document(freed: Int?, failures: [(path: String, why: String)]) -> Document {
    Document(
      items: items, freed: freed, bytes: items.reduce(0) { $0 + $1.bytes },
      refused: failures.map { Document.Refusal(path: $0.path, why: $0.why) })
  }

  /// `lab prune --json`.
  public struct Document: Encodable, Sendable {
    struct Refusal: Encodable {
      var path: String
      var why: String
    }
    var schema = "equilibrium-lab/prune/1"
    var command = "prune"
    var items: [Item]
    /// Bytes freed; null where nothing was removed because `--yes` was not said.
    @OrNull var freed: Int?
    /// Bytes that all items hold.
    var bytes: Int
    var refused: [Refusal]
  }

  /// The table a person reads.
  public func text(_ style: TerminalStyle) -> String {
    guard !items.isEmpty else { return "nothing to remove" }
    // Paths last and whole, so that they can be taken from here.
    let sizes = items.map { shortSize($0.bytes) }
    let (first, second) = (sizes.map(\.count).max()!, items.map(\.what.count).max()!)
    let lines = zip(items, sizes).map { item, size in
      String(repeating: " ", count: first - size.count) + size + "  " + item.what
        + String(repeating: " ", count: second - item.what.count) + "  " + printable(item.path)
    }
    let bytes = shortSize(items.reduce(0) { $0 + $1.bytes })
    return style.letters(
      lines.joined(separator: "\n") + "\n\n\(items.count) to remove, \(bytes) in all")
  }
}

/// Seconds in `90s`, `30min`, `12h`, `30d`, `2w`; nil for anything else.
public func ageSeconds(_ text: String) -> Double? {
  for (unit, seconds) in [
    ("min", 60.0), ("s", 1), ("h", 3600), ("d", 86_400), ("w", 604_800),
  ] where text.hasSuffix(unit) {
    guard let count = Double(text.dropLast(unit.count)), count.isFinite, count >= 0 else {
      return nil
    }
    return count * seconds
  }
  return nil
}
