public import Statistics

/// Whether a difference was shown.
public enum SignificanceVerdict: String, Codable, Sendable {
  /// The interval excludes no difference, and the adjusted p-value is at most α.
  case significant
  /// One of them, or both, do not say so. That is no evidence of equality.
  case notSignificant = "not significant"

  /// The verdict of an interval and of a p-value, if there is one.
  init(interval: Interval, null: Double, p: Double?, significance: Double) {
    let excluded = !interval.contains(null) && (p ?? 0) <= significance
    self = excluded ? .significant : .notSignificant
  }
}

/// A result with its p-value after Holm's adjustment over all pairs.
public struct Judged<Result: Encodable & Sendable & Equatable>: Encodable, Sendable, Equatable {
  /// The result.
  public var result: Result
  /// Adjusted within the same test over all pairs; null if the test was impossible.
  @OrNull public var pAdjusted: Double?
  /// What interval and p-value say together.
  public var verdict: SignificanceVerdict

  enum CodingKeys: String, CodingKey {
    case result, verdict
    case pAdjusted = "p_adjusted"
  }

  init(_ result: Result, interval: Interval, null: Double, p: Double?, significance: Double) {
    self.result = result
    pAdjusted = p
    verdict = SignificanceVerdict(interval: interval, null: null, p: p, significance: significance)
  }
}

/// Two groups against each other.
public struct PairSummary: Encodable, Sendable, Equatable {
  /// The first group's name.
  public var first: String
  /// The second's.
  public var second: String
  /// How likely a run of the first group is better than one of the second on the same task; no
  /// difference is 1/2. Its p-value is that of `mannWhitney`.
  public var improvement: Judged<Interval>
  /// The rank test on the seeds' scores, oriented: U counts the pairs in which the first is better.
  public var mannWhitney: MannWhitneyTest
  /// First minus second mean of the seeds' scores, in their units; null below two seeds on a side
  /// and if no score varies.
  @OrNull public var welch: Judged<WelchTest>?
  /// First minus second mean of the seeds' scores.
  public var meanDifference: Double
  /// Cohen's d: that difference over √((s₁² + s₂²) / 2); null where `welch` is.
  @OrNull public var effectSize: Double?
  /// Seeds per group with which Welch's test would find a difference as large as the observed one with
  /// the wanted power; null (in tables *none*) if none was observed or seeds are too few to say.
  @OrNull public var seedsPerGroup: Int?
  /// Seed by seed, if both groups have exactly the same seeds; null otherwise.
  @OrNull public var paired: Judged<PairedComparison>?
  /// Pairs with which the paired t test would find it; null likewise.
  @OrNull public var pairsNeeded: Int?

  enum CodingKeys: String, CodingKey {
    case first, second, improvement, welch, paired
    case mannWhitney = "mann_whitney"
    case meanDifference = "mean_difference"
    case effectSize = "effect_size"
    case seedsPerGroup = "seeds_per_group"
    case pairsNeeded = "pairs_needed"
  }

  /// Puts a pair's figures beside the p-values that came out of the adjustment.
  init(_ pair: PairFigures, adjusted: PairPValues, significance α: Double) {
    first = pair.first
    second = pair.second
    improvement = Judged(
      pair.improvement, interval: pair.improvement, null: 0.5, p: adjusted.mannWhitney,
      significance: α)
    mannWhitney = pair.mannWhitney
    welch = pair.welch.map {
      Judged($0, interval: $0.difference, null: 0, p: adjusted.welch, significance: α)
    }
    meanDifference = pair.meanDifference
    effectSize = pair.effectSize
    seedsPerGroup = pair.seedsPerGroup
    paired = pair.paired.map {
      Judged($0, interval: $0.student, null: 0, p: adjusted.paired, significance: α)
    }
    pairsNeeded = pair.pairsNeeded
  }
}

/// The p-values of a pair; nil where a test was impossible.
struct PairPValues {
  var mannWhitney: Double?
  var welch: Double?
  var paired: Double?
}

/// What a pair gives before p-values are adjusted over all pairs.
struct PairFigures {
  let first: String
  let second: String
  let improvement: Interval
  let mannWhitney: MannWhitneyTest
  let welch: WelchTest?
  let meanDifference: Double
  let effectSize: Double?
  let seedsPerGroup: Int?
  let paired: PairedComparison?
  let pairsNeeded: Int?

  init(_ one: ScoreGroup, _ other: ScoreGroup, settings: ComparisonSettings) throws {
    (first, second) = (one.name, other.name)
    let sign = settings.orientation.sign
    var stream = settings.stream(.improvement)
    improvement = try probabilityOfImprovement(
      of: one.sample(sign: sign), over: other.sample(sign: sign), bootstrap: settings.bootstrap,
      using: &stream)
    let (x, y) = (one.seedMeans, other.seedMeans)
    mannWhitney = try MannWhitneyTest(x.map { sign * $0 }, y.map { sign * $0 })
    let (own, others) = (try Moments(x), try Moments(y))
    meanDifference = (own.mean ?? 0) - (others.mean ?? 0)
    let analysis = PowerAnalysis(significance: settings.significance, power: settings.power)
    if let a = own.variance, let b = others.variance {
      seedsPerGroup = try analysis.seedsPerGroup(
        difference: meanDifference, standardDeviations: (a.squareRoot(), b.squareRoot()))
      let varies = a + b > 0
      welch = varies ? try WelchTest(x, y, confidence: settings.confidence) : nil
      effectSize = varies ? meanDifference / ((a + b) / 2).squareRoot() : nil
    } else {
      (seedsPerGroup, welch, effectSize) = (nil, nil, nil)
    }
    if one.seeds == other.seeds {
      stream = settings.stream(.paired)
      let pairs = try PairedComparison(x, y, bootstrap: settings.bootstrap, using: &stream)
      paired = pairs
      pairsNeeded = try pairs.standardDeviation.flatMap {
        try analysis.pairs(difference: pairs.student.estimate, standardDeviation: $0)
      }
    } else {
      (paired, pairsNeeded) = (nil, nil)
    }
  }

  /// The p-values as the tests gave them.
  var pValues: PairPValues {
    PairPValues(
      mannWhitney: mannWhitney.pValue, welch: welch?.pValue, paired: paired?.pValue)
  }
}
