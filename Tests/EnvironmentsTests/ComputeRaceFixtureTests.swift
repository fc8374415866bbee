import Configuration
import Environments
import Testing

private struct ModelFile: Decodable {
  struct Entry: Decodable {
    let state: Int
    let action1: Int
    let action2: Int
    let postTrainingGap: Double
    let u1: Double
    let u2: Double
    let price: Double
    let growth: Double
    let next: [Double]
  }
  struct Case: Decodable {
    let name: String
    let parameters: [String: Double]
    let step: Double
    let gaps: [Double]
    let training: [Double]
    let entries: [Entry]
  }
  struct Refused: Decodable {
    let changes: [String: Double]
    let parameter: String
  }
  let cases: [Case]
  let refused: [Refused]
}

/// Each quantity takes a handful of roundings of numbers below 100 in either program: 1e-12.
@Test func `payoffs, prices, growth and kernel equal an independent program's`() throws {
  let file: ModelFile = try Fixture.load("race-model")
  #expect(file.cases.count == 6)
  for example in file.cases {
    let race = try race(example.parameters)
    let game = try race.stochasticGame()
    #expect(game.stateCount == example.gaps.count)
    #expect(abs(race.step - example.step) <= 1e-15)
    for (k, gap) in example.gaps.enumerated() { #expect(abs(race.gap(k) - gap) <= 1e-15) }
    for (i, level) in example.training.enumerated() {
      #expect(abs(race.training(i) - level) <= 1e-15)
    }
    for entry in example.entries {
      let row = game.row(entry.state, [entry.action1, entry.action2])
      let (x1, x2) = (race.training(entry.action1), race.training(entry.action2))
      let place = "\(example.name), state \(entry.state), row \(row)"
      #expect(
        abs(race.postTrainingGap(race.gap(entry.state), x1, x2) - entry.postTrainingGap) <= 1e-14)
      #expect(abs(race.rent(x1 * x1 / 2 + x2 * x2 / 2) - entry.price) <= 1e-12, "\(place)")
      #expect(abs(game.payoff(0, row: row) - entry.u1) <= 1e-12, "\(place)")
      #expect(abs(game.payoff(1, row: row) - entry.u2) <= 1e-12, "\(place)")
      #expect(abs((game.growth?[row] ?? 1) - entry.growth) <= 1e-14, "\(place)")
      for (next, probability) in entry.next.enumerated() {
        #expect(abs(game.probability(row: row, to: next) - probability) <= 1e-12, "\(place)")
      }
    }
  }
}

@Test func `impossible parameters are refused by name, from configurations and from Swift`() throws
{
  let file: ModelFile = try Fixture.load("race-model")
  #expect(file.refused.count == 18)
  for refused in file.refused {
    let inSwift = #expect(throws: GameError.self) {
      _ = try ComputeRace(scenario: "stable-parity", refused.changes)
    }
    #expect(inSwift?.subject == refused.parameter)
    // As a user meets it: a configuration error for a single value, a game error for several.
    let yaml = refused.changes.map { name, value in
      "\(name): \(value == value.rounded() ? "\(Int(value))" : "\(value)")\n"
    }.joined()
    do {
      let set = try ParameterSet(
        DocumentNode(yaml: yaml, source: "race.yaml"), declared: ComputeRace.parameters,
        path: "", position: Position(source: "race.yaml"))
      _ = try ComputeRace(set)
      Issue.record("\(refused.changes) was accepted")
    } catch let error as ConfigurationError {
      #expect(error.key == refused.parameter)
    } catch let error as GameError {
      #expect(error.subject == refused.parameter)
    }
  }
}
