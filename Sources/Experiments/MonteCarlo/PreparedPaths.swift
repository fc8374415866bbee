internal import Configuration
internal import Environments
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
  let frame: StudyFrame
  let rule: PrecisionRule?
  private let values: [ExactValues?]

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
    values = exact.enumerated().map { index, law in law.map { ExactValues($0, plan, index) } }
    self.plan = plan
    frame = plan.frame
    rule = try PrecisionRule(
      plan.frame,
      position: configuration.experiment.resolved.position(of: "montecarlo.until.statistic"))
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
    return try study.played(threads: threads, interruption: interruption)
  }
}

extension PreparedPaths: PreparedStudy {
  var blocks: any EnsemblePlan { plan }

  func estimates(_ index: Int, _ state: EnsembleState, paths: Int) -> PathEstimates {
    PathEstimates(
      frame: frame, sums: state.sums[index], counts: state.counts[index], exact: values[index],
      paths: paths)
  }

  func document(
    _ state: EnsembleState, paths: Int, status: String, until: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument {
    let experiment = configuration.experiment
    var document = MonteCarloDocument(
      experiment: experiment.experiment, game: experiment.family.name, seed: plan.seed,
      generator: plan.generator, frame, paths: paths, status: status, until: until)
    if case .text(let name) = experiment.resolved.group("game")?["scenario"] {
      document.scenario = name
    }
    document.pathsFitting = plan.pathsFitting
    document.profiles = profiles.indices.map { index in
      MonteCarloDocument.Played(
        estimates(index, state, paths: paths), name: plan.played[index].name,
        origin: profiles[index].origin,
        fans: CellFans(
          plan: plan, index: index, sums: state.sums[index], counts: state.counts[index],
          exact: exact[index]
        ).fans())
    }
    document.differences = (1..<max(1, profiles.count)).map { index in
      MonteCarloDocument.Difference(
        profile: plan.played[index].name, against: plan.played[0].name,
        statistics: MonteCarloDocument.differences(frame, index, state, exact: values))
    }
    if plan.hasDeparture { document.departure = PathDeparture(plan, state, exact: values) }
    return document
  }
}
