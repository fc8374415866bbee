internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation

/// One `lab study`: every cell trained, then which equilibria were selected and how learners compare.
public struct Study: Sendable {
  /// One game's part of the verdict.
  public struct GameResult: Encodable, Sendable {
    /// Its name in the study.
    public var name: String
    /// Its family and scenario.
    public var title: String
    /// The equilibria known.
    public var equilibria: KnownDocument
    /// Per learner, in the study's order.
    public var learners: [LearnerResult]
    /// The learners compared by NashConv; null if there is only one.
    @OrNull public var comparison: GroupComparison?
  }

  /// One cell of the verdict.
  public struct LearnerResult: Encodable, Sendable {
    /// The learner's name in the study.
    public var name: String
    /// The run's folder.
    public var run: String
    /// Its verdict.
    public var verdict: TrainingVerdict
    /// Its policies held against the equilibria.
    public var matching: PolicyMatching
  }

  /// A pair in which training failed.
  public struct Failure: Encodable, Sendable {
    /// The game's name.
    public var game: String
    /// The learner's name.
    public var learner: String
    /// What happened.
    public var message: String
  }

  /// The study's file.
  public let configuration: StudyConfiguration
  /// Results by game.
  public let games: [GameResult]
  /// Pairs in which training failed, for some seeds at least.
  public let failures: [Failure]
  /// The folder of the study.
  public let folder: String
  /// What came of plotting.
  public let plots: Plot.Outcome
  /// Wall-clock time.
  public let seconds: Double

  /// Trains what is missing and judges it; leaves `study.yaml`, `summary.json`, `selection.csv` and
  /// `plots/` in `<root>/<experiment>/`, beside the runs.
  ///
  /// - Throws: what `Training.perform` and the search for equilibria throw.
  public static func perform(
    _ study: StudyConfiguration, options: TrainingOptions, interruption: Interruption,
    progress: (_ unit: String) -> ProgressDisplay, log: @escaping @Sendable (String) -> Void
  ) throws -> Study {
    let began = Date()
    let folder = "\(options.root)/\(study.experiment)"
    try makeFolder(folder)
    // No run is pruned between its end and the study's: several studies may share an experiment.
    let lock = try FolderLock(path: "\(folder)/.lock", isShared: true)
    defer { withExtendedLifetime(lock) {} }
    var failures: [Failure] = []
    for (index, cell) in study.cells.enumerated() {
      log("[\(index + 1)/\(study.cells.count)] \(cell.game), \(cell.learner)")
      do {
        _ = try Training(cell.configuration, options: options).perform(
          interruption: interruption, log: log, progress: progress(cell.configuration.stepUnit))
      } catch let error as FileError where !error.isUsage {
        // One pair's failure is no other's; what its finished seeds say still counts.
        log("failed: \(error)")
        failures.append(
          Failure(game: cell.game, learner: cell.learner, message: "\(error)"))
      }
    }
    var games: [GameResult] = []
    for name in study.games {
      let cells = study.cells.filter { cell in
        cell.game == name
          && RunFolder(root: options.root, configuration: cell.configuration).seeds().contains(
            where: \.isFinished)
      }
      if cells.isEmpty { continue }
      log("\(name): searching the game's equilibria")
      games.append(
        try result(
          name, cells, study: study, options: options, interruption: interruption,
          progress: progress("attempts")))
    }
    let plots = try Plot.selection(
      games, policy: study.policy, title: study.experiment, folder: "\(folder)/plots")
    let result = Study(
      configuration: study, games: games, failures: failures, folder: folder, plots: plots,
      seconds: -began.timeIntervalSinceNow)
    try writeAtomically(result.csv, to: "\(folder)/selection.csv")
    try writeAtomically(prettyJSON(result), to: "\(folder)/summary.json")
    return result
  }

  private static func result(
    _ name: String, _ cells: [StudyConfiguration.Cell], study: StudyConfiguration,
    options: TrainingOptions, interruption: Interruption, progress: ProgressDisplay
  ) throws -> GameResult {
    let session = try CompareSession(
      cells.map { RunFolder(root: options.root, configuration: $0.configuration) },
      options: CompareOptions(
        against: study.against, starts: study.starts, rule: study.rule, policy: study.policy,
        threads: options.threads),
      names: cells.map(\.learner), seeds: Training(cells[0].configuration, options: options).seeds,
      interruption: interruption, progress: progress)
    return GameResult(
      name: name, title: cells[0].configuration.title, equilibria: session.equilibria[0],
      learners: session.runs.map { run in
        LearnerResult(
          name: run.name, run: run.session.run.path, verdict: run.session.verdict,
          matching: run.matching[study.policy]!)
      }, comparison: session.comparisons.first)
  }
}

extension Study: Encodable {
  enum CodingKeys: String, CodingKey {
    case schema, command, experiment, policy, against, games, failures, seconds
  }

  /// One document of the whole study.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("equilibrium-lab/study/1", forKey: .schema)
    try container.encode("study", forKey: .command)
    try container.encode(configuration.experiment, forKey: .experiment)
    try container.encode(configuration.policy, forKey: .policy)
    try container.encode(configuration.against.rawValue, forKey: .against)
    try container.encode(games, forKey: .games)
    try container.encode(failures, forKey: .failures)
    try container.encode(seconds, forKey: .seconds)
  }
}

extension Study {
  /// One line per game, learner and outcome: counts, shares and Wilson intervals.
  var csv: String {
    var lines = ["game,learner,outcome,seeds,share,low,high"]
    for game in games {
      for learner in game.learners {
        for row in learner.matching.selection.outcomes {
          lines.append(
            [
              PolicyTable.quoted(game.name), PolicyTable.quoted(learner.name), row.label,
              "\(row.count)", "\(row.share)", "\(row.low)", "\(row.high)",
            ].joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The study as tables.
  public var text: String {
    var lines: [String] = []
    for game in games {
      lines += ["\(game.name): \(game.title)", ""]
      let players = game.learners[0].verdict.policies.last.valueInitial.count
      var table = TextTable(
        ["selected"] + (1...players).map { "value \($0)" } + game.learners.map(\.name))
      let blank = Array(repeating: "", count: players)
      for outcome in game.outcomes {
        table.add(
          [outcome.symmetric == true ? "\(outcome.label) symmetric" : outcome.label]
            + (outcome.valueInitial.isEmpty ? blank : outcome.valueInitial.map(tableNumber))
            + game.learners.map { learner in
              let found = learner.matching.outcomes.first { $0.label == outcome.label }
              return found.map { shareText($0.count, $0.share, $0.low, $0.high) } ?? "0"
            })
      }
      let selections = game.learners.map(\.matching.selection)
      func add(_ label: String, _ cell: (SelectionFrequencies) -> String) {
        table.add([label] + blank + selections.map(cell))
      }
      add("none") { shareText($0.none.count, $0.none.share, $0.none.low, $0.none.high) }
      add("  could gain by deviating") { "\($0.notEquilibrium)" }
      add("  near no known equilibrium") { "\($0.unknown)" }
      add("unconverged") {
        let row = $0.unconverged
        return shareText(row.count, row.share, row.low, row.high)
      }
      lines += [table.text, ""]
      let rule = selections[0].rule
      lines.append(
        """
        Equilibria known: \(game.equilibria.completeness). Seeds (share, 95% Wilson interval) whose \
        \(configuration.policy) policy selects each:
        NashConv at most \(tableNumber(rule.epsilon)) payoff ranges and distance at most \
        \(tableNumber(rule.distance)); otherwise none.
        Equilibria of one value whose play from the start differs by no more than that are one row.
        """)
      if let comparison = game.comparison { lines += ["", comparison.text] }
      lines.append("")
    }
    return lines.joined(separator: "\n")
  }

  private func shareText(_ count: Int, _ share: Double, _ low: Double, _ high: Double) -> String {
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))" }
    return "\(count) (\(percent(share))%, \(percent(low))–\(percent(high)))"
  }
}

extension Study.GameResult {
  /// Every outcome of any learner, in order; where equilibria are too many to list, those selected.
  var outcomes: [Outcome] {
    var found: [Outcome] = []
    for outcome in learners.flatMap(\.matching.outcomes)
    where !found.contains(where: { $0.label == outcome.label }) { found.append(outcome) }
    return found
  }
}

extension SelectionFrequencies {
  /// Every equilibrium, then `none`: the rows that add up to all seeds.
  var outcomes: [Row] { equilibria + [none] }
}
