public import Environments

/// One player's best reply to fixed rivals, over the infinite horizon.
public struct BestResponse: Sendable {
  /// The best-response value at every state: no policy of the player earns more anywhere.
  public let values: [Double]
  /// A pure policy that attains it, ties to the lowest action.
  public let actions: [Int]
  /// Policy evaluations it took.
  public let iterations: Int
}

extension StochasticGame {
  /// The best response of `player` against the others' rules in `profile`, by policy iteration
  /// (Howard 1960; Puterman 1994, section 6.4).
  ///
  /// The rivals' rules turn the game into a Markov decision process. Each round evaluates the
  /// current pure policy exactly and switches to better actions; it ends when no action at any
  /// state gains more than rounding (1e-13 of the value scale).
  ///
  /// - Complexity: usually under ten linear solves of S unknowns.
  /// - Throws: `NumericalError` if a solve fails.
  public func bestResponse(of player: Int, against profile: Profile) throws -> BestResponse {
    let problem = DecisionProblem(self, player: player, rivals: profile)
    return try problem.solve()
  }
}

/// The Markov decision process that one player faces when the others' rules are fixed.
struct DecisionProblem {
  let offsets: [Int]
  let discount: Double
  private let rewards: [Double]
  private let entryOffsets: [Int]
  private let nextStates: [Int32]
  private let weights: [Double]

  init(_ game: StochasticGame, player: Int, rivals profile: Profile) {
    let states = game.stateCount
    let offsets = game.policyOffsets(player)
    var rewards = [Double](repeating: 0, count: offsets[states])
    var entryOffsets = [0]
    var nextStates: [Int32] = []
    var weights: [Double] = []
    // Rows arrive in order of joint actions: one dense scratch row per own action of a state.
    var scratch = [Double](repeating: 0, count: game.maximumActionCount * states)
    var touched = [[Int]](repeating: [], count: game.maximumActionCount)
    var current = 0
    func flush() {
      for action in 0..<(offsets[current + 1] - offsets[current]) {
        for next in touched[action].sorted() {
          nextStates.append(Int32(next))
          weights.append(scratch[action * states + next])
          scratch[action * states + next] = 0
        }
        touched[action].removeAll(keepingCapacity: true)
        entryOffsets.append(nextStates.count)
      }
      current += 1
    }
    game.forEachRow(weightedBy: profile, except: player) { state, row, actions, weight in
      while state != current { flush() }
      let action = actions[player]
      rewards[offsets[state] + action] += weight * game.payoff(player, row: row)
      if game.isTerminal[state] { return }
      for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
        let next = Int(game.nextStates[entry])
        if scratch[action * states + next] == 0 { touched[action].append(next) }
        scratch[action * states + next] += weight * game.continuations[entry]
      }
    }
    flush()
    self.offsets = offsets
    discount = game.discounts[player]
    self.rewards = rewards
    self.entryOffsets = entryOffsets
    self.nextStates = nextStates
    self.weights = weights
  }

  func worth(_ entry: Int, _ values: [Double]) -> Double {
    var future = 0.0
    for k in entryOffsets[entry]..<entryOffsets[entry + 1] {
      future += weights[k] * values[Int(nextStates[k])]
    }
    return rewards[entry] + discount * future
  }

  func evaluate(_ actions: [Int]) throws -> [Double] {
    var chain = DiscountedChain(states: actions.count, discount: discount)
    for state in actions.indices {
      let entry = offsets[state] + actions[state]
      for k in entryOffsets[entry]..<entryOffsets[entry + 1] {
        chain.add(Int(nextStates[k]), weights[k])
      }
      chain.endRow(reward: rewards[entry])
    }
    return try chain.values()
  }

  func solve() throws -> BestResponse {
    let states = offsets.count - 1
    var actions = [Int](repeating: 0, count: states)
    var values = try evaluate(actions)
    // Improvements are strict, so the number of policies bounds the rounds; the cap only guards
    // against rounding that alternates between policies of equal value.
    for round in 1...10_000 {
      var scale = 1.0
      for value in values { scale = max(scale, abs(value)) }
      var improved = false
      for state in 0..<states {
        var best = actions[state]
        var bestWorth = worth(offsets[state] + best, values)
        let keep = bestWorth + 1e-13 * scale
        for action in 0..<(offsets[state + 1] - offsets[state]) {
          let candidate = worth(offsets[state] + action, values)
          if candidate > keep, candidate > bestWorth {
            best = action
            bestWorth = candidate
          }
        }
        if best != actions[state] {
          actions[state] = best
          improved = true
        }
      }
      guard improved else {
        return BestResponse(
          values: values, actions: lowestBest(values, scale: scale), iterations: round)
      }
      values = try evaluate(actions)
    }
    return BestResponse(values: values, actions: actions, iterations: 10_000)
  }

  /// Per state the lowest action within rounding of the best.
  private func lowestBest(_ values: [Double], scale: Double) -> [Int] {
    (0..<(offsets.count - 1)).map { state in
      let worths = (offsets[state]..<offsets[state + 1]).map { worth($0, values) }
      let best = worths.max()!
      return worths.firstIndex { $0 >= best - 1e-13 * scale }!
    }
  }
}
