import Environments
import Foundation
import Testing

@testable import Equilibria

/// Numbers of equilibria and payoffs: Iskhakov, Rust and Schjerning (2016), Table 1 and section 4.3.
@Suite struct LeapfroggingCountTests {
  @Test(arguments: [(2, 3, 3), (3, 127, 30), (4, 46_707, 722)])
  func `Table 1, simultaneous moves`(n: Int, count: Int, distinct: Int) throws {
    let found = try Duopolies.tally(Duopolies.make(n))
    #expect(found.status == .converged)
    #expect(found.next == nil)
    #expect(found.tally.count == UInt128(count))
    #expect(found.tally.payoffs.count == distinct)
    #expect(found.tally.stageMaximum == 3)
    #expect(found.tally.firstDegenerate == nil)
  }

  @Test(arguments: [(3, 80.7366685928, 20.648916792), (4, 77.9136876182, 24.6486371699)])
  func `the best payoff is the planner's and means are as computed elsewhere`(
    n: Int, best: Double, mean: Double
  ) throws {
    let game = try Duopolies.make(n)
    let tally = try Duopolies.tally(game).tally
    #expect(abs(tally.highest[0] - best) < 1e-9)
    #expect(abs(game.plannerValue() - best) < 1e-9)
    #expect(abs(tally.means![0] - mean) < 1e-7)
    // Swapping the firms maps the set onto itself.
    #expect(abs(tally.means![1] - mean) < 1e-7)
    let entries = tally.payoffs.entries
    let mirrored = entries.map { [$0.second, $0.first, Int64($0.count)] }
    #expect(Set(mirrored) == Set(entries.map { [$0.first, $0.second, Int64($0.count)] }))
  }

  @Test func `three levels: multiplicities at the corners of the triangle`() throws {
    let entries = try Duopolies.tally(Duopolies.make(3)).tally.payoffs.entries
    let monopoly = entries.filter { $0.first == 807_366_686 && $0.second == 0 }
    #expect(monopoly.map(\.count) == [18])
    #expect(entries.filter { $0.first == 0 && $0.second == 807_366_686 }.map(\.count) == [18])
    #expect(entries.filter { $0.first == 0 && $0.second == 0 }.map(\.count) == [4])
  }

  @Test func `two levels: the three payoff pairs`() throws {
    let entries = try Duopolies.tally(Duopolies.make(2)).tally.payoffs.entries
    #expect(entries.map(\.first) == [0, 0, 848_694_811])
    #expect(entries.map(\.second) == [0, 848_694_811, 0])
  }

  @Test(arguments: [
    (3, 36.6100985566, 0.0063209098), (4, 0, 77.9136876182), (5, 53.0870132033, 1.5681969269),
  ])
  func `alternating moves with certain improvement have one equilibrium`(
    n: Int, first: Double, second: Double
  ) throws {
    let tally = try Duopolies.tally(Duopolies.make(n, moves: .alternating)).tally
    #expect(tally.count == 1)
    #expect(abs(tally.highest[0] - first) < 1e-9)
    #expect(abs(tally.highest[1] - second) < 1e-9)
  }

  @Test(arguments: [(4, 31, 18), (5, 433, 189)])
  func `alternating moves with chance half of no improvement`(
    n: Int, count: Int, distinct: Int
  ) throws {
    let tally = try Duopolies.tally(Duopolies.make(n, moves: .alternating) { _ in 0.5 }).tally
    #expect(tally.count == UInt128(count))
    #expect(tally.payoffs.count == distinct)
  }

  @Test func `five equilibria of one stage game`() throws {
    let game = try Duopolies.make(3, k0: 1, k1: 10) { 1 / (1 + 0.05 * $0) }
    let tally = try Duopolies.tally(game).tally
    #expect(tally.count == 175)
    #expect(tally.stageMaximum == 5)
  }

  @Test func `an improvement of random size`() throws {
    let rows: [[Double]] = try Self.betaRows(4)
    let costs = (0..<4).map { 5 * Double($0) / 3 }
    let game = try LeapfroggingDuopoly(
      costs: costs, discount: exp(-0.05), outlays: costs.map { 8.3 / (1 + $0) }, technology: rows)
    let tally = try Duopolies.tally(game).tally
    #expect(tally.count == 45_905)
    #expect(tally.payoffs.count == 2283)
  }

  /// New cost over current cost has the law Beta(1.8, 0.4), rounded down to the grid. The integral is
  /// by substitution u = (1 − x)^0.4 of the end at 1, where the density is infinite.
  static func betaRows(_ n: Int) throws -> [[Double]] {
    func cumulative(_ x: Double) -> Double {
      // ∫_0^x t^0.8 (1−t)^−0.6 dt with t = 1 − u^2.5.
      let (low, pieces) = (pow(1 - x, 0.4), 20_000)
      func integrand(_ u: Double) -> Double { 2.5 * pow(1 - pow(u, 2.5), 0.8) }
      let h = (1 - low) / Double(pieces)
      var sum = 0.0
      for piece in 0..<pieces {
        let a = low + Double(piece) * h
        sum += h / 6 * (integrand(a) + 4 * integrand(a + h / 2) + integrand(a + h))
      }
      return sum
    }
    let total = cumulative(1)
    return (0..<n).map { from in
      (0..<n).map { to in
        guard from > 0 else { return to == 0 ? 1 : 0 }
        guard to < from else { return 0 }
        let high = cumulative(Double(to + 1) / Double(from))
        let low = to == 0 ? 0 : cumulative(Double(to) / Double(from))
        return (high - low) / total
      }
    }
  }

  @Test(arguments: [(1.0, 85), (0.3, 107), (0.1, 127), (0.02, 127), (0, 127)])
  func `shocks: the counts tend to those without`(eta: Double, count: Int) throws {
    let tally = try Duopolies.tally(Duopolies.make(3, eta: eta) { _ in 0.3 }).tally
    #expect(tally.count == UInt128(count))
    #expect(tally.firstDegenerate == nil)
  }

  @Test(arguments: [(0.003, 31), (0.01, 29), (0.02, 27), (0.05, 1)])
  func `shocks with alternating moves: equilibria disappear in pairs`(
    eta: Double, count: Int
  ) throws {
    let game = try Duopolies.make(
      4, k0: 8, k1: 0.9, beta: 0.95, moves: .alternating, eta: eta
    ) { _ in 0.5 }
    let tally = try Duopolies.tally(game).tally
    #expect(tally.count == UInt128(count))
  }

  @Test func `a huge outlay leaves one equilibrium in which nobody invests`() throws {
    let tally = try Duopolies.tally(Duopolies.make(4, k0: 1e6)).tally
    #expect(tally.count == 1)
    #expect(tally.highest == SIMD2(0, 0))
    #expect(try Duopolies.tally(Duopolies.make(1)).tally.count == 1)
  }
}
