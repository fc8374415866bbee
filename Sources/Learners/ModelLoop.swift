internal import Agents
public import Environments

/// Trains learners from the model, in rounds in which all revise at once.
///
/// A step is one round. Nothing is played, so there are no rewards; the streams (seed, agent,
/// player) serve random beginnings only.
public struct ModelLoop: TrainingProcess, ~Copyable {
  /// Rounds done.
  public private(set) var step = 0
  /// Rounds planned.
  public let steps: Int
  private var learners: [any ModelLearner]
  private let game: StochasticGame
  private let entryCounts: [Int]
  private var laws: UnsafeMutablePointer<UnsafePointer<Double>>
  private var next: [UnsafeMutablePointer<Double>]
  private var current: [UnsafeMutablePointer<Double>]
  private let memory = TableMemory()

  /// Seats the learners, one per player.
  public init(game: StochasticGame, learners: [any ModelLearner], steps: Int) {
    precondition(learners.count == game.playerCount, "one learner per player")
    self.game = game
    self.learners = learners
    self.steps = steps
    entryCounts = (0..<learners.count).map { game.policyOffsets($0).last! }
    let memory = memory
    current = entryCounts.map { memory.block(of: $0, repeating: 0.0) }
    next = entryCounts.map { memory.block(of: $0, repeating: 0.0) }
    laws = .allocate(capacity: learners.count)
    for player in learners.indices {
      learners[player].writeFirstLaw(into: current[player])
      (laws + player).initialize(to: UnsafePointer(current[player]))
    }
  }

  deinit { laws.deallocate() }

  /// Plays rounds up to and including `last`.
  public mutating func run(until last: Int) {
    while step < last {
      for player in learners.indices {
        learners[player].revise(round: step + 1, given: laws, into: next[player])
      }
      swap(&current, &next)
      for player in learners.indices { laws[player] = UnsafePointer(current[player]) }
      step += 1
    }
  }

  /// The profile of policies as they stand.
  public var lastProfile: Profile { Profile(learners.map { $0.lastPolicy }) }
  /// The profile of average policies; nil before the first round.
  public var averageProfile: Profile? {
    step > 0 ? Profile(learners.map { $0.averagePolicy }) : nil
  }
  /// Round after which any player's likeliest action last changed.
  public var lastPolicyChange: Int { learners.map { $0.lastPolicyChange }.max() ?? 0 }
  /// Nothing is played.
  public var currentState: Int? { nil }
  /// The temperature of the first learner who has one.
  public var explorationRate: Double? { learners.lazy.compactMap { $0.explorationRate }.first }
  /// Nothing is played.
  public mutating func takeMeanRewards(over count: Int) -> [Double]? { nil }

  /// Everything that training changes.
  public struct Snapshot: Codable, Sendable {
    var step: Int
    var laws: [[Double]]
    var learners: [String]
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    Snapshot(
      step: step,
      laws: learners.indices.map {
        Array(UnsafeBufferPointer(start: current[$0], count: entryCounts[$0]))
      }, learners: learners.map { $0.savedSnapshot() })
  }

  /// Takes up a snapshot of a loop of the same configuration. Throws `SnapshotError`.
  public mutating func restore(_ snapshot: Snapshot) throws {
    guard snapshot.step >= 0, snapshot.step <= steps,
      snapshot.laws.map(\.count) == entryCounts, snapshot.learners.count == learners.count,
      snapshot.laws.joined().allSatisfy(\.isFinite)
    else { throw SnapshotError("the checkpoint is of another game or length") }
    for player in learners.indices {
      try learners[player].restore(saved: snapshot.learners[player])
      current[player].update(from: snapshot.laws[player], count: entryCounts[player])
    }
    step = snapshot.step
  }
}
