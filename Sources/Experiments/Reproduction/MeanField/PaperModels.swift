internal import Environments
internal import Equilibria
internal import Foundation

/// The paper's models and its printed algorithm, for the rows that recompute its figures.
enum PaperModels {
  /// A finite mean-field game from the words of a configuration, such as
  /// `game("mfe-inventory", "holding: 8")`.
  static func game(_ kind: String, _ parameters: String = "") throws -> any MeanFieldGame {
    let text = "game: {kind: \(kind), parameters: {\(parameters)}}"
    guard case .finite(let game) = try MeanFieldConfiguration(yaml: text, source: kind).model
    else { preconditionFailure("\(kind) with \(parameters) has continuous actions") }
    return game
  }

  /// A ladder with continuous actions.
  static func ladder(_ kind: String, _ parameters: String) throws -> ContinuousLadder {
    let text = "game: {kind: \(kind), parameters: {actions: continuous, \(parameters)}}"
    guard case .ladder(let ladder) = try MeanFieldConfiguration(yaml: text, source: kind).model
    else { preconditionFailure("\(kind) has finitely many actions") }
    return ladder
  }

  /// The lowest equilibrium that is not degenerate, certified: the one that the paper reports. Nil
  /// where there is none.
  static func equilibriumIfAny(_ game: any MeanFieldGame) throws -> MeanFieldCrossing? {
    let solution = try MeanFieldEquilibrium().solve(game)
    guard let found = solution.equilibria.first(where: { $0.kind != .degenerate }) else {
      return nil
    }
    guard found.residuals?.isCertified == true else {
      throw MeanFieldError.unsuitable("the equilibrium at m = \(found.m[0]) does not certify")
    }
    return found
  }

  /// As `equilibriumIfAny`, where there is one.
  static func equilibrium(_ game: any MeanFieldGame) throws -> MeanFieldCrossing {
    guard let found = try equilibriumIfAny(game) else {
      throw MeanFieldError.unsuitable("the game has no equilibrium between its bounds")
    }
    return found
  }

  /// m of the one equilibrium of a ladder with continuous actions.
  static func equilibrium(_ ladder: ContinuousLadder) throws -> Double {
    let solution = try LadderEquilibrium().solve(ladder)
    guard solution.status == .converged, let found = solution.equilibria.first else {
      throw MeanFieldError.unsuitable("the ladder's equilibrium does not certify")
    }
    return found.m[0]
  }

  /// Plain or damped iteration of the population's law, to a change below `tolerance`.
  static func iterate(
    _ game: any MeanFieldGame, from start: [Double]? = nil, damping: Double = 1,
    tolerance: Double = 1e-8, limit: Int
  ) throws -> FixedPointIteration.Run {
    var iteration = FixedPointIteration()
    iteration.start = .uniform
    iteration.startLaw = start
    iteration.damping = damping
    iteration.tolerance = tolerance
    iteration.maximumSteps = limit
    return try iteration.run(.finite(game))
  }

  /// Algorithm 1 as printed: bisection from the bounds, value iteration to a tolerance, a law by
  /// pushing it forward; it stops at |f| ≤ δ. Shares nothing with the
  /// solver, so that its count of iterations is the paper's method's.
  static func printedAlgorithm(
    _ game: any MeanFieldGame, tolerance: Double = 1e-4, delta: Double
  ) -> (iterations: Int, m: Double) {
    let layout = game.layout
    var (low, high) = (
      game.interactionBounds[0].lowerBound, game.interactionBounds[0].upperBound
    )
    var tables = FrozenTables(layout)
    var iterations = 0
    while true {
      let m = 0.5 * (low + high)
      iterations += 1
      game.write(at: [m], to: &tables)
      let rows = valueIteration(game, tables, tolerance: tolerance)
      let law = pushedLaw(game, tables, rows)
      var mapped = 0.0
      for state in 0..<layout.stateCount {
        mapped += law[state] * layout.interaction[0][rows[state]]
      }
      let f = m - mapped
      if f > 0 { high = m } else { low = m }
      if abs(f) <= delta || iterations >= 60 { return (iterations, m) }
    }
  }

  private static func valueIteration(
    _ game: any MeanFieldGame, _ tables: FrozenTables, tolerance: Double
  ) -> [Int] {
    let layout = game.layout
    var values = [Double](repeating: 0, count: layout.stateCount)
    var rows = [Int](repeating: 0, count: layout.stateCount)
    for _ in 0..<1000 {
      var next = values
      for state in 0..<layout.stateCount {
        var best = -Double.infinity
        for row in layout.rows(of: state) {
          var value = 0.0
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            value += tables.probabilities[entry] * values[Int(layout.nextStates[entry])]
          }
          value = tables.payoffs[row] + game.discount * value
          if value > best {
            best = value
            rows[state] = row
          }
        }
        next[state] = best
      }
      let change = zip(next, values).reduce(0.0) { max($0, abs($1.0 - $1.1)) }
      values = next
      if change < tolerance { break }
    }
    return rows
  }

  /// The law that is reached from the uniform one by repeated squaring of the kernel, up to 2⁴⁰ steps.
  private static func pushedLaw(
    _ game: any MeanFieldGame, _ tables: FrozenTables, _ rows: [Int]
  ) -> [Double] {
    let layout = game.layout
    let n = layout.stateCount
    let survival = game.turnover?.survival ?? 1
    var kernel = [Double](repeating: 0, count: n * n)
    for state in 0..<n {
      let row = rows[state]
      for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
        kernel[state * n + Int(layout.nextStates[entry])] += survival * tables.probabilities[entry]
      }
      if let turnover = game.turnover { kernel[state * n + turnover.entry] += 1 - survival }
    }
    for _ in 0..<40 {
      var square = [Double](repeating: 0, count: n * n)
      for i in 0..<n {
        for k in 0..<n where kernel[i * n + k] != 0 {
          let factor = kernel[i * n + k]
          for j in 0..<n { square[i * n + j] += factor * kernel[k * n + j] }
        }
      }
      // Rows drift from 1 by rounding, and squaring doubles the drift.
      var change = 0.0
      for i in 0..<n {
        let total = square[i * n..<(i + 1) * n].reduce(0, +)
        for j in 0..<n {
          square[i * n + j] /= total
          change = max(change, abs(square[i * n + j] - kernel[i * n + j]))
        }
      }
      kernel = square
      if change < 1e-15 { break }
    }
    var law = [Double](repeating: 0, count: n)
    for i in 0..<n { for j in 0..<n { law[j] += kernel[i * n + j] / Double(n) } }
    return law
  }

  /// The law of the first coordinate of a state, at each of its values.
  static func marginal(
    _ law: [Double], in game: any MeanFieldGame
  ) -> (positions: [Double], heights: [Double]) {
    let values = game.layout.coordinates.map { $0[0] }
    let positions = Array(Set(values)).sorted()
    return (
      positions,
      positions.map { position in
        zip(values, law).reduce(0) { $1.0 == position ? $0 + $1.1 : $0 }
      }
    )
  }
}

/// Whether numbers rise (or, with `falling`, fall) from one to the next.
func isMonotone(_ numbers: [Double], falling: Bool = false) -> Bool {
  zip(numbers, numbers.dropFirst()).allSatisfy { falling ? $1 <= $0 : $1 >= $0 }
}

/// `6.798 < 8.727 < 10.12`, or with > for numbers that should fall.
func chain(_ numbers: [Double], falling: Bool = false) -> String {
  numbers.map(ReproductionRow.digits).joined(separator: falling ? " > " : " < ")
}
