internal import Configuration

/// The joint actions that a row covers: a state or any, and an action or any of each player.
struct TableSelector {
  /// The states; terminal ones among them are passed over.
  private let states: Range<Int>
  /// For each player nil for any action, otherwise the action's index in every set of choices,
  /// and nil in sets that do not have it.
  private let choices: [[Int?]?]

  /// One joint action of one state.
  init(state: Int, jointAction: [Int], header: TableHeader) {
    states = state..<state + 1
    let set = header.actions.setOfState[state]
    choices = jointAction.map { action in
      header.actions.sets.indices.map { $0 == set ? action : nil }
    }
  }

  /// Reads `state` and `actions` of a row; either may be left out, which means any.
  ///
  /// - Throws: `ConfigurationError` for unknown names, terminal states and a wrong count.
  init(state: DocumentNode?, actions: DocumentNode?, header: TableHeader) throws {
    var only: Int?
    if let state, state.plainWord != TableNames.wildcard {
      let index = try state.state("rows.state", among: header.states)
      guard !header.isTerminal[index] else {
        throw state.error(
          "rows.state",
          "is terminal, so it pays nothing and play stays there; remove the row, or take the "
            + "state out of terminal")
      }
      only = index
    }
    states = only.map { $0..<$0 + 1 } ?? 0..<header.stateCount
    let players = header.playerCount
    guard let actions, actions.plainWord != TableNames.wildcard else {
      choices = Array(repeating: nil, count: players)
      return
    }
    let list = actions.list ?? (players == 1 ? [actions] : [])
    guard list.count == players else {
      throw actions.error(
        "rows.actions", "must list one action per player: \(players); any stands for each")
    }
    choices = try list.enumerated().map { player, node in
      guard node.plainWord != TableNames.wildcard else { return nil }
      return try header.actions.indices(of: node, player: player, at: only, header: header)
    }
  }

  /// Calls `body` with every row of the game that is covered, in order.
  func forEachRow(_ header: TableHeader, _ body: (Int) -> Void) {
    states: for state in states where !header.isTerminal[state] {
      let set = header.actions.setOfState[state]
      let counts = header.actions.counts(at: state)
      var ranges: [Range<Int>] = []
      for (player, count) in counts.enumerated() {
        guard let choice = choices[player] else {
          ranges.append(0..<count)
          continue
        }
        // A row for any state covers the states in which its actions are open.
        guard let action = choice[set] else { continue states }
        ranges.append(action..<action + 1)
      }
      var actions = ranges.map(\.lowerBound)
      while true {
        var index = 0
        for player in counts.indices { index = index * counts[player] + actions[player] }
        body(header.jointOffsets[state] + index)
        var player = counts.count - 1
        while player >= 0, actions[player] + 1 == ranges[player].upperBound {
          actions[player] = ranges[player].lowerBound
          player -= 1
        }
        guard player >= 0 else { break }
        actions[player] += 1
      }
    }
  }
}
