internal import Configuration

/// A configuration whose paths can be studied, whatever kind of game is played.
protocol PathStudySource: RunConfiguration {
  /// Solves what has to be solved and plans what is played.
  ///
  /// - Parameter status: told what the solver does.
  /// - Throws: `MonteCarloStop.early` if interrupted, what the solver throws, `FileError`,
  ///   `ConfigurationError`, `GameError`.
  func prepared(
    interruption: Interruption, status: @escaping @Sendable (String) -> Void
  ) throws -> any PreparedStudy
}

/// A study about to be played: the plan, and how its numbers are read.
protocol PreparedStudy: Sendable {
  var blocks: any EnsemblePlan { get }
  var frame: StudyFrame { get }
  /// When to stop before all paths are played; nil for never.
  var rule: PrecisionRule? { get }
  /// Reads the sums of a profile.
  func estimates(_ index: Int, _ state: EnsembleState, paths: Int) -> PathEstimates
  /// Puts the document together from where the study stands.
  func document(
    _ state: EnsembleState, paths: Int, status: String, until: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument
}

extension PreparedStudy {
  /// Plays an ensemble on until it is complete, precise enough or interrupted.
  ///
  /// - Parameter roundEnded: called between rounds of blocks.
  func play(
    _ ensemble: PathEnsemble, interruption: Interruption,
    progress: ProgressDisplay, roundEnded: (PathEnsemble) throws -> Void = { _ in }
  ) throws -> (isStopped: Bool, precision: MonteCarloDocument.Precision?) {
    var precision: MonteCarloDocument.Precision?
    let isStopped = try ensemble.play(
      firstRound: rule == nil ? 512 : 16, interruption: interruption, progress: progress
    ) { ensemble in
      try roundEnded(ensemble)
      precision = rule?.judge(ensemble, of: self)
      return precision?.isMet != true
    }
    return (isStopped, precision)
  }

  /// Plays the study and keeps its result in memory.
  ///
  /// - Throws: `MonteCarloStop.early` if interrupted, `NumericalError` if a statistic is not finite.
  func played(threads: Int, interruption: Interruption) throws -> MonteCarloDocument {
    let ensemble = PathEnsemble(blocks, resuming: nil, threads: threads)
    let (isStopped, precision) = try play(
      ensemble, interruption: interruption,
      progress: ProgressDisplay(unit: "steps", isSilent: true))
    if isStopped { throw MonteCarloStop.early }
    return document(ensemble, precision)
  }

  /// The result as it stands.
  func document(
    _ ensemble: PathEnsemble, _ precision: MonteCarloDocument.Precision?
  ) -> MonteCarloDocument {
    document(
      ensemble.state, paths: ensemble.pathsDone,
      status: precision?.isMet == true && !ensemble.isComplete ? "precise" : "complete",
      until: precision)
  }
}
