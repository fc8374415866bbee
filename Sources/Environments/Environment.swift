public import Statistics

/// A simultaneous-move game being played; with one player, a Markov decision process.
///
/// The life of an episode: `reset` puts play in a first state; each `step` takes one action per
/// player, pays every player, and says whether play goes on. After a boundary other than
/// `running`, call `reset`; nothing resets itself. Rewards and observations of the last step stay
/// readable until then, so a learner that bootstraps from a truncated episode sees its last state.
///
/// An environment owns no randomness: streams are passed in.
public protocol Environment {
  /// The number of players; joint actions and rewards are indexed by player.
  var playerCount: Int { get }
  /// What one player sees of the state.
  associatedtype Observation: Sendable
  /// γ ∈ [0, 1] per step; below 1 where play never ends. The game owns it; learners and solvers
  /// read it.
  func discount(for player: Int) -> Double
  /// Starts an episode.
  mutating func reset(using stream: inout RandomStream)
  /// Plays one step and pays `rewards`, one per player.
  mutating func step(
    _ jointAction: borrowing Span<Int>, rewards: inout MutableSpan<Double>,
    using stream: inout RandomStream
  ) -> Boundary
  /// What `player` sees now.
  func observation(for player: Int) -> Observation
}

/// Whether play goes on after a step.
public enum Boundary: Sendable, Equatable {
  /// Play goes on.
  case running
  /// The game ended: the future is worth nothing.
  case terminated
  /// The clock ran out: we stopped watching, and a learner still bootstraps.
  case truncated

  /// 0 where the future is worth nothing, 1 where a learner still bootstraps.
  public var continuation: Double { self == .terminated ? 0 : 1 }
}

/// Where episodes start.
public enum EpisodeStart: String, Sendable, CaseIterable {
  /// At a draw from the game's initial law.
  case initial
  /// At any state that is not terminal, equally likely.
  case uniform
}
