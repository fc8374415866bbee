import Environments
import Foundation
import Statistics
import Testing

@testable import Equilibria

@Suite struct MarketExactTests {
  /// Values of two agents agree with those of an independent program (linear systems on pairs of
  /// states) to 1e-9 of the largest value; its own agreement with V at infinity sets the same bar.
  @Test(arguments: MarketCase.pairs)
  func `two agents on pairs of states, against an independent program`(_ item: MarketCase) throws {
    let subject = try item.subject()
    let pair = try PairMarket(subject)
    let expected = try #require(item.pair)
    let scale = 1e-9 * (1 + (subject.bestValues.map { abs($0) }.max() ?? 0))
    #expect(abs(subject.limitValue - item.limitValue) <= scale)
    let value = pair.value(of: subject.policy, from: subject.law)
    #expect(abs(value - expected.value) <= scale)
    #expect(abs(pair.bestValue(from: subject.law) - value - expected.gain) <= scale)
  }

  /// Exact figures for N = 2 … 1000: capacity's in closed form, reputation's by convolution.
  @Test(arguments: MarketCase.crowds)
  func `crowds that see their own state, against an independent program`(_ item: MarketCase) throws
  {
    let subject = try item.subject()
    let market = try IndependentMarket(subject)
    let scale = 1e-9 * (1 + (subject.bestValues.map { abs($0) }.max() ?? 0))
    #expect(item.crowds.map(\.agents) == [2, 5, 10, 100, 1000])
    for crowd in item.crowds {
      let answer = try market.judge(agents: crowd.agents)
      #expect(abs(answer.value - crowd.value) <= scale)
      #expect(abs(answer.gain - crowd.gain) <= scale)
    }
  }

  /// J_N − J_∞ = −γ Var(x) / (N (1 − β)): only the covariance of x with its own share of M counts.
  @Test(arguments: [(45.0, 1.0, 3), (60.0, 0.4, 17)])
  func `capacity's value gap is a variance`(alpha: Double, slope: Double, agents: Int) throws {
    guard case .finite(let game) = try CapacityCompetition(alpha: alpha, slope: slope).model()
    else { return }
    let uniform = MeanFieldPolicy.uniform(game.layout)
    let subject = try MarketSubject(game, population: uniform, near: [5])
    let mean = subject.law.enumerated().reduce(0) { $0 + Double($1.0) * $1.1 }
    #expect(abs(mean - subject.m[0]) < 1e-11)
    let variance = subject.law.enumerated().reduce(0) {
      $0 + (Double($1.0) - mean) * (Double($1.0) - mean) * $1.1
    }
    let gap = try IndependentMarket(subject).judge(agents: agents).value - subject.limitValue
    let expected = -slope * variance / (Double(agents) * (1 - game.discount))
    #expect(abs(gap - expected) < 1e-10 * abs(subject.limitValue))
  }

  /// E N / (c + S) by enumeration of the N − 1 others, N = 3 and 4.
  @Test(arguments: [3, 4])
  func `a mean reciprocal by quadrature is its sum over all draws`(agents: Int) throws {
    let kappa = [1, 2.5, 4, 30, 2.5]
    let weights = [0.4, 0.1, 0.2, 0.25, 0.05]
    func brute(_ c: Double, _ others: Int, _ sum: Double) -> Double {
      guard others > 0 else { return Double(agents) / (c + sum) }
      return zip(kappa, weights).reduce(0) {
        $0 + $1.1 * brute(c, others - 1, sum + $1.0)
      }
    }
    let own = [1, 4, 30.0]
    let found = MeanPrice(.reciprocal, agents: agents, kappa: kappa, weights: weights)(own)
    for (c, value) in zip(own, found) {
      let expected = brute(c, agents - 1, 0)
      #expect(abs(value - expected) < 1e-13 * expected)
    }
    let line = MeanPrice(.identity, agents: agents, kappa: kappa, weights: weights)(own)
    let mean = zip(kappa, weights).reduce(0) { $0 + $1.0 * $1.1 }
    for (c, value) in zip(own, line) {
      #expect(abs(value - (c + Double(agents - 1) * mean) / Double(agents)) < 1e-13 * value)
    }
  }

  /// A dense linear system on pairs, written from the definition: mixed policies, moves that depend on
  /// M, with and without turnover of the other agent.
  @Test(arguments: [nil, Turnover(survival: 0.7, entry: 1)])
  func `values on pairs solve the linear system`(turnover: Turnover?) throws {
    let subject = try randomSubject(seed: 4, turnover: turnover)
    let (game, layout) = (subject.game, subject.game.layout)
    let states = layout.stateCount
    let own = MeanFieldPolicy.uniform(layout)
    var matrix = DenseMatrix.identity(states * states)
    var payoff = [Double](repeating: 0, count: states * states)
    var tables = FrozenTables(layout)
    let kappa = layout.interaction[0]
    for one in 0..<layout.rowCount {
      for two in 0..<layout.rowCount {
        game.write(at: [0.5 * (kappa[one] + kappa[two])], to: &tables)
        func law(_ row: Int) -> [Double] {
          var law = [Double](repeating: 0, count: states)
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            law[Int(layout.nextStates[entry])] += tables.probabilities[entry]
          }
          return law
        }
        let first = law(one)
        var second = law(two)
        if let turnover {
          second = second.map { turnover.survival * $0 }
          second[turnover.entry] += 1 - turnover.survival
        }
        let pair = Int(layout.stateOfRow[one]) * states + Int(layout.stateOfRow[two])
        let weight = own.weights[one] * subject.policy.weights[two]
        payoff[pair] += weight * tables.payoffs[one]
        for x in 0..<states {
          for y in 0..<states {
            matrix[pair, x * states + y] -= game.discount * weight * first[x] * second[y]
          }
        }
      }
    }
    let expected = try solve(matrix, payoff)
    let market = try PairMarket(subject)
    let found = market.iterate(following: own.weights)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-11 })
    // The best is no worse anywhere, and is a fixed point: no single change of action improves it.
    let best = market.iterate(following: nil)
    #expect(zip(best, found).allSatisfy { $0 >= $1 - 1e-11 })
    #expect(zip(best, found).contains { $0 > $1 + 1e-3 })
  }

  @Test func `a market of two that is too large is refused with its size`() throws {
    var primitives = SocialLearning.Primitives()
    primitives.points = 101
    let game = try SocialLearning(primitives)
    let subject = try MarketSubject(game, policy: .uniform(game.layout), m: [0.5])
    let error = #expect(throws: MeanFieldError.self) { try PairMarket(subject) }
    #expect("\(error!)".contains("too many pairs of states"))
    #expect(throws: MeanFieldError.self) { try IndependentMarket(subject) }
  }
}

@Suite struct MarketSubjectTests {
  /// Plain iteration of the two-state game cycles; the population keeps up ½ all the same.
  @Test func `a population's m is found where iteration cycles`() throws {
    let game = try TwoStateGame(lambda: 3)
    let subject = try MarketSubject(game, population: .uniform(game.layout), near: [0.1])
    #expect(abs(subject.m[0] - 0.5) < 1e-12)
    #expect(subject.consistency < 1e-12)
  }

  @Test func `an equilibrium has no gain in the continuum, another policy has one`() throws {
    let game = try SocialLearning()
    let crossing = try #require(try MeanFieldEquilibrium().solve(game).principal)
    let exact = try MarketSubject(game, crossing)
    #expect(exact.consistency < 1e-11)
    #expect(exact.limitGain >= 0 && exact.limitGain < 1e-11)
    let other = try MarketSubject(game, population: .uniform(game.layout), near: [0.5])
    #expect(other.consistency < 1e-11)
    #expect(other.limitGain > 0.1)
  }

  /// From its own law the population does not move, and the deterministic path is the stationary one.
  @Test(arguments: [nil, Turnover(survival: 0.8, entry: 2)])
  func `the path of a population at rest is worth its stationary value`(turnover: Turnover?) throws
  {
    let subject = try randomSubject(seed: 6, turnover: turnover)
    var nudged = subject.law
    nudged[0] = nudged[0].nextUp
    // With turnover agent 1 stays and the others renew, so its own law moves although m does not.
    let value = try subject.limitValue(from: nudged)
    #expect(abs(value - subject.limitValue) < 1e-11)
    #expect(try subject.limitValue(from: subject.law) == subject.limitValue)
  }
}
