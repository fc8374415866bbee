public import Configuration
public import Environments
public import Equilibria
internal import Foundation
public import Statistics

/// A configuration file with its overrides, read strictly and with every default made explicit.
public struct ExperimentConfiguration: Sendable {
  /// The sections of a configuration.
  public enum Section: String, Sendable, CaseIterable {
    /// What is played.
    case game
    /// Who learns.
    case learner
    /// How long, and how episodes go.
    case training
    /// When learned policies are judged, and against what.
    case evaluation
    /// Which exact solution.
    case solver
  }

  /// The experiment's name, a folder of runs.
  public let experiment: String
  /// The master seed.
  public let seed: UInt64
  /// How many seeds: seed, seed + 1, ….
  public let replicates: Int
  /// The random number generator.
  public let generator: GeneratorKind
  /// Every key with its value, defaults included.
  public let resolved: ParameterSet
  /// The game's family.
  public let family: any GameFamily.Type
  /// The game's resolved parameters.
  public let gameParameters: ParameterSet
  /// The game, written out.
  public let game: StochasticGame
  /// Who sits where; no seats if there is no learner section.
  let seats: SeatConfiguration

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the configuration file, or a run's folder with its `config.yaml`.
  ///   - overrides: `key.path=value` from the command line, applied in order.
  ///   - needs: the sections that the command cannot do without.
  /// - Throws: `ConfigurationError`; `FileError` if the file cannot be read.
  public init(path: String, overrides: [String] = [], needs: [Section] = [.game]) throws {
    let text: String
    do {
      text = try readText(path)
    } catch let error as FileError {
      throw ConfigurationError(
        Position(source: path), key: "",
        rule: "\(error.problem); name a configuration file, such as configs/qlearn.yaml")
    }
    try self.init(yaml: text, source: path, overrides: overrides, needs: needs)
  }

  /// Reads a text; `source` names it in errors and resolves relative file names.
  public init(
    yaml text: String, source: String, overrides: [String] = [], needs: [Section] = [.game]
  ) throws {
    var document = try DocumentNode(yaml: text, source: source)
    for override in overrides { try document.apply(override: override) }
    try self.init(document, source: source, needs: needs)
  }

  /// Reads a document.
  init(_ document: DocumentNode, source: String, needs: [Section]) throws {
    let start = Position(source: source)
    if document.value(of: "games") != nil {
      throw ConfigurationError(
        start, key: "games", rule: "this is a study: run it with `lab study \(source)`")
    }
    try refuseUnknownKeys(
      document.entries ?? [],
      known: Self.scalars(source: source).map(\.name) + Section.allCases.map(\.rawValue)
        + [Self.seatList], path: "")
    var scalars = document
    scalars.content = .mapping(
      (document.entries ?? []).filter {
        Section(rawValue: $0.key) == nil && $0.key != Self.seatList
      })
    var resolved = try ParameterSet(
      scalars, declared: Self.scalars(source: source), path: "", position: start)
    let seatList = document.entries?.first { $0.key == Self.seatList }
    if let seatList, document.value(of: "learner") != nil {
      throw ConfigurationError(
        seatList.position, key: Self.seatList,
        rule: "cannot stand beside `learner:`: write one section for all seats, or a list")
    }
    for section in needs where document.value(of: section.rawValue) == nil {
      if section == .learner, seatList != nil { continue }
      // Training and evaluation have a default for every key; the others must be written.
      guard section == .training || section == .evaluation else {
        throw ConfigurationError(
          start, key: section.rawValue,
          rule: "this command needs the section `\(section.rawValue):`; see configs/ for examples")
      }
    }

    let selection = try GameSelection(
      document.value(of: "game"), source: source, needed: needs.contains(.game))
    resolved.set("game", .group(selection.resolved), at: selection.position)
    if let seatList {
      let type = ParameterType.list(Registry.learnerType)
      let list = DocumentNode(
        .mapping([
          .init(
            key: Self.seatList, position: seatList.position,
            value: Self.withFixedKinds(seatList.value))
        ]), at: seatList.position)
      let set = try ParameterSet(
        list, declared: [Parameter(Self.seatList, type, .required, "")], path: "",
        position: seatList.position)
      resolved.set(Self.seatList, set[Self.seatList]!, at: seatList.position)
    }
    for section in Section.allCases where section != .game {
      if section == .learner, seatList != nil { continue }
      let node = document.value(of: section.rawValue)
      guard node != nil || needs.contains(section) else { continue }
      let position = document.entries?.first { $0.key == section.rawValue }?.position
      resolved.set(
        section.rawValue,
        .group(try Self.resolve(section, node, position: node?.position ?? start)),
        at: position)
    }
    if let training = resolved.group("training"), let evaluation = resolved.group("evaluation") {
      let (steps, points) = (training.integer("steps"), evaluation.integer("points"))
      guard points <= steps else {
        throw ConfigurationError(
          evaluation.position(of: "points") ?? start, key: "evaluation.points", value: "\(points)",
          rule: "cannot exceed training.steps = \(steps); lower it")
      }
    }

    experiment = resolved.text("experiment")
    guard !experiment.isEmpty, !experiment.contains("/"), !experiment.hasPrefix("."),
      experiment.utf8.count <= 200, !experiment.unicodeScalars.contains(where: { $0.value < 32 })
    else {
      throw ConfigurationError(
        resolved.position(of: "experiment") ?? start, key: "experiment", value: experiment,
        rule:
          "names a folder: it must not be empty, contain / or line breaks, start with a dot, or be "
          + "longer than 200 bytes")
    }
    seed = UInt64(resolved.integer("seed"))
    replicates = resolved.integer("replicates")
    generator = GeneratorKind(rawValue: resolved.text("generator"))!
    for (section, key) in [("solver", "solver"), ("evaluation", "evaluation.against")] {
      let outer = resolved.group(section)
      guard let set = section == "solver" ? outer : outer?.group("against") else { continue }
      do {
        try BellmanNash(set).check(selection.game)
      } catch let error as GameError {
        throw ConfigurationError(
          set.position(of: error.subject) ?? outer?.position(of: "against") ?? start,
          key: "\(key).\(error.subject)", value: set[error.subject]?.text, rule: error.rule)
      }
    }
    family = selection.family
    gameParameters = selection.parameters
    game = selection.game
    seats = try SeatConfiguration(resolved, game: selection.game, source: source)
    self.resolved = resolved
  }

  /// The key of a list of seats, in place of `learner`.
  static let seatList = "learners"

  /// A seat with an `agent` and no `kind` holds that agent as it is.
  private static func withFixedKinds(_ node: DocumentNode) -> DocumentNode {
    guard case .sequence(let seats) = node.content else { return node }
    let read = seats.map { seat -> DocumentNode in
      guard case .mapping(let entries) = seat.content, seat.value(of: "kind") == nil,
        seat.value(of: "agent") != nil
      else { return seat }
      let kind = DocumentNode.Entry(
        key: "kind", position: seat.position,
        value: DocumentNode(
          .scalar(SeatConfiguration.fixedKind, quoted: false), at: seat.position))
      return DocumentNode(.mapping([kind] + entries), at: seat.position)
    }
    return DocumentNode(.sequence(read), at: node.position)
  }

  private static func scalars(source: String) -> [Parameter] {
    let stem = URL(fileURLWithPath: source).deletingPathExtension().lastPathComponent
    return [
      Parameter(
        "experiment", .text, .defaulted(.text(stem.isEmpty ? "experiment" : stem)),
        "name of the folder of runs"),
      .integer("seed", 1, 0...(.max - 1_000_000_000), "master seed; replicate k has seed + k"),
      .integer("replicates", 8, 1...1_000_000, "number of seeds"),
      .choice(
        "generator", GeneratorKind.taus2.rawValue, GeneratorKind.allCases.map(\.rawValue),
        "GSL random number generator"),
    ]
  }

  /// The declared keys of a section other than `game`, for reading and for `lab describe`.
  public static func parameters(of section: Section) -> ParameterType {
    switch section {
    case .game: .text
    case .learner: Registry.learnerType
    case .solver: Registry.solverType
    case .training:
      .group([
        .integer("steps", 1_000_000, 1...1_000_000_000_000, unit: "steps", "length of training"),
        .integer(
          "episode", 100, 0...1_000_000_000, unit: "steps",
          "steps after which an episode is truncated (learners still bootstrap); 0 for never"),
        .choice(
          "start", "uniform", EpisodeStart.allCases.map(\.rawValue),
          "where episodes start: any state, or the game's initial law"),
        .real(
          "average_from", 0.5, .rightOpen(0, 1),
          "share of the steps after which the average policy is recorded"),
        StoppingRule.parameter,
      ])
    case .evaluation:
      .group([
        .integer(
          "points", 30, 1...100_000,
          "logarithmically spaced steps at which policies are judged"),
        Parameter(
          "against", Registry.solverType,
          .defaulted(
            .group(
              {
                var set = ParameterSet()
                set.set("kind", .text(BellmanNash.name))
                return set
              }())), "the exact solution to compare with"),
      ])
    }
  }

  private static func resolve(
    _ section: Section, _ node: DocumentNode?, position: Position
  ) throws -> ParameterSet {
    let key = section.rawValue
    let declared = [
      Parameter(key, parameters(of: section), .required, "")
    ]
    let value = node ?? DocumentNode(.mapping([]), at: position)
    let wrapper = DocumentNode(
      .mapping([.init(key: key, position: position, value: value)]), at: position)
    let set = try ParameterSet(wrapper, declared: declared, path: "", position: position)
    guard var group = set.group(key) else { preconditionFailure("sections are groups") }
    if section == .solver { group = try explicitSolver(group, key: key) }
    if section == .evaluation, let against = group.group("against") {
      group.set("against", .group(try explicitSolver(against, key: "\(key).against")))
    }
    return group
  }

  /// Makes a solver's dependent defaults explicit and turns its errors into positioned ones.
  private static func explicitSolver(_ set: ParameterSet, key: String) throws -> ParameterSet {
    do {
      return try BellmanNash(set).resolved(set)
    } catch let error as GameError {
      throw ConfigurationError(
        set.position(of: error.subject) ?? Position(source: "configuration"),
        key: "\(key).\(error.subject)", value: set[error.subject]?.text, rule: error.rule)
    }
  }

  /// The solver of the `solver` section, or of `evaluation.against`.
  public func solver(_ section: Section = .solver) throws -> BellmanNash {
    let set = resolved.group(section.rawValue)
    return try BellmanNash((section == .evaluation ? set?.group("against") : set)!)
  }

  /// The configuration's fingerprint: FNV-1a, 64 bits, over the resolved configuration as JSON with
  /// sorted keys, without `experiment`, `seed` and `replicates`. A game read from a file counts by
  /// its content, not by its path.
  public var hash: String {
    var counted = seats.counted(resolved, game: game)
    for name in ["experiment", "seed", "replicates"] { counted.remove(name) }
    if var game = counted.group("game"), game["file"] != nil {
      game.set("file", .text(fingerprint(self.game.tableDocument())))
      counted.set("game", .group(game))
    }
    return fingerprint(String(decoding: jsonData(counted), as: UTF8.self))
  }

  /// The resolved configuration as YAML.
  public func yaml() throws -> String { try resolved.yaml() }
}

/// The `game` section, resolved.
struct GameSelection {
  let family: any GameFamily.Type
  let parameters: ParameterSet
  let game: StochasticGame
  let resolved: ParameterSet
  let position: Position?

  init(_ node: DocumentNode?, source: String, needed: Bool) throws {
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
    if !family.scenarios.isEmpty {
      known.append("scenario")
      if let written = node.value(of: "scenario") {
        let type = ParameterType.choice(family.scenarios.map(\.name))
        let holder = DocumentNode(
          .mapping([.init(key: "scenario", position: written.position, value: written)]),
          at: written.position)
        let set = try ParameterSet(
          holder, declared: [Parameter("scenario", type, .required, "")], path: "game",
          position: written.position)
        let scenario = family.scenarios.first { $0.name == set.text("scenario") }!
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
    let prefix = family.nestsParameters ? "game.parameters" : "game"
    do {
      game = try family.init(parameters).stochasticGame()
    } catch let error as GameError {
      let at = parameters.position(of: error.subject) ?? node.position
      // What is wrong may be one parameter, or the game they make together.
      let value = parameters[error.subject]?.text
      throw ConfigurationError(
        at, key: value == nil ? "game" : "\(prefix).\(error.subject)", value: value,
        rule: value == nil ? error.description : error.rule)
    }
    self.resolved = resolved
  }
}
