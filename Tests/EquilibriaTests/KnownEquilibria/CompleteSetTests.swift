import Environments
import Testing

@testable import Equilibria

/// Sets that are known to be complete: every state a game of its own.
struct CompleteSetTests {
  /// Battle of the sexes: (2, 1), (1, 2) and the mixture (2/3, 1/3), (1/3, 2/3) worth 2/3 to both.
  @Test func `battle of the sexes has three, in order of the first value`() throws {
    let game = try matrixGame([[2, 0], [0, 1]], [[1, 0], [0, 2]])
    let known = try EquilibriumSearch().solve(game)
    #expect(known.completeness == .all)
    #expect(known.count == 3)
    #expect(known.isListed)
    #expect(apart(known.initialValues, [[2.0 / 3, 2.0 / 3], [1, 2], [2, 1]]) < 1e-12)
    #expect(apart(known.entries[0].profile.laws[0], [[2.0 / 3, 1.0 / 3]]) < 1e-12)
    #expect(known.entries.map(\.label) == ["E1", "E2", "E3"])
    for entry in known.entries { #expect(entry.certificate.isCertified && !entry.isContinuum) }
  }

  /// The same set for every discount: values are the stage's over 1 − δ.
  @Test(arguments: [0, 0.5, 0.95])
  func `a repeated game has the stationary equilibria of its stage`(discount: Double) throws {
    let dilemma = try matrixGame([[3, 0], [5, 1]], [[3, 5], [0, 1]], discount: discount)
    let known = try EquilibriumSearch().solve(dilemma)
    #expect(known.completeness == .all)
    #expect(known.count == 1)
    #expect(known.entries[0].profile.laws == [[[0, 1]], [[0, 1]]])
    #expect(abs(known.entries[0].initialValues[0] - 1 / (1 - discount)) < 1e-12)
  }

  /// 3 × 3 coordination: one equilibrium per nonempty set of actions, worth 1/size.
  @Test func `coordination on three actions has seven, mirror images of themselves`() throws {
    let identity: [[Double]] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    let known = try EquilibriumSearch().solve(
      matrixGame(identity, identity, discount: 0.5, mirror: true))
    #expect(known.completeness == .all)
    let values = [1.0 / 3, 0.5, 0.5, 0.5, 1, 1, 1].map { [2 * $0, 2 * $0] }
    #expect(apart(known.initialValues, values) < 1e-12)
    for entry in known.entries {
      #expect(entry.isSymmetric == true && entry.image == entry.id)
      #expect(entry.classLabel == entry.label)
    }
  }

  /// Chicken: two asymmetric equilibria that are images of each other, and a symmetric one.
  @Test func `mirror images are linked`() throws {
    let known = try EquilibriumSearch().solve(
      matrixGame([[0, 7], [2, 6]], [[0, 2], [7, 6]], mirror: true))
    #expect(
      known.initialValues.map { $0.map { ($0 * 1000).rounded() } }
        == [[2000, 7000], [4667, 4667], [7000, 2000]])
    #expect(known.entries.map(\.image) == [3, 2, 1])
    #expect(known.entries.map(\.isSymmetric) == [false, true, false])
    #expect(known.entries.map(\.classLabel) == ["E1/E3", "E2", "E1/E3"])
  }

  /// A = B = [[1, 1], [1, 0]]: the equilibria are {top} × Δ and Δ × {left}, two edges that meet.
  @Test func `a bent continuum is one entry, and the distance to it is to its nearest point`()
    throws
  {
    let table: [[Double]] = [[1, 1], [1, 0]]
    let game = try matrixGame(table, table, mirror: true)
    let known = try EquilibriumSearch().solve(game)
    #expect(known.completeness == .all)
    #expect(known.count == 1)
    let entry = try #require(known.entries.first)
    #expect(entry.isContinuum && entry.isSymmetric == true)
    #expect(known.states?[0].components[0].equilibria.count == 3)
    #expect(known.states?[0].components[0].pieces.count == 2)
    // (0.8, 0.2) against (0.7, 0.3): 0.2 from the edge {top} × Δ, 0.3 from Δ × {left}, and 0.3 from
    // the nearest extreme equilibrium.
    let match = try known.match(Profile(laws: [[[0.8, 0.2]], [[0.7, 0.3]]]))
    #expect(abs(match.distance! - 0.2) < 1e-12)
    #expect(apart(match.nearest!.laws.flatMap(\.self), [[1, 0], [0.7, 0.3]]) < 1e-12)
  }

  /// Nature moves between two games, whatever the players do.
  @Test func `moves of nature leave a product of the states' sets`() throws {
    let game = try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [0.9, 0.8], initial: [1, 0]
    ) { state, joint, row in
      let (i, j) = (joint[0], joint[1])
      row.pay(0, i == j ? (state == 0 ? [2, 1][i] : 1) : 0)
      row.pay(1, i == j ? (state == 0 ? [1, 2][i] : 1) : 0)
      row.move(to: 0, probability: state == 0 ? 0.3 : 0.6)
      row.move(to: 1, probability: state == 0 ? 0.7 : 0.4)
    }
    #expect(game.hasSeparateStates)
    let known = try EquilibriumSearch().solve(game)
    #expect(known.completeness == .all)
    #expect(known.count == 9)
    #expect(known.entries.map(\.id) == Array(1...9))
    for entry in known.entries { #expect(entry.certificate.isCertified) }
    // Independently: every pure equilibrium of the whole game, by trying all sixteen profiles.
    let pure = try pureStationaryEquilibria(game)
    #expect(pure.count == 4)
    for profile in pure { #expect(try known.match(profile).distance == 0) }
  }

  /// Twelve states of battle of the sexes: 3¹² equilibria, none written out, matching still works.
  @Test func `large products are not multiplied out`() throws {
    let states = 12
    let game = try StochasticGame(
      actionCounts: Array(repeating: [2, 2], count: states), discounts: [0.9, 0.9],
      initial: (0..<states).map { $0 == 0 ? 1 : 0 }
    ) { state, joint, row in
      row.pay(0, joint[0] == joint[1] ? [2, 1][joint[0]] : 0)
      row.pay(1, joint[0] == joint[1] ? [1, 2][joint[0]] : 0)
      row.move(to: (state + 1) % states, probability: 1)
    }
    let known = try EquilibriumSearch().solve(game)
    #expect(known.completeness == .all)
    #expect(known.count == 531_441)
    #expect(known.entries.isEmpty && !known.isListed)
    // Action (s mod 2) by both at state s, slightly shaken at state 0.
    var profile = Profile(
      (0..<2).map { game.purePolicy($0, (0..<states).map { $0 % 2 }) })
    profile[0].setLaw([0.9, 0.1], at: 0)
    let match = try known.match(profile)
    // Occupancy of state 0: (1 − δ) Σ δ^(12 k) = 0.1 / (1 − 0.9¹²).
    var power = 1.0
    for _ in 0..<12 { power *= 0.9 }
    #expect(abs(match.distance! - 0.1 * 0.1 / (1 - power)) < 1e-12)
    let components = try #require(known.states?.map(\.components))
    let expected = (0..<states).map { state in
      let number = components[state].firstIndex { $0.equilibria[0][0][state % 2] == 1 }!
      return "\(state):\(number + 1)"
    }
    #expect(match.label == expected.joined(separator: " "))
    #expect(match.id == nil)
  }

  /// Played for one period, the two-state game is a one-shot game at each state: nobody works, and
  /// the rules of the dynamic game are kept for the record.
  @Test func `a game of one period is separate`() throws {
    let game = try TwoStates().stochasticGame()
    #expect(!game.hasSeparateStates)
    let once = try game.forOnePeriod()
    #expect(once.discounts == [0, 0])
    #expect(once.payoffs == game.payoffs && once.probabilities == game.probabilities)
    let known = try EquilibriumSearch().solve(once)
    #expect(known.completeness == .all && known.count == 1)
    #expect(known.entries[0].profile.laws == [[[1, 0], [1, 0]], [[1, 0], [1, 0]]])
  }

  /// What makes states separate, and what does not.
  @Test func `separateness is exact`() throws {
    // The rivals' future depends on player 0, who does not care: separate.
    func game(discounts: [Double], mover: Int, ends: Bool = false) throws -> StochasticGame {
      try StochasticGame(
        actionCounts: [[2, 2], [2, 2], [1, 1]], discounts: discounts, initial: [1, 0, 0],
        terminal: [2]
      ) { state, joint, row in
        row.pay(0, Double(joint[0] + state))
        row.pay(1, Double(joint[1]))
        row.move(to: ends ? 2 : joint[mover], probability: 1)
      }
    }
    #expect(try game(discounts: [0, 0.9], mover: 0).hasSeparateStates)
    #expect(try !game(discounts: [0, 0.9], mover: 1).hasSeparateStates)
    #expect(try !game(discounts: [0.9, 0.9], mover: 0).hasSeparateStates)
    #expect(try game(discounts: [0, 0], mover: 0).hasSeparateStates)
    #expect(try game(discounts: [0.9, 0.9], mover: 0, ends: true).hasSeparateStates)
    // One state, but the future of some rows counts for more: today matters.
    let growing = try StochasticGame(
      actionCounts: [[2, 2]], discounts: [0.5, 0.5], initial: [1]
    ) { _, joint, row in
      row.pay(0, 1)
      row.pay(1, 1)
      row.grow(by: joint == [1, 1] ? 1.2 : 1)
      row.move(to: 0, probability: 1)
    }
    #expect(!growing.hasSeparateStates)
    #expect(try KnownEquilibria.complete(of: growing) == nil)
  }

  /// One player: the best actions, mixtures of them included.
  @Test func `a single decision maker's ties are a continuum`() throws {
    let game = try StochasticGame(actionCounts: [[3]], discounts: [0.5], initial: [1]) {
      _, joint, row in
      row.pay(0, joint[0] == 1 ? 0 : 1)
      row.move(to: 0, probability: 1)
    }
    let known = try EquilibriumSearch().solve(game)
    #expect(known.completeness == .all)
    #expect(known.count == 1)
    #expect(abs(try known.match(Profile(laws: [[[0.5, 0.2, 0.3]]])).distance! - 0.2) < 1e-12)
  }

  /// Matching pennies with a third player who only watches is two-player; three who choose are not.
  @Test func `three players are searched, not enumerated`() throws {
    let watched = try StochasticGame(
      actionCounts: [[2, 1, 2]], discounts: [0, 0, 0], initial: [1]
    ) {
      _, joint, row in
      row.pay(0, joint[0] == joint[2] ? 1 : -1)
      row.pay(2, joint[0] == joint[2] ? -1 : 1)
      row.move(to: 0, probability: 1)
    }
    let one = try EquilibriumSearch().solve(watched)
    #expect(one.completeness == .all)
    #expect(one.entries.map(\.profile.laws) == [[[[0.5, 0.5]], [[1]], [[0.5, 0.5]]]])
    // All three are paid if all do the same; 0, 0, 0 and 1, 1, 1 are strict.
    let three = try StochasticGame(actionCounts: [[2, 2, 2]], discounts: [0, 0, 0], initial: [1]) {
      _, joint, row in
      if Set(joint).count == 1 { for player in 0..<3 { row.pay(player, Double(1 + joint[0])) } }
      row.move(to: 0, probability: 1)
    }
    let found = try EquilibriumSearch().solve(three)
    #expect(found.completeness == .found)
    for profile in try pureStationaryEquilibria(three) where profile.laws[0] == profile.laws[1] {
      #expect(try found.match(profile).distance == 0)
    }
  }
}
