/// The point of a polytope of strategies nearest to a given law in total variation.
///
/// Minimises ½ Σₐ |p(a) − Σₖ λₖ xₖ(a)| over λ ≥ 0, Σ λ = 1: a linear program in λ and the positive
/// and negative parts of the difference, solved by the simplex method on a dense tableau with
/// Bland's rule (Bland 1977), so that it ends. With one xₖ there is nothing to solve.
struct NearestMixture: Sendable, Equatable {
  /// The mixture Σ λₖ xₖ.
  let point: [Double]
  /// Its total variation distance, evaluated at `point`: attained, whatever the solver's rounding.
  let distance: Double

  /// - Parameters:
  ///   - strategies: the xₖ, each of the length of `law`; at least one.
  ///   - law: p.
  /// - Complexity: a few pivots of (n + 1)(K + 2n) operations for n actions and K strategies.
  init(of strategies: [[Double]], to law: [Double]) {
    precondition(!strategies.isEmpty, "a polytope needs a point")
    let point = strategies.count == 1 ? strategies[0] : Self.solve(strategies, law)
    self.point = point
    distance = totalVariation(point, law)
  }

  private static func solve(_ strategies: [[Double]], _ law: [Double]) -> [Double] {
    let (count, actions) = (strategies.count, law.count)
    // Columns: λ, the shortfall of the mixture below p, its excess above p; last the right side.
    let width = count + 2 * actions + 1
    var rows = [[Double]](repeating: [Double](repeating: 0, count: width), count: actions + 1)
    var basis = [Int](repeating: 0, count: actions + 1)
    // Start from λ = (1, 0, …): the difference p − x₀ fills shortfall or excess.
    for action in 0..<actions {
      let gap = law[action] - strategies[0][action]
      let sign = gap >= 0 ? 1.0 : -1.0
      for k in 1..<count {
        rows[action][k] = sign * (strategies[k][action] - strategies[0][action])
      }
      rows[action][count + action] = sign
      rows[action][count + actions + action] = -sign
      rows[action][width - 1] = abs(gap)
      basis[action] = gap >= 0 ? count + action : count + actions + action
    }
    for k in 0..<count { rows[actions][k] = 1 }
    rows[actions][width - 1] = 1
    // Reduced costs: every difference costs 1, λ nothing.
    var costs = [Double](repeating: 0, count: width)
    for column in count..<(width - 1) { costs[column] = 1 }
    for row in 0..<actions {
      for column in 0..<width { costs[column] -= rows[row][column] }
    }
    for _ in 0..<10_000 {
      guard let entering = (0..<(width - 1)).first(where: { costs[$0] < -1e-12 }) else { break }
      var leaving: Int?
      var least = Double.infinity
      for row in 0...actions where rows[row][entering] > 1e-12 {
        let ratio = rows[row][width - 1] / rows[row][entering]
        if ratio < least || (ratio == least && basis[row] < basis[leaving!]) {
          (leaving, least) = (row, ratio)
        }
      }
      guard let leaving else { break }
      let pivot = rows[leaving][entering]
      for column in 0..<width { rows[leaving][column] /= pivot }
      for row in 0...actions where row != leaving {
        let factor = rows[row][entering]
        if factor == 0 { continue }
        for column in 0..<width { rows[row][column] -= factor * rows[leaving][column] }
      }
      let factor = costs[entering]
      for column in 0..<width { costs[column] -= factor * rows[leaving][column] }
      basis[leaving] = entering
    }
    var point = [Double](repeating: 0, count: actions)
    var total = 0.0
    for (row, variable) in basis.enumerated() where variable < count {
      let weight = max(0, rows[row][width - 1])
      total += weight
      for action in 0..<actions { point[action] += weight * strategies[variable][action] }
    }
    return point.map { $0 / total }
  }
}

/// Total variation distance of two laws: ½ Σ |p − q|, in [0, 1].
func totalVariation(_ first: [Double], _ second: [Double]) -> Double {
  zip(first, second).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
}
