internal import Configuration
internal import Environments

/// A range of one scalar of the interaction that it matters to reach, to be in, or to leave.
struct MarketEvent: Sendable {
  let name: String
  /// In words.
  let meaning: String
  let scalar: Int
  /// Its ends, a rounding apart from what was written.
  let range: ClosedRange<Double>

  static let parameters: [Parameter] = [
    Parameter("name", .text, .required, "a short name"),
    .integer("scalar", 1, 1...1000, "which scalar of the interaction"),
    Parameter("from", .real(.any), .optional, "its lowest value"),
    Parameter("to", .real(.any), .optional, "its highest value"),
  ]

  /// The event of one entry.
  ///
  /// - Throws: `ConfigurationError` for scalars that the game does not have and ranges that the
  ///   interaction never meets.
  init(_ set: ParameterSet, index: Int, layout: MeanFieldLayout, source: String) throws {
    func refusal(_ part: String, _ value: String?, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        set.position(of: part) ?? set.position(of: "name") ?? Position(source: source),
        key: "montecarlo.events[\(index)].\(part)", value: value, rule: rule)
    }
    name = set.text("name")
    guard !name.isEmpty, !name.contains(","), !name.contains("\n") else {
      throw refusal("name", name, "must not be empty or contain commas")
    }
    let scalar = set.integer("scalar")
    guard scalar <= layout.scalarCount else {
      throw refusal(
        "scalar", "\(scalar)", "must be from 1 to \(layout.scalarCount) in this game")
    }
    self.scalar = scalar - 1
    guard set["from"] != nil || set["to"] != nil else {
      throw refusal("name", name, "needs from or to")
    }
    let possible = layout.interactionRange[scalar - 1]
    let low = set["from"] == nil ? possible.lowerBound : set.real("from")
    let high = set["to"] == nil ? possible.upperBound : set.real("to")
    // An average that was meant may differ in its last digits.
    let slack = 1e-9 * max(1, abs(possible.lowerBound), abs(possible.upperBound))
    guard low <= high else { throw refusal("to", "\(high)", "must not be below from = \(low)") }
    guard low - slack <= possible.upperBound, high + slack >= possible.lowerBound else {
      throw refusal(
        "name", name,
        "is never met: \(layout.interactionNames[scalar - 1]) takes values from "
          + "\(compactDecimal(possible.lowerBound)) to \(compactDecimal(possible.upperBound))")
    }
    range = (low - slack)...(high + slack)
    var words = layout.interactionNames[scalar - 1]
    if set["from"] != nil { words += " from \(compactDecimal(low))" }
    if set["to"] != nil { words += " to \(compactDecimal(high))" }
    meaning = words
  }
}
