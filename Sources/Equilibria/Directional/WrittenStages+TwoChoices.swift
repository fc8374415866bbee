/// Points in which two players have one choice of two actions each, at the same state or at two.
///
/// Let q be the probability of the rival's second action. If a player always takes action a, its value
/// at its own choice is Nₐ(q)/Dₐ(q), where Dₐ = det(I − δ C) > 0 and Nₐ, by Cramer's rule, are both
/// linear in q, since q enters one row of C alone, and linearly. The second action is the better one
/// where
///
///     g(q) = N₁(q) D₀(q) − N₀(q) D₁(q) > 0,
///
/// a quadratic: at a single state the sign of the gain from acting for ever is that of acting once. So
/// every equilibrium is a pair of pure actions that the signs of g allow, or a pair of roots, each
/// player's probability being a root of the other's gain: 1, 3 or 5 of them unless there are ties
/// (Iskhakov, Rust and Schjerning 2016, appendix B, for the leapfrogging duopoly).
struct TwoChoices {
  /// Gains of the two players from their second actions, as functions of the rival's probability.
  var gains: (Gain, Gain)
  /// What those are compared with.
  var scales: (Double, Double)

  /// Probabilities of the second actions in every equilibrium, ascending; at most sixteen, all of them in
  /// [0, 1]. At ties those that strict play leaves, and if it leaves none, those of `tied`.
  func equilibria() -> [(first: Double, second: Double)] {
    let found = strict()
    return found.isEmpty ? tied() : found
  }

  /// Where both are indifferent, or play strictly.
  private func strict() -> [(first: Double, second: Double)] {
    let (f0, f1) = (gains.0.c0 > 0, gains.0.atOne > 0)
    let (s0, s1) = (gains.1.c0 > 0, gains.1.atOne > 0)
    var found: [(first: Double, second: Double)] = []
    if !f0, !s0 { found.append((0, 0)) }
    if !f1, s0 { found.append((0, 1)) }
    let firsts = gains.1.roots
    let seconds = gains.0.roots
    for i in 0..<firsts.count {
      for j in 0..<seconds.count {
        found.append((i == 0 ? firsts.low : firsts.high, j == 0 ? seconds.low : seconds.high))
      }
    }
    if f0, !s1 { found.append((1, 0)) }
    if f1, s1 { found.append((1, 1)) }
    return found
  }

  /// Equilibria at pure choices and at points of indifference, where gains within rounding of 0 count as
  /// 0. There is one: of a segment of equilibria an end is among them.
  func tied() -> [(first: Double, second: Double)] {
    func worth(_ gain: Gain, _ x: Double) -> Double {
      x == 1 ? gain.atOne : gain.c0 + x * (gain.c1 + x * gain.c2)
    }
    func isBest(_ own: Double, _ gain: Double, _ bound: Double) -> Bool {
      own == 0 ? gain <= bound : own == 1 ? gain >= -bound : abs(gain) <= bound
    }
    // Terms may cancel more than their scale tells.
    for slack in [1, 1e3, 1e6, 1e9] {
      let bounds = (slack * tieTolerance * scales.0, slack * tieTolerance * scales.1)
      var found: [(first: Double, second: Double)] = []
      for first in [0] + gains.1.indifference + [1] {
        for second in [0] + gains.0.indifference + [1]
        where isBest(first, worth(gains.0, second), bounds.0)
          && isBest(second, worth(gains.1, first), bounds.1)
        {
          found.append((first, second))
        }
      }
      if !found.isEmpty { return found }
    }
    return []
  }

  /// Whether a tie matters: a player is indifferent against a pure action that can be the rival's best,
  /// or touches indifference where the rival can be indifferent.
  var isTied: Bool {
    isTied(gains.0, scales.0, rival: gains.1, scales.1)
      || isTied(gains.1, scales.1, rival: gains.0, scales.0)
  }

  private func isTied(_ gain: Gain, _ scale: Double, rival: Gain, _ rivalScale: Double) -> Bool {
    let bound = tieTolerance * scale
    let range = rival.range
    let rivalBound = tieTolerance * rivalScale
    if abs(gain.c0) <= bound, range.lowest <= rivalBound { return true }
    if abs(gain.atOne) <= bound, range.highest >= -rivalBound { return true }
    return gain.roots.isDouble && range.lowest <= rivalBound && range.highest >= -rivalBound
  }
}

extension Gain {
  /// Where it is 0 inside (0, 1), or comes as near to it as rounding tells; ascending.
  fileprivate var indifference: [Double] {
    let root = max(0, c1 * c1 - 4 * c2 * c0).squareRoot()
    let q = -0.5 * (c1 + (c1 < 0 ? -root : root))
    return Set([q / c2, c0 / q, -c0 / c1].filter { $0 > 0 && $0 < 1 }).sorted()
  }

  /// The least and the greatest value on [0, 1].
  var range: (lowest: Double, highest: Double) {
    var (low, high) = (min(c0, atOne), max(c0, atOne))
    let middle = c2 == 0 ? -1 : -c1 / (2 * c2)
    if middle > 0, middle < 1 {
      let value = c0 + middle * (c1 + middle * c2)
      (low, high) = (min(low, value), max(high, value))
    }
    return (low, high)
  }
}

extension WrittenStages {
  func twoChoices(
    _ point: Int, _ selected: UnsafePointer<Double>, _ output: UnsafeMutablePointer<Double>,
    _ capacity: Int
  ) throws -> StageOutcome {
    let tables = self.tables
    let (one, two) = (tables.nodes[point][0], tables.nodes[point][1])
    func law(_ node: WrittenTables.Node) -> Int {
      tables.lawStart[tables.states[point][node.place] * tables.playerCount + node.player]
    }
    let laws = (law(one), law(two))
    let choice = coefficients(point, one, two, laws, selected, scratch: output)
    let isTied = choice.isTied
    if isTied, tables.states[point].count == 1 {
      let stays = tables.rows(of: tables.states[point][0]).map(tables.stay)
      // Then all extreme equilibria are known.
      if stays.max()! == stays.min()! { return try bimatrix(point, selected, output, capacity) }
    }
    let found = choice.equilibria()
    for (number, pair) in found.prefix(capacity).enumerated() {
      let to = output + number * width
      tables.writeFirstActions(point, to)
      (to[laws.0], to[laws.0 + 1]) = (1 - pair.first, pair.first)
      (to[laws.1], to[laws.1 + 1]) = (1 - pair.second, pair.second)
      tables.fillValues(point, to, selected)
    }
    return StageOutcome(count: found.count, isDegenerate: isTied)
  }

  /// The quadratics, from the four pairs of pure actions.
  ///
  /// - Parameter scratch: room for one equilibrium.
  private func coefficients(
    _ point: Int, _ one: WrittenTables.Node, _ two: WrittenTables.Node, _ laws: (Int, Int),
    _ selected: UnsafePointer<Double>, scratch: UnsafeMutablePointer<Double>
  ) -> TwoChoices {
    let tables = self.tables
    let count = tables.states[point].count
    // Places are own action × 2 + the rival's.
    var (n1, d1, n2, d2) = (
      SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero
    )
    tables.writeFirstActions(point, scratch)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count) { buffer in
      let values = buffer.baseAddress!
      for first in 0..<2 {
        (scratch[laws.0], scratch[laws.0 + 1]) = first == 0 ? (1, 0) : (0, 1)
        for second in 0..<2 {
          (scratch[laws.1], scratch[laws.1 + 1]) = second == 0 ? (1, 0) : (0, 1)
          let (at, mirrored) = (2 * first + second, 2 * second + first)
          d1[at] = tables.value(point, one.player, laws: scratch, selected, into: values)
          n1[at] = values[one.place] * d1[at]
          d2[mirrored] = tables.value(point, two.player, laws: scratch, selected, into: values)
          n2[mirrored] = values[two.place] * d2[mirrored]
        }
      }
    }
    return TwoChoices(
      gains: (Gain(n1, d1), Gain(n2, d2)), scales: (Self.scale(n1, d1), Self.scale(n2, d2)))
  }

  /// What the terms of a gain are made of.
  private static func scale(_ n: SIMD4<Double>, _ d: SIMD4<Double>) -> Double {
    2 * max(n.max(), -n.min()) * d.max()
  }
}

extension Gain {
  /// N₁ D₀ − N₀ D₁ from the ends of the four linear functions: N₀(0), N₀(1), N₁(0), N₁(1), and D alike.
  fileprivate init(_ n: SIMD4<Double>, _ d: SIMD4<Double>) {
    let c0 = n[2] * d[0] - n[0] * d[2]
    let end = n[3] * d[1] - n[1] * d[3]
    let c2 = (n[3] - n[2]) * (d[1] - d[0]) - (n[1] - n[0]) * (d[3] - d[2])
    self.init(c0: c0, c1: end - c0 - c2, c2: c2, atOne: end)
  }
}
