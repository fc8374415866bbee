internal import Configuration

/// How an actor-critic estimates the advantage of what was done over the law it was drawn from.
enum AdvantageEstimate: Sendable, Equatable {
  /// δₜ, learned from at once.
  case temporalDifference
  /// The return of the next n steps, bootstrapped after them, less V: learned from n steps later.
  case steps(Int)
  /// Generalised: Σ (γλ)ᵏ δₜ₊ₖ up to the end of a rollout of `horizon` steps.
  case generalised(lambda: Double, horizon: Int)

  /// Longest stretch of play that is kept.
  static var longest: Int { 1_000_000 }

  static let lambda = Parameter.real(
    "lambda", 0.95, .closed(0, 1), "weight of later errors: 0 is td, 1 the whole rollout's return")

  static func horizon(_ value: Int) -> Parameter {
    .integer("horizon", value, 1...longest, unit: "steps", "steps learned from at once")
  }

  /// The key `advantage`.
  static let parameter = Parameter(
    "advantage",
    .variant(
      [
        Variant("td", "the one-step error r + discount V(s') - V(s)", []),
        Variant(
          "n-step", "the return of the next n steps, bootstrapped, less V(s)",
          [.integer("n", 5, 1...longest, unit: "steps", "steps before bootstrapping")]),
        Variant("gae", "generalised advantage estimation", [lambda, horizon(20)]),
      ], shorthand: nil),
    .defaulted(.group(["kind": .text("td")])), "how the advantage is estimated")

  init(_ set: ParameterSet) {
    switch set.kind {
    case "td": self = .temporalDifference
    case "n-step": self = .steps(set.integer("n"))
    case "gae":
      self = .generalised(lambda: set.real("lambda"), horizon: set.integer("horizon"))
    default: preconditionFailure("no advantage \(set.kind)")
    }
  }

  /// Steps of play kept at once; 0 if none.
  var capacity: Int {
    switch self {
    case .temporalDifference: 0
    case .steps(let n): n
    case .generalised(_, let horizon): horizon
    }
  }
}
