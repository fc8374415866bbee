internal import Foundation

/// What a stream's reader can take: colours, letters beyond ASCII, and how many columns. The one
/// place that decides it.
public struct TerminalStyle: Sendable, Equatable {
  /// What colours are used for.
  public enum Colour: Sendable {
    /// Failure.
    case red
    /// Success.
    case green
    /// What a reader should know.
    case yellow
    /// A second kind of data beside a first.
    case cyan
    /// Headings.
    case bold
    /// What may be passed over.
    case faint

    fileprivate var code: String {
      switch self {
      case .red: "31"
      case .green: "32"
      case .yellow: "33"
      case .cyan: "36"
      case .bold: "1"
      case .faint: "2"
      }
    }
  }

  /// Whether text may be coloured: on a terminal that is not `dumb`, unless `NO_COLOR` holds
  /// anything (https://no-color.org).
  public let isColoured: Bool
  /// Whether a line may be written over: on a terminal that is not `dumb`.
  public let isRewritable: Bool
  /// Whether the locale's letters are UTF-8.
  public let isUnicode: Bool
  private let descriptor: Int32?
  private let fixedColumns: Int?

  /// Without colours, in UTF-8, 80 columns wide: for files and pipes.
  public static let plain = TerminalStyle(
    isTerminal: false, columns: 80, environment: ["LC_ALL": "C.UTF-8"])

  /// Looks at a stream, such as `STDOUT_FILENO`, and the environment.
  public init(descriptor: Int32) {
    self.init(
      isTerminal: isatty(descriptor) == 1, columns: nil, descriptor: descriptor,
      environment: ProcessInfo.processInfo.environment)
  }

  init(
    isTerminal: Bool, columns: Int?, descriptor: Int32? = nil, environment: [String: String]
  ) {
    let kind = environment["TERM"] ?? ""
    isRewritable = isTerminal && !kind.isEmpty && kind != "dumb"
    isColoured = isRewritable && (environment["NO_COLOR"] ?? "").isEmpty
    let locale =
      ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let letters = locale.lowercased()
    isUnicode = letters.contains("utf-8") || letters.contains("utf8")
    fixedColumns = isTerminal ? columns : columns ?? 80
    self.descriptor = descriptor
  }

  /// The stream's width in columns now: a terminal's may change. 80 where it is not known.
  public var columns: Int {
    if let fixedColumns { return fixedColumns }
    var size = winsize()
    guard let descriptor, ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return 80
    }
    return max(20, Int(size.ws_col))
  }

  /// A text in a colour, where colours are wanted.
  public func paint(_ text: String, _ colour: Colour) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(colour.code)m\(text)\u{1B}[0m" : text
  }

  /// A text in letters that the locale has.
  public func letters(_ text: String) -> String {
    guard !isUnicode, !text.utf8.allSatisfy({ $0 < 128 }) else { return text }
    return text.map { $0.isASCII ? String($0) : Self.ascii($0) }.joined()
  }

  /// The nearest in ASCII.
  private static func ascii(_ letter: Character) -> String {
    switch letter {
    case "─", "−", "–", "—", "‐": "-"
    case "│", "┤", "├": "|"
    case "└", "┘", "┌", "┐", "┴", "┬", "┼": "+"
    case "·", "…", "⋯": "."
    case "×": "x"
    case "█", "▓": "#"
    case "▒": "+"
    case "░": "."
    case "●": "*"
    case "○": "o"
    case "≤": "<="
    case "≥": ">="
    case "≠": "!="
    case "≈": "~"
    case "±": "+-"
    case "→": "->"
    case "∞": "inf"
    case "√": "sqrt"
    case "Σ": "sum"
    case "✓": "+"
    case "✗": "x"
    case "‘", "’", "′": "'"
    case "“", "”": "\""
    case "π": "pi"
    case "α": "alpha"
    case "β": "beta"
    case "γ": "gamma"
    case "δ": "delta"
    case "ε": "epsilon"
    case "λ": "lambda"
    case "μ": "mu"
    case "σ": "sigma"
    case "Φ": "Phi"
    default:
      // A letter with a mark on it is the letter.
      letter.unicodeScalars.first.flatMap { $0.isASCII ? String($0) : nil }
        ?? String(letter).applyingTransform(.toLatin, reverse: false)?
        .applyingTransform(.stripDiacritics, reverse: false)
        .flatMap { $0.utf8.allSatisfy { $0 < 128 } ? $0 : nil } ?? "?"
    }
  }

  /// A report's words on how something ended, in colour: *converged* green, what failed red.
  ///
  /// Only words at the places where the lab's own tables have them are touched.
  public func highlighted(_ text: String) -> String {
    guard isColoured else { return text }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      var line = String(line)
      for (mark, word, colour) in Self.marks where line.hasPrefix(mark) {
        if let range = line.range(of: word) {
          line.replaceSubrange(range, with: paint(word, colour))
          break
        }
      }
      return line
    }.joined(separator: "\n")
  }

  private static let marks: [(String, String, Colour)] =
    ["status: ", "exact: "].flatMap { mark in
      [
        (mark, "converged", .green), (mark, "uncertified", .red), (mark, "cycle", .red),
        (mark, "limit", .yellow), (mark, "interrupted", .yellow),
      ]
    } + [
      ("             NOT", "NOT an equilibrium", .red), ("note: ", "note:", .yellow),
      ("✗", "✗", .red), ("✓", "✓", .green), ("≠", "≠", .yellow), ("next: ", "next:", .faint),
    ]
}
