public import Environments

/// Every Markov perfect equilibrium of a game that is written out, if it is directional or is played for
/// finitely many periods: the search, its equilibria as profiles, and their certificates.
///
/// ```swift
/// let all = try DirectionalEquilibria(game, horizon: 3)
/// let outcome = try all.enumeration(limits: EnumerationLimits()).run(threads: 2)
/// let tenth = try all.solution(of: all.string(at: 9)!)
/// let isOne = try all.certificate(of: tenth).isCertified
/// ```
public struct DirectionalEquilibria: Sendable {
  /// The stage games.
  public let stages: WrittenStages
  /// The game and its points; with a horizon the game written out over its periods.
  public var directional: DirectionalGame { stages.directional }
  /// The game that profiles and values belong to.
  public var game: StochasticGame { stages.directional.game }

  /// Finds the stages of a game.
  ///
  /// - Parameters:
  ///   - points: the directional part of each state; nil for the finest points (see
  ///     `DirectionalGame.init(_:points:)`).
  ///   - horizon: play this many periods instead of for ever (see
  ///     `DirectionalGame.finiteHorizon(_:periods:)`); not together with `points`.
  ///   - vertices: limits of the enumeration of bimatrix games.
  /// - Throws: `DirectionalGameLoop` if the points are not directional; `UnsolvablePoint` if all
  ///   equilibria of some stage game cannot be found; `GameError` about `points` or `horizon`.
  public init(
    _ game: StochasticGame, points: [Int]? = nil, horizon: Int? = nil,
    vertices: VertexEnumeration = VertexEnumeration()
  ) throws {
    if let horizon {
      guard points == nil else {
        throw GameError(
          "points", "cannot stand beside a horizon, whose points are periods; leave one of them out"
        )
      }
      stages = try WrittenStages(.finiteHorizon(game, periods: horizon), vertices: vertices)
    } else {
      stages = try WrittenStages(DirectionalGame(game, points: points), vertices: vertices)
    }
  }

  /// The enumeration of all equilibria with the payoffs of the first two players at a state; of a
  /// one-player game, that player's twice.
  ///
  /// - Parameter state: of `game`; nil for the likeliest first state, the lowest if several.
  public func enumeration(
    at state: Int? = nil, limits: EnumerationLimits
  ) -> EquilibriumEnumeration<WrittenStages> {
    let place = stages.place(of: state ?? firstState)
    return EquilibriumEnumeration(
      stages,
      payoffs: (
        point: place.point, first: place.number,
        second: place.number + min(1, game.playerCount - 1)
      ), limits: limits)
  }

  /// The likeliest first state.
  public var firstState: Int { game.initial.firstIndex(of: game.initial.max()!)! }

  /// The equilibria in the order of the search, at most `limit` of them.
  ///
  /// - Returns: whether they are all the game has: none was left out, and no stage game on the way had
  ///   a tie, with which there could be infinitely many.
  /// - Complexity: a search that far; memory for the profiles.
  public func list(limit: Int) throws -> (solutions: [StationarySolution], isAll: Bool) {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin()
    var solutions: [StationarySolution] = []
    repeat {
      guard solutions.count < limit else { return (solutions, false) }
      solutions.append(solution(search))
    } while try search.advance()
    return (solutions, search.firstDegenerate == nil)
  }

  /// The string of the equilibrium at this place in the order of the search, counted from 0; nil if
  /// there are not so many. Cost: a search that far.
  public func string(at number: Int) throws -> [Int]? {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin()
    for _ in 0..<number {
      guard try search.advance() else { return nil }
    }
    return search.digits
  }

  /// The equilibrium with this string.
  ///
  /// - Throws: `EquilibriumStringError` if there is none.
  public func solution(of string: [Int]) throws -> StationarySolution {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin(with: string)
    return solution(search)
  }

  /// The equilibrium at which a search of `stages` stands, as a profile of `game` with its values.
  public func solution(
    _ search: RecursiveLexicographicalSearch<WrittenStages>
  ) -> StationarySolution {
    let (tables, players) = (stages.tables, game.playerCount)
    var profile = game.uniformProfile
    var values = [[Double]](
      repeating: [Double](repeating: 0, count: game.stateCount), count: players)
    for (position, states) in tables.states.enumerated() {
      let found = search.selection(at: position)
      for (place, state) in states.enumerated() {
        for player in 0..<players {
          values[player][state] = found[place * players + player]
          let law = tables.lawStart[state * players + player]
          profile[player].setLaw(
            Array(found[law..<law + game.actionCount(player, at: state)]), at: state)
        }
      }
    }
    return StationarySolution(
      profile: profile, values: values, status: .converged, iterations: search.solveCount,
      note: search.firstDegenerate.map { "ties at \(stages.label(at: $0))" } ?? "")
  }

  /// Judges an equilibrium from the game and the profile alone.
  ///
  /// - Throws: `NumericalError` if a linear solve fails.
  public func certificate(of solution: StationarySolution) throws -> Certificate {
    try Certificate(game, solution.profile, reported: solution.values)
  }
}
