public import Agents
public import Configuration
public import Environments
public import Statistics

/// An agent that changes from experience.
///
/// The training driver calls, each step: `act`, then after the environment has moved `update`. It
/// calls `recordVisit` before `act` in the second half of training, from which the average policy
/// is formed. None of the three allocates.
public protocol Learner: Agent {
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
  ///   - game: the game played; learners may read their player's actions and discount from it.
  ///   - player: the seat.
  ///   - steps: how long training is planned to last, for schedules.
  init(_ parameters: ParameterSet, game: StochasticGame, player: Int, steps: Int) throws

  /// Learns from one step.
  ///
  /// - Parameters:
  ///   - state: where the players acted.
  ///   - jointAction: what each of them did.
  ///   - rewards: what each of them was paid.
  ///   - nextState: where play went.
  ///   - continuation: the factor on the future: 0 only at termination, 1 otherwise, also at
  ///     truncation (times the row's growth in games that grow).
  ///   - isLast: whether the episode ends with this step, by termination or truncation: the next
  ///     call of `act` is then at the first state of another episode, not at `nextState`.
  ///   - stream: the agent's own, as in `act`.
  mutating func update(
    state: Int, jointAction: borrowing Span<Int>, rewards: borrowing Span<Double>,
    nextState: Int, continuation: Double, isLast: Bool, using stream: inout RandomStream)

  /// Counts the current policy at a visited state towards the average policy.
  mutating func recordVisit(_ state: Int)

  /// Begins from a given policy instead of from nothing; called before training.
  ///
  /// - Throws: `GameError` if such a learner cannot begin from it.
  mutating func start(from point: StartingPoint) throws

  /// Shares what is only looked up, such as schedules, with the learner in the first seat of the
  /// same loop, which runs on one thread; called before training. Nothing is shared by default.
  mutating func share(with first: Self)

  /// The policy as it stands, without exploration.
  var lastPolicy: Policy { get }
  /// The visit-weighted mean of the policies recorded; at states never recorded, the last policy.
  var averagePolicy: Policy { get }
  /// The number of updates after which the policy last changed; of a policy that mixes, its
  /// likeliest action at any state.
  var lastPolicyChange: Int { get }
  /// The exploration rate or temperature now, for the log; nil if there is none.
  var explorationRate: Double? { get }
  /// The largest weight in absolute value, of learners with function approximation, for the log:
  /// infinite once one would have overflowed, which stops training. Of tables only that: infinite
  /// once an action value is not finite, else nil.
  var largestWeight: Double? { get }

  /// Trains a loop of such learners up to and including step `last`, by `loop.play(until: last)`.
  ///
  /// There is a default, but a learner does well to repeat this one line: a method of its own is
  /// compiled where `act` and `update` can be seen, into one loop without calls. The default is
  /// compiled for a learner wherever it is called from, and calls both.
  static func train(_ loop: inout TrainingLoop<Self>, until last: Int)

  /// Everything that training changes.
  func snapshot() -> Snapshot
  /// Takes up a snapshot. Throws `SnapshotError` if it does not fit.
  mutating func restore(_ snapshot: Snapshot) throws
}

extension Learner {
  /// Shares nothing.
  public mutating func share(with first: Self) {}

  /// None, unless a learner has weights.
  public var largestWeight: Double? { nil }

  /// Plays the loop.
  public static func train(_ loop: inout TrainingLoop<Self>, until last: Int) {
    loop.play(until: last)
  }
}

/// A snapshot that does not fit the learner it is given to.
public struct SnapshotError: Error, Sendable, CustomStringConvertible {
  /// What does not fit.
  public let description: String

  /// Creates an error.
  public init(_ description: String) { self.description = description }
}
