import Configuration
import Foundation
import Statistics
import Testing

@testable import Environments

@Test(arguments: variedRaces)
func `a race is a sound game, exactly symmetric in the firms`(changes: [String: Double]) throws {
  let race = try race(changes)
  let game = try race.stochasticGame()
  #expect(game.violations() == [])
  let last = race.grid - 1
  for k in 0...last {
    #expect(race.gap(k) == -race.gap(last - k))
    for i in 0..<race.actions {
      for j in 0..<race.actions {
        let row = game.row(k, [i, j])
        let image = game.row(last - k, [j, i])
        #expect(game.payoff(0, row: row) == game.payoff(1, row: image))
        for next in 0...last {
          #expect(
            game.probability(row: row, to: next) == game.probability(row: image, to: last - next))
        }
      }
    }
  }
}

/// The kernel from its statement: a position y weighs grid point g_k by max(0, 1 − |y − g_k|/step).
/// Probabilities are sums of at most three products below 1; 1e-12 also covers snapping to a point.
@Test(arguments: variedRaces)
func `kernel rows are the clamped hat functions, sum to 1 and keep the mean`(
  changes: [String: Double]
) throws {
  let race = try race(changes)
  let game = try race.stochasticGame()
  let shocks = [
    (0, 1 - race.noiseProbability), (race.noiseSize, race.noiseProbability / 2),
    (-race.noiseSize, race.noiseProbability / 2),
  ]
  for k in 0..<race.grid {
    for i in 0..<race.actions {
      for j in 0..<race.actions {
        let row = game.row(k, [i, j])
        let post = race.postTrainingGap(race.gap(k), race.training(i), race.training(j))
        var (total, mean) = (0.0, 0.0)
        for next in 0..<race.grid {
          let found = game.probability(row: row, to: next)
          var expected = 0.0
          for (shock, weight) in shocks {
            let y = min(max(post + shock, -race.gapMax), race.gapMax)
            expected += weight * max(0, 1 - abs(y - race.gap(next)) / race.step)
          }
          #expect(abs(found - expected) <= 1e-12)
          total += found
          mean += found * race.gap(next)
        }
        #expect(abs(total - 1) <= 1e-15 * 8)
        if abs(post) + race.noiseSize <= race.gapMax { #expect(abs(mean - post) <= 1e-12) }
      }
    }
  }
}

@Test func `the default race has the stated size, labels and start`() throws {
  let game = try ComputeRace().stochasticGame()
  #expect(game.stateCount == 21)
  #expect(game.rowCount == 21 * 81)
  #expect(game.discounts == [0.95, 0.95])
  #expect(game.initial == (0..<21).map { $0 == 10 ? 1 : 0 })
  #expect(
    game.stateLabels.map(\.description)[7...13] == [
      "-0.6", "-0.4", "-0.2", "0", "0.2", "0.4", "0.6",
    ])
  #expect(game.actionLabels.labels(1, at: 0).map(\.description).last == "0.8")
  #expect(game.mirror == (0..<21).map { 20 - $0 })
  #expect(game.growth == nil)
  #expect(game.continuations == game.probabilities)
}

@Test func `training that reaches capacity is refused with both numbers`() throws {
  let error = #expect(throws: GameError.self) { _ = try race(["x_max": 1, "Q": 1]) }
  #expect(error?.subject == "x_max")
  #expect(error?.rule.contains("x_max² = 1.0") == true)
  #expect(error?.rule.contains("Q = 1.0") == true)
  #expect(throws: GameError.self) { _ = try race(["x_max": 1.1, "Q": 1.2]) }
  #expect(throws: Never.self) { _ = try race(["x_max": 0.999, "Q": 1]) }
}

@Test func `an even grid is refused with a way out`() {
  let error = #expect(throws: GameError.self) { _ = try race(["grid": 20]) }
  #expect(
    error?.description == "grid: 20 is even: the grid must be odd, so that parity is on it; try 21")
}

@Test func `races made in Swift are checked like configured ones`() {
  for (name, change) in [
    ("mu", { $0.mu = 1.5 }), ("beta", { $0.beta = 1 }), ("grid", { $0.grid = 1 }),
    ("noise_prob", { $0.noiseProbability = -0.1 }), ("omega", { $0.omega = .nan }),
  ] as [(String, (inout ComputeRace) -> Void)] {
    var race = ComputeRace()
    change(&race)
    let error = #expect(throws: GameError.self) { _ = try race.stochasticGame() }
    #expect(error?.subject == name)
  }
}

/// gap_max / step may round to more than the number of steps: 3 / fl(3 / 10819) = 10819 + 1.8e-12.
@Test func `the largest gap stays on the grid, however fine`() throws {
  let race = try race(["gap_max": 3, "grid": 21639, "noise_prob": 0])
  for gap in [3.0, 3.5, -3.0] {
    let law = race.transitions(gap)
    #expect(law.count == 1)
    #expect(law[0].state == (gap > 0 ? 21638 : 0))
    #expect(law[0].probability == 1)
  }
}

@Test func `riding multiplies the frontier payoff and the future by exp κ(x₁ + x₂)`() throws {
  let changes = ["kappa": 0.03, "base": 0.4, "omega": 1.2, "s": 0.6]
  let race = try race(changes)
  let game = try race.stochasticGame()
  let growth = try #require(game.growth)
  for (k, i, j) in [(0, 0, 0), (10, 8, 8), (13, 2, 5), (20, 8, 0)] {
    let (x1, x2) = (race.training(i), race.training(j))
    let row = game.row(k, [i, j])
    let factor = exp(0.03 * (x1 + x2))
    #expect(growth[row] == factor)
    for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1] {
      #expect(game.continuations[entry] == factor * game.probabilities[entry])
    }
    let post = 0.8 * race.gap(k) + (x1 - x2)
    // ω (s (L(g) − 1/2) + (1 − s) [2 sinh(g/2)]₊) written with exponentials: a few roundings.
    let contest = 1 / (1 + exp(-post)) - 0.5
    let rent = post > 0 ? exp(post / 2) - exp(-post / 2) : 0
    let frontier = 1.2 * (0.6 * contest + 0.4 * rent)
    let bill = 8 / (1 - x1 * x1 / 2 - x2 * x2 / 2) * x1 * x1 / 2
    #expect(abs(game.payoff(0, row: row) - (factor * (frontier + 0.4) - bill)) <= 1e-13)
  }
}

@Test func `riding must not outrun discounting`() throws {
  // 0.95 exp(1.6 κ) = 1 at κ = −ln(0.95)/1.6 = 0.0320583…
  let limit = -log(0.95) / 1.6
  #expect(throws: Never.self) { _ = try race(["kappa": limit - 1e-6]).stochasticGame() }
  let error = #expect(throws: GameError.self) { _ = try race(["kappa": limit + 1e-6]) }
  #expect(error?.subject == "kappa")
}

/// exp(1e-300 · 1.6) is 1 exactly, so the riding game's arithmetic runs and must change nothing.
@Test func `without riding the race is the plain one, bit for bit`() throws {
  for scenario in ComputeRace.scenarios.map(\.name) {
    let plain = try ComputeRace(scenario: scenario).stochasticGame()
    let riding = try ComputeRace(scenario: scenario, ["kappa": 1e-300]).stochasticGame()
    #expect(riding.growth == nil)
    #expect(riding.payoffs == plain.payoffs)
    #expect(riding.continuations == plain.continuations)
  }
}

@Test func `without noise a row splits between two neighbours at most`() throws {
  let race = try race(["noise_prob": 0, "mu": 0.13])
  let game = try race.stochasticGame()
  for row in 0..<game.rowCount {
    let entries = game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
    #expect(entries.count <= 2)
    if entries.count == 2 {
      #expect(game.nextStates[entries.lowerBound + 1] == game.nextStates[entries.lowerBound] + 1)
    }
  }
  // The size of a shock that never comes does not matter.
  let other = try ComputeRace(
    scenario: "stable-parity", ["noise_prob": 0, "mu": 0.13, "noise_size": 1.9]
  ).stochasticGame()
  #expect(other.probabilities == game.probabilities)
  #expect(other.nextStates == game.nextStates)
}

/// With nobody training, 0.8 · 2 + 0.2 < 2: no mass ever meets the clamp and the mean fades by
/// 1 − μ a period exactly. Each of 40 periods adds roundings of 21 products below 2: 1e-13.
@Test func `without stakes an untouched gap fades geometrically`() throws {
  let race = try ComputeRace(scenario: "saturated")
  let game = try race.stochasticGame()
  for start in [12, 4, 20] {
    var law = [Double](repeating: 0, count: 21)
    law[start] = 1
    var expected = race.gap(start)
    for _ in 0..<40 {
      var next = [Double](repeating: 0, count: 21)
      for k in 0..<21 where law[k] > 0 {
        for move in 0..<21 {
          next[move] += law[k] * game.probability(row: game.row(k, [0, 0]), to: move)
        }
      }
      law = next
      expected *= 0.8
      let mean = (0..<21).reduce(0) { $0 + law[$1] * race.gap($1) }
      #expect(abs(mean - expected) <= 1e-13)
    }
  }
}

/// R Q = W + W T/(Q − T) and R (Q − T) = W, by algebra; relative 8 ulp for four operations.
@Test func `the compute market clears at every load`() throws {
  let race = try race(["W": 3.7, "Q": 1.3])
  var (previous, slope) = (-1.0, 0.0)
  for n in 0..<1000 {
    let load = 1.3 * Double(n) / 1000
    let price = race.rent(load)
    let bill = price * load
    #expect(abs(price * 1.3 - (3.7 + bill)) <= 8 * (price * 1.3).ulp)
    #expect(abs(price * (1.3 - load) - 3.7) <= 8 * 3.7.ulp)
    #expect(bill > previous)
    if n > 0 {
      #expect(bill - previous > slope || n == 1)
      slope = bill - previous
    }
    previous = bill
  }
  #expect(race.rent(1.3 * (1 - 1e-12)) > 1e11)
}

/// With s = 1 the frontier payoff is odd, so it cancels between the firms and they lose exactly
/// what both pay for training.
@Test func `one-shot stakes only move money, and compute costs it`() throws {
  let race = try race()
  let game = try race.stochasticGame()
  for (k, i, j) in [(0, 0, 0), (10, 3, 3), (17, 8, 1), (3, 2, 7)] {
    let (x1, x2) = (race.training(i), race.training(j))
    let load = x1 * x1 / 2 + x2 * x2 / 2
    let row = game.row(k, [i, j])
    let sum = game.payoff(0, row: row) + game.payoff(1, row: row)
    #expect(abs(sum + race.rent(load) * load) <= 1e-14)
  }
}

/// π(h)/h = slope + O(h²) on either side: 1e-12 for h = 1e-6, with coefficients of order 1.
@Test(arguments: [0, 0.35, 0.8, 1])
func `the payoff has the stated kink at parity`(s: Double) throws {
  let race = try race(["s": s, "a": 1.3, "theta": 0.7, "omega": 2])
  let h = 1e-6
  let right = 2 * (s * 0.7 * 1.3 / 4 + (1 - s) * 1.3)
  let left = 2 * s * 0.7 * 1.3 / 4
  #expect(race.frontierPayoff(0) == 0)
  #expect(abs(race.frontierPayoff(h) / h - right) <= 1e-11)
  #expect(abs(race.frontierPayoff(-h) / -h - left) <= 1e-11)
}

/// The odd part of π is Σ pₙ gⁿ over odd n. From f(h)/h at h, 2h, 3h, p₃ is the linear coefficient
/// of the parabola through them in h²: the error is 49 h⁴ p₇, and p₇ < 0.01 here, so below 1e-8
/// at h = 0.01; rounding adds 1e-16/h² = 1e-12.
@Test(arguments: [0.6, 1, 1.6])
func `the cubic term of the payoff vanishes at the stated mix`(theta: Double) throws {
  func cubic(_ s: Double) throws -> Double {
    let race = try race(["s": s, "a": 1.1, "theta": theta, "omega": 1])
    let h = 0.01
    let f = (1...3).map { n in
      let g = Double(n) * h
      return (race.frontierPayoff(g) - race.frontierPayoff(-g)) / 2 / g
    }
    // Newton's divided differences at x = 1, 4, 9 (in units of h²).
    let (first, second) = ((f[1] - f[0]) / 3, (f[2] - f[1]) / 5)
    let quadratic = (second - first) / 8
    return (first - quadratic * (1 + 4)) / (h * h)
  }
  for s in [0, 0.25, 0.5, 1] {
    let stated = 1.1 * 1.1 * 1.1 / 48 * ((1 - s) - s * theta * theta * theta)
    #expect(abs(try cubic(s) - stated) <= 1e-8)
  }
  #expect(abs(try cubic(1 / (1 + theta * theta * theta))) <= 1e-8)
}

/// The power P(g) = L(θag) − 1/2 and its expansion to third order; the remainder of tanh's
/// alternating series is below its next term.
@Test func `the induced power game has the stated expansion`() throws {
  let race = try race(["a": 1.4, "theta": 0.9, "omega": 1])
  let z = 0.9 * 1.4
  for n in -20...20 {
    let g = Double(n) / 20 / z
    let series = z / 4 * g - z * z * z / 48 * g * g * g
    let remainder = abs(race.frontierPayoff(g) - series)
    #expect(remainder <= pow(z * abs(g), 5) / 480 + 1e-16)
    #expect(abs(race.frontierPayoff(g) - (1 / (1 + exp(-z * g)) - 0.5)) <= 2e-16)
  }
}

/// The scenarios' changes, from the model statement's table.
private let stated: [(String, [String: Double])] = [
  ("saturated", ["omega": 0]), ("stable-parity", [:]),
  ("contested", ["s": 0.3, "mu": 0.3, "noise_prob": 0.5, "noise_size": 0.4]),
  ("tipping", ["omega": 1.5, "s": 0.7, "mu": 0.08]),
  ("near-capacity", ["omega": 8, "W": 1, "x_max": 0.98]),
  ("priority-heavy", ["omega": 1, "a": 2]), ("bertrand-heavy", ["s": 0]),
]

@Test func `every scenario resolves to the stated race`() throws {
  #expect(ComputeRace.scenarios.map(\.name) == stated.map(\.0))
  for (name, changes) in stated {
    let scenario = try #require(ComputeRace.scenarios.first { $0.name == name })
    let set = try ParameterSet(
      nil, declared: scenario.applied(to: ComputeRace.parameters), path: "game.parameters",
      position: Position(source: "test"))
    let configured = try ComputeRace(set)
    #expect(try configured == ComputeRace(scenario: name))
    #expect(try configured == race(changes))
    #expect(try configured.stochasticGame().violations() == [])
  }
  #expect(try ComputeRace(scenario: "stable-parity") == ComputeRace())
}

@Test func `unknown scenarios and parameters are refused by name`() {
  #expect(throws: GameError.self) { _ = try ComputeRace(scenario: "calm") }
  let error = #expect(throws: GameError.self) { _ = try race(["gamma": 0.9]) }
  #expect(error?.subject == "gamma")
}
