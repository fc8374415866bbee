/// A one-shot game of N players: what each pays at every combination of strategies, with names.
///
/// The form in which `.nfg` files hold games (Gambit project, "Game representation formats").
/// **Layout.** Payoffs are flat and row-major, `[combination × player]`; a combination is read as a
/// number in mixed radix with player 0 most significant, as the rows of a `StochasticGame` are.
public struct StrategicForm: Sendable, Equatable {
  /// What the game is called.
  public var title: String
  /// What is said about it; empty for nothing.
  public var comment: String
  /// The players' names.
  public var players: [String]
  /// The names of each player's strategies, `[player][strategy]`, at least one each.
  public var strategies: [[String]]
  /// Payoffs, `[combination × player]`.
  public var payoffs: [Double]

  /// Wraps a game.
  ///
  /// - Precondition: one list of strategies per player, none empty, and a payoff for every player at
  ///   every combination.
  public init(
    title: String, comment: String = "", players: [String], strategies: [[String]],
    payoffs: [Double]
  ) {
    precondition(!players.isEmpty && strategies.count == players.count, "strategies of each player")
    precondition(strategies.allSatisfy { !$0.isEmpty }, "at least one strategy each")
    precondition(
      payoffs.count == strategies.reduce(players.count) { $0 * $1.count },
      "a payoff for every player at every combination")
    self.title = title
    self.comment = comment
    self.players = players
    self.strategies = strategies
    self.payoffs = payoffs
  }

  /// How many strategies each player has.
  public var counts: [Int] { strategies.map(\.count) }
  /// How many combinations of strategies there are.
  public var combinationCount: Int { payoffs.count / players.count }

  /// The combinations in the order of `.nfg` files, in which the first player's strategy moves
  /// fastest, as indices of this layout. Cost O(combinations × players).
  func combinationsFirstPlayerFastest() -> [Int] {
    let counts = counts
    var strides = [Int](repeating: 1, count: counts.count)
    for player in stride(from: counts.count - 2, through: 0, by: -1) {
      strides[player] = strides[player + 1] * counts[player + 1]
    }
    var order: [Int] = []
    order.reserveCapacity(combinationCount)
    var strategies = [Int](repeating: 0, count: counts.count)
    var index = 0
    while true {
      order.append(index)
      var player = 0
      while player < counts.count {
        strategies[player] += 1
        index += strides[player]
        if strategies[player] < counts[player] { break }
        index -= strides[player] * counts[player]
        strategies[player] = 0
        player += 1
      }
      if player == counts.count { return order }
    }
  }

  /// The game as a stochastic game that is played once: one state, `play`, and discount 0.
  ///
  /// - Throws: `GameError` for payoffs that are not finite or too large.
  public func stochasticGame() throws -> StochasticGame {
    let players = players.count
    return try StochasticGame(
      actionCounts: [counts], discounts: [Double](repeating: 0, count: players), initial: [1],
      stateLabels: [.text("play")],
      actionLabels: .uniform(strategies.map { $0.map(Label.init(name:)) })
    ) { _, joint, row in
      var index = 0
      for (player, action) in joint.enumerated() {
        index = index * strategies[player].count + action
      }
      for player in 0..<players { row.pay(player, payoffs[index * players + player]) }
      row.move(to: 0, probability: 1)
    }
  }
}

extension Label {
  /// The label that a name in another program's file stands for: a number where it is written as
  /// this program writes that number, so that the name is the label's description either way.
  init(name: String) {
    if let value = TableNumber.decimal(name), Label.number(value).description == name {
      self = .number(value)
    } else {
      self = .text(name)
    }
  }
}

/// Makes names distinct and not empty: an empty one becomes its number in the list, from 1, and a
/// repeated one gets `_2`, `_3`, … at its end, whichever is free.
func distinctNames(_ names: [String]) -> [String] {
  var taken = Set(names)
  var given: Set<String> = []
  return names.enumerated().map { index, name in
    if !name.isEmpty, given.insert(name).inserted { return name }
    let stem = name.isEmpty ? "\(index + 1)" : name
    var candidate = name.isEmpty ? stem : "\(stem)_2"
    var copy = name.isEmpty ? 2 : 3
    while taken.contains(candidate) || given.contains(candidate) {
      candidate = "\(stem)_\(copy)"
      copy += 1
    }
    taken.insert(candidate)
    given.insert(candidate)
    return candidate
  }
}
