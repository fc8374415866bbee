import Environments
import Foundation
import Statistics
import Testing

@testable import Learners

/// Three places and an end, two players with different discounts and numbers of actions.
private func leaving() throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[2, 3], [1, 2], [3, 2], [1, 1]], discounts: [0.9, 0.8],
    initial: [0.5, 0.25, 0.25, 0], terminal: [3]
  ) { state, joint, row in
    row.pay(0, Double(joint[0] - joint[1] * state))
    row.pay(1, Double(joint[0] * joint[1]) - 0.5)
    row.move(to: (state + joint[0] + joint[1]) % 3, probability: 0.9)
    row.move(to: 3, probability: 0.1)
  }
}

/// 400 steps in two parts, and a snapshot of another game, which is refused.
private func expectSameBits<L: Learner>(_ type: L.Type, _ yaml: String, split: Int) throws {
  for game in [try smallRace(), try leaving()] {
    try expectSameBitsWhenTakenUp(type, yaml, game: game, steps: 400, split: split)
    let other = try playLearner(L.self, yaml, game: try ring2()).snapshot()
    var learner = try playLearner(L.self, yaml, game: game)
    #expect(throws: SnapshotError.self) { try learner.restore(other) }
  }
}

/// A game of two players that is like none of the others.
private func ring2() throws -> StochasticGame {
  try StochasticGame(actionCounts: [[2, 2], [2, 2]], discounts: [0.5, 0.5], initial: [1, 0]) {
    state, _, row in row.move(to: 1 - state, probability: 1)
  }
}

/// Episodes have 20 steps: 100 lies between two, 57 and 333 inside one; the average begins at 200.
@Test(arguments: [0, 57, 100, 200, 333])
func `every learner of the Q family goes on from a snapshot to the same bits`(split: Int) throws {
  let boltzmann = "exploration: {kind: boltzmann, temperature: 0.5}"
  for yaml in ["", boltzmann] {
    try expectSameBits(Sarsa.self, yaml, split: split)
    try expectSameBits(ExpectedSarsa.self, yaml, split: split)
    try expectSameBits(DoubleQLearning.self, yaml, split: split)
    try expectSameBits(QLambda.self, yaml, split: split)
    try expectSameBits(HystereticQLearning.self, yaml, split: split)
  }
  try expectSameBits(QLambda.self, "{traces: accumulating, trace_floor: 0}", split: split)
  try expectSameBits(PolicyHillClimbing.self, "", split: split)
  try expectSameBits(WolfPolicyHillClimbing.self, "", split: split)
  try expectSameBits(MinimaxQ.self, "", split: split)
  try expectSameBits(FriendOrFoeQ.self, "role: friend", split: split)
  try expectSameBits(FriendOrFoeQ.self, "role: foe", split: split)
  for selection in ["joint", "low", "high", "first", "own-best"] {
    // Enumerating the race's stage games takes long under this rule: fewer splits.
    if selection == "own-best", split != 57 { continue }
    try expectSameBits(NashQ.self, "selection: \(selection)", split: split)
  }
}

/// Last policies of the members after 2,000 steps of the race.
private func trained<L: Learner>(_ type: L.Type, _ yaml: String) throws -> (Profile, [L]) {
  var loop = try playLoop(L.self, yaml, game: try smallRace(), steps: 2_000, averageFrom: 0)
  loop.run(until: 2_000)
  return (loop.lastProfile, [loop.learner(0), loop.learner(1)])
}

@Test func `special cases of the learners are Q-learning to the same bits`() throws {
  let (_, plain) = try trained(QLearning.self, "step_size: 0.1")
  let (_, hysteretic) = try trained(
    HystereticQLearning.self, "{step_size: 0.1, decrease_step_size: 0.1}")
  let (_, traces) = try trained(QLambda.self, "{step_size: 0.1, lambda: 0}")
  for player in 0..<2 {
    #expect(hysteretic[player].actionValues == plain[player].actionValues)
    #expect(traces[player].actionValues == plain[player].actionValues)
  }
}

/// Where nobody explores and ties do not arise the next action is the greedy one, and all three
/// targets agree.
@Test func `without exploration SARSA and expected SARSA are Q-learning`() throws {
  let greedy = "exploration: {kind: epsilon-greedy, epsilon: 0}"
  let (_, plain) = try trained(QLearning.self, greedy)
  let (_, expected) = try trained(ExpectedSarsa.self, greedy)
  #expect(expected[0].actionValues == plain[0].actionValues)
  let step = PlayedStep(state: 0, actions: [1], rewards: [1], next: 1)
  var stream = RandomStream(seed: 1, role: .agent)
  var sarsa = try playLearner(Sarsa.self, greedy, game: try alternatingStates())
  var learner = try playLearner(QLearning.self, greedy, game: try alternatingStates())
  for state in [0, 1, 0, 1, 0] {
    var now = step
    (now.state, now.next) = (state, 1 - state)
    sarsa.learn(now, using: &stream)
    learner.learn(now, using: &stream)
  }
  #expect(sarsa.actionValues == learner.actionValues)
}

@Test func `a losing factor of 1 is PHC, and a foe is minimax-Q, to the same bits`() throws {
  let (climbing, climbers) = try trained(PolicyHillClimbing.self, "")
  let (wolf, wolves) = try trained(WolfPolicyHillClimbing.self, "losing_factor: 1")
  #expect(climbing == wolf)
  #expect(climbers[0].actionValues == wolves[0].actionValues)
  let (minimax, careful) = try trained(MinimaxQ.self, "")
  let (foe, wary) = try trained(FriendOrFoeQ.self, "role: foe")
  #expect(minimax == foe)
  #expect(careful[1].jointActionValues == wary[1].jointActionValues)
}

/// Values at payoffs of 1e300 and discount 0.5 stay below 2e300: nothing may become NaN on the way.
@Test func `payoffs near the largest allowed leave policies and values finite`() throws {
  let huge = 1e300
  let game = try bimatrix(
    [[huge, -huge], [-huge, huge]], [[-huge, huge], [huge, -huge]], discount: 0.5)
  func check<L: Learner>(_ type: L.Type, _ yaml: String = "") throws {
    var loop = try playLoop(L.self, yaml, game: game, steps: 500, averageFrom: 0)
    loop.run(until: 500)
    let profile = loop.lastProfile
    try game.validate(profile)
    let snapshot = loop.snapshot()
    try loop.restore(snapshot)
  }
  try check(Sarsa.self)
  try check(ExpectedSarsa.self)
  try check(ExpectedSarsa.self, "exploration: {kind: boltzmann, temperature: 1e-3}")
  try check(DoubleQLearning.self)
  try check(QLambda.self)
  try check(HystereticQLearning.self)
  try check(PolicyHillClimbing.self)
  try check(WolfPolicyHillClimbing.self)
  try check(MinimaxQ.self)
  try check(FriendOrFoeQ.self, "role: friend")
  try check(NashQ.self)
}

@Test func `games that a learner cannot learn are refused with a way out`() throws {
  let alone = try ring(discount: 0.5)
  let three = try StochasticGame(
    actionCounts: [[2, 2, 2]], discounts: [0.5, 0.5, 0.5], initial: [1]
  ) { _, joint, row in
    row.pay(0, Double(joint[1]))
    row.move(to: 0, probability: 1)
  }
  for game in [alone, three] {
    let nash = #expect(throws: GameError.self) { try playLearner(NashQ.self, game: game) }
    #expect(nash?.subject == "learner")
    #expect(nash?.rule.contains("has \(game.playerCount)") == true)
    let minimax = #expect(throws: GameError.self) { try playLearner(MinimaxQ.self, game: game) }
    #expect(minimax?.rule.contains("friend-or-foe-q") == true)
    // The way out works.
    for role in ["friend", "foe"] {
      var loop = try playLoop(
        FriendOrFoeQ.self, "role: \(role)", game: game, steps: 100, averageFrom: 0)
      loop.run(until: 100)
      try game.validate(loop.lastProfile)
    }
  }
}

/// A profile of the race: everybody in the middle of the road.
@Test func `learners begin from a profile's exact values`() throws {
  let game = try smallRace()
  let profile = Profile(
    (0..<2).map { player in game.purePolicy(player, [Int](repeating: 2, count: game.stateCount)) })
  let point = try StartingPoint(profile, player: 1, game: game)
  func begun<L: Learner>(_ type: L.Type, _ yaml: String = "") throws -> L {
    var learner = try playLearner(L.self, yaml, game: game, player: 1)
    try learner.start(from: point)
    #expect(learner.lastPolicyChange == 0)
    return learner
  }
  for values in [
    try begun(Sarsa.self).actionValues, try begun(ExpectedSarsa.self).actionValues,
    try begun(DoubleQLearning.self).actionValues, try begun(QLambda.self).actionValues,
    try begun(HystereticQLearning.self).actionValues,
    try begun(PolicyHillClimbing.self).actionValues,
    try begun(WolfPolicyHillClimbing.self).actionValues,
  ] { #expect(values == point.actionValues) }
  #expect(try begun(PolicyHillClimbing.self).lastPolicy == profile[1])
  #expect(try begun(WolfPolicyHillClimbing.self).lastPolicy == profile[1])
  let both = try begun(NashQ.self).jointActionValues
  // Against a rival who plays action 2, Q(s, a, 2) is the exact value of a: the columns of that
  // rival action.
  let joint = try begun(MinimaxQ.self).jointActionValues
  for state in 0..<game.stateCount {
    for action in 0..<5 {
      let found = joint[state * 25 + action * 5 + 2]
      #expect(abs(found - point.actionValues[state * 5 + action]) <= 1e-12)
      let own = both[2 * game.row(state, [2, action]) + 1]
      #expect(abs(own - point.actionValues[state * 5 + action]) <= 1e-12)
    }
  }
}
