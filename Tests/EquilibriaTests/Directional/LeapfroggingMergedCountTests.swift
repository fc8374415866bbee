import Environments
import Foundation
import Testing

@testable import Equilibria

/// Counting without visiting against visiting, and the counts that only the former reaches.
@Suite struct LeapfroggingMergedCountTests {
  private func agree(_ game: LeapfroggingDuopoly) throws {
    let visited = try Duopolies.tally(game).tally
    let merged = try game.countEquilibria(threads: 2).tally
    #expect(merged.count == visited.count)
    #expect(merged.payoffs.entries == visited.payoffs.entries)
    #expect(merged.highest == visited.highest)
    #expect(merged.lowest == visited.lowest)
    #expect(merged.stageMaximum == visited.stageMaximum)
    #expect(merged.firstDegenerate == nil && visited.firstDegenerate == nil)
    for (one, other) in zip(merged.means!, visited.means!) {
      #expect(abs(one - other) <= 1e-12 * (1 + abs(other)))
    }
  }

  @Test(arguments: [1, 2, 3, 4])
  func `certain improvement, simultaneous moves`(n: Int) throws { try agree(Duopolies.make(n)) }

  @Test(arguments: [3, 4])
  func `improvement by chance, simultaneous moves`(n: Int) throws {
    try agree(Duopolies.make(n) { _ in 0.3 })
    try agree(Duopolies.make(n, k0: 1, k1: 10) { 1 / (1 + 0.05 * $0) })
  }

  @Test func `alternating moves`() throws {
    try agree(Duopolies.make(5, moves: .alternating) { _ in 0.5 })
    try agree(
      Duopolies.make(4, k0: 5, k1: 0, moves: .alternating, turns: [[0.2, 0.8], [0.7, 0.3]]) {
        1 / (1 + $0)
      })
  }

  @Test func `improvement of random size`() throws {
    let rows = try LeapfroggingCountTests.betaRows(4)
    let costs = (0..<4).map { 5 * Double($0) / 3 }
    let game = try LeapfroggingDuopoly(
      costs: costs, discount: exp(-0.05), outlays: costs.map { 8.3 / (1 + $0) }, technology: rows)
    try agree(game)
    let staying = rows.enumerated().map { level, row in
      level == 0 ? row : row.enumerated().map { 0.6 * $1 + ($0 == level ? 0.4 : 0) }
    }
    try agree(
      LeapfroggingDuopoly(
        costs: costs, discount: 0.9, outlays: [2, 2, 2, 2], technology: staying))
  }

  @Test func `private shocks`() throws {
    try agree(Duopolies.make(3, eta: 1) { _ in 0.3 })
    try agree(Duopolies.make(4, k0: 8, k1: 0.9, moves: .alternating, eta: 0.01) { _ in 0.5 })
  }

  /// Table 1: 192,736,405; the number of payoff pairs was counted by visiting each in another program.
  @Test func `five levels, Table 1`() throws {
    let game = try Duopolies.make(5)
    let one = try game.countEquilibria(threads: 1)
    #expect(one.status == .converged)
    #expect(one.tally.count == 192_736_405)
    #expect(one.tally.payoffs.count == 63_662)
    #expect(abs(one.tally.highest[0] - 75.1006788727) < 1e-9)
    #expect(abs(one.tally.means![0] - 25.52665433) < 1e-7)
    let two = try game.countEquilibria(threads: 2)
    #expect(two.tally.payoffs.entries == one.tally.payoffs.entries)
    #expect(two.tally.means == one.tally.means)
    // Of the 193 million strings, the first hundred thousand are visited here.
    var limits = EnumerationLimits()
    limits.maximumEquilibria = 100_000
    let some = try Duopolies.tally(game, limits: limits)
    #expect(some.status == .limit && some.tally.count == 100_000)
    let found = Set(one.tally.payoffs.entries.map { [$0.first, $0.second] })
    #expect(some.tally.payoffs.entries.allSatisfy { found.contains([$0.first, $0.second]) })
  }

  /// Counted or visited, by one thread or three: the same pairs are kept, with all of their equilibria.
  @Test(arguments: [0, 1, 100, 721, 722])
  func `which payoff pairs a limit keeps`(most: Int) throws {
    let game = try Duopolies.make(4)
    let all = try game.countEquilibria(threads: 1).tally.payoffs.entries
    var limits = EnumerationLimits()
    limits.maximumPayoffs = most
    let kept = try [1, 3].flatMap { threads in
      try [
        game.countEquilibria(limits: limits, threads: threads),
        game.enumerateEquilibria(limits: limits, threads: threads),
      ]
    }
    for outcome in kept {
      let payoffs = outcome.tally.payoffs
      #expect(outcome.tally.count == 46_707)
      #expect(payoffs.count == most && payoffs.isComplete == (most == 722))
      #expect(payoffs.entries == kept[0].tally.payoffs.entries)
      #expect(payoffs.entries.allSatisfy { all.contains($0) })
    }
  }

  /// Figure 7's game at η = 0.
  @Test func `alternating moves, constant outlay`() throws {
    let game = try Duopolies.make(5, k0: 5, k1: 0, moves: .alternating) { 1 / (1 + $0) }
    #expect(try game.countEquilibria(threads: 2).tally.count == 8913)
  }

  @Test func `a search stopped and resumed is the whole search`() throws {
    let game = try Duopolies.make(4)
    let stages = SimultaneousStages(game)
    let whole = try Duopolies.tally(game, threads: 1)
    for stop in [1, 17, 5000, 46_706] as [UInt128] {
      var limits = EnumerationLimits()
      limits.maximumEquilibria = stop
      let first = try EquilibriumEnumeration(stages, payoffs: (29, 0, 1), limits: limits)
        .run(threads: 2)
      #expect(first.tally.count == stop && first.status == .limit)
      let resumption = try #require(first.resumption)
      #expect(resumption.string == first.next)
      let rest = try EquilibriumEnumeration(
        stages, payoffs: (29, 0, 1), limits: EnumerationLimits()
      ).run(resuming: resumption, threads: 2)
      #expect(rest.status == .converged)
      #expect(rest.tally.count == whole.tally.count)
      #expect(rest.tally.payoffs.entries == whole.tally.payoffs.entries)
    }
  }
}
