import Environments

/// Distances of one profile to the known equilibria of its game:
///
///     d = max over players i of Σₛ μᵢ(s) TV(σᵢ(· | s), σ*ᵢ(· | s)),
///
/// with μᵢ the profile's own discounted occupancy (`StochasticGame.discountedOccupancy`).
struct OccupancyDistance {
  /// How near a set of equilibria is, and where it is nearest.
  struct Nearest {
    /// d.
    var distance: Double
    /// The mean over states where somebody decides of the largest total variation over players,
    /// visited or not: decides between equilibria that differ only where the profile never goes.
    var overall: Double
    var point: Profile
    /// The component at each state, for products.
    var components: [Int]?

    /// Nearer, counting differences of d below 1e-12 as none.
    func precedes(_ other: Nearest) -> Bool {
      abs(distance - other.distance) > 1e-12
        ? distance < other.distance : overall < other.overall - 1e-12
    }
  }

  /// One piece of one component of a state's set, seen from the profile's laws at that state.
  struct Option {
    var component: Int
    /// Total variation of each player.
    var distances: [Double]
    /// The nearest laws, `[player][action]`.
    var laws: [[Double]]
  }

  let game: StochasticGame
  let profile: Profile
  /// μᵢ(s), `[player][state]`.
  let occupancies: [[Double]]

  /// To one profile.
  func distance(to other: Profile) -> Nearest {
    var sums = [Double](repeating: 0, count: game.playerCount)
    var overall = 0.0
    var deciding = 0
    for state in 0..<game.stateCount where !game.isTerminal[state] {
      var largest = 0.0
      for player in 0..<game.playerCount {
        let apart = totalVariation(profile[player].law(at: state), other[player].law(at: state))
        sums[player] += occupancies[player][state] * apart
        largest = max(largest, apart)
      }
      overall += largest
      deciding += 1
    }
    return Nearest(
      distance: sums.max() ?? 0, overall: overall / Double(max(1, deciding)), point: other,
      components: nil)
  }

  /// Every piece of every component of every state, `[state][option]`.
  func options(_ states: [StateEquilibria]) -> [[Option]] {
    states.indices.map { state in
      let laws = (0..<game.playerCount).map { profile[$0].law(at: state) }
      return states[state].components.enumerated().flatMap { component, set in
        set.pieces.map { piece in
          let nearest = laws.indices.map { NearestMixture(of: piece[$0], to: laws[$0]) }
          return Option(
            component: component, distances: nearest.map(\.distance), laws: nearest.map(\.point))
        }
      }
    }
  }

  /// The nearest point of the product of the options' pieces, one piece per state.
  ///
  /// Within a piece players are independent, so what remains is the choice of pieces that makes the
  /// larger of the players' weighted sums smallest. Choices are extended state by state, keeping
  /// those that no other matches for every player: exact as long as at most `width` are kept, which
  /// only fails if many states trade one player's distance against another's; then the distance is
  /// attained at the point returned, but a nearer point may exist.
  func nearest(_ options: [[Option]], width: Int = 2_000) -> Nearest {
    typealias Partial = (sums: [Double], picks: [Int])
    var front: [Partial] = [([Double](repeating: 0, count: game.playerCount), [])]
    for state in options.indices {
      let weights = occupancies.map { $0[state] }
      var candidates = Array(options[state].indices)
      if weights.allSatisfy({ $0 < 1e-12 }) {
        // Never visited, up to rounding: nearest on its own terms.
        let largest = options[state].map { $0.distances.max() ?? 0 }
        candidates = [candidates.min { largest[$0] < largest[$1] }!]
      }
      var extended: [Partial] = []
      for partial in front {
        for pick in candidates {
          let distances = options[state][pick].distances
          extended.append(
            (
              zip(zip(partial.sums, weights), distances).map { $0.0 + $0.1 * $1 },
              partial.picks + [pick]
            ))
        }
      }
      front = undominated(extended)
      if front.count > width {
        front = Array(
          front.sorted { $0.sums.max() ?? 0 < $1.sums.max() ?? 0 }.prefix(width))
      }
    }
    let best = front.min { $0.sums.max() ?? 0 < $1.sums.max() ?? 0 }!
    var found = distance(
      to: KnownEquilibria.profile(game) { options[$0][best.picks[$0]].laws })
    found.components = best.picks.enumerated().map { options[$0][$1].component }
    return found
  }

  /// Drops every element that an earlier or another one matches or beats in all sums.
  private func undominated(
    _ all: [(sums: [Double], picks: [Int])]
  ) -> [(sums: [Double], picks: [Int])] {
    if all.count == 1 { return all }
    // Sorted by the first sum, an element can be beaten only by one that is kept before it.
    let order = all.indices.sorted {
      all[$0].sums != all[$1].sums
        ? all[$0].sums.lexicographicallyPrecedes(all[$1].sums) : $0 < $1
    }
    var kept: [Int] = []
    for index in order {
      let beaten = kept.contains { other in
        zip(all[other].sums, all[index].sums).allSatisfy { $0 <= $1 }
      }
      if !beaten { kept.append(index) }
    }
    return kept.map { all[$0] }
  }
}
