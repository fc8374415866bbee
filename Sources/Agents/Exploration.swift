public import Configuration
import Foundation
public import Statistics

/// How an agent that holds action values strays from the greedy action.
public enum Exploration: Sendable, Equatable {
  /// With probability ε any action, equally likely; otherwise the greedy one. One draw, and a
  /// second when exploring.
  case epsilonGreedy(Schedule)
  /// Action a with probability ∝ exp(Q(s, a)/τ). One draw.
  case boltzmann(Schedule)

  /// How exploration is written in configurations.
  public static let type = ParameterType.variant(
    [
      Variant(
        "epsilon-greedy", "greedy, but any action with probability epsilon",
        [
          Parameter(
            "epsilon", Schedule.type(values: .closed(0, 1)),
            .defaulted(Schedule.linear(from: 0.3, to: 0.1, share: 1).parameterValue),
            "probability of a random action, by step")
        ]),
      Variant(
        "boltzmann", "action a with probability proportional to exp(Q(s, a)/temperature)",
        [
          Parameter(
            "temperature", Schedule.type(values: .positive),
            .defaulted(Schedule.exponential(from: 1, to: 0.01, share: 1).parameterValue),
            unit: "payoff", "temperature, by step")
        ]),
    ], shorthand: nil)

  /// Reads resolved exploration.
  public init(_ set: ParameterSet) {
    switch set.kind {
    case "epsilon-greedy": self = .epsilonGreedy(Schedule(set.group("epsilon")!))
    case "boltzmann": self = .boltzmann(Schedule(set.group("temperature")!))
    default: preconditionFailure("no exploration \(set.kind)")
    }
  }

  /// The schedule of ε or τ.
  public var schedule: Schedule {
    switch self {
    case .epsilonGreedy(let schedule), .boltzmann(let schedule): schedule
    }
  }
}

/// Draws an action with probability ∝ exp(Q(s, a)/τ): one draw, two passes over the row.
///
/// The row's maximum is subtracted first, so no exponential overflows.
public func boltzmannAction(
  _ table: ActionValueTable, at state: Int, temperature: Double, using stream: inout RandomStream
) -> Int {
  boltzmannAction(
    table.values + table.entry(state, 0), count: table.actionCount(at: state),
    greedy: table.greedy[state], temperature: temperature, using: &stream)
}

/// As above, for a row of action values of which `greedy` is a greatest.
@inline(never)
public func boltzmannAction(
  _ row: UnsafePointer<Double>, count: Int, greedy: Int, temperature: Double,
  using stream: inout RandomStream
) -> Int {
  let top = row[greedy]
  var total = 0.0
  for action in 0..<count { total += exp((row[action] - top) / temperature) }
  var left = stream.uniform() * total
  for action in 0..<count {
    left -= exp((row[action] - top) / temperature)
    if left < 0 { return action }
  }
  return greedy
}
