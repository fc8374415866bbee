import Environments
import Equilibria
import Foundation
import Testing

/// Cases of the independent reference program, as its JSON files have them.
struct RaceFixtureCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let parameters: [String: Double]
  let policies: [[[Double]]]?
  let values: [[Double]]?
  let figures: Figures?
  let outcome: String?

  var testDescription: String { name }

  /// The figures of a profile; the file on value iteration has fewer of them.
  struct Figures: Decodable, Sendable {
    let regime: String
    let mixed_at_parity: Bool
    let parity_multiplier: Double
    let turnover: Double
    let attractors: [Double]
    let mean_training: [[Double]]?
    let expected_compute: [Double]?
    let expected_price: [Double]?
    let expected_rents: [Double]?
    let utilisation: [Double]?
    let peak_utilisation: Double
    let mean_next_gap: [Double]?
    let drift: [Double]?
    let recurrent_classes: [[Int]]
    let stationary_laws: [[Double]]?
    let chances_from_parity: [Double]
    let mean_price: Double
    let mean_utilisation: Double
    let mean_training_parity: Double?
  }

  private struct File: Decodable {
    let stationary: [RaceFixtureCase]?
    let cases: [RaceFixtureCase]?
  }

  /// The cases of one file that carry figures.
  static func read(_ file: String) throws -> [RaceFixtureCase] {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Fixtures/\(file)").standardized
    let contents = try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    return (contents.stationary ?? contents.cases ?? []).filter { $0.figures != nil }
  }

  /// The race, the game and the profile of the case.
  func setting() throws -> (race: ComputeRace, game: StochasticGame, profile: Profile) {
    let race = try ComputeRace(scenario: "stable-parity", parameters)
    let game = try race.stochasticGame()
    let profile = Profile(
      (policies ?? []).enumerated().map { player, laws in
        Policy(offsets: game.policyOffsets(player), probabilities: Array(laws.joined()))
      })
    return (race, game, profile)
  }
}

/// What value iteration finds, certified, with its exact values.
func raceSolution(_ scenario: String, _ changes: [String: Double] = [:]) throws -> (
  race: ComputeRace, game: StochasticGame, profile: Profile, values: [[Double]]
) {
  let race = try ComputeRace(scenario: scenario, changes)
  let game = try race.stochasticGame()
  let found = try #require(try ValueIteration().solve(game).solution)
  let certificate = try Certificate(game, found.profile, reported: found.values)
  #expect(certificate.isCertified)
  return (race, game, found.profile, certificate.values)
}

/// The report on what value iteration finds.
func raceSolved(_ scenario: String, _ changes: [String: Double] = [:]) throws -> (
  race: ComputeRace, report: RaceReport
) {
  let (race, game, profile, values) = try raceSolution(scenario, changes)
  return (race, try RaceReport(race: race, game: game, profile: profile, values: values))
}
