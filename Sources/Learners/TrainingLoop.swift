internal import Agents
public import Environments
public import Statistics

/// The training driver for learning from play: agents of one kind learn by playing a game together
/// (`Seat` is the kind that can be any).
///
/// Every step: each player acts, the environment moves, each player learns. Episodes are truncated
/// after a stated length (learners still bootstrap) and restart where the simulator says. Streams
/// are independent by role: one for the environment, one for each agent, so a change in one
/// agent's draws moves nobody else's.
///
/// The loop can be left at any step and taken up again from its `snapshot`, to the same bits.
public struct TrainingLoop<Player: Learner>: TrainingProcess, ~Copyable {
  /// Steps taken.
  public private(set) var step = 0
  /// Steps planned.
  public let steps: Int
  /// Steps before the average policy is recorded.
  public let averageFrom: Int
  private var simulator: Simulator
  private var environmentStream: RandomStream
  private let learners: UnsafeMutablePointer<Player>
  private let streams: UnsafeMutablePointer<RandomStream>
  private let actions: UnsafeMutableBufferPointer<Int>
  private let rewardSums: UnsafeMutablePointer<Double>
  private var needsReset = true

  /// Seats the learners, one per player.
  ///
  /// - Parameters:
  ///   - simulator: the environment.
  ///   - steps: how long training is planned to last.
  ///   - averageFrom: steps before the average policy is recorded; half of `steps` if nil.
  ///   - seed: the run's seed; streams are (seed, environment) and (seed, agent, player).
  public init(
    simulator: Simulator, learners players: [Player], steps: Int, averageFrom: Int? = nil,
    seed: UInt64, generator: GeneratorKind
  ) {
    precondition(players.count == simulator.playerCount, "one learner per player")
    self.simulator = simulator
    self.steps = steps
    self.averageFrom = averageFrom ?? steps / 2
    environmentStream = RandomStream(
      seed: seed, role: .environment, index: 0, generator: generator)
    let count = players.count
    learners = .allocate(capacity: count)
    learners.initialize(from: players, count: count)
    for player in 1..<max(count, 1) { learners[player].share(with: learners[0]) }
    streams = .allocate(capacity: count)
    for player in 0..<count {
      (streams + player).initialize(
        to: RandomStream(seed: seed, role: .agent, index: player, generator: generator))
    }
    actions = .allocate(capacity: count)
    actions.initialize(repeating: 0)
    rewardSums = .allocate(capacity: count)
    rewardSums.initialize(repeating: 0, count: count)
  }

  deinit {
    let count = actions.count
    learners.deinitialize(count: count)
    learners.deallocate()
    streams.deinitialize(count: count)
    streams.deallocate()
    actions.deallocate()
    rewardSums.deallocate()
  }

  /// The learner in a seat.
  public func learner(_ player: Int) -> Player {
    precondition(player >= 0 && player < actions.count, "no such player")
    return learners[player]
  }

  /// The profile of policies as they stand, without exploration.
  public var lastProfile: Profile { Profile((0..<actions.count).map { learners[$0].lastPolicy }) }

  /// The profile of average policies; nil before any is recorded.
  public var averageProfile: Profile? {
    guard step > averageFrom else { return nil }
    return Profile((0..<actions.count).map { learners[$0].averagePolicy })
  }

  /// Where play stands.
  public var currentState: Int? { simulator.state }

  /// The exploration rate or temperature of the first player who has one.
  public var explorationRate: Double? {
    for player in 0..<actions.count {
      if let rate = learners[player].explorationRate { return rate }
    }
    return nil
  }

  /// The largest weight in absolute value of any player with function approximation.
  public var largestWeight: Double? {
    (0..<actions.count).compactMap { learners[$0].largestWeight }.max()
  }

  /// Steps after which any player's policy last changed.
  public var lastPolicyChange: Int {
    (0..<actions.count).map { learners[$0].lastPolicyChange }.max() ?? 0
  }

  /// Mean reward of each player per step since the last call, which resets it.
  ///
  /// - Parameter count: the steps taken since then.
  public mutating func takeMeanRewards(over count: Int) -> [Double]? {
    (0..<actions.count).map { player in
      defer { rewardSums[player] = 0 }
      return count > 0 ? rewardSums[player] / Double(count) : 0
    }
  }

  /// Trains up to and including step `last`.
  public mutating func run(until last: Int) { Player.train(&self, until: last) }

  /// The loop itself, for `Learner.train`; others call `run`.
  @inline(__always)
  public mutating func play(until last: Int) {
    let half = averageFrom
    // Two players are the usual case: with their number a constant the loops over players unroll.
    if actions.count == 2 {
      play(until: min(last, half), players: 2, recording: false)
      play(until: last, players: 2, recording: true)
    } else {
      play(until: min(last, half), players: actions.count, recording: false)
      play(until: last, players: actions.count, recording: true)
    }
  }

  @inline(__always)
  private mutating func play(until last: Int, players: Int, recording: Bool) {
    // Locals, which the compiler may keep in registers: it must assume that a learner's writes
    // through its pointers change whatever lies behind one.
    var simulator = self.simulator
    let (learners, streams, actions) = (self.learners, self.streams, self.actions.baseAddress!)
    let rewardSums = self.rewardSums
    let jointAction = Span(
      _unsafeElements: UnsafeBufferPointer(start: actions, count: players))
    while step < last {
      if needsReset { simulator.reset(using: &environmentStream) }
      let state = simulator.state
      let counts = simulator.actionCounts
      var row = 0
      var player = 0
      while player < players {
        if recording { learners[player].recordVisit(state) }
        let action = learners[player].act(at: state, using: &streams[player])
        actions[player] = action
        row = row &* counts[player] &+ action
        player &+= 1
      }
      row &+= simulator.firstRow
      needsReset = simulator.move(along: row, using: &environmentStream) != .running
      let pay = simulator.payoffs(of: row)
      let rewards = Span(_unsafeElements: UnsafeBufferPointer(start: pay, count: players))
      player = 0
      while player < players {
        rewardSums[player] += pay[player]
        learners[player].update(
          state: state, jointAction: jointAction, rewards: rewards, nextState: simulator.state,
          continuation: simulator.continuation, isLast: needsReset, using: &streams[player])
        player &+= 1
      }
      step &+= 1
    }
    self.simulator = simulator
  }

  /// Everything that training changes.
  public struct Snapshot: Codable, Sendable {
    var step: Int
    var state: Int
    var stepsInEpisode: Int
    var needsReset: Bool
    var rewardSums: [Double]
    var environment: RandomStreamState
    var agents: [RandomStreamState]
    var learners: [Player.Snapshot]
  }

  /// Everything that training changes.
  public func snapshot() -> Snapshot {
    let count = actions.count
    return Snapshot(
      step: step, state: simulator.state, stepsInEpisode: simulator.stepsTaken,
      needsReset: needsReset, rewardSums: (0..<count).map { rewardSums[$0] },
      environment: environmentStream.state, agents: (0..<count).map { streams[$0].state },
      learners: (0..<count).map { learners[$0].snapshot() })
  }

  /// Takes up a snapshot of a loop of the same configuration.
  ///
  /// - Throws: `SnapshotError` or a stream's error if it does not fit.
  public mutating func restore(_ snapshot: Snapshot) throws {
    let count = actions.count
    guard snapshot.learners.count == count, snapshot.agents.count == count,
      snapshot.rewardSums.count == count
    else { throw SnapshotError("the checkpoint has \(snapshot.learners.count) players") }
    guard snapshot.step >= 0, snapshot.step <= steps, snapshot.state >= 0,
      snapshot.state < simulator.tables.stateCount, snapshot.stepsInEpisode >= 0
    else { throw SnapshotError("the checkpoint's step or state is out of range") }
    environmentStream = try RandomStream(restoring: snapshot.environment)
    for player in 0..<count {
      streams[player] = try RandomStream(restoring: snapshot.agents[player])
      try learners[player].restore(snapshot.learners[player])
      rewardSums[player] = snapshot.rewardSums[player]
    }
    simulator = Simulator(
      simulator.tables, start: simulator.start, episodeLength: simulator.episodeLength,
      state: snapshot.state, stepsTaken: snapshot.stepsInEpisode)
    needsReset = snapshot.needsReset
    step = snapshot.step
  }
}
