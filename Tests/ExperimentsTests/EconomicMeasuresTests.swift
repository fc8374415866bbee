import Environments
import Experiments
import Testing

/// Measures reach configurations through the registry.
@Suite struct EconomicMeasuresTests {
  private func configured(_ game: String) throws -> ExperimentConfiguration {
    try ExperimentConfiguration(yaml: "game: \(game)\n", source: "test.yaml")
  }

  /// Uniform play of two firms with memory 0: the mean price is the middle of the grid, which is the
  /// middle of Nash and monopoly price.
  @Test func `a pricing game is measured`() throws {
    let configuration = try configured("{kind: logit-bertrand, parameters: {memory: 0}}")
    let measures = try configuration.measures(of: configuration.game.uniformProfile)
    #expect(measures.values.map(\.name) == (try configuration.measureNames()))
    let price = try #require(measures["price_mean"])
    #expect(abs(price - (1.472926660030623 + 1.924980919017762) / 2) <= 1e-14)
    #expect(measures["nothing"] == nil)
  }

  @Test func `games without measures have none`() throws {
    let configuration = try configured("{kind: matching-pennies}")
    #expect(try configuration.measures(of: configuration.game.uniformProfile).values.isEmpty)
    #expect(try configuration.measureNames().isEmpty)
  }

  /// The error names the parameter and where it is written.
  @Test func `a market that cannot be is refused with its place`() {
    #expect {
      try configured("{kind: logit-bertrand, parameters: {cost: 12}}")
    } throws: {
      "\($0)".contains("game.parameters.quality = 2") && "\($0)".contains("test.yaml")
    }
  }
}
