import Environments
import Foundation
import Testing

@testable import Equilibria

/// The logit path on games other than the race.
struct LogitPathGeneralTests {
  /// A one-shot game: one state, nothing after it.
  private func matrixGame(_ first: [[Double]], _ second: [[Double]]) throws -> StochasticGame {
    try StochasticGame(
      actionCounts: [[first.count, first[0].count]], discounts: [0, 0], initial: [1]
    ) { _, joint, row in
      row.pay(0, first[joint[0]][joint[1]])
      row.pay(1, second[joint[0]][joint[1]])
      row.move(to: 0, probability: 1)
    }
  }

  /// A 2 × 2 game's logit equilibrium by hand: p = L(λ Δ₁(q)), q = L(λ Δ₂(p)) with Δ linear, so p is
  /// the root of an increasing function of one variable, found by bisection.
  @Test(arguments: [0.5, 3.0, 20.0])
  func `asymmetric matching pennies has the logit equilibrium found by bisection`(
    precision: Double
  ) throws {
    // Player 0 gets 9 for both heads, 1 for both tails; player 1 gets 1 for a mismatch.
    let game = try matrixGame([[9, 0], [0, 1]], [[0, 1], [1, 0]])
    let lambda = precision / 9  // payoffs range over 9
    func logistic(_ z: Double) -> Double { 1 / (1 + exp(-z)) }
    func reply(_ p: Double) -> Double { logistic(lambda * (1 - 2 * p)) }
    func excess(_ p: Double) -> Double {
      let q = reply(p)
      return p - logistic(lambda * (9 * q - (1 - q)))
    }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if excess(middle) < 0 { low = middle } else { high = middle }
    }
    let found = try LogitPath().profile(of: game, atPrecision: precision)
    #expect(found.solution.status == .converged)
    #expect(abs(found.solution.profile[0][0, 0] - low) < 1e-12)
    #expect(abs(found.solution.profile[1][0, 0] - reply(low)) < 1e-12)

    let limit = try LogitPath().solve(game)
    #expect(limit.solution.status == .converged)
    #expect(abs(limit.solution.profile[0][0, 0] - 0.5) < 1e-12)
    #expect(abs(limit.solution.profile[1][0, 0] - 0.1) < 1e-12)
  }

  @Test func `prisoners defect`() throws {
    let game = try matrixGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    let result = try LogitPath().solve(game)
    #expect(result.solution.status == .converged)
    #expect(result.solution.profile[0].law(at: 0) == [0, 1])
    #expect(result.solution.values == [[1], [1]])
  }

  /// Equal payoffs everywhere, duplicate actions, ties: nothing is determined, yet all certifies.
  @Test func `degenerate games certify`() throws {
    for payoffs in [
      [[0.0, 0], [0, 0]], [[1, 1], [1, 1]], [[2, 2], [0, 0]], [[1, 0], [1, 0]],
    ] {
      let game = try matrixGame(payoffs, [[1, 1], [0, 0]])
      #expect(try LogitPath().solve(game).solution.status == .converged)
    }
    let doubled = try matrixGame(
      [[1, -1, -1], [-1, 1, 1], [-1, 1, 1]], [[-1, 1, 1], [1, -1, -1], [1, -1, -1]])
    let result = try LogitPath().solve(doubled)
    #expect(result.solution.status == .converged)
    #expect(abs(result.solution.profile[0][0, 0] - 0.5) < 1e-9)
  }

  /// SplitMix64, so that the games below are the same on every platform.
  private struct Draws {
    var state: UInt64
    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      bits ^= bits >> 31
      return Double(bits >> 11) * 0x1p-53
    }
    mutating func index(_ count: Int) -> Int { Int(next() * Double(count)) }
  }

  private func randomGame(players: Int, seed: UInt64, terminal: Bool = false) throws
    -> StochasticGame
  {
    var draws = Draws(state: seed)
    let states = 2 + draws.index(4)
    var counts = (0..<states).map { _ in (0..<players).map { _ in 2 + draws.index(3) } }
    if terminal { counts[states - 1] = Array(repeating: 1, count: players) }
    return try StochasticGame(
      actionCounts: counts, discounts: (0..<players).map { _ in 0.5 + 0.45 * draws.next() },
      initial: (0..<states).map { $0 == 0 ? 1 : 0 }, terminal: terminal ? [states - 1] : []
    ) { _, _, row in
      for player in 0..<players { row.pay(player, draws.next()) }
      let chances = (0..<states).map { _ in draws.next() < 0.4 ? 0 : draws.next() }
      let total = chances.reduce(0.1, +)
      for (next, chance) in chances.enumerated() {
        row.move(to: next, probability: (chance + (next == 0 ? 0.1 : 0)) / total)
      }
    }
  }

  @Test(arguments: [(2, 40), (3, 12)])
  func `random games certify`(players: Int, count: Int) throws {
    for seed in 1...UInt64(count) {
      let game = try randomGame(players: players, seed: seed, terminal: seed % 3 == 0)
      let result = try LogitPath().solve(game)
      #expect(result.solution.status == .converged, "players \(players), seed \(seed)")
      let certificate = try Certificate(game, result.solution.profile)
      #expect(certificate.isCertified && certificate.supportGap < 1e-9)
    }
  }

  /// With one player the limit is the optimal policy; all pure policies are tried.
  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `one player ends at the best of all policies`(seed: UInt64) throws {
    let game = try randomGame(players: 1, seed: seed)
    let result = try LogitPath().solve(game)
    #expect(result.solution.status == .converged)
    var best = [Double](repeating: -.infinity, count: game.stateCount)
    var actions = [Int](repeating: 0, count: game.stateCount)
    enumeration: while true {
      let values = try game.values(of: Profile([game.purePolicy(0, actions)]))[0]
      for state in best.indices { best[state] = max(best[state], values[state]) }
      for state in actions.indices {
        actions[state] += 1
        if actions[state] < game.actionCount(0, at: state) { continue enumeration }
        actions[state] = 0
      }
      break
    }
    #expect(largestDifference(result.solution.values, [best]) < 1e-12)
  }

  /// A terminal state reached for sure allows discount 1: a three-step walk home.
  @Test func `undiscounted play that ends`() throws {
    let game = try StochasticGame(
      actionCounts: [[2], [2], [1]], discounts: [1], initial: [1, 0, 0], terminal: [2]
    ) { state, joint, row in
      row.pay(0, joint[0] == 0 ? 1 : 3)
      row.move(to: joint[0] == 0 ? state + 1 : 2, probability: 1)
    }
    let result = try LogitPath().solve(game)
    #expect(result.solution.status == .converged)
    #expect(abs(result.solution.values[0][0] - 4) < 1e-12)
    #expect(abs(result.solution.values[0][1] - 3) < 1e-12)
  }

  /// Races with drawn parameters, frontier riding included.
  @Test func `random races certify`() throws {
    var draws = Draws(state: 2024)
    for number in 0..<24 {
      let changes = [
        "grid": Double(11 + 2 * draws.index(3)), "actions": Double(5 + draws.index(5)),
        "omega": 8 * draws.next(), "s": draws.next(), "mu": 0.5 * draws.next(),
        "beta": 0.6 + 0.35 * draws.next(), "noise_prob": 0.6 * draws.next(),
        "noise_size": 0.1 + 0.5 * draws.next(), "x_max": 0.4 + 0.55 * draws.next(),
        "kappa": number % 3 == 0 ? 0.02 * draws.next() : 0,
      ]
      let game = try ComputeRace(scenario: "stable-parity", changes).stochasticGame()
      let result = try LogitPath().solve(game)
      #expect(result.solution.status == .converged, "draw \(number): \(changes)")
    }
  }
}
