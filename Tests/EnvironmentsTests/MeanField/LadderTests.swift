import Configuration
import Environments
import Foundation
import Testing

@Suite struct LadderTests {
  @Test func `twenty levels are the multiples of one twentieth`() throws {
    let game = try finite(CapacityCompetition())
    let levels = game.layout.rows(of: 3).map { game.layout.actionLabels[$0] }
    #expect(levels == (1...20).map { .number(Double($0) / 20) })
    #expect(game.layout.stateCount == 40)
    #expect(game.interactionBounds == [0...39])
  }

  /// [Eq. 6] from a draw of success and a draw of depreciation: success has probability
  /// a / (1 + a), given which the level stays with probability δ and rises otherwise; without
  /// success it falls with probability δ.
  @Test func `levels rise and fall as success and depreciation decide`() throws {
    var primitives = QualityLadder.defaults
    (primitives.depreciation, primitives.cap, primitives.actions) = (0.6, 6, 5)
    primitives.minimumAction = 0.2
    for game in [
      try finite(QualityLadder(primitives)), try finite(CapacityCompetition(primitives)),
      try finite(TwoScalarLadder(primitives)),
    ] {
      let written = tables(game, at: [2, 0.5])
      for level in 0...6 {
        for (index, row) in game.layout.rows(of: level).enumerated() {
          let action = 0.2 * Double(index + 1)
          let success = action / (1 + action)
          var expected = [Double](repeating: 0, count: 7)
          expected[min(level + 1, 6)] += success * 0.4
          expected[level] += success * 0.6
          if level == 0 {
            expected[0] += 1 - success
          } else {
            expected[level] += (1 - success) * 0.4
            expected[level - 1] += (1 - success) * 0.6
          }
          // At 0 success without loss is still needed to rise.
          for (a, b) in zip(law(game, written, row: row), expected) { #expect(abs(a - b) < 2e-16) }
        }
      }
    }
  }

  @Test func `payoffs at other parameters`() throws {
    var primitives = CapacityCompetition.defaults
    (primitives.cap, primitives.actions, primitives.cost, primitives.power) = (4, 4, 80, 1.5)
    primitives.minimumAction = 0.25
    let capacity = try finite(CapacityCompetition(alpha: 30, slope: 1.5, primitives))
    let quality = try finite(QualityLadder(market: 35, theta: 1.1, primitives))
    let pair = try finite(TwoScalarLadder(alpha: 30, slope: 1.5, coupling: 0.7, primitives))
    #expect(pair.layout.interactionNames.count == 2)
    #expect(pair.interactionBounds == [0...4, 0.25...1])
    for level in 0...4 {
      for index in 0..<4 {
        let row = 4 * level + index
        let (x, a) = (Double(level), 0.25 * Double(index + 1))
        func payoff(_ game: any MeanFieldGame) -> Double {
          tables(game, at: [2, 0.5]).payoffs[row]
        }
        #expect(abs(payoff(capacity) - (x * (30 - 1.5 * 2) - 80 * pow(a, 1.5))) < 1e-12)
        #expect(abs(payoff(quality) - (35 * pow(x + 1, 1.1) / 2 - 80 * pow(a, 1.5))) < 1e-12)
        #expect(abs(payoff(pair) - (x * (30 - 1.5 * 2) - 80 * 1.35 * pow(a, 1.5))) < 1e-12)
        #expect(pair.layout.interaction.map { $0[row] } == [x, a])
      }
    }
  }

  static let knownEquilibria: [(Double, Double, [Double])] = [
    (45, 6.798052017890, [0.340374, 0.131416, 0.015373, 0.002010]),
    (55, 10.117765828729, [0.222483, 0.097718, 0.023257, 0.003989]),
  ]

  /// Consistency at the equilibria that a separate program found, and entries of their laws.
  @Test(arguments: knownEquilibria)
  func `known equilibria of the capacity game`(alpha: Double, m: Double, shares: [Double]) throws {
    let game = try finite(CapacityCompetition(alpha: alpha))
    let found = SlowResponse(game, at: [m])
    // Iterating the law leaves up to 1e-15 / (1 − 0.9994) per state.
    #expect(abs(found.mapped[0] - m) < 1e-9)
    for (state, share) in zip([0, 1, 10, 39], shares) {
      #expect(abs(found.law[state] - share) < 1e-6)
    }
  }

  /// numpy, written from the recursion: policy iteration and least squares.
  @Test func `another program at other parameters`() throws {
    var capacity = LadderPrimitives(depreciation: 0.6, discount: 0.9, cost: 80, power: 2)
    (capacity.cap, capacity.actions, capacity.minimumAction) = (15, 7, 0.1)
    let first = SlowResponse(
      try finite(CapacityCompetition(alpha: 30, slope: 1.5, capacity)), at: [3])
    #expect(abs(first.mapped[0] - 0.11139274655953363) < 1e-11)
    #expect(first.choices == [0, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 2])
    var quality = LadderPrimitives(depreciation: 0.52, discount: 0.9, cost: 12, power: 3)
    (quality.cap, quality.actions, quality.minimumAction) = (12, 5, 0.2)
    let second = SlowResponse(
      try finite(QualityLadder(market: 35, theta: 1.1, quality)), at: [2])
    #expect(abs(second.mapped[0] - 6.643599822107507) < 1e-10)
    #expect(second.choices == [2, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3])
    let usual = SlowResponse(try finite(QualityLadder()), at: [1.481881018])
    #expect(abs(usual.mapped[0] - 1.4816292982791959) < 1e-11)
  }

  @Test func `continuous investment keeps the primitives`() throws {
    var primitives = QualityLadder.defaults
    (primitives.actions, primitives.minimumAction) = (nil, 0.1)
    guard case .ladder(let ladder) = try QualityLadder(primitives).model() else {
      Issue.record("must be continuous")
      return
    }
    #expect(ladder.top == 39 && ladder.minimumAction == 0.1 && ladder.discount == 0.95)
    #expect(abs(ladder.interactionBounds[0].upperBound - pow(40, 0.8)) < 1e-12)
    #expect(ladder.interactionBounds[0].lowerBound == 1)
    guard case .ladder(let pair) = try TwoScalarLadder().model() else {
      Issue.record("must be continuous")
      return
    }
    #expect(pair.coupling == 0.5 && pair.interactionBounds == [0...39, 0.05...1])
    #expect(pair.cost == 150 && pair.power == 3 && pair.depreciation == 0.51)
  }

  @Test func `configurations choose levels or continuity`() throws {
    func capacity(_ text: String) throws -> CapacityCompetition {
      let node = try DocumentNode(yaml: text, source: "my.yaml")
      return try CapacityCompetition(
        ParameterSet(
          node, declared: CapacityCompetition.parameters, path: "",
          position: Position(source: "my.yaml")))
    }
    guard case .ladder = try capacity("actions: continuous").model() else {
      Issue.record("must be continuous")
      return
    }
    let few = try finite(capacity("{actions: 3, action_min: 0.4, cap: 2, interaction: [0, 1.5]}"))
    #expect(few.layout.actionLabels.prefix(3) == [.number(0.4), .number(0.7), .number(1)])
    #expect(few.interactionBounds == [0...1.5])
    #expect(
      message { _ = try capacity("{actions: 3, action_min: 1}") }
        == "actions: must be 1 or continuous where action_min is 1")
    #expect(
      message { _ = try capacity("interaction: [2, 1]") }
        == "interaction: must be two numbers, the lower bound first: [lo, hi]")
    #expect(
      message { _ = try capacity("depreciation: 1") }
        == "my.yaml:1:15: depreciation = 1: must be a number in (0, 1)")
  }
}
