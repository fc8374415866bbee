import Environments
import Equilibria
import Foundation
import Statistics
import Testing

/// Absorption, laws at a date and chances of arrival.
@Suite struct LongRunAbsorptionTests {
  /// A gambler wins a unit with chance w × `pace`, loses one with (1 − w) × `pace`, and stops at 0 or
  /// `goal`.
  private func gambler(win: Double, goal: Int, pace: Double = 1) throws -> MarkovChain {
    var matrix = DenseMatrix.identity(goal + 1)
    for purse in 1..<goal {
      matrix[purse, purse + 1] = win * pace
      matrix[purse, purse - 1] = (1 - win) * pace
      matrix[purse, purse] = 1 - pace
    }
    return try MarkovChain(matrix, threshold: 0)
  }

  /// Ruin: P(reach N before 0 from i) = (1 − r^i)/(1 − r^N), r = (1 − w)/w, or i/N if w = 1/2 (Feller
  /// 1968, XIV.2). Waiting does not matter: at a pace of 1e-13 the chances are the same to as many
  /// digits, where 1 − P(i, i) would have three left.
  @Test(arguments: [0.5, 0.4, 0.7], [1.0, 0.3, 1e-13])
  func `gambler's ruin`(win: Double, pace: Double) throws {
    let goal = 10
    let chain = try gambler(win: win, goal: goal, pace: pace)
    let classes = chain.classStructure.recurrent
    #expect(classes == [[0], [goal]])
    for purse in 0...goal {
      let ratio = (1 - win) / win
      let expected =
        win == 0.5
        ? Double(purse) / Double(goal)
        : (1 - pow(ratio, Double(purse))) / (1 - pow(ratio, Double(goal)))
      let chances = try chain.absorptionChances(in: classes, from: chain.pointMass(at: purse))
      #expect(abs(chances[1] - expected) <= 1e-14 * max(expected, 1e-3), "purse \(purse)")
      #expect(abs(chances[0] + chances[1] - 1) <= 1e-14)
    }
  }

  /// Ruin of a gambler who is almost sure to win keeps its digits: from 9 of 10 with w = 1 − 1e-9 the
  /// ruin probability is r⁹ to first order, about 1e-81.
  @Test func `tiny chances are accurate`() throws {
    let chain = try gambler(win: 1 - 1e-9, goal: 10)
    let chances = try chain.absorptionChances(in: [[0], [10]], from: chain.pointMass(at: 9))
    let ratio = chain.transition[5, 4] / chain.transition[5, 6]
    let expected = pow(ratio, 9) * (1 - ratio) / (1 - pow(ratio, 10))
    #expect(abs(chances[0] / expected - 1) <= 1e-13)
  }

  /// A walk on 0…4 that steps either way with chance 1/2, absorbed at the ends (Grinstead and Snell
  /// 1997, example 11.13): from 1, 2, 3 it ends at 0 with chance 3/4, 1/2, 1/4.
  @Test func `the drunkard's walk`() throws {
    let chain = try gambler(win: 0.5, goal: 4)
    let run = try chain.longRun(from: [0, 0.5, 0, 0.5, 0])
    #expect(run.classes.map(\.states) == [[0], [4]])
    #expect(run.classes.map(\.chance) == [0.5, 0.5])
    #expect(run.law == [0.5, 0, 0, 0, 0.5])
    #expect(!run.isErgodic)
    #expect(run.mean([1, 100, 100, 100, 3]) == 2)
    #expect(try chain.longRun(from: chain.pointMass(at: 1)).classes.map(\.chance) == [0.75, 0.25])
  }

  /// Against (I − T) b = R 1 solved by LU, on random chains with two closed classes. Transient states
  /// are left with chance 0.1 or more each step, so that system is well conditioned.
  @Test(arguments: [1, 4, 20]) func `random chains against LU`(transient: Int) throws {
    var stream = RandomStream(seed: 6, role: .generation, index: transient)
    let size = transient + 4
    for _ in 0..<10 {
      var matrix = DenseMatrix(rows: size, columns: size)
      for i in 0..<size {
        let targets =
          i < transient ? 0..<size : i < transient + 2 ? transient..<(size - 2) : (size - 2)..<size
        for j in targets { matrix[i, j] = stream.uniform() }
        let sum = matrix.row(i).reduce(0, +)
        for j in 0..<size { matrix[i, j] /= sum }
      }
      var system = DenseMatrix.identity(transient)
      var arrivals = [Double](repeating: 0, count: transient)
      for i in 0..<transient {
        for j in 0..<transient { system[i, j] -= matrix[i, j] }
        arrivals[i] = matrix[i, transient] + matrix[i, transient + 1]
      }
      let expected = try solve(system, arrivals)
      let chain = try MarkovChain(matrix)
      for start in 0..<transient {
        let run = try chain.longRun(from: chain.pointMass(at: start))
        #expect(run.classes.map(\.states) == [[transient, transient + 1], [size - 2, size - 1]])
        #expect(abs(run.classes[0].chance - expected[start]) <= 1e-13)
        #expect(abs(run.law.reduce(0, +) - 1) <= 1e-14)
      }
    }
  }

  /// Two states: the chance of being at 1 after t steps is p/(p + q) (1 − (1 − p − q)^t), and of having
  /// been there by then 1 − (1 − p)^t.
  @Test func `laws at a date and chances of arrival`() throws {
    let (p, q) = (0.3, 0.2)
    let chain = try MarkovChain(DenseMatrix([[1 - p, p], [q, 1 - q]]))
    let start = chain.pointMass(at: 0)
    for t in [0, 1, 2, 10, 100] {
      let law = chain.law(from: start, after: t)
      #expect(abs(law[1] - p / (p + q) * (1 - pow(1 - p - q, Double(t)))) <= 1e-15)
      let hit = chain.hittingChance(of: [1], from: start, within: t)
      #expect(abs(hit - (1 - pow(1 - p, Double(t)))) <= 1e-15)
    }
    #expect(chain.hittingChance(of: [0], from: start, within: 0) == 1)
  }

  /// Far dates are reached by squaring: each of about log₂ t products rounds once, and errors of
  /// powers add up to some t ulp of the small chance p, here below 1e-11.
  @Test(arguments: [10_000, 1_000_003, 2_000_000_000])
  func `chances of arrival by far dates`(date: Int) throws {
    let (p, q) = (1e-6, 0.2)
    let chain = try MarkovChain(DenseMatrix([[1 - p, p], [q, 1 - q]]))
    let hit = chain.hittingChance(of: [1], from: chain.pointMass(at: 0), within: date)
    #expect(abs(hit + expm1(Double(date) * log1p(-p))) <= 1e-9)
  }

  /// By hand, from 1 of 3 at even odds: ruin at date 1 (1/2), 3 (1/8), 5 (1/32).
  @Test(arguments: [(0, 0.0), (1, 0.5), (2, 0.5), (3, 0.625), (5, 0.65625)])
  func `ruin by a date`(date: Int, chance: Double) throws {
    let chain = try gambler(win: 0.5, goal: 3)
    #expect(chain.hittingChance(of: [0], from: chain.pointMass(at: 1), within: date) == chance)
  }

  @Test func `initial laws are checked`() throws {
    let chain = try gambler(win: 0.5, goal: 3)
    let error = #expect(throws: GameError.self) { try chain.longRun(from: [0.5, 0, 0, 0]) }
    #expect(error?.description.contains("0.5") == true)
    #expect(throws: GameError.self) { try chain.longRun(from: [1]) }
    #expect(throws: GameError.self) { try chain.absorptionChances(in: [[0]], from: [0, 0, 0, 1]) }
  }
}
