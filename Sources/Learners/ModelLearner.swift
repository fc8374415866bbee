public import Configuration
public import Environments
public import Statistics

/// A learner that learns from the model instead of from play.
///
/// Training goes in rounds. In each, every player sees the laws that everybody played in the
/// round, at all states, and chooses its law of the next; all revise at once. Fictitious play,
/// regret matching, replicator dynamics and exact policy gradients are of this kind.
public protocol ModelLearner {
  /// Everything that training changes, portable.
  associatedtype Snapshot: Codable & Sendable

  /// The word after `learner.kind`.
  static var name: String { get }
  /// One line for `lab list learners`.
  static var summary: String { get }
  /// Its keys in the learner section.
  static var parameters: [Parameter] { get }

  /// Creates the learner for one seat.
  ///
  /// - Parameters:
  ///   - parameters: resolved.
  ///   - model: the game.
  ///   - player: the seat.
  ///   - rounds: how long training is planned to last, for schedules.
  ///   - stream: for a random beginning; the agent's own.
  /// - Throws: `GameError` if the game is not one that such a learner can learn.
  init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream) throws

  /// Begins from a given policy instead of from nothing; called before training.
  mutating func start(from point: StartingPoint) throws

  /// Writes the law played in the first round, flat as the player's policy.
  func writeFirstLaw(into law: UnsafeMutablePointer<Double>)

  /// Learns from round `round` ≥ 1 and writes the law of the next one.
  ///
  /// - Parameters:
  ///   - play: what everybody played, `play[player]` flat as that player's policy.
  ///   - law: where to write; not one of `play`.
  mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>)

  /// The policy as it stands.
  var lastPolicy: Policy { get }
  /// The average that the method's theory is about: of beliefs, or of the laws played over time.
  var averagePolicy: Policy { get }
  /// The round after which the likeliest action at any state last changed.
  var lastPolicyChange: Int { get }
  /// The temperature or entropy weight now, for the log; nil if there is none.
  var explorationRate: Double? { get }

  /// Everything that training changes.
  func snapshot() -> Snapshot
  /// Takes up a snapshot. Throws `SnapshotError` if it does not fit.
  mutating func restore(_ snapshot: Snapshot) throws
}

extension ModelLearner {
  func savedSnapshot() -> String { encodedSnapshot(snapshot()) }
  mutating func restore(saved: String) throws { try restore(decoded(Snapshot.self, saved)) }
}

/// A policy that stays as it is, among learners from the model.
public struct FixedModelPlayer: ModelLearner {
  /// The word for it.
  public static let name = "fixed"
  /// One line.
  public static let summary = "a policy that stays as it is"
  /// None of its own.
  public static let parameters: [Parameter] = []

  private var policy: Policy

  /// Holds a policy.
  public init(_ policy: Policy) { self.policy = policy }

  /// Holds the uniform policy.
  public init(
    _ parameters: ParameterSet, model: ModelTables, player: Int, rounds: Int,
    using stream: inout RandomStream
  ) throws {
    policy = model.game.uniformPolicy(player)
  }

  /// Begins from a given policy.
  public mutating func start(from point: StartingPoint) throws { policy = point.policy }

  /// Writes the policy.
  public func writeFirstLaw(into law: UnsafeMutablePointer<Double>) {
    law.update(from: policy.probabilities, count: policy.probabilities.count)
  }

  /// Plays the same again.
  public mutating func revise(
    round: Int, given play: UnsafePointer<UnsafePointer<Double>>,
    into law: UnsafeMutablePointer<Double>
  ) { writeFirstLaw(into: law) }

  /// The policy as it stands.
  public var lastPolicy: Policy { policy }
  /// The average policy.
  public var averagePolicy: Policy { policy }
  /// Updates after which the policy last changed.
  public var lastPolicyChange: Int { 0 }
  /// The exploration rate, if there is one.
  public var explorationRate: Double? { nil }

  /// Nothing changes.
  public struct Snapshot: Codable, Sendable {}
  /// Everything that training changes.
  public func snapshot() -> Snapshot { Snapshot() }
  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: Snapshot) throws {}
}
