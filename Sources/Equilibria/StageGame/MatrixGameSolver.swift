/// The value of a zero-sum matrix game and an optimal strategy of each player, by linear
/// programming.
///
/// The row player is paid A(i, j) by the column player. With every entry mapped onto
/// B = 1 + (A − min A)/(max A − min A), strategies and order are unchanged and the value of B, v, is
/// at least 1. The column player's program is
///
///     maximise Σⱼ yⱼ   subject to   Σⱼ B(i, j) yⱼ ≤ 1 for every i,   y ≥ 0
///
/// whose optimum is 1/v; v y is an optimal strategy of the column player and v times the dual
/// solution one of the row player (Dantzig 1951; Chvátal 1983, chapter 15). The primal simplex
/// method starts at y = 0; it takes the largest reduced cost, and after a number of pivots that is
/// never needed in practice Bland's (1977) first index, which cannot cycle.
///
/// Every answer carries its own proof: `gap` = max over i of (Ay)ᵢ − min over j of (x′A)ⱼ, formed from
/// the payoffs and the two strategies alone. Whatever x and y are, the true value lies between the
/// two terms. Where rounding leaves a gap above 1e-11 of the payoff range, the game is solved again
/// by the Lemke-Howson path of the game (A, −A), in up to 32 digits.
///
/// A saddle point in pure strategies is found by inspection; of several the lowest row, then the
/// lowest column. Where optimal strategies are many, which one is returned is deterministic and
/// nothing more. Cost: O(mn) a pivot, usually fewer than m + n of them. Solving allocates nothing,
/// but for the second attempt.
///
/// An object with scratch memory: one for each thread.
public final class MatrixGameSolver {
  /// x, an optimal strategy of the row player; the first `rows` entries.
  public let rowStrategy: UnsafeMutablePointer<Double>
  /// y, an optimal strategy of the column player; the first `columns` entries.
  public let columnStrategy: UnsafeMutablePointer<Double>
  /// The value: within `gap` / 2 of the true one.
  public private(set) var value = 0.0
  /// The duality gap, at least 0 but for rounding; in units of payoff.
  public private(set) var gap = 0.0
  /// Pivots made.
  public private(set) var pivots = 0

  private let maximumRows: Int
  private let maximumColumns: Int
  /// B, row-major.
  private let scaled: UnsafeMutablePointer<Double>
  /// Dictionary of the program, `[rows + 1][columns + 1]`: right-hand sides last in each row, the
  /// objective in the last row.
  private let tableau: UnsafeMutablePointer<Double>
  /// Which variable each row and column stands for: y is 0 ..< columns, slacks follow.
  private let basic: UnsafeMutablePointer<Int>
  private let nonbasic: UnsafeMutablePointer<Int>

  /// Room for games of up to so many actions.
  public init(maximumRows: Int, maximumColumns: Int) {
    precondition(maximumRows >= 1 && maximumColumns >= 1, "each player needs an action")
    self.maximumRows = maximumRows
    self.maximumColumns = maximumColumns
    rowStrategy = .allocate(capacity: maximumRows)
    columnStrategy = .allocate(capacity: maximumColumns)
    scaled = .allocate(capacity: maximumRows * maximumColumns)
    tableau = .allocate(capacity: (maximumRows + 1) * (maximumColumns + 1))
    basic = .allocate(capacity: maximumRows)
    nonbasic = .allocate(capacity: maximumColumns)
    rowStrategy.initialize(repeating: 0, count: maximumRows)
    columnStrategy.initialize(repeating: 0, count: maximumColumns)
    scaled.initialize(repeating: 0, count: maximumRows * maximumColumns)
    tableau.initialize(repeating: 0, count: (maximumRows + 1) * (maximumColumns + 1))
    basic.initialize(repeating: 0, count: maximumRows)
    nonbasic.initialize(repeating: 0, count: maximumColumns)
  }

  deinit {
    rowStrategy.deallocate()
    columnStrategy.deallocate()
    scaled.deallocate()
    tableau.deallocate()
    basic.deallocate()
    nonbasic.deallocate()
  }

  /// Solves the game of `payoffs`, finite, row-major, shape [rows × columns]; the answer is in the
  /// properties.
  public func solve(_ payoffs: UnsafePointer<Double>, rows: Int, columns: Int) {
    precondition(
      1...maximumRows ~= rows && 1...maximumColumns ~= columns, "the game is larger than the room")
    pivots = 0
    gap = 0
    if findSaddlePoint(payoffs, rows, columns) { return }
    var low = payoffs[0]
    var high = payoffs[0]
    for k in 1..<(rows * columns) {
      low = min(low, payoffs[k])
      high = max(high, payoffs[k])
    }
    // Halves, because the difference of two payoffs may overflow.
    let half = high / 2 - low / 2
    for k in 0..<(rows * columns) { scaled[k] = 1 + (payoffs[k] / 2 - low / 2) / half }
    pivot(rows, columns)
    readStrategies(rows, columns)
    var bounds = security(rows, columns)
    if !(bounds.high - bounds.low <= 1e-11) {
      retry(rows, columns)
      bounds = security(rows, columns)
    }
    gap = (bounds.high - bounds.low) * half * 2
    value = low + ((bounds.high - 1) + (bounds.low - 1)) * half
  }

  /// As above, for an array.
  public func solve(_ payoffs: [Double], rows: Int, columns: Int) {
    precondition(payoffs.count == rows * columns, "one payoff a pair of actions")
    payoffs.withUnsafeBufferPointer { solve($0.baseAddress!, rows: rows, columns: columns) }
  }

  private func findSaddlePoint(
    _ payoffs: UnsafePointer<Double>, _ rows: Int, _ columns: Int
  ) -> Bool {
    var (row, floor) = (0, -Double.infinity)
    for i in 0..<rows {
      var least = payoffs[i * columns]
      for j in 1..<max(columns, 1) { least = min(least, payoffs[i * columns + j]) }
      if least > floor { (row, floor) = (i, least) }
    }
    var (column, ceiling) = (0, Double.infinity)
    for j in 0..<columns {
      var most = payoffs[j]
      for i in 1..<max(rows, 1) { most = max(most, payoffs[i * columns + j]) }
      if most < ceiling { (column, ceiling) = (j, most) }
    }
    guard floor == ceiling else { return false }
    for i in 0..<rows { rowStrategy[i] = i == row ? 1 : 0 }
    for j in 0..<columns { columnStrategy[j] = j == column ? 1 : 0 }
    value = floor
    return true
  }

  /// The simplex method on `scaled`; the tableau holds the last dictionary
  /// basic = b − T · nonbasic, objective = z + c · nonbasic.
  private func pivot(_ rows: Int, _ columns: Int) {
    let width = columns + 1
    for i in 0..<rows {
      for j in 0..<columns { tableau[i * width + j] = scaled[i * columns + j] }
      tableau[i * width + columns] = 1
      basic[i] = columns + i
    }
    for j in 0..<columns {
      tableau[rows * width + j] = 1
      nonbasic[j] = j
    }
    tableau[rows * width + columns] = 0
    let patience = 4 * (rows + columns) + 16
    while pivots < 100 * patience {
      guard let entering = enteringColumn(rows, columns, firstIndex: pivots >= patience),
        let leaving = leavingRow(entering, rows, columns)
      else { return }
      exchange(leaving, entering, rows, columns)
      pivots += 1
    }
  }

  private func enteringColumn(_ rows: Int, _ columns: Int, firstIndex: Bool) -> Int? {
    let costs = tableau + rows * (columns + 1)
    var chosen: Int?
    for j in 0..<columns where costs[j] > 1e-13 {
      guard let current = chosen else {
        chosen = j
        continue
      }
      if firstIndex ? nonbasic[j] < nonbasic[current] : costs[j] > costs[current] { chosen = j }
    }
    return chosen
  }

  private func leavingRow(_ column: Int, _ rows: Int, _ columns: Int) -> Int? {
    let width = columns + 1
    var chosen: Int?
    var least = Double.infinity
    for i in 0..<rows where tableau[i * width + column] > 1e-12 {
      let ratio = tableau[i * width + columns] / tableau[i * width + column]
      if ratio < least || (ratio == least && basic[i] < basic[chosen!]) {
        (chosen, least) = (i, ratio)
      }
    }
    return chosen
  }

  private func exchange(_ row: Int, _ column: Int, _ rows: Int, _ columns: Int) {
    let width = columns + 1
    let pivotRow = tableau + row * width
    let inverse = 1 / pivotRow[column]
    for j in 0..<width where j != column { pivotRow[j] *= inverse }
    pivotRow[column] = inverse
    for i in 0...rows where i != row {
      let other = tableau + i * width
      let factor = other[column]
      if factor == 0 { continue }
      // The objective is a sum, not a difference: its constant moves the other way.
      for j in 0..<columns where j != column { other[j] -= factor * pivotRow[j] }
      other[columns] += (i == rows ? factor : -factor) * pivotRow[columns]
      other[column] = -factor * inverse
    }
    swap(&basic[row], &nonbasic[column])
  }

  private func readStrategies(_ rows: Int, _ columns: Int) {
    let width = columns + 1
    for i in 0..<rows { rowStrategy[i] = 0 }
    for j in 0..<columns { columnStrategy[j] = 0 }
    for i in 0..<rows where basic[i] < columns {
      columnStrategy[basic[i]] = max(tableau[i * width + columns], 0)
    }
    for j in 0..<columns where nonbasic[j] >= columns {
      rowStrategy[nonbasic[j] - columns] = max(-tableau[rows * width + j], 0)
    }
    normalise(rowStrategy, rows)
    normalise(columnStrategy, columns)
  }

  private func normalise(_ strategy: UnsafeMutablePointer<Double>, _ count: Int) {
    var sum = 0.0
    for k in 0..<count { sum += strategy[k] }
    for k in 0..<count { strategy[k] = sum > 0 ? strategy[k] / sum : 1 / Double(count) }
  }

  /// What x guarantees in B, and what y concedes.
  private func security(_ rows: Int, _ columns: Int) -> (low: Double, high: Double) {
    var low = Double.infinity
    for j in 0..<columns {
      var sum = 0.0
      for i in 0..<rows { sum += rowStrategy[i] * scaled[i * columns + j] }
      low = min(low, sum)
    }
    var high = -Double.infinity
    for i in 0..<rows {
      var sum = 0.0
      for j in 0..<columns { sum += scaled[i * columns + j] * columnStrategy[j] }
      high = max(high, sum)
    }
    return (low, high)
  }

  private func retry(_ rows: Int, _ columns: Int) {
    let payoffs = Array(UnsafeBufferPointer(start: scaled, count: rows * columns))
    guard
      let game = try? BimatrixGame(
        rows: rows, columns: columns, rowPayoffs: payoffs, columnPayoffs: payoffs.map { -$0 }),
      let found = try? LemkeHowson().solve(game), let equilibrium = found.equilibrium
    else { return }
    for i in 0..<rows { rowStrategy[i] = equilibrium.strategies[0][i] }
    for j in 0..<columns { columnStrategy[j] = equilibrium.strategies[1][j] }
  }
}
