import Environments
import Foundation
import Statistics
import Testing

@testable import Equilibria

@Suite struct LadderProblemTests {
  @Test(arguments: 0..<12)
  func `values and investment satisfy Bellman's equation on a fine grid`(seed: Int) throws {
    let ladder = try randomLadder(seed: seed)
    let bounds = ladder.interactionBounds[0]
    for share in [0.0, 0.3, 1] {
      let m = bounds.lowerBound + share * (bounds.upperBound - bounds.lowerBound)
      var problem = LadderProblem(ladder)
      let found = try problem.respond(to: [m])
      let scale = found.values.map(abs).max()! + 1
      for x in 0...ladder.top {
        // π + β Σ P V written from the model, at investments 1/4000 apart and at the one found.
        func worth(_ a: Double) -> Double {
          let up = x == ladder.top ? 0 : (1 - ladder.depreciation) * a / (1 + a)
          let down = x == 0 ? 0 : ladder.depreciation / (1 + a)
          let next =
            (1 - up - down) * found.values[x] + (up > 0 ? up * found.values[x + 1] : 0)
            + (down > 0 ? down * found.values[x - 1] : 0)
          return ladder.revenue(x, m) - ladder.cost * pow(a, ladder.power)
            + ladder.discount * next
        }
        #expect(abs(worth(found.actions[x]) - found.values[x]) < 1e-13 * scale)
        for step in 0...4000 {
          let a = ladder.minimumAction + (1 - ladder.minimumAction) * Double(step) / 4000
          #expect(worth(a) <= found.values[x] + 1e-13 * scale)
        }
      }
    }
  }

  @Test(arguments: 0..<12)
  func `the law is invariant by a dense solution`(seed: Int) throws {
    let ladder = try randomLadder(seed: seed)
    var problem = LadderProblem(ladder)
    let found = try problem.respond(to: problem.m)
    // (Pᵀ − I) s = 0 with the last equation replaced by Σ s = 1.
    let n = ladder.top + 1
    var system = DenseMatrix(rows: n, columns: n)
    for x in 0..<n {
      let a = found.actions[x]
      let up = x == ladder.top ? 0 : (1 - ladder.depreciation) * a / (1 + a)
      let down = x == 0 ? 0 : ladder.depreciation / (1 + a)
      system[x, x] -= up + down
      if up > 0 { system[x + 1, x] += up }
      if down > 0 { system[x - 1, x] += down }
    }
    for x in 0..<n { system[n - 1, x] = 1 }
    let law = try solve(system, (0..<n).map { $0 == n - 1 ? 1 : 0 })
    #expect(apart(law, found.law) < 1e-12)
    let mapped = zip(law, ladder.interaction).reduce(0) { $0 + $1.0 * $1.1 }
    #expect(abs(mapped - found.mapped[0]) < 1e-11 * (1 + mapped))
  }

  @Test(arguments: [1.0, 2, 3])
  func `the rule of investment agrees with closed forms`(power: Double) {
    let rule = InvestmentRule(power: power, minimum: 0.05)
    for step in 0...200 {
      let t = 0.005 * 1.05 * 1.05 + 4.5 * Double(step) / 200
      // p = 1: (1 + a)² = t. p = 3: (a (1 + a))² = t. p = 2: a (1 + a)² = t by bisection.
      let expected: Double =
        switch power {
        case 1: t.squareRoot() - 1
        case 3: 0.5 * ((1 + 4 * t.squareRoot()).squareRoot() - 1)
        default:
          (0..<60).reduce((0.0, 2.0)) { ends, _ in
            let a = 0.5 * (ends.0 + ends.1)
            return a * (1 + a) * (1 + a) < t ? (a, ends.1) : (ends.0, a)
          }.0
        }
      let clipped = min(max(expected, 0.05), 1)
      for start in [0.05, 0.4, 1] {
        #expect(abs(rule.investment(t, from: start) - clipped) < 1e-14)
      }
    }
    #expect(rule.investment(-3, from: 0.5) == 0.05)
    #expect(rule.investment(1e9, from: 0.5) == 1)
  }

  @Test func `investment where none pays and where all pays is clipped`() throws {
    var poor = LadderProblem(try capacityLadder(alpha: 1))
    #expect(try poor.respond(to: [30]).actions.allSatisfy { $0 == 0.05 })
    var rich = LadderProblem(try capacityLadder { $0.cost = 1e-9 })
    #expect(try rich.respond(to: [0]).actions.allSatisfy { $0 == 1 })
  }

  @Test func `one level above the bottom by hand`() throws {
    // Two levels, δ = 1/2, a = 1 the only investment: up and down with probability 1/4, so s = 1/2 and
    // D = r₁ − r₀ + β (1/2) D, with r₁ − r₀ = 6 and β = 1/2: D = 6 / (1/2 + 1/4) = 8; V₀ = (−2 + D / 8) /
    // (1/2) = −2.
    let ladder = try capacityLadder(alpha: 6, slope: 0) {
      $0.depreciation = 0.5
      $0.discount = 0.5
      $0.cost = 2
      $0.cap = 1
      $0.minimumAction = 1
    }
    var problem = LadderProblem(ladder)
    let found = try problem.respond(to: [0.25])
    #expect(found.actions == [1, 1])
    #expect(abs(problem.differences[0] - 8) < 1e-14)
    #expect(abs(found.values[0] + 2) < 1e-14 && abs(found.values[1] - 6) < 1e-14)
    #expect(found.law == [0.5, 0.5] && found.mapped == [0.5])
  }

  @Test func `a law over magnitudes beyond a double's stays one`() throws {
    // δ = 0.01 and a = 1 everywhere: s(x + 1) / s(x) = 0.99 · ½ / (0.01 · ½) = 99, on 2001 levels.
    let ladder = try capacityLadder {
      $0.depreciation = 0.01
      $0.minimumAction = 1
      $0.cap = 2000
    }
    var problem = LadderProblem(ladder)
    let law = try problem.respond(to: [0]).law
    #expect(abs(law[2000] - 98.0 / 99) < 1e-12)
    #expect(abs(law[1990] / (98 / 99 * pow(99, -10)) - 1) < 1e-12)
    #expect(law.allSatisfy { $0 >= 0 })
  }

  @Test func `differences keep their digits as the discount factor nears 1`() throws {
    // With a = 1 everywhere and β → 1, (1 − β) (D(x)) + β (flows) is solved without subtraction: the
    // residual of each equation is a few roundings of its terms.
    let ladder = try capacityLadder {
      $0.discount = 1 - 1e-10
      $0.minimumAction = 1
      $0.cap = 50
    }
    var problem = LadderProblem(ladder)
    _ = try problem.respond(to: [3])
    let d = problem.differences
    let (up, down, beta) = (0.49 / 2, 0.51 / 2, 1 - 1e-10)
    for x in 0..<50 {
      let out = (1 - beta + beta * (down + up)) * d[x]
      let into = (x > 0 ? beta * down * d[x - 1] : 0) + (x < 49 ? beta * up * d[x + 1] : 0)
      #expect(abs(out - into - 42) < 1e-13 * out)
    }
  }
}

/// Lemmas 2 to 4 on a ladder so long that its top does not matter where they are tested.
@Suite struct LadderLemmaTests {
  static func longLadder() throws -> (LadderProblem, LadderResponse) {
    var problem = LadderProblem(try capacityLadder { $0.cap = 319 })
    let found = try problem.respond(to: [8.814437805540392])
    return (problem, found)
  }

  @Test func `values are convex and increasing, investment rises (Lemma 2, Theorem 3)`() throws {
    let (problem, found) = try Self.longLadder()
    for x in 0..<60 {
      #expect(problem.differences[x] > 0)
      #expect(problem.differences[x + 1] >= problem.differences[x])
      #expect(found.actions[x + 1] >= found.actions[x])
    }
  }

  @Test func `expected value is concave in investment (Lemma 3)`() throws {
    let (problem, found) = try Self.longLadder()
    let delta = problem.ladder.depreciation
    for x in [0, 1, 7, 30, 59] {
      func expected(_ a: Double) -> Double {
        let (up, down) = (problem.ladder.rise(a), x > 0 ? problem.ladder.fall(a) : 0)
        return up * (found.values[x + 1] - found.values[x])
          - (x > 0 ? down * (found.values[x] - found.values[x - 1]) : 0)
      }
      for a in [0.1, 0.5, 0.9] {
        let h = 1e-3
        let second = (expected(a + h) - 2 * expected(a) + expected(a - h)) / (h * h)
        let gain =
          (1 - delta) * problem.differences[x] + (x > 0 ? delta * problem.differences[x - 1] : 0)
        let formula = -2 / pow(1 + a, 3) * gain
        // Differences of fourth order: h² / 12 times the fourth derivative, 12 / (1 + a)² of this one.
        #expect(abs(second / formula - 1) < 2 * h * h)
        let first = (expected(a + h) - expected(a - h)) / (2 * h)
        #expect(abs(first / (problem.marginalGain(x) / pow(1 + a, 2)) - 1) < 2 * h * h)
      }
    }
  }

  @Test func `the marginal gain moves by second differences (Lemma 4)`() throws {
    let (problem, found) = try Self.longLadder()
    let delta = problem.ladder.depreciation
    for x in 1..<60 {
      let v = found.values
      let second = v[x + 2] - 2 * v[x + 1] + v[x]
      let below = v[x + 1] - 2 * v[x] + v[x - 1]
      let change = problem.marginalGain(x + 1) - problem.marginalGain(x)
      #expect(
        abs(change - (1 - delta) * second - delta * below) < 1e-9 * abs(problem.marginalGain(x)))
    }
  }
}
