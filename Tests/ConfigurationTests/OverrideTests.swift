import Configuration
import Testing

private func applying(_ overrides: String..., to text: String) throws -> DocumentNode {
  var root = try document(text)
  for override in overrides { try root.apply(override: override) }
  return root
}

@Test func `an override replaces a value and keeps its place among the keys`() throws {
  let root = try applying("b=5", to: "a: 1\nb: 2\nc: 3\n")
  #expect(root.entries?.map(\.key) == ["a", "b", "c"])
  let b = try #require(root.entries?[1])
  #expect(b.value.content == .scalar("5", quoted: false))
  #expect(b.position == Position(source: "command line"))
  #expect(b.value.position.description == "command line")
  #expect(root.entries?[0].position.description == "run.yaml:1:1")
}

@Test func `an override reaches into mappings and makes those that are missing`() throws {
  let root = try applying("a.b.c=1", "a.b.d=2", "x.y=3", to: "a: {z: 0}\n")
  #expect(root.text == "{a: {z: 0, b: {c: 1, d: 2}}, x: {y: 3}}")
  #expect(root.value(of: "a")?.position.description == "run.yaml:1:4")
}

@Test func `an override's value is read as YAML`() throws {
  let root = try applying(
    "a={kind: linear, from: 0.3}", "b=[1, 2]", "c=", "d=x=y", "e='5'", to: "seed: 1\n")
  #expect(root.value(atPath: "a.from")?.content == .scalar("0.3", quoted: false))
  #expect(root.value(atPath: "a.from")?.position.description == "command line")
  #expect(root.value(of: "b")?.text == "[1, 2]")
  #expect(root.value(of: "c")?.content == .scalar("", quoted: false))
  #expect(root.value(of: "d")?.content == .scalar("x=y", quoted: false))
  #expect(root.value(of: "e")?.content == .scalar("5", quoted: true))
}

@Test func `later overrides win`() throws {
  #expect(try applying("a=1", "a=2", to: "a: 0\n").value(of: "a")?.text == "2")
  #expect(
    try applying("a.b=1", "a={c: 2}", to: "a: 0x\n".replacing("0x", with: "{}")).text
      == "{a: {c: 2}}")
}

@Test func `overrides that make no sense are refused`() throws {
  let text = "a: 1\nb: {c: 2}\n"
  #expect(
    refusal { _ = try applying("a.b=1", to: text) }
      == "command line: a.b = 1: the path runs through 1, which has no keys")
  #expect(
    refusal { _ = try applying("b.c.d.e=1", to: text) }
      == "command line: b.c.d.e = 1: the path runs through 2, which has no keys")
  let form = "overrides are written key=value, such as training.steps=2e5"
  #expect(refusal { _ = try applying("a", to: text) } == "command line: a: \(form)")
  #expect(refusal { _ = try applying("=1", to: text) } == "command line: =1: \(form)")
  for path in ["a..b", ".a", "a."] {
    #expect(
      refusal { _ = try applying("\(path)=1", to: text) }
        == "command line: \(path): has an empty part between dots")
  }
  #expect(
    refusal { _ = try applying("a=[1", to: text) }.hasPrefix("command line: not valid YAML"))
  #expect(refusal { _ = try applying("a={x: 1, x: 2}", to: text) }.hasPrefix("command line: "))
}

@Test func `an error about an overridden value points at the command line`() throws {
  let root = try applying("rate=2", to: "rate: 0.5\n")
  #expect(
    refusal {
      _ = try ParameterSet(
        root, declared: [Declared.rate], path: "", position: Position(source: "run.yaml"))
    } == "command line: rate = 2: must be a number in (0, 1]")
}
