import Agents
import Environments
import Equilibria
import Statistics
import Testing

@testable import Learners

@Suite struct AdaptivePolicyGradientTests {
  /// d(x) Q(x, a) against a central difference of V_ρ along e_a − e_b, everything evaluated anew.
  @Test func `the gradient is the derivative of the value`() throws {
    let game = try ring()
    var problem = try FrozenProblem(game)
    problem.freeze(at: [0])
    let layout = game.layout
    func value(_ policy: MeanFieldPolicy) -> Double {
      problem.evaluate(policy).reduce(0, +) / 5
    }
    // One step from the uniform policy, small enough that the projection leaves the simplex alone:
    // the law moves by γ times the gradient less its mean.
    var ascent = FrozenPolicyGradient(game)
    ascent.begin()
    _ = ascent.iterate(&problem, step: 1e-3)
    let uniform = MeanFieldPolicy.uniform(layout)
    for state in 0..<5 where layout.rows(of: state).count > 1 {
      let rows = layout.rows(of: state)
      for row in rows.dropFirst() {
        var (up, down) = (uniform, uniform)
        up.weights[row] += 1e-5
        up.weights[rows.lowerBound] -= 1e-5
        down.weights[row] -= 1e-5
        down.weights[rows.lowerBound] += 1e-5
        let derivative = (value(up) - value(down)) / 2e-5
        let moved =
          (ascent.policy.weights[row] - ascent.policy.weights[rows.lowerBound]) / 1e-3
        #expect(abs(moved - derivative) < 1e-6 * max(1, abs(derivative)))
      }
    }
  }

  @Test(arguments: [0.01, 1, 10])
  func `the value never falls and ends at the optimum`(step: Double) throws {
    let game = try Inventory()
    var problem = try FrozenProblem(game)
    let best = try problem.respond(to: [0.1])
    var ascent = FrozenPolicyGradient(game)
    ascent.begin()
    var last = -Double.infinity
    var iterations = 0
    while iterations < 400, ascent.iterate(&problem, step: step) {
      iterations += 1
      #expect(ascent.value >= last - 1e-9)
      last = ascent.value
    }
    let shortfall = ascent.shortfall(&problem)
    if step > 0.01 {
      #expect(iterations <= 8)
      #expect(ascent.policy == MeanFieldPolicy(rows: best.rows, in: game.layout))
      #expect(abs(ascent.value - best.values.reduce(0, +) / 10) < 1e-9)
      #expect(shortfall.misplaced == 0)
    }
    #expect(shortfall.residual >= 0)
  }

  /// r = 10 needs about 150 iterations with step 10, since rejecting type 2 is better by only
  /// 0.00126. After 60 the policy is interior, makes Φ continuous, and f̂ vanishes at 0.7495.
  @Test func `stopping early fakes a root, and says so`() throws {
    let game = try Ridesharing(payoffs: [1, 1.3, 10])
    var early = try meanFieldLearner(
      AdaptivePolicyGradient.self, "{iterations: 60, delta: 1e-6, growth: 1, probes: false}",
      game: game)
    _ = try allSteps(&early)
    #expect(early.estimate.status == .underConverged)
    #expect(abs(early.estimate.m[0] - 0.7495) < 1e-3)
    #expect(abs(early.estimate.m[0] - 0.75) > 1e-4)
    let rows = game.layout.rows(of: 2)
    #expect(rows.allSatisfy { early.policy.weights[$0] > 1e-3 })
    #expect(early.search.state.last!.bellmanResidual! > 0)

    var full = try meanFieldLearner(AdaptivePolicyGradient.self, game: game)
    let steps = try allSteps(&full)
    #expect(full.estimate.status == .converged)
    #expect(abs(full.estimate.m[0] - 0.75) < 1e-9)
    #expect(steps.allSatisfy { $0.trials.count == 1 && $0.samples == 0 })
  }

  @Test func `the sampled gradient's parts are those of the model`() throws {
    let game = try ring()
    var problem = try FrozenProblem(game)
    problem.freeze(at: [0])
    let world = FrozenWorld(game)
    world.freeze(problem.tables)
    let uniform = MeanFieldPolicy.uniform(game.layout)
    var sampled = SampledGradient(world)
    sampled.begin()
    var stream = RandomStream(seed: 4, role: .frozenLearning)
    // Several rounds, each an average of samples of one-step returns of the values before it.
    for _ in 0..<30 {
      sampled.evaluate(
        uniform, updates: 20_000, episode: 50,
        step: .init(.power(scale: 1, exponent: 1), total: 1 << 16), using: &stream)
    }
    let values = problem.evaluate(uniform)
    for row in 0..<game.layout.rowCount {
      let exact = problem.actionValue(row: row, values: values)
      // Returns of one step have a spread of about 2; some 2,000 visits a pair, and β / (1 − β) = 4
      // times the error of the mean: five standard errors are 5 · 4 · 2 / √2000.
      #expect(abs(sampled.table[row] - exact) < 0.9)
    }
    let occupation = sampled.occupation(uniform, count: 400_000, using: &stream)
    // Paths are 1 / (1 − β) = 5 long on average; so is the sum of d.
    #expect(abs(occupation.reduce(0, +) - 5) < 5 * 5 / (80_000.0).squareRoot())
    // d = ρ + β d P, checked on the estimate up to its own error.
    for state in 0..<5 {
      var pushed = 0.2
      for row in 0..<game.layout.rowCount {
        let from = Int(game.layout.stateOfRow[row])
        let range = game.layout.transitionOffsets[row]..<game.layout.transitionOffsets[row + 1]
        for entry in range where Int(game.layout.nextStates[entry]) == state {
          pushed += 0.8 * occupation[from] * uniform.weights[row] * game.probabilities[entry]
        }
      }
      #expect(abs(pushed - occupation[state]) < 0.03)
    }
  }

  @Test func `a sampled gradient learns ridesharing without a model`() throws {
    var learner = try meanFieldLearner(
      AdaptivePolicyGradient.self,
      "{gradient: sampled, iterations: 40, updates: 5000, delta: 0.01}", game: try Ridesharing())
    _ = try allSteps(&learner)
    #expect(abs(learner.estimate.m[0] - 0.5) < 0.03)
    #expect(learner.estimate.interval![0] < 0.5 && 0.5 < learner.estimate.interval![1])
  }
}
