import Environments

@testable import Equilibria

/// A one-shot or repeated game from two payoff matrices, one state.
func matrixGame(
  _ a: [[Double]], _ b: [[Double]], discount: Double = 0, mirror: Bool = false
) throws -> StochasticGame {
  try StochasticGame(
    actionCounts: [[a.count, a[0].count]], discounts: [discount, discount], initial: [1],
    mirror: mirror ? [0] : nil
  ) { _, joint, row in
    row.pay(0, a[joint[0]][joint[1]])
    row.pay(1, b[joint[0]][joint[1]])
    row.move(to: 0, probability: 1)
  }
}

/// Every pure equilibrium of a game, by trying every pure profile.
func pureStationaryEquilibria(_ game: StochasticGame) throws -> [Profile] {
  var profiles: [[[Int]]] = [[]]
  for player in 0..<game.playerCount {
    var rules: [[Int]] = [[]]
    for state in 0..<game.stateCount {
      rules = rules.flatMap { rule in
        (0..<game.actionCount(player, at: state)).map { rule + [$0] }
      }
    }
    profiles = profiles.flatMap { profile in rules.map { profile + [$0] } }
  }
  return try profiles.compactMap { actions in
    let profile = Profile(actions.indices.map { game.purePolicy($0, actions[$0]) })
    return try Certificate(game, profile).isCertified ? profile : nil
  }
}

extension KnownEquilibria {
  /// The values of the entries under the initial law, `[entry][player]`.
  var initialValues: [[Double]] { entries.map(\.initialValues) }
}
