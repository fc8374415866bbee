public import Environments
internal import Foundation

/// Judges an answer about a ladder with continuous investment from m, the investments and the law
/// alone, by ways that the solver does not use: values from the full system (I − βP) V = r, the law
/// by GTH elimination, and the best investment by looking at a fine grid of them.
public struct LadderCertificate: Sendable {
  /// The residuals.
  public let residuals: MeanFieldResiduals

  /// Computes the residuals of an answer. Cost: O(levels × `grid`).
  ///
  /// Consistency is the larger of what the given law and the one recomputed here leave. Optimality is
  /// max_x (max_a Q(x, a) − Q(x, a(x))) with Q from the policy's own values; the maximum is that of
  /// `grid` evenly spaced investments, refined by golden section around the best of them.
  ///
  /// - Parameters:
  ///   - m: the interaction.
  ///   - actions: investment at each level.
  ///   - law: the population's law over levels.
  ///   - grid: how many investments to compare, at least 3.
  public init(
    _ ladder: ContinuousLadder, m: [Double], actions: [Double], law: [Double], grid: Int = 1001
  ) {
    let top = ladder.top
    let discount = ladder.discount
    let price = ladder.cost * (1 + (m.count > 1 ? ladder.coupling * m[1] : 0))

    var chain = BandMatrix()
    chain.reset(size: top + 1, lower: 1, upper: 1)
    var system = chain
    var values = [Double](repeating: 0, count: top + 1)
    var pushed = values
    for x in 0...top {
      let up = x == top ? 0 : (1 - ladder.depreciation) * actions[x] / (1 + actions[x])
      let down = x == 0 ? 0 : ladder.depreciation / (1 + actions[x])
      if x < top {
        chain[x, x + 1] = up
        system[x, x + 1] = -discount * up
        pushed[x + 1] += law[x] * up
      }
      if x > 0 {
        chain[x, x - 1] = down
        system[x, x - 1] = -discount * down
        pushed[x - 1] += law[x] * down
      }
      chain[x, x] = 1 - up - down
      system[x, x] = 1 - discount * (1 - up - down)
      pushed[x] += law[x] * (1 - up - down)
      values[x] = ladder.revenue(x, m[0]) - price * pow(actions[x], ladder.power)
    }
    system.solve(&values)
    var own = pushed
    chain.invariantLaw(&own)

    var consistency = 0.0
    for law in [law, own] {
      let capacity = zip(law, ladder.interaction).reduce(0) { $0 + $1.0 * $1.1 }
      consistency = max(consistency, abs(m[0] - capacity))
      if m.count > 1 {
        consistency = max(consistency, abs(m[1] - zip(law, actions).reduce(0) { $0 + $1.0 * $1.1 }))
      }
    }

    /// What depends on the investment in Q(x, a).
    func worth(_ x: Int, _ a: Double, _ expense: Double) -> Double {
      let gain = x == top ? 0 : (1 - ladder.depreciation) * a * (values[x + 1] - values[x])
      let loss = x == 0 ? 0 : ladder.depreciation * (values[x] - values[x - 1])
      return discount * (gain - loss) / (1 + a) - expense
    }
    func worth(_ x: Int, _ a: Double) -> Double { worth(x, a, price * pow(a, ladder.power)) }
    let step = (1 - ladder.minimumAction) / Double(grid - 1)
    let candidates = (0..<grid).map { min(1, ladder.minimumAction + Double($0) * step) }
    let expenses = candidates.map { price * pow($0, ladder.power) }
    var optimality = 0.0
    for x in 0...top {
      var (best, place) = (-Double.infinity, 0)
      for index in 0..<grid {
        let found = worth(x, candidates[index], expenses[index])
        if found > best { (best, place) = (found, index) }
      }
      var (low, high) = (candidates[max(0, place - 1)], candidates[min(grid - 1, place + 1)])
      let golden = 0.5 * (5.0.squareRoot() - 1)
      while high - low > 1e-9 {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low))
        let (atLeft, atRight) = (worth(x, left), worth(x, right))
        best = max(best, atLeft, atRight)
        if atLeft < atRight { low = left } else { high = right }
      }
      optimality = max(optimality, best - worth(x, actions[x]))
    }

    let revenues = (0...top).map { ladder.revenue($0, m[0]) }
    residuals = MeanFieldResiduals(
      consistency: consistency,
      invariance: zip(pushed, law).reduce(0) { $0 + abs($1.0 - $1.1) },
      optimality: optimality,
      payoffScale: MeanFieldResiduals.payoffScale(
        range: revenues.max()! - revenues.min()!
          + price * (1 - pow(ladder.minimumAction, ladder.power)), values: values))
  }
}
