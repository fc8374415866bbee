import Configuration
import Environments
import Equilibria
import Testing

/// Every pure stationary profile of a two-player game in which both have two actions everywhere.
private func pureProfiles(_ game: StochasticGame) -> [(actions: [[Int]], profile: Profile)] {
  let policies = (0..<(1 << game.stateCount)).map { code in
    (0..<game.stateCount).map { code >> $0 & 1 }
  }
  return policies.flatMap { first in
    policies.map { second in
      ([first, second], Profile([game.purePolicy(0, first), game.purePolicy(1, second)]))
    }
  }
}

@Test func `textbook games are sound and resolve from their declarations`() throws {
  func check(_ family: (some GameFamily).Type, states: Int) throws {
    let set = try ParameterSet(
      nil, declared: family.parameters, path: "game", position: Position(source: "test"))
    let game = try family.init(set).stochasticGame()
    #expect(game.violations() == [])
    #expect(game.stateCount == states)
  }
  try check(MatchingPennies.self, states: 1)
  try check(PrisonersDilemma.self, states: 5)
  try check(TwoStates.self, states: 2)
}

/// Values of ten and gains of twenty are sums of a geometric series: 1e-12 relative.
@Test func `matching pennies is worth nothing to either, and any pure play is found out`() throws {
  let game = try MatchingPennies().stochasticGame()
  let even = try Certificate(game, game.uniformProfile)
  #expect(even.exploitability == 0)
  #expect(even.values == [[0], [0]])
  for (_, profile) in pureProfiles(game) {
    // The loser is paid −1 a period for ever and could have +1: 2/(1 − 0.9).
    let certificate = try Certificate(game, profile)
    #expect(abs(certificate.exploitability - 20) <= 1e-12)
    #expect(abs(certificate.nashConv[0] - 20) <= 1e-12)
  }
}

/// Cooperate at the start and after joint cooperation, otherwise defect. Keeping to it earns
/// R/(1 − δ); the best deviation defects once and for ever: T + δP/(1 − δ). With T, R, P = 5, 3, 1
/// the gain is (5 + δ/(1 − δ)) − 3/(1 − δ) = (2 − 4δ)/(1 − δ), positive below δ = 1/2 only.
@Test(arguments: [0, 0.3, 0.49, 0.5, 0.51, 0.9])
func `grim trigger holds from the stated patience on`(discount: Double) throws {
  var dilemma = PrisonersDilemma()
  dilemma.discount = discount
  let game = try dilemma.stochasticGame()
  let trigger = [0, 0, 1, 1, 1]
  let profile = Profile([game.purePolicy(0, trigger), game.purePolicy(1, trigger)])
  let certificate = try Certificate(game, profile)
  #expect(abs(certificate.values[0][0] - 3 / (1 - discount)) <= 1e-12)
  let gain = max(0, (2 - 4 * discount) / (1 - discount))
  #expect(abs(certificate.exploitability - gain) <= 1e-12)
  #expect(certificate.symmetryGap == 0)
}

@Test func `without memory defection alone is an equilibrium`() throws {
  var dilemma = PrisonersDilemma()
  dilemma.memory = false
  let game = try dilemma.stochasticGame()
  for (actions, profile) in pureProfiles(game) {
    #expect(try Certificate(game, profile).isCertified == (actions == [[1], [1]]))
  }
  #expect(throws: GameError.self) {
    var set = ParameterSet()
    for (name, value) in [
      ("temptation", 3.0), ("reward", 3), ("punishment", 1), ("sucker", 0), ("discount", 0.9),
    ] { set.set(name, .real(value)) }
    set.set("memory", .boolean(true))
    _ = try PrisonersDilemma(set)
  }
}

/// Two-states by hand, with yield 2, effort 1, recovery 1 and δ = 0.9. Write R, P for a player's
/// values when rich and poor.
///
/// Rich. If the other works, resting saves the effort and changes nothing else. So both working is
/// no equilibrium. If both rest, play falls: resting earns 2 + 0.9 P, working 1 + 0.9 R. In both
/// rest cases P ≤ R here and working is better: with poor-rest R = 2 < 1 + 1.8; with poor-work
/// R = 1.1/0.19 = 5.79 < 1 + 0.9 · 5.79 = 6.21. So exactly one works: he has R = 1/(1 − 0.9) = 10,
/// the other R = 2/(1 − 0.9) = 20.
///
/// Poor. Working alone costs 1 for nothing, so both resting is an equilibrium (P = 0). Both
/// working gives P = −1 + 0.9 R = 8 and 17, where resting gives 0.9 P, less: also one.
///
/// That is 2 × 2 pure equilibria of 16 profiles. In the rich state the worker's temptation,
/// 2 + 0.9 P = 2 or 9.2, stays below 10.
@Test func `two-states has the four pure equilibria found by hand`() throws {
  let game = try TwoStates().stochasticGame()
  var found: [[[Int]]] = []
  for (actions, profile) in pureProfiles(game) {
    let certificate = try Certificate(game, profile)
    guard certificate.isCertified else { continue }
    found.append(actions)
    let worker = actions[0][0] == 1 ? 0 : 1
    let poor = actions[0][1] == 1 ? [8.0, 17] : [0, 0]
    for (seat, rich) in [(worker, 10.0), (1 - worker, 20)] {
      #expect(abs(certificate.values[seat][0] - rich) <= 1e-12)
      #expect(abs(certificate.values[seat][1] - poor[seat == worker ? 0 : 1]) <= 1e-12)
    }
  }
  #expect(
    Set(found) == [
      [[1, 0], [0, 0]], [[0, 0], [1, 0]], [[1, 1], [0, 1]], [[0, 1], [1, 1]],
    ])
}

/// Mixing when rich makes work and rest worth the same: R = 1 + 0.9 R, so R = 10, and
/// 2 + 0.9 (10 p + P (1 − p)) = 10 with p the chance that the other works. P = 0 gives p = 8/9,
/// and P = −1 + 9 = 8 gives p = 4/9.
@Test(arguments: [(0, 8.0 / 9, 0.0), (1, 4.0 / 9, 8.0)])
func `two-states has the symmetric mixed equilibria found by hand`(
  poor: Int, work: Double, value: Double
) throws {
  let game = try TwoStates().stochasticGame()
  var policy = game.purePolicy(0, [0, poor])
  policy.setLaw([1 - work, work], at: 0)
  let certificate = try Certificate(game, Profile([policy, policy]))
  #expect(certificate.exploitability <= 1e-13)
  #expect(certificate.symmetryGap == 0)
  for player in 0..<2 {
    #expect(abs(certificate.values[player][0] - 10) <= 1e-12)
    #expect(abs(certificate.values[player][1] - value) <= 1e-12)
  }
}
