import Environments
import Testing

@testable import Equilibria

/// Lists that are proved complete, against the enumeration of every policy.
@Suite struct ProvedCrossingsTests {
  /// An equilibrium found by trying every policy and every single switch.
  private struct Known: Equatable {
    var kind: MeanFieldCrossing.Kind
    var m: Double
  }

  /// Values and law of a policy by the certificate's dense solves and by squaring the kernel.
  private struct Policy {
    let game: any MeanFieldGame
    let rows: [Int32]
    let mapped: Double

    init(_ game: any MeanFieldGame, _ rows: [Int32]) {
      self.game = game
      self.rows = rows
      let n = game.layout.stateCount
      var tables = FrozenTables(game.layout)
      game.write(at: [game.interactionBounds[0].upperBound], to: &tables)
      // Rows of Lᵏ for k = 2⁴⁰; a lazy chain has the same law and no period.
      var power = (0..<n).map { state in (0..<n).map { $0 == state ? 0.5 : 0.0 } }
      for state in 0..<n {
        let row = Int(rows[state])
        for entry in game.layout.transitionOffsets[row]..<game.layout.transitionOffsets[row + 1] {
          power[state][Int(game.layout.nextStates[entry])] +=
            0.5 * (game.turnover?.survival ?? 1) * tables.probabilities[entry]
        }
        if let turnover = game.turnover {
          power[state][turnover.entry] += 0.5 * (1 - turnover.survival)
        }
      }
      for _ in 0..<40 {
        power = power.map { row in
          (0..<n).map { j in (0..<n).reduce(0) { $0 + row[$1] * power[$1][j] } }
        }
      }
      let total = power[0].reduce(0, +)
      mapped = (0..<n).reduce(0) {
        $0 + power[0][$1] / total * game.layout.interaction[0][Int(rows[$1])]
      }
    }

    /// Largest gain from changing one action at m, and the row that gives it at each state.
    func gains(at m: Double) throws -> [Double] {
      let layout = game.layout
      let n = layout.stateCount
      let (_, values) = try MeanFieldCertificate.residuals(
        of: MeanFieldPolicy(rows: rows, in: layout), law: [1] + Array(repeating: 0, count: n - 1),
        at: [m], in: game)
      var tables = FrozenTables(layout)
      game.write(at: [m], to: &tables)
      return (0..<layout.rowCount).map { row in
        var worth = tables.payoffs[row] - values[Int(layout.stateOfRow[row])]
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          worth +=
            game.discount * tables.probabilities[entry] * values[Int(layout.nextStates[entry])]
        }
        return worth
      }
    }
  }

  /// Pure: Φ of a policy at which the policy is optimal. Mixed: a switch of one action, between the
  /// Φ of its two policies, at which both are optimal. Gaps are affine in t(m), so two of them give
  /// the switch.
  private func enumerated(
    _ game: any MeanFieldGame, _ transform: InteractionDependence.Transform
  ) throws -> [Known] {
    let bounds = game.interactionBounds[0]
    let (low, high) = (bounds.lowerBound, bounds.upperBound)
    var known: [Known] = []
    let policies = allPolicies(game.layout).map { Policy(game, $0) }
    let byRows = Dictionary(uniqueKeysWithValues: policies.map { ($0.rows, $0) })
    for policy in policies {
      if try policy.gains(at: policy.mapped).allSatisfy({ $0 < 1e-10 }) {
        known.append(Known(kind: .pure, m: policy.mapped))
      }
      let (first, last) = (try policy.gains(at: low), try policy.gains(at: high))
      for row in 0..<game.layout.rowCount {
        let state = Int(game.layout.stateOfRow[row])
        // Each pair of policies once.
        guard row > Int(policy.rows[state]), first[row] * last[row] < 0 else { continue }
        var rows = policy.rows
        rows[state] = Int32(row)
        let other = byRows[rows]!
        let share = first[row] / (first[row] - last[row])
        let t = transform(low) + share * (transform(high) - transform(low))
        let m = transform == .identity ? t : 1 / t
        guard (m - policy.mapped) * (m - other.mapped) < 0,
          try policy.gains(at: m).allSatisfy({ $0 < 1e-10 })
        else { continue }
        known.append(Known(kind: .mixed, m: m))
      }
    }
    return known.sorted { $0.m < $1.m }
  }

  private func affineGame(_ seed: Int) throws -> AffineGame {
    AffineGame(
      inner: try RandomMeanFieldGame(
        seed: UInt64(1000 + seed), states: 4, actions: 4,
        turnover: seed % 3 == 0 ? Turnover(survival: 0.8, entry: 1) : nil),
      transform: seed % 2 == 0 ? .identity : .reciprocal)
  }

  @Test(arguments: 1...40)
  func `affine payoffs: all crossings are those of every policy tried`(seed: Int) throws {
    let game = try affineGame(seed)
    let solution = try MeanFieldEquilibrium().solve(game)
    #expect(solution.isComplete && solution.status == .converged && solution.scanPoints == 0)
    let known = try enumerated(game, game.transform)
    #expect(solution.crossings.map(\.kind) == known.map(\.kind))
    #expect(apart(solution.crossings.map { $0.m[0] }, known.map(\.m)) < 1e-10)
  }

  @Test func `random affine games cross the diagonal in every way`() throws {
    // What the enumeration above meets: otherwise it would show little.
    var kinds: Set<String> = []
    for seed in 1...40 {
      for crossing in try MeanFieldEquilibrium().solve(affineGame(seed)).crossings {
        kinds.insert("\(crossing.kind.rawValue) \(crossing.direction!.rawValue)")
      }
    }
    #expect(kinds.isSuperset(of: ["pure up", "mixed up", "mixed down"]))
  }

  /// The optimal policy at 200 points of m is that of the piece it lies in.
  @Test(arguments: [false, true])
  func `the path of policies is optimal throughout`(isQuality: Bool) throws {
    let family: any MeanFieldFamily =
      isQuality ? try QualityLadder() : try CapacityCompetition()
    guard case .finite(let game) = try family.model() else { return }
    var problem = try FrozenProblem(game)
    let path = try #require(
      try ParametricPolicies(
        problem, transform: isQuality ? .reciprocal : .identity, maximumPieces: 10_000,
        isCancelled: { false }))
    let bounds = game.interactionBounds[0]
    #expect(path.pieces[0].low == bounds.lowerBound)
    #expect(path.pieces[path.pieces.count - 1].high == bounds.upperBound)
    #expect(zip(path.pieces, path.pieces.dropFirst()).allSatisfy { $0.high == $1.low })
    #expect(zip(path.pieces, path.pieces.dropFirst()).allSatisfy { $0.rows != $1.rows })
    for k in 0..<200 {
      let m =
        bounds.lowerBound + (bounds.upperBound - bounds.lowerBound) * (Double(k) + 0.5) / 200
      let piece = path.pieces.first { $0.low <= m && m <= $0.high }!
      let response = try problem.respond(to: [m])
      #expect(response.rows == piece.rows)
      #expect(response.mapped[0] == piece.mapped)
    }
  }

  @Test func `a path that is too long is given up`() throws {
    guard case .finite(let game) = try CapacityCompetition().model() else { return }
    let problem = try FrozenProblem(game)
    #expect(
      try ParametricPolicies(
        problem, transform: .identity, maximumPieces: 10, isCancelled: { false }) == nil)
  }

  /// Two states, each half the time, at which the second action pays m − ½: both switch at ½ at once.
  private struct TwinSwitch: MeanFieldGame {
    let kappa: [Double]
    var layout: MeanFieldLayout {
      try! MeanFieldLayout(
        coordinates: [[0], [1]], interactionNames: ["level"],
        rows: (0..<2).map { state in
          (0..<2).map { action in
            .init(
              .number(Double(action)), successors: [0, 1],
              interaction: [kappa[2 * state + action]])
          }
        })
    }
    let discount = 0.9
    let stateQuantity = "state"
    var dependence: InteractionDependence { .affinePayoffs(.identity) }
    func write(at m: [Double], to tables: inout FrozenTables) {
      for row in 0..<4 { tables.payoffs[row] = row % 2 == 0 ? 0 : m[0] - 0.5 }
      for entry in 0..<8 { tables.probabilities[entry] = 0.5 }
    }
  }

  /// κ = (0.2, 0.7) and (0.6, 0.1): Φ is 0.4 on both sides of ½, but 0.65 if only the first state
  /// switches. So ½ is an equilibrium beside 0.4, with 0.4 + 0.25 λ = ½.
  @Test func `an equilibrium between several ties is not missed`() throws {
    let game = TwinSwitch(kappa: [0.2, 0.7, 0.6, 0.1])
    let solution = try MeanFieldEquilibrium().solve(game)
    #expect(solution.isComplete && solution.status == .converged)
    #expect(solution.crossings.map(\.kind) == [.pure, .mixed])
    #expect(solution.crossings.map(\.direction) == [.up, .touching])
    #expect(apart(solution.crossings.map { $0.m[0] }, [0.4, 0.5]) < 1e-14)
    let mixed = solution.crossings[1]
    #expect(mixed.residuals!.isCertified)
    #expect(mixed.switchingStates == [0])
    // The right policy is the one with the smaller Φ.
    #expect(abs(mixed.everyoneMixes!.share - 0.6) < 1e-12)
  }

  /// κ = (0.7, 0.1) and (0.6, 0.2): Φ falls from 0.65 to 0.15 at ½, where both states switch.
  @Test func `states that switch together mix alike`() throws {
    let solution = try MeanFieldEquilibrium().solve(TwinSwitch(kappa: [0.7, 0.1, 0.6, 0.2]))
    #expect(solution.crossings.map(\.kind) == [.mixed] && solution.isComplete)
    let mixed = solution.crossings[0]
    #expect(abs(mixed.m[0] - 0.5) < 1e-15 && mixed.switchingStates == [0, 1])
    #expect(abs(mixed.everyoneMixes!.share - 0.3) < 1e-14)
    #expect(abs(mixed.twoGroups!.share - 0.3) < 1e-14)
  }

  /// Both actions pay the same at every m: Φ is an interval everywhere.
  @Test func `lasting ties are not called complete`() throws {
    struct Indifferent: MeanFieldGame {
      let layout = try! MeanFieldLayout(
        coordinates: [[0]], interactionNames: ["level"],
        rows: [(0..<2).map { .init(.number(0), successors: [0], interaction: [Double($0)]) }])
      let discount = 0.9
      let stateQuantity = "state"
      let dependence: InteractionDependence
      func write(at m: [Double], to tables: inout FrozenTables) {
        tables.payoffs = [m[0].rounded(.down), m[0].rounded(.down)]
        tables.probabilities = [1, 1]
      }
    }
    for dependence in [InteractionDependence.affinePayoffs(.identity), .constantBetween([1])] {
      let solution = try MeanFieldEquilibrium().solve(Indifferent(dependence: dependence))
      #expect(!solution.isComplete && solution.note.contains("tied along a piece"))
    }
  }

  @Test(arguments: 1...30)
  func `games in steps: every piece and every jump`(seed: Int) throws {
    let points = (1...6).map { Double($0) / 7 }
    let inner = try RandomMeanFieldGame(seed: UInt64(2000 + seed), states: 5, actions: 3)
    var game = SteppedGame(inner: inner, points: points)
    let solution = try MeanFieldEquilibrium().solve(game)
    #expect(solution.isComplete)
    // By hand: Φ of each piece, from the middle of it.
    let bounds = game.interactionBounds[0]
    let inside = points.filter { $0 > bounds.lowerBound && $0 < bounds.upperBound }
    let edges = [bounds.lowerBound] + inside + [bounds.upperBound]
    var problem = try FrozenProblem(game)
    let mapped = try (0..<edges.count - 1).map {
      try problem.respond(to: [(edges[$0] + edges[$0 + 1]) / 2]).mapped[0]
    }
    var expected: [(m: Double, kind: MeanFieldCrossing.Kind)] = []
    for k in mapped.indices {
      if k > 0, (edges[k] - mapped[k - 1]) * (edges[k] - mapped[k]) < 0 {
        expected.append((edges[k], .kernelJump))
      }
      if mapped[k] >= edges[k], mapped[k] < edges[k + 1] { expected.append((mapped[k], .pure)) }
    }
    #expect(solution.crossings.map(\.kind) == expected.map(\.kind))
    #expect(apart(solution.crossings.map { $0.m[0] }, expected.map(\.m)) == 0)
    // Without being told of the steps, a scan sees the same crossings.
    game.saysSo = false
    let scanned = try MeanFieldEquilibrium().solve(game)
    #expect(!scanned.isComplete)
    #expect(scanned.crossings.map(\.kind) == expected.map(\.kind))
    #expect(apart(scanned.crossings.map { $0.m[0] }, expected.map(\.m)) < 1e-15)
  }

  @Test func `inventories in whole units: heat map against an independent program`() throws {
    let map = try Fixture.load("mean-field/inventory-heatmap") as HeatMap
    for variant in map.cases {
      for cell in variant.cells {
        var primitives = Inventory.Primitives()
        primitives.holding = cell.holding
        primitives.share = cell.share
        primitives.backlog = variant.backlog
        primitives.price = variant.price
        primitives.rounding = Inventory.Rounding(rawValue: variant.rounding)!
        var solver = MeanFieldEquilibrium()
        // Stochastic rounding proves nothing, and every cell has one crossing.
        if primitives.rounding == .stochastic { solver.method = .bisection }
        let found = try solver.solve(Inventory(primitives)).crossings
        #expect(found.map(\.kind.rawValue) == cell.crossings.map(\.kind))
        let slack = primitives.rounding == .stochastic ? 1e-10 : 1e-12
        #expect(apart(found.map { $0.m[0] }, cell.crossings.map(\.m)) < slack)
      }
    }
  }

  private struct HeatMap: Decodable {
    let cases: [Variant]
    struct Variant: Decodable {
      let backlog: Double
      let price: Double
      let rounding: String
      let cells: [Cell]
    }
    struct Cell: Decodable {
      let holding: Double
      let share: Double
      let crossings: [Crossing]
    }
    struct Crossing: Decodable {
      let kind: String
      let m: Double
    }
  }
}
