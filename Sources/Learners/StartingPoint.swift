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
  /// Vⱼ(s) of the profile for every player j, exact; `[player][state]`.
  public let profileValues: [[Double]]
  /// Vᵢ(s) of the seat.
  public var values: [Double] { profileValues[player] }
  private let player: Int

  /// Evaluates `profile` for `player`.
  ///
  /// - Complexity: one linear solve of S unknowns for each player.
  /// - Throws: `GameError` if the profile does not fit the game.
  public init(_ profile: Profile, player: Int, game: StochasticGame) throws {
    self.player = player
    profileValues = try game.values(of: profile)
    actionValues = game.actionValues(
      of: player, against: profile, values: profileValues[player])
    policy = profile[player]
    self.profile = profile
  }
}
