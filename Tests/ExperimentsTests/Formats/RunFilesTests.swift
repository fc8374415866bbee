import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

/// Files that a seed leaves for other programs.
@Suite struct RunFilesTests {
  private func events(_ folder: SeedFolder) throws -> [DecodedEvent] {
    try DecodedEvent.events(readData(folder.eventPath))
  }

  /// Everything but clock readings.
  private func timeless(_ events: [DecodedEvent]) -> [DecodedEvent] {
    events.map { event in
      var event = event
      event.time = 0
      event.scalars = event.scalars.filter { !$0.key.hasPrefix("time/") }
      return event
    }
  }

  @Test func `every metric is a scalar, and every step has histograms`() throws {
    let root = try TemporaryFolder()
    let run = try train(configuration(smallRace, ["replicates=1"]), into: root.path).run
    let folder = run.seedFolder(5)
    let table = try CSVTable(path: folder.metricsPath)
    let events = try events(folder)
    #expect(events.count == 10 && events[0].version == "brain.Event:2")
    let steps = try table.column("step").map { Int($0!) }
    #expect(events.dropFirst().map(\.step) == steps)
    let header = try readText(folder.metricsPath).prefix { $0 != "\n" }.split(separator: ",")
    var scalars = 0
    for column in header.dropFirst().map(String.init) {
      for (value, event) in zip(try table.column(column), events.dropFirst()) {
        #expect(event.scalars[column] == value.map(Float.init), "\(column)")
        scalars += value == nil ? 0 : 1
      }
    }
    // All of them, with two times a step.
    #expect(events.reduce(0) { $0 + $1.scalars.count } == scalars + 2 * 9)
    #expect(events.allSatisfy { $0.scalars["time/seconds"].map { $0 >= 0 } ?? true })
    #expect(events.dropFirst().allSatisfy { ($0.scalars["time/steps_per_second"] ?? 0) > 0 })
    // The law over actions of both players at seven states, in the last step.
    let histogram = try #require(events.last?.histograms["last/policy/action/2"])
    #expect(abs(histogram[2][0] - 7) < 1e-12)
    #expect(events.last?.histograms.count == 8)
  }

  @Test func `an interrupted run has the events of one that was not`() throws {
    let settings = try configuration(
      smallRace, ["training.steps=2_000_000", "replicates=1", "evaluation.points=5"])
    let (whole, parts) = (try TemporaryFolder(), try TemporaryFolder())
    let expected = try train(settings, into: whole.path).run
    let run = RunFolder(root: parts.path, configuration: settings)
    try makeFolder(run.path)
    try run.prepare(settings)
    var stops = 0
    while true {
      let interruption = Interruption()
      let outcome = try SeedRun(
        assembly: SeatAssembly(settings), folder: run.seedFolder(5), fingerprint: settings.hash,
        resumes: true, provenance: Provenance(threads: 1, commandLine: [], generator: "taus2"),
        interruption: interruption, report: { _ in interruption.request() }
      ).train()
      if case .finished = outcome { break }
      stops += 1
      // What a crash leaves behind the checkpoint must go.
      let path = run.seedFolder(5).eventPath
      try (readData(path) + Data("torn".utf8)).write(to: URL(fileURLWithPath: path))
    }
    #expect(stops >= 5)
    let resumed = try timeless(events(run.seedFolder(5)))
    #expect(resumed == timeless(try events(expected.seedFolder(5))) && resumed.count == 6)
    for path in [\SeedFolder.valuePath, \.policyArraysPath] {
      #expect(
        try readData(run.seedFolder(5)[keyPath: path])
          == readData(expected.seedFolder(5)[keyPath: path]))
    }
  }

  @Test func `values are those of the policies, and gains what deviating is worth`() throws {
    let root = try TemporaryFolder()
    let trained = try train(configuration(smallRace, ["replicates=1"]), into: root.path)
    let game = trained.configuration.game
    let folder = trained.run.seedFolder(5)
    let policies = try PolicyTable.read(folder.policyPath, game: game)
    let lines = try readText(folder.valuePath).split(separator: "\n")
    #expect(lines[0] == "policy,player,state,state_label,value,deviation_gain")
    #expect(lines.count == 1 + 3 * 2 * 7)
    var line = 1
    for name in ["last", "average", "best"] {
      let profile = try #require(policies[name])
      let values = try game.values(of: profile)
      for player in 0..<2 {
        let best = try game.bestResponse(of: player, against: profile)
        for state in 0..<7 {
          let fields = lines[line].split(separator: ",").map(String.init)
          #expect(fields[..<3] == [name, "\(player + 1)", "\(state)"])
          #expect(fields[3] == game.stateLabels[state].description)
          #expect(Double(fields[4]) == values[player][state])
          #expect(Double(fields[5]) == max(0, best.values[state] - values[player][state]))
          line += 1
        }
      }
    }
  }

  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `TensorBoard reads a run`() throws {
    let root = try TemporaryFolder()
    let run = try train(configuration(smallRace, ["replicates=1"]), into: root.path).run
    let folder = run.seedFolder(5)
    let seen = try PythonReaders.read(
      "tensorboard", folder.path, as: PythonReaders.Events.self)
    #expect(seen.version == 2)
    #expect(abs(seen.first_time - Date().timeIntervalSince1970) < 3600)
    let ours = try events(folder)
    // The same tags, steps and numbers, to single precision.
    var expected: [String: [[Double]]] = [:]
    for event in ours {
      for (tag, value) in event.scalars {
        expected[tag, default: []].append([Double(event.step), Double(value)])
      }
    }
    #expect(seen.scalars == expected)
    #expect(seen.scalars["last/equilibrium/nash_conv"]?.count == 9)
    var count = 0
    for (tag, found) in seen.histograms {
      #expect(found.count == 9)
      for histogram in found {
        let event = try #require(ours.first { $0.step == histogram.step })
        #expect(
          event.histograms[tag] == [
            [histogram.min], [histogram.max], [histogram.num], [histogram.sum],
            [histogram.sum_squares], histogram.limits, histogram.counts,
          ])
        count += 1
      }
    }
    #expect(count == 8 * 9)
  }

  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `pandas reads metrics and values as they are`() throws {
    let root = try TemporaryFolder()
    let run = try train(configuration(smallRace, ["replicates=1"]), into: root.path).run
    let folder = run.seedFolder(5)
    let metrics = try PythonReaders.read(
      "pandas", folder.metricsPath, as: PythonReaders.Table.self)
    let table = try CSVTable(path: folder.metricsPath)
    #expect(metrics.columns.count == 20 && metrics.columns[0].type == "i")
    for column in metrics.columns {
      #expect(column.name == "step" || column.type == "f", "\(column.name)")
      #expect(try metrics.numbers(column.name) == table.column(column.name), "\(column.name)")
    }
    let values = try PythonReaders.read(
      "pandas", folder.valuePath, as: PythonReaders.Table.self)
    let types = values.columns.map { "\($0.name) \($0.type)" }
    #expect(
      types == [
        "policy O", "player i", "state i", "state_label f", "value f", "deviation_gain f",
      ])
    #expect(values.columns[0].values.last == .text("best"))
  }

  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `numpy reads policies and values`() throws {
    let root = try TemporaryFolder()
    let trained = try train(configuration(smallRace, ["replicates=1"]), into: root.path)
    let game = trained.configuration.game
    let folder = trained.run.seedFolder(5)
    let arrays = try PythonReaders.read(
      "numpy", folder.policyArraysPath, as: [String: PythonReaders.Array].self)
    #expect(arrays["policies"]?.texts == ["last", "average", "best"])
    #expect(arrays["policy_2"]?.shape == [3, 7, 3] && arrays["values"]?.shape == [3, 7, 2])
    let policies = try PolicyTable.read(folder.policyPath, game: game)
    let stored = try ["last", "average", "best"].map { try #require(policies[$0]) }
    for player in 0..<2 {
      #expect(
        arrays["policy_\(player + 1)"]?.numbers == stored.flatMap { $0[player].probabilities })
    }
    let values = try stored.map { try game.values(of: $0) }
    #expect(
      arrays["values"]?.numbers
        == values.flatMap { value in (0..<7).flatMap { [value[0][$0], value[1][$0]] } })
    #expect(arrays["deviation_gains"]?.shape == [3, 7, 2])
    #expect(arrays["state_labels"]?.texts == game.stateLabels.map(\.description))
    #expect(arrays["state_coordinates"]?.numbers == game.stateCoordinates.flatMap { $0 })
    #expect(arrays["action_count_1"]?.numbers == Array(repeating: 3, count: 7))
    #expect(
      arrays["action_labels_1"]?.texts
        == game.actionLabels.labels(0, at: 0).map(\.description))
    #expect(arrays["discounts"]?.numbers == game.discounts)
    #expect(arrays["initial"]?.numbers == game.initial)
  }

  /// States with different actions, one of them terminal: 0 and empty names beyond what a state has.
  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `numpy reads ragged policies`() throws {
    let game = try StochasticGame(
      actionCounts: [[2, 1], [1, 3], [1, 1]], discounts: [0.5, 0.25], initial: [0, 1, 0],
      terminal: [2], stateLabels: [.text("a"), .text("b"), .text("c")]
    ) { state, joint, row in
      row.pay(0, Double(joint[0]))
      row.pay(1, Double(joint[1]))
      row.move(to: 2, probability: 1)
    }
    let policy = ValuedPolicy("only", try JudgedPolicy(game, game.uniformProfile))
    let folder = try TemporaryFolder()
    let path = folder.path + "/p.npz"
    try writeAtomically(
      PolicyArrays.arrays(game, [policy], along: .none).data(path: path), to: path)
    let arrays = try PythonReaders.read("numpy", path, as: [String: PythonReaders.Array].self)
    #expect(arrays["policy_1"]?.shape == [3, 2])
    #expect(arrays["policy_1"]?.numbers == [0.5, 0.5, 1, 0, 1, 0])
    let third = 1.0 / 3
    #expect(arrays["policy_2"]?.numbers == [1, 0, 0, third, third, third, 1, 0, 0])
    #expect(arrays["action_count_2"]?.numbers == [1, 3, 1])
    #expect(arrays["action_labels_2"]?.texts == ["0", "", "", "0", "1", "2", "0", "", ""])
    #expect(arrays["terminal"]?.numbers == [0, 0, 1])
    // By hand: half of 1, and the mean of 0, 1 and 2.
    #expect(arrays["values"]?.numbers == [0.5, 0, 0, 1, 0, 0])
    #expect(arrays["deviation_gains"]?.numbers == [0.5, 0, 0, 1, 0, 0])
  }
}
