/// Which equilibrium to take at a state whose stage game has several.
public enum SelectionRule: String, Sendable, CaseIterable, Codable {
  /// Largest sum of values (compared after rounding to 1e-10), then least total training, then the
  /// lexicographically least joint action. Total training is Σ i² over the players' action
  /// indices i: in the compute race, where actions are equally spaced, exactly proportional to the
  /// compute T = Σ x²/2 that the market sees.
  case joint
  /// Least total training, then lexicographic.
  case low
  /// Largest total training, then lexicographic.
  case high
  /// Closest, in squared distance of action indices, to the mean actions of the previous sweep
  /// (the first sweep uses `joint`), then least total training, then lexicographic.
  case nearest
}

/// The equilibrium taken at one state's stage game, and how much choice there was.
public struct StageChoice: Sendable, Equatable {
  /// `[player][action]`.
  public var strategies: [[Double]]
  /// Expected payoffs.
  public var values: [Double]
  /// Whether more than one pure equilibrium was admitted.
  public var several: Bool
  /// Whether none was, so that a mixed one was computed.
  public var none: Bool
}

/// A stage game that the selection rules cannot settle.
public enum StageSelectionError: Error, Sendable, CustomStringConvertible {
  /// Three or more players and no pure equilibrium.
  case mixedWithManyPlayers(state: String, players: Int)
  /// Lemke-Howson ended without a certified equilibrium.
  case pathFailed(state: String, end: String)

  /// What happened and the way out.
  public var description: String {
    switch self {
    case .mixedWithManyPlayers(let state, let players):
      "the stage game at state \(state) has \(players) players and no pure equilibrium, which "
        + "backward induction cannot mix; use solver.horizon=infinite with selection: principal"
    case .pathFailed(let state, let end):
      "Lemke-Howson found no certified equilibrium of the stage game at state \(state) (\(end)); "
        + "rescale the payoffs or try solver.selection=principal"
    }
  }
}

/// Chooses equilibria of stage games by one rule.
public struct StageSelector: Sendable {
  /// The rule.
  public let rule: SelectionRule

  /// Chooses by `rule`.
  public init(rule: SelectionRule) { self.rule = rule }

  /// Chooses at a state.
  ///
  /// - Parameters:
  ///   - payoffs: `[row of the state × player]`, current payoff plus discounted future.
  ///   - counts: actions of each player.
  ///   - symmetric: admit only equilibria in which both players do the same.
  ///   - previous: mean action of each player in the previous sweep, for `nearest`.
  ///   - state: what errors call the state.
  /// - Throws: `StageSelectionError`; `StageGameError` for payoffs that make no game.
  public func choose(
    payoffs: [Double], counts: [Int], symmetric: Bool, previous: [Double]?,
    state: @autoclosure () -> String
  ) throws -> StageChoice {
    switch counts.count {
    case 1: return single(payoffs)
    case 2:
      return try pair(
        payoffs: payoffs, counts: counts, symmetric: symmetric, previous: previous, state: state)
    default:
      let admitted = pureEquilibria(payoffs: payoffs, counts: counts)
      guard !admitted.isEmpty else {
        throw StageSelectionError.mixedWithManyPlayers(state: state(), players: counts.count)
      }
      return choice(among: admitted, payoffs: payoffs, counts: counts, previous: previous)
    }
  }

  private func single(_ payoffs: [Double]) -> StageChoice {
    let best = payoffs.max()!
    let admitted = payoffs.indices.filter { payoffs[$0] >= best - 1e-11 }
    return choice(
      among: admitted.map { [$0] }, payoffs: payoffs, counts: [payoffs.count], previous: nil)
  }

  private func pair(
    payoffs: [Double], counts: [Int], symmetric: Bool, previous: [Double]?, state: () -> String
  ) throws -> StageChoice {
    let cells = counts[0] * counts[1]
    let game = try BimatrixGame(
      rows: counts[0], columns: counts[1],
      rowPayoffs: (0..<cells).map { payoffs[2 * $0] },
      columnPayoffs: (0..<cells).map { payoffs[2 * $0 + 1] })
    let admitted = PureEquilibria.all(of: game).filter { !symmetric || $0.row == $0.column }
    if !admitted.isEmpty {
      return choice(
        among: admitted.map { [$0.row, $0.column] }, payoffs: payoffs, counts: counts,
        previous: previous)
    }
    let path = LemkeHowson(droppedLabel: 0)
    let found = try symmetric ? path.solveSymmetric(game) : path.solve(game)
    guard let equilibrium = found.equilibrium else {
      throw StageSelectionError.pathFailed(state: state(), end: found.end.rawValue)
    }
    // Of a symmetric equilibrium both players' values are one number, summed in two orders.
    let values = equilibrium.values
    return StageChoice(
      strategies: equilibrium.strategies, values: symmetric ? [values[0], values[0]] : values,
      several: false, none: true)
  }

  /// Every joint action from which no player gains by more than 1e-11, in lexicographic order.
  private func pureEquilibria(payoffs: [Double], counts: [Int]) -> [[Int]] {
    let players = counts.count
    var strides = [Int](repeating: 1, count: players)
    for player in stride(from: players - 2, through: 0, by: -1) {
      strides[player] = strides[player + 1] * counts[player + 1]
    }
    return (0..<(payoffs.count / players)).compactMap { row in
      let actions = (0..<players).map { row / strides[$0] % counts[$0] }
      for player in 0..<players {
        let own = payoffs[row * players + player]
        for action in 0..<counts[player] {
          let other = row + (action - actions[player]) * strides[player]
          if payoffs[other * players + player] > own + 1e-11 { return nil }
        }
      }
      return actions
    }
  }

  private func choice(
    among admitted: [[Int]], payoffs: [Double], counts: [Int], previous: [Double]?
  ) -> StageChoice {
    let players = counts.count
    func values(_ actions: [Int]) -> [Double] {
      var row = 0
      for player in 0..<players { row = row * counts[player] + actions[player] }
      return (0..<players).map { payoffs[row * players + $0] }
    }
    /// Smaller is better; ties fall to the lexicographic order in which candidates come.
    func rank(_ actions: [Int]) -> (Double, Int) {
      let total = actions.reduce(0) { $0 + $1 * $1 }
      switch rule {
      case .low: return (0, total)
      case .high: return (0, -total)
      case .nearest:
        guard let previous else { fallthrough }
        var distance = 0.0
        for player in 0..<players {
          let difference = Double(actions[player]) - previous[player]
          distance += difference * difference
        }
        return (distance, total)
      case .joint:
        let sum = values(actions).reduce(0, +)
        return (-(sum * 1e10).rounded(), total)
      }
    }
    var best = admitted[0]
    var bestRank = rank(best)
    for candidate in admitted.dropFirst() {
      let candidateRank = rank(candidate)
      if candidateRank < bestRank { (best, bestRank) = (candidate, candidateRank) }
    }
    return StageChoice(
      strategies: (0..<players).map { player in
        (0..<counts[player]).map { $0 == best[player] ? 1 : 0 }
      },
      values: values(best), several: admitted.count > 1, none: false)
  }
}
