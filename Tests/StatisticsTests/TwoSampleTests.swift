import Testing

@testable import Statistics

private let five = [0.5, 1.75, 2, 6.25, 9]
private let seven = [2.5, 3.125, 8, 4, 4.75, 6.5, 11.25]

/// Whether two numbers agree to a relative 10⁻¹⁰, ten times what `studentTails` promises.
private func agree(_ observed: Double, _ expected: Double, _ tolerance: Double = 1e-10) -> Bool {
  abs(observed - expected) <= tolerance * abs(expected)
}

/// scipy 1.17.1: 2 * stats.t.sf(t, v).
@Test(arguments: [
  (0.1, 31.0, 0.92098824540796), (2, 31, 0.05432721536717571), (2, 40.5, 0.05223730708841894),
  (5, 40.5, 1.152103771112192e-05), (12, 100, 4.395087715604393e-21),
  (40, 60, 5.755480486627385e-45), (1e-5, 3, 0.9999926489480612), (1, 1, 0.5),
  (3, 1e6, 0.0026998625414218), (0.5, 0.5, 0.7573180729294365),
])
func `tails of Student's t equal scipy's`(t: Double, ν: Double, expected: Double) throws {
  #expect(agree(try studentTails(beyond: t, degreesOfFreedom: ν), expected))
  #expect(
    try studentTails(beyond: -t, degreesOfFreedom: ν)
      == studentTails(beyond: t, degreesOfFreedom: ν)
  )
}

/// As above, where GSL's series is at its worst: 10⁻⁶ is what is documented.
@Test(arguments: [
  (12.0, 31.0, 3.477926800419738e-13), (20, 40.5, 1.3381523638721805e-22),
  (20, 60, 3.1780577023397305e-28),
])
func `far tails of Student's t are near scipy's`(t: Double, ν: Double, expected: Double) throws {
  #expect(agree(try studentTails(beyond: t, degreesOfFreedom: ν), expected, 1e-6))
}

@Test func `tails of Student's t at the ends of the line`() throws {
  #expect(try studentTails(beyond: 0, degreesOfFreedom: 4) == 1)
  #expect(try studentTails(beyond: .infinity, degreesOfFreedom: 4) == 0)
  #expect(try studentTails(beyond: 1e200, degreesOfFreedom: 4) == 0)
  // Cauchy: (2/π) atan(1/t), about 2/(π t).
  let cauchy = try studentTails(beyond: 1e100, degreesOfFreedom: 1)
  #expect(agree(cauchy, 2 / (Double.pi * 1e100), 1e-12))
  #expect(throws: NumericalError.self) { try studentTails(beyond: .nan, degreesOfFreedom: 4) }
  #expect(throws: NumericalError.self) { try studentTails(beyond: 1, degreesOfFreedom: 0) }
}

/// scipy 1.17.1: r = stats.ttest_ind(x, y, equal_var=False), r.confidence_interval(c). The third
/// has a constant sample; the second is far in the tail.
@Test(arguments: [
  (
    five, seven, 0.9, -0.923883520862788, 7.900396601120619, 0.38289738773404847,
    -5.5258275114745805, 1.861541797188865
  ),
  (
    [100.5, 101, 100.75, 101.25], [1, 1.25, 1.5, 3], 0.95, 207.78707508271194, 3.7615148413510746,
    8.912768159855364e-09, 97.8283533347764, 100.5466466652236
  ),
  (
    [2, 2, 2], five, 0.95, -1.186053063919786, 4, 0.3012382683383616, -6.347731606916179,
    2.547731606916179
  ),
])
func `Welch's test equals scipy's`(
  x: [Double], y: [Double], confidence: Double, t: Double, ν: Double, p: Double, low: Double,
  high: Double
) throws {
  let test = try WelchTest(x, y, confidence: confidence)
  #expect(agree(test.statistic, t) && agree(test.degreesOfFreedom, ν) && agree(test.pValue, p))
  #expect(agree(test.difference.low, low) && agree(test.difference.high, high))
  let swapped = try WelchTest(y, x, confidence: confidence)
  #expect(swapped.pValue == test.pValue && swapped.statistic == -test.statistic)
  #expect(agree(swapped.difference.low, -high) && agree(swapped.difference.high, -low))
}

/// By hand: (0, 2) and (3, 5) have means 1 and 4, variances 2 and 2, a = b = 1, t = −3/√2, ν = 2,
/// and P(|T₂| > t) = 1 − t / √(2 + t²) = 1 − 3/√13.
@Test func `Welch's test by hand`() throws {
  let test = try WelchTest([0, 2], [3, 5])
  #expect(agree(test.statistic, -3 / 2.0.squareRoot(), 1e-15))
  #expect(test.degreesOfFreedom == 2 && test.difference.estimate == -3)
  #expect(agree(test.pValue, 1 - 3 / 13.0.squareRoot(), 1e-13))
}

/// Scaling all values scales the difference and nothing else; by powers of two without rounding.
@Test(arguments: [0x1p-400, 0x1p-3, 0x1p7, 0x1p400])
func `Welch's test does not depend on units`(scale: Double) throws {
  let test = try WelchTest(five, seven)
  let scaled = try WelchTest(five.map { $0 * scale }, seven.map { $0 * scale })
  #expect(scaled.statistic == test.statistic && scaled.pValue == test.pValue)
  #expect(scaled.difference.low == test.difference.low * scale)
}

@Test func `Welch's test refuses what has no variance`() {
  let samples: [([Double], [Double])] = [
    ([1], five), (five, []), ([1, 1], [1, 1, 1]), ([0.1, 0.1, 0.1], [0.7, 0.7]),
    ([1, .nan], five), (five, [1, .infinity]), ([-1e200, 1e200], five),
  ]
  for (x, y) in samples { #expect(throws: NumericalError.self) { try WelchTest(x, y) } }
  #expect(throws: NumericalError.self) { try WelchTest(five, seven, confidence: 1) }
}

private let twentyFour = (0..<24).map { Double($0 * 37 % 101) }
private let twentyOne = (0..<21).map { Double(($0 * 53 + 11) % 97) * 0.75 + 0.125 }

/// scipy 1.17.1: stats.mannwhitneyu(x, y, method='exact' or 'asymptotic').
@Test(arguments: [
  (five, seven, 10.0, 0.26767676767676774, MannWhitneyTest.Method.exact),
  ([100.5, 101, 100.75, 101.25], [1, 1.25, 1.5, 3], 16, 0.02857142857142857, .exact),
  (Array(twentyFour.prefix(20)), Array(twentyOne.prefix(20)), 246, 0.22106463542358493, .exact),
  ([0.25, 3.25, 7.25], (0..<100).map(Double.init), 13, 0.001391001464509672, .exact),
  (twentyFour, twentyOne, 310, 0.19081555460305588, .normal),
])
func `Mann and Whitney's test equals scipy's`(
  x: [Double], y: [Double], u: Double, p: Double, method: MannWhitneyTest.Method
) throws {
  let test = try MannWhitneyTest(x, y)
  #expect(test.statistic == u && test.method == method)
  #expect(agree(test.pValue, p, 1e-12))
  #expect(test.superiority == u / Double(x.count * y.count))
  let swapped = try MannWhitneyTest(y, x)
  #expect(swapped.pValue == test.pValue && swapped.statistic == Double(x.count * y.count) - u)
}

/// Every division of the joint values, one by one: U by its definition, p by counting.
@Test(
  arguments: [
    ([1, 2, 2, 3, 5, 5], [2, 3, 4, 4, 5, 6, 7]), ([20, 20, 20], [10, 10, 10]),
    ([3, 3, 3, 3], [1, 1, 1, 1]), ([1, 2, 3, 4], [1, 2, 3, 4]), ([0, 0, 1], [0, 0, 0, 0, 0, 2]),
    ([5], [5, 5, 7]),
  ] as [([Double], [Double])])
func `with ties the exact p-value counts divisions`(x: [Double], y: [Double]) throws {
  let joint = x + y
  func u(_ mask: Int) -> Double {
    var u = 0.0
    for i in joint.indices where mask >> i & 1 == 1 {
      for j in joint.indices where mask >> j & 1 == 0 {
        u += joint[i] > joint[j] ? 1 : joint[i] == joint[j] ? 0.5 : 0
      }
    }
    return u
  }
  let middle = Double(x.count * y.count) / 2
  let observed = u((1 << x.count) - 1)
  let masks = (0..<(1 << joint.count)).filter { $0.nonzeroBitCount == x.count }
  let extreme = masks.count { abs(u($0) - middle) >= abs(observed - middle) }
  let test = try MannWhitneyTest(x, y)
  #expect(test.method == .exact)
  #expect(test.statistic == observed)
  #expect(agree(test.pValue, Double(extreme) / Double(masks.count), 1e-14))
}

/// Every order of n + m ranks, counted one by one: the distribution of U for all n, m ≤ 5.
@Test func `arrangements equal enumeration`() {
  for n in 1...5 {
    for m in 1...5 {
      var counts = [Int](repeating: 0, count: n * m + 1)
      for mask in 0..<(1 << (n + m)) where mask.nonzeroBitCount == n {
        var u = 0
        for rank in 0..<(n + m) where mask >> rank & 1 == 1 {
          u += (0..<rank).count { mask >> $0 & 1 == 0 }
        }
        counts[u] += 1
      }
      #expect(MannWhitneyTest.arrangements(n, m) == counts, "n = \(n), m = \(m)")
    }
  }
}

/// The largest cases counted still fit into integers: the counts sum to C(40, 20) = 137846528820.
@Test func `arrangements of twenty against twenty`() {
  let counts = MannWhitneyTest.arrangements(20, 20)
  #expect(counts.reduce(0, +) == 137_846_528_820)
  #expect(counts == counts.reversed() && counts[0] == 1 && counts[1] == 1 && counts[2] == 2)
}

/// Only order counts, so any increasing map leaves the test alone; a sample of equal values says
/// nothing against equality.
@Test func `Mann and Whitney's test at the edges`() throws {
  let squashed = try MannWhitneyTest(five.map { $0 * $0 }, seven.map { $0 * $0 })
  #expect(try squashed == MannWhitneyTest(five, seven))
  let constant = try MannWhitneyTest([3, 3, 3], [3, 3])
  #expect(constant.pValue == 1 && constant.superiority == 0.5)
  #expect(try MannWhitneyTest([1], [2]).pValue == 1)
  #expect(throws: NumericalError.self) { try MannWhitneyTest([], five) }
  #expect(throws: NumericalError.self) { try MannWhitneyTest(five, [.nan]) }
}

/// statsmodels 0.15.0: multipletests(p, method='holm')[1]; the rest by hand.
@Test(arguments: [
  ([0.01, 0.04, 0.03, 0.005, 0.6], [0.04, 0.09, 0.09, 0.025, 0.6]),
  ([0.02, 0.02, 0.9, 0.021], [0.08, 0.08, 0.9, 0.08]), ([0.3], [0.3]), ([], []),
  ([0.5, 0.6, 1, 0], [1, 1, 1, 0]),
])
func `Holm's adjustment`(p: [Double], expected: [Double]) throws {
  let adjusted = try holmAdjusted(p)
  #expect(adjusted.count == expected.count)
  for (observed, wanted) in zip(adjusted, expected) { #expect(agree(observed, wanted, 1e-15)) }
}

@Test func `Holm's adjustment refuses what is no probability`() {
  for p in [-0.1, 1.1, Double.nan] {
    #expect(throws: NumericalError.self) { try holmAdjusted([0.5, p]) }
  }
}
