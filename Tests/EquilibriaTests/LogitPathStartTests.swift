import Environments
import Testing

@testable import Equilibria

/// Starts other than the uniform profile, Newton on supports, and the linear algebra below them.
struct LogitPathStartTests {
  /// Firm 1 always trains hard and firm 2 little: the path from there ends at a permanent leader.
  @Test func `tipping has an asymmetric equilibrium`() throws {
    let race = try ComputeRace(scenario: "tipping")
    let game = try race.stochasticGame()
    var configuration = LogitPath.Configuration()
    configuration.imposesSymmetry = false
    let start = Profile([
      game.purePolicy(0, Array(repeating: 5, count: race.grid)),
      game.purePolicy(1, Array(repeating: 3, count: race.grid)),
    ])
    let result = try LogitPath(configuration).solve(game, from: start)
    #expect(result.solution.status == .converged)
    let certificate = try Certificate(game, result.solution.profile)
    #expect(certificate.isCertified)
    #expect(certificate.symmetryGap ?? 0 > 1)
    #expect(result.solution.values[0][race.parity] > 18)
    #expect(result.solution.values[1][race.parity] < -7)
    // Its mirror image is an equilibrium as well.
    #expect(try Certificate(game, game.mirrored(result.solution.profile)).isCertified)
  }

  /// An independent program certified an asymmetric equilibrium of `tipping` worth −7.437 and
  /// 18.465 at parity; the search meets it within its first 20 starts, and others beside it. Which
  /// firm leads is the draw's choice.
  @Test func `the search finds several equilibria of tipping`() throws {
    let race = try ComputeRace(scenario: "tipping")
    let game = try race.stochasticGame()
    var configuration = LogitPath.Configuration()
    configuration.imposesSymmetry = false
    let found = try LogitPath(configuration).search(game, starts: 20, seed: 3)
    let values = found.map { $0.solution.values.map { $0[race.parity] }.sorted() }
    #expect(values.contains { abs($0[0] + 7.437) < 1e-3 && abs($0[1] - 18.465) < 1e-3 })
    #expect(values.contains { abs($0[0] + 7.377) < 1e-3 && abs($0[1] - 18.649) < 1e-3 })
    for result in found { #expect(try Certificate(game, result.solution.profile).isCertified) }
  }

  /// Both earn 2 at (0, 0) and 1 at (1, 1). The path from λ = 0 ends at the risk-dominant (0, 0); the
  /// branch that ends at (1, 1) ends also where both play action 0 with probability 1/3.
  @Test func `the other end of a branch is the mixed equilibrium of coordination`() throws {
    let game = try matrixGame([[2, 0], [0, 1]], [[2, 0], [0, 1]])
    let (first, second) = (
      Profile([game.purePolicy(0, [0]), game.purePolicy(1, [0])]),
      Profile([game.purePolicy(0, [1]), game.purePolicy(1, [1])])
    )
    #expect(try LogitPath().solve(game).solution.profile == first)
    #expect(try LogitPath().otherEnd(game, of: first) == nil)
    let mixed = try #require(try LogitPath().otherEnd(game, of: second))
    #expect(mixed.solution.status == .converged)
    let third = [1.0 / 3, 2.0 / 3]
    #expect(apart(mixed.solution.profile.laws.flatMap(\.self), [third, third]) < 1e-12)
    // And back again; a reference that favours action 1 has its own path end there instead.
    let back = try #require(try LogitPath().otherEnd(game, of: mixed.solution.profile))
    #expect(back.solution.profile == second)
    let tilted = Profile(laws: [[[0.1, 0.9]], [[0.1, 0.9]]])
    #expect(try LogitPath().otherEnd(game, of: second, reference: tilted) == nil)
    #expect(try LogitPath().otherEnd(game, of: first, reference: tilted) != nil)
  }

  /// Newton repairs an equilibrium that was shaken a little, and says so when it cannot.
  @Test func `support Newton polishes`() throws {
    let race = try ComputeRace(scenario: "bertrand-heavy")
    let game = try race.stochasticGame()
    let solved = try LogitPath().solve(game).solution
    var shaken = solved.profile
    for player in 0..<2 {
      for state in 0..<game.stateCount {
        let law = shaken[player].law(at: state)
        shaken[player].setLaw(law.map { 0.999 * $0 + 0.001 / Double(law.count) }, at: state)
      }
    }
    let repaired = try SupportNewton().solve(game, from: shaken)
    #expect(repaired.status == .converged)
    #expect(largestDifference(repaired.values, solved.values) < 1e-10)
    let hopeless = try SupportNewton().solve(game, from: game.uniformProfile)
    #expect(hopeless.status == .converged || hopeless.profile == game.uniformProfile)
    #expect(throws: GameError.self) { try SupportNewton().solve(game, from: Profile([])) }
  }

  /// A x = b for a matrix that needs exchanges within and across panels of four.
  @Test(arguments: 1...13)
  func `flat LU solves and knows the determinant's sign`(n: Int) {
    // A cyclic shift, scaled: its determinant has the sign of the permutation, (−1)ⁿ⁻¹.
    let width = n + 2
    let matrix = UnsafeMutablePointer<Double>.allocate(capacity: n * width)
    let right = UnsafeMutablePointer<Double>.allocate(capacity: n)
    let pivots = UnsafeMutablePointer<Int32>.allocate(capacity: n)
    defer {
      matrix.deallocate()
      right.deallocate()
      pivots.deallocate()
    }
    matrix.initialize(repeating: 0, count: n * width)
    func entry(_ i: Int, _ j: Int) -> Double {
      ((i + 1) % n == j ? 3 : 0) + 1 / Double(5 + i * i + 2 * j)
    }
    for i in 0..<n {
      var (one, two) = (0.0, 0.0)
      for j in 0..<n {
        matrix[i * width + j] = entry(i, j)
        one += entry(i, j) * Double(j + 1)
        two += entry(i, j) * Double(j * j) / 7
      }
      (matrix[i * width + n], matrix[i * width + n + 1]) = (one, two)
      right[i] = one
    }
    let sign = FlatLU.factor(matrix, n: n, width: width, pivots: pivots)
    #expect(sign == (n % 2 == 1 ? 1 : -1))
    FlatLU.solve(matrix, n: n, width: width, pivots: pivots, right)
    FlatLU.backSubstitute(matrix, n: n, width: width)
    for j in 0..<n {
      #expect(abs(right[j] - Double(j + 1)) < 1e-12)
      #expect(abs(matrix[j * width + n] - Double(j + 1)) < 1e-12)
      #expect(abs(matrix[j * width + n + 1] - Double(j * j) / 7) < 1e-12)
    }
  }
}
