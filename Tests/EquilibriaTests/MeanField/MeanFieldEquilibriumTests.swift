import Configuration
import Environments
import Synchronization
import Testing

@testable import Equilibria

@Suite struct MeanFieldEquilibriumTests {
  private func solve(
    _ game: any MeanFieldGame, _ method: MeanFieldEquilibrium.Method = .auto
  ) throws -> MeanFieldSolution {
    var solver = MeanFieldEquilibrium()
    solver.method = method
    return try solver.solve(game)
  }

  /// f(m) = m − 0.1 − 2.4 m² + 1.6 m³ = 1.6 (m − ½)(m² − m + ⅛): zeros (2 ± √2) / 4 and ½, where f
  /// falls.
  @Test func `a scan finds crossings from above`() throws {
    let game = ChanceGame { 0.1 + 0.8 * (3 * $0 * $0 - 2 * $0 * $0 * $0) }
    let solution = try solve(game)
    #expect(solution.crossings.map(\.kind) == [.pure, .pure, .pure])
    #expect(solution.crossings.map(\.direction) == [.up, .down, .up])
    let root = 2.0.squareRoot()
    #expect(
      apart(solution.crossings.map { $0.m[0] }, [(2 - root) / 4, 0.5, (2 + root) / 4]) < 1e-14)
    #expect(solution.counting == "found on a scan of 400 points" && !solution.isComplete)
    // The first midpoint is the zero at which f falls.
    #expect(try solve(game, .bisection).crossings.map(\.direction) == [.down])
  }

  /// Φ = 0.3 up to 0.7 and 0.6 from there: f jumps from 0.4 down to 0.1 and has one zero; and 0.6 up
  /// to 0.5, 0.2 from there: f jumps from −0.1 to 0.3.
  @Test func `a jump of the game is found where it is, to the last digit`() throws {
    let harmless = try solve(ChanceGame { $0 < 0.7 ? 0.3 : 0.6 })
    #expect(harmless.crossings.map(\.kind) == [.pure])
    #expect(abs(harmless.crossings[0].m[0] - 0.3) < 1e-15)
    let place = 0.512345678901234
    let solution = try solve(ChanceGame { $0 < place ? 0.6 : 0.2 })
    #expect(solution.crossings.map(\.kind) == [.kernelJump])
    #expect(solution.status == .uncertified && solution.equilibria.isEmpty)
    let jump = solution.crossings[0]
    #expect(jump.m[0] == place)
    #expect(abs(jump.sides!.left.mapped[0] - 0.6) < 1e-15)
    #expect(abs(jump.sides!.right.mapped[0] - 0.2) < 1e-15)
    // (1 − w) 0.6 + w 0.2 = m.
    #expect(abs(jump.blend!.weight - (0.6 - place) / 0.4) < 1e-14)
    #expect(jump.blend!.residuals.isCertified && jump.residuals == nil)
    #expect(solution.note.contains("no equilibrium of the stated kind at m = \(place)"))
  }

  /// f falls from 1e-3 to −1e-3 within a width of 2e-7: steep, but no jump.
  @Test func `a steep continuous map is no jump`() throws {
    let game = ChanceGame { 0.5 - 1e-3 * min(max(($0 - 0.5) * 1e7, -1), 1) }
    let solution = try solve(game)
    #expect(solution.crossings.map(\.kind) == [.pure])
    #expect(abs(solution.crossings[0].m[0] - 0.5) < 1e-13)
  }

  /// Φ(m) = m between 0.4 and 0.6.
  @Test func `a continuum of equilibria is named`() throws {
    let solution = try solve(ChanceGame { min(max($0, 0.4), 0.6) })
    #expect(solution.note.contains("a continuum of equilibria"))
    #expect(solution.crossings.allSatisfy { $0.kind == .pure && $0.m[0] > 0.39 && $0.m[0] < 0.61 })
  }

  /// Both types together are busy for two periods: f < 0 for m < 1, and at 1 nobody is ever asked.
  @Test func `a zero at which transitions die out is degenerate`() throws {
    let solution = try solve(Ridesharing(payoffs: [1, 1.3], durations: [1, 1]))
    #expect(solution.crossings.map(\.kind) == [.degenerate])
    #expect(solution.crossings[0].m == [1] && solution.crossings[0].direction == .touching)
    #expect(solution.status == .converged && solution.isComplete)
    // A population that stands still at 1 because every agent moves there is no such case.
    let still = try solve(ChanceGame { _ in 1 })
    #expect(still.crossings.map(\.kind) == [.pure] && still.crossings[0].m == [1])
  }

  @Test(arguments: 1...30)
  func `random games: one crossing from below is certified and on the scan's list`(
    seed: Int
  ) throws {
    let game = try RandomMeanFieldGame(
      seed: UInt64(seed), states: 3 + seed % 9, actions: 1 + seed % 4,
      band: seed % 3 == 0 ? 1 : nil,
      turnover: seed % 4 == 0 ? Turnover(survival: 0.9, entry: seed % 3) : nil)
    let bisected = try solve(game, .bisection)
    #expect(bisected.status == .converged)
    let crossing = bisected.crossings[0]
    #expect(crossing.direction == .up)
    let solution = try solve(game)
    #expect(solution.crossings.contains { abs($0.m[0] - crossing.m[0]) < 1e-10 })
    // Signs alternate, and each says how f changes there.
    var problem = try FrozenProblem(game)
    for (k, crossing) in solution.crossings.enumerated() {
      #expect(crossing.direction == (k % 2 == 0 ? .up : .down))
      let before = try problem.respond(to: [crossing.m[0] - 1e-6]).residual
      let after = try problem.respond(to: [crossing.m[0] + 1e-6]).residual
      #expect(crossing.direction == .up ? before < 0 && after > 0 : before > 0 && after < 0)
      #expect(crossing.residuals!.isCertified)
      if crossing.kind == .mixed {
        #expect((0...1).contains(crossing.everyoneMixes!.share))
        #expect(crossing.twoGroups!.residuals.consistency < 1e-14)
      }
    }
  }

  @Test func `results do not depend on threads`() throws {
    let game = try RandomMeanFieldGame(seed: 5, states: 9, actions: 4)
    let one = try MeanFieldEquilibrium().solve(game, threads: 1)
    let four = try MeanFieldEquilibrium().solve(game, threads: 4)
    #expect(one.crossings.map(\.m) == four.crossings.map(\.m))
    #expect(one.crossings.map(\.law) == four.crossings.map(\.law))
    #expect(one.evaluations == four.evaluations)
  }

  @Test func `payoffs times a constant change nothing but values`() throws {
    var primitives = Inventory.Primitives()
    let base = try solve(Inventory(primitives)).crossings[0]
    primitives.holding *= 250
    primitives.backlog *= 250
    primitives.price *= 250
    primitives.production *= 250
    let scaled = try solve(Inventory(primitives)).crossings[0]
    #expect(scaled.m == base.m && scaled.policy == base.policy)
    #expect(apart(scaled.values.map { $0 / 250 }, base.values) < 1e-9)
  }

  /// θ = ½: m and the law mirror themselves.
  @Test func `symmetric learning has a symmetric law`() throws {
    var primitives = SocialLearning.Primitives()
    primitives.theta = 0.5
    let crossing = try solve(SocialLearning(primitives), .bisection).crossings[0]
    #expect(abs(crossing.m[0] - 0.5) < 1e-13)
    #expect(apart(crossing.law, crossing.law.reversed()) < 1e-12)
  }

  /// Signals so precise that some moves have probability 1e-300: they count as impossible.
  @Test func `moves beyond the range of doubles do no harm`() throws {
    var primitives = SocialLearning.Primitives()
    primitives.precisionSlope = 1e5
    primitives.effortCost = 1e-6
    let solution = try solve(SocialLearning(primitives), .bisection)
    #expect(solution.status == .converged)
    // One belief holds everyone but for a share that no double shows.
    #expect(abs(solution.crossings[0].law.reduce(0, +) - 1) < 1e-14)
  }

  @Test func `stopping from outside keeps what was found`() throws {
    let asked = Atomic<Int>(0)
    let solution = try MeanFieldEquilibrium().solve(
      try RandomMeanFieldGame(seed: 3, states: 6, actions: 3),
      isCancelled: { asked.add(1, ordering: .relaxed).oldValue >= 70 }, threads: 1)
    #expect(solution.status == .interrupted && solution.crossings.count == 1)
  }

  // MARK: - What is refused

  @Test func `bounds without a sign change are said to have none`() throws {
    let solution = try solve(TwoStateGame(lambda: 1, bounds: 0.6...0.9))
    #expect(solution.crossings.isEmpty && solution.status == .uncertified)
    #expect(solution.note.contains("enclose no sign change"))
    #expect(solution.note.contains("widen interaction"))
  }

  @Test func `a tolerance below double precision is refused`() throws {
    var set = ParameterSet()
    set.set("method", .text("auto"))
    set.set("scan", .integer(400))
    set.set("tolerance", .real(1e-15))
    let error = #expect(throws: GameError.self) { try MeanFieldEquilibrium(set) }
    #expect(error?.subject == "tolerance")
    set.set("tolerance", .real(1e-13))
    set.set("scan", .integer(1))
    #expect(throws: GameError.self) { try MeanFieldEquilibrium(set) }
  }

  @Test func `rows that are no law anywhere in the bounds are refused`() throws {
    // A law at the middle of the bounds, and none near the upper end.
    let error = #expect(throws: MeanFieldError.self) {
      try solve(ChanceGame { $0 < 0.9 ? 0.5 : 1.2 })
    }
    #expect("\(error!)".contains("sum to"))
  }

  @Test func `several closed classes are refused`() throws {
    struct Stuck: MeanFieldGame {
      let layout = try! MeanFieldLayout(
        coordinates: [[0], [1]], interactionNames: ["share"],
        rows: (0..<2).map { [.init(.number(0), successors: [$0], interaction: [Double($0)])] })
      let discount = 0.5
      let stateQuantity = "state"
      func write(at m: [Double], to tables: inout FrozenTables) {
        tables.payoffs = [0, 0]
        tables.probabilities = [1, 1]
      }
    }
    let error = #expect(throws: MeanFieldError.self) { try solve(Stuck()) }
    #expect("\(error!)".contains("2 closed classes"))
  }

  @Test func `exhaustive refuses what nothing proves`() throws {
    let error = #expect(throws: GameError.self) {
      try solve(RandomMeanFieldGame(seed: 1, states: 4, actions: 2), .exhaustive)
    }
    #expect(error?.subject == "method")
  }

  @Test func `several scalars are sent to Broyden's method`() throws {
    guard case .finite(let game) = try TwoScalarLadder(finite: 5).model() else { return }
    let error = #expect(throws: MeanFieldError.self) { try solve(game) }
    #expect("\(error!)".contains("kind: broyden"))
  }
}

extension TwoScalarLadder {
  fileprivate init(finite actions: Int) throws {
    var primitives = Self.defaults
    primitives.actions = actions
    primitives.minimumAction = 0.2
    try self.init(primitives)
  }
}
