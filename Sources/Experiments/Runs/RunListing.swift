public import Foundation

/// The runs under a folder: what `lab list runs` shows, and what `lab prune` chooses from.
public struct RunListing: Encodable, Sendable {
  /// One run, study or sweep.
  public struct Entry: Encodable, Sendable {
    /// Its folder.
    public var path: String
    /// The folder above it.
    public var experiment: String
    /// The folder's own name: the fingerprint of a run's configuration.
    public var name: String
    /// `train`, `mean-field`, `study`, …
    public var kind: String
    /// What is played.
    public var game: String
    /// Who learns, or what is done.
    public var method: String
    /// How far it is.
    public var state: Report.State
    /// Seeds, or other units of work, that are finished.
    public var finished: Int
    /// Those that are not, and did not fail.
    public var unfinished: Int
    /// Those that ended in an error.
    public var failed: Int
    /// The name of the number to know it by; null before there is one.
    @OrNull public var measure: String?
    /// That number.
    @OrNull public var value: Double?
    /// What is damaged; null if nothing is.
    @OrNull public var problem: String?
    /// Bytes on disk, in files.
    public var bytes: Int
    /// When a file in it last changed.
    public var changed: String
    /// Seconds since then.
    public var age: Double
  }

  /// The folder above experiments.
  public let root: String
  /// Every run, by experiment and name.
  public let runs: [Entry]

  /// Looks through a folder of experiments. Links are not followed.
  ///
  /// Cost: reads every run's configuration and summary, and the size of every file.
  /// - Throws: `FileError` if the folder is missing.
  public init(root: String, now: Date = Date()) throws {
    guard isDirectory(root) else {
      throw FileError(
        root, "no such folder; `lab train` makes it, or name another with --root", isUsage: true)
    }
    self.root = root
    var runs: [Entry] = []
    for experiment in Self.folders(root) {
      let path = "\(root)/\(experiment)"
      let own = Self.entry(path, experiment: experiment, isExperiment: true, now: now)
      if let own { runs.append(own) }
      for name in Self.folders(path) where name != "plots" {
        if let entry = Self.entry(
          "\(path)/\(name)", experiment: experiment, isExperiment: false, now: now)
        {
          runs.append(entry)
        }
      }
    }
    self.runs = runs
  }

  /// Names of the folders in a folder that are neither links nor hidden, in order.
  private static func folders(_ path: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter { name in
      !name.hasPrefix(".") && !isLink("\(path)/\(name)") && isDirectory("\(path)/\(name)")
    }.sorted()
  }

  /// - Parameter isExperiment: the folder of an experiment may be a study; its runs are inside.
  private static func entry(
    _ path: String, experiment: String, isExperiment: Bool, now: Date
  ) -> Entry? {
    guard let place = try? ReportPlace(path) else { return nil }
    // Other folders are no business of the lab's.
    guard isExperiment || isRun(place) else { return nil }
    var (kind, facts) = ("damaged", RunFacts(problem: "config.yaml is missing or cannot be read"))
    if let source = try? place.source() {
      let own = type(of: source).kind
      if own != FolderSource.kind {
        (kind, facts) = (own, source.facts)
      } else if let document = place.documentKind {
        (kind, facts) = (document, source.facts)
      } else if place.configurationKeys != nil {
        (kind, facts) = (own, source.facts)
      }
    }
    if isExperiment, kind != StudySource.kind { return nil }
    let size = isExperiment ? Self.size(path, inside: ["plots"]) : Self.size(path, inside: nil)
    return Entry(
      path: path, experiment: experiment, name: isExperiment ? "(study)" : place.name,
      kind: kind, game: facts.game, method: facts.method,
      state: facts.problem == nil ? facts.state : .damaged, finished: facts.done,
      unfinished: facts.open, failed: facts.failed, measure: facts.measure?.name,
      value: facts.measure.flatMap { $0.value.isFinite ? $0.value : nil }, problem: facts.problem,
      bytes: size.bytes, changed: size.changed.ISO8601Format(),
      age: max(0, now.timeIntervalSince(size.changed)))
  }

  /// Whether a folder is the lab's: its name is a fingerprint, and something in it is what a run has.
  private static func isRun(_ place: ReportPlace) -> Bool {
    let name = place.name.hasPrefix("sweep-") ? place.name.dropFirst(6) : place.name[...]
    return isFingerprint(name)
      && (place.has("config.yaml") || place.has("sweep.yaml") || place.documentKind != nil
        || !RunFolder(path: place.path).seeds().isEmpty)
  }

  /// Whether a name is a fingerprint: 16 hexadecimal digits.
  static func isFingerprint(_ name: some StringProtocol) -> Bool {
    name.utf8.count == 16 && name.allSatisfy { $0.isHexDigit && !$0.isUppercase }
  }

  /// Bytes in a folder's files, and when one last changed: of all below it, or of its own and those
  /// in some folders.
  static func size(_ path: String, inside: [String]?) -> (bytes: Int, changed: Date) {
    var bytes = 0
    var changed = Date(timeIntervalSince1970: 0)
    func count(_ file: String) {
      var status = stat()
      guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
      bytes += Int(status.st_size)
      // A report that is written does not make a run younger.
      guard !file.hasSuffix("/report.html"), !file.contains("/.lock") else { return }
      changed = max(
        changed,
        Date(
          timeIntervalSince1970: Double(status.st_mtim.tv_sec) + 1e-9
            * Double(status.st_mtim.tv_nsec)))
    }
    if let inside {
      for folder in [path] + inside.map({ "\(path)/\($0)" }) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
          count("\(folder)/\(name)")
        }
      }
    } else {
      for name in (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? [] {
        count("\(path)/\(name)")
      }
    }
    return (bytes, changed)
  }
}

/// Whether a path is a symbolic link, whatever it leads to.
func isLink(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

extension RunListing {
  /// The table a person reads, with a heading an experiment.
  public func text(_ style: TerminalStyle) -> String {
    guard !runs.isEmpty else {
      return "no runs in \(root); `lab train configs/qlearn.yaml` makes one"
    }
    var table = ReportTable(
      "", ["run", "what", "done", "result", "age", "size"], textColumns: [0, 1])
    var experiment: String?
    for run in runs {
      if run.experiment != experiment {
        table.add(heading: run.experiment)
        experiment = run.experiment
      }
      let all = run.finished + run.unfinished + run.failed
      let what =
        run.problem ?? [run.game, run.method].filter { !$0.isEmpty }.joined(separator: ", ")
      table.add([
        .init(run.name), .init(run.kind == "train" ? what : "\(run.kind): \(what)"),
        .init(
          run.state == .damaged || run.state == .failed || run.state == .running
            ? run.state.rawValue : all == 0 ? "" : "\(run.finished)/\(all)",
          run.state == .finished
            ? .good : run.state == .damaged || run.state == .failed ? .bad : .plain),
        .init(run.value.map(brief) ?? ""), .init(shortAge(run.age)), .init(shortSize(run.bytes)),
      ])
    }
    let bytes = runs.reduce(0) { $0 + $1.bytes }
    return ReportText(style: style).text(table)
      + "\n\n\(runs.count) in \(root), \(shortSize(bytes)). Result: NashConv of the last policies, or "
      + style.letters("|m − m*|") + "."
  }
}

/// `12 s`, `5 min`, `3 h`, `12 d`, `2 y`.
func shortAge(_ seconds: Double) -> String {
  switch seconds {
  case ..<100: "\(Int(seconds)) s"
  case ..<6000: "\(Int(seconds / 60)) min"
  case ..<172_800: "\(Int(seconds / 3600)) h"
  case ..<63_072_000: "\(Int(seconds / 86_400)) d"
  default: "\(Int(seconds / 31_536_000)) y"
  }
}

/// `512 B`, `12 kB`, `3.4 MB`, in powers of ten.
public func shortSize(_ bytes: Int) -> String {
  let number = Double(bytes)
  for (unit, name) in [(1e9, "GB"), (1e6, "MB"), (1e3, "kB")] where number >= unit {
    return "\(decimal(number / unit, number < 10 * unit ? 1 : 0)) \(name)"
  }
  return "\(bytes) B"
}
