public import Statistics

/// N agents of a mean-field game who meet in one market.
///
/// In period t agent i in state xᵢ takes aᵢ, and everybody faces the average over all N of them,
///
///     M_t = (1/N) Σᵢ κ(xᵢ, aᵢ),
///
/// of states and actions as they are: agent i earns π(xᵢ, aᵢ, M_t) and moves by P(· | xᵢ, aᵢ, M_t).
/// Where the game has turnover, an agent then leaves with probability 1 − q and one at the entry
/// state takes its seat; the first `lasting` agents never leave.
///
/// With N → ∞ and everybody at a mean-field equilibrium M_t stays at its m (Light, Remark 2). Each
/// agent takes one uniform number a period for its move, one for its action while `draw` chooses it,
/// and one for turnover if there is any, in the order of the agents, whatever they do: two markets
/// with alike streams stay aligned. A step allocates nothing. Cost: some 10 ns an agent, and the
/// game's tables at a value of M that is not at hand.
public struct MeanFieldMarket: Environment, Sendable {
  /// The game.
  public let game: any MeanFieldGame
  /// N.
  public let agentCount: Int
  /// The first so many agents never leave.
  public let lasting: Int
  /// Steps after which an episode is truncated; 0 for never.
  public let episodeLength: Int
  /// The law of each agent's first state, independent of the others'.
  public let initial: [Double]
  /// The state of each agent.
  public internal(set) var states: [Int32]
  /// The row of the layout that each agent took in the last period.
  public internal(set) var rows: [Int32]
  /// M_t of the last period, one a scalar.
  public private(set) var interaction: [Double]
  /// Periods since the last reset.
  public internal(set) var stepsTaken = 0

  let layout: MeanFieldLayout
  private let range: [ClosedRange<Double>]
  let survival: Double
  let entry: Int32
  private let discount: Double
  /// First states of positive probability, and the law summed over them.
  private let firstStates: [Int32]
  private let firstSums: [Double]
  private(set) var tables: MarketTables
  /// Where the tables of the last period stand.
  private(set) var place = (payoffs: 0, cumulative: 0)

  /// Creates a market with everybody at the likeliest first state; `reset` before the first step.
  ///
  /// - Parameters:
  ///   - agents: N ≥ 1.
  ///   - initial: the law of each first state; nil for every state alike.
  ///   - lasting: the first so many agents never leave.
  ///   - episodeLength: steps after which an episode is truncated; 0 for never.
  /// - Throws: `GameError` unless N ≥ 1 and `initial` is a law over the states.
  public init(
    _ game: any MeanFieldGame, agents: Int, initial: [Double]? = nil, lasting: Int = 0,
    episodeLength: Int = 0
  ) throws {
    guard (1...10_000_000).contains(agents) else {
      throw GameError("agents", "\(agents) must be from 1 to 10,000,000")
    }
    precondition(lasting >= 0 && episodeLength >= 0, "counts must not be negative")
    let layout = game.layout
    let law =
      initial
      ?? [Double](repeating: 1 / Double(layout.stateCount), count: layout.stateCount)
    guard law.count == layout.stateCount, law.allSatisfy({ $0 >= 0 && $0.isFinite }),
      abs(law.reduce(0, +) - 1) <= 1e-9
    else {
      throw GameError(
        "initial law", "must be nonnegative, sum to 1, and have \(layout.stateCount) entries")
    }
    self.game = game
    self.layout = layout
    agentCount = agents
    self.lasting = min(lasting, agents)
    self.episodeLength = episodeLength
    self.initial = law
    range = layout.interactionRange
    survival = game.turnover?.survival ?? 1
    entry = Int32(game.turnover?.entry ?? 0)
    discount = game.discount
    firstStates = law.indices.filter { law[$0] > 0 }.map { Int32($0) }
    var sum = 0.0
    firstSums = firstStates.map {
      sum += law[Int($0)]
      return sum
    }
    tables = MarketTables(game)
    states = [Int32](repeating: Int32(law.firstIndex(of: law.max()!)!), count: agents)
    rows = states.map { Int32(layout.rowOffsets[Int($0)]) }
    interaction = [Double](repeating: 0, count: layout.scalarCount)
  }

  // MARK: - Environment

  /// N.
  public var playerCount: Int { agentCount }

  /// β.
  public func discount(for player: Int) -> Double { discount }

  /// An agent sees its own state.
  public func observation(for player: Int) -> Int { Int(states[player]) }

  /// Draws every agent's first state: one uniform number each.
  public mutating func reset(using stream: inout RandomStream) {
    stepsTaken = 0
    for agent in 0..<agentCount { states[agent] = firstState(stream.uniform()) }
  }

  /// F⁻¹(u) of the law of first states: the first whose sum is above u, by bisection.
  func firstState(_ u: Double) -> Int32 {
    var (low, high) = (0, firstSums.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if u < firstSums[middle] { high = middle } else { low = middle + 1 }
    }
    return firstStates[low]
  }

  /// Plays one period; actions are counted from 0 within each agent's state.
  public mutating func step(
    _ jointAction: borrowing Span<Int>, rewards: inout MutableSpan<Double>,
    using stream: inout RandomStream
  ) -> Boundary {
    precondition(jointAction.count >= agentCount, "one action per agent")
    for agent in 0..<agentCount {
      let state = Int(states[agent])
      let row = layout.rowOffsets[state] + jointAction[agent]
      precondition(
        jointAction[agent] >= 0 && row < layout.rowOffsets[state + 1], "action out of range")
      rows[agent] = Int32(row)
    }
    meet()
    for agent in 0..<agentCount { rewards[agent] = payoff(of: agent) }
    move(using: &stream)
    return stepsTaken == episodeLength ? .truncated : .running
  }

  // MARK: - The parts of a period

  /// Puts everybody where they are told.
  public mutating func place(at states: [Int32]) {
    precondition(
      states.count == agentCount
        && states.allSatisfy { (0..<layout.stateCount).contains(Int($0)) }, "one state per agent")
    self.states = states
    stepsTaken = 0
  }

  /// Agents `agents` choose by a policy.
  ///
  /// - Parameters:
  ///   - weights: σ(a | x) of each row of the layout.
  ///   - draws: whether each agent takes a uniform number; without, the first row of positive weight
  ///     is taken, as is right for pure policies.
  public mutating func draw(
    _ weights: [Double], agents: Range<Int>, draws: Bool, using stream: inout RandomStream
  ) {
    weights.withUnsafeBufferPointer { weights in
      layout.rowOffsets.withUnsafeBufferPointer { offsets in
        for agent in agents {
          let state = Int(states[agent])
          if draws {
            rows[agent] = Self.choice(
              stream.uniform(), weights, offsets[state], offsets[state + 1] - 1)
          } else {
            var row = offsets[state]
            while weights[row] == 0 && row < offsets[state + 1] - 1 { row += 1 }
            rows[agent] = Int32(row)
          }
        }
      }
    }
  }

  /// F⁻¹(u) of the weights of the rows `first ... last`.
  @inline(__always)
  static func choice(
    _ u: Double, _ weights: UnsafeBufferPointer<Double>, _ first: Int, _ last: Int
  ) -> Int32 {
    var row = first
    var sum = weights[row]
    while u >= sum && row < last {
      row &+= 1
      sum += weights[row]
    }
    // Rounding may carry the scan past the last positive weight.
    while weights[row] == 0 && row > first { row &-= 1 }
    return Int32(truncatingIfNeeded: row)
  }

  /// Forms M_t from the rows taken, and looks its tables up.
  public mutating func meet() {
    let count = Double(agentCount)
    for scalar in 0..<layout.scalarCount {
      var total = 0.0
      layout.interaction[scalar].withUnsafeBufferPointer { kappa in
        for row in rows { total += kappa[Int(row)] }
      }
      // An average never leaves the range of what is averaged; its rounding may.
      interaction[scalar] = min(
        max(total / count, range[scalar].lowerBound), range[scalar].upperBound)
    }
    place = tables.find(interaction, rows: rows)
  }

  /// What an agent earns in the period, after `meet`.
  public func payoff(of agent: Int) -> Double { tables.payoffs[place.payoffs + Int(rows[agent])] }

  /// Σ_y P(y | x, a, M_t) z(y) of a row that somebody took, after `meet`.
  public func expectation(row: Int, of z: [Double]) -> Double {
    var (total, below) = (0.0, 0.0)
    for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
      let sum = min(1, tables.cumulative[place.cumulative + entry])
      total += (sum - below) * z[Int(layout.nextStates[entry])]
      below = sum
    }
    return total
  }

  /// Adds `weight` P(· | x, a, M_t) of a row that somebody took to a vector over states, after `meet`.
  public func push(row: Int, weight: Double, into law: inout [Double]) {
    var below = 0.0
    for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
      let sum = min(1, tables.cumulative[place.cumulative + entry])
      law[Int(layout.nextStates[entry])] += weight * (sum - below)
      below = sum
    }
  }

  /// Moves everybody on, after `meet`.
  public mutating func move(using stream: inout RandomStream) {
    let (first, lasting, survival, entry) = (place.cumulative, lasting, survival, entry)
    tables.cumulative.withUnsafeBufferPointer { cumulative in
      layout.transitionOffsets.withUnsafeBufferPointer { offsets in
        layout.nextStates.withUnsafeBufferPointer { next in
          for agent in 0..<agentCount {
            let u = stream.uniform()
            var at = offsets[Int(rows[agent])]
            while u >= cumulative[first &+ at] { at &+= 1 }
            states[agent] = next[at]
          }
        }
      }
    }
    if survival < 1 {
      for agent in 0..<agentCount where stream.uniform() >= survival && agent >= lasting {
        states[agent] = entry
      }
    }
    stepsTaken += 1
  }
}
