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
  /// How many periods are played; nil for ever.
  public let horizon: Int?
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
    self.horizon = horizon
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

  /// Visits every equilibrium and tallies payoffs; see `enumeration(at:limits:)` and
  /// `EquilibriumEnumeration.run`.
  ///
  /// - Throws: what stage games throw; `EquilibriumStringError` if `resumption` is not of this game.
  public func enumerate(
    at state: Int? = nil, limits: EnumerationLimits = EnumerationLimits(),
    resuming resumption: EnumerationResumption? = nil, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (@Sendable (UInt128) -> Void)? = nil
  ) throws -> EnumerationOutcome {
    // Here, so that the search is specialised for these stage games.
    try enumeration(at: state, limits: limits).run(
      resuming: resumption, threads: threads, isCancelled: isCancelled, progress: progress)
  }

  /// Visits every equilibrium in order, one after the other; false from `visit` ends the search.
  ///
  /// - Returns: a point at which a tie was met on the way, with which there could be infinitely many
  ///   equilibria.
  @discardableResult
  public func forEachEquilibrium(
    _ visit: (DirectionalEquilibrium) throws -> Bool
  ) throws -> Int? {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin()
    repeat {
      guard try visit(equilibrium(search)) else { break }
    } while try search.advance()
    return search.firstDegenerate
  }

  /// The equilibria in the order of the search, at most `limit` of them.
  ///
  /// - Returns: whether they are all the game has: none was left out, and no stage game on the way had
  ///   a tie, with which there could be infinitely many.
  /// - Complexity: a search that far; memory for the profiles.
  public func list(limit: Int) throws -> (equilibria: [DirectionalEquilibrium], isAll: Bool) {
    var found: [DirectionalEquilibrium] = []
    var isCut = false
    let tie = try forEachEquilibrium {
      isCut = found.count == limit
      if !isCut { found.append($0) }
      return !isCut
    }
    return (found, !isCut && tie == nil)
  }

  /// The first point in solving order whose stage game has several equilibria, after first choices
  /// before it; nil if there is one equilibrium. Cost: stage games up to there.
  public func firstChoice() throws -> Int? {
    try RecursiveLexicographicalSearch(stages).firstChoice()
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

  /// The equilibrium with this string; digits that are not given are 0.
  ///
  /// - Throws: `EquilibriumStringError` if there is none.
  public func equilibrium(string: [Int]) throws -> DirectionalEquilibrium {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin(with: string)
    return equilibrium(search)
  }

  /// An equilibrium at the end of a random descent: at every point, in solving order, each equilibrium
  /// of the stage game is as likely. Not uniform over equilibria.
  ///
  /// - Parameter choose: a whole number from 0 to below its argument.
  public func randomEquilibrium(_ choose: (Int) -> Int) throws -> DirectionalEquilibrium {
    let search = RecursiveLexicographicalSearch(stages)
    try search.begin(choosing: { choose($1) })
    return equilibrium(search)
  }

  private func equilibrium(
    _ search: RecursiveLexicographicalSearch<WrittenStages>
  ) -> DirectionalEquilibrium {
    DirectionalEquilibrium(
      string: search.digits, bases: search.bases, solution: solution(search))
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

  /// Whether an equilibrium is its own mirror image; nil for a game without mirror.
  public func isSymmetric(_ equilibrium: DirectionalEquilibrium) -> Bool? {
    guard game.mirror != nil else { return nil }
    let profile = equilibrium.solution.profile
    return largestTotalVariation(game.mirrored(profile), profile)
      <= KnownEquilibria.mergeTolerance
  }

  /// With a horizon, an equilibrium period by period: profiles and values `[period][player][state]` of
  /// the game that is played again and again. Nil without a horizon.
  ///
  /// - Parameter base: that game.
  public func periods(
    of solution: StationarySolution, in base: StochasticGame
  ) -> (profiles: [Profile], values: [[[Double]]])? {
    guard let horizon else { return nil }
    let count = base.stateCount
    var profiles: [Profile] = []
    var values: [[[Double]]] = []
    for period in 0..<horizon {
      var profile = base.uniformProfile
      for player in 0..<base.playerCount {
        for state in 0..<count {
          profile[player].setLaw(
            Array(solution.profile[player].law(at: period * count + state)), at: state)
        }
      }
      profiles.append(profile)
      values.append(solution.values.map { Array($0[period * count..<(period + 1) * count]) })
    }
    return (profiles, values)
  }
}

/// One equilibrium of a directional game that is written out, as a search has it.
public struct DirectionalEquilibrium: Sendable {
  /// Which equilibrium of each stage game, in solving order.
  public let string: [Int]
  /// How many each stage game has.
  public let bases: [Int]
  /// The profile with its values.
  public let solution: StationarySolution
}
