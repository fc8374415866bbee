public import Configuration
public import Environments
internal import Equilibria

/// A configuration whose solver finds every equilibrium of a directional game: the game stays as its
/// family says it and is not written out, so that it may have far more states than one that is.
public struct DirectionalConfiguration: Sendable {
  /// The experiment, the seeds and the generator.
  let header: ConfigurationHeader
  /// Every key with its value, defaults included.
  public let resolved: ParameterSet
  /// The game's family.
  public let family: any GameKind.Type
  /// The game's resolved parameters.
  public let gameParameters: ParameterSet
  /// The game.
  public let duopoly: LeapfroggingDuopoly

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
    let start = Position(source: source)
    header = try ConfigurationHeader(
      document, source: source,
      sections: ["game", "solver", ExperimentConfiguration.seatList] + Self.otherSections)
    let selection = try GameSelection(
      document.value(of: "game"), source: source, writesOut: false)
    let node = document.value(of: "solver")
    let solver = try resolveSection(
      "solver", .variant([DirectionalSolver.variant], shorthand: nil), node,
      position: node?.position ?? start)
    guard case .directional(let duopoly) = selection.content else {
      throw ConfigurationError(
        solver.position(of: "kind") ?? start, key: "solver.kind", value: DirectionalSolver.name,
        rule: "is for directional games, of which \(LeapfroggingDuopoly.name) is one; "
          + "\(selection.family.name) is solved by another: see `lab list solvers`")
    }
    var resolved = header.resolved
    resolved.set("game", .group(selection.resolved), at: selection.position)
    resolved.set(
      "solver", .group(solver), at: document.entries?.first { $0.key == "solver" }?.position)
    self.resolved = resolved
    self.duopoly = duopoly
    family = selection.family
    gameParameters = selection.parameters
  }

  /// The solver.
  var solver: DirectionalSolver { DirectionalSolver(settings: resolved.group("solver")!) }

  /// The states of the game.
  var space: LeapfroggingPoints { LeapfroggingPoints(levels: duopoly.levels) }

  /// What a checkpoint belongs to: the game, and what decides the tally of its equilibria.
  var searchHash: String {
    var counted = ParameterSet()
    counted.set("game", .group(resolved.group("game")!))
    for key in ["payoff_rounding", "max_distinct"] {
      counted.set(key, resolved.group("solver")![key]!)
    }
    return fingerprint(String(decoding: jsonData(counted), as: UTF8.self))
  }

  /// `leapfrogging`.
  public var title: String { gameTitle(family, resolved) }

  /// A state in words: `c1 = 5, c2 = 2.5, c = 0`.
  func words(_ point: Int) -> String {
    let place = space.points[point]
    let costs = [place.first, place.second, place.best].map { compactDecimal(duopoly.costs[$0]) }
    return "c1 = \(costs[0]), c2 = \(costs[1]), c = \(costs[2])"
  }
}

extension DirectionalConfiguration: RunConfiguration {
  /// The configuration's fingerprint; see `configurationHash`.
  public var hash: String { configurationHash(resolved, gameDocument: nil) }

  static func read(path: String) throws -> DirectionalConfiguration {
    try DirectionalConfiguration(path: path)
  }

  func stored(in folder: String) throws -> ParameterSet { resolved }
}

extension ExperimentConfiguration {
  /// Every stationary equilibrium, for games of which a search can have them all.
  ///
  /// - Returns: nil for other games, and where there are too many to list.
  /// - Throws: what the search throws.
  func everyEquilibrium(
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> KnownEquilibria? {
    guard family is LeapfroggingDuopoly.Type else { return nil }
    return try KnownEquilibria.complete(
      of: LeapfroggingDuopoly(gameParameters), writtenOut: game, isCancelled: isCancelled)
  }
}
