public import Environments

extension StochasticGame {
  /// Whether every state is a game on its own: what a player does today never changes what that
  /// player's future is worth.
  ///
  /// That holds when, for every player i with δᵢ > 0, every state s and every choice a₋ᵢ of the
  /// others, the continuation weights c(s, a, s′) on the states s′ that are not terminal are the
  /// same numbers for all aᵢ. So it holds in one-state games, where every discount is 0, where every
  /// joint action ends play, and where nature alone moves the state; equality is exact, without
  /// tolerance. Then Wᵢ(s, a) = uᵢ(s, a) + (a term in which aᵢ does not occur), whatever is played
  /// elsewhere, so a stationary profile is a Markov perfect equilibrium exactly when at every state
  /// its laws are a Nash equilibrium of the one-shot game uᵢ(s, ·): the set of equilibria is a
  /// product over states.
  ///
  /// - Complexity: one pass over the transitions for each player.
  public var hasSeparateStates: Bool {
    for state in 0..<stateCount where !isTerminal[state] {
      var stride = 1
      for player in (0..<playerCount).reversed() {
        let count = actionCount(player, at: state)
        defer { stride *= count }
        guard discounts[player] > 0, count > 1 else { continue }
        for row in jointOffsets[state]..<jointOffsets[state + 1] {
          let action = (row - jointOffsets[state]) / stride % count
          if action > 0, !continueAlike(row, row - action * stride) { return false }
        }
      }
    }
    return true
  }

  /// The same game played for one period: every discount 0. Its equilibria are those of the one-shot
  /// games at each state, so its states are separate.
  ///
  /// - Throws: `GameError` never for a game that was valid.
  public func forOnePeriod() throws -> StochasticGame {
    try StochasticGame(
      actionCounts: (0..<stateCount).map { state in
        (0..<playerCount).map { actionCount($0, at: state) }
      },
      discounts: Array(repeating: 0, count: playerCount), initial: initial,
      terminal: Set((0..<stateCount).filter { isTerminal[$0] }), stateLabels: stateLabels,
      actionLabels: actionLabels, mirror: mirror
    ) { state, joint, writer in
      let row = self.row(state, joint)
      for player in 0..<playerCount { writer.pay(player, payoff(player, row: row)) }
      writer.grow(by: growth?[row] ?? 1)
      for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
        writer.move(to: Int(nextStates[entry]), probability: probabilities[entry])
      }
    }
  }

  /// Whether two rows put the same weights on the states in which play goes on.
  private func continueAlike(_ first: Int, _ second: Int) -> Bool {
    func matters(_ entry: Int) -> Bool {
      continuations[entry] != 0 && !isTerminal[Int(nextStates[entry])]
    }
    let left = (transitionOffsets[first]..<transitionOffsets[first + 1]).lazy.filter(matters)
    let right = (transitionOffsets[second]..<transitionOffsets[second + 1]).lazy.filter(matters)
    return left.elementsEqual(right) {
      nextStates[$0] == nextStates[$1] && continuations[$0] == continuations[$1]
    }
  }
}
