import Environments

/// All Nash equilibria known of the one-shot game at one state, by connected component.
public struct StateEquilibria: Sendable, Equatable {
  /// A connected component of the set of equilibria.
  public struct Component: Sendable, Equatable {
    /// The extreme equilibria in it, `[equilibrium][player][action]`; one for an isolated equilibrium.
    public let equilibria: [[[Double]]]
    /// Products of polytopes whose union is the component (the maximal Nash subsets), by the extreme
    /// strategies of each player: `[piece][player][strategy][action]`. Any mixture of one piece's
    /// strategies by each player is an equilibrium.
    public let pieces: [[[[Double]]]]

    /// Whether it holds infinitely many equilibria.
    public var isContinuum: Bool { equilibria.count > 1 }
  }

  /// The components, in the order in which `VertexEnumeration` lists them: small supports first.
  public let components: [Component]
  /// Whether they are all of them.
  public let completeness: KnownEquilibria.Completeness
  /// Whether `pieces` cover the components. If not, there were too many, and the extreme equilibria
  /// stand in for them.
  public let coversContinua: Bool

  /// Enumerates the equilibria of the one-shot game uᵢ(s, ·).
  ///
  /// - Returns: nil if more than two players have a choice at `state`.
  /// - Throws: `StageGameError` if the payoffs do not make a game.
  init?(_ game: StochasticGame, state: Int, limits: VertexEnumeration) throws {
    let active = (0..<game.playerCount).filter { game.actionCount($0, at: state) > 1 }
    guard active.count <= 2 else { return nil }
    let counts = (0..<2).map { $0 < active.count ? game.actionCount(active[$0], at: state) : 1 }
    // Players without a choice have one action, so the rows list the others' joint actions in order.
    func table(_ seat: Int) -> [Double] {
      (game.jointOffsets[state]..<game.jointOffsets[state + 1]).map {
        seat < active.count ? game.payoff(active[seat], row: $0) : 0
      }
    }
    let stage = try BimatrixGame(
      rows: counts[0], columns: counts[1], rowPayoffs: table(0), columnPayoffs: table(1))
    let found = limits.solve(stage)
    func seats(_ first: [Double], _ second: [Double]) -> [[Double]] {
      var laws = [[Double]](repeating: [1], count: game.playerCount)
      for (seat, player) in active.enumerated() { laws[player] = seat == 0 ? first : second }
      return laws
    }
    let subsets = found.maximalNashSubsets()
    components = found.components.map { members in
      let equilibria = members.map {
        seats(found.equilibria[$0].strategies[0], found.equilibria[$0].strategies[1])
      }
      guard let subsets else {
        return Component(equilibria: equilibria, pieces: equilibria.map { $0.map { [$0] } })
      }
      let pieces = subsets.filter { members.contains($0.equilibria[0]) }.map { subset in
        var piece = [[[Double]]](repeating: [[1]], count: game.playerCount)
        for (seat, player) in active.enumerated() {
          piece[player] = seat == 0 ? subset.rowStrategies : subset.columnStrategies
        }
        return piece
      }
      return Component(equilibria: equilibria, pieces: pieces)
    }
    coversContinua = subsets != nil
    completeness =
      switch found.end {
      case .complete: .all
      case .unverified: .found
      case .vertexLimit, .timeLimit, .tooManyActions: .atLeast
      }
  }

  /// The component that contains `laws` with the players swapped: of the components of the mirrored
  /// state, the one with an extreme equilibrium nearest to that.
  static func image(of component: Component, in others: [Component]) -> Int {
    let swapped = [component.equilibria[0][1], component.equilibria[0][0]]
    var best = (index: 0, distance: Double.infinity)
    for (index, other) in others.enumerated() {
      for laws in other.equilibria {
        let distance = max(
          totalVariation(laws[0], swapped[0]), totalVariation(laws[1], swapped[1]))
        if distance < best.distance { best = (index, distance) }
      }
    }
    return best.index
  }
}
