internal import Configuration

/// The choices of every player at every state, stored once per distinct set of choices.
struct TableActions {
  /// What a terminal state's only action is called where the file does not name it.
  static let terminalLabel = Label.text("end")

  /// Distinct sets, `[set][player]`.
  private(set) var sets: [[TableNames]] = []
  /// The set of each state.
  private(set) var setOfState: [Int] = []
  /// The sets of states in which somebody plays.
  private let liveSets: [Int]

  /// The number of actions of each player at a state.
  func counts(at state: Int) -> [Int] { sets[setOfState[state]].map(\.count) }

  /// What a `StochasticGame` calls them.
  var labels: ActionLabels {
    let labels = sets.map { $0.map(\.labels) }
    if let first = setOfState.first, setOfState.allSatisfy({ $0 == first }) {
      return .uniform(labels[first])
    }
    return .byState(setOfState.map { labels[$0] })
  }

  /// Reads `actions`: a list for everybody, a list of lists, one per player, or a mapping from
  /// states (or `any`, for those not named) to either.
  ///
  /// - Throws: `ConfigurationError`.
  init(
    _ node: DocumentNode, players: TableNames, states: TableNames, isTerminal: [Bool]
  ) throws {
    let end = TableNames([Self.terminalLabel])
    var sets: [[TableNames]] = []
    func number(_ set: [TableNames]) -> Int {
      if let known = sets.firstIndex(of: set) { return known }
      sets.append(set)
      return sets.count - 1
    }
    let terminalSet =
      isTerminal.contains(true) ? number(Array(repeating: end, count: players.count)) : nil
    var setOfState = isTerminal.map { $0 ? terminalSet : nil }
    var fallback: Int?
    var named: Set<Int> = []
    if let entries = node.entries {
      for entry in entries {
        let key = "actions.\(entry.key)"
        let set = number(try Self.readSet(entry.value, key: key, players: players))
        if entry.key == TableNames.wildcard {
          fallback = set
          continue
        }
        guard let state = states.index(of: entry.key) else {
          throw ConfigurationError(
            entry.position, key: key, rule: "unknown state; \(states.advice(for: entry.key))")
        }
        guard !isTerminal[state] || sets[set].allSatisfy({ $0.count == 1 }) else {
          throw entry.value.error(
            key, "\(entry.key) is terminal: nobody has a choice there; remove it")
        }
        guard named.insert(state).inserted else {
          throw ConfigurationError(entry.position, key: key, rule: "names a state twice; keep one")
        }
        setOfState[state] = set
      }
    } else {
      fallback = number(try Self.readSet(node, key: "actions", players: players))
    }
    let complete = try setOfState.enumerated().map { state, set in
      guard let set = set ?? fallback else {
        throw node.error(
          "actions", "none given for state \(states.labels[state]); add it, or any as a default")
      }
      return set
    }
    self.sets = sets
    self.setOfState = complete
    liveSets = Set(complete.indices.lazy.filter { !isTerminal[$0] }.map { complete[$0] }).sorted()
  }

  private static func readSet(
    _ node: DocumentNode, key: String, players: TableNames
  ) throws -> [TableNames] {
    func names(_ nodes: [DocumentNode]) throws -> TableNames {
      try TableNames(nodes, key: key, what: "an action", reserved: [TableNames.wildcard])
    }
    let form = "must be a list of actions for everybody, or one list per player"
    guard let list = node.list, !list.isEmpty else { throw node.error(key, form) }
    if list.allSatisfy({ $0.word != nil }) {
      return Array(repeating: try names(list), count: players.count)
    }
    guard list.allSatisfy({ $0.list != nil }) else { throw node.error(key, form) }
    guard list.count == players.count else {
      throw node.error(key, "must be one list per player: \(players.count), not \(list.count)")
    }
    return try list.enumerated().map { player, node in
      guard let nodes = node.list, !nodes.isEmpty else {
        throw node.error(key, "player \(players.labels[player]) needs at least one action")
      }
      return try names(nodes)
    }
  }

  /// For every set, the index of a word among the actions of a player; nil where it has none.
  ///
  /// - Parameter state: the state meant, or nil for any.
  /// - Throws: `ConfigurationError` if the state, or every state, lacks such an action.
  func indices(
    of node: DocumentNode, player: Int, at state: Int?, header: TableHeader
  ) throws -> [Int?] {
    guard let word = node.word else {
      throw node.error("rows.actions", "must be the name of an action, or any")
    }
    let meant = state.map { [setOfState[$0]] } ?? liveSets
    var found = [Int?](repeating: nil, count: sets.count)
    for set in meant { found[set] = sets[set][player].index(of: word) }
    guard found.contains(where: { $0 != nil }) else {
      let known = TableNames(meant.flatMap { sets[$0][player].labels })
      throw node.error(
        "rows.actions",
        "unknown action of player \(header.players.labels[player])"
          + (state.map { " at state \(header.states.labels[$0])" } ?? "")
          + "; \(known.advice(for: word))")
    }
    return found
  }
}
