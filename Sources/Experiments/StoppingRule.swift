internal import Configuration

/// When training ends, besides after its steps.
enum StoppingRule: Sendable, Equatable {
  /// After `training.steps`.
  case steps
  /// As soon as no player's policy has changed for so many periods, counted once a period whatever
  /// the number of players.
  case policyUnchanged(periods: Int)
  /// As soon as NashConv of a policy under the initial law is at most this, looked at where
  /// policies are judged.
  case nashConv(below: Double, policy: String)

  /// The key `training.stop`.
  static let parameter = Parameter(
    "stop",
    .variant(
      [
        Variant("steps", "after training.steps", []),
        Variant(
          "policy-unchanged",
          "once no player's likeliest action at any state has changed for so many periods",
          [
            .integer(
              "periods", 100_000, 1...1_000_000_000_000, unit: "steps", "periods without a change")
          ]),
        Variant(
          "nash-conv", "once NashConv under the initial law is small, where policies are judged",
          [
            .real("below", 1e-3, .nonnegative, unit: "payoff", "largest NashConv to stop at"),
            .choice("policy", "last", ["last", "average"], "whose NashConv"),
          ]),
      ], shorthand: nil),
    .defaulted(.group(["kind": .text("steps")])), "when training ends before its steps are over")

  /// Reads the resolved training section.
  init(_ training: ParameterSet) {
    let set = training.group("stop")!
    switch set.kind {
    case "policy-unchanged": self = .policyUnchanged(periods: set.integer("periods"))
    case "nash-conv":
      self = .nashConv(below: set.real("below"), policy: set.text("policy"))
    default: self = .steps
    }
  }

  /// The word after `stop.kind`.
  var name: String {
    switch self {
    case .steps: "steps"
    case .policyUnchanged: "policy-unchanged"
    case .nashConv: "nash-conv"
    }
  }
}
