import Environments
import Equilibria
import Testing

/// Ladders with continuous investment that an independent program solved; see the README beside the
/// figures.
struct LadderFixtures: Decodable {
  let cases: [Case]

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let kind: String
    let parameters: Parameters
    let crossings: [Crossing]
    let phi: [Sample]
    var testDescription: String { name }
  }

  struct Parameters: Decodable, Sendable {
    let depreciation: Double
    let beta: Double
    let cost: Double
    let power: Double
    let cap: Int
    let actionMin: Double
    let alpha: Double?
    let slope: Double?
    let market: Double?
    let theta1: Double?
    let coupling: Double?

    var primitives: LadderPrimitives {
      var primitives = LadderPrimitives(
        depreciation: depreciation, discount: beta, cost: cost, power: power)
      primitives.cap = cap
      primitives.actions = nil
      primitives.minimumAction = actionMin
      return primitives
    }

    func ladder() throws -> ContinuousLadder {
      if let coupling {
        return try TwoScalarLadder(
          alpha: alpha!, slope: slope!, coupling: coupling, primitives
        ).ladder
      }
      return try market == nil
        ? CapacityCompetition(alpha: alpha!, slope: slope!, primitives).ladder
        : QualityLadder(market: market!, theta: theta1!, primitives).ladder
    }
  }

  struct Crossing: Decodable, Sendable {
    let m: Double
    let meanState: Double
    let variance: Double
    let law: [Double]
    let actions: [Double]
    let values: [Double]
  }

  struct Sample: Decodable, Sendable {
    let m: Double
    let phi: Double
  }

  static let all = try! Fixture.load("mean-field/ladder-continuous") as LadderFixtures
}

/// Light's capacity ladder with continuous investment and some primitives changed.
func capacityLadder(
  alpha: Double = 45, slope: Double = 1, _ change: (inout LadderPrimitives) -> Void = { _ in }
) throws -> ContinuousLadder {
  var primitives = CapacityCompetition.defaults
  primitives.actions = nil
  change(&primitives)
  return try CapacityCompetition(alpha: alpha, slope: slope, primitives).ladder
}

/// A ladder drawn at random: slow and quick depreciation, one to thirty levels, both revenues.
func randomLadder(seed: Int) throws -> ContinuousLadder {
  var drawer = Drawer(seed: UInt64(seed))
  var primitives = LadderPrimitives(
    depreciation: drawer.real(0.1, 0.9), discount: drawer.real(0, 0.99),
    cost: drawer.real(1, 100), power: seed % 3 == 0 ? 1 : drawer.real(1, 4))
  primitives.cap = 1 + drawer.index(30)
  primitives.actions = nil
  primitives.minimumAction = drawer.real(0.01, 0.3)
  return try seed % 2 == 0
    ? CapacityCompetition(alpha: drawer.real(5, 50), slope: drawer.real(0, 2), primitives).ladder
    : QualityLadder(market: drawer.real(1, 50), theta: drawer.real(0, 1.5), primitives).ladder
}
