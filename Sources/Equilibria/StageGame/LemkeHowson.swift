/// How a complementary pivoting path ended.
public enum PathEnd: String, Sendable, Equatable {
  /// At an equilibrium that passed its certificate.
  case converged
  /// At `maximumPivots`.
  case pivotLimit
  /// At `timeLimit`.
  case timeLimit
  /// Rounding error: the path could not be continued, or its end failed the certificate.
  case unverified
}

/// What a complementary pivoting path found.
public struct PathSolution: Sendable, Equatable {
  /// The equilibrium at the end of the path; nil unless `end` is `converged`.
  public let equilibrium: StageEquilibrium?
  /// `BimatrixGame.maxRegret` of that equilibrium; infinite where there is none.
  public let maxRegret: Double
  /// The number of pivots made.
  public let pivots: Int
  /// How the path ended.
  public let end: PathEnd

  /// Whether an equilibrium was found.
  public var converged: Bool { end == .converged }
}

/// One equilibrium of a bimatrix game by the Lemke-Howson algorithm.
///
/// Lemke and Howson (1964), "Equilibrium points of bimatrix games"; the form followed is von
/// Stengel (2007), Algorithmic Game Theory ch. 3, algorithm 3.10 and section 3.6. Labels
/// 0..<m are row actions and m..<m+n column actions. Starting from the artificial equilibrium
/// (0, 0) the path drops one label and alternates between the two best-response polytopes, each
/// time dropping the label picked up twice, until the dropped label is picked up.
///
/// Ties in the ratio test are broken lexicographically, so the path ends on degenerate games too.
/// Different labels may lead to different equilibria; even all m + n labels together need not find
/// every equilibrium (see `VertexEnumeration`). The number of pivots is usually below m + n, but
/// grows exponentially on known families of games (Savani and von Stengel 2006), hence the limits.
/// A pivot costs O(mn).
///
/// Differences from the sources: tableaux are in floating point, computed afresh every 32 pivots
/// and after a small one; the end is solved again from the payoffs in double-double arithmetic and
/// must pass `maxRegret ≤ 1e-11 · stakes`. If it does not, or a tie on the path could not be told
/// from a small difference, the path is retraced with double-double tableaux (32 digits); if the end
/// fails even so, the result is `unverified`. Ties are judged as by `VertexEnumeration`.
public struct LemkeHowson: Sendable, Equatable {
  /// The label dropped first; 0, the row player's first action, unless set.
  public var droppedLabel: Int
  /// The most pivots to make; at least 1.
  public var maximumPivots: Int
  /// The most wall-clock time to take; none unless set. Whether it stops a path depends on the
  /// machine; the pivots made before do not.
  public var timeLimit: Duration?

  /// The configuration; nothing is computed.
  public init(
    droppedLabel: Int = 0, maximumPivots: Int = 1_000_000, timeLimit: Duration? = nil
  ) {
    precondition(maximumPivots >= 1, "at least one pivot is needed")
    self.droppedLabel = droppedLabel
    self.maximumPivots = maximumPivots
    self.timeLimit = timeLimit
  }

  /// Follows the path from (0, 0) that drops `droppedLabel`.
  ///
  /// Throws `StageGameError.noSuchLabel` unless the label is in 0..<m+n. Reaching a limit is no
  /// error: see `PathSolution.end`.
  public func solve(_ game: BimatrixGame) throws(StageGameError) -> PathSolution {
    let labels = game.rows + game.columns
    guard 0..<labels ~= droppedLabel else { throw .noSuchLabel(droppedLabel, labels: labels) }
    let whole = ReducedGame(all: game)
    let p = BestResponsePolytope.ofRowPlayer(game, whole)
    let q = BestResponsePolytope.ofColumnPlayer(game, whole)
    let start = ContinuousClock.now
    return path(game, p, q, start, Double.self) ?? path(game, p, q, start, DoubleDouble.self)
      ?? .none(.unverified)
  }

  /// The path with tableaux of `Scalar`; nil where its end is in doubt.
  private func path<Scalar: TableauScalar>(
    _ game: BimatrixGame, _ p: BestResponsePolytope, _ q: BestResponsePolytope,
    _ start: ContinuousClock.Instant, _: Scalar.Type
  ) -> PathSolution? {
    let (m, n) = (game.rows, game.columns)
    var rowSide = PolytopeDictionary<Scalar>(p)
    var columnSide = PolytopeDictionary<Scalar>(q)
    // In P variable v has label v; in Q its label is v + m for coordinates, v − n for slacks.
    var onRowSide = droppedLabel < m
    var entering = droppedLabel
    var pivots = 0
    while true {
      if let end = stop(pivots, start) { return .none(end, pivots: pivots) }
      let leaving =
        onRowSide
        ? rowSide.enter(entering)
        : columnSide.enter(entering < m ? entering + n : entering - m)
          .map { $0 < n ? $0 + m : $0 - n }
      guard let leaving, !rowSide.isDoubtful(pivots), !columnSide.isDoubtful(pivots) else {
        return nil
      }
      pivots += 1
      if leaving == droppedLabel { break }
      entering = leaving
      onRowSide.toggle()
    }
    guard let x = rowSide.strategy(), let y = columnSide.strategy() else { return nil }
    return PathSolution(certifying: StageEquilibrium(x, y, in: game), of: game, pivots: pivots)
  }

  /// Follows the symmetric path of a symmetric game: one tableau Az ≤ 1, on which action k's
  /// coordinate and slack are complementary, dropping the label of `droppedLabel` (0..<m). The
  /// equilibrium has both players use the same strategy, which the Lemke-Howson path need not.
  ///
  /// Lemke (1965) applied to the symmetric game's complementarity problem; Savani and von Stengel
  /// (2006), section 2. Same arithmetic and certificate as `solve`. Throws
  /// `StageGameError.notSymmetric` unless `game.isSymmetric`, and `noSuchLabel`.
  public func solveSymmetric(_ game: BimatrixGame) throws(StageGameError) -> PathSolution {
    guard game.isSymmetric else { throw .notSymmetric }
    let m = game.rows
    guard 0..<m ~= droppedLabel else { throw .noSuchLabel(droppedLabel, labels: m) }
    let polytope = BestResponsePolytope.ofColumnPlayer(game, ReducedGame(all: game))
    let start = ContinuousClock.now
    return symmetricPath(game, polytope, start, Double.self)
      ?? symmetricPath(game, polytope, start, DoubleDouble.self) ?? .none(.unverified)
  }

  private func symmetricPath<Scalar: TableauScalar>(
    _ game: BimatrixGame, _ polytope: BestResponsePolytope, _ start: ContinuousClock.Instant,
    _: Scalar.Type
  ) -> PathSolution? {
    let m = game.rows
    var dictionary = PolytopeDictionary<Scalar>(polytope)
    var entering = droppedLabel
    var pivots = 0
    while true {
      if let end = stop(pivots, start) { return .none(end, pivots: pivots) }
      guard let leaving = dictionary.enter(entering), !dictionary.isDoubtful(pivots) else {
        return nil
      }
      pivots += 1
      if leaving % m == droppedLabel { break }
      entering = leaving < m ? leaving + m : leaving - m
    }
    guard let x = dictionary.strategy() else { return nil }
    return PathSolution(certifying: StageEquilibrium(x, x, in: game), of: game, pivots: pivots)
  }

  private func stop(_ pivots: Int, _ start: ContinuousClock.Instant) -> PathEnd? {
    if pivots >= maximumPivots { return .pivotLimit }
    if let timeLimit, ContinuousClock.now - start >= timeLimit { return .timeLimit }
    return nil
  }
}

extension PathSolution {
  fileprivate static func none(_ end: PathEnd, pivots: Int = 0) -> PathSolution {
    PathSolution(equilibrium: nil, maxRegret: .infinity, pivots: pivots, end: end)
  }

  /// Nil unless the profile passes its certificate.
  fileprivate init?(
    certifying equilibrium: StageEquilibrium, of game: BimatrixGame, pivots: Int
  ) {
    maxRegret = game.maxRegret(equilibrium.strategies[0], equilibrium.strategies[1])
    guard maxRegret <= game.certificateTolerance else { return nil }
    self.equilibrium = equilibrium
    self.pivots = pivots
    end = .converged
  }
}

extension BimatrixGame {
  /// The largest regret a returned equilibrium may have: 1e-11 of the larger player's stakes. (An
  /// equilibrium solved to working precision has some 1e-16 of them.)
  var certificateTolerance: Double {
    let stakes = self.stakes
    return 1e-11 * max(stakes.row, stakes.column)
  }
}

extension PolytopeDictionary {
  /// Whether to give this path up, and start again with more digits if there are more: some tie is
  /// in doubt, or there were ties and the path is so long that one may have been mistaken, which can
  /// make it run in a circle. (Known long paths are those of nondegenerate games.)
  fileprivate func isDoubtful(_ pivots: Int) -> Bool {
    if Scalar.self != Double.self { return hasTies && pivots > 500 * (rows + dimension) }
    return isAmbiguous || (hasTies && pivots > 50 * (rows + dimension))
  }

  /// Lets `variable` enter and returns the variable that left; nil where rounding error forbids.
  fileprivate mutating func enter(_ variable: Int) -> Int? {
    if isStale, !rebuild() { return nil }
    guard !isBasic(variable) else { return nil }
    let column = place[variable]
    guard let row = leavingRow(entering: column) else { return nil }
    let leaving = basic[row]
    pivot(row: row, column: column)
    return leaving
  }

  /// The strategy at the vertex, solved from the payoffs; nil at the vertex 0 or where singular.
  fileprivate func strategy() -> [Double]? {
    let support = basicCoordinates()
    guard !support.isEmpty else { return nil }
    var zeros: Set<Int> = []
    for c in support where value(of: c) <= Scalar.tolerance { zeros.insert(c) }
    return SupportSystem(polytope, support: support, responses: nonbasicSlacks(), zeros: zeros)?
      .strategy
  }
}
