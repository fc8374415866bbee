import Statistics
import Testing

@Suite struct RandomFillTests {
  @Test(arguments: GeneratorKind.allCases)
  func `filling gives the numbers that single draws give`(kind: GeneratorKind) {
    var one = RandomStream(seed: 99, role: .simulation, index: 4, generator: kind)
    var two = RandomStream(seed: 99, role: .simulation, index: 4, generator: kind)
    for count in [1, 0, 7, 1000] {
      let expected = (0..<count).map { _ in one.uniform() }
      var found = [Double](repeating: -1, count: count)
      found.withUnsafeMutableBufferPointer {
        if let memory = $0.baseAddress { two.fill(memory, count: count) }
      }
      #expect(found == expected)
    }
    let (a, b) = (one.uniform(), two.uniform())
    #expect(a == b)
  }

  @Test(arguments: GeneratorKind.allCases, 1...6)
  func `filling rows from several streams gives every stream's own numbers`(
    kind: GeneratorKind, streamCount: Int
  ) {
    let streams = UnsafeMutablePointer<RandomStream>.allocate(capacity: streamCount)
    for index in 0..<streamCount {
      (streams + index).initialize(
        to: RandomStream(seed: 5, role: .simulation, index: index, generator: kind))
    }
    defer {
      streams.deinitialize(count: streamCount)
      streams.deallocate()
    }
    // Twice, so that the streams go on where they stood.
    var found = [Double](repeating: -1, count: streamCount * 11)
    var later = found
    found.withUnsafeMutableBufferPointer {
      RandomStream.fill(
        $0.baseAddress!, stride: 11, count: 9, from: streams, streamCount: streamCount)
    }
    later.withUnsafeMutableBufferPointer {
      RandomStream.fill(
        $0.baseAddress!, stride: 11, count: 10, from: streams, streamCount: streamCount)
    }
    for index in 0..<streamCount {
      var stream = RandomStream(seed: 5, role: .simulation, index: index, generator: kind)
      let row = found[(index * 11)..<(index * 11 + 11)]
      #expect(Array(row) == (0..<9).map { _ in stream.uniform() } + [-1, -1])
      let next = later[(index * 11)..<(index * 11 + 11)]
      #expect(Array(next) == (0..<10).map { _ in stream.uniform() } + [-1])
    }
  }
}
