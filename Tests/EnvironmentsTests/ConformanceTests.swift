import Testing

@testable import Environments

/// The tables of a sound two-player, two-state game, to be broken one at a time. Both players have
/// two actions at state 0; state 1 is terminal. Swapping the players is a symmetry.
private struct Tables {
  var payoffs: [Double] = [1, 1, 0, 2, 2, 0, 3, 3, 0, 0]
  var offsets = [0, 2, 4, 6, 7, 8]
  var next: [Int32] = [0, 1, 0, 1, 0, 1, 1, 1]
  var probabilities: [Double] = [0.5, 0.5, 0.25, 0.75, 0.25, 0.75, 1, 1]
  var growth: [Double]?
  var discounts = [0.9, 0.9]
  var initial: [Double] = [1, 0]
  var stateLabels: [Label] = [.text("play"), .text("over")]
  var actionLabels = ActionLabels.byState([
    [[.text("a"), .text("b")], [.text("a"), .text("b")]], [[.text("-")], [.text("-")]],
  ])
  var mirror: [Int]? = [0, 1]

  var violations: [String] {
    StochasticGame(
      playerCount: 2, stateCount: 2, actionCounts: [2, 2, 1, 1], jointOffsets: [0, 4, 5],
      payoffs: payoffs, transitionOffsets: offsets, nextStates: next,
      probabilities: probabilities, continuations: probabilities, growth: growth,
      discounts: discounts, initial: initial, isTerminal: [false, true],
      stateLabels: stateLabels, actionLabels: actionLabels, mirror: mirror,
      declaredCoordinates: nil
    ).violations().map(\.description)
  }
}

@Test func `a sound game breaks no law`() throws {
  #expect(Tables().violations == [])
  #expect(try corridor().violations() == [])
  #expect(try threePlayers().violations() == [])
}

@Test func `each broken law is reported, and nothing else`() {
  let cases: [(String, (inout Tables) -> Void, [String])] = [
    ("state labels", { $0.stateLabels.removeLast() }, ["state labels: need one per state: 2"]),
    (
      "initial count", { $0.initial = [1] },
      ["initial law: needs one probability per state: 2"]
    ),
    (
      "initial sum", { $0.initial = [0.5, 0.4] },
      ["initial law: must be nonnegative and sum to 1"]
    ),
    (
      "initial sign", { $0.initial = [1.5, -0.5] },
      ["initial law: must be nonnegative and sum to 1"]
    ),
    (
      "initial NaN", { $0.initial = [.nan, 1] },
      ["initial law: must be nonnegative and sum to 1"]
    ),
    (
      "players without labels", { $0.actionLabels = .uniform([[.text("a")]]) },
      ["action labels: need a list for every state and player"]
    ),
    (
      "actions without labels",
      { $0.actionLabels = .uniform([[.text("a"), .text("b")], [.text("a"), .text("b")]]) },
      [
        "action labels of player 0 at state 1: need one per action: 1",
        "action labels of player 1 at state 1: need one per action: 1",
      ]
    ),
    (
      "probability sum", { $0.probabilities[0] = 0.4 },
      ["state play, row 0: probabilities sum to 0.9: must sum to 1"]
    ),
    (
      "probability sign",
      { ($0.probabilities[0], $0.probabilities[1]) = (1.25, -0.25) },
      [
        "state play, row 0: probabilities must lie in (0, 1]",
        "state play, row 0: probabilities must lie in (0, 1]",
      ]
    ),
    (
      "order of next states",
      { ($0.next[0], $0.next[1]) = (1, 0) },
      ["state play, row 0: next states must ascend and be in range"]
    ),
    (
      "next state out of range",
      { $0.next[1] = 2 }, ["state play, row 0: next states must ascend and be in range"]
    ),
    (
      "payoff", { $0.payoffs[3] = .infinity },
      ["state play, row 1: payoff of player 1 must be finite"]
    ),
    (
      "terminal pay", { $0.payoffs[9] = 1 },
      ["state over, row 0: a terminal state must be absorbing, unpaid and without choice"]
    ),
    (
      "terminal move", { $0.next[7] = 0 },
      ["state over, row 0: a terminal state must be absorbing, unpaid and without choice"]
    ),
    (
      "discount",
      {
        $0.discounts = [0.9, 1.1]
        $0.mirror = nil
      }, ["discount of player 1: 1.1 must be in [0, 1]"]
    ),
    (
      "discount NaN",
      {
        $0.discounts = [.nan, 0.9]
        $0.mirror = nil
      }, ["discount of player 0: nan must be in [0, 1]"]
    ),
    (
      "growth", { $0.growth = [1, 1.25, 1.25, 1, 1] },
      [
        "discount of player 0: discount × growth = 1.125 must stay below 1",
        "discount of player 1: discount × growth = 1.125 must stay below 1",
      ]
    ),
    (
      "mirror of unequal discounts", { $0.discounts = [0.9, 0.8] },
      ["mirror: is for two players with one discount factor"]
    ),
    (
      "mirror no involution", { $0.mirror = [1, 1] },
      ["mirror: must be a state map that undoes itself"]
    ),
    ("mirror too short", { $0.mirror = [0] }, ["mirror: must be a state map that undoes itself"]),
    (
      "mirror swaps unlike states", { $0.mirror = [1, 0] },
      [
        "mirror: state play: action counts differ", "mirror: state over: action counts differ",
      ]
    ),
    (
      "mirrored payoffs", { $0.payoffs[0] = 1.5 },
      ["mirror: state play, actions (0, 0): payoffs differ"]
    ),
    (
      "mirrored transitions",
      { ($0.probabilities[2], $0.probabilities[3]) = (0.5, 0.5) },
      [
        "mirror: state play, actions (0, 1): transitions differ",
        "mirror: state play, actions (1, 0): transitions differ",
      ]
    ),
    (
      "mirrored growth", { $0.growth = [1, 1.0625, 1, 1, 1] },
      [
        "mirror: state play, actions (0, 1): growth factors differ",
        "mirror: state play, actions (1, 0): growth factors differ",
      ]
    ),
  ]
  for (name, breaking, expected) in cases {
    var tables = Tables()
    breaking(&tables)
    #expect(tables.violations == expected, "\(name)")
  }
}

/// From state 0 play may stay for ever unless every joint action leaves with some probability.
@Test func `a discount of 1 needs play that surely ends`() throws {
  func game(staying: Double, discount: Double) throws -> StochasticGame {
    try StochasticGame(
      actionCounts: [[2], [1]], discounts: [discount], initial: [1, 0], terminal: [1]
    ) { _, joint, row in
      let stay = joint[0] == 0 ? 0.5 : staying
      row.move(to: 0, probability: stay)
      row.move(to: 1, probability: 1 - stay)
    }
  }
  #expect(throws: Never.self) { _ = try game(staying: 0.99, discount: 1) }
  #expect(throws: Never.self) { _ = try game(staying: 1, discount: 0.99) }
  let error = #expect(throws: GameError.self) { _ = try game(staying: 1, discount: 1) }
  #expect(error?.rule == "1 is allowed only where every play reaches a terminal state")
  #expect(throws: GameError.self) {
    _ = try StochasticGame(actionCounts: [[1]], discounts: [1], initial: [1]) { _, _, row in
      row.move(to: 0, probability: 1)
    }
  }
}
