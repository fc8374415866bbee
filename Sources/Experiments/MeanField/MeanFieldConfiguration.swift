public import Configuration
public import Environments
public import Equilibria
internal import Statistics

/// A configuration of a mean-field game, read strictly and with every default made explicit.
///
/// Only `game` must be written: every other section has a default for each of its keys.
public struct MeanFieldConfiguration: Sendable {
  /// The sections of a configuration.
  public enum Section: String, Sendable, CaseIterable {
    /// What is played.
    case game
    /// Who learns.
    case learner
    /// How long.
    case training
    /// What learned equilibria are held against.
    case evaluation
    /// Which exact solution.
    case solver
    /// Finite populations that the equilibrium is placed in.
    case market
    /// Which markets of N agents are simulated, and what is followed along them.
    case montecarlo
  }

  /// The experiment, the seeds and the generator.
  let header: ConfigurationHeader
  /// Every key with its value, defaults included.
  public let resolved: ParameterSet
  /// The game's kind.
  public let family: any GameKind.Type
  /// The game's resolved parameters.
  public let gameParameters: ParameterSet
  /// The game.
  public let model: MeanFieldModel
  /// The game as its file says it; nil for games that are not read from files.
  let gameDocument: GameDocument?

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - overrides: `key.path=value` from the command line, applied in order.
  ///   - needs: the sections that are resolved even where they are not written.
  /// - Throws: `ConfigurationError`, `FileError`.
  public init(path: String, overrides: [String] = [], needs: [Section] = []) throws {
    try self.init(readDocument(path: path, overrides: overrides), source: path, needs: needs)
  }

  /// Reads a text; `source` names it in errors and resolves relative file names.
  public init(
    yaml text: String, source: String, overrides: [String] = [], needs: [Section] = []
  ) throws {
    try self.init(
      readDocument(yaml: text, source: source, overrides: overrides), source: source, needs: needs)
  }

  /// Reads a document.
  init(_ document: DocumentNode, source: String, needs: [Section]) throws {
    let start = Position(source: source)
    if let seats = document.entries?.first(where: { $0.key == ExperimentConfiguration.seatList }) {
      throw ConfigurationError(
        seats.position, key: seats.key,
        rule: "is for games of several players; agents of a mean field are alike: write `learner:`")
    }
    header = try ConfigurationHeader(
      document, source: source, sections: Section.allCases.map(\.rawValue))
    let selection = try GameSelection(document.value(of: "game"), source: source)
    guard let model = selection.meanField else {
      throw ConfigurationError(
        selection.resolved.position(of: "kind") ?? start, key: "game.kind",
        value: selection.family.name, rule: "must be a mean-field kind, such as mfe-inventory")
    }
    if case .finite(let game) = model {
      // A law that breaks anywhere is likely to break at the ends or in the middle of the search.
      for share in [0, 0.5, 1] {
        let m = game.interactionBounds.map { (1 - share) * $0.lowerBound + share * $0.upperBound }
        if let broken = game.violations(at: m).first {
          throw ConfigurationError(
            selection.position, key: "game", rule: "makes no game: \(broken)")
        }
      }
    }
    var resolved = header.resolved
    resolved.set("game", .group(selection.resolved), at: selection.position)
    for section in Section.allCases where section != .game {
      let key = section.rawValue
      let node = document.value(of: key)
      guard node != nil || needs.contains(section) else { continue }
      if section == .montecarlo { try MonteCarloKeys.refuseKeysOfGames(node) }
      let set = try resolveSection(
        key, Self.parameters(of: section, for: model),
        Self.withDefaultKind(node, section: section, model: model, at: start),
        position: node?.position ?? start)
      let position = document.entries?.first { $0.key == key }?.position
      resolved.set(key, .group(set), at: position)
    }
    try MeanFieldSolver.check(resolved, model: model)
    try Self.checkLearner(resolved, model: model, at: start)
    self.resolved = resolved
    self.model = model
    family = selection.family
    gameParameters = selection.parameters
    gameDocument = try selection.fileDocument()
  }

  /// Who learns where nothing is written.
  static let defaultLearner = "adaptive-q-learning"

  /// The declared keys of a section, for reading and for `lab describe`.
  static func parameters(of section: Section, for model: MeanFieldModel?) -> ParameterType {
    switch section {
    case .game: .text
    case .learner:
      .variant(
        Registry.meanFieldLearners.map { Variant($0.name, $0.summary, $0.parameters) },
        shorthand: nil)
    case .training:
      .group([
        Parameter(
          "steps", .integer(1...1_000_000), .optional, unit: "outer steps",
          "where training stops at the latest, whatever the learner's own limit")
      ])
    case .evaluation:
      .group([
        Parameter(
          "against", MeanFieldSolver.type,
          .defaulted(.group(MeanFieldSolver.defaultSection(model))),
          "the exact solution to compare with")
      ])
    case .solver: MeanFieldSolver.type
    case .market: .group(MarketSettings.parameters)
    case .montecarlo: .group(MonteCarloKeys.market)
    }
  }

  /// A section of several kinds without `kind` takes the usual one of its game.
  private static func withDefaultKind(
    _ node: DocumentNode?, section: Section, model: MeanFieldModel, at start: Position
  ) -> DocumentNode? {
    let kind: String
    switch section {
    case .learner: kind = defaultLearner
    case .solver: kind = MeanFieldSolver.defaultKind(model)
    default: return node
    }
    let node = node ?? DocumentNode(.mapping([]), at: start)
    guard let entries = node.entries, node.value(of: "kind") == nil else { return node }
    let entry = DocumentNode.Entry(
      key: "kind", position: node.position,
      value: DocumentNode(.scalar(kind, quoted: true), at: node.position))
    return DocumentNode(.mapping([entry] + entries), at: node.position)
  }

  /// - Throws: `ConfigurationError` if the learner cannot learn the game.
  private static func checkLearner(
    _ resolved: ParameterSet, model: MeanFieldModel, at start: Position
  ) throws {
    guard let learner = resolved.group("learner"),
      let entry = Registry.meanFieldLearner(learner.kind)
    else { return }
    let at = resolved.position(of: "learner") ?? start
    guard case .finite(let game) = model else {
      throw ConfigurationError(
        at, key: "learner.kind", value: learner.kind,
        rule: "needs finitely many actions; write game.parameters.actions=20, say")
    }
    do {
      try entry.check(learner, game)
    } catch let error as GameError {
      let value = learner.value(at: error.subject)?.text
      throw ConfigurationError(
        learner.position(of: error.subject) ?? at,
        key: value == nil ? "learner" : "learner.\(error.subject)", value: value,
        rule: value == nil ? error.description : error.rule)
    } catch let error as MeanFieldError {
      throw ConfigurationError(at, key: "learner", rule: "\(error)")
    }
  }

  /// Outer steps after which training stops at the latest; nil for the learner's own limit.
  var stepLimit: Int? {
    if case .integer(let steps) = resolved.group("training")?["steps"] { steps } else { nil }
  }

  /// The game, of finite actions.
  ///
  /// - Throws: `ConfigurationError` for ladders with continuous actions.
  func finiteGame() throws -> any MeanFieldGame {
    if case .finite(let game) = model { return game }
    throw ConfigurationError(
      resolved.position(of: "game") ?? Position(source: "configuration"), key: "game",
      rule: "has continuous actions; write game.parameters.actions=20, say")
  }

  /// The solver of the `solver` section, or of `evaluation.against`.
  func solver(_ section: Section = .solver) -> MeanFieldSolver {
    let set = resolved.group(section.rawValue)
    return MeanFieldSolver((section == .evaluation ? set?.group("against") : set)!)
  }

  /// Solves the game with the solver of the `solver` section.
  ///
  /// - Throws: `MeanFieldError`; `ConfigurationError` if the method does not fit the game.
  public func solve(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (String) -> Void = { _ in }
  ) throws -> MeanFieldSolution {
    do {
      return try solver().solve(model, isCancelled: isCancelled, progress: progress)
    } catch let error as GameError {
      // Only the search itself can tell whether the method fits the game.
      let section = resolved.group("solver")!
      throw ConfigurationError(
        section.position(of: error.subject) ?? resolved.position(of: "solver")
          ?? Position(source: "configuration"), key: "solver.\(error.subject)",
        value: section[error.subject]?.text, rule: error.rule)
    }
  }

  /// The resolved configuration as YAML.
  public func yaml() throws -> String { try resolved.yaml() }

  /// `mfe-inventory`, with the file of a game read from one.
  public var title: String { gameTitle(family, resolved) }
}

extension MeanFieldConfiguration: RunConfiguration {
  /// The experiment's name, a folder of runs.
  public var experiment: String { header.experiment }
  /// The master seed.
  public var seed: UInt64 { header.seed }
  /// How many seeds: seed, seed + 1, ….
  public var replicates: Int { header.replicates }
  /// The configuration's fingerprint; see `configurationHash`.
  public var hash: String { configurationHash(resolved, gameDocument: gameDocument) }

  static func read(path: String) throws -> MeanFieldConfiguration {
    try MeanFieldConfiguration(path: path)
  }

  func stored(in folder: String) throws -> ParameterSet {
    try storeGame(gameDocument, of: resolved, in: folder)
  }
}

/// `compute-race (tipping)`, `mfe-inventory, m = 0.3`, `table (fishery.yaml)`.
func gameTitle(_ family: any GameKind.Type, _ resolved: ParameterSet) -> String {
  let game = resolved.group("game")
  var title = family.name
  if case .text(let scenario) = game?["scenario"] { title += " (\(scenario))" }
  if case .text(let file) = game?["file"] { title += " (\(file))" }
  if let announced = game?[GameSelection.announcedKey] { title += ", m = \(announced.text)" }
  return title
}
