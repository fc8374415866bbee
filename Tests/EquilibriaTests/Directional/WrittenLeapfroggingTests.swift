import Environments
import Foundation
import Testing

@testable import Equilibria

/// The leapfrogging duopoly through the general stage games, against its own closed forms.
@Suite struct WrittenLeapfroggingTests {
  static let games:
    [(n: Int, moves: LeapfroggingDuopoly.Moves, k0: Double, k1: Double, stay: Double)] =
      [
        (2, .simultaneous, 8.3, 1, 0), (3, .simultaneous, 8.3, 1, 0),
        (3, .simultaneous, 8.3, 1, 0.4),
        (3, .simultaneous, 1, 10, 0.8), (2, .alternating, 8.3, 1, 0), (3, .alternating, 8.3, 1, 0),
        (3, .alternating, 8, 0.9, 0.5), (4, .alternating, 8.3, 1, 0.5),
      ]

  @Test(arguments: games.indices)
  func `as many equilibria and the same payoffs`(number: Int) throws {
    let (n, moves, k0, k1, stay) = Self.games[number]
    let game = try Duopolies.make(n, k0: k0, k1: k1, moves: moves) { _ in stay }
    var limits = EnumerationLimits()
    limits.unit = 1e-6
    let own = try Duopolies.tally(game, limits: limits).tally
    let written = try DirectionalEquilibria(game.stochasticGame())
    let general = try written.enumeration(limits: limits).run(threads: 2)
    #expect(general.status == .converged)
    #expect(general.tally.count == own.count)
    #expect(general.tally.payoffs.entries == own.payoffs.entries)
    #expect(general.tally.firstDegenerate == nil)
    #expect(general.tally.stageMaximum == own.stageMaximum)
    #expect(zip(general.tally.means!, own.means!).allSatisfy { abs($0 - $1) < 1e-9 })
  }

  @Test func `five equilibria of one stage game`() throws {
    let game = try Duopolies.make(3, k0: 1, k1: 10) { 1 / (1 + 0.05 * $0) }
    let all = try DirectionalEquilibria(game.stochasticGame())
    let outcome = try all.enumeration(limits: EnumerationLimits()).run(threads: 1)
    #expect(outcome.tally.count == 175)
    #expect(outcome.tally.stageMaximum == 5)
  }

  @Test func `with one state a point the strings are those of the closed forms`() throws {
    let game = try Duopolies.make(3)
    let all = try DirectionalEquilibria(game.stochasticGame())
    var general: [[Int]] = []
    for string in try Found(all).strings {
      var digits = [Int](repeating: 0, count: 14)
      for state in 0..<14 { digits[state] = string[all.stages.place(of: state).point] }
      general.append(digits)
    }
    var own: [[Int]] = []
    try Duopolies.all(SimultaneousStages(game)) { own.append($0.digits) }
    #expect(Set(general) == Set(own))
    #expect(general.count == 127)
  }

  @Test func `all 127 are certified, and so are alternating ones`() throws {
    for (moves, stay, count) in [
      (LeapfroggingDuopoly.Moves.simultaneous, 0.0, 127), (.alternating, 0.5, nil),
    ] {
      let game = try Duopolies.make(3, k0: 8.3, moves: moves) { _ in stay }
      let all = try DirectionalEquilibria(game.stochasticGame())
      let found = try Found(all)
      if let count { #expect(found.solutions.count == count) }
      for solution in found.solutions {
        let certificate = try all.certificate(of: solution)
        #expect(certificate.exploitability < 1e-11)
        #expect(certificate.valueResidual! < 1e-11)
      }
    }
  }
}
