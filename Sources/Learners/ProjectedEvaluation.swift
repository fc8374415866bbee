public import Agents
public import Environments
internal import Equilibria
public import Statistics

/// The expected semi-gradient update of a fixed profile's values, and where it rests.
///
/// With X the features `[state × feature]`, P and r the transition law (times growth and
/// continuation) and mean reward under the profile, D the diagonal matrix of weights μ of states and
/// K that of step scales, one expected update of step α is
///
///     w ← w + α K Xᵀ D (r + γ P X w − X w)
///
/// which with μ = 1/S is semi-gradient dynamic programming: Sutton and Barto (2018), eq. 11.9 and
/// figure 11.2, right. It rests at the TD fixed point, where Xᵀ D (I − γP) X w = Xᵀ D r (section
/// 9.4, eq. 9.12): X w then is the projection, in the norm of D, of its own Bellman image. It
/// converges to it from small α where μ is the stationary law of P (Tsitsiklis and Van Roy 1997) and
/// may diverge elsewhere (`Baird`).
public struct ProjectedEvaluation {
  /// Xᵀ D (γP − I) X, times K: the linear part of the expected update per unit of step.
  public let matrix: DenseMatrix
  /// K Xᵀ D r.
  public let offset: [Double]

  /// Works out the expected update.
  ///
  /// - Parameters:
  ///   - features: of the game's states.
  ///   - profile: whose values are wanted.
  ///   - player: whose payoffs they are.
  ///   - stateWeights: μ, one per state, not negative.
  /// - Complexity: S² d + S d².
  /// - Throws: `GameError` if the profile does not fit, or the game has growth.
  public init(
    _ features: StateFeatures, game: StochasticGame, profile: Profile, player: Int,
    stateWeights: [Double]
  ) throws {
    try game.validate(profile)
    guard game.growth == nil else {
      throw GameError("growth", "the expected update is for games without growth")
    }
    precondition(stateWeights.count == game.stateCount, "one weight per state")
    let (states, count) = (game.stateCount, features.featureCount)
    let law = game.transitionMatrix(under: profile)
    let zeros = [Double](repeating: 0, count: states)
    // A profile's mean reward is what its actions are worth when the future is worth nothing.
    let worth = game.actionValues(of: player, against: profile, values: zeros)
    let vectors = (0..<states).map(features.vector)
    var matrix = DenseMatrix(rows: count, columns: count)
    var offset = [Double](repeating: 0, count: count)
    for state in 0..<states where !game.isTerminal[state] {
      var change = vectors[state].map { -$0 }
      for next in 0..<states where !game.isTerminal[next] {
        let weight = game.discounts[player] * law[state * states + next]
        guard weight != 0 else { continue }
        for i in 0..<count { change[i] += weight * vectors[next][i] }
      }
      let policy = profile[player]
      var reward = 0.0
      for entry in policy.offsets[state]..<policy.offsets[state + 1] {
        reward += policy.probabilities[entry] * worth[entry]
      }
      for entry in features.starts[state]..<features.starts[state + 1] {
        let (i, step) = (features.indices[entry], stateWeights[state] * features.steps[entry])
        for j in 0..<count { matrix[i, j] += step * change[j] }
        offset[i] += step * reward
      }
    }
    self.matrix = matrix
    self.offset = offset
  }

  /// One expected update.
  public func update(_ weights: inout [Double], step: Double) {
    let old = weights
    for i in weights.indices {
      var sum = offset[i]
      for j in old.indices { sum += matrix[i, j] * old[j] }
      weights[i] = old[i] + step * sum
    }
  }

  /// The TD fixed point.
  ///
  /// - Throws: `NumericalError` if the features leave several, as linearly dependent ones do.
  public func fixedPoint() throws -> [Double] {
    try solve(
      DenseMatrix(rows: matrix.rows, columns: matrix.columns, values: matrix.values.map { -$0 }),
      offset)
  }
}
