internal import Configuration
internal import Environments

/// What the registry holds, for people.
public struct Catalogue: Encodable, Sendable {
  /// A name and its line.
  public struct Item: Encodable, Sendable {
    var name: String
    var summary: String
  }

  let games: [Item]
  let learners: [Item]
  let solvers: [Item]

  /// Reads the registry.
  public init() {
    games = Registry.games.map { Item(name: $0.name, summary: $0.summary) }
    learners =
      Registry.learners.map { Item(name: $0.name, summary: $0.summary) }
      + Registry.meanFieldLearners.map { Item(name: $0.name, summary: $0.summary) }
    solvers = Self.allSolvers.map {
      Item(name: $0.name, summary: $0.summary)
    }
  }

  private static var allSolvers: [SolverEntry] {
    Registry.solvers + Registry.directionalSolvers + Registry.meanFieldSolvers
  }

  /// Every name that `describe` knows.
  public var names: [String] {
    (games + learners + solvers).map(\.name)
      + [
        "training", "evaluation", "montecarlo", "montecarlo-market", "agent", "match", "market",
        "announced",
      ]
  }

  /// The list of a kind: games, learners or solvers.
  public func text(_ kind: String, headed: Bool) -> String {
    let items = kind == "games" ? games : kind == "learners" ? learners : solvers
    let width = items.map(\.name.count).max() ?? 0
    let indent = String(repeating: " ", count: width + 4)
    let lines = items.map { item in
      "  \(item.name)\(String(repeating: " ", count: width - item.name.count))  "
        + wrap(item.summary, width: 80 - indent.count).replacing("\n", with: "\n\(indent)")
    }
    return ((headed ? [kind] : []) + lines).joined(separator: "\n")
  }

  /// Everything about a name.
  ///
  /// - Throws: `ConfigurationError` with the nearest name.
  public func describe(_ name: String) throws -> Description {
    if let game = Registry.game(name) { return Description(game) }
    if let entry = Registry.learner(name) {
      return Description(
        name: name, kind: "learner", summary: entry.summary, section: "learner",
        parameters: entry.parameters)
    }
    if let entry = Registry.meanFieldLearner(name) {
      return Description(
        name: name, kind: "learner", summary: entry.summary,
        section: "learner, of a mean-field game", parameters: entry.parameters)
    }
    if let entry = Self.allSolvers.first(where: { $0.name == name }) {
      return Description(
        name: name, kind: "solver", summary: entry.summary, section: "solver",
        parameters: entry.parameters)
    }
    if let section = ExperimentConfiguration.Section(rawValue: name),
      case .group(let parameters) = ExperimentConfiguration.parameters(of: section)
    {
      return Description(
        name: name, kind: "section", summary: "keys of the \(name) section", section: name,
        parameters: parameters)
    }
    if name == "agent" {
      return Description(
        name: name, kind: "section", summary: "a policy that a seat holds or begins from",
        section: "learner, or an entry of learners",
        parameters: [
          Parameter("agent", AgentSource.type, .optional, "kind: fixed holds it; learners begin")
        ])
    }
    if name == "market" {
      return Description(
        name: name, kind: "section",
        summary: "finite populations that a mean-field equilibrium is placed in",
        section: "market, of a mean-field game", parameters: MarketSettings.parameters)
    }
    if name == "montecarlo-market" {
      return Description(
        name: name, kind: "section", summary: "simulated markets of N agents",
        section: "montecarlo, of a mean-field game", parameters: MonteCarloKeys.market)
    }
    if name == GameSelection.announcedKey {
      return Description(
        name: name, kind: "key", summary: "makes a mean-field game the game of one agent",
        section: "game, beside kind",
        parameters: [
          Parameter(
            name, .list(.real(.any)), .optional,
            "the m that the agent faces: a number, or a list of one per scalar")
        ])
    }
    if name == "match" {
      return Description(
        name: name, kind: "section", summary: "when a seed of a study selects an equilibrium",
        section: "match, in a study", parameters: StudyConfiguration.matchKeys)
    }
    let advice =
      nearest(to: name, among: names).map { "did you mean \($0)?" }
      ?? "known: \(names.joined(separator: ", "))"
    throw ConfigurationError(
      Position(source: "lab describe"), key: name, rule: "unknown name; \(advice)")
  }
}

/// A game, learner or solver with its parameters.
public struct Description: Encodable, Sendable {
  /// One parameter; those inside a mapping have dotted names.
  struct Line: Encodable, Sendable {
    var name: String
    var `default`: String?
    var range: String
    var unit: String
    var meaning: String
  }

  struct ScenarioLine: Encodable, Sendable {
    var name: String
    var summary: String
    var changes: [String: Double]
  }

  let name: String
  let kind: String
  let summary: String
  let details: String
  let section: String
  let parameters: [Line]
  let scenarios: [ScenarioLine]

  init(_ game: any GameKind.Type) {
    name = game.name
    kind = "game"
    summary = game.summary
    details = game.details
    section = game.nestsParameters ? "game.parameters" : "game"
    parameters = Self.lines(game.parameters, prefix: "")
    scenarios = game.scenarios.map {
      ScenarioLine(
        name: $0.name, summary: $0.summary,
        changes: Dictionary(uniqueKeysWithValues: $0.changes.map { ($0.name, $0.value) }))
    }
  }

  init(name: String, kind: String, summary: String, section: String, parameters: [Parameter]) {
    self.name = name
    self.kind = kind
    self.summary = summary
    details = ""
    self.section = section
    self.parameters = Self.lines(parameters, prefix: "")
    scenarios = []
  }

  /// One line a key; the keys of a variant follow it under dotted names, those of a kind of schedule
  /// once, where the first schedule stands.
  private static func lines(_ parameters: [Parameter], prefix: String) -> [Line] {
    var expanded: Set<[String]> = []
    return lines(parameters, prefix: prefix, expanded: &expanded)
  }

  private static func lines(
    _ parameters: [Parameter], prefix: String, expanded: inout Set<[String]>
  ) -> [Line] {
    var found: [Line] = []
    for parameter in parameters {
      var written: String?
      if case .defaulted(let value) = parameter.presence { written = value.text }
      if case .group(let set) = parameter.presence.value { written = set.kindText ?? written }
      found.append(
        Line(
          name: prefix + parameter.name, default: written, range: parameter.type.notation,
          unit: parameter.unit, meaning: parameter.meaning))
      guard case .variant(let variants, _) = parameter.type,
        expanded.insert(variants.map(\.name)).inserted
      else { continue }
      for variant in variants {
        let name = "\(prefix)\(parameter.name).kind"
        found.append(
          Line(name: name, default: nil, range: variant.name, unit: "", meaning: variant.summary))
        found += lines(
          variant.parameters, prefix: "\(prefix)\(parameter.name).", expanded: &expanded)
      }
    }
    return found
  }

  /// The description as a person reads it.
  public var text: String {
    var lines = ["\(name): \(summary)"]
    if !details.isEmpty { lines += ["", wrap(details, width: 78)] }
    lines += ["", "parameters (under \(section)):"]
    var table = TextRows(header: ["name", "default", "range", "unit", "meaning"])
    for line in parameters {
      table.add([line.name, line.default ?? "", line.range, line.unit, line.meaning])
    }
    lines.append(table.text(indent: 2, width: 80))
    if !scenarios.isEmpty {
      lines += ["", "scenarios (game.scenario):"]
      let width = scenarios.map(\.name.count).max() ?? 0
      for scenario in scenarios {
        let blanks = String(repeating: " ", count: width - scenario.name.count)
        lines.append("  \(scenario.name)\(blanks)  \(scenario.summary)")
        let changes = scenario.changes.sorted { $0.key < $1.key }.map {
          "\($0.key) \(compactDecimal($0.value))"
        }
        if !changes.isEmpty {
          lines.append(
            "  \(String(repeating: " ", count: width))  (\(changes.joined(separator: ", ")))")
        }
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension Parameter.Presence {
  var value: ParameterValue? {
    if case .defaulted(let value) = self { value } else { nil }
  }
}

extension ParameterSet {
  /// The kind of a variant's default, if it is one.
  var kindText: String? {
    guard self["kind"] != nil else { return nil }
    let rest = entries.filter { $0.name != "kind" }.map { "\($0.name) \($0.value.text)" }
    return rest.isEmpty ? kind : "\(kind): \(rest.joined(separator: ", "))"
  }
}

extension ParameterType {
  /// The range in a few characters.
  var notation: String {
    switch self {
    case .integer(let range):
      range.upperBound >= 1_000_000_000
        ? ">= \(range.lowerBound)" : "\(range.lowerBound)...\(range.upperBound)"
    case .real(let range): range.notation
    case .boolean: "true, false"
    case .text: "text"
    case .choice(let words): words.joined(separator: ", ")
    case .integerOrWord(let range, let words):
      ">= \(range.lowerBound) or \(words.joined(separator: ", "))"
    case .group: "mapping"
    case .variant: "kind:"
    case .list: "list"
    case .either(let types): types.map(\.notation).joined(separator: " or ")
    }
  }
}

/// Breaks a paragraph into lines.
func wrap(_ text: String, width: Int) -> String {
  var lines = [""]
  for word in text.split(separator: " ") {
    if lines[lines.count - 1].isEmpty {
      lines[lines.count - 1] = String(word)
    } else if lines[lines.count - 1].count + 1 + word.count <= width {
      lines[lines.count - 1] += " " + word
    } else {
      lines.append(String(word))
    }
  }
  return lines.joined(separator: "\n")
}

/// Left-aligned columns whose last one wraps within a width.
struct TextRows {
  private var rows: [[String]]

  init(header: [String]) { rows = [header] }

  mutating func add(_ row: [String]) { rows.append(row) }

  func text(indent: Int, width: Int) -> String {
    let columns = rows[0].count
    // A very long cell does not push the others apart: it takes a line of its own.
    let limit = 18
    var widths = (0..<columns - 1).map { column in
      min(limit, rows.map { $0[column].count }.max() ?? 0)
    }
    // The last column keeps room for words; the widest of the others give way.
    while indent + widths.reduce(0, +) + 2 * widths.count + 26 > width,
      let widest = widths.indices.max(by: { widths[$0] < widths[$1] }), widths[widest] > 8
    {
      widths[widest] -= 1
    }
    let start = indent + widths.reduce(0, +) + 2 * widths.count
    let margin = String(repeating: " ", count: indent)
    return rows.map { row -> String in
      var line = margin
      var position = indent
      for column in 0..<columns - 1 {
        let end = indent + widths[0...column].reduce(0, +) + 2 * (column + 1)
        line += row[column]
        position += row[column].count
        let blanks = max(2, end - position)
        line += String(repeating: " ", count: blanks)
        position += blanks
      }
      let room = max(20, width - start)
      let wrapped = wrap(row[columns - 1], width: room).split(separator: "\n").map(String.init)
      let rest = wrapped.dropFirst().map { String(repeating: " ", count: start) + $0 }
      if position > start, !wrapped.isEmpty {
        // The meaning goes below a row that ran over.
        while line.hasSuffix(" ") { line.removeLast() }
        return ([line] + [String(repeating: " ", count: start) + wrapped[0]] + rest).joined(
          separator: "\n")
      }
      line += wrapped.first ?? ""
      while line.hasSuffix(" ") { line.removeLast() }
      return ([line] + rest).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}
