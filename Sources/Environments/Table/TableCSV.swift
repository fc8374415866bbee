internal import Configuration

/// Rows of a game as CSV: one line per joint action and next state.
///
/// Columns, in any order, with a header: `state` (may be missing if there is one),
/// `action_<player>` and `payoff_<player>` for each player, by number from 1 or by name, `next`
/// (may be missing if there is one state), `probability` (1 if missing), `growth` (1 if missing).
/// Payoffs and growth are repeated on each line of a joint action and must agree.
struct TableCSV {
  private let header: TableHeader
  private var reader: CSVReader
  /// Where the whole stands, for what is missing from it.
  private let place: Position
  private var columns: [Column] = []

  /// What a column holds.
  private enum Column: Hashable {
    case state, next, probability, growth
    case action(Int)
    case payoff(Int)
  }

  /// A line's move: a joint action's row, the next state, its probability and the line.
  private struct Move {
    var row: Int32
    var next: Int32
    var probability: Double
    var line: Int32
  }

  private var payoffs: [Double]
  private var growth: [Double]
  /// The first line of each joint action; 0 for none.
  private var lines: [Int32]
  private var moves: [Move] = []

  /// Reads CSV.
  ///
  /// - Parameters:
  ///   - place: a file, or the line in one above the first line of `text`.
  ///   - header: the game's players, states and actions.
  /// - Throws: `ConfigurationError` with line and column.
  static func read(_ text: String, at place: Position, header: TableHeader) throws -> TableContents
  {
    var table = TableCSV(text, place, header)
    try table.readColumns()
    while let fields = try table.reader.next() { try table.readLine(fields) }
    return try table.contents()
  }

  private init(_ text: String, _ place: Position, _ header: TableHeader) {
    self.header = header
    self.place = place
    reader = CSVReader(text, source: place.source, line: place.line + 1)
    payoffs = Array(repeating: 0, count: header.rowCount * header.playerCount)
    growth = Array(repeating: 1, count: header.rowCount)
    lines = Array(repeating: 0, count: header.rowCount)
  }

  /// A CSV file has no key; rows inside a game file do.
  private var key: String { place.line > 0 ? "rows" : "" }

  // MARK: Columns

  private mutating func readColumns() throws {
    let single = header.stateCount == 1
    var known: [String: Column] = [
      "state": .state, "next": .next, "probability": .probability, "growth": .growth,
    ]
    // Numbers win over names, so that players called 2 and 1 cannot be confused with their order.
    for (player, label) in header.players.labels.enumerated() {
      known["action_\(label)"] = .action(player)
      known["payoff_\(label)"] = .payoff(player)
    }
    for player in 0..<header.playerCount {
      known["action_\(player + 1)"] = .action(player)
      known["payoff_\(player + 1)"] = .payoff(player)
    }
    guard let names = try reader.next() else {
      throw ConfigurationError(
        place, key: key, rule: "there is nothing in it; it needs a line of columns")
    }
    for field in names {
      guard let column = known[field.text] else {
        let advice =
          nearest(to: field.text, among: known.keys.sorted()).map { "did you mean \($0)?" }
          ?? "columns are separated by commas and called state, action_1, payoff_1, next, "
          + "probability, growth"
        throw error(field, "columns", "unknown column; \(advice)")
      }
      guard !columns.contains(column) else { throw error(field, "columns", "appears twice") }
      columns.append(column)
    }
    var needed = (single ? [] : [("state", Column.state), ("next", .next)])
    for player in 0..<header.playerCount {
      needed.append(("action_\(player + 1)", .action(player)))
      needed.append(("payoff_\(player + 1)", .payoff(player)))
    }
    for (name, column) in needed where !columns.contains(column) {
      throw ConfigurationError(
        reader.position(names[0]), key: name,
        rule: "the column is missing")
    }
  }

  private func error(_ field: CSVReader.Field, _ key: String, _ rule: String) -> ConfigurationError
  {
    ConfigurationError(
      reader.position(field), key: key, value: field.text.isEmpty ? "(empty)" : field.text,
      rule: rule)
  }

  // MARK: Lines

  private mutating func readLine(_ fields: [CSVReader.Field]) throws {
    guard fields.count == columns.count else {
      throw ConfigurationError(
        reader.position(fields[0]), key: "",
        rule: "has \(fields.count) fields; the first line names \(columns.count) columns")
    }
    var state = 0
    var next = 0
    var probability = 1.0
    var factor = 1.0
    var actions = [Int](repeating: 0, count: header.playerCount)
    var paid = [Double](repeating: 0, count: header.playerCount)
    // The state first: what actions mean depends on it.
    for (column, field) in zip(columns, fields) where column == .state {
      state = try readState(field, "state")
      guard !header.isTerminal[state] else {
        throw error(
          field, "state",
          "is terminal, so it pays nothing and play stays there; remove the line")
      }
    }
    for (column, field) in zip(columns, fields) {
      switch column {
      case .state: break
      case .next: next = try readState(field, "next")
      case .probability: probability = try number(field, "probability", .closed(0, 1))
      case .growth: factor = try number(field, "growth", .nonnegative)
      case .payoff(let player): paid[player] = try number(field, "payoff_\(player + 1)", .any)
      case .action(let player):
        let names = header.actions.sets[header.actions.setOfState[state]][player]
        guard let action = names.index(of: field.text) else {
          throw error(
            field, "action_\(player + 1)",
            "unknown action of player \(header.players.labels[player]) at state "
              + "\(header.states.labels[state]); \(names.advice(for: field.text))")
        }
        actions[player] = action
      }
    }
    var index = 0
    for (action, count) in zip(actions, header.actions.counts(at: state)) {
      index = index * count + action
    }
    let row = header.jointOffsets[state] + index
    try enter(row, paid, factor, fields)
    guard moves.count < TableHeader.largestTable else {
      throw ConfigurationError(
        reader.position(fields[0]), key: "",
        rule: "more than \(TableHeader.largestTable) lines; make the game smaller")
    }
    moves.append(
      Move(
        row: Int32(row), next: Int32(next), probability: probability,
        line: Int32(clamping: fields[0].line)))
  }

  /// Sets what a joint action pays, or checks that a further line of it agrees.
  private mutating func enter(
    _ row: Int, _ paid: [Double], _ factor: Double, _ fields: [CSVReader.Field]
  ) throws {
    let players = header.playerCount
    guard lines[row] > 0 else {
      lines[row] = Int32(clamping: fields[0].line)
      growth[row] = factor
      for player in 0..<players { payoffs[row * players + player] = paid[player] }
      return
    }
    for (column, field) in zip(columns, fields) {
      let known: Double
      switch column {
      case .payoff(let player) where paid[player] != payoffs[row * players + player]:
        known = payoffs[row * players + player]
      case .growth where factor != growth[row]: known = growth[row]
      default: continue
      }
      throw error(
        field, column == .growth ? "growth" : "payoffs",
        "\(header.describe(row: row)): line \(lines[row]) says \(TableNumber.text(known)); all "
          + "lines of a joint action must agree")
    }
  }

  private func readState(_ field: CSVReader.Field, _ key: String) throws -> Int {
    guard let state = header.states.index(of: field.text) else {
      throw error(field, key, "unknown state; \(header.states.advice(for: field.text))")
    }
    return state
  }

  private func number(_ field: CSVReader.Field, _ key: String, _ range: RealRange) throws -> Double
  {
    guard let value = TableNumber.value(field.text) else {
      throw error(field, key, TableNumber.rule)
    }
    guard range.contains(value) else { throw error(field, key, "must be a number \(range.words)") }
    return value
  }

  // MARK: The whole

  private mutating func contents() throws -> TableContents {
    for state in 0..<header.stateCount {
      for row in header.jointOffsets[state]..<header.jointOffsets[state + 1] {
        if header.isTerminal[state] {
          moves.append(Move(row: Int32(row), next: Int32(state), probability: 1, line: 0))
        } else if lines[row] == 0 {
          throw ConfigurationError(
            place, key: key,
            rule: "\(header.describe(row: row)): no line; every joint action needs one")
        }
      }
    }
    moves.sort { ($0.row, $0.next, $0.line) < ($1.row, $1.next, $1.line) }
    var contents = TableContents(header: header, payoffs: payoffs, growth: growth)
    var start = 0
    while start < moves.count {
      let row = moves[start].row
      var end = start + 1
      while end < moves.count, moves[end].row == row {
        if moves[end].next == moves[end - 1].next {
          throw ConfigurationError(
            Position(source: place.source, line: Int(moves[end].line), column: 1), key: "next",
            value: header.states.labels[Int(moves[end].next)].description,
            rule: "\(header.describe(row: Int(row))): given already in line "
              + "\(moves[end - 1].line); keep one")
        }
        end += 1
      }
      var law = moves[start..<end].map { (state: Int($0.next), probability: $0.probability) }
      let total = law.reduce(0) { $0 + $1.probability }
      guard abs(total - 1) <= tableTolerance else {
        throw ConfigurationError(
          Position(source: place.source, line: Int(lines[Int(row)]), column: 1), key: "probability",
          rule: "\(header.describe(row: Int(row))): probabilities sum to "
            + "\(TableNumber.text(total)); they must sum to 1")
      }
      law.removeAll { $0.probability == 0 }
      normalizeTableRow(&law)
      contents.append(law)
      start = end
    }
    let (lines, source) = (lines, place.source)
    contents.origin = { Position(source: source, line: Int(lines[$0]), column: 1) }
    return contents
  }
}
