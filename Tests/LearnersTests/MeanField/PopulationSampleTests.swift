import Environments
import Equilibria
import Statistics
import Testing

@testable import Learners

@Suite struct PopulationSampleTests {
  private func sample(
    _ game: any MeanFieldGame, at m: Double, targets: [Int], seed: UInt64 = 1, burnIn: Int = 0
  ) throws -> (sample: PopulationSample, exact: MeanFieldResponse) {
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [m])
    let policy = MeanFieldPolicy(rows: response.rows, in: game.layout)
    var stream = RandomStream(seed: seed, role: .population)
    var sample = PopulationSample(
      problem.tables, layout: game.layout, turnover: game.turnover, policy: policy,
      burnIn: burnIn, using: &stream)
    for target in targets {
      try sample.extend(to: target, using: &stream, isCancelled: { false })
    }
    return (sample, response)
  }

  /// States are independent draws here, at 2 with probability p = 0.3: the standard error is
  /// √(p (1 − p) / K). The estimate's own relative error is 1 / √62, and the bound five times that.
  @Test func `the error of a mean of independent states`() throws {
    let game = try TwoStateGame(lambda: 1)
    for seed in 1...5 {
      let (sample, _) = try sample(game, at: 0.7, targets: [32_000], seed: UInt64(seed))
      let expected = (0.3 * 0.7 / 32_000).squareRoot()
      let (mean, error) = sample.mean
      #expect(abs(error / expected - 1) < 5 / 62.0.squareRoot())
      #expect(abs(mean - 0.3) < 5 * expected)
      #expect(abs(sample.law[1] - mean) < 1e-12)
      #expect(abs(sample.law.reduce(0, +) - 1) < 1e-12)
    }
  }

  /// The 200,000 states of the paper: in ridesharing at the equilibrium of r = 10, from the
  /// fundamental matrix, the standard error is 0.00091 (numpy).
  @Test func `the error of a mean of dependent states`() throws {
    let game = try Ridesharing(payoffs: [1, 1.3, 10])
    for seed in 1...3 {
      let (sample, _) = try sample(game, at: 0.75, targets: [200_000], seed: UInt64(seed))
      #expect(abs(sample.mean.error / 0.00091 - 1) < 5 / 62.0.squareRoot())
      #expect(abs(sample.mean.value - 0.75) < 5 * 0.00091)
    }
  }

  @Test func `doubling continues the same path`() throws {
    let game = try Inventory()
    let once = try sample(game, at: 0.1, targets: [12_800]).sample
    let twice = try sample(game, at: 0.1, targets: [3_200, 6_400, 12_800]).sample
    #expect(once.samples == 12_800)
    #expect(twice.samples == 12_800)
    #expect(once.law == twice.law)
    #expect(abs(once.mean.value - twice.mean.value) < 1e-12)
    #expect(abs(once.mean.error - twice.mean.error) < 1e-12)
  }

  /// Sellers leave with probability 1 − β and begin again at (0, 0), whose mass is therefore 1 − β.
  @Test func `agents leave and enter`() throws {
    let game = try Reputation()
    let (sample, exact) = try sample(game, at: 23, targets: [320_000], burnIn: 1_000)
    #expect(abs(exact.law[0] - 0.05) < 1e-12)
    // Arrivals at (0, 0) are independent of the past.
    #expect(abs(sample.law[0] - 0.05) < 5 * (0.05 * 0.95 / 320_000).squareRoot())
    #expect(abs(sample.mean.value - exact.mapped[0]) < 5 * sample.mean.error)
  }
}
