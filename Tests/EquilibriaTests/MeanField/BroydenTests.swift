import Configuration
import Environments
import Foundation
import Testing

@testable import Equilibria

/// Ladders with two scalars that an independent program solved; see the README beside the figures.
struct TwoScalarFixtures: Decodable {
  let cases: [Case]
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let parameters: LadderFixtures.Parameters
    let solutions: [[Double]]
    let actions: [Double]
    let law: [Double]
    let values: [Double]
    let phi: [Sample]
    var testDescription: String { name }
  }
  struct Sample: Decodable, Sendable {
    let m: [Double]
    let phi: [Double]
  }
  static let all = try! Fixture.load("mean-field/two-scalars") as TwoScalarFixtures
}

@Suite struct BroydenTests {
  @Test func `capacity with two scalars in eight steps`() throws {
    let ladder = try TwoScalarLadder().ladder
    var map = try PopulationMap(.ladder(ladder))
    let run = try Broyden().run(from: [10, 0.5], bounds: ladder.interactionBounds) {
      try map.residual(at: $0)
    }
    #expect(run.status == .converged && run.steps == 8)
    #expect(abs(run.m[0] - 3.176821840992) < 1e-11 && abs(run.m[1] - 0.511693697312) < 1e-11)
  }

  @Test(arguments: TwoScalarFixtures.all.cases)
  func `agrees with an independent program`(_ item: TwoScalarFixtures.Case) throws {
    let ladder = try item.parameters.ladder()
    let solution = try Broyden().solve(.ladder(ladder))
    #expect(solution.status == .converged && !solution.isComplete)
    #expect(solution.crossings.count == item.solutions.count)
    let found = solution.crossings[0]
    // ‖f‖ < 1e-10, and the eigenvalues of f's derivative are at least 1 in size.
    #expect(apart(found.m, item.solutions[0]) < 1e-9)
    #expect(apart(Array(found.law.prefix(item.law.count)), item.law) < 1e-10)
    #expect(apart(Array(found.actions!.prefix(item.actions.count)), item.actions) < 1e-9)
    #expect(found.residuals!.isCertified)
    var map = try PopulationMap(.ladder(ladder))
    for sample in item.phi {
      #expect(apart(try map.respond(to: sample.m).mapped, sample.phi) < 1e-11 * 40)
    }
  }

  @Test(arguments: 0..<8)
  func `with one scalar it agrees with bracketing`(seed: Int) throws {
    let ladder = try randomLadder(seed: seed)
    let bracketed = try LadderEquilibrium().solve(ladder).crossings[0].m[0]
    let solution = try Broyden().solve(.ladder(ladder))
    #expect(solution.crossings.count == 1)
    #expect(abs(solution.crossings[0].m[0] - bracketed) < 1e-10 * (1 + abs(bracketed)))
  }

  @Test func `with one scalar it is the secant method after the first step`() throws {
    func f(_ x: Double) -> Double { x * x * x - 2 * x - 5 }
    var iteration = BroydenIteration(start: [2.5], bounds: [-10...10])
    var points = [2.5]
    for _ in 0..<6 {
      try iteration.advance([f(points.last!)])
      points.append(iteration.point[0])
    }
    #expect(points[1] == 2.5 - f(2.5))
    for k in 2..<points.count {
      let (a, b) = (points[k - 2], points[k - 1])
      let secant = b - f(b) * (b - a) / (f(b) - f(a))
      #expect(abs(points[k] - secant) < 1e-12)
    }
  }

  @Test func `the first two steps in two dimensions by hand`() throws {
    // f = (2x + y − 1, y − x): from (0, 0) with B = I, f = (−1, 0), so m₁ = (1, 0), f = (1, −1).
    // Δ − Bθ = (2, −1) − (1, 0) = (1, −1): B = [[2, 0], [−1, 1]], B⁻¹ f = (1/2, −1/2), m₂ = (1/2, 1/2).
    var iteration = BroydenIteration(start: [0, 0], bounds: [-5...5, -5...5])
    try iteration.advance([-1, 0])
    #expect(iteration.point == [1, 0])
    try iteration.advance([1, -1])
    #expect(iteration.derivative == [2, 0, -1, 1])
    #expect(iteration.point == [0.5, 0.5])
  }

  @Test func `linear systems of n scalars end within 2n steps (Gay 1979)`() throws {
    var drawer = Drawer(seed: 3)
    for n in 1...5 {
      let matrix = (0..<n).map { i in
        (0..<n).map { j in (i == j ? 2.0 : 0) + drawer.real(-0.5, 0.5) }
      }
      let root = (0..<n).map { _ in drawer.real(-1, 1) }
      let run = try Broyden().run(
        from: [Double](repeating: 0, count: n), bounds: [ClosedRange](repeating: -9...9, count: n)
      ) { m in
        (0..<n).map { i in (0..<n).reduce(0) { $0 + matrix[i][$1] * (m[$1] - root[$1]) } }
      }
      #expect(run.status == .converged && run.steps <= 2 * n + 1)
      #expect(apart(run.m, root) < 1e-9)
    }
  }

  @Test func `points stay in the box, and B begins anew where it holds m at the edge`() throws {
    // f = 1 − 3x on [0, 1]: the first step from 0.9 goes up to the edge, where the secant turns back.
    var visited: [Double] = []
    let run = try Broyden().run(from: [0.9], bounds: [0...1]) { m in
      visited.append(m[0])
      return [1 - 3 * m[0]]
    }
    #expect(run.status == .converged && abs(run.m[0] - 1.0 / 3) < 1e-10)
    #expect(visited.allSatisfy { (0...1).contains($0) })
    // f = x − 5 has its root beyond the box: at the edge −f points out, whatever B.
    let stuck = try Broyden().run(from: [0.5], bounds: [0...1]) { m in [m[0] - 5] }
    #expect(stuck.status == .limit && stuck.isStuck && stuck.m == [1] && stuck.steps == 1)
  }

  @Test func `a singular B begins anew from I`() throws {
    // The same f at two points makes B θ = 0.
    var iteration = BroydenIteration(start: [0, 0], bounds: [-5...5, -5...5])
    try iteration.advance([1, 1])
    try iteration.advance([1, 1])
    #expect(iteration.resets == 1)
    #expect(iteration.derivative == [1, 0, 0, 1] && iteration.point == [-2, -2])
  }

  @Test func `distinct roots are told apart`() throws {
    // (x − 0.2)(x − 0.5)(x − 0.9), scaled so that its slopes are of the size of 1.
    var solver = Broyden()
    solver.starts = 20
    let (roots, runs) = try solver.roots(bounds: [0...1]) { m in
      [10 * (m[0] - 0.2) * (m[0] - 0.5) * (m[0] - 0.9)]
    }
    #expect(runs.count == 20 && roots.count == 3)
    #expect(apart(roots.map { $0.m[0] }, [0.2, 0.5, 0.9]) < 1e-9)
  }

  @Test func `a run that is stored half-way goes on to the same point`() throws {
    let ladder = try TwoScalarLadder().ladder
    var map = try PopulationMap(.ladder(ladder))
    var whole = BroydenIteration(start: [10, 0.5], bounds: ladder.interactionBounds)
    for _ in 0..<3 { try whole.advance(map.residual(at: whole.point)) }
    var restored = try JSONDecoder().decode(
      BroydenIteration.self, from: JSONEncoder().encode(whole))
    #expect(restored == whole)
    for _ in 0..<3 {
      let residual = try map.residual(at: whole.point)
      try whole.advance(residual)
      try restored.advance(residual)
    }
    #expect(restored == whole)
  }

  @Test func `a game whose map jumps over the diagonal has no root, and that is said`() throws {
    let game = try Ridesharing(payoffs: [1, 1.3, 8], bounds: 0...0.95)
    let solution = try Broyden().solve(.finite(game))
    #expect(solution.crossings.isEmpty && solution.status == .limit)
    #expect(solution.note.contains("Φ jumps where the optimal policy switches"))
  }

  @Test func `a start that does not fit is refused`() throws {
    var solver = Broyden()
    solver.start = [1, 2, 3]
    let error = #expect(throws: MeanFieldError.self) {
      try solver.solve(.ladder(TwoScalarLadder().ladder))
    }
    #expect("\(error!)".contains("3 numbers"))
    #expect(throws: MeanFieldError.self) {
      try Broyden().run(from: [0.5], bounds: [0...1]) { _ in [.nan] }
    }
  }

  @Test func `a run that cannot evaluate Φ does not end the others`() throws {
    var solver = Broyden()
    solver.starts = 4
    let broken = MeanFieldError.unsuitable("nothing here")
    let found = try solver.roots(bounds: [0...1]) { m in
      if m[0] < 0.3 { throw broken }
      return [m[0] - 0.6]
    }
    // Of the starts 0.5, 0.25, 0.75 and 0.125 two are below 0.3.
    #expect(found.runs.count == 2 && found.roots.count == 1)
    #expect(throws: broken) { try solver.roots(bounds: [0...1]) { _ in throw broken } }
  }

  @Test func `a resolved section sets every key`() throws {
    var set = ParameterSet()
    set.set("start", .list([.real(0.5), .integer(1)]))
    set.set("starts", .integer(3))
    set.set("tolerance", .real(1e-8))
    set.set("max_steps", .integer(17))
    let solver = try Broyden(set)
    #expect(solver.start == [0.5, 1] && solver.starts == 3)
    #expect(solver.tolerance == 1e-8 && solver.maximumSteps == 17)
    set.set("tolerance", .real(1e-17))
    let error = #expect(throws: GameError.self) { try Broyden(set) }
    #expect(error?.subject == "tolerance")
  }

  @Test func `starts fill the box`() {
    var solver = Broyden()
    solver.starts = 5
    let points = solver.startingPoints([0...1, 0...27])
    // Bases 2 and 3 from the second member of the sequence on.
    #expect(points.map { $0[0] } == [0.5, 0.25, 0.75, 0.125, 0.625])
    let expected: [Double] = [13.5, 18, 3, 12, 21]
    #expect(apart(points.map { $0[1] }, expected) < 1e-12)
  }
}
