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
  let configuration: ExperimentConfiguration
  let tables: SimulationTables
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

  /// Trains with learners of one kind. The registry calls this with a concrete type, so the loop is
  /// specialised for it.
  func train<L: Learner>(_ type: L.Type) throws -> SeedOutcome {
    let began = Date()
    let game = configuration.game
    let training = configuration.resolved.group("training")!
    let steps = training.integer("steps")
    let parameters = configuration.resolved.group("learner")!
    let simulator = Simulator(
      tables, start: EpisodeStart(rawValue: training.text("start"))!,
      episodeLength: training.integer("episode"))
    let learners = try (0..<game.playerCount).map {
      try L(parameters, game: game, player: $0, steps: steps)
    }
    var loop = TrainingLoop(
      simulator: simulator, learners: learners, steps: steps, seed: folder.seed,
      generator: configuration.generator)
    let points = evaluationPoints(
      count: configuration.resolved.group("evaluation")!.integer("points"), steps: steps)

    try makeFolder(folder.path)
    var pointsDone = 0
    var lastPoint = 0
    let metrics: MetricsWriter
    if resumes, fileExists(folder.checkpointPath) {
      let checkpoint = try Checkpoint<L>.read(from: folder, configuration: fingerprint)
      do {
        try loop.restore(checkpoint.loop)
      } catch {
        throw FileError(folder.checkpointPath, "does not fit: \(error); use --force to start anew")
      }
      (pointsDone, lastPoint) = (checkpoint.pointsDone, checkpoint.lastPoint)
      metrics = try MetricsWriter(
        folder, columns: Self.columns(players: game.playerCount),
        keeping: (checkpoint.tableBytes, checkpoint.linesBytes))
    } else {
      metrics = try MetricsWriter(
        folder, columns: Self.columns(players: game.playerCount), keeping: nil)
    }
    try provenance.write(to: folder, status: "running", began: began, ended: nil)

    var lastSave = Date()
    func save() throws {
      let sizes = try metrics.sizes()
      try Checkpoint<L>(
        configuration: fingerprint, seed: folder.seed, pointsDone: pointsDone,
        lastPoint: lastPoint, tableBytes: sizes.table, linesBytes: sizes.lines,
        loop: loop.snapshot()
      ).write(to: folder)
      lastSave = Date()
    }

    while pointsDone < points.count {
      let target = points[pointsDone]
      while loop.step < target {
        if interruption.isRequested {
          try save()
          try provenance.write(to: folder, status: "interrupted", began: began, ended: Date())
          return .interrupted(step: loop.step)
        }
        loop.run(until: min(target, loop.step + Self.chunk))
        report(loop.step)
        if -lastSave.timeIntervalSinceNow > Self.checkpointSeconds { try save() }
      }
      let rewards = loop.takeMeanRewards(over: target - lastPoint)
      try metrics.append(
        try Self.row(
          step: target, rewards: rewards ?? [], exploration: loop.explorationRate,
          last: try judge(loop.lastProfile, step: target, folder: folder),
          average: try loop.averageProfile.map {
            try judge($0, step: target, folder: folder)
          }, initial: game.initial))
      lastPoint = target
      pointsDone += 1
    }

    let last = loop.lastProfile
    let average = loop.averageProfile ?? last
    try writeAtomically(
      PolicyTable.csv(game, [("last", last), ("average", average)]), to: folder.policyPath)
    let summary = SeedSummary(
      seed: folder.seed, steps: steps, converged: loop.isPolicySettled,
      lastPolicyChange: loop.lastPolicyChange,
      last: verdict(try Certificate(game, last), game.initial),
      average: verdict(try Certificate(game, average), game.initial))
    _ = try metrics.sizes()
    try provenance.write(to: folder, status: "finished", began: began, ended: Date())
    // Last of all: a folder with a summary is a finished one.
    try writeAtomically(prettyJSON(summary), to: folder.summaryPath)
    try? FileManager.default.removeItem(atPath: "\(folder.path)/checkpoints")
    return .finished(summary)
  }

  private func judge(_ profile: Profile, step: Int, folder: SeedFolder) throws -> Certificate {
    do {
      return try Certificate(configuration.game, profile)
    } catch {
      throw FileError(
        folder.path, "training failed at step \(step): the policy cannot be judged: \(error)")
    }
  }

  /// Step, rewards, exploration, then each policy's measures; players count from 1.
  static func columns(players: Int) -> [String] {
    var columns = ["step"]
    columns += (1...players).map { "train/reward_mean/\($0)" }
    columns += ["train/exploration"]
    for policy in ["last", "average"] {
      columns += ["\(policy)/equilibrium/nash_conv", "\(policy)/equilibrium/nash_conv_worst"]
      columns += (1...players).map { "\(policy)/equilibrium/deviation_gain/\($0)" }
      columns += (1...players).map { "\(policy)/eval/value_initial/\($0)" }
    }
    return columns
  }

  private static func row(
    step: Int, rewards: [Double], exploration: Double?, last: Certificate, average: Certificate?,
    initial: [Double]
  ) throws -> [Double?] {
    var row: [Double?] = [Double(step)]
    row += rewards.map(Optional.init)
    row.append(exploration)
    for judged in [last, average] {
      let verdict = judged.map { Experiments.verdict($0, initial) }
      row += [verdict?.nashConv, verdict?.nashConvWorst]
      for player in rewards.indices {
        row.append(judged.map { dot(initial, $0.deviationGains[player]) })
      }
      for player in rewards.indices { row.append(verdict?.valueInitial[player]) }
    }
    for (value, column) in zip(row, columns(players: rewards.count)) {
      guard value?.isFinite ?? true else {
        throw FileError("metrics", "\(column) became \(value!) at step \(step)")
      }
    }
    return row
  }
}

/// What a certificate says under an initial law.
func verdict(_ certificate: Certificate, _ initial: [Double]) -> PolicyVerdict {
  PolicyVerdict(
    nashConv: certificate.nashConv(under: initial),
    nashConvWorst: certificate.nashConv.max() ?? 0,
    valueInitial: certificate.values.map { dot(initial, $0) })
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
