@testable import Configuration

/// A document as if read from `run.yaml`.
func document(_ text: String) throws -> DocumentNode {
  try DocumentNode(yaml: text, source: "run.yaml")
}

/// The message of the error that `body` throws, or `accepted`.
func refusal(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "accepted"
  } catch let error as ConfigurationError {
    return error.description
  } catch {
    return "no ConfigurationError: \(error)"
  }
}

/// A mapping resolved against `parameters`, standing at the root of `run.yaml`.
func resolve(_ text: String, _ parameters: [Parameter]) throws -> ParameterSet {
  try ParameterSet(
    document(text), declared: parameters, path: "", position: Position(source: "run.yaml"))
}

/// One parameter of each type.
enum Declared {
  static let steps = Parameter.integer("steps", 1000, 1...2_000_000_000, "how long")
  static let rate = Parameter.real("rate", 0.5, .leftOpen(0, 1), "how fast")
  static let level = Parameter.real("level", 0, .any, "how high")
  static let on = Parameter("on", .boolean, .defaulted(.boolean(false)), "whether")
  static let label = Parameter("label", .text, .defaulted(.text("none")), "what it is called")
  static let rule = Parameter.choice("rule", "joint", ["joint", "low", "high"], "which one")
  static let horizon = Parameter(
    "horizon", .integerOrWord(1...500, ["infinite"]), .defaulted(.text("infinite")), "how far")
  static let note = Parameter("note", .text, .optional, "anything")
  static let seed = Parameter("seed", .integer(0...Int.max), .required, "which run")
  static let learner = Parameter(
    "learner",
    .group([
      .real("gamma", 0.9, .rightOpen(0, 1), "patience"), .real("alpha", 0.1, .positive, "step"),
    ]), .defaulted(.group(ParameterSet())), "who learns")
  static let schedule = Parameter(
    "schedule",
    .variant(
      [
        Variant(
          "constant", "always the same",
          [Parameter("value", .real(.closed(0, 1)), .required, "the value")]),
        Variant(
          "linear", "a line",
          [
            Parameter("from", .real(.closed(0, 1)), .required, "first value"),
            .real("share", 1, .leftOpen(0, 1), "how long it takes"),
          ]),
      ], shorthand: "constant"),
    .defaulted(.group(["kind": .text("linear"), "from": .real(0.3)])), "how it changes")

  static let all = [
    steps, rate, level, on, label, rule, horizon, note, seed, learner, schedule,
  ]
}
