import CGSL
import Statistics
import Testing

/// numpy 2.4.6: numpy.histogram(x, bins=4, range=(0, 6)) of the ten values is [2, 2, 1, 2]; by eye,
/// −0.4 and −3.2 lie below and 8.5 above.
@Test func `ten values fall into numpy's bins`() throws {
  var histogram = try Histogram(low: 0, high: 6, binCount: 4)
  for value in tenValues { try histogram.add(value) }
  #expect(histogram.counts == [2, 2, 1, 2])
  #expect(histogram.underflow == 2 && histogram.overflow == 1 && histogram.total == 10)
  #expect((0...4).map(histogram.edge) == [0, 1.5, 3, 4.5, 6])
}

/// Every edge and its two neighbours among doubles, for edges that are not representable.
@Test func `values at the edges fall where gsl_histogram puts them`() throws {
  for (low, high, bins) in [(0.1, 0.7, 7), (-1.0, 2.0, 11), (1e-3, 1e3, 100)] {
    var ours = try Histogram(low: low, high: high, binCount: bins)
    let theirs = try #require(gsl_histogram_alloc(bins))
    defer { gsl_histogram_free(theirs) }
    _ = gsl_histogram_set_ranges_uniform(theirs, low, high)
    for index in 0...bins {
      let edge = ours.edge(index)
      #expect(edge == theirs.pointee.range[index])
      for value in [edge.nextDown, edge, edge.nextUp] {
        try ours.add(value)
        if value >= theirs.pointee.range[0] && value < theirs.pointee.range[bins] {
          _ = gsl_histogram_increment(theirs, value)
        }
      }
    }
    #expect(ours.counts == (0..<bins).map { Int(gsl_histogram_get(theirs, $0)) })
    #expect(ours.underflow == 1 && ours.overflow == 2)
  }
}

@Test func `merged histograms are that of all values`() throws {
  let empty = try Histogram(low: -4, high: 6, binCount: 5)
  var whole = empty
  for value in tenValues { try whole.add(value) }
  var left = empty
  for value in tenValues.prefix(4) { try left.add(value) }
  var right = empty
  for value in tenValues.dropFirst(4) { try right.add(value) }
  try left.merge(right)
  #expect(left == whole)
  let other = try Histogram(low: -4, high: 6, binCount: 4)
  #expect(throws: NumericalError.self) { try left.merge(other) }
}

@Test func `impossible bins and values are refused`() throws {
  for (low, high, bins) in [
    (1.0, 1.0, 3), (2, 1, 3), (0, 1, 0), (.nan, 1, 3), (0, .infinity, 3),
    (-Double.greatestFiniteMagnitude, .greatestFiniteMagnitude, 3),
  ] {
    #expect(throws: NumericalError.self) {
      try Histogram(low: low, high: high, binCount: bins)
    }
  }
  var histogram = try Histogram(low: 0, high: 1, binCount: 2)
  for bad in [Double.nan, .infinity, -.infinity] {
    #expect(throws: NumericalError.self) { try histogram.add(bad) }
  }
  #expect(histogram.total == 0)
}
