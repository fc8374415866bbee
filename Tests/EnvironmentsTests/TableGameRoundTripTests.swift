import Environments
import Testing

/// `tableDocument` and back: the same to the last bit.
@Suite struct TableGameRoundTripTests {
  func expectSame(_ game: StochasticGame, _ copy: StochasticGame) {
    #expect(game.playerCount == copy.playerCount && game.stateCount == copy.stateCount)
    #expect(game.actionCounts == copy.actionCounts && game.jointOffsets == copy.jointOffsets)
    #expect(game.payoffs.map(\.bitPattern) == copy.payoffs.map(\.bitPattern))
    #expect(game.transitionOffsets == copy.transitionOffsets && game.nextStates == copy.nextStates)
    #expect(game.probabilities.map(\.bitPattern) == copy.probabilities.map(\.bitPattern))
    #expect(game.continuations.map(\.bitPattern) == copy.continuations.map(\.bitPattern))
    #expect(game.growth == copy.growth && game.discounts == copy.discounts)
    #expect(game.initial.map(\.bitPattern) == copy.initial.map(\.bitPattern))
    #expect(game.isTerminal == copy.isTerminal && game.mirror == copy.mirror)
    #expect(game.stateLabels == copy.stateLabels)
    for state in 0..<game.stateCount {
      for player in 0..<game.playerCount {
        #expect(
          game.actionLabels.labels(player, at: state) == copy.actionLabels.labels(player, at: state)
        )
      }
    }
  }

  func copy(_ game: StochasticGame) throws -> StochasticGame {
    let copy = try TableGame(text: game.tableDocument(), source: "copy.yaml").stochasticGame()
    #expect(copy.violations().isEmpty)
    return copy
  }

  @Test(arguments: ComputeRace.scenarios.map(\.name))
  func `compute races of 5 gaps and 3 levels`(scenario: String) throws {
    let game = try ComputeRace(scenario: scenario, ["grid": 5, "actions": 3]).stochasticGame()
    expectSame(game, try copy(game))
  }

  @Test func `a race riding the frontier, with growth in every row`() throws {
    let game = try ComputeRace(
      scenario: "contested", ["grid": 7, "actions": 4, "kappa": 0.01, "base": 0.3]
    ).stochasticGame()
    #expect(game.growth != nil)
    expectSame(game, try copy(game))
  }

  /// From 5,000 transitions on the rows are CSV inside the document.
  @Test(arguments: [0, 0.01])
  func `large races, written as CSV`(kappa: Double) throws {
    let game = try ComputeRace(scenario: "contested", ["kappa": kappa]).stochasticGame()
    #expect(game.nextStates.count > 5000 && game.tableDocument().contains("\nrows: |\n  state,"))
    expectSame(game, try copy(game))
    #expect(try copy(game).tableDocument() == game.tableDocument())
  }

  /// 80 states of 80 transitions; names with commas and quotes fit CSV, those with line breaks do not.
  @Test(arguments: [("a, \"b\" ", true), (" c", true), ("été", true), ("d\ne", false)])
  func `large games with awkward names`(name: String, isCSV: Bool) throws {
    let game = try StochasticGame(
      actionCounts: Array(repeating: [1], count: 80), discounts: [0.5],
      initial: (0..<80).map { $0 == 7 ? 1 : 0 },
      stateLabels: (0..<80).map { $0 == 3 ? .text(name) : .text("\($0)") }
    ) { state, _, row in
      row.pay(0, Double(state) / 7)
      for next in 0..<80 { row.move(to: next, probability: 1.0 / 80) }
    }
    #expect(game.tableDocument().contains("\nrows: |\n") == isCSV)
    expectSame(game, try copy(game))
  }

  @Test func `textbook games`() throws {
    for game in [
      try MatchingPennies().stochasticGame(), try PrisonersDilemma().stochasticGame(),
      try TwoStates().stochasticGame(),
    ] {
      expectSame(game, try copy(game))
    }
  }

  /// Labels by state, three players, own discounts, terminal states, awkward numbers and names.
  func awkward() throws -> StochasticGame {
    let names: [Label] = [
      .text("a b"), .text("0"), .text("null"), .text("x: [y], {z}"), .text("été \"\\\u{1F600}\n"),
      .text("-"),
    ]
    return try StochasticGame(
      actionCounts: [[2, 1, 3], [1, 1, 1], [1, 2, 1], [3, 1, 1], [1, 1, 1], [1, 1, 1]],
      discounts: [0.1, 1.0 / 3, 0.99], initial: [0.1, 0.2, 0.3, 0.4, 0, 0],
      terminal: [1, 4], stateLabels: names
    ) { state, joint, row in
      for player in 0..<3 {
        row.pay(
          player,
          [-0.0, Double.leastNonzeroMagnitude, 1e300, -1.0 / 3, 0.1 + 0.2][
            (state + joint[player]) % 5])
      }
      for next in 0..<6 {
        row.move(to: next, probability: next == 5 ? 1 - 5 * (0.1 / 3) : 0.1 / 3)
      }
      row.grow(by: 1 / Double(1 + joint[0]))
    }
  }

  @Test func `awkward names and numbers`() throws {
    let game = try awkward()
    expectSame(game, try copy(game))
  }

  @Test func `the document is the same when written again`() throws {
    for game in [try awkward(), try ComputeRace(scenario: "tipping", ["grid": 9]).stochasticGame()]
    {
      #expect(try copy(game).tableDocument() == game.tableDocument())
    }
  }

  @Test func `the document of a small game, word for word`() throws {
    #expect(
      try TwoStates().stochasticGame().tableDocument(name: "Two states", description: "By hand.")
        == """
        # A finite stochastic game; the format is described in docs/your-own-game.md.
        name: "Two states"
        description: "By hand."
        players: 2
        discount: 0.9
        states: [rich, poor]
        initial: {rich: 1}
        actions: [rest, work]
        mirror: identity
        rows:
          - {state: rich, actions: [rest, rest], payoffs: [2, 2], next: {poor: 1}}
          - {state: rich, actions: [rest, work], payoffs: [2, 1], next: {rich: 1}}
          - {state: rich, actions: [work, rest], payoffs: [1, 2], next: {rich: 1}}
          - {state: rich, actions: [work, work], payoffs: [1, 1], next: {rich: 1}}
          - {state: poor, actions: [rest, rest], payoffs: [0, 0], next: {poor: 1}}
          - {state: poor, actions: [rest, work], payoffs: [0, -1], next: {poor: 1}}
          - {state: poor, actions: [work, rest], payoffs: [-1, 0], next: {poor: 1}}
          - {state: poor, actions: [work, work], payoffs: [-1, -1], next: {rich: 1}}

        """)
  }

  /// The format cannot hold repeated, empty or reserved names: the numbers survive all the same.
  @Test func `labels that the format cannot hold are told apart`() throws {
    let names: [Label] = [.text("any"), .text("s"), .text("s"), .text(""), .number(1), .text("1")]
    let game = try StochasticGame(
      actionCounts: Array(repeating: [2], count: 6), discounts: [0.5],
      initial: [1, 0, 0, 0, 0, 0], stateLabels: names,
      actionLabels: .uniform([[.text("any"), .number(.nan)]])
    ) { state, joint, row in
      row.pay(0, Double(10 * state + joint[0]))
      row.move(to: (state + 1) % 6, probability: 1)
    }
    let copy = try copy(game)
    #expect(copy.payoffs == game.payoffs && copy.nextStates == game.nextStates)
    #expect(
      copy.stateLabels
        == [
          .text("any#2"), .text("s"), .text("s#2"), .text("#2"), .number(1), .text("1#2"),
        ])
    #expect(copy.actionLabels.labels(0, at: 3) == [.text("any#2"), .text("nan")])
  }

  /// A game of random shape, seeded: sparse laws of up to 40 next states, mixed counts.
  @Test(arguments: 0..<20)
  func `random games`(seed: Int) throws {
    var bits = UInt64(seed) &+ 0x9E37_79B9_7F4A_7C15
    func draw(_ bound: Int) -> Int {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(bits >> 33) % bound
    }
    let players = 1 + draw(3)
    let states = 1 + draw(40)
    let counts = (0..<states).map { _ in (0..<players).map { _ in 1 + draw(3) } }
    let game = try StochasticGame(
      actionCounts: counts, discounts: (0..<players).map { _ in Double(draw(99)) / 100 },
      initial: (0..<states).map { $0 == states - 1 ? 1 : 0 },
      terminal: states > 2 ? [draw(states)] : []
    ) { _, _, row in
      for player in 0..<players { row.pay(player, Double(draw(1_000_003)) / 7 - 5e4) }
      let weights = (0...draw(states)).map { _ in Double(1 + draw(1000)) }
      let total = weights.reduce(0, +)
      for weight in weights { row.move(to: draw(states), probability: weight / total) }
    }
    let copy = try copy(game)
    #expect(game.payoffs == copy.payoffs && game.nextStates == copy.nextStates)
    #expect(game.probabilities.map(\.bitPattern) == copy.probabilities.map(\.bitPattern))
    #expect(game.isTerminal == copy.isTerminal && game.initial == copy.initial)
    #expect(game.stateLabels == copy.stateLabels)
  }
}
