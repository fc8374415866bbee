import Environments
import Testing

@testable import Equilibria

/// Equilibria at the bounds, next to thresholds, under tiny payoffs and under ties.
@Suite struct MeanFieldEdgeTests {
  private func rides(
    _ payoffs: [Double], _ durations: [Int] = [1, 2, 3], discount: Double = 0.95,
    bounds: ClosedRange<Double>? = nil
  ) throws -> MeanFieldSolution {
    try MeanFieldEquilibrium().solve(
      Ridesharing(payoffs: payoffs, durations: durations, discount: discount, bounds: bounds))
  }

  /// With θ₁ = 0 every firm attracts alike: m can only be 1, whatever rounding makes of Σ s(x).
  @Test func `bounds that are a single point hold their equilibrium`() throws {
    guard case .finite(let game) = try QualityLadder(theta: 0).model() else {
      Issue.record("expected levels of investment")
      return
    }
    #expect(game.interactionBounds == [1...1])
    let solution = try MeanFieldEquilibrium().solve(game)
    #expect(solution.crossings.map(\.m) == [[1]])
    #expect(solution.isComplete && solution.status == .converged)
  }

  /// Payoffs change no decision when all are multiplied by the same number.
  @Test(arguments: [1e-13, 1e-30, 1e12])
  func `the unit of money changes nothing`(unit: Double) throws {
    let usual = try rides([1, 1.3, 8])
    let scaled = try rides([1, 1.3, 8].map { unit * $0 })
    #expect(scaled.status == .converged && scaled.isComplete)
    #expect(scaled.crossings.map(\.kind) == [.mixed, .degenerate])
    #expect(usual.crossings.map(\.kind) == [.mixed, .degenerate])
    #expect(abs(scaled.crossings[0].m[0] - usual.crossings[0].m[0]) < 1e-12)
  }

  /// Losing what a trip pays is not optimal, in whatever money.
  @Test func `optimality is relative to the payoffs`() throws {
    let game = try Ridesharing(payoffs: [1e-13, 1.3e-13, 8e-13])
    // Rejecting everything, at m = 0.999: V = 0.
    let layout = game.layout
    let rows = (0..<layout.stateCount).map { Int32(layout.rowOffsets[$0]) }
    let judged = try MeanFieldCertificate.residuals(
      of: MeanFieldPolicy(rows: rows, in: layout),
      law: FrozenProblem(game).lawForTesting(rows), at: [0.999], in: game
    ).residuals
    #expect(judged.optimality > 1e-9 * judged.payoffScale && !judged.isCertified)
  }

  /// The mixed equilibrium's m is 3/4 within 1e-14 of where the pure one takes over.
  @Test func `an equilibrium at a threshold is listed once`() throws {
    let solution = try rides([1, 1.3, 9.989385964912])
    #expect(solution.isComplete && solution.status == .converged)
    #expect(solution.crossings.count == 2)
    #expect(abs(solution.crossings[0].m[0] - 0.75) < 1e-12)
  }

  @Test func `a bound on a mixed equilibrium keeps it`() throws {
    let whole = try rides([1, 1.3, 8]).crossings[0]
    #expect(whole.kind == .mixed)
    let solution = try rides([1, 1.3, 8], bounds: whole.m[0]...0.9)
    #expect(solution.isComplete && solution.crossings.count == 1)
    #expect(abs(solution.crossings[0].m[0] - whole.m[0]) < 1e-13)
  }

  /// Trips that pay nothing while none pays, and without a future: drivers may do as they like.
  @Test func `ties at every m are not called complete`() throws {
    for solution in [
      try rides([0, 0, 0], [3, 3, 3]), try rides([0, 1, 5], discount: 0),
    ] {
      #expect(!solution.isComplete && solution.note.contains("continuum"))
    }
    // With a paying type beside it a type that pays nothing is rejected.
    #expect(try rides([0, 1, 5]).isComplete)
  }

  @Test func `several states that switch at once are named`() throws {
    let solution = try rides([2, 2, 10], [2, 2, 3])
    let several = solution.crossings.contains { $0.switchingStates.count > 1 }
    #expect(several && solution.note.contains("states switch at once"))
    #expect(try !rides([1, 1.3, 8]).note.contains("states switch at once"))
  }

  /// Φ(m) = 0.25, searched from there up: f rises through zero there, which the bounds do not hide.
  @Test func `a direction is that of f beyond a narrowed bound`() throws {
    struct Narrowed: MeanFieldGame {
      let inner = ChanceGame { _ in 0.25 }
      var layout: MeanFieldLayout { inner.layout }
      let discount = 0.9
      let stateQuantity = "state"
      let interactionBounds = [0.25...0.75]
      func write(at m: [Double], to tables: inout FrozenTables) { inner.write(at: m, to: &tables) }
    }
    let solution = try MeanFieldEquilibrium().solve(Narrowed())
    #expect(solution.crossings.map(\.m) == [[0.25]])
    #expect(solution.crossings.map(\.direction) == [.up])
  }

  @Test func `a direction that nobody looked at is not given`() throws {
    let found = try FixedPointIteration().solve(.finite(Ridesharing(payoffs: [1, 1.3, 5])))
    #expect(!found.crossings.isEmpty && found.crossings.allSatisfy { $0.direction == nil })
  }

  /// From just below 1 the only root is the degenerate one; the equilibrium is mixed.
  @Test func `a list of degenerate roots is not called converged`() throws {
    var solver = Broyden()
    solver.start = [1]
    solver.starts = 1
    let solution = try solver.solve(.finite(Ridesharing(payoffs: [1, 1.3, 8])))
    #expect(solution.crossings.map(\.kind) == [.degenerate])
    #expect(solution.status == .uncertified && solution.note.contains("degenerate"))
  }

  /// f is positive at 0.9, beyond the interior equilibrium: the bisection has nothing to halve.
  @Test func `advice to widen the bounds is only given where nothing was found`() throws {
    let solution = try rides([1, 1.3, 5], bounds: 0.9...1)
    #expect(!solution.crossings.isEmpty && !solution.note.contains("widen"))
  }
}

extension FrozenProblem {
  fileprivate func lawForTesting(_ rows: [Int32]) throws -> [Double] {
    var copy = self
    copy.freeze(at: [0.999])
    return try copy.invariantLaw(rows: rows)
  }
}
