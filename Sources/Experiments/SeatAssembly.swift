internal import Configuration
internal import Environments
internal import Learners
internal import Statistics

/// Seats the players of a configuration, seed by seed. What their agents play is found once, for all
/// seeds.
struct SeatAssembly: Sendable {
  let configuration: ExperimentConfiguration
  private let tables: SimulationTables
  private let profiles: [Profile?]
  private let starts: [SeatStart]

  /// Solves for the equilibria that agents play, and evaluates what learners begin from.
  ///
  /// - Throws: what a solver or an evaluation throws.
  init(_ configuration: ExperimentConfiguration) throws {
    self.configuration = configuration
    let game = configuration.game
    tables = SimulationTables(game)
    let seats = configuration.seats
    var profiles: [Profile?] = []
    for player in seats.seats.indices {
      // Seats alike in one section have one agent.
      let isLikeBefore =
        player > 0 && seats.seats[player].stored == nil && seats.seats[player - 1].stored == nil
        && seats.seats[player].agent == seats.seats[player - 1].agent
      profiles.append(
        isLikeBefore ? profiles[player - 1] : try seats.profile(player, game: game))
    }
    self.profiles = profiles
    let steps = Self.steps(configuration)
    starts = try profiles.enumerated().map { player, profile in
      SeatStart(
        steps: steps, point: try profile.map { try StartingPoint($0, player: player, game: game) })
    }
  }

  /// A loop with one learner of one kind in every seat.
  func loop<L: Learner>(of type: L.Type, seed: UInt64) throws -> TrainingLoop<L> {
    loop(
      try configuration.seats.seats.enumerated().map { player, seat in
        try LearnerEntry.learner(
          L.self, seat.parameters, configuration.game, player, starts[player])
      }, seed: seed)
  }

  /// A loop of seats of any kind.
  func loopOfSeats(seed: UInt64) throws -> TrainingLoop<Seat> {
    loop(
      try configuration.seats.seats.enumerated().map { player, seat in
        if seat.isFixed { return Seat(fixed: fixedPolicy(player)) }
        return try Registry.learner(seat.kind)!.seat!(
          seat.parameters, configuration.game, player, starts[player])
      }, seed: seed)
  }

  /// A loop of learners from the model.
  func modelLoop(seed: UInt64) throws -> ModelLoop {
    let game = configuration.game
    let model = ModelTables(game)
    let players = try configuration.seats.seats.enumerated().map {
      player, seat -> any ModelLearner in
      if seat.isFixed { return FixedModelPlayer(fixedPolicy(player)) }
      var stream = RandomStream(
        seed: seed, role: .agent, index: player, generator: configuration.generator)
      return try Registry.learner(seat.kind)!.modelLearner!(
        seat.parameters, model, player, starts[player], &stream)
    }
    return ModelLoop(game: game, learners: players, steps: Self.steps(configuration))
  }

  private func loop<L: Learner>(_ players: [L], seed: UInt64) -> TrainingLoop<L> {
    let training = configuration.resolved.group("training")!
    let steps = Self.steps(configuration)
    return TrainingLoop(
      simulator: Simulator(
        tables, start: EpisodeStart(rawValue: training.text("start"))!,
        episodeLength: training.integer("episode")), learners: players, steps: steps,
      averageFrom: Int(training.real("average_from") * Double(steps)), seed: seed,
      generator: configuration.generator)
  }

  private func fixedPolicy(_ player: Int) -> Policy {
    guard let profile = profiles[player] else { preconditionFailure("a fixed seat has an agent") }
    return profile[player]
  }

  private static func steps(_ configuration: ExperimentConfiguration) -> Int {
    configuration.resolved.group("training")!.integer("steps")
  }
}
