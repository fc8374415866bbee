/// All equilibria of a bimatrix game: every extreme equilibrium, and how they hang together.
///
/// The vertices of both best-response polytopes are enumerated and matched by their labels
/// (Mangasarian 1964; von Stengel 2007, Algorithmic Game Theory ch. 3, algorithm 3.11); vertices by
/// graph search over bases (`PolytopeVertices`), components and maximal Nash subsets from the graph
/// of extreme equilibria (Avis, Rosenberg, Savani and von Stengel 2010, Economic Theory 42, 9–37).
/// Degenerate games are covered. Differences from the sources: strictly dominated actions are
/// eliminated first, which changes no equilibrium; the arithmetic is in floating point.
///
/// Three checks stand behind `EquilibriumSet.isComplete`. Each profile is solved again from the
/// payoffs in double-double arithmetic and must have `maxRegret ≤ 1e-11 · stakes`. Each tableau is
/// recomputed every 32 pivots and after a small one. And the equilibria's indices must sum to 1
/// (Shapley 1974), which losing or inventing one equilibrium violates. If a check fails, or some
/// quantity was too small to tell from zero, everything is done again with double-double tableaux
/// (32 digits, each fresh, some 100 times slower); if one fails still, the result says `unverified`.
///
/// Payoff differences below 1e-12 of a player's stakes (`BimatrixGame.stakes`) count as ties, and
/// probabilities that small as zeros, unless differences between 1e-12 and 1e-10 occur beside
/// them: then every payoff is taken at face value. Stakes are taken as given: if
/// all they consist of is rounding error in payoffs that should be equal, that error is the game.
///
/// Cost: exponential in the smaller number of actions. Random 10 × 10 games have some 10³ vertices a
/// polytope, 15 × 15 some 5 · 10⁴; each costs O(mn). Games of a few actions against many are cheap.
/// Memory: about 100 bytes a vertex. At most 128 actions in all after elimination.
public struct VertexEnumeration: Sendable, Equatable {
  /// The most bases visited in each of the two polytopes.
  public var maximumVertices: Int
  /// The most wall-clock time to search for vertices, half of it for each polytope; none unless
  /// set. What is found when it strikes depends on the machine.
  public var timeLimit: Duration?

  /// The configuration; nothing is computed. `maximumVertices` in 1...2³¹−1.
  public init(maximumVertices: Int = 5_000_000, timeLimit: Duration? = nil) {
    precondition(1...Int(Int32.max) ~= maximumVertices, "maximumVertices must be in 1...2^31-1")
    self.maximumVertices = maximumVertices
    self.timeLimit = timeLimit
  }

  /// Finds the equilibria of `game`. Reaching a limit is no error: see `EquilibriumSet.end`.
  public func solve(_ game: BimatrixGame) -> EquilibriumSet {
    let reduced = ReducedGame(eliminatingDominatedActionsOf: game)
    let labels = reduced.rows.count + reduced.columns.count
    guard labels <= 128 else {
      return EquilibriumSet(
        equilibria: [], components: [], componentIndices: [], isDegenerate: false,
        end: .tooManyActions, maxRegret: 0, visitedBases: [0, 0],
        graph: EquilibriumGraph(rowStrategies: [], columnStrategies: [], edges: []))
    }
    let start = ContinuousClock.now
    let first =
      labels <= 64
      ? enumerate(game, reduced, start, UInt64.self, Double.self)
      : enumerate(game, reduced, start, UInt128.self, Double.self)
    guard first.end == .unverified else { return first }
    return labels <= 64
      ? enumerate(game, reduced, start, UInt64.self, DoubleDouble.self)
      : enumerate(game, reduced, start, UInt128.self, DoubleDouble.self)
  }

  private func enumerate<Labels: FixedWidthInteger & UnsignedInteger, Scalar: TableauScalar>(
    _ game: BimatrixGame, _ reduced: ReducedGame, _ start: ContinuousClock.Instant,
    _: Labels.Type, _: Scalar.Type
  ) -> EquilibriumSet {
    let p = BestResponsePolytope.ofRowPlayer(game, reduced)
    let q = BestResponsePolytope.ofColumnPlayer(game, reduced)
    let matching = LabelMatching<Labels>(
      m: reduced.rows.count, n: reduced.columns.count,
      rowSide: PolytopeVertices(
        of: p, maximum: maximumVertices, deadline: timeLimit.map { start + $0 / 2 },
        Scalar.self),
      columnSide: PolytopeVertices(
        of: q, maximum: maximumVertices, deadline: timeLimit.map { start + $0 },
        Scalar.self))
    var assembly = EquilibriumAssembly(
      game: game, reduced: reduced, rowPolytope: p, columnPolytope: q,
      resolution: 10 * Scalar.tolerance)
    return assembly.assemble(matching)
  }
}
