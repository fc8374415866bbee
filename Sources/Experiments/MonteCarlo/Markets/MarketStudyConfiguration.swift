internal import Configuration
internal import Environments
internal import Equilibria
internal import Statistics

/// A mean-field configuration whose policy is played in many markets of N agents: its `montecarlo`
/// section, every key with its default.
public struct MarketStudyConfiguration: Sendable {
  /// The configuration as any command reads it.
  public let experiment: MeanFieldConfiguration
  let game: any MeanFieldGame
  let settings: MonteCarloSettings
  /// What is waited for.
  let events: [MarketEvent]
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
    experiment = try MeanFieldConfiguration(
      document, source: source, needs: [.solver, .montecarlo])
    self.source = source
    let game = try experiment.finiteGame()
    self.game = game
    let set = experiment.resolved.group("montecarlo")!
    settings = MonteCarloSettings(set)
    let settings = settings
    func refusal(_ key: String, _ value: String?, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        set.position(of: key) ?? Position(source: source), key: "montecarlo.\(key)", value: value,
        rule: rule)
    }
    guard case .list(let written) = set["events"] else { preconditionFailure("a list") }
    try MonteCarloSettings.checkNames(ofEvents: written, source: source)
    var events: [MarketEvent] = []
    for (index, entry) in written.enumerated() {
      guard case .group(let rule) = entry else { continue }
      events.append(try MarketEvent(rule, index: index, layout: game.layout, source: source))
    }
    guard events.count <= 64 else {
      throw refusal("events", "\(events.count)", "cannot be more than 64")
    }
    self.events = events
    guard case .list(let profiles) = set["profiles"], !profiles.isEmpty else {
      throw refusal("profiles", "[]", "needs at least one profile, such as exact")
    }
    try settings.check(set, source: source)
    let work = Double(settings.agents) * Double(settings.periods) * Double(settings.paths)
    guard work <= 1e17 else {
      throw refusal(
        "agents", "\(settings.agents)",
        "for so many paths and periods makes \(work) moves of agents, which no computer finishes")
    }
  }

  /// The policies that each set of markets follows, in order; solves what has to be solved.
  ///
  /// - Throws: what the solver throws, `MeanFieldError`, `FileError`, `ConfigurationError`.
  func profiles(
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void
  ) throws -> [MarketProfile] {
    var solved: MeanFieldCrossing?
    let found = try StudyProfiles.written(in: experiment.resolved).map { set -> MarketProfile in
      return try MarketProfile(set, game: game, source: source) {
        if let solved { return solved }
        let crossing = try solve(interruption: interruption, progress: progress)
        solved = crossing
        return crossing
      }
    }
    try StudyProfiles.check(names: found.map(\.name), in: experiment.resolved, source: source)
    return found
  }

  /// The lowest equilibrium of the solver section that is not degenerate.
  ///
  /// - Throws: `FileError` if there is none.
  private func solve(
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void
  ) throws -> MeanFieldCrossing {
    let solution = try experiment.solve(
      isCancelled: { interruption.isRequested }, progress: progress)
    if interruption.isRequested { throw MonteCarloStop.early }
    guard let crossing = solution.principal, crossing.isEquilibrium else {
      let why =
        solution.principal == nil ? "found no equilibrium" : MeanFieldVerdict(solution).note
      throw FileError(
        "solver", "\(why); choose other profiles, such as uniform, or another solver",
        isUsage: true)
    }
    return crossing
  }
}

extension MarketStudyConfiguration: PathStudySource {
  var header: ConfigurationHeader { experiment.header }

  func prepared(
    interruption: Interruption, status: @escaping @Sendable (String) -> Void
  ) throws -> any PreparedStudy {
    try PreparedMarkets(self, interruption: interruption, status: status)
  }

  /// As of any configuration; policies read from runs and tables count by their content.
  var hash: String {
    configurationHash(
      (try? withPolicies { set, stored in
        return [
          "kind": .text("policy"), "name": .text(MarketProfile.name(of: set)),
          "content": .text(fingerprint(try stored.csv(game))),
          "near": .list(stored.near.map(ParameterValue.real)),
        ]
      }) ?? experiment.resolved, gameDocument: experiment.gameDocument)
  }

  static func read(path: String) throws -> MarketStudyConfiguration {
    try MarketStudyConfiguration(path: path)
  }

  func stored(in folder: String) throws -> ParameterSet {
    let resolved = try withPolicies { set, stored in
      let name = MarketProfile.name(of: set)
      let file = "profiles/\(fingerprint(name)).csv"
      try makeFolder("\(folder)/profiles")
      try writeAtomically(try stored.csv(game), to: "\(folder)/\(file)")
      return [
        "kind": .text("policy"), "file": .text(file),
        "near": .list(stored.near.map(ParameterValue.real)), "name": .text(name),
      ]
    }
    return try storeGame(experiment.gameDocument, of: resolved, in: folder)
  }

  /// The resolved configuration with every policy that was read replaced.
  private func withPolicies(
    _ replace: (ParameterSet, StoredMarketPolicy) throws -> ParameterSet
  ) throws -> ParameterSet {
    try StudyProfiles.replaced(in: experiment.resolved) { set in
      try StoredMarketPolicy(set, game: game, source: source).map { try replace(set, $0) }
    }
  }
}
