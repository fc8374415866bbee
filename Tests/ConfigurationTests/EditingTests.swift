import Configuration
import Testing

@Test(arguments: [
  ("{a: 1, b: {c: 2, d: 3}}", "{b: {c: 4}, e: 5}", "{a: 1, b: {c: 4, d: 3}, e: 5}"),
  ("{l: {kind: q, x: 1}}", "{l: {kind: s}}", "{l: {kind: s}}"),
  ("{l: {kind: q, x: 1}}", "{l: {kind: q, y: 2}}", "{l: {kind: q, x: 1, y: 2}}"),
  ("{l: {x: 1}}", "{l: {kind: q}}", "{l: {x: 1, kind: q}}"),
  ("{a: [1, 2]}", "{a: [3]}", "{a: [3]}"),
  ("{a: {b: 1}}", "{a: word}", "{a: word}"),
  ("{a: word}", "{a: {b: 1}}", "{a: {b: 1}}"),
])
func `a mapping laid over another wins key by key, and whole where its kind differs`(
  below: String, above: String, expected: String
) throws {
  #expect(try document(below).overlaid(by: document(above)).text == expected)
}

private let words = """
  {plain: word, number: -1.5e-3, spaced: "two words", quoted: "1", empty: "", comma: "a, b",
   brackets: "[x]", colon: "a: b", dash: "- a", minus: "-", slash: "a\\\\b", quote: "say \\"hi\\"",
   lines: "a\\nb\\tc", bell: "\\a", hash: "a #b", "odd: key": 1, list: [1, "2", [x, {y: "z "}]], star: "*a"}
  """

/// The same content, quotes included, wherever they are needed to keep a word from being a number.
@Test func `a node on one line reads back as the same values`() throws {
  func plain(_ node: DocumentNode) -> String {
    switch node.content {
    case .scalar(let word, let quoted):
      "\(word)\(quoted && (Double(word) != nil || word.isEmpty) ? "!" : "")|"
    case .sequence(let nodes): "[\(nodes.map(plain).joined())]"
    case .mapping(let entries): "{\(entries.map { "\($0.key)=\(plain($0.value))" }.joined())}"
    }
  }
  let node = try document(words)
  #expect(try plain(document(node.flow)) == plain(node))
  #expect(!node.flow.contains("\n"))
  #expect(try plain(document(node.yaml())) == plain(node))
}

@Test func `an override is read apart from where it is put`() throws {
  let (path, value) = try DocumentNode.override("vary.a.b=[1, 2]")
  #expect(path == ["vary", "a", "b"])
  var root = try document("vary: {x: 1}")
  try root.set(value, at: ["vary", "a.b"], position: Position(source: "here", line: 3, column: 1))
  #expect(root.text == "{vary: {x: 1, a.b: [1, 2]}}")
  #expect(root.value(of: "vary")?.entries?[1].position.description == "here:3:1")
}
