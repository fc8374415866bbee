import Configuration
import Statistics
import Testing

@testable import Environments

/// Points and stages of games that are written out.
@Suite struct DirectionalGameTests {
  @Test func `Example 2: the sizes of the pie are directional, the middle ones in one stage`()
    throws
  {
    let bargaining = Bargaining()
    let game = try bargaining.stochasticGame()
    #expect(game.violations() == [])
    let found = try DirectionalGame(game, points: bargaining.sizePoints)
    // Point 4 is agreement, into which every size can lead.
    #expect(found.order.stages == [[4], [3], [1, 2], [0]])
    #expect(found.states == [[0, 1], [2, 3], [4, 5], [6, 7], [8]])
    // Since every size may stay, the roles alternate within it: these are also the finest points.
    #expect(try DirectionalGame(game).pointOfState == bargaining.sizePoints)
    #expect(found.label(of: 1) == "d2 proposer 1; d2 proposer 2")
  }

  @Test func `a pie that always shrinks has finer points`() throws {
    var bargaining = Bargaining()
    bargaining.stay = 0
    let game = try bargaining.stochasticGame()
    #expect(try DirectionalGame(game).pointOfState == [0, 1, 2, 3, 4, 5, 6, 6, 7])
  }

  @Test func `Example 3: a loop is shown with its moves, and merging the two points removes it`()
    throws
  {
    var bargaining = Bargaining()
    bargaining.swap = 0.2
    let game = try bargaining.stochasticGame()
    let thrown = #expect(throws: DirectionalGameLoop.self) {
      try DirectionalGame(game, points: bargaining.sizePoints)
    }
    let error = try #require(thrown)
    #expect(error.points == [1, 2])
    #expect(
      error.moves == [
        .init(from: "d2 proposer 1", to: "d3 proposer 2"),
        .init(from: "d3 proposer 1", to: "d2 proposer 2"),
      ])
    #expect(
      error.description.contains(
        "d2 proposer 1 → d3 proposer 2, d3 proposer 1 → d2 proposer 2; give these states one point")
    )
    // Numbers given to points need not be consecutive: here 0, 1, 3 and 4.
    let merged = try DirectionalGame(game, points: bargaining.mergedPoints)
    #expect(merged.states == [[0, 1], [2, 3, 4, 5], [6, 7], [8]])
    #expect(merged.order.stages == [[3], [2], [1], [0]])
    #expect(try DirectionalGame(game).states == merged.states)
  }

  @Test func `every state needs a point`() throws {
    let game = try PrisonersDilemma().stochasticGame()
    let error = #expect(throws: GameError.self) { try DirectionalGame(game, points: [0, 1]) }
    #expect(error?.description == "points: 2 numbers for 5 states; each state needs one")
  }

  @Test func `strong components are those of mutual reachability`() throws {
    var stream = RandomStream(seed: 5, role: .environment)
    for trial in 0..<60 {
      let count = 2 + trial % 9
      var reach = [[Bool]](repeating: [Bool](repeating: false, count: count), count: count)
      let game = try StochasticGame(
        actionCounts: [[Int]](repeating: [2], count: count), discounts: [0.5],
        initial: [1] + [Double](repeating: 0, count: count - 1)
      ) { state, _, row in
        let next = Int(stream.uniform() * Double(count))
        reach[state][next] = true
        row.move(to: next, probability: 1)
      }
      // Warshall's transitive closure.
      for k in 0..<count {
        for i in 0..<count where reach[i][k] {
          for j in 0..<count where reach[k][j] { reach[i][j] = true }
        }
      }
      let found = game.strongComponents()
      for i in 0..<count {
        for j in 0..<count {
          #expect((found[i] == found[j]) == (i == j || (reach[i][j] && reach[j][i])))
        }
      }
      // Numbered by lowest state.
      let firsts = (0..<(found.max()! + 1)).map { found.firstIndex(of: $0)! }
      #expect(firsts == firsts.sorted())
    }
  }

  @Test func `a finite horizon makes one stage a period`() throws {
    let game = try PrisonersDilemma().stochasticGame()
    let finite = try DirectionalGame.finiteHorizon(game, periods: 3)
    #expect(finite.game.violations() == [])
    #expect(
      finite.order.stages == [[15], Array(10..<15), Array(5..<10), Array(0..<5)])
    #expect(finite.game.stateLabels[7] == .text("2: CD"))
    #expect(finite.game.stateLabels[15] == .text("end"))
    // Joint defection leads from any state of a period to DD in the next, and pays 1.
    let row = finite.game.row(2, [1, 1])
    #expect(finite.game.probability(row: row, to: 9) == 1)
    #expect(finite.game.payoff(0, row: row) == 1)
    #expect(finite.game.probability(row: finite.game.row(11, [0, 1]), to: 15) == 1)
    #expect(throws: GameError.self) { try DirectionalGame.finiteHorizon(game, periods: 0) }
    let error = #expect(throws: GameError.self) {
      try DirectionalGame.finiteHorizon(game, periods: 10_000_000)
    }
    #expect(error?.subject == "horizon")
  }

  @Test func `a finite horizon keeps terminal states and growth`() throws {
    let game = try StochasticGame(
      actionCounts: [[2], [1]], discounts: [0.9], initial: [1, 0], terminal: [1]
    ) { _, joint, row in
      row.pay(0, 2)
      row.grow(by: 0.5)
      row.move(to: 0, probability: joint[0] == 0 ? 0.5 : 0)
      row.move(to: 1, probability: joint[0] == 0 ? 0.5 : 1)
    }
    let finite = try DirectionalGame.finiteHorizon(game, periods: 2)
    #expect(finite.game.isTerminal == [false, true, false, true, true])
    let row = finite.game.row(0, [0])
    #expect(finite.game.probability(row: row, to: 2) == 0.5)
    #expect(finite.game.growth?[row] == 0.5)
    #expect(finite.order.stages == [[1, 3, 4], [2], [0]])
  }
}
