import Environments
import Testing

@testable import Equilibria

private struct GamesFile: Decodable {
  struct Game: Decodable {
    let name: String
    let players: Int
    let states: Int
    let actions: [Int]
    let discounts: [Double]
    let payoffs: [[[Double]]]
    let transitions: [[[Double]]]
    let policies: [[[Double]]]
    let values: [[Double]]
    let bestResponseValues: [[Double]]
    let nashConv: [Double]
    let maxRegret: Double
    let exploitability: Double
    let supportGap: Double
    let optimalValues: [Double]?
    let optimalActions: [Int]?

    /// Payoffs are `[state][player][row]`, transitions `[state][row][next]`.
    func stochasticGame() throws -> StochasticGame {
      try StochasticGame(
        actionCounts: Array(repeating: actions, count: states), discounts: discounts,
        initial: (0..<states).map { $0 == 0 ? 1 : 0 }
      ) { state, joint, row in
        var index = 0
        for (player, action) in joint.enumerated() { index = index * actions[player] + action }
        for player in 0..<players { row.pay(player, payoffs[state][player][index]) }
        for (next, p) in transitions[state][index].enumerated() {
          row.move(to: next, probability: p)
        }
      }
    }
  }
  let games: [Game]
}

private struct RaceFile: Decodable {
  struct Stationary: Decodable {
    let name: String
    let parameters: [String: Double]
    let policies: [[[Double]]]
    let reportedValues: [[Double]]
    let values: [[Double]]
    let bestResponseValues: [[Double]]
    let maxRegret: Double
    let exploitability: Double
    let nashConv: [Double]
    let supportGap: Double
    let valueResidual: Double
    let symmetryGap: Double
  }
  struct Finite: Decodable {
    let name: String
    let parameters: [String: Double]
    let policiesByPeriodsLeft: [[[[Double]]]]
    let values: [[Double]]
    let bestResponseValues: [[Double]]
    let maxRegret: Double
    let exploitability: Double
    let nashConv: [Double]
    let supportGap: Double
  }
  let stationary: [Stationary]
  let finite: [Finite]
}

/// Values are below 100 and condition numbers below 100, in two different linear solvers: 1e-10.
private let tolerance = 1e-10

@Test func `certificates of random games equal an independent program's`() throws {
  let file: GamesFile = try Fixture.load("stochastic-games")
  #expect(file.games.count == 11)
  for example in file.games {
    let game = try example.stochasticGame()
    let profile = Profile(laws: example.policies)
    let found = try Certificate(game, profile)
    #expect(apart(found.values, example.values) <= tolerance, "\(example.name)")
    #expect(apart(found.nashConv, example.nashConv) <= tolerance, "\(example.name)")
    #expect(abs(found.maxRegret - example.maxRegret) <= tolerance, "\(example.name)")
    #expect(abs(found.exploitability - example.exploitability) <= tolerance, "\(example.name)")
    #expect(abs(found.supportGap - example.supportGap) <= tolerance, "\(example.name)")
    for player in 0..<example.players {
      let best = try game.bestResponse(of: player, against: profile)
      #expect(apart(best.values, example.bestResponseValues[player]) <= tolerance)
    }
    if let optimal = example.optimalValues {
      let best = try game.bestResponse(of: 0, against: profile)
      #expect(apart(best.values, optimal) <= tolerance)
      #expect(best.actions == example.optimalActions)
    }
  }
}

@Test func `certificates of race profiles equal an independent program's`() throws {
  let file: RaceFile = try Fixture.load("race-certificates")
  #expect(file.stationary.count == 7)
  for example in file.stationary {
    let game = try raceGame(example.parameters)
    let found = try Certificate(
      game, Profile(laws: example.policies), reported: example.reportedValues)
    #expect(apart(found.values, example.values) <= tolerance, "\(example.name)")
    #expect(apart(found.nashConv, example.nashConv) <= tolerance, "\(example.name)")
    #expect(abs(found.maxRegret - example.maxRegret) <= tolerance, "\(example.name)")
    #expect(abs(found.exploitability - example.exploitability) <= tolerance, "\(example.name)")
    #expect(abs(found.supportGap - example.supportGap) <= tolerance, "\(example.name)")
    #expect(abs(found.valueResidual! - example.valueResidual) <= tolerance, "\(example.name)")
    #expect(abs(found.symmetryGap! - example.symmetryGap) <= tolerance, "\(example.name)")
  }
}

@Test func `finite certificates equal an independent program's`() throws {
  let file: RaceFile = try Fixture.load("race-certificates")
  #expect(file.finite.count == 3)
  for example in file.finite {
    let game = try raceGame(example.parameters)
    let periods = example.policiesByPeriodsLeft.reversed().map { Profile(laws: $0) }
    let found = try Certificate(game, periods: periods)
    #expect(apart(found.values, example.values) <= tolerance, "\(example.name)")
    #expect(apart(found.nashConv, example.nashConv) <= tolerance, "\(example.name)")
    #expect(abs(found.maxRegret - example.maxRegret) <= tolerance, "\(example.name)")
    #expect(abs(found.exploitability - example.exploitability) <= tolerance, "\(example.name)")
    #expect(abs(found.supportGap - example.supportGap) <= tolerance, "\(example.name)")
  }
}

/// A one-shot deviation is a policy, so regret bounds exploitability from below; and each period
/// of a deviation gains at most the regret, so 1/(1 − δ) times it bounds from above.
@Test(arguments: 0..<20)
func `regret brackets exploitability`(seed: Int) throws {
  var draw = Drawer(seed: UInt64(100 + seed))
  let players = 1 + seed % 3
  let game = try draw.game(
    states: 4, actions: Array([3, 2, 3].prefix(players)),
    discounts: Array([0.9, 0.5, 0.8].prefix(players)))
  let certificate = try Certificate(game, draw.profile(of: game))
  #expect(certificate.maxRegret > 0)
  #expect(certificate.maxRegret <= certificate.exploitability + 1e-12)
  #expect(certificate.exploitability <= certificate.maxRegret / 0.1 + 1e-12)
  #expect(certificate.deviationGains.joined().allSatisfy { $0 >= 0 })
  #expect(certificate.exploitability == certificate.deviationGains.joined().max())
  for state in 0..<4 {
    let sum = certificate.deviationGains.reduce(0) { $0 + $1[state] }
    #expect(certificate.nashConv[state] == sum)
  }
  #expect(certificate.nashConv(under: [0, 1, 0, 0]) == certificate.nashConv[1])
  #expect(certificate.symmetryGap == nil)
  #expect(certificate.valueResidual == nil)
}

@Test func `reported values are compared with the profile's own`() throws {
  let game = try TwoStates().stochasticGame()
  let profile = game.uniformProfile
  var values = try game.values(of: profile)
  #expect(try Certificate(game, profile, reported: values).valueResidual == 0)
  values[1][0] += 0.5
  #expect(try Certificate(game, profile, reported: values).valueResidual == 0.5)
}

/// Renaming the players is a change of indices only; sums run in another order: 1e-12.
@Test(arguments: [[1, 0], [1, 2, 0], [2, 1, 0]])
func `renaming the players changes no figure`(order: [Int]) throws {
  let players = order.count
  var draw = Drawer(seed: 7)
  let actions = Array([3, 2, 4].prefix(players))
  let discounts = Array([0.9, 0.6, 0.3].prefix(players))
  let game = try draw.game(states: 3, actions: actions, discounts: discounts)
  let profile = draw.profile(of: game)
  // Player k of the new game is player order[k] of the old.
  let renamed = try StochasticGame(
    actionCounts: Array(repeating: order.map { actions[$0] }, count: 3),
    discounts: order.map { discounts[$0] }, initial: [1, 0, 0]
  ) { state, joint, row in
    var old = [Int](repeating: 0, count: players)
    for (k, player) in order.enumerated() { old[player] = joint[k] }
    let source = game.row(state, old)
    for (k, player) in order.enumerated() { row.pay(k, game.payoff(player, row: source)) }
    for next in 0..<3 { row.move(to: next, probability: game.probability(row: source, to: next)) }
  }
  let before = try Certificate(game, profile)
  let after = try Certificate(renamed, Profile(order.map { profile[$0] }))
  #expect(apart(after.values, order.map { before.values[$0] }) <= 1e-12)
  #expect(apart(after.deviationGains, order.map { before.deviationGains[$0] }) <= 1e-12)
  #expect(abs(after.maxRegret - before.maxRegret) <= 1e-12)
  #expect(abs(after.supportGap - before.supportGap) <= 1e-12)
}

@Test func `swapping the firms changes no figure`() throws {
  let game = try raceGame(["omega": 1.5, "s": 0.4, "grid": 11, "actions": 5])
  var draw = Drawer(seed: 8)
  let profile = draw.profile(of: game)
  let before = try Certificate(game, profile)
  let after = try Certificate(game, game.mirrored(profile))
  #expect(apart(after.values[0], before.values[1].reversed()) <= 1e-12)
  #expect(apart(after.nashConv, before.nashConv.reversed()) <= 1e-12)
  #expect(abs(after.exploitability - before.exploitability) <= 1e-12)
  #expect(abs(after.symmetryGap! - before.symmetryGap!) <= 1e-12)
  #expect(before.symmetryGap! > 0.01)
}

/// u ↦ c u + d maps V to c V + d/(1 − δ) and every gain to c times itself.
@Test func `money may be counted in other units and from another zero`() throws {
  var plainDraw = Drawer(seed: 9)
  var scaledDraw = Drawer(seed: 9)
  let discounts = [0.9, 0.75]
  let plain = try plainDraw.game(states: 3, actions: [3, 3], discounts: discounts)
  let scaled = try scaledDraw.game(
    states: 3, actions: [3, 3], discounts: discounts, scale: 4, offset: -3)
  let profile = plainDraw.profile(of: plain)
  let (before, after) = (try Certificate(plain, profile), try Certificate(scaled, profile))
  for player in 0..<2 {
    let expected = before.values[player].map { 4 * $0 - 3 / (1 - discounts[player]) }
    #expect(apart(after.values[player], expected) <= 1e-12)
    #expect(
      apart(after.deviationGains[player], before.deviationGains[player].map { 4 * $0 }) <= 1e-12)
  }
  #expect(abs(after.maxRegret - 4 * before.maxRegret) <= 1e-12)
  #expect(abs(after.payoffRange - 4 * before.payoffRange) <= 1e-12)
}

@Test func `nobody training is an equilibrium without stakes, exactly`() throws {
  let game = try ComputeRace(scenario: "saturated").stochasticGame()
  let idle = [Int](repeating: 0, count: 21)
  let profile = Profile([game.purePolicy(0, idle), game.purePolicy(1, idle)])
  let certificate = try Certificate(game, profile)
  #expect(certificate.exploitability == 0)
  #expect(certificate.maxRegret == 0)
  #expect(certificate.supportGap == 0)
  #expect(certificate.symmetryGap == 0)
  #expect(
    certificate.values == [[Double](repeating: 0, count: 21), [Double](repeating: 0, count: 21)])
}

@Test func `a corrupted period is caught wherever it lies`() throws {
  let game = try raceGame(["omega": 1.5, "grid": 11, "actions": 5])
  let solution = try BackwardInduction(horizon: 5).solve(game)
  let sound = try Certificate(game, periods: solution.profiles, reported: solution.values)
  #expect(sound.isCertified)
  #expect(sound.valueResidual! <= 1e-12)
  for period in 0..<5 {
    var profiles = solution.profiles
    // A firm far behind trains at full tilt: the bill alone, 8/(1 − 0.32) · 0.32, is above 3.
    profiles[period][1].setLaw([0, 0, 0, 0, 1], at: 10)
    #expect(profiles[period] != solution.profiles[period])
    let certificate = try Certificate(game, periods: profiles, reported: solution.values)
    #expect(certificate.exploitability > 0.1)
    #expect(certificate.maxRegret > 0.1)
    #expect(certificate.symmetryGap! >= 1)
    #expect(certificate.valueResidual! > 0.1)
    #expect(!certificate.isCertified)
  }
}
