import Environments
import Foundation
import Testing

@testable import Equilibria

/// Stage games of games that are written out, against brute force.
@Suite struct WrittenStagesTests {
  /// Points of one state with two players or one, points of two states with a choice at each, and
  /// onlookers; the chance of staying depends on what is done.
  static func random(_ seed: UInt64) throws -> StochasticGame {
    var drawer = Drawer(seed: seed)
    let players = 2 + drawer.index(2)
    // Point k is states 2k and 2k + 1 if it is a pair, else state 2k, while 2k + 1 leads to it.
    let pairs = (0..<3).map { _ in drawer.index(2) == 0 }
    var counts: [[Int]] = []
    for isPair in pairs {
      var first = [Int](repeating: 1, count: players)
      var second = first
      if isPair {
        first[0] = 2
        second[1] = 2
      } else {
        first[0] = 2
        first[1] = drawer.index(4) == 0 ? 1 : 2
      }
      counts += [first, second]
    }
    return try StochasticGame(
      actionCounts: counts, discounts: (0..<players).map { _ in drawer.real(0.5, 0.95) },
      initial: [1, 0, 0, 0, 0, 0]
    ) { state, joint, row in
      for player in 0..<players { row.pay(player, drawer.real(-1, 1)) }
      let point = state / 2
      var weights: [(Int, Double)] = []
      let isLast = point == 2
      if pairs[point] {
        weights = [(2 * point, drawer.real()), (2 * point + 1, drawer.real(0.1, 1))]
        if state % 2 == 1 { weights[0].1 += 0.1 }
      } else {
        weights = [(2 * point, drawer.real(0.05, 1))]
      }
      if !isLast {
        for next in 2 * point + 2..<6 { weights.append((next, drawer.real())) }
      }
      let total = weights.reduce(0) { $0 + $1.1 }
      for (next, weight) in weights { row.move(to: next, probability: weight / total) }
    }
  }

  @Test func `random games have the equilibria that brute force finds`() throws {
    var counts: [Int] = []
    for seed in 0..<24 {
      let game = try Self.random(UInt64(seed))
      let all = try DirectionalEquilibria(game)
      let directional = all.directional
      let exhaustive = Exhaustive(
        game: game, points: directional.order.solvingOrder.map { directional.states[$0] })
      let expected = try exhaustive.profiles()
      let found = try Found(all)
      #expect(found.solutions.count == expected.count, "seed \(seed)")
      let values = try expected.map { try game.values(of: $0) }
      for state in 0..<6 {
        #expect(found.payoffs(at: state) == Found.payoffs(values, at: state), "seed \(seed)")
      }
      for solution in found.solutions.prefix(30) {
        let certificate = try all.certificate(of: solution)
        #expect(certificate.exploitability < 1e-10, "seed \(seed)")
        #expect(certificate.valueResidual! < 1e-10, "seed \(seed)")
      }
      counts.append(found.solutions.count)
    }
    // The draws are no good if they are all dull.
    #expect(counts.contains { $0 > 1 } && counts.contains(1))
    #expect(counts.allSatisfy { $0 % 2 == 1 })
  }

  @Test func `bargaining: the war of attrition at the smallest pie, and all of its equilibria`()
    throws
  {
    let bargaining = Bargaining()
    let game = try bargaining.stochasticGame()
    let all = try DirectionalEquilibria(game, points: bargaining.sizePoints)
    let search = RecursiveLexicographicalSearch(all.stages)
    try search.begin()
    // Positions: agreement, d4, d2, d3, d1. The responder with proposer 1 is player 2.
    let last = search.stageEquilibria(at: 1).map { Array($0.prefix(4)) }
    #expect(last.count == 3)
    // Values [proposer 1: V₁, V₂; proposer 2: V₁, V₂]. Player 1 never accepts, player 2 does: player 1
    // gets 0.6 · 0.5 as proposer, and 0.95 times that as responder.
    let tough = [0.3, 0.2, 0.285, 0.19]
    let soft = [0.19, 0.285, 0.2, 0.3]
    func matches(_ one: [Double], _ other: [Double]) -> Bool {
      zip(one, other).allSatisfy { abs($0 - $1) < 1e-12 }
    }
    #expect(matches(last[0], tough))
    #expect(matches(last[2], soft))
    // Mixed: accepting is worth 0.2, and the rival accepts with the chance q that makes waiting worth as
    // much, 0.4 = δ (0.6 q + (1 − q) δ 0.4).
    let q = 0.4 * (1 - 0.95 * 0.95) / (0.95 * (0.6 - 0.95 * 0.4))
    let mixed = all.solution(try Self.standing(all, at: [0, 1, 0, 0, 0]))
    #expect(abs(mixed.profile[0][7, 1] - q) < 1e-12)
    #expect(abs(mixed.profile[1][6, 1] - q) < 1e-12)
    #expect(abs(last[1][1] - 0.2) < 1e-12 && abs(last[1][2] - 0.2) < 1e-12)
    // All of them, by brute force.
    let found = try Found(all)
    let exhaustive = Exhaustive(game: game, points: [[8], [6, 7], [2, 3], [4, 5], [0, 1]])
    let values = try exhaustive.profiles().map { try game.values(of: $0) }
    #expect(found.solutions.count == values.count)
    #expect(found.payoffs(at: 0) == Found.payoffs(values, at: 0))
    #expect(values.count > 3)
  }

  static func standing(
    _ all: DirectionalEquilibria, at string: [Int]
  ) throws -> RecursiveLexicographicalSearch<WrittenStages> {
    let search = RecursiveLexicographicalSearch(all.stages)
    try search.begin(with: string)
    return search
  }

  @Test func `bargaining: who gives the other more is accepted at once`() throws {
    var bargaining = Bargaining()
    bargaining.share = 0.4
    let found = try Found(DirectionalEquilibria(bargaining.stochasticGame()))
    #expect(found.solutions.count == 1)
    #expect(found.solutions[0].values[0][0] == 0.4)
    #expect(found.solutions[0].values[1][0] == 0.6)
  }

  @Test func `one player: the best of several actions while play stays or goes`() throws {
    // Action a pays a and stays with chance a/4: worth a/(1 − 0.8 a/4), 3/0.4 = 7.5 at the most.
    let game = try StochasticGame(
      actionCounts: [[4], [1]], discounts: [0.8], initial: [1, 0], terminal: [1]
    ) { _, joint, row in
      row.pay(0, Double(joint[0]))
      row.move(to: 0, probability: Double(joint[0]) / 4)
      row.move(to: 1, probability: 1 - Double(joint[0]) / 4)
    }
    let all = try DirectionalEquilibria(game)
    let found = try Found(all)
    #expect(found.solutions.count == 1)
    #expect(abs(found.solutions[0].values[0][0] - 7.5) < 1e-14)
    #expect(found.solutions[0].profile[0].law(at: 0) == [0, 0, 0, 1])
    let outcome = try all.enumeration(limits: EnumerationLimits()).run(threads: 1)
    #expect(abs(outcome.tally.highest[1] - 7.5) < 1e-14)
  }

  @Test func `one player in a point of many states: the policy that policy iteration finds`() throws
  {
    var drawer = Drawer(seed: 4)
    for _ in 0..<20 {
      let game = try StochasticGame(
        actionCounts: (0..<7).map { [1, $0 % 3 + 1] }, discounts: [0.7, 0.9],
        initial: [1, 0, 0, 0, 0, 0, 0]
      ) { _, _, row in
        row.pay(0, drawer.real())
        row.pay(1, drawer.real())
        let law = drawer.law(7)
        for (next, chance) in law.enumerated() { row.move(to: next, probability: chance) }
      }
      let all = try DirectionalEquilibria(game, points: [0, 0, 0, 0, 0, 0, 0])
      let found = try Found(all)
      #expect(found.solutions.count == 1)
      let best = try game.bestResponse(of: 1, against: game.uniformProfile)
      #expect(zip(found.solutions[0].values[1], best.values).allSatisfy { abs($0 - $1) < 1e-12 })
      #expect((0..<7).allSatisfy { found.solutions[0].profile[1].mode(at: $0) == best.actions[$0] })
      #expect(try all.certificate(of: found.solutions[0]).valueResidual! < 1e-12)
    }
  }
}
