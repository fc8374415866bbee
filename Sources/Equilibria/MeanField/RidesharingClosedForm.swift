public import Environments
internal import Foundation

/// Ridesharing solved by formulas: which requests drivers accept at each m, and hence every crossing.
///
/// Let W be the value of a free driver before it is known whether there is a request, and q = (1 − mᵖ)
/// / J the probability of each type. A trip of type j pays u_j and frees the driver d_j + 1 periods
/// later, so it is accepted where W ≤ w_j = u_j / (β − β^(d_j + 1)), and (1 − β) W = q Σ_j max(u_j −
/// W (β − β^(d_j + 1)), 0). The right side falls in W and rises in q: W rises strictly from 0 at m = 1
/// as m falls, and passes each threshold w_j at most once. What is accepted therefore changes at no
/// more than J values of m, and as m falls only ever shrinks.
///
/// While the set S is accepted, with D = Σ_S d_j, a driver is free for 1 / (q |S|) periods between
/// trips on average, hence Φ(m) = 1 / (1 + q D) and m − Φ(m) has the sign of r(m) D / J − 1 for m < 1,
/// where r(m) = m (1 − mᵖ) / (1 − m). The slope of a chord of the concave m − mᵖ⁺¹, r rises strictly
/// from 0 to p. As D never falls in m, r(m) D / J − 1 changes sign at most once: besides m = 1, where
/// nobody is ever asked, there is at most one equilibrium. It is pure where the sign changes within a
/// piece and mixed where it changes at a threshold.
public struct RidesharingClosedForm: Sendable {
  /// The game.
  public let game: Ridesharing
  /// w_j of each type: accepted while the value of a free driver is no larger. Infinite where waiting
  /// costs nothing (β = 0).
  public let thresholds: [Double]
  /// What accepting costs per unit of W: β − β^(d + 1).
  private let costs: [Double]

  /// Where drivers change what they accept.
  public struct Switch: Sendable, Equatable {
    /// The availability at which they do.
    public var m: Double
    /// The types that are accepted right of m and rejected left of it.
    public var types: [Int]
  }

  /// An equilibrium below m = 1.
  public struct Interior: Sendable, Equatable {
    /// The availability.
    public var m: Double
    /// The types accepted for sure.
    public var accepted: [Int]
    /// The types accepted with probability `share`; empty in a pure equilibrium.
    public var indifferent: [Int]
    /// The probability of accepting them if all drivers mix alike.
    public var share: Double
  }

  /// Reads a game.
  public init(_ game: Ridesharing) {
    let beta = game.discount
    costs = game.durations.map { beta * -expm1(Double($0) * log(beta)) }
    self.game = game
    thresholds = zip(game.payoffs, costs).map { payoff, cost in
      cost > 0 ? payoff / cost : payoff > 0 ? .infinity : payoff < 0 ? -.infinity : 0
    }
  }

  private var types: Int { game.payoffs.count }

  /// W(m): the value of a free driver before a request is seen.
  public func value(at m: Double) -> Double {
    let q = requestProbability(m)
    var (payoffs, cost, value) = (0.0, 0.0, 0.0)
    for type in thresholds.indices.sorted(by: { thresholds[$0] > thresholds[$1] }) {
      guard thresholds[type] > value else { break }
      payoffs += game.payoffs[type]
      cost += costs[type]
      value = q * payoffs / (1 - game.discount + q * cost)
    }
    return value
  }

  /// q(m) = (1 − mᵖ) / J.
  private func requestProbability(_ m: Double) -> Double {
    -expm1(game.requestPower * log(m)) / Double(types)
  }

  /// The values of m in (0, 1) at which drivers change what they accept, from the largest down.
  public var switches: [Switch] {
    let finite = Set(thresholds.filter { $0 > 0 && $0 < .infinity }).sorted()
    return finite.compactMap { threshold in
      var gain = 0.0
      for type in 0..<types where thresholds[type] > threshold {
        gain += game.payoffs[type] - threshold * costs[type]
      }
      guard gain > 0 else { return nil }
      let none = 1 - Double(types) * threshold * (1 - game.discount) / gain
      guard none > 0, none < 1 else { return nil }
      return Switch(
        m: pow(none, 1 / game.requestPower),
        types: (0..<types).filter { thresholds[$0] == threshold })
    }
  }

  /// The equilibrium below m = 1, if there is one.
  ///
  /// Types that pay nothing are taken to be rejected; drivers care about them only where no type pays.
  public var interior: Interior? {
    var accepted = (0..<types).filter { thresholds[$0] > 0 }
    var above = 1.0
    for change in switches + [Switch(m: 0, types: [])] {
      // The piece (change.m, above) on which `accepted` is accepted.
      let left = balance(change.m, accepted)
      if left <= 0 {
        guard above < 1 || balance(1, accepted) > 0 else { return nil }
        return Interior(m: root(accepted), accepted: accepted, indifferent: [], share: 1)
      }
      let rest = accepted.filter { !change.types.contains($0) }
      if balance(change.m, rest) < 0 {
        let needed = Double(types) / climb(change.m) - duration(rest)
        return Interior(
          m: change.m, accepted: rest, indifferent: change.types,
          share: needed / duration(change.types))
      }
      accepted = rest
      above = change.m
    }
    return nil
  }

  private func duration(_ accepted: [Int]) -> Double {
    Double(accepted.reduce(0) { $0 + game.durations[$1] })
  }

  /// r(m) D / J − 1, whose sign is that of m − Φ(m) below 1.
  private func balance(_ m: Double, _ accepted: [Int]) -> Double {
    climb(m) * duration(accepted) / Double(types) - 1
  }

  /// r(m) = m (1 − mᵖ) / (1 − m), and p at m = 1.
  private func climb(_ m: Double) -> Double {
    if game.requestPower == 1 || m == 0 { return m }
    if m == 1 { return game.requestPower }
    return m * -expm1(game.requestPower * log(m)) / (1 - m)
  }

  /// Where r(m) = J / D.
  private func root(_ accepted: [Int]) -> Double {
    let target = Double(types) / duration(accepted)
    guard game.requestPower != 1 else { return target }
    return bracketedRoot((0, -target), (1, game.requestPower - target), tolerance: 0) {
      climb($0) - target
    }.x
  }
}

extension Ridesharing: ClosedFormCrossings {
  /// Φ between the thresholds of acceptance.
  public var closedForm: String {
    "Φ(m) = 1 / (1 + (1 - f(m)) D / J) between at most J thresholds of acceptance"
  }

  /// Where W = 0 or β = 0, accepting a trip that pays nothing is worth as much as rejecting it.
  public var closedFormGap: String? {
    guard payoffs.contains(0), discount == 0 || payoffs.allSatisfy({ $0 <= 0 }) else { return nil }
    return "accepting and rejecting trips that pay nothing are tied at every m, where Φ is an "
      + "interval: there may be a continuum of equilibria"
  }

  /// The equilibrium below m = 1, if there is one, and m = 1.
  public func closedFormCrossings() -> [ClosedFormCrossing] {
    var crossings: [ClosedFormCrossing] = []
    if let interior = RidesharingClosedForm(self).interior {
      crossings.append(.init(interior.indifferent.isEmpty ? .pure : .mixed, at: interior.m))
    }
    crossings.append(.init(.degenerate, at: 1))
    // A bound may be the equilibrium itself, written to sixteen digits.
    let bounds = interactionBounds[0]
    return crossings.filter {
      $0.m >= bounds.lowerBound - 8 * $0.m.ulp && $0.m <= bounds.upperBound + 8 * $0.m.ulp
    }
  }
}

extension TwoStateGame: ClosedFormCrossings {
  /// Φ is the probability of the second state, which balances at one half.
  public var closedForm: String { "Φ(m) = clip((1 + λ) / 2 − λ m, 0, 1) falls and is 1/2 at 1/2" }

  /// m = 1/2.
  public func closedFormCrossings() -> [ClosedFormCrossing] {
    interactionBounds[0].contains(0.5) ? [.init(.pure, at: 0.5)] : []
  }
}
