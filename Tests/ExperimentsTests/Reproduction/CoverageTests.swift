import Environments
import Foundation
import Statistics
import Testing

@testable import Experiments

@Suite struct CoverageTests {
  /// Every sample of six values is listed with its probability.
  @Test(arguments: [0.3, 0.5, 0.62])
  func `order statistics of a law with atoms cover as often as enumeration says`(
    level: Double
  ) throws {
    let atoms: [(value: Double, weight: Double)] = [(2, 0.25), (-1, 0.35), (5, 0.4)]
    let law = AtomicLaw(atoms)
    let n = 6
    let ranks = try binomialQuantileRanks(n: n, p: level, confidence: 0.7)
    let (low, high) = (try #require(ranks.low), try #require(ranks.high))
    let (exact, _, _) = law.quantile(level)
    #expect(exact == (level <= 0.35 ? -1 : level <= 0.6 ? 2 : 5))
    var covered = 0.0
    for number in 0..<729 {
      var (rest, weight) = (number, 1.0)
      var sample: [Double] = []
      for _ in 0..<n {
        sample.append(atoms[rest % 3].value)
        weight *= atoms[rest % 3].weight
        rest /= 3
      }
      sample.sort()
      if sample[low - 1] <= exact && exact <= sample[high - 1] { covered += weight }
    }
    #expect(abs(try law.coverage(of: level, n: n, confidence: 0.7) - covered) < 1e-12)
  }

  @Test func `atoms that differ by rounding are one`() {
    let law = AtomicLaw([(0.1 + 0.2, 0.5), (0.3, 0.3), (0.4, 0.2)])
    let (value, below, upTo) = law.quantile(0.7)
    #expect(abs(value - 0.3) < 1e-15 && below == 0 && abs(upTo - 0.8) < 1e-15)
  }

  /// The law of payoffs has the mean that carrying the law of play forward gives, and the mean of
  /// backward induction, written out here.
  @Test func `every path is followed`() throws {
    let prepared = try MonteCarloCoverage.cases[1].prepared(interruption: Interruption())
    let law = prepared.payoffLaw(0)
    let (game, tables) = (prepared.plan.game, prepared.plan.played[0].tables)
    var values = [Double](repeating: 0, count: game.stateCount)
    for _ in 0..<prepared.plan.periods {
      var earlier = [Double](repeating: 0, count: game.stateCount)
      for cell in 0..<tables.cellCount {
        let row = tables.rows[cell]
        var worth = game.payoff(0, row: row)
        for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
          worth +=
            game.discounts[0] * game.probabilities[entry] * values[Int(game.nextStates[entry])]
        }
        earlier[tables.states[cell]] += tables.weights[cell] * worth
      }
      values = earlier
    }
    let expected = zip(game.initial, values).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(law.mean - expected) < 1e-12)
    #expect(abs(prepared.exact[0]!.columns[0]! - expected) < 1e-12)
    #expect(abs(law.quantile(1).upTo - 1) < 1e-12)
  }

  /// All groups, on few studies under another seed: intervals are found, and cover more often than
  /// chance would let a broken one: 30 studies at 95% miss more than 8 times once in 10⁴ tables.
  @Test(arguments: MonteCarloCoverage.cases.indices)
  func `intervals are found and cover`(index: Int) throws {
    let design = MonteCarloCoverage.cases[index]
    // The rule that stops once precise plays too many paths for a test.
    guard design.title != "stopping once precise" else { return }
    let rows = try design.rows(studies: 30, from: 77, interruption: Interruption())
    #expect(!rows.isEmpty)
    for row in rows {
      let share = try #require(row.ours.number)
      #expect(share >= 22.0 / 30, "\(row.item)")
      #expect(!row.note.contains("no interval"), "\(row.item)")
    }
    let again = try design.rows(studies: 30, from: 77, interruption: Interruption())
    #expect(again.map(\.ours) == rows.map(\.ours))
  }

  @Test func `a study without an interval is a miss`() throws {
    let design = CoverageCase("one path", "paths: 1, periods: 1") { _ in
      [
        CoverageReading(item: "value") {
          CoverageInterval($0.profiles[0].statistics.first { $0.name == "value/1" })
        }
      ]
    }
    let rows = try design.rows(studies: 3, interruption: Interruption())
    #expect(rows[0].ours == .number(0) && rows[0].verdict == .notReproducible)
    #expect(rows[0].note.contains("3 studies gave no interval"))
  }

  @Test func `more coverage than promised is as good where that is said`() throws {
    let sure = CoverageCase("all", "paths: 64, periods: 2") { _ in
      [false, true].map { isLowerBound in
        CoverageReading(item: "anything", nominal: 0.5, isLowerBound: isLowerBound) { _ in
          CoverageInterval(0, 1, 0.5)
        }
      }
    }
    let rows = try sure.rows(studies: 100, interruption: Interruption())
    #expect(rows.map(\.verdict) == [.notReproducible, .reproduced])
  }
}

@Suite struct PreparedPathsTests {
  @Test func `a study in memory is the study in a folder`() throws {
    let configuration = try monteCarlo(racePaths, ["montecarlo.paths=600"])
    let prepared = try PreparedPaths(configuration, interruption: Interruption())
    let (own, stored) = (
      try prepared.play(threads: 2), try simulate(configuration).document
    )
    #expect(own.profiles[0].statistics.map(\.mean) == stored.profiles[0].statistics.map(\.mean))
    #expect(
      own.profiles[0].fans[0].dates.map(\.mean) == stored.profiles[0].fans[0].dates.map(\.mean))
    let other = try prepared.play(seed: 4)
    #expect(other.seed == 4)
    #expect(other.profiles[0].statistics[0].mean != own.profiles[0].statistics[0].mean)
    let named = try simulate(monteCarlo(racePaths, ["montecarlo.paths=600", "seed=4"])).document
    #expect(other.profiles[0].statistics.map(\.mean) == named.profiles[0].statistics.map(\.mean))
  }

  @Test func `an interrupted study says so`() throws {
    let configuration = try monteCarlo(racePaths, ["montecarlo.paths=600"])
    let prepared = try PreparedPaths(configuration, interruption: Interruption())
    let interruption = Interruption()
    interruption.request()
    #expect(throws: MonteCarloStop.self) { try prepared.play(interruption: interruption) }
  }

  /// No path of the race reaches a gap that is out of reach, and every path has a state: chance has no part
  /// in either, and both intervals are points. (What merely was not seen has a bound: `RareEventTests`.)
  @Test(arguments: ["independent", "antithetic"])
  func `what cannot happen, and what must, is certain`(draws: String) throws {
    let configuration = try monteCarlo(
      racePaths,
      [
        "montecarlo.paths=400", "montecarlo.periods=2", "montecarlo.draws.kind=\(draws)",
        "montecarlo.events=[{name: far, from: 1.9}, {name: anywhere, from: -99}]",
      ])
    let document = try PreparedPaths(configuration, interruption: Interruption()).play()
    for (name, value) in [("hit/far", 0.0), ("hit/anywhere", 1)] {
      let row = try #require(document.profiles[0][name])
      #expect(row.mean == value && row.low == value && row.high == value && row.exact == value)
      #expect(row.units == (draws == "independent" ? 400 : 200))
    }
  }

  /// Pairs of independent halves: the errors of shares at the exact median, and so the interval, are
  /// those of the shares of blocks recounted from the paths' own dates.
  @Test func `quantiles of pairs have intervals from shares of blocks`() throws {
    let configuration = try monteCarlo(
      racePaths,
      [
        "montecarlo.paths=4096", "montecarlo.draws.kind=antithetic", "montecarlo.quantities=[gap]",
        "montecarlo.fan.dates=3",
      ])
    let prepared = try PreparedPaths(configuration, interruption: Interruption())
    let document = try prepared.play()
    for fan in document.profiles[0].fans {
      for date in fan.dates.dropFirst() {
        for quantile in date.quantiles {
          let exact = try #require(quantile.exact)
          if let low = quantile.low { #expect(low <= quantile.value) }
          if let high = quantile.high { #expect(high >= quantile.value) }
          if let low = quantile.low, let high = quantile.high {
            #expect(low <= exact && exact <= high, "\(fan.name) \(date.date)")
          }
        }
      }
    }
    // A first block's quantiles stand in where exact ones are not to be had.
    var plan = prepared.plan
    plan.references = []
    let pilot = try PathWorker.references(plan)
    #expect(pilot.map(\.count) == prepared.plan.references.map(\.count))
    let values = Set(plan.quantities.flatMap(\.values))
    #expect(pilot[0].allSatisfy(values.contains))
  }
}
