/// One key that a game, learner or solver understands: enough to read it, check it, describe it
/// and fill it in.
public struct Parameter: Sendable {
  /// The key as written in configurations.
  public let name: String
  /// What values it takes.
  public let type: ParameterType
  /// What happens when it is not written.
  public let presence: Presence
  /// The unit, or an empty text for a pure number.
  public let unit: String
  /// One line for a person.
  public let meaning: String

  /// What happens when a key is not written.
  public enum Presence: Sendable, Equatable {
    /// It is an error.
    case required
    /// It stays unset.
    case optional
    /// This value is taken and written into the resolved configuration.
    case defaulted(ParameterValue)
  }

  /// Creates a parameter.
  public init(
    _ name: String, _ type: ParameterType, _ presence: Presence, unit: String = "",
    _ meaning: String
  ) {
    self.name = name
    self.type = type
    self.presence = presence
    self.unit = unit
    self.meaning = meaning
  }

  /// A real number with a default.
  public static func real(
    _ name: String, _ value: Double, _ range: RealRange, unit: String = "", _ meaning: String
  ) -> Parameter {
    Parameter(name, .real(range), .defaulted(.real(value)), unit: unit, meaning)
  }

  /// A whole number with a default.
  public static func integer(
    _ name: String, _ value: Int, _ range: ClosedRange<Int>, unit: String = "", _ meaning: String
  ) -> Parameter {
    Parameter(name, .integer(range), .defaulted(.integer(value)), unit: unit, meaning)
  }

  /// One of a few words, with a default.
  public static func choice(
    _ name: String, _ value: String, _ words: [String], _ meaning: String
  ) -> Parameter {
    Parameter(name, .choice(words), .defaulted(.text(value)), meaning)
  }

  /// The same parameter with another default.
  public func with(default value: ParameterValue) -> Parameter {
    Parameter(name, type, .defaulted(value), unit: unit, meaning)
  }
}

/// The values that a parameter takes.
public indirect enum ParameterType: Sendable {
  /// A whole number; `2e6` and `2_000_000` are understood.
  case integer(ClosedRange<Int>)
  /// A finite real number.
  case real(RealRange)
  /// `true` or `false`.
  case boolean
  /// Any text.
  case text
  /// One of these words.
  case choice([String])
  /// A whole number or one of these words.
  case integerOrWord(ClosedRange<Int>, [String])
  /// A mapping with these keys.
  case group([Parameter])
  /// A mapping whose `kind` decides which other keys it has. The bare name of a variant stands for it
  /// with all its defaults; where `shorthand` names a variant, a bare number stands for
  /// `{kind: shorthand, value: number}`.
  case variant([Variant], shorthand: String?)
  /// A list of values of one type.
  case list(ParameterType)
  /// A value of the first of these types whose shape is the one written: mapping, list or scalar.
  case either([ParameterType])

  /// What is allowed, in words: `in (0, 1]`, `one of joint, low`.
  public var rule: String {
    switch self {
    case .integer(let range): Self.joined("a whole number", Self.words(range))
    case .real(let range): Self.joined("a number", range.words)
    case .boolean: "true or false"
    case .text: "a text"
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    case .integerOrWord(let range, let words):
      Self.joined("a whole number", Self.words(range)) + " or " + words.joined(separator: " or ")
    case .group: "a mapping of keys to values"
    case .variant(let variants, _):
      "a mapping with kind: one of \(variants.map(\.name).joined(separator: ", "))"
    case .list(let element): "a list, each element \(element.rule)"
    case .either(let types): types.map(\.rule).joined(separator: ", or ")
    }
  }

  private static func joined(_ kind: String, _ range: String) -> String {
    range.isEmpty ? kind : "\(kind) \(range)"
  }

  static func words(_ range: ClosedRange<Int>) -> String {
    range.upperBound == .max
      ? (range.lowerBound == .min ? "" : "of at least \(range.lowerBound)")
      : "from \(range.lowerBound) to \(range.upperBound)"
  }
}

/// One `kind` of a variant parameter.
public struct Variant: Sendable {
  /// The word after `kind:`.
  public let name: String
  /// One line for a person.
  public let summary: String
  /// Its own keys.
  public let parameters: [Parameter]

  /// Creates a variant.
  public init(_ name: String, _ summary: String, _ parameters: [Parameter]) {
    self.name = name
    self.summary = summary
    self.parameters = parameters
  }
}

/// An interval of the real line; either end may be open.
public struct RealRange: Sendable, Equatable {
  /// Lower end.
  public let low: Double
  /// Upper end.
  public let high: Double
  /// Whether `low` itself is refused.
  public let isLowOpen: Bool
  /// Whether `high` itself is refused.
  public let isHighOpen: Bool

  private init(_ low: Double, _ high: Double, _ isLowOpen: Bool, _ isHighOpen: Bool) {
    self.low = low
    self.high = high
    self.isLowOpen = isLowOpen
    self.isHighOpen = isHighOpen
  }

  /// [low, high].
  public static func closed(_ low: Double, _ high: Double) -> Self {
    .init(low, high, false, false)
  }
  /// [low, high).
  public static func rightOpen(_ low: Double, _ high: Double) -> Self {
    .init(low, high, false, true)
  }
  /// (low, high].
  public static func leftOpen(_ low: Double, _ high: Double) -> Self {
    .init(low, high, true, false)
  }
  /// (low, high).
  public static func open(_ low: Double, _ high: Double) -> Self {
    .init(low, high, true, true)
  }
  /// x > 0.
  public static let positive = RealRange(0, .infinity, true, true)
  /// x ≥ 0.
  public static let nonnegative = RealRange(0, .infinity, false, true)
  /// Every finite number.
  public static let any = RealRange(-.infinity, .infinity, true, true)

  /// Whether a finite `x` lies inside.
  public func contains(_ x: Double) -> Bool {
    x.isFinite && (isLowOpen ? x > low : x >= low) && (isHighOpen ? x < high : x <= high)
  }

  /// `in (0, 1]`, `above 0`, `of at least 0`; empty for the whole line.
  public var words: String {
    switch (low.isFinite, high.isFinite) {
    case (true, true): "in \(notation)"
    case (true, false): isLowOpen ? "above \(plain(low))" : "of at least \(plain(low))"
    case (false, true): isHighOpen ? "below \(plain(high))" : "of at most \(plain(high))"
    case (false, false): ""
    }
  }

  /// `[0, 1)`, `> 0`, `any`.
  public var notation: String {
    switch (low.isFinite, high.isFinite) {
    case (true, true):
      "\(isLowOpen ? "(" : "[")\(plain(low)), \(plain(high))\(isHighOpen ? ")" : "]")"
    case (true, false): (isLowOpen ? "> " : ">= ") + plain(low)
    case (false, true): (isHighOpen ? "< " : "<= ") + plain(high)
    case (false, false): "any"
    }
  }

  private func plain(_ x: Double) -> String {
    x == x.rounded() && abs(x) < 1e15 ? "\(Int(x))" : "\(x)"
  }
}
