internal import Environments

/// A learner from the model whose law and average of laws are kept in a record.
protocol RecordedLearner: ModelLearner {
  /// The law as it stands, and the average of those played.
  var record: LawRecord { get }
}

extension RecordedLearner {
  /// Writes the law of the first round.
  public func writeFirstLaw(into law: UnsafeMutablePointer<Double>) { record.write(into: law) }

  /// The law of the next round.
  public var lastPolicy: Policy { record.lastPolicy }
  /// The average of the laws played.
  public var averagePolicy: Policy { record.averagePolicy }
  /// The round after which the likeliest action at any state last changed.
  public var lastPolicyChange: Int { record.lastChange }
  /// There is none.
  public var explorationRate: Double? { nil }
}

/// Fictitious play, whatever its response is.
protocol BeliefLearner: RecordedLearner {
  /// What the player believes about rivals and the future.
  var beliefs: ModelBeliefs { get }
}

extension BeliefLearner {
  /// Plays the given policy in the first round, believing that the rivals play as in the profile it
  /// comes from and that the future is worth what it is there.
  public mutating func start(from point: StartingPoint) throws {
    beliefs.begin(with: point)
    record.begin(with: point.policy.probabilities)
  }
}
