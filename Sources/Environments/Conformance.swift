extension StochasticGame {
  /// Every law of a stochastic game that this one breaks; empty for a sound game.
  ///
  /// Checked: shapes; probabilities nonnegative, summing to 1 within 1e-12 over each row, next
  /// states ascending and in range; finite payoffs; terminal states absorbing and unpaid; the
  /// initial law; labels; discounts; a symmetry, if one is declared, holding exactly, growth
  /// included. Cost: one pass over the tables.
  public func violations() -> [GameError] {
    var found: [GameError] = []
    shapeViolations(&found)
    coordinateViolations(&found)
    guard found.isEmpty else { return found }
    rowViolations(&found)
    discountViolations(&found)
    if found.isEmpty, let mirror { mirrorViolations(mirror, &found) }
    return found
  }

  private func shapeViolations(_ found: inout [GameError]) {
    if isTerminal.allSatisfy({ $0 }) {
      found.append(GameError("states", "at least one must not be terminal"))
    }
    if stateLabels.count != stateCount {
      found.append(GameError("state labels", "need one per state: \(stateCount)"))
    }
    if initial.count != stateCount {
      found.append(GameError("initial law", "needs one probability per state: \(stateCount)"))
    } else if !initial.allSatisfy({ $0.isFinite && $0 >= 0 })
      || abs(initial.reduce(0, +) - 1) > 1e-9
    {
      found.append(GameError("initial law", "must be nonnegative and sum to 1"))
    }
    guard labelsCoverEveryPlayer else {
      found.append(GameError("action labels", "need a list for every state and player"))
      return
    }
    for state in 0..<stateCount {
      for player in 0..<playerCount
      where actionLabels.labels(player, at: state).count != actionCount(player, at: state) {
        found.append(
          GameError(
            "action labels of player \(player) at state \(state)",
            "need one per action: \(actionCount(player, at: state))"))
      }
    }
  }

  private var labelsCoverEveryPlayer: Bool {
    switch actionLabels {
    case .uniform(let labels): labels.count == playerCount
    case .byState(let labels):
      labels.count == stateCount && labels.allSatisfy { $0.count == playerCount }
    }
  }

  private func rowViolations(_ found: inout [GameError]) {
    for state in 0..<stateCount {
      for row in jointOffsets[state]..<jointOffsets[state + 1] {
        // A text for each of many rows costs more than the checks.
        var place: String { "state \(stateLabels[state]), row \(row - jointOffsets[state])" }
        var total = 0.0
        var previous: Int32 = -1
        for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
          if nextStates[entry] <= previous || Int(nextStates[entry]) >= stateCount {
            found.append(GameError(place, "next states must ascend and be in range"))
          }
          if !(probabilities[entry] > 0 && probabilities[entry] <= 1 + 1e-12) {
            found.append(GameError(place, "probabilities must lie in (0, 1]"))
          }
          previous = nextStates[entry]
          total += probabilities[entry]
        }
        if abs(total - 1) > 1e-12 {
          found.append(GameError(place, "probabilities sum to \(total): must sum to 1"))
        }
        for player in 0..<playerCount where !payoff(player, row: row).isFinite {
          found.append(GameError(place, "payoff of player \(player) must be finite"))
        }
        if isTerminal[state] {
          let stays =
            transitionOffsets[row + 1] - transitionOffsets[row] == 1
            && Int(nextStates[transitionOffsets[row]]) == state
          let unpaid = (0..<playerCount).allSatisfy { payoff($0, row: row) == 0 }
          if !stays || !unpaid || jointOffsets[state + 1] - jointOffsets[state] != 1 {
            found.append(
              GameError(place, "a terminal state must be absorbing, unpaid and without choice"))
          }
        }
      }
    }
  }

  private func discountViolations(_ found: inout [GameError]) {
    for (player, discount) in discounts.enumerated() {
      if !(discount.isFinite && discount >= 0 && discount <= 1) {
        found.append(
          GameError("discount of player \(player)", "\(discount) must be in [0, 1]"))
      } else if discount == 1, !everyPlayEnds {
        found.append(
          GameError(
            "discount of player \(player)",
            "1 is allowed only where every play reaches a terminal state"))
      }
      if let growth, let largest = growth.max(), discount * largest >= 1 {
        found.append(
          GameError(
            "discount of player \(player)",
            "discount × growth = \(discount * largest) must stay below 1"))
      }
    }
  }

  /// Whether a terminal state is reached with certainty under every profile.
  private var everyPlayEnds: Bool { !statesHoldingPlay.contains(true) }

  /// The largest set of states without terminal ones in which some joint actions keep play for
  /// ever. Cost O(states × transitions).
  var statesHoldingPlay: [Bool] {
    var holds = isTerminal.map { !$0 }
    var changed = true
    while changed {
      changed = false
      for state in 0..<stateCount where holds[state] {
        let canStay = (jointOffsets[state]..<jointOffsets[state + 1]).contains { row in
          (transitionOffsets[row]..<transitionOffsets[row + 1]).allSatisfy {
            holds[Int(nextStates[$0])]
          }
        }
        if !canStay {
          holds[state] = false
          changed = true
        }
      }
    }
    return holds
  }

  private func mirrorViolations(_ mirror: [Int], _ found: inout [GameError]) {
    guard playerCount == 2, discounts[0] == discounts[1] else {
      found.append(GameError("mirror", "is for two players with one discount factor"))
      return
    }
    guard mirror.count == stateCount,
      (0..<stateCount).allSatisfy({
        mirror[$0] >= 0 && mirror[$0] < stateCount && mirror[mirror[$0]] == $0
      })
    else {
      found.append(GameError("mirror", "must be a state map that undoes itself"))
      return
    }
    for state in 0..<stateCount {
      let image = mirror[state]
      let (own, rival) = (actionCount(0, at: state), actionCount(1, at: state))
      guard own == actionCount(1, at: image), rival == actionCount(0, at: image) else {
        found.append(GameError("mirror", "state \(stateLabels[state]): action counts differ"))
        continue
      }
      for i in 0..<own {
        for j in 0..<rival {
          let row = jointOffsets[state] + i * rival + j
          let other = jointOffsets[image] + j * own + i
          let swapped =
            payoff(0, row: row) == payoff(1, row: other)
            && payoff(1, row: row) == payoff(0, row: other)
          let moved = (transitionOffsets[row]..<transitionOffsets[row + 1]).allSatisfy {
            probability(row: other, to: mirror[Int(nextStates[$0])]) == probabilities[$0]
          }
          let grown = growth.map { $0[row] == $0[other] } ?? true
          if !swapped || !moved || !grown {
            found.append(
              GameError(
                "mirror",
                "state \(stateLabels[state]), actions (\(i), \(j)): "
                  + (!swapped ? "payoffs" : moved ? "growth factors" : "transitions") + " differ"))
          }
        }
      }
    }
  }
}
