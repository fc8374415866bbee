public import Statistics

/// A stochastic game as an environment that agents play.
///
/// Every player sees the state's index. One uniform draw per step chooses the next state by a scan
/// of the row's partial sums, except in games whose moves are all certain, where a step draws
/// nothing; `reset` takes one draw. A step allocates nothing.
public struct Simulator: Environment {
  /// The tables being played.
  public let tables: SimulationTables
  /// Where episodes start.
  public let start: EpisodeStart
  /// Steps after which an episode is truncated; 0 for never.
  public let episodeLength: Int
  /// The current state.
  @inlinable public var state: Int { now.state }
  /// Steps since the last reset.
  @inlinable public var stepsTaken: Int { now.stepsTaken }
  /// The factor on the future of the last step: 0 at termination, otherwise the row's growth,
  /// which is 1 in ordinary games.
  @inlinable public var continuation: Double { now.continuation }
  @usableFromInline var now: Moment

  /// What a step changes.
  @usableFromInline struct Moment: Sendable {
    @usableFromInline var state: Int
    @usableFromInline var stepsTaken = 0
    @usableFromInline var continuation = 1.0
  }

  /// Creates a simulator at the likeliest first state; call `reset` before the first step.
  ///
  /// - Parameter episodeLength: steps after which an episode is truncated; 0 for never.
  public init(_ tables: SimulationTables, start: EpisodeStart = .initial, episodeLength: Int = 0) {
    precondition(episodeLength >= 0, "episode length must not be negative")
    self.tables = tables
    self.start = start
    self.episodeLength = episodeLength
    now = Moment(state: tables.starts[0])
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
    now = Moment(state: state, stepsTaken: stepsTaken)
  }

  /// The number of players.
  public var playerCount: Int { tables.playerCount }

  /// The discount factor of `player`.
  public func discount(for player: Int) -> Double { tables.discounts[player] }

  /// The current state, which every player sees.
  public func observation(for player: Int) -> Int { state }

  /// Starts an episode with one draw.
  public mutating func reset(using stream: inout RandomStream) {
    now = Moment(state: tables.firstState(start, stream.uniform()))
  }

  /// Plays one step with one draw, or none in a game without chance.
  public mutating func step(
    _ jointAction: borrowing Span<Int>, rewards: inout MutableSpan<Double>,
    using stream: inout RandomStream
  ) -> Boundary {
    let players = tables.playerCount
    precondition(jointAction.count >= players, "one action per player")
    let row = jointAction.withUnsafeBufferPointer { checkedRow($0.baseAddress!) }
    let pay = payoffs(of: row)
    var player = 0
    while player < players {
      rewards[player] = pay[player]
      player &+= 1
    }
    return move(along: row, using: &stream)
  }

  /// The row of a joint action at the current state, once every action is known to be one.
  @inline(__always)
  func checkedRow(_ actions: UnsafePointer<Int>) -> Int {
    let (players, counts) = (tables.playerCount, actionCounts)
    var row = 0
    var player = 0
    while player < players {
      let action = actions[player]
      precondition(action >= 0 && action < counts[player], "action out of range")
      row = row &* counts[player] &+ action
      player &+= 1
    }
    return row &+ firstRow
  }
}

// The parts of a step. The training driver puts them together without the check: its actions come
// from learners that index their tables with them. Inlinable, because its loop is compiled in
// another module and would otherwise call each of them.
extension Simulator {
  /// How many actions each player has at the current state, readable as long as the tables live.
  @inlinable @inline(__always)
  package var actionCounts: UnsafePointer<Int> {
    UnsafePointer(tables.actionCounts + now.state &* tables.playerCount)
  }

  /// The first row of the current state, or of one that is played exactly alike; an action beyond
  /// its count leads outside the tables.
  @inlinable @inline(__always)
  package var firstRow: Int { tables.jointOffsets[now.state] }

  /// What the players are paid in a row, readable as long as the tables live.
  @inlinable @inline(__always)
  package func payoffs(of row: Int) -> UnsafePointer<Double> {
    UnsafePointer(tables.payoffs + row &* tables.playerCount)
  }

  /// Moves on from the current state along one of its rows, with one draw where chance decides.
  @inlinable @inline(__always)
  package mutating func move(along row: Int, using stream: inout RandomStream) -> Boundary {
    now.state =
      tables.isCertain ? Int(tables.nextStates[row]) : tables.nextState(row, stream.uniform())
    now.stepsTaken &+= 1
    now.continuation = 1
    if let growth = tables.growth { now.continuation = growth[row] }
    if tables.isTerminal[state] {
      now.continuation = 0
      return .terminated
    }
    return stepsTaken == episodeLength ? .truncated : .running
  }
}

/// The read-only tables of a game laid out for stepping, shared by any number of simulators.
///
/// Plain memory owned by this object, so that the hot loop indexes pointers; nothing is written
/// after `init`, which is why it may be shared between threads.
///
/// States that offer the same actions, payoffs and moves share one state's rows: a repeated game
/// with memory, whose states differ only in what players remember, is stepped in the memory of its
/// one-shot game.
public final class SimulationTables: @unchecked Sendable {
  /// N.
  public let playerCount: Int
  /// S.
  public let stateCount: Int
  /// δᵢ.
  public let discounts: [Double]
  /// Index of the likeliest first state, for simulators not yet reset.
  let starts: [Int]
  /// Whether every row has one next state, its row's number into `nextStates`.
  @usableFromInline let isCertain: Bool
  @usableFromInline let actionCounts: UnsafeMutablePointer<Int>
  /// First row of each state, or of the first state that is played exactly alike.
  @usableFromInline let jointOffsets: UnsafeMutablePointer<Int>
  @usableFromInline let payoffs: UnsafeMutablePointer<Double>
  @usableFromInline let transitionOffsets: UnsafeMutablePointer<Int>
  @usableFromInline let nextStates: UnsafeMutablePointer<Int32>
  /// Partial sums of each row; the last of a row is 2, so that a scan always ends inside it.
  @usableFromInline let cumulative: UnsafeMutablePointer<Double>
  @usableFromInline let growth: UnsafeMutablePointer<Double>?
  @usableFromInline let isTerminal: UnsafeMutablePointer<Bool>
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
    isCertain = game.nextStates.count == game.rowCount
    actionCounts = Self.copy(game.actionCounts)
    jointOffsets = Self.copy(game.sharedOffsets)
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
  @inlinable @inline(__always)
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

extension StochasticGame {
  /// The first row of each state, or of the first state with the same actions, payoffs, moves and
  /// growth. Cost: one pass over the tables.
  fileprivate var sharedOffsets: [Int] {
    var known: [Int: [Int]] = [:]
    return (0..<stateCount).map { state in
      var hasher = Hasher()
      hasher.combine(actionCounts[state * playerCount..<(state + 1) * playerCount])
      let rows = jointOffsets[state]..<jointOffsets[state + 1]
      let moves = transitionOffsets[rows.lowerBound]..<transitionOffsets[rows.upperBound]
      hasher.combine(payoffs[rows.lowerBound * playerCount..<rows.upperBound * playerCount])
      hasher.combine(nextStates[moves])
      let key = hasher.finalize()
      if let alike = known[key]?.first(where: { isPlayed(state, like: $0) }) {
        return jointOffsets[alike]
      }
      known[key, default: []].append(state)
      return jointOffsets[state]
    }
  }

  /// Whether two states offer the same in every row.
  private func isPlayed(_ state: Int, like other: Int) -> Bool {
    func slice<T>(_ values: [T], _ state: Int, _ width: Int) -> ArraySlice<T> {
      values[jointOffsets[state] * width..<jointOffsets[state + 1] * width]
    }
    func moves(_ state: Int) -> Range<Int> {
      transitionOffsets[jointOffsets[state]]..<transitionOffsets[jointOffsets[state + 1]]
    }
    func ends(_ state: Int) -> [Int] {
      let first = transitionOffsets[jointOffsets[state]]
      return (jointOffsets[state]...jointOffsets[state + 1]).map { transitionOffsets[$0] - first }
    }
    return (0..<playerCount).allSatisfy {
      actionCount($0, at: state) == actionCount($0, at: other)
    }
      && slice(payoffs, state, playerCount) == slice(payoffs, other, playerCount)
      && nextStates[moves(state)] == nextStates[moves(other)]
      && probabilities[moves(state)] == probabilities[moves(other)]
      && ends(state) == ends(other)
      && growth.map { slice($0, state, 1) } == growth.map { slice($0, other, 1) }
  }
}
