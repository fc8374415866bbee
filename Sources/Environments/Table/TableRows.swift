internal import Configuration

/// One piece of a game file that decides payoffs, next states or growth of the joint actions it
/// covers: a row, or a cell of a matrix.
struct TableRow {
  /// Where it stands.
  var position: Position
  /// One payoff per player.
  var payoffs: [Double]?
  /// Ascending, without zeros.
  var next: [(state: Int, probability: Double)]?
  /// The factor on the future.
  var growth: Double?
  /// How many joint actions it covers.
  var coverage = 0
  /// The first of them.
  var first = 0

  /// Whether it decides a field.
  func decides(_ field: TableRows.Field) -> Bool {
    switch field {
    case .payoffs: payoffs != nil
    case .next: next != nil
    case .growth: growth != nil
    }
  }
}

/// The rows of a game file, and which of them decides each joint action.
///
/// One rule: rows are read from top to bottom, and a later one decides what it covers over any
/// earlier one. A row that decides nothing in the end is an error.
struct TableRows {
  /// What a row can decide.
  enum Field: Int, CaseIterable { case payoffs, next, growth }

  /// In the order read; cells of matrices stand before all rows.
  private(set) var rows: [TableRow] = []
  /// `[field][joint action]`: which row decides; -1 for none.
  private var deciders: [[Int32]]
  private let header: TableHeader

  /// The row that decides a field of a joint action.
  func decider(_ field: Field, _ row: Int) -> TableRow? {
    let number = deciders[field.rawValue][row]
    return number < 0 ? nil : rows[Int(number)]
  }

  /// Reads `matrix` and `rows`.
  ///
  /// - Throws: `ConfigurationError`: everything that is wrong with a row, rows without effect, and
  ///   joint actions without payoffs or next state.
  init(_ document: DocumentNode, header: TableHeader) throws {
    self.header = header
    deciders = Field.allCases.map { _ in Array(repeating: -1, count: header.rowCount) }
    if let matrix = document.value(of: "matrix") { try readMatrices(matrix) }
    let entry = (document.entries ?? []).first { $0.key == "rows" }
    if let entry {
      guard let list = entry.value.list else {
        throw entry.value.error("rows", "must be a list of rows, or the name of a CSV file")
      }
      for row in list { try readRow(row) }
    }
    if header.stateCount == 1 { stayInOnlyState() }
    try refuseIdleRows()
    try refuseGaps(entry?.position ?? document.position)
  }

  private mutating func readRow(_ node: DocumentNode) throws {
    guard node.entries != nil else {
      throw node.error(
        "rows", "must be a mapping such as {state: s, actions: [a, b], payoffs: [1, 2], next: t}")
    }
    try node.refuseUnknown(["state", "actions", "payoffs", "next", "growth"], path: "rows")
    var row = TableRow(position: node.position)
    row.payoffs = try node.value(of: "payoffs").map { try readPayoffs($0, key: "rows.payoffs") }
    if let next = node.value(of: "next") {
      var law = try next.law("rows.next", among: header.states)
      normalizeTableRow(&law)
      row.next = law
    }
    row.growth = try node.value(of: "growth").map {
      try $0.number("rows.growth", in: .nonnegative)
    }
    guard Field.allCases.contains(where: row.decides) else {
      throw node.error("rows", "decides nothing; give it payoffs, next or growth")
    }
    let actions = node.value(of: "actions")
    try enter(
      row,
      TableSelector(state: node.value(of: "state"), actions: actions, header: header),
      written: actions?.text)
  }

  private func readPayoffs(_ node: DocumentNode, key: String) throws -> [Double] {
    let players = header.playerCount
    if players == 1, node.list == nil { return [try node.number(key)] }
    guard let list = node.list, list.count == players else {
      throw node.error(key, "must list one payoff per player: \(players)")
    }
    return try list.map { try $0.number(key) }
  }

  /// Lets a row decide everything it covers.
  private mutating func enter(_ row: TableRow, _ selector: TableSelector, written: String?) throws {
    var row = row
    selector.forEachRow(header) {
      if row.coverage == 0 { row.first = $0 }
      row.coverage += 1
    }
    guard row.coverage > 0 else {
      throw ConfigurationError(
        row.position, key: "rows.actions", value: written,
        rule: "there is no state in which these actions are open together")
    }
    for field in Field.allCases where row.decides(field) {
      if row.coverage == 1, let known = decider(field, row.first), known.coverage == 1 {
        throw ConfigurationError(
          row.position, key: "rows.\(field)",
          rule: "\(header.describe(row: row.first)): given already in line "
            + "\(known.position.line); keep one")
      }
      let number = Int32(rows.count)
      selector.forEachRow(header) { deciders[field.rawValue][$0] = number }
    }
    rows.append(row)
  }

  // MARK: Matrices

  private mutating func readMatrices(_ node: DocumentNode) throws {
    guard header.playerCount == 2 else {
      throw node.error(
        "matrix", "is for two players, and here are \(header.playerCount); write rows instead")
    }
    if header.stateCount == 1, node.list != nil {
      try readMatrix(node, state: 0, key: "matrix")
      return
    }
    guard let entries = node.entries else {
      throw node.error("matrix", "must be a mapping from states to matrices of payoff pairs")
    }
    for entry in entries {
      let key = "matrix.\(entry.key)"
      guard let state = header.states.index(of: entry.key) else {
        throw ConfigurationError(
          entry.position, key: key,
          rule: "unknown state; \(header.states.advice(for: entry.key))")
      }
      guard !header.isTerminal[state] else {
        throw ConfigurationError(
          entry.position, key: key, rule: "is terminal, so it pays nothing; remove the matrix")
      }
      try readMatrix(entry.value, state: state, key: key)
    }
  }

  private mutating func readMatrix(_ node: DocumentNode, state: Int, key: String) throws {
    let counts = header.actions.counts(at: state)
    guard let lines = node.list, lines.count == counts[0] else {
      throw node.error(
        key, "must have one line per action of player \(header.players.labels[0]): \(counts[0])")
    }
    for (own, line) in lines.enumerated() {
      guard let cells = line.list, cells.count == counts[1] else {
        throw line.error(
          key,
          "must have one payoff pair per action of player \(header.players.labels[1]): "
            + "\(counts[1])")
      }
      for (rival, cell) in cells.enumerated() {
        let row = TableRow(position: cell.position, payoffs: try readPayoffs(cell, key: key))
        let selector = TableSelector(state: state, jointAction: [own, rival], header: header)
        try enter(row, selector, written: nil)
      }
    }
  }

  // MARK: Completeness

  /// In a game of one state there is nowhere else to go.
  private mutating func stayInOnlyState() {
    let field = Field.next.rawValue
    guard deciders[field].contains(-1) else { return }
    let number = Int32(rows.count)
    for row in deciders[field].indices where deciders[field][row] < 0 {
      deciders[field][row] = number
    }
    rows.append(TableRow(position: header.discountPosition, next: [(0, 1)]))
  }

  private func refuseIdleRows() throws {
    for field in Field.allCases {
      var isUsed = [Bool](repeating: false, count: rows.count)
      for number in deciders[field.rawValue] where number >= 0 { isUsed[Int(number)] = true }
      for (number, row) in rows.enumerated() where row.decides(field) && !isUsed[number] {
        let later = decider(field, row.first)?.position.line ?? 0
        throw ConfigurationError(
          row.position, key: "rows.\(field)",
          rule: "has no effect: later rows, such as that in line \(later), decide all it covers; "
            + "put general rows above special ones")
      }
    }
  }

  private func refuseGaps(_ position: Position) throws {
    for (field, what) in [(Field.payoffs, "payoffs"), (.next, "next state")] {
      var first: Int?
      var count = 0
      for state in 0..<header.stateCount where !header.isTerminal[state] {
        for row in header.jointOffsets[state]..<header.jointOffsets[state + 1]
        where deciders[field.rawValue][row] < 0 {
          first = first ?? row
          count += 1
        }
      }
      guard let first else { continue }
      throw ConfigurationError(
        position, key: "rows",
        rule: "\(header.describe(row: first)): no \(what) given; add a row, or a default with any"
          + (count > 1 ? " (and \(count - 1) more)" : ""))
    }
  }
}
