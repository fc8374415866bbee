/// Single states in which two players choose and the chance of staying is the same for all actions.
extension WrittenStages {
  /// With c that chance (times growth), player i's payoff is Uᵢ(a) + δᵢ c Vᵢ, in which the second part is
  /// no choice of anybody's: the equilibria are those of the bimatrix game U, and Vᵢ = Uᵢ/(1 − δᵢ c).
  func bimatrix(
    _ point: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>,
    _ capacity: Int
  ) throws -> StageOutcome {
    let tables = self.tables
    let state = tables.states[point][0]
    let players = tables.nodes[point].map(\.player)
    let rows = tables.rows(of: state)
    let stage = try BimatrixGame(
      rows: tables.actionCounts[state * tables.playerCount + players[0]],
      columns: tables.actionCounts[state * tables.playerCount + players[1]],
      rowPayoffs: rows.map { tables.outside($0, players[0], selected) },
      columnPayoffs: rows.map { tables.outside($0, players[1], selected) })
    let found = vertices.solve(stage)
    guard found.end == .complete || found.end == .unverified else {
      throw StageEnumerationLimit(states: label(at: point), end: found.end)
    }
    for (number, equilibrium) in found.equilibria.prefix(capacity).enumerated() {
      let to = output + number * width
      tables.writeFirstActions(point, to)
      for (seat, player) in players.enumerated() {
        let law = tables.lawStart[state * tables.playerCount + player]
        for (action, probability) in equilibrium.strategies[seat].enumerated() {
          to[law + action] = probability
        }
      }
      tables.fillValues(point, to, selected)
    }
    let isContinuum = found.components.contains { $0.count > 1 }
    return StageOutcome(
      count: found.equilibria.count,
      isDegenerate: isContinuum || found.components.count % 2 == 0 || !found.isComplete)
  }
}
