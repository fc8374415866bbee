internal import Configuration
internal import Environments
public import Equilibria
internal import Synchronization

/// Which equilibria learned policies are held against.
public enum Against: String, Sendable, CaseIterable {
  /// Every equilibrium where a method can prove that it has them all; elsewhere the widest search,
  /// whose result is called *found*.
  case all
  /// As `all`, with as many starts as asked for.
  case found
  /// Only the exact solution of `evaluation.against`.
  case principal

  /// Drawn starts of the search unless another number is asked for.
  public static let usualStarts = 30
  /// Least number of drawn starts of `all`.
  static let widestStarts = 200
}

extension CompareOptions {
  /// The known equilibria of a configuration's game.
  ///
  /// - Parameter profiles: learned policies, from which the search starts as well.
  /// - Throws: what the search or the solver throws; `TrainingStop` if interrupted.
  func equilibria(
    _ configuration: ExperimentConfiguration, from profiles: [Profile], progress: ProgressDisplay,
    interruption: Interruption
  ) throws -> KnownEquilibria {
    let game = configuration.game
    let known: KnownEquilibria
    if against == .principal {
      let solution = try configuration.solver(.evaluation).solve(
        game, isCancelled: { interruption.isRequested })
      known = try KnownEquilibria.principal(solution, of: game)
    } else if let every = try configuration.everyEquilibrium(
      isCancelled: { interruption.isRequested })
    {
      known = every
    } else {
      var search = EquilibriumSearch.Configuration()
      search.starts = against == .all ? max(starts, Against.widestStarts) : starts
      search.threads = threads
      search.timeLimit = timeLimit
      search.isCancelled = { interruption.isRequested }
      progress.begin(total: search.starts, verb: "searching equilibria")
      defer { progress.end() }
      search.progress = { done, total in progress.update(done: done, of: total) }
      known = try EquilibriumSearch(search).solve(game, from: profiles)
    }
    if interruption.isRequested { throw TrainingStop.stopped }
    return known
  }
}

/// The known equilibria of a game as a document shows them.
public struct KnownDocument: Encodable, Sendable {
  /// One equilibrium.
  public struct Entry: Encodable, Sendable {
    /// `E1`, `E2`, ….
    public var label: String
    /// Values under the initial law, per player.
    public var valueInitial: [Double]
    /// Whether it is its own mirror image; null for games without mirror.
    @OrNull public var symmetric: Bool?
    /// The label together with its mirror image's.
    public var classLabel: String
    /// Whether it stands for infinitely many.
    public var continuum: Bool
    /// What found it first.
    public var origin: String
    /// The laws `[player][state][action]`.
    public var policies: [[[Double]]]
    /// Its certificate.
    public var certificate: CertificateDocument

    enum CodingKeys: String, CodingKey {
      case label, symmetric, continuum, origin, policies, certificate
      case valueInitial = "value_initial"
      case classLabel = "class"
    }
  }

  /// `all`, `found` or `at least`.
  public var completeness: String
  /// How many; null if the number does not fit 64 bits.
  @OrNull public var count: Int?
  /// How the set came about.
  public var note: String
  /// The equilibria in order; empty if there are too many to list.
  public var entries: [Entry]

  init(_ known: KnownEquilibria) {
    completeness = known.completeness.rawValue
    count = known.count
    note = known.note
    entries = known.entries.map { entry in
      Entry(
        label: entry.label, valueInitial: entry.initialValues, symmetric: entry.isSymmetric,
        classLabel: entry.classLabel, continuum: entry.isContinuum, origin: entry.origin,
        policies: entry.profile.policies.map(\.laws),
        certificate: CertificateDocument(entry.certificate))
    }
  }
}

/// One seed's policy held against the known equilibria.
public struct SeedMatch: Encodable, Sendable {
  /// The seed.
  public var seed: UInt64
  /// The nearest equilibrium's label; null if none is known.
  @OrNull public var nearest: String?
  /// Occupancy-weighted distance to it; null if none is known.
  @OrNull public var distance: Double?
  /// Labels of all listed equilibria within the rule's distance, nearest first: more than one where
  /// the seed's path of play hardly tells them apart.
  public var contenders: [String]
  /// NashConv under the initial law in multiples of the payoff range.
  public var relativeNashConv: Double
  /// selects, not_equilibrium or unknown.
  public var verdict: String
  /// The equilibrium selected; null for none.
  @OrNull public var selected: String?

  enum CodingKeys: String, CodingKey {
    case seed, nearest, distance, contenders, verdict, selected
    case relativeNashConv = "relative_nash_conv"
  }

  init(_ match: EquilibriumMatch, seed: UInt64) {
    self.seed = seed
    nearest = match.label
    distance = match.distance
    contenders = match.contenders.map { "E\($0)" }
    relativeNashConv = match.relativeNashConv
    verdict = match.verdict.rawValue
    selected = match.selected
  }
}

/// One kind of policy of a run held against the known equilibria.
public struct PolicyMatching: Encodable, Sendable {
  /// How often each equilibrium was selected.
  public var selection: SelectionFrequencies
  /// The same by outcome: equilibria that play alike taken together.
  public var outcomes: [Outcome]
  /// Per seed.
  public var seeds: [SeedMatch]

  /// Matches one profile a seed.
  ///
  /// - Throws: what matching throws.
  init(
    _ profiles: [Profile], summaries: [SeedSummary], known: KnownEquilibria, rule: MatchRule,
    threads: Int
  ) throws {
    let found = Mutex<[Int: Result<EquilibriumMatch, any Error>]>([:])
    forEach(profiles.count, threads: threads) { index in
      let match = Result { try known.match(profiles[index], rule: rule) }
      found.withLock { $0[index] = match }
    }
    let matches = try found.withLock { results in
      try profiles.indices.map { try results[$0]!.get() }
    }
    selection = try SelectionFrequencies(
      matches, known: known, converged: summaries.map(\.converged), rule: rule)
    outcomes = try selection.byOutcome(known)
    seeds = zip(matches, summaries).map { SeedMatch($0, seed: $1.seed) }
  }
}

extension JudgedRun {
  /// The policies of a name, in order of seeds.
  func profiles(_ policy: String) -> [Profile] { profiles.map { $0[policy]! } }

  /// Matches every kind of policy, by name.
  func matching(
    _ known: KnownEquilibria, rule: MatchRule, threads: Int
  ) throws -> [String: PolicyMatching] {
    var matchings: [String: PolicyMatching] = [:]
    for policy in SeedSummary.policies {
      matchings[policy] = try PolicyMatching(
        profiles(policy), summaries: summaries, known: known, rule: rule, threads: threads)
    }
    return matchings
  }
}
