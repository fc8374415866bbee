public import Statistics

/// A stochastic game as an environment that agents play.
///
/// Every player sees the state's index. One uniform draw per step chooses the next state by a scan
/// of the row's partial sums; `reset` takes one draw. A step allocates nothing.
public struct Simulator: Environment {
  /// The tables being played.
  public let tables: SimulationTables
  /// Where episodes start.
  public let start: EpisodeStart
  /// Steps after which an episode is truncated; 0 for never.
  public let episodeLength: Int
  /// The current state.
  public private(set) var state: Int
  /// Steps since the last reset.
  public private(set) var stepsTaken = 0
  /// The factor on the future of the last step: 0 at termination, otherwise the row's growth,
  /// which is 1 in ordinary games.
  public private(set) var continuation = 1.0

  /// Creates a simulator at the likeliest first state; call `reset` before the first step.
  ///
  /// - Parameter episodeLength: steps after which an episode is truncated; 0 for never.
  public init(_ tables: SimulationTables, start: EpisodeStart = .initial, episodeLength: Int = 0) {
    precondition(episodeLength >= 0, "episode length must not be negative")
    self.tables = tables
    self.start = start
    self.episodeLength = episodeLength
    state = tables.starts[0]
  }

  /// Creates a simulator of `game`.
  public init(_ game: StochasticGame, start: EpisodeStart = .initial, episodeLength: Int = 0) {
    self.init(SimulationTables(game), start: start, episodeLength: episodeLength)
  }

  /// Creates a simulator in the middle of an episode, as a checkpoint left it.
  public init(
    _ tables: SimulationTables, start: EpisodeStart, episodeLength: Int, state: Int,
    stepsTaken: Int
  ) {
    self.init(tables, start: start, episodeLength: episodeLength)
    precondition(state >= 0 && state < tables.stateCount, "no such state")
    self.state = state
    self.stepsTaken = stepsTaken
  }

  /// The number of players.
  public var playerCount: Int { tables.playerCount }

  /// The discount factor of `player`.
  public func discount(for player: Int) -> Double { tables.discounts[player] }

  /// The current state, which every player sees.
  public func observation(for player: Int) -> Int { state }

  /// Starts an episode with one draw.
  public mutating func reset(using stream: inout RandomStream) {
    state = tables.firstState(start, stream.uniform())
    stepsTaken = 0
    continuation = 1
  }

  /// Plays one step with one draw.
  public mutating func step(
    _ jointAction: borrowing Span<Int>, rewards: inout MutableSpan<Double>,
    using stream: inout RandomStream
  ) -> Boundary {
    var row = 0
    let players = tables.playerCount
    let counts = tables.actionCounts + state &* players
    var player = 0
    while player < players {
      let action = jointAction[player]
      precondition(action >= 0 && action < counts[player], "action out of range")
      row = row &* counts[player] &+ action
      player &+= 1
    }
    row &+= tables.jointOffsets[state]
    let pay = tables.payoffs + row &* players
    player = 0
    while player < players {
      rewards[player] = pay[player]
      player &+= 1
    }
    state = tables.nextState(row, stream.uniform())
    continuation = tables.growth.map { $0[row] } ?? 1
    stepsTaken &+= 1
    if tables.isTerminal[state] {
      continuation = 0
      return .terminated
    }
    return stepsTaken == episodeLength ? .truncated : .running
  }
}

/// The read-only tables of a game laid out for stepping, shared by any number of simulators.
///
/// Plain memory owned by this object, so that the hot loop indexes pointers; nothing is written
/// after `init`, which is why it may be shared between threads.
public final class SimulationTables: @unchecked Sendable {
  /// N.
  public let playerCount: Int
  /// S.
  public let stateCount: Int
  /// δᵢ.
  public let discounts: [Double]
  /// Index of the likeliest first state, for simulators not yet reset.
  let starts: [Int]
  let actionCounts: UnsafeMutablePointer<Int>
  let jointOffsets: UnsafeMutablePointer<Int>
  let payoffs: UnsafeMutablePointer<Double>
  let transitionOffsets: UnsafeMutablePointer<Int>
  let nextStates: UnsafeMutablePointer<Int32>
  /// Partial sums of each row; the last of a row is 2, so that a scan always ends inside it.
  let cumulative: UnsafeMutablePointer<Double>
  let growth: UnsafeMutablePointer<Double>?
  let isTerminal: UnsafeMutablePointer<Bool>
  private let initial: [Double]
  private let playable: [Int]

  /// Lays the game out. Memory: about 12 bytes a transition and 8 N + 8 a row.
  public init(_ game: StochasticGame) {
    playerCount = game.playerCount
    stateCount = game.stateCount
    discounts = game.discounts
    initial = game.initial
    playable = (0..<game.stateCount).filter { !game.isTerminal[$0] }
    starts = [game.initial.firstIndex(of: game.initial.max() ?? 0) ?? 0]
    var partial = game.probabilities
    for row in 0..<game.rowCount {
      let range = game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
      var sum = 0.0
      for entry in range {
        sum += partial[entry]
        partial[entry] = sum
      }
      if let last = range.last { partial[last] = 2 }
    }
    actionCounts = Self.copy(game.actionCounts)
    jointOffsets = Self.copy(game.jointOffsets)
    payoffs = Self.copy(game.payoffs)
    transitionOffsets = Self.copy(game.transitionOffsets)
    nextStates = Self.copy(game.nextStates)
    cumulative = Self.copy(partial)
    growth = game.growth.map(Self.copy)
    isTerminal = Self.copy(game.isTerminal)
  }

  private static func copy<T: BitwiseCopyable>(_ values: [T]) -> UnsafeMutablePointer<T> {
    let memory = UnsafeMutablePointer<T>.allocate(capacity: max(values.count, 1))
    memory.initialize(from: values, count: values.count)
    return memory
  }

  deinit {
    actionCounts.deallocate()
    jointOffsets.deallocate()
    payoffs.deallocate()
    transitionOffsets.deallocate()
    nextStates.deallocate()
    cumulative.deallocate()
    growth?.deallocate()
    isTerminal.deallocate()
  }

  /// The next state of a row for a uniform draw u ∈ [0, 1).
  func nextState(_ row: Int, _ u: Double) -> Int {
    var entry = transitionOffsets[row]
    while u >= cumulative[entry] { entry &+= 1 }
    return Int(nextStates[entry])
  }

  /// The first state of an episode for a uniform draw u ∈ [0, 1).
  func firstState(_ start: EpisodeStart, _ u: Double) -> Int {
    switch start {
    case .uniform: return playable[Int(u * Double(playable.count))]
    case .initial:
      var sum = 0.0
      var last = 0
      for state in initial.indices where initial[state] > 0 {
        sum += initial[state]
        last = state
        if u < sum { break }
      }
      return last
    }
  }
}
