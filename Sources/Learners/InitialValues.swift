public import Agents
public import Configuration
public import Environments

/// What a table of action values holds before the first step.
public enum InitialValues: Sendable, Equatable {
  /// The same everywhere.
  case constant(Double)
  /// Q₀(s, a) = E uᵢ(s, a, ·) / (1 − δᵢ), the rivals choosing uniformly: what the action would be
  /// worth were it repeated for ever at s (Calvano, Calzolari, Denicolò and Pastorello 2020,
  /// section II).
  case uniformRivals

  /// The key `initial_value`; a bare number is `constant`.
  public static let parameter = Parameter(
    "initial_value",
    .variant(
      [
        Variant(
          "constant", "the same everywhere",
          [Parameter("value", .real(.any), .required, unit: "payoff", "the value")]),
        Variant(
          "uniform-rivals",
          "mean payoff against rivals who choose uniformly, for ever: u / (1 - discount)", []),
      ], shorthand: "constant"),
    .defaulted(.group(["kind": .text("constant"), "value": .real(0)])), unit: "payoff",
    "first values of the table")

  /// Reads the resolved key of a learner's section.
  public init(_ parameters: ParameterSet) {
    let set = parameters.group("initial_value")!
    self = set.kind == "constant" ? .constant(set.real("value")) : .uniformRivals
  }

  /// The table's first values, flat as the player's policy. Cost: one pass over the game's rows.
  ///
  /// - Throws: `GameError` for `uniformRivals` where the player's discount is 1: what lasts for ever
  ///   then has no finite worth.
  public func values(game: StochasticGame, player: Int) throws -> [Double] {
    let offsets = game.policyOffsets(player)
    guard case .uniformRivals = self else {
      guard case .constant(let value) = self else { preconditionFailure("two cases") }
      return [Double](repeating: value, count: offsets[game.stateCount])
    }
    guard game.discounts[player] < 1 else {
      throw GameError(
        "initial_value",
        "uniform-rivals needs a discount below 1, not that of player \(player + 1); give a constant"
      )
    }
    var sums = [Double](repeating: 0, count: offsets[game.stateCount])
    for state in 0..<game.stateCount {
      // In mixed radix, the player's digit has the product of the later players' counts as unit.
      var unit = 1
      for later in (player + 1)..<max(game.playerCount, player + 1) {
        unit *= game.actionCount(later, at: state)
      }
      let own = game.actionCount(player, at: state)
      let rows = game.jointOffsets[state]..<game.jointOffsets[state + 1]
      let weight = Double(own) / Double(rows.count) / (1 - game.discounts[player])
      for row in rows {
        let action = (row - rows.lowerBound) / unit % own
        sums[offsets[state] + action] += weight * game.payoff(player, row: row)
      }
    }
    return sums
  }

  /// Fills a table. Throws as `values`.
  public func fill(_ table: ActionValueTable, game: StochasticGame, player: Int) throws {
    table.restore(values: try values(game: game, player: player), lastGreedyChange: 0)
  }
}
