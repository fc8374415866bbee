import Environments

/// What one agent does about an announced m and where that takes the population: value iteration
/// and repeated application of the law, slow and simple, for comparison with other programs.
struct SlowResponse {
  /// M of the population that m induces.
  let mapped: [Double]
  /// The population's law over states.
  let law: [Double]
  /// The lowest optimal row of each state, as the action's place among those of the state.
  let choices: [Int]

  init(_ game: any MeanFieldGame, at m: [Double]) {
    let layout = game.layout
    var tables = FrozenTables(layout)
    game.write(at: m, to: &tables)
    let states = layout.stateCount
    var values = [Double](repeating: 0, count: states)
    var choices = [Int](repeating: 0, count: states)
    var change = Double.infinity
    while change > 1e-11 {
      change = 0
      var next = values
      for state in 0..<states {
        var best = -Double.infinity
        for (place, row) in layout.rows(of: state).enumerated() {
          var value = tables.payoffs[row]
          for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
            value +=
              game.discount * tables.probabilities[entry] * values[Int(layout.nextStates[entry])]
          }
          if value > best + 1e-9 * abs(best) || best == -.infinity {
            best = value
            choices[state] = place
          }
        }
        next[state] = best
        change = max(change, abs(best - values[state]) / max(1, abs(best)))
      }
      values = next
    }
    let rows = (0..<states).map { layout.rowOffsets[$0] + choices[$0] }
    let turnover = game.turnover ?? Turnover(survival: 1, entry: 0)
    var law = [Double](repeating: 1 / Double(states), count: states)
    change = .infinity
    while change > 1e-15 {
      var next = law.map { $0 / 2 }  // half stay, so that nothing cycles
      next[turnover.entry] += (1 - turnover.survival) / 2
      for state in 0..<states {
        let row = rows[state]
        for entry in layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1] {
          next[Int(layout.nextStates[entry])] +=
            turnover.survival / 2 * law[state] * tables.probabilities[entry]
        }
      }
      change = zip(next, law).map { abs($0 - $1) }.max()!
      law = next
    }
    self.law = law
    self.choices = choices
    mapped = layout.interaction.map { kappa in
      (0..<states).reduce(0) { $0 + law[$1] * kappa[rows[$1]] }
    }
  }

  /// The mean of the first coordinate.
  func mean(_ game: any MeanFieldGame) -> Double {
    zip(law, game.layout.coordinates).reduce(0) { $0 + $1.0 * $1.1[0] }
  }

  /// The variance of the first coordinate.
  func variance(_ game: any MeanFieldGame) -> Double {
    let mean = mean(game)
    return zip(law, game.layout.coordinates).reduce(0) {
      $0 + $1.0 * ($1.1[0] - mean) * ($1.1[0] - mean)
    }
  }
}

/// Tables at m, in a buffer that held nonsense before.
func tables(_ game: any MeanFieldGame, at m: [Double]) -> FrozenTables {
  var tables = FrozenTables(game.layout)
  tables.payoffs = tables.payoffs.map { _ in .nan }
  tables.probabilities = tables.probabilities.map { _ in .nan }
  game.write(at: m, to: &tables)
  return tables
}

/// The probability of each next state in a row, zeros included.
func law(_ game: any MeanFieldGame, _ tables: FrozenTables, row: Int) -> [Double] {
  var law = [Double](repeating: 0, count: game.layout.stateCount)
  for entry in game.layout.transitionOffsets[row]..<game.layout.transitionOffsets[row + 1] {
    law[Int(game.layout.nextStates[entry])] += tables.probabilities[entry]
  }
  return law
}

/// The finite game that a family makes.
func finite(_ family: some MeanFieldFamily) throws -> any MeanFieldGame {
  guard case .finite(let game) = try family.model() else {
    throw GameError("actions", "are continuous here")
  }
  return game
}

/// The message of what `body` throws.
func message(_ body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch { return "\(error)" }
}
