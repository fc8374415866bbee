internal import Learners

/// Training without a judge or a file: what a measuring program calls.
public enum Rehearsal {
  /// Trains the first seed of a configuration for its steps, in memory, and drops what was learned.
  ///
  /// Learners go through `Seat`, one virtual call each, as where their kinds differ.
  /// - Throws: what the seats throw.
  public static func run(_ configuration: ExperimentConfiguration) throws {
    let assembly = try SeatAssembly(configuration)
    if configuration.seats.isFromModel {
      var loop = try assembly.modelLoop(seed: configuration.seed)
      loop.run(until: loop.steps)
    } else {
      var loop = try assembly.loopOfSeats(seed: configuration.seed)
      loop.run(until: loop.steps)
    }
  }
}
