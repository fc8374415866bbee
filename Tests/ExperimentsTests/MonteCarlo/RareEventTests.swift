import Environments
import Foundation
import Statistics
import Testing

@testable import Experiments

/// What is said of events that hardly any path sees, or none.
@Suite struct RareEventTests {
  /// A weather chain that turns wet with a chance of its own; nothing leads to `lost`. Wet pays 0, dry 1
  /// and lost 5.
  static func weather(wet chance: String, dry: String = "0.5", stay: String = "0.5") throws
    -> String
  {
    let path = NSTemporaryDirectory() + "lab-rare-\(UUID().uuidString).yaml"
    let rest = 1 - Double(chance)!
    try """
    discount: 0.9
    players: 1
    states: [dry, wet, lost]
    initial: {dry: 1}
    actions: [go]
    rows:
      - {state: dry, actions: [go], payoffs: [1], next: {dry: \(rest), wet: \(chance)}}
      - {state: wet, actions: [go], payoffs: [0], next: {dry: \(dry), wet: \(stay)}}
      - {state: lost, actions: [go], payoffs: [5], next: {lost: 1}}
    """.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  static func study(_ table: String, _ settings: String, seed: Int = 1) throws
    -> MonteCarloConfiguration
  {
    let keys = settings.split(separator: "\n").map { $0.drop { $0 == " " } }
    return try monteCarlo(
      """
      seed: \(seed)
      game: {kind: table, file: \(table)}
      montecarlo:
        profiles: [uniform]
        events: [{name: wet, states: [wet]}, {name: lost, states: [lost]}]
        fan: {totals: false}
        \(keys.joined(separator: "\n  "))
      """)
  }

  /// The interval of a first passage is Student's of the passages among the paths that arrive; they are
  /// counted by date, and so known here one by one.
  @Test func `a first passage has the interval of as many numbers as there are hits`() throws {
    let table = try Self.weather(wet: "0.008")
    var (without, points, tested) = (0, 0, 0)
    for seed in 1...40 {
      let prepared = try PreparedPaths(
        Self.study(table, "paths: 100\n    periods: 5", seed: seed), interruption: Interruption())
      let ensemble = PathEnsemble(prepared.blocks, resuming: nil, threads: 1)
      _ = try ensemble.play(
        firstRound: 4, interruption: Interruption(),
        progress: ProgressDisplay(unit: "steps", isSilent: true)
      ) { _ in true }
      let bins = ensemble.state.counts[0].passages
      let passages = (0..<5).flatMap { Array(repeating: Double($0), count: bins[$0]) }
      let row = prepared.estimates(0, ensemble.state, paths: 100).eventStatistics().first {
        $0.name == "first_passage/wet"
      }
      let h = Double(passages.count)
      guard h > 0 else {
        #expect(row == nil)
        continue
      }
      let found = try #require(row)
      let mean = passages.reduce(0, +) / h
      #expect(abs(found.mean - mean) < 1e-12 && found.units == passages.count)
      let squares = passages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      guard h > 1, squares > 0 else {
        #expect(found.low == nil && found.high == nil && found.standardError == nil)
        #expect(found.z == nil)
        if h == 1 { without += 1 } else { points += 1 }
        continue
      }
      let error = (squares / (h - 1) / h).squareRoot()
      let t = try studentQuantile(0.975, degreesOfFreedom: h - 1)
      #expect(abs(found.standardError! - error) < 1e-10)
      #expect(abs(found.low! - (mean - t * error)) < 1e-9)
      #expect(abs(found.high! - (mean + t * error)) < 1e-9)
      tested += 1
    }
    // All kinds occurred, or less was tested than it seems.
    #expect(without > 0 && tested > 10, "\(without) \(points) \(tested)")
  }

  /// Among n units that all agree, another outcome has at most the chance p with (1 − p)ⁿ = 0.025.
  @Test(arguments: ["independent", "antithetic"])
  func `what was never seen has the exact binomial bound`(draws: String) throws {
    let document = try simulate(
      Self.study(
        Self.weather(wet: "1e-9"),
        "paths: 1000\n    periods: 5\n    burn_in: 1\n    draws: \(draws)")
    ).document
    let played = document.profiles[0]
    let units = draws == "independent" ? 1000.0 : 500
    let p = 1 - pow(0.025, 1 / units)
    func check(_ row: PathStatistic?, _ low: Double, _ high: Double) throws {
      let row = try #require(row)
      #expect(abs(row.low! - low) < 1e-12 && abs(row.high! - high) < 1e-12, "\(row)")
      #expect(row.standardError == nil && row.z == nil && row.method.hasSuffix(", binomial"))
    }
    try check(played["hit/wet"], 0, p)
    try check(played["share/wet"], 0, p)
    try check(played["waiting/wet"], 5 - 5 * p, 5)
    // Two spells at most: dry, wet, dry, wet, dry.
    try check(played["spells/wet"], 0, 2 * p)
    try check(played.longRun.first { $0.name == "share/wet" }, 0, p)
    // Payoffs run from 0 to 5, and 1 was seen.
    try check(played["mean/payoff/1"], 1 - p, 1 + 4 * p)
    try check(played["total/payoff/1"], 5 - 5 * p, 5 + 20 * p)
    #expect(played["first_passage/wet"] == nil)
    let states = played.occupancy.states
    #expect(abs(states[0].low! - (1 - p)) < 1e-12 && states[0].high == 1)
    #expect(states[1].low == 0 && abs(states[1].high! - p) < 1e-12)
    #expect(states.dropLast().allSatisfy { $0.standardError == nil && $0.z == nil })
    // No way leads there: a width of 0 is the truth.
    for name in ["hit/lost", "share/lost", "spells/lost"] {
      let row = try #require(played[name])
      #expect(row.standardError == 0 && row.low == 0 && row.high == 0, "\(row)")
    }
    #expect(states[2].low == 0 && states[2].high == 0)
    // What the path pays in all is bounded by no table of one period.
    let value = try #require(played["value/1"])
    #expect(value.standardError == nil && value.low == nil)
    // The first date is sure, the later ones are not.
    let fan = try #require(played.fans.first { $0.name == "payoff/1" })
    #expect(fan.dates[0].low == 1 && fan.dates[0].high == 1)
    #expect(fan.dates[1].mean == 1 && fan.dates[1].low == nil && fan.dates[1].high == nil)
    #expect(document.text.contains("none: fewer than two units"))
  }

  @Test func `batches of one path bound nothing that it never saw`() throws {
    let played = try simulate(
      Self.study(Self.weather(wet: "1e-9"), "paths: 1\n    periods: 6400")
    ).document.profiles[0]
    let row = try #require(played.longRun.first { $0.name == "share/wet" })
    #expect(row.units == 32 && row.method == "batch means")
    #expect(row.mean == 0 && row.low == nil && row.high == nil && row.standardError == nil)
    #expect(played.occupancy.states[1].low == nil && played.occupancy.states[1].high == nil)
    #expect(played.occupancy.states[2].high == 0)
  }

  @Test func `a rule never stops because nothing was seen`() throws {
    func until(_ statistic: String, _ width: Double, wet: String = "1e-9") throws
      -> (MonteCarloDocument.Precision, MonteCarloDocument)
    {
      let document = try simulate(
        Self.study(
          Self.weather(wet: wet),
          """
          paths: 20000
              periods: 5
              until: {statistic: \(statistic), half_width: \(width)}
          """)
      ).document
      return (try #require(document.until), document)
    }
    for statistic in ["share/wet", "waiting/wet", "value/1", "duration/wet"] {
      let (rule, document) = try until(statistic, 1e-9)
      #expect(!rule.isMet && document.status == "complete" && document.paths == 20_000, "\(rule)")
      #expect((rule.reached == nil) == ["value/1", "duration/wet"].contains(statistic))
      if rule.reached == nil { #expect(document.text.contains("has no interval yet")) }
    }
    // A bound that is narrow enough is an answer, and what no chance reaches is one at once.
    let (bound, _) = try until("hit/wet", 0.01)
    #expect(bound.isMet && bound.reached! > 0)
    let (certain, document) = try until("hit/lost", 1e-12)
    #expect(certain.isMet && certain.reached == 0 && document.status == "precise")
    // One or two hits in all: fewer observations than are judged by.
    let (few, told) = try until("first_passage/wet", 100, wet: "0.00005")
    #expect(!few.isMet && few.units! < 20)
    #expect(told.text.contains("independent observations tell of it"))
  }

  @Test func `a rule that is not met says how many paths would do`() throws {
    let configuration = try Self.study(
      Self.weather(wet: "0.3"),
      "paths: 1000\n    periods: 5\n    until: {statistic: share/wet, half_width: 0.001}")
    let document = try simulate(configuration).document
    let rule = try #require(document.until)
    let row = try #require(document.profiles[0]["share/wet"])
    let half = (row.high! - row.low!) / 2
    #expect(!rule.isMet && abs(rule.reached! - half) < 1e-15 && rule.units == 1000)
    let needed = 1000 * (half / 0.001) * (half / 0.001)
    #expect(Double(rule.pathsNeeded!) >= needed && Double(rule.pathsNeeded!) < 1.11 * needed)
    let enough = try simulate(
      Self.study(
        Self.weather(wet: "0.3"),
        "paths: \(2 * rule.pathsNeeded!)\n    periods: 5\n"
          + "    until: {statistic: share/wet, half_width: 0.001}")
    ).document
    #expect(enough.status == "precise")
    #expect(document.text.contains("raise montecarlo.paths, the most that are played, to about"))
  }

  /// Spells of a thousand dates in batches of two hundred: neighbours are alike, which the study says.
  @Test func `batches too short beside the memory of play are told of`() throws {
    func played(_ wet: String, _ dry: String) throws -> (PathStatistic, String) {
      let stay = "\(1 - Double(dry)!)"
      let document = try simulate(
        Self.study(
          Self.weather(wet: wet, dry: dry, stay: stay), "paths: 1\n    periods: 6400")
      ).document
      let row = try #require(document.profiles[0].longRun.first { $0.name == "share/wet" })
      return (row, document.text)
    }
    let (slow, warned) = try played("0.001", "0.001")
    #expect(slow.batchCorrelation! > 2 / 32.0.squareRoot())
    #expect(warned.contains("batches are too short"))
    let (fast, calm) = try played("0.3", "0.4")
    #expect(abs(fast.batchCorrelation!) < 2 / 32.0.squareRoot())
    #expect(!calm.contains("batches are too short"))
  }

  /// The interaction is a range with known ends too.
  @Test func `markets that never meet an event have a bound`() throws {
    let played = try simulate(
      markets(
        capacityMarket, ["montecarlo.paths=200", "montecarlo.events=[{name: all, from: 5}]"])
    ).document.profiles[0]
    let p = 1 - pow(0.025, 1 / 200.0)
    for name in ["hit/all", "share/all"] {
      let row = try #require(played[name])
      #expect(row.mean == 0 && row.low == 0 && abs(row.high! - p) < 1e-12, "\(row)")
    }
  }
}
