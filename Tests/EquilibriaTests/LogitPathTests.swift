import Environments
import Foundation
import Testing

@testable import Equilibria

/// The path from the uniform profile to the principal equilibrium, on the compute race.
struct LogitPathTests {
  /// V₁(0) and mean training at parity of the principal equilibrium on the default 21 × 9 grid, as
  /// an independent program found them, to the digits it printed.
  @Test(
    arguments: [
      ("saturated", [:], 0.0, 0.0),
      ("stable-parity", [:], -0.80808081, 0.100),
      ("contested", [:], 0.09418634, 0.144),
      ("tipping", [:], -7.51833820, 0.740),
      ("near-capacity", [:], -34.34977240, 0.937),
      ("priority-heavy", [:], -6.42740119, 0.433),
      ("bertrand-heavy", [:], 0.43905354, 0.395),
      // Its other symmetric equilibrium, worth −0.80808081, is pure and stable.
      ("stable-parity", ["omega": 1], -2.78351548, 0.417),
    ] as [(String, [String: Double], Double, Double)])
  func `principal equilibria of the race`(
    scenario: String, changes: [String: Double], value: Double, training: Double
  ) throws {
    let race = try ComputeRace(scenario: scenario, changes)
    let game = try race.stochasticGame()
    let result = try LogitPath().solve(game)
    #expect(result.solution.status == .converged)
    #expect(result.attempts == 1)
    #expect(abs(result.solution.values[0][race.parity] - value) < 1e-8)
    let law = result.solution.profile[0].law(at: race.parity)
    let mean = law.enumerated().reduce(0) { $0 + $1.element * race.training($1.offset) }
    #expect(abs(mean - training) < 5.1e-4)
    let certificate = try Certificate(
      game, result.solution.profile, reported: result.solution.values)
    #expect(certificate.isCertified)
    #expect(certificate.supportGap < 1e-11)
    #expect(certificate.symmetryGap ?? 1 < 1e-11)
    #expect(certificate.valueResidual == 0)
  }

  /// Finer grids, to three digits from independent programs. (At 21 × 17 the path of `stable-parity`
  /// does not turn, so that plain small steps in λ, without any of this code, follow it as well.)
  @Test(
    arguments: [
      ("stable-parity", 41, 9, -0.808), ("stable-parity", 21, 17, -0.2005),
      ("contested", 41, 9, 0.469), ("contested", 21, 17, 0.304),
      ("tipping", 41, 9, -7.548), ("tipping", 21, 17, -7.441),
    ])
  func `principal equilibria on finer grids`(
    scenario: String, grid: Int, actions: Int, value: Double
  ) throws {
    let race = try ComputeRace(
      scenario: scenario, ["grid": Double(grid), "actions": Double(actions)])
    let result = try LogitPath().solve(race.stochasticGame())
    #expect(result.solution.status == .converged)
    #expect(abs(result.solution.values[0][race.parity] - value) < 5.1e-4)
  }

  /// At 41 × 17 Newton from precision 2000 certifies another equilibrium, worth −0.2005, than the one
  /// the path tends to after eight turns further on: the confirmation must notice.
  @Test func `the limit is confirmed beyond the first goal`() throws {
    let race = try ComputeRace(scenario: "stable-parity", ["grid": 41, "actions": 17])
    let game = try race.stochasticGame()
    var configuration = LogitPath.Configuration()
    configuration.confirms = false
    let early = try LogitPath(configuration).solve(game)
    let limit = try LogitPath().solve(game)
    #expect(early.solution.status == .converged && limit.solution.status == .converged)
    #expect(abs(early.solution.values[0][race.parity] + 0.20050125) < 1e-8)
    #expect(abs(limit.solution.values[0][race.parity] + 0.87423481) < 1e-8)
    #expect(limit.turns == 8)
  }

  /// The limit must not depend on the step length: a path that jumps branches would show here.
  @Test(arguments: ["stable-parity", "tipping", "priority-heavy", "bertrand-heavy"])
  func `finer steps reach the same equilibrium by the same turns`(scenario: String) throws {
    let race = try ComputeRace(scenario: scenario, ["omega": 1, "grid": 15, "actions": 7])
    let game = try race.stochasticGame()
    let usual = try LogitPath().solve(game)
    var configuration = LogitPath.Configuration()
    configuration.fineness = 0.1
    let fine = try LogitPath(configuration).solve(game)
    #expect(usual.solution.status == .converged && fine.solution.status == .converged)
    #expect(usual.turns == fine.turns)
    #expect(largestDifference(usual.solution.values, fine.solution.values) < 1e-9)
  }

  /// λ = 0 is the uniform profile with its exact values, and every later point solves the equations.
  @Test func `the path starts at the uniform profile and stays on its equations`() throws {
    let game = try ComputeRace(scenario: "tipping", ["grid": 11, "actions": 5]).stochasticGame()
    let start = try LogitPath().profile(of: game, atPrecision: 0)
    #expect(start.solution.status == .converged)
    let exact = try game.values(of: game.uniformProfile)
    #expect(largestDifference(start.solution.values, exact) < 1e-12)
    for player in 0..<2 {
      for probability in start.solution.profile[player].probabilities {
        #expect(abs(probability - 0.2) < 1e-15)
      }
    }
    let system = StationarySystem(game, imposesSymmetry: true)
    let equations = LogitEquations(system, reference: nil, threads: 1)
    let follower = LogitFollower(equations, fineness: 1)
    for _ in 0..<40 {
      #expect(follower.advance() == .moved)
      // Corrections stop below 1e-8 in log σ, and converge at least tenfold by then.
      #expect(follower.residual() < 1e-8 * (1 + follower.precision))
    }
  }

  /// Where no symmetry breaks, not imposing it changes nothing.
  @Test func `the unsymmetrised path agrees where symmetry does not break`() throws {
    let race = try ComputeRace(scenario: "stable-parity", ["grid": 11, "actions": 5])
    let game = try race.stochasticGame()
    var configuration = LogitPath.Configuration()
    configuration.imposesSymmetry = false
    let free = try LogitPath(configuration).solve(game)
    let imposed = try LogitPath().solve(game)
    #expect(free.solution.status == .converged && imposed.solution.status == .converged)
    #expect(largestDifference(free.solution.values, imposed.solution.values) < 1e-9)
  }

  /// Blocks write apart and are summed in order, so threads cannot matter: bit for bit.
  @Test func `one and two threads give identical results`() throws {
    let game = try ComputeRace(scenario: "contested", ["grid": 41, "actions": 9]).stochasticGame()
    var configuration = LogitPath.Configuration()
    configuration.precisionGoals = [50]
    configuration.retries = false
    configuration.threads = 1
    let one = try LogitPath(configuration).solve(game)
    configuration.threads = 2
    let two = try LogitPath(configuration).solve(game)
    #expect(one.solution.profile == two.solution.profile)
    #expect(one.solution.values == two.solution.values)
    #expect(one.steps == two.steps && one.precision == two.precision)
  }

  @Test func `limits and cancellation are reported as such`() throws {
    let game = try ComputeRace(scenario: "tipping").stochasticGame()
    var configuration = LogitPath.Configuration()
    configuration.maximumSteps = 5
    let short = try LogitPath(configuration).solve(game)
    #expect(short.solution.status == .limit)
    #expect(short.solution.iterations == 5)
    #expect(!short.certificate.isCertified)
    try game.validate(short.solution.profile)
    configuration = LogitPath.Configuration()
    configuration.timeLimit = 0
    #expect(try LogitPath(configuration).solve(game).solution.status == .limit)
    configuration = LogitPath.Configuration()
    configuration.isCancelled = { true }
    #expect(try LogitPath(configuration).solve(game).solution.status == .interrupted)
  }
}
