public import Environments

/// The principal stationary equilibrium: the limit of the logit path from the uniform profile.
///
/// A logit (quantal response) equilibrium at precision λ solves
/// log σ(a) − log σ(a′) = λ (W(a) − W(a′)) at every player and state, with W the actions' exact
/// continuation worth. At λ = 0 it is the uniform profile; the branch that starts there is followed
/// in (log σ, V, λ) by pseudo-arclength steps, through every turn in λ, until λ · range(u) = 2000, and
/// Newton on the support finishes. If that does not certify, the path goes on to further goals up
/// to 1e7; if it does, the path goes on fifty times as far to see whether its limit is indeed that
/// equilibrium: on fine grids it need not be.
/// Sources: McKelvey and Palfrey (1995), Turocy (2005) for the path; Eibelshäuser and Poensgen
/// (2019) for stochastic games.
///
/// With another *reference* ρ in place of the uniform law, log σ/ρ replaces log σ: the path starts at
/// ρ, and its limit is an equilibrium that need not be the principal one, nor symmetric.
///
/// Cost per step, with n_b actions in block b (the laws that meet at one state) and v values:
/// Σ_b (n_b³ + n_b² v) + v³.
public struct LogitPath: Sendable {
  /// How to follow the path and when to give up.
  public struct Configuration: Sendable {
    /// Whether to impose the game's symmetry, if it declares one.
    public var imposesSymmetry = true
    /// Path steps allowed in all, over every attempt.
    public var maximumSteps = 100_000
    /// Values of λ · range(u) at which Newton on the support is tried.
    public var precisionGoals = [2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7]
    /// Whether a certified result must come out again fifty times further on (or at the last goal),
    /// so that it is the limit of the path and not merely an equilibrium near it. Where they differ
    /// the later one stands; where the path ends before, the note says `not confirmed`.
    public var confirms = true
    /// Scale of the step targets; smaller is slower and less likely to leave its branch.
    public var fineness = 1.0
    /// Whether a path that fails may be walked again, first more finely, then from a slightly
    /// different start.
    public var retries = true
    /// Seconds allowed; nil for no limit.
    public var timeLimit: Double?
    /// Threads for the linear algebra; results do not depend on it.
    public var threads = 2
    /// Called after every step.
    public var progress: (@Sendable (LogitPathProgress) -> Void)?
    /// Asked before every step; true ends the run.
    public var isCancelled: (@Sendable () -> Bool)?

    /// The defaults.
    public init() {}
  }

  /// How to follow the path.
  public var configuration: Configuration

  /// Creates a solver.
  public init(_ configuration: Configuration = Configuration()) {
    self.configuration = configuration
  }

  /// Follows the principal branch to an equilibrium.
  ///
  /// - Returns: status `converged` only if exploitability, from exact values and exact best
  ///   responses, is at most 1e-9 (1 + range of u).
  public func solve(_ game: StochasticGame) throws -> LogitPathResult {
    try solve(game, reference: nil)
  }

  /// Follows the path that starts at `profile`, mixed with a hundredth of the uniform law so that
  /// it is interior. The limit is in general not the principal equilibrium.
  ///
  /// - Throws: `GameError` if the profile does not belong to the game.
  public func solve(_ game: StochasticGame, from profile: Profile) throws -> LogitPathResult {
    try game.validate(profile)
    return try solve(game, reference: profile)
  }

  /// The logit equilibrium at λ · range(u) = `precision` where the principal branch first reaches it.
  ///
  /// - Returns: status `converged` if the logit equations hold to rounding there; the profile is
  ///   not a Nash equilibrium. Otherwise `limit`, `interrupted` or `uncertified`, with the last
  ///   point reached.
  public func profile(
    of game: StochasticGame, atPrecision precision: Double, from reference: Profile? = nil
  ) throws -> LogitPathResult {
    precondition(precision >= 0 && precision.isFinite, "precision is λ · range(u) ≥ 0")
    if let reference { try game.validate(reference) }
    let system = StationarySystem(game, imposesSymmetry: configuration.imposesSymmetry)
    var run = LogitRun(system, configuration)
    return try run.smoothed(reference: Self.interior(reference, system), precision: precision)
  }

  /// The equilibrium at the other end of the logit branch that ends at a known one.
  ///
  /// As λ → ∞ branches of the logit correspondence end at equilibria. The branch from λ = 0 ends at
  /// one; the others join equilibria in pairs, generically of opposite index (Turocy 2005, section
  /// 3). So a path from λ = 0, whatever its reference, ends at equilibria of index +1 only, and those
  /// of index −1, such as the mixed one of a coordination game, are met this way. Another reference
  /// joins other pairs.
  ///
  /// - Parameter equilibrium: the known one.
  /// - Returns: status `converged` only if certified; nil if the branch leads to λ = 0, so that there
  ///   is no other end, or if it cannot be followed.
  /// - Throws: `GameError` if a profile does not belong to the game; `NumericalError`.
  public func otherEnd(
    _ game: StochasticGame, of equilibrium: Profile, reference: Profile? = nil
  ) throws -> LogitPathResult? {
    if let reference { try game.validate(reference) }
    let values = try game.values(of: equilibrium)
    let system = StationarySystem(game, imposesSymmetry: configuration.imposesSymmetry)
    var run = LogitRun(system, configuration)
    return try run.otherEnd(
      of: equilibrium, values: values, reference: Self.interior(reference, system))
  }

  private func solve(_ game: StochasticGame, reference: Profile?) throws -> LogitPathResult {
    let system = StationarySystem(game, imposesSymmetry: configuration.imposesSymmetry)
    var run = LogitRun(system, configuration)
    return try run.solve(reference: Self.interior(reference, system))
  }

  /// 0.99 of the profile plus 0.01 of the uniform law, flat by slot.
  private static func interior(_ profile: Profile?, _ system: StationarySystem) -> [Double]? {
    guard let profile else { return nil }
    system.load(profile)
    var law = [Double](repeating: 0, count: system.actionTotal)
    for slot in 0..<system.slotCount {
      for action in system.actionOffset[slot]..<system.actionOffset[slot + 1] {
        law[action] = 0.99 * system.sigma[action] + 0.01 / Double(system.count(slot))
      }
    }
    return law
  }
}

/// Where a path is.
public struct LogitPathProgress: Sendable {
  /// Accepted steps so far.
  public let step: Int
  /// λ · range(u).
  public let precision: Double
  /// How often the path has turned back in λ or forward again.
  public let turns: Int
}

/// What following a logit path gave.
public struct LogitPathResult: Sendable {
  /// Profile, values and how it ended; `iterations` counts path steps over every attempt.
  public var solution: StationarySolution
  /// Steps of the last attempt.
  public var steps: Int
  /// Turns in λ of the last attempt.
  public var turns: Int
  /// Bifurcations stepped over by the last attempt.
  public var bifurcations: Int
  /// λ · range(u) where the path was left.
  public var precision: Double
  /// Newton iterations on supports, over every attempt.
  public var newtonIterations: Int
  /// The profile judged from scratch: exact values, exact best responses.
  public var certificate: Certificate
  /// Attempts made: 1 unless the path had to be walked again.
  public var attempts: Int
}
