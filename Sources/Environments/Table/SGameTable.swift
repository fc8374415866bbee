internal import Configuration

/// A stochastic game in the table form of sgamesolver: one line per state and joint action.
///
/// Columns, in any order: `state`; `a_<player>` and `u_<player>` of each player; and either
/// `phi_<state>` of each state or one column `to_state`, which holds a state, or probabilities as in
/// `{low: 0.5, high: 0.5}`, or nothing where play ends. One line has `delta` as its state and the
/// players' discount factors under `u_<player>`. States and actions are in the order in which they
/// first appear. What a line's probabilities lack of 1 is the probability that play ends
/// (Eibelshäuser and Poensgen, sgamesolver, "Defining games", tabular format).
///
/// Differs from sgamesolver's reader in being strict: unknown columns, probabilities outside [0, 1]
/// and sums above 1 are errors. The form does not say where play starts: in the first state.
struct SGameTable {
  /// The players' names, in the order of their `a_` columns.
  private(set) var players: [String] = []
  private var columns: [Column] = []
  private var reader: CSVReader
  private let source: String
  private var states = Names()
  /// Names after `phi_`, with their columns.
  private var targets: [(name: String, field: CSVReader.Field)] = []
  private var lines: [Line] = []
  private var discounts: [Double] = []
  private var discountPosition: Position
  /// `[state][player]`.
  private var actions: [[Names]] = []

  /// What a column holds.
  private enum Column: Hashable {
    case state, next
    case action(Int)
    case payoff(Int)
    case target(Int)
  }

  /// Names in the order in which they first appear.
  private struct Names {
    var list: [String] = []
    var index: [String: Int] = [:]

    mutating func insert(_ name: String) -> Int {
      if let known = index[name] { return known }
      index[name] = list.count
      list.append(name)
      return list.count - 1
    }
  }

  /// One state and joint action.
  private struct Line {
    var state: Int
    var actions: [Int]
    var payoffs: [Double]
    /// Where it leads, by the number of the `phi_` column or by name, without zeros.
    var moves: [(target: Target, probability: Double)]
    var position: Position
  }

  /// A next state, before all states are known.
  private enum Target {
    case column(Int)
    case name(String)
  }

  /// The word in the state column of the line of discount factors.
  static let discountWord = "delta"

  /// Reads a table.
  ///
  /// - Throws: `ConfigurationError` with line and column.
  init(_ text: String, source: String) throws {
    reader = CSVReader(text, source: source, line: 1)
    self.source = source
    discountPosition = Position(source: source)
    try readColumns()
    while let fields = try reader.next() { try readLine(fields) }
    guard !discounts.isEmpty else {
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "has no line of discount factors; add one with \(Self.discountWord) in the column "
          + "state and the factors under u_\(players[0]), …")
    }
    guard !lines.isEmpty else {
      throw ConfigurationError(
        Position(source: source), key: "", rule: "has no line of a state and joint action")
    }
  }

  // MARK: Columns

  private func error(
    _ field: CSVReader.Field, _ key: String, _ rule: String
  ) -> ConfigurationError {
    ConfigurationError(
      reader.position(field), key: key, value: field.text.isEmpty ? "(empty)" : field.text,
      rule: rule)
  }

  private mutating func readColumns() throws {
    guard let names = try reader.next() else {
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "there is nothing in it; it needs a line of columns")
    }
    for field in names where field.text.hasPrefix("a_") {
      players.append(String(field.text.dropFirst(2)))
    }
    guard !players.isEmpty else {
      throw ConfigurationError(
        reader.position(names[0]), key: "",
        rule:
          "no column a_<player> of anybody's actions; a table is one of sgamesolver's, and rows "
          + "alone belong under rows: in a game file")
    }
    for field in names {
      let column = try column(field)
      guard !columns.contains(column) else { throw error(field, "columns", "appears twice") }
      columns.append(column)
    }
    var needed: [(String, Column)] = [("state", .state)]
    needed += players.enumerated().map { ("u_\($1)", .payoff($0)) }
    for (name, column) in needed where !columns.contains(column) {
      throw ConfigurationError(
        reader.position(names[0]), key: name, rule: "the column is missing")
    }
    guard columns.contains(.next) != !targets.isEmpty else {
      throw ConfigurationError(
        reader.position(names[0]), key: "columns",
        rule: targets.isEmpty
          ? "where play goes is missing: a column phi_<state> of each state, or to_state"
          : "to_state and phi_<state> both say where play goes; keep one of them")
    }
  }

  private mutating func column(_ field: CSVReader.Field) throws -> Column {
    let name = field.text
    let suffix = { (count: Int) in String(name.dropFirst(count)) }
    if name == "state" { return .state }
    if name == "to_state" { return .next }
    if name.hasPrefix("a_"), let player = players.firstIndex(of: suffix(2)) {
      return .action(player)
    }
    if name.hasPrefix("u_") {
      guard let player = players.firstIndex(of: suffix(2)) else {
        throw error(field, "columns", "there is no column a_\(suffix(2)) of that player's actions")
      }
      return .payoff(player)
    }
    if name.hasPrefix("phi_") {
      if let known = targets.firstIndex(where: { $0.name == suffix(4) }) { return .target(known) }
      targets.append((suffix(4), field))
      return .target(targets.count - 1)
    }
    let known = ["state", "to_state"] + players.flatMap { ["a_\($0)", "u_\($0)"] }
    let advice =
      nearest(to: name, among: known).map { "did you mean \($0)?" }
      ?? "known: state, a_<player>, u_<player>, phi_<state>, to_state"
    throw error(field, "columns", "unknown column; \(advice)")
  }

  // MARK: Lines

  private mutating func readLine(_ fields: [CSVReader.Field]) throws {
    guard fields.count == columns.count else {
      throw ConfigurationError(
        reader.position(fields[0]), key: "",
        rule: "has \(fields.count) fields; the first line names \(columns.count) columns")
    }
    let stateField = fields[columns.firstIndex(of: .state)!]
    if stateField.text == Self.discountWord { return try readDiscounts(fields, stateField) }
    guard !stateField.text.isEmpty else { throw error(stateField, "state", "must be a name") }
    let state = states.insert(stateField.text)
    if state == actions.count { actions.append(players.map { _ in Names() }) }
    var line = Line(
      state: state, actions: players.map { _ in 0 }, payoffs: players.map { _ in 0 }, moves: [],
      position: reader.position(fields[0]))
    for (column, field) in zip(columns, fields) {
      switch column {
      case .state: break
      case .action(let player):
        line.actions[player] = actions[state][player].insert(field.text)
      case .payoff(let player):
        line.payoffs[player] = try number(field, "u_\(players[player])", .any)
      case .target(let target):
        let probability = try number(field, "phi_\(targets[target].name)", .closed(0, 1))
        if probability > 0 { line.moves.append((.column(target), probability)) }
      case .next: line.moves = try moves(field)
      }
    }
    lines.append(line)
  }

  private mutating func readDiscounts(
    _ fields: [CSVReader.Field], _ stateField: CSVReader.Field
  ) throws {
    guard discounts.isEmpty else {
      throw error(
        stateField, "state", "stands in line \(discountPosition.line) already; keep one of them")
    }
    discountPosition = reader.position(stateField)
    discounts = players.map { _ in 0 }
    for (column, field) in zip(columns, fields) {
      guard case .payoff(let player) = column else { continue }
      discounts[player] = try number(field, "u_\(players[player])", .closed(0, 1))
    }
  }

  private func number(
    _ field: CSVReader.Field, _ key: String, _ range: RealRange
  ) throws -> Double {
    guard let value = TableNumber.decimal(field.text) else {
      throw error(field, key, "must be a finite number")
    }
    guard range.contains(value) else { throw error(field, key, "must be a number \(range.words)") }
    return value
  }

  /// The moves in a `to_state` field.
  private func moves(
    _ field: CSVReader.Field
  ) throws -> [(target: Target, probability: Double)] {
    var text = field.text[...]
    if text.hasPrefix("{"), text.hasSuffix("}") { text = text.dropFirst().dropLast() }
    func trimmed(_ part: some StringProtocol) -> String {
      let inner = part.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace)
      return String(String(inner.reversed()))
    }
    let parts = text.split(separator: ",").map(trimmed).filter { !$0.isEmpty }
    if parts.count == 1, !parts[0].contains(":") { return [(.name(parts[0]), 1)] }
    return try parts.compactMap { part in
      let pair = part.split(separator: ":", omittingEmptySubsequences: false).map(trimmed)
      guard pair.count == 2, let probability = TableNumber.decimal(pair[1]),
        (0...1).contains(probability)
      else {
        throw error(
          field, "to_state",
          "must be a state, or states with probabilities in [0, 1] such as {low: 0.5, high: 0.5}")
      }
      var name = pair[0][...]
      while name.hasPrefix("\"") { name = name.dropFirst() }
      while name.hasSuffix("\"") { name = name.dropLast() }
      return probability > 0 ? (.name(trimmed(name)), probability) : nil
    }
  }

  // MARK: The game

  /// The game of the table.
  ///
  /// - Throws: `ConfigurationError` for joint actions without a line or with two, next states that
  ///   have no line, and probabilities that sum to more than 1.
  func stochasticGame() throws -> StochasticGame {
    let stateOfTarget = try targetStates()
    let counts = actions.map { $0.map { $0.list.count } }
    let rows = try rowsOfLines(counts)
    // The laws of all joint actions; what is missing of 1 leads to the end, state S.
    let end = states.list.count
    var laws: [[(state: Int, probability: Double)]] = []
    var hasEnd = false
    for line in lines {
      var law: [(state: Int, probability: Double)] = []
      for (target, probability) in line.moves {
        let state: Int?
        switch target {
        case .column(let number): state = stateOfTarget[number]
        case .name(let name): state = states.index[name]
        }
        guard let state else {
          throw ConfigurationError(
            line.position, key: "to_state",
            rule: "leads to a state without a line of its own; known: "
              + states.list.prefix(12).joined(separator: ", "))
        }
        guard !law.contains(where: { $0.state == state }) else {
          throw ConfigurationError(
            line.position, key: "to_state", rule: "names \(states.list[state]) twice")
        }
        law.append((state, probability))
      }
      law.sort { $0.state < $1.state }
      let total = law.reduce(0) { $0 + $1.probability }
      guard total <= 1 + tableTolerance else {
        throw ConfigurationError(
          line.position, key: targets.isEmpty ? "to_state" : "phi",
          rule: "probabilities sum to \(TableNumber.text(total)); they must sum to at most 1")
      }
      if total < 1 - tableTolerance {
        law.append((end, 1 - total))
        hasEnd = true
      } else {
        normalizeTableRow(&law)
      }
      laws.append(law)
    }
    return try make(counts, rows, laws, hasEnd: hasEnd)
  }

  private func make(
    _ counts: [[Int]], _ rows: [[Int]], _ laws: [[(state: Int, probability: Double)]],
    hasEnd: Bool
  ) throws -> StochasticGame {
    var names = states.list
    if hasEnd {
      var name = "end"
      while names.contains(name) { name += "_" }
      names.append(name)
    }
    var labels = actions.map { $0.map { $0.list.map(Label.init(name:)) } }
    if hasEnd { labels.append(players.map { _ in [TableActions.terminalLabel] }) }
    let isUniform = !hasEnd && labels.allSatisfy { $0 == labels[0] }
    do {
      return try StochasticGame(
        actionCounts: counts + (hasEnd ? [players.map { _ in 1 }] : []), discounts: discounts,
        initial: names.indices.map { $0 == 0 ? 1 : 0 },
        terminal: hasEnd ? [names.count - 1] : [], stateLabels: names.map(Label.init(name:)),
        actionLabels: isUniform ? .uniform(labels[0]) : .byState(labels)
      ) { state, joint, row in
        var index = 0
        for (player, action) in joint.enumerated() {
          index = index * counts[state][player] + action
        }
        let line = rows[state][index]
        for player in players.indices { row.pay(player, lines[line].payoffs[player]) }
        for (next, probability) in laws[line] { row.move(to: next, probability: probability) }
      }
    } catch let error as GameError {
      // Sums and shapes are sound by now: what is left is about the discount factors.
      throw ConfigurationError(discountPosition, key: error.subject, rule: error.rule)
    }
  }

  /// The state of every `phi_` column.
  private func targetStates() throws -> [Int] {
    guard !targets.isEmpty else { return [] }
    for state in states.list where !targets.contains(where: { $0.name == state }) {
      throw ConfigurationError(
        reader.position(targets[0].field), key: "columns",
        rule: "the state \(state) has no column phi_\(state)")
    }
    return try targets.map { target in
      guard let state = states.index[target.name] else {
        throw error(
          target.field, "columns", "there is no line of a state \(target.name)")
      }
      return state
    }
  }

  /// The line of every joint action, `[state][joint action]`.
  private func rowsOfLines(_ counts: [[Int]]) throws -> [[Int]] {
    var rows: [[Int]] = []
    for (state, counts) in counts.enumerated() {
      var joint = 1
      for count in counts {
        let (product, overflow) = joint.multipliedReportingOverflow(by: count)
        guard !overflow, product <= lines.count else {
          throw ConfigurationError(
            Position(source: source), key: "",
            rule: "state \(states.list[state]): \(counts.map { "\($0)" }.joined(separator: " x ")) "
              + "joint actions, but the whole table has \(lines.count) lines; every joint action "
              + "needs one")
        }
        joint = product
      }
      rows.append([Int](repeating: -1, count: joint))
    }
    for (number, line) in lines.enumerated() {
      var index = 0
      for (player, action) in line.actions.enumerated() {
        index = index * counts[line.state][player] + action
      }
      let known = rows[line.state][index]
      guard known < 0 else {
        throw ConfigurationError(
          line.position, key: "",
          rule: "\(describe(line)): given already in line \(lines[known].position.line); keep one")
      }
      rows[line.state][index] = number
    }
    for (state, row) in rows.enumerated() {
      guard let missing = row.firstIndex(of: -1) else { continue }
      var rest = missing
      var joint = counts[state]
      for player in joint.indices.reversed() {
        joint[player] = rest % counts[state][player]
        rest /= counts[state][player]
      }
      let line = Line(
        state: state, actions: joint, payoffs: [], moves: [], position: discountPosition)
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "\(describe(line)): no line; every joint action needs one")
    }
    return rows
  }

  /// `state rich, actions (rest, work)`.
  private func describe(_ line: Line) -> String {
    let words = zip(actions[line.state], line.actions).map { $0.list[$1] }
    return "state \(states.list[line.state]), actions (\(words.joined(separator: ", ")))"
  }
}
