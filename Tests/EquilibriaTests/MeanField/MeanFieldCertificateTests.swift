import Environments
import Testing

@testable import Equilibria

/// The certificate finds what is wrong, by the amount computed by hand.
@Suite struct MeanFieldCertificateTests {
  /// One state, two actions that pay 0 and m − ½ and make the interaction 0 and 1; β = ½.
  private struct Choice: MeanFieldGame {
    let layout = try! MeanFieldLayout(
      coordinates: [[3]], interactionNames: ["level"],
      rows: [(0..<2).map { .init(.number(Double($0)), successors: [0], interaction: [Double($0)]) }]
    )
    let discount = 0.5
    let stateQuantity = "state"
    func write(at m: [Double], to tables: inout FrozenTables) {
      tables.payoffs = [0, m[0] - 0.5]
      tables.probabilities = [1, 1]
    }
  }

  private func judge(
    _ weights: [Double], _ m: Double
  ) throws -> (residuals: MeanFieldResiduals, values: [Double]) {
    try MeanFieldCertificate.residuals(
      of: MeanFieldPolicy(weights: weights), law: [1], at: [m], in: Choice())
  }

  /// At m = 0.7 the first action loses 0.2, once: V stays that of the policy, V = 0.
  @Test func `residuals by hand`() throws {
    let wrong = try judge([1, 0], 0.7)
    #expect(wrong.values == [0])
    #expect(abs(wrong.residuals.optimality - 0.2) < 1e-15)
    #expect(wrong.residuals.consistency == 0.7 && wrong.residuals.invariance == 0)
    #expect(abs(wrong.residuals.payoffScale - 0.2) < 1e-15)
    #expect(!wrong.residuals.isCertified)
    // Mixing half and half at m = 0.7: V = 0.1 / (1 − ½), and M = ½.
    let mixed = try judge([0.5, 0.5], 0.7)
    #expect(abs(mixed.values[0] - 0.2) < 1e-15)
    #expect(abs(mixed.residuals.optimality - 0.2) < 1e-15)
    #expect(abs(mixed.residuals.consistency - 0.2) < 1e-15)
    #expect(try judge([0.5, 0.5], 0.5).residuals.isCertified)
    #expect(try judge([0, 1], 1).residuals.isCertified)
  }

  /// The chain of Example 2 at m = ½ moves to either state alike, so (½ + ε, ½ − ε) is pushed to
  /// (½, ½): ‖sL − s‖₁ = 2ε.
  @Test func `a law that is not invariant is off by what it moves`() throws {
    let policy = MeanFieldPolicy(weights: [1, 1])
    let residuals = try MeanFieldCertificate.residuals(
      of: policy, law: [0.501, 0.499], at: [0.5], in: try TwoStateGame()
    ).residuals
    #expect(abs(residuals.invariance - 0.002) < 1e-15)
    #expect(abs(residuals.consistency - 0.001) < 1e-15)
  }

  @Test func `under turnover the entry state is replenished`() throws {
    let game = try RandomMeanFieldGame(
      seed: 8, states: 6, actions: 2, turnover: Turnover(survival: 0.7, entry: 3))
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [0.4])
    let policy = MeanFieldPolicy(rows: response.rows, in: game.layout)
    let (residuals, values) = try MeanFieldCertificate.residuals(
      of: policy, law: response.law, at: [0.4], in: game)
    #expect(residuals.invariance < 1e-15 && residuals.optimality < 1e-14)
    #expect(abs(residuals.consistency - abs(0.4 - response.mapped[0])) < 1e-15)
    #expect(apart(values, response.values) < 1e-14)
  }

  @Test func `laws and policies that are none are refused`() throws {
    #expect(throws: MeanFieldError.self) { try judge([0.5, 0.6], 0.5) }
    #expect(throws: MeanFieldError.self) {
      try MeanFieldCertificate.residuals(
        of: MeanFieldPolicy(weights: [1, 1]), law: [0.5, 0.6], at: [0.5], in: try TwoStateGame())
    }
  }

  /// A ladder of 700 levels is too large for the dense solve; the iterated values are V all the same.
  @Test func `many states are iterated`() throws {
    var primitives = CapacityCompetition.defaults
    primitives.cap = 700
    primitives.actions = 3
    primitives.discount = 0.9
    guard case .finite(let game) = try CapacityCompetition(primitives).model() else { return }
    var problem = try FrozenProblem(game)
    let response = try problem.respond(to: [5])
    let (residuals, values) = try MeanFieldCertificate.residuals(
      of: MeanFieldPolicy(rows: response.rows, in: game.layout), law: response.law, at: [5],
      in: game)
    let size = response.values.map(abs).max()!
    #expect(apart(values, response.values) < 1e-13 * size)
    #expect(residuals.optimality < 1e-11 * size && residuals.invariance < 1e-14)
  }

  @Test func `Chandrupatla's method brackets jumps and finds roots`() {
    let root = bracketedRoot((0, -2), (2, 2), tolerance: 1e-16) { $0 * $0 - 2 }
    #expect(abs(root.x - 2.0.squareRoot()) <= 2 * 2.0.squareRoot().ulp)
    let jump = bracketedRoot((0, -1), (1, 1), tolerance: 1e-15) { $0 < 0.3 ? -1 : 1 }
    #expect(abs(jump.x - 0.3) < 2e-15)
    var calls = 0
    let flat = bracketedRoot((0, -1), (3, 8), tolerance: 1e-15) { x in
      calls += 1
      return (x - 1) * (x - 1) * (x - 1)
    }
    #expect(abs(flat.x - 1) < 1e-4 && calls < 150)
  }
}
