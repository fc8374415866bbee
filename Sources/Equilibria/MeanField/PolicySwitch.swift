internal import Environments

/// A place on the line where the optimal policy switches and Φ jumps over m.
struct PolicySwitch: Sendable {
  var t: Double
  /// Rows of the policies left and right of t.
  var left: [Int32]
  var right: [Int32]
  /// Where they differ.
  var states: [Int]
  /// V(x) at t, under either.
  var values: [Double]
}

extension CrossingSearch {
  /// What a bracket whose ends have different policies holds.
  enum Switching: Sendable {
    /// A switch at which Φ jumps over m.
    case jump(PolicySwitch)
    /// A zero beside a switch.
    case zero(Point)
    /// No switch of the agent's problem explains it.
    case none
  }

  /// Finds where the policy really switches, by the gap in Q between the two actions at each state
  /// where they differ: policies are named only within a tolerance, gaps are exact to rounding.
  ///
  /// States whose gaps vanish within 1e-10 of each other switch together; of several such places the
  /// one is taken at which Φ jumps over m.
  mutating func locateSwitch(_ low: Point, _ high: Point) throws -> Switching {
    var places: [(state: Int, t: Double)] = []
    for state in low.response.rows.indices
    where low.response.rows[state] != high.response.rows[state] {
      let t = switchPoint(
        of: state, from: low.response.rows, to: high.response.rows[state], within: low.t...high.t)
      places.append((state, t))
    }
    guard !places.isEmpty else { return .none }
    places.sort { $0.t < $1.t || ($0.t == $1.t && $0.state < $1.state) }
    var rows = low.response.rows
    var first = 0
    var mappedBefore = try mapped(rows, at: places[0].t)
    while first < places.count {
      let t = places[first].t
      var end = first + 1
      while end < places.count, places[end].t - t <= 1e-10 * max(1, abs(t)) { end += 1 }
      var after = rows
      for place in places[first..<end] {
        after[place.state] = high.response.rows[place.state]
      }
      let isLast = end == places.count
      let before = announced(t) - mappedBefore
      let residual = try announced(t) - mapped(after, at: t)
      if isLast || (residual < 0) != (low.residual < 0) || (before < 0) != (low.residual < 0) {
        return try settle(
          places[first..<end].map(\.state), from: rows, to: after, near: t,
          isUp: low.residual < 0)
      }
      rows = after
      first = end
      if first < places.count { mappedBefore = try mapped(rows, at: places[first].t) }
    }
    return .none
  }

  /// Makes a switch of the given states exact, and says whether Φ jumps over m there.
  mutating func settle(
    _ states: [Int], from left: [Int32], to right: [Int32], near t: Double, isUp: Bool
  ) throws -> Switching {
    // The gap at the state that matters most, from the values of the policy that holds before.
    let before = try law(left, at: t)
    let after = try law(right, at: t)
    let pivot = states.max { before[$0] + after[$0] < before[$1] + after[$1] } ?? states[0]
    let exact = switchPoint(of: pivot, from: left, to: right[pivot], within: t...t)
    let sign = isUp ? 1.0 : -1.0
    let onLeft = try sign * (announced(exact) - mapped(left, at: exact))
    let onRight = try sign * (announced(exact) - mapped(right, at: exact))
    // f has passed zero before the switch, or passes it only after.
    if onLeft >= 0 {
      return try zero(under: left, near: exact, side: -1).map { .zero($0) } ?? .none
    }
    if onRight <= 0 {
      return try zero(under: right, near: exact, side: 1).map { .zero($0) } ?? .none
    }
    freeze(exact)
    let values = problem.evaluate(rows: left)
    return .jump(
      PolicySwitch(t: exact, left: left, right: right, states: states.sorted(), values: values))
  }

  /// Where Q(x, from) − Q(x, to) vanishes at a state, with Q from the values of the policy `rows`.
  /// The middle of the interval if the gap does not change sign around it.
  private mutating func switchPoint(
    of state: Int, from rows: [Int32], to row: Int32, within ends: ClosedRange<Double>
  ) -> Double {
    let middle = 0.5 * (ends.lowerBound + ends.upperBound)
    let reach = range
    var width = max(1e-13 * max(1, abs(middle)), ends.upperBound - ends.lowerBound)
    let limit = 1e-4 * (reach.upperBound - reach.lowerBound)
    while width <= limit {
      let low = max(reach.lowerBound, ends.lowerBound - width)
      let high = min(reach.upperBound, ends.upperBound + width)
      let (left, right) = (
        gap(of: state, rows, row, at: low), gap(of: state, rows, row, at: high)
      )
      if (left > 0) != (right > 0) {
        return bracketedRoot((low, left), (high, right), tolerance: 1e-16) {
          gap(of: state, rows, row, at: $0)
        }.x
      }
      width *= 8
    }
    return middle
  }

  /// The values that t can take.
  private var range: ClosedRange<Double> {
    if case .blend = line { return 0...1 }
    return problem.layout.interactionRange[0]
  }

  private mutating func gap(
    of state: Int, _ rows: [Int32], _ other: Int32, at t: Double
  ) -> Double {
    freeze(t)
    let values = problem.evaluate(rows: rows)
    return problem.actionValue(row: Int(rows[state]), values: values)
      - problem.actionValue(row: Int(other), values: values)
  }

  private mutating func law(_ rows: [Int32], at t: Double) throws -> [Double] {
    freeze(t)
    return try problem.invariantLaw(rows: rows)
  }

  private mutating func mapped(_ rows: [Int32], at t: Double) throws -> Double {
    problem.interaction(rows: rows, law: try law(rows, at: t))[0]
  }

  /// The zero of f under one policy, a little to the given side of t.
  private mutating func zero(
    under rows: [Int32], near t: Double, side: Double
  ) throws -> Point? {
    let reach = range
    let here = try announced(t) - mapped(rows, at: t)
    var width = 4 * max(t.ulp, 1e-15)
    while width <= 1e-6 * (reach.upperBound - reach.lowerBound) {
      let there = min(max(t + side * width, reach.lowerBound), reach.upperBound)
      let residual = try announced(there) - mapped(rows, at: there)
      if here == 0 || (residual > 0) != (here > 0) {
        let root =
          here == 0
          ? t
          : try bracketedRoot((t, here), (there, residual), tolerance: 1e-16) {
            try announced($0) - mapped(rows, at: $0)
          }.x
        return try point(root, playing: rows)
      }
      width *= 8
    }
    return nil
  }

  /// Φ at a point under a policy that is optimal there to rounding.
  mutating func point(_ t: Double, playing rows: [Int32]) throws -> Point {
    freeze(t)
    let law = try problem.invariantLaw(rows: rows)
    let response = MeanFieldResponse(
      m: problem.m, mapped: problem.interaction(rows: rows, law: law), rows: rows,
      values: problem.evaluate(rows: rows), law: law)
    return Point(t: t, residual: announced(t) - response.mapped[0], response: response)
  }

  /// Both ways of sustaining m at a switch: the same mixture for everyone, and two groups.
  ///
  /// - Returns: everyone's mixture first; laws and shares at the frozen point of the switch.
  mutating func mixtures(
    at place: PolicySwitch
  ) throws -> (everyone: Mixing, groups: Mixing) {
    freeze(place.t)
    let layout = problem.layout
    let m = announced(place.t)
    let left = MeanFieldPolicy(rows: place.left, in: layout)
    let right = MeanFieldPolicy(rows: place.right, in: layout)
    let (lawLeft, lawRight) = (
      try problem.invariantLaw(of: left), try problem.invariantLaw(of: right)
    )
    let atLeft = m - problem.interaction(of: left, law: lawLeft)[0]
    let atRight = m - problem.interaction(of: right, law: lawRight)[0]
    let share = try bracketedRoot((0, atLeft), (1, atRight), tolerance: 1e-16) { share in
      let mixed = MeanFieldPolicy.mix(left, right, share: share)
      return m - problem.interaction(of: mixed, law: try problem.invariantLaw(of: mixed))[0]
    }.x
    let mixed = MeanFieldPolicy.mix(left, right, share: share)
    let everyone = Mixing(
      share: share, law: try problem.invariantLaw(of: mixed), policy: mixed)
    // (1 − λ) Φ_L + λ Φ_R = m, and what the two groups do together at each state.
    let group = atLeft / (atLeft - atRight)
    let law = zip(lawLeft, lawRight).map { (1 - group) * $0 + group * $1 }
    var together = left
    for state in place.states where law[state] > 0 {
      let weight = group * lawRight[state] / law[state]
      together.weights[Int(place.left[state])] = 1 - weight
      together.weights[Int(place.right[state])] = weight
    }
    return (everyone, Mixing(share: group, law: law, policy: together))
  }

  /// A mixture before it is certified.
  struct Mixing: Sendable {
    var share: Double
    var law: [Double]
    var policy: MeanFieldPolicy
  }
}
