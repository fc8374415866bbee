/// A finite discounted stochastic game of N players, written out in full.
///
/// At state s every player i chooses an action aᵢ at once. The joint action a pays player i
/// uᵢ(s, a) and moves play to s′ with probability P(s′ | s, a). Player i maximises
/// E Σₜ δᵢᵗ uᵢ(sₜ, aₜ) (Shapley 1953, "Stochastic games", PNAS 39, with payoffs that need not sum
/// to zero). A matrix game has one state, a Markov decision process has one player.
///
/// **Layout.** One *row* per state and joint action. The rows of state s are
/// `jointOffsets[s] ..< jointOffsets[s + 1]`; within a state the joint action is read as a number
/// in mixed radix with player 0 most significant. Row tables are flat and row-major.
///
/// **Terminal states** have one action for every player, pay nothing and lead to themselves, so
/// no solver needs a special case; a simulator reports *terminated* on entering one.
///
/// **Growth.** In games whose money units grow with play, the future of row r counts by a factor
/// `growth[r]` on top of the discount. It is 1 in every ordinary game, and `continuations` then
/// equals `probabilities`.
public struct StochasticGame: Sendable {
  /// The number of players N ≥ 1.
  public let playerCount: Int
  /// The number of states S ≥ 1.
  public let stateCount: Int
  /// Actions open to each player, `[state × player]`, each at least 1.
  public let actionCounts: [Int]
  /// First row of each state, and the row count at the end: S + 1 entries.
  public let jointOffsets: [Int]
  /// Payoffs `[row × player]`, in the game's own unit per period.
  public let payoffs: [Double]
  /// First transition of each row, and the transition count at the end.
  public let transitionOffsets: [Int]
  /// Next states of the sparse transition law, ascending within a row.
  public let nextStates: [Int32]
  /// Probabilities of `nextStates`; those of a row sum to 1.
  public let probabilities: [Double]
  /// `growth × probabilities`: what exact methods weigh continuation values with.
  public let continuations: [Double]
  /// Factor on the future of each row; nil where it is 1 everywhere.
  public let growth: [Double]?
  /// Discount factor δᵢ ∈ [0, 1) of each player; 1 is allowed only where every play ends.
  public let discounts: [Double]
  /// The law of the first state.
  public let initial: [Double]
  /// Whether play ends on entering a state.
  public let isTerminal: [Bool]
  /// What the states are called, in order.
  public let stateLabels: [Label]
  /// What the actions are called.
  public let actionLabels: ActionLabels
  /// For a two-player game that is unchanged when the players swap places and every state s is
  /// read as `mirror[s]`: that state map, an involution. Otherwise nil.
  public let mirror: [Int]?
  /// Where the states lie, `[state][dimension]`, if the family says so; see `stateCoordinates`.
  public let declaredCoordinates: [[Double]]?

  /// The number of rows: joint actions summed over states.
  public var rowCount: Int { jointOffsets[stateCount] }

  /// The number of actions of `player` at `state`.
  public func actionCount(_ player: Int, at state: Int) -> Int {
    actionCounts[state * playerCount + player]
  }

  /// The largest number of actions that any player has at any state.
  public var maximumActionCount: Int { actionCounts.max() ?? 0 }

  /// The row of a joint action at a state. Cost O(N).
  public func row(_ state: Int, _ jointAction: [Int]) -> Int {
    precondition(jointAction.count == playerCount, "one action per player")
    var index = 0
    for player in 0..<playerCount {
      let count = actionCount(player, at: state)
      precondition(jointAction[player] >= 0 && jointAction[player] < count, "action out of range")
      index = index * count + jointAction[player]
    }
    return jointOffsets[state] + index
  }

  /// The joint action that a row of `state` stands for. Cost O(N).
  public func jointAction(ofRow row: Int, at state: Int) -> [Int] {
    var rest = row - jointOffsets[state]
    var actions = [Int](repeating: 0, count: playerCount)
    for player in stride(from: playerCount - 1, through: 0, by: -1) {
      let count = actionCount(player, at: state)
      actions[player] = rest % count
      rest /= count
    }
    return actions
  }

  /// uᵢ(s, a).
  public func payoff(_ player: Int, row: Int) -> Double { payoffs[row * playerCount + player] }

  /// P(s′ | s, a), by a scan of the row.
  public func probability(row: Int, to next: Int) -> Double {
    for entry in transitionOffsets[row]..<transitionOffsets[row + 1]
    where nextStates[entry] == Int32(next) {
      return probabilities[entry]
    }
    return 0
  }

  /// Largest minus smallest payoff of any player at any row: the scale of the game's stakes.
  public var payoffRange: Double {
    guard let low = payoffs.min(), let high = payoffs.max() else { return 0 }
    return high - low
  }
}

/// The name of a state or action: a number where it means one, otherwise text.
public enum Label: Sendable, Equatable, CustomStringConvertible, Codable {
  /// A quantity, such as a capability gap.
  case number(Double)
  /// A word.
  case text(String)

  /// The label as a person reads it; numbers without needless digits.
  public var description: String {
    switch self {
    case .number(let value): compactDecimal(value)
    case .text(let text): text
    }
  }

  /// Encodes a JSON number or string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    }
  }

  /// Decodes a JSON number or string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else {
      self = .text(try container.decode(String.self))
    }
  }
}

/// Action labels: the same at every state, or listed state by state.
public enum ActionLabels: Sendable, Equatable {
  /// `[player][action]`, the same at every state.
  case uniform([[Label]])
  /// `[state][player][action]`.
  case byState([[[Label]]])

  /// The labels of `player` at `state`.
  public func labels(_ player: Int, at state: Int) -> [Label] {
    switch self {
    case .uniform(let labels): labels[player]
    case .byState(let labels): labels[state][player]
    }
  }
}

/// `value` rounded to ten significant digits and printed without trailing zeros: 0.6, not
/// 0.6000000000000001.
public func compactDecimal(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
  var exponent = 0
  var magnitude = abs(value)
  while magnitude >= 10 { magnitude /= 10; exponent += 1 }
  while magnitude < 1 { magnitude *= 10; exponent -= 1 }
  guard exponent < 10, exponent > -8 else { return "\(value)" }
  var scale = 1.0
  for _ in 0..<(9 - exponent) { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  let text = "\(rounded)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
