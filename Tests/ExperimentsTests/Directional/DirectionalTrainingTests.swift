import Configuration
import Equilibria
import Foundation
import Testing

@testable import Experiments

@Suite struct DirectionalTrainingTests {
  /// Learners from play and from the model run on the duopoly, and their policies are held against all
  /// its three equilibria.
  @Test(arguments: ["policy-gradient", "fictitious-play", "actor-critic"])
  func `learners play the duopoly`(learner: String) throws {
    let folder = try TemporaryFolder()
    let session = try train(
      configuration(
        """
        replicates: 2
        game: {kind: leapfrogging, parameters: {n: 2}}
        learner: {kind: \(learner)}
        training: {steps: 400, episode: 20, start: uniform}
        evaluation: {points: 3}

        """), into: folder.path)
    #expect(session.verdict.equilibria?.completeness == "all")
    #expect(session.verdict.equilibria?.count == 3)
    let matching = try #require(session.verdict.matching?["last"])
    #expect(matching.selection.trials == 2)
    #expect(matching.seeds.allSatisfy { ["E1", "E2", "E3"].contains($0.nearest) })
  }

  @Test func `with alternating moves too`() throws {
    let folder = try TemporaryFolder()
    let session = try train(
      configuration(
        """
        replicates: 1
        game: {kind: leapfrogging, parameters: {n: 3, moves: alternating}}
        learner: {kind: q-learning}
        training: {steps: 2000, episode: 20, start: uniform}
        evaluation: {points: 3}

        """), into: folder.path)
    // With certain improvement and alternating moves there is one equilibrium.
    #expect(session.verdict.equilibria?.count == 1)
  }

  /// A configuration with both a learner and a search for every equilibrium trains as ever.
  @Test func `the solver section may ask for every equilibrium`() throws {
    let text = """
      game: {kind: leapfrogging, parameters: {n: 2}}
      learner: {kind: q-learning}
      solver: {kind: recursive-lexicographical-search, verify: 3}

      """
    let read = try configuration(text)
    #expect(read.resolved.group("solver")?.kind == "recursive-lexicographical-search")
    #expect(throws: (any Error).self) { try read.solver() }
    let error = #expect(throws: (any Error).self) {
      try configuration(text, ["solver.verify=-1"])
    }
    #expect("\(try #require(error))".contains("solver.verify"))
  }
}

@Suite struct DirectionalPlotTests {
  @Test func `payoff rows are exact multiples, the most frequent if there are many`() throws {
    var payoffs = PayoffMultiset(unit: 1e-7)
    payoffs.add(80.73666859, 0)
    payoffs.add(0.1, 0.2, count: 5)
    payoffs.add(-1e-12, 0.3, count: 1 << 60)
    let all = PayoffRow.rows(payoffs, most: 10)
    #expect(all.map(\.first) == [0, 0.1, 80.7366686])
    #expect(PayoffRow.rows(payoffs, most: 2).map(\.second) == [0.3, 0.2])
    // Beyond 2^53 a number would not be read back exactly.
    #expect(jsonLine([all[0]]) == "[[0,0.3,\"1152921504606846976\"]]")
    #expect(jsonLine([all[1]]) == "[[0.1,0.2,5]]")
  }
}
