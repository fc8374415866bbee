internal import Configuration
internal import Dispatch
internal import Foundation
internal import Statistics
internal import Synchronization

/// The running of a sweep's cells by one process.
struct SweepRun: Sendable {
  let configuration: SweepConfiguration
  let options: SweepOptions
  let folder: SweepFolder
  let interruption: Interruption
  let display: SweepDisplay

  /// What became of this process's cells.
  struct Tally: Sendable {
    var reused = 0
    var done = 0
    var failed: [Int] = []
    var unfinished = 0
    var isInterrupted = false
  }

  /// What the workers share.
  private final class Work: Sendable {
    let next = Atomic<Int>(0)
    let state: Mutex<State>

    init(_ manifest: SweepManifest) { state = Mutex(State(manifest: manifest)) }
  }

  private struct State {
    var manifest: SweepManifest
    var written = Date.distantPast
    /// What keeps cells from being stored at all.
    var fatal: (any Error)?
  }

  /// Runs this process's cells that are not done.
  ///
  /// - Throws: `FileError` if results cannot be stored.
  func perform(log: (String) -> Void) throws -> Tally {
    let own = configuration.cells.filter { options.shard?.holds($0) ?? true }
    if options.forces { for cell in own { folder.remove(cell.number) } }
    let (done, failed) = (folder.done, folder.failed)
    let open = own.filter { !done.contains($0.number) }
    let reused = own.count - open.count
    if reused > 0 {
      log(
        "reusing \(counted(reused, "finished cell")) in \(folder.path); --force runs "
          + "\(reused == 1 ? "it" : "them") anew")
    }
    let again = open.count { failed.contains($0.number) }
    if again > 0 { log("trying \(counted(again, "cell")) again that failed before") }

    let began = Date()
    let work = Work(
      SweepManifest(
        status: "running", generator: configuration.header.generator.rawValue,
        seed: configuration.header.seed, shard: options.shard.map { "\($0.index)/\($0.count)" },
        threads: options.threads, command_line: options.commandLine,
        cells: .init(
          total: configuration.cells.count, own: own.count, reused: reused, done: 0, failed: 0,
          pending: open.count), started: began.ISO8601Format()))
    try write(work, isFinal: true)
    display.begin(total: open.count, keys: configuration.keys.map(\.path), columns: columns)
    let stop = Interruption(under: interruption)
    let group = DispatchGroup()
    for _ in 0..<min(options.threads, open.count) {
      DispatchQueue.global().async(group: group) { drain(open, work, stop: stop) }
    }
    group.wait()
    display.end()

    let tally = work.state.withLock { state -> Tally in
      let cells = state.manifest.cells
      let isInterrupted = interruption.isRequested && cells.pending > 0
      state.manifest.failed.sort()
      state.manifest.status =
        isInterrupted ? "interrupted" : cells.failed > 0 ? "failed" : "finished"
      state.manifest.ended = Date().ISO8601Format()
      state.manifest.seconds = -began.timeIntervalSinceNow
      return Tally(
        reused: reused, done: cells.done, failed: state.manifest.failed, unfinished: cells.pending,
        isInterrupted: isInterrupted)
    }
    try write(work, isFinal: true)
    if let fatal = work.state.withLock({ $0.fatal }) { throw fatal }
    return tally
  }

  private var columns: SweepColumns { SweepColumns(configuration) }

  /// Takes cells in order until there are none.
  private func drain(_ open: [SweepCell], _ work: Work, stop: Interruption) {
    while !stop.isRequested {
      let index = work.next.add(1, ordering: .relaxed).oldValue
      guard index < open.count else { return }
      // Cells fill the cores; the last ones, fewer than cores, divide them among their seeds.
      let threads = max(1, options.threads / min(options.threads, open.count - index))
      run(open[index], threads: threads, work, stop: stop)
    }
  }

  private func run(_ cell: SweepCell, threads: Int, _ work: Work, stop: Interruption) {
    let began = Date()
    let display = display
    display.start(cell)
    var failure: SweepFailure?
    do {
      let data = try configuration.command.run(
        configuration.document(of: cell), source: configuration.source,
        context: SweepCellContext(
          root: options.root, threads: threads, forces: options.forces,
          commandLine: options.commandLine, interruption: stop,
          report: { display.update(cell, share: $0) }))
      guard let document = DocumentValue(json: data) else {
        preconditionFailure("a document is JSON")
      }
      try folder.store(data, of: cell.number)
      display.finish(SweepRow(cell, document: document, columns: columns), message: nil)
    } catch is TrainingStop {
      display.finish(nil, message: nil)
      return
    } catch {
      let made = SweepFailure(
        cell: cell.number, message: "\(error)", command: command(repeating: cell))
      failure = made
      do {
        try folder.store(made)
      } catch {
        fail(with: error, work, stop: stop)
      }
      display.finish(SweepRow(cell, outcome: .failed), message: made.message)
    }
    work.state.withLock { state in
      state.manifest.cells.pending -= 1
      state.manifest.cell_seconds["\(cell.number)"] = -began.timeIntervalSinceNow
      if failure == nil {
        state.manifest.cells.done += 1
      } else {
        state.manifest.cells.failed += 1
        state.manifest.failed.append(cell.number)
        if options.failsFast, !stop.isRequested { stop.request() }
      }
    }
    do {
      try write(work, isFinal: false)
    } catch {
      fail(with: error, work, stop: stop)
    }
  }

  private func fail(with error: any Error, _ work: Work, stop: Interruption) {
    work.state.withLock { state in
      if state.fatal == nil { state.fatal = error }
      if !stop.isRequested { stop.request() }
    }
  }

  /// Writes the manifest, at most once a second while cells are run.
  private func write(_ work: Work, isFinal: Bool) throws {
    try work.state.withLock { state in
      guard isFinal || -state.written.timeIntervalSinceNow > 1 else { return }
      state.written = Date()
      try writeAtomically(
        prettyJSON(state.manifest), to: folder.manifestPath(options.shard))
    }
  }

  /// The command that repeats a cell alone.
  func command(repeating cell: SweepCell) -> String {
    var words = [Sweep.program, configuration.command.name, folder.basePath]
    for (key, value) in zip(configuration.keys, cell.values) {
      let isPath = key.parts.last == "file" || key.parts.last == "run"
      words.append("\(key.path)=\((isPath ? absolutePath(value) : withAbsolutePaths(value)).flow)")
    }
    return (words + configuration.command.flags(root: options.root)).map(shellWord)
      .joined(separator: " ")
  }
}

/// `1 cell`, `3 cells`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
