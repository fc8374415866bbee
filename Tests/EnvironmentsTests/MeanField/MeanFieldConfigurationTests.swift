import Configuration
import Environments
import Testing

/// Every family from the keys of a configuration.
@Suite struct MeanFieldConfigurationTests {
  func read<Family: MeanFieldFamily>(_ type: Family.Type, _ text: String) throws -> Family {
    try Family(
      ParameterSet(
        DocumentNode(yaml: text, source: "my.yaml"), declared: Family.parameters, path: "",
        position: Position(source: "my.yaml")))
  }

  @Test func `defaults of configurations are those of the types`() throws {
    #expect(try read(Inventory.self, "{}").primitives == Inventory().primitives)
    #expect(try read(SocialLearning.self, "{}").primitives == SocialLearning().primitives)
    #expect(try read(Reputation.self, "{}").primitives == Reputation().primitives)
    let (rides, usual) = (try read(Ridesharing.self, "{}"), try Ridesharing())
    #expect(rides.payoffs == usual.payoffs && rides.durations == usual.durations)
    #expect(rides.discount == usual.discount && rides.requestPower == usual.requestPower)
    for (read, usual) in [
      (try finite(read(CapacityCompetition.self, "{}")), try finite(CapacityCompetition())),
      (try finite(read(QualityLadder.self, "{}")), try finite(QualityLadder())),
    ] {
      let m = [3.0]
      #expect(tables(read, at: m).payoffs == tables(usual, at: m).payoffs)
      #expect(tables(read, at: m).probabilities == tables(usual, at: m).probabilities)
      #expect(read.interactionBounds == usual.interactionBounds)
    }
    let pair = try read(TwoScalarLadder.self, "{}").ladder
    #expect(pair.coupling == 0.5 && pair.interactionBounds == [0...39, 0.05...1])
  }

  @Test func `every key is read`() throws {
    let inventory = try read(
      Inventory.self,
      """
      {holding: 3, backlog: 4, price: 20, share: 0.6, spill: 1.5, production: 0.5, cap: 6,
       beta: 0.9, rounding: stochastic, interaction: [0.1, 2]}
      """)
    var expected = Inventory.Primitives()
    (expected.holding, expected.backlog, expected.price, expected.share) = (3, 4, 20, 0.6)
    (expected.spill, expected.production, expected.cap, expected.discount) = (1.5, 0.5, 6, 0.9)
    expected.rounding = .stochastic
    #expect(inventory.primitives == expected && inventory.interactionBounds == [0.1...2])

    let rides = try read(
      Ridesharing.self,
      "{payoffs: [2, 0.5], durations: [4, 1], beta: 0.8, request_power: 2, interaction: [0, 0.9]}")
    #expect(rides.payoffs == [2, 0.5] && rides.durations == [4, 1])
    #expect(rides.discount == 0.8 && rides.requestPower == 2)
    #expect(rides.interactionBounds == [0...0.9])

    let social = try read(
      SocialLearning.self,
      """
      {theta: 0.63, persistence: 0.7, effort_cost: 0.03, precision_slope: 12, scale: 30,
       points: 15, beta: 0.9}
      """)
    #expect(social.primitives == SocialLearningTests.other)

    let sellers = try read(
      Reputation.self,
      """
      {effort_cost: 0.3, score_weight: 2, review_weight: 0.5, reviews_max: 9, beta: 0.9,
       ties: half-even}
      """)
    let changed = ReputationTests.primitives(.halfEven) {
      ($0.effortCost, $0.scoreWeight, $0.reviewWeight) = (0.3, 2, 0.5)
      ($0.reviewsMaximum, $0.discount) = (9, 0.9)
    }
    #expect(sellers.primitives == changed)

    let ladder = """
      depreciation: 0.6, beta: 0.9, cost: 80, power: 2, cap: 15, actions: continuous,
       action_min: 0.1
      """
    let capacity = try read(
      CapacityCompetition.self, "{alpha: 30, slope: 1.5, interaction: [1, 9], \(ladder)}"
    ).ladder
    #expect(capacity.revenue == .linearDemand(alpha: 30, slope: 1.5))
    #expect(capacity.interactionBounds == [1...9] && capacity.top == 15)
    #expect(capacity.depreciation == 0.6 && capacity.discount == 0.9 && capacity.cost == 80)
    #expect(capacity.power == 2 && capacity.minimumAction == 0.1 && capacity.coupling == 0)
    let quality = try read(QualityLadder.self, "{market: 35, theta1: 1.1, \(ladder)}").ladder
    #expect(quality.revenue == .qualityShare(market: 35, theta: 1.1) && quality.cost == 80)
    let pair = try read(
      TwoScalarLadder.self,
      "{alpha: 30, slope: 1.5, coupling: 0.2, interaction: [[1, 9], [0.2, 0.9]], \(ladder)}"
    ).ladder
    #expect(pair.revenue == .linearDemand(alpha: 30, slope: 1.5) && pair.coupling == 0.2)
    #expect(pair.interactionBounds == [1...9, 0.2...0.9])
    #expect(
      message { _ = try read(TwoScalarLadder.self, "{interaction: [[1, 9]]}") }
        == "interaction: must be two pairs, [[lo, hi], [lo, hi]]")
  }

  @Test func `values out of range name their line`() {
    #expect(
      message { _ = try read(Reputation.self, "beta: 1") }
        == "my.yaml:1:7: beta = 1: must be a number in (0, 1)")
    #expect(
      message { _ = try read(SocialLearning.self, "points: 1") }
        == "my.yaml:1:9: points = 1: must be a whole number from 2 to 1001")
    #expect(
      message { _ = try read(Inventory.self, "rounding: half-even") }
        == "my.yaml:1:11: rounding = half-even: must be one of half-up, stochastic")
    #expect(
      message { _ = try read(CapacityCompetition.self, "power: 0.5") }
        == "my.yaml:1:8: power = 0.5: must be a number of at least 1")
  }
}
