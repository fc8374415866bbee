internal import Foundation
internal import Synchronization

/// Tells a person how far long work is, on standard error.
///
/// On a terminal one line, no wider than it, is redrawn with rate and time left; elsewhere a line
/// appears at every quarter. Safe to call from several threads.
public final class ProgressDisplay: Sendable {
  private struct State {
    var total = 0
    var verb = ""
    var parts: [Int: Int] = [:]
    var began = Date()
    var first = 0
    var drawn = Date.distantPast
    var quarter = 0
  }

  private let state = Mutex(State())
  private let unit: String
  private let isSilent: Bool
  private let style: TerminalStyle
  private let share: (@Sendable (Double) -> Void)?

  /// Creates a display.
  ///
  /// - Parameter share: told the share done at every update, also where nothing is shown.
  public init(
    unit: String, isSilent: Bool, share: (@Sendable (Double) -> Void)? = nil
  ) {
    self.unit = unit
    self.isSilent = isSilent
    self.share = share
    style = TerminalStyle(descriptor: STDERR_FILENO)
  }

  /// Starts the clock.
  ///
  /// - Parameter verb: what is being done, at the line's beginning.
  func begin(total: Int, verb: String = "training") {
    state.withLock {
      $0 = State()
      $0.total = total
      $0.verb = verb
    }
  }

  /// Notes that work of one part has done so much of what is now its total.
  func update(done: Int, of total: Int) {
    state.withLock { $0.total = total }
    update(part: 0, done: done)
  }

  /// Notes that a part has done so much.
  func update(part: Int, done: Int) {
    guard !isSilent || self.share != nil else { return }
    state.withLock { state in
      // Work done before this process started, taken up from a checkpoint, counts for the share
      // done, not for the rate.
      if state.parts[part] == nil { state.first += max(0, done - SeedRun.chunk) }
      state.parts[part] = done
      let sum = state.parts.values.reduce(0, +)
      let share = Double(sum) / Double(max(state.total, 1))
      self.share?(share)
      guard !isSilent else { return }
      if style.isRewritable {
        guard -state.drawn.timeIntervalSinceNow > 0.1 else { return }
        state.drawn = Date()
        write(
          "\r\u{1B}[2K"
            + Self.line(
              state.verb, share: share, done: sum - state.first,
              seconds: -state.began.timeIntervalSinceNow, unit: unit, style: style,
              columns: style.columns))
      } else if Int(share * 4) > state.quarter {
        state.quarter = Int(share * 4)
        write(
          Self.line(
            state.verb, share: share, done: sum - state.first,
            seconds: -state.began.timeIntervalSinceNow, unit: unit, style: style, columns: 81)
            + "\n")
      }
    }
  }

  /// Clears the line.
  func end() {
    guard !isSilent, style.isRewritable else { return }
    write("\r\u{1B}[2K")
  }

  /// `training ██████······ 52%  6.5 M steps/s  12 min left`, short of the last column: the bar
  /// shrinks first, then the rate goes.
  static func line(
    _ verb: String, share: Double, done: Int, seconds: Double, unit: String, style: TerminalStyle,
    columns: Int
  ) -> String {
    let rate = Double(done) / max(seconds, 1e-3)
    let percent = " \(Int(min(share, 1) * 100))%"
    let speed = rate > 0 ? "  \(rateText(rate)) \(unit)/s" : ""
    // Nothing is known before something is done.
    let left =
      rate > 0 ? "  \(duration((1 - min(share, 1)) / max(share, 1e-9) * seconds)) left" : ""
    let room = columns - 1 - verb.count - 1
    for rest in [percent + speed + left, percent + left, percent] {
      let width = min(24, room - rest.count)
      guard width >= 6 else { continue }
      let filled = Int(min(share, 1) * Double(width))
      let bar =
        String(repeating: "█", count: filled) + String(repeating: "·", count: width - filled)
      return style.letters("\(verb) \(bar)\(rest)")
    }
    return String("\(verb)\(percent)".prefix(max(1, columns - 1)))
  }

  private static func rateText(_ rate: Double) -> String {
    if rate >= 1e5 { return "\(decimal(rate / 1e6, 1)) M" }
    if rate >= 1e4 { return "\(decimal(rate / 1e3, 0)) k" }
    return decimal(rate, rate < 10 ? 1 : 0)
  }

  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}

/// `90 s`, `12 min`, `3.5 h`, `2.5 d`.
func duration(_ seconds: Double) -> String {
  guard seconds.isFinite else { return "long" }
  if seconds < 99.5 { return "\(decimal(seconds, seconds < 9.95 ? 1 : 0)) s" }
  if seconds < 5970 { return "\(decimal(seconds / 60, 0)) min" }
  if seconds < 172_800 { return "\(decimal(seconds / 3600, 1)) h" }
  return "\(decimal(seconds / 86_400, 1)) d"
}

/// A number with a fixed count of decimals.
public func decimal(_ value: Double, _ places: Int) -> String {
  String(format: "%.\(places)f", value)
}

/// A number as a table shows it: six significant digits, exponents only where they help, and a
/// plain 0 for what is zero.
public func tableNumber(_ value: Double) -> String {
  guard value != 0 else { return "0" }
  let magnitude = abs(value)
  if magnitude >= 1e-4, magnitude < 1e7 {
    let places = max(0, min(6, 5 - Int(log10(magnitude).rounded(.down))))
    return String(format: "%.\(places)f", value)
  }
  return String(format: "%.2e", value)
}
