internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Learners
internal import Statistics

/// What a finished seed of a mean-field run leaves behind.
struct MeanFieldSeedSummary: Codable, Sendable, Equatable {
  /// The seed.
  var seed: UInt64
  /// Outer steps taken.
  var steps: Int
  /// Updates of action values, or iterations, in all.
  var updates: Int
  /// Transitions drawn to see the population, in all.
  var samples: Int
  /// What the learner holds the equilibrium to be.
  var estimate: MeanFieldEstimate
  /// max |w| at the end; nil for tables.
  var largestWeight: Double?
  /// How the finite-time bounds fared; nil of methods without signs.
  var bounds: BoundTally?
  /// max |Q̂ − Q*| of the last outer step, at its own m; nil of methods without action values.
  var actionValueError: Double?

  enum CodingKeys: String, CodingKey {
    case seed, steps, updates, samples, estimate, bounds
    case actionValueError = "q_error"
    case largestWeight = "largest_weight"
  }
}

/// Over the outer steps of a seed: the checkable parts of the finite-time bounds beside what was
/// measured (`FiniteTimeCheck`).
struct BoundTally: Codable, Sendable, Equatable {
  /// Steps at which a sign of f was decided, and at which it was the right one.
  var signs = 0
  var rightSigns = 0
  /// Steps at which |f − f̂| has a bound, and at which it is within it.
  var errors = 0
  var boundedErrors = 0
  /// Largest |f − f̂|.
  var largestError = 0.0
  /// Middles up to the first wrong sign, with an exact equilibrium to compare with, and those that
  /// were within (b − a) 2⁻ⁿ of one.
  var distances = 0
  var boundedDistances = 0

  enum CodingKeys: String, CodingKey {
    case signs, errors, distances
    case boundedDistances = "bounded_distances"
    case rightSigns = "right_signs"
    case boundedErrors = "bounded_errors"
    case largestError = "largest_error"
  }

  mutating func add(_ found: FiniteTimeCheck.Found) {
    if let isRight = found.isSignRight {
      signs += 1
      rightSigns += isRight ? 1 : 0
    }
    largestError = max(largestError, found.residualError)
    if let distance = found.distance, let bound = found.distanceBound {
      distances += 1
      // The exact m is rounded as well.
      boundedDistances += distance <= bound * (1 + 1e-9) + 1e-12 ? 1 : 0
    }
    guard let bound = found.residualBound else { return }
    errors += 1
    // Both sides are sums of rounded numbers.
    boundedErrors += found.residualError <= bound * (1 + 1e-9) + 1e-12 ? 1 : 0
  }
}

/// One seed of a mean-field configuration, to be trained from its beginning or its checkpoint.
struct MeanFieldSeedRun: Sendable {
  let configuration: MeanFieldConfiguration
  let game: any MeanFieldGame
  /// Exact equilibria, ascending, for the distances of the bounds; empty without any.
  let equilibria: [Double]
  let folder: SeedFolder
  let fingerprint: String
  let resumes: Bool
  let provenance: Provenance
  let interruption: Interruption
  /// Told the outer steps done so far.
  let report: @Sendable (_ step: Int) -> Void

  /// Seconds between checkpoints on disk; outer steps that take longer each leave one.
  static var checkpointSeconds: Double { 1 }

  /// What a checkpoint keeps of training.
  struct Progress<Snapshot: Codable>: Codable {
    var steps = 0
    var updates = 0
    var samples = 0
    var check = FiniteTimeCheck.State()
    var bounds = BoundTally()
    /// max |Q̂ − Q*| of the last step that had a Q̂.
    var actionValueError: Double?
    var learner: Snapshot
  }

  /// Trains with a learner. The registry calls this with a concrete type.
  ///
  /// - Returns: false if it was interrupted, with a checkpoint.
  func train<L: MeanFieldLearner>(_ type: L.Type) throws -> Bool {
    let began = Date()
    var learner = try L(
      configuration.resolved.group("learner")!, game: game, seed: folder.seed,
      generator: configuration.header.generator)
    var judge = try MeanFieldJudge(game)
    let table = MeanFieldMetrics(game)
    var progress = Progress(learner: learner.snapshot())
    try makeFolder(folder.path)
    let metrics: MetricsWriter
    var events: TrainingEvents
    if resumes, fileExists(folder.checkpointPath) {
      let checkpoint = try Checkpoint<Progress<L.Snapshot>>.read(
        from: folder, configuration: fingerprint)
      progress = checkpoint.training
      do {
        try learner.restore(progress.learner)
      } catch {
        throw FileError(folder.checkpointPath, "does not fit: \(error); use --force to start anew")
      }
      metrics = try MetricsWriter(
        folder, columns: table.columns, keeping: (checkpoint.tableBytes, checkpoint.linesBytes))
      events = try TrainingEvents(folder, keeping: checkpoint.eventBytes, from: progress.steps)
    } else {
      metrics = try MetricsWriter(folder, columns: table.columns, keeping: nil)
      events = try TrainingEvents(folder, keeping: nil, from: progress.steps)
    }
    try provenance.write(to: folder, status: "running", began: began, ended: nil)

    var check =
      game.layout.scalarCount == 1 ? try FiniteTimeCheck(game, equilibria: equilibria) : nil
    check?.state = progress.check

    let limit = configuration.stepLimit ?? .max
    var lastSave = Date()
    while !learner.isDone, progress.steps < limit {
      let step: OuterStep?
      do {
        step = try learner.advance(isCancelled: { interruption.isRequested })
      } catch {
        throw FileError(
          folder.path, "training failed at outer step \(progress.steps + 1): \(error)")
      }
      guard let step else {
        guard interruption.isRequested else { break }
        try save(progress, learner, metrics, events)
        try provenance.write(to: folder, status: "interrupted", began: began, ended: Date())
        return false
      }
      do {
        let gap = try judge.judge(
          step.policy, law: step.law, actionValues: step.actionValues, at: step.m)
        progress.actionValueError = gap.actionValueError
        // Methods without signs go in rounds, and their law is an average of many policies'.
        let bound = step.purpose == .round ? nil : try check?.check(step)
        if let check, let bound {
          progress.check = check.state
          progress.bounds.add(bound)
        }
        let row = try table.row(step, gap, bound, largestWeight: learner.largestWeight)
        try metrics.append(row)
        try events.add(row, columns: table.columns, step: step.index)
        try events.add(step, of: game)
        try events.flush()
      } catch let error as MeanFieldError {
        throw FileError(
          folder.path, "outer step \(progress.steps + 1) cannot be judged: \(error)")
      } catch let error as FileError where error.path == "training" {
        throw FileError(folder.path, "training failed: \(error.problem)")
      }
      progress.steps += 1
      progress.updates += step.updates
      progress.samples += step.samples
      report(progress.steps)
      if -lastSave.timeIntervalSinceNow > Self.checkpointSeconds {
        try save(progress, learner, metrics, events)
        lastSave = Date()
      }
    }
    try finish(progress, learner, judge: &judge)
    _ = try metrics.sizes()
    _ = try events.synchronise()
    try provenance.write(to: folder, status: "finished", began: began, ended: Date())
    let summary = MeanFieldSeedSummary(
      seed: folder.seed, steps: progress.steps, updates: progress.updates,
      samples: progress.samples, estimate: learner.estimate,
      largestWeight: learner.largestWeight,
      bounds: progress.bounds == BoundTally() ? nil : progress.bounds,
      actionValueError: progress.actionValueError)
    // Last of all: a folder with a summary is a finished one.
    try writeAtomically(prettyJSON(summary), to: folder.summaryPath)
    try? FileManager.default.removeItem(atPath: "\(folder.path)/checkpoints")
    return true
  }

  private func finish<L: MeanFieldLearner>(
    _ progress: Progress<L.Snapshot>, _ learner: L, judge: inout MeanFieldJudge
  ) throws {
    let m = learner.estimate.m
    // The learned policy is one of the agent that faces the learned m.
    let frozen: StochasticGame
    do {
      frozen = try game.frozen(at: m)
    } catch {
      throw FileError(folder.path, "training failed: m = \(m) makes no game: \(error)")
    }
    let worth: (values: [Double], gains: [Double])
    do {
      // A judge without a past, so that a resumed run breaks ties as a whole one does.
      var fresh = try MeanFieldJudge(game)
      worth = try fresh.worth(of: learner.policy, at: m)
    } catch {
      throw FileError(folder.path, "training failed: the policy at m = \(m) has no value: \(error)")
    }
    let invariant = judge.invariantLaw(of: learner.policy, at: m)
    try folder.write(
      [
        ValuedPolicy(
          name: "last", profile: frozen.profile(of: learner.policy), values: [worth.values],
          gains: [worth.gains])
      ], of: frozen
    ) { arrays in
      arrays.add("m", m, shape: [m.count])
      for (name, law) in [("law_seen", learner.law), ("law_invariant", invariant ?? [])]
      where !law.isEmpty {
        arrays.add(name, law, shape: [law.count])
      }
    }
    try writeAtomically(
      LawTable.csv(game.layout, seen: learner.law, invariant: invariant), to: folder.lawPath)
  }

  private func save<L: MeanFieldLearner>(
    _ progress: Progress<L.Snapshot>, _ learner: L, _ metrics: MetricsWriter,
    _ events: TrainingEvents
  ) throws {
    let sizes = try metrics.sizes()
    var progress = progress
    progress.learner = learner.snapshot()
    try Checkpoint(
      configuration: fingerprint, seed: folder.seed, pointsDone: progress.steps,
      lastPoint: progress.steps, tableBytes: sizes.table, linesBytes: sizes.lines,
      eventBytes: try events.synchronise(), best: nil, training: progress
    ).write(to: folder, step: progress.steps)
  }
}

extension StochasticGame {
  /// A mean-field policy as the profile of the one agent of a frozen game.
  func profile(of policy: MeanFieldPolicy) -> Profile {
    Profile([Policy(offsets: policyOffsets(0), probabilities: policy.weights)])
  }
}
