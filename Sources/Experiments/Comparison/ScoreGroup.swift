internal import Statistics

/// Scores that cannot be compared, and why.
public struct ComparisonError: Error, CustomStringConvertible, Sendable, Equatable {
  /// One line: what was given, the rule and the way out.
  public let description: String

  /// Makes an error with a text.
  public init(_ description: String) { self.description = description }
}

/// Which scores are the good ones.
public enum ScoreOrientation: String, Codable, Sendable {
  /// Returns, profits.
  case higherIsBetter = "higher_is_better"
  /// NashConv, distances, losses.
  case lowerIsBetter = "lower_is_better"

  /// 1 or −1: times a score, it makes larger better.
  var sign: Double { self == .higherIsBetter ? 1 : -1 }
}

/// One score per seed on one task (a game, a scenario, a parameter cell), in order of seeds.
public struct TaskScores: Sendable, Equatable {
  /// The task's name.
  public let task: String
  /// The seeds, ascending.
  public let seeds: [UInt64]
  /// Their scores.
  public let scores: [Double]

  /// Scores of a task, in any order of seeds.
  /// - Throws: `ComparisonError` for no scores, unequal counts, a seed named twice, and a score that
  ///   is not finite.
  public init(task: String, seeds: [UInt64], scores: [Double]) throws(ComparisonError) {
    guard seeds.count == scores.count, !seeds.isEmpty else {
      throw ComparisonError(
        "task \(task): \(seeds.count) seeds with \(scores.count) scores: needs one score per seed")
    }
    // In order of seeds, so that resampling does not depend on the order of arrival.
    let order = seeds.indices.sorted { seeds[$0] < seeds[$1] }
    self.task = task
    self.seeds = order.map { seeds[$0] }
    self.scores = order.map { scores[$0] }
    for (seed, next) in zip(self.seeds, self.seeds.dropFirst()) where seed == next {
      throw ComparisonError("task \(task): seed \(seed) has two scores: give each seed once")
    }
    for (seed, score) in zip(self.seeds, self.scores) where !score.isFinite {
      throw ComparisonError("task \(task), seed \(seed): score \(score) must be finite")
    }
  }
}

/// All runs of one configuration, or of one learner over several tasks.
public struct ScoreGroup: Sendable, Equatable {
  /// What tables and documents call it.
  public let name: String
  /// Its tasks, in order of their names.
  public let tasks: [TaskScores]
  /// Seeds that have a score in every task, ascending.
  public let seeds: [UInt64]
  /// The mean over tasks of the scores of each of `seeds`: one number per independent repetition,
  /// which is what tests count. Tasks of different scales should be normalised before.
  public let seedMeans: [Double]

  /// A group from its tasks, in any order.
  /// - Throws: `ComparisonError` for no tasks, a task named twice, and if no seed has a score in
  ///   every task.
  public init(name: String, tasks: [TaskScores]) throws(ComparisonError) {
    let ordered = tasks.sorted { $0.task < $1.task }
    guard let first = ordered.first else { throw ComparisonError("group \(name): has no tasks") }
    for (task, next) in zip(ordered, ordered.dropFirst()) where task.task == next.task {
      throw ComparisonError("group \(name): task \(task.task) is given twice: merge its seeds")
    }
    var sums: [UInt64: (count: Int, sum: Double)] = [:]
    for task in ordered {
      for (seed, score) in zip(task.seeds, task.scores) {
        let before = sums[seed] ?? (0, 0)
        sums[seed] = (before.count + 1, before.sum + score)
      }
    }
    let complete = first.seeds.filter { sums[$0]?.count == ordered.count }
    guard !complete.isEmpty else {
      throw ComparisonError(
        "group \(name): no seed has a score in every task: run the tasks with the same seeds")
    }
    self.name = name
    self.tasks = ordered
    seeds = complete
    seedMeans = complete.map { sums[$0]!.sum / Double(ordered.count) }
  }

  /// A group with one task.
  /// - Throws: as `init(name:tasks:)` and `TaskScores`.
  public init(
    name: String, task: String, seeds: [UInt64], scores: [Double]
  ) throws(ComparisonError) {
    try self.init(name: name, tasks: [TaskScores(task: task, seeds: seeds, scores: scores)])
  }

  /// All scores, a stratum per task, each times `sign`.
  func sample(sign: Double) throws -> StratifiedSample {
    try StratifiedSample(tasks.map { task in task.scores.map { sign * $0 } })
  }
}

/// What to compare groups by.
public struct ComparisonSettings: Sendable, Equatable {
  /// What the scores measure, for headings: `NashConv at parity`.
  public var measure: String
  /// Which scores are better.
  public var orientation: ScoreOrientation
  /// Seed of the resampling streams.
  public var seed: UInt64
  /// Bootstrap resamples of each interval.
  public var replications: Int
  /// α of every test; intervals have coverage 1 − α.
  public var significance: Double
  /// Power asked of the number of seeds, in (α, 1).
  public var power: Double
  /// Thresholds of the performance profiles, ascending; nil for 21 equally spaced over all scores.
  public var thresholds: [Double]?

  /// Makes settings; numbers are checked when used.
  public init(
    measure: String, orientation: ScoreOrientation, seed: UInt64, replications: Int = 10_000,
    significance: Double = 0.05, power: Double = 0.8, thresholds: [Double]? = nil
  ) {
    self.measure = measure
    self.orientation = orientation
    self.seed = seed
    self.replications = replications
    self.significance = significance
    self.power = power
    self.thresholds = thresholds
  }

  /// 1 − α.
  var confidence: Double { 1 - significance }

  /// How intervals are resampled.
  var bootstrap: Bootstrap { Bootstrap(replications: replications, confidence: confidence) }

  /// The stream of one statistic. Every group and pair starts it anew, so a group's figures do not
  /// depend on what it is compared with.
  func stream(_ statistic: ComparisonStatistic) -> RandomStream {
    RandomStream(seed: seed, role: .bootstrap, index: 2_000_000 + statistic.rawValue)
  }
}

/// Statistics that resample, each with a stream of its own.
enum ComparisonStatistic: Int {
  case iqm, mean, median, profile, improvement, paired
}
