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
    var largestGain = 0.0
    var largestChoiceError = 0.0
    /// Largest difference between values of the search and of the certificates' linear solves.
    var valueGap = 0.0
    var tolerance = 0.0
    var isCertified = true
    /// A point with an even number of stage equilibria.
    var even: Int?
  }

  let outcome: EnumerationOutcome
  /// Seconds of the search alone.
  let seconds: Double
  let certified: Certified?
  /// Nil unless all equilibria were visited and there are at most `surveyLimit`.
  let survey: LeapfroggingSurvey?
  /// Symmetric equilibria, counted by a search of their own; nil if the firms are not alike or there
  /// are too many.
  let symmetric: UInt128?
  let plannerValue: Double
  /// How it ended; decides the exit code.
  public let status: SolverStatus

  /// Most equilibria that are visited again for symmetry, pure strategies and efficiency.
  static let surveyLimit: UInt128 = 1_000_000
  /// Most levels of a search among several equilibria: who reads whom takes a bit a pair of states,
  /// 230 megabytes a thread at 42,925 states.
  static let searchedLevels = 50

  /// A point where the number of equilibria is in doubt: a tie, or an even number of them.
  var degenerate: Int? { outcome.tally.firstDegenerate ?? certified?.even }

  /// Searches, certifies and surveys.
  ///
  /// - Throws: `ConfigurationError` for what this solver cannot do; `FileError` about the checkpoint;
  ///   `EquilibriumStringError` if a stage game seems to have no equilibrium.
  public init(
    _ configuration: DirectionalConfiguration, options: DirectionalOptions,
    interruption: Interruption = Interruption(), progress: @escaping @Sendable (String) -> Void
  ) throws {
    let game = configuration.duopoly
    let solver = configuration.solver
    let began = Date()
    try Self.checkSize(configuration)
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
    switch solver.counting {
    case .enumerate:
      outcome = try game.enumerateEquilibria(
        limits: limits, resuming: resumption, threads: options.threads, isCancelled: isCancelled,
        progress: { progress("\(spaced($0)) equilibria") })
    case .merge:
      try Self.checkMerge(configuration, options, wanted)
      outcome = try game.countEquilibria(
        limits: limits, threads: options.threads, isCancelled: isCancelled,
        progress: { progress("part \($0) of \($1)") })
    }
    seconds = -began.timeIntervalSinceNow
    if let path = options.checkpoint {
      if let resumption = outcome.resumption {
        try DirectionalCheckpoint(resumption, of: configuration).write(to: path)
      } else if fileExists(path) {
        unlink(path)
      }
    }
    plannerValue = game.plannerValue()
    let states = configuration.space.count
    let count = outcome.tally.count
    if outcome.status == .interrupted {
      (certified, survey, symmetric) = (nil, nil, nil)
      status = .interrupted
      return
    }
    progress("certifying")
    certified = try Self.certify(
      configuration, count: count, isComplete: outcome.status == .converged, isCancelled)
    var survey: LeapfroggingSurvey?
    if outcome.status == .converged, count <= Self.surveyLimit,
      count * UInt128(states) <= 50_000_000
    {
      progress("surveying")
      survey = try LeapfroggingSurvey(game, isCancelled: isCancelled)
      if survey?.wasCancelled == true { survey = nil }
    }
    self.survey = survey
    if let survey {
      symmetric = game.isFair ? UInt128(survey.symmetricCount) : nil
    } else if game.levels <= Self.searchedLevels {
      var limits = EnumerationLimits()
      limits.maximumEquilibria = Self.surveyLimit
      limits.maximumPayoffs = 0
      let found = try game.enumerateSymmetric(
        limits: limits, threads: options.threads, isCancelled: isCancelled)
      symmetric = found.flatMap { $0.status == .converged ? $0.tally.count : nil }
    } else {
      symmetric = nil
    }
    let isSound =
      certified?.isCertified ?? true && outcome.tally.firstDegenerate == nil
      && certified?.even == nil
    status =
      interruption.isRequested
      ? .interrupted : outcome.status == .converged && !isSound ? .uncertified : outcome.status
  }

  /// - Throws: `ConfigurationError` if there are several equilibria and too many states to search.
  static func checkSize(_ configuration: DirectionalConfiguration) throws {
    let levels = configuration.duopoly.levels
    guard levels > searchedLevels else { return }
    let bases = try configuration.duopoly.equilibrium(string: []).bases
    guard let point = bases.firstIndex(where: { $0 > 1 }) else { return }
    throw ConfigurationError(
      configuration.resolved.position(of: "game") ?? Position(source: "configuration"),
      key: "game.parameters.n", value: "\(levels)",
      rule:
        "has several equilibria, first at \(configuration.words(point)), and searching them takes "
        + "memory with the square of the number of states; use at most \(searchedLevels) levels")
  }

  /// - Throws: `ConfigurationError` if what counts without visiting is asked for what only visits give.
  private static func checkMerge(
    _ configuration: DirectionalConfiguration, _ options: DirectionalOptions,
    _ limits: DirectionalLimits
  ) throws {
    let given =
      options.checkpoint != nil
      ? "--checkpoint" : limits.equilibria != nil ? "--max-equilibria" : nil
    guard let given else { return }
    throw ConfigurationError(
      configuration.solver.settings.position(of: "counting") ?? Position(source: "configuration"),
      key: "solver.counting", value: "merge",
      rule: "visits no equilibrium one by one, as \(given) needs; use enumerate, or leave that out")
  }

  /// How many equilibria are certified if nobody says: as many as twenty seconds allow by a fixed
  /// estimate, so that results do not depend on the machine.
  private static func usualNumber(_ count: UInt128, states: Int) -> Int {
    let size = Double(states)
    // Three linear systems, dense up to 800 states.
    let seconds = size <= 800 ? 2e-9 * size * size * size + 1e-6 * size : 5e-6 * size
    let affordable = max(1, Int(min(1e6, 20 / seconds)))
    return min(affordable, count <= 1000 ? Int(count) : 200)
  }

  private static func certify(
    _ configuration: DirectionalConfiguration, count: UInt128, isComplete: Bool,
    _ isCancelled: () -> Bool
  ) throws -> Certified? {
    let game = configuration.duopoly
    let states = configuration.space.count * (game.moves == .alternating ? 2 : 1)
    let wanted = configuration.solver.verified ?? usualNumber(count, states: states)
    guard wanted > 0, count > 0 else { return nil }
    var certified = Certified()
    func add(_ equilibrium: LeapfroggingEquilibrium) throws {
      let certificate = try LeapfroggingCertificate(game, equilibrium.probabilities)
      certified.checked += 1
      certified.largestGain = max(certified.largestGain, certificate.largestGain)
      certified.largestChoiceError = max(
        certified.largestChoiceError, certificate.largestChoiceError)
      certified.valueGap = max(certified.valueGap, equilibrium.gap(to: certificate))
      certified.tolerance = certificate.tolerance
      certified.isCertified = certified.isCertified && certificate.isCertified
      if certified.even == nil { certified.even = equilibrium.bases.firstIndex { $0 % 2 == 0 } }
    }
    if count <= UInt128(wanted) {
      try game.forEachEquilibrium {
        try add($0)
        return certified.checked < Int(count) && !isCancelled()
      }
    } else {
      certified.isAll = false
      var stream = RandomStream(seed: configuration.header.seed, role: .solver)
      for _ in 0..<wanted where !isCancelled() {
        try add(try game.randomEquilibrium { $0 == 1 ? 0 : stream.index(below: $0) })
      }
    }
    return certified
  }
}

extension DirectionalSolution {
  /// Whether there may be more equilibria than were visited.
  public var isPartial: Bool { outcome.status != .converged }

  /// Draws the payoffs; see `Plot.payoffs`.
  public func plot(_ configuration: DirectionalConfiguration, file: String) throws -> Plot.Outcome {
    let count = spaced(outcome.tally.count)
    return try Plot.payoffs(
      outcome.tally.payoffs, corner: plannerValue,
      title: "\(configuration.title): payoffs of \(isPartial ? "the first" : "all") \(count) "
        + "equilibri\(outcome.tally.count == 1 ? "um" : "a")", file: file)
  }
}

extension LeapfroggingEquilibrium {
  /// Largest difference between its values and a certificate's, over states and firms.
  func gap(to certificate: LeapfroggingCertificate) -> Double {
    var gap = 0.0
    for (point, turns) in values.enumerated() {
      for (turn, pair) in turns.enumerated() {
        for firm in 0..<2 {
          let exact = certificate.values[firm][turns.count * point + turn]
          gap = max(gap, abs(pair[firm] - exact))
        }
      }
    }
    return gap
  }
}

/// `192 736 405` as `192,736,405`.
func spaced(_ number: UInt128) -> String {
  let digits = Array("\(number)")
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}
