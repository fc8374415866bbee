/// A pair of actions, one a player; ordered by row, then column.
public struct PureProfile: Sendable, Hashable, Comparable {
  /// The row player's action.
  public let row: Int
  /// The column player's action.
  public let column: Int

  /// The profile (row, column).
  public init(row: Int, column: Int) {
    self.row = row
    self.column = column
  }

  /// Lexicographic order.
  public static func < (left: PureProfile, right: PureProfile) -> Bool {
    (left.row, left.column) < (right.row, right.column)
  }
}

/// All equilibria in pure strategies, by inspection.
public enum PureEquilibria {
  /// Every (i, j), in lexicographic order, with
  ///
  ///     A(i, j) ≥ max_k A(k, j) − tolerance   and   B(i, j) ≥ max_l B(i, l) − tolerance,
  ///
  /// that is, every pure profile whose `maxRegret` is at most `tolerance`.
  ///
  /// The tolerance is absolute, in units of payoff, and at least 0: ties that differ by rounding
  /// should count as ties. Scale it for payoffs far from the order of 1. The answer is complete;
  /// it is empty where every equilibrium mixes. Cost O(mn).
  public static func all(of game: BimatrixGame, tolerance: Double = 1e-11) -> [PureProfile] {
    precondition(tolerance >= 0, "the tolerance must be at least 0")
    let (m, n) = (game.rows, game.columns)
    var best = [Double](repeating: -.infinity, count: n)
    for i in 0..<m {
      for j in 0..<n { best[j] = max(best[j], game.rowPayoffs[i * n + j]) }
    }
    var found: [PureProfile] = []
    for i in 0..<m {
      var bestReply = -Double.infinity
      for j in 0..<n { bestReply = max(bestReply, game.columnPayoffs[i * n + j]) }
      for j in 0..<n
      where bestReply - game.columnPayoffs[i * n + j] <= tolerance
        && best[j] - game.rowPayoffs[i * n + j] <= tolerance
      {
        found.append(PureProfile(row: i, column: j))
      }
    }
    return found
  }
}
