internal import Agents
internal import Configuration
public import Environments
internal import Equilibria
internal import Statistics

/// Plays a profile of a configuration's game once and keeps the path.
public struct PathStudy: Sendable {
  /// Which profile is played.
  public enum Source: Sendable {
    /// The exact solution of the solver section (by default the stationary principal one).
    case exact
    /// Every action equally likely.
    case uniform
    /// A learned policy of a run: its name (last, average or best) and the seed that learned it.
    case run(RunFolder, policy: String, seed: UInt64?)
  }

  private let configuration: ExperimentConfiguration

  /// Plans a study; nothing is played.
  public init(_ configuration: ExperimentConfiguration) { self.configuration = configuration }

  /// Plays up to `steps` periods from a draw of the initial law, fewer if the game ends or a finite
  /// horizon is over.
  ///
  /// Draws come from (seed, simulation, 0) for the environment and (seed, simulation, 1 + player)
  /// for the players: the same seed gives the same path.
  /// - Throws: what the solver throws, or `FileError` about the run.
  public func play(
    _ source: Source, steps: Int, interruption: Interruption
  ) throws -> PlayedPath {
    let game = configuration.game
    let (profiles, isStationary, name) = try profiles(of: source, interruption: interruption)
    // A stationary profile plays every period; a finite horizon has one profile a period.
    let periods = isStationary ? steps : min(steps, profiles.count)
    let seed = configuration.seed
    var environment = RandomStream(
      seed: seed, role: .simulation, index: 0, generator: configuration.generator)
    var simulator = Simulator(game)
    simulator.reset(using: &environment)
    var agents = profiles.map { $0.policies.map(PolicyAgent.init) }
    let players = game.playerCount
    let streams = UnsafeMutablePointer<RandomStream>.allocate(capacity: players)
    for player in 0..<players {
      (streams + player).initialize(
        to: RandomStream(
          seed: seed, role: .simulation, index: 1 + player, generator: configuration.generator))
    }
    defer {
      streams.deinitialize(count: players)
      streams.deallocate()
    }
    var path: [PlayedPath.Step] = []
    var actions = [Int](repeating: 0, count: players)
    var rewards = [Double](repeating: 0, count: players)
    var weights = [Double](repeating: 1, count: players)
    var returns = [Double](repeating: 0, count: players)
    for period in 0..<periods {
      if period % 4096 == 0, interruption.isRequested { break }
      let index = isStationary ? 0 : period
      let state = simulator.state
      for player in 0..<players {
        actions[player] = agents[index][player].act(at: state, using: &streams[player])
      }
      let joint = actions.span
      var pay = rewards.mutableSpan
      let boundary = simulator.step(joint, rewards: &pay, using: &environment)
      for player in 0..<players {
        returns[player] += weights[player] * rewards[player]
        weights[player] *= game.discounts[player] * simulator.continuation
      }
      path.append(
        PlayedPath.Step(
          period: period + 1, state: game.stateLabels[state],
          actions: (0..<players).map {
            game.actionLabels.labels($0, at: state)[actions[$0]]
          }, rewards: rewards, next: game.stateLabels[simulator.state]))
      if boundary == .terminated { break }
    }
    return PlayedPath(
      game: configuration.family.name, profile: name, seed: seed, steps: path,
      discountedReturns: returns)
  }

  private func profiles(
    of source: Source, interruption: Interruption
  ) throws -> ([Profile], isStationary: Bool, name: String) {
    switch source {
    case .uniform: return ([configuration.game.uniformProfile], true, "uniform")
    case .exact:
      let (solution, name) = try configuration.exactSolution(interruption: interruption)
      guard !solution.profiles.isEmpty, solution.status == .converged else {
        throw FileError(
          "solver",
          "ended as \(solution.status.rawValue) without a certified profile to play: "
            + "\(solution.note); use --profile uniform or another solver.selection",
          isUsage: true)
      }
      return (solution.profiles, solution.isStationary, name)
    case .run(let run, let policy, let seed):
      let (profile, seed) = try run.profile(
        policy, seed: seed ?? run.seed, game: configuration.game)
      return ([profile], true, "\(policy) policy of seed \(seed)")
    }
  }
}

extension StochasticGame {
  /// Whether two games have the same states, actions, payoffs and law.
  func isSame(as other: StochasticGame) -> Bool {
    actionCounts == other.actionCounts && payoffs == other.payoffs
      && nextStates == other.nextStates && probabilities == other.probabilities
      && discounts == other.discounts
  }
}

/// One played path.
public struct PlayedPath: Encodable, Sendable {
  /// One period.
  public struct Step: Encodable, Sendable {
    /// Counted from 1.
    public var period: Int
    /// Where the players acted.
    public var state: Label
    /// What each did.
    public var actions: [Label]
    /// What each was paid.
    public var rewards: [Double]
    /// Where play went.
    public var next: Label
  }

  var schema = "equilibrium-lab/simulate/1"
  var command = "simulate"
  /// The game's family.
  public let game: String
  /// Which profile was played.
  public let profile: String
  /// The seed.
  public let seed: UInt64
  /// The periods.
  public let steps: [Step]
  /// Σ δᵗ rₜ over the periods played, per player.
  public let discountedReturns: [Double]

  enum CodingKeys: String, CodingKey {
    case schema, command, game, profile, seed, steps
    case discountedReturns = "discounted_returns"
  }

  init(
    game: String, profile: String, seed: UInt64, steps: [Step], discountedReturns: [Double]
  ) {
    self.game = game
    self.profile = profile
    self.seed = seed
    self.steps = steps
    self.discountedReturns = discountedReturns
  }

  private var players: Range<Int> { discountedReturns.indices }

  /// Writes the path as CSV: period, state, action and reward of each player, next state.
  ///
  /// - Throws: `FileError`.
  public func write(to path: String) throws {
    var lines = [
      (["period", "state"] + players.map { "action_\($0 + 1)" }
        + players.map { "reward_\($0 + 1)" } + ["next"]).joined(separator: ",")
    ]
    for step in steps {
      let cells =
        ["\(step.period)", field(step.state)] + step.actions.map(field)
        + step.rewards.map { "\($0)" } + [field(step.next)]
      lines.append(cells.joined(separator: ","))
    }
    try writeAtomically(lines.joined(separator: "\n") + "\n", to: path)
  }

  private func field(_ label: Label) -> String {
    switch label {
    case .number(let value): "\(value)"
    case .text(let text): PolicyTable.quoted(text)
    }
  }

  /// The path as a table.
  public func text(quiet: Bool) -> String {
    var table = TextTable(
      ["period", "state"] + players.map { "action \($0 + 1)" }
        + players.map { "reward \($0 + 1)" } + ["next"])
    for step in steps {
      table.add(
        ["\(step.period)", step.state.description] + step.actions.map(\.description)
          + step.rewards.map { decimal($0, 5) } + [step.next.description])
    }
    let totals = discountedReturns.map { decimal($0, 5) }.joined(separator: ", ")
    return "\(game), \(profile), seed \(seed)\n\n\(table.text)\n\n"
      + "discounted return over these periods: \(totals)"
  }
}
