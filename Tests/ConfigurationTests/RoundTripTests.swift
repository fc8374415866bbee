import Testing

@testable import Configuration

/// Writes a set out and reads it back against the same declaration.
private func reread(_ set: ParameterSet, _ parameters: [Parameter]) throws -> ParameterSet {
  try resolve(try set.yaml(), parameters).withoutPositions
}

private let awkwardTexts = [
  "yes", "no", "on", "True", "true", "false", "null", "~", "", " ", "1e3", "0x10", "1_000", "012",
  "nan", ".inf", "12:30:45", "2001-01-01", "a: b", "a:", "#x", "a #b", "- x", "-", "?", "[a]", "{a",
  "*x", "&x", "!x", "|", ">", "%a", "@a", "`a", "'", "\"", "'quoted'", "\"quoted\"", "\\", "a\\nb",
  " leading", "trailing ", "two  spaces", "line\nbreak", "line\n", "\n", "\n\n", "a\n  b\n\n c",
  "tab\tinside", "\ttab", "carriage\rreturn", "a\r\nb", "bell\u{7}", "é λ 漢字", "🎲", "\u{85}",
  "\u{2028}", "---", "...", "--- a", "<<", "=",
  String(repeating: "word ", count: 60) + "end", String(repeating: "x", count: 300),
  String(repeating: "two  spaces ", count: 30) + "end",
]

@Test(arguments: awkwardTexts)
func `every text is read back as it was`(text: String) throws {
  var set = ParameterSet()
  set.set("label", .text(text))
  #expect(try reread(set, [Declared.label]) == set)
}

@Test(arguments: [
  0, 0.1, 1.0 / 3, 1, 100, 1e15, 1e16, 123_456_789_012_345_680, 1e300, 1e-300, 5e-324,
  .greatestFiniteMagnitude, -0.5, -1e22, .pi, 0.1 + 0.2, 999_999_999_999_999.9,
])
func `every number is read back to its last bit`(value: Double) throws {
  var set = ParameterSet()
  set.set("level", .real(value))
  let back = try reread(set, [Declared.level]).real("level")
  #expect(back.bitPattern == value.bitPattern)
}

@Test(arguments: [0, 1, 9_007_199_254_740_993, Int.max])
func `every whole number is read back`(value: Int) throws {
  var set = ParameterSet()
  set.set("seed", .integer(value))
  #expect(try reread(set, [Declared.seed]) == set)
}

@Test(arguments: [
  "seed: 1", "seed: 2\nschedule: 0.25\nnote: yes\n",
  "seed: 3\nhorizon: 7\non: true\nrate: 1e-7\nlearner: {gamma: 0.123456789012345678}\nlabel: '5'",
  "seed: 4\nschedule: {kind: linear, share: 0.5, from: 1}\nrule: high\nsteps: 2e6\n",
])
func `a resolved configuration resolves to itself`(text: String) throws {
  let set = try resolve(text, Declared.all)
  let again = try resolve(try set.yaml(), Declared.all)
  #expect(again.withoutPositions == set.withoutPositions)
  // A fixed point also as text, so that resolved files can be compared as files.
  #expect(try again.yaml() == set.yaml())
}
