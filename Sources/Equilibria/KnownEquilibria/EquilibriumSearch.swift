public import Environments
import Foundation

/// The known equilibria of a stochastic game: all of them where that can be had, otherwise a
/// certified set from many starts.
///
/// Games of separate states go to `KnownEquilibria.complete`. Any other is searched by, in this
/// order:
///
/// 1. the principal logit path;
/// 2. value iteration under every selection rule, with the game's symmetry and without;
/// 3. from each given profile, until something certifies: the profile itself; Newton on supports
///    read off it; Newton from the pure profile of its likeliest actions; value iteration by rule
///    `nearest` from its values; the logit path from it;
/// 4. logit paths from drawn profiles, of which every third keeps to the game's symmetry;
/// 5. every pure profile, in games with at most `pureLimit` of them;
/// 6. from every equilibrium known by then, `LogitPath.otherEnd`: once with the uniform reference,
///    then with drawn ones. Paths from λ = 0 end at equilibria of index +1 only; this is how those of
///    index −1 are met.
///
/// What does not certify by itself is polished by Newton on supports. The mirror image of everything
/// found is added. Searching proves nothing about what was not found.
///
/// The result depends on the game, the given profiles, `starts`, `seed` and the limits on steps and
/// sweeps, not on `threads`; a time limit that strikes makes it depend on the machine.
public struct EquilibriumSearch: Sendable {
  /// How much to search.
  public struct Configuration: Sendable {
    /// Drawn profiles.
    public var starts = 30
    /// References for which the other ends of branches are sought: the uniform law, then drawn ones.
    public var branchReferences = 2
    /// Seed of the drawn profiles: start k uses the stream (seed, `StreamRole.solver`, k).
    public var seed: UInt64 = 1
    /// Seconds allowed for the search, or, in a game of separate states, for the enumeration at each
    /// state; nil for no limit. When it strikes, the set is called `at least`.
    public var timeLimit: Double?
    /// Threads; results do not depend on it.
    public var threads = 2
    /// Steps allowed for a path from a drawn or given profile.
    public var maximumSteps = 3_000
    /// Sweeps allowed for a value iteration.
    public var maximumSweeps = 3_000
    /// Limits of the enumeration at a state of a game of separate states.
    public var enumeration = VertexEnumeration()
    /// Asked often; true ends the search with what it has, called `at least`.
    public var isCancelled: (@Sendable () -> Bool)?
    /// Told after each attempt how many are done, and of how many; from any thread.
    public var progress: (@Sendable (_ done: Int, _ of: Int) -> Void)?

    /// The defaults.
    public init() {}
  }

  /// How much to search.
  public var configuration: Configuration

  /// Creates a search.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  /// Most values of a game for which logit paths are followed: their systems are dense.
  static let largestValueSystem = BellmanNash.largestValueSystem

  /// Most actions, summed over states and players, of a game for which logit paths are followed: at
  /// 7,000 one step of a path takes tens of seconds.
  static let largestActionCount = 5_000

  /// Whether logit paths are followed at this size.
  static func followsPaths(_ game: StochasticGame) -> Bool {
    game.stateCount * game.playerCount <= largestValueSystem
      && game.actionCounts.reduce(0, +) <= largestActionCount
  }

  /// Most pure stationary profiles that are all tried.
  public static let pureLimit = 4096

  /// Finds the known equilibria of `game`.
  ///
  /// - Parameter profiles: where to look beside the drawn profiles, such as learned ones; ignored
  ///   for a game of which all equilibria can be had.
  /// - Throws: `GameError` if a given profile does not fit; `StageGameError` or `NumericalError`
  ///   from the enumeration and from certificates. An attempt of the search that fails is counted
  ///   as failed, and ends nothing.
  public func solve(
    _ game: StochasticGame, from profiles: [Profile] = []
  ) throws -> KnownEquilibria {
    for profile in profiles { try game.validate(profile) }
    let isCancelled = configuration.isCancelled ?? { false }
    var limits = configuration.enumeration
    if limits.timeLimit == nil { limits.timeLimit = configuration.timeLimit.map { .seconds($0) } }
    if let complete = try KnownEquilibria.complete(
      of: game, limits: limits, isCancelled: isCancelled)
    {
      return complete
    }
    let deadline = configuration.timeLimit.map { Date().addingTimeInterval($0) }
    let isOver: @Sendable () -> Bool = {
      isCancelled() || deadline.map { Date() >= $0 } ?? false
    }
    var record = Record()
    try run(attempts(game, profiles), game, isOver, &record)
    let pure = try tryPureProfiles(game, isOver, &record)
    for round in 0..<max(0, configuration.branchReferences) {
      try run(branches(round, from: record.candidates, game), game, isOver, &record)
    }
    let candidates = record.candidates + (try mirrorImages(of: record.candidates, game))
    var note = "\(record.succeeded) of \(record.attempts) attempts found one"
    if !Self.followsPaths(game) { note += "; the game is too large for logit paths" }
    if pure > 0 { note += "; all \(pure) pure profiles tried" }
    if record.cut > 0 { note += "; \(record.cut) attempts cut short" }
    return try KnownEquilibria(
      merging: candidates, of: game, completeness: record.cut > 0 ? .atLeast : .found, note: note)
  }

  /// What attempts have come to so far.
  private struct Record {
    var candidates: [EquilibriumCandidate] = []
    var (attempts, succeeded, cut) = (0, 0, 0)
  }

  /// Makes attempts on all threads, and records them in their order.
  private func run(
    _ attempts: [SearchAttempt], _ game: StochasticGame, _ isOver: @escaping @Sendable () -> Bool,
    _ record: inout Record
  ) throws {
    let before = record.attempts
    let tally = Tally(before: before, total: before + attempts.count, configuration.progress)
    let outcomes = orderedMap(attempts.count, threads: configuration.threads) { index in
      let outcome = Result { try attempts[index].run(game, configuration, isOver) }
      tally.add()
      return outcome
    }
    record.attempts += attempts.count
    for outcome in outcomes {
      switch try outcome.get() {
      case .certified(let candidate):
        record.succeeded += 1
        record.candidates.append(candidate)
      case .failed: break
      case .cut: record.cut += 1
      }
    }
  }

  /// Judges every pure profile, if there are few enough.
  ///
  /// - Returns: how many there are; 0 if too many, or if the search ended before all were tried.
  private func tryPureProfiles(
    _ game: StochasticGame, _ isOver: @escaping @Sendable () -> Bool, _ record: inout Record
  ) throws -> Int {
    var total = 1
    for count in game.actionCounts {
      total *= count
      if total > Self.pureLimit { return 0 }
    }
    let outcomes = orderedMap(total, threads: configuration.threads) { number in
      Result { () throws -> SearchAttempt.Outcome in
        if isOver() { return .cut }
        var rest = number
        var profile = game.uniformProfile
        for state in 0..<game.stateCount {
          for player in 0..<game.playerCount {
            let count = game.actionCount(player, at: state)
            profile[player].setLaw((0..<count).map { $0 == rest % count ? 1 : 0 }, at: state)
            rest /= count
          }
        }
        let certificate = try Certificate(game, profile)
        guard certificate.isCertified else { return .failed }
        return .certified(
          EquilibriumCandidate(
            profile: profile, certificate: certificate, origin: "all pure profiles"))
      }
    }
    var isCut = false
    for outcome in outcomes {
      switch try outcome.get() {
      case .certified(let candidate): record.candidates.append(candidate)
      case .failed: break
      case .cut: isCut = true
      }
    }
    if isCut { record.cut += 1 }
    return isCut ? 0 : total
  }

  /// One attempt at the other end of the branch through each distinct equilibrium, mirror images
  /// once; with the symmetry where the equilibrium has it, and without. The drawn references follow
  /// those of the drawn starts in the same streams.
  private func branches(
    _ round: Int, from candidates: [EquilibriumCandidate], _ game: StochasticGame
  ) -> [SearchAttempt] {
    guard Self.followsPaths(game) else { return [] }
    let reference =
      round == 0
      ? nil
      : game.drawnStart(
        seed: configuration.seed, index: configuration.starts + round - 1, everywhereAlike: false)
    let tolerance = KnownEquilibria.mergeTolerance
    var seen: [Profile] = []
    var attempts: [SearchAttempt] = []
    for candidate in candidates {
      let profile = candidate.profile
      let image = game.mirror == nil ? profile : game.mirrored(profile)
      if seen.contains(where: {
        largestTotalVariation($0, profile) <= tolerance
          || largestTotalVariation($0, image) <= tolerance
      }) {
        continue
      }
      seen.append(profile)
      let isSymmetric = game.mirror != nil && largestTotalVariation(image, profile) <= tolerance
      for symmetric in isSymmetric ? [true, false] : [false] {
        attempts.append(
          SearchAttempt(
            kind: .otherEnd(of: profile, reference: reference, symmetric: symmetric),
            origin: "logit branch \(round + 1) through: \(candidate.origin)"))
      }
    }
    return attempts
  }

  private func attempts(_ game: StochasticGame, _ profiles: [Profile]) -> [SearchAttempt] {
    let isSmall = Self.followsPaths(game)
    var attempts: [SearchAttempt] = []
    if isSmall { attempts.append(SearchAttempt(kind: .principal, origin: "principal logit path")) }
    for rule in SelectionRule.allCases {
      attempts.append(
        SearchAttempt(
          kind: .valueIteration(rule, symmetric: true), origin: "value iteration, \(rule.rawValue)")
      )
      if game.mirror != nil {
        attempts.append(
          SearchAttempt(
            kind: .valueIteration(rule, symmetric: false),
            origin: "value iteration, \(rule.rawValue), without symmetry"))
      }
    }
    var seen: [Profile] = []
    for (index, profile) in profiles.enumerated() where !seen.contains(profile) {
      seen.append(profile)
      attempts.append(
        SearchAttempt(
          kind: .given(profile, path: isSmall), origin: "given profile \(index + 1)"))
    }
    for index in 0..<(isSmall ? configuration.starts : 0) {
      let isSymmetric = game.mirror != nil && index % 3 == 2
      let start = game.drawnStart(
        seed: configuration.seed, index: index, everywhereAlike: index % 2 == 1)
      attempts.append(
        SearchAttempt(
          kind: .path(start, symmetric: isSymmetric),
          origin: "logit path from drawn profile \(index + 1)"))
    }
    return attempts
  }

  private func mirrorImages(
    of candidates: [EquilibriumCandidate], _ game: StochasticGame
  ) throws -> [EquilibriumCandidate] {
    guard game.mirror != nil else { return [] }
    return try candidates.compactMap { candidate in
      let image = game.mirrored(candidate.profile)
      if largestTotalVariation(image, candidate.profile) <= KnownEquilibria.mergeTolerance {
        return nil
      }
      let certificate = try Certificate(game, image)
      guard certificate.isCertified else { return nil }
      return EquilibriumCandidate(
        profile: image, certificate: certificate, origin: "mirror image of \(candidate.origin)")
    }
  }
}
