import Environments
import Foundation
import Testing

@testable import Equilibria

/// Every equilibrium is judged from one linear system over the whole game.
@Suite struct LeapfroggingEquilibriumTests {
  @Test func `the 127 equilibria of three levels, each certified`() throws {
    let game = try Duopolies.make(3)
    let written = try game.stochasticGame()
    var (count, symmetric, pure) = (0, 0, 0)
    var last: [Int] = []
    var efficiencies: [Double] = []
    try Duopolies.all(SimultaneousStages(game)) { search in
      let p = Duopolies.probabilities(search)
      let judged = try LeapfroggingCertificate(game, p)
      #expect(judged.largestGain < 1e-12)
      // The general certificate of written-out games says the same.
      let profile = Profile(
        (0..<2).map { firm in
          Policy(
            offsets: (0...p.count).map { 2 * $0 },
            probabilities: p.flatMap { [1 - $0[firm], $0[firm]] })
        })
      let general = try Certificate(written, profile)
      #expect(general.exploitability < 1e-11)
      let apex = search.selection(at: 13)
      #expect(abs(general.values[0][13] - apex[0]) < 1e-11)
      #expect(abs(judged.values[1][13] - apex[1]) < 1e-11)
      #expect(apex[0] > -1e-11 && apex[1] > -1e-11)
      #expect(apex[0] + apex[1] < game.plannerValue() + 1e-9)
      let efficiency = judged.surplus[13] / game.plannerValue()
      #expect(efficiency > 0 && efficiency < 1 + 1e-12)
      #expect(last.lexicographicallyPrecedes(search.digits) || count == 0)
      last = search.digits
      count += 1
      let points = LeapfroggingPoints(levels: 3)
      if (0..<14).allSatisfy({ abs(p[$0][0] - p[points.mirror($0)][1]) < 1e-9 }) {
        symmetric += 1
        efficiencies.append(efficiency)
      }
      if p.allSatisfy({ $0.allSatisfy { $0 == 0 || $0 == 1 } }) { pure += 1 }
    }
    #expect(count == 127)
    #expect(symmetric == 3)
    #expect(pure == 16)
    #expect(
      zip(efficiencies.sorted(), [0.9105, 0.9212, 0.9222]).allSatisfy { abs($0 - $1) < 5e-5 })
    #expect(last == [0, 0, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 2, 0])
  }

  @Test func `the first strings of three levels`() throws {
    let search = RecursiveLexicographicalSearch(SimultaneousStages(try Duopolies.make(3)))
    try search.begin()
    var seen: [[Int]] = []
    var bases: [Int] = []
    for _ in 0..<12 {
      seen.append([search.digits[12], search.digits[8], search.digits[7]])
      bases.append(search.bases[12])
      _ = try search.advance()
    }
    // Digit 2, digit 6 and digit 7 counted from the right.
    #expect(
      seen == [
        [0, 0, 0], [1, 0, 0], [2, 0, 0], [0, 1, 0], [1, 1, 0], [2, 1, 0], [0, 2, 0], [0, 0, 1],
        [0, 1, 1], [1, 1, 1], [2, 1, 1], [0, 2, 1],
      ])
    #expect(bases == [3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 1])
  }

  @Test func `the bottom layer in closed form`() throws {
    let game = try Duopolies.make(3)
    let search = RecursiveLexicographicalSearch(SimultaneousStages(game))
    try search.begin()
    let points = LeapfroggingPoints(levels: 3)
    #expect(abs(search.selection(at: points.index(2, 0, 0))[1] - 102.520832465) < 1e-8)
    let diagonal = search.stageEquilibria(at: points.index(2, 2, 0))
    #expect(diagonal.count == 3)
    #expect(abs(diagonal[0][1] - 89.220832465) < 1e-8 && diagonal[0][0] == 0)
    #expect(abs(diagonal[1][2] - 0.914889980) < 1e-8 && abs(diagonal[1][0]) < 1e-11)
    let skewed = search.stageEquilibria(at: points.index(2, 1, 0))
    #expect(abs(skewed[0][1] - 91.720832465) < 1e-8 && abs(skewed[0][0]) < 1e-11)
    #expect(abs(skewed[1][2] - 0.912564418) < 1e-8 && abs(skewed[1][3] - 0.829779960) < 1e-8)
    #expect(abs(skewed[1][1] - 2.726790724) < 1e-8)
    #expect(abs(skewed[2][0] - 40.460416233) < 1e-8 && abs(skewed[2][1] - 2.5) < 1e-11)
    // Figure 8: the firm behind, here firm 1, is indifferent where firm 2 waits with this chance, and
    // the leader where the firm behind waits with chance s.
    let (k, beta, low, high) = (8.3, exp(-0.05), 2.5, 5.0)
    #expect(abs(1 - skewed[1][3] - k * (1 - beta) / (beta * low)) < 1e-9)
    let s = 1 - skewed[1][2]
    let left = (1 - beta * s) * (high - low - k + beta * s * high / (1 - beta))
    #expect(abs(left - (high - low)) < 1e-9)
  }

  @Test(arguments: [
    (LeapfroggingDuopoly.Moves.simultaneous, 0.0), (.simultaneous, 0.3), (.alternating, 0.0),
    (.alternating, 0.01),
  ])
  func `random games: every equilibrium certified, values as the search has them`(
    moves: LeapfroggingDuopoly.Moves, eta: Double
  ) throws {
    var state: UInt64 = 7
    func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    for _ in 0..<12 {
      let stay = uniform() < 0.3 ? 0 : uniform() * 0.9
      let turns = [[uniform(), 0], [uniform(), 0]].map { [$0[0], 1 - $0[0]] }
      let game = try Duopolies.make(
        3, k0: 1 + 15 * uniform(), k1: 3 * uniform(), beta: 0.8 + 0.19 * uniform(), moves: moves,
        eta: eta, turns: turns
      ) { _ in stay }
      func check<Solver: StageSolver>(_ solver: Solver) throws {
        var number = 0
        try Duopolies.all(solver) { search in
          number += 1
          guard number <= 200 else { return }
          let judged = try LeapfroggingCertificate(game, Duopolies.probabilities(search))
          #expect(judged.largestGain < 1e-9, "\(game), \(search.digits)")
          #expect(judged.largestChoiceError < 1e-7)
          for point in 0..<search.pointCount {
            let found = search.selection(at: point)
            for firm in 0..<2 {
              for mover in 0..<(moves == .alternating ? 2 : 1) {
                let movers = moves == .alternating ? 2 : 1
                let value = judged.values[firm][point * movers + mover]
                #expect(abs(found[2 * mover + firm] - value) < 1e-9)
              }
            }
          }
          #expect(search.bases.allSatisfy { $0 % 2 == 1 }, "\(search.bases)")
        }
      }
      switch moves {
      case .simultaneous: try check(SimultaneousStages(game))
      case .alternating: try check(AlternatingStages(game))
      }
    }
  }
}
