import Environments
import Synchronization
import Testing

@testable import Equilibria

/// Found sets: certified, deterministic, closed under the mirror.
struct EquilibriumSearchTests {
  /// Two symmetric regimes of one game: a pure one worth −0.80808081, a mixed one worth −2.78351548
  /// (independent solver, see docs/compute-race.md).
  @Test func `both regimes of the race at omega 1 are found`() throws {
    let race = try ComputeRace(scenario: "stable-parity", ["omega": 1])
    let known = try EquilibriumSearch().solve(race.stochasticGame())
    #expect(known.completeness == .found)
    let symmetric = known.entries.filter { $0.isSymmetric == true }.map { $0.initialValues[0] }
    for value in [-0.80808081, -2.78351548] {
      #expect(symmetric.contains { abs($0 - value) < 1e-7 }, "\(symmetric)")
    }
    expectClosed(known)
  }

  /// A symmetric equilibrium and a permanent leader on either side.
  @Test func `tipping has its symmetric and asymmetric equilibria`() throws {
    let race = try ComputeRace(scenario: "tipping")
    let game = try race.stochasticGame()
    let known = try EquilibriumSearch().solve(game)
    for values in [[-7.51833820, -7.51833820], [-7.437, 18.465], [18.465, -7.437]] {
      let tolerance = values[0] == values[1] ? 1e-7 : 1e-3
      #expect(
        known.entries.contains { apart($0.initialValues, values) < tolerance },
        "\(known.initialValues)")
    }
    expectClosed(known)
    // A learner's policy: a leader's equilibrium with some exploration left, and uniform play where
    // the path does not go. From it the search finds that equilibrium again, without drawn starts.
    let leader = try #require(
      known.entries.first { apart($0.initialValues, [18.465, -7.437]) < 1e-3 })
    let occupancy = try game.discountedOccupancy(of: leader.profile, for: 0)
    var learned = game.uniformProfile
    for state in 0..<game.stateCount where occupancy[state] > 1e-6 {
      for player in 0..<2 {
        let law = leader.profile[player].law(at: state)
        learned[player].setLaw(law.map { 0.98 * $0 + 0.02 / Double(law.count) }, at: state)
      }
    }
    var search = EquilibriumSearch()
    search.configuration.starts = 0
    let again = try search.solve(game, from: [learned])
    let match = try again.match(learned)
    #expect(match.distance! <= 0.03, "\(again.initialValues)")
    let entry = try #require(again.entry(match.id!))
    #expect(apart(entry.initialValues, leader.initialValues) < 1e-6)
    #expect(again.entries.contains { $0.origin.contains("given profile 1") })
  }

  private func expectClosed(_ known: KnownEquilibria) {
    for entry in known.entries {
      #expect(entry.certificate.isCertified)
      let image = entry.image.flatMap { known.entry($0) }
      #expect(image != nil && image?.image == entry.id)
      if let image, !entry.isContinuum {
        let mirrored = known.game.mirrored(entry.profile)
        #expect(largestTotalVariation(image.profile, mirrored) <= 1e-6)
        #expect(entry.isSymmetric == (image.id == entry.id))
      }
    }
  }

  /// The list is the same on one thread and on two, and whatever was found first.
  @Test func `threads and the order of discovery do not matter`() throws {
    let game = try raceGame(["grid": 7, "actions": 4, "omega": 2, "s": 0.7])
    var search = EquilibriumSearch()
    search.configuration.starts = 12
    let two = try search.solve(game)
    search.configuration.threads = 1
    let one = try search.solve(game)
    #expect(one.entries.map(\.profile) == two.entries.map(\.profile))
    #expect(one.entries.map(\.origin) == two.entries.map(\.origin))
    #expect(one.entries.map(\.hits) == two.entries.map(\.hits))
    #expect(one.note == two.note)
    let listed = two.entries.flatMap { entry in entry.points.map { ($0, entry.origin) } }
    let reversed = try KnownEquilibria(listed.reversed(), of: game)
    #expect(reversed.entries.map(\.profile) == two.entries.map(\.profile))
    #expect(reversed.entries.map(\.image) == two.entries.map(\.image))
  }

  /// Two states, two actions, discounts 0.8 and 0.7. All 81 combinations of supports were tried by an
  /// independent program (numpy, and scipy's fsolve from 60 drawn starts for each): values at state 0
  /// and the chances of action 1, player 0 at states 0 and 1, then player 1.
  @Test func `a small game agrees with trying all supports`() throws {
    let payoffs: [[[Double]]] = [
      [[-2.3, -3.4], [5.0, -1.9], [5.7, 1.5], [-7.4, 0.1]],
      [[-1.8, 1.3], [1.6, 1.4], [1.4, 7.4], [-3.3, -8.2]],
    ]
    let stay = [[0.7, 0.75, 0.45, 0.8], [0.3, 0.7, 0.65, 0.4]]
    let game = try StochasticGame(
      actionCounts: [[2, 2], [2, 2]], discounts: [0.8, 0.7], initial: [1, 0]
    ) { state, joint, row in
      let cell = 2 * joint[0] + joint[1]
      for player in 0..<2 { row.pay(player, payoffs[state][cell][player]) }
      row.move(to: 0, probability: stay[state][cell])
      row.move(to: 1, probability: 1 - stay[state][cell])
    }
    let expected: [(values: [Double], chances: [Double])] = [
      ([3.929543385, 0.568663523], [0.23720287, 1, 0.39653972, 0]),
      ([15.497678881, 4.794104683], [1, 0.00918802, 0, 0.4345047]),
      ([20.344827586, 11.641812865], [1, 1, 0, 0]),
      ([20.983333333, 4.890780142], [1, 0, 0, 1]),
      ([21.086956522, -0.5], [0, 1, 1, 0]),
    ]
    let known = try EquilibriumSearch().solve(game)
    #expect(known.completeness == .found)
    #expect(
      apart(known.initialValues, expected.map(\.values)) < 1e-8, "\(known.initialValues)")
    let chances = known.entries.map { entry in
      (0..<4).map { entry.profile[$0 / 2][$0 % 2, 1] }
    }
    #expect(apart(chances, expected.map(\.chances)) < 1e-7)
    // The pure ones again, by trying all sixteen profiles here.
    #expect(try pureStationaryEquilibria(game).count == 3)
  }

  /// A profile that is an equilibrium is taken as it is; its copy is no second entry.
  @Test func `given equilibria are kept and merged`() throws {
    let game = try TwoStates().stochasticGame()
    let pure = try pureStationaryEquilibria(game)
    #expect(!pure.isEmpty)
    var search = EquilibriumSearch()
    search.configuration.starts = 0
    let known = try search.solve(game, from: pure + pure)
    for profile in pure { #expect(try known.match(profile).distance! < 1e-12) }
    expectClosed(known)
    #expect(throws: GameError.self) { try search.solve(game, from: [Profile([])]) }
  }

  /// Equilibria joined by segments of equilibria are one entry: here player 1 has no stake at all.
  @Test func `a continuum found by search is one entry`() throws {
    let game = try StochasticGame(
      actionCounts: [[2, 2], [1, 1]], discounts: [0.5, 0.5], initial: [1, 0]
    ) { state, joint, row in
      row.pay(0, state == 0 ? Double(joint[0]) : 0)
      row.move(to: joint[0] == 1 ? 0 : 1, probability: 1)
    }
    #expect(!game.hasSeparateStates)
    let points = [0, 0.3, 1].map { Profile(laws: [[[0, 1], [1]], [[1 - $0, $0], [1]]]) }
    let known = try KnownEquilibria(points.map { ($0, "by hand") }, of: game)
    #expect(known.entries.count == 1)
    #expect(known.entries[0].isContinuum && known.entries[0].points.count == 3)
    // To the nearest point found, not to the segment.
    let match = try known.match(Profile(laws: [[[0, 1], [1]], [[0.6, 0.4], [1]]]))
    #expect(abs(match.distance! - 0.1) < 1e-12)
  }

  /// Limits: nothing begun counts as `at least`, also half-way.
  @Test func `a search that is cut says at least`() throws {
    let game = try raceGame(["grid": 7, "actions": 4])
    var search = EquilibriumSearch()
    search.configuration.timeLimit = 0
    let nothing = try search.solve(game)
    #expect(nothing.completeness == .atLeast && nothing.entries.isEmpty)
    search.configuration.timeLimit = nil
    search.configuration.threads = 1
    let counter = Counter()
    search.configuration.progress = { done, _ in counter.value.store(done, ordering: .relaxed) }
    search.configuration.isCancelled = { counter.value.load(ordering: .relaxed) >= 1 }
    let some = try search.solve(game)
    #expect(some.completeness == .atLeast && some.entries.count == 1)
    #expect(some.entries[0].origin == "principal logit path")
  }
}

private final class Counter: Sendable {
  let value = Atomic<Int>(0)
}
