public import Configuration
public import Environments
internal import Equilibria

/// A configuration whose solver finds every equilibrium of a directional game.
///
/// The leapfrogging duopoly stays as its family says it and is not written out, so that it may have far
/// more states than a game that is; with a horizon, with points of one's own or with payoffs elsewhere
/// than at the apex it is written out like any other game.
public struct DirectionalConfiguration: Sendable {
  /// The experiment, the seeds and the generator.
  let header: ConfigurationHeader
  /// Every key with its value, defaults included.
  public let resolved: ParameterSet
  /// The game's family.
  public let family: any GameKind.Type
  /// The game's resolved parameters.
  public let gameParameters: ParameterSet
  /// The game, as it is searched.
  let subject: any DirectionalSubject
  /// What a run keeps of a game that was read from a file.
  private let gameDocument: GameDocument?

  /// Whether a document is read like this: it asks for this solver, and either it is to be solved or
  /// there is nothing else to do with it.
  static func reads(
    _ document: DocumentNode, needs: [ExperimentConfiguration.Section]
  ) -> Bool {
    guard DirectionalSolver.isAsked(document) else { return false }
    if needs.contains(.solver) { return true }
    let others = otherSections + [ExperimentConfiguration.seatList]
    return needs.allSatisfy { $0 == .game }
      && others.allSatisfy { document.value(of: $0) == nil }
  }

  private static let otherSections = ExperimentConfiguration.Section.allCases.filter {
    $0 != .game && $0 != .solver
  }.map(\.rawValue)

  /// Reads a file.
  ///
  /// - Parameter overrides: `key.path=value` from the command line, applied in order.
  /// - Throws: `ConfigurationError`.
  public init(path: String, overrides: [String] = []) throws {
    try self.init(readDocument(path: path, overrides: overrides), source: path)
  }

  /// Reads a text; `source` names it in errors.
  public init(yaml text: String, source: String, overrides: [String] = []) throws {
    try self.init(
      readDocument(yaml: text, source: source, overrides: overrides), source: source)
  }

  /// Reads a document. Sections about learning are left to the commands that use them.
  init(_ document: DocumentNode, source: String) throws {
    let document = GameSelection.aboutOneAgent(document, needsSolver: false)
    let start = Position(source: source)
    header = try ConfigurationHeader(
      document, source: source,
      sections: ["game", "solver", ExperimentConfiguration.seatList] + Self.otherSections)
    let node = document.value(of: "solver")
    let settings = try resolveSection(
      "solver", .variant([DirectionalSolver.variant], shorthand: nil), node,
      position: node?.position ?? start)
    let solver = DirectionalSolver(settings: settings)
    let selection = try GameSelection(
      document.value(of: "game"), source: source, writesOut: solver.writesOut)
    switch selection.content {
    case .directional(let duopoly): subject = LeapfroggingSubject(duopoly)
    case .game(let game): subject = try solver.subject(game, at: node?.position ?? start)
    case .meanField: subject = try solver.subject(selection.stochasticGame(), at: start)
    }
    gameDocument = try selection.fileDocument()
    var resolved = header.resolved
    resolved.set("game", .group(selection.resolved), at: selection.position)
    resolved.set(
      "solver", .group(settings), at: document.entries?.first { $0.key == "solver" }?.position)
    self.resolved = resolved
    family = selection.family
    gameParameters = selection.parameters
  }

  /// The number of the only equilibrium that its solver section wants, from 0.
  public var equilibrium: Int? { solver.equilibrium }

  /// The solver.
  var solver: DirectionalSolver { DirectionalSolver(settings: resolved.group("solver")!) }

  /// What a checkpoint belongs to: the game, and what decides the tally of its equilibria.
  var searchHash: String {
    var counted = ParameterSet()
    counted.set("game", .group(resolved.group("game")!))
    for key in ["payoff_rounding", "max_distinct", "horizon", "points", "payoffs_at"] {
      if let value = solver.settings[key] { counted.set(key, value) }
    }
    return configurationHash(counted, gameDocument: gameDocument)
  }

  /// `leapfrogging`.
  public var title: String { gameTitle(family, resolved) }
}

extension DirectionalConfiguration: RunConfiguration {
  /// The configuration's fingerprint; see `configurationHash`.
  public var hash: String { configurationHash(resolved, gameDocument: gameDocument) }

  static func read(path: String) throws -> DirectionalConfiguration {
    try DirectionalConfiguration(path: path)
  }

  func stored(in folder: String) throws -> ParameterSet {
    try storeGame(gameDocument, of: resolved, in: folder)
  }
}

extension ExperimentConfiguration {
  /// Every stationary equilibrium, for games of which a search can have them all.
  ///
  /// - Returns: nil for other games, and where there are too many to list.
  /// - Throws: what the search throws.
  func everyEquilibrium(
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> KnownEquilibria? {
    guard family is LeapfroggingDuopoly.Type else {
      // Sets of games of separate states may hold continua, and have a search of their own.
      guard !game.hasSeparateStates else { return nil }
      return try KnownEquilibria.complete(directional: game, isCancelled: isCancelled)
    }
    return try KnownEquilibria.complete(
      of: LeapfroggingDuopoly(gameParameters), writtenOut: game, isCancelled: isCancelled)
  }
}
