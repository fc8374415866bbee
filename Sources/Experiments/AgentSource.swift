internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation

/// Where a seat's policy comes from: the `agent` key of a seat.
///
/// With `kind: fixed` the policy is played as it is; in a learner's section the learner begins from
/// it. Every source gives a whole profile: a seat takes its own player's policy, and the others' say
/// what its actions are worth at the start.
enum AgentSource {
  /// How an agent is written in configurations.
  static let type = ParameterType.variant(
    [
      Variant("uniform", "every action equally likely", []),
      Variant(
        "trained", "a policy that a run learned",
        [
          Parameter("run", .text, .required, "the run's folder, or one seed's folder in it"),
          Parameter(
            "seed", .integer(0...(.max - 1)), .optional, "whose policy; the first finished if unset"
          ),
          .choice("policy", "last", ["last", "average", "best"], "which of the run's policies"),
        ]),
      Variant(
        "policy", "a policy from a table (see docs/results.md for its columns)",
        [
          Parameter("file", .text, .required, "the table, beside the configuration or here"),
          .choice(
            "policy", "last", ["last", "average", "best"], "which, if the table names several"),
        ]),
      Variant(
        "equilibrium", "an exact equilibrium",
        [
          Parameter(
            "solver", Registry.solverType,
            .defaulted(.group(["kind": .text(BellmanNash.name)])), "which")
        ]),
    ], shorthand: nil)

  /// Reads the profile of an agent that lies in a file or run; nil for the kinds that are computed.
  ///
  /// - Throws: `FileError` or `ConfigurationError` naming the file and what is wrong with it.
  static func stored(_ agent: ParameterSet, game: StochasticGame, source: String) throws -> Profile?
  {
    switch agent.kind {
    case "trained":
      let run = try RunFolder(argument: agent.text("run"))
      var seed = run.seed
      if case .integer(let chosen) = agent["seed"] { seed = UInt64(chosen) }
      return try run.profile(agent.text("policy"), seed: seed, game: game).profile
    case "policy":
      let file = agent.text("file")
      let beside =
        URL(fileURLWithPath: source).deletingLastPathComponent().relativePath + "/" + file
      let path = !file.hasPrefix("/") && fileExists(beside) ? beside : file
      let table = try PolicyTable.read(path, game: game)
      let name = agent.text("policy")
      guard let profile = table.count == 1 ? table.first?.value : table[name] else {
        throw FileError(
          path, "holds no policy named \(name), but \(table.keys.sorted().joined(separator: ", "))",
          isUsage: true)
      }
      return profile
    default: return nil
    }
  }

  /// The profile of an agent that is computed. Throws what the solver throws.
  static func computed(_ agent: ParameterSet, game: StochasticGame) throws -> Profile {
    guard agent.kind == "equilibrium" else { return game.uniformProfile }
    let solution = try BellmanNash(agent.group("solver")!).solve(game)
    guard solution.status == .converged, solution.isStationary,
      let profile = solution.profiles.first
    else {
      throw FileError(
        "agent.solver",
        "ended as \(solution.status.rawValue) without a certified stationary profile: "
          + solution.note, isUsage: true)
    }
    return profile
  }
}

extension RunFolder {
  /// A policy that a seed of this run learned.
  ///
  /// - Parameters:
  ///   - name: last, average or best.
  ///   - seed: whose; the first finished one if nil.
  /// - Throws: `FileError` if the run learned another game, or has no such seed or policy.
  func profile(
    _ name: String, seed: UInt64?, game: StochasticGame
  ) throws -> (profile: Profile, seed: UInt64) {
    let stored = try configuration()
    guard stored.game.isSame(as: game) else {
      throw FileError(path, "learned another game than the one configured here", isUsage: true)
    }
    let finished = seeds().filter(\.isFinished)
    guard
      let folder = seed.map({ wanted in finished.first { $0.seed == wanted } }) ?? finished.first
    else {
      throw FileError(
        path, seed.map { "has no finished seed \($0)" } ?? "has no finished seed", isUsage: true)
    }
    guard let profile = try PolicyTable.read(folder.policyPath, game: game)[name] else {
      throw FileError(folder.policyPath, "holds no policy named \(name)", isUsage: true)
    }
    return (profile, folder.seed)
  }
}
