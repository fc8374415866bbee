internal import Agents
internal import Configuration
internal import Environments
internal import Equilibria
internal import Foundation
internal import Learners
internal import Statistics

/// How one seed ended.
enum SeedOutcome: Sendable {
  /// Trained to the end, or found finished.
  case finished(SeedSummary)
  /// Stopped from outside at this step, with a checkpoint.
  case interrupted(step: Int)
}

/// One seed of a configuration, to be trained from its beginning or its checkpoint.
struct SeedRun: Sendable {
  let assembly: SeatAssembly
  let folder: SeedFolder
  let fingerprint: String
  let resumes: Bool
  let provenance: Provenance
  let interruption: Interruption
  /// Told the steps done so far, every chunk.
  let report: @Sendable (_ step: Int) -> Void

  /// Steps between looks at the interruption flag: some ten milliseconds of training.
  static var chunk: Int { 1 << 18 }
  /// Seconds between checkpoints on disk. What is in them does not depend on when they are written.
  static var checkpointSeconds: Double { 30 }

  /// Trains whoever the configuration seats.
  func train() throws -> SeedOutcome {
    let seats = configuration.seats
    if seats.isFromModel { return try drive(assembly.modelLoop(seed: folder.seed)) }
    if let kind = seats.commonKind { return try Registry.learner(kind)!.trainAlike!(self) }
    return try drive(assembly.loopOfSeats(seed: folder.seed))
  }

  /// Trains with learners of one kind. The registry calls this with a concrete type, so the loop is
  /// specialised for it.
  func train<L: Learner>(_ type: L.Type) throws -> SeedOutcome {
    try drive(assembly.loop(of: L.self, seed: folder.seed))
  }

  private var configuration: ExperimentConfiguration { assembly.configuration }
  private var training: ParameterSet { configuration.resolved.group("training")! }
  private var steps: Int { training.integer("steps") }

  /// Runs a training process from its beginning or its checkpoint to its end.
  private func drive<P: TrainingProcess & ~Copyable>(_ process: consuming P) throws -> SeedOutcome {
    let began = Date()
    let game = configuration.game
    let rule = StoppingRule(training)
    let points = evaluationPoints(
      count: configuration.resolved.group("evaluation")!.integer("points"), steps: steps)

    try makeFolder(folder.path)
    var record = EvaluationRecord(game: game)
    let metrics: MetricsWriter
    var events: TrainingEvents
    let scale = ActionScale(game)
    let columns = EvaluationRecord.columns(players: game.playerCount)
    if resumes, fileExists(folder.checkpointPath) {
      let checkpoint = try Checkpoint<P.Snapshot>.read(from: folder, configuration: fingerprint)
      do {
        try process.restore(checkpoint.training)
      } catch {
        throw FileError(folder.checkpointPath, "does not fit: \(error); use --force to start anew")
      }
      record.pointsDone = checkpoint.pointsDone
      record.lastPoint = checkpoint.lastPoint
      record.best = checkpoint.best
      metrics = try MetricsWriter(
        folder, columns: columns, keeping: (checkpoint.tableBytes, checkpoint.linesBytes))
      events = try TrainingEvents(folder, keeping: checkpoint.eventBytes, from: process.step)
    } else {
      metrics = try MetricsWriter(folder, columns: columns, keeping: nil)
      events = try TrainingEvents(folder, keeping: nil, from: process.step)
    }
    try provenance.write(to: folder, status: "running", began: began, ended: nil)

    var lastSave = Date()
    var isMet = false
    while record.pointsDone < points.count, !isMet {
      let target = points[record.pointsDone]
      while process.step < target, !isMet {
        if interruption.isRequested {
          try save(process, record, metrics, events)
          try provenance.write(to: folder, status: "interrupted", began: began, ended: Date())
          return .interrupted(step: process.step)
        }
        let chunk = min(target, process.step + Self.chunk)
        if case .policyUnchanged(let periods) = rule {
          isMet = process.run(until: chunk, orUnchangedFor: periods)
        } else {
          process.run(until: chunk)
        }
        report(process.step)
        if -lastSave.timeIntervalSinceNow > Self.checkpointSeconds {
          try save(process, record, metrics, events)
          lastSave = Date()
        }
      }
      let rewards = process.takeMeanRewards(over: process.step - record.lastPoint)
      let judged: (last: JudgedPolicy, average: JudgedPolicy?)
      do {
        judged = try record.judge(
          process.lastProfile, process.averageProfile, step: process.step)
      } catch {
        throw FileError(
          folder.path,
          "training failed at step \(process.step): the policy cannot be judged: \(error); smaller "
            + "step sizes may help")
      }
      let row: [Double?]
      do {
        row = try record.row(
          judged, step: process.step, rewards: rewards, exploration: process.explorationRate,
          weight: process.largestWeight)
      } catch let error as FileError {
        throw FileError(folder.path, "training failed: \(error.problem)")
      }
      try metrics.append(row)
      try events.add(row, columns: columns, step: process.step)
      try events.add(judged.last, of: scale, named: "last", step: process.step)
      try events.flush()
      record.lastPoint = process.step
      record.pointsDone += 1
      if case .nashConv(let below, let policy) = rule {
        let chosen = policy == "last" ? judged.last : judged.average
        isMet = chosen.map { $0.verdict.nashConv <= below } ?? false
      }
    }
    // What is done is shown as done, also where training ended early.
    if process.step < steps { report(steps) }

    let last = try JudgedPolicy(game, process.lastProfile)
    let average = try process.averageProfile.map { try JudgedPolicy(game, $0) } ?? last
    let best = try JudgedPolicy(game, record.best!.profile(game))
    try folder.write(
      [
        ValuedPolicy("last", last), ValuedPolicy("average", average), ValuedPolicy("best", best),
      ], of: game)
    var measures: [String: Double] = [:]
    let start = process.currentState.map { current in
      (0..<game.stateCount).map { $0 == current ? 1.0 : 0 }
    }
    for measure in try configuration.measures(of: last.profile, from: start).values {
      measures[measure.name] = measure.value
    }
    let isSettled = rule == .steps ? process.isPolicySettled : isMet
    let summary = SeedSummary(
      seed: folder.seed, steps: process.step,
      stop: StopOutcome(rule: rule.name, isMet: rule == .steps || isMet), converged: isSettled,
      lastPolicyChange: process.lastPolicyChange, last: last.verdict, average: average.verdict,
      best: best.verdict, bestStep: record.best!.step, measures: measures,
      largestWeight: process.largestWeight, finalState: process.currentState)
    _ = try metrics.sizes()
    _ = try events.synchronise()
    try provenance.write(to: folder, status: "finished", began: began, ended: Date())
    // Last of all: a folder with a summary is a finished one.
    try writeAtomically(prettyJSON(summary), to: folder.summaryPath)
    try? FileManager.default.removeItem(atPath: "\(folder.path)/checkpoints")
    return .finished(summary)
  }

  private func save<P: TrainingProcess & ~Copyable>(
    _ process: borrowing P, _ record: EvaluationRecord, _ metrics: MetricsWriter,
    _ events: TrainingEvents
  ) throws {
    let sizes = try metrics.sizes()
    try Checkpoint(
      configuration: fingerprint, seed: folder.seed, pointsDone: record.pointsDone,
      lastPoint: record.lastPoint, tableBytes: sizes.table, linesBytes: sizes.lines,
      eventBytes: try events.synchronise(), best: record.best, training: process.snapshot()
    ).write(to: folder, step: process.step)
  }
}

/// Σ aᵢ bᵢ.
func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

/// Logarithmically spaced steps, the last at `steps`: strictly ascending, `count` of them unless
/// `steps` is smaller.
func evaluationPoints(count: Int, steps: Int) -> [Int] {
  guard count > 1, steps > 1 else { return [steps] }
  // From a thousandth of training on: earlier tables are mostly noise.
  let first = max(1.0, Double(steps) / 1000)
  let ratio = Double(steps) / first
  var points: [Int] = []
  for k in 0..<count {
    let x = first * pow(ratio, Double(k) / Double(count - 1))
    let step = k == count - 1 ? steps : Int(x.rounded())
    points.append(max(step, (points.last ?? 0) + 1))
  }
  // Rounding may have pushed early points past later ones where points are dense.
  for k in stride(from: count - 1, through: 0, by: -1) {
    points[k] = min(points[k], steps - (count - 1 - k))
  }
  return points.filter { $0 >= 1 }
}
