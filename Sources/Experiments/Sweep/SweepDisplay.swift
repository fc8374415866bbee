internal import Foundation
internal import Synchronization

/// Shows a person on standard error how far a sweep is.
///
/// On a terminal: the last finished cells as a table and, below it, a line with the share done, the
/// rate and the time left, redrawn in place. Elsewhere a line at every tenth, and one a failure. Safe
/// to call from several threads.
public final class SweepDisplay: Sendable {
  private struct State {
    var total = 0
    var keys: [String] = []
    var columns: SweepColumns?
    var finished = 0
    var failed = 0
    var running: [Int: Double] = [:]
    var rows: [SweepRow] = []
    var began = Date()
    var drawn = Date.distantPast
    /// Lines on the terminal that are ours.
    var lines = 0
    var tenth = 0
  }

  private let state = Mutex(State())
  private let isSilent: Bool
  private let style: TerminalStyle

  /// Creates a display; nothing is shown yet.
  public init(isSilent: Bool) {
    self.isSilent = isSilent
    style = TerminalStyle(descriptor: STDERR_FILENO)
  }

  /// Starts the clock.
  func begin(total: Int, keys: [String], columns: SweepColumns) {
    state.withLock {
      $0 = State()
      ($0.total, $0.keys, $0.columns) = (total, keys, columns)
    }
  }

  /// A cell is being run.
  func start(_ cell: SweepCell) { update(cell, share: 0) }

  /// A cell is so far.
  func update(_ cell: SweepCell, share: Double) {
    guard !isSilent else { return }
    state.withLock { state in
      state.running[cell.number] = share
      if style.isRewritable { redraw(&state, isForced: false) }
    }
  }

  /// A cell has come to its end; nil if it was interrupted.
  func finish(_ row: SweepRow?, message: String?) {
    guard !isSilent, let row else { return }
    state.withLock { state in
      state.running[row.cell.number] = nil
      state.finished += 1
      if message != nil { state.failed += 1 }
      if style.isRewritable {
        state.rows.append(row)
        if state.rows.count > Self.mostRows { state.rows.removeFirst() }
        redraw(&state, isForced: state.finished == state.total)
        return
      }
      if let message {
        let first = message.split(separator: "\n").first.map(String.init) ?? message
        write(style.letters("cell \(row.cell.number) failed: \(first)") + "\n")
      }
      let tenth = 10 * state.finished / max(1, state.total)
      if tenth > state.tenth {
        state.tenth = tenth
        write(style.letters(Self.statusLine(state)) + "\n")
      }
    }
  }

  /// Clears what was shown on a terminal.
  func end() {
    guard !isSilent, style.isRewritable else { return }
    state.withLock { state in
      write(Self.cleared(state.lines))
      state.lines = 0
    }
  }

  /// Rows kept for the table.
  private static let mostRows = 200

  private func redraw(_ state: inout State, isForced: Bool) {
    guard isForced || -state.drawn.timeIntervalSinceNow > 0.1, let columns = state.columns else {
      return
    }
    state.drawn = Date()
    let width = style.columns
    var lines: [String] = []
    let room = Self.terminalHeight - 4
    if room > 0, !state.rows.isEmpty {
      let rows = state.rows.suffix(room).sorted { $0.cell.number < $1.cell.number }
      let table = SweepTable(keys: state.keys, rows: rows, columns: columns)
      lines = table.text(rows: room).split(separator: "\n").map(String.init)
    }
    lines.append(Self.statusLine(state))
    write(
      Self.cleared(state.lines)
        + lines.map { String(style.letters($0).prefix(max(20, width - 1))) }
        .joined(separator: "\n"))
    state.lines = lines.count
  }

  /// Moves to the first of our lines and clears from there on.
  private static func cleared(_ lines: Int) -> String {
    lines == 0 ? "" : "\r" + (lines > 1 ? "\u{1B}[\(lines - 1)A" : "") + "\u{1B}[J"
  }

  private static func statusLine(_ state: State) -> String {
    let seconds = -state.began.timeIntervalSinceNow
    let done = Double(state.finished) + state.running.values.reduce(0, +)
    let share = min(1, done / Double(max(1, state.total)))
    let filled = Int(share * 24)
    var parts = [
      String(repeating: "█", count: filled) + String(repeating: "·", count: 24 - filled),
      "\(state.finished) of \(counted(state.total, "cell"))",
    ]
    if state.failed > 0 { parts.append("\(state.failed) failed") }
    if state.finished > 0 {
      let rate = Double(state.finished) / max(seconds, 1e-3)
      parts.append(
        rate >= 0.1 ? "\(decimal(rate, rate < 10 ? 1 : 0)) cells/s" : "\(duration(1 / rate)) a cell"
      )
    }
    if share > 0, share < 1 { parts.append("\(duration(seconds * (1 - share) / share)) left") }
    return parts.joined(separator: "  ")
  }

  /// Lines of the terminal now; 24 where it is not known.
  private static var terminalHeight: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
    return Int(size.ws_row)
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
