public import Environments

/// When a profile counts as having selected an equilibrium.
public struct MatchRule: Sendable, Equatable, Codable {
  /// Largest NashConv under the initial law, in multiples of the game's payoff range (per period).
  /// Values add up over periods, so at discount δ this is a share (1 − δ) of it of the range of
  /// values: strict.
  public var epsilon: Double
  /// Largest distance to the nearest equilibrium.
  public var distance: Double

  /// Creates a rule; both limits must be nonnegative.
  public init(epsilon: Double = 0.01, distance: Double = 0.05) {
    precondition(epsilon >= 0 && distance >= 0, "limits are nonnegative")
    self.epsilon = epsilon
    self.distance = distance
  }
}

/// A profile, such as a learned one, held against the known equilibria of its game.
public struct EquilibriumMatch: Sendable {
  /// What the rule says.
  public enum Verdict: String, Sendable, Codable, CaseIterable {
    /// Near enough to an equilibrium in incentives and in play: it selects the nearest.
    case selects
    /// Some player gains too much by deviating.
    case notEquilibrium = "not_equilibrium"
    /// Near an equilibrium in incentives, but far from every known one.
    case unknown
  }

  /// The nearest known equilibrium: `E3`, or the choice of components where entries are not listed;
  /// nil if none is known.
  public let label: String?
  /// The same together with its mirror image, such as `E2/E3`; `label` in a game without mirror.
  public let classLabel: String?
  /// Its id, if entries are listed.
  public let id: Int?
  /// Occupancy-weighted distance to it, in [0, 1]; nil if none is known.
  public let distance: Double?
  /// Unweighted mean over states of the distance, largest over players; nil if none is known.
  public let overallDistance: Double?
  /// The equilibrium itself: of a continuum the point that is nearest.
  public let nearest: Profile?
  /// Ids of all listed equilibria within the rule's distance, nearest first. More than one means
  /// that on the profile's path of play they can hardly be told apart.
  public let contenders: [Int]
  /// NashConv under the initial law.
  public let nashConv: Double
  /// `nashConv` in multiples of the payoff range; 0 where that is 0.
  public let relativeNashConv: Double
  /// NashConv weighed by each player's discounted occupancy.
  public let onPathNashConv: Double
  /// What the rule says.
  public let verdict: Verdict

  /// The label of the equilibrium selected; nil if none is.
  public var selected: String? { verdict == .selects ? label : nil }
}

extension KnownEquilibria {
  /// Finds the equilibrium nearest to a profile and applies the rule.
  ///
  /// Distance is d = max over players of Σₛ μᵢ(s) TV(σᵢ(· | s), σ*ᵢ(· | s)), with TV = ½ Σ|·| and μᵢ
  /// the profile's own discounted occupancy. Equilibria at equal distance differ where the profile
  /// does not go; then the unweighted mean over states decides, then the id. To a continuum of a
  /// product the distance is that to its nearest point, by linear programs; to one of a list, that to
  /// the nearest point found.
  ///
  /// - Parameter certificate: the profile's certificate if the caller has it; else it is computed.
  /// - Complexity: a linear solve of S unknowns per distinct discount, and one pass over the profile
  ///   per known equilibrium.
  /// - Throws: `GameError` if the profile does not fit; `NumericalError` if a solve fails.
  public func match(
    _ profile: Profile, rule: MatchRule = MatchRule(), certificate: Certificate? = nil
  ) throws -> EquilibriumMatch {
    let judged = try certificate ?? Certificate(game, profile)
    let occupancies = try game.discountedOccupancies(of: profile)
    let metric = OccupancyDistance(game: game, profile: profile, occupancies: occupancies)
    let nashConv = judged.nashConv(under: game.initial)
    let options = states.map(metric.options)
    var best: (nearest: OccupancyDistance.Nearest, id: Int?)?
    var near: [(id: Int, nearest: OccupancyDistance.Nearest)] = []
    for entry in entries {
      let nearest = self.nearest(entry, metric, options)
      if best.map({ nearest.precedes($0.nearest) }) ?? true { best = (nearest, entry.id) }
      if nearest.distance <= rule.distance { near.append((entry.id, nearest)) }
    }
    if entries.isEmpty, let options { best = (metric.nearest(options), nil) }
    var labels: (own: String, class: String)?
    if let id = best?.id {
      labels = (entries[id - 1].label, entries[id - 1].classLabel)
    } else if let choice = best?.nearest.components, let states {
      let own = Self.label(of: choice, states, game)
      let image = Self.image(of: choice, states, game).map { Self.label(of: $0, states, game) }
      labels = (own, Set([own, image ?? own]).sorted().joined(separator: "/"))
    }
    let limit = rule.epsilon * game.payoffRange
    // Gains that are rounding pass at any ε: measured by the payoffs themselves, however small.
    let isNearEquilibrium =
      nashConv <= limit || (judged.isCertified && nashConv <= 1e-9 * game.payoffRange)
    let isNear = best.map { $0.nearest.distance <= rule.distance } ?? false
    return EquilibriumMatch(
      label: labels?.own, classLabel: labels?.class, id: best?.id,
      distance: best?.nearest.distance, overallDistance: best?.nearest.overall,
      nearest: best?.nearest.point,
      contenders: near.sorted {
        $0.nearest.precedes($1.nearest)
          || (!$1.nearest.precedes($0.nearest) && $0.id < $1.id)
      }.map(\.id),
      nashConv: nashConv,
      relativeNashConv: game.payoffRange > 0 ? nashConv / game.payoffRange : 0,
      onPathNashConv: judged.nashConv(onPath: occupancies),
      verdict: isNearEquilibrium ? (isNear ? .selects : .unknown) : .notEquilibrium)
  }

  private func nearest(
    _ entry: KnownEquilibrium, _ metric: OccupancyDistance, _ options: [[OccupancyDistance.Option]]?
  ) -> OccupancyDistance.Nearest {
    if let options, let components = entry.components {
      return metric.nearest(
        options.indices.map { state in
          options[state].filter { $0.component == components[state] }
        })
    }
    var best = metric.distance(to: entry.points[0])
    for point in entry.points.dropFirst() {
      let nearest = metric.distance(to: point)
      if nearest.precedes(best) { best = nearest }
    }
    return best
  }
}
