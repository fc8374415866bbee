internal import Environments
import Foundation

/// The terms on which the leader of a race may sell the laggard access to its technology.
///
/// E units of access at a lead g > 0 earn E (1 − exp(−a g)) and leak l(E) = leak × E units of the
/// lead, each worth dV(g) = (V(g) − V(g − step)) / step to the leader. It sells when the earnings are
/// at least the loss. With leakage linear in E the decision does not depend on E.
public struct AccessTerms: Sendable, Equatable, Codable {
  /// E: units of access sold, positive.
  public var amount: Double
  /// Units of the lead lost per unit of access sold, not negative.
  public var leak: Double

  /// Terms; the defaults are the model statement's.
  public init(amount: Double = 1, leak: Double = 0.5) {
    precondition(amount > 0 && leak >= 0, "amount must be positive and leak not negative")
    self.amount = amount
    self.leak = leak
  }
}

/// What access would earn and cost the leader at one gap.
public struct AccessDecision: Sendable, Equatable, Codable {
  /// Whether the leader sells; nobody can at parity, which carries no decision.
  public let sells: Bool
  /// E (1 − exp(−a g)), g the size of the lead.
  public let earnings: Double
  /// leak × E × dV(g), with the leader's own values.
  public let loss: Double

  /// The leader's decision at grid point `state`; nil at parity.
  ///
  /// Firm 1 leads at positive gaps, firm 2 at negative ones, where the rule is applied to V₂ with
  /// the gap's sign turned.
  init?(_ race: ComputeRace, at state: Int, values: [[Double]], terms: AccessTerms) {
    let lead = abs(state - race.parity)
    guard lead > 0 else { return nil }
    let leader = state > race.parity ? 0 : 1
    let closer = state > race.parity ? state - 1 : state + 1
    let slope = (values[leader][state] - values[leader][closer]) / race.step
    earnings = terms.amount * -expm1(-race.a * race.gap(race.parity + lead))
    loss = terms.leak * terms.amount * slope
    sells = earnings >= loss
  }
}
