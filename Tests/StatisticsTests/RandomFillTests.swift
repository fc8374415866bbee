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
}
