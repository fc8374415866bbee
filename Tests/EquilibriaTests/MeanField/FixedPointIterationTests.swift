import Configuration
import Environments
import Foundation
import Testing

@testable import Equilibria

@Suite struct FixedPointIterationTests {
  private func iteration(
    damping: Double = 1, start: FixedPointIteration.Start = .uniform, tolerance: Double = 1e-8,
    steps: Int = 10_000
  ) -> FixedPointIteration {
    var iteration = FixedPointIteration()
    iteration.damping = damping
    iteration.start = start
    iteration.tolerance = tolerance
    iteration.maximumSteps = steps
    return iteration
  }

  @Test func `Example 2 goes back and forth for ever`() throws {
    var method = iteration()
    method.startLaw = [0.3, 0.7]
    let run = try method.run(.finite(TwoStateGame(lambda: 1)))
    #expect(run.status == .cycle && run.period == 2)
    #expect(abs(run.amplitude! - 0.4) < 1e-12)
    #expect(apart(run.path.prefix(3).map { $0[0] }, [0.7, 0.3, 0.7]) < 1e-15)
    let solution = try method.solve(.finite(TwoStateGame(lambda: 1)))
    #expect(solution.crossings.isEmpty && solution.note.contains("cycle of period 2"))
  }

  @Test func `an iteration does not begin at its fixed point unless told to`() throws {
    let game = try TwoStateGame(lambda: 1)
    let run = try FixedPointIteration().run(.finite(game))
    #expect(run.status == .cycle && run.period == 2 && run.amplitude == 1)
    #expect(run.path[0] == [0])
    #expect(try iteration(start: .uniform).run(.finite(game)).status == .converged)
    // All drivers free and none asked is a fixed point; from the uniform law one never gets there.
    let rides = try Ridesharing()
    let found = try FixedPointIteration().solve(.finite(rides)).crossings
    #expect(found.count == 1 && abs(found[0].m[0] - 0.5) < 1e-10)
    #expect(
      try iteration(start: .first).solve(.finite(rides)).crossings.map(\.kind) == [.degenerate])
  }

  /// Footnote 8: the local slope is 1 − α (1 + λ), of size below 1 exactly where α (1 + λ) < 2.
  @Test func `damping decides between the fixed point and a cycle`() throws {
    for lambda in [0.5, 1, 2, 3, 7] {
      for damping in [0.1, 0.24, 0.26, 0.45, 0.55, 0.9, 1] where damping * (1 + lambda) != 2 {
        var method = iteration(damping: damping, tolerance: 1e-12)
        method.startLaw = [0.4, 0.6]
        let run = try method.run(.finite(TwoStateGame(lambda: lambda)))
        #expect(run.status == (damping * (1 + lambda) < 2 ? .converged : .cycle))
        if run.status == .converged { #expect(abs(run.m[0] - 0.5) < 1e-12) }
        if run.status == .cycle { #expect(run.period == 2) }
      }
    }
  }

  /// Steps until Σ |s W − s| < 1e-8 from the uniform law, as counted by independent programs.
  @Test func `plain iteration takes from a dozen to hundreds of steps`() throws {
    func steps(_ game: any MeanFieldGame) throws -> Int {
      let run = try iteration().run(.finite(game))
      #expect(run.status == .converged)
      return run.steps
    }
    for (holding, count) in [(2.0, 14), (8, 15)] {
      var primitives = Inventory.Primitives()
      primitives.holding = holding
      #expect(try steps(Inventory(primitives)) == count)
    }
    for (payoff, count) in [(5.0, 73), (10, 125)] {
      #expect(try steps(Ridesharing(payoffs: [1, 1.3, payoff])) == count)
    }
    for (slope, count) in [(5.0, 35), (15, 19)] {
      var primitives = SocialLearning.Primitives()
      primitives.precisionSlope = slope
      #expect(try steps(SocialLearning(primitives)) == count)
    }
  }

  /// "About 300", by an independent program: agents stay with probability 0.95, and 2 · 0.95ⁿ is
  /// 1e-8 at n = 373, so that bounds it from above once policies have settled.
  @Test func `reputation renews itself in hundreds of steps, or circles a mixed equilibrium`()
    throws
  {
    for (cost, isPure) in [(0.1, true), (0.25, true), (0.4, false), (0.55, true)] {
      var primitives = Reputation.Primitives()
      primitives.effortCost = cost
      let game = try Reputation(primitives)
      let run = try iteration().run(.finite(game))
      #expect(run.status == (isPure ? .converged : .cycle))
      guard isPure else { continue }
      #expect((280...373).contains(run.steps))
      var problem = try FrozenProblem(game)
      #expect(apart(try problem.respond(to: run.m).law, run.law) < 1e-6)
    }
  }

  @Test func `capacity is still far after three thousand steps`() throws {
    guard case .finite(let game) = try CapacityCompetition().model() else {
      Issue.record("capacity has levels of investment by default")
      return
    }
    let run = try iteration(steps: 3000).run(.finite(game))
    #expect(run.status == .limit && run.steps == 3000)
    #expect(abs(abs(run.m[0] - 6.798052017890) - 0.09) < 0.005)
  }

  @Test func `ladders with continuous investment iterate too`() throws {
    let ladder = try capacityLadder { $0.depreciation = 0.6 }
    let expected = try LadderEquilibrium().solve(ladder).crossings[0]
    let solution = try iteration(start: .first, tolerance: 1e-12).solve(.ladder(ladder))
    #expect(solution.status == .converged)
    #expect(abs(solution.crossings[0].m[0] - expected.m[0]) < 1e-9)
    #expect(apart(solution.crossings[0].law, expected.law) < 1e-9)
  }

  @Test func `a mixed equilibrium is circled, not reached`() throws {
    let solution = try iteration(steps: 2000).solve(.finite(Ridesharing(payoffs: [1, 1.3, 8])))
    #expect(solution.status == .cycle || solution.status == .limit)
    #expect(solution.crossings.isEmpty)
  }

  @Test func `a resolved section sets every key, and a law must sum to 1`() throws {
    var set = ParameterSet()
    set.set("damping", .real(0.25))
    set.set("start", .text("uniform"))
    set.set("start_law", .list([.real(0.25), .real(0.75)]))
    set.set("tolerance", .real(1e-9))
    set.set("max_steps", .integer(50))
    let method = try FixedPointIteration(set)
    #expect(method.damping == 0.25 && method.start == .uniform && method.startLaw == [0.25, 0.75])
    #expect(method.tolerance == 1e-9 && method.maximumSteps == 50)
    set.set("start_law", .list([.real(0.25), .real(0.7)]))
    let error = #expect(throws: GameError.self) { try FixedPointIteration(set) }
    #expect(error?.subject == "start_law")
  }

  @Test func `a law of the wrong length is refused`() throws {
    var method = iteration()
    method.startLaw = [1]
    #expect(throws: MeanFieldError.self) { try method.run(.finite(TwoStateGame())) }
  }
}
