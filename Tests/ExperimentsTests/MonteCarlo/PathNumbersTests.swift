import Configuration
import Environments
import Foundation
import Statistics
import Testing

@testable import Experiments

/// How many paths are played, how they are kept together, and how their numbers are shown.
@Suite struct PathNumbersTests {
  private func plan(_ overrides: [String]) throws -> PathPlan {
    let configuration = try monteCarlo(
      racePaths,
      ["montecarlo.profiles=[uniform]", "montecarlo.fan={dates: 2, totals: false}"] + overrides)
    let profiles = try configuration.profiles(interruption: Interruption(), progress: { _ in })
    return try PathPlan(configuration, profiles: profiles, controls: nil)
  }

  @Test(arguments: ["sobol", "array-sobol"])
  func `replicates play what makes whole ones, and name the next number that does`(
    draws: String
  ) throws {
    func plan(_ paths: Int) throws -> PathPlan {
      try self.plan(["montecarlo.paths=\(paths)", "montecarlo.draws=\(draws)"])
    }
    // 50,000 over 32 are 1,562: replicates of 1,024, of which there are 48.
    let large = try plan(50_000)
    #expect(large.paths == 49_152 && large.pathsFitting == 50_176)
    #expect(try plan(50_176).paths == 50_176 && plan(50_176).pathsFitting == nil)
    // By trying: no number between is played whole.
    for asked in [65, 100, 127, 1000, 1023, 2047] {
      let fitting = try plan(asked).pathsFitting ?? asked
      #expect(try plan(fitting).paths == fitting)
      for between in asked..<fitting { #expect(try plan(between).paths < between) }
    }
  }

  @Test func `documents say how many paths were asked for, and texts why others were played`()
    throws
  {
    func document(_ paths: Int, _ draws: String) throws -> MonteCarloDocument {
      try simulate(
        monteCarlo(
          racePaths,
          [
            "montecarlo.paths=\(paths)", "montecarlo.draws=\(draws)", "montecarlo.periods=5",
            "montecarlo.profiles=[uniform]",
          ])
      ).document
    }
    let sobol = try document(1000, "sobol")
    #expect(sobol.paths == 992 && sobol.pathsAsked == 1000 && sobol.pathsFitting == 1008)
    #expect(
      sobol.text.contains(
        "asked for were 1,000 paths, of which 62 replicates of 16 can be made; 1,008 would all be played"
      ), "\(sobol.text)")
    let json = try JSONSerialization.jsonObject(with: Data(jsonLine(sobol).utf8)) as? [String: Any]
    #expect(json?["paths"] as? Int == 992 && json?["paths_asked"] as? Int == 1000)
    let odd = try document(65, "antithetic")
    #expect(odd.paths == 66 && odd.text.contains("asked for were 65 paths"))
    let plain = try document(100, "independent")
    #expect(plain.pathsAsked == 100 && !plain.text.contains("asked for"))
  }

  /// Two events and two levels of one name: where both stand.
  @Test func `a name that stands twice is refused with both places`() throws {
    let text = """
      game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
      montecarlo:
        events:
          - {name: far, from: 0.5}
          - {name: near, to: 0}
          - {name: far, from: 1}

      """
    let error = #expect(throws: ConfigurationError.self) { try monteCarlo(text) }
    let message = "\(try #require(error))"
    #expect(message.contains("paths.yaml:6:") && message.contains("paths.yaml:4:"), "\(message)")
    #expect(error?.key == "montecarlo.events[2].name" && message.contains("far"))
    // The game's own events may be defined anew.
    let anew = try monteCarlo(
      racePaths, ["montecarlo.events=[{name: parity, from: -0.1, to: 0.1}]"])
    #expect(anew.events.count(where: { $0.name == "parity" }) == 1)
  }

  // MARK: Pairs

  @Test func `rows that are kept at once are whole groups, and an even number`() {
    for lanes in [1, 4, 60, 64] {
      for columns in Array(1...3000) + [1 << 19, 1 << 20, 1 << 22] {
        let capacity = PathWorker.capacity(columns: columns, lanes: lanes)
        #expect(capacity > 0 && capacity.isMultiple(of: lanes) && capacity.isMultiple(of: 2))
        #expect(capacity <= max(2 * lanes, 1024))
      }
    }
  }

  /// Paths that are played in pieces, one at a time: pairs must not be cut however few rows fit.
  @Test func `pairs of long paths stay together when few rows fit`() throws {
    let plan = try plan([
      "montecarlo.paths=1024", "montecarlo.periods=16400", "montecarlo.draws=antithetic",
      "montecarlo.events=[]",
    ])
    #expect(plan.lanes == 1 && plan.chunk < plan.periods && plan.blockSize >= 8)
    func sums(_ capacity: Int?) throws -> CrossMoments {
      try #require(try PathWorker(plan, empty: plan.empty, capacity: capacity).play(0)[0].units)
    }
    let (a, b) = (try sums(2), try sums(nil))
    #expect(a.count == plan.blockSize / 2 && b.count == a.count)
    for column in 0..<plan.columns.count {
      #expect(abs(a.mean(column) - b.mean(column)) <= 1e-12 * max(1, abs(b.mean(column))))
      let (x, y) = (a.variance(column)!, b.variance(column)!)
      #expect(abs(x - y) <= 1e-9 * max(y, 1e-12))
    }
  }

  // MARK: Text

  @Test func `ends of intervals differ from their middle however narrow`() {
    for middle in [0, 1e-9, 0.00012, 0.5, 1, 99.99996, 123_456.789, 3.2e7, -4.25] {
      for half in [1e-8, 3e-6, 0.99e-4, 0.002, 0.1, 7, 1234] where half > 1e-13 * abs(middle) {
        let places = MonteCarloDocument.places(halfWidth: half)
        let words = [middle - half, middle, middle + half].map {
          MonteCarloDocument.short($0, places: places)
        }
        #expect(Set(words).count == 3, "\(words)")
        for (word, value) in zip(words, [middle - half, middle, middle + half]) {
          // Two digits of the half-width.
          #expect(abs(Double(word)! - value) <= 0.051 * half, "\(word) \(value) \(half)")
        }
      }
    }
    #expect(MonteCarloDocument.short(2.0 / 3) == "0.6667")
    #expect(MonteCarloDocument.short(0) == "0")
  }

  @Test(arguments: [
    ("0.95", "95% interval"), ("0.999", "99.9% interval"), ("0.975", "97.5% interval"),
  ])
  func `tables are headed by their confidence`(confidence: String, heading: String) throws {
    let document = try simulate(
      monteCarlo(
        racePaths,
        [
          "montecarlo.confidence=\(confidence)", "montecarlo.paths=50", "montecarlo.periods=3",
          "montecarlo.profiles=[uniform]",
        ])
    ).document
    #expect(document.text.contains(heading))
    #expect(document.text.split(separator: "\n").allSatisfy { $0.count <= 100 }, "\(document.text)")
  }

  /// A total is shown of what flows by the period, whatever it is called.
  @Test func `totals are those of flows`() {
    func row(_ name: String, _ unit: String) -> PathStatistic {
      PathStatistic(
        name, unit: unit, mean: 1, error: 1, degrees: 9, confidence: 0.95, method: "paths",
        units: 10, exact: nil)
    }
    let rows = [
      row("value/1", "money"), row("mean/sales", "goods per period"), row("total/sales", "goods"),
      row("mean/parent", ""), row("total/parent", ""), row("discounted/sales", "goods"),
      row("total/payoff/1", "money"), row("waiting/x", "periods"), row("hit/x", ""),
    ]
    #expect(
      MonteCarloDocument.shown(rows).map(\.name) == [
        "value/1", "mean/sales", "total/sales", "mean/parent", "hit/x",
      ])
  }

  // MARK: Event files

  @Test func `the event file has means by date, statistics and payoffs`() throws {
    let root = try TemporaryFolder()
    let study = try simulate(
      monteCarlo(
        racePaths,
        [
          "montecarlo.paths=200", "montecarlo.periods=8", "montecarlo.profiles=[exact, uniform]",
          "montecarlo.fan={quantiles: [0.5]}",
        ]), into: root.path)
    let document = study.document
    let events = try DecodedEvent.events(readData("\(study.folder)/events.out.tfevents.lab"))
    #expect(events[0].version == "brain.Event:2")
    #expect(events.dropFirst().map(\.step) == Array(1...8))
    for profile in document.profiles {
      for fan in profile.fans {
        for (date, event) in zip(fan.dates, events.dropFirst()) {
          #expect(event.scalars["\(profile.name)/by_date/\(fan.name)"] == date.mean.map(Float.init))
          #expect(
            event.scalars["\(profile.name)/quantile_0.5/\(fan.name)"]
              == Float(date.quantiles[0].value))
        }
      }
      for row in profile.statistics + profile.events {
        #expect(events[8].scalars["\(profile.name)/\(row.name)"] == Float(row.mean))
      }
      for row in profile.longRun {
        #expect(events[8].scalars["\(profile.name)/long_run/\(row.name)"] == Float(row.mean))
      }
      for law in profile.distributions {
        let histogram = try #require(events[8].histograms["\(profile.name)/payoff/\(law.name)"])
        #expect(histogram[0] == [law.minimum] && histogram[1] == [law.maximum])
        #expect(histogram[2] == [200])
        let mean = try #require(profile[law.name]).mean
        #expect(abs(histogram[3][0] / 200 - mean) < 1e-9 * max(1, abs(mean)))
      }
    }
    for row in document.differences[0].statistics {
      #expect(events[8].scalars["uniform - exact/\(row.name)"] == Float(row.mean))
    }
    guard PythonReaders.python != nil else { return }
    let seen = try PythonReaders.read(
      "tensorboard", study.folder, as: PythonReaders.Events.self)
    var expected: [String: [[Double]]] = [:]
    for event in events {
      for (tag, value) in event.scalars {
        expected[tag, default: []].append([Double(event.step), Double(value)])
      }
    }
    #expect(seen.scalars == expected)
    #expect(seen.histograms.count == 6)
  }
}
