import Configuration
import Environments
import Equilibria
import Foundation
import Testing

@testable import Experiments

/// Exports of exact solutions.
@Suite struct SolutionExportTests {
  /// Three periods of a small race, where every stage game has continuation values.
  static let finite = """
    game: {kind: compute-race, parameters: {grid: 7, actions: 3}}
    solver: {kind: bellman-nash, horizon: 3, selection: joint}

    """

  private func configuration(_ text: String, _ overrides: [String] = []) throws
    -> ExperimentConfiguration
  {
    try ExperimentConfiguration(
      yaml: text, source: "x.yaml", overrides: overrides, needs: [.game, .solver])
  }

  private func solve(_ configuration: ExperimentConfiguration) throws -> BellmanNashSolution {
    try configuration.solver().solve(configuration.game)
  }

  private func export(
    _ text: String, _ overrides: [String] = [], as format: ExportFormat,
    at place: StagePlace = StagePlace()
  ) throws -> Export {
    let configuration = try configuration(text, overrides)
    let export = try SolutionExport(configuration, as: format, at: place)
    return try export.make(from: export.needsSolution ? solve(configuration) : nil)
  }

  private func text(_ export: Export) -> String { String(decoding: export.data, as: UTF8.self) }

  /// U = u + δ Σ c V of the next period, summed over all states by the dense law; 0 after the last.
  @Test(arguments: [1, 2, 3]) func `a stage game of a finite horizon`(period: Int) throws {
    let configuration = try configuration(Self.finite)
    let (game, solution) = (configuration.game, try solve(configuration))
    for state in [0, 3] {
      let exported = try export(
        Self.finite, as: .nfg, at: StagePlace(state: state, period: period))
      let form = try StrategicForm(nfg: text(exported), source: "x.nfg")
      #expect(
        form.title.hasSuffix("state \(state) (\(game.stateLabels[state])), period \(period) of 3"))
      #expect(form.strategies[1] == game.actionLabels.labels(1, at: state).map(\.description))
      for own in 0..<3 {
        for rival in 0..<3 {
          let row = game.row(state, [own, rival])
          for player in 0..<2 {
            var worth = game.payoff(player, row: row)
            if period < 3 {
              for next in 0..<7 {
                worth +=
                  game.discounts[player] * game.probability(row: row, to: next)
                  * solution.values[period][player][next]
              }
            }
            let found = form.payoffs[(own * 3 + rival) * 2 + player]
            #expect(abs(found - worth) <= 1e-14 * (1 + abs(worth)))
          }
        }
      }
    }
  }

  /// What is played in the stage game at the solved values is an equilibrium of the file.
  @Test func `the solution is an equilibrium of the exported stage game`() throws {
    let settings = [
      "solver.horizon=infinite", "solver.selection=principal",
    ]
    let configuration = try configuration(Self.finite, settings)
    let solution = try solve(configuration)
    for state in 0..<7 {
      let exported = try export(
        Self.finite, settings, as: .nfgPayoff,
        at: StagePlace(stateLabel: configuration.game.stateLabels[state].description))
      let game = try StrategicForm(nfg: text(exported), source: "x.nfg").stochasticGame()
      let law = Profile(
        (0..<2).map { player in
          Policy(offsets: [0, 3], probabilities: solution.profiles[0][player].law(at: state))
        })
      let certificate = try Certificate(game, law)
      #expect(certificate.exploitability <= 1e-9)
      #expect(abs(certificate.values[0][0] - solution.values[0][0][state]) <= 1e-9)
    }
  }

  @Test(arguments: [
    (ExportFormat.nfg, StagePlace(), [String](), "--period: the horizon is finite"),
    (.nfg, StagePlace(period: 1), [], "--state: this game has 7 states"),
    (
      .nfg, StagePlace(state: 7, period: 1), [], "--state = 7: must be the index of a state, 0 to 6"
    ),
    (.nfg, StagePlace(state: 0, period: 4), [], "--period = 4: must be from 1 to the horizon, 3"),
    (
      .nfg, StagePlace(state: 0, stateLabel: "0", period: 1), [],
      "--state-label = 0: --state is given too"
    ),
    (.ne, StagePlace(stateLabel: "2.1", period: 1), [], "no state is called that; did you mean 2?"),
    (.csv, StagePlace(state: 0), [], "--state: is for stage games"),
    (
      .nfg, StagePlace(state: 0, period: 1), ["solver.horizon=infinite"],
      "--period = 1: is for finite horizons"
    ),
  ])
  func `a stage game that is not there is refused`(
    format: ExportFormat, place: StagePlace, overrides: [String], message: String
  ) throws {
    let error = #expect(throws: ConfigurationError.self) {
      let settings = overrides.isEmpty ? [] : overrides + ["solver.selection=joint"]
      // The first complaint is about the state, so give one where the period is at fault.
      let place = place == StagePlace() ? StagePlace(state: 0) : place
      _ = try export(Self.finite, settings, as: format, at: place)
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test func `nobody plays where play has ended`() throws {
    let root = try TemporaryFolder()
    let path = root.path + "/corridor.csv"
    try writeAtomically(
      "state,a_1,u_1,to_state\ndelta,,0.5,\nhere,go,1,\nhere,stay,0,here\n", to: path)
    let text = "game: {kind: table, file: \(path)}\nsolver: {kind: bellman-nash}\n"
    let error = #expect(throws: ConfigurationError.self) {
      try export(text, as: .nfg, at: StagePlace(stateLabel: "end"))
    }
    #expect(error?.description.contains("is terminal: nobody plays there") == true)
    // The only other state needs no name.
    let form = try StrategicForm(nfg: self.text(export(text, as: .nfg)), source: "x")
    #expect(form.payoffs == [1, 0.5])
  }

  /// Battle of the sexes: two pure equilibria and one in which each takes the better one in 2/3.
  @Test func `equilibria are listed as Gambit prints them`() throws {
    let root = try TemporaryFolder()
    let path = root.path + "/sexes.nfg"
    try writeAtomically(
      #"NFG 1 R "s" {"a" "b"} {{"x" "y"} {"x" "y"}} 2 1 0 0 0 0 1 2"#, to: path)
    let text = "game: {kind: nfg, file: \(path)}\nsolver: {kind: bellman-nash, horizon: 1}\n"
    let found = try export(text, as: .ne)
    let lines = self.text(found).split(separator: "\n").map { $0.split(separator: ",") }
    #expect(found.note == "all 3 equilibria")
    #expect(lines.allSatisfy { $0[0] == "NE" && $0.count == 5 })
    let numbers = lines.map { $0.dropFirst().map { Double($0)! } }
    #expect(numbers[0] == [1, 0, 1, 0] && numbers[1] == [0, 1, 0, 1])
    for (number, exact) in zip(numbers[2], [2.0 / 3, 1.0 / 3, 1.0 / 3, 2.0 / 3]) {
      #expect(abs(number - exact) <= 1e-15)
    }
    // A one-shot game is exported as it is, and not solved for it.
    let planned = try SolutionExport(configuration(text), as: .nfg, at: StagePlace())
    #expect(!planned.needsSolution)
    let copy = try StrategicForm(nfg: self.text(planned.make(from: nil)), source: "x")
    #expect(
      copy.payoffs == [2, 1, 0, 0, 0, 0, 1, 2] && copy.strategies == [["x", "y"], ["x", "y"]])
    #expect(copy.title == "s" && copy.players == ["a", "b"])
  }

  @Test func `policies and values as tables that are read back`() throws {
    let configuration = try configuration(Self.finite)
    let (game, solution) = (configuration.game, try solve(configuration))
    let root = try TemporaryFolder()
    try export(Self.finite, as: .csv).write(to: root.path + "/p.csv")
    let read = try PolicyTable.read(root.path + "/p.csv", game: game)
    #expect(
      read
        == Dictionary(
          uniqueKeysWithValues: solution.profiles.enumerated().map { ("period=\($0 + 1)", $1) }))
    let header = try readText(root.path + "/p.csv").prefix { $0 != "\n" }
    #expect(header.hasSuffix(",probability,value"))
    let values = text(try export(Self.finite, as: .values)).split(separator: "\n")
    #expect(values.count == 1 + 3 * 2 * 7)
    #expect(values[1] == "period=1,1,0,\(game.stateLabels[0]),\(solution.values[0][0][0]),")
    #expect(values.last == "period=3,2,6,\(game.stateLabels[6]),\(solution.values[2][1][6]),")
    let stationary = text(
      try export(
        Self.finite, ["solver.horizon=infinite", "solver.selection=joint"], as: .values))
    #expect(stationary.split(separator: "\n")[1].hasPrefix("equilibrium,1,0,"))
  }

  @Test func `no answer, no export`() throws {
    let planned = try SolutionExport(configuration(Self.finite), as: .csv, at: StagePlace())
    let error = #expect(throws: ConfigurationError.self) {
      try planned.make(from: BellmanNashSolution(withoutAnswer: .cycle, note: "it turns"))
    }
    #expect(error?.description.contains("no equilibrium to export: it turns") == true)
  }

  // MARK: Other programs

  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `numpy reads the periods of a solution`() throws {
    let configuration = try configuration(Self.finite)
    let solution = try solve(configuration)
    let root = try TemporaryFolder()
    try export(Self.finite, as: .npz).write(to: root.path + "/s.npz")
    let arrays = try PythonReaders.read(
      "numpy", root.path + "/s.npz", as: [String: PythonReaders.Array].self)
    #expect(arrays["periods"]?.numbers == [1, 2, 3])
    #expect(arrays["policy_1"]?.shape == [3, 7, 3])
    #expect(
      arrays["policy_1"]?.numbers == solution.profiles.flatMap { $0[0].probabilities })
    #expect(arrays["values"]?.shape == [3, 7, 2])
    #expect(
      arrays["values"]?.numbers
        == solution.values.flatMap { v in (0..<7).flatMap { [v[0][$0], v[1][$0]] } })
    #expect(arrays["deviation_gains"] == nil)
  }

  /// Names that Gambit would refuse, and payoffs of every size, through Gambit and back.
  @Test(
    .enabled(if: PythonReaders.python != nil, PythonReaders.isMissing),
    arguments: [StrategicForm.NFGVersion.outcomes, .payoffs])
  func `Gambit reads strategic games`(version: StrategicForm.NFGVersion) throws {
    let numbers = [0.1 + 0.2, -1.0 / 3, 5e-324, 1e300, -7, 1e-5, 123_456_789.125]
    let form = StrategicForm(
      title: "Été: a \"game\"", comment: "with  blanks", players: ["é", "e", " x "],
      strategies: [[#"a\"b"#, ""], ["0.1", "0.1", "Δ"], ["l", "r"]],
      payoffs: (0..<36).map { numbers[$0 * $0 % 7] })
    let root = try TemporaryFolder()
    let path = root.path + "/game.nfg"
    try writeAtomically(form.nfg(version), to: path)
    let read = try PythonReaders.read("gambit", path, as: PythonReaders.Game.self)
    #expect(read.title == "Ete: a \"game\"" && read.players == ["e", "e_2", "x"])
    if version == .outcomes {
      #expect(read.strategies == [["a/\"b", "2"], ["0.1", "0.1_2", "?"], ["l", "r"]])
    } else {
      #expect(read.strategies.map(\.count) == [2, 3, 2])
    }
    for player in 0..<3 {
      #expect(read.payoffs[player] == (0..<12).map { form.payoffs[3 * $0 + player] })
    }
  }

  /// Gambit's own solver finds in the file what ours says of the game.
  @Test(.enabled(if: PythonReaders.python != nil, PythonReaders.isMissing))
  func `Gambit solves an exported stage game`() throws {
    let root = try TemporaryFolder()
    let place = StagePlace(state: 3, period: 1)
    try export(Self.finite, as: .nfg, at: place).write(to: root.path + "/s.nfg")
    let read = try PythonReaders.read(
      "gambit", root.path + "/s.nfg", as: PythonReaders.Game.self)
    let ours = text(try export(Self.finite, as: .ne, at: place)).split(separator: "\n").map {
      $0.split(separator: ",").dropFirst().map { Double($0)! }
    }
    let theirs = read.equilibria.map { $0.flatMap { $0 } }
    #expect(ours.count == theirs.count && !ours.isEmpty)
    for equilibrium in ours {
      #expect(
        theirs.contains { other in
          zip(equilibrium, other).allSatisfy { abs($0 - $1) <= 1e-9 }
        })
    }
  }

  /// The values of the solution, recomputed from the table alone by a reader of its own.
  @Test(
    .enabled(if: PythonReaders.python != nil, PythonReaders.isMissing),
    arguments: ["race", "ends"])
  func `a reader of sgamesolver's tables finds the same values`(game: String) throws {
    let text =
      game == "race"
      ? """
      game: {kind: compute-race, parameters: {grid: 5, actions: 3}}
      solver: {kind: bellman-nash}
      """
      : """
      game: {kind: table, file: \(Self.project)/configs/games/dike.yaml}
      solver: {kind: bellman-nash}
      """
    let root = try TemporaryFolder()
    let configuration = try configuration(text)
    let stochastic = configuration.game
    let solution = try solve(configuration)
    try export(text, as: .npz).write(to: root.path + "/s.npz")
    let live = (0..<stochastic.stateCount).filter { !stochastic.isTerminal[$0] }
    let expected = live.flatMap { state in solution.values[0].map { $0[state] } }
    for isDense in [true, false] {
      let path = root.path + "/\(isDense).csv"
      try writeAtomically(stochastic.sgameTable(isDense: isDense), to: path)
      let read = try PythonReaders.read(
        "stochastic", path, root.path + "/s.npz", as: PythonReaders.StochasticTable.self)
      #expect(read.states == live.map { stochastic.stateLabels[$0].description })
      #expect(read.discounts == stochastic.discounts)
      #expect(
        read.actions[0]
          == (0..<stochastic.playerCount).map {
            stochastic.actionLabels.labels($0, at: live[0]).map(\.description)
          })
      for found in [read.values, read.sgamesolver ?? read.values] {
        #expect(found.count == expected.count)
        for (value, exact) in zip(found, expected) {
          #expect(abs(value - exact) <= 1e-9 * (1 + abs(exact)))
        }
      }
    }
  }

  static let project = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
}

/// Exports of mean-field equilibria, and game files in the place of configurations.
@Suite struct OtherExportTests {
  private func meanField(_ kind: String) throws -> (MeanFieldConfiguration, MeanFieldSolution) {
    let configuration = try MeanFieldConfiguration(
      yaml: "game: {kind: \(kind)}\n", source: "x.yaml", needs: [.solver])
    return (configuration, try configuration.solve())
  }

  @Test func `every equilibrium of a mean-field game is a policy with its law`() throws {
    let (configuration, solution) = try meanField("mfe-inventory")
    let found = solution.equilibria
    let root = try TemporaryFolder()
    let path = root.path + "/m.csv"
    let export = try MeanFieldExport(configuration, as: .csv, at: StagePlace())
      .make(from: solution)
    try export.write(to: path)
    let game = try configuration.finiteGame()
    let frozen = try game.frozen(at: found[0].m)
    let read = try PolicyTable.read(path, game: frozen)
    #expect(read.count == found.count)
    #expect(read["equilibrium=1"]?[0].probabilities == found[0].policy?.weights)
    let lines = try readText(path).split(separator: "\n")
    let states = game.layout.stateCount
    #expect(lines[0].hasSuffix(",probability,value,share,kind,m"))
    let first = lines[1].split(separator: ",")
    #expect(Double(first[7]) == found[0].values[0] && Double(first[8]) == found[0].law[0])
    #expect(first[9] == "pure" && Double(first[10]) == found[0].m[0])
    let values = try MeanFieldExport(configuration, as: .values, at: StagePlace())
      .make(from: solution)
    #expect(values.data.count { $0 == UInt8(ascii: "\n") } == 1 + states * found.count)
    for format in ExportFormat.allCases where ![.csv, .values, .npz].contains(format) {
      #expect(throws: ConfigurationError.self) {
        try MeanFieldExport(configuration, as: format, at: StagePlace())
      }
    }
    #expect(throws: ConfigurationError.self) {
      try MeanFieldExport(configuration, as: .csv, at: StagePlace(period: 1))
    }
  }

  @Test(
    .enabled(if: PythonReaders.python != nil, PythonReaders.isMissing),
    arguments: ["mfe-inventory", "mfe-quality-ladder", "mfe-two-scalars"])
  func `numpy reads mean-field equilibria`(kind: String) throws {
    let (configuration, solution) = try meanField(kind)
    let found = solution.equilibria
    let root = try TemporaryFolder()
    try MeanFieldExport(configuration, as: .npz, at: StagePlace()).make(from: solution)
      .write(to: root.path + "/m.npz")
    let arrays = try PythonReaders.read(
      "numpy", root.path + "/m.npz", as: [String: PythonReaders.Array].self)
    #expect(arrays["m"]?.shape == [found.count, configuration.model.interactionNames.count])
    #expect(arrays["m"]?.numbers == found.flatMap(\.m))
    #expect(arrays["law"]?.numbers == found.flatMap(\.law))
    #expect(arrays["values"]?.numbers == found.flatMap(\.values))
    #expect(arrays["kind"]?.texts == found.map(\.kind.rawValue))
    let states = configuration.model.stateLabels.count
    if found[0].actions != nil {
      #expect(arrays["actions"]?.shape == [found.count, states])
    } else {
      let policy = try #require(arrays["policy_1"])
      #expect(policy.shape.count == 3 && policy.shape[1] == states)
      #expect(
        policy.numbers.filter { $0 != 0 } == found.flatMap { $0.policy!.weights.filter { $0 != 0 } }
      )
    }
  }

  @Test func `a game's own file stands for a configuration`() throws {
    let root = try TemporaryFolder()
    let pair = root.path + "/pair.nfg"
    try writeAtomically(#"NFG 1 R "p" {"a" "b"} {2 2} 1 1 0 0 0 0 2 2"#, to: pair)
    func read(_ path: String, _ overrides: [String] = []) throws -> ExperimentConfiguration {
      try ExperimentConfiguration(path: path, overrides: overrides, needs: [.game, .solver])
    }
    let listed = try read(pair)
    #expect(listed.experiment == "pair" && listed.game.discounts == [0, 0])
    #expect(try listed.solver().selection == .all)
    #expect(
      try listed.solver().solve(listed.game).stageEquilibria?[0].equilibria.count == 3)
    #expect(
      try read(pair, ["solver.kind=bellman-nash"]).solver().selection == .principal)
    // Three players, or many actions: one equilibrium.
    let three = root.path + "/THREE.NFG"
    try writeAtomically(
      StrategicForm(
        title: "t", players: ["a", "b", "c"], strategies: [["x"], ["x"], ["x", "y"]],
        payoffs: [0, 0, 0, 1, 1, 1]
      ).nfg(), to: three)
    #expect(try read(three).solver().selection == .principal)
    let table = root.path + "/t.csv"
    try writeAtomically("state,a_1,u_1,to_state\ndelta,,0.5,\ns,go,1,s\n", to: table)
    let stationary = try read(table)
    let solution = try stationary.solver().solve(stationary.game)
    #expect(solution.values[0][0][0] == 2 && solution.status == .converged)
    let missing = #expect(throws: ConfigurationError.self) { try read(root.path + "/none.nfg") }
    #expect(missing?.description.contains("no such file") == true)
  }

  @Test func `a run keeps a strategic game as it was`() throws {
    let root = try TemporaryFolder()
    let path = root.path + "/game.nfg"
    let text = #"NFG 1 R "Café" {"é" "b"} {{"ü" "0.10"} {"0.1" "x"}} 1/3 0 0 1 0 1 1 0"#
    try writeAtomically(text, to: path)
    let settings = try ExperimentConfiguration(
      yaml: """
        game: {kind: nfg, file: \(path)}
        learner: {kind: q-learning}
        training: {steps: 2000}
        evaluation: {points: 2}
        replicates: 1
        """, source: "x.yaml", needs: [.game, .learner, .training, .evaluation])
    let run = try train(settings, into: root.path).run
    try FileManager.default.removeItem(atPath: path)
    let kept = try run.configuration()
    #expect(kept.hash == settings.hash && fileExists(run.path + "/game.nfg"))
    let form = try StrategicForm(nfg: readText(run.path + "/game.nfg"), source: "kept.nfg")
    #expect(form.title == "Café" && form.players == ["é", "b"])
    // What it is called is no part of what it is: the same run.
    let other = root.path + "/other.nfg"
    try writeAtomically(
      text.replacing("Café", with: "Bar").replacing("\"b\"", with: "\"c\""), to: other)
    let renamed = try ExperimentConfiguration(
      yaml: "game: {kind: nfg, file: \(other)}\nsolver: {kind: bellman-nash}\n", source: "x.yaml")
    let named = try ExperimentConfiguration(
      yaml: "game: {kind: nfg, file: \(run.path)/game.nfg}\nsolver: {kind: bellman-nash}\n",
      source: "x.yaml")
    #expect(renamed.hash == named.hash)
    #expect(kept.game.payoffs == settings.game.payoffs && kept.game.payoffs[0] == 1.0 / 3)
    #expect(kept.game.actionLabels == settings.game.actionLabels)
    #expect(kept.game.actionLabels.labels(0, at: 0) == [.text("ü"), .text("0.10")])
    #expect(kept.game.actionLabels.labels(1, at: 0) == [.number(0.1), .text("x")])
  }
}
