internal import Configuration

/// Everything in a game file but its rows: who plays, where, with which choices.
struct TableHeader {
  /// The keys of a game file.
  static let keys = [
    "name", "description", "players", "discount", "discounts", "states", "initial", "terminal",
    "actions", "mirror", "matrix", "rows",
  ]
  /// The largest number of payoffs, and of transitions, that are read.
  static let largestTable = 50_000_000

  var title: String?
  var explanation: String?
  var players: TableNames
  var discounts: [Double] = []
  var discountPosition: Position
  var states: TableNames
  var isTerminal: [Bool]
  var initial: [Double] = []
  /// The distinct sets of choices, `[set][player]`, and which of them each state has.
  var actions: TableActions
  /// First row of each state, and the row count at the end.
  var jointOffsets: [Int] = [0]
  var mirror: [Int]?
  var mirrorPosition: Position?

  var playerCount: Int { players.count }
  var stateCount: Int { states.count }
  var rowCount: Int { jointOffsets[stateCount] }

  /// Reads a game file's keys.
  ///
  /// - Throws: `ConfigurationError` with line and column.
  init(_ document: DocumentNode) throws {
    try document.refuseUnknown(Self.keys, path: "")
    func text(_ key: String) throws -> String? {
      guard let node = document.value(of: key) else { return nil }
      guard let word = node.word else { throw node.error(key, "must be a text") }
      return String(
        word.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }
    func required(_ key: String, _ rule: String) throws -> DocumentNode {
      if let node = document.value(of: key) { return node }
      throw ConfigurationError(document.position, key: key, rule: "is missing; \(rule)")
    }
    title = try text("name")
    explanation = try text("description")
    players = try Self.readPlayers(
      try required("players", "it must be a number of players or a list of their names"))
    states = try Self.readStates(document.value(of: "states"))
    isTerminal = try Self.readTerminal(document.value(of: "terminal"), states: states)
    discountPosition = document.position
    let actionsNode = try required(
      "actions", "it must be a list of actions for everybody, or one list per player")
    actions = try TableActions(
      actionsNode, players: players, states: states, isTerminal: isTerminal)
    try countRows(actionsNode)
    try readDiscounts(document)
    try readInitial(document.value(of: "initial"))
    try readMirror(document.value(of: "mirror"))
  }

  private static func readPlayers(_ node: DocumentNode) throws -> TableNames {
    if let list = node.list {
      guard !list.isEmpty else { throw node.error("players", "a game needs at least one player") }
      return try TableNames(list, key: "players", what: "a player", reserved: [])
    }
    guard let word = node.plainWord, let count = wholeNumber(word), (1...1000).contains(count)
    else {
      throw node.error("players", "must be a whole number from 1 to 1000, or a list of names")
    }
    return TableNames((1...count).map { .number(Double($0)) })
  }

  private static func readStates(_ node: DocumentNode?) throws -> TableNames {
    guard let node else { return TableNames([.text("play")]) }
    guard let list = node.list, !list.isEmpty else {
      throw node.error("states", "must be a list of one or more names, such as [low, high]")
    }
    return try TableNames(
      list, key: "states", what: "a state", reserved: [TableNames.wildcard, "uniform"])
  }

  private static func readTerminal(_ node: DocumentNode?, states: TableNames) throws -> [Bool] {
    var isTerminal = [Bool](repeating: false, count: states.count)
    guard let node else { return isTerminal }
    for entry in node.list ?? [node] {
      let state = try entry.state("terminal", among: states)
      guard !isTerminal[state] else { throw entry.error("terminal", "is listed twice; keep one") }
      isTerminal[state] = true
    }
    guard isTerminal.contains(false) else {
      throw node.error("terminal", "leaves no state in which to play")
    }
    return isTerminal
  }

  /// Lays out the rows, and refuses a table too large to hold before anything is allocated.
  private mutating func countRows(_ node: DocumentNode) throws {
    let tooMany = node.error(
      "actions",
      "more than \(Self.largestTable) payoffs (joint actions x players, over all states); use "
        + "fewer actions, states or players, or write the game in Swift")
    for state in 0..<stateCount {
      var joint = 1
      for count in actions.counts(at: state) {
        let (product, overflow) = joint.multipliedReportingOverflow(by: count)
        guard !overflow, product <= Self.largestTable else { throw tooMany }
        joint = product
      }
      jointOffsets.append(jointOffsets[state] + joint)
      guard jointOffsets[state + 1] * playerCount <= Self.largestTable else { throw tooMany }
    }
  }

  private mutating func readDiscounts(_ document: DocumentNode) throws {
    let entries = document.entries ?? []
    let single = entries.first { $0.key == "discount" }
    let several = entries.first { $0.key == "discounts" }
    switch (single, several) {
    case (let single?, nil):
      discountPosition = single.value.position
      guard single.value.list == nil else {
        throw single.value.error(
          "discount", "must be one number; a list of one per player is written discounts")
      }
      let discount = try single.value.number("discount", in: .closed(0, 1))
      discounts = Array(repeating: discount, count: playerCount)
    case (nil, let several?):
      discountPosition = several.value.position
      guard let list = several.value.list, list.count == playerCount else {
        throw several.value.error(
          "discounts", "must list one number per player: \(playerCount)")
      }
      discounts = try list.map { try $0.number("discounts", in: .closed(0, 1)) }
    case (nil, nil):
      throw ConfigurationError(
        document.position, key: "discount", rule: "is missing; it must be a number in [0, 1]")
    case (_?, let several?):
      throw ConfigurationError(
        several.position, key: "discounts", rule: "discount is written too; keep one of them")
    }
  }

  private mutating func readInitial(_ node: DocumentNode?) throws {
    initial = Array(repeating: 0, count: stateCount)
    guard let node else {
      initial[0] = 1
      return
    }
    if node.plainWord == "uniform" {
      let live = isTerminal.count { !$0 }
      for state in 0..<stateCount where !isTerminal[state] { initial[state] = 1 / Double(live) }
      return
    }
    for (state, probability) in try node.law("initial", among: states) {
      initial[state] = probability
    }
  }

  private mutating func readMirror(_ node: DocumentNode?) throws {
    guard let node else { return }
    mirrorPosition = node.position
    guard playerCount == 2, discounts[0] == discounts[1] else {
      throw node.error("mirror", "is for two players with one discount factor; remove it")
    }
    guard let entries = node.entries else {
      guard node.plainWord == "identity" else {
        throw node.error(
          "mirror", "must be identity, or a mapping between states such as {left: right}")
      }
      mirror = Array(0..<stateCount)
      return
    }
    var image = [Int?](repeating: nil, count: stateCount)
    for entry in entries {
      let key = "mirror.\(entry.key)"
      guard let from = states.index(of: entry.key) else {
        throw ConfigurationError(
          entry.position, key: key, rule: "unknown state; \(states.advice(for: entry.key))")
      }
      let to = try entry.value.state(key, among: states)
      guard image[from] ?? to == to, image[to] ?? from == from else {
        throw entry.value.error(
          key, "the map must undo itself: if a is the mirror of b, b is that of a alone")
      }
      (image[from], image[to]) = (to, from)
    }
    mirror = image.enumerated().map { $1 ?? $0 }
  }

  // MARK: Naming rows

  /// The state that a row belongs to, by bisection.
  func state(ofRow row: Int) -> Int {
    var (low, high) = (0, stateCount)
    while high - low > 1 {
      let middle = (low + high) / 2
      if jointOffsets[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// `state rich, actions (rest, work)`.
  func describe(row: Int) -> String {
    let state = state(ofRow: row)
    var rest = row - jointOffsets[state]
    var words: [String] = []
    for names in actions.sets[actions.setOfState[state]].reversed() {
      words.append(names.labels[rest % names.count].description)
      rest /= names.count
    }
    return "state \(states.labels[state]), actions (\(words.reversed().joined(separator: ", ")))"
  }
}
