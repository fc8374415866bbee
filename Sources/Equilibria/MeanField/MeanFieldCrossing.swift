/// Where the map Φ meets or jumps over the diagonal: a stationary mean-field equilibrium, or the
/// place where one would be if the game were continuous.
///
/// With f(m) = m − Φ(m), an equilibrium is a zero of f together with the policy and the population
/// that m induces (Light, Definition 1). Finitely many actions make Φ jump where the optimal policy
/// switches, and a zero is then a mixture of the two policies at the switch.
public struct MeanFieldCrossing: Sendable {
  /// What kind of crossing it is.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Φ(m) = m under one optimal policy.
    case pure
    /// The policies left and right of m are both optimal at m, and a mixture of them makes m.
    case mixed
    /// Payoffs or transition law jump at m, and Φ jumps over the diagonal: no equilibrium here.
    case kernelJump = "kernel-jump"
    /// Φ(m) = m, but the population's closed class at m is only a part of what it is at
    /// neighbouring m under the same policy: some transition dies out exactly at m.
    case degenerate
  }

  /// How f passes zero.
  public enum Direction: String, Sendable, Codable, CaseIterable {
    /// From negative to positive as m rises: what bisection finds.
    case up
    /// From positive to negative.
    case down
    /// f has one sign on both sides, or m is an end of the values that M can take.
    case touching
  }

  /// The kind.
  public var kind: Kind
  /// How f passes zero; nil where it was not looked at, and with several scalars, where it has none.
  public var direction: Direction?
  /// The interaction, one value per scalar.
  public var m: [Double]
  /// The population's law over states. For mixed crossings that of `everyoneMixes`; for kernel jumps
  /// that of the blend, or of the right side where no blend was found.
  public var law: [Double]
  /// V(x, m).
  public var values: [Double]
  /// What agents do; nil for ladders.
  public var policy: MeanFieldPolicy?
  /// Investment at each level of a ladder; nil for finite games.
  public var actions: [Double]?
  /// The law's mean of the first coordinate.
  public var meanState: Double
  /// The law's variance of the first coordinate.
  public var variance: Double
  /// How far it is from an equilibrium, recomputed apart from the solver; nil for kernel jumps.
  public var residuals: MeanFieldResiduals?
  /// Mixed crossings: every agent plays the same mixture at each switching state.
  public var everyoneMixes: MeanFieldMixture?
  /// Mixed crossings: a share of the agents plays the right policy for ever, the rest the left one.
  public var twoGroups: MeanFieldMixture?
  /// Kernel jumps: what happens just left and just right of m.
  public var sides: MeanFieldSides?
  /// Kernel jumps: the game in which the two sides are blended so that m is an equilibrium.
  public var blend: MeanFieldBlend?
  /// Mixed crossings: the states at which the left and right policies differ and are both optimal.
  /// With several, other mixtures than the two given make the same m.
  public var switchingStates: [Int]

  /// Creates a crossing; what only some kinds have starts empty.
  public init(
    kind: Kind, direction: Direction?, m: [Double], law: [Double], values: [Double],
    policy: MeanFieldPolicy? = nil, actions: [Double]? = nil, meanState: Double, variance: Double
  ) {
    self.kind = kind
    self.direction = direction
    self.m = m
    self.law = law
    self.values = values
    self.policy = policy
    self.actions = actions
    self.meanState = meanState
    self.variance = variance
    switchingStates = []
  }

  /// Whether it is an equilibrium: every kind but a kernel jump.
  public var isEquilibrium: Bool { kind != .kernelJump }
}

/// A way in which a population sustains an m at which its policy switches.
public struct MeanFieldMixture: Sendable {
  /// The weight of the right policy: of its actions at each switching state, or of its group.
  public var share: Double
  /// The population's law over states.
  public var law: [Double]
  /// The share of each action among the agents at each state.
  public var policy: MeanFieldPolicy
  /// How far it is from an equilibrium.
  public var residuals: MeanFieldResiduals
}

/// The two one-sided limits at a kernel jump.
public struct MeanFieldSides: Sendable {
  /// Just left of m.
  public var left: MeanFieldResponse
  /// Just right of m.
  public var right: MeanFieldResponse
}

/// The game whose payoffs and transition law are (1 − w) times the left limit plus w times the right
/// one, and an equilibrium of it: "exact ties are broken upwards with probability w".
public struct MeanFieldBlend: Sendable {
  /// w.
  public var weight: Double
  /// What agents do.
  public var policy: MeanFieldPolicy
  /// The weight of the policy optimal at greater w, where the policy switches at w; otherwise nil.
  public var actionShare: Double?
  /// The states at which it switches.
  public var switchingStates: [Int]
  /// The population's law over states.
  public var law: [Double]
  /// V(x) in the blended game.
  public var values: [Double]
  /// How far it is from an equilibrium of the blended game.
  public var residuals: MeanFieldResiduals
}

/// How far m, a policy and a law are from a stationary mean-field equilibrium.
public struct MeanFieldResiduals: Sendable, Equatable, Codable {
  /// |m − M(μ)|, the largest over the scalars.
  public var consistency: Double
  /// ‖s L − s‖₁ under the policy's kernel, turnover included.
  public var invariance: Double
  /// Largest max_a Q(x, a) − Q(x, a′) over states x and actions a′ that the policy uses there, with
  /// Q from the policy's own values.
  public var optimality: Double
  /// What `optimality` is relative to: the range of π at m, or a tenth of the largest |V| if that is
  /// more, since values are known to some 1e-11 of themselves; 1 if both are 0.
  public var payoffScale: Double

  /// Creates residuals.
  public init(
    consistency: Double, invariance: Double, optimality: Double, payoffScale: Double
  ) {
    self.consistency = consistency
    self.invariance = invariance
    self.optimality = optimality
    self.payoffScale = payoffScale
  }

  /// The scale of payoffs from their range at m and the policy's values.
  static func payoffScale(range: Double, values: [Double]) -> Double {
    let scale = values.reduce(range) { max($0, 0.1 * abs($1)) }
    return scale > 0 ? scale : 1
  }

  /// Whether every residual is within 1e-9, that of optimality relative to the payoffs.
  public var isCertified: Bool {
    consistency <= 1e-9 && invariance <= 1e-9 && optimality <= 1e-9 * payoffScale
  }

  /// The larger of each residual.
  public func worse(_ other: MeanFieldResiduals) -> MeanFieldResiduals {
    MeanFieldResiduals(
      consistency: max(consistency, other.consistency),
      invariance: max(invariance, other.invariance),
      optimality: max(optimality, other.optimality),
      payoffScale: min(payoffScale, other.payoffScale))
  }
}

/// What a solver of mean-field games returns.
public struct MeanFieldSolution: Sendable {
  /// Crossings in ascending order of m.
  public var crossings: [MeanFieldCrossing]
  /// Whether the list is proved to hold every crossing within the bounds (*all*); otherwise they are
  /// what the search *found*.
  public var isComplete: Bool
  /// Why it is complete, or where the search looked.
  public var counting: String
  /// How the solver ended: `converged` with at least one equilibrium and every one certified.
  public var status: SolverStatus
  /// Seconds of the search from the bounds, certificate included.
  public var seconds: Double
  /// Seconds of looking for every further crossing.
  public var scanSeconds: Double
  /// How often Φ was evaluated.
  public var evaluations: Int
  /// The points of the scan; 0 without one.
  public var scanPoints: Int
  /// One line on how it went.
  public var note: String

  /// Creates a solution.
  public init(
    crossings: [MeanFieldCrossing], isComplete: Bool, counting: String, status: SolverStatus,
    seconds: Double, scanSeconds: Double = 0, evaluations: Int, scanPoints: Int = 0,
    note: String = ""
  ) {
    self.crossings = crossings
    self.isComplete = isComplete
    self.counting = counting
    self.status = status
    self.seconds = seconds
    self.scanSeconds = scanSeconds
    self.evaluations = evaluations
    self.scanPoints = scanPoints
    self.note = note
  }

  /// The crossings that are equilibria.
  public var equilibria: [MeanFieldCrossing] { crossings.filter(\.isEquilibrium) }

  /// The crossing of interest: the lowest equilibrium that is not degenerate, else the lowest
  /// equilibrium, else the lowest crossing; nil if there is none.
  public var principal: MeanFieldCrossing? {
    crossings.first { $0.isEquilibrium && $0.kind != .degenerate }
      ?? crossings.first(where: \.isEquilibrium) ?? crossings.first
  }

  /// The largest residuals over the equilibria; nil if there is none.
  public var certificate: MeanFieldResiduals? {
    let residuals = equilibria.compactMap(\.residuals)
    return residuals.dropFirst().reduce(residuals.first) { $0?.worse($1) }
  }
}
