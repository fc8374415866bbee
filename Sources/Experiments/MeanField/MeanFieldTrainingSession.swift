internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Learners

/// One `lab train` of a mean-field game, from configuration to verdict.
public struct MeanFieldTrainingSession: Sendable {
  /// The run.
  public let run: RunFolder
  /// Its configuration.
  public let configuration: MeanFieldConfiguration
  /// Learned against exact.
  public let verdict: MeanFieldTrainingVerdict
  /// What came of plotting.
  public let plots: Plot.Outcome

  /// Trains what is missing, solves the game exactly, and puts both together; leaves `summary.json`
  /// and `plots/` in the run's folder.
  ///
  /// - Throws: `FileError`, `ConfigurationError`, `TrainingStop`, or what a learner throws.
  public static func train(
    _ configuration: MeanFieldConfiguration, options: TrainingOptions,
    interruption: Interruption, progress: ProgressDisplay, log: @escaping @Sendable (String) -> Void
  ) throws -> MeanFieldTrainingSession {
    let began = Date()
    let game = try configuration.finiteGame()
    let run = RunFolder(root: options.root, configuration: configuration)
    let entry = Registry.meanFieldLearner(configuration.resolved.group("learner")!.kind)!
    let fingerprint = configuration.hash
    // Before training, since each step is put beside it.
    let exact = exactSolution(configuration, interruption)
    let equilibria = exact.equilibria.filter { $0.m.count == 1 }.map { $0.m[0] }
    let isUnsolved = interruption.isRequested
    let expected = configuration.stepLimit ?? Self.usualSteps
    let folders = try SeedQueue(configuration: configuration, options: options, run: run).perform(
      steps: expected, interruption: interruption, log: log, progress: progress
    ) {
      { folder, provenance, report in
        // A step beside nothing would not be the step that a resumed run writes.
        guard !isUnsolved else { return false }
        let isFinished = try entry.train(
          MeanFieldSeedRun(
            configuration: configuration, game: game, equilibria: equilibria, folder: folder,
            fingerprint: fingerprint, resumes: options.resumes, provenance: provenance,
            interruption: interruption,
            report: { report(min($0, expected)) }))
        // What ended early is done all the same.
        if isFinished { report(expected) }
        return isFinished
      }
    }
    let session = try judge(
      "train", run, configuration, folders, unfinished: [], exact: exact, began: began,
      draws: options.draws, interruption: interruption)
    try writeAtomically(prettyJSON(session.verdict), to: "\(run.path)/summary.json")
    return session
  }

  /// Outer steps to expect of a learner that does not say, for the progress display.
  private static let usualSteps = 30

  /// Judges a run's stored policies anew; nothing is trained and nothing is written.
  ///
  /// - Throws: `FileError` if the run is missing, unfinished or damaged.
  public static func compare(
    _ run: RunFolder, interruption: Interruption
  ) throws -> MeanFieldTrainingSession {
    let configuration = try run.meanFieldConfiguration()
    let folders = run.seeds().filter { run.seed == nil || $0.seed == run.seed }
    let finished = folders.filter(\.isFinished)
    guard !finished.isEmpty else {
      throw FileError(
        run.path, "has no finished seed yet; go on with `lab train … --resume`", isUsage: true)
    }
    return try judge(
      "compare", run, configuration, finished,
      unfinished: folders.filter { !$0.isFinished }.map(\.seed),
      exact: exactSolution(configuration, interruption), began: Date(), interruption: interruption)
  }

  /// The exact side: what was learned stands without it if it cannot be solved.
  private static func exactSolution(
    _ configuration: MeanFieldConfiguration, _ interruption: Interruption
  ) -> MeanFieldSolution {
    do {
      return try configuration.solver(.evaluation).solve(
        configuration.model, isCancelled: { interruption.isRequested })
    } catch {
      return MeanFieldSolution(
        crossings: [], isComplete: false, counting: "", status: .uncertified, seconds: 0,
        evaluations: 0, note: "\(error)")
    }
  }

  private static func judge(
    _ command: String, _ run: RunFolder, _ configuration: MeanFieldConfiguration,
    _ folders: [SeedFolder], unfinished: [UInt64], exact: MeanFieldSolution, began: Date,
    draws: Bool = true, interruption: Interruption
  ) throws -> MeanFieldTrainingSession {
    let game = try configuration.finiteGame()
    let learned = try folders.map { try LearnedEquilibrium($0, game: game) }
    if interruption.isRequested {
      throw command == "train" ? TrainingStop.interrupted(run: run.path) : TrainingStop.stopped
    }
    let verdict = try MeanFieldTrainingVerdict(
      command: command, run: run, configuration: configuration, learned: learned,
      unfinished: unfinished, exact: exact,
      solver: configuration.solver(.evaluation).settings,
      seconds: -began.timeIntervalSinceNow)
    let plots =
      command == "train" && draws
      ? try Plot.outerSteps(
        run, seeds: folders.map(\.seed), exact: exact.equilibria.map(\.m), game: game,
        title: "\(configuration.experiment): \(configuration.title)", folder: "\(run.path)/plots")
      : Plot.existing(folder: "\(run.path)/plots")
    return MeanFieldTrainingSession(
      run: run, configuration: configuration, verdict: verdict, plots: plots)
  }
}

/// What a finished seed learned, read back from its folder.
struct LearnedEquilibrium: Sendable {
  let summary: MeanFieldSeedSummary
  let policy: MeanFieldPolicy
  /// The population as the learner saw it; empty if it did not.
  let law: [Double]

  /// - Throws: `FileError` if a file is missing or damaged.
  init(_ folder: SeedFolder, game: any MeanFieldGame) throws {
    summary = try folder.summary(as: MeanFieldSeedSummary.self)
    guard summary.estimate.m.count == game.layout.scalarCount else {
      throw FileError(folder.summaryPath, "is of a game with another interaction")
    }
    // Labels and actions are the same at every m, so any will do for reading.
    let middle = game.interactionBounds.map { 0.5 * ($0.lowerBound + $0.upperBound) }
    let frozen = try game.frozen(at: middle)
    guard let last = try PolicyTable.read(folder.policyPath, game: frozen)["last"] else {
      throw FileError(folder.policyPath, "must hold the policy last")
    }
    policy = MeanFieldPolicy(weights: last[0].probabilities)
    law = try LawTable.seen(folder.lawPath, states: game.layout.stateCount)
  }
}

extension RunFolder {
  /// Whether the run is of a mean-field game.
  ///
  /// - Throws: `FileError`, `ConfigurationError`.
  public var isMeanField: Bool {
    get throws {
      GameSelection.isMeanField(try readDocument(path: configurationPath, overrides: []))
    }
  }

  /// Reads the stored configuration, refusing one that does not match the folder's name.
  ///
  /// - Throws: `FileError`, `ConfigurationError`.
  func meanFieldConfiguration() throws -> MeanFieldConfiguration {
    try checked(
      MeanFieldConfiguration(
        path: configurationPath, needs: [.learner, .training, .evaluation]))
  }
}
