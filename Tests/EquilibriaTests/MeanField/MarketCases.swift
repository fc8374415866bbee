import Environments
import Equilibria
import Experiments
import Foundation
import Testing

/// A policy in markets of an independent program: pairs of agents, or crowds whose members see their
/// own state.
struct MarketCase: Sendable, CustomTestStringConvertible {
  let name: String
  let game: any MeanFieldGame
  let m: Double
  let limitValue: Double
  /// Two agents on pairs of states: value, and the largest gain of one that sees both.
  let pair: (value: Double, gain: Double)?
  /// Expected M after so many periods with both subject to turnover.
  let path: [(period: Int, mean: Double)]
  /// N, value, gain of the best own-state policy.
  let crowds: [(agents: Int, value: Double, gain: Double)]

  var testDescription: String { name }

  static let pairs = try! load("market-pairs")
  static let crowds = try! load("market-crowd")

  private static func load(_ file: String) throws -> [MarketCase] {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: tests.appending(path: "Fixtures/mean-field/\(file).json"))
    let document = try JSONSerialization.jsonObject(with: data) as! [String: Any]
    return try (document["cases"] as! [[String: Any]]).map { item in
      func number(_ key: String) -> Double { item[key] as! Double }
      let parameters = try JSONSerialization.data(withJSONObject: item["parameters"]!)
      let text =
        "game: {\"kind\": \"\(item["kind"]!)\", \"parameters\": \(String(decoding: parameters, as: UTF8.self))}"
      guard
        case .finite(let game) = try MeanFieldConfiguration(yaml: text, source: file).model
      else { fatalError("finite actions") }
      return MarketCase(
        name: item["name"] as! String, game: game, m: number("m"),
        limitValue: number("limit_value"),
        pair: item["value"] == nil ? nil : (number("value"), number("gain")),
        path: (item["mean_interaction"] as? [[String: Any]] ?? []).map {
          ($0["period"] as! Int, $0["mean"] as! Double)
        },
        crowds: (item["markets"] as? [[String: Any]] ?? []).map {
          ($0["agents"] as! Int, $0["value"] as! Double, $0["gain"] as! Double)
        })
    }
  }

  /// The equilibrium of ours nearest to the program's m, everybody mixing where it mixes.
  func subject() throws -> MarketSubject {
    let solution = try MeanFieldEquilibrium().solve(game)
    let crossing = solution.equilibria.min { abs($0.m[0] - m) < abs($1.m[0] - m) }!
    return try MarketSubject(game, crossing)
  }
}

/// A policy of a random game, and the m that a population following it keeps up.
func randomSubject(
  seed: UInt64, states: Int = 4, turnover: Turnover? = nil
) throws -> MarketSubject {
  let game = try RandomMeanFieldGame(seed: seed, states: states, actions: 3, turnover: turnover)
  var problem = try FrozenProblem(game)
  let answer = try problem.respond(to: [0.5])
  // Half what is best at 0.5, half anything: a mixed policy, and no equilibrium.
  let policy = MeanFieldPolicy.mix(
    MeanFieldPolicy(rows: answer.rows, in: game.layout), .uniform(game.layout), share: 0.5)
  return try MarketSubject(game, population: policy, near: [0.5])
}
