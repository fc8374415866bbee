public import Environments

extension StochasticGame {
  /// What each action of one player is worth against fixed rivals.
  ///
  /// Wᵢ(s, aᵢ) = Σ over a₋ᵢ of Πⱼ≠ᵢ σⱼ(aⱼ | s) [uᵢ(s, a) + δᵢ Σ c(s, a, s′) Vᵢ(s′)], with c the
  /// transition probability times the row's growth factor.
  ///
  /// - Parameters:
  ///   - values: Vᵢ, one per state.
  /// - Returns: flat, laid out as the player's policy.
  /// - Complexity: one pass over the transitions of rows that rivals play.
  public func actionValues(
    of player: Int, against profile: Profile, values: [Double]
  ) -> [Double] {
    let offsets = profile[player].offsets
    var worth = [Double](repeating: 0, count: offsets[stateCount])
    let discount = discounts[player]
    forEachRow(weightedBy: profile, except: player) { state, row, actions, weight in
      var future = 0.0
      for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
        future += continuations[entry] * values[Int(nextStates[entry])]
      }
      worth[offsets[state] + actions[player]] +=
        weight * (payoffs[row * playerCount + player] + discount * future)
    }
    return worth
  }

  /// Visits every row whose joint action the profile plays, with the product of the players'
  /// probabilities (leaving out `except`, if given, whose actions are all visited).
  func forEachRow(
    weightedBy profile: Profile, except: Int? = nil,
    _ body: (_ state: Int, _ row: Int, _ actions: [Int], _ weight: Double) -> Void
  ) {
    for state in 0..<stateCount {
      forEachRow(at: state, weightedBy: profile, except: except) { row, actions, weight in
        body(state, row, actions, weight)
      }
    }
  }

  /// The same for the rows of one state.
  package func forEachRow(
    at state: Int, weightedBy profile: Profile, except: Int? = nil,
    _ body: (_ row: Int, _ actions: [Int], _ weight: Double) -> Void
  ) {
    var actions = [Int](repeating: 0, count: playerCount)
    for row in jointOffsets[state]..<jointOffsets[state + 1] {
      var weight = 1.0
      for player in 0..<playerCount where player != except {
        weight *= profile[player][state, actions[player]]
      }
      if weight != 0 { body(row, actions, weight) }
      var player = playerCount - 1
      while player >= 0 {
        actions[player] += 1
        if actions[player] < actionCount(player, at: state) { break }
        actions[player] = 0
        player -= 1
      }
    }
  }
}
