public import Environments

/// The stage games of any directional game that is written out, all equilibria of each where it knows
/// how:
///
/// - *Nobody or one player chooses* in the point, which may have any number of states: a decision
///   problem, solved by comparing actions (one state) or policy iteration (several).
/// - *Two players with one choice of two actions each*, at one state or at two, in a point with any
///   number of states: in closed form (`TwoChoices`), up to five equilibria.
/// - *One state, two players who choose*, and a chance of staying that does not depend on what they
///   do: every extreme equilibrium of a bimatrix game (`VertexEnumeration`).
///
/// Any number of players may look on. All else is refused when the tables are made.
///
/// An equilibrium is the values `[state of the point × player]`, padded to the largest point, then the
/// laws `[state of the point][player][action]`. Order: where two actions are chosen from, ascending in
/// the probabilities of the second actions (player with the lower number first); otherwise that of
/// `EquilibriumSet`, pure equilibria first.
///
/// A stage game with a continuum of equilibria, or an even number of them, is flagged as degenerate:
/// the extreme ones are returned where they are known, and the search then finds the equilibria made
/// of those.
public struct WrittenStages: StageSolver, Sendable {
  /// The game and its points.
  public let directional: DirectionalGame
  /// Limits of the enumeration of bimatrix games.
  public let vertices: VertexEnumeration
  let tables: WrittenTables

  /// Prepares the tables.
  ///
  /// - Parameter vertices: how bimatrix games are enumerated.
  /// - Complexity: linear in transitions.
  /// - Throws: `UnsolvablePoint` if some stage game is none of those above.
  public init(
    _ directional: DirectionalGame, vertices: VertexEnumeration = VertexEnumeration()
  ) throws {
    self.directional = directional
    self.vertices = vertices
    tables = try WrittenTables(directional)
  }

  /// One a point of the game, terminal states included.
  public var pointCount: Int { tables.points.count }
  /// Values and laws of the largest point.
  public var width: Int { tables.width }
  /// Values of the largest point.
  public var valueCount: Int { tables.valueCount }
  /// The game's stages, the end first.
  public func stage(of point: Int) -> Int { tables.stages[point] }
  /// Where play can go, terminal states left out.
  public func reads(at point: Int) -> [Int] { tables.reads[point] }
  /// The states of the point solved at `position`, ascending.
  public func states(at position: Int) -> [Int] { tables.states[position] }
  /// What the states of the point solved at `position` are called.
  public func label(at position: Int) -> String {
    directional.label(of: tables.points[position])
  }

  /// Where the values of the players at a state are: the position of its point in solving order, and
  /// the number of player 0's value in an equilibrium there; player i's is i further on.
  public func place(of state: Int) -> (point: Int, number: Int) {
    let point = directional.pointOfState[state]
    let local = directional.states[point].firstIndex(of: state)!
    return (tables.points.firstIndex(of: point)!, local * tables.playerCount)
  }

  /// All equilibria of a stage game; see `StageSolver`.
  ///
  /// - Throws: `StageEnumerationLimit` if a bimatrix game exceeds the limits of `vertices`.
  public func solve(
    _ point: Int, selected: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>,
    capacity: Int
  ) throws -> StageOutcome {
    switch tables.kinds[point] {
    case .terminal:
      tables.writeFirstActions(point, output)
      return StageOutcome(count: 1)
    case .decision:
      return tables.states[point].count == 1
        ? singleDecision(point, selected, output, capacity) : decision(point, selected, output)
    case .twoChoices: return try twoChoices(point, selected, output, capacity)
    case .bimatrix: return try bimatrix(point, selected, output, capacity)
    }
  }
}

/// A bimatrix game too large to be enumerated within the limits.
public struct StageEnumerationLimit: Error, Sendable, Equatable, CustomStringConvertible {
  /// The states of its point.
  public let states: String
  /// How the enumeration ended.
  public let end: EquilibriumSet.End

  /// What happened and the way out.
  public var description: String {
    "the stage game at state \(states) could not be enumerated (\(end.rawValue)); "
      + "use fewer actions or higher limits"
  }
}
