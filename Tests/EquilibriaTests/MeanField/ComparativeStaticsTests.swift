import Configuration
import Environments
import Testing

@testable import Equilibria

@Suite struct ComparativeStaticsTests {
  /// The defaults of a family, with its ladder's investment continuous.
  private func continuous(_ family: any MeanFieldFamily.Type) -> ParameterSet {
    var set = ParameterSet()
    for parameter in family.parameters {
      if case .defaulted(let value) = parameter.presence { set.set(parameter.name, value) }
    }
    set.set("actions", .text("continuous"))
    return set
  }

  private func statics(
    _ family: any MeanFieldFamily.Type, _ parameter: String, _ values: [Double]
  ) throws -> ComparativeStatics {
    try ComparativeStatics(
      of: family, parameters: continuous(family), varying: parameter, over: values
    ) { model in
      guard case .ladder(let ladder) = model else { throw MeanFieldError.unsuitable("no ladder") }
      return try LadderEquilibrium().solve(ladder)
    }
  }

  @Test func `trends of the capacity ladder`() throws {
    let alpha = try statics(CapacityCompetition.self, "alpha", [60, 40, 50])
    #expect(alpha.lowestTrend == .rises && alpha.highestTrend == .rises)
    #expect(alpha.points.map(\.value) == [60, 40, 50])
    #expect(abs(alpha.points[2].lowest! - 8.57216) < 5.001e-6)
    #expect(try statics(CapacityCompetition.self, "cost", [75, 150]).lowestTrend == .falls)
    #expect(try statics(CapacityCompetition.self, "alpha", [45, 45]).lowestTrend == .constant)
    #expect(try statics(CapacityCompetition.self, "cap", [30, 31]).lowestTrend == .rises)
    #expect(try statics(CapacityCompetition.self, "alpha", [45]).lowestTrend == .unknown)
    #expect(try statics(QualityLadder.self, "theta1", [0.4, 0.8, 1.2]).highestTrend == .rises)
  }

  @Test func `what goes up and down varies`() throws {
    // Along a path through both sides of the default, out and back in cost and demand.
    let set = continuous(CapacityCompetition.self)
    var turn = 0
    let statics = try ComparativeStatics(
      of: CapacityCompetition.self, parameters: set, varying: "alpha", over: [40, 50, 60]
    ) { model in
      guard case .ladder(let ladder) = model else { throw MeanFieldError.unsuitable("no ladder") }
      var solution = try LadderEquilibrium().solve(ladder)
      turn += 1
      if turn == 3 { solution.crossings[0].m = [0] }
      return solution
    }
    #expect(statics.lowestTrend == .varies)
  }
}
