import CReference
import Environments
import Experiments
import Foundation
import Statistics

/// Steps of the race without learners: one simulator, a batch of simulators, and C.
func steppingBenchmark(_ options: Options) throws {
  var rows: [[String]] = []
  for (grid, actions) in [(21, 9), (61, 15)] {
    let task = try QLearningTask(grid: grid, actions: actions)
    let game = task.configuration.game
    for copies in [1, 64] {
      let steps = 2_000_000 / copies
      var sums = [0.0, 0.0]
      let ours: () -> Double =
        copies == 1
        ? { timed(threadSeconds) { sums[0] = stepOne(task.tables, game, steps: steps) } }
        : { timed(threadSeconds) { sums[0] = stepMany(game, copies: copies, steps: steps) } }
      let streams = (0..<copies).map {
        reference_taus2(seed: 1, role: .simulation, index: $0)
      }
      var referenceGame = task.referenceGame.c
      let times = Interleaved(
        rounds: options.rounds(21),
        [
          ours,
          {
            timed(threadSeconds) {
              sums[1] = reference_stepping(&referenceGame, 100, copies, steps, streams)
            }
          },
        ])
      func rate(_ variant: Int) -> String {
        decimal(Double(steps * copies) / times.median(variant) / 1e6, 1)
      }
      rows.append([
        "\(grid)×\(actions)", copies == 1 ? "Simulator" : "BatchedSimulator, \(copies) copies",
        rate(0), rate(1), times.speed(of: 0, relativeTo: 1).text,
        sums[0].bitPattern == sums[1].bitPattern ? "yes" : "NO",
      ])
    }
  }
  print("Million steps a second of one core.\n")
  printTable(["size", "stepped by", "ours", "C", "ours / C", "identical rewards"], rows)
}

/// As the reference: player i plays the step's index modulo its number of actions.
private func stepOne(_ tables: SimulationTables, _ game: StochasticGame, steps: Int) -> Double {
  var simulator = Simulator(tables, start: .uniform, episodeLength: 100)
  var stream = RandomStream(seed: 1, role: .simulation, index: 0)
  let players = game.playerCount
  let counts = (0..<players).map { game.actionCount($0, at: 0) }
  var actions = [Int](repeating: 0, count: players)
  var rewards = [Double](repeating: 0, count: players)
  var actionSpan = actions.mutableSpan
  var rewardSpan = rewards.mutableSpan
  var sum = 0.0
  simulator.reset(using: &stream)
  for step in 0..<steps {
    for player in 0..<players { actionSpan[player] = step % counts[player] }
    let boundary = simulator.step(actionSpan.span, rewards: &rewardSpan, using: &stream)
    for player in 0..<players { sum += rewardSpan[player] }
    if boundary != .running { simulator.reset(using: &stream) }
  }
  return sum
}

private func stepMany(_ game: StochasticGame, copies: Int, steps: Int) -> Double {
  var batch = BatchedSimulator(game, count: copies, seed: 1, start: .uniform, episodeLength: 100)
  let players = game.playerCount
  let counts = (0..<players).map { game.actionCount($0, at: 0) }
  var actions = [Int](repeating: 0, count: copies * players)
  var rewards = [Double](repeating: 0, count: copies * players)
  var boundaries = [Boundary](repeating: .running, count: copies)
  var actionSpan = actions.mutableSpan
  var rewardSpan = rewards.mutableSpan
  var boundarySpan = boundaries.mutableSpan
  var sum = 0.0
  batch.reset()
  for step in 0..<steps {
    for k in 0..<copies {
      for player in 0..<players { actionSpan[k * players + player] = step % counts[player] }
    }
    batch.step(actionSpan.span, rewards: &rewardSpan, boundaries: &boundarySpan)
    for k in 0..<copies {
      for player in 0..<players { sum += rewardSpan[k * players + player] }
      if boundarySpan[k] != .running { batch.reset(k) }
    }
  }
  return sum
}
