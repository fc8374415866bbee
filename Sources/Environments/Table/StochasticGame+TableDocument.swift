extension StochasticGame {
  /// The game as a document that `kind: table` reads back: the same payoffs, transitions,
  /// discounts, first states, growth and mirror to the last bit, and the same labels.
  ///
  /// Labels that the format cannot hold are changed: a repeated one gets `#2`, `#3`, … at its end,
  /// and so do empty ones and the words `any` and `uniform`. Small games have one row per joint
  /// action; from 5,000 transitions on the rows are CSV, which is read a hundred times faster.
  /// Cost O(transitions).
  ///
  /// - Parameters:
  ///   - name: what to call the game.
  ///   - description: what to say about it.
  public func tableDocument(name: String? = nil, description: String? = nil) -> String {
    var text = "# A finite stochastic game; the format is described in docs/your-own-game.md.\n"
    if let name { text += "name: \(Self.quoted(name))\n" }
    if let description { text += "description: \(Self.quoted(description))\n" }
    text += "players: \(playerCount)\n"
    if let first = discounts.first, discounts.allSatisfy({ $0 == first }) {
      text += "discount: \(TableNumber.text(first))\n"
    } else {
      text += "discounts: [\(discounts.map(TableNumber.text).joined(separator: ", "))]\n"
    }
    let stateNames = Self.names(stateLabels, reserved: [TableNames.wildcard, "uniform"])
    let states = stateNames.map(Self.word)
    text += Self.entry("states", states, open: "[", close: "]")
    let start = initial.indices.filter { initial[$0] != 0 }
    text += Self.entry(
      "initial", start.map { "\(states[$0]): \(TableNumber.text(initial[$0]))" }, open: "{",
      close: "}")
    let ends = states.indices.filter { isTerminal[$0] }
    if !ends.isEmpty {
      text += Self.entry("terminal", ends.map { states[$0] }, open: "[", close: "]")
    }
    let actionNames = (0..<stateCount).map { state in
      (0..<playerCount).map {
        Self.names(actionLabels.labels($0, at: state), reserved: [TableNames.wildcard])
      }
    }
    let actions = actionNames.map { $0.map { $0.map(Self.word) } }
    text += actionsText(actions, states)
    if let mirror { text += Self.mirrorText(mirror, states) }
    if nextStates.count >= 5000,
      (stateNames + actionNames.joined().joined()).allSatisfy(Self.fitsOneLine)
    {
      return text
        + csvText(stateNames.map(Self.field), actionNames.map { $0.map { $0.map(Self.field) } })
    }
    text += "rows:\n"
    for state in 0..<stateCount where !isTerminal[state] {
      for row in jointOffsets[state]..<jointOffsets[state + 1] {
        text += rowText(row, state, states, actions[state])
      }
    }
    return text
  }

  private func rowText(
    _ row: Int, _ state: Int, _ states: [String], _ actions: [[String]]
  ) -> String {
    let joint = zip(actions, jointAction(ofRow: row, at: state)).map { $0[$1] }
    let paid = (0..<playerCount).map { TableNumber.text(payoff($0, row: row)) }
    let moves = (transitionOffsets[row]..<transitionOffsets[row + 1]).map {
      "\(states[Int(nextStates[$0])]): \(TableNumber.text(probabilities[$0]))"
    }
    var text = "  - {state: \(states[state]), actions: [\(joint.joined(separator: ", "))], "
    text += "payoffs: [\(paid.joined(separator: ", "))], next: {\(moves.joined(separator: ", "))}"
    if let growth, growth[row] != 1 { text += ", growth: \(TableNumber.text(growth[row]))" }
    return text + "}\n"
  }

  /// Whether a name has no line breaks or control characters, so that CSV in one line can hold it.
  private static func fitsOneLine(_ name: Label) -> Bool {
    name.description.unicodeScalars.allSatisfy {
      $0.properties.generalCategory != .control && !$0.properties.isWhitespace || $0 == " "
    }
  }

  /// A name as a field of CSV, in quotes where it needs them.
  private static func field(_ name: Label) -> String {
    switch name {
    case .number(let value): return TableNumber.text(value)
    case .text(let text):
      let needsQuotes =
        text.hasPrefix(" ") || text.hasSuffix(" ") || text.contains { ",\"".contains($0) }
      return needsQuotes ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
  }

  private func csvText(_ states: [String], _ actions: [[[String]]]) -> String {
    let players = 1...playerCount
    var columns = ["state"] + players.map { "action_\($0)" } + players.map { "payoff_\($0)" }
    columns += ["next", "probability"] + (growth == nil ? [] : ["growth"])
    var text = "rows: |\n  \(columns.joined(separator: ","))\n"
    for state in 0..<stateCount where !isTerminal[state] {
      for row in jointOffsets[state]..<jointOffsets[state + 1] {
        let joint = zip(actions[state], jointAction(ofRow: row, at: state)).map { $0[$1] }
        let paid = (0..<playerCount).map { TableNumber.text(payoff($0, row: row)) }
        let start = "  " + ([states[state]] + joint + paid).joined(separator: ",")
        let end = growth.map { ",\(TableNumber.text($0[row]))\n" } ?? "\n"
        for entry in transitionOffsets[row]..<transitionOffsets[row + 1] {
          text += start
          text += ",\(states[Int(nextStates[entry])]),\(TableNumber.text(probabilities[entry]))"
          text += end
        }
      }
    }
    return text
  }

  /// The most frequent set of choices is the default; terminal states stand only where their
  /// action has a name of its own.
  private func actionsText(_ actions: [[[String]]], _ states: [String]) -> String {
    func flow(_ set: [[String]]) -> String {
      if let first = set.first, set.allSatisfy({ $0 == first }) {
        return "[\(first.joined(separator: ", "))]"
      }
      return "[" + set.map { "[\($0.joined(separator: ", "))]" }.joined(separator: ", ") + "]"
    }
    let sets = actions.map(flow)
    var counts: [String: Int] = [:]
    for state in 0..<stateCount where !isTerminal[state] { counts[sets[state], default: 0] += 1 }
    let common = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? sets[0]
    let end = "[\(TableActions.terminalLabel)]"
    let others = (0..<stateCount).filter { sets[$0] != (isTerminal[$0] ? end : common) }
    guard !others.isEmpty else { return "actions: \(common)\n" }
    return "actions:\n  \(TableNames.wildcard): \(common)\n"
      + others.map { "  \(states[$0]): \(sets[$0])\n" }.joined()
  }

  private static func mirrorText(_ mirror: [Int], _ states: [String]) -> String {
    let pairs = mirror.indices.filter { $0 < mirror[$0] }
    guard !pairs.isEmpty else { return "mirror: identity\n" }
    return entry(
      "mirror", pairs.map { "\(states[$0]): \(states[mirror[$0]])" }, open: "{", close: "}")
  }

  /// A list or mapping in braces, broken into lines of about 100 characters.
  private static func entry(
    _ key: String, _ items: [String], open: String, close: String
  ) -> String {
    var text = "\(key): \(open)"
    var width = text.count
    for (number, item) in items.enumerated() {
      let piece = item + (number + 1 < items.count ? "," : close)
      if number > 0 {
        let isLong = width + piece.count + 1 > 100
        text += isLong ? "\n  " : " "
        width = isLong ? 2 : width + 1
      }
      text += piece
      width += piece.count
    }
    return text + "\n"
  }

  /// Labels as distinct names that the format can hold.
  private static func names(_ labels: [Label], reserved: [String]) -> [Label] {
    var names = TableNames([])
    for label in labels {
      var candidate = label
      if case .number(let value) = label, !value.isFinite { candidate = .text("\(value)") }
      let isHeld = candidate == .text("") || reserved.contains { candidate == .text($0) }
      var copy = 2
      while isHeld && copy == 2 || names.insert(candidate) != nil {
        candidate = .text("\(label)#\(copy)")
        copy += 1
      }
    }
    return names.labels
  }

  /// Words that some YAML readers take for something else.
  private static let misread: Set<String> = [
    "true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf",
  ]

  /// A name as YAML: a number, a plain word where that is safe, or text in quotes.
  private static func word(_ name: Label) -> String {
    switch name {
    case .number(let value): TableNumber.text(value)
    case .text(let text): isPlain(text) ? text : quoted(text)
    }
  }

  private static func isPlain(_ text: String) -> Bool {
    text.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "_"):
        true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): index > 0
      default: false
      }
    } && !text.isEmpty && !misread.contains(text.lowercased())
  }

  /// Text in double quotes with everything escaped that YAML would not take as it stands.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default:
        let isPlain =
          (0x20..<0x7F).contains(scalar.value)
          || (0xA0..<0xFFFE).contains(scalar.value) && scalar.properties.isAlphabetic
        let digits = String(scalar.value, radix: 16)
        result +=
          isPlain
          ? String(scalar)
          : "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
      }
    }
    return result + "\""
  }
}
