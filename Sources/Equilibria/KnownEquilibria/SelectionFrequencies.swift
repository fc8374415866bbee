import Environments
import Statistics

/// How often seeds selected each known equilibrium: counts, shares and Wilson intervals.
///
/// A plain value: it is made from the seeds' matches and holds nothing else. The rows of
/// `equilibria` and `none` add up to `trials`. In a game with a mirror, `classes` counts each
/// equilibrium together with its mirror image, beside the separate rows.
public struct SelectionFrequencies: Sendable, Equatable, Encodable {
  /// One outcome.
  public struct Row: Sendable, Equatable, Encodable {
    /// `E1`, a class such as `E2/E3`, or `none`.
    public var label: String
    /// Seeds with this outcome.
    public var count: Int
    /// `count` over all seeds.
    public var share: Double
    /// Lower end of the Wilson interval.
    public var low: Double
    /// Upper end.
    public var high: Double
    /// Each player's value under the initial law; of a continuum, at the equilibrium that stands for
    /// it. Empty for classes, `none` and unlisted equilibria.
    public var initialValues: [Double]
    /// Whether it is its own mirror image; null for games without mirror and where it has no meaning.
    public var isSymmetric: Bool?
    /// Mean distance of the seeds counted; null if there are none, or no equilibrium is known.
    public var meanDistance: Double?

    enum CodingKeys: String, CodingKey {
      case label, count, share, low, high
      case initialValues = "initial_values"
      case isSymmetric = "is_symmetric"
      case meanDistance = "mean_distance"
    }

    /// Encodes every key, absent values as null.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(label, forKey: .label)
      try container.encode(count, forKey: .count)
      try container.encode(share, forKey: .share)
      try container.encode(low, forKey: .low)
      try container.encode(high, forKey: .high)
      try container.encode(initialValues, forKey: .initialValues)
      try container.encode(isSymmetric, forKey: .isSymmetric)
      try container.encode(meanDistance, forKey: .meanDistance)
    }
  }

  /// `all`, `found` or `at least`: what the rows are of.
  public var completeness: KnownEquilibria.Completeness
  /// The limits that made a seed count.
  public var rule: MatchRule
  /// Seeds.
  public var trials: Int
  /// One row per known equilibrium in their order, selected or not; where there are too many to
  /// list, one per equilibrium selected, by label.
  public var equilibria: [Row]
  /// The same up to mirror images; empty for a game without mirror.
  public var classes: [Row]
  /// Seeds that selected none.
  public var none: Row
  /// Of those, how many could still gain by deviating.
  public var notEquilibrium: Int
  /// Of those, how many are near an equilibrium in incentives, but near no known one in play.
  public var unknown: Int
  /// Seeds that did not converge, by whatever criterion the caller has; they are in the other rows
  /// as well.
  public var unconverged: Row
  /// Coverage of the intervals.
  public var confidence: Double

  enum CodingKeys: String, CodingKey {
    case completeness, rule, trials, equilibria, classes, none, unknown, unconverged, confidence
    case notEquilibrium = "not_equilibrium"
  }

  /// Counts.
  ///
  /// - Parameters:
  ///   - matches: one per seed, all under `rule`, against `known`.
  ///   - known: the equilibria matched with.
  ///   - converged: per seed, whether it met the caller's criterion of convergence.
  /// - Throws: `NumericalError` if there is no seed or `confidence` is not in (0, 1).
  public init(
    _ matches: [EquilibriumMatch], known: KnownEquilibria, converged: [Bool],
    rule: MatchRule = MatchRule(), confidence: Double = 0.95
  ) throws {
    precondition(matches.count == converged.count, "one flag per seed")
    let trials = matches.count
    func row(
      _ label: String, _ counted: [EquilibriumMatch], values: [Double] = [],
      isSymmetric: Bool? = nil
    ) throws -> Row {
      let interval = try wilsonInterval(
        successes: counted.count, trials: trials, confidence: confidence)
      let distances = counted.compactMap(\.distance)
      return Row(
        label: label, count: counted.count, share: interval.estimate, low: interval.low,
        high: interval.high, initialValues: values, isSymmetric: isSymmetric,
        meanDistance: distances.isEmpty
          ? nil : distances.reduce(0, +) / Double(distances.count))
    }
    func selecting(_ label: String) -> [EquilibriumMatch] {
      matches.filter { $0.selected == label }
    }
    completeness = known.completeness
    self.rule = rule
    self.trials = trials
    self.confidence = confidence
    let chosen = matches.filter { $0.verdict == .selects }
    equilibria =
      known.isListed
      ? try known.entries.map {
        try row(
          $0.label, selecting($0.label), values: $0.initialValues, isSymmetric: $0.isSymmetric)
      }
      : try Set(chosen.compactMap(\.label)).sorted().map { try row($0, selecting($0)) }
    classes = []
    if known.game.mirror != nil {
      var labels: [String] = []
      let all =
        known.isListed
        ? known.entries.map(\.classLabel) : chosen.compactMap(\.classLabel).sorted()
      for label in all where !labels.contains(label) { labels.append(label) }
      classes = try labels.map { label in
        try row(label, chosen.filter { $0.classLabel == label })
      }
    }
    none = try row("none", matches.filter { $0.verdict != .selects })
    notEquilibrium = matches.count { $0.verdict == .notEquilibrium }
    unknown = matches.count { $0.verdict == .unknown }
    unconverged = try row(
      "unconverged", zip(matches, converged).filter { !$0.1 }.map(\.0))
  }
}
