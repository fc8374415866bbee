internal import Configuration
internal import Environments

/// A configuration whose paths can be studied, whatever kind of game is played.
protocol PathStudySource: RunConfiguration {
  /// Where a key of the `montecarlo` section is written.
  func position(of key: String) -> Position?

  /// Solves what has to be solved and plans what is played.
  ///
  /// - Throws: `MonteCarloStop.early` if interrupted, what the solver throws, `FileError`,
  ///   `ConfigurationError`, `GameError`.
  func prepare(
    interruption: Interruption, status: @escaping @Sendable (String) -> Void
  ) throws -> any PreparedPaths
}

/// A study about to be played: the plan, and how its numbers are read.
protocol PreparedPaths {
  var plan: any EnsemblePlan { get }
  var frame: StudyFrame { get }
  /// Reads the sums of a profile.
  func estimates(_ index: Int, _ state: EnsembleState, paths: Int) -> PathEstimates
  /// Puts the document together from where the study stands.
  func document(
    _ state: EnsembleState, paths: Int, status: String, until: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument
}

/// Paths of a game of N players.
struct PreparedGame: PreparedPaths {
  let subject: MonteCarloDocument.Subject
  let paths: PathPlan
  let profiles: [PathProfile]
  let frame: StudyFrame
  private let laws: [PathExact?]
  private let exact: [ExactValues?]

  var plan: any EnsemblePlan { paths }

  /// - Throws: `MonteCarloStop.early` if interrupted; what the plan throws.
  init(
    _ configuration: MonteCarloConfiguration, profiles: [PathProfile], controls: [[[Double]]]?,
    interruption: Interruption
  ) throws {
    let experiment = configuration.experiment
    var scenario: String?
    if case .text(let name) = experiment.resolved.group("game")?["scenario"] { scenario = name }
    subject = MonteCarloDocument.Subject(
      experiment: experiment.experiment, game: experiment.family.name, scenario: scenario,
      seed: experiment.seed, generator: experiment.generator)
    let plan = try PathPlan(configuration, profiles: profiles, controls: controls)
    paths = plan
    self.profiles = profiles
    frame = plan.frame
    laws = plan.played.indices.map {
      PathExact(plan, $0, isCancelled: { interruption.isRequested })
    }
    if interruption.isRequested { throw MonteCarloStop.early }
    exact = laws.enumerated().map { index, law in law.map { ExactValues($0, plan, index) } }
  }

  func estimates(_ index: Int, _ state: EnsembleState, paths: Int) -> PathEstimates {
    PathEstimates(
      frame: frame, sums: state.sums[index], counts: state.counts[index], exact: exact[index],
      paths: paths)
  }

  func document(
    _ state: EnsembleState, paths: Int, status: String, until: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument {
    var document = MonteCarloDocument(
      subject, frame, paths: paths, status: status, until: until)
    let plan = self.paths
    document.profiles = profiles.indices.map { index in
      MonteCarloDocument.Played(
        estimates(index, state, paths: paths), name: plan.played[index].name,
        origin: profiles[index].origin,
        fans: CellFans(
          plan: plan, index: index, sums: state.sums[index], counts: state.counts[index],
          exact: laws[index]
        ).fans())
    }
    document.differences = (1..<max(1, profiles.count)).map { index in
      MonteCarloDocument.Difference(
        profile: plan.played[index].name, against: plan.played[0].name,
        statistics: MonteCarloDocument.differences(frame, index, state, exact: exact))
    }
    if plan.hasDeparture { document.departure = PathDeparture(plan, state, exact: exact) }
    return document
  }
}
