import Foundation
import Statistics
import Testing

@Suite struct ControlVariatesTests {
  /// Two controls and a target of ten units, with known means 2 and 0.4.
  private let first = tenValues
  private let second: [Double] = [1, 0, 0, 1, 0, 1, 1, 0, 0, 1]
  private let target: [Double] = [3, 5, 1, 4, 2, 9, 2, 2, 6, -1]

  private func moments(_ columns: [[Double]]) throws -> CrossMoments {
    let all = columns.indices
    var moments = CrossMoments(
      columns: columns.count, pairs: all.flatMap { i in all.map { (i, $0) } })
    try moments.add(columns[0].indices.flatMap { row in columns.map { $0[row] } })
    return moments
  }

  /// numpy 2.4.6: b, from lstsq of y on A = [1, c₁ − 2, c₂ − 0.4], with the error of the intercept
  /// √(s² inv(AᵀA)₀₀), s² = |y − A b|² / 7; scipy 1.17.1: stats.t.ppf(0.975, 7).
  @Test func `the estimate is the intercept of a regression`() throws {
    let found = try ControlVariates(
      try moments([first, second, target]), target: 2, controls: [0, 1], knownMeans: [2, 0.4])
    #expect(close(found.estimate, 2.965913690869703))
    #expect(close(found.coefficients[0], 0.8179330966934839))
    #expect(close(found.coefficients[1], -0.7488023921644407, ulps: 32))
    #expect(close(found.residualVariance, 0.8888314805585785, ulps: 64))
    #expect(close(found.standardError, 0.3062213099645903, ulps: 64))
    #expect(close(found.varianceRatio, 0.11705179141301905, ulps: 64))
    #expect(close(found.gain, 1 / 0.11705179141301905, ulps: 64))
    #expect(found.used == [0, 1] && found.degreesOfFreedom == 7)
    let interval = try found.interval()
    #expect(abs(interval.low - 2.2418153549729216) < 1e-12)
    #expect(abs(interval.high - 3.690012026766484) < 1e-12)
  }

  @Test func `without controls it is the mean with Student's interval`() throws {
    let found = try ControlVariates(
      try moments([target]), target: 0, controls: [], knownMeans: [])
    let plain = try Moments(target).interval()
    #expect(close(found.estimate, plain.estimate))
    #expect(abs(try found.interval().low - plain.low) < 1e-13)
    #expect(found.gain == 1 && found.degreesOfFreedom == 9)
  }

  /// A control twice, in another unit, a sum of two and a constant: as if they were not there.
  @Test func `collinear and constant controls are left out`() throws {
    let twice = first.map { 1000 - 7 * $0 }
    let sum = zip(first, second).map { $0 + $1 }
    let constant = first.map { _ in 0.1 }
    let columns = [constant, first, twice, second, sum, target]
    let found = try ControlVariates(
      try moments(columns), target: 5, controls: [0, 1, 2, 3, 4],
      knownMeans: [0.1, 2, 986, 0.4, 2.4])
    #expect(found.used.count == 2 && !found.used.contains(0))
    // Which of the equivalent controls are used does not matter but for rounding.
    #expect(abs(found.estimate - 2.965913690869703) < 1e-10)
    #expect(abs(found.standardError - 0.3062213099645903) < 1e-10)
    #expect(found.coefficients.enumerated().allSatisfy { (found.used.contains($0)) == ($1 != 0) })
  }

  @Test func `a perfect control leaves the known mean and no error to speak of`() throws {
    let line = first.map { 3 - 2 * $0 }
    let found = try ControlVariates(
      try moments([first, line]), target: 1, controls: [0], knownMeans: [2])
    #expect(close(found.estimate, -1, ulps: 16))
    // Rounding leaves at most some 10⁻¹⁶ of the variance, its root of the error.
    #expect(found.standardError < 1e-6 && found.varianceRatio < 1e-13)
  }

  @Test func `a target that never varies has no error and no gain`() throws {
    let found = try ControlVariates(
      try moments([first, first.map { _ in 4 }]), target: 1, controls: [0], knownMeans: [2])
    #expect(found.estimate == 4 && found.standardError == 0)
    #expect(found.varianceRatio == 1 && found.gain == 1)
  }

  @Test func `never more controls than units allow`() throws {
    let three = [[1, 2, 4], [3, 1, 1], [0, 0, 1], [2, 5, 6]].map { $0.map(Double.init) }
    let found = try ControlVariates(
      try moments(three), target: 3, controls: [0, 1, 2], knownMeans: [2, 2, 0.5])
    #expect(found.used.count == 1 && found.degreesOfFreedom == 1)
    #expect(found.estimate.isFinite && found.standardError.isFinite)
    let two = try ControlVariates(
      try moments([[1, 2], [3, 7]]), target: 1, controls: [0], knownMeans: [1])
    #expect(two.used.isEmpty && two.estimate == 5)
  }

  /// exp(U) with the control U, mean 1/2: the variance falls by 1 − ρ², ρ² = 0.98375 (Var e^U =
  /// (4e − e² − 3)/2 = 0.242036, Cov = (3 − e)/2 = 0.140859, Var U = 1/12).
  @Test func `the gain of a known case`() throws {
    var stream = RandomStream(seed: 3, role: .generation)
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    for _ in 0..<100 {
      var rows: [Double] = []
      for _ in 0..<1000 {
        let u = stream.uniform()
        rows += [u, exp(u)]
      }
      try moments.add(rows)
    }
    let found = try ControlVariates(moments, target: 1, controls: [0], knownMeans: [0.5])
    let e = exp(1.0)
    let expected = 1 - (3 - e) * (3 - e) / 4 * 12 / ((4 * e - e * e - 3) / 2)
    // 100,000 units: the variance of residuals has relative error √(κ/n), below 1% with κ < 10.
    #expect(abs(found.varianceRatio / expected - 1) < 0.05)
    #expect(abs(found.estimate - (e - 1)) < 4 * found.standardError)
    #expect(abs(found.coefficients[0] - 12 * (3 - e) / 2) < 0.02)
  }

  @Test func `bad input is named`() throws {
    func make(
      _ mean: Double = 1, _ variance: Double = 1, _ matrix: [[Double]] = [[1]], n: Int = 5
    ) throws {
      _ = try ControlVariates(
        mean: mean, variance: variance, controlMeans: [0],
        controlCovariance: DenseMatrix(matrix), crossCovariance: [0.5], count: n)
    }
    try make()
    #expect(throws: NumericalError.self) { try make(.nan) }
    #expect(throws: NumericalError.self) { try make(1, -1) }
    #expect(throws: NumericalError.self) { try make(1, 1, [[-1]]) }
    #expect(throws: NumericalError.self) { try make(1, 1, [[1, 0], [0, 1]]) }
    #expect(throws: NumericalError.self) { try make(n: 1) }
  }
}

@Suite struct RatioEstimateTests {
  private let denominator = tenValues
  private let numerator: [Double] = [3, 5, 1, 4, 2, 9, 2, 2, 6, -1]

  private func ratio() throws -> RatioEstimate {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    try moments.add(zip(numerator, denominator).flatMap { [$0, $1] })
    return try RatioEstimate(moments, numerator: 0, denominator: 1)
  }

  /// numpy 2.4.6 from the formula, and scipy 1.17.1: stats.t.ppf(0.975, 2.806681487346592).
  @Test func `the delta method equals numpy's`() throws {
    let ratio = try ratio()
    #expect(close(ratio.estimate, 1.3199999999999996))
    #expect(abs(ratio.effectiveCount - 3.806681487346592) < 1e-13)
    #expect(close(ratio.standardError, 0.27730563812373615, ulps: 64))
    let interval = try #require(try ratio.interval())
    #expect(abs(interval.low - 0.40208530220680816) < 1e-11)
    #expect(abs(interval.high - 2.237914697793191) < 1e-11)
    #expect(interval.method == .delta)
  }

  /// Three of n units count, with 4, 9 and 5: mean 6, s² = 7, error √(7/3), and two degrees of
  /// freedom however large n is. scipy 1.17.1: stats.t.ppf(0.975, 2) = 4.302652729749462.
  @Test(arguments: [3, 4, 10, 1000, 1_000_000])
  func `a mean among the units that count has Student's interval of it`(n: Int) throws {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    try moments.add([4, 1, 9, 1])
    var rest = n - 3
    while rest > 0 {
      let count = min(rest, 1000)
      try moments.add(Array(repeating: 0.0, count: 2 * count))
      rest -= count
    }
    try moments.add([5, 1])
    let ratio = try RatioEstimate(moments, numerator: 0, denominator: 1)
    #expect(abs(ratio.estimate - 6) < 1e-9)
    #expect(ratio.effectiveCount == 3 && ratio.degreesOfFreedom == 2)
    let error = (7 / 3.0).squareRoot()
    #expect(abs(ratio.standardError! - error) < 1e-9)
    let interval = try #require(try ratio.interval())
    #expect(abs(interval.high - (6 + 4.302652729749462 * error)) < 1e-8)
  }

  @Test func `one unit that counts has no error, two have one`() throws {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    try moments.add([7, 1] + Array(repeating: 0.0, count: 18))
    let one = try RatioEstimate(moments, numerator: 0, denominator: 1)
    #expect(abs(one.estimate - 7) < 1e-12 && one.effectiveCount == 1)
    #expect(try one.standardError == nil && one.degreesOfFreedom == nil && one.interval() == nil)
    try moments.add([9, 1])
    let two = try RatioEstimate(moments, numerator: 0, denominator: 1)
    // 7 and 9: s² = 2, error 1.
    #expect(two.effectiveCount == 2 && abs(two.standardError! - 1) < 1e-12)
  }

  /// Y = 2 X exactly: no error at all, and rounding must not make one negative.
  @Test func `proportional means have an exact ratio`() throws {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    try moments.add(tenValues.flatMap { [0.2 * $0, 0.1 * $0] })
    let ratio = try RatioEstimate(moments, numerator: 0, denominator: 1)
    #expect(close(ratio.estimate, 2, ulps: 4))
    #expect(ratio.standardError! < 1e-7)
  }

  @Test func `signs of numerator and denominator carry over`() throws {
    let base = try ratio()
    for (a, b) in [(-1.0, 1.0), (1, -1), (-1, -1)] {
      var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
      try moments.add(zip(numerator, denominator).flatMap { [a * $0, b * $1] })
      let other = try RatioEstimate(moments, numerator: 0, denominator: 1)
      #expect(close(other.estimate, a * b * base.estimate))
      #expect(close(other.standardError, base.standardError!, ulps: 64))
    }
  }

  @Test func `a denominator of zero and too few pairs are refused`() throws {
    func make(_ x: Double, _ n: Int, _ variance: Double = 1) throws {
      _ = try RatioEstimate(
        numerator: 1, denominator: x, numeratorVariance: variance, denominatorVariance: 1,
        covariance: 0, count: n)
    }
    try make(1, 2)
    #expect(throws: NumericalError.self) { try make(0, 5) }
    #expect(throws: NumericalError.self) { try make(1, 1) }
    #expect(throws: NumericalError.self) { try make(.nan, 5) }
    #expect(throws: NumericalError.self) { try make(.leastNonzeroMagnitude, 5) }
    #expect(throws: NumericalError.self) { try make(1, 5, -1) }
  }
}
