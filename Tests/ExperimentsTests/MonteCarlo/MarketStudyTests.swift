import Configuration
import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Experiments

@Suite struct MarketStudyTests {
  private func files(_ folder: String) throws -> [String: Data] {
    var found: [String: Data] = [:]
    for name in ["summary.json", "statistics.csv", "fans.csv", "occupancy.csv"] {
      found[name] = try readData("\(folder)/\(name)")
    }
    return found
  }

  @Test(arguments: ["independent", "antithetic"])
  func `bytes do not depend on the number of threads`(draws: String) throws {
    var known: [String: Data]?
    for threads in [1, 2, 5] {
      let folder = try TemporaryFolder()
      let study = try simulate(
        markets(
          stockMarket,
          [
            "montecarlo.profiles=[exact, uniform]", "montecarlo.draws=\(draws)",
            "montecarlo.agents=9", "montecarlo.autocorrelation_lags=2",
            "montecarlo.events=[{name: high, from: 0.6}]",
          ]), into: folder.path, threads: threads)
      let now = try files(study.folder)
      if let known { #expect(now == known) } else { known = now }
    }
  }

  @Test func `a study that was interrupted goes on to the same bytes`() throws {
    let overrides = [
      "montecarlo.paths=40000", "montecarlo.agents=40", "montecarlo.fan.dates=5",
      "montecarlo.events=[{name: high, from: 2.5}]",
    ]
    let whole = try TemporaryFolder()
    let expected = try files(simulate(markets(capacityMarket, overrides), into: whole.path).folder)
    let folder = try TemporaryFolder()
    var stops = 0
    var finished: MonteCarloStudy?
    while finished == nil, stops < 50 {
      let interruption = Interruption()
      let delay = 0.15 + 0.02 * Double(stops)
      Thread.detachNewThread {
        Thread.sleep(forTimeInterval: delay)
        interruption.request()
      }
      do {
        finished = try simulate(
          markets(capacityMarket, overrides), into: folder.path, resumes: true,
          interruption: interruption)
      } catch is MonteCarloStop {
        stops += 1
      }
    }
    #expect(stops >= 1)
    #expect(try files(#require(finished).folder) == expected)
  }

  /// The same markets again, one by one from their streams, boiled down by plain loops.
  @Test func `what is recorded is what the markets did`() throws {
    let (agents, paths, periods, burnIn) = (300, 12, 20, 5)
    let configuration = try markets(
      stockMarket,
      [
        "montecarlo.agents=\(agents)", "montecarlo.paths=\(paths)", "montecarlo.periods=\(periods)",
        "montecarlo.burn_in=\(burnIn)", "montecarlo.start=uniform",
        "montecarlo.events=[{name: high, from: 2.15, to: 2.22}]", "montecarlo.fan.quantiles=[0.5]",
      ])
    let game = configuration.game
    let layout = game.layout
    let weights = MeanFieldPolicy.uniform(layout).weights
    var market = try MeanFieldMarket(game, agents: agents)
    var (series, values, passages): ([[Double]], [Double], [Int?]) = ([], [], [])
    var (spells, spellDates, inside) = (0, 0, 0)
    var visits = [Int](repeating: 0, count: layout.stateCount)
    for path in 0..<paths {
      var start = RandomStream(seed: 4, role: .pathStart, index: path)
      var choices = RandomStream(seed: 4, role: .pathPlayer, index: path)
      var moves = RandomStream(seed: 4, role: .pathNature, index: path)
      market.reset(using: &start)
      var (own, value, weight): ([Double], Double, Double) = ([], 0, 1)
      for date in 0..<periods {
        if date >= burnIn { for state in market.states { visits[Int(state)] += 1 } }
        market.draw(weights, agents: 0..<agents, draws: true, using: &choices)
        market.meet()
        own.append(market.interaction[0])
        value += weight * market.meanPayoff
        weight *= game.discount
        market.move(using: &moves)
      }
      series.append(own)
      values.append(value)
      let flags = own.map { (2.15...2.22).contains($0) }
      passages.append(flags.firstIndex(of: true))
      inside += flags.count { $0 }
      var since: Int?
      for (date, flag) in flags.enumerated() {
        if flag, since == nil { since = date }
        if !flag, let began = since {
          if began > 0 { (spells, spellDates) = (spells + 1, spellDates + date - began) }
          since = nil
        }
      }
    }
    let played = try simulate(configuration).document.profiles[0]
    func mean(_ name: String) throws -> Double { try #require(played[name]).mean }
    let count = Double(paths)
    #expect(abs(try mean("value") - values.reduce(0, +) / count) < 1e-9 * abs(values[0]))
    let average = series.joined().reduce(0, +) / count / Double(periods)
    #expect(abs(try mean("mean/M") - average) < 1e-13)
    // Some get there and some do not, or this would test little.
    let hits = passages.compactMap { $0 }
    #expect(spells > 0 && inside > hits.count)
    #expect(abs(try mean("hit/high") * count - Double(hits.count)) < 1e-9)
    let waiting = passages.reduce(0) { $0 + ($1 ?? periods) }
    #expect(abs(try mean("waiting/high") * count - Double(waiting)) < 1e-9)
    #expect(
      abs(try mean("first_passage/high") - Double(hits.reduce(0, +)) / Double(hits.count)) < 1e-9)
    #expect(abs(try mean("share/high") * count * Double(periods) - Double(inside)) < 1e-9)
    #expect(abs(try mean("spells/high") * count - Double(spells)) < 1e-9)
    #expect(abs(try mean("duration/high") - Double(spellDates) / Double(spells)) < 1e-9)
    let law = played.eventLaws[0]
    #expect(law.reached == hits.count && law.spells == spells)
    let total = Double(paths * agents * (periods - burnIn))
    for (state, row) in played.occupancy.states.enumerated() {
      #expect(abs(row.share - Double(visits[state]) / total) < 1e-13)
    }
    // Fewer paths than a sketch keeps: the sixth of twelve values.
    let fan = try #require(played.fans.first { $0.name == "M" })
    #expect(fan.errorBound == 0)
    for date in 0..<periods {
      #expect(fan.dates[date].quantiles[0].value == series.map { $0[date] }.sorted()[5])
    }
    let late = series.flatMap { $0.dropFirst(burnIn) }
    let rest = try #require(played.longRun.first { $0.name == "M" })
    #expect(abs(rest.mean - late.reduce(0, +) / Double(late.count)) < 1e-13)
  }

  /// Intervals of 95% over 400 studies of 320 paths: their coverage within 4 standard errors.
  @Test(arguments: ["independent", "antithetic"])
  func `intervals cover what they should`(draws: String) throws {
    let prepared = try PreparedMarkets(
      markets(
        capacityMarket,
        [
          "montecarlo.paths=320", "montecarlo.periods=6",
          "montecarlo.draws=\(draws)", "montecarlo.fan={quantiles: [0.5], totals: false}",
          "montecarlo.agents=4", "montecarlo.autocorrelation_lags=1",
        ]), interruption: Interruption())
    var covered = [Int](repeating: 0, count: 5)
    let studies = 400
    for study in 0..<studies {
      let played = try prepared.play(seed: 1000 + UInt64(study)).profiles[0]
      let value = try #require(played["value"])
      let spread = try #require(played.longRun.first { $0.name == "variance/M" })
      let share = played.occupancy.states[1]
      let date = try #require(played.fans.first { $0.name == "M" }).dates[3]
      let quantile = date.quantiles[0]
      let rows: [(Double?, Double?, Double?)] = [
        (value.low, value.high, value.exact), (spread.low, spread.high, spread.exact),
        (share.low, share.high, share.exact), (date.low, date.high, date.exactMean),
        (quantile.low, quantile.high, quantile.exact),
      ]
      for (index, row) in rows.enumerated() {
        guard let low = row.0, let high = row.1, let exact = row.2 else { continue }
        covered[index] += low - 1e-9 <= exact && exact <= high + 1e-9 ? 1 : 0
      }
    }
    let error = 4 * (0.05 * 0.95 * Double(studies)).squareRoot()
    for (index, count) in covered.enumerated() {
      let expected = 0.95 * Double(studies)
      #expect(Double(count) > expected - error, "\(index): \(count) of \(studies)")
      // M has atoms, of which intervals of quantiles take in whole ones.
      if index != 4 { #expect(Double(count) < expected + error, "\(index): \(count)") }
    }
  }

  @Test func `one long market has its error from batch means`() throws {
    let played = try simulate(
      markets(
        capacityMarket,
        [
          "montecarlo.paths=1", "montecarlo.periods=9000", "montecarlo.burn_in=200",
          "montecarlo.autocorrelation_lags=2", "montecarlo.agents=3",
        ])
    ).document.profiles[0]
    #expect(played.occupancy.method == "batch means" && played.occupancy.units == 32)
    for name in ["M", "variance/M", "payoff"] {
      let row = try #require(played.longRun.first { $0.name == name })
      #expect(abs(row.z!) < 5, "\(row)")
    }
    #expect(abs(played.occupancy.states.reduce(0) { $0 + $1.share } - 1) < 1e-12)
    let lags = try #require(played.autocorrelations.first { $0.quantity == "M" }).lags
    #expect(abs(lags[2].estimate - lags[2].exact!) < 5 * lags[2].standardError!)
  }

  @Test func `policies under the same chance differ more surely`() throws {
    func study(_ common: Bool) throws -> PathStatistic {
      let document = try simulate(
        markets(
          capacityMarket,
          [
            "montecarlo.profiles=[exact, uniform]", "montecarlo.common_random_numbers=\(common)",
          ])
      ).document
      #expect(document.differences.map(\.profile) == ["uniform"])
      return try #require(document.differences[0].statistics.first { $0.name == "mean/M" })
    }
    let (together, apart) = (try study(true), try study(false))
    #expect(together.gain! > 1.2 && apart.gain == nil)
    #expect(together.standardError! < 0.95 * apart.standardError!)
    for row in [together, apart] { #expect(abs(row.z!) < 4.6) }
  }

  @Test func `the precision rule stops as soon as it is met`() throws {
    let document = try simulate(
      markets(
        capacityMarket,
        ["montecarlo.paths=100000", "montecarlo.until={statistic: mean/M, half_width: 0.02}"])
    ).document
    #expect(document.status == "precise" && document.paths < 50_000)
    let row = try #require(document.profiles[0]["mean/M"])
    #expect((row.high! - row.low!) / 2 <= 0.02)
  }

  @Test func `tables and text name the market, and games keep their columns`() throws {
    let folder = try TemporaryFolder()
    let study = try simulate(
      markets(
        capacityMarket, ["montecarlo.paths=1000", "montecarlo.events=[{name: top, from: 4}]"]),
      into: folder.path, drawsPlots: true)
    let document = study.document
    #expect(document.agents == 6 && document.interaction == ["mean capacity"])
    let statistics = try readText("\(study.folder)/statistics.csv")
    #expect(statistics.hasPrefix("profile,group,statistic,unit,"))
    let lines = statistics.split(separator: "\n").map { fields($0) }
    #expect(lines[0].last == "limit" && lines.allSatisfy { $0.count == lines[0].count })
    for name in ["fans.csv", "occupancy.csv"] {
      let lines = try readText("\(study.folder)/\(name)").split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false).count
      }
      #expect(Set(lines).count == 1)
    }
    let text = document.text
    #expect(text.contains("1,000 markets of 6 agents, 30 periods"))
    #expect(text.contains("in a continuum: value"))
    #expect(text.contains("exact invariant law"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(text)")
    if case .drawn(let files) = study.plots {
      #expect(files.contains { $0.contains("fan-M.") })
    }
    let ordinary = try simulate(
      monteCarlo(racePaths, ["montecarlo.paths=100"]), into: "\(folder.path)/ordinary")
    #expect(!(try readText("\(ordinary.folder)/summary.json")).contains("limit"))
    #expect(!(try readText("\(ordinary.folder)/statistics.csv")).contains("limit"))
  }

  @Test func `learned and stored policies are played, and the folder stands alone`() throws {
    let folder = try TemporaryFolder()
    let table = "\(folder.path)/lazy.csv"
    let rows = (0..<6).map { "1,\($0),0.05,1" }
    try (["player,state_label,action_label,probability"] + rows).joined(separator: "\n")
      .write(toFile: table, atomically: true, encoding: .utf8)
    let trained = try MeanFieldTrainingSession.train(
      MeanFieldConfiguration(
        yaml: """
          experiment: learned
          seed: 7
          replicates: 1
          game: {kind: mfe-capacity, parameters: {cap: 5}}
          learner: {kind: mean-field-fictitious-play}
          """, source: "learned", needs: [.learner, .training, .evaluation]),
      options: TrainingOptions(root: folder.path, threads: 1), interruption: Interruption(),
      progress: ProgressDisplay(unit: "steps", isSilent: true), log: { _ in })
    let study = try simulate(
      markets(
        capacityMarket,
        [
          "montecarlo.profiles=[{kind: policy, file: \(table), name: lazy}, "
            + "{kind: trained, run: \(trained.run.path)}, exact]", "montecarlo.paths=50",
        ]), into: folder.path)
    #expect(study.document.profiles.map(\.name) == ["lazy", "trained", "exact"])
    #expect(study.document.profiles[0].m![0] < 0.2)
    let parent = URL(fileURLWithPath: study.folder).deletingLastPathComponent().path
    try FileManager.default.removeItem(atPath: table)
    try FileManager.default.removeItem(atPath: trained.run.path)
    let again = try MarketStudyConfiguration(path: "\(parent)/config.yaml")
    #expect(again.hash == URL(fileURLWithPath: parent).lastPathComponent)
    let repeated = try simulate(again, into: "\(folder.path)/again")
    for index in 0..<3 {
      #expect(
        repeated.document.profiles[index]["value"]!.mean
          == study.document.profiles[index]["value"]!.mean)
    }
  }

  @Test(arguments: [
    ("montecarlo.agents=0", "from 1 to 10000000"),
    ("montecarlo.profiles=[]", "needs at least one profile"),
    ("montecarlo.profiles=[uniform, uniform]", "names two profiles"),
    ("montecarlo.profiles=[equilibrium]", "exact, uniform, trained, policy"),
    ("montecarlo.burn_in=30", "must be below periods = 30"),
    ("montecarlo.start=initial", "equilibrium, uniform"),
    ("montecarlo.draws=sobol", "independent, antithetic"),
    ("montecarlo.control_variates=true", "is not for markets of N agents"),
    ("montecarlo.quantities=[M]", "is not for markets of N agents"),
    ("montecarlo.departure.player=1", "is not for markets of N agents"),
    ("montecarlo.events=[{name: x}]", "needs from or to"),
    ("montecarlo.events=[{name: x, from: 9}]", "must not be below from = 9"),
    ("montecarlo.events=[{name: x, scalar: 2, from: 1}]", "must be from 1 to 1"),
    ("montecarlo.events=[{name: x, from: 2, to: 1}]", "must not be below from"),
    ("montecarlo.events=[{name: x, states: [3]}]", "states"),
    ("montecarlo.events=[{name: x, from: 1}, {name: x, to: 1}]", "names two events"),
    ("montecarlo.until={statistic: mean/m, half_width: 1}", "did you mean mean/M?"),
    ("montecarlo.agents=10000000", "which no computer finishes"),
    ("montecarlo.pathz=3", "did you mean paths?"),
    ("game.parameters.actions=continuous", "has continuous actions"),
  ])
  func `what cannot be is refused by name`(override: String, rule: String) throws {
    var message = ""
    do {
      let extra =
        override.contains("agents=10000000")
        ? ["montecarlo.paths=1000000000", "montecarlo.periods=100000"] : []
      try simulate(try markets(capacityMarket, [override] + extra))
      Issue.record("accepted \(override)")
    } catch {
      message = "\(error)"
    }
    #expect(message.contains(rule), "\(message)")
  }

  @Test func `a game without an equilibrium is played under other profiles only`() throws {
    let text = "game: {kind: mfe-inventory, parameters: {holding: 9}}\n"
    let error = #expect(throws: FileError.self) {
      try simulate(markets(text + "montecarlo: {paths: 10, periods: 5}"))
    }
    #expect(error?.problem.contains("other profiles") == true)
    let played = try simulate(
      markets(text + "montecarlo: {paths: 10, periods: 5, profiles: [uniform]}"))
    #expect(played.document.profiles[0].name == "uniform")
  }

  @Test func `one configuration serves markets and the one agent of an announced m`() throws {
    let document = try readDocument(
      yaml: capacityMarket + "", source: "markets.yaml",
      overrides: ["game.announced=2", "montecarlo.events=[{name: x, from: 1}]"])
    guard case .game(let one) = try PathStudyConfiguration(document, source: "markets.yaml") else {
      Issue.record("announced games are of one agent")
      return
    }
    #expect(one.settings.paths == 400 && one.events.isEmpty)
    guard
      case .market(let many) = try PathStudyConfiguration(
        readDocument(yaml: capacityMarket, source: "markets.yaml", overrides: []),
        source: "markets.yaml")
    else {
      Issue.record("mean-field games are markets")
      return
    }
    #expect(many.settings.agents == 6)
  }

  /// Two scalars: both are followed, and waited for by number.
  @Test func `several scalars have names and events of their own`() throws {
    let document = try simulate(
      markets(
        """
        game: {kind: mfe-two-scalars, parameters: {cap: 4, actions: 3}}
        seed: 8
        montecarlo:
          agents: 3
          paths: 50
          periods: 6
          profiles: [uniform]
          events: [{name: second, scalar: 2, from: 0.1}]
        """)
    ).document
    let names = document.profiles[0].fans.map(\.name)
    #expect(names == ["payoff", "M/1", "M/2", "state"])
    #expect(document.interaction?.count == 2 && document.profiles[0].m?.count == 2)
    let share = try #require(document.profiles[0]["share/second"])
    #expect(share.mean > 0 && share.mean <= 1)
  }
}
