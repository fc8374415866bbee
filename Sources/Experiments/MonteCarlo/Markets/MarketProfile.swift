internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Learners

/// A policy that all agents of a market follow: an entry of `montecarlo.profiles`.
struct MarketProfile: Sendable {
  /// What the tables call it.
  let name: String
  /// In words: which equilibrium, run or file it comes from.
  let origin: String
  /// The policy, with what it is in a continuum.
  let subject: MarketSubject

  /// How an entry is written.
  static let type: ParameterType = {
    let name = Parameter("name", .text, .optional, "what the tables call it")
    let near = Parameter(
      "near", .list(.real(.any)), .optional,
      "where the m that its population keeps up is looked for first")
    return .variant(
      [
        Variant("exact", "the exact equilibrium of the solver section", [name]),
        Variant("uniform", "every action equally likely", [name]),
        Variant(
          "trained", "what a run learned",
          [
            Parameter("run", .text, .required, "the run's folder, or one seed's folder in it"),
            Parameter(
              "seed", .integer(0...(.max - 1)), .optional,
              "whose policy; the first finished if unset"), name,
          ]),
        Variant(
          "policy", "a policy from a table (see docs/results.md for its columns)",
          [
            Parameter("file", .text, .required, "the table, beside the configuration or here"),
            Parameter("policy", .text, .optional, "which, if the table names several"), near, name,
          ]),
      ], shorthand: nil)
  }()

  /// The entry that stands for the solver section's equilibrium.
  static let exact: ParameterValue = {
    var set = ParameterSet()
    set.set("kind", .text("exact"))
    return .group(set)
  }()

  /// What an entry is called.
  static func name(of set: ParameterSet) -> String {
    if case .text(let given) = set["name"] { given } else { set.kind }
  }

  /// Makes the profile of an entry.
  ///
  /// - Parameter solve: solves the solver section, once for all entries.
  /// - Throws: what the solver throws, `MeanFieldError`, `FileError`, `ConfigurationError`.
  init(
    _ set: ParameterSet, game: any MeanFieldGame, source: String,
    solve: () throws -> MeanFieldCrossing
  ) throws {
    name = Self.name(of: set)
    switch set.kind {
    case "exact":
      let crossing = try solve()
      subject = try MarketSubject(game, crossing)
      origin =
        crossing.kind == .mixed
        ? "mixed equilibrium, everybody mixing" : "\(crossing.kind.rawValue) equilibrium"
    case "uniform":
      subject = try MarketSubject(
        game, population: .uniform(game.layout), near: Self.middle(of: game))
      origin = "every action equally likely"
    default:
      let stored = try StoredMarketPolicy(set, game: game, source: source)!
      subject = try MarketSubject(game, population: stored.policy, near: stored.near)
      origin = stored.origin
    }
  }

  fileprivate static func middle(of game: any MeanFieldGame) -> [Double] {
    game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
  }
}

/// A policy that lies in a file or run.
struct StoredMarketPolicy {
  let policy: MeanFieldPolicy
  /// Where the m of its population is looked for first.
  let near: [Double]
  let origin: String

  /// Reads the policy of an entry; nil for the kinds that are computed.
  ///
  /// - Throws: `FileError` or `ConfigurationError` naming the file and what is wrong with it.
  init?(_ set: ParameterSet, game: any MeanFieldGame, source: String) throws {
    switch set.kind {
    case "trained":
      let run = try RunFolder(argument: set.text("run"))
      let trained = try run.meanFieldConfiguration()
      guard try trained.finiteGame().isSame(as: game) else {
        throw FileError(
          run.path, "learned another game than the one configured here", isUsage: true)
      }
      var seed = run.seed
      if case .integer(let chosen) = set["seed"] { seed = UInt64(chosen) }
      let finished = run.seeds().filter(\.isFinished)
      guard
        let folder = seed.map({ wanted in finished.first { $0.seed == wanted } }) ?? finished.first
      else {
        throw FileError(
          run.path, seed.map { "has no finished seed \($0)" } ?? "has no finished seed",
          isUsage: true)
      }
      let learned = try LearnedEquilibrium(folder, game: game)
      policy = learned.policy
      near = learned.summary.estimate.m
      origin = "learned by seed \(folder.seed) of \(set.text("run"))"
    case "policy":
      let file = set.text("file")
      let beside =
        URL(fileURLWithPath: source).deletingLastPathComponent().relativePath + "/" + file
      let path = !file.hasPrefix("/") && fileExists(beside) ? beside : file
      // Labels and actions are the same at every m, so any will do for reading.
      let table = try PolicyTable.read(
        path, game: game.frozen(at: MarketProfile.middle(of: game)))
      var wanted = "last"
      if case .text(let name) = set["policy"] { wanted = name }
      guard let profile = table.count == 1 ? table.first?.value : table[wanted] else {
        throw FileError(
          path,
          "holds no policy named \(wanted), but \(table.keys.sorted().joined(separator: ", "))",
          isUsage: true)
      }
      policy = MeanFieldPolicy(weights: profile[0].probabilities)
      let written = set["near"] == nil ? [] : set.reals("near")
      guard written.isEmpty || written.count == game.layout.scalarCount else {
        throw ConfigurationError(
          set.position(of: "near") ?? Position(source: source), key: "montecarlo.profiles.near",
          value: set["near"]?.text,
          rule: "needs one number for each of \(game.layout.scalarCount) scalars")
      }
      near = written.isEmpty ? MarketProfile.middle(of: game) : written
      origin = "policy of \(file)"
    default: return nil
    }
  }

  /// The policy as a table.
  func csv(_ game: any MeanFieldGame) throws -> String {
    let frozen = try game.frozen(at: MarketProfile.middle(of: game))
    return PolicyTable.csv(frozen, [("policy", frozen.profile(of: policy))])
  }
}

extension MeanFieldGame {
  /// Whether two games have the same layout and, at both ends and in the middle of what m can be, the
  /// same tables.
  func isSame(as other: any MeanFieldGame) -> Bool {
    let (one, two) = (layout, other.layout)
    guard one.rowOffsets == two.rowOffsets, one.transitionOffsets == two.transitionOffsets,
      one.nextStates == two.nextStates, one.interaction == two.interaction,
      one.stateLabels == two.stateLabels, one.actionLabels == two.actionLabels,
      discount == other.discount, turnover == other.turnover
    else { return false }
    var (own, others) = (FrozenTables(one), FrozenTables(two))
    return [0, 0.5, 1].allSatisfy { share in
      let m = one.interactionRange.map { (1 - share) * $0.lowerBound + share * $0.upperBound }
      write(at: m, to: &own)
      other.write(at: m, to: &others)
      return own.payoffs == others.payoffs && own.probabilities == others.probabilities
    }
  }
}
