import Environments
import Equilibria
import Foundation
import Testing

@testable import Learners

@Suite struct AdaptiveQLearningTests {
  /// M(h = 2) of the inventory model, from an exact solver in numpy.
  private let inventory = 0.100334645288

  /// The default settings land within 0.012 of M at δ = 0.002, whatever the seed, and the interval holds
  /// M. Only where |f| is small can what was learned still decide a sign wrongly.
  @Test(arguments: [2])
  func `the default finds the inventory's equilibrium`(seed: UInt64) throws {
    let game = try Inventory()
    var learner = try meanFieldLearner(AdaptiveQLearning.self, game: game, seed: seed)
    let steps = try allSteps(&learner)
    let estimate = learner.estimate
    #expect(estimate.status == .converged)
    #expect(abs(estimate.m[0] - inventory) <= 0.012)
    #expect(estimate.interval![0] <= inventory && inventory <= estimate.interval![1])
    var check = try FiniteTimeCheck(game, equilibria: [inventory])
    for step in steps {
      let found = try check.check(step)
      if abs(found.residual) > 0.02 { #expect(found.isSignRight != false) }
      #expect(found.residualError <= found.residualBound! + 1e-12)
      if let bound = found.distanceBound { #expect(found.distance! <= bound) }
      #expect(found.wrongDespiteGap == 0)
    }
    #expect(steps.count { $0.purpose == .bisection } >= 5)
  }

  /// With r = 5 all trips are accepted and M = 1 / 2.
  @Test func `ridesharing is learned`() throws {
    let game = try Ridesharing()
    var learner = try meanFieldLearner(
      AdaptiveQLearning.self, "{updates: 300000, growth: 1}", game: game)
    _ = try allSteps(&learner)
    #expect(learner.estimate.status == .converged)
    #expect(abs(learner.estimate.m[0] - 0.5) < 0.01)
    for state in 0..<game.layout.stateCount {
      guard let accept = game.layout.rows(of: state).last, game.layout.rows(of: state).count == 2
      else { continue }
      #expect(learner.policy.weights[accept] == 1)
    }
  }

  /// The settings as printed: a constant step with replay leaves the policy wrong, takes a wrong
  /// sign and ends far from M, which the plain rule cannot notice. An independent program ended at
  /// 0.179.
  @Test func `the paper's settings go wrong on the inventory`() throws {
    let game = try Inventory()
    var errors: [Double] = []
    var wrong = 0
    for seed in 1...3 {
      var learner = try meanFieldLearner(
        AdaptiveQLearning.self, "preset: paper", game: game, seed: UInt64(seed))
      var check = try FiniteTimeCheck(game, equilibria: [inventory])
      for step in try allSteps(&learner) {
        #expect(step.trials.count == 1)
        #expect(step.updates == (100_000 - 15) * 16)
        #expect(step.samples == 200_000)
        if try check.check(step).isSignRight == false { wrong += 1 }
      }
      errors.append(abs(learner.estimate.m[0] - inventory))
      #expect(learner.estimate.interval == nil)
    }
    #expect(wrong >= 1)
    #expect(errors.max()! > 0.02)
  }

  /// f(m) = 2 m − 1 exactly, and the first look is at 0.505, where f = 0.01 is one standard error of
  /// 2,500 samples (each sample is independent). The plain rule is wrong with probability Φ(−1) =
  /// 0.16; a tested sign may be wrong with probability 0.05. Over 200 seeds the counts have standard
  /// deviations 5.2 and at most 3.1.
  @Test func `tested signs are wrong less often than stated`() throws {
    let game = try TwoStateGame(lambda: 1, bounds: 0.01...1)
    var wrong: [String: Int] = [:]
    for rule in ["naive", "tested"] {
      for seed in 1...200 {
        var learner = try meanFieldLearner(
          AdaptiveQLearning.self,
          "{updates: 10, samples: 2500, samples_most: 160000, burn_in: 0, confidence: 0.95, "
            + "delta: 1e-4, sign: \(rule)}", game: game, seed: UInt64(seed))
        let step = try learner.advance()!
        #expect(abs(step.m[0] - 0.505) < 1e-12)
        if step.sign == .below { wrong[rule, default: 0] += 1 }
      }
    }
    #expect(wrong["naive"]! > 32 - 3 * 5)
    #expect(wrong["tested", default: 0] <= 10)
  }

  /// With r = 8 drivers mix at 0.67267222 between accepting trips of type 2 and not.
  @Test func `a mixed equilibrium ends as a jump with two policies`() throws {
    let game = try Ridesharing(payoffs: [1, 1.3, 8])
    var learner = try meanFieldLearner(
      AdaptiveQLearning.self, "{updates: 300000, law: exact, growth: 1}", game: game)
    _ = try allSteps(&learner)
    let estimate = learner.estimate
    #expect(estimate.status == .jump)
    #expect(estimate.interval![0] < 0.67267222 && 0.67267222 < estimate.interval![1])
    let sides = try #require(estimate.sides)
    // Accepting all, Φ = 1 / (1 + 2 (1 − m)) < m on the right of ½; without type 2, Φ > m.
    let last = game.layout.rows(of: 2).last!
    #expect(sides[0].policy.weights[last] == 0 && sides[1].policy.weights[last] == 1)
    #expect(sides[0].mapped > sides[0].m && sides[1].mapped < sides[1].m)
    // The two groups together make the estimate, and theirs is the policy shown.
    let made = (0..<game.layout.rowCount).reduce(0.0) {
      $0 + learner.law[Int(game.layout.stateOfRow[$1])] * learner.policy.weights[$1]
        * game.layout.interaction[0][$1]
    }
    #expect(abs(made - estimate.m[0]) < 1e-12)
    #expect(learner.policy.weights[last] > 0 && learner.policy.weights[last] < 1)
  }

  @Test func `a tolerance below what sampling can tell is said`() throws {
    let game = try Ridesharing()
    var learner = try meanFieldLearner(
      AdaptiveQLearning.self,
      "{updates: 100000, samples: 20000, samples_most: 20000, delta: 1e-5}", game: game)
    let first = try learner.advance()!
    #expect(first.halfWidth > 1e-3)
    _ = try allSteps(&learner)
    #expect(learner.estimate.status == .belowSampling)
    #expect(learner.estimate.note.contains("below what samples_most can tell"))
    #expect(abs(learner.estimate.m[0] - 0.5) < 0.05)
  }

  /// M = 1 / 2 lies below the bounds, where f = m − 1 / (1 + 2 (1 − m)) is 0.6 − 1 / 1.8 = 0.044.
  @Test func `bounds without an equilibrium are said`() throws {
    var learner = try meanFieldLearner(
      AdaptivePolicyGradient.self, game: Ridesharing(bounds: 0.6...0.9))
    _ = try allSteps(&learner)
    let estimate = learner.estimate
    #expect(estimate.status == .atBound)
    #expect(estimate.m == [0.6])
    #expect(abs(estimate.residual[0] - (0.6 - 1 / 1.8)) < 1e-12)
    #expect(estimate.interval == nil && estimate.sides == nil)
    #expect(estimate.note.contains("no sign change"))
  }

  /// Tables of few updates differ from trial to trial, and a tolerance of 1e-9 is never met: signs
  /// contradict each other around M, where Φ is one value.
  @Test func `trials that learn differently do not make a jump`() throws {
    var learner = try meanFieldLearner(
      AdaptiveQLearning.self,
      "{updates: 20000, growth: 1, samples: 20000, samples_most: 40000, delta: 1e-9}",
      game: Inventory())
    let steps = try allSteps(&learner)
    #expect(steps.contains { $0.note.contains("different policies") || $0.sign == .undecided })
    #expect(learner.estimate.status == .belowSampling)
  }

  @Test func `same seed, same bytes, also after a stop and a restart`() throws {
    let game = try Ridesharing()
    let yaml = "{updates: 20000, samples: 5000, samples_most: 20000, delta: 0.02}"
    var first = try meanFieldLearner(AdaptiveQLearning.self, yaml, game: game, seed: 7)
    let steps = try json(allSteps(&first))
    var second = try meanFieldLearner(AdaptiveQLearning.self, yaml, game: game, seed: 7)
    #expect(try json(allSteps(&second)) == steps)
    var other = try meanFieldLearner(AdaptiveQLearning.self, yaml, game: game, seed: 8)
    #expect(try json(allSteps(&other)) != steps)

    var stopped = try meanFieldLearner(AdaptiveQLearning.self, yaml, game: game, seed: 7)
    var taken = [try stopped.advance()!, try stopped.advance()!]
    // Told to stop in the middle of the third step.
    var asked = 0
    let before = try json(stopped.snapshot())
    #expect(
      try stopped.advance {
        asked += 1
        return asked > 2
      } == nil)
    #expect(!stopped.isDone)
    #expect(try json(stopped.snapshot()) == before)
    var resumed = try meanFieldLearner(AdaptiveQLearning.self, yaml, game: game, seed: 7)
    try resumed.restore(
      JSONDecoder().decode(AdaptiveQLearning.Snapshot.self, from: before))
    taken += try allSteps(&resumed)
    #expect(try json(taken) == steps)
    #expect(try json(resumed.estimate) == json(first.estimate))
  }

  @Test func `what does not fit is refused`() throws {
    let two = try WrittenGame(
      discount: 0.5,
      [[(pay: 0, next: [(0, 1)], kappa: [0, 1], shift: 0)]])
    let error = #expect(throws: GameError.self) {
      try meanFieldLearner(AdaptiveQLearning.self, game: two)
    }
    #expect(error?.rule.contains("single scalar") == true)
    #expect(throws: GameError.self) {
      try meanFieldLearner(
        AdaptiveQLearning.self, "{samples: 1000, samples_most: 100}", game: Ridesharing())
    }
    #expect(throws: GameError.self) {
      try meanFieldLearner(
        AdaptiveQLearning.self, "replay: {kind: buffer, size: 3, batch: 4}", game: Ridesharing())
    }
    var small = try meanFieldLearner(
      AdaptiveQLearning.self, "{updates: 100, samples: 64}", game: Ridesharing())
    _ = try small.advance()
    var large = try meanFieldLearner(AdaptiveQLearning.self, game: Inventory())
    #expect(throws: SnapshotError.self) { try large.restore(small.snapshot()) }
  }

  /// Tabular features and a target copied at every update are Q-learning itself.
  @Test func `linear Q-learning with a feature per state is a table`() throws {
    let game = try Ridesharing()
    let shared = "updates: 3000, step: 0.1, samples: 64, law: exact, trials: 1"
    var table = try meanFieldLearner(AdaptiveQLearning.self, "{\(shared)}", game: game)
    var linear = try meanFieldLearner(
      AdaptiveLinearQLearning.self, "{\(shared), copy_every: 1, features: {kind: tabular}}",
      game: game)
    let (one, two) = (try table.advance()!, try linear.advance()!)
    // The accepting and rejecting of two request types are the same two columns there; with a
    // feature per state nothing is shared.
    #expect(zip(one.actionValues!, two.actionValues!).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(one.policy == two.policy)
    #expect(linear.largestWeight! > 0)
  }

  /// Aggregation by one tiling of ten tiles keeps the ten stocks apart: the equilibrium is found.
  @Test func `linear Q-learning finds the inventory's equilibrium`() throws {
    var learner = try meanFieldLearner(
      AdaptiveLinearQLearning.self,
      "{features: {kind: tile-coding, tilings: 1, tiles: 9}, law: exact, growth: 1}",
      game: Inventory())
    _ = try allSteps(&learner)
    #expect(abs(learner.estimate.m[0] - inventory) <= 0.012)
  }
}
