public import Configuration
internal import Environments
public import Equilibria
internal import Foundation
internal import Learners
internal import Statistics

/// Learned against exact: what `lab train` of a mean-field game ends with.
public struct MeanFieldTrainingVerdict: Encodable, Sendable {
  /// The exact solution compared with.
  public struct Exact: Encodable, Sendable {
    /// Its resolved solver section.
    public var solver: ParameterSet
    /// How it ended.
    public var status: SolverStatus
    /// One line on how it went.
    public var note: String
    /// `all` or `found`.
    public var counting: String
    /// The crossings, ascending.
    var crossings: [CrossingDocument]
  }

  /// One seed.
  struct Seed: Encodable, Sendable {
    var seed: UInt64
    var status: MeanFieldLearningStatus
    /// Whether the seed came to an answer: `converged`, or a `jump` around an exact mixed equilibrium.
    var is_converged: Bool
    var note: String
    /// What was learned.
    var m: CrossingDocument.Interaction
    /// Between decided signs of f: a crossing lies here if both are right.
    @OrNull var interval: [Double]?
    /// f̂ at the learned m, and its standard error.
    var f_hat: CrossingDocument.Interaction
    var standard_error: Double
    /// The exact f at the learned m.
    @OrNull var f_exact: CrossingDocument.Interaction?
    /// The nearest exact equilibrium, counted from 1 among the crossings.
    @OrNull var crossing: Int?
    @OrNull var m_exact: CrossingDocument.Interaction?
    /// Largest |learned − exact| over the scalars.
    @OrNull var m_error: Double?
    /// Whether the interval holds the exact m.
    @OrNull var covers: Bool?
    /// At the exact m: states of the population whose likeliest learned action is not optimal.
    @OrNull var wrong_actions: Int?
    @OrNull var wrong_mass: Double?
    @OrNull var smallest_gap: Double?
    /// At the exact m, by state: best minus second-best Q*, null with one action.
    var action_gaps: [ActionGap] = []
    /// max |Q̂ − Q*| of the last outer step: where it is below half a state's gap, the greedy action
    /// there is right.
    @OrNull var q_error: Double?
    @OrNull var value_loss: Double?
    @OrNull var value_loss_mean: Double?
    @OrNull var value_scale: Double?
    /// Of the law as the learner saw it, and of the exact law of its policy, to the exact law.
    @OrNull var total_variation: Double?
    @OrNull var total_variation_policy: Double?
    /// How the finite-time bounds fared over the outer steps.
    @OrNull var bounds: BoundTally?
    var steps: Int
    var updates: Int
    var samples: Int
  }

  /// The action gap of one state.
  struct ActionGap: Encodable, Sendable, Equatable {
    var state: String
    @OrNull var gap: Double?
  }

  /// Statistics over the seeds; null where there is nothing exact to compare with.
  struct Statistics: Encodable, Sendable {
    /// One per scalar.
    var m: [SeedStatistic]
    @OrNull var m_error: SeedStatistic?
    @OrNull var wrong_actions: SeedStatistic?
    @OrNull var wrong_mass: SeedStatistic?
    @OrNull var smallest_gap: SeedStatistic?
    @OrNull var q_error: SeedStatistic?
    @OrNull var value_loss: SeedStatistic?
    @OrNull var value_loss_mean: SeedStatistic?
    @OrNull var total_variation: SeedStatistic?
    @OrNull var total_variation_policy: SeedStatistic?
  }

  var schema: String
  var command: String
  var run: String
  var seeds: [UInt64]
  var unfinished: [UInt64]
  var learner: String
  /// What the scalars are called.
  var interaction: [String]
  /// The exact side.
  public var exact: Exact
  var statistics: Statistics
  var per_seed: [Seed]
  var share_converged: Double
  var share_converged_interval: [Double]
  /// Wall-clock time.
  public var seconds: Double

  init(
    command: String, run: RunFolder, configuration: MeanFieldConfiguration,
    learned: [LearnedEquilibrium], unfinished: [UInt64], exact: MeanFieldSolution,
    solver: ParameterSet, seconds: Double
  ) throws {
    let game = try configuration.finiteGame()
    schema = "equilibrium-lab/\(command)-mean-field/1"
    self.command = command
    self.run = run.path
    seeds = learned.map(\.summary.seed)
    self.unfinished = unfinished
    learner = configuration.resolved.group("learner")!.kind
    interaction = game.layout.interactionNames
    let verdict = MeanFieldVerdict(exact)
    self.exact = Exact(
      solver: solver, status: verdict.status, note: verdict.note, counting: verdict.counting,
      crossings: exact.crossings.map { CrossingDocument($0, model: configuration.model) })
    var judge = try MeanFieldJudge(game)
    let labels = game.layout.stateLabels.map(\.description)
    let rows = try learned.map {
      try Self.row($0, exact: exact, labels: labels, judge: &judge)
    }
    per_seed = rows
    let master = configuration.seed
    func statistic(_ value: (Seed) -> Double?) throws -> SeedStatistic? {
      let values = rows.compactMap(value)
      guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return nil }
      return try SeedStatistic(values, seed: master)
    }
    statistics = Statistics(
      m: try interaction.indices.map { scalar in
        try SeedStatistic(learned.map { $0.summary.estimate.m[scalar] }, seed: master)
      },
      m_error: try statistic(\.m_error),
      wrong_actions: try statistic { $0.wrong_actions.map(Double.init) },
      wrong_mass: try statistic(\.wrong_mass), smallest_gap: try statistic(\.smallest_gap),
      q_error: try statistic(\.q_error),
      value_loss: try statistic(\.value_loss),
      value_loss_mean: try statistic(\.value_loss_mean),
      total_variation: try statistic(\.total_variation),
      total_variation_policy: try statistic(\.total_variation_policy))
    let converged = rows.count { $0.is_converged }
    let wilson = try wilsonInterval(successes: converged, trials: rows.count)
    share_converged = Double(converged) / Double(rows.count)
    share_converged_interval = [wilson.low, wilson.high]
    self.seconds = seconds
  }

  /// One seed beside the exact equilibrium nearest to it.
  private static func row(
    _ learned: LearnedEquilibrium, exact: MeanFieldSolution, labels: [String],
    judge: inout MeanFieldJudge
  ) throws -> Seed {
    let (summary, estimate) = (learned.summary, learned.summary.estimate)
    func distance(_ m: [Double]) -> Double {
      zip(estimate.m, m).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    var row = Seed(
      seed: summary.seed, status: estimate.status,
      is_converged: isConverged(estimate, exact: exact), note: estimate.note,
      m: .values(estimate.m),
      interval: estimate.interval, f_hat: .values(estimate.residual),
      standard_error: estimate.standardError, bounds: summary.bounds, steps: summary.steps,
      updates: summary.updates,
      samples: summary.samples)
    row.f_exact = .values(
      try judge.judge(learned.policy, law: [], actionValues: nil, at: estimate.m).residual)
    row.q_error = summary.actionValueError
    let nearest = exact.crossings.indices.filter { exact.crossings[$0].isEquilibrium }
      .min { distance(exact.crossings[$0].m) < distance(exact.crossings[$1].m) }
    guard let nearest else { return row }
    let crossing = exact.crossings[nearest]
    let gap = try judge.judge(
      learned.policy, law: learned.law, actionValues: nil, at: crossing.m, exact: crossing.law)
    row.crossing = nearest + 1
    row.m_exact = .values(crossing.m)
    row.m_error = distance(crossing.m)
    row.covers = estimate.interval.map { $0[0] <= crossing.m[0] && crossing.m[0] <= $0[1] }
    row.wrong_actions = gap.wrongActions
    row.wrong_mass = gap.wrongMass
    row.smallest_gap = gap.smallestGap.isFinite ? gap.smallestGap : nil
    row.action_gaps = gap.actionGaps.enumerated().map { state, gap in
      ActionGap(state: labels[state], gap: gap.isFinite ? gap : nil)
    }
    row.value_loss = gap.valueLoss
    row.value_loss_mean = gap.meanValueLoss
    row.value_scale = gap.valueScale
    row.total_variation = gap.totalVariation
    row.total_variation_policy = gap.policyVariation
    return row
  }

  /// A jump is an answer only where the exact side says that agents mix: Φ may jump elsewhere, and
  /// what was learned may jump where Φ does not.
  static func isConverged(_ estimate: MeanFieldEstimate, exact: MeanFieldSolution) -> Bool {
    guard estimate.status == .jump else { return estimate.status == .converged }
    guard let interval = estimate.interval ?? estimate.bracket else { return false }
    return exact.crossings.contains {
      $0.kind == .mixed && interval[0] <= $0.m[0] && $0.m[0] <= interval[1]
    }
  }
}
