import Foundation
import Statistics
import Testing

@Suite struct QuantileSketchTests {
  /// Orders and laws that make naive sketches fail.
  enum Stream: String, CaseIterable, CustomTestStringConvertible {
    case sorted, reversed, zigzag, constant, heavyTails, twoPoints, normal, blocks

    var testDescription: String { rawValue }

    func values(_ n: Int) -> [Double] {
      var stream = RandomStream(seed: 31, role: .generation, index: n)
      var values: [Double] = []
      for i in 0..<n {
        switch self {
        case .sorted: values.append(Double(i))
        case .reversed: values.append(Double(-i))
        // From both ends inwards: the middle comes last.
        case .zigzag: values.append(i.isMultiple(of: 2) ? Double(i) : Double(2 * n - i))
        case .constant: values.append(-0.0)
        case .heavyTails: values.append(tan(Double.pi * (stream.uniform() - 0.5)))
        case .twoPoints: values.append(stream.uniform() < 0.3 ? 1 : 2)
        case .normal: values.append(stream.gaussian())
        // Long runs of few values, in a period that does not fit the buffers.
        case .blocks: values.append(Double((i / 37) * 7919 % 101))
        }
      }
      return values
    }
  }

  /// (log₂(n/k) + 2) / (2k), of the documentation.
  private func promised(_ n: Int, _ k: Int) -> Double {
    n < k ? 0 : (log2(Double(n) / Double(k)) + 2) / Double(2 * k)
  }

  /// Every rank is compared: at each value, and just below it.
  private func expectWithinBound(_ sketch: QuantileSketch, _ values: [Double]) throws {
    let sample = try SortedSample(values)
    let n = Double(values.count)
    let bound = sketch.errorBound + 1e-12
    for x in Set(values).sorted().striding(most: 500) {
      #expect(abs(sketch.share(atMost: x) - sample.share(atMost: x)) <= bound)
      #expect(abs(sketch.share(atMost: x.nextDown) - sample.share(atMost: x.nextDown)) <= bound)
    }
    let levels = (0...200).map { Double($0) / 200 }
    for (p, v) in zip(levels, sketch.quantiles(levels)) {
      #expect(sample.share(atMost: v.nextDown) <= p + bound)
      #expect(sample.share(atMost: v) >= p - bound)
    }
    #expect(sketch.count == Int(n))
    #expect(sketch.minimum == sample.values.first && sketch.maximum == sample.values.last)
    #expect(sketch.quantile(0) == sample.values[0] && sketch.quantile(1) == sample.values.last)
  }

  @Test(arguments: Stream.allCases, [2, 8, 64, 1024])
  func `no rank is further off than the bound, and the bound says something`(
    stream: Stream, capacity: Int
  ) throws {
    for n in [1, 5, 63, 64, 1000, 20_000] {
      let values = stream.values(n)
      var sketch = QuantileSketch(capacity: capacity)
      try sketch.add(contentsOf: values)
      try expectWithinBound(sketch, values)
      #expect(sketch.errorBound <= promised(n, capacity))
      #expect(sketch.retained <= capacity * (2 + max(0, Int(log2(Double(n) / Double(capacity))))))
      if stream == .constant { #expect(sketch.errorBound == 0) }
    }
  }

  @Test(arguments: Stream.allCases, [[20_000], [7, 19_993], [1000, 1000, 1], [64, 0, 63, 65]])
  func `the bound holds for merged parts`(stream: Stream, cycle: [Int]) throws {
    let values = stream.values(20_000)
    var whole = QuantileSketch(capacity: 64)
    var start = 0
    var turn = 0
    while start < values.count {
      let end = min(values.count, start + cycle[turn % cycle.count])
      var part = QuantileSketch(capacity: 64)
      try part.add(contentsOf: values[start..<end])
      whole.merge(part)
      start = end
      turn += 1
    }
    try expectWithinBound(whole, values)
    #expect(whole.errorBound <= 2 * promised(20_000, 64))
    #expect(whole.retained < 64 * 11)
  }

  /// Two sketches of two halves merged as a tree, as parts of parts.
  @Test func `the bound holds for a tree of merges`() throws {
    let values = Stream.normal.values(16_384)
    var parts: [QuantileSketch] = try (0..<256).map { part in
      var sketch = QuantileSketch(capacity: 32)
      try sketch.add(contentsOf: values[(64 * part)..<(64 * part + 64)])
      return sketch
    }
    while parts.count > 1 {
      parts = stride(from: 0, to: parts.count, by: 2).map { index in
        var joined = parts[index]
        joined.merge(parts[index + 1])
        return joined
      }
    }
    try expectWithinBound(parts[0], values)
    #expect(parts[0].errorBound <= 2 * promised(16_384, 32))
  }

  @Test func `parts made by any number of threads and merged in order give the same bytes`()
    async throws
  {
    let values = Stream.heavyTails.values(30_000)
    func part(_ index: Int) throws -> QuantileSketch {
      var sketch = QuantileSketch(capacity: 128)
      try sketch.add(contentsOf: values[(index * 500)..<((index + 1) * 500)])
      return sketch
    }
    var alone = QuantileSketch(capacity: 128)
    for index in 0..<60 { alone.merge(try part(index)) }
    let parts = try await withThrowingTaskGroup(of: (Int, QuantileSketch).self) { group in
      for index in (0..<60).reversed() { group.addTask { (index, try part(index)) } }
      var parts = [QuantileSketch?](repeating: nil, count: 60)
      for try await (index, sketch) in group { parts[index] = sketch }
      return parts
    }
    var together = QuantileSketch(capacity: 128)
    for part in parts { together.merge(try #require(part)) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(alone) == encoder.encode(together))
  }

  @Test(arguments: Stream.allCases)
  func `adding many at once is adding them one by one`(stream: Stream) throws {
    let values = stream.values(1000)
    var one = QuantileSketch(capacity: 16)
    var many = one
    var start = 0
    for size in [0, 1, 15, 16, 17, 200, 751] {
      let part = Array(values[start..<(start + size)])
      try one.add(contentsOf: part)
      try part.withUnsafeBufferPointer { try many.add($0) }
      start += size
      #expect(one == many)
    }
    #expect(throws: NumericalError.self) {
      try [1, 2, .nan].withUnsafeBufferPointer { try many.add($0) }
    }
    #expect(one == many)
  }

  @Test func `nothing is lost below the capacity`() throws {
    var sketch = QuantileSketch(capacity: 12)
    try sketch.add(contentsOf: tenValues)
    #expect(sketch.errorBound == 0 && sketch.retained == 10)
    let sorted = tenValues.sorted()
    for rank in 1...10 {
      #expect(sketch.quantile(Double(rank) / 10) == sorted[rank - 1])
      #expect(sketch.quantile((Double(rank) - 0.5) / 10) == sorted[rank - 1])
    }
    // Hand: values at most 2.1 are −3.2, −0.4, 0.3, 1.25, 2.1, 2.1.
    #expect(sketch.share(atMost: 2.1) == 0.6)
  }

  /// By hand, capacity 4. (1, 2, 3, 4) promote 2, 4: U = 1. (5, 6, 7, 8) promote 5, 7: O = 1. The
  /// level above, (2, 4, 5, 7), promotes 4, 7: U = 3. Ranks of 1 … 8 are then 0 0 0 4 4 4 8 8.
  @Test func `eight values through buffers of four`() throws {
    var sketch = QuantileSketch(capacity: 4)
    try sketch.add(contentsOf: (1...8).map(Double.init))
    #expect(sketch.retained == 2)
    #expect(sketch.errorBound == 3.0 / 8)
    #expect((1...8).map { sketch.share(atMost: Double($0)) * 8 } == [0, 0, 0, 4, 4, 4, 8, 8])
    #expect(sketch.quantiles([0, 0.25, 0.5, 0.75, 1]) == [1, 4, 4, 7, 8])
  }

  @Test func `an interval contains that of the sorted sample`() throws {
    let values = Stream.heavyTails.values(20_000)
    let sorted = values.sorted()
    var sketch = QuantileSketch(capacity: 256)
    try sketch.add(contentsOf: values)
    for p in [0.01, 0.1, 0.5, 0.975] {
      let ranks = try binomialQuantileRanks(n: 20_000, p: p)
      let interval = try #require(try sketch.interval(p))
      #expect(interval.low <= sorted[ranks.low! - 1] && sorted[ranks.high! - 1] <= interval.high)
      #expect(interval.contains(interval.estimate) && interval.method == .orderStatistics)
      #expect(interval.contains(tan(Double.pi * (p - 0.5))))
    }
    var few = QuantileSketch()
    try few.add(contentsOf: tenValues)
    #expect(try few.interval(0.05) == nil)
    #expect(try few.interval(0.5)?.low == tenValues.sorted()[1])
    #expect(throws: NumericalError.self) { try QuantileSketch().interval(0.5) }
  }

  @Test func `a value that is not finite is refused and changes nothing`() throws {
    var sketch = QuantileSketch(capacity: 4)
    try sketch.add(contentsOf: tenValues)
    let before = sketch
    for bad in [Double.nan, .infinity] {
      let error = #expect(throws: NumericalError.self) { try sketch.add(bad) }
      #expect(error?.description.contains("value 10 = \(bad): must be finite") == true)
    }
    #expect(sketch == before)
  }

  @Test func `a sketch survives JSON and goes on alike, and nonsense does not`() throws {
    var sketch = QuantileSketch(capacity: 8)
    try sketch.add(contentsOf: Stream.normal.values(1000))
    var copy = try JSONDecoder().decode(
      QuantileSketch.self, from: try JSONEncoder().encode(sketch))
    #expect(copy == sketch)
    try copy.add(contentsOf: tenValues)
    try sketch.add(contentsOf: tenValues)
    #expect(copy == sketch)
    for levels in ["[[1,2]]", "[[1,2,3,9]]", "[]", "[[1],[1,1]]"] {
      let text =
        #"{"capacity":4,"count":3,"levels":\#(levels),"least":1,"greatest":3,"under":0,"over":0}"#
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(QuantileSketch.self, from: Data(text.utf8))
      }
    }
  }

  @Test(arguments: [1, 100, 5000, 40_000])
  func `weights of the values kept add up to shares`(n: Int) throws {
    var sketch = QuantileSketch(capacity: 64)
    try sketch.add(contentsOf: Stream.normal.values(n))
    let (values, weights) = sketch.weightedValues
    #expect(values.count == sketch.retained && values == values.sorted())
    #expect(weights.reduce(0, +) == Double(n) && weights.allSatisfy { $0 > 0 })
    var sum = 0.0
    for (value, weight) in zip(values, weights) {
      sum += weight
      if value < sketch.maximum! { #expect(sketch.share(atMost: value) == sum / Double(n)) }
    }
  }
}

extension [Double] {
  /// About `most` of the elements, evenly spaced, the ends among them.
  fileprivate func striding(most: Int) -> [Double] {
    guard count > most else { return self }
    return stride(from: 0, to: count - 1, by: count / most).map { self[$0] } + [self[count - 1]]
  }
}
