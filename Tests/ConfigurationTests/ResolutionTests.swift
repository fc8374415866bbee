import Testing

@testable import Configuration

@Test(arguments: [
  ("200", 200), ("2_000_000", 2_000_000), ("2e6", 2_000_000), ("2.5e1", 25), ("20.0", 20),
  ("+7", 7), ("1", 1), ("2000000000", 2_000_000_000),
])
func `whole numbers may be written with exponents and underscores`(word: String, value: Int) throws
{
  #expect(try resolve("steps: \(word)", [Declared.steps])["steps"] == .integer(value))
}

@Test(arguments: [
  "2.5", "1e400", "nan", ".nan", "inf", "-1", "0", "2000000001", "2e-1", "ten", "\"20\"", "'20'",
  "~", "1,000", "[20]", "99999999999999999999",
])
func `what is no whole number in range is refused as written`(word: String) {
  let shown = word.trimmingQuotes
  #expect(
    refusal { _ = try resolve("steps: \(word)", [Declared.steps]) }
      == "run.yaml:1:8: steps = \(shown): must be a whole number from 1 to 2000000000")
}

/// 2⁵³ + 1 is no double: read by way of one it would come out even.
@Test func `large whole numbers keep every digit`() throws {
  let text = "seed: 9007199254740993"
  #expect(try resolve(text, [Declared.seed])["seed"] == .integer(9_007_199_254_740_993))
  #expect(wholeNumber("9223372036854775807") == Int.max)
  #expect(wholeNumber("9223372036854775808") == nil)
  // Where doubles skip whole numbers, what is written with a point or exponent may be another one.
  #expect(wholeNumber("9007199254740993.0") == nil)
  #expect(wholeNumber("1e16") == nil)
  #expect(wholeNumber("9007199254740991.0") == 9_007_199_254_740_991)
}

@Test(arguments: [
  ("0.5", 0.5), ("1", 1.0), ("1e-3", 0.001), ("0.000_1", 0.0001), (".5", 0.5), ("1e-320", 1e-320),
])
func `real numbers read as doubles`(word: String, value: Double) throws {
  #expect(try resolve("rate: \(word)", [Declared.rate])["rate"] == .real(value))
}

@Test(arguments: ["0", "1.0000001", "nan", "-nan", "inf", "1e400", "\"0.5\"", "half", "-0.5"])
func `what is no finite number in range is refused as written`(word: String) {
  #expect(
    refusal { _ = try resolve("rate: \(word)", [Declared.rate]) }
      == "run.yaml:1:7: rate = \(word.trimmingQuotes): must be a number in (0, 1]")
}

@Test func `infinities and missing values are refused where any number will do`() {
  for word in ["nan", "inf", "-inf", "1e400", "-1e400", "infinity"] {
    #expect(
      refusal { _ = try resolve("level: \(word)", [Declared.level]) }
        .hasPrefix("run.yaml:1:8: level = \(word): must be a number"))
  }
  #expect(
    refusal { _ = try resolve("level:\n", [Declared.level]) }
      .hasSuffix("level = (empty): must be a number"))
}

@Test func `truth values are true and false alone`() throws {
  #expect(try resolve("on: true", [Declared.on])["on"] == .boolean(true))
  #expect(try resolve("on: false", [Declared.on])["on"] == .boolean(false))
  for word in ["yes", "True", "1", "\"true\""] {
    #expect(
      refusal { _ = try resolve("on: \(word)", [Declared.on]) }
        == "run.yaml:1:5: on = \(word.trimmingQuotes): must be true or false")
  }
}

@Test func `a number or a word`() throws {
  #expect(try resolve("horizon: 10", [Declared.horizon])["horizon"] == .integer(10))
  #expect(try resolve("horizon: infinite", [Declared.horizon])["horizon"] == .text("infinite"))
  #expect(
    refusal { _ = try resolve("horizon: 0", [Declared.horizon]) }
      == "run.yaml:1:10: horizon = 0: must be a whole number from 1 to 500 or infinite")
}

@Test func `a misspelt word is corrected`() {
  #expect(
    refusal { _ = try resolve("rule: joynt", [Declared.rule]) }
      == "run.yaml:1:7: rule = joynt: must be one of joint, low, high; did you mean joint?")
  #expect(
    refusal { _ = try resolve("rule: largest", [Declared.rule]) }
      == "run.yaml:1:7: rule = largest: must be one of joint, low, high")
}

@Test func `an unknown key is refused with the nearest known one`() {
  let text = "seed: 1\nlearner:\n  gama: 0.5\n"
  #expect(
    refusal { _ = try resolve(text, Declared.all) }
      == "run.yaml:3:3: learner.gama = 0.5: unknown key; did you mean gamma?")
  #expect(
    refusal { _ = try resolve("zebra: 1\n", [Declared.rate, Declared.steps]) }
      == "run.yaml:1:1: zebra = 1: unknown key; the nearest is rate; known: rate, steps")
  #expect(
    refusal { _ = try resolve("zebra: 1\n", []) }
      == "run.yaml:1:1: zebra = 1: unknown key; no keys are known here")
  // YAML's merge key is a key like any other, not a way round the check.
  #expect(
    refusal { _ = try resolve("learner: &l {gamma: 0.5}\n<<: *l\n", [Declared.learner]) }
      .contains("<< = {gamma: 0.5}: unknown key"))
}

@Test func `a required key must be written`() {
  #expect(
    refusal { _ = try resolve("rate: 0.5\n", Declared.all) }
      == "run.yaml:1:1: seed: is missing; it must be a whole number of at least 0")
}

@Test func `a group must be a mapping`() {
  #expect(
    refusal { _ = try resolve("seed: 1\nlearner: 3\n", Declared.all) }
      == "run.yaml:2:10: learner = 3: must be a mapping of keys to values")
  #expect(
    refusal { _ = try resolve("rate: {a: 1}\n", [Declared.rate]) }
      == "run.yaml:1:7: rate = {a: 1}: must be a number in (0, 1]")
}

@Test func `a variant's kind decides its keys`() throws {
  let parameters = [Declared.schedule]
  let set = try resolve("schedule: {kind: linear, from: 0.5}", parameters)
  let schedule = try #require(set.group("schedule"))
  #expect(schedule.kind == "linear")
  #expect(schedule.real("from") == 0.5)
  #expect(schedule.real("share") == 1)
  // Without a kind the default's is taken, so that one key can be changed alone; where there is no
  // default it must be written.
  guard case .defaulted(.group(let usual)) = Declared.schedule.presence else {
    Issue.record("the schedule has a default")
    return
  }
  let short = try resolve("schedule: {from: 0.5}", parameters)
  #expect(short.group("schedule")?.kind == usual.kind)
  #expect(short.group("schedule")?.real("from") == 0.5)
  let required = Parameter("schedule", Declared.schedule.type, .required, "")
  #expect(
    refusal { _ = try resolve("schedule: {from: 0.5}", [required]) }
      == "run.yaml:1:11: schedule.kind: is missing; it must be one of constant, linear")
  #expect(
    refusal { _ = try resolve("schedule: {kind: liner, from: 0.5}", parameters) }
      == "run.yaml:1:18: schedule.kind = liner: must be one of constant, linear; "
      + "did you mean linear?")
  #expect(
    refusal { _ = try resolve("schedule: {kind: linear, from: 0.5, value: 1}", parameters) }
      .hasPrefix("run.yaml:1:37: schedule.value = 1: unknown key"))
  #expect(
    refusal { _ = try resolve("schedule: {kind: linear}", parameters) }
      == "run.yaml:1:11: schedule.from: is missing; it must be a number in [0, 1]")
}

@Test(arguments: [("0.25", 0.25), ("1", 1.0), ("1e-3", 0.001), ("0.000_1", 0.0001)])
func `a bare number stands for the shorthand variant`(word: String, value: Double) throws {
  let set = try resolve("schedule: \(word)", [Declared.schedule])
  let schedule = try #require(set.group("schedule"))
  #expect(schedule.kind == "constant")
  #expect(schedule.real("value") == value)
}

@Test func `shorthand obeys the rules of what it stands for`() {
  #expect(
    refusal { _ = try resolve("schedule: 2", [Declared.schedule]) }
      == "run.yaml:1:11: schedule.value = 2: must be a number in [0, 1]")
  #expect(
    refusal { _ = try resolve("schedule: \"0.5\"", [Declared.schedule]) }
      == "run.yaml:1:11: schedule = 0.5: must be a mapping with kind: one of constant, linear")
  #expect(refusal { _ = try resolve("schedule: nan", [Declared.schedule]) }.contains("= nan: must"))
}

@Test func `defaults are made explicit, inside groups and variants too`() throws {
  let set = try resolve("seed: 4\nlearner: {alpha: 0.2}\n", Declared.all)
  #expect(
    set.entries.map(\.name) == [
      "steps", "rate", "level", "on", "label", "rule", "horizon", "seed", "learner", "schedule",
    ])
  #expect(set.integer("steps") == 1000)
  #expect(set["note"] == nil)
  #expect(set.group("learner")?.real("gamma") == 0.9)
  #expect(set.group("learner")?.real("alpha") == 0.2)
  #expect(set.group("schedule")?.kind == "linear")
  #expect(set.group("schedule")?.real("share") == 1)
  #expect(set.value(at: "learner.gamma") == .real(0.9))
  #expect(set.value(at: "learner.delta") == nil)
}

@Test func `resolved keys remember where they were written`() throws {
  let set = try resolve("seed: 4\nlearner: {alpha: 0.2}\n", Declared.all)
  #expect(set.position(of: "learner.alpha")?.description == "run.yaml:2:11")
  // A default inside a written group falls back to the group.
  #expect(set.position(of: "learner.gamma")?.description == "run.yaml:2:1")
  #expect(set.position(of: "rate") == nil)
  #expect(set.position(of: "schedule.from") == nil)
}

@Test func `ranges say what they hold`() {
  let cases: [(RealRange, [Double], [Double], String, String)] = [
    (.closed(0, 1), [0, 0.5, 1], [-0.1, 1.1], "in [0, 1]", "[0, 1]"),
    (.rightOpen(0, 1), [0], [1], "in [0, 1)", "[0, 1)"),
    (.leftOpen(0, 1), [1, 5e-324], [0], "in (0, 1]", "(0, 1]"),
    (.positive, [5e-324, 1e308], [0, -1], "above 0", "> 0"),
    (.nonnegative, [0, 1e308], [-5e-324], "of at least 0", ">= 0"),
    (.any, [-1e308, 0, 1e308], [], "", "any"),
  ]
  for (range, inside, outside, words, notation) in cases {
    for x in inside { #expect(range.contains(x)) }
    for x in outside + [.nan, .infinity, -.infinity] { #expect(!range.contains(x)) }
    #expect(range.words == words)
    #expect(range.notation == notation)
  }
}

extension String {
  /// The word as an error shows it: without its quotes, and `~` as itself.
  fileprivate var trimmingQuotes: String { replacing("\"", with: "").replacing("'", with: "") }
}
