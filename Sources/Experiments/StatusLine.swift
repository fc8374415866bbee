internal import Foundation

/// One line on standard error that is written over, on a terminal only.
public struct StatusLine: Sendable {
  private let style: TerminalStyle?

  /// Creates a line; nothing is shown yet.
  public init(isSilent: Bool) {
    let style = TerminalStyle(descriptor: STDERR_FILENO)
    self.style = !isSilent && style.isRewritable ? style : nil
  }

  /// Replaces what the line says, cut where the terminal ends: a second line could not be written
  /// over.
  public func show(_ text: String) {
    guard let style else { return }
    write("\r\u{1B}[2K" + style.letters(text).prefix(style.columns - 1))
  }

  /// Empties the line.
  public func clear() { write("\r\u{1B}[2K") }

  private func write(_ text: String) {
    guard style != nil else { return }
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }
}
