/// The polytope {z ≥ 0, Mz ≤ 1} of one player's strategies with the rival's best responses as
/// facets (von Stengel 2007, "Equilibrium computation for two-player games in strategic and
/// extensive form", ch. 3 of Algorithmic Game Theory, eq. 3.7): z is a strategy divided by what the
/// rival earns against it, row i of Mz ≤ 1 is tight where the rival's action i is a best response.
///
/// `M = D + 1`, where D are the *rival's* payoffs, one row for each rival action and one column for
/// each own action, brought to a common scale: each column is shifted to have minimum 0 (a constant
/// added to all the rival's payoffs against one own action changes no best response) and multiplied
/// by a power of two (which rescales the strategy's coordinates and nothing else). The largest
/// entry of D then lies in [1, 2), so that z and the slacks lie in [0, 1] whatever the units of the
/// payoffs. A column whose spread is less than the widest one's is magnified too, but by no more
/// than 2¹⁰, so that ties blurred by rounding remain ties within the solvers' tolerance.
struct BestResponsePolytope {
  /// The number r of inequalities, the rival's actions.
  let rows: Int
  /// The number d of coordinates, the player's own actions.
  let dimension: Int
  /// D, column-major, shape [own action × rival action].
  let differences: [Double]
  /// The factor of each column: the strategy is proportional to z(c)·scale(c).
  let scale: [Double]

  /// From `payoff(r, c)`, what the rival earns with action r against own action c.
  init(rows: Int, dimension: Int, payoff: (_ row: Int, _ column: Int) -> Double) {
    var differences = [Double](repeating: 0, count: rows * dimension)
    var spreads = [Double](repeating: 0, count: dimension)
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
      spreads[c] = greatest - least
    }
    let widest = spreads.max() ?? 0
    var scale = [Double](repeating: 1, count: dimension)
    if widest > 0 {
      for c in 0..<dimension {
        let exponent =
          spreads[c] > 0
          ? max(Int(spreads[c].exponent), Int(widest.exponent) - 10) : Int(widest.exponent)
        for r in 0..<rows {
          differences[c * rows + r] = Double(
            sign: .plus, exponent: -exponent, significand: differences[c * rows + r])
        }
        // Relative to the widest column, so that no factor overflows.
        scale[c] = Double(
          sign: .plus, exponent: Int(widest.exponent) - exponent, significand: 1)
      }
    }
    self.rows = rows
    self.dimension = dimension
    self.differences = differences
    self.scale = scale
  }

  /// P: the row player's strategies x, facets the column player's best responses.
  static func ofRowPlayer(_ game: BimatrixGame, _ reduced: ReducedGame) -> BestResponsePolytope {
    BestResponsePolytope(rows: reduced.columns.count, dimension: reduced.rows.count) { j, i in
      game.columnPayoffs[reduced.rows[i] * game.columns + reduced.columns[j]]
    }
  }

  /// Q: the column player's strategies y, facets the row player's best responses.
  static func ofColumnPlayer(_ game: BimatrixGame, _ reduced: ReducedGame) -> BestResponsePolytope {
    BestResponsePolytope(rows: reduced.rows.count, dimension: reduced.columns.count) { i, j in
      game.rowPayoffs[reduced.rows[i] * game.columns + reduced.columns[j]]
    }
  }
}
