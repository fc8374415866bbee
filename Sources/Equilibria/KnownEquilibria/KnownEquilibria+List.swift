import Environments

extension KnownEquilibria {
  /// Merges certified candidates into a list.
  init(
    merging candidates: [EquilibriumCandidate], of game: StochasticGame,
    completeness: Completeness, note: String
  ) throws {
    var distinct: [(candidate: EquilibriumCandidate, hits: Int)] = []
    for candidate in candidates {
      if let known = distinct.firstIndex(where: {
        largestTotalVariation($0.candidate.profile, candidate.profile) <= Self.mergeTolerance
      }) {
        distinct[known].hits += 1
      } else {
        distinct.append((candidate, 1))
      }
    }
    let groups = try Self.linked(distinct.map(\.candidate), game)
    let unplaced = groups.map { members in
      // The point that stands for a continuum is the first in the order, not the first found.
      let points = members.map { distinct[$0].candidate }.map { point in
        (
          point: point,
          key: UnplacedEquilibrium(points: [point], isContinuum: false, hits: 0).sortKey(game)
        )
      }.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.point)
      return UnplacedEquilibrium(
        points: points, isContinuum: points.count > 1,
        hits: members.reduce(0) { $0 + distinct[$1].hits })
    }
    let entries = Self.place(unplaced, of: game) { index in
      guard game.mirror != nil else { return nil }
      let image = game.mirrored(unplaced[index].points[0].profile)
      // Itself first: a symmetric continuum may hold the image of any of its points.
      return ([index] + unplaced.indices).first { other in
        unplaced[other].points.contains {
          largestTotalVariation($0.profile, image) <= Self.mergeTolerance
        }
      }
    }
    self.init(
      game: game, completeness: completeness, entries: entries, states: nil, note: note)
  }

  /// Groups equilibria that are joined by a segment of equilibria, as certified at three of its
  /// points; ascending, in order of their first member.
  private static func linked(
    _ candidates: [EquilibriumCandidate], _ game: StochasticGame
  ) throws -> [[Int]] {
    var group = Array(candidates.indices)
    for second in candidates.indices {
      for first in 0..<second where group[first] != group[second] {
        guard try isSegment(candidates[first].profile, candidates[second].profile, game) else {
          continue
        }
        let (kept, merged) = (min(group[first], group[second]), max(group[first], group[second]))
        for index in group.indices where group[index] == merged { group[index] = kept }
      }
    }
    return Set(group).sorted().map { number in group.indices.filter { group[$0] == number } }
  }

  private static func isSegment(
    _ first: Profile, _ second: Profile, _ game: StochasticGame
  ) throws -> Bool {
    for share in [0.5, 0.25, 0.75] {
      let between = mixture(first, second, share: share)
      // One-shot gains are cheap and bound exploitability from below: most pairs end here.
      let values = try game.values(of: between)
      let tolerance = 1e-9 * (1 + game.payoffRange)
      for player in 0..<game.playerCount {
        let worth = game.actionValues(of: player, against: between, values: values[player])
        for state in 0..<game.stateCount {
          for entry in between[player].offsets[state]..<between[player].offsets[state + 1]
          where worth[entry] - values[player][state] > tolerance {
            return false
          }
        }
      }
      guard try Certificate(game, between).isCertified else { return false }
    }
    return true
  }
}
