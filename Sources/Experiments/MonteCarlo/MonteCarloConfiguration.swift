internal import Configuration
internal import Environments
internal import Equilibria
internal import Statistics

/// A configuration with a `montecarlo` section, and everything that a path study needs of it.
public struct MonteCarloConfiguration: Sendable {
  /// The configuration as any command reads it.
  public let experiment: ExperimentConfiguration
  let settings: MonteCarloSettings
  /// What is followed: payoffs first.
  let quantities: [PathQuantity]
  /// What is waited for.
  let events: [PathEvent]
  private let source: String

  /// Reads a file.
  ///
  /// - Throws: `ConfigurationError`; `FileError` if a run or table it names cannot be read.
  public init(path: String, overrides: [String] = []) throws {
    try self.init(readDocument(path: path, overrides: overrides), source: path)
  }

  /// Reads a text; `source` names it in errors and resolves relative file names.
  public init(yaml text: String, source: String, overrides: [String] = []) throws {
    try self.init(
      readDocument(yaml: text, source: source, overrides: overrides), source: source)
  }

  init(_ document: DocumentNode, source: String) throws {
    if GameSelection.isMeanField(document) {
      let game = document.value(of: "game")
      throw ConfigurationError(
        game?.value(of: "kind")?.position ?? Position(source: source), key: "game.kind",
        value: game?.value(of: "kind")?.text,
        rule:
          "is a mean-field game, read as `PathStudyConfiguration`; announce an m, such as "
          + "game.announced=0.5, to follow one agent who faces it")
    }
    experiment = try ExperimentConfiguration(
      document, source: source, needs: [.game, .montecarlo])
    self.source = source
    let set = experiment.resolved.group("montecarlo")!
    settings = MonteCarloSettings(set)
    let game = experiment.game
    func refusal(_ key: String, _ value: String?, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        set.position(of: key) ?? Position(source: source), key: "montecarlo.\(key)", value: value,
        rule: rule)
    }
    let family = try experiment.family.init(experiment.gameParameters) as? any PathStudyGame
    let offered = try family?.pathQuantities(in: game) ?? game.plainQuantities
    let payoffs = game.payoffQuantities
    let (wanted, names) = (settings.quantities, (payoffs + offered).map(\.name))
    for name in wanted where !names.contains(name) {
      let advice = nearest(to: name, among: names).map { "; did you mean \($0)?" } ?? ""
      throw refusal(
        "quantities", name,
        "is not followed in this game: \(names.joined(separator: ", "))\(advice)")
    }
    quantities =
      payoffs + (wanted.isEmpty ? offered : offered.filter { wanted.contains($0.name) })
    var events = try family?.pathEvents(in: game) ?? []
    if game.isTerminal.contains(true) {
      events.append(PathEvent("end", "play has ended", states: game.isTerminal))
    }
    guard case .list(let written) = set["events"] else { preconditionFailure("a list") }
    try MonteCarloSettings.checkNames(ofEvents: written, source: source)
    for (index, entry) in written.enumerated() {
      guard case .group(let rule) = entry else { continue }
      let event = try PathEventRule.event(rule, index: index, game: game, source: source)
      // One of the game's own events may be defined anew.
      events.removeAll { $0.name == event.name }
      events.append(event)
    }
    guard events.count <= 64 else {
      throw refusal("events", "\(events.count)", "cannot be more than 64")
    }
    self.events = events
    guard case .list(let profiles) = set["profiles"], !profiles.isEmpty else {
      throw refusal("profiles", "[]", "needs at least one profile, such as exact")
    }
    try settings.check(set, source: source)
    guard settings.lags < settings.periods - settings.burnIn else {
      throw refusal(
        "autocorrelation_lags", "\(settings.lags)",
        "must be below the dates after the burn-in, \(settings.periods - settings.burnIn)")
    }
    if case .state(let label) = settings.start {
      _ = try PathEventRule.state(
        label, of: game, key: "montecarlo.start.label", set.position(of: "start.label"))
    }
    if let departure = settings.departure {
      guard departure.player < game.playerCount else {
        throw refusal(
          "departure.player", "\(departure.player + 1)",
          "must be from 1 to \(game.playerCount) in this game")
      }
      guard departure.period <= settings.periods else {
        throw refusal(
          "departure.period", "\(departure.period)",
          "must be from 1 to periods = \(settings.periods)")
      }
    }
  }

  /// Sets of paths that each profile is played for, in order; solves what has to be solved.
  ///
  /// - Throws: what the solver throws, `FileError`, `ConfigurationError`.
  func profiles(
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void
  ) throws -> [PathProfile] {
    var solved: BellmanNashSolution?
    let found = try StudyProfiles.written(in: experiment.resolved).map { set -> PathProfile in
      return try PathProfile(set, game: experiment.game, source: source) {
        if let solved { return solved }
        let solution = try solve(interruption: interruption, progress: progress)
        solved = solution
        return solution
      }
    }
    try StudyProfiles.check(names: found.map(\.name), in: experiment.resolved, source: source)
    return found
  }

  /// The solution of the solver section; by default the stationary principal one.
  ///
  /// - Throws: `FileError` if it ends without a certified profile.
  func solve(
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void
  ) throws -> BellmanNashSolution {
    let solver =
      experiment.resolved["solver"] == nil ? try BellmanNash() : try experiment.solver()
    let solution = try solver.solve(
      experiment.game, isCancelled: { interruption.isRequested }, progress: progress)
    if solution.status == .interrupted { throw MonteCarloStop.early }
    guard !solution.profiles.isEmpty, solution.status == .converged else {
      throw FileError(
        "solver",
        "ended as \(solution.status.rawValue) without a certified profile to play: "
          + "\(solution.note); choose other profiles or another solver.selection", isUsage: true)
    }
    return solution
  }
}

extension MonteCarloConfiguration: PathStudySource {
  var header: ConfigurationHeader { experiment.header }

  func prepared(
    interruption: Interruption, status: @escaping @Sendable (String) -> Void
  ) throws -> any PreparedStudy {
    try PreparedPaths(self, interruption: interruption, status: status)
  }

  /// As of any configuration; profiles read from runs and tables count by their content.
  var hash: String {
    configurationHash(
      (try? withProfiles { set, profile in
        var counted = ParameterSet()
        let table = PolicyTable.csv(experiment.game, [("policy", profile)])
        counted.set("kind", .text("policy"))
        counted.set("name", set["name"] ?? .text(set.kind))
        counted.set("content", .text(fingerprint(table)))
        return counted
      }) ?? experiment.resolved, gameDocument: experiment.gameDocument)
  }

  static func read(path: String) throws -> MonteCarloConfiguration {
    try MonteCarloConfiguration(path: path)
  }

  func stored(in folder: String) throws -> ParameterSet {
    let resolved = try withProfiles { set, profile in
      guard case .text(let name) = set["name"] ?? .text(set.kind) else { return set }
      let file = "profiles/\(fingerprint(name)).csv"
      try makeFolder("\(folder)/profiles")
      try writeAtomically(
        PolicyTable.csv(experiment.game, [("policy", profile)]), to: "\(folder)/\(file)")
      return [
        "kind": .text("policy"), "file": .text(file), "policy": .text("last"), "name": .text(name),
      ]
    }
    return try storeGame(experiment.gameDocument, of: resolved, in: folder)
  }

  /// The resolved configuration with every profile that was read replaced.
  private func withProfiles(
    _ replace: (ParameterSet, Profile) throws -> ParameterSet
  ) throws -> ParameterSet {
    try StudyProfiles.replaced(in: experiment.resolved) { set in
      try AgentSource.stored(set, game: experiment.game, source: source).map {
        try replace(set, $0)
      }
    }
  }
}

/// A path study was stopped from outside.
public enum MonteCarloStop: Error, Sendable, CustomStringConvertible {
  /// Before anything was played.
  case early
  /// With a checkpoint in this folder after so many paths.
  case interrupted(folder: String, paths: Int)

  /// What is kept, and the way on.
  public var description: String {
    switch self {
    case .early: "interrupted before the first path was played; nothing was written"
    case .interrupted(let folder, let paths):
      "interrupted after \(paths) paths; checkpoint in \(folder); the same command with --resume goes on"
    }
  }
}
