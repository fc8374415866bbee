internal import Agents
internal import Environments

/// What a profile of laws is worth to one player at every state, and how often play comes by, both
/// exact and discounted:
///
///     V = (I − δ C)⁻¹ u,   d = (I − δ Cᵀ)⁻¹ μ
///
/// with C the transition law under the laws (times growth), u the expected payoff and μ the law of the
/// first state. Terminal states are worth 0 and lead nowhere.
///
/// One elimination serves both: S³/3 multiplications, S² doubles of memory. Allocates nothing after
/// `init`; not for several threads at once.
struct LawEvaluation {
  /// V, one per state.
  let values: UnsafeMutablePointer<Double>
  /// d, one per state; sums to 1/(1 − δ) where play neither ends nor grows.
  let occupancy: UnsafeMutablePointer<Double>
  private let model: ModelTables
  private let player: Int
  private let states: Int
  private let isTerminal: UnsafeMutablePointer<Bool>
  private let first: UnsafeMutablePointer<Double>
  private let matrix: UnsafeMutablePointer<Double>
  private let pivots: UnsafeMutablePointer<Int>
  private let digits: UnsafeMutablePointer<Int>
  private let memory = TableMemory()

  /// - Parameter first: μ, one per state.
  init(_ model: ModelTables, player: Int, from first: [Double]) {
    self.model = model
    self.player = player
    states = model.game.stateCount
    values = memory.block(of: states, repeating: 0)
    occupancy = memory.block(of: states, repeating: 0)
    self.first = memory.block(of: states, repeating: 0)
    self.first.update(from: first, count: states)
    isTerminal = memory.block(of: states, repeating: false)
    isTerminal.update(from: model.game.isTerminal, count: states)
    matrix = memory.block(of: states * states, repeating: 0)
    pivots = memory.block(of: states, repeating: 0)
    digits = memory.block(of: model.game.playerCount, repeating: 0)
  }

  /// Evaluates the profile in which player j plays `laws[j]`, flat as its policy.
  func evaluate(_ laws: UnsafePointer<UnsafePointer<Double>>) {
    build(laws)
    factorise()
    solve(values)
    occupancy.update(from: first, count: states)
    solveTransposed(occupancy)
  }

  /// `matrix` ← I − δ C and `values` ← u.
  private func build(_ laws: UnsafePointer<UnsafePointer<Double>>) {
    let players = model.game.playerCount
    let discount = model.game.discounts[player]
    matrix.update(repeating: 0, count: states * states)
    for state in 0..<states {
      let line = matrix + state * states
      line[state] = 1
      values[state] = 0
      if isTerminal[state] { continue }
      let counts = model.actionCounts + state * players
      digits.update(repeating: 0, count: players)
      for row in model.jointOffsets[state]..<model.jointOffsets[state + 1] {
        var weight = 1.0
        for other in 0..<players {
          weight *= laws[other][model.policyOffsets[other][state] &+ digits[other]]
        }
        if weight != 0 {
          values[state] += weight * model.payoffs[row * players + player]
          for entry in model.transitionOffsets[row]..<model.transitionOffsets[row + 1] {
            line[Int(model.nextStates[entry])] -= discount * weight * model.continuations[entry]
          }
        }
        var digit = players - 1
        while digit >= 0 {
          digits[digit] += 1
          if digits[digit] < counts[digit] { break }
          digits[digit] = 0
          digit -= 1
        }
      }
    }
  }

  /// LU factors in place with partial pivoting: row k was swapped with row `pivots[k]`.
  private func factorise() {
    for k in 0..<states {
      var pivot = k
      for row in k..<states where abs(matrix[row * states + k]) > abs(matrix[pivot * states + k]) {
        pivot = row
      }
      pivots[k] = pivot
      let upper = matrix + k * states
      if pivot != k {
        let other = matrix + pivot * states
        for column in 0..<states { swap(&upper[column], &other[column]) }
      }
      for row in (k + 1)..<max(states, k + 1) {
        let line = matrix + row * states
        guard line[k] != 0 else { continue }
        let factor = line[k] / upper[k]
        line[k] = factor
        for column in (k + 1)..<max(states, k + 1) { line[column] -= factor * upper[column] }
      }
    }
  }

  /// x ← M⁻¹ x.
  private func solve(_ x: UnsafeMutablePointer<Double>) {
    for k in 0..<states where pivots[k] != k { swap(&x[k], &x[pivots[k]]) }
    for row in 0..<states {
      for column in 0..<row { x[row] -= matrix[row * states + column] * x[column] }
    }
    for row in stride(from: states - 1, through: 0, by: -1) {
      for column in (row + 1)..<max(states, row + 1) {
        x[row] -= matrix[row * states + column] * x[column]
      }
      x[row] /= matrix[row * states + row]
    }
  }

  /// x ← (Mᵀ)⁻¹ x: with PM = LU, first Uᵀ, then Lᵀ, then P.
  private func solveTransposed(_ x: UnsafeMutablePointer<Double>) {
    for row in 0..<states {
      x[row] /= matrix[row * states + row]
      for column in (row + 1)..<max(states, row + 1) {
        x[column] -= matrix[row * states + column] * x[row]
      }
    }
    for row in stride(from: states - 1, through: 0, by: -1) {
      for column in 0..<row { x[column] -= matrix[row * states + column] * x[row] }
    }
    for k in stride(from: states - 1, through: 0, by: -1) where pivots[k] != k {
      swap(&x[k], &x[pivots[k]])
    }
  }
}
