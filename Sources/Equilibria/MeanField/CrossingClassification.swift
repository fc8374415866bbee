internal import Environments

extension CrossingSearch {
  /// Says what a located crossing is and certifies it.
  ///
  /// - Throws: `MeanFieldError`, `NumericalError`.
  mutating func crossing(
    _ found: Found, direction: MeanFieldCrossing.Direction?
  ) throws -> MeanFieldCrossing {
    switch found {
    case .zero(let point): return try zero(point, direction)
    case .bracket(let low, let high):
      if let limits = try jump(low, high) { return try kernelJump(limits, direction) }
      switch try locateSwitch(low, high) {
      case .jump(let place): return try mixed(place, direction)
      case .zero(let point): return try zero(point, direction)
      case .none:
        // f is continuous here, only steep or known to no more digits.
        return try zero(abs(low.residual) <= abs(high.residual) ? low : high, direction)
      }
    }
  }

  // MARK: - Pure and degenerate

  private mutating func zero(
    _ point: Point, _ direction: MeanFieldCrossing.Direction?
  ) throws -> MeanFieldCrossing {
    let response = point.response
    let policy = MeanFieldPolicy(rows: response.rows, in: problem.layout)
    var crossing = MeanFieldCrossing(
      kind: try isDegenerate(response) ? .degenerate : .pure, direction: direction, m: response.m,
      law: response.law, values: response.values, policy: policy, layout: problem.layout)
    crossing.residuals = try MeanFieldCertificate.residuals(
      of: policy, law: response.law, at: response.m, in: problem.game
    ).residuals
    return crossing
  }

  /// Whether some transition dies out exactly here: whether, on every side that has one, the same
  /// policy a millionth of the bounds away gives mass to states that have none here. Mass below
  /// 1e-11 is left aside; it may be rounding or underflow.
  private mutating func isDegenerate(_ response: MeanFieldResponse) throws -> Bool {
    let m = response.m[0]
    let values = problem.layout.interactionRange[0]
    let step = 1e-6 * (values.upperBound - values.lowerBound)
    let policy = MeanFieldPolicy(rows: response.rows, in: problem.layout)
    var sides = 0
    for neighbour in [m - step, m + step]
    where values.contains(neighbour) && step > 0 {
      problem.freeze(at: [neighbour])
      guard let law = try? problem.invariantLaw(of: policy) else { continue }
      sides += 1
      let lost = zip(law, response.law).reduce(0) { $1.1 == 0 ? $0 + $1.0 : $0 }
      guard lost > 1e-11 else { return false }
    }
    return sides > 0
  }

  // MARK: - Mixed

  mutating func mixed(
    _ place: PolicySwitch, _ direction: MeanFieldCrossing.Direction?
  ) throws -> MeanFieldCrossing {
    let (everyone, groups) = try mixtures(at: place)
    let m = [announced(place.t)]
    func certified(_ mixing: Mixing) throws -> MeanFieldMixture {
      MeanFieldMixture(
        share: mixing.share, law: mixing.law, policy: mixing.policy,
        residuals: try MeanFieldCertificate.residuals(
          of: mixing.policy, law: mixing.law, at: m, in: problem.game
        ).residuals)
    }
    var crossing = MeanFieldCrossing(
      kind: .mixed, direction: direction, m: m, law: everyone.law, values: place.values,
      policy: everyone.policy, layout: problem.layout)
    let all = try certified(everyone)
    crossing.everyoneMixes = all
    crossing.twoGroups = try certified(groups)
    crossing.residuals = all.residuals
    crossing.switchingStates = place.states
    return crossing
  }

  // MARK: - Kernel jumps

  /// The one-sided limits at a place where the game itself jumps.
  struct Limits: Sendable {
    var m: Double
    var left: Point
    var right: Point
    var leftTables: FrozenTables
    var rightTables: FrozenTables
  }

  /// Whether payoffs or transition law change across a bracket by far more than they do beside it: a
  /// thousand times what their slopes there explain, and 1e-9 of their size. If so the bracket is
  /// halved until nothing lies between its ends, and a known breakpoint is taken as m.
  private mutating func jump(_ low: Point, _ high: Point) throws -> Limits? {
    guard case .announced = line else { return nil }
    func tables(_ t: Double, _ search: inout CrossingSearch) -> FrozenTables {
      search.freeze(t)
      return search.problem.tables
    }
    let bounds = problem.game.interactionBounds[0]
    let step = 1e-7 * (bounds.upperBound - bounds.lowerBound)
    let left = tables(low.t, &self)
    let right = tables(high.t, &self)
    let across = Change(left, right)
    guard across.relative > 1e-9 else { return nil }
    for (ends, tables) in [
      ((max(bounds.lowerBound, low.t - step), low.t), left),
      ((high.t, min(bounds.upperBound, high.t + step)), right),
    ] where ends.1 > ends.0 {
      freeze(ends.0 == low.t || ends.0 == high.t ? ends.1 : ends.0)
      let beside = Change(tables, problem.tables)
      let explained = (high.t - low.t) / (ends.1 - ends.0)
      if across.payoffs > 1000 * explained * beside.payoffs + 1e-9 * across.payoffScale { continue }
      if across.probabilities > 1000 * explained * beside.probabilities + 1e-9 { continue }
      return nil
    }
    var (low, high) = (low, high)
    while true {
      let middle = low.t + 0.5 * (high.t - low.t)
      guard middle > low.t, middle < high.t else { break }
      let new = try point(middle)
      if (new.residual < 0) == (low.residual < 0) { low = new } else { high = new }
    }
    let leftTables = tables(low.t, &self)
    let rightTables = tables(high.t, &self)
    var m = high.t
    if case .constantBetween(let points) = problem.game.dependence, points.contains(low.t) {
      m = low.t
    }
    return Limits(
      m: m, left: low, right: high, leftTables: leftTables, rightTables: rightTables)
  }

  /// How much tables differ.
  private struct Change {
    var payoffs = 0.0
    var probabilities = 0.0
    var payoffScale = 0.0

    init(_ a: FrozenTables, _ b: FrozenTables) {
      for row in a.payoffs.indices {
        payoffs = max(payoffs, abs(a.payoffs[row] - b.payoffs[row]))
        payoffScale = max(payoffScale, max(abs(a.payoffs[row]), abs(b.payoffs[row])))
      }
      for entry in a.probabilities.indices {
        probabilities = max(probabilities, abs(a.probabilities[entry] - b.probabilities[entry]))
      }
    }

    var relative: Double {
      max(probabilities, payoffScale > 0 ? payoffs / payoffScale : 0)
    }
  }

  /// A jump of the game over the diagonal, with the blend of its sides that has an equilibrium.
  mutating func kernelJump(
    _ limits: Limits, _ direction: MeanFieldCrossing.Direction?
  ) throws -> MeanFieldCrossing {
    let (left, right) = (limits.left.response, limits.right.response)
    var crossing = MeanFieldCrossing(
      kind: .kernelJump, direction: direction, m: [limits.m], law: right.law, values: right.values,
      policy: MeanFieldPolicy(rows: right.rows, in: problem.layout), layout: problem.layout)
    crossing.sides = MeanFieldSides(left: left, right: right)
    if let blend = try blend(limits) {
      crossing.blend = blend
      crossing.policy = blend.policy
      crossing.values = blend.values
      crossing.take(blend.law, layout: problem.layout)
    }
    return crossing
  }

  /// The equilibrium of (1 − w) left + w right at the jump, by the same search along w.
  private mutating func blend(_ limits: Limits) throws -> MeanFieldBlend? {
    var search = CrossingSearch(
      problem,
      line: .blend(m: limits.m, left: limits.leftTables, right: limits.rightTables),
      tolerance: tolerance)
    let low = try search.point(0)
    let high = try search.point(1)
    guard (low.residual < 0) != (high.residual < 0) || low.residual == 0 || high.residual == 0
    else { return nil }
    var weight: Double
    var policy: MeanFieldPolicy
    var law: [Double]
    var share: Double?
    var states: [Int] = []
    func take(_ point: Point) {
      weight = point.t
      policy = MeanFieldPolicy(rows: point.response.rows, in: problem.layout)
      law = point.response.law
    }
    (weight, policy, law) = (
      low.t, MeanFieldPolicy(rows: low.response.rows, in: problem.layout), low.response.law
    )
    switch low.residual == 0
      ? .zero(low)
      : high.residual == 0
        ? .zero(high)
        : try search.narrow(low, high, isUp: low.residual < 0)
    {
    case .zero(let point): take(point)
    case .bracket(let low, let high):
      switch try search.locateSwitch(low, high) {
      case .zero(let point): take(point)
      case .none: take(abs(low.residual) <= abs(high.residual) ? low : high)
      case .jump(let place):
        let everyone = try search.mixtures(at: place).everyone
        (weight, policy, law) = (place.t, everyone.policy, everyone.law)
        (share, states) = (everyone.share, place.states)
      }
    }
    search.freeze(weight)
    let (residuals, values) = try MeanFieldCertificate.residuals(
      of: policy, law: law, at: [limits.m], in: problem.game, tables: search.problem.tables)
    count(search.evaluations)
    return MeanFieldBlend(
      weight: weight, policy: policy, actionShare: share, switchingStates: states, law: law,
      values: values, residuals: residuals)
  }
}

extension MeanFieldCrossing {
  /// A crossing of a finite game, with the moments of its law.
  init(
    kind: Kind, direction: Direction?, m: [Double], law: [Double], values: [Double],
    policy: MeanFieldPolicy, layout: MeanFieldLayout
  ) {
    self.init(
      kind: kind, direction: direction, m: m, law: law, values: values, policy: policy,
      meanState: 0, variance: 0)
    take(law, layout: layout)
  }

  /// Replaces the law and its moments.
  mutating func take(_ law: [Double], layout: MeanFieldLayout) {
    self.law = law
    (meanState, variance) = moments(of: law, layout.coordinates.map { $0[0] })
  }
}
