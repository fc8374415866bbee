import Environments
import Foundation
import Testing

@testable import Equilibria

/// Games played for finitely many periods, whose direction is time.
@Suite struct FiniteHorizonEnumerationTests {
  /// Two states, two players, two actions.
  static func random(_ seed: UInt64) throws -> StochasticGame {
    var drawer = Drawer(seed: seed)
    return try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [0.9, 0.8], initial: [1, 0]
    ) { _, _, row in
      row.pay(0, drawer.real())
      row.pay(1, drawer.real())
      let chance = drawer.real()
      row.move(to: 0, probability: chance)
      row.move(to: 1, probability: 1 - chance)
    }
  }

  /// Values `[state][player]` of every equilibrium with so many periods left, stage games by the
  /// textbook: pure ones by inspection, a mixed one by indifference.
  static func backward(_ game: StochasticGame, _ periods: Int) -> [[[Double]]] {
    guard periods > 0 else { return [[[0, 0], [0, 0]]] }
    return backward(game, periods - 1).flatMap { later in
      let stages = (0..<2).map { state in
        let u = (0..<2).map { player in
          (game.jointOffsets[state]..<game.jointOffsets[state + 1]).map { row in
            game.payoff(player, row: row) + game.discounts[player]
              * (0..<2).reduce(0) { $0 + game.probability(row: row, to: $1) * later[$1][player] }
          }
        }
        return bimatrix(u[0], u[1])
      }
      return stages[0].flatMap { one in stages[1].map { other in [one, other] } }
    }
  }

  /// Values of the equilibria of a 2 × 2 game without ties.
  static func bimatrix(_ a: [Double], _ b: [Double]) -> [[Double]] {
    var found: [[Double]] = []
    for i in 0..<2 {
      for j in 0..<2 where a[2 * i + j] > a[2 * (1 - i) + j] && b[2 * i + j] > b[2 * i + 1 - j] {
        found.append([a[2 * i + j], b[2 * i + j]])
      }
    }
    let q = (a[3] - a[1]) / (a[0] - a[1] - a[2] + a[3])
    let p = (b[3] - b[2]) / (b[0] - b[1] - b[2] + b[3])
    if p > 0, p < 1, q > 0, q < 1 {
      found.append([q * a[0] + (1 - q) * a[1], p * b[0] + (1 - p) * b[2]])
    }
    return found
  }

  @Test func `all equilibria of three periods, against backward enumeration`() throws {
    var counts: [Int] = []
    for seed in 0..<25 {
      let game = try Self.random(UInt64(100 + seed))
      let all = try DirectionalEquilibria(game, horizon: 3)
      let expected = Self.backward(game, 3)
      let outcome = try all.enumeration(limits: EnumerationLimits()).run(threads: 2)
      #expect(outcome.tally.count == UInt128(expected.count), "seed \(seed)")
      guard expected.count < 2000 else { continue }
      let found = try Found(all)
      let transposed = expected.map { value in (0..<2).map { p in (0..<2).map { value[$0][p] } } }
      for state in 0..<2 {
        #expect(found.payoffs(at: state) == Found.payoffs(transposed, at: state), "seed \(seed)")
      }
      for solution in found.solutions.prefix(10) {
        #expect(try all.certificate(of: solution).exploitability < 1e-12)
      }
      counts.append(expected.count)
    }
    #expect(counts.contains { $0 > 9 } && counts.contains(1))
  }

  @Test func `three actions: seven equilibria a period`() throws {
    // Coordination on one of three: every set of actions supports one equilibrium.
    let game = try StochasticGame(
      actionCounts: [[3, 3]], discounts: [0.5, 0.5], initial: [1]
    ) { _, joint, row in
      let pay = joint[0] == joint[1] ? Double(joint[0] + 1) : 0
      row.pay(0, pay)
      row.pay(1, pay)
      row.move(to: 0, probability: 1)
    }
    let all = try DirectionalEquilibria(game, horizon: 2)
    let found = try Found(all)
    #expect(found.solutions.count == 49)
    // Worth 1, 2, 3, 1/(1 + 1/2), … a period; the best is 3 + 0.5 · 3, the worst 6/11 + 0.5 · 6/11.
    let values = found.solutions.map { $0.values[0][0] }
    #expect(abs(values.max()! - 4.5) < 1e-14)
    #expect(abs(values.min()! - 9.0 / 11) < 1e-14)
    // For ever, at one state with a chance of staying that is always 1: the same seven.
    let eternal = try Found(DirectionalEquilibria(game))
    #expect(eternal.solutions.count == 7)
    #expect(abs(eternal.solutions.map { $0.values[1][0] }.max()! - 6) < 1e-14)
    #expect(eternal.strings == (0..<7).map { [$0] })
  }

  @Test func `pennies and the prisoner's dilemma have one equilibrium however long they last`()
    throws
  {
    let pennies = try DirectionalEquilibria(MatchingPennies().stochasticGame(), horizon: 6)
    let even = try Found(pennies)
    #expect(even.solutions.count == 1)
    #expect(even.solutions[0].profile.policies.allSatisfy { $0.law(at: 2) == [0.5, 0.5] })
    let dilemma = try DirectionalEquilibria(PrisonersDilemma().stochasticGame(), horizon: 3)
    let found = try Found(dilemma)
    #expect(found.solutions.count == 1)
    #expect(abs(found.solutions[0].values[0][0] - 2.71) < 1e-14)
    let induction = try BackwardInduction(horizon: 3).solve(PrisonersDilemma().stochasticGame())
    #expect(abs(induction.values[0][0][0] - 2.71) < 1e-14)
  }
}
