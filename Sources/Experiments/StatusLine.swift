internal import Foundation

/// One line on standard error that is written over, on a terminal only.
public struct StatusLine: Sendable {
  private let isActive: Bool

  /// Creates a line; nothing is shown yet.
  public init(isSilent: Bool) { isActive = !isSilent && isatty(STDERR_FILENO) == 1 }

  /// Replaces what the line says.
  public func show(_ text: String) { write("\r\u{1B}[2K" + text) }

  /// Empties the line.
  public func clear() { write("\r\u{1B}[2K") }

  private func write(_ text: String) {
    guard isActive else { return }
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
