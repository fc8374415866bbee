import Foundation
import Statistics
import Testing

@Suite struct BatchMeansTests {
  /// By hand, capacity 4: 1 … 10 leave batches (1…4), (5…8) of length 4, and 9, 10 in an open one.
  /// Means 2.5 and 6.5: x̄ = 4.5, error √((4 + 4) / 1 / 2) = 2.
  @Test func `ten numbers in four batches`() throws {
    var batches = BatchMeans(capacity: 4)
    for value in 1...10 { try batches.add(Double(value)) }
    #expect(batches.length == 4 && batches.batchCount == 2 && batches.count == 8)
    #expect(batches.means == [2.5, 6.5])
    #expect(batches.mean == 4.5 && batches.standardError == 2)
    // scipy 1.17.1: stats.t.ppf(0.975, 1) = 12.706204736174694.
    let interval = try #require(try batches.interval())
    #expect(abs(interval.high - (4.5 + 2 * 12.706204736174694)) < 1e-11)
    #expect(interval.method == .student)
    #expect(batches.lagOneCorrelation == nil)
  }

  /// Means 1, 2, 4, 5, x̄ = 3: products 2·1 − 1·1 + 1·2 = 3 over squares 4 + 1 + 1 + 4 = 10.
  @Test func `the correlation of neighbours`() throws {
    var batches = BatchMeans(capacity: 4, length: 2)
    for value in [0, 2, 1, 3, 3, 5, 6, 4] { try batches.add(Double(value)) }
    #expect(batches.isFull && batches.means == [1, 2, 4, 5])
    #expect(abs(batches.lagOneCorrelation! - 0.3) < 1e-15)
  }

  @Test(arguments: [1, 31, 32, 33, 63, 64, 65, 1000, 4096])
  func `batches are means of consecutive numbers`(n: Int) throws {
    var stream = RandomStream(seed: 2, role: .generation)
    var values: [Double] = []
    var batches = BatchMeans()
    for _ in 0..<n {
      values.append(stream.uniform())
      try batches.add(values.last!)
    }
    var length = 1
    while 32 * length < n { length *= 2 }
    #expect(batches.length == length && batches.batchCount == n / length)
    #expect(batches.batchCount <= 32 && (n < 32 || batches.batchCount >= 16))
    for (index, mean) in batches.means.enumerated() {
      let part = values[(index * length)..<((index + 1) * length)]
      #expect(abs(mean - part.reduce(0, +) / Double(length)) < 1e-14)
    }
    let moments = try Moments(batches.means)
    #expect(close(batches.mean, moments.mean!))
    if n > 1 { #expect(close(batches.standardError, moments.standardError!, ulps: 64)) }
  }

  @Test func `sums of whole batches are as good as their numbers`() throws {
    var numbers = BatchMeans(capacity: 4, length: 2)
    var sums = BatchMeans(capacity: 4, length: 2)
    for batch in 0..<3 {
      sums.append(sum: Double(4 * batch + 1))
      try numbers.add(Double(2 * batch))
      try numbers.add(Double(2 * batch + 1))
    }
    #expect(numbers == sums)
    // Three batches join to one and an open half.
    sums.join()
    #expect(sums.batchCount == 1 && sums.length == 4 && sums.means == [1.5])
    try sums.add(10)
    try sums.add(20)
    #expect(sums.means == [1.5, (9 + 30) / 4.0])
  }

  /// x ← 0.9 x + noise: a mean of n has variance σ² (1 + φ)/(1 − φ)/n, 19 σ²/n with σ² = 1 and large n.
  /// The estimated error is off by a factor of 1/√62 or so; the bound is five times that. Batches of
  /// 3125 are independent; batches of 2 are anything but.
  @Test func `the error of dependent numbers`() throws {
    for seed in 1...3 {
      var stream = RandomStream(seed: UInt64(seed), role: .simulation)
      var batches = BatchMeans()
      var x = 0.0
      let n = 102_400
      for index in 0..<n {
        x = 0.9 * x + (1 - 0.81).squareRoot() * stream.gaussian()
        try batches.add(x)
        if index == 63 { #expect(batches.lagOneCorrelation! > 2 / 32.0.squareRoot()) }
      }
      let expected = (19 / Double(batches.count)).squareRoot()
      #expect(abs(batches.standardError! / expected - 1) < 5 / 62.0.squareRoot())
      #expect(abs(batches.mean!) < 4 * expected)
      #expect(abs(batches.lagOneCorrelation!) < 3 / 25.0.squareRoot())
    }
  }

  @Test func `too few batches give nil, never NaN`() throws {
    var batches = BatchMeans(capacity: 4, length: 2)
    #expect(batches.mean == nil && batches.standardError == nil)
    try batches.add(1)
    #expect(batches.mean == nil)
    try batches.add(1)
    #expect(try batches.mean == 1 && batches.interval() == nil)
    for _ in 0..<4 { try batches.add(1) }
    #expect(batches.standardError == 0 && batches.lagOneCorrelation == nil)
    for bad in [Double.nan, .infinity, 1e141] {
      #expect(throws: NumericalError.self) { try batches.add(bad) }
    }
    #expect(batches.means == [1, 1, 1])
    #expect(throws: NumericalError.self) { try batches.interval(confidence: 1) }
  }

  @Test func `batches survive JSON, and nonsense does not`() throws {
    var batches = BatchMeans(capacity: 8)
    for value in tenValues + tenValues.reversed() { try batches.add(value) }
    try batches.add(0.1)
    let text = try JSONEncoder().encode(batches)
    var copy = try JSONDecoder().decode(BatchMeans.self, from: text)
    #expect(copy == batches)
    for value in tenValues {
      try copy.add(value)
      try batches.add(value)
    }
    #expect(copy == batches)
    for (sums, open) in [("[1,1,1,1,1]", 0), ("[1,1,1,1]", 1), ("[1]", 2), ("[1]", -1)] {
      let text =
        #"{"capacity":4,"length":2,"sums":\#(sums),"openSum":0,"openCount":\#(open)}"#
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(BatchMeans.self, from: Data(text.utf8))
      }
    }
  }
}
