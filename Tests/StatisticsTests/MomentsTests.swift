import CGSL
import Foundation
import Statistics
import Testing

/// Ten values without structure, shared by the tests that compare with other libraries.
let tenValues: [Double] = [2.1, 3.7, -0.4, 5.9, 1.25, 8.5, 2.1, 0.3, 4.75, -3.2]

/// Equal to `ulps` units in the last place of the expected value, which is not zero.
func close(_ observed: Double?, _ expected: Double, ulps: Double = 16) -> Bool {
  guard let observed else { return false }
  return abs(observed - expected) <= ulps * expected.ulp
}

/// numpy 2.4.6, with x the ten values: x.mean(), x.var(ddof=1), scipy.stats.sem(x) (1.17.1),
/// ((x - x.mean())**3).mean() / x.std(ddof=1)**3, ((x - x.mean())**4).mean() / x.var(ddof=1)**2 - 3.
@Test func `moments of ten values equal numpy's`() throws {
  let moments = try Moments(tenValues)
  #expect(moments.count == 10)
  #expect(close(moments.mean, 2.5000000000000004))
  #expect(close(moments.variance, 11.298333333333334))
  #expect(close(moments.standardError, 1.0629361849769408))
  // Differences of numbers near 3 and of cancelling cubes: some tens of units are lost.
  #expect(close(moments.skewness, 0.12141928599876203, ulps: 200))
  #expect(close(moments.kurtosis, -0.9557111197490591, ulps: 200))
  #expect(moments.minimum == -3.2 && moments.maximum == 8.5)
}

@Test(arguments: [2, 3, 10, 1000])
func `moments agree with gsl_stats`(count: Int) throws {
  var stream = RandomStream(seed: 4, role: .generation, index: count)
  var values: [Double] = []
  for _ in 0..<count { values.append(5 + stream.gaussian() * (1 + stream.uniform())) }
  let moments = try Moments(values)
  let n = values.count
  #expect(close(moments.mean, gsl_stats_mean(values, 1, n), ulps: 100))
  #expect(close(moments.variance, gsl_stats_variance(values, 1, n), ulps: 1000))
  // Absolute: both numbers are means of terms of order one. √1000 roundings of 2⁻⁵² or so.
  #expect(abs(moments.skewness! - gsl_stats_skew(values, 1, n)) < 1e-12)
  #expect(abs(moments.kurtosis! - gsl_stats_kurtosis(values, 1, n)) < 1e-12)
}

@Test func `merging any two parts gives the moments of the whole`() throws {
  let whole = try Moments(tenValues)
  for cut in 0...tenValues.count {
    var left = try Moments(tenValues[..<cut])
    left.merge(try Moments(tenValues[cut...]))
    #expect(left.count == 10)
    #expect(close(left.mean, whole.mean!))
    #expect(close(left.variance, whole.variance!))
    #expect(close(left.skewness, whole.skewness!, ulps: 200))
    #expect(close(left.kurtosis, whole.kurtosis!, ulps: 200))
    #expect(left.minimum == -3.2 && left.maximum == 8.5)
  }
}

/// The naive Σx² − n x̄² loses every digit here: the values' squares exceed 2⁵³ by far.
@Test func `a large offset does not disturb the variance`() throws {
  let moments = try Moments([4, 7, 13, 16].map { $0 + 1e9 })
  #expect(moments.variance == 30)
}

@Test func `what a small sample does not define is nil, never NaN`() throws {
  let none = Moments()
  #expect(none.mean == nil && none.variance == nil && none.minimum == nil)
  let one = try Moments([3])
  #expect(one.mean == 3 && one.variance == nil && one.standardError == nil)
  let equal = try Moments([0.1, 0.1, 0.1])
  #expect(equal.mean == 0.1 && equal.variance == 0)
  #expect(equal.skewness == nil && equal.kurtosis == nil)
}

@Test func `a value that is not finite is refused and changes nothing`() throws {
  var moments = try Moments(tenValues)
  let before = moments
  for bad in [Double.nan, .infinity, -.infinity] {
    #expect(throws: NumericalError.self) { try moments.add(bad) }
  }
  #expect(moments == before)
}

@Test func `moments survive JSON`() throws {
  for moments in [Moments(), try Moments(tenValues)] {
    let text = try JSONEncoder().encode(moments)
    #expect(try JSONDecoder().decode(Moments.self, from: text) == moments)
  }
}

/// scipy 1.17.1: scipy.stats.t.interval(0.95, 9, loc=x.mean(), scale=scipy.stats.sem(x)).
@Test func `Student's interval of the mean equals scipy's`() throws {
  let interval = try Moments(tenValues).interval()
  #expect(abs(interval.low - 0.09547129555701606) < 1e-13)
  #expect(abs(interval.high - 4.904528704442985) < 1e-13)
  let point = try Moments([3]).interval()
  #expect(point.low == 3 && point.high == 3)
  #expect(throws: NumericalError.self) { try Moments().interval() }
}
