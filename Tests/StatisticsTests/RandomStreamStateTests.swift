import Foundation
import Statistics
import Testing

@Test(arguments: GeneratorKind.allCases)
func `a restored stream continues bit for bit, wherever it was stopped`(
  kind: GeneratorKind
) throws {
  // Steps that stop inside and at the ends of ranlxd2's blocks of 12 and mt19937's of 624.
  var stream = RandomStream(seed: 99, role: .evaluation, index: 2, generator: kind)
  for steps in [0, 1, 1, 5, 6, 1, 12, 587, 1, 614, 10, 1, 17_000] {
    for _ in 0..<steps { _ = stream.uniform() }
    let text = try JSONEncoder().encode(stream.state)
    let state = try JSONDecoder().decode(RandomStreamState.self, from: text)
    #expect(state == stream.state)
    var restored = try RandomStream(restoring: state)
    let expected = (0..<700).map { _ in stream.uniform() }
    let continued = (0..<700).map { _ in restored.uniform() }
    #expect(continued == expected)
    #expect(restored.state == stream.state)
  }
}

/// From the Python reference behind the golden streams: the words after the ten discarded.
@Test func `taus2 is written as its three words`() throws {
  let stream = RandomStream(seed: 42, role: .agent, index: 3)
  let state = stream.state
  #expect(state.generator == "taus2")
  #expect(state.words == ["15296ddc", "9dc57107", "9b5864f4"])
}

@Test(arguments: GeneratorKind.allCases)
func `a cut or lengthened state is refused`(kind: GeneratorKind) {
  let stream = RandomStream(seed: 1, role: .agent, generator: kind)
  var short = stream.state
  short.words.removeLast()
  var long = stream.state
  long.words.append("1")
  for state in [short, long, RandomStreamState(generator: kind.rawValue, words: [])] {
    #expect(throws: InvalidStreamState.self) { _ = try RandomStream(restoring: state) }
  }
}

/// Generator, word, text: each alone makes a state that its generator cannot be in.
@Test(arguments: [
  ("taus2", 0, "1"), ("taus2", 1, "7"), ("taus2", 2, "f"), ("taus2", 0, "100000000"),
  ("taus2", 0, "-5"), ("taus2", 0, "+5"), ("taus2", 0, "xyz"), ("taus2", 0, ""),
  ("taus2", 0, "fffffffffffffffff"),
  ("mt19937", 3, "100000000"), ("mt19937", 624, "271"),
  ("gfsr4", 0, "4000"), ("gfsr4", 5, "100000000"),
  ("ranlxd2", 0, "1000000000000"), ("ranlxd2", 12, "2"), ("ranlxd2", 13, "c"),
  ("ranlxd2", 14, "c"), ("ranlxd2", 15, "c"), ("ranlxd2", 16, "ca"),
  ("cmrg", 0, "7fffffff"), ("cmrg", 3, "7fe17ad7"), ("mrg", 4, "7fffffff"),
])
func `a word out of range is refused, and named`(name: String, place: Int, text: String) throws {
  let stream = RandomStream(seed: 1, role: .agent, generator: try GeneratorKind(named: name))
  var state = stream.state
  state.words[place] = text
  let error = #expect(throws: InvalidStreamState.self) {
    _ = try RandomStream(restoring: state)
  }
  #expect(error?.description.contains("word \(place) ") == true)
}

@Test func `states that would return zeros for ever, or lose their lag, are refused`() throws {
  let ranges: [(GeneratorKind, Range<Int>)] = [
    (.mt19937, 0..<624), (.gfsr4, 1..<16385), (.ranlxd2, 0..<12), (.cmrg, 3..<6), (.mrg, 0..<5),
  ]
  for (kind, range) in ranges {
    let stream = RandomStream(seed: 1, role: .agent, generator: kind)
    var state = stream.state
    for place in range { state.words[place] = "0" }
    let error = #expect(throws: InvalidStreamState.self) {
      _ = try RandomStream(restoring: state)
    }
    #expect(error?.description.contains("only zeros") == true)
  }
  let stream = RandomStream(seed: 1, role: .agent, generator: .ranlxd2)
  var state = stream.state
  let jr = try #require(Int(state.words[14], radix: 16))
  state.words[14] = String((jr + 1) % 12, radix: 16)
  #expect(throws: InvalidStreamState.self) { _ = try RandomStream(restoring: state) }
}

@Test func `an unknown generator in a state or a configuration is refused`() {
  #expect(throws: UnknownGenerator.self) {
    _ = try RandomStream(restoring: RandomStreamState(generator: "ranlux", words: ["1"]))
  }
  let error = #expect(throws: DecodingError.self) {
    try JSONDecoder().decode([GeneratorKind].self, from: Data(#"["taus"]"#.utf8))
  }
  #expect(error.map(String.init(describing:))?.contains("one of taus2, mt19937") == true)
}
