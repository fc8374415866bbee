internal import Agents
internal import Environments

/// A learner from play whose policy is a table of laws.
protocol LawLearner: Learner {
  /// The law of every state, without exploration, and its average.
  var laws: LawTable { get }
}

extension LawLearner {
  /// Adds the law of a visited state to the average.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) { laws.recordVisit(state) }

  /// The law learned, without exploration.
  public var lastPolicy: Policy { laws.policy }
  /// The mean of the laws at recorded visits.
  public var averagePolicy: Policy { laws.averagePolicy }
  /// Updates after which the likeliest action at some state last changed.
  public var lastPolicyChange: Int { laws.lastChange }
}

/// A learner whose law climbs on the action values of Q-learning.
protocol HillClimbingLearner: LawLearner {
  /// Values and laws.
  var climber: HillClimber { get set }
}

extension HillClimbingLearner {
  var laws: LawTable { climber.laws }

  /// Values and policy begin as those of the given profile.
  public mutating func start(from point: StartingPoint) throws { climber.start(from: point) }

  /// The probability of a random action.
  public var explorationRate: Double? { climber.explorationRate }

  /// Infinite once an action value is not finite; otherwise none.
  public var largestWeight: Double? { climber.table.isFinite ? nil : .infinity }

  /// Values, visits and laws.
  public func snapshot() -> HillClimberSnapshot { climber.snapshot() }
  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: HillClimberSnapshot) throws {
    try climber.restore(snapshot)
  }
}

/// A learner with its own values of joint actions alone, from which its law is read.
protocol JointValueLearner: LawLearner {
  /// Values and laws.
  var core: JointActionLearner { get set }
}

extension JointValueLearner {
  var laws: LawTable { core.laws }

  /// The table begins as what joint actions are worth while everybody goes on with the given
  /// profile; law and values of states are read from it, so the law is not the profile's own.
  public mutating func start(from point: StartingPoint) throws { core.start(from: point) }

  /// The probability of a random action.
  public var explorationRate: Double? { core.explorationRate }

  /// Values, visits and laws.
  public func snapshot() -> JointActionSnapshot { core.snapshot() }
  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: JointActionSnapshot) throws {
    try core.restore(snapshot)
  }
}
