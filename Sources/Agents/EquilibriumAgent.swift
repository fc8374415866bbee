public import Environments
public import Equilibria

extension PolicyAgent {
  /// An agent that plays one seat of an exact equilibrium.
  ///
  /// - Parameters:
  ///   - player: the seat.
  ///   - solver: which equilibrium; the stationary principal one by default.
  /// - Throws: `GameError` if the solver ends without a certified stationary profile, naming how it
  ///   ended; what the solver throws.
  public init(
    equilibriumOf game: StochasticGame, player: Int, solver: BellmanNash? = nil
  ) throws {
    let solution = try (try solver ?? BellmanNash()).solve(game)
    guard solution.status == .converged, solution.isStationary,
      let profile = solution.profiles.first
    else {
      throw GameError(
        "solver",
        "ended as \(solution.status.rawValue) without a certified stationary profile to play: "
          + solution.note)
    }
    self.init(profile[player])
  }
}
