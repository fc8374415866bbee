import Configuration
import Environments
import Foundation
import Statistics
import Testing

@testable import Experiments

@Suite struct MonteCarloStudyTests {
  private func files(_ folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in ["summary.json", "statistics.csv", "fans.csv", "occupancy.csv"] {
      found[name] = try readData("\(folder)/\(name)")
    }
    return found
  }

  @Test(arguments: ["independent", "antithetic", "sobol", "array-sobol"])
  func `bytes do not depend on the number of threads`(draws: String) throws {
    var known: [String: Data]?
    for threads in [1, 2, 5] {
      let folder = try TemporaryFolder()
      let study = try simulate(
        monteCarlo(
          racePaths,
          [
            "montecarlo.profiles=[exact, uniform]", "montecarlo.draws=\(draws)",
            "montecarlo.departure.period=3", "montecarlo.autocorrelation_lags=2",
          ]), into: folder.path, threads: threads)
      let now = try files(study.folder)
      if let known { #expect(now == known) } else { known = now }
    }
  }

  @Test func `a study that was interrupted goes on to the same bytes`() throws {
    let overrides = ["montecarlo.paths=600000", "montecarlo.fan.dates=5"]
    let whole = try TemporaryFolder()
    let expected = try files(
      simulate(monteCarlo(racePaths, overrides), into: whole.path).folder)
    let folder = try TemporaryFolder()
    var stops = 0
    var finished: MonteCarloStudy?
    while finished == nil, stops < 50 {
      let interruption = Interruption()
      let delay = 0.15 + 0.02 * Double(stops)
      // A thread of its own: the others are at work.
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: delay)
        interruption.request()
      }
      do {
        finished = try simulate(
          monteCarlo(racePaths, overrides), into: folder.path, resumes: true,
          interruption: interruption)
      } catch is MonteCarloStop {
        stops += 1
      }
    }
    #expect(stops >= 1)
    #expect(try files(#require(finished).folder) == expected)
  }

  @Test func `a finished study is reused, an unfinished one refused without a word`() throws {
    let folder = try TemporaryFolder()
    let first = try simulate(monteCarlo(), into: folder.path)
    let second = try simulate(monteCarlo(), into: folder.path)
    #expect(!first.isReused && second.isReused)
    #expect(
      second.document.profiles[0]["value/1"]?.mean == first.document.profiles[0]["value/1"]?.mean)
    try FileManager.default.removeItem(atPath: "\(first.folder)/summary.json")
    let error = #expect(throws: FileError.self) {
      try simulate(monteCarlo(), into: folder.path)
    }
    #expect(error?.problem.contains("--resume") == true)
  }

  @Test func `the precision rule stops as soon as it is met, and says when it is not`() throws {
    let met = try simulate(
      monteCarlo(
        racePaths,
        [
          "montecarlo.paths=1000000",
          "montecarlo.until={statistic: mean/lead, half_width: 0.005}",
        ])
    ).document
    #expect(met.status == "precise")
    #expect(met.paths < 200_000)
    let row = try #require(met.profiles[0]["mean/lead"])
    #expect((row.high! - row.low!) / 2 <= 0.005)
    let until = try #require(met.until)
    #expect(until.isMet && until.reached! <= 0.005)
    let short = try simulate(
      monteCarlo(racePaths, ["montecarlo.until={statistic: mean/lead, half_width: 1e-6}"])
    ).document
    #expect(short.status == "complete")
    #expect(try !#require(short.until).isMet)
  }

  @Test func `common random numbers make differences sharper`() throws {
    func error(_ common: Bool) throws -> Double {
      let document = try simulate(
        monteCarlo(
          racePaths,
          [
            "montecarlo.common_random_numbers=\(common)",
            "montecarlo.profiles=[exact, uniform]",
          ])
      ).document
      let row = document.differences[0].statistics.first { $0.name == "mean/gap" }!
      #expect((row.gain != nil) == common)
      return row.standardError!
    }
    // Errors of 2,000 paths are known to 2%.
    #expect(try error(true) < 0.9 * error(false))
  }

  @Test func `counts of first passages and spells are those of the paths`() throws {
    let configuration = try monteCarlo(
      racePaths, ["montecarlo.paths=500", "montecarlo.profiles=[uniform]"])
    let profiles = try configuration.profiles(interruption: Interruption(), progress: { _ in })
    let plan = try PathPlan(configuration, profiles: profiles, controls: nil)
    let tables = plan.played[0].tables
    let ensemble = PathEnsemble(plan, resuming: nil, threads: 2)
    _ = try ensemble.play(
      firstRound: 4, interruption: Interruption(),
      progress: ProgressDisplay(unit: "steps", isSilent: true)
    ) { _ in true }
    // The same paths again, from the same streams, by themselves.
    let draws = PathDraws(
      tables, seed: plan.seed, generator: plan.generator, periods: plan.periods, family: 0)
    let inside = plan.events[0].states
    var (hits, waiting, dates, spells, spellDates) = (0, 0, 0, 0, 0)
    var uniforms = [Double](repeating: 0, count: tables.drawsPerPeriod * plan.periods)
    for path in 0..<500 {
      var states = [Int32(tables.firstState(draws.begin(path)))]
      draws.draw(plan.periods, into: &uniforms, stride: plan.periods)
      var cells = [Int32](repeating: 0, count: plan.periods)
      tables.play(1, periods: plan.periods, uniforms: uniforms, states: &states, cells: &cells)
      let flags = cells.map { inside[tables.states[Int($0)]] }
      if let first = flags.firstIndex(of: true) {
        hits += 1; waiting += first
      } else {
        waiting += 40
      }
      dates += flags.count(where: { $0 })
      var since: Int?
      for (t, flag) in flags.enumerated() {
        if flag, since == nil { since = t }
        if !flag, let began = since {
          if began > 0 { spells += 1; spellDates += t - began }
          since = nil
        }
      }
    }
    let moments = ensemble.state.sums[0].paths
    func total(_ part: PathColumns.EventPart) -> Double {
      moments.mean(plan.columns.event(0, part)) * 500
    }
    #expect(abs(total(.hit) - Double(hits)) < 1e-6)
    #expect(abs(total(.waiting) - Double(waiting)) < 1e-6)
    #expect(abs(total(.share) * 40 - Double(dates)) < 1e-6)
    #expect(abs(total(.spells) - Double(spells)) < 1e-6)
    #expect(abs(total(.spellDates) - Double(spellDates)) < 1e-6)
    let bins = ensemble.state.counts[0]
    #expect(bins.passages.prefix(41).reduce(0, +) == hits)
    #expect(bins.durations.prefix(41).reduce(0, +) == spells)
  }

  @Test func `fan charts of few paths are the quantiles of those paths`() throws {
    let configuration = try monteCarlo(racePaths, ["montecarlo.paths=101"])
    let document = try simulate(configuration).document
    let fan = try #require(document.profiles[0].fans.first { $0.name == "gap" })
    #expect(fan.dates.count == 40)
    #expect(fan.errorBound == 0)
    // All start at parity.
    #expect(fan.dates[0].quantiles.allSatisfy { $0.value == 0 && $0.exact == 0 })
    for date in fan.dates {
      let values = date.quantiles.map(\.value)
      #expect(values == values.sorted())
      for quantile in date.quantiles {
        if let low = quantile.low { #expect(low <= quantile.value) }
        if let high = quantile.high { #expect(high >= quantile.value) }
      }
    }
  }

  @Test func `running totals end in the discounted payoffs`() throws {
    let document = try simulate(monteCarlo(racePaths, ["montecarlo.paths=900"])).document
    let played = document.profiles[0]
    let last = try #require(played.totals.first?.dates.last)
    let whole = try #require(played.distributions.first)
    #expect(whole.name == "value/1")
    for (one, two) in zip(last.quantiles, whole.quantiles) {
      #expect(abs(one.value - two.value) < 1e-9)
    }
  }

  @Test func `learned and stored policies are played, and the folder stands alone`() throws {
    let folder = try TemporaryFolder()
    let run = try train(configuration(), into: folder.path).run
    let text = """
      game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
      montecarlo:
        paths: 200
        periods: 10
        profiles:
          - {kind: trained, run: \(run.path), name: learned}
          - {kind: policy, file: \(run.seedFolder(5).policyPath), policy: average, name: averaged}
      """
    let study = try simulate(monteCarlo(text), into: folder.path)
    #expect(study.document.profiles.map(\.name) == ["learned", "averaged"])
    let parent = URL(fileURLWithPath: study.folder).deletingLastPathComponent().path
    let stored = try MonteCarloConfiguration(path: "\(parent)/config.yaml")
    #expect(stored.hash == URL(fileURLWithPath: parent).lastPathComponent)
    try FileManager.default.removeItem(atPath: run.path)
    let again = try MonteCarloConfiguration(path: "\(parent)/config.yaml")
    let repeated = try simulate(again, into: "\(folder.path)/again")
    #expect(
      repeated.document.profiles[0]["value/1"]!.mean
        == study.document.profiles[0]["value/1"]!.mean)
  }

  @Test(arguments: [
    ("montecarlo.profiles=[]", "needs at least one profile"),
    ("montecarlo.profiles=[uniform, uniform]", "names two profiles"),
    ("montecarlo.burn_in=40", "must be below periods = 40"),
    ("montecarlo.autocorrelation_lags=40", "must be below the dates after the burn-in"),
    (
      "montecarlo={until: {statistic: welfare, half_width: 1}, draws: {kind: sobol, replicates: 8}}",
      "draws.replicates is 8: raise it to 20 or more"
    ),
    (
      "montecarlo={paths: 10, until: {statistic: welfare, half_width: 1}}", "raise it to 20 or more"
    ),
    (
      "montecarlo={paths: 100, draws: {kind: sobol, replicates: 256}}",
      "must be at least draws.replicates = 256"
    ),
    ("montecarlo.events=[{name: x, from: 0}, {name: x, to: 0}]", "names two events"),
    ("montecarlo.fan.quantiles=[0.5, 0.1, 0.5]", "= 0.5: stands twice"),
    ("montecarlo.quantities=[gpa]", "did you mean gap?"),
    ("montecarlo.start={kind: state, label: 0.3}", "is no state of this game"),
    ("montecarlo.events=[{name: x}]", "needs states, from or to"),
    ("montecarlo.events=[{name: x, from: 9}]", "contains no state"),
    ("montecarlo.events=[{name: x, coordinate: 2, from: 0}]", "must be from 1 to 1"),
    ("montecarlo.paths=0", "must be a whole number from 1"),
    ("montecarlo.fan.quantiles=[0.5, 1]", "in (0, 1)"),
    ("montecarlo.departure.player=3", "must be from 1 to 2"),
    ("montecarlo.departure.period=41", "must be from 1 to periods = 40"),
    ("montecarlo.departure.action=0.77", "is no action of player 1"),
    ("montecarlo.until={statistic: welfar, half_width: 1}", "did you mean welfare?"),
    ("montecarlo.profiles=[{kind: constant, actions: [0]}]", "needs one action for each"),
    ("montecarlo.draws={kind: sobol, replicates: 3}", "from 8 to 4096"),
    ("montecarlo.pathz=3", "did you mean paths?"),
    ("game={kind: mfe-capacity}", "announce an m"),
  ])
  func `what cannot be is refused by name`(override: String, rule: String) throws {
    var message = ""
    do {
      try simulate(try monteCarlo(racePaths, [override]))
      Issue.record("accepted \(override)")
    } catch {
      message = "\(error)"
    }
    #expect(message.contains(rule), "\(message)")
  }
}
