import Environments
import Foundation
import Testing

@testable import Equilibria

@Suite struct LeapfroggingSurveyTests {
  private static func games() throws -> [LeapfroggingDuopoly] {
    [
      try Duopolies.make(3),
      try Duopolies.make(3, k1: 10, stay: { 1 / (1 + 0.05 * $0) }),
      try Duopolies.make(4, moves: .alternating, stay: { _ in 0.5 }),
      try Duopolies.make(
        4, moves: .alternating, turns: [[0.3, 0.7], [0.7, 0.3]], stay: { _ in 0.4 }),
      try Duopolies.make(3, eta: 0.1, stay: { _ in 0.3 }),
    ]
  }

  /// Surplus, symmetry and purity, against certificates' linear systems and plain definitions.
  @Test(arguments: 0..<5)
  func `a survey agrees with certificates`(index: Int) throws {
    let game = try Self.games()[index]
    let survey = try LeapfroggingSurvey(game)
    let space = LeapfroggingPoints(levels: game.levels)
    let turns = game.moves == .alternating ? 2 : 1
    var efficiencies: [Double] = []
    var (symmetric, pure) = (0, 0)
    try game.forEachEquilibrium { equilibrium in
      let chances = equilibrium.probabilities
      let certificate = try LeapfroggingCertificate(game, chances)
      efficiencies.append(certificate.surplus[turns * space.apex] / game.plannerValue())
      if (0..<space.count).allSatisfy({
        abs(chances[$0][0] - chances[space.mirror($0)][1]) < 1e-9
      }) {
        symmetric += 1
      }
      if chances.allSatisfy({ $0.allSatisfy { $0 == 0 || $0 == 1 } }) { pure += 1 }
      return true
    }
    #expect(survey.count == efficiencies.count && survey.count > 1)
    #expect(survey.symmetricCount == symmetric && survey.pureCount == pure)
    #expect(abs(survey.lowest - efficiencies.min()!) < 1e-10)
    #expect(abs(survey.highest - efficiencies.max()!) < 1e-10)
    let mean = efficiencies.reduce(0, +) / Double(efficiencies.count)
    #expect(abs(survey.mean! - mean) < 1e-10)
    let efficient = efficiencies.indices.filter { efficiencies[$0] >= 1 - 1e-9 }
    #expect(survey.efficientCount == efficient.count)
    #expect(survey.efficient == Array(efficient.prefix(LeapfroggingSurvey.listLimit)))
    // The search among symmetric equilibria alone finds as many.
    let alone = try #require(try game.enumerateSymmetric(limits: EnumerationLimits(), threads: 2))
    #expect(alone.tally.count == UInt128(symmetric))
  }

  /// Symmetric equilibria of the baseline: 1 of 3 and 3 of 127, whose efficiencies an independent
  /// program gives as 0.9105, 0.9222 and 0.9212.
  @Test func `symmetric equilibria of the baseline`() throws {
    #expect(try LeapfroggingSurvey(Duopolies.make(2)).symmetricCount == 1)
    #expect(try LeapfroggingSurvey(Duopolies.make(2)).pureCount == 2)
    let game = try Duopolies.make(3)
    let space = LeapfroggingPoints(levels: 3)
    var found: [Double] = []
    try game.forEachEquilibrium { equilibrium in
      let chances = equilibrium.probabilities
      if (0..<space.count).allSatisfy({
        abs(chances[$0][0] - chances[space.mirror($0)][1]) < 1e-9
      }) {
        let surplus = try LeapfroggingCertificate(game, chances).surplus
        found.append(surplus[space.apex] / game.plannerValue())
      }
      return true
    }
    #expect(found.map { ($0 * 1e4).rounded() }.sorted() == [9105, 9212, 9222])
  }

  @Test func `firms that are not alike have no symmetric equilibria to search`() throws {
    let game = try Duopolies.make(3, moves: .alternating, turns: [[0.1, 0.9], [0.5, 0.5]])
    #expect(!game.isFair)
    #expect(try game.enumerateSymmetric(limits: EnumerationLimits(), threads: 1) == nil)
    #expect(try LeapfroggingSurvey(game).symmetricCount == 0)
  }
}

@Suite struct ResumptionTests {
  private func bytes(_ tally: EquilibriumTally) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try encoder.encode(EquilibriumTallyRecord(tally))
  }

  /// Stopped anywhere, as often as may be, written to a file and read back, a search comes to the same
  /// tally, to the last bit of its sums.
  @Test(arguments: [1, 2])
  func `a search goes on to the same tally`(threads: Int) throws {
    // n = 5 is searched in parts, n = 4 in one.
    for (levels, stops, last) in [
      (4, [1, 700, 20_000], nil as UInt128?), (5, [1, 4_321, 60_000, 60_001], 150_000),
    ] {
      let game = try Duopolies.make(levels)
      var limits = EnumerationLimits()
      limits.maximumEquilibria = last
      let whole = try game.enumerateEquilibria(limits: limits, threads: 1)
      var resumption: EnumerationResumption?
      for stop in stops {
        limits.maximumEquilibria = UInt128(stop)
        let part = try game.enumerateEquilibria(
          limits: limits, resuming: resumption, threads: threads)
        #expect(part.tally.count == UInt128(stop) && part.status == .limit)
        let found = try #require(part.resumption)
        func copy(_ tally: EquilibriumTally) throws -> EquilibriumTally {
          try #require(
            try JSONDecoder().decode(EquilibriumTallyRecord.self, from: bytes(tally)).tally())
        }
        resumption = EnumerationResumption(
          string: found.string, tally: try copy(found.tally), part: try copy(found.part))
      }
      limits.maximumEquilibria = last
      let rest = try game.enumerateEquilibria(
        limits: limits, resuming: resumption, threads: threads)
      #expect(rest.next == whole.next && rest.status == whole.status)
      #expect(try bytes(rest.tally) == bytes(whole.tally))
    }
  }

  @Test func `a limit below what was visited changes nothing`() throws {
    let game = try Duopolies.make(4)
    var limits = EnumerationLimits()
    limits.maximumEquilibria = 500
    let part = try game.enumerateEquilibria(limits: limits, threads: 1)
    limits.maximumEquilibria = 100
    let again = try game.enumerateEquilibria(limits: limits, resuming: part.resumption, threads: 1)
    #expect(again.tally.count == 500 && again.next == part.next)
    #expect(try bytes(again.tally) == bytes(part.tally))
    let resumption = try #require(again.resumption)
    #expect(resumption.tally.count + resumption.part.count == 500)
  }

  /// Which pairs a full multiset drops does not depend on the order in which slots lie.
  @Test func `a full multiset keeps the same pairs on any number of threads`() throws {
    let game = try Duopolies.make(5)
    var limits = EnumerationLimits()
    limits.maximumPayoffs = 50
    limits.maximumEquilibria = 100_000
    let one = try game.enumerateEquilibria(limits: limits, threads: 1).tally
    let three = try game.enumerateEquilibria(limits: limits, threads: 3).tally
    #expect(!one.payoffs.isComplete && one.payoffs.count == 50)
    #expect(try bytes(one) == bytes(three))
  }

  @Test func `a damaged record is no tally`() throws {
    var payoffs = EquilibriumTally(unit: 1e-7)
    payoffs.add(1, 2)
    var record = EquilibriumTallyRecord(payoffs)
    #expect(record.tally()?.count == 1)
    record.counts = ["x"]
    #expect(record.tally() == nil)
    record.counts = ["1", "1"]
    #expect(record.tally() == nil)
  }
}

@Suite struct EveryEquilibriumTests {
  /// All of them, each certified by exploitability in the game written out, with mirror images linked.
  @Test func `the list of all equilibria`() throws {
    for (duopoly, count, symmetric) in [
      (try Duopolies.make(3), 127, 3),
      (try Duopolies.make(4, moves: .alternating, stay: { _ in 0.5 }), 31, nil as Int?),
    ] {
      let game = try duopoly.stochasticGame()
      let known = try #require(try KnownEquilibria.complete(of: duopoly, writtenOut: game))
      #expect(known.completeness == .all && known.count == count && known.isListed)
      #expect(known.entries.allSatisfy { $0.certificate.isCertified && !$0.isContinuum })
      #expect(known.entries.allSatisfy { $0.image != nil })
      if let symmetric { #expect(known.entries.count { $0.isSymmetric == true } == symmetric) }
      for entry in known.entries {
        #expect(known.entry(entry.image!)?.image == entry.id)
      }
    }
  }

  @Test func `too many or degenerate equilibria are not called all`() throws {
    let large = try Duopolies.make(4)
    #expect(
      try KnownEquilibria.complete(of: large, writtenOut: large.stochasticGame()) == nil)
    let tie = try Duopolies.make(2, k0: 1, k1: 0, beta: 0.5, costMax: 1)
    #expect(try KnownEquilibria.complete(of: tie, writtenOut: tie.stochasticGame()) == nil)
  }
}
