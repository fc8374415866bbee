/// Something to follow along the paths of a game: a number for every joint action at every state.
///
/// Quantities of the state alone, such as a capability gap, are constant over the rows of a state.
public struct PathQuantity: Sendable, Equatable {
  /// Slash-grouped, players from 1: `payoff/1`, `compute_rent/2`.
  public let name: String
  /// Per period, in the game's own words; empty for a pure number.
  public let unit: String
  /// `[row]`, finite.
  public let values: [Double]

  /// Creates a quantity.
  public init(_ name: String, unit: String = "", values: [Double]) {
    self.name = name
    self.unit = unit
    self.values = values
  }
}

/// A set of states that it matters to reach, to be in, or to leave.
public struct PathEvent: Sendable, Equatable {
  /// A short name: `lead/1`.
  public let name: String
  /// In words.
  public let meaning: String
  /// `[state]`: whether the state belongs to it.
  public let states: [Bool]

  /// Creates an event.
  public init(_ name: String, _ meaning: String, states: [Bool]) {
    self.name = name
    self.meaning = meaning
    self.states = states
  }
}

/// A family that says what is worth following along its paths.
public protocol PathStudyGame: GameFamily {
  /// Quantities besides the players' payoffs.
  ///
  /// - Throws: `GameError` if the game is not this family's.
  func pathQuantities(in game: StochasticGame) throws -> [PathQuantity]
  /// Sets of states whose first passage, occupancy and duration are of interest.
  func pathEvents(in game: StochasticGame) throws -> [PathEvent]
}

extension StochasticGame {
  /// uᵢ by row, for every player.
  public var payoffQuantities: [PathQuantity] {
    (0..<playerCount).map { player in
      PathQuantity(
        "payoff/\(player + 1)", unit: "payoff per period",
        values: (0..<rowCount).map { payoff(player, row: $0) })
    }
  }

  /// What can be followed in a game that says nothing of itself: the state's coordinates, and each
  /// player's action where its labels are numbers everywhere.
  public var plainQuantities: [PathQuantity] {
    let coordinates = stateCoordinates
    let dimensions = coordinates[0].count
    var found = (0..<dimensions).map { dimension in
      quantity(dimensions == 1 ? "state" : "state/\(dimension + 1)") { state, _ in
        coordinates[state][dimension]
      }
    }
    for player in 0..<playerCount {
      var isNumeric = true
      let action = quantity("action/\(player + 1)") { state, joint in
        guard case .number(let value) = actionLabels.labels(player, at: state)[joint[player]],
          value.isFinite
        else {
          isNumeric = false
          return 0
        }
        return value
      }
      if isNumeric { found.append(action) }
    }
    return found
  }

  /// A quantity from its value at each state and joint action. Cost: one call a row.
  public func quantity(
    _ name: String, unit: String = "", _ value: (_ state: Int, _ jointAction: [Int]) -> Double
  ) -> PathQuantity {
    var values = [Double](repeating: 0, count: rowCount)
    for state in 0..<stateCount {
      for row in jointOffsets[state]..<jointOffsets[state + 1] {
        values[row] = value(state, jointAction(ofRow: row, at: state))
      }
    }
    return PathQuantity(name, unit: unit, values: values)
  }
}
