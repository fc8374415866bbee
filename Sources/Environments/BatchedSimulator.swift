public import Statistics

/// Many copies of one game, stepped together.
///
/// Copy k draws from its own stream of index k, so its path is, bit for bit, that of a lone
/// `Simulator` with the same stream, whatever the number of copies. A step allocates nothing.
public struct BatchedSimulator: ~Copyable {
  /// The number of copies.
  public let count: Int
  /// The number of players.
  public let playerCount: Int
  private let copies: UnsafeMutablePointer<Simulator>
  private let streams: UnsafeMutablePointer<RandomStream>

  /// Creates `count` copies with streams (seed, simulation, 0 ..< count).
  public init(
    _ game: StochasticGame, count: Int, seed: UInt64, generator: GeneratorKind = .taus2,
    start: EpisodeStart = .initial, episodeLength: Int = 0
  ) {
    precondition(count >= 1, "a batch needs at least one copy")
    let tables = SimulationTables(game)
    self.count = count
    playerCount = game.playerCount
    copies = .allocate(capacity: count)
    streams = .allocate(capacity: count)
    for k in 0..<count {
      (copies + k).initialize(
        to: Simulator(tables, start: start, episodeLength: episodeLength))
      (streams + k).initialize(
        to: RandomStream(seed: seed, role: .simulation, index: k, generator: generator))
    }
  }

  deinit {
    copies.deinitialize(count: count)
    streams.deinitialize(count: count)
    copies.deallocate()
    streams.deallocate()
  }

  /// The state of copy k.
  public func state(of k: Int) -> Int {
    precondition(k >= 0 && k < count, "no such copy")
    return copies[k].state
  }

  /// Starts an episode in every copy.
  public mutating func reset() {
    for k in 0..<count { copies[k].reset(using: &streams[k]) }
  }

  /// Starts an episode in copy k.
  public mutating func reset(_ k: Int) {
    precondition(k >= 0 && k < count, "no such copy")
    copies[k].reset(using: &streams[k])
  }

  /// Steps every copy.
  ///
  /// - Parameters:
  ///   - jointActions: `[copy × player]`.
  ///   - rewards: `[copy × player]`, filled in.
  ///   - boundaries: `[copy]`, filled in. A copy past its boundary must be reset before the next
  ///     step.
  public mutating func step(
    _ jointActions: borrowing Span<Int>, rewards: inout MutableSpan<Double>,
    boundaries: inout MutableSpan<Boundary>
  ) {
    precondition(jointActions.count == count * playerCount, "one action per copy and player")
    precondition(rewards.count == count * playerCount, "one reward per copy and player")
    precondition(boundaries.count == count, "one boundary per copy")
    let players = playerCount
    jointActions.withUnsafeBufferPointer { actions in
      rewards.withUnsafeMutableBufferPointer { pay in
        var at = 0
        for k in 0..<count {
          let row = copies[k].checkedRow(actions.baseAddress! + at)
          let earned = copies[k].payoffs(of: row)
          var player = 0
          while player < players {
            pay[at &+ player] = earned[player]
            player &+= 1
          }
          at &+= players
          boundaries[k] = copies[k].move(along: row, using: &streams[k])
        }
      }
    }
  }
}
