import Statistics

/// A Markov chain with rewards, whose discounted value is wanted: V = r + δ C V.
///
/// Sparse rows, one per state; C is a transition matrix, or one times growth factors. Solved
/// directly (LU) up to `directLimit` states and by Gauss-Seidel sweeps to rounding beyond, where
/// LU's cubic cost would hurt.
struct DiscountedChain {
  /// Largest system solved by LU: below it a solve takes at most about a tenth of a second.
  static let directLimit = 800

  var rewards: [Double]
  var offsets: [Int] = [0]
  var columns: [Int32] = []
  var weights: [Double] = []
  var discount: Double

  private var scratch: [Double]
  private var touched: [Int] = []

  init(states: Int, discount: Double) {
    rewards = []
    rewards.reserveCapacity(states)
    scratch = Array(repeating: 0, count: states)
    self.discount = discount
  }

  /// Adds `weight` to the chance of moving from the row being built to `state`.
  mutating func add(_ state: Int, _ weight: Double) {
    if scratch[state] == 0 { touched.append(state) }
    scratch[state] += weight
  }

  /// Ends the row being built.
  mutating func endRow(reward: Double) {
    rewards.append(reward)
    for state in touched.sorted() where scratch[state] != 0 {
      columns.append(Int32(state))
      weights.append(scratch[state])
      scratch[state] = 0
    }
    touched.removeAll(keepingCapacity: true)
    offsets.append(columns.count)
  }

  /// Solves V = r + δ C V.
  ///
  /// - Throws: `NumericalError` if the system is singular, which δ < 1 rules out, or if sweeps do
  ///   not settle: at most `maximumSweeps`, which δ up to 0.9999 stays well below.
  func values(maximumSweeps: Int = 1_000_000) throws -> [Double] {
    let count = rewards.count
    guard count > Self.directLimit else {
      var matrix = DenseMatrix(rows: count, columns: count)
      for row in 0..<count {
        for entry in offsets[row]..<offsets[row + 1] {
          matrix[row, Int(columns[entry])] -= discount * weights[entry]
        }
        matrix[row, row] += 1
      }
      return try solve(matrix, rewards)
    }
    return try gaussSeidel(maximumSweeps)
  }

  /// Alternating sweeps until no entry moves by more than rounding; contracts at least by δ.
  private func gaussSeidel(_ maximumSweeps: Int) throws -> [Double] {
    let count = rewards.count
    var values = [Double](repeating: 0, count: count)
    var scale = 0.0
    for reward in rewards { scale = max(scale, abs(reward)) }
    for sweep in 0..<maximumSweeps {
      var change = 0.0
      for step in 0..<count {
        let row = sweep % 2 == 0 ? step : count - 1 - step
        var own = 0.0
        var sum = rewards[row]
        for entry in offsets[row]..<offsets[row + 1] {
          let column = Int(columns[entry])
          if column == row {
            own += discount * weights[entry]
          } else {
            sum += discount * weights[entry] * values[column]
          }
        }
        let value = sum / (1 - own)
        change = max(change, abs(value - values[row]))
        scale = max(scale, abs(value))
        values[row] = value
      }
      if change <= 4e-16 * scale { return values }
    }
    throw NumericalError(
      routine: "policy evaluation", code: 11,
      reason: "\(count) states at discount \(discount) did not settle in \(maximumSweeps) sweeps; "
        + "lower the discount or use at most \(Self.directLimit) states")
  }
}
