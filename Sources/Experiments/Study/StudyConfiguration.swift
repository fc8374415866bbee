internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation

/// A study's file: games × learners × seeds.
///
/// `games` and `learners` are mappings from names to sections. A game's section is what stands
/// under `game:` in a configuration; a learner's holds `learner:` or `learners:` and, where they
/// differ from the study's, keys of `training:` and `evaluation:`. Every pair is one ordinary
/// configuration, with the same seeds: learners are compared under common random numbers.
public struct StudyConfiguration: Sendable {
  /// One game with one learner.
  public struct Cell: Sendable {
    /// The game's name in the study.
    public let game: String
    /// The learner's name in the study.
    public let learner: String
    /// What is trained.
    public let configuration: ExperimentConfiguration
  }

  /// The study's name, a folder of runs.
  public let experiment: String
  /// Names of the games, in order.
  public let games: [String]
  /// Names of the learners, in order.
  public let learners: [String]
  /// All pairs, games first.
  public let cells: [Cell]
  /// When a seed selects an equilibrium.
  public let rule: MatchRule
  /// Which equilibria are looked for.
  public let against: Against
  /// Drawn starts of the search for them.
  public let starts: Int
  /// Which policy is matched: last, average or best.
  public let policy: String
  /// The study as it was written, with overrides.
  let document: DocumentNode

  private static let matchType = ParameterType.group([
    .choice(
      "policy", "last", SeedSummary.policies, "which policy of a seed is matched and compared"),
    .choice(
      "against", Against.found.rawValue, Against.allCases.map(\.rawValue),
      "which equilibria are looked for"),
    .integer("starts", 100, 0...1_000_000, "drawn starts of the search for equilibria"),
    .real(
      "epsilon", 0.01, .nonnegative,
      "largest NashConv of a seed that selects an equilibrium, in payoff ranges"),
    .real(
      "distance", 0.05, .closed(0, 1), "largest distance of a seed to the equilibrium it selects"),
  ])

  /// Whether a file is a study rather than a configuration: it has `games`, not `game`.
  ///
  /// - Throws: `ConfigurationError` if it is not YAML.
  public static func isStudy(path: String) throws -> Bool {
    guard !GameFile.isOne(path), let text = try? readText(path) else { return false }
    return try DocumentNode(yaml: text, source: path).value(of: "games") != nil
  }

  /// Reads a study.
  ///
  /// - Throws: `ConfigurationError`, with the position in the file also for what is wrong in a cell.
  public init(path: String, overrides: [String] = []) throws {
    let text = try readText(path, wanted: "a study, such as configs/study-selection.yaml")
    try self.init(readDocument(yaml: text, source: path, overrides: overrides), source: path)
  }

  init(_ document: DocumentNode, source: String) throws {
    let known = [
      "experiment", "seed", "replicates", "generator", "games", "learners", "training",
      "evaluation", "match",
    ]
    let written = document.entries ?? []
    try refuseUnknownKeys(written, known: known, path: "")
    self.document = document
    let games = try Self.named("games", document, source: source)
    let learners = try Self.named("learners", document, source: source)
    let match = try ParameterSet(
      document.value(of: "match"), declared: Self.matchKeys, path: "match",
      position: Position(source: source))
    policy = match.text("policy")
    starts = match.integer("starts")
    against = Against(rawValue: match.text("against"))!
    rule = MatchRule(epsilon: match.real("epsilon"), distance: match.real("distance"))
    let shared = written.filter { ["seed", "replicates", "generator"].contains($0.key) }
    let stem = URL(fileURLWithPath: source).deletingPathExtension().lastPathComponent
    let experiment =
      written.first { $0.key == "experiment" }
      ?? .init(
        key: "experiment", position: document.position,
        value: DocumentNode(.scalar(stem, quoted: true), at: document.position))
    var cells: [Cell] = []
    for game in games {
      for learner in learners {
        try refuseUnknownKeys(
          learner.value.entries ?? [], known: ["learner", "learners", "training", "evaluation"],
          path: "learners.\(learner.key)")
        var entries = shared + [experiment]
        entries.append(.init(key: "game", position: game.position, value: game.value))
        entries += (learner.value.entries ?? []).filter { $0.key.hasPrefix("learner") }
        for section in ["training", "evaluation"] {
          let changes = learner.value.value(of: section)
          let common = document.value(of: section)
          if let merged = changes.flatMap({ common?.overlaid(by: $0) }) ?? changes ?? common {
            entries.append(.init(key: section, position: merged.position, value: merged))
          }
        }
        let node = DocumentNode(.mapping(entries), at: learner.position)
        cells.append(
          Cell(
            game: game.key, learner: learner.key,
            configuration: try ExperimentConfiguration(
              node, source: source, needs: [.game, .learner, .training, .evaluation])))
      }
    }
    self.games = games.map(\.key)
    self.learners = learners.map(\.key)
    self.cells = cells
    self.experiment = cells[0].configuration.experiment
    let hashes = cells.map(\.configuration.hash)
    if let twin = hashes.indices.first(where: { hashes[..<$0].contains(hashes[$0]) }) {
      let first = hashes.firstIndex(of: hashes[twin])!
      throw ConfigurationError(
        Position(source: source), key: "",
        rule: "\(cells[twin].game) with \(cells[twin].learner) is the same configuration as "
          + "\(cells[first].game) with \(cells[first].learner); leave one out")
    }
  }

  /// The keys of the section `match`.
  static var matchKeys: [Parameter] {
    guard case .group(let parameters) = matchType else { preconditionFailure("a group") }
    return parameters
  }

  /// The entries of a mapping from names to sections.
  private static func named(
    _ key: String, _ document: DocumentNode, source: String
  ) throws -> [DocumentNode.Entry] {
    let entry = document.entries?.first { $0.key == key }
    guard let entries = entry?.value.entries, !entries.isEmpty else {
      throw ConfigurationError(
        entry?.position ?? Position(source: source), key: key, value: entry?.value.text,
        rule:
          "must be a mapping from names to sections, such as \(key): {first: {…}, second: {…}}; "
          + "see configs/study-selection.yaml")
    }
    return entries
  }
}

/// What `lab check --json` prints of a study.
public struct StudyCheckDocument: Encodable, Sendable {
  struct Cell: Encodable, Sendable {
    var game: String
    var learner: String
    var fingerprint: String
    var configuration: ParameterSet
  }

  var schema = "equilibrium-lab/check-study/1"
  var command = "check"
  var experiment: String
  var cells: [Cell]

  /// Describes a study that was read without error.
  public init(_ study: StudyConfiguration) {
    experiment = study.experiment
    cells = study.cells.map {
      Cell(
        game: $0.game, learner: $0.learner, fingerprint: $0.configuration.hash,
        configuration: $0.configuration.resolved)
    }
  }
}
