/// Points in which at most one player chooses.
extension WrittenStages {
  /// One state: an action that is taken for ever while play stays is worth A/(1 − B), with A the payoff
  /// and what comes after leaving, B the discounted chance of staying. Ties are all returned, ascending.
  func singleDecision(
    _ point: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>,
    _ capacity: Int
  ) -> StageOutcome {
    let tables = self.tables
    guard let node = tables.nodes[point].first else {
      tables.writeFirstActions(point, output)
      tables.fillValues(point, output, selected)
      return StageOutcome(count: 1)
    }
    let state = tables.states[point][0]
    let player = node.player
    // The others have one action each, so rows are this player's actions.
    let rows = tables.rows(of: state)
    func rest(_ row: Int) -> Double { 1 - tables.discounts[player] * tables.stay(row) }
    func worth(_ row: Int) -> Double { tables.outside(row, player, selected) / rest(row) }
    var best = -Double.infinity
    var scale = 0.0
    for row in rows {
      let worth = worth(row)
      best = max(best, worth)
      let payoff = abs(tables.payoffs[row * tables.playerCount + player])
      scale = max(scale, abs(worth) + payoff / rest(row))
    }
    var count = 0
    for row in rows where worth(row) >= best - tieTolerance * scale {
      if count < capacity {
        let to = output + count * width
        tables.writeFirstActions(point, to)
        let law = tables.lawStart[state * tables.playerCount + player]
        to[law] = 0
        to[law + row - rows.lowerBound] = 1
        tables.fillValues(point, to, selected)
      }
      count += 1
    }
    return StageOutcome(count: count, isDegenerate: count > 1)
  }

  /// Several states: policy iteration (Howard 1960) on the states of the point, from the first actions.
  /// An action within rounding of the one taken is flagged as a tie.
  func decision(
    _ point: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>
  ) -> StageOutcome {
    let tables = self.tables
    let states = tables.states[point]
    tables.writeFirstActions(point, output)
    tables.fillValues(point, output, selected)
    guard let player = tables.nodes[point].first?.player else { return StageOutcome(count: 1) }
    func worth(_ row: Int) -> Double {
      var future = 0.0
      for entry in Int(tables.insideStart[row])..<Int(tables.insideStart[row + 1]) {
        let place = Int(tables.insidePlace[entry])
        future += tables.insideWeight[entry] * output[place * tables.playerCount + player]
      }
      return tables.outside(row, player, selected) + tables.discounts[player] * future
    }
    // Improvements are strict, so that policies cannot repeat but for rounding; the cap guards that.
    for _ in 0..<10_000 {
      var scale = 0.0
      for row in states.flatMap(tables.rows) {
        let payoff = abs(tables.payoffs[row * tables.playerCount + player])
        scale = max(scale, abs(worth(row)), payoff)
      }
      let tolerance = tieTolerance * scale
      var isTie = false
      var changes: [(from: Int, to: Int)] = []
      for state in states {
        let rows = tables.rows(of: state)
        let law = tables.lawStart[state * tables.playerCount + player]
        // Passive states have one row.
        let actions = tables.actionCounts[state * tables.playerCount + player]
        let now = (0..<actions).first { output[law + $0] == 1 }!
        let present = worth(rows.lowerBound + now)
        var (best, highest) = (now, present + tolerance)
        for action in 0..<actions where action != now {
          let other = worth(rows.lowerBound + action)
          if other > highest { (best, highest) = (action, other) }
          if abs(other - present) <= tolerance { isTie = true }
        }
        if best != now { changes.append((law + now, law + best)) }
      }
      guard !changes.isEmpty else { return StageOutcome(count: 1, isDegenerate: isTie) }
      for change in changes { (output[change.from], output[change.to]) = (0, 1) }
      tables.fillValues(point, output, selected)
    }
    return StageOutcome(count: 1, isDegenerate: true)
  }
}
