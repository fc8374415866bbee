/// State recursion: one Markov perfect equilibrium of a directional game, the one that a rule of
/// selection picks (Iskhakov, Rust and Schjerning 2016, section 2.4, definition 14 and theorem 4).
///
/// ```text
/// for each point, the end game first
///     find all equilibria of the stage game, given what was selected after it
///     select one by the rule
/// ```
///
/// Cost: each stage game is solved once. Every equilibrium that it can end in is one that
/// `RecursiveLexicographicalSearch` lists.
public struct StateRecursion<Solver: StageSolver> {
  /// The stage games.
  public let solver: Solver
  /// Which equilibrium of each stage game is taken.
  public var rule: StageRule

  /// Creates a recursion.
  public init(_ solver: Solver, rule: StageRule) {
    self.solver = solver
    self.rule = rule
  }

  /// Solves the game once.
  ///
  /// - Returns: a search that stands at the equilibrium: its `digits`, `bases` and `selection(at:)` are
  ///   the equilibrium's, and `advance()` goes on from there.
  /// - Throws: what the solver throws; `EquilibriumStringError` if the rule picks what is not there.
  public func solve() throws -> RecursiveLexicographicalSearch<Solver> {
    let search = RecursiveLexicographicalSearch(solver)
    try search.begin(choosing: { point, _ in
      rule.choose(point, search.stageEquilibria(at: point), solver.valueCount)
    })
    return search
  }
}

/// A deterministic rule that selects one equilibrium of a stage game.
public struct StageRule: Sendable {
  /// - Parameters:
  ///   - point: in solving order.
  ///   - equilibria: the numbers of each, at least one of them.
  ///   - valueCount: how many of the numbers are values, the first ones.
  /// - Returns: an index into `equilibria`.
  public let choose: @Sendable (_ point: Int, _ equilibria: [[Double]], _ valueCount: Int) -> Int

  /// A rule of one's own.
  public init(
    choose:
      @escaping @Sendable (_ point: Int, _ equilibria: [[Double]], _ valueCount: Int) -> Int
  ) {
    self.choose = choose
  }

  /// The equilibrium at this place of the solver's order, or the last one if there are fewer.
  public static func index(_ index: Int) -> StageRule {
    StageRule { _, equilibria, _ in min(index, equilibria.count - 1) }
  }

  /// The last of the solver's order.
  public static let last = StageRule { _, equilibria, _ in equilibria.count - 1 }

  /// The largest sum of all values, compared after rounding to 1e-10; the first if several.
  public static let joint = StageRule { _, equilibria, valueCount in
    best(equilibria) { $0.prefix(valueCount).reduce(0, +) }
  }

  /// The largest of the number at `place`, such as a player's value; the first if several.
  public static func high(_ place: Int) -> StageRule {
    StageRule { _, equilibria, _ in best(equilibria) { $0[place] } }
  }

  /// The smallest of the number at `place`; the first if several.
  public static func low(_ place: Int) -> StageRule {
    StageRule { _, equilibria, _ in best(equilibria) { -$0[place] } }
  }

  private static func best(_ equilibria: [[Double]], _ measure: ([Double]) -> Double) -> Int {
    let measures = equilibria.map { (measure($0) * 1e10).rounded() }
    return measures.firstIndex(of: measures.max()!)!
  }
}
