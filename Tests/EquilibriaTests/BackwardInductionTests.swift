import Environments
import Testing

@testable import Equilibria

private struct FiniteFile: Decodable {
  struct Figures: Decodable {
    let maxRegret: Double
    let exploitability: Double
    let nashConv: [Double]
    let supportGap: Double
    let symmetryGap: Double
  }
  struct Stationary: Decodable {
    let values: [[Double]]
    let maxRegret: Double
    let exploitability: Double
    let nashConv: [Double]
    let supportGap: Double
    let symmetryGap: Double
  }
  struct Case: Decodable {
    let name: String
    let parameters: [String: Double]
    let horizon: Int
    let selection: SelectionRule
    let values: [[Double]]
    let policies: [[[Double]]]
    let statesWithSeveral: Int
    let statesWithNone: Int
    let certificate: Figures
    let asStationary: Stationary
    let fragile: Bool
  }
  let cases: [Case]
}

/// No case comes within 1e-9 of another choice. Values are below 100 and ten periods add roundings
/// of sparse rows and of one small solve each: 1e-10.
@Test func `finite equilibria equal an independent program's under every selection rule`() throws {
  let file: FiniteFile = try Fixture.load("race-finite")
  #expect(file.cases.count == 23)
  #expect(Set(file.cases.map(\.selection)) == Set(SelectionRule.allCases))
  for example in file.cases {
    #expect(!example.fragile)
    let game = try raceGame(example.parameters)
    let solver = BackwardInduction(horizon: example.horizon, selection: example.selection)
    let solution = try solver.solve(game)
    #expect(solution.profiles.count == example.horizon)
    #expect(apart(solution.values[0], example.values) <= 1e-10, "\(example.name)")
    for player in 0..<2 {
      #expect(
        apart(solution.profiles[0][player].laws, example.policies[player]) <= 1e-10,
        "\(example.name)")
    }
    #expect(solution.counts.several == example.statesWithSeveral, "\(example.name)")
    #expect(solution.counts.none == example.statesWithNone, "\(example.name)")
    let certificate = try Certificate(game, periods: solution.profiles, reported: solution.values)
    #expect(certificate.exploitability <= 1e-11, "\(example.name)")
    #expect(certificate.isCertified)
    #expect(certificate.symmetryGap! <= 1e-12)
    #expect(certificate.valueResidual! <= 1e-12)
    // The first period's profile played for ever is in general no equilibrium, and must say so.
    let forever = try Certificate(game, solution.profiles[0])
    #expect(apart(forever.values, example.asStationary.values) <= 1e-9, "\(example.name)")
    #expect(abs(forever.maxRegret - example.asStationary.maxRegret) <= 1e-9)
    #expect(abs(forever.exploitability - example.asStationary.exploitability) <= 1e-9)
    #expect(apart(forever.nashConv, example.asStationary.nashConv) <= 1e-9)
  }
}

@Test func `one period is the stage game, and a longer horizon ends with it`() throws {
  let game = try raceGame(["s": 0.3, "omega": 1.5])
  let once = try BackwardInduction(horizon: 1).solve(game)
  let longer = try BackwardInduction(horizon: 3).solve(game)
  #expect(longer.profiles[2] == once.profiles[0])
  #expect(longer.values[2] == once.values[0])
  for state in 0..<21 {
    let stage = try BimatrixGame(
      rows: 9, columns: 9,
      rowPayoffs: (0..<81).map { game.payoff(0, row: game.jointOffsets[state] + $0) },
      columnPayoffs: (0..<81).map { game.payoff(1, row: game.jointOffsets[state] + $0) })
    let laws = (0..<2).map { once.profiles[0][$0].law(at: state) }
    if laws.allSatisfy({ $0.contains(1) }) {
      let chosen = PureProfile(
        row: once.profiles[0][0].mode(at: state), column: once.profiles[0][1].mode(at: state))
      #expect(PureEquilibria.all(of: stage).contains(chosen))
    } else {
      #expect(PureEquilibria.all(of: stage).allSatisfy { $0.row != $0.column })
    }
  }
}

/// Backward induction for one player, written naively; ties are measured zero on random games.
@Test func `with one player it is dynamic programming`() throws {
  for seed in 0..<5 as Range<UInt64> {
    var draw = Drawer(seed: 300 + seed)
    let game = try draw.game(states: 4, actions: [3], discounts: [0.9])
    let solution = try BackwardInduction(horizon: 6).solve(game)
    var values = [Double](repeating: 0, count: 4)
    for period in (0..<6).reversed() {
      var next = values
      for state in 0..<4 {
        let worth = (0..<3).map { action in
          let row = game.row(state, [action])
          return game.payoff(0, row: row)
            + 0.9
            * (0..<4).reduce(0) { $0 + game.probability(row: row, to: $1) * values[$1] }
        }
        next[state] = worth.max()!
        #expect(solution.profiles[period][0].mode(at: state) == worth.firstIndex(of: next[state]))
      }
      values = next
      #expect(apart(solution.values[period][0], values) <= 1e-14)
    }
    #expect(solution.counts.none == 0)
  }
}

@Test func `a single player's ties follow the rule`() throws {
  let game = try StochasticGame(actionCounts: [[4]], discounts: [0.5], initial: [1]) {
    _, joint, row in
    row.pay(0, [0, 1, 1, 0.5][joint[0]])
    row.move(to: 0, probability: 1)
  }
  for (rule, action) in [(SelectionRule.joint, 1), (.low, 1), (.high, 2)] {
    let solution = try BackwardInduction(horizon: 1, selection: rule).solve(game)
    #expect(solution.profiles[0][0].mode(at: 0) == action)
    #expect(solution.counts.several == 1)
  }
}

/// Everybody matching everybody: three players paid 1 where all choose alike, twice as much at 1.
/// From (0, 0, 0), (1, 1, 1) and (2, 2, 2) nobody gains by moving alone; nor, for want of a move
/// that makes all alike, where all three differ.
@Test func `three players with pure equilibria are solved under every rule`() throws {
  let game = try StochasticGame(
    actionCounts: [[3, 3, 3]], discounts: [0.5, 0.5, 0.5], initial: [1]
  ) { _, joint, row in
    let alike = Set(joint).count == 1
    for player in 0..<3 { row.pay(player, alike ? [1, 2, 1][joint[0]] : -1) }
    row.move(to: 0, probability: 1)
  }
  for (rule, action) in [(SelectionRule.joint, 1), (.low, 0), (.high, 2), (.nearest, 1)] {
    let solution = try BackwardInduction(horizon: 2, selection: rule).solve(game)
    for period in 0..<2 {
      for player in 0..<3 {
        #expect(solution.profiles[period][player].mode(at: 0) == action)
      }
    }
    let stake = action == 1 ? 2.0 : 1
    #expect(solution.values[0] == [[1.5 * stake], [1.5 * stake], [1.5 * stake]])
    #expect(
      solution.counts
        == {
          var counts = SelectionCounts(); counts.several = 2; return counts
        }())
    #expect(try Certificate(game, periods: solution.profiles).exploitability == 0)
  }
}

/// Player 0 wants to match 1, player 1 to match 2, player 2 to differ from 0: following the wishes
/// round leads to a contradiction, so no pure profile pleases all three.
@Test func `three players without a pure equilibrium are an error that names the state`() throws {
  let game = try StochasticGame(
    actionCounts: [[2, 2, 2]], discounts: [0.5, 0.5, 0.5], initial: [1],
    stateLabels: [.text("ring")]
  ) { _, joint, row in
    row.pay(0, joint[0] == joint[1] ? 1 : 0)
    row.pay(1, joint[1] == joint[2] ? 1 : 0)
    row.pay(2, joint[2] != joint[0] ? 1 : 0)
    row.move(to: 0, probability: 1)
  }
  let error = #expect(throws: StageSelectionError.self) {
    _ = try BackwardInduction(horizon: 2).solve(game)
  }
  #expect(error?.description.contains("state ring has 3 players") == true)
}

/// In the last periods both states are as by hand: with one period left nobody works; with two
/// left a worker pays 1 to be rich once more, 0.9 · 2, which is worth it for one alone.
@Test func `two-states by hand over two periods`() throws {
  let game = try TwoStates().stochasticGame()
  let solution = try BackwardInduction(horizon: 2).solve(game)
  #expect(solution.values[1] == [[2, 0], [2, 0]])
  #expect(solution.profiles[1].laws == [[[1, 0], [1, 0]], [[1, 0], [1, 0]]])
  // Two left, rich: rest pays 2 + 0.9 · 2 p, work 1 + 1.8. Both states are their own mirror, so
  // only symmetric play is admitted: p = 0.8/1.8 and the value 2.8. Poor: working pays
  // −1 + 1.8 if the other works too, else −1; both working (0.8) beats both resting (0) in sum.
  #expect(abs(solution.profiles[0][0][0, 1] - 0.8 / 1.8) <= 1e-12)
  #expect(apart(solution.values[0], [[2.8, 0.8], [2.8, 0.8]]) <= 1e-12)
  #expect(solution.profiles[0][0].law(at: 1) == [0, 1])
}

/// A base of 5 adds 5 (1 + β + …) to every value and nothing to any comparison.
@Test func `a base moves values and no policy`() throws {
  for rule in SelectionRule.allCases {
    let plain = try BackwardInduction(horizon: 6, selection: rule)
      .solve(raceGame(["omega": 1.5, "s": 0.6]))
    let raised = try BackwardInduction(horizon: 6, selection: rule)
      .solve(raceGame(["omega": 1.5, "s": 0.6, "base": 5]))
    var worth = 0.0
    for period in (0..<6).reversed() {
      worth = 5 + 0.95 * worth
      for player in 0..<2 {
        #expect(
          apart(
            raised.profiles[period][player].laws, plain.profiles[period][player].laws) <= 1e-10)
        #expect(
          apart(
            raised.values[period][player], plain.values[period][player].map { $0 + worth })
            <= 1e-11)
      }
    }
  }
}

@Test func `solutions of the race are their own mirror image`() throws {
  let game = try ComputeRace(scenario: "contested").stochasticGame()
  let solution = try BackwardInduction(horizon: 8).solve(game)
  for period in 0..<8 {
    #expect(game.mirrored(solution.profiles[period]) == solution.profiles[period])
    #expect(solution.values[period][0] == solution.values[period][1].reversed())
  }
}
