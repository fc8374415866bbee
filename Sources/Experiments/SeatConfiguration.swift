internal import Configuration
internal import Environments
internal import Learners
internal import Statistics

/// Who sits where: one resolved learner section per player, from `learner` (the same in every seat)
/// or `learners` (one each).
struct SeatConfiguration: Sendable {
  /// One seat.
  struct Seat: Sendable {
    /// The resolved section.
    let parameters: ParameterSet
    /// The dotted path of the section, for errors.
    let key: String
    /// The agent's profile, where it was read from a file or run.
    let stored: Profile?

    /// The word after `kind`.
    var kind: String { parameters.kind }
    /// Whether nobody learns here.
    var isFixed: Bool { kind == SeatConfiguration.fixedKind }
    /// The `agent` key.
    var agent: ParameterSet? { parameters.group("agent") }
  }

  /// One per player.
  let seats: [Seat]

  /// The kind of a seat in which nobody learns.
  static let fixedKind = "fixed"

  /// Reads the seats of a resolved configuration.
  ///
  /// - Throws: `ConfigurationError` if their number is not that of the players, if learners from play
  ///   and from the model are mixed, or if a learner cannot learn this game.
  init(_ resolved: ParameterSet, game: StochasticGame, source: String) throws {
    let start = resolved.position(of: "learners") ?? resolved.position(of: "learner")
    let position = start ?? Position(source: source)
    var sections: [(ParameterSet, String)] = []
    if let one = resolved.group("learner") {
      sections = Array(repeating: (one, "learner"), count: game.playerCount)
    } else if case .list(let list) = resolved["learners"] {
      for (index, value) in list.enumerated() {
        guard case .group(let set) = value else { preconditionFailure("learners are groups") }
        sections.append((set, "learners[\(index)]"))
      }
      guard sections.count == game.playerCount else {
        throw ConfigurationError(
          position, key: "learners",
          rule: "has \(sections.count) entries for \(game.playerCount) players: write one each, in "
            + "order of players, or a single `learner:` for all")
      }
    }
    seats = try sections.map { set, key in
      let agent = set.group("agent")
      do {
        return Seat(
          parameters: set, key: key,
          stored: try agent.flatMap { try AgentSource.stored($0, game: game, source: source) })
      } catch let error as FileError {
        throw ConfigurationError(
          set.position(of: "agent") ?? position, key: "\(key).agent",
          value: "\(error.path)", rule: error.problem)
      }
    }
    try check(game, position: position)
  }

  private func check(_ game: StochasticGame, position: Position) throws {
    let learning = seats.filter { !$0.isFixed }
    guard !seats.isEmpty else { return }
    guard !learning.isEmpty else {
      throw ConfigurationError(
        position, key: "learners", rule: "nobody learns: at least one seat must hold a learner")
    }
    let fromModel = learning.filter { Registry.learner($0.kind)!.isFromModel }
    if !fromModel.isEmpty, fromModel.count < learning.count {
      let other = learning.first { !Registry.learner($0.kind)!.isFromModel }!
      throw ConfigurationError(
        position, key: "learners",
        rule:
          "\(fromModel[0].kind) learns from the model in rounds and \(other.kind) from play: they "
          + "cannot train together; seat learners of one sort, or hold one of them fixed")
    }
    for (player, seat) in seats.enumerated() where !seat.isFixed {
      do {
        try Registry.learner(seat.kind)!.check(seat.parameters, game, player)
      } catch let error as GameError {
        let value = seat.parameters[error.subject]?.text
        throw ConfigurationError(
          seat.parameters.position(of: error.subject) ?? position,
          key: value == nil ? seat.key : "\(seat.key).\(error.subject)", value: value,
          rule: value == nil ? "\(seat.kind): \(error.rule)" : error.rule)
      }
    }
  }

  /// Whether the seats learn from the model, in rounds.
  var isFromModel: Bool {
    seats.contains { !$0.isFixed && Registry.learner($0.kind)!.isFromModel }
  }

  /// The kind that sits in every seat, if there is only one.
  var commonKind: String? {
    guard let first = seats.first, !first.isFixed, seats.allSatisfy({ $0.kind == first.kind })
    else {
      return nil
    }
    return first.kind
  }

  /// The kinds in a few words: `q-learning`, or `q-learning against fixed`.
  var text: String {
    if let kind = commonKind { return kind }
    return seats.map { seat in
      seat.isFixed ? "fixed (\(seat.agent!.kind))" : seat.kind
    }.joined(separator: " against ")
  }

  /// What a seat begins from: its fixed policy, or the start of its learner; nil for a learner that
  /// begins from nothing.
  ///
  /// - Throws: what a solver throws.
  func profile(_ player: Int, game: StochasticGame) throws -> Profile? {
    let seat = seats[player]
    return try seat.stored ?? seat.agent.map { try AgentSource.computed($0, game: game) }
  }

  /// The seats for a fingerprint: policies that were read count by their content.
  func counted(_ resolved: ParameterSet, game: StochasticGame) -> ParameterSet {
    rewritten(resolved) { player, profile in
      var agent = ParameterSet()
      agent.set("kind", .text("policy"))
      let table = PolicyTable.csv(game, [("policy", profile)])
      agent.set("content", .text(fingerprint(table)))
      return agent
    }
  }

  /// The seats with every policy that was read replaced by what `agent` makes of it.
  func rewritten(
    _ resolved: ParameterSet, _ agent: (_ player: Int, Profile) -> ParameterSet
  ) -> ParameterSet {
    var resolved = resolved
    func section(_ player: Int) -> ParameterSet {
      var set = seats[player].parameters
      if let profile = seats[player].stored { set.set("agent", .group(agent(player, profile))) }
      return set
    }
    if resolved.group("learner") != nil, !seats.isEmpty {
      resolved.set("learner", .group(section(0)))
    } else if resolved["learners"] != nil {
      resolved.set("learners", .list(seats.indices.map { .group(section($0)) }))
    }
    return resolved
  }
}

extension ExperimentConfiguration {
  /// What training counts: `steps` of play, or `rounds` over the model.
  public var stepUnit: String { seats.isFromModel ? "rounds" : "steps" }
}
