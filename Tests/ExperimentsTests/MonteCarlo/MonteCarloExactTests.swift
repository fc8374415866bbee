import Environments
import Equilibria
import Foundation
import Statistics
import Testing

@testable import Experiments

/// Estimates against exact laws, which other code computes.
@Suite struct MonteCarloExactTests {
  static let games = [
    "game: {kind: compute-race, scenario: contested, parameters: {grid: 9, actions: 4}}",
    "game: {kind: compute-race, parameters: {grid: 7, actions: 3, kappa: 0.02}}",
    "game: {kind: prisoners-dilemma}",
    "game: {kind: logit-bertrand, parameters: {prices: 4}}",
    "game: {kind: mfe-inventory, announced: 0.3}",
  ]

  /// Each z is standard normal; 300 of them exceed 4.6 with probability 0.001, and the seed is fixed.
  @Test(
    arguments: games, ["independent", "antithetic", "sobol", "array-sobol"])
  func `estimates lie within their errors of the exact values`(game: String, draws: String) throws {
    let text = """
      seed: 8
      \(game)
      montecarlo: {paths: 4096, periods: 30, burn_in: 5, profiles: [uniform], draws: \(draws), \
      autocorrelation_lags: 3}
      """
    let document = try simulate(try monteCarlo(text)).document
    let played = document.profiles[0]
    let tested = played.all.filter { $0.z != nil }
    #expect(tested.count >= 4)
    // Long-run values are reached only as the start is forgotten.
    for row in played.statistics + played.events {
      if let z = row.z { #expect(abs(z) < 4.6, "\(row.name): \(row.mean), exact \(row.exact!)") }
    }
    for fan in played.fans {
      for date in fan.dates {
        guard let exact = date.exactMean, let error = date.standardError, error > 1e-9 else {
          continue
        }
        #expect(abs(date.mean! - exact) < 5 * error, "\(fan.name) at \(date.date)")
      }
    }
  }

  @Test func `exact expectations are the values of the profile, growth and ends included`() throws {
    for game in [0, 1] {
      let text = """
        \(Self.games[game])
        montecarlo: {paths: 64, periods: 3000, profiles: [uniform], fan: {dates: 2, totals: false}}
        """
      let configuration = try monteCarlo(text)
      let stochastic = configuration.experiment.game
      let values = try stochastic.values(of: stochastic.uniformProfile)
      let played = try simulate(configuration).document.profiles[0]
      for player in 0..<2 {
        let expected = zip(stochastic.initial, values[player]).reduce(0) { $0 + $1.0 * $1.1 }
        let exact = try #require(played["value/\(player + 1)"]?.exact)
        #expect(abs(exact - expected) < 1e-9 * max(1, abs(expected)))
      }
    }
  }

  @Test func `first passages and shares of a two-state chain are those of the closed form`() throws
  {
    // A weather chain: out of dry with chance 0.2, out of wet with chance 0.4.
    let text = """
      seed: 4
      game:
        kind: table
        file: \(try Self.weather())
      montecarlo:
        paths: 20000
        periods: 12
        profiles: [uniform]
        events: [{name: wet, states: [wet]}]
        autocorrelation_lags: 2
      """
    let played = try simulate(try monteCarlo(text)).document.profiles[0]
    // Starts dry: reached within the 11 moves of 12 dates.
    let hit = try #require(played["hit/wet"])
    #expect(abs(hit.exact! - (1 - pow(0.8, 11))) < 1e-12)
    // E min(τ, 12) = Σ_{t<12} P(τ > t), τ geometric with 0.2.
    let waiting = try #require(played["waiting/wet"])
    let expected = (0..<12).reduce(0.0) { $0 + pow(0.8, Double($1)) }
    #expect(abs(waiting.exact! - expected) < 1e-12)
    #expect(abs(played.occupancy.states[1].exact! - 1 / 3.0) < 1e-12)
    // Autocorrelation 1 − 0.2 − 0.4 per period.
    let state = try #require(played.autocorrelations.first { $0.quantity == "state" })
    #expect(abs(state.lags[1].exact! - 0.4) < 1e-12)
    #expect(abs(state.lags[2].exact! - 0.16) < 1e-12)
    // Mean spell 1 / 0.4 in the long run.
    let duration = try #require(played["duration/wet"])
    #expect(abs(duration.exact! - 2.5) < 1e-12)
    #expect(abs(hit.z!) < 4 && abs(waiting.z!) < 4)
  }

  static func weather() throws -> String {
    let path = NSTemporaryDirectory() + "lab-weather-\(UUID().uuidString).yaml"
    try """
    discount: 0.9
    players: 1
    states: [dry, wet]
    initial: {dry: 1}
    actions: [go]
    rows:
      - {state: dry, actions: [go], payoffs: [1], next: {dry: 0.8, wet: 0.2}}
      - {state: wet, actions: [go], payoffs: [0], next: {dry: 0.4, wet: 0.6}}
    """.write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  @Test func `one long path has an error from batch means, and the right one`() throws {
    let text = """
      seed: 12
      game: {kind: table, file: \(try Self.weather())}
      montecarlo: {paths: 1, periods: 200000, profiles: [uniform], autocorrelation_lags: 2, \
      burn_in: 100, events: [{name: wet, states: [wet]}]}
      """
    let played = try simulate(try monteCarlo(text)).document.profiles[0]
    let share = try #require(played.longRun.first { $0.name == "share/wet" })
    #expect(share.method == "batch means")
    #expect(share.units == 32)
    // σ² (1 + ρ) / (1 − ρ) / n with σ² = 2/9, ρ = 0.4.
    let expected = (2.0 / 9 * 1.4 / 0.6 / 199_900).squareRoot()
    let error = try #require(share.standardError)
    #expect(abs(error / expected - 1) < 0.45)  // 3.5 standard errors of a deviation of 32 numbers
    #expect(abs(share.mean - 1 / 3.0) < 4 * error)
    // Beyond a chunk of dates products must still be those of neighbouring dates.
    let lags = try #require(played.autocorrelations.first { $0.quantity == "state" }).lags
    #expect(abs(lags[1].estimate - 0.4) < 4.5 * lags[1].standardError!)
    #expect(abs(lags[2].estimate - 0.16) < 4.5 * lags[2].standardError!)
  }

  @Test func `control martingales remove nearly all of a value's variance, and no bias comes in`()
    throws
  {
    let plain = try simulate(monteCarlo(racePaths, ["montecarlo.periods=200"])).document.profiles[0]
    let controlled = try simulate(
      monteCarlo(racePaths, ["montecarlo.periods=200", "montecarlo.control_variates=true"])
    ).document.profiles[0]
    let (before, after) = (plain["value/1"]!, controlled["value/1"]!)
    #expect(after.standardError! < before.standardError! / 100)
    #expect(after.gain! > 1e4)
    #expect(abs(after.z!) < 4)
    #expect(after.method == "paths + control variates")
    // Other statistics gain what correlates, and stay right.
    for row in controlled.statistics where row.z != nil {
      #expect(abs(row.z!) < 4.6, "\(row.name)")
    }
  }

  @Test func `martingales serve profiles that are not the exact one`() throws {
    let played = try simulate(
      monteCarlo(
        racePaths, ["montecarlo.control_variates=true", "montecarlo.profiles=[uniform]"])
    ).document.profiles[0]
    #expect(played["value/1"]!.gain! > 5)
    #expect(abs(played["value/1"]!.z!) < 4)
  }

  @Test func `a finite horizon is played period by period`() throws {
    let document = try simulate(
      monteCarlo(
        racePaths,
        ["solver.horizon=4", "solver.selection=joint", "montecarlo.control_variates=true"])
    ).document
    #expect(document.periods == 4)
    let configuration = try monteCarlo(
      racePaths, ["solver.horizon=4", "solver.selection=joint"])
    let solution = try configuration.solve(interruption: Interruption(), progress: { _ in })
    let start = configuration.experiment.game.initial.firstIndex(of: 1)!
    let exact = try #require(document.profiles[0]["value/1"]?.exact)
    #expect(abs(exact - solution.values[0][0][start]) < 1e-12)
    #expect(abs(document.profiles[0]["value/1"]!.mean - exact) < 1e-9)
  }

  @Test func `a departure's answer is the exact impulse response`() throws {
    let configuration = try monteCarlo(
      racePaths,
      [
        "montecarlo.departure.period=1", "montecarlo.departure.followed=10",
        "montecarlo.periods=300",
      ])
    let document = try simulate(configuration).document
    let departure = try #require(document.departure)
    let game = configuration.experiment.game
    let solution = try configuration.solve(interruption: Interruption(), progress: { _ in })
    let response = try ImpulseResponse(
      in: game, profile: solution.profiles[0], player: 0, deviation: .staticBestResponse,
      start: game.initial, periods: 11)
    let payoff = try #require(departure.quantities.first { $0.name == "payoff/1" })
    for (index, row) in payoff.dates.enumerated() {
      let expected =
        response.periods[index + 1].payoffs[0] - response.undisturbed[index + 1].payoffs[0]
      #expect(abs(row.exact! - expected) < 1e-12)
      #expect(abs(row.mean - expected) <= 5 * (row.standardError ?? 0) + 1e-12)
    }
    // 0.95^300 of it is left.
    let gain = try #require(departure.gains.first { $0.name == "value/1" })
    #expect(abs(gain.z!) < 4)
    #expect(abs(gain.exact! - response.discountedGain) < 1e-6)
  }
}
