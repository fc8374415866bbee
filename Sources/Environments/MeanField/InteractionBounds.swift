public import Configuration

extension Parameter {
  /// `interaction: [lo, hi]`: where an equilibrium is searched for.
  public static let interaction = Parameter(
    "interaction", .list(.real(.any)), .optional,
    "bounds of the search for m, [lo, hi]; unless given, every value that m can take")
}

extension ParameterSet {
  /// The two numbers of `interaction`, if it is written.
  ///
  /// - Throws: `GameError` unless they are two, ascending.
  public func interactionBounds() throws -> ClosedRange<Double>? {
    guard let value = self["interaction"] else { return nil }
    return try interval(value)
  }

  /// The numbers of a list.
  func reals(_ name: String) -> [Double] {
    guard case .list(let values) = self[name] else {
      preconditionFailure("no list of numbers \(name)")
    }
    return values.compactMap(\.number)
  }
}

extension ParameterValue {
  /// A real or whole number.
  fileprivate var number: Double? {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }
}

/// The interval that two numbers of `interaction` name.
///
/// - Throws: `GameError` unless they are two, ascending.
func interval(_ value: ParameterValue) throws -> ClosedRange<Double> {
  guard case .list(let numbers) = value, numbers.count == 2, let low = numbers[0].number,
    let high = numbers[1].number, low < high
  else { throw GameError("interaction", "must be two numbers, the lower bound first: [lo, hi]") }
  return low...high
}

/// Checks bounds that a user gave against the values that the interaction can take; without any,
/// those values themselves.
///
/// - Throws: `GameError` about `interaction`.
func searchBounds(
  _ given: ClosedRange<Double>?, within range: ClosedRange<Double>
) throws -> ClosedRange<Double> {
  guard let given else { return range }
  guard given.lowerBound >= range.lowerBound, given.upperBound <= range.upperBound else {
    throw GameError(
      "interaction",
      "must lie within [\(compactDecimal(range.lowerBound)), \(compactDecimal(range.upperBound))], "
        + "the values that the interaction can take")
  }
  return given
}
