/// A finite two-player game in strategic form: the row player chooses one of `rows` actions, the
/// column player one of `columns`, and both are paid from a table.
///
/// Payoffs are flat and row-major, shape [row action × column action]: entry (i, j) sits at
/// `i * columns + j` in both tables. The row player maximises `rowPayoffs`, the column player
/// maximises `columnPayoffs` (written A and B in what follows).
public struct BimatrixGame: Sendable, Equatable {
  /// The number m ≥ 1 of the row player's actions.
  public let rows: Int
  /// The number n ≥ 1 of the column player's actions.
  public let columns: Int
  /// A, what the row player earns; shape [row action × column action], row-major.
  public let rowPayoffs: [Double]
  /// B, what the column player earns; shape [row action × column action], row-major.
  public let columnPayoffs: [Double]

  /// Checks and stores the two payoff tables.
  ///
  /// Throws `StageGameError` where a player has no action, a table has not `rows * columns`
  /// entries, an entry is NaN or infinite, or the difference of two entries of one table
  /// overflows.
  public init(
    rows: Int, columns: Int, rowPayoffs: [Double], columnPayoffs: [Double]
  ) throws(StageGameError) {
    guard rows >= 1, columns >= 1 else {
      throw .noActions(rows: rows, columns: columns)
    }
    for (player, table) in [rowPayoffs, columnPayoffs].enumerated() {
      let (expected, overflow) = rows.multipliedReportingOverflow(by: columns)
      guard !overflow, table.count == expected else {
        throw .wrongShape(player: player, rows: rows, columns: columns, entries: table.count)
      }
      var least = Double.infinity
      var greatest = -Double.infinity
      for (index, value) in table.enumerated() {
        guard value.isFinite else {
          throw .nonFinitePayoff(
            player: player, row: index / columns, column: index % columns, value: value)
        }
        least = min(least, value)
        greatest = max(greatest, value)
      }
      guard (greatest - least).isFinite else {
        throw .payoffRangeOverflow(player: player, least: least, greatest: greatest)
      }
    }
    self.rows = rows
    self.columns = columns
    self.rowPayoffs = rowPayoffs
    self.columnPayoffs = columnPayoffs
  }

  /// Both players' payoffs at the pure profile (row, column).
  public subscript(row: Int, column: Int) -> (row: Double, column: Double) {
    let index = self.index(row, column)
    return (rowPayoffs[index], columnPayoffs[index])
  }

  /// The payoff of `player` (0 row, 1 column) at the pure profile (row, column).
  public func payoff(of player: Int, row: Int, column: Int) -> Double {
    precondition(player == 0 || player == 1, "player must be 0 (row) or 1 (column)")
    return player == 0 ? rowPayoffs[index(row, column)] : columnPayoffs[index(row, column)]
  }

  private func index(_ row: Int, _ column: Int) -> Int {
    precondition(0..<rows ~= row && 0..<columns ~= column, "no such pure profile")
    return row * columns + column
  }

  /// (x′Ay, x′By): what the row and the column player expect at the mixed profile (x, y).
  ///
  /// `x` has one probability for each row action, `y` one for each column action. Plain summation,
  /// error about (m + n) ulp of the largest payoff; cost O(mn).
  public func expectedPayoffs(_ x: [Double], _ y: [Double]) -> (row: Double, column: Double) {
    precondition(x.count == rows && y.count == columns, "a strategy has one entry an action")
    var rowPayoff = 0.0
    var columnPayoff = 0.0
    for i in 0..<rows where x[i] != 0 {
      var rowSum = 0.0
      var columnSum = 0.0
      for j in 0..<columns {
        rowSum += rowPayoffs[i * columns + j] * y[j]
        columnSum += columnPayoffs[i * columns + j] * y[j]
      }
      rowPayoff += x[i] * rowSum
      columnPayoff += x[i] * columnSum
    }
    return (rowPayoff, columnPayoff)
  }

  /// The larger of the two players' gains from the best pure deviation,
  ///
  ///     max { max_i (Ay)_i − x′Ay,  max_j (B′x)_j − x′By },
  ///
  /// the certificate of every solver here: the profile is an ε-equilibrium exactly when this is at
  /// most ε, an equilibrium when it is 0. In units of payoff.
  ///
  /// Takes any profile, whoever produced it, and uses nothing but the payoff tables. Payoffs are
  /// first taken relative to the first action's against the same rival action, which leaves the
  /// gain unchanged and keeps full accuracy where payoffs share a large constant. Rounding can
  /// return a value of the order of −1e-16 times the payoff range at an exact equilibrium. A pair
  /// that is no profile (a negative entry, NaN, or a sum off 1 by more than 1e-9) returns infinity.
  /// Cost O(mn).
  public func maxRegret(_ x: [Double], _ y: [Double]) -> Double {
    precondition(x.count == rows && y.count == columns, "a strategy has one entry an action")
    guard Self.isDistribution(x), Self.isDistribution(y) else { return .infinity }
    var best = 0.0
    var own = 0.0
    for i in 0..<rows {
      var payoff = 0.0
      for j in 0..<columns { payoff += (rowPayoffs[i * columns + j] - rowPayoffs[j]) * y[j] }
      best = i == 0 ? payoff : max(best, payoff)
      own += x[i] * payoff
    }
    let rowRegret = best - own
    best = 0
    own = 0
    for j in 0..<columns {
      var payoff = 0.0
      for i in 0..<rows {
        payoff += (columnPayoffs[i * columns + j] - columnPayoffs[i * columns]) * x[i]
      }
      best = j == 0 ? payoff : max(best, payoff)
      own += y[j] * payoff
    }
    return max(rowRegret, best - own)
  }

  private static func isDistribution(_ p: [Double]) -> Bool {
    p.allSatisfy { $0 >= 0 } && abs(p.reduce(0, +) - 1) <= 1e-9
  }

  /// Whether the players are interchangeable: m = n and B = A′, entry by entry and exactly.
  public var isSymmetric: Bool {
    guard rows == columns else { return false }
    for i in 0..<rows {
      for j in 0..<columns
      where columnPayoffs[i * columns + j] != rowPayoffs[j * columns + i] {
        return false
      }
    }
    return true
  }

  /// For each player, the largest difference that player's own choice can make: the maximum over
  /// rival actions of the greatest less the least payoff. The natural unit of `maxRegret`.
  public var stakes: (row: Double, column: Double) {
    var row = 0.0
    var column = 0.0
    for j in 0..<columns {
      var least = Double.infinity
      var greatest = -Double.infinity
      for i in 0..<rows {
        least = min(least, rowPayoffs[i * columns + j])
        greatest = max(greatest, rowPayoffs[i * columns + j])
      }
      row = max(row, greatest - least)
    }
    for i in 0..<rows {
      var least = Double.infinity
      var greatest = -Double.infinity
      for j in 0..<columns {
        least = min(least, columnPayoffs[i * columns + j])
        greatest = max(greatest, columnPayoffs[i * columns + j])
      }
      column = max(column, greatest - least)
    }
    return (row, column)
  }
}
