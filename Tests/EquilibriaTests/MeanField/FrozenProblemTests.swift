import Environments
import Equilibria
import Statistics
import Testing

@Suite struct FrozenProblemTests {
  @Test(arguments: [(1, nil as Int?), (2, 1), (3, 2)])
  func `values satisfy Bellman's equation and the law is invariant`(
    seed: Int, band: Int?
  ) throws {
    let game = try RandomMeanFieldGame(seed: UInt64(seed), states: 12, actions: 4, band: band)
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [0.3])
    let game1 = try game.frozen(at: [0.3])
    for state in 0..<12 {
      let best = (game1.jointOffsets[state]..<game1.jointOffsets[state + 1]).map { row in
        (game1.transitionOffsets[row]..<game1.transitionOffsets[row + 1]).reduce(
          game1.payoffs[row]
        ) {
          $0 + 0.9 * game1.probabilities[$1] * response.values[Int(game1.nextStates[$1])]
        }
      }
      #expect(abs(best.max()! - response.values[state]) < 1e-12)
    }
    var pushed = [Double](repeating: 0, count: 12)
    for state in 0..<12 {
      let row = Int(response.rows[state])
      for entry in game1.transitionOffsets[row]..<game1.transitionOffsets[row + 1] {
        pushed[Int(game1.nextStates[entry])] += response.law[state] * game1.probabilities[entry]
      }
    }
    #expect(zip(pushed, response.law).allSatisfy { abs($0 - $1) < 1e-14 })
    #expect(abs(response.law.reduce(0, +) - 1) < 1e-14)
  }

  @Test func `a mixed policy's values and law are those of its mixed kernel`() throws {
    let game = try RandomMeanFieldGame(seed: 9, states: 7, actions: 3)
    var problem = try FrozenProblem(game)
    problem.freeze(at: [0.7])
    let layout = game.layout
    let uniform = MeanFieldPolicy.uniform(layout)
    let values = problem.evaluate(uniform)
    let law = try problem.invariantLaw(of: uniform)
    var pushed = [Double](repeating: 0, count: 7)
    for state in 0..<7 {
      var expected = 0.0
      for row in layout.rows(of: state) {
        let weight = 1 / Double(layout.rows(of: state).count)
        expected += weight * problem.actionValue(row: row, values: values)
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          pushed[Int(layout.nextStates[entry])] +=
            law[state] * weight * problem.tables.probabilities[entry]
        }
      }
      #expect(abs(values[state] - expected) < 1e-13)
    }
    #expect(zip(pushed, law).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test func `under turnover the law renews at the entry state`() throws {
    let game = try RandomMeanFieldGame(
      seed: 4, states: 9, actions: 3, turnover: Turnover(survival: 0.8, entry: 2))
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [0.5])
    let tables = problem.tables
    var pushed = [Double](repeating: 0, count: 9)
    for state in 0..<9 {
      let row = Int(response.rows[state])
      for entry in game.layout.transitionOffsets[row]..<game.layout.transitionOffsets[row + 1] {
        pushed[Int(game.layout.nextStates[entry])] +=
          0.8 * response.law[state] * tables.probabilities[entry]
      }
    }
    pushed[2] += 0.2
    #expect(zip(pushed, response.law).allSatisfy { abs($0 - $1) < 1e-15 })
  }

  @Test func `an unlikely state keeps all its digits`() throws {
    // Up with probability p at each of n states, back to 0 otherwise: the law is a truncated
    // geometric one, whose last entry is pⁿ.
    struct Climb: MeanFieldGame {
      let layout = try! MeanFieldLayout(
        coordinates: (0..<31).map { [Double($0)] }, interactionNames: ["level"],
        rows: (0..<31).map { x in
          [.init(.number(0), successors: x == 0 ? [0, 1] : [0, min(x + 1, 30)], interaction: [0])]
        })
      let discount = 0.5
      let stateQuantity = "level"
      func write(at m: [Double], to tables: inout FrozenTables) {
        for x in 0..<31 {
          tables.payoffs[x] = 0
          tables.probabilities[2 * x] = 1 - 1e-3
          tables.probabilities[2 * x + 1] = 1e-3
        }
      }
    }
    var problem = try FrozenProblem(Climb())
    let law = try problem.respond(to: [0]).law
    var expected = 1e-3
    for _ in 1..<30 { expected *= 1e-3 }
    // s(30) = p s(29) + p s(30) with s(x) = (1 − p) pˣ below, hence pˣ in all.
    #expect(abs(law[30] / expected - 1) < 1e-13)
  }

  @Test func `several closed classes are named`() throws {
    struct Split: MeanFieldGame {
      let layout = try! MeanFieldLayout(
        coordinates: [[0], [1], [2]], interactionNames: ["level"],
        rows: [
          [.init(.number(0), successors: [0], interaction: [0])],
          [.init(.number(0), successors: [0, 2], interaction: [0])],
          [.init(.number(0), successors: [2], interaction: [1])],
        ])
      let discount = 0.5
      let stateQuantity = "level"
      func write(at m: [Double], to tables: inout FrozenTables) {
        tables.payoffs = [0, 0, 0]
        tables.probabilities = [1, 0.5, 0.5, 1]
      }
    }
    var problem = try FrozenProblem(Split())
    let error = #expect(throws: MeanFieldError.self) { try problem.respond(to: [0.5]) }
    #expect(
      error == .severalClosedClasses(m: [0.5], classes: [["2"], ["0"]])
        || error == .severalClosedClasses(m: [0.5], classes: [["0"], ["2"]]))
    #expect("\(error!)".contains("2 closed classes"))
  }

  @Test func `two states balance at one half`() throws {
    var problem = try FrozenProblem(TwoStateGame(lambda: 0.8))
    #expect(try problem.respond(to: [0.5]).residual == 0)
    #expect(try abs(problem.respond(to: [0.25]).mapped[0] - 0.7) < 1e-15)
  }
}
