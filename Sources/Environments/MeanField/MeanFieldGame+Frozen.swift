extension MeanFieldGame {
  /// One agent facing an announced m: the frozen decision problem as a game of one player, for every
  /// learner, solver and simulator that plays such games.
  ///
  /// - Parameter initial: the law of the first state; nil for every state alike.
  /// - Throws: `GameError` naming the state and action of a row that is no law.
  public func frozen(at m: [Double], initial: [Double]? = nil) throws -> StochasticGame {
    var tables = FrozenTables(layout)
    write(at: m, to: &tables)
    let layout = layout
    let states = layout.stateCount
    return try StochasticGame(
      actionCounts: (0..<states).map { [layout.rows(of: $0).count] }, discounts: [discount],
      initial: initial ?? [Double](repeating: 1 / Double(states), count: states),
      stateLabels: layout.stateLabels,
      actionLabels: .byState(
        (0..<states).map { [layout.rows(of: $0).map { layout.actionLabels[$0] }] }),
      coordinates: layout.coordinates
    ) { state, joint, row in
      let index = layout.rowOffsets[state] + joint[0]
      row.pay(0, tables.payoffs[index])
      for entry in layout.transitionOffsets[index]..<layout.transitionOffsets[index + 1] {
        row.move(to: Int(layout.nextStates[entry]), probability: tables.probabilities[entry])
      }
    }
  }

  /// Every law that the game breaks at m: rows of probabilities that are no law (within 1e-12) and
  /// payoffs that are not finite or beyond `StochasticGame.maximumPayoff`. Empty for a sound game. Cost: one pass over the tables.
  public func violations(at m: [Double]) -> [GameError] {
    var tables = FrozenTables(layout)
    write(at: m, to: &tables)
    return violations(of: tables, at: m)
  }

  /// As `violations(at:)`, of tables already written.
  public func violations(of tables: borrowing FrozenTables, at m: [Double]) -> [GameError] {
    let layout = layout
    var found: [GameError] = []
    for row in 0..<layout.rowCount {
      var place: String {
        "state \(layout.stateLabels[Int(layout.stateOfRow[row])]), action "
          + "\(layout.actionLabels[row]), at m = \(m.map { "\($0)" }.joined(separator: ", "))"
      }
      if !(abs(tables.payoffs[row]) <= StochasticGame.maximumPayoff) {
        found.append(
          GameError(
            place,
            "the payoff \(tables.payoffs[row]) must be finite and at most "
              + "\(StochasticGame.maximumPayoff) in absolute value"))
      }
      var total = 0.0
      var isLaw = true
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        let probability = tables.probabilities[entry]
        if !(probability >= 0 && probability <= 1 + 1e-12) { isLaw = false }
        total += probability
      }
      if !isLaw || !(abs(total - 1) <= 1e-12) {
        found.append(
          GameError(
            place,
            "the probabilities of next states must be nonnegative and sum to 1; they sum to \(total)"
          ))
      }
    }
    return found
  }
}
