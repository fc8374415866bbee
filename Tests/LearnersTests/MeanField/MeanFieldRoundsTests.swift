import Environments
import Equilibria
import Foundation
import Testing

@testable import Learners

@Suite struct MeanFieldRoundsTests {
  @Test func `an equilibrium has no gap`() throws {
    let game = try Ridesharing()
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [0.5])
    let policy = MeanFieldPolicy(rows: response.rows, in: game.layout)
    let gap = try PopulationGap(policy: policy, law: response.law, in: &problem)
    #expect(abs(gap.m[0] - 0.5) < 1e-12)
    #expect(abs(gap.exploitability) < 1e-11 && gap.largestGain < 1e-11 && gap.consistency < 1e-12)
  }

  /// One state, two actions: κ is the action, staying pays m, going 1. Everyone stays: m = 0, V* =
  /// 1 / (1 − ½) = 2, V^σ = 0. In a population half at each of two states that move to the first,
  /// ‖sL − s‖₁ = 1.
  @Test func `gaps by hand`() throws {
    let game = try WrittenGame(
      discount: 0.5,
      [
        [
          (pay: 0, next: [(0, 1)], kappa: [0], shift: 1),
          (pay: 1, next: [(0, 1)], kappa: [1], shift: 0),
        ],
        [(pay: 0, next: [(0, 1)], kappa: [0], shift: 0)],
      ])
    var problem = try FrozenProblem(game)
    let gap = try PopulationGap(
      policy: MeanFieldPolicy(weights: [1, 0, 1]), law: [0.5, 0.5], in: &problem)
    #expect(gap.m == [0])
    // At the second state V* = β 2 = 1.
    #expect(gap.largestGain == 2)
    #expect(gap.exploitability == 1.5)
    #expect(gap.consistency == 1)
    // A quarter goes: m = ½ · ¼, and with turnover half of everybody begins at the second state.
    var renewed = game
    renewed.turnover = Turnover(survival: 0.5, entry: 1)
    var other = try FrozenProblem(renewed)
    let second = try PopulationGap(
      policy: MeanFieldPolicy(weights: [0.75, 0.25, 1]), law: [0.5, 0.5], in: &other)
    #expect(second.m == [0.125])
    #expect(abs(second.consistency) < 1e-15)
  }

  @Test(arguments: ["law", "policy"])
  func `fictitious play comes to rest where the answer is pure`(average: String) throws {
    for (game, m) in [
      (try Ridesharing() as any MeanFieldGame, 0.5), (try Inventory(), 0.100334645288),
    ] {
      var learner = try meanFieldLearner(
        MeanFieldFictitiousPlay.self, "{average: \(average), rounds: 400}", game: game)
      let steps = try allSteps(&learner)
      #expect(abs(learner.estimate.m[0] - m) < 0.01)
      #expect(steps.last!.exploitability! < 0.02 * steps[0].exploitability! + 1e-9)
      #expect(steps.last!.consistency! < 0.02)
      #expect(steps.allSatisfy { $0.exploitability! > -1e-9 })
    }
  }

  /// r = 8: drivers mix at 0.67267222. Best responses jump for ever; their average approaches.
  @Test func `both methods approach a mixed equilibrium`() throws {
    let game = try Ridesharing(payoffs: [1, 1.3, 8])
    var play = try meanFieldLearner(MeanFieldFictitiousPlay.self, "rounds: 2000", game: game)
    _ = try allSteps(&play)
    #expect(abs(play.estimate.m[0] - 0.67267222) < 1e-3)
    var descent = try meanFieldLearner(OnlineMirrorDescent.self, "rounds: 2000", game: game)
    let steps = try allSteps(&descent)
    #expect(abs(descent.estimate.m[0] - 0.67267222) < 1e-3)
    #expect(steps.last!.exploitability! < 1e-3)
  }

  @Test func `mirror descent comes to rest where the answer is pure`() throws {
    for (game, m) in [
      (try Ridesharing() as any MeanFieldGame, 0.5), (try Inventory(), 0.100334645288),
    ] {
      var learner = try meanFieldLearner(OnlineMirrorDescent.self, game: game)
      _ = try allSteps(&learner)
      #expect(learner.estimate.status == .converged)
      #expect(abs(learner.estimate.m[0] - m) < 1e-4)
    }
  }

  /// One round by hand: two actions in one state, payoffs 0 and 1, η = 0.5. Q differs by 1, so σ =
  /// 1 / (1 + e^−½) of the second; next round the difference is still 1: 1 / (1 + e^−1).
  @Test func `two rounds of mirror descent by hand`() throws {
    let game = try WrittenGame(
      discount: 0.5,
      [
        [
          (pay: 0, next: [(0, 1)], kappa: [0], shift: 0),
          (pay: 1, next: [(0, 1)], kappa: [1], shift: 0),
        ]
      ])
    var learner = try meanFieldLearner(OnlineMirrorDescent.self, game: game)
    let one = try learner.advance()!
    #expect(abs(one.policy.weights[1] - 1 / (1 + exp(-0.5))) < 1e-15)
    #expect(abs(one.m[0] - one.policy.weights[1]) < 1e-15)
    // V* = 2, V^σ = 2 σ.
    #expect(abs(one.exploitability! - 2 * one.policy.weights[0]) < 1e-14)
    let two = try learner.advance()!
    #expect(abs(two.policy.weights[1] - 1 / (1 + exp(-1.0))) < 1e-15)
  }

  /// Two scalars: the share at the second state, and the share that goes there from the first.
  @Test func `several scalars`() throws {
    let game = try WrittenGame(
      discount: 0.9,
      [
        [
          (pay: 0.4, next: [(0, 0.8), (1, 0.2)], kappa: [0, 0], shift: 0),
          (pay: 1, next: [(0, 0.2), (1, 0.8)], kappa: [0, 1], shift: -1),
        ],
        [(pay: 0, next: [(0, 0.5), (1, 0.5)], kappa: [1, 0], shift: 0)],
      ])
    var play = try meanFieldLearner(MeanFieldFictitiousPlay.self, "rounds: 3000", game: game)
    _ = try allSteps(&play)
    var descent = try meanFieldLearner(
      OnlineMirrorDescent.self, "{rounds: 3000, step: 0.2}", game: game)
    _ = try allSteps(&descent)
    #expect(play.estimate.m.count == 2)
    for scalar in 0..<2 {
      #expect(abs(play.estimate.m[scalar] - descent.estimate.m[scalar]) < 5e-3)
    }
    // A choice is made that is not trivial.
    #expect(descent.estimate.m[1] > 0.01)
  }

  @Test func `rounds go on after a restart`() throws {
    let game = try Ridesharing(payoffs: [1, 1.3, 8])
    for average in ["law", "policy"] {
      let yaml = "{average: \(average), rounds: 9}"
      var whole = try meanFieldLearner(MeanFieldFictitiousPlay.self, yaml, game: game)
      let steps = try json(allSteps(&whole))
      var first = try meanFieldLearner(MeanFieldFictitiousPlay.self, yaml, game: game)
      var taken: [OuterStep] = []
      for _ in 0..<4 { taken.append(try first.advance()!) }
      #expect(try first.advance { true } == nil)
      var second = try meanFieldLearner(MeanFieldFictitiousPlay.self, yaml, game: game)
      try second.restore(
        JSONDecoder().decode(RoundSnapshot.self, from: json(first.snapshot())))
      taken += try allSteps(&second)
      #expect(try json(taken) == steps)
      #expect(taken.count == 9)
    }
    var other = try meanFieldLearner(OnlineMirrorDescent.self, game: Inventory())
    let snapshot = try meanFieldLearner(OnlineMirrorDescent.self, game: game).snapshot()
    #expect(throws: SnapshotError.self) { try other.restore(snapshot) }
  }
}
