import Environments
import Testing

@testable import Equilibria

/// V₁ = 1 + 0.8 (V₁ + V₂)/2 and V₂ = 0.8 (V₁ + 3 V₂)/4. The second gives 0.4 V₂ = 0.2 V₁, so
/// V₂ = V₁/2; then 0.6 V₁ = 1 + 0.2 V₁, so V₁ = 2.5 and V₂ = 1.25. The system's condition number
/// is at most 1.8/0.2 = 9: a few roundings of 2.5 times that.
@Test func `a two-state chain is worth what it is by hand`() throws {
  let game = try StochasticGame(actionCounts: [[1], [1]], discounts: [0.8], initial: [1, 0]) {
    state, _, row in
    row.pay(0, state == 0 ? 1 : 0)
    row.move(to: 0, probability: state == 0 ? 0.5 : 0.25)
    row.move(to: 1, probability: state == 0 ? 0.5 : 0.75)
  }
  #expect(apart(try game.values(of: game.uniformProfile), [[2.5, 1.25]]) <= 1e-14)
}

/// Undiscounted walk to an end: from state 1 each step ends with chance q; a step pays 3. Under a
/// law (1 − p, p) over q = 1/2 and q = 1/4 the mean chance is 1/2 − p/4 and the value 3 over it.
/// The best reply lingers: 12.
@Test(arguments: [0, 0.25, 0.5, 1])
func `a game that ends needs no discount`(p: Double) throws {
  let game = try StochasticGame(
    actionCounts: [[1], [2]], discounts: [1], initial: [0, 1], terminal: [0]
  ) { _, joint, row in
    row.pay(0, 3)
    row.move(to: 0, probability: joint[0] == 0 ? 0.5 : 0.25)
    row.move(to: 1, probability: joint[0] == 0 ? 0.5 : 0.75)
  }
  let profile = Profile(laws: [[[1], [1 - p, p]]])
  let value = 3 / (0.5 - p / 4)
  #expect(apart(try game.values(of: profile), [[0, value]]) <= 1e-14)
  let best = try game.bestResponse(of: 0, against: profile)
  #expect(apart(best.values, [0, 12]) <= 1e-14)
  #expect(best.actions == [0, 1])
  let certificate = try Certificate(game, profile)
  #expect(abs(certificate.exploitability - (12 - value)) <= 1e-14)
  #expect(certificate.isCertified == (p == 1))
}

@Test func `action values average the rivals' play`() throws {
  // One state; player 0's row is [[1, 2], [5, 0]]; the future is worth 0.5 · V(0) whatever they do.
  let game = try StochasticGame(actionCounts: [[2, 2]], discounts: [0.5, 0.9], initial: [1]) {
    _, joint, row in
    row.pay(0, [[1, 2], [5, 0]][joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
  let profile = Profile(laws: [[[0.5, 0.5]], [[0.25, 0.75]]])
  #expect(game.actionValues(of: 0, against: profile, values: [4]) == [1.75 + 2, 1.25 + 2])
}

@Test func `transition matrices average joint play`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 2], [1, 1]], discounts: [0.5, 0.5], initial: [1, 0]
  ) { state, joint, row in
    row.move(to: state == 0 && joint == [1, 1] ? 0 : 1, probability: 1)
  }
  let profile = Profile(laws: [[[0.5, 0.5], [1]], [[0.25, 0.75], [1]]])
  #expect(game.transitionMatrix(under: profile) == [0.375, 0.625, 0, 1])
}

@Test func `a profile of another game is refused`() throws {
  let game = try TwoStates().stochasticGame()
  let other = try MatchingPennies().stochasticGame().uniformProfile
  #expect(throws: GameError.self) { _ = try game.values(of: other) }
  #expect(throws: GameError.self) { _ = try Certificate(game, other) }
  #expect(throws: GameError.self) { _ = try Certificate(game, periods: [other]) }
}

/// Every pure policy evaluated by itself: some policy attains the best value at all states at once
/// (Puterman 1994, theorem 6.2.7). Values are below 10 and each costs one small solve: 1e-12.
@Test(arguments: 0..<12)
func `the best response equals the best of all pure policies`(seed: Int) throws {
  var draw = Drawer(seed: UInt64(seed))
  let players = 1 + seed % 3
  let game = try draw.game(
    states: 3, actions: Array([3, 2, 2].prefix(players)),
    discounts: Array([0.9, 0.7, 0].prefix(players)))
  let profile = draw.profile(of: game)
  for player in 0..<players {
    let best = try game.bestResponse(of: player, against: profile)
    let actions = game.actionCount(player, at: 0)
    var brute = [Double](repeating: -.infinity, count: 3)
    for code in 0..<(actions * actions * actions) {
      var deviation = profile
      deviation[player] = game.purePolicy(
        player, [code % actions, code / actions % actions, code / actions / actions])
      let values = try game.values(of: deviation)[player]
      for state in 0..<3 { brute[state] = max(brute[state], values[state]) }
    }
    #expect(apart(best.values, brute) <= 1e-12)
    var attained = profile
    attained[player] = game.purePolicy(player, best.actions)
    #expect(apart(try game.values(of: attained)[player], brute) <= 1e-12)
  }
}

@Test func `equally good replies give the lowest`() throws {
  let game = try StochasticGame(actionCounts: [[4]], discounts: [0.9], initial: [1]) {
    _, joint, row in
    row.pay(0, [0, 1, 0.5, 1][joint[0]])
    row.move(to: 0, probability: 1)
  }
  #expect(try game.bestResponse(of: 0, against: game.uniformProfile).actions == [1])
}
