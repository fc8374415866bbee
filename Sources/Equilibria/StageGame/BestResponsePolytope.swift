/// The polytope {z ≥ 0, Mz ≤ 1} of one player's strategies with the rival's best responses as
/// facets (von Stengel 2007, "Equilibrium computation for two-player games in strategic and
/// extensive form", ch. 3 of Algorithmic Game Theory, eq. 3.7): z is a strategy divided by what the
/// rival earns against it, row i of Mz ≤ 1 is tight where the rival's action i is a best response.
///
/// `M = D + 1`, where D are the *rival's* payoffs, one row for each rival action and one column for
/// each own action: each column is shifted to have minimum 0 (a constant added to all the rival's
/// payoffs against one own action changes no best response), and all are multiplied by one power of
/// two that brings the largest entry, the rival's stakes, into [1, 2). So z and the slacks lie in
/// [0, 1] whatever the units of the payoffs, and the solvers' absolute tolerances are relative to
/// the stakes. Where elimination has left the rival with stakes within the tolerance of those in
/// the whole game, nothing but rounding error, the latter remain the unit.
struct BestResponsePolytope {
  /// The number r of inequalities, the rival's actions.
  let rows: Int
  /// The number d of coordinates, the player's own actions.
  let dimension: Int
  /// D, column-major, shape [own action × rival action].
  let differences: [Double]

  /// From `payoff(r, c)`, what the rival earns with action r against own action c, and the rival's
  /// stakes in the whole game.
  init(
    rows: Int, dimension: Int, wholeStakes: Double, payoff: (_ row: Int, _ column: Int) -> Double
  ) {
    var differences = [Double](repeating: 0, count: rows * dimension)
    var stakes = 0.0
    for c in 0..<dimension {
      var least = Double.infinity
      var greatest = -Double.infinity
      for r in 0..<rows {
        let value = payoff(r, c)
        differences[c * rows + r] = value
        least = min(least, value)
        greatest = max(greatest, value)
      }
      for r in 0..<rows { differences[c * rows + r] -= least }
      stakes = max(stakes, greatest - least)
    }
    if stakes <= Double.tolerance * wholeStakes { stakes = wholeStakes }
    if stakes > 0 {
      for k in differences.indices {
        differences[k] = Double(
          sign: .plus, exponent: -Int(stakes.exponent), significand: differences[k])
      }
    }
    self.rows = rows
    self.dimension = dimension
    self.differences = differences
  }

  /// P: the row player's strategies x, facets the column player's best responses.
  static func ofRowPlayer(_ game: BimatrixGame, _ reduced: ReducedGame) -> BestResponsePolytope {
    BestResponsePolytope(
      rows: reduced.columns.count, dimension: reduced.rows.count, wholeStakes: game.stakes.column
    ) { j, i in
      game.columnPayoffs[reduced.rows[i] * game.columns + reduced.columns[j]]
    }
  }

  /// Q: the column player's strategies y, facets the row player's best responses.
  static func ofColumnPlayer(_ game: BimatrixGame, _ reduced: ReducedGame) -> BestResponsePolytope {
    BestResponsePolytope(
      rows: reduced.rows.count, dimension: reduced.columns.count, wholeStakes: game.stakes.row
    ) { i, j in
      game.rowPayoffs[reduced.rows[i] * game.columns + reduced.columns[j]]
    }
  }
}
