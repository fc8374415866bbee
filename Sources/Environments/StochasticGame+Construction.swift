/// What is wrong with a game's definition: where, and which rule it breaks.
public struct GameError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The offending part, such as `parameters.grid` or `state 3`.
  public let subject: String
  /// The rule broken, and the way out.
  public let rule: String

  /// Creates an error about `subject`.
  public init(_ subject: String, _ rule: String) {
    self.subject = subject
    self.rule = rule
  }

  /// `subject: rule`.
  public var description: String { "\(subject): \(rule)" }
}

extension StochasticGame {
  /// Largest payoff in absolute value: discounted sums must not overflow.
  public static let maximumPayoff = 1e300

  /// Most rows of a game that is written out: at some hundred bytes each, 5 GB.
  public static let maximumRowCount = 50_000_000

  /// Collects what one row pays and where it leads.
  public struct RowWriter {
    fileprivate(set) var payoffs: [Double]
    fileprivate(set) var growth = 1.0
    fileprivate(set) var mass: [(state: Int, probability: Double)] = []

    fileprivate init(playerCount: Int) { payoffs = Array(repeating: 0, count: playerCount) }

    fileprivate mutating func clear() {
      for player in payoffs.indices { payoffs[player] = 0 }
      growth = 1
      mass.removeAll(keepingCapacity: true)
    }

    /// Sets the payoff of `player`.
    public mutating func pay(_ player: Int, _ amount: Double) { payoffs[player] = amount }

    /// Adds probability of moving to `state`; several calls for one state add up in call order.
    public mutating func move(to state: Int, probability: Double) {
      if let known = mass.firstIndex(where: { $0.state == state }) {
        mass[known].probability += probability
      } else {
        mass.append((state, probability))
      }
    }

    /// Sets the factor by which this row's future counts on top of the discount.
    public mutating func grow(by factor: Double) { growth = factor }
  }

  /// Builds a game row by row, and checks it.
  ///
  /// - Parameters:
  ///   - actionCounts: `[state][player]`, each at least 1.
  ///   - discounts: δᵢ per player, in [0, 1].
  ///   - initial: the law of the first state.
  ///   - terminal: states in which play ends; their rows are made here, not asked for.
  ///   - mirror: the state map of a two-player symmetry, checked row by row; nil for none.
  ///   - coordinates: where the states lie, `[state][dimension]`; nil for what their labels say.
  ///   - describe: fills in the row of one state and joint action.
  /// - Throws: `GameError` naming the state, the joint action and the rule broken: probabilities
  ///   in [0, 1] summing to 1 within 1e-9 (then normalised), finite payoffs, states in range.
  public init(
    actionCounts: [[Int]],
    discounts: [Double],
    initial: [Double],
    terminal: Set<Int> = [],
    stateLabels: [Label]? = nil,
    actionLabels: ActionLabels? = nil,
    mirror: [Int]? = nil,
    coordinates: [[Double]]? = nil,
    describe: (_ state: Int, _ jointAction: [Int], _ row: inout RowWriter) throws -> Void
  ) throws {
    let players = discounts.count
    let states = actionCounts.count
    guard players >= 1 else { throw GameError("players", "a game needs at least one") }
    guard states >= 1 else { throw GameError("states", "a game needs at least one") }
    guard states <= Int(Int32.max) else { throw GameError("states", "at most \(Int32.max)") }

    var counts: [Int] = []
    var offsets = [0]
    for state in 0..<states {
      guard actionCounts[state].count == players else {
        throw GameError("state \(state)", "needs an action count for each of \(players) players")
      }
      var joint = 1
      for player in 0..<players {
        let count = terminal.contains(state) ? 1 : actionCounts[state][player]
        guard count >= 1 else {
          throw GameError("state \(state), player \(player)", "needs at least one action")
        }
        counts.append(count)
        let (product, overflow) = joint.multipliedReportingOverflow(by: count)
        guard !overflow, product <= 1 << 31 else {
          throw GameError("state \(state)", "has too many joint actions to write out")
        }
        joint = product
      }
      offsets.append(offsets[state] + joint)
      guard offsets[state + 1] <= Self.maximumRowCount else {
        throw GameError(
          "states and actions",
          "the game has more than \(Self.maximumRowCount) joint actions over its states, too many "
            + "to write out; use fewer states or actions")
      }
    }

    var payoffs: [Double] = []
    var transitionOffsets = [0]
    var nextStates: [Int32] = []
    var probabilities: [Double] = []
    var growth: [Double] = []
    payoffs.reserveCapacity(offsets[states] * players)
    transitionOffsets.reserveCapacity(offsets[states] + 1)
    growth.reserveCapacity(offsets[states])
    var writer = RowWriter(playerCount: players)
    var actions = [Int](repeating: 0, count: players)
    for state in 0..<states {
      for index in 0..<(offsets[state + 1] - offsets[state]) {
        var rest = index
        for player in stride(from: players - 1, through: 0, by: -1) {
          actions[player] = rest % counts[state * players + player]
          rest /= counts[state * players + player]
        }
        writer.clear()
        if terminal.contains(state) {
          writer.move(to: state, probability: 1)
        } else {
          try describe(state, actions, &writer)
        }
        let total = try Self.checkRow(
          writer, states: states, place: "state \(state), joint action \(actions)")
        payoffs.append(contentsOf: writer.payoffs)
        growth.append(writer.growth)
        // A row already within rounding of 1 is left as it was written, so that rows which mirror
        // each other stay exact mirrors.
        let scale = abs(total - 1) <= 1e-14 ? 1 : 1 / total
        for (next, probability) in writer.mass.sorted(by: { $0.state < $1.state })
        where probability > 0 {
          nextStates.append(Int32(next))
          probabilities.append(probability * scale)
        }
        transitionOffsets.append(nextStates.count)
      }
    }

    self.playerCount = players
    self.stateCount = states
    self.actionCounts = counts
    self.jointOffsets = offsets
    self.payoffs = payoffs
    self.transitionOffsets = transitionOffsets
    self.nextStates = nextStates
    self.probabilities = probabilities
    if growth.allSatisfy({ $0 == 1 }) {
      self.growth = nil
      self.continuations = probabilities
    } else {
      var weights = probabilities
      for row in 0..<growth.count {
        for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
          weights[entry] *= growth[row]
        }
      }
      self.growth = growth
      self.continuations = weights
    }
    self.discounts = discounts
    self.initial = initial
    self.isTerminal = (0..<states).map(terminal.contains)
    self.stateLabels = stateLabels ?? (0..<states).map { .text("\($0)") }
    self.actionLabels =
      actionLabels
      ?? .byState(
        (0..<states).map { state in
          (0..<players).map { player in
            (0..<counts[state * players + player]).map { .text("\($0)") }
          }
        })
    self.mirror = mirror
    declaredCoordinates = coordinates
    if let first = violations().first { throw first }
  }

  /// Checks one row and returns the sum of its probabilities.
  private static func checkRow(
    _ row: RowWriter, states: Int, place: @autoclosure () -> String
  ) throws -> Double {
    for (player, payoff) in row.payoffs.enumerated() {
      guard payoff.isFinite else {
        throw GameError(place(), "payoff of player \(player) is \(payoff): must be finite")
      }
      guard abs(payoff) <= maximumPayoff else {
        throw GameError(
          place(),
          "payoff of player \(player) is \(payoff): must be within ±\(maximumPayoff); rescale the game"
        )
      }
    }
    guard row.growth.isFinite, row.growth >= 0 else {
      throw GameError(place(), "growth factor \(row.growth) must be finite and not negative")
    }
    var total = 0.0
    for (next, probability) in row.mass {
      guard next >= 0, next < states else {
        throw GameError(place(), "leads to state \(next): states are 0...\(states - 1)")
      }
      guard probability.isFinite, probability >= 0, probability <= 1 + 1e-9 else {
        throw GameError(place(), "probability \(probability) of state \(next) must be in [0, 1]")
      }
      total += probability
    }
    guard abs(total - 1) <= 1e-9 else {
      throw GameError(place(), "probabilities sum to \(total): must sum to 1")
    }
    return total
  }
}
