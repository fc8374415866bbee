public import Configuration

/// Two states and no choice: the simplest game in which iterating the population's law cycles.
///
/// An agent is at 2 next period with probability clip(½(1 + λ) − λ m, 0, 1), where m is the share of
/// the population at 2. So Φ(m) is that probability itself, and m* = ½ for every λ. With λ = 1 it
/// is Light's Example 2, where s({1}) = α, 1 − α, α, … for ever; damping with weight w has local
/// slope 1 − w(1 + λ), hence diverges where w(1 + λ) > 2 (his footnote 8).
public struct TwoStateGame: MeanFieldGame, MeanFieldFamily {
  /// The word in configurations.
  public static let name = "mfe-two-state"
  /// One line.
  public static let summary = "mean field: two states, no choice; plain iteration cycles"
  /// One paragraph.
  public static let details = """
    Agents move between two states; the probability of the second falls in the share m that is \
    there. The equilibrium is m = 1/2 for every `lambda`, yet iterating the population's law cycles \
    or diverges. Light, Example 2 and footnote 8; docs/mean-field.md.
    """
  /// λ and the bounds of the search.
  public static let parameters: [Parameter] = [
    .real("lambda", 1, .nonnegative, "how strongly agents avoid the crowded state"),
    .interaction,
  ]

  /// λ ≥ 0.
  public let lambda: Double
  /// States 1 and 2.
  public let layout: MeanFieldLayout
  /// Irrelevant without a choice.
  public let discount = 0.95
  /// [0, 1] unless narrowed.
  public let interactionBounds: [ClosedRange<Double>]
  /// The state itself.
  public var stateQuantity: String { "state" }

  /// Reads resolved parameters.
  public init(_ parameters: ParameterSet) throws {
    try self.init(
      lambda: parameters.real("lambda"), bounds: parameters.interactionBounds())
  }

  /// Creates the game.
  ///
  /// - Throws: `GameError` if the bounds leave [0, 1].
  public init(lambda: Double = 1, bounds: ClosedRange<Double>? = nil) throws {
    self.lambda = lambda
    layout = try MeanFieldLayout(
      coordinates: [[1], [2]], interactionNames: ["share at 2"],
      rows: (0..<2).map { state in
        [.init(.text("wait"), successors: [0, 1], interaction: [state == 1 ? 1 : 0])]
      })
    interactionBounds = [try searchBounds(bounds, within: layout.interactionRange[0])]
  }

  /// The game itself.
  public func model() -> MeanFieldModel { .finite(self) }

  /// No payoffs; both states move alike.
  public func write(at m: [Double], to tables: inout FrozenTables) {
    let second = min(max(0.5 * (1 + lambda) - lambda * m[0], 0), 1)
    for state in 0..<2 {
      tables.payoffs[state] = 0
      tables.probabilities[2 * state] = 1 - second
      tables.probabilities[2 * state + 1] = second
    }
  }
}
