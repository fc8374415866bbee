internal import Environments

/// The value of an agent among N to first order in how the others are spread: the control that takes
/// the noise out of simulated markets.
///
/// With V = V^g(·, m), L the population's kernel at m, κ̄(y) = Σ σ(a | y) κ(y, a), and ∂ a central
/// difference in m over ± one standard deviation of M_t,
///
///     V_N(x, ŝ) = V(x) + Σ_y ψ(x, y) (ŝ(y) − s(y)),
///     ψ(x, y) = r(x, y) + β Σ_{x′} L(x, x′) Σ_{y′} B(y, y′) ψ(x′, y′),
///     r(x, y) = ∂ { π_g + β P_g V }(x) κ̄(y),        B(y, y′) = L(y, y′) + κ̄(y) Σ_z s(z) ∂P_g(y′ | z),
///
/// ŝ the empirical law of the other agents. ψ is the derivative of the value in the population's law
/// at its rest point. Nothing rests on its accuracy: Σ βᵗ (π_t + β E_t V_N(t + 1) − V_N(t)) has the
/// right mean for any V_N, since the differences it adds are those of a martingale; with this one
/// its noise falls as 1/N, like the gap itself. What a mixing agent's own draw of an action does to
/// Q^g(x, a, m) is a martingale as well, and taken out.
struct MarketSlope: Sendable {
  /// V.
  let values: [Double]
  /// ψ(x, y) less its mean under s, `[own × other]`.
  let psi: [Double]
  /// Σ_z s(z) ∂P_g(· | z), one vector a scalar: how the others' next law moves with M.
  let drift: [[Double]]
  /// Q^g(x, a, m) of each row: what the choice of an action alone does to the own value.
  let actionValues: [Double]

  /// Any control; the mean of what it is used in does not depend on it.
  init(values: [Double], psi: [Double], drift: [[Double]], actionValues: [Double]) {
    self.values = values
    self.psi = psi
    self.drift = drift
    self.actionValues = actionValues
  }

  /// - Parameter agents: N.
  init(_ subject: MarketSubject, agents: Int) {
    let layout = subject.game.layout
    let states = layout.stateCount
    let weights = subject.policy.weights
    values = subject.values
    var tables = FrozenTables(layout)
    subject.game.write(at: subject.m, to: &tables)
    // L, in the layout's order of transitions.
    let kernel = tables.probabilities
    actionValues = (0..<layout.rowCount).map { row in
      var next = 0.0
      for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        next += kernel[k] * subject.values[Int(layout.nextStates[k])]
      }
      return tables.payoffs[row] + subject.game.discount * next
    }
    let survival = subject.game.turnover?.survival ?? 1
    let entry = subject.game.turnover?.entry ?? 0
    var psi = [Double](repeating: 0, count: states * states)
    var drift: [[Double]] = []
    var gradients: [[Double]] = []
    var means: [[Double]] = []
    for scalar in 0..<layout.scalarCount {
      let kappa = layout.interaction[scalar]
      let mean = subject.policy.mean(kappa, in: layout)
      means.append(mean)
      var variance = 0.0
      for row in 0..<layout.rowCount where weights[row] > 0 {
        let away = kappa[row] - subject.m[scalar]
        variance += subject.law[Int(layout.stateOfRow[row])] * weights[row] * away * away
      }
      let step = (variance / Double(agents)).squareRoot()
      let range = layout.interactionRange[scalar]
      var (low, high) = (subject.m, subject.m)
      low[scalar] = max(range.lowerBound, low[scalar] - step)
      high[scalar] = min(range.upperBound, high[scalar] + step)
      let width = high[scalar] - low[scalar]
      var gradient = [Double](repeating: 0, count: states)
      var push = gradient
      if width > 0 {
        for (m, sign) in [(low, -1.0), (high, 1.0)] {
          subject.game.write(at: m, to: &tables)
          for row in 0..<layout.rowCount where weights[row] > 0 {
            let state = Int(layout.stateOfRow[row])
            let share = sign * weights[row] / width
            gradient[state] += share * tables.payoffs[row]
            for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
              let next = Int(layout.nextStates[k])
              gradient[state] +=
                share * subject.game.discount * tables.probabilities[k] * subject.values[next]
              push[next] += survival * subject.law[state] * share * tables.probabilities[k]
            }
          }
        }
      }
      gradients.append(gradient)
      drift.append(push)
    }
    self.drift = drift
    guard states <= Self.largest, gradients.contains(where: { $0.contains { $0 != 0 } }) else {
      self.psi = psi
      return
    }
    var start = psi
    for scalar in gradients.indices {
      for x in 0..<states {
        for y in 0..<states { start[x * states + y] += gradients[scalar][x] * means[scalar][y] }
      }
    }
    let most = start.reduce(0) { max($0, abs($1)) }
    var ahead = psi
    psi = start
    for _ in 0..<2000 {
      // B ψ(x′, ·) of each x′, then L.
      for x in 0..<states {
        let line = x * states
        for y in 0..<states {
          var total = 0.0
          for row in layout.rows(of: y) where weights[row] > 0 {
            var inner = 0.0
            for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
              inner += kernel[k] * psi[line + Int(layout.nextStates[k])]
            }
            total += weights[row] * inner
          }
          ahead[line + y] = survival * total + (1 - survival) * psi[line + entry]
        }
        for scalar in drift.indices {
          var pushed = 0.0
          for y in 0..<states { pushed += drift[scalar][y] * psi[line + y] }
          for y in 0..<states { ahead[line + y] += means[scalar][y] * pushed }
        }
      }
      var next = start
      for x in 0..<states {
        for row in layout.rows(of: x) where weights[row] > 0 {
          for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            let share = subject.game.discount * weights[row] * kernel[k]
            guard share > 0 else { continue }
            let line = Int(layout.nextStates[k]) * states
            for y in 0..<states { next[x * states + y] += share * ahead[line + y] }
          }
        }
      }
      var (change, size) = (0.0, 0.0)
      for place in next.indices {
        change = max(change, abs(next[place] - psi[place]))
        size = max(size, abs(next[place]))
      }
      psi = next
      if change <= 1e-8 * size { break }
      // The population's rest point is unstable and the expansion of no use.
      if !(size <= 1e6 * most) {
        psi = [Double](repeating: 0, count: psi.count)
        break
      }
    }
    for x in 0..<states {
      var mean = 0.0
      for y in 0..<states { mean += psi[x * states + y] * subject.law[y] }
      for y in 0..<states { psi[x * states + y] -= mean }
    }
    self.psi = psi
  }

  /// Games with more states do without the second term.
  static let largest = 300

  /// Σ_{x, y} ρ(x) ρ(y) of V_N: its mean where everybody starts from ρ, each for itself.
  func mean(from initial: [Double]) -> Double {
    let states = values.count
    var total = 0.0
    for x in 0..<states where initial[x] > 0 {
      var value = values[x]
      for y in 0..<states { value += psi[x * states + y] * initial[y] }
      total += initial[x] * value
    }
    return total
  }
}
