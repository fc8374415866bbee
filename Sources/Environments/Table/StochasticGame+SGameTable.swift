extension StochasticGame {
  /// Transition probabilities from which on the table has one column `to_state` rather than a column
  /// `phi_<state>` for each state.
  static let densestTable = 5_000_000

  /// The game in the table form that sgamesolver reads, as CSV; see `SGameTable` for the form.
  ///
  /// Players are called 1, 2, …; names of states are made distinct, and so are those of a player's
  /// actions at a state. Where play ends, a line's probabilities sum to less than 1, and terminal
  /// states have no lines. Each line has a column for each state, except in tables of more than
  /// five million probabilities: those have `to_state` instead.
  ///
  /// The form does not hold the law of the first state, the mirror or coordinates, and numbers have
  /// the shortest digits that read back exactly.
  /// - Complexity: O(rows × states), or O(transitions) with `to_state`.
  /// - Throws: `GameError` for a game with growth: the form has no place for it.
  public func sgameTable(isDense: Bool? = nil) throws -> String {
    guard growth == nil else {
      throw GameError(
        "growth",
        "the table form of sgamesolver has no place for payoffs that grow with play; it holds "
          + "games whose growth is 1")
    }
    let live = (0..<stateCount).filter { !isTerminal[$0] }
    let rows = live.reduce(0) { $0 + jointOffsets[$1 + 1] - jointOffsets[$1] }
    let isDense = isDense ?? (rows * live.count <= Self.densestTable)
    let names = stateNames(live, isDense: isDense)
    let players = 1...playerCount
    var columns = ["state"] + players.map { "a_\($0)" } + players.map { "u_\($0)" }
    columns += isDense ? live.map { "phi_\(names[$0]!)" } : ["to_state"]
    var text = columns.map(Self.csvField).joined(separator: ",") + "\n"
    text += ([SGameTable.discountWord] + players.map { _ in "" } + discounts.map(TableNumber.text))
      .joined(separator: ",")
    text += String(repeating: ",", count: isDense ? live.count : 1) + "\n"
    for state in live {
      let actions = (0..<playerCount).map { player in
        distinctNames(actionLabels.labels(player, at: state).map(\.description))
          .map(Self.csvField)
      }
      let name = Self.csvField(names[state]!)
      for row in jointOffsets[state]..<jointOffsets[state + 1] {
        var fields = [name] + zip(actions, jointAction(ofRow: row, at: state)).map { $0[$1] }
        fields += (0..<playerCount).map { TableNumber.text(payoff($0, row: row)) }
        text += fields.joined(separator: ",") + ","
        text += isDense ? denseMoves(row, live) : sparseMoves(row, names)
        text += "\n"
      }
    }
    return text
  }

  private func denseMoves(_ row: Int, _ live: [Int]) -> String {
    var entry = transitionOffsets[row]
    let last = transitionOffsets[row + 1]
    return live.map { next in
      while entry < last, Int(nextStates[entry]) < next { entry += 1 }
      guard entry < last, Int(nextStates[entry]) == next else { return "0" }
      return TableNumber.text(probabilities[entry])
    }.joined(separator: ",")
  }

  private func sparseMoves(_ row: Int, _ names: [Int: String]) -> String {
    let moves = (transitionOffsets[row]..<transitionOffsets[row + 1]).compactMap { entry in
      names[Int(nextStates[entry])].map { "\($0): \(TableNumber.text(probabilities[entry]))" }
    }
    return moves.isEmpty ? "" : "\"{\(moves.joined(separator: ", "))}\""
  }

  /// Distinct names of the live states; with `to_state` without the characters that have a meaning
  /// there.
  private func stateNames(_ live: [Int], isDense: Bool) -> [Int: String] {
    var names = live.map { stateLabels[$0].description }
    if !isDense {
      names = names.map { name in
        String(name.map { ",:{}\"".contains($0) || $0.isNewline ? "_" : $0 })
      }
    }
    // A name is taken before any state has it: no state may be called like the discount line.
    let distinct = distinctNames([SGameTable.discountWord] + names).dropFirst()
    return Dictionary(uniqueKeysWithValues: zip(live, distinct))
  }

  /// A field of CSV, in quotes where it needs them.
  private static func csvField(_ text: String) -> String {
    let needsQuotes =
      text.hasPrefix(" ") || text.hasSuffix(" ") || text.contains { ",\"\n\r".contains($0) }
    return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
  }
}
