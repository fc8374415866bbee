internal import Agents
internal import Environments

/// A learner whose training changes one table of action values: what follows from the table alone,
/// said once.
///
/// It adds how it acts and the target of its update. What else it keeps goes into a snapshot of its
/// own.
protocol ActionValueLearner: Learner {
  /// Table, visits and exploration.
  var core: ActionValueCore { get set }
}

extension ActionValueLearner {
  /// Counts the greedy action at a visited state.
  @inline(__always)
  public mutating func recordVisit(_ state: Int) { core.recordVisit(state) }

  /// The table begins as the exact action values of the given profile.
  public mutating func start(from point: StartingPoint) throws { core.start(from: point) }

  /// Players who explore by the same schedule compute it once.
  public mutating func share(with first: Self) {
    core.exploration.share(with: first.core.exploration)
  }

  /// The greedy policy, ties to the lowest action.
  public var lastPolicy: Policy { core.lastPolicy }
  /// Per state, how often each action was the greedy one at recorded visits.
  public var averagePolicy: Policy { core.averagePolicy }
  /// Updates after which the greedy policy last changed.
  public var lastPolicyChange: Int { core.lastPolicyChange }
  /// ε or the temperature.
  public var explorationRate: Double? { core.explorationRate }

  /// Infinite once an action value is not finite; otherwise none.
  public var largestWeight: Double? { core.table.isFinite ? nil : .infinity }

  /// The table, its visits and the updates.
  public func snapshot() -> ActionValueSnapshot { core.snapshot() }
  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: ActionValueSnapshot) throws {
    try core.restore(snapshot)
  }
}
