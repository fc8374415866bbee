internal import Environments
internal import Statistics

/// A law with atoms, for what order statistics of it cover.
struct AtomicLaw: Sendable {
  /// Ascending, each once.
  private let values: [Double]
  private let weights: [Double]

  /// Numbers that differ by rounding alone are one atom.
  init(_ atoms: [(value: Double, weight: Double)]) {
    var (values, weights): ([Double], [Double]) = ([], [])
    for atom in atoms.sorted(by: { $0.value < $1.value }) where atom.weight > 0 {
      if let last = values.last, atom.value - last <= 1e-10 * max(1, abs(last)) {
        weights[weights.count - 1] += atom.weight
      } else {
        values.append(atom.value)
        weights.append(atom.weight)
      }
    }
    (self.values, self.weights) = (values, weights)
  }

  var mean: Double { zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } }

  /// ξ, the smallest value with F(ξ) ≥ p, and F just below it and at it.
  func quantile(_ p: Double) -> (value: Double, below: Double, upTo: Double) {
    var sum = 0.0
    for (value, weight) in zip(values, weights) {
      if sum + weight >= p - 1e-12 { return (value, sum, min(1, sum + weight)) }
      sum += weight
    }
    return (values[values.count - 1], sum, 1)
  }

  /// The chance that [X₍l₎, X₍u₎] of n independent values contains ξ_p, for the ranks of
  /// `binomialQuantileRanks`: 1 − P(fewer than l values ≤ ξ) − P(at least u values < ξ).
  ///
  /// A continuous law has the ranks' own coverage; an atom at ξ adds to it.
  /// - Throws: `NumericalError`.
  func coverage(of p: Double, n: Int, confidence: Double = 0.95) throws -> Double {
    let ranks = try binomialQuantileRanks(n: n, p: p, confidence: confidence)
    guard let low = ranks.low, let high = ranks.high else { return 0 }
    let (_, below, upTo) = quantile(p)
    let missesAbove = try binomialProbability(atMost: low - 1, of: n, p: upTo)
    let missesBelow = 1 - (try binomialProbability(atMost: high - 1, of: n, p: below))
    return 1 - missesAbove - missesBelow
  }
}

extension PreparedPaths {
  /// The law of a player's discounted payoff over whole paths of the first profile, by following every
  /// path there is: exact, and only for a few periods.
  func payoffLaw(_ player: Int) -> AtomicLaw {
    let (game, tables) = (plan.game, plan.played[0].tables)
    var cells = [[Int]](repeating: [], count: game.stateCount)
    for cell in 0..<tables.cellCount { cells[tables.states[cell]].append(cell) }
    var open: [(state: Int, sum: Double, weight: Double)] = tables.initial.indices.compactMap {
      tables.initial[$0] > 0 ? ($0, 0, tables.initial[$0]) : nil
    }
    var discount = 1.0
    for period in 0..<plan.periods {
      var next: [(state: Int, sum: Double, weight: Double)] = []
      for path in open {
        for cell in cells[path.state] {
          let row = tables.rows[cell]
          let sum = path.sum + discount * game.payoff(player, row: row)
          let weight = path.weight * tables.weights[cell]
          if period == plan.periods - 1 {
            next.append((path.state, sum, weight))
            continue
          }
          for entry in game.transitionOffsets[row]..<game.transitionOffsets[row + 1]
          where game.probabilities[entry] > 0 {
            next.append(
              (Int(game.nextStates[entry]), sum, weight * game.probabilities[entry]))
          }
        }
      }
      open = next
      discount *= game.discounts[player]
    }
    return AtomicLaw(open.map { ($0.sum, $0.weight) })
  }

  /// The law of a followed quantity at a charted date of the first profile.
  func law(ofQuantity name: String, atDatePlace place: Int) -> AtomicLaw? {
    guard let quantity = plan.quantities.first(where: { $0.name == name }),
      let law = exact[0]?.laws[place]
    else { return nil }
    let rows = plan.played[0].tables.rows
    return AtomicLaw(law.indices.map { (quantity.values[rows[$0]], law[$0]) })
  }
}
