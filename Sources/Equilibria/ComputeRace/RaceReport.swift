public import Environments
internal import Statistics

/// What a profile of the compute race means economically, at every gap and in the long run.
///
/// Definitions are those of docs/compute-race.md, "What is reported". All expectations are taken
/// over the mixed profile: E[R(T)] is not R(E[T]), the price being convex in compute. Arrays over
/// gaps have one entry per grid point, from firm 2's largest lead to firm 1's. Nothing here assumes
/// that the profile is an equilibrium, or symmetric; whether it is one is for `Certificate` to say.
///
/// With frontier riding (κ > 0) values are in the money of the current period; prices and rents are
/// those of the compute market, which does not ride.
public struct RaceReport: Sendable, Equatable {
  /// The gaps g, firm 1's capability minus firm 2's.
  public let gaps: [Double]
  /// Training levels x, one per action.
  public let trainingLevels: [Double]
  /// The two training distributions, `[firm][gap][level]`.
  public let policies: [[[Double]]]
  /// Their means E[xᵢ | g], `[firm][gap]`, capability per period.
  public let meanTraining: [[Double]]
  /// Vᵢ(g), `[firm][gap]`, money.
  public let values: [[Double]]
  /// E[T | g]: compute used for training, T = x₁²/2 + x₂²/2.
  public let expectedCompute: [Double]
  /// E[R(T) | g]: rental price, money per unit of compute.
  public let expectedPrice: [Double]
  /// E[R(T) T | g]: what both firms pay for compute, money per period.
  public let expectedRents: [Double]
  /// E[T | g] / Q.
  public let utilisation: [Double]
  /// m(g) = E[g′ | g].
  public let meanNextGap: [Double]
  /// m(g) − g: positive where firm 1 gains in expectation.
  public let drift: [Double]
  /// The terms of access that `access` is about.
  public let accessTerms: AccessTerms
  /// Whether the leader sells access, per gap; nil at parity.
  public let access: [AccessDecision?]
  /// Recurrent classes, their laws, and the chance of each from parity.
  public let longRun: LongRun
  /// Whether a firm plays more than one level at parity with probability above 1e-9.
  public let mixedAtParity: Bool
  /// Regime, multiplier, turnover and attractors of firm 1's leads; of both firms' in a symmetric
  /// profile.
  public let classification: RaceClassification
  /// The same of firm 2's leads, by the same rules with the firms swapped.
  public let classificationOfFirm2: RaceClassification
  /// The largest utilisation at any gap, visited in the long run or not.
  public let peakUtilisation: Double
  /// Average of E[R(T) | g] over the long-run law from parity.
  public let meanPrice: Double
  /// Average of E[T | g] / Q over the long-run law from parity.
  public let meanUtilisation: Double

  /// Computes the report.
  ///
  /// - Parameters:
  ///   - race: the parameters.
  ///   - game: `race.stochasticGame()`.
  ///   - profile: one policy per firm, symmetric or not.
  ///   - values: Vᵢ(g), `[firm][gap]`; pass `Certificate.values`, which are exact for the profile.
  ///   - access: the terms of the access decision.
  /// - Complexity: one pass over the played joint actions, and O(S³) at worst for the long run.
  /// - Throws: `GameError` if game, profile or values do not belong to the race, or if the grid is
  ///   beyond `MarkovChain.largestStateCount`.
  public init(
    race: ComputeRace, game: StochasticGame, profile: Profile, values: [[Double]],
    access: AccessTerms = AccessTerms()
  ) throws {
    try Self.check(race, game, values)
    let chain = try MarkovChain(game, profile)
    let states = race.grid
    let levels = (0..<race.actions).map(race.training)
    let gaps = (0..<states).map(race.gap)

    var compute = [Double](repeating: 0, count: states)
    var price = compute
    var rents = compute
    game.forEachRow(weightedBy: profile) { state, _, actions, weight in
      let (own, rival) = (levels[actions[0]], levels[actions[1]])
      let used = own * own / 2 + rival * rival / 2
      compute[state] += weight * used
      price[state] += weight * race.rent(used)
      rents[state] += weight * race.rent(used) * used
    }
    let utilisation = compute.map { $0 / race.capacity }
    // Mirrored pairs of gaps together, so that a symmetric law has mean exactly 0.
    let meanNextGap = (0..<states).map { state in
      (1...race.parity).reduce(0) { sum, lead in
        let difference =
          chain.transition[state, race.parity + lead] - chain.transition[state, race.parity - lead]
        return sum + difference * race.gap(race.parity + lead)
      }
    }
    let drift = zip(meanNextGap, gaps).map { $0 - $1 }
    let mixed = (0..<2).contains { firm in
      profile[firm].law(at: race.parity).count { $0 > 1e-9 } > 1
    }
    let longRun = try chain.longRun(from: chain.pointMass(at: race.parity))

    self.gaps = gaps
    self.trainingLevels = levels
    self.policies = profile.policies.map(\.laws)
    self.meanTraining = profile.policies.map { policy in
      policy.laws.map { law in zip(law, levels).reduce(0) { $0 + $1.0 * $1.1 } }
    }
    self.values = values
    self.expectedCompute = compute
    self.expectedPrice = price
    self.expectedRents = rents
    self.utilisation = utilisation
    self.meanNextGap = meanNextGap
    self.drift = drift
    self.accessTerms = access
    self.access = (0..<states).map {
      AccessDecision(race, at: $0, values: values, terms: access)
    }
    self.longRun = longRun
    self.mixedAtParity = mixed
    self.classification = RaceClassification(
      race, chain: chain, drift: drift, mixedAtParity: mixed, mirrored: false)
    self.classificationOfFirm2 = RaceClassification(
      race, chain: chain, drift: drift, mixedAtParity: mixed, mirrored: true)
    self.peakUtilisation = utilisation.max() ?? 0
    self.meanPrice = longRun.mean(price)
    self.meanUtilisation = longRun.mean(utilisation)
  }

  /// Refuses a game or values that are not of the race's shape.
  private static func check(
    _ race: ComputeRace, _ game: StochasticGame, _ values: [[Double]]
  ) throws {
    try race.validate()
    guard game.playerCount == 2, game.stateCount == race.grid,
      game.actionCounts.allSatisfy({ $0 == race.actions })
    else {
      throw GameError(
        "game",
        "is not this race's: needs 2 players, \(race.grid) gaps and \(race.actions) levels")
    }
    guard values.count == 2, values.allSatisfy({ $0.count == race.grid }),
      values.joined().allSatisfy(\.isFinite)
    else {
      throw GameError("values", "must be finite, [firm][gap], for 2 firms and \(race.grid) gaps")
    }
  }
}
