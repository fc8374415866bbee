import Environments
import Foundation
import Testing

@testable import Equilibria

/// Occupancies, distances and the rule, by hand.
struct EquilibriumMatchTests {
  /// State 0 is left for state 1, for ever, when player 0 plays 1. Each is paid 1 for action 0.
  private func leaving(terminal: Bool = false) throws -> StochasticGame {
    try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [0.8, 0.4], initial: [1, 0],
      terminal: terminal ? [1] : []
    ) { state, joint, row in
      for player in 0..<2 { row.pay(player, joint[player] == 0 ? 1 : 0) }
      row.move(to: state == 0 ? joint[0] : 1, probability: 1)
    }
  }

  private let profile = Profile(laws: [
    [[0.75, 0.25], [0.9, 0.1]],
    [[0.6, 0.4], [1, 0]],
  ])

  /// μᵢ(0) = (1 − δᵢ) / (1 − 0.75 δᵢ): 0.2 / 0.4 and 0.6 / 0.7.
  @Test func `each player's own discount weighs the path`() throws {
    let occupancies = try leaving().discountedOccupancies(of: profile)
    #expect(apart(occupancies, [[0.5, 0.5], [6.0 / 7, 1.0 / 7]]) < 1e-14)
    // Where state 1 is the end, all decisions are taken at state 0.
    var ended = profile
    ended[0] = Policy(offsets: [0, 2, 3], probabilities: [0.75, 0.25, 1])
    ended[1] = Policy(offsets: [0, 2, 3], probabilities: [0.6, 0.4, 1])
    #expect(
      try leaving(terminal: true).discountedOccupancies(of: ended) == [[1, 0], [1, 0]])
  }

  /// At discount 0 only the first state counts.
  @Test func `occupancy at discount 0 is the initial law`() throws {
    let game = try StochasticGame(
      actionCounts: [[1], [1]], discounts: [0], initial: [0.25, 0.75]
    ) { _, _, row in row.move(to: 0, probability: 1) }
    #expect(try game.discountedOccupancy(of: game.uniformProfile, for: 0) == [0.25, 0.75])
  }

  /// The same by summing the discounted law period by period.
  @Test func `occupancy agrees with the sum over periods`() throws {
    var drawer = Drawer(seed: 9)
    let game = try drawer.game(states: 5, actions: [2, 3], discounts: [0.9, 0.6])
    let profile = drawer.profile(of: game)
    let matrix = game.transitionMatrix(under: profile)
    for player in 0..<2 {
      let discount = game.discounts[player]
      var (law, weight) = (game.initial, 1 - discount)
      var sum = [Double](repeating: 0, count: 5)
      for _ in 0..<400 {
        for state in 0..<5 { sum[state] += weight * law[state] }
        law = (0..<5).map { next in (0..<5).reduce(0) { $0 + law[$1] * matrix[$1 * 5 + next] } }
        weight *= discount
      }
      #expect(apart(try game.discountedOccupancy(of: profile, for: player), sum) < 1e-13)
    }
  }

  /// Against (0, 0) everywhere, its only equilibrium. Player 0: 0.5 · 0.25 + 0.5 · 0.1 = 0.175;
  /// player 1: 6/7 · 0.4; the larger counts. Deviation gains: player 0 has 5 − 4.125 and 5 − 4.5,
  /// player 1 has 5/3 − 0.6 − 0.1/0.6 … = 4/7 at state 0 and nothing at state 1.
  @Test func `distance and NashConv by hand`() throws {
    let game = try leaving()
    let known = try KnownEquilibria(
      [(Profile([game.purePolicy(0, [0, 0]), game.purePolicy(1, [0, 0])]), "by hand")], of: game)
    let match = try known.match(profile)
    #expect(match.label == "E1")
    #expect(abs(match.distance! - 6.0 / 7 * 0.4) < 1e-14)
    #expect(abs(match.overallDistance! - (0.4 + 0.1) / 2) < 1e-14)
    #expect(abs(match.nashConv - (0.875 + 4.0 / 7)) < 1e-13)
    #expect(abs(match.relativeNashConv - match.nashConv) < 1e-13)
    #expect(abs(match.onPathNashConv - (0.5 * 0.875 + 0.5 * 0.5 + 6.0 / 7 * 4 / 7)) < 1e-13)
    #expect(match.verdict == .notEquilibrium && match.selected == nil)
    // The rule's two limits, one at a time.
    let far = try known.match(profile, rule: MatchRule(epsilon: 1.45, distance: 0.34))
    #expect(far.verdict == .unknown && far.selected == nil && far.contenders.isEmpty)
    let near = try known.match(profile, rule: MatchRule(epsilon: 1.45, distance: 0.35))
    #expect(near.verdict == .selects && near.selected == "E1" && near.contenders == [1])
    #expect(
      try known.match(profile, rule: MatchRule(epsilon: 1.44, distance: 0.35)).verdict
        == .notEquilibrium)
  }

  /// Equilibria that differ only where play never goes: the unvisited state decides.
  @Test func `ties on the path are broken off it`() throws {
    // State 1 is coordination, never reached from state 0.
    let game = try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [0.9, 0.9], initial: [1, 0]
    ) { state, joint, row in
      for player in 0..<2 {
        row.pay(player, state == 0 ? Double(joint[player]) : (joint[0] == joint[1] ? 1 : 0))
      }
      row.move(to: state, probability: 1)
    }
    let known = try EquilibriumSearch().solve(game)
    #expect(known.count == 3)
    for law in [[0.9, 0.1], [0.45, 0.55], [0.1, 0.9]] {
      let match = try known.match(Profile(laws: [[[0, 1], law], [[0, 1], law]]))
      #expect(match.distance == 0)
      #expect(match.contenders.count == 3 && match.contenders.first == match.id)
      let nearest = try #require(match.nearest)
      #expect(nearest.laws[0][1] == [law[0].rounded(), law[1].rounded()] || law[0] == 0.45)
      if law[0] == 0.45 { #expect(abs(nearest.laws[0][1][0] - 0.5) < 1e-12) }
    }
  }

  /// At two states of a product, the sums over states are what is compared: two states, each with
  /// the equilibria of battle of the sexes, and a profile that is near different ones for different
  /// players. All nine products are tried one by one.
  @Test func `the nearest of a product is the nearest of all its points`() throws {
    var drawer = Drawer(seed: 12)
    let game = try StochasticGame(
      actionCounts: [[2, 2], [2, 2], [2, 2]], discounts: [0.7, 0.9], initial: [0.5, 0.5, 0]
    ) { state, joint, row in
      row.pay(0, joint[0] == joint[1] ? [2, 1][joint[0]] : 0)
      row.pay(1, joint[0] == joint[1] ? [1, 2][joint[0]] : 0)
      row.move(to: 0, probability: 0.5)
      row.move(to: (state + 1) % 3, probability: 0.5)
    }
    let known = try #require(try KnownEquilibria.complete(of: game))
    #expect(known.entries.count == 27)
    let states = try #require(known.states)
    for _ in 0..<100 {
      let profile = drawer.profile(of: game)
      let metric = OccupancyDistance(
        game: game, profile: profile, occupancies: try game.discountedOccupancies(of: profile))
      let least = known.entries.map { metric.distance(to: $0.profile).distance }.min()!
      let found = metric.nearest(metric.options(states))
      #expect(abs(found.distance - least) < 1e-14)
      #expect(abs(try known.match(profile).distance! - least) < 1e-14)
    }
  }

  /// Only what certifies enters a list, and the solver's own answer can be the whole list.
  @Test func `lists hold certified equilibria`() throws {
    let game = try leaving()
    #expect(try KnownEquilibria([(profile, "no")], of: game).entries.isEmpty)
    let solution = try BellmanNash().solve(game)
    let known = try KnownEquilibria.principal(solution, of: game)
    #expect(known.entries.count == 1)
    #expect(known.completeness == .found)
    let none = try KnownEquilibria.principal(
      BellmanNashSolution(withoutAnswer: .cycle, note: "cycle"), of: game)
    let match = try none.match(profile)
    #expect(match.label == nil && match.distance == nil && match.verdict == .notEquilibrium)
  }
}
