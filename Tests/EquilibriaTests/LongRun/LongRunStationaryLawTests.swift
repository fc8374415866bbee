import Environments
import Equilibria
import Statistics
import Testing

/// Stationary laws by state reduction, to relative accuracy.
@Suite struct LongRunStationaryLawTests {
  /// μ of the chain [[1 − p, p], [q, 1 − q]] is (q, p) / (p + q): by hand. Only two roundings here.
  @Test(arguments: [(0.6, 0.2), (1e-14, 0.5), (1e-14, 1e-15), (1e-300, 1e-290), (1, 1)])
  func `two states`(p: Double, q: Double) throws {
    let chain = try MarkovChain(DenseMatrix([[1 - p, p], [q, 1 - q]]), threshold: 0)
    let law = try chain.stationaryLaw(of: [0, 1])
    #expect(agrees(law, [q / (p + q), p / (p + q)], ulps: 4))
  }

  /// The land of Oz: R, N, S with law (2, 1, 2)/5 (Kemeny, Snell and Thompson 1974).
  @Test func `weather in the land of Oz`() throws {
    let chain = try MarkovChain(
      DenseMatrix([[0.5, 0.25, 0.25], [0.5, 0, 0.5], [0.25, 0.25, 0.5]]))
    #expect(agrees(try chain.stationaryLaw(of: [0, 1, 2]), [0.4, 0.2, 0.4], ulps: 4))
  }

  /// The eight states of Courtois (1977, *Decomposability*), three blocks that hardly communicate.
  /// Expected: the equations solved in rational arithmetic (Python's fractions), rounded once. The
  /// data are rounded to doubles, so entries agree to a few dozen units, not exactly.
  @Test func `a nearly decomposable chain`() throws {
    let chain = try MarkovChain(
      DenseMatrix([
        [0.85, 0, 0.149, 0.0009, 0, 0.00005, 0, 0.00005],
        [0.1, 0.65, 0.249, 0, 0.0009, 0.00005, 0, 0.00005],
        [0.1, 0.8, 0.0996, 0.0003, 0, 0, 0.0001, 0],
        [0, 0.0004, 0, 0.7, 0.2995, 0, 0.0001, 0],
        [0.0005, 0, 0.0004, 0.399, 0.6, 0.0001, 0, 0],
        [0, 0.00005, 0, 0, 0.00005, 0.6, 0.2499, 0.15],
        [0.00003, 0, 0.00003, 0.00004, 0, 0.1, 0.8, 0.0999],
        [0, 0.00005, 0, 0, 0.00005, 0.1999, 0.25, 0.55],
      ]))
    let law = try chain.stationaryLaw(of: Array(0..<8))
    #expect(
      agrees(
        law,
        [
          0.08928265275450187, 0.0927576375051332, 0.04048831201636394, 0.15853319081982592,
          0.11893820690417506, 0.12038548110605266, 0.2777952524492734, 0.10181926644467398,
        ], ulps: 40))
  }

  /// A birth-death chain has μ(s) ∝ Π over t < s of up(t) / down(t + 1). Ratios of 2e-9 down to the
  /// middle and 5e8 up again: the middle holds 1e-348 of the ends, less than any double, and yet
  /// both ends must come out at one half each. Upside down, the middle holds everything.
  @Test(arguments: [false, true]) func `ranges beyond those of doubles`(peak: Bool) throws {
    let half = 40
    let size = 2 * half + 1
    let (rare, common) = (1e-9, 0.5)
    var matrix = DenseMatrix(rows: size, columns: size)
    for state in 0..<size {
      // Valley: away from the middle is common; peak: towards it.
      let outwards = peak ? rare : common
      let inwards = peak ? common : rare
      if state > 0 { matrix[state, state - 1] = state <= half ? outwards : inwards }
      if state < size - 1 { matrix[state, state + 1] = state < half ? inwards : outwards }
      let moving = (0..<size).reduce(0) { $0 + matrix[state, $1] }
      matrix[state, state] = 1 - moving
    }
    let law = try MarkovChain(matrix).stationaryLaw(of: Array(0..<size))
    #expect(abs(law.reduce(0, +) - 1) <= 1e-14)
    if peak {
      #expect(agrees(law[half], 1 / (1 + 4 * rare), ulps: 4))
      // One step from the middle: left by μ(half) × outwards, entered by μ(half − 1) × inwards.
      #expect(agrees(law[half - 1] / law[half], rare / common, ulps: 100))
      #expect(law[0] == 0 && law[size - 1] == 0)
    } else {
      #expect(agrees(law[0], law[size - 1], ulps: 1000))
      #expect(agrees(law[1] / law[0], rare / common, ulps: 100))
      #expect(law[half] == 0)
    }
  }

  /// Laws that need no golden number: nonnegative, sum 1, μ P = μ, and the limit of μ₀ Pᵗ. Dense
  /// chains forget by a factor below 0.9 a step, sparse ones (a cycle with random shortcuts and
  /// waiting) by less; 20,000 steps leave rounding in both.
  @Test(arguments: [2, 5, 30]) func `random chains against powers`(size: Int) throws {
    var stream = RandomStream(seed: 5, role: .generation, index: size)
    for draw in 0..<6 {
      var matrix = DenseMatrix(rows: size, columns: size)
      for i in 0..<size {
        for j in 0..<size where draw < 3 || stream.uniform() < 0.1 {
          matrix[i, j] = stream.uniform()
        }
        matrix[i, i] += 0.5
        matrix[i, (i + 1) % size] += 0.5
        let sum = matrix.row(i).reduce(0, +)
        for j in 0..<size { matrix[i, j] /= sum }
      }
      let chain = try MarkovChain(matrix)
      let law = try chain.stationaryLaw(of: Array(0..<size))
      #expect(law.allSatisfy { $0 > 0 } && abs(law.reduce(0, +) - 1) <= 1e-14)
      #expect(agrees(chain.law(from: law, after: 1), law, ulps: Double(4 * size)))
      #expect(agrees(chain.law(from: chain.pointMass(at: 0), after: 20_000), law, ulps: 1e5))
    }
  }

  /// Only the named states are looked at, wherever they stand.
  @Test func `a class inside a larger chain`() throws {
    let chain = try MarkovChain(
      DenseMatrix([[0.2, 0, 0.8, 0], [0.25, 0.25, 0.25, 0.25], [0.4, 0, 0.6, 0], [0, 0, 0, 1]]))
    #expect(chain.classStructure.recurrent == [[0, 2], [3]])
    #expect(agrees(try chain.stationaryLaw(of: [0, 2]), [1 / 3.0, 0, 2 / 3.0, 0], ulps: 4))
    #expect(try chain.stationaryLaw(of: [3]) == [0, 0, 0, 1])
    #expect(throws: GameError.self) { try chain.stationaryLaw(of: [0, 3]) }
    #expect(throws: GameError.self) { try chain.stationaryLaw(of: [1, 3]) }
  }

  private func agrees(_ observed: Double, _ expected: Double, ulps: Double) -> Bool {
    abs(observed - expected) <= ulps * expected.ulp
  }

  private func agrees(_ observed: [Double], _ expected: [Double], ulps: Double) -> Bool {
    observed.count == expected.count
      && zip(observed, expected).allSatisfy { agrees($0, $1, ulps: ulps) }
  }
}
