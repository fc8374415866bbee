/// What a paper reports, recomputed here: one row an item, with the paper's figure beside ours.
///
/// A new paper is one type that conforms, and one line in the registry.
public protocol Reproduction: Sendable {
  /// The word after `lab reproduce`.
  static var name: String { get }
  /// One line: the paper, and what is recomputed.
  static var summary: String { get }
  /// The work, in the order of the table.
  static var groups: [ReproductionGroup] { get }
}

/// Rows that one computation fills.
public struct ReproductionGroup: Sendable {
  /// What is computed, for the progress line.
  let title: String
  /// Whether it takes over a minute, so that `--quick` leaves it out.
  let isLong: Bool
  /// Computes the rows and draws the pictures that go with them.
  let compute: @Sendable (ReproductionContext) throws -> [ReproductionRow]

  init(
    _ title: String, isLong: Bool = false,
    _ compute: @escaping @Sendable (ReproductionContext) throws -> [ReproductionRow]
  ) {
    self.title = title
    self.isLong = isLong
    self.compute = compute
  }
}

/// What a group's computation may use.
struct ReproductionContext: Sendable {
  /// Whether to stop.
  let interruption: Interruption
  /// Whether rows that could be had from less work should be.
  let isQuick: Bool
  /// Where pictures go; nil for none.
  let folder: String?
}

/// How a paper's item and ours compare.
public enum ReproductionVerdict: String, Encodable, Sendable {
  /// Ours rounds to the paper's, or the claim holds.
  case reproduced
  /// The paper's figure contradicts its own definitions, and ours follows them.
  case misprint = "paper misprint"
  /// Ours differs, for the reason that the note gives.
  case notReproducible = "not reproducible"
}

/// One row: an item of the paper, recomputed.
public struct ReproductionRow: Encodable, Sendable {
  /// A figure, or a claim in words.
  enum Value: Encodable, Sendable, Equatable {
    case number(Double)
    case text(String)

    var number: Double? {
      if case .number(let number) = self { return number }
      return nil
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .number(let number): try container.encode(number)
      case .text(let text): try container.encode(text)
      }
    }
  }

  let item: String
  let source: String
  let paper: Value
  let ours: Value
  let difference: Double?
  let verdict: ReproductionVerdict
  let note: String
  /// As the paper prints its figure.
  private let printed: String
  /// What `printed` is called: the paper's, unless there is none.
  private var label = "paper"

  private enum CodingKeys: String, CodingKey {
    case item, source, paper, ours, difference, verdict, note
  }

  /// Writes every key, null where there is no difference.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(item, forKey: .item)
    try container.encode(source, forKey: .source)
    try container.encode(paper, forKey: .paper)
    try container.encode(ours, forKey: .ours)
    try container.encode(difference, forKey: .difference)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(note, forKey: .note)
  }

  /// A figure. It is reproduced if ours, rounded or cut to the digits printed, is the paper's;
  /// `slack` widens that where the paper itself says that its figure is approximate.
  ///
  /// - Parameters:
  ///   - printed: the paper's figure, digit for digit.
  ///   - otherwise: the verdict and its reason where the figures differ.
  static func figure(
    _ item: String, _ source: String, printed: String, ours: Double, slack: Double = 0,
    note: String = "", otherwise: (verdict: ReproductionVerdict, why: String)
  ) -> ReproductionRow {
    guard let paper = Double(printed) else { preconditionFailure("printed figures are numbers") }
    let places = printed.split(separator: ".").dropFirst().first?.count ?? 0
    var unit = 1.0
    for _ in 0..<places { unit /= 10 }
    let difference = ours - paper
    let isRounded = abs(difference) <= 0.5 * unit * (1 + 1e-9)
    // Cut rather than rounded: toward zero, by less than one unit of the last digit.
    let isCut = difference * (paper < 0 ? -1 : 1) >= 0 && abs(difference) < unit * (1 - 1e-9)
    let holds = isRounded || isCut || abs(difference) <= slack
    let isPrintCut = isCut && !isRounded && abs(difference) > slack
    let notes = [
      note, isPrintCut ? "cut, not rounded, in print" : "",
      holds ? "" : otherwise.why,
    ].filter { !$0.isEmpty }
    return ReproductionRow(
      item: item, source: source, paper: .number(paper), ours: .number(ours),
      difference: difference, verdict: holds ? .reproduced : otherwise.verdict,
      note: notes.joined(separator: "; "), printed: printed)
  }

  /// A figure that theory names rather than a paper, held against ours within `slack`.
  ///
  /// - Parameter label: what that figure is called.
  static func expectation(
    _ item: String, _ source: String, label: String, expected: Double, printed: String,
    ours: Double, slack: Double, note: String,
    otherwise: (verdict: ReproductionVerdict, why: String)
  ) -> ReproductionRow {
    let holds = abs(ours - expected) <= slack
    return ReproductionRow(
      item: item, source: source, paper: .number(expected), ours: .number(ours),
      difference: ours - expected, verdict: holds ? .reproduced : otherwise.verdict,
      note: [note, holds ? "" : otherwise.why].filter { !$0.isEmpty }.joined(separator: "; "),
      printed: printed, label: label)
  }

  /// A claim or trend, which holds here or does not.
  static func claim(
    _ item: String, _ source: String, paper: String, ours: String, holds: Bool, note: String = "",
    otherwise: (verdict: ReproductionVerdict, why: String) = (.notReproducible, "it fails here")
  ) -> ReproductionRow {
    ReproductionRow(
      item: item, source: source, paper: .text(paper), ours: .text(ours), difference: nil,
      verdict: holds ? .reproduced : otherwise.verdict,
      note: [note, holds ? "" : otherwise.why].filter { !$0.isEmpty }.joined(separator: "; "),
      printed: paper)
  }

  /// The item and its figures as a few lines of text, at most `width` wide.
  func text(width: Int) -> String {
    let mark = verdict == .reproduced ? "✓" : verdict == .misprint ? "≠" : "✗"
    var lines = ["\(mark) \(item)  [\(source)]"]
    let ours: String =
      switch self.ours {
      case .number(let number): ReproductionRow.digits(number)
      case .text(let text): text
      }
    let apart = difference.map { ", \($0 < 0 ? "−" : "+")\(ReproductionRow.digits(abs($0))) apart" }
    func indented(_ label: String, _ text: String) {
      let wrapped = wrap(text, width: width - 12).replacing("\n", with: "\n            ")
      lines.append("    \(label)\(String(repeating: " ", count: 8 - label.count))\(wrapped)")
    }
    indented(label, printed)
    indented("ours", ours + (verdict == .reproduced ? "" : apart ?? ""))
    if verdict != .reproduced { indented("verdict", verdict.rawValue) }
    if !note.isEmpty { indented("note", note) }
    return lines.joined(separator: "\n")
  }

  /// Six digits that matter, without zeros at the end.
  static func digits(_ number: Double) -> String {
    var text = tableNumber(number)
    guard text.contains("."), !text.contains("e") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }
}
