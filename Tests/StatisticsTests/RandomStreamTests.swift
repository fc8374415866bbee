import CGSL
import Statistics
import Testing

/// First uniforms of stream (seed 42, agent, 3): the first three and the thousandth. Computed by
/// a separate Python program from the written rule alone: hash, SplitMix64, fill, ten discarded,
/// then each generator's recurrence in exact integers (for mt19937 numpy 2.4's `MT19937` with
/// its key set). They pin the contract: a change here changes every result of the lab.
struct GoldenStream: Sendable, CustomTestStringConvertible {
  let kind: GeneratorKind
  let first: [Double]
  let thousandth: Double
  var testDescription: String { kind.rawValue }

  static let all = [
    GoldenStream(
      kind: .taus2,
      first: [0x1.06c5c81e00000p-1, 0x1.ff43de9000000p-2, 0x1.de4c017c00000p-1],
      thousandth: 0x1.41a2786c00000p-1),
    GoldenStream(
      kind: .mt19937,
      first: [0x1.92196b1600000p-1, 0x1.3e3f6aa000000p-2, 0x1.34b6914200000p-1],
      thousandth: 0x1.33a870c800000p-2),
    GoldenStream(
      kind: .gfsr4,
      first: [0x1.9290b9bc00000p-2, 0x1.0b112a0400000p-1, 0x1.a308291800000p-3],
      thousandth: 0x1.f4845c2000000p-1),
    GoldenStream(
      kind: .ranlxd2,
      first: [0x1.46eddb4553800p-2, 0x1.2d4b5814e4b80p-1, 0x1.b7a2f4a8ff900p-2],
      thousandth: 0x1.9c1b96d3e47e0p-1),
    GoldenStream(
      kind: .cmrg,
      first: [0x1.b7fc4f136ff8ap-2, 0x1.7eba1a92fd743p-3, 0x1.4fdd273a9fba5p-2],
      thousandth: 0x1.7af0371ef5e07p-1),
    GoldenStream(
      kind: .mrg,
      first: [0x1.2c3e5a5a587cbp-1, 0x1.f4445103e888ap-5, 0x1.a5ffae4f4bff6p-1],
      thousandth: 0x1.d5db63cbabb6cp-2),
  ]
}

@Test(arguments: GoldenStream.all)
func `streams equal an independent computation of their definition`(golden: GoldenStream) {
  var stream = RandomStream(seed: 42, role: .agent, index: 3, generator: golden.kind)
  let drawn = (0..<1000).map { _ in stream.uniform() }
  #expect(Array(drawn.prefix(3)) == golden.first)
  #expect(drawn[999] == golden.thousandth)
}

@Test func `uniform is what gsl_rng_uniform returns from the same state`() throws {
  var stream = RandomStream(seed: 7, role: .environment)
  let rng = try #require(gsl_rng_alloc(cgsl_rng_taus2()))
  defer { gsl_rng_free(rng) }
  let words = try #require(gsl_rng_state(rng)).bindMemory(to: UInt.self, capacity: 3)
  for (place, text) in stream.state.words.enumerated() {
    words[place] = try #require(UInt(text, radix: 16))
  }
  for _ in 0..<1000 {
    let u = stream.uniform()
    #expect(u == gsl_rng_uniform(rng))
  }
  for _ in 0..<1000 {
    let word = stream.word()
    #expect(word == gsl_rng_get(rng))
  }
}

@Test(arguments: GeneratorKind.allCases)
func `uniforms lie in [0, 1) and starts differ for ten thousand seeds`(kind: GeneratorKind) {
  // Pairs are compared, since among 10⁴ single draws of 31 bits some would agree by chance:
  // expected repetitions of pairs 10⁸ / 2 / 2⁶² ≈ 10⁻¹¹.
  var starts: Set<[Double]> = []
  var outside = 0
  for seed in 0..<10_000 {
    var stream = RandomStream(seed: UInt64(seed), role: .environment, generator: kind)
    starts.insert([stream.uniform(), stream.uniform()])
    for _ in 0..<20 {
      let u = stream.uniform()
      if !(0..<1).contains(u) { outside += 1 }
    }
  }
  #expect(outside == 0)
  #expect(starts.count == 10_000)
}

@Test(arguments: GeneratorKind.allCases)
func `first uniforms over neighbouring names are uniform`(kind: GeneratorKind) {
  // What weak seeding spoils: the mean across streams, not along one.
  var draws: [Double] = []
  for index in 0..<4_000 {
    var stream = RandomStream(seed: 1, role: .agent, index: index, generator: kind)
    draws.append(stream.uniform())
  }
  expectUniform(draws)
}

@Test(arguments: GeneratorKind.allCases)
func `mean, variance and lag-one correlation along a stream`(kind: GeneratorKind) {
  var stream = RandomStream(seed: 20_240_601, role: .simulation, generator: kind)
  expectUniform((0..<100_000).map { _ in stream.uniform() })
}

/// Mean 1/2, variance 1/12 and no correlation of neighbours, each within 4.5 standard errors
/// (probability 7 · 10⁻⁶ under the hypothesis): 1/√(12 n), 1/√(180 n) and 1/(12 √n).
private func expectUniform(_ draws: [Double], sourceLocation: SourceLocation = #_sourceLocation) {
  let n = Double(draws.count)
  let mean = draws.reduce(0, +) / n
  let squares = draws.map { ($0 - 0.5) * ($0 - 0.5) }.reduce(0, +) / n
  let products = zip(draws, draws.dropFirst()).map { ($0 - 0.5) * ($1 - 0.5) }.reduce(0, +) / n
  #expect(abs(mean - 0.5) < 4.5 / (12 * n).squareRoot(), sourceLocation: sourceLocation)
  #expect(abs(squares - 1 / 12) < 4.5 / (180 * n).squareRoot(), sourceLocation: sourceLocation)
  #expect(abs(products) < 4.5 / 12 / n.squareRoot(), sourceLocation: sourceLocation)
}

@Test(arguments: GeneratorKind.allCases)
func `names tell streams apart, and nothing else does`(kind: GeneratorKind) {
  func start(_ seed: UInt64, _ role: StreamRole, _ index: Int) -> [Double] {
    var stream = RandomStream(seed: seed, role: role, index: index, generator: kind)
    return (0..<5).map { _ in stream.uniform() }
  }
  let base = start(5, .agent, 0)
  #expect(base == start(5, .agent, 0))
  #expect(base == start(5, StreamRole(rawValue: "agent"), 0))
  // GSL's own seeding makes the first of these equal to the base, and 0 equal to 1 for several.
  #expect(base != start(5 + (1 << 32), .agent, 0))
  #expect(base != start(5 | (1 << 63), .agent, 0))
  #expect(start(0, .agent, 0) != start(1, .agent, 0))
  #expect(base != start(6, .agent, 0))
  #expect(base != start(5, .agent, 1))
  #expect(base != start(5, .environment, 0))
}

@Test func `an index is the floor of a uniform times the count, each equally often`() {
  var stream = RandomStream(seed: 3, role: .agent)
  var twin = RandomStream(seed: 3, role: .agent)
  var counts = [Int](repeating: 0, count: 7)
  var different = 0
  for _ in 0..<70_000 {
    let index = stream.index(below: 7)
    if index != Int((twin.uniform() * 7).rounded(.down)) { different += 1 }
    counts[index] += 1
  }
  #expect(different == 0)
  // χ² with 6 degrees of freedom: mean 6, standard deviation √12; 6 + 4.5 √12 = 21.6.
  let chiSquared = counts.map { (Double($0) - 10_000) * (Double($0) - 10_000) / 10_000 }
  #expect(chiSquared.reduce(0, +) < 21.6)
  let ones = (0..<100).map { _ in stream.index(below: 1) }
  #expect(ones.allSatisfy { $0 == 0 })
}

/// The largest uniform any generator returns is 1 − 2⁻⁴⁸: no count makes the product reach it.
@Test func `an index stays below its count at the largest uniform`() {
  let largest = 1 - 0x1p-48
  let counts = Array(1...100_000) + [1 << 31, (1 << 31) - 1, 3 << 29]
  #expect(counts.allSatisfy { Int(largest * Double($0)) < $0 })
}

@Test func `weights and partial sums choose in proportion and never a zero`() {
  var stream = RandomStream(seed: 11, role: .agent)
  var twin = RandomStream(seed: 11, role: .agent)
  let weights: [Double] = [0, 1, 0, 4, 3, 0]
  let cumulative: [Double] = [0, 1, 1, 5, 8, 8]
  var counts = [Int](repeating: 0, count: 6)
  var different = 0
  for _ in 0..<80_000 {
    let index = stream.index(weights: weights)
    let other = twin.index(fromCumulative: cumulative)
    if index != other { different += 1 }
    counts[index] += 1
  }
  #expect(different == 0)
  #expect(counts[0] == 0 && counts[2] == 0 && counts[5] == 0)
  // Binomial: standard deviation √(n p (1 − p)), 4.5 of them.
  for (index, p) in [(1, 0.125), (3, 0.5), (4, 0.375)] {
    #expect(abs(Double(counts[index]) - 80_000 * p) < 4.5 * (80_000 * p * (1 - p)).squareRoot())
  }
  // The smallest total there is: the product rounds to 0 or to the total itself.
  let least = Double.leastNonzeroMagnitude
  for _ in 0..<20 {
    let tiny = stream.index(weights: [0, least, 0])
    let other = stream.index(fromCumulative: [0, least, least])
    #expect(tiny == 1 && other == 1)
  }
}

@Test func `gaussians are the normal quantiles of the uniforms`() {
  var stream = RandomStream(seed: 8, role: .simulation)
  var twin = RandomStream(seed: 8, role: .simulation)
  var sum = 0.0
  var squares = 0.0
  var worst = 0.0
  let count = 100_000
  for _ in 0..<count {
    let z = stream.gaussian()
    worst = max(worst, abs(gsl_cdf_ugaussian_P(z) - twin.uniform()))
    sum += z
    squares += z * z
  }
  // Both directions are accurate to a few units in the last place of a probability below 1.
  #expect(worst < 1e-14)
  #expect(stream.state == twin.state)
  // Standard errors: 1/√n of the mean, √(2/n) of the second moment.
  let n = Double(count)
  #expect(abs(sum / n) < 4.5 / n.squareRoot())
  #expect(abs(squares / n - 1) < 4.5 * (2 / n).squareRoot())
}

@Test func `an unknown generator is refused by a message that lists the known ones`() throws {
  let error = #expect(throws: UnknownGenerator.self) { try GeneratorKind(named: "ranlux") }
  #expect(
    error?.description
      == "generator = ranlux: must be one of taus2, mt19937, gfsr4, ranlxd2, cmrg, mrg")
  #expect(try GeneratorKind(named: "mrg") == .mrg)
}
