internal import Configuration
internal import Environments
internal import Learners
internal import Statistics

/// Training without a judge or a file: what a measuring program calls.
public enum Rehearsal {
  /// Trains the first seed of a configuration for its steps, in memory, and drops what was learned.
  ///
  /// Learners go through `Seat`, one virtual call each, as where their kinds differ.
  /// - Throws: what the seats throw.
  public static func run(_ configuration: ExperimentConfiguration) throws {
    let game = configuration.game
    let training = configuration.resolved.group("training")!
    let steps = training.integer("steps")
    let start = SeatStart(steps: steps, point: nil)
    let seats = configuration.seats.seats
    if configuration.seats.isFromModel {
      let model = ModelTables(game)
      let players = try seats.enumerated().map { player, seat -> any ModelLearner in
        guard !seat.isFixed else { return FixedModelPlayer(game.uniformPolicy(player)) }
        var stream = RandomStream(
          seed: configuration.seed, role: .agent, index: player,
          generator: configuration.generator)
        return try Registry.learner(seat.kind)!.modelLearner!(
          seat.parameters, model, player, start, &stream)
      }
      var loop = ModelLoop(game: game, learners: players, steps: steps)
      loop.run(until: steps)
      return
    }
    let players = try seats.enumerated().map { player, seat -> Seat in
      guard !seat.isFixed else { return Seat(fixed: game.uniformPolicy(player)) }
      return try Registry.learner(seat.kind)!.seat!(seat.parameters, game, player, start)
    }
    var loop = TrainingLoop(
      simulator: Simulator(
        SimulationTables(game), start: EpisodeStart(rawValue: training.text("start"))!,
        episodeLength: training.integer("episode")), learners: players, steps: steps,
      seed: configuration.seed, generator: configuration.generator)
    loop.run(until: steps)
  }
}
