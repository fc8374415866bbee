import Environments
import Equilibria
import Testing

/// The long-run law over joint actions, and the cycles of pure play.
@Suite struct LongRunPlayTests {
  /// Mean over dates of the law over rows, by carrying the law over states forward: 1/T Σ μ Pᵗ with
  /// nothing but the game's own tables.
  private func averaged(
    _ game: StochasticGame, _ profile: Profile, from initial: [Double], dates: Int, skip: Int
  ) -> [Double] {
    var law = initial
    var rows = [Double](repeating: 0, count: game.rowCount)
    for date in 0..<(skip + dates) {
      var next = [Double](repeating: 0, count: game.stateCount)
      for state in 0..<game.stateCount where law[state] > 0 {
        for row in game.jointOffsets[state]..<game.jointOffsets[state + 1] {
          let joint = game.jointAction(ofRow: row, at: state)
          var weight = law[state]
          for player in 0..<game.playerCount { weight *= profile[player][state, joint[player]] }
          if date >= skip { rows[row] += weight / Double(dates) }
          for other in 0..<game.stateCount {
            next[other] += weight * game.probability(row: row, to: other)
          }
        }
      }
      law = next
    }
    return rows
  }

  private func dense(_ law: RowLaw, _ game: StochasticGame) -> [Double] {
    var rows = [Double](repeating: 0, count: game.rowCount)
    for entry in law.entries {
      #expect(game.jointOffsets[entry.state]..<game.jointOffsets[entry.state + 1] ~= entry.row)
      rows[entry.row] += entry.probability
    }
    return rows
  }

  /// Moves of at least 1/30 between 5 states under mixed play: a chain whose distance to its
  /// stationary law shrinks by a third or more each period, so that 200 periods are beyond rounding.
  @Test(arguments: UInt64(1)...8) func `mixed play of random games`(seed: UInt64) throws {
    var drawer = Drawer(seed: seed)
    let drawn = try drawer.game(states: 5, actions: [2, 3], discounts: [0.9, 0.9])
    let game = try StochasticGame(
      actionCounts: Array(repeating: [2, 3], count: 5), discounts: [0.9, 0.9],
      initial: [1, 0, 0, 0, 0]
    ) { state, joint, row in
      for next in 0..<5 {
        let p = drawn.probability(row: drawn.row(state, joint), to: next)
        row.move(to: next, probability: (p + 0.2) / 2)
      }
    }
    let profile = drawer.profile(of: game)
    let law = try game.longRunPlay(of: profile, fromState: 3)
    let expected = averaged(game, profile, from: [0, 0, 0, 1, 0], dates: 1, skip: 200)
    #expect(apart(dense(law, game), expected) <= 1e-13)
    #expect(abs(law.stateLaw(in: game).reduce(0, +) - 1) <= 1e-13)
  }

  /// Three states: from the first, chance leads to a rest in the second (1/4) or to a cycle of the
  /// third and fourth (3/4); by hand, and by averaging over 2,000 dates after 200, of which the even
  /// number takes every cycle whole.
  @Test func `chance chooses between classes`() throws {
    let game = try StochasticGame(
      actionCounts: Array(repeating: [1, 2], count: 4), discounts: [0.9, 0.9],
      initial: [1, 0, 0, 0]
    ) { state, joint, row in
      switch (state, joint[1]) {
      case (0, _):
        row.move(to: 0, probability: 0.5)
        row.move(to: 1, probability: 0.125)
        row.move(to: 2, probability: 0.375)
      case (1, _): row.move(to: 1, probability: 1)
      default: row.move(to: 5 - state, probability: 1)
      }
    }
    let half = game.uniformProfile
    let law = try game.longRunPlay(of: half)
    let expected = [0, 0, 0.125, 0.125, 0.1875, 0.1875, 0.1875, 0.1875]
    #expect(apart(dense(law, game), expected) <= 1e-15)
    let averages = averaged(game, half, from: game.initial, dates: 2000, skip: 200)
    #expect(apart(averages, expected) <= 1e-12)
    #expect(try game.limitCycle(of: half, from: 2) == nil)
  }

  /// Tit for tat from "you cooperated, I defected": both copy the other, and play alternates between
  /// CD and DC for ever. States are start, CC, CD, DC, DD.
  @Test func `tit for tat alternates`() throws {
    let game = try PrisonersDilemma().stochasticGame()
    let profile = Profile([
      game.purePolicy(0, [0, 0, 1, 0, 1]), game.purePolicy(1, [0, 0, 0, 1, 1]),
    ])
    let cycle = try #require(try game.limitCycle(of: profile, from: 2))
    #expect(cycle.states == [2, 3])
    #expect(cycle.rows == [game.row(2, [1, 0]), game.row(3, [0, 1])])
    #expect(cycle.lead == 0)
    let law = try game.longRunPlay(of: profile, fromState: 2)
    #expect(law.entries.map(\.row) == cycle.rows)
    #expect(law.entries.map(\.probability) == [0.5, 0.5])
    #expect(law.meanPayoff(0, in: game) == 2.5)
    // From the start both cooperate for ever, one period later.
    let calm = try #require(try game.limitCycle(of: profile, from: 0))
    #expect(calm.states == [1])
    #expect(calm.lead == 1)
    #expect(calm.length == 1)
    // From a uniform law: CC from start and CC, the alternation from CD and DC, DD from DD.
    let mean = try game.longRunPlay(of: profile, from: Array(repeating: 0.2, count: 5))
    #expect(apart(mean.stateLaw(in: game), [0, 0.4, 0.2, 0.2, 0.2]) <= 1e-15)
  }

  /// A random pure profile in the pricing game with 225 states: following play 300 periods enters
  /// the cycle, and 225!-free averaging over its own length gives the same law.
  @Test(arguments: UInt64(1)...5) func `pure play of the pricing game`(seed: UInt64) throws {
    var drawer = Drawer(seed: seed)
    let game = try LogitBertrand().stochasticGame()
    let actions = (0..<2).map { _ in (0..<225).map { _ in drawer.index(15) } }
    let profile = Profile((0..<2).map { game.purePolicy($0, actions[$0]) })
    let start = drawer.index(225)
    let cycle = try #require(try game.limitCycle(of: profile, from: start))
    // Brute force: the state after t periods is a table look-up.
    var path = [start]
    for _ in 0..<600 {
      let state = path[path.count - 1]
      path.append(actions[0][state] * 15 + actions[1][state])
    }
    let length = try #require((1...225).first { path[300] == path[300 + $0] })
    #expect(cycle.length == length)
    #expect(Set(cycle.states) == Set(path[300..<(300 + length)]))
    #expect(cycle.lead == path.firstIndex { cycle.states.contains($0) })
    let law = try game.longRunPlay(of: profile, fromState: start)
    #expect(law.entries.map(\.state) == cycle.states.sorted())
    #expect(law.entries.allSatisfy { abs($0.probability - 1 / Double(length)) <= 1e-15 })
    // Over all starts, the mean of the 225 laws.
    var mean = [Double](repeating: 0, count: 225)
    for state in 0..<225 {
      let own = try #require(try game.limitCycle(of: profile, from: state))
      for visited in own.states { mean[visited] += 1 / Double(225 * own.length) }
    }
    #expect(apart(try game.longRunPlay(of: profile).stateLaw(in: game), mean) <= 1e-14)
  }

  /// The race's report averages over the law of states, these measures over that of rows.
  @Test func `measures of the race agree with its report`() throws {
    for scenario in ["stable-parity", "saturated"] {
      let (race, game, profile, values) = try raceSolution(scenario)
      let report = try RaceReport(race: race, game: game, profile: profile, values: values)
      let play = try game.longRunPlay(of: profile, fromState: race.parity)
      let found = Dictionary(
        uniqueKeysWithValues: zip(
          race.measureNames, try race.measures(of: play, in: game)))
      #expect(abs(found["compute_price"]! - report.meanPrice) <= 1e-12)
      #expect(abs(found["utilisation"]! - report.meanUtilisation) <= 1e-12)
      #expect(
        abs(found["training_mean/1"]! - report.longRun.mean(report.meanTraining[0])) <= 1e-12)
      #expect(abs(found["gap_mean"]! - report.longRun.mean(report.gaps)) <= 1e-12)
    }
  }

  @Test func `impossible requests are refused`() throws {
    let game = try PrisonersDilemma().stochasticGame()
    let profile = game.uniformProfile
    #expect(throws: GameError.self) { try game.longRunPlay(of: profile, fromState: 5) }
    #expect(throws: GameError.self) { try game.limitCycle(of: profile, from: -1) }
    #expect(throws: GameError.self) { try game.longRunPlay(of: profile, from: [1, 0, 0, 0]) }
    #expect(throws: GameError.self) {
      try game.longRunPlay(of: profile, from: [0.5, 0, 0, 0, 0.4])
    }
    #expect(throws: GameError.self) {
      try game.longRunPlay(of: Profile([profile[0]]), fromState: 0)
    }
  }
}
