import Environments
import Equilibria
import Foundation
import Learners
import Statistics
import Testing

/// One state, discount 1/2, payoffs (row, column) of the row player 2 log 3, 0 / 0, 0, temperature 1,
/// steps 1/2, uniform first beliefs.
///
///     1: W = (log 3, 0), x = (3/4, 1/4), worth 3/4 log 3. The column player is paid nothing: (1/2, 1/2).
///     2: V = 3/8 log 3, beliefs (1/2, 1/2) about column, so W = (1, 0) log 3 + 3/16 log 3 and
///        x = (3/4, 1/4) again, worth (3/4 + 3/16) log 3 = 15/16 log 3.
///     3: V = (3/8 + 15/16)/2 log 3 = 21/32 log 3; column believes 1/2, 5/8, 11/16 in the row player's
///        first action.
@Test func `smooth fictitious play goes as worked by hand`() throws {
  let a: [[Double]] = [[2 * log(3), 0], [0, 0]]
  let game = try bimatrix(a, [[0, 0], [0, 0]], discount: 0.5)
  let yaml = "{initial: uniform, belief_step: 0.5, value_step: 0.5, temperature: 1}"
  let learners = try (0..<2).map {
    try modelLearner(SmoothFictitiousPlay.self, yaml, game: game, player: $0)
  }
  var loop = ModelLoop(game: game, learners: learners, steps: 10)
  let table = [(0.0, 0.5), (3.0 / 8, 5.0 / 8), (21.0 / 32, 11.0 / 16)]
  for (index, (value, belief)) in table.enumerated() {
    loop.run(until: index)
    #expect(abs(learners[0].values[0] - value * log(3)) <= 1e-15)
    #expect(abs(learners[0].lastPolicy[0, 0] - 0.75) <= 1e-15)
    #expect(learners[1].lastPolicy.probabilities == [0.5, 0.5])
    #expect(abs(learners[1].belief(about: 0)[0, 0] - belief) <= 1e-15)
  }
}

@Test func `the temperature of a response is that of its round`() throws {
  let game = try zeroSum([[1, -1], [-1, 1]])
  let yaml = "{temperature: {kind: power, scale: 0.5, exponent: 0.5}, initial: random}"
  var loop = try modelLoop(SmoothFictitiousPlay.self, yaml, game: game, rounds: 10)
  let first = loop.explorationRate
  loop.run(until: 3)
  let fourth = loop.explorationRate
  #expect(first == 0.5)
  #expect(fourth == 0.25)
}

/// In a zero-sum game the logit equilibrium at a temperature is unique and globally stable (Hofbauer and
/// Sandholm 2002, *Econometrica* 70). Where response slopes are imaginary (zero-sum), the linearised
/// mean dynamics have eigenvalues of real part −1, so beliefs come within O(1/t): 100/t allowed.
/// The equilibrium solves x = L(y), y = L(x) by bisection of one equation.
@Test func `at a fixed temperature it finds the logit equilibrium`() throws {
  let a: [[Double]] = [[3, -1], [-2, 1]]
  let game = try zeroSum(a)
  func share(_ difference: Double) -> Double { 1 / (1 + exp(-difference / 0.5)) }
  func row(_ y: Double) -> Double { share((3 + 2) * y + (-1 - 1) * (1 - y)) }
  func column(_ x: Double) -> Double { share(-(3 + 1) * x - (-2 - 1) * (1 - x)) }
  var (low, high) = (0.0, 1.0)
  for _ in 0..<60 {
    let x = (low + high) / 2
    // row(column(x)) falls in x.
    if row(column(x)) > x { low = x } else { high = x }
  }
  for seed in 1...3 as ClosedRange<UInt64> {
    var loop = try modelLoop(
      SmoothFictitiousPlay.self, "temperature: 0.5", game: game, rounds: 10_000, seed: seed)
    loop.run(until: 10_000)
    let average = try averageProfile(loop)
    #expect(abs(average[0][0, 0] - low) <= 0.01)
    #expect(abs(average[1][0, 0] - column(low)) <= 0.01)
  }
}

/// As for best responses: NashConv of the beliefs at parity by an independent program (numpy) after
/// 100, 1,000 and 10,000 rounds at temperature 0.5/√t, six digits. The digits must agree after 100
/// rounds. Later responses are so steep (stage payoffs over τ) that rounding grows: moving omega by
/// a part in 10¹⁴ moves the other program's own figures by up to 2.6%, in `tipping` and `Bertrand`;
/// 10% allowed.
@Test(
  arguments: [
    ("stable", [:], [1.25981, 0.281247, 0.0317093]),
    ("tipping", ["omega": 1.5, "s": 0.7, "mu": 0.08], [16.471, 2.38272, 0.401273]),
    (
      "contested", ["s": 0.5, "omega": 0.5, "mu": 0.3, "noise_prob": 0.6, "noise_size": 0.4],
      [1.04766, 0.264582, 0.0556428]
    ),
    ("Bertrand", ["s": 0], [3.99072, 0.785217, 0.209104]),
  ] as [(String, [String: Double], [Double])])
func `logit responses lag on the race`(
  name: String, changes: [String: Double], parity: [Double]
) throws {
  let settings = changes.merging(["grid": 11, "actions": 5]) { $1 }
  let game = try ComputeRace(scenario: "stable-parity", settings).stochasticGame()
  var loop = try modelLoop(
    SmoothFictitiousPlay.self, "initial: uniform", game: game, rounds: 10_000)
  for (index, rounds) in [100, 1000, 10_000].enumerated() {
    loop.run(until: rounds)
    let nashConv = try Certificate(game, averageProfile(loop)).nashConv
    #expect(
      abs(nashConv[5] / parity[index] - 1) <= (rounds == 100 ? 1e-5 : 0.1), "\(name) \(nashConv[5])"
    )
  }
}
