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
}

/// The interval that two numbers of `interaction` name.
///
/// - Throws: `GameError` unless they are two, ascending.
func interval(_ value: ParameterValue) throws -> ClosedRange<Double> {
  guard let numbers = value.numbers, numbers.count == 2, numbers[0] < numbers[1] else {
    throw GameError("interaction", "must be two numbers, the lower bound first: [lo, hi]")
  }
  return numbers[0]...numbers[1]
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
