internal import Environments

/// Policies of an agent that sees its own state alone, made for the market of N agents.
///
/// Each is the best policy of a decision problem on the own state whose payoff and transition law
/// are averaged over draws of the others' average κ, with the own κ inside M:
///
///     π̄(x, a) = E π(x, a, (κ(x, a) + (N − 1) K) / N),      P̄ alike.
///
/// The first takes these as they are. The second adds what the own κ does to the others' next
/// states, to first order: β Σ P̄(y | x, a) Σ_k (κ_k(x, a) − m_k) / N Σ_z ψ(y, z) ∂_k(z). Where
/// moves depend on m the others' law also follows the own past, so neither need be the best of the
/// class; played in the market, each gains a lower bound.
struct MarketDeviation {
  /// Rows at each state, one list a candidate; equal ones once.
  let candidates: [[Int32]]

  /// - Parameter draws: of the others' average κ, `[draw][scalar]`.
  init(_ subject: MarketSubject, agents: Int, slope: MarketSlope, draws: [[Double]]) throws {
    let layout = subject.game.layout
    let count = Double(agents)
    // Rows of one κ share their tables.
    var groups: [[Double]: [Int]] = [:]
    for row in 0..<layout.rowCount {
      groups[layout.interaction.map { $0[row] }, default: []].append(row)
    }
    var averaged = FrozenTables(layout)
    var tables = averaged
    let share = 1 / Double(draws.count)
    for (kappa, rows) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
      for draw in draws {
        let m = layout.interactionRange.enumerated().map { scalar, range in
          min(
            max((kappa[scalar] + (count - 1) * draw[scalar]) / count, range.lowerBound),
            range.upperBound)
        }
        subject.game.write(at: m, to: &tables)
        for row in rows {
          averaged.payoffs[row] += share * tables.payoffs[row]
          for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            averaged.probabilities[k] += share * tables.probabilities[k]
          }
        }
      }
    }
    var problem = try FrozenProblem(subject.game)
    problem.freeze(at: subject.m, tables: averaged)
    try problem.solve()
    var candidates = [problem.policy]
    let states = layout.stateCount
    var touch = [[Double]](
      repeating: [Double](repeating: 0, count: states), count: layout.scalarCount)
    for scalar in touch.indices {
      for y in 0..<states {
        for z in 0..<states {
          touch[scalar][y] += slope.psi[y * states + z] * slope.drift[scalar][z]
        }
      }
    }
    for row in 0..<layout.rowCount {
      for k in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        for scalar in touch.indices {
          let away = (layout.interaction[scalar][row] - subject.m[scalar]) / count
          averaged.payoffs[row] +=
            subject.game.discount * averaged.probabilities[k] * away
            * touch[scalar][Int(layout.nextStates[k])]
        }
      }
    }
    problem.freeze(at: subject.m, tables: averaged)
    try problem.solve()
    if problem.policy != candidates[0] { candidates.append(problem.policy) }
    self.candidates = candidates
  }
}
