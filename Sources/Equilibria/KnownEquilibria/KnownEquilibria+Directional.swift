public import Environments

extension KnownEquilibria {
  /// Most equilibria of a directional game that are listed: matching looks at each of them.
  public static let directionalLimit = 1000

  /// Every Markov perfect equilibrium of a leapfrogging duopoly, by recursive lexicographical search.
  ///
  /// Distinct strings are distinct equilibria, and away from ties each is isolated, so nothing is
  /// merged. The origin of an entry is its number in the order of that search, from 0.
  ///
  /// - Parameter game: the duopoly written out.
  /// - Returns: nil if there are more than `directionalLimit`, if a tie was met, if one does not certify
  ///   or if the search is cancelled: then the list would not be *all*.
  /// - Throws: what the stage games throw.
  public static func complete(
    of duopoly: LeapfroggingDuopoly, writtenOut game: StochasticGame,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> KnownEquilibria? {
    var limits = EnumerationLimits()
    limits.maximumEquilibria = UInt128(directionalLimit)
    limits.maximumPayoffs = 0
    let outcome = try duopoly.enumerateEquilibria(
      limits: limits, threads: 1, isCancelled: isCancelled)
    guard outcome.status == .converged, outcome.tally.firstDegenerate == nil else { return nil }
    return try visited(game, isCancelled) { visit in
      try duopoly.forEachEquilibrium {
        try visit(duopoly.profile($0.probabilities, in: game))
      }
    }
  }

  /// Every Markov perfect equilibrium of a game for several players whose stage games are all among
  /// those of `WrittenStages`; see `complete(of:writtenOut:isCancelled:)`.
  ///
  /// - Returns: nil also for a game that has other stage games.
  /// - Throws: `NumericalError` from certificates.
  public static func complete(
    directional game: StochasticGame, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws -> KnownEquilibria? {
    guard game.playerCount > 1, let all = try? DirectionalEquilibria(game) else { return nil }
    var limits = EnumerationLimits()
    limits.maximumEquilibria = UInt128(directionalLimit)
    limits.maximumPayoffs = 0
    // A stage game that cannot be enumerated leaves the list incomplete: others may then search.
    guard
      let outcome = try? all.enumerate(limits: limits, threads: 1, isCancelled: isCancelled),
      outcome.status == .converged, outcome.tally.firstDegenerate == nil
    else { return nil }
    return try visited(game, isCancelled) { visit in
      try all.forEachEquilibrium { try visit($0.solution.profile) }
    }
  }

  /// Certifies and places what a search visits; nil if one does not certify.
  private static func visited(
    _ game: StochasticGame, _ isCancelled: @escaping () -> Bool,
    _ search: (_ visit: (Profile) throws -> Bool) throws -> Void
  ) throws -> KnownEquilibria? {
    var found: [UnplacedEquilibrium] = []
    var isCertified = true
    try search { profile in
      let certificate = try Certificate(game, profile)
      isCertified = certificate.isCertified && !isCancelled()
      let candidate = EquilibriumCandidate(
        profile: profile, certificate: certificate,
        origin: "recursive lexicographical search, number \(found.count)")
      found.append(UnplacedEquilibrium(points: [candidate], isContinuum: false, hits: 1))
      return isCertified
    }
    guard isCertified else { return nil }
    let entries = place(found, of: game) { index in
      guard game.mirror != nil else { return nil }
      let image = game.mirrored(found[index].points[0].profile)
      return found.indices.first {
        largestTotalVariation(found[$0].points[0].profile, image) <= mergeTolerance
      }
    }
    return KnownEquilibria(
      game: game, completeness: .all, entries: entries, states: nil,
      note: "recursive lexicographical search visited every Markov perfect equilibrium")
  }
}

extension LeapfroggingDuopoly {
  /// Probabilities of investing, `[point][firm]`, as a profile of the game written out.
  public func profile(_ probabilities: [[Double]], in game: StochasticGame) -> Profile {
    var profile = game.uniformProfile
    let movers = moves == .alternating ? 2 : 1
    for (point, chances) in probabilities.enumerated() {
      for firm in 0..<2 {
        let state = movers * point + (movers == 2 ? firm : 0)
        profile[firm].setLaw([1 - chances[firm], chances[firm]], at: state)
      }
    }
    return profile
  }
}
