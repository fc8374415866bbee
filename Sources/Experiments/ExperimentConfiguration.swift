public import Configuration
public import Environments
public import Equilibria
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
    /// Which paths are simulated, and what is followed along them.
    case montecarlo
  }

  /// The experiment, the seeds and the generator.
  let header: ConfigurationHeader
  /// Every key with its value, defaults included.
  public let resolved: ParameterSet
  /// The game's family.
  public let family: any GameKind.Type
  /// The game's resolved parameters.
  public let gameParameters: ParameterSet
  /// The game, written out.
  public let game: StochasticGame
  /// The game as its file says it; nil for games that are not read from files.
  let gameDocument: GameDocument?
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
    try self.init(
      readDocument(path: path, overrides: overrides), source: path, needs: needs)
  }

  /// Reads a text; `source` names it in errors and resolves relative file names.
  public init(
    yaml text: String, source: String, overrides: [String] = [], needs: [Section] = [.game]
  ) throws {
    try self.init(
      readDocument(yaml: text, source: source, overrides: overrides), source: source, needs: needs)
  }

  /// Reads a document.
  init(_ written: DocumentNode, source: String, needs: [Section]) throws {
    let document = GameSelection.aboutOneAgent(written, needsSolver: needs.contains(.solver))
    let start = Position(source: source)
    if document.value(of: "games") != nil {
      throw ConfigurationError(
        start, key: "games", rule: "this is a study: run it with `lab study \(source)`")
    }
    if document.value(of: "vary") != nil || document.value(of: "zip") != nil {
      throw ConfigurationError(
        start, key: "vary", rule: "this is a sweep: run it with `lab sweep \(source)`")
    }
    header = try ConfigurationHeader(
      document, source: source, sections: Section.allCases.map(\.rawValue) + [Self.seatList])
    var resolved = header.resolved
    let seatList = document.entries?.first { $0.key == Self.seatList }
    if let seatList, document.value(of: "learner") != nil {
      throw ConfigurationError(
        seatList.position, key: Self.seatList,
        rule: "cannot stand beside `learner:`: write one section for all seats, or a list")
    }
    for section in needs where document.value(of: section.rawValue) == nil {
      if section == .learner, seatList != nil { continue }
      // Training, evaluation and path studies have a default for every key; others must be written.
      guard section == .training || section == .evaluation else {
        throw ConfigurationError(
          start, key: section.rawValue,
          rule: "this command needs the section `\(section.rawValue):`; see configs/ for examples")
      }
    }

    let selection = try GameSelection(document.value(of: "game"), source: source)
    let game = try selection.stochasticGame()
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

    for (section, key) in [("solver", "solver"), ("evaluation", "evaluation.against")] {
      let outer = resolved.group(section)
      guard let set = section == "solver" ? outer : outer?.group("against") else { continue }
      guard set.kind != DirectionalSolver.name else { continue }
      do {
        try BellmanNash(set).check(game)
      } catch let error as GameError {
        throw ConfigurationError(
          set.position(of: error.subject) ?? outer?.position(of: "against") ?? start,
          key: "\(key).\(error.subject)", value: set[error.subject]?.text, rule: error.rule)
      }
    }
    family = selection.family
    gameParameters = selection.parameters
    gameDocument = try selection.fileDocument()
    self.game = game
    seats = try SeatConfiguration(resolved, game: game, source: source)
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

  /// The declared keys of a section other than `game`, for reading and for `lab describe`.
  public static func parameters(of section: Section) -> ParameterType {
    switch section {
    case .game: .text
    case .montecarlo: .group(MonteCarloKeys.game)
    case .learner: Registry.learnerType
    case .solver:
      .variant(
        (Registry.solvers + Registry.directionalSolvers).map {
          Variant($0.name, $0.summary, $0.parameters)
        }, shorthand: nil)
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
          .defaulted(.group(["kind": .text(BellmanNash.name)])),
          "the exact solution to compare with"),
      ])
    }
  }

  private static func resolve(
    _ section: Section, _ node: DocumentNode?, position: Position
  ) throws -> ParameterSet {
    let key = section.rawValue
    var group = try resolveSection(key, parameters(of: section), node, position: position)
    if section == .solver, group.kind != DirectionalSolver.name {
      group = try explicitSolver(group, key: key)
    }
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
  ///
  /// - Throws: `ConfigurationError` if the section is about every equilibrium of a directional game.
  public func solver(_ section: Section = .solver) throws -> BellmanNash {
    let set = resolved.group(section.rawValue)
    if section == .solver, let set, set.kind == DirectionalSolver.name {
      throw ConfigurationError(
        set.position(of: "kind") ?? Position(source: "configuration"), key: "solver.kind",
        value: set.kind,
        rule: "finds every equilibrium, and this command needs one: write "
          + "`solver: {kind: \(BellmanNash.name)}`")
    }
    return try BellmanNash((section == .evaluation ? set?.group("against") : set)!)
  }

  /// The configuration's fingerprint; see `configurationHash`.
  public var hash: String {
    configurationHash(seats.counted(resolved, game: game), gameDocument: gameDocument)
  }

  /// The resolved configuration as YAML.
  public func yaml() throws -> String { try resolved.yaml() }
}

extension ExperimentConfiguration: RunConfiguration {
  /// The experiment's name, a folder of runs.
  public var experiment: String { header.experiment }
  /// The master seed.
  public var seed: UInt64 { header.seed }
  /// How many seeds: seed, seed + 1, ….
  public var replicates: Int { header.replicates }
  /// The random number generator.
  public var generator: GeneratorKind { header.generator }

  static func read(path: String) throws -> ExperimentConfiguration {
    try ExperimentConfiguration(path: path, needs: [])
  }

  func stored(in folder: String) throws -> ParameterSet {
    let resolved = try storeGame(gameDocument, of: resolved, in: folder)
    if seats.seats.contains(where: { $0.stored != nil }) { try makeFolder("\(folder)/agents") }
    var failure: (any Error)?
    let rewritten = seats.rewritten(resolved) { player, profile in
      // The policies that seats hold or begin from are kept too.
      let file = "agents/\(player + 1).csv"
      do {
        try writeAtomically(
          PolicyTable.csv(game, [("policy", profile)]), to: "\(folder)/\(file)")
      } catch {
        failure = error
      }
      return ["kind": .text("policy"), "file": .text(file), "policy": .text("last")]
    }
    if let failure { throw failure }
    return rewritten
  }
}
