import Environments
import Foundation
import Testing

@testable import Equilibria

@Suite struct LadderEquilibriumTests {
  @Test(arguments: LadderFixtures.all.cases)
  func `agrees with an independent program`(_ item: LadderFixtures.Case) throws {
    let ladder = try item.parameters.ladder()
    let solution = try LadderEquilibrium().solve(ladder)
    #expect(solution.status == .converged && solution.isComplete)
    #expect(solution.crossings.count == item.crossings.count)
    for (found, expected) in zip(solution.crossings, item.crossings) {
      let scale = max(1, expected.m)
      #expect(abs(found.m[0] - expected.m) < 1e-12 * scale)
      #expect(abs(found.meanState - expected.meanState) < 1e-11 * scale)
      #expect(abs(found.variance - expected.variance) < 1e-10 * max(1, expected.variance))
      let shown = expected.law.count
      #expect(apart(Array(found.law.prefix(shown)), expected.law) < 1e-12)
      #expect(apart(Array(found.actions!.prefix(shown)), expected.actions) < 1e-11)
      let size = expected.values.map(abs).max()!
      #expect(apart(Array(found.values.prefix(shown)), expected.values) < 1e-12 * size)
      #expect(found.residuals!.isCertified)
      #expect(found.residuals!.consistency < 1e-11 && found.residuals!.invariance < 1e-12)
    }
    var problem = LadderProblem(ladder)
    for sample in item.phi {
      let mapped = try problem.respond(to: [sample.m]).mapped[0]
      #expect(abs(mapped - sample.phi) < 1e-11 * max(1, sample.phi))
    }
  }

  /// Averages printed for caps 39, 79, 159, 319: Light's model with continuous investment.
  @Test(arguments: [
    (45.0, [6.7463, 8.4823, 8.8009, 8.8144]), (55.0, [10.0410, 13.5453, 14.7662, 14.8576]),
  ])
  func `where the ladder ends matters`(alpha: Double, averages: [Double]) throws {
    for (cap, average) in zip([39, 79, 159, 319], averages) {
      let ladder = try capacityLadder(alpha: alpha) { $0.cap = cap }
      let m = try LadderEquilibrium().solve(ladder).crossings[0].m[0]
      #expect(abs(m - average) < 5.001e-5)
    }
  }

  @Test(arguments: 0..<12)
  func `Φ never rises and the one crossing is certified`(seed: Int) throws {
    let ladder = try randomLadder(seed: seed)
    let bounds = ladder.interactionBounds[0]
    var problem = LadderProblem(ladder)
    var last = Double.infinity
    for step in 0...50 {
      let m = bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * Double(step) / 50
      let mapped = try problem.respond(to: [m]).mapped[0]
      #expect(mapped <= last + 1e-12 * (1 + abs(mapped)))
      last = mapped
    }
    let solution = try LadderEquilibrium().solve(ladder)
    #expect(solution.isComplete && solution.status == .converged)
    #expect(solution.crossings.count == 1)
    #expect(solution.crossings[0].residuals!.isCertified)
  }

  /// Theorem 3 and its application, on the truncated ladder.
  @Test func `average capacity rises in demand and patience and falls in costs`() throws {
    func averages(_ ladders: [ContinuousLadder]) throws -> [Double] {
      try ladders.map { try LadderEquilibrium().solve($0).crossings[0].m[0] }
    }
    func rises(_ values: [Double]) -> Bool {
      zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    }
    let demand = try averages([40.0, 45, 50, 55, 60].map { try capacityLadder(alpha: $0) })
    #expect(rises(demand))
    #expect(apart(demand, [4.53099, 6.74631, 8.57216, 10.04103, 11.17749]) < 5.001e-6)
    #expect(
      rises(
        try averages(
          [0.9, 0.96, 0.98, 0.99].map { b in
            try capacityLadder { $0.discount = b }
          })))
    #expect(rises(try averages([2.0, 1, 0.5].map { try capacityLadder(slope: $0) })))
    #expect(
      rises(
        try averages(
          [0.6, 0.55, 0.51].map { d in
            try capacityLadder { $0.depreciation = d }
          })))
    #expect(rises(try averages([300.0, 150, 75].map { c in try capacityLadder { $0.cost = c } })))
  }

  @Test func `bounds without the equilibrium are said to be so`() throws {
    let ladder = try capacityLadder { $0.bounds = [0...3] }
    let solution = try LadderEquilibrium().solve(ladder)
    #expect(solution.crossings.isEmpty && solution.status == .uncertified)
    #expect(solution.note.contains("no equilibrium found within the bounds"))
    #expect(solution.isComplete)
  }

  @Test func `a scalar that cannot move is its own equilibrium`() throws {
    var primitives = QualityLadder.defaults
    primitives.actions = nil
    let ladder = try QualityLadder(market: 20, theta: 0, primitives).ladder
    let solution = try LadderEquilibrium().solve(ladder)
    #expect(solution.status == .converged && solution.crossings.map(\.m) == [[1]])
  }

  /// A price that rises in average capacity: capacity breeds capacity.
  @Test func `several equilibria are found where Φ rises`() throws {
    let ladder = try capacityLadder(alpha: 15, slope: -2) { $0.depreciation = 0.5 }
    var problem = LadderProblem(ladder)
    var signs: [Bool] = []
    for step in 0...2000 {
      signs.append(try problem.respond(to: [39 * Double(step) / 2000]).residual > 0)
    }
    let changes = zip(signs, signs.dropFirst()).count { $0 != $1 }
    #expect(changes == 3)
    let solution = try LadderEquilibrium().solve(ladder)
    #expect(!solution.isComplete && solution.status == .converged)
    #expect(solution.counting == "found on a scan of 400 points")
    #expect(solution.crossings.map(\.direction) == [.up, .down, .up])
    #expect(solution.crossings.allSatisfy { $0.residuals!.isCertified })
  }

  @Test func `two scalars are refused`() throws {
    let error = #expect(throws: MeanFieldError.self) {
      try LadderEquilibrium().solve(TwoScalarLadder().ladder)
    }
    #expect("\(error!)".contains("broyden"))
  }

  @Test func `the certificate notices each kind of fault`() throws {
    let ladder = try capacityLadder()
    let found = try LadderEquilibrium().solve(ladder).crossings[0]
    func residuals(
      m: Double = found.m[0], actions: [Double] = found.actions!, law: [Double] = found.law
    ) -> MeanFieldResiduals {
      LadderCertificate(ladder, m: [m], actions: actions, law: law).residuals
    }
    #expect(residuals().isCertified)
    #expect(abs(residuals(m: found.m[0] + 1e-3).consistency - 1e-3) < 1e-9)
    var actions = found.actions!
    actions[3] += 0.02
    #expect(residuals(actions: actions).optimality > 1e-3)
    var law = found.law
    law[0] += 1e-3
    law[39] -= 1e-3
    #expect(residuals(law: law).invariance > 1e-4)
    #expect(residuals(law: law).consistency > 1e-2)
  }
}
