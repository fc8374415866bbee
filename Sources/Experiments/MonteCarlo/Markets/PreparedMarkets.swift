internal import Configuration
internal import Environments
internal import Equilibria
internal import Statistics

/// A study of markets made ready: policies found, exact laws computed, nothing played.
///
/// It can be played in memory any number of times, for any seed and by any thread.
public struct PreparedMarkets: Sendable {
  let configuration: MarketStudyConfiguration
  let profiles: [MarketProfile]
  private(set) var plan: MarketPlan
  let exact: [MarketLaw?]
  let limits: [MarketLaw?]
  let rule: PrecisionRule?

  /// Solves what has to be solved.
  ///
  /// - Parameter status: told what the solver does.
  /// - Throws: `MonteCarloStop.early` if interrupted, what the solver throws, `MeanFieldError`,
  ///   `FileError`, `ConfigurationError`.
  public init(
    _ configuration: MarketStudyConfiguration, interruption: Interruption,
    status: @escaping @Sendable (String) -> Void = { _ in }
  ) throws {
    self.configuration = configuration
    let profiles = try configuration.profiles(interruption: interruption, progress: status)
    self.profiles = profiles
    var plan = MarketPlan(configuration, profiles: profiles)
    let isCancelled = { interruption.isRequested }
    exact = try profiles.indices.map { try MarketLaw.exact(plan, $0, isCancelled: isCancelled) }
    limits = profiles.indices.map { MarketLaw.limit(plan, $0, isCancelled: isCancelled) }
    if interruption.isRequested { throw MonteCarloStop.early }
    if plan.isPaired { plan.references = try MarketWorker.references(plan) }
    self.plan = plan
    rule = try PrecisionRule(
      plan.frame,
      position: configuration.experiment.resolved.position(of: "montecarlo.until.statistic"))
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

extension PreparedMarkets: PreparedStudy {
  var blocks: any EnsemblePlan { plan }
  var frame: StudyFrame { plan.frame }

  func estimates(_ index: Int, _ state: EnsembleState, paths: Int) -> PathEstimates {
    PathEstimates(
      frame: frame, sums: state.sums[index], counts: state.counts[index],
      exact: exact[index]?.values, limit: limits[index]?.values, paths: paths)
  }

  func document(
    _ state: EnsembleState, paths: Int, status: String, until: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument {
    let experiment = configuration.experiment
    var document = MonteCarloDocument(
      experiment: experiment.experiment, game: experiment.family.name, seed: plan.seed,
      generator: plan.generator, frame, paths: paths, status: status, until: until)
    document.agents = plan.agents
    document.interaction = plan.game.layout.interactionNames
    document.profiles = profiles.enumerated().map { index, profile in
      let estimates = estimates(index, state, paths: paths)
      var played = MonteCarloDocument.Played(
        estimates, name: profile.name, origin: profile.origin,
        fans: MarketFans(
          estimates: estimates, references: plan.isPaired ? plan.references[index] : [],
          exact: exact[index], limit: limits[index]
        ).fans())
      played.m = profile.subject.m
      played.consistency = profile.subject.consistency
      return played
    }
    document.differences = (1..<max(1, profiles.count)).map { index in
      MonteCarloDocument.Difference(
        profile: profiles[index].name, against: profiles[0].name,
        statistics: MonteCarloDocument.differences(
          frame, index, state, exact: exact.map { $0?.values }, limits: limits.map { $0?.values }))
    }
    return document
  }
}
