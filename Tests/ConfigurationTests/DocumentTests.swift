import Configuration
import Testing

@Test func `every key and value knows its line and column`() throws {
  let root = try document(
    """
    seed: 1
    learner:
      # a comment line
      alpha:   0.5
    list: [a, bb,  c]
    """)
  let learner = try #require(root.entries?[1])
  #expect(learner.key == "learner")
  #expect(learner.position == Position(source: "run.yaml", line: 2, column: 1))
  let alpha = try #require(learner.value.entries?.first)
  #expect(alpha.position == Position(source: "run.yaml", line: 4, column: 3))
  #expect(alpha.value.position == Position(source: "run.yaml", line: 4, column: 12))
  #expect(root.value(atPath: "learner.alpha")?.text == "0.5")
  #expect(root.value(atPath: "learner.beta") == nil)
  #expect(root.value(atPath: "seed.deeper") == nil)
  let list = try #require(root.value(of: "list"))
  guard case .sequence(let items) = list.content else {
    Issue.record("a list became \(list.content)")
    return
  }
  #expect(items.map(\.position.column) == [8, 11, 16])
  #expect(list.text == "[a, bb, c]")
}

@Test func `keys keep the order in which they were written`() throws {
  let root = try document("z: 1\na: 2\nm: 3\nb: 4\n")
  #expect(root.entries?.map(\.key) == ["z", "a", "m", "b"])
}

@Test func `quoting is remembered and an anchor's alias stands for its value`() throws {
  let root = try document("a: &same 0.25\nb: *same\nc: \"0.25\"\nd: '0.25'\n")
  #expect(root.value(of: "a")?.content == .scalar("0.25", quoted: false))
  #expect(root.value(of: "b")?.content == .scalar("0.25", quoted: false))
  #expect(root.value(of: "c")?.content == .scalar("0.25", quoted: true))
  #expect(root.value(of: "d")?.content == .scalar("0.25", quoted: true))
}

@Test func `a document must be one mapping`() throws {
  #expect(
    refusal { _ = try document("") }
      == "run.yaml: the file is empty; see configs/ for examples to start from")
  #expect(
    refusal { _ = try document("# only a comment\n") }
      == "run.yaml: the file is empty; see configs/ for examples to start from")
  #expect(
    refusal { _ = try document("\n- a\n- b\n") }
      == "run.yaml:2:1: must be a mapping of keys to values, such as `seed: 1`")
  #expect(
    refusal { _ = try document("seed") }
      == "run.yaml:1:1: must be a mapping of keys to values, such as `seed: 1`")
  // A second document would otherwise be ignored in silence.
  #expect(refusal { _ = try document("a: 1\n---\nb: 2\n") }.hasPrefix("run.yaml:2:1: not valid"))
}

@Test func `broken YAML is reported where it breaks`() throws {
  #expect(refusal { _ = try document("a: 1\nb: [1, 2\nc: 3\n") }.hasPrefix("run.yaml:3:"))
  #expect(refusal { _ = try document("a: 1\n\tb: 2\n") }.hasPrefix("run.yaml:2:1: not valid YAML"))
  #expect(refusal { _ = try document("a: *nowhere\n") }.hasPrefix("run.yaml:1:4: not valid YAML"))
}

@Test func `a key written twice is refused where it stands`() throws {
  // Equal spellings are found while parsing, which knows the first of them.
  let refused = refusal { _ = try document("a: 1\nlearner:\n  x: 1\n  y: 2\n  x: 3\n") }
  #expect(refused == "run.yaml:3:3: x: appears twice in one mapping; keep one")
  // A number and the same digits in quotes differ as YAML and are the same key here.
  #expect(
    refusal { _ = try document("1: a\n\"1\": b\n") } == "run.yaml:2:1: 1: appears twice; keep one")
}

@Test func `the same key in two mappings is no duplicate`() throws {
  let root = try document("a: {x: 1}\nb: {x: 2}\n")
  #expect(root.value(atPath: "a.x")?.text == "1")
  #expect(root.value(atPath: "b.x")?.text == "2")
}

@Test func `keys must be plain words`() throws {
  #expect(refusal { _ = try document("[a, b]: 1\n") } == "run.yaml:1:1: keys must be plain words")
}

@Test func `errors read file, line, column, key, value, rule`() {
  let place = Position(source: "configs/a b.yaml", line: 12, column: 3)
  #expect(
    ConfigurationError(place, key: "learner.rate", value: "1.7", rule: "must be in (0, 1]")
      .description == "configs/a b.yaml:12:3: learner.rate = 1.7: must be in (0, 1]")
  #expect(
    ConfigurationError(place, key: "learner.rate", rule: "is missing").description
      == "configs/a b.yaml:12:3: learner.rate: is missing")
  #expect(ConfigurationError(place, key: "", rule: "r").description == "configs/a b.yaml:12:3: r")
  #expect(
    ConfigurationError(Position(source: "command line"), key: "k", value: "v", rule: "r")
      .description == "command line: k = v: r")
}

/// By hand: kitten to sitting substitutes k/s and e/i and inserts g.
@Test func `the nearest word is the one with fewest edits`() {
  #expect(nearest(to: "kitten", among: ["sitting"]) == nil)  // 3 edits, 6 letters allow 2
  #expect(nearest(to: "sitting", among: ["kitten"]) == nil)  // 7 letters allow 2
  #expect(nearest(to: "gama", among: ["alpha", "gamma", "lambda"]) == "gamma")
  #expect(nearest(to: "GAMMA", among: ["alpha", "gamma"]) == "gamma")
  #expect(nearest(to: "exploratoin_rate", among: ["exploration_rate"]) == "exploration_rate")
  #expect(nearest(to: "gamma", among: [String]()) == nil)
  // Two candidates one edit away: the first in the alphabet, whatever their order.
  #expect(nearest(to: "lo", among: ["low", "go"]) == "go")
  #expect(nearest(to: "lo", among: ["go", "low"]) == "go")
}
