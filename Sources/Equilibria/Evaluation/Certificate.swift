public import Environments

/// How far a profile is from equilibrium, recomputed from the game and the profile alone.
///
/// Nothing here is taken from a solver: values are re-evaluated by a direct method, best responses
/// are recomputed by policy iteration. `maxRegret ≤ exploitability ≤ maxRegret / (1 − δ)`.
public struct Certificate: Sendable, Equatable {
  /// Largest one-shot gain Wᵢ(s, a) − Vᵢ(s) over players, states and actions.
  public let maxRegret: Double
  /// Largest deviation gain over players and states: best-response value minus the profile's.
  /// (OpenSpiel's `exploitability` is NashConv per player, for zero-sum games; this is not that.)
  public let exploitability: Double
  /// Largest |Wᵢ(s, a) − Vᵢ(s)| over actions played with probability above 1e-9.
  public let supportGap: Double
  /// Largest difference between the profile and its mirror image, in probabilities and in values;
  /// nil for a game without mirror.
  public let symmetryGap: Double?
  /// Largest difference between values as reported and as re-evaluated; nil if none were reported.
  public let valueResidual: Double?
  /// The profile's values, re-evaluated, `[player][state]`.
  public let values: [[Double]]
  /// Best-response value minus the profile's, `[player][state]`, never negative.
  public let deviationGains: [[Double]]
  /// Largest minus smallest payoff of the game: what a tolerance is relative to.
  public let payoffRange: Double

  /// NashConv at each state: deviation gains summed over players.
  public var nashConv: [Double] {
    (deviationGains.first ?? []).indices.map { state in
      deviationGains.reduce(0) { $0 + $1[state] }
    }
  }

  /// NashConv under the law `initial`: Σ initial(s) NashConv(s).
  public func nashConv(under initial: [Double]) -> Double {
    zip(initial, nashConv).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// The tolerance on exploitability of a result that may be called solved: 1e-9 (1 + range of u).
  public var tolerance: Double { 1e-9 * (1 + payoffRange) }

  /// Whether exploitability is within tolerance.
  public var isCertified: Bool { exploitability <= tolerance }

  /// Judges a stationary profile of `game`.
  ///
  /// - Parameter reported: values that came with the profile, to be compared.
  /// - Complexity: a few linear solves of S unknowns per player.
  /// - Throws: `GameError` if the profile does not fit; `NumericalError` if a solve fails.
  public init(
    _ game: StochasticGame, _ profile: Profile, reported: [[Double]]? = nil
  ) throws {
    let values = try game.values(of: profile)
    var regret = 0.0
    var gap = 0.0
    var gains: [[Double]] = []
    for player in 0..<game.playerCount {
      let worth = game.actionValues(of: player, against: profile, values: values[player])
      let policy = profile[player]
      for state in 0..<game.stateCount {
        for entry in policy.offsets[state]..<policy.offsets[state + 1] {
          let difference = worth[entry] - values[player][state]
          regret = max(regret, difference)
          if policy.probabilities[entry] > 1e-9 { gap = max(gap, abs(difference)) }
        }
      }
      let best = try game.bestResponse(of: player, against: profile)
      gains.append(zip(best.values, values[player]).map { max(0, $0 - $1) })
    }
    self.init(
      game: game, maxRegret: regret, exploitability: gains.joined().max() ?? 0, supportGap: gap,
      values: values, gains: gains,
      symmetryGap: game.mirror == nil ? nil : mirrorGap(game, profile, values),
      residual: reported.map { largestDifference($0, values) })
  }

  init(
    game: StochasticGame, maxRegret: Double, exploitability: Double, supportGap: Double,
    values: [[Double]], gains: [[Double]], symmetryGap: Double?, residual: Double?
  ) {
    self.maxRegret = maxRegret
    self.exploitability = exploitability
    self.supportGap = supportGap
    self.values = values
    self.deviationGains = gains
    self.symmetryGap = symmetryGap
    self.valueResidual = residual
    self.payoffRange = game.payoffRange
  }
}

/// Largest difference between a profile and its mirror image, in probabilities and values.
func mirrorGap(_ game: StochasticGame, _ profile: Profile, _ values: [[Double]]) -> Double {
  guard let mirror = game.mirror else { return 0 }
  let image = game.mirrored(profile)
  var gap = 0.0
  for player in 0..<2 {
    for (a, b) in zip(profile[player].probabilities, image[player].probabilities) {
      gap = max(gap, abs(a - b))
    }
  }
  for state in 0..<game.stateCount {
    gap = max(gap, abs(values[0][state] - values[1][mirror[state]]))
  }
  return gap
}

/// Largest absolute difference of two tables of one shape.
func largestDifference(_ first: [[Double]], _ second: [[Double]]) -> Double {
  var largest = 0.0
  for (row, other) in zip(first, second) {
    for (a, b) in zip(row, other) { largest = max(largest, abs(a - b)) }
  }
  return largest
}
