import Environments
import Equilibria
import Testing

/// All crossings, laws, values and shares against figures of an independent program.
@Suite struct MeanFieldFixtureTests {
  @Test(arguments: MeanFieldCase.all)
  func `crossings agree with an independent program`(_ item: MeanFieldCase) throws {
    let game = try item.game()
    let solution = try MeanFieldEquilibrium().solve(game)
    let expected = item.item.crossings
    #expect(solution.crossings.map(\.kind.rawValue) == expected.map(\.kind))
    let hasEquilibrium = expected.contains { $0.kind != "kernel-jump" }
    #expect(solution.status == (hasEquilibrium ? .converged : .uncertified))
    guard solution.crossings.count == expected.count else { return }
    for (found, figure) in zip(solution.crossings, expected) {
      let isExact = found.kind == .pure || found.kind == .degenerate
      #expect(abs(found.m[0] - figure.m) <= (isExact ? 1e-12 : 1e-10) * max(1, figure.m))
      if found.isEquilibrium {
        try compare(found, figure, game, meanOffset: item.kind == "mfe-two-state" ? 1 : 0)
      } else {
        let sides = try #require(found.sides)
        #expect(abs(sides.left.mapped[0] - figure.phiLeft!) < 1e-12)
        #expect(abs(sides.right.mapped[0] - figure.phiRight!) < 1e-12)
        expect(sides.left.rows, figure.policyLeft!, game.layout)
        expect(sides.right.rows, figure.policyRight!, game.layout)
        let blend = try #require(found.blend)
        #expect(blend.residuals.isCertified)
        #expect(blend.weight > 0 && blend.weight < 1)
      }
    }
  }

  private func compare(
    _ found: MeanFieldCrossing, _ figure: MeanFieldFixtures.Crossing, _ game: any MeanFieldGame,
    meanOffset: Double
  ) throws {
    let isMixed = found.kind == .mixed
    // A switch known to 1e-10 gives shares known to that over the jump of Φ.
    let slack =
      isMixed ? 1e-12 + 1e-10 * max(1, figure.m) / abs(figure.phiLeft! - figure.phiRight!) : 1e-12
    #expect(apart(found.law, figure.law!) < slack)
    let size = max(1, figure.values!.map(abs).max()!)
    #expect(apart(found.values, figure.values!) < (isMixed ? 1e-10 : 1e-12) * size)
    let spread = game.layout.coordinates.map { $0[0] }.max()!
    #expect(abs(found.meanState - meanOffset - figure.meanState!) < slack * 40 * max(1, spread))
    #expect(
      abs(found.variance - figure.variance!) < slack * 40 * max(1, spread * spread))
    let residuals = try #require(found.residuals)
    #expect(residuals.isCertified)
    #expect(residuals.consistency < 1e-11 * max(1, figure.m) && residuals.invariance < 1e-11)

    guard isMixed else {
      expect(try #require(found.policy?.rows(in: game.layout)), figure.policy!, game.layout)
      return
    }
    let everyone = try #require(found.everyoneMixes)
    let groups = try #require(found.twoGroups)
    #expect(abs(everyone.share - figure.everyoneMixes!.share) < slack)
    #expect(abs(groups.share - figure.twoGroups!.share) < slack)
    #expect(apart(groups.law, figure.twoGroups!.law!) < slack)
    #expect(everyone.residuals.isCertified && groups.residuals.isCertified)
    #expect(groups.residuals.consistency < 1e-12 * max(1, figure.m))
    // States that nobody visits do not count.
    let visited = found.switchingStates.filter { found.law[$0] > 0 }
    #expect(visited == figure.switchingStates!)
    for state in visited {
      for row in game.layout.rows(of: state) {
        let action = game.layout.number(of: row)
        let share =
          abs(action - figure.policyRight![state]!) < 1e-12
          ? everyone.share
          : abs(action - figure.policy![state]!) < 1e-12 ? 1 - everyone.share : 0
        #expect(abs(everyone.policy.weights[row] - share) < 1e-14)
      }
    }
  }

  private func expect(_ rows: [Int32], _ actions: [Double?], _ layout: MeanFieldLayout) {
    for (row, action) in zip(rows, actions) {
      if let action { #expect(abs(layout.number(of: Int(row)) - action) < 1e-12) }
    }
  }

  @Test(arguments: MeanFieldCase.all)
  func `Φ agrees with an independent program away from crossings`(_ item: MeanFieldCase) throws {
    var problem = try FrozenProblem(try item.game())
    for sample in item.item.phi {
      let response = try problem.respond(to: [sample.m])
      #expect(abs(response.mapped[0] - sample.phi) < 1e-12 * max(1, abs(sample.phi)))
      #expect(response.law.allSatisfy { $0 >= 0 })
      #expect(abs(response.law.reduce(0, +) - 1) < 1e-13)
    }
  }

  @Test(arguments: MeanFieldCase.all)
  func `Φ points inwards at the ends of what m can be`(_ item: MeanFieldCase) throws {
    let game = try item.game()
    var problem = try FrozenProblem(game)
    let range = game.layout.interactionRange[0]
    // Up to the rounding of an average of equal numbers.
    #expect(try problem.respond(to: [range.lowerBound]).residual <= 4 * range.lowerBound.ulp)
    #expect(try problem.respond(to: [range.upperBound]).residual >= -4 * range.upperBound.ulp)
  }

  /// Re-solving at m gives m back where the crossing is pure, and has m between its one-sided values
  /// where it is mixed.
  @Test(arguments: MeanFieldCase.all)
  func `freezing m and solving again confirms it`(_ item: MeanFieldCase) throws {
    let game = try item.game()
    var problem = try FrozenProblem(game)
    for crossing in try MeanFieldEquilibrium().solve(game).equilibria {
      let m = crossing.m[0]
      if crossing.kind == .mixed {
        // Far enough for the gap in Q to exceed the tolerance on ties.
        let left = try problem.respond(to: [m - 1e-5]).mapped[0]
        let right = try problem.respond(to: [m + 1e-5]).mapped[0]
        #expect(min(left, right) < m && m < max(left, right))
      } else {
        #expect(try abs(problem.respond(to: [m]).residual) < 1e-12 * max(1, m))
      }
    }
  }

  @Test(arguments: MeanFieldCase.all.filter { $0.kind != "mfe-social-learning" })
  func `a scan finds what the proof lists`(_ item: MeanFieldCase) throws {
    let game = try item.game()
    var solver = MeanFieldEquilibrium()
    let proved = try solver.solve(game)
    #expect(proved.isComplete == (proved.scanPoints == 0))
    // Continuous in m: nothing is known.
    if item.item.parameters["rounding"]?.word != "stochastic" { #expect(proved.isComplete) }
    solver.method = .scan
    solver.scanPoints = 2001
    let scanned = try solver.solve(game)
    #expect(!scanned.isComplete && scanned.status == proved.status)
    #expect(scanned.crossings.map(\.kind) == proved.crossings.map(\.kind))
    let (a, b) = (scanned.crossings.map { $0.m[0] }, proved.crossings.map { $0.m[0] })
    #expect(apart(a, b) < 1e-10 * max(1, game.interactionBounds[0].upperBound))
    solver.method = .bisection
    let bisected = try solver.solve(game).crossings
    #expect(bisected.count == 1)
    #expect(proved.crossings.contains { $0.kind == bisected[0].kind })
    #expect(bisected[0].kind != .degenerate || proved.crossings.count == 1)
  }
}
