public import Environments

/// Training as its driver sees it: something that goes on step by step, shows the players' policies
/// at any step, and can be left and taken up again to the same bits.
///
/// `TrainingLoop` learns from play, `ModelLoop` from the model.
public protocol TrainingProcess: ~Copyable {
  /// Everything that training changes, portable.
  associatedtype Snapshot: Codable & Sendable

  /// Steps taken.
  var step: Int { get }
  /// Steps planned.
  var steps: Int { get }
  /// Trains up to and including step `last`.
  mutating func run(until last: Int)

  /// The profile of policies as they stand, without exploration.
  var lastProfile: Profile { get }
  /// The profile of average policies; nil before any is recorded.
  var averageProfile: Profile? { get }
  /// Step after which any player's policy last changed.
  var lastPolicyChange: Int { get }
  /// Where play stands; nil where nothing is played.
  var currentState: Int? { get }
  /// The exploration rate or temperature of the first player who has one.
  var explorationRate: Double? { get }
  /// The largest weight in absolute value of any player with function approximation; nil if there
  /// is none.
  var largestWeight: Double? { get }
  /// Mean reward of each player per step since the last call, over `count` steps; nil where nothing
  /// is played.
  mutating func takeMeanRewards(over count: Int) -> [Double]?

  /// Everything that training changes.
  func snapshot() -> Snapshot
  /// Takes up a snapshot of the same configuration. Throws `SnapshotError` if it does not fit.
  mutating func restore(_ snapshot: Snapshot) throws
}

extension TrainingProcess where Self: ~Copyable {
  /// None, unless the process has learners with weights.
  public var largestWeight: Double? { nil }

  /// Whether no player's policy changed during the last tenth of the steps taken so far.
  public var isPolicySettled: Bool {
    step > 0 && lastPolicyChange <= step - max(step / 10, 1)
  }

  /// Trains until no player's policy has changed for `periods` steps, or up to step `last`,
  /// whichever comes first.
  ///
  /// Stops at exactly the first step t ≥ `lastPolicyChange` + `periods`, wherever `run` was left
  /// before.
  /// - Returns: whether the policies have stood unchanged for `periods`.
  public mutating func run(until last: Int, orUnchangedFor periods: Int) -> Bool {
    while step - lastPolicyChange < periods {
      guard step < last else { return false }
      run(until: min(last, lastPolicyChange + periods))
    }
    return true
  }
}
