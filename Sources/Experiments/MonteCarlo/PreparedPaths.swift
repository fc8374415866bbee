internal import Equilibria
internal import Statistics

/// A path study made ready: games and profiles solved, exact laws carried forward, nothing played.
///
/// It can be played in memory any number of times, for any seed and by any thread: what repeated
/// studies and benchmarks need.
public struct PreparedPaths: Sendable {
  let configuration: MonteCarloConfiguration
  let profiles: [PathProfile]
  private(set) var plan: PathPlan
  let exact: [PathExact?]
  private let rule: PrecisionRule?

  /// Solves what has to be solved.
  ///
  /// - Parameter status: told what the solver does.
  /// - Throws: `MonteCarloStop.early` if interrupted, what the solver throws, `FileError`,
  ///   `ConfigurationError`, `GameError`.
  public init(
    _ configuration: MonteCarloConfiguration, interruption: Interruption,
    status: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    self.configuration = configuration
    let profiles = try configuration.profiles(interruption: interruption, progress: status)
    self.profiles = profiles
    // Control martingales are made of the values of an exact profile played, otherwise of the solver
    // section's solution.
    var controls: [[[Double]]]?
    if configuration.settings.controlVariates {
      controls =
        try profiles.compactMap(\.values).first
        ?? configuration.solve(interruption: interruption, progress: status).values
    }
    var plan = try PathPlan(configuration, profiles: profiles, controls: controls)
    let exact = plan.played.indices.map {
      PathExact(plan, $0, isCancelled: { interruption.isRequested })
    }
    if interruption.isRequested { throw MonteCarloStop.early }
    if configuration.settings.draws != .independent {
      plan.references = try Self.references(plan, exact)
    }
    self.exact = exact
    self.plan = plan
    rule = try PrecisionRule(configuration, plan)
  }

  /// Exact quantiles where laws are known at all charted dates, those of a first block otherwise.
  private static func references(_ plan: PathPlan, _ exact: [PathExact?]) throws -> [[Double]] {
    let isKnown = exact.allSatisfy { $0?.laws.count == plan.dates.count }
    guard isKnown else { return try PathWorker.references(plan) }
    return plan.played.indices.map { index in
      let reader = plan.played[index].reader
      return plan.quantities.indices.flatMap { quantity in
        exact[index]!.laws.flatMap { reader.quantiles(quantity, law: $0) }
      }
    }
  }

  /// Plays the study and keeps its result in memory.
  ///
  /// - Parameters:
  ///   - seed: instead of the configuration's; the document names it.
  ///   - threads: results do not depend on it.
  /// - Throws: `MonteCarloStop.early` if interrupted, `NumericalError` if a statistic is not finite.
  public func play(
    seed: UInt64? = nil, threads: Int = 1, interruption: Interruption = Interruption()
  ) throws -> MonteCarloDocument {
    var study = self
    if let seed { study.plan.seed = seed }
    let ensemble = PathEnsemble(study.plan, resuming: nil, threads: threads)
    let (isStopped, precision) = try study.play(
      ensemble, isResumed: false, interruption: interruption,
      progress: ProgressDisplay(unit: "steps", isSilent: true))
    if isStopped { throw MonteCarloStop.early }
    return study.document(ensemble, precision)
  }

  /// Plays an ensemble on until it is complete, precise enough or interrupted.
  ///
  /// - Parameter roundEnded: called between rounds of blocks.
  func play(
    _ ensemble: PathEnsemble, isResumed: Bool, interruption: Interruption,
    progress: ProgressDisplay, roundEnded: (PathEnsemble) throws -> Void = { _ in }
  ) throws -> (isStopped: Bool, precision: MonteCarloDocument.Precision?) {
    var precision = isResumed ? rule?.judge(ensemble, exact: exact[0]) : nil
    if precision?.isMet == true { return (false, precision) }
    let isStopped = try ensemble.play(
      firstRound: rule == nil ? 512 : 16, interruption: interruption, progress: progress
    ) { ensemble in
      try roundEnded(ensemble)
      precision = rule?.judge(ensemble, exact: exact[0])
      return precision?.isMet != true
    }
    return (isStopped, precision)
  }

  /// The result as it stands.
  func document(
    _ ensemble: PathEnsemble, _ precision: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument {
    var document = MonteCarloDocument(
      configuration, plan, profiles: profiles, ensemble.state, paths: ensemble.pathsDone,
      exact: exact,
      status: precision?.isMet == true && !ensemble.isComplete ? "precise" : "complete",
      until: precision)
    document.seed = plan.seed
    return document
  }
}
