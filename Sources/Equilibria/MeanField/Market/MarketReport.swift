internal import Foundation

/// A figure about a market of N agents, with how it was got.
public struct MarketFigure: Sendable, Codable, Equatable {
  /// How a figure was got.
  public enum Method: String, Sendable, Codable, CaseIterable {
    /// From the laws, to rounding: the band is a point.
    case exact
    /// The mean of independent replications, with Student's band.
    case simulated
  }

  /// The figure.
  public var estimate: Double
  /// The lower end of its band.
  public var low: Double
  /// The upper end of its band.
  public var high: Double
  /// How it was got.
  public var method: Method

  /// An exact figure.
  public init(exact value: Double) {
    (estimate, low, high, method) = (value, value, value, .exact)
  }

  /// A simulated figure.
  public init(estimate: Double, low: Double, high: Double) {
    (self.estimate, self.low, self.high, method) = (estimate, low, high, .simulated)
  }

  /// Whether the band leaves 0 out, or the figure is exact and not 0.
  public var isNonzero: Bool { low > 0 || high < 0 }
}

/// What a policy is worth among N agents.
public struct MarketRow: Sendable, Codable, Equatable {
  /// What the gain from deviating is.
  public enum GainKind: String, Sendable, Codable, CaseIterable {
    /// The largest of the class.
    case largest
    /// That of one policy of the class; the largest is no smaller.
    case lowerBound = "lower-bound"
  }

  /// N.
  public var agents: Int
  /// J_N(g): agent 1's value with everybody following g.
  public var value: MarketFigure
  /// J_N(g) − J_∞(g).
  public var gap: MarketFigure
  /// The gain of agent 1 from deviating to a policy of its own state alone.
  public var gain: MarketFigure
  /// Whether `gain` is the largest such gain.
  public var gainKind: GainKind
  /// States of positive probability at which that deviation takes other actions than g.
  public var changedStates: Int
  /// The largest gain of an agent that sees the state of everybody, exact; nil where it was not
  /// computed. No gain of an own-state policy is larger.
  public var gainSeeingAll: Double?
  /// The average of M_t (its first scalar) over periods and replications; nil if nothing was played.
  public var interaction: MarketFigure?
  /// The standard deviation of M_t over periods, averaged over replications.
  public var interactionSpread: Double?

  enum CodingKeys: String, CodingKey {
    case agents, value, gap, gain
    case gainKind = "gain_kind"
    case changedStates = "changed_states"
    case gainSeeingAll = "gain_seeing_all"
    case interaction
    case interactionSpread = "interaction_spread"
  }
}

extension MarketRow {
  /// Gaps and gains that are rounding, by the scale of values, are none: bands included within
  /// 1e-11 of it.
  func withoutRounding(_ scale: Double) -> MarketRow {
    func cleaned(_ figure: MarketFigure) -> MarketFigure {
      guard max(abs(figure.low), abs(figure.high)) <= 1e-11 * scale else { return figure }
      var none = MarketFigure(exact: 0)
      none.method = figure.method
      return none
    }
    var row = self
    row.gap = cleaned(gap)
    row.gain = cleaned(gain)
    row.gainSeeingAll = gainSeeingAll.map { $0 <= 1e-11 * scale ? 0 : $0 }
    return row
  }
}

/// How fast a figure falls in N: |figure| ≈ C N^slope, by weighted least squares of logarithms.
public struct MarketDecay: Sendable, Codable, Equatable {
  /// The exponent; −1 where the figure falls as 1 / N.
  public var slope: Double
  /// The ends of its 95% band from the bands of the figures; the slope itself where all are exact.
  public var low: Double
  /// See `low`.
  public var high: Double
  /// The numbers of agents that took part: those whose figure is told from 0.
  public var agents: [Int]

  /// Fits an exponent to figures whose bands leave 0 out; nil with fewer than three of them and
  /// where they differ in sign.
  ///
  /// Each log |figure| has the standard error (high − low) / (2 · 1.96 |figure|), by the delta
  /// method. If any is exact all count alike, and the band is from the others' errors.
  public init?(_ figures: [(agents: Int, figure: MarketFigure)]) {
    let used = figures.filter { $0.figure.isNonzero && $0.figure.estimate != 0 }
    guard Set(used.map(\.agents)).count >= 3, Set(used.map(\.figure.estimate.sign)).count == 1
    else { return nil }
    let x = used.map { log(Double($0.agents)) }
    let y = used.map { log(abs($0.figure.estimate)) }
    let errors = used.map {
      ($0.figure.high - $0.figure.low) / (2 * 1.96 * abs($0.figure.estimate))
    }
    let weights =
      errors.contains { $0 <= 0 } ? errors.map { _ in 1.0 } : errors.map { 1 / ($0 * $0) }
    let total = weights.reduce(0, +)
    let meanX = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1 } / total
    let spread = zip(weights, x).reduce(0) { $0 + $1.0 * ($1.1 - meanX) * ($1.1 - meanX) }
    let pull = zip(weights, x).map { $0 * ($1 - meanX) / spread }
    slope = zip(pull, y).reduce(0) { $0 + $1.0 * $1.1 }
    let error = zip(pull, errors).reduce(0) { $0 + $1.0 * $1.0 * $1.1 * $1.1 }.squareRoot()
    (low, high) = (slope - 1.96 * error, slope + 1.96 * error)
    agents = used.map(\.agents)
  }
}

/// A policy judged in markets of several sizes.
public struct MarketReport: Sendable, Codable, Equatable {
  /// m of a population that follows the policy, one a scalar.
  public var m: [Double]
  /// J_∞(g).
  public var limitValue: Double
  /// The gain from deviating in the continuum; nil from other first states than the population's
  /// law, where the best deviation is not stationary.
  public var limitGain: Double?
  /// How far the policy's population misses m.
  public var consistency: Double
  /// The law of first states.
  public var start: MarketGap.Start
  /// One row per N.
  public var rows: [MarketRow]
  /// The exponent of |gap|; nil if fewer than three gaps are told from 0.
  public var gapDecay: MarketDecay?
  /// The exponent of the gain.
  public var gainDecay: MarketDecay?
  /// Replications behind each simulated figure.
  public var replications: Int
  /// Periods of each replication; 0 if nothing was played.
  public var horizon: Int
  /// What cutting play at the horizon can change in a value, at most.
  public var truncation: Double
  /// The nominal coverage of bands.
  public var confidence: Double
  /// The seed of the replications.
  public var seed: UInt64
  /// Time taken.
  public var seconds: Double
  /// Why something is missing, one line each.
  public var notes: [String]

  enum CodingKeys: String, CodingKey {
    case m, consistency, start, rows, replications, horizon, truncation, confidence, seed, seconds
    case notes
    case limitValue = "limit_value"
    case limitGain = "limit_gain"
    case gapDecay = "gap_decay"
    case gainDecay = "gain_decay"
  }
}
