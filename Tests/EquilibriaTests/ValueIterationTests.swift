import Environments
import Testing

@testable import Equilibria

private struct ValueIterationFile: Decodable {
  struct Case: Decodable {
    let name: String
    let parameters: [String: Double]
    let outcome: SolverStatus
    let period: Int
    let fragile: Bool
    let amplitude: Double
    let values: [[Double]]?
    let policies: [[[Double]]]?
  }
  let cases: [Case]
}

/// Sweeps stop when values move by less than 1e-13 of their scale, which leaves at most 20 times
/// that (1/(1 − β)) to go: 1e-10 for values below 100.
@Test func `value iteration settles or cycles as in an independent program`() throws {
  let file: ValueIterationFile = try Fixture.load("race-value-iteration")
  #expect(file.cases.count == 9)
  for example in file.cases {
    #expect(!example.fragile)
    let game = try raceGame(example.parameters)
    let outcome = try ValueIteration().solve(game)
    #expect(outcome.status == example.outcome, "\(example.name)")
    if let values = example.values, let policies = example.policies {
      let solution = try #require(outcome.solution)
      #expect(outcome.cycle == nil)
      #expect(apart(solution.values, values) <= 1e-10, "\(example.name)")
      for player in 0..<2 {
        #expect(apart(solution.profile[player].laws, policies[player]) <= 1e-9, "\(example.name)")
      }
      let certificate = try Certificate(game, solution.profile, reported: solution.values)
      #expect(certificate.isCertified, "\(example.name)")
      #expect(certificate.valueResidual! <= 1e-10)
    } else {
      #expect(outcome.solution == nil)
      let cycle = try #require(outcome.cycle)
      #expect(cycle.period == example.period, "\(example.name)")
      #expect(abs(cycle.amplitude - example.amplitude) <= 1e-9, "\(example.name)")
    }
  }
}

/// The model statement's own figures: six digits printed.
@Test func `value iteration reaches the stated values at parity`() throws {
  for (changes, value) in [
    ([:], -0.80808081), (["omega": 1], -0.80808081),
    (["omega": 1.5, "s": 0.7, "mu": 0.08], -7.51833820),
  ] as [([String: Double], Double)] {
    let solution = try #require(try ValueIteration().solve(raceGame(changes)).solution)
    #expect(abs(solution.values[0][10] - value) <= 1e-8)
  }
}

@Test func `without stakes nobody trains and nothing is worth anything`() throws {
  let game = try ComputeRace(scenario: "saturated").stochasticGame()
  for rule in SelectionRule.allCases {
    let outcome = try ValueIteration(selection: rule).solve(game)
    let solution = try #require(outcome.solution)
    #expect(outcome.sweeps == 1)
    #expect(outcome.counts == SelectionCounts())
    #expect(solution.values.joined().allSatisfy { $0 == 0 })
    for player in 0..<2 {
      #expect((0..<21).allSatisfy { solution.profile[player].mode(at: $0) == 0 })
    }
  }
}

@Test func `with one player the optimal values are reached`() throws {
  var draw = Drawer(seed: 17)
  let game = try draw.game(states: 5, actions: [3], discounts: [0.95])
  let outcome = try ValueIteration().solve(game)
  let best = try game.bestResponse(of: 0, against: game.uniformProfile)
  // Scale 10, stopped at 1e-13 of it, 20 times that to go.
  #expect(apart(outcome.solution!.values[0], best.values) <= 1e-10)
}

/// Values rise by β each time in a repeated game with one dominant outcome: V = 1/(1 − δ).
@Test func `the prisoners' dilemma settles at mutual defection`() throws {
  var dilemma = PrisonersDilemma()
  dilemma.memory = false
  let outcome = try ValueIteration().solve(try dilemma.stochasticGame())
  #expect(abs(outcome.solution!.values[0][0] - 10) <= 1e-11)
  #expect(outcome.solution!.profile.laws == [[[0, 1]], [[0, 1]]])
}

@Test func `limits and interruptions return no profile`() throws {
  let game = try raceGame()
  let short = try ValueIteration(maximumSweeps: 10).solve(game)
  #expect(short.status == .limit)
  #expect(short.sweeps == 10)
  #expect(short.solution == nil)
  #expect(short.change > 0)
  let stopped = try ValueIteration(isCancelled: { true }).solve(game)
  #expect(stopped.status == .interrupted)
  #expect(stopped.sweeps == 0)
  #expect(stopped.solution == nil)
}

@Test func `a base moves the settled values by base over 1 − β and no policy`() throws {
  let plain = try #require(try ValueIteration().solve(raceGame()).solution)
  let raised = try #require(try ValueIteration().solve(raceGame(["base": 2])).solution)
  #expect(raised.profile == plain.profile)
  for player in 0..<2 {
    #expect(apart(raised.values[player], plain.values[player].map { $0 + 40 }) <= 1e-9)
  }
}
