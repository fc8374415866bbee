public import Environments
internal import Equilibria

/// What a learner may begin from: a policy for its seat, and what actions are worth while everybody
/// plays the profile that the policy comes from.
public struct StartingPoint: Sendable {
  /// The whole profile.
  public let profile: Profile
  /// The policy of the seat.
  public let policy: Policy
  /// Wᵢ(s, a) = uᵢ + δᵢ E V of the seat against the profile, exact; flat as the policy.
  public let actionValues: [Double]
  /// Vᵢ(s) of the profile, exact.
  public let values: [Double]

  /// Evaluates `profile` for `player`.
  ///
  /// - Complexity: one linear solve of S unknowns.
  /// - Throws: `GameError` if the profile does not fit the game.
  public init(_ profile: Profile, player: Int, game: StochasticGame) throws {
    values = try game.values(of: profile)[player]
    actionValues = game.actionValues(of: player, against: profile, values: values)
    policy = profile[player]
    self.profile = profile
  }
}
