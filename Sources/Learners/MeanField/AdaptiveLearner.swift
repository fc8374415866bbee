internal import Environments
public import Equilibria

/// What the outer steps of an adaptive learner change.
public struct AdaptiveSnapshot: Codable, Sendable {
  var search: BracketSearch
  var steps = 0
  /// The last step, and the one at the answer.
  var last: OuterStep?
  var answer: OuterStep?
  var isUnderConverged = false
  /// What was found at the ends of the bracket.
  var low: End?
  var high: End?
  /// Samples that the tolerance would have needed, where they were more than allowed.
  var samplesNeeded: Double?
  var largestWeight: Double?

  init(search: BracketSearch) { self.search = search }

  /// What was found at an end of the bracket.
  struct End: Codable, Sendable {
    var side: MeanFieldEstimate.Side
    var isUnderConverged: Bool

    init(_ side: MeanFieldEstimate.Side, _ isUnderConverged: Bool) {
      self.side = side
      self.isUnderConverged = isUnderConverged
    }
  }
}

/// A learner that is such a search and nothing else.
protocol AdaptiveLearner: MeanFieldLearner where Snapshot == AdaptiveSnapshot {
  associatedtype Inner: FrozenLearner
  var search: AdaptiveSearch<Inner> { get set }
}

extension AdaptiveLearner {
  /// One look at one m, with as many trials and samples as its sign needs.
  public mutating func advance(isCancelled: () -> Bool) throws -> OuterStep? {
    try search.advance(isCancelled: isCancelled)
  }

  /// Whether the search has ended.
  public var isDone: Bool { search.isDone }
  /// The answer, or the middle of the bracket.
  public var estimate: MeanFieldEstimate { search.estimate }
  /// The policy learned at the answer, or last.
  public var policy: MeanFieldPolicy { search.policy }
  /// The population's law seen there.
  public var law: [Double] { search.law }
  /// Q̂ there, if the method has one.
  public var actionValues: [Double]? { search.actionValues }
  /// max |w| after the last step, of methods with weights.
  public var largestWeight: Double? { search.state.largestWeight }

  /// Bracket, last step, answer and ends.
  public func snapshot() -> AdaptiveSnapshot { search.state }
  /// Takes up a snapshot.
  public mutating func restore(_ snapshot: AdaptiveSnapshot) throws {
    try search.restore(snapshot)
  }
}
