import Foundation
import Statistics
import Testing

@Suite struct CrossMomentsTests {
  /// Rows of three quantities, the second near 10⁶ and tied to the first.
  private func rows(_ count: Int, index: Int = 0) -> [Double] {
    var stream = RandomStream(seed: 21, role: .generation, index: index)
    var rows: [Double] = []
    for _ in 0..<count {
      let x = stream.gaussian()
      rows += [x, 1e6 - 2 * x + stream.gaussian(), stream.uniform()]
    }
    return rows
  }

  /// numpy 2.4.6: x the ten values, y = x² − x, np.cov(x, y), y.mean(), y.var(ddof=1).
  @Test func `moments of two columns equal numpy's`() throws {
    var moments = CrossMoments(columns: 2, pairs: [(1, 0)])
    try moments.add(tenValues.flatMap { [$0, $0 * $0 - $0] })
    #expect(moments.count == 10)
    #expect(close(moments.mean(0), 2.5000000000000004))
    #expect(close(moments.mean(1), 13.9185))
    #expect(close(moments.variance(0), 11.298333333333334))
    #expect(close(moments.variance(1), 396.8278433333333, ulps: 32))
    #expect(close(moments.covariance(0, 1), 50.31683333333333, ulps: 32))
    #expect(moments.covariance(1, 0) == moments.covariance(0, 1))
    #expect(moments.minimum(0) == -3.2 && moments.maximum(0) == 8.5)
  }

  /// Sums of rationals by hand: x = 1, 2, 3, 4 beside y = 10⁹ + (4, 7, 13, 16): Σ dₓ d_y = 21,
  /// Σ d_y² = 90. All intermediate numbers are exact.
  @Test func `a large offset does not disturb a covariance`() throws {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    try moments.add(zip([1, 2, 3, 4], [4, 7, 13, 16]).flatMap { [$0, 1e9 + $1] })
    #expect(moments.covariance(0, 1) == 7)
    #expect(moments.variance(1) == 30)
  }

  @Test(arguments: [[40], [1, 39], [13, 0, 27], [10, 10, 10, 10]])
  func `blocks and merges give the moments of the whole`(sizes: [Int]) throws {
    let all = rows(40)
    let pairs = [(0, 1), (1, 2)]
    var streamed = CrossMoments(columns: 3, pairs: pairs)
    var merged = CrossMoments(columns: 3, pairs: pairs)
    var start = 0
    for size in sizes {
      let block = Array(all[(3 * start)..<(3 * (start + size))])
      try streamed.add(block)
      var part = CrossMoments(columns: 3, pairs: pairs)
      try part.add(block)
      merged.merge(part)
      start += size
    }
    #expect(streamed == merged)
    #expect(streamed.count == 40)
    for column in 0..<3 {
      let values = stride(from: column, to: 120, by: 3).map { all[$0] }
      let expected = try Moments(values)
      #expect(close(streamed.mean(column), expected.mean!))
      #expect(close(streamed.variance(column), expected.variance!, ulps: 1e6))
      #expect(streamed.minimum(column) == values.min() && streamed.maximum(column) == values.max())
    }
    for (a, b) in pairs {
      var sum = 0.0
      for row in 0..<40 {
        sum += (all[3 * row + a] - streamed.mean(a)) * (all[3 * row + b] - streamed.mean(b))
      }
      // Numbers near 10⁶ carry an error of 10⁻¹⁰ into deviations of order one.
      #expect(abs(streamed.covariance(a, b)! - sum / 39) < 1e-9)
    }
  }

  @Test func `constant columns have no variance and exact means`() throws {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    for count in [3, 7, 10] {
      try moments.add((0..<count).flatMap { [0.1, Double($0)] })
    }
    #expect(moments.mean(0) == 0.1 && moments.variance(0) == 0 && moments.covariance(0, 1) == 0)
  }

  @Test func `one row has a mean and no variance`() throws {
    var moments = CrossMoments(columns: 1)
    #expect(moments.variance(0) == nil)
    try moments.add([3])
    #expect(moments.mean(0) == 3 && moments.variance(0) == nil)
    #expect(moments.covariance(of: [0]) == nil)
    try moments.add([5])
    #expect(moments.covariance(of: [0]) == DenseMatrix([[2]]))
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 2e140, -1e200])
  func `what cannot be used is named, and nothing is added`(bad: Double) throws {
    var moments = CrossMoments(columns: 3, pairs: [(0, 1)])
    try moments.add(rows(5))
    let before = moments
    var block = rows(4, index: 1)
    block[7] = bad
    let error = #expect(throws: NumericalError.self) { try moments.add(block) }
    #expect(error?.description.contains("row 7, column 1 = \(bad): must be finite") == true)
    #expect(moments == before)
    try moments.add(rows(4, index: 1))
    #expect(moments.count == 9 && moments.mean(0).isFinite)
  }

  @Test func `the largest values do not overflow`() throws {
    var moments = CrossMoments(columns: 2, pairs: [(0, 1)])
    try moments.add([1e140, -1e140])
    try moments.add([-1e140, 1e140, 1e140, -1e140])
    #expect(moments.variance(0)!.isFinite && moments.covariance(0, 1)! < -1e280)
  }

  @Test func `moments survive JSON, and nonsense does not`() throws {
    var full = CrossMoments(columns: 3, pairs: [(0, 2), (2, 1), (2, 0), (1, 1)])
    try full.add(rows(11))
    for moments in [CrossMoments(columns: 3, pairs: [(0, 2)]), full] {
      let text = try JSONEncoder().encode(moments)
      #expect(try JSONDecoder().decode(CrossMoments.self, from: text) == moments)
    }
    for text in [
      #"{"columns":1,"count":1,"firsts":[],"seconds":[],"sums":[1,0,1]}"#,
      #"{"columns":1,"count":1,"firsts":[0],"seconds":[1],"sums":[1,0,1,1,0]}"#,
      #"{"columns":1,"count":1,"firsts":[],"seconds":[],"sums":[1,-1,1,1]}"#,
    ] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(CrossMoments.self, from: Data(text.utf8))
      }
    }
  }

  /// Two numbers beside 200,000 others, and all their pairs: products of small whole numbers.
  @Test(.timeLimit(.minutes(1))) func `many pairs are found at once`() throws {
    let width = 200_000
    let pairs = (2..<width + 2).flatMap { [(0, $0), ($0, 1)] }
    var moments = CrossMoments(columns: width + 2, pairs: pairs + pairs)
    for row in [-1.0, 0, 1] {
      try moments.add([row, 1 - row] + (0..<width).map { row * Double($0 % 7) })
    }
    for column in 2..<width + 2 {
      let expected = Double((column - 2) % 7)
      #expect(abs(moments.covariance(column, 0)! - expected) < 1e-12)
      #expect(abs(moments.covariance(1, column)! + expected) < 1e-12)
    }
  }
}
