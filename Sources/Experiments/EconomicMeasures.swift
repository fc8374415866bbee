public import Environments
internal import Equilibria

/// What play means in a game's own terms, by name; empty for games that define no measures.
public struct EconomicMeasures: Sendable, Equatable {
  /// One measure.
  public struct Measure: Sendable, Equatable {
    /// Its name, slash-grouped, such as `profit_gain` or `price_mean/1`.
    public let name: String
    /// Its value.
    public let value: Double
  }

  /// The measures, in the family's order.
  public let values: [Measure]

  /// The value of a name, if there is one.
  public subscript(_ name: String) -> Double? { values.first { $0.name == name }?.value }
}

extension ExperimentConfiguration {
  /// The names that `measures(of:from:)` gives, for a table's header.
  ///
  /// - Throws: `GameError` if the family refuses its parameters, which a configuration rules out.
  public func measureNames() throws -> [String] { try measuredFamily()?.measureNames ?? [] }

  /// The economic measures of the long-run play of a profile, exactly.
  ///
  /// - Parameters:
  ///   - profile: one policy per player.
  ///   - initial: the law of the first state; nil for the game's own.
  /// - Throws: as `StochasticGame.longRunPlay`.
  public func measures(
    of profile: Profile, from initial: [Double]? = nil
  ) throws -> EconomicMeasures {
    guard let measured = try measuredFamily() else { return EconomicMeasures(values: []) }
    let play = try game.longRunPlay(of: profile, from: initial)
    let values = try measured.measures(of: play, in: game)
    return EconomicMeasures(
      values: zip(measured.measureNames, values).map { .init(name: $0, value: $1) })
  }

  func measuredFamily() throws -> (any MeasuredGame)? {
    guard let measured = family as? any MeasuredGame.Type else { return nil }
    return try measured.init(gameParameters)
  }
}
