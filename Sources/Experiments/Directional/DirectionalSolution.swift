internal import Configuration
internal import Environments
public import Equilibria
internal import Foundation
internal import Statistics

/// What one `lab solve` of a directional game is asked for besides the configuration.
public struct DirectionalOptions: Sendable {
  /// Limits; where they say nothing, those of the `solver` section hold.
  public var limits = DirectionalLimits()
  /// Where a search that stops is kept, and from where it goes on if the file exists.
  public var checkpoint: String?
  /// Worker threads; results do not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// The defaults.
  public init() {}
}

/// Every equilibrium of a directional game, counted, certified and described.
public struct DirectionalSolution: Sendable {
  /// What certificates came to.
  struct Certified: Sendable {
    var checked = 0
    /// Whether these are all that were visited, rather than drawn.
    var isAll = true
    /// The worst of each.
    var worst = DirectionalJudgement(
      largestGain: 0, valueGap: 0, tolerance: 0, isCertified: true)

    mutating func add(_ one: DirectionalJudgement) {
      checked += 1
      worst.largestGain = max(worst.largestGain, one.largestGain)
      worst.largestChoiceError = max(worst.largestChoiceError, one.largestChoiceError)
      worst.valueGap = max(worst.valueGap, one.valueGap)
      worst.tolerance = one.tolerance
      worst.isCertified = worst.isCertified && one.isCertified
      worst.even = worst.even ?? one.even
    }
  }

  let outcome: EnumerationOutcome
  /// Seconds of the search alone.
  let seconds: Double
  let certified: Certified?
  /// Nil unless all equilibria were visited and there are at most `surveyLimit`.
  let survey: DirectionalSurvey?
  /// Symmetric equilibria, from the survey or from a search of their own; nil without symmetry, or if
  /// there are too many.
  let symmetric: UInt128?
  let planner: Double?
  /// How it ended; decides the exit code.
  public let status: SolverStatus
  /// Why the checkpoint could not be written; nil if it was, or was not asked for.
  public private(set) var checkpointFailure: (any Error)?

  /// Most equilibria that are visited again for symmetry, pure strategies and efficiency.
  static let surveyLimit: UInt128 = 1_000_000

  /// A point where the number of equilibria is in doubt: a tie, or an even number of them.
  var degenerate: Int? { outcome.tally.firstDegenerate ?? certified?.worst.even }

  /// Searches, certifies and surveys.
  ///
  /// - Throws: `ConfigurationError` for what this solver cannot do; `FileError` about the checkpoint;
  ///   `EquilibriumStringError` if a stage game seems to have no equilibrium.
  public init(
    _ configuration: DirectionalConfiguration, options: DirectionalOptions,
    interruption: Interruption = Interruption(), progress: @escaping @Sendable (String) -> Void
  ) throws {
    let subject = configuration.subject
    let began = Date()
    try Self.checkSize(configuration)
    outcome = try Self.search(
      configuration, options, interruption: interruption, progress: progress)
    seconds = -began.timeIntervalSinceNow
    if let path = options.checkpoint {
      if let resumption = outcome.resumption {
        // A full disk must not cost what was found.
        do {
          try DirectionalCheckpoint(resumption, of: configuration).write(to: path)
        } catch {
          checkpointFailure = error
        }
      } else if fileExists(path) {
        unlink(path)
      }
    }
    planner = subject.planner
    if outcome.status == .interrupted {
      (certified, survey, symmetric) = (nil, nil, nil)
      status = .interrupted
      return
    }
    let isCancelled: @Sendable () -> Bool = { interruption.isRequested }
    progress("certifying")
    certified = try Self.certify(
      subject, wanted: configuration.solver.verified, seed: configuration.header.seed,
      count: outcome.tally.count, isCancelled)
    progress("surveying")
    (survey, symmetric) = try Self.surveyed(subject, outcome, options, isCancelled)
    let isSound =
      certified?.worst.isCertified ?? true && outcome.tally.firstDegenerate == nil
      && certified?.worst.even == nil
    status =
      interruption.isRequested
      ? .interrupted : outcome.status == .converged && !isSound ? .uncertified : outcome.status
  }

  private static func search(
    _ configuration: DirectionalConfiguration, _ options: DirectionalOptions,
    interruption: Interruption, progress: @escaping @Sendable (String) -> Void
  ) throws -> EnumerationOutcome {
    let solver = configuration.solver
    let wanted = options.limits.or(solver.limits)
    var limits = EnumerationLimits()
    limits.unit = solver.payoffRounding
    limits.maximumPayoffs = solver.settings.integer("max_distinct")
    limits.maximumEquilibria = wanted.equilibria.map { UInt128($0) }
    limits.seconds = wanted.seconds
    let resumption = try options.checkpoint.flatMap { path in
      fileExists(path) ? try DirectionalCheckpoint.read(path, for: configuration) : nil
    }
    let isCancelled: @Sendable () -> Bool = { interruption.isRequested }
    guard solver.counting == .merge else {
      return try configuration.subject.enumerate(
        limits, resuming: resumption, threads: options.threads, isCancelled: isCancelled,
        progress: { progress("\(grouped($0)) equilibria") })
    }
    func refusal(_ rule: String) -> ConfigurationError {
      ConfigurationError(
        solver.settings.position(of: "counting") ?? Position(source: "configuration"),
        key: "solver.counting", value: "merge", rule: rule)
    }
    let given =
      options.checkpoint != nil
      ? "--checkpoint" : limits.maximumEquilibria != nil ? "--max-equilibria" : nil
    if let given {
      throw refusal(
        "visits no equilibrium one by one, as \(given) needs; use enumerate, or leave that out")
    }
    guard
      let outcome = try configuration.subject.count(
        limits, threads: options.threads, isCancelled: isCancelled,
        progress: { progress("part \($0) of \($1)") })
    else {
      throw refusal(
        "is for \(LeapfroggingDuopoly.name) that is not written out; use enumerate")
    }
    return outcome
  }

  /// - Throws: `ConfigurationError` if payoffs cannot be counted in the unit asked for, or if there are
  ///   several equilibria and too many states to search.
  static func checkSize(_ configuration: DirectionalConfiguration) throws {
    let solver = configuration.solver
    let (bound, unit) = (configuration.subject.valueBound, solver.payoffRounding)
    guard PayoffMultiset.holds(payoffs: bound, unit: unit) else {
      // The least power of ten that will do.
      let enough = pow(10, (log10(bound) - 18).rounded(.up))
      let place = Position(source: "configuration")
      guard enough.isFinite, enough < 1e100 else {
        throw ConfigurationError(
          configuration.resolved.position(of: "game") ?? place, key: "game", value: nil,
          rule:
            "has payoffs too large to be told apart: up to \(bound); measure them in larger units")
      }
      throw ConfigurationError(
        solver.settings.position(of: "payoff_rounding")
          ?? configuration.resolved.position(of: "solver") ?? place,
        key: "solver.payoff_rounding", value: solver.settings["payoff_rounding"]?.text,
        rule:
          "is too small for payoffs up to \(compactDecimal(bound)), of which 64 bits count 9e18 "
          + "units; use \(compactDecimal(enough))")
    }
    guard let (key, value, rule) = try configuration.subject.tooLarge() else { return }
    throw ConfigurationError(
      configuration.resolved.position(of: "game") ?? Position(source: "configuration"), key: key,
      value: value, rule: rule)
  }

  /// - Parameter wanted: how many; nil for as many as twenty seconds allow by a fixed estimate, so that
  ///   results do not depend on the machine.
  private static func certify<Subject: DirectionalSubject>(
    _ subject: Subject, wanted: Int?, seed: UInt64, count: UInt128, _ isCancelled: () -> Bool
  ) throws -> Certified? {
    let affordable = max(1, Int(min(1e6, 20 / subject.judgingTime)))
    let wanted = wanted ?? min(affordable, count <= 1000 ? Int(count) : 200)
    guard wanted > 0, count > 0 else { return nil }
    var certified = Certified()
    if count <= UInt128(wanted) {
      try subject.forEachEquilibrium {
        certified.add(try subject.judge($0))
        return certified.checked < Int(count) && !isCancelled()
      }
    } else {
      certified.isAll = false
      var stream = RandomStream(seed: seed, role: .solver)
      for _ in 0..<wanted where !isCancelled() {
        let drawn = try subject.randomEquilibrium { $0 == 1 ? 0 : stream.index(below: $0) }
        certified.add(try subject.judge(drawn))
      }
    }
    return certified
  }

  private static func surveyed(
    _ subject: any DirectionalSubject, _ outcome: EnumerationOutcome, _ options: DirectionalOptions,
    _ isCancelled: @escaping @Sendable () -> Bool
  ) throws -> (DirectionalSurvey?, symmetric: UInt128?) {
    let count = outcome.tally.count
    if outcome.status == .converged, count <= surveyLimit,
      count * UInt128(subject.stateCount) <= 50_000_000,
      let survey = try subject.survey(isCancelled: isCancelled)
    {
      return (survey, survey.symmetricCount.map { UInt128($0) })
    }
    // Of a search that was cut short nobody waits for another one.
    guard outcome.status == .converged else { return (nil, nil) }
    var limits = EnumerationLimits()
    limits.maximumEquilibria = surveyLimit
    limits.maximumPayoffs = 0
    return (
      nil,
      try subject.countSymmetric(limits, threads: options.threads, isCancelled: isCancelled)
    )
  }
}

extension DirectionalSolution {
  /// Whether there may be more equilibria than were visited.
  public var isPartial: Bool { outcome.status != .converged }

  /// Draws the payoffs; see `Plot.payoffs`.
  public func plot(_ configuration: DirectionalConfiguration, file: String) throws -> Plot.Outcome {
    let count = grouped(outcome.tally.count)
    let subject = configuration.subject
    let axes = subject.payees.map { "payoff of \($0) at \(subject.place)" }
    return try Plot.payoffs(
      PayoffDot.gathered(outcome.tally.payoffs, width: planner), corner: planner,
      axes: [axes[0], axes[axes.count - 1]],
      title: "\(configuration.title): payoffs of \(isPartial ? "the first" : "all") \(count) "
        + "equilibri\(outcome.tally.count == 1 ? "um" : "a")", to: Plot.Target(file: file))
  }
}
