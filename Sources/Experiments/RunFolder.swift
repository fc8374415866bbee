internal import Configuration
internal import Foundation

/// The folder of one configuration: `<root>/<experiment>/<hash>`, with a folder per seed.
public struct RunFolder: Sendable {
  /// Its path.
  public let path: String
  /// The seed that a command's argument named, if it named one seed's folder.
  public let seed: UInt64?

  /// Wraps an existing or future folder.
  public init(path: String) {
    self.path = path
    seed = nil
  }

  /// The folder that a configuration's runs live in.
  init(root: String, configuration: some RunConfiguration) {
    path = "\(root)/\(configuration.header.experiment)/\(configuration.hash)"
    seed = nil
  }

  /// The run that a command's RUN argument names: a hash folder, or one seed's folder in it.
  ///
  /// - Throws: `FileError` if there is no run.
  public init(argument: String) throws {
    var path = argument
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    guard fileExists(path) else {
      throw FileError(
        argument, "no such run; `lab train` prints the folder of each run it makes", isUsage: true)
    }
    let name = URL(fileURLWithPath: path).lastPathComponent
    seed = name.hasPrefix("seed=") ? UInt64(name.dropFirst(5)) : nil
    if seed != nil {
      path = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
    }
    guard fileExists("\(path)/config.yaml") else {
      throw FileError(
        argument, "is not a run: it has no config.yaml; name a folder <root>/<experiment>/<hash>",
        isUsage: true)
    }
    self.path = path
  }

  /// The resolved configuration.
  var configurationPath: String { "\(path)/config.yaml" }
  /// The folder of a seed.
  func seedFolder(_ seed: UInt64) -> SeedFolder {
    SeedFolder(path: "\(path)/seed=\(seed)", seed: seed)
  }

  /// Makes the folder and stores the configuration; refuses a folder that holds another one.
  ///
  /// - Throws: `FileError`, `ConfigurationError`.
  func prepare<C: RunConfiguration>(_ configuration: C) throws {
    try makeFolder(path)
    if fileExists(configurationPath) {
      let stored = try C.read(path: configurationPath)
      guard stored.hash == configuration.hash else {
        throw FileError(
          path,
          "holds a run of another configuration (its config.yaml has fingerprint \(stored.hash), "
            + "not \(configuration.hash)); move it away or choose another --out", isUsage: true)
      }
      if stored.header.replicates >= configuration.header.replicates,
        stored.header.seed == configuration.header.seed
      {
        return
      }
    }
    try writeAtomically(try configuration.stored(in: path).yaml(), to: configurationPath)
  }

  /// Reads the stored configuration, refusing one that does not match the folder's name.
  ///
  /// - Throws: `FileError`, `ConfigurationError`.
  public func configuration() throws -> ExperimentConfiguration {
    try checked(
      ExperimentConfiguration(
        path: configurationPath, needs: [.game, .learner, .training, .evaluation]))
  }

  /// A configuration read from the folder, refused unless the folder is named after it.
  ///
  /// - Throws: `FileError`.
  func checked<C: RunConfiguration>(_ stored: C) throws -> C {
    let name = URL(fileURLWithPath: path).lastPathComponent
    guard stored.hash == name else {
      throw FileError(
        configurationPath,
        "has fingerprint \(stored.hash) but its folder is named \(name): it was edited or renamed; "
          + "restore it, or train again", isUsage: true)
    }
    return stored
  }

  /// Every seed's folder, in order of seeds.
  func seeds() -> [SeedFolder] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.compactMap { name -> SeedFolder? in
      guard name.hasPrefix("seed="), let seed = UInt64(name.dropFirst(5)) else { return nil }
      return seedFolder(seed)
    }.sorted { $0.seed < $1.seed }
  }

  /// Keeps other processes out of the folder until the returned lock goes away.
  ///
  /// - Throws: `FileError` if another process is at work there.
  func lock() throws -> FolderLock { try FolderLock(path: lockPath) }

  /// Whether somebody is at work in the folder.
  var isLocked: Bool { FolderLock.isHeld(path: lockPath) }

  private var lockPath: String { "\(path)/.lock" }
}

/// An advisory lock (`flock`) on a folder; the system drops it with the process, so nothing is left
/// behind by a crash.
final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock; a shared one keeps out only those who want it alone.
  ///
  /// - Parameter waits: whether to wait for whoever holds it: for locks that are held for a moment.
  /// - Throws: `FileError` if another process holds it.
  init(path: String, isShared: Bool = false, waits: Bool = false) throws {
    while true {
      let opened = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
      guard opened >= 0 else {
        throw FileError(path, "cannot be opened: \(String(cString: strerror(errno)))")
      }
      // A program being started by this process holds a copy of the descriptor for a moment, so one
      // refusal is not yet another process.
      var attempts = 0
      while flock(opened, (isShared ? LOCK_SH : LOCK_EX) | LOCK_NB) != 0 {
        attempts += 1
        if waits || attempts < 50 {
          usleep(20_000)
          continue
        }
        close(opened)
        throw FileError(path, "another lab process is writing this run; wait for it, or stop it")
      }
      if Self.isStillThere(opened, path) {
        descriptor = opened
        return
      }
      // Whoever held the lock removed the folder with it: a lock on a removed file keeps nobody out.
      close(opened)
      try makeFolder(URL(fileURLWithPath: path).deletingLastPathComponent().relativePath)
    }
  }

  /// Whether an open file is the one that its path names now.
  private static func isStillThere(_ descriptor: Int32, _ path: String) -> Bool {
    var (own, named) = (stat(), stat())
    return fstat(descriptor, &own) == 0 && stat(path, &named) == 0
      && own.st_dev == named.st_dev && own.st_ino == named.st_ino
  }

  deinit { close(descriptor) }

  /// Whether another process, or another part of this one, is at work in a folder. Nothing is created.
  static func isHeld(path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return false }
    // Closing it gives the lock back. Whoever asks for the lock meanwhile tries again.
    defer { close(descriptor) }
    return flock(descriptor, LOCK_EX | LOCK_NB) != 0
  }
}

/// The folder of one seed of a configuration.
struct SeedFolder: Sendable {
  let path: String
  let seed: UInt64

  var manifestPath: String { "\(path)/manifest.json" }
  var metricsPath: String { "\(path)/metrics.csv" }
  var metricLinesPath: String { "\(path)/metrics.jsonl" }
  var policyPath: String { "\(path)/policy.csv" }
  /// The policies' values, state by state.
  var valuePath: String { "\(path)/values.csv" }
  /// Policies and values as arrays.
  var policyArraysPath: String { "\(path)/policy.npz" }
  /// What TensorBoard reads: any name with `tfevents` in it, so one without host or clock.
  var eventPath: String { "\(path)/events.out.tfevents.lab" }
  /// The population of a mean-field run.
  var lawPath: String { "\(path)/law.csv" }
  var summaryPath: String { "\(path)/summary.json" }
  var checkpointPath: String { "\(path)/checkpoints/latest.json" }

  /// Whether training was finished here: the summary is written last.
  var isFinished: Bool { fileExists(summaryPath) }
  /// Whether anything is here.
  var exists: Bool { fileExists(path) }

  /// Removes everything. Throws `FileError`.
  func remove() throws {
    guard exists else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw FileError(path, "cannot be removed: \(error.localizedDescription)")
    }
  }

  /// The summary of a finished seed. Throws `FileError` if it cannot be read.
  func summary() throws -> SeedSummary { try summary(as: SeedSummary.self) }

  /// The summary of a finished seed of any kind of run.
  ///
  /// - Parameter command: what makes it.
  /// - Throws: `FileError` if it cannot be read.
  func summary<S: Decodable>(as type: S.Type, by command: String = "lab train") throws -> S {
    do {
      return try JSONDecoder().decode(S.self, from: readData(summaryPath))
    } catch let error as FileError {
      throw error
    } catch {
      throw FileError(
        summaryPath, "is damaged; run the same `\(command)` with --force to make it anew")
    }
  }
}
