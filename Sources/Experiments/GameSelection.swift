internal import Configuration
internal import Environments

/// The `game` section, resolved: a kind of game with its parameters, and the game they make.
struct GameSelection {
  /// What is played.
  enum Content {
    /// A finite game of N players.
    case game(StochasticGame)
    /// A continuum of agents.
    case meanField(MeanFieldModel)
    /// A directional game that is not written out.
    case directional(LeapfroggingDuopoly)
  }

  let family: any GameKind.Type
  let parameters: ParameterSet
  let content: Content
  /// The game with the names that its file gives; nil for games without.
  let form: StrategicForm?
  let resolved: ParameterSet
  let position: Position

  /// Whether a document's game is of a mean-field kind and no m is announced. False where the section
  /// is missing or its kind unknown: whoever reads it says so.
  static func isMeanField(_ document: DocumentNode) -> Bool {
    guard let game = document.value(of: "game"), game.value(of: announcedKey) == nil,
      case .scalar(let kind, _) = game.value(of: "kind")?.content
    else { return false }
    return Registry.game(kind) is any MeanFieldFamily.Type
  }

  /// A document about the one agent of a mean-field game with an announced m, without what only mean
  /// fields understand: its solvers become the usual one, and `market` is left out, as are the keys of
  /// markets in `montecarlo`. Other documents stay as they are.
  ///
  /// - Parameter needsSolver: whether a missing solver section is made.
  static func aboutOneAgent(_ document: DocumentNode, needsSolver: Bool) -> DocumentNode {
    guard let game = document.value(of: "game"), game.value(of: announcedKey) != nil,
      case .scalar(let kind, _) = game.value(of: "kind")?.content,
      Registry.game(kind) is any MeanFieldFamily.Type, var entries = document.entries
    else { return document }
    let methods = Registry.meanFieldSolvers.map(\.name)
    func isOfMeanFields(_ node: DocumentNode?) -> Bool {
      switch (node?.value(of: "kind") ?? node)?.content {
      case .scalar(let kind, _): methods.contains(kind)
      default: false
      }
    }
    entries.removeAll { entry in
      entry.key == MeanFieldConfiguration.Section.market.rawValue
        || entry.key == "solver" && isOfMeanFields(entry.value)
        || entry.key == "evaluation" && isOfMeanFields(entry.value.value(of: "against"))
    }
    // Paths of one agent have neither agents nor ranges of M.
    let studies = ExperimentConfiguration.Section.montecarlo.rawValue
    if let index = entries.firstIndex(where: { $0.key == studies }),
      let keys = entries[index].value.entries, keys.contains(where: { $0.key == "agents" })
    {
      entries[index].value.content = .mapping(
        keys.filter { !["agents", "events", "start"].contains($0.key) })
    }
    if needsSolver, !entries.contains(where: { $0.key == "solver" }) {
      let usual = DocumentNode(.scalar(Registry.solvers[0].name, quoted: true), at: game.position)
      entries.append(
        .init(
          key: "solver", position: game.position,
          value: DocumentNode(
            .mapping([.init(key: "kind", position: game.position, value: usual)]),
            at: game.position)))
    }
    return DocumentNode(.mapping(entries), at: document.position)
  }

  /// Reads the section and makes the game.
  ///
  /// - Parameter writesOut: whether directional games are written out, as all others are.
  /// - Throws: `ConfigurationError`.
  init(_ node: DocumentNode?, source: String, writesOut: Bool = true) throws {
    guard let node else {
      throw ConfigurationError(
        Position(source: source), key: "game",
        rule: "this command needs the section `game:`, such as `game: {kind: compute-race}`")
    }
    guard node.entries != nil else {
      throw ConfigurationError(
        node.position, key: "game", value: node.text,
        rule: "must be a mapping, such as {kind: compute-race}")
    }
    let names = Registry.games.map { $0.name }
    let kind = try ParameterType.choice(names).resolveKind(node, key: "game")
    guard let family = Registry.game(kind) else { preconditionFailure("a kind outside its list") }

    var resolved = ParameterSet()
    resolved.set("kind", .text(kind), at: node.value(of: "kind")?.position)
    var declared = family.parameters
    var known = ["kind"]
    if family is any MeanFieldFamily.Type { known.append(Self.announcedKey) }
    if !family.scenarios.isEmpty {
      known.append("scenario")
      if let written = node.value(of: "scenario") {
        let scenario = try Self.scenario(written, of: family)
        declared = scenario.applied(to: declared)
        resolved.set("scenario", .text(scenario.name), at: written.position)
      }
    }
    if family.nestsParameters {
      known.append("parameters")
      try refuseUnknownKeys(node.entries ?? [], known: known, path: "game")
      parameters = try ParameterSet(
        node.value(of: "parameters"), declared: declared, path: "game.parameters",
        position: node.position)
      resolved.set("parameters", .group(parameters))
    } else {
      var inner = node
      inner.content = .mapping((node.entries ?? []).filter { !known.contains($0.key) })
      parameters = try ParameterSet(
        inner, declared: declared, path: "game", position: node.position)
      for entry in parameters.entries { resolved.set(entry.name, entry.value, at: entry.position) }
    }
    self.family = family
    position = node.position
    var content: Content
    (content, form) = try Self.make(
      family, parameters, at: node.position, writesOut: writesOut)
    if case .meanField(let model) = content, let written = node.value(of: Self.announcedKey) {
      let announced = try AnnouncedInteraction(written)
      content = .game(try announced.frozen(model))
      resolved.set(Self.announcedKey, announced.value, at: written.position)
    }
    self.content = content
    self.resolved = resolved
  }

  /// The key that freezes a mean-field game.
  static let announcedKey = "announced"

  /// The game of N players.
  ///
  /// - Throws: `ConfigurationError` saying what else can be done with a mean-field game.
  func stochasticGame() throws -> StochasticGame {
    if case .game(let game) = content { return game }
    throw ConfigurationError(
      resolved.position(of: "kind") ?? position, key: "game.kind", value: family.name,
      rule: "is a mean-field game, which only solve, train, compare and check understand; announce "
        + "an m, such as game.announced=0.5, to face one agent with it")
  }

  /// The mean-field game; nil for games of N players.
  var meanField: MeanFieldModel? {
    if case .meanField(let model) = content { model } else { nil }
  }

  /// A game read from a file, as text that a run can keep; nil for other games.
  ///
  /// - Throws: `FileError`.
  func fileDocument() throws -> GameDocument? {
    guard case .text(let file) = resolved["file"] else { return nil }
    if let family = family as? any GameFamily.Type, case .game(let game) = content {
      return GameDocument(family.document(game), form: form)
    }
    return try GameDocument(fileText(file), form: nil)
  }

  /// The text of the game's file.
  private func fileText(_ file: String) throws -> String {
    // As the family itself finds it: beside the configuration in which it was written.
    guard let position = resolved.position(of: "file"), position.line > 0, !file.hasPrefix("/"),
      let slash = position.source.lastIndex(of: "/")
    else { return try readText(file) }
    return try readText(String(position.source[...slash]) + file)
  }

  private static func scenario(
    _ written: DocumentNode, of family: any GameKind.Type
  ) throws -> Scenario {
    let type = ParameterType.choice(family.scenarios.map(\.name))
    let holder = DocumentNode(
      .mapping([.init(key: "scenario", position: written.position, value: written)]),
      at: written.position)
    let set = try ParameterSet(
      holder, declared: [Parameter("scenario", type, .required, "")], path: "game",
      position: written.position)
    return family.scenarios.first { $0.name == set.text("scenario") }!
  }

  private static func make(
    _ family: any GameKind.Type, _ parameters: ParameterSet, at position: Position,
    writesOut: Bool
  ) throws -> (Content, StrategicForm?) {
    do {
      switch try family.init(parameters) {
      case let made as LeapfroggingDuopoly where !writesOut: return (.directional(made), nil)
      case let made as any GameFamily: return (.game(try made.stochasticGame()), made.strategicForm)
      case let made as any MeanFieldFamily: return (.meanField(try made.model()), nil)
      default: preconditionFailure("\(family.name) is neither a game nor a mean-field family")
      }
    } catch let error as GameError {
      let prefix = family.nestsParameters ? "game.parameters" : "game"
      // What is wrong may be one parameter, or the game they make together.
      let value = parameters[error.subject]?.text
      throw ConfigurationError(
        parameters.position(of: error.subject) ?? position,
        key: value == nil ? "game" : "\(prefix).\(error.subject)", value: value,
        rule: value == nil ? error.description : error.rule)
    }
  }
}

/// `game.announced`: the m that a single agent faces, a number or one number per scalar.
private struct AnnouncedInteraction {
  /// As it is written into the resolved configuration.
  let value: ParameterValue
  private let m: [Double]
  private let node: DocumentNode

  init(_ node: DocumentNode) throws {
    self.node = node
    let isList: Bool
    if case .sequence = node.content { isList = true } else { isList = false }
    let list = isList ? node : DocumentNode(.sequence([node]), at: node.position)
    let holder = DocumentNode(
      .mapping([.init(key: Self.key, position: node.position, value: list)]), at: node.position)
    let set = try ParameterSet(
      holder, declared: [Parameter(Self.key, .list(.real(.any)), .required, "")], path: "game",
      position: node.position)
    guard case .list(let numbers) = set[Self.key] else { preconditionFailure("a list") }
    m = numbers.map { if case .real(let number) = $0 { number } else { .nan } }
    value = isList || numbers.isEmpty ? .list(numbers) : numbers[0]
  }

  private static let key = GameSelection.announcedKey

  /// The game of one agent.
  func frozen(_ model: MeanFieldModel) throws -> StochasticGame {
    guard case .finite(let game) = model else {
      throw refusal("needs finitely many actions; write game.parameters.actions=20, say")
    }
    let ranges = game.layout.interactionRange
    guard m.count == ranges.count else {
      throw refusal(
        "must be \(ranges.count == 1 ? "one number" : "a list of \(ranges.count) numbers"): "
          + game.layout.interactionNames.joined(separator: ", "))
    }
    for (scalar, range) in ranges.enumerated() where !range.contains(m[scalar]) {
      throw refusal(
        "must be in [\(compactDecimal(range.lowerBound)), \(compactDecimal(range.upperBound))], the "
          + "values that \(game.layout.interactionNames[scalar]) can take")
    }
    do {
      return try game.frozen(at: m)
    } catch let error as GameError {
      throw refusal("makes no game: \(error)")
    }
  }

  private func refusal(_ rule: String) -> ConfigurationError {
    ConfigurationError(node.position, key: "game.\(Self.key)", value: node.text, rule: rule)
  }
}
