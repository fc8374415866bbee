import Environments
import Learners
import Statistics
import Testing

/// Two kinds of learners at one table.
private func mixedLoop(seed: UInt64) throws -> TrainingLoop<Seat> {
  let game = try smallRace()
  return TrainingLoop(
    simulator: Simulator(game, start: .uniform, episodeLength: 20),
    learners: [
      Seat(try playLearner(PPO.self, "{horizon: 64, minibatch: 20}", game: game, player: 0)),
      Seat(try playLearner(Sarsa.self, game: game, player: 1)),
    ], steps: 400, seed: seed, generator: .taus2)
}

@Test(arguments: [0, 57, 200, 333])
func `seats of different kinds go on from a snapshot to the same bits`(split: Int) throws {
  try expectSameBitsWhenTakenUp(split: split) { try mixedLoop(seed: $0) }
}

@Test func `a seat refuses the snapshot of another kind`() throws {
  let game = try smallRace()
  let fixed = Seat(fixed: game.uniformPolicy(0)).snapshot()
  var seat = Seat(try playLearner(Sarsa.self, game: game))
  let error = #expect(throws: SnapshotError.self) { try seat.restore(fixed) }
  #expect(error?.description.contains("fixed") == true)
}

/// Play stays at one state, without discount, and ends from it with chance 1/50 a step. Staying is no
/// surprise but the payoff; the end is one of −Q, and with accumulating traces it is taken as often
/// as the state was visited: Q(1 − 0.3 n) is left after n visits, 14 times Q at the mean of 50.
@Test func `values that overflow are seen`() throws {
  let game = try StochasticGame(
    actionCounts: [[1], [1]], discounts: [1], initial: [1, 0], terminal: [1]
  ) { _, _, row in
    row.pay(0, 1)
    row.move(to: 0, probability: 0.98)
    row.move(to: 1, probability: 0.02)
  }
  let learner = try playLearner(
    QLambda.self, "{traces: accumulating, lambda: 1, step_size: 0.3}", game: game)
  #expect(learner.largestWeight == nil)
  var training = TrainingLoop(
    simulator: Simulator(game, start: .uniform, episodeLength: 0), learners: [Seat(learner)],
    steps: 100_000, seed: 1, generator: .taus2)
  // A seat's copy of the learner is the same table.
  training.run(until: 100_000)
  let weight = training.largestWeight
  #expect(weight == .infinity)
}
