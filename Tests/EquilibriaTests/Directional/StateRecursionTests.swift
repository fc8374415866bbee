import Environments
import Foundation
import Testing

@testable import Equilibria

/// One equilibrium by a rule of selection.
@Suite struct StateRecursionTests {
  @Test func `every rule ends in an equilibrium of the search`() throws {
    for game in try DirectionalSearchTests.games() {
      let all = try DirectionalEquilibria(game)
      let strings = Set(try Found(all).strings)
      let rules: [StageRule] = [
        .index(0), .index(1), .last, .joint, .high(0), .low(0), .high(1),
        StageRule { point, equilibria, _ in (3 * point + 1) % equilibria.count },
      ]
      var ends: Set<[Int]> = []
      for rule in rules {
        let search = try StateRecursion(all.stages, rule: rule).solve()
        #expect(strings.contains(search.digits))
        #expect(search.solveCount == all.stages.pointCount)
        #expect(try all.certificate(of: all.solution(search)).isCertified)
        ends.insert(search.digits)
      }
      #expect(ends.count > 1)
    }
  }

  @Test func `what the rules select at the stag hunt`() throws {
    // Equilibria ascend in the probability of hare: both stag (4), mixed (2), both hare (2).
    let stages = try DirectionalEquilibria(Stags.game(discount: 0.5)).stages
    func digits(_ rule: StageRule) throws -> [Int] {
      try StateRecursion(stages, rule: rule).solve().digits
    }
    #expect(try digits(.index(0)) == [0])
    #expect(try digits(.index(7)) == [2])
    #expect(try digits(.last) == [2])
    #expect(try digits(.joint) == [0])
    #expect(try digits(.high(1)) == [0])
    #expect(try digits(.low(1)) == [1])
    #expect(throws: EquilibriumStringError.self) { try digits(StageRule { _, _, _ in 3 }) }
  }

  @Test func `on the leapfrogging duopoly's own stage games`() throws {
    let game = try Duopolies.make(3)
    var strings: Set<[Int]> = []
    try Duopolies.all(SimultaneousStages(game)) { strings.insert($0.digits) }
    for rule in [StageRule.index(0), .last, .joint, .high(0), .low(1)] {
      let search = try StateRecursion(SimultaneousStages(game), rule: rule).solve()
      #expect(strings.contains(search.digits))
    }
    // Firm 1 investing wherever somebody does makes it the monopolist.
    let monopoly = try StateRecursion(SimultaneousStages(game), rule: .last).solve()
    #expect(abs(monopoly.selection(at: 13)[0] + monopoly.selection(at: 13)[1]) > 1)
  }
}
