public import Environments

/// An equilibrium of the game played for finitely many periods.
public struct FiniteHorizonSolution: Sendable {
  /// One profile a period, the first period first.
  public let profiles: [Profile]
  /// Values `[period][player][state]`, the first period first.
  public let values: [[[Double]]]
  /// How much choice the stage games left, over all periods.
  public let counts: SelectionCounts
}

/// Exact backward induction: with h periods left, every state is the matrix game
/// U_h = u + δ C V_{h−1}, and V₀ = 0.
///
/// Exact for every horizon, given the rule that settles stage games with several equilibria.
/// Cost: one stage game per period and state (of each mirrored pair, one).
public struct BackwardInduction: Sendable {
  /// The number of periods H ≥ 1.
  public var horizon: Int
  /// The rule for stage games with several equilibria.
  public var selection: SelectionRule

  /// Creates a solver.
  public init(horizon: Int, selection: SelectionRule = .joint) {
    precondition(horizon >= 1, "at least one period")
    self.horizon = horizon
    self.selection = selection
  }

  /// Solves the game.
  ///
  /// - Parameter isCancelled: asked once a period; true ends the run.
  /// - Returns: nil if it was cancelled.
  /// - Throws: `StageSelectionError` if a stage game cannot be settled.
  public func solve(
    _ game: StochasticGame, isCancelled: () -> Bool
  ) throws -> FiniteHorizonSolution? {
    let sweep = BellmanSweep(game: game, selector: StageSelector(rule: selection))
    var values = Array(
      repeating: [Double](repeating: 0, count: game.stateCount), count: game.playerCount)
    var profiles: [Profile] = []
    var history: [[[Double]]] = []
    var counts = SelectionCounts()
    for _ in 0..<horizon {
      if isCancelled() { return nil }
      let step = try sweep.apply(to: values, previous: profiles.last)
      values = step.values
      profiles.append(step.profile)
      history.append(values)
      counts.several += step.counts.several
      counts.none += step.counts.none
    }
    return FiniteHorizonSolution(
      profiles: profiles.reversed(), values: history.reversed(), counts: counts)
  }
}

extension BackwardInduction {
  /// Solves the game without interruption; see `solve(_:isCancelled:)`.
  public func solve(_ game: StochasticGame) throws -> FiniteHorizonSolution {
    guard let solution = try solve(game, isCancelled: { false }) else {
      preconditionFailure("nobody cancelled")
    }
    return solution
  }
}

extension Certificate {
  /// Judges a profile that varies over finitely many periods, over **all** of them.
  ///
  /// Values, regrets and best responses are recomputed by backward recursion on the game's tables:
  /// a best responder may deviate in every remaining period. `values` and `deviationGains` are the
  /// first period's; regret, exploitability and the gaps are the largest over periods.
  ///
  /// - Parameters:
  ///   - profiles: one a period, the first period first.
  ///   - reported: values `[period][player][state]` to be compared, or nil.
  /// - Throws: `GameError` if a profile does not fit.
  public init(
    _ game: StochasticGame, periods profiles: [Profile], reported: [[[Double]]]? = nil
  ) throws {
    let zero = Array(
      repeating: [Double](repeating: 0, count: game.stateCount), count: game.playerCount)
    var values = zero
    var best = zero
    var (regret, gap, symmetry, residual, largest) = (0.0, 0.0, 0.0, 0.0, 0.0)
    for (period, profile) in profiles.enumerated().reversed() {
      try game.validate(profile)
      for player in 0..<game.playerCount {
        let worth = game.actionValues(of: player, against: profile, values: values[player])
        let bestWorth = game.actionValues(of: player, against: profile, values: best[player])
        let policy = profile[player]
        for state in 0..<game.stateCount {
          let entries = policy.offsets[state]..<policy.offsets[state + 1]
          let own = entries.reduce(0) { $0 + policy.probabilities[$1] * worth[$1] }
          values[player][state] = own
          best[player][state] = entries.map { bestWorth[$0] }.max()!
          largest = max(largest, best[player][state] - own)
          for entry in entries {
            regret = max(regret, worth[entry] - own)
            if policy.probabilities[entry] > 1e-9 { gap = max(gap, abs(worth[entry] - own)) }
          }
        }
      }
      if game.mirror != nil {
        symmetry = max(symmetry, mirrorGap(game, profile, values))
      }
      if let reported { residual = max(residual, largestDifference(reported[period], values)) }
    }
    let gains = zip(best, values).map { pair in zip(pair.0, pair.1).map { max(0, $0 - $1) } }
    self.init(
      game: game, maxRegret: regret, exploitability: largest, supportGap: gap, values: values,
      gains: gains, symmetryGap: game.mirror == nil ? nil : symmetry,
      residual: reported == nil ? nil : residual)
  }
}
