internal import Configuration

/// Numbers as game files write them. `nan`, `inf`, hexadecimal and overflowing ones are none.
enum TableNumber {
  /// A finite decimal number such as `-1.5e-3`, correctly rounded; nil for every other word.
  static func decimal(_ word: some StringProtocol) -> Double? {
    let isPlain = word.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "+"), UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
      default: false
      }
    }
    guard isPlain, let value = Double(word), value.isFinite else { return nil }
    return value
  }

  /// A decimal number, which may have `_` between digits, or a fraction of two such as `1/3`.
  static func value(_ word: String) -> Double? {
    let plain = word.contains("_") ? word.replacing("_", with: "") : word
    guard let slash = plain.firstIndex(of: "/") else { return decimal(plain) }
    guard let numerator = decimal(plain[..<slash]),
      let denominator = decimal(plain[plain.index(after: slash)...]), denominator != 0
    else { return nil }
    let quotient = numerator / denominator
    return quotient.isFinite ? quotient : nil
  }

  /// `value` with every digit needed to read it back exactly.
  static func text(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// What a number must be, for errors.
  static let rule = "must be a finite number, or a fraction such as 1/3"
}

extension DocumentNode {
  /// An error about this node, its text cut to a readable length.
  func error(_ key: String, _ rule: String) -> ConfigurationError {
    let whole = text
    let shown = whole.count > 60 ? whole.prefix(57) + "..." : whole
    return ConfigurationError(position, key: key, value: shown, rule: rule)
  }

  /// The word of a scalar; nil for lists and mappings.
  var word: String? {
    if case .scalar(let word, _) = content { word } else { nil }
  }

  /// The word of an unquoted scalar.
  var plainWord: String? {
    if case .scalar(let word, quoted: false) = content { word } else { nil }
  }

  /// The nodes of a list.
  var list: [DocumentNode]? {
    if case .sequence(let nodes) = content { nodes } else { nil }
  }

  /// A number in `range`. Throws `ConfigurationError`.
  func number(_ key: String, in range: RealRange = .any) throws -> Double {
    guard let word = plainWord, let value = TableNumber.value(word) else {
      throw error(key, TableNumber.rule)
    }
    guard range.contains(value) else { throw error(key, "must be a number \(range.words)") }
    return value
  }

  /// Throws at the first key of this mapping that is not among `known`.
  func refuseUnknown(_ known: [String], path: String) throws {
    for entry in entries ?? [] where !known.contains(entry.key) {
      let advice =
        nearest(to: entry.key, among: known).map { "did you mean \($0)?" }
        ?? "known: \(known.joined(separator: ", "))"
      throw ConfigurationError(
        entry.position, key: path.isEmpty ? entry.key : "\(path).\(entry.key)",
        rule: "unknown key; \(advice)")
    }
  }
}
