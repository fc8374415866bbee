import Environments
import Foundation
import Statistics
import Testing

@testable import Learners

private let explorations = [
  "exploration: {kind: epsilon-greedy}",
  "exploration: {kind: boltzmann, temperature: {kind: exponential, from: 1, to: 0.1}}",
]

/// A game with an end: from each of three places a step leads on or, with chance 1/10, out.
private func leaving() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 2], [2, 2], [2, 2], [1, 1]], discounts: [0.9, 0.8],
    initial: [0.5, 0.25, 0.25, 0], terminal: [3]
  ) { state, joint, row in
    row.pay(0, Double(joint[0] - joint[1] * state))
    row.pay(1, Double(joint[0] * joint[1]) - 0.5)
    row.move(to: (state + joint[0] + joint[1]) % 3, probability: 0.9)
    row.move(to: 3, probability: 0.1)
  }
}

/// Episodes have 20 steps: 100 and 480 lie between episodes, 1, 57 and 333 inside; 250 is where
/// the average policy begins.
@Test(arguments: explorations, [0, 1, 57, 100, 249, 250, 251, 333, 480, 500])
func `a loop taken up from its snapshot goes on to the same bits`(
  exploration: String, split: Int
) throws {
  for game in [try smallRace(), try leaving()] {
    var whole = try playLoop(QLearning.self, exploration, game: game, steps: 500)
    whole.run(until: 500)
    var first = try playLoop(QLearning.self, exploration, game: game, steps: 500)
    first.run(until: split)
    let saved = try JSONEncoder().encode(first.snapshot())
    // Another seed: whatever is not restored would show.
    var second = try playLoop(QLearning.self, exploration, game: game, steps: 500, seed: 99)
    second.run(until: 13)
    try second.restore(
      try JSONDecoder().decode(TrainingLoop<QLearning>.Snapshot.self, from: saved))
    let restored = second.step
    #expect(restored == split)
    #expect(try text(second.snapshot()) == text(first.snapshot()))
    second.run(until: 500)
    #expect(try text(second.snapshot()) == text(whole.snapshot()))
    let (last, average, settled) = (
      second.lastProfile, second.averageProfile, second.isPolicySettled
    )
    let (wholeLast, wholeAverage, wholeSettled) = (
      whole.lastProfile, whole.averageProfile, whole.isPolicySettled
    )
    #expect(last == wholeLast)
    #expect(average == wholeAverage)
    #expect(settled == wholeSettled)
  }
}

@Test func `the same seed trains to the same bits and another seed to others`() throws {
  func trained(_ seed: UInt64) throws -> String {
    var loop = try playLoop(QLearning.self, game: try smallRace(), steps: 300, seed: seed)
    loop.run(until: 300)
    return try text(loop.snapshot())
  }
  #expect(try trained(1) == trained(1))
  #expect(try trained(1) != trained(2))
}

/// The loop written out naively, with its streams by name; the average policy counted from scratch.
@Test(arguments: explorations, [400, 401])
func `the loop does what its description says`(exploration: String, steps: Int) throws {
  let game = try leaving()
  var loop = try playLoop(QLearning.self, exploration, game: game, steps: steps)
  let early = loop.averageProfile
  #expect(early == nil)
  loop.run(until: steps)
  let (lastProfile, averageProfile) = (loop.lastProfile, loop.averageProfile)

  var simulator = Simulator(game, start: .uniform, episodeLength: 20)
  var world = RandomStream(seed: 1, role: .environment)
  var stream0 = RandomStream(seed: 1, role: .agent, index: 0)
  var stream1 = RandomStream(seed: 1, role: .agent, index: 1)
  var unused = RandomStream(seed: 1, role: .agent, index: 2)
  var players = try (0..<2).map {
    try playLearner(QLearning.self, exploration, game: game, player: $0, steps: steps)
  }
  var counts = (0..<2).map { game.policyOffsets($0) }.map { [Int](repeating: 0, count: $0[4]) }
  var over = true
  var earned = [0.0, 0.0]
  for step in 1...steps {
    if over { simulator.reset(using: &world) }
    let state = simulator.state
    if step > steps / 2 {
      for player in 0..<2 {
        let policy = players[player].lastPolicy
        counts[player][policy.offsets[state] + policy.mode(at: state)] += 1
      }
    }
    let actions = [
      players[0].act(at: state, using: &stream0), players[1].act(at: state, using: &stream1),
    ]
    var rewards = [0.0, 0.0]
    var paid = rewards.mutableSpan
    let boundary = simulator.step(actions.span, rewards: &paid, using: &world)
    for player in 0..<2 {
      earned[player] += rewards[player]
      players[player].update(
        state: state, jointAction: actions.span, rewards: rewards.span,
        nextState: simulator.state, continuation: boundary.continuation,
        isLast: boundary != .running, using: &unused)
    }
    over = boundary != .running
  }
  for player in 0..<2 {
    let learner = loop.learner(player)
    #expect(learner.actionValues == players[player].actionValues)
    #expect(lastProfile[player] == players[player].lastPolicy)
    var average = players[player].lastPolicy
    for state in 0..<4 {
      let range = average.offsets[state]..<average.offsets[state + 1]
      let visits = counts[player][range].reduce(0, +)
      guard visits > 0 else { continue }
      for entry in range {
        average.probabilities[entry] = Double(counts[player][entry]) / Double(visits)
      }
    }
    #expect(averageProfile?[player] == average)
  }
  let means = loop.takeMeanRewards(over: steps)
  let none = loop.takeMeanRewards(over: steps)
  #expect(means == earned.map { $0 / Double(steps) })
  #expect(none == [0, 0])
}

@Test func `settled means unchanged over the last tenth of the steps`() throws {
  var loop = try playLoop(QLearning.self, game: try leaving(), steps: 600)
  let atFirst = loop.isPolicySettled
  #expect(!atFirst)
  var profiles = [loop.lastProfile]
  var seen: Set<Bool> = []
  for step in 1...600 {
    loop.run(until: step)
    profiles.append(loop.lastProfile)
    let window = profiles[(step - max(step / 10, 1))...step]
    let settled = loop.isPolicySettled
    #expect(settled == window.allSatisfy { $0 == profiles[step] })
    seen.insert(settled)
  }
  #expect(seen == [true, false])
}

@Test func `snapshots of other games are refused`() throws {
  func restore(_ other: borrowing TrainingLoop<QLearning>, into game: StochasticGame) throws {
    var loop = try playLoop(QLearning.self, game: game, steps: 100)
    try loop.restore(other.snapshot())
  }
  let (leaving, ring) = (try leaving(), try ring(discount: 0.5))
  var fitting = try playLoop(QLearning.self, game: leaving, steps: 100)
  fitting.run(until: 100)
  try restore(fitting, into: leaving)
  let single = try playLoop(QLearning.self, game: ring, steps: 100)
  var longer = try playLoop(QLearning.self, game: leaving, steps: 200)
  longer.run(until: 150)
  for attempt in [
    { try restore(single, into: leaving) }, { try restore(fitting, into: ring) },
    { try restore(longer, into: leaving) },
  ] { #expect(throws: SnapshotError.self) { try attempt() } }
}
