import Environments
import Statistics
import Testing

/// Plays `actions` for `steps` steps, resetting at boundaries, and logs everything seen.
private func path(
  _ simulator: Simulator, _ actions: [Int], steps: Int, stream: inout RandomStream
) -> [Double] {
  var simulator = simulator
  simulator.reset(using: &stream)
  var log = [Double(simulator.state)]
  var rewards = [Double](repeating: 0, count: simulator.playerCount)
  for _ in 0..<steps {
    var paid = rewards.mutableSpan
    let boundary = simulator.step(actions.span, rewards: &paid, using: &stream)
    log += rewards + [Double(simulator.state), simulator.continuation]
    if boundary != .running {
      log.append(boundary == .terminated ? -1 : -2)
      simulator.reset(using: &stream)
      log.append(Double(simulator.state))
    }
  }
  return log
}

/// The chance that a correct simulator fails: each count stays within 4.5 standard errors (7e-6
/// apiece, about 20 counts), and Pearson's statistic with at most 5 degrees of freedom below 26
/// (1e-4). The seed is fixed.
@Test(arguments: [(10, 0, 0), (13, 2, 5), (19, 8, 0), (4, 3, 3)])
func `next states come with the law's frequencies`(state: Int, first: Int, second: Int) throws {
  let game = try ComputeRace(scenario: "contested").stochasticGame()
  let tables = SimulationTables(game)
  let row = game.row(state, [first, second])
  var stream = RandomStream(seed: 5, role: .environment)
  let draws = 20_000
  var counts = [Int](repeating: 0, count: game.stateCount)
  var rewards = [0.0, 0.0]
  for _ in 0..<draws {
    var simulator = Simulator(
      tables, start: .initial, episodeLength: 0, state: state, stepsTaken: 0)
    var paid = rewards.mutableSpan
    _ = simulator.step([first, second].span, rewards: &paid, using: &stream)
    counts[simulator.state] += 1
  }
  #expect(rewards == [game.payoff(0, row: row), game.payoff(1, row: row)])
  var statistic = 0.0
  for next in 0..<game.stateCount {
    let p = game.probability(row: row, to: next)
    let expected = Double(draws) * p
    let deviation = Double(counts[next]) - expected
    #expect(abs(deviation) <= 4.5 * (expected * (1 - p)).squareRoot())
    if p > 0 { statistic += deviation * deviation / expected }
  }
  #expect(statistic < 26)
}

@Test func `a three-player step pays and moves as the tables say`() throws {
  let game = try threePlayers()
  let tables = SimulationTables(game)
  var stream = RandomStream(seed: 1, role: .environment)
  for state in 0..<2 {
    for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
      let actions = game.jointAction(ofRow: row, at: state)
      var simulator = Simulator(
        tables, start: .initial, episodeLength: 0, state: state, stepsTaken: 0)
      var rewards = [0.0, 0, 0]
      var paid = rewards.mutableSpan
      #expect(simulator.step(actions.span, rewards: &paid, using: &stream) == .running)
      #expect(rewards == (0..<3).map { game.payoff($0, row: row) })
      #expect(simulator.state == actions.reduce(0, +) % 2)
      #expect((0..<3).allSatisfy { simulator.observation(for: $0) == simulator.state })
    }
  }
  #expect((0..<3).map { Simulator(tables).discount(for: $0) } == [0.9, 0.8, 0])
}

@Test func `termination ends the future, truncation does not`() throws {
  let game = try corridor()
  var stream = RandomStream(seed: 3, role: .environment)
  func play(from state: Int, action: Int, length: Int) -> [(Boundary, Double, Int)] {
    var simulator = Simulator(
      SimulationTables(game), start: .initial, episodeLength: length, state: state, stepsTaken: 0)
    var seen: [(Boundary, Double, Int)] = []
    var rewards = [0.0]
    while seen.last.map({ $0.0 == .running }) ?? true {
      var paid = rewards.mutableSpan
      let boundary = simulator.step([action].span, rewards: &paid, using: &stream)
      seen.append((boundary, simulator.continuation, simulator.state))
    }
    return seen
  }
  // Action 0 walks 0, 1, 2; state 2 is terminal.
  let ended = play(from: 0, action: 0, length: 0)
  #expect(ended.map(\.0) == [.running, .terminated])
  #expect(ended.map(\.1) == [1, 0])
  // The clock runs out first: the state that a learner bootstraps from stays readable.
  let cut = play(from: 0, action: 0, length: 1)
  #expect(cut.map(\.0) == [.truncated])
  #expect(cut.map(\.1) == [1])
  #expect(cut[0].2 == 1)
  // Both at once: the game ended.
  #expect(play(from: 0, action: 0, length: 2).map(\.0) == [.running, .terminated])
  #expect(Boundary.terminated.continuation == 0)
  #expect(Boundary.truncated.continuation == 1)
  #expect(Boundary.running.continuation == 1)
}

@Test func `an episode has exactly its length`() throws {
  let game = try MatchingPennies().stochasticGame()
  var simulator = Simulator(game, episodeLength: 7)
  var stream = RandomStream(seed: 1, role: .environment)
  var rewards = [0.0, 0.0]
  for _ in 0..<3 {
    simulator.reset(using: &stream)
    for step in 1...7 {
      var paid = rewards.mutableSpan
      let boundary = simulator.step([0, 1].span, rewards: &paid, using: &stream)
      #expect(boundary == (step == 7 ? .truncated : .running))
      #expect(simulator.stepsTaken == step)
    }
  }
}

@Test func `the continuation carries growth`() throws {
  let game = try ComputeRace(scenario: "stable-parity", ["kappa": 0.02]).stochasticGame()
  let tables = SimulationTables(game)
  var stream = RandomStream(seed: 1, role: .environment)
  for actions in [[0, 0], [8, 8], [3, 5]] {
    var simulator = Simulator(tables)
    simulator.reset(using: &stream)
    let row = game.row(simulator.state, actions)
    var rewards = [0.0, 0.0]
    var paid = rewards.mutableSpan
    _ = simulator.step(actions.span, rewards: &paid, using: &stream)
    #expect(simulator.continuation == game.growth?[row])
  }
}

/// 4.5 standard errors of a share at 20,000 draws.
@Test func `episodes start from the initial law or uniformly, never at an end`() throws {
  let tables = SimulationTables(try corridor())
  for (start, law) in [
    (EpisodeStart.initial, [0.25, 0.75, 0]), (.uniform, [0.5, 0.5, 0]),
  ] {
    var simulator = Simulator(tables, start: start)
    var stream = RandomStream(seed: 9, role: .environment)
    var counts = [0.0, 0, 0]
    for _ in 0..<20_000 {
      simulator.reset(using: &stream)
      counts[simulator.state] += 1
    }
    for (count, p) in zip(counts, law) {
      #expect(abs(count - 20_000 * p) <= 4.5 * (20_000 * p * (1 - p)).squareRoot())
    }
  }
  let race = Simulator(try ComputeRace().stochasticGame())
  #expect(race.state == 10)
}

@Test func `the same stream gives the same path and another stream another`() throws {
  let game = try ComputeRace(scenario: "contested").stochasticGame()
  let simulator = Simulator(game, start: .uniform, episodeLength: 50)
  func play(_ seed: UInt64, _ index: Int) -> [Double] {
    var stream = RandomStream(seed: seed, role: .environment, index: index)
    return path(simulator, [3, 5], steps: 400, stream: &stream)
  }
  #expect(play(1, 0) == play(1, 0))
  #expect(play(1, 0) != play(2, 0))
  #expect(play(1, 0) != play(1, 1))
}

@Test(arguments: [1, 2, 17])
func `every copy of a batch walks the path of a lone simulator, bit for bit`(count: Int) throws {
  let game = try ComputeRace(scenario: "contested").stochasticGame()
  var batch = BatchedSimulator(
    game, count: count, seed: 11, generator: .mt19937, start: .uniform, episodeLength: 20)
  batch.reset()
  var logs = (0..<count).map { [Double(batch.state(of: $0))] }
  let actions = (0..<count).flatMap { [$0 % 9, 5] }
  var rewards = [Double](repeating: 0, count: 2 * count)
  var boundaries = [Boundary](repeating: .running, count: count)
  for _ in 0..<100 {
    var paid = rewards.mutableSpan
    var ends = boundaries.mutableSpan
    batch.step(actions.span, rewards: &paid, boundaries: &ends)
    for k in 0..<count {
      logs[k] += [rewards[2 * k], rewards[2 * k + 1], Double(batch.state(of: k)), 1]
      if boundaries[k] != .running {
        logs[k].append(boundaries[k] == .terminated ? -1 : -2)
        batch.reset(k)
        logs[k].append(Double(batch.state(of: k)))
      }
    }
  }
  for k in 0..<count {
    var stream = RandomStream(seed: 11, role: .simulation, index: k, generator: .mt19937)
    let alone = path(
      Simulator(game, start: .uniform, episodeLength: 20), [k % 9, 5], steps: 100, stream: &stream)
    #expect(logs[k] == alone)
  }
}
