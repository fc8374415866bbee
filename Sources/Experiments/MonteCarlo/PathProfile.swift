internal import Configuration
internal import Environments
internal import Equilibria

/// A profile whose play is simulated: an entry of `montecarlo.profiles`.
struct PathProfile: Sendable {
  /// What the tables call it.
  let name: String
  /// In words: which solution, run or file it comes from.
  let origin: String
  /// The distinct profiles played.
  let profiles: [Profile]
  /// Which of them in each period; empty for a stationary profile.
  let schedule: [Int]
  /// The exact values `[player][state]` by period, where it is an exact solution of the game.
  let values: [[[Double]]]?

  /// Whether every period is played alike.
  var isStationary: Bool { schedule.isEmpty }

  /// How an entry is written.
  static let type: ParameterType = {
    guard case .variant(let sources, _) = AgentSource.type else { preconditionFailure("variants") }
    let name = Parameter("name", .text, .optional, "what the tables call it")
    let own = [
      Variant("exact", "the exact solution of the solver section", []),
      Variant(
        "constant", "every player one action for ever",
        [Parameter("actions", .list(.text), .required, "the action of each player, by its label")]),
    ]
    return .variant(
      (own + sources).map { Variant($0.name, $0.summary, $0.parameters + [name]) }, shorthand: nil)
  }()

  /// The entry that stands for the solver section's solution.
  static let exact: ParameterValue = {
    var set = ParameterSet()
    set.set("kind", .text("exact"))
    return .group(set)
  }()

  /// Makes the profile of an entry.
  ///
  /// - Parameter solve: solves the solver section, once for all entries.
  /// - Throws: what the solver throws, `FileError`, `ConfigurationError`.
  init(
    _ set: ParameterSet, game: StochasticGame, source: String,
    solve: () throws -> BellmanNashSolution
  ) throws {
    let kind = set.kind
    var given: String?
    if case .text(let text) = set["name"] { given = text }
    name = given ?? kind
    switch kind {
    case "exact":
      let solution = try solve()
      profiles = solution.profiles
      schedule = solution.isStationary ? [] : Array(solution.profiles.indices)
      values = solution.values
      origin = "exact solution (\(solution.status.rawValue))"
    case "constant":
      let labels = MonteCarloSettings.words(set["actions"])
      profiles = [try Self.constant(labels, game: game, set.position(of: "actions"))]
      schedule = []
      values = nil
      origin = "constant actions \(labels.joined(separator: ", "))"
    default:
      if let stored = try AgentSource.stored(set, game: game, source: source) {
        profiles = [stored]
        origin =
          kind == "trained"
          ? "\(set.text("policy")) policy of \(set.text("run"))" : "policy of \(set.text("file"))"
      } else {
        profiles = [try AgentSource.computed(set, game: game)]
        origin = kind == "uniform" ? "every action equally likely" : "another exact solution"
      }
      schedule = []
      values = nil
    }
  }

  private static func constant(
    _ labels: [String], game: StochasticGame, _ position: Position?
  ) throws -> Profile {
    func refusal(_ value: String, _ rule: String) -> ConfigurationError {
      ConfigurationError(
        position ?? Position(source: "configuration"), key: "montecarlo.profiles.actions",
        value: value, rule: rule)
    }
    guard labels.count == game.playerCount else {
      throw refusal(
        "[\(labels.joined(separator: ", "))]",
        "needs one action for each of \(game.playerCount) players")
    }
    return Profile(
      try (0..<game.playerCount).map { player in
        game.purePolicy(
          player,
          try (0..<game.stateCount).map { state in
            let own = game.actionLabels.labels(player, at: state)
            // States with a single action, such as ends of play, leave nothing to choose.
            if own.count == 1 { return 0 }
            guard let action = own.index(of: labels[player]) else {
              throw refusal(
                labels[player],
                "is no action of player \(player + 1) at state \(game.stateLabels[state]): "
                  + own.map(\.description).joined(separator: ", "))
            }
            return action
          })
      })
  }
}

extension [Label] {
  /// The label that a text names, however its number is written.
  func index(of text: String) -> Int? {
    if let found = firstIndex(where: { $0.description == text }) { return found }
    guard let number = Double(text) else { return nil }
    return firstIndex {
      if case .number(let value) = $0 {
        abs(value - number) <= 1e-9 * Swift.max(1, abs(number))
      } else {
        false
      }
    }
  }
}
