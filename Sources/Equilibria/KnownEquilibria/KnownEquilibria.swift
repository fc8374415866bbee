public import Environments

/// The stationary equilibria of a game that are known, and how complete that knowledge is.
///
/// Every entry carries a certificate recomputed from its profile. Two shapes:
///
/// - a **list**, from a search: profiles whose laws differ by at most `mergeTolerance` in total
///   variation at every state are one entry. Points between which the segment was certified at a
///   quarter, a half and three quarters are one entry too, a continuum, of which the points found
///   are kept; what lies between them is not searched.
/// - a **product**, for games of separate states (`StochasticGame.hasSeparateStates`): the set of
///   equilibria is the product of the states' own sets, `states`. An entry is a choice of one
///   connected component per state, and a continuum is held exactly, as a union of polytopes.
///   Entries are listed only where there are at most `listLimit`; `count` says how many there are.
///
/// **Order.** By the values under the initial law, first player's first, ascending, rounded to 1e-8
/// of (1 + payoff range); then by the probabilities, player by player and state by state. The order,
/// and with it the ids, does not depend on what was found first.
public struct KnownEquilibria: Sendable {
  /// What the list is known to be.
  public enum Completeness: String, Sendable, Codable, CaseIterable {
    /// Every stationary equilibrium, proved.
    case all
    /// Certified equilibria of a search that ran to its end; there may be others.
    case found
    /// Certified equilibria of a search cut short by a limit or from outside.
    case atLeast = "at least"
  }

  /// The game.
  public let game: StochasticGame
  /// What the list is known to be.
  public let completeness: Completeness
  /// The equilibria in order; empty also if there are too many to list (`isListed`).
  public let entries: [KnownEquilibrium]
  /// The states' own sets, for games of separate states; otherwise nil.
  public let states: [StateEquilibria]?
  /// One line on how the set came about.
  public let note: String

  /// Profiles closer than this are one equilibrium.
  public static let mergeTolerance = 1e-6
  /// Most entries of a product that are written out.
  public static let listLimit = 256

  /// The number of entries, components each counted once; nil if it does not fit an `Int`.
  public var count: Int? {
    guard let states else { return entries.count }
    var product = 1
    for state in states {
      let (next, overflow) = product.multipliedReportingOverflow(by: state.components.count)
      if overflow { return nil }
      product = next
    }
    return product
  }

  /// Whether `entries` has them all.
  public var isListed: Bool { count == entries.count }

  /// The entry of an id.
  public func entry(_ id: Int) -> KnownEquilibrium? {
    entries.indices.contains(id - 1) ? entries[id - 1] : nil
  }

  /// Judges profiles and makes a list of those that certify.
  ///
  /// - Parameters:
  ///   - profiles: any profiles of the game, with a word on where each is from.
  ///   - completeness: what the caller can vouch for.
  /// - Throws: `GameError` if a profile does not fit; `NumericalError` if a solve fails.
  public init(
    _ profiles: [(profile: Profile, origin: String)], of game: StochasticGame,
    completeness: Completeness = .found, note: String = ""
  ) throws {
    let candidates = try profiles.compactMap { item -> EquilibriumCandidate? in
      let certificate = try Certificate(game, item.profile)
      guard certificate.isCertified else { return nil }
      return EquilibriumCandidate(
        profile: item.profile, certificate: certificate, origin: item.origin)
    }
    try self.init(merging: candidates, of: game, completeness: completeness, note: note)
  }

  /// The list whose only entry is the equilibrium a solver returned, for comparing with that alone;
  /// empty if it is not a certified stationary one.
  ///
  /// - Throws: as `init(_:of:completeness:note:)`.
  public static func principal(
    _ solution: BellmanNashSolution, of game: StochasticGame
  ) throws -> KnownEquilibria {
    let isAnswer = solution.isStationary && solution.status == .converged
    let profiles = isAnswer ? solution.profiles.prefix(1).map { ($0, solution.note) } : []
    return try KnownEquilibria(profiles, of: game, note: solution.note)
  }

  init(
    game: StochasticGame, completeness: Completeness, entries: [KnownEquilibrium],
    states: [StateEquilibria]?, note: String
  ) {
    self.game = game
    self.completeness = completeness
    self.entries = entries
    self.states = states
    self.note = note
  }
}

/// An entry before it has its place in the order.
struct UnplacedEquilibrium {
  var points: [EquilibriumCandidate]
  var components: [Int]?
  var isContinuum: Bool
  var hits: Int

  /// What entries are sorted by: rounded values under the initial law, then probabilities.
  func sortKey(_ game: StochasticGame) -> [Double] {
    let unit = 1e-8 * (1 + game.payoffRange)
    let values = initialValues(game).map { ($0 / unit).rounded() }
    return values
      + points[0].profile.policies.flatMap { $0.probabilities.map { ($0 / 1e-8).rounded() } }
  }

  func initialValues(_ game: StochasticGame) -> [Double] {
    points[0].certificate.values.map { values in
      zip(game.initial, values).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }
}

extension KnownEquilibria {
  /// Entries in their order, with mirror images linked by `imageIndex` (indices into the argument).
  static func place(
    _ unplaced: [UnplacedEquilibrium], of game: StochasticGame, imageIndex: (Int) -> Int?
  ) -> [KnownEquilibrium] {
    let keys = unplaced.map { $0.sortKey(game) }
    let order = unplaced.indices.sorted { keys[$0].lexicographicallyPrecedes(keys[$1]) }
    var place = [Int](repeating: 0, count: order.count)
    for (position, index) in order.enumerated() { place[index] = position }
    return order.enumerated().map { position, index in
      let entry = unplaced[index]
      let image = imageIndex(index)
      return KnownEquilibrium(
        id: position + 1, profile: entry.points[0].profile, points: entry.points.map(\.profile),
        components: entry.components, isContinuum: entry.isContinuum,
        initialValues: entry.initialValues(game), certificate: entry.points[0].certificate,
        origin: entry.points[0].origin, hits: entry.hits,
        isSymmetric: game.mirror == nil ? nil : image == index, image: image.map { place[$0] + 1 })
    }
  }
}
