internal import Statistics

/// Running discounted payoffs by date, in a sketch a player and date.
///
/// Totals take too many values to count; a `QuantileSketch` keeps ranks within a bound that it
/// tracks. Sketches of blocks are merged in order of blocks.
final class TotalsFeature {
  let dates: [Int]
  private let players: Int
  private let capacity: Int
  /// `[player × date]`.
  private(set) var sketches: [QuantileSketch]
  private let tables: CellTables
  private let discounts: [Double]
  private var running: [Double]
  private var weights: [Double]
  private var date = 0
  private var next = 0

  /// The most dates charted: a sketch takes some 100 KB.
  static let largestDateCount = 21

  /// - Parameter discounts: of each player.
  init(_ tables: CellTables, discounts: [Double], periods: Int) {
    self.tables = tables
    self.discounts = discounts
    dates = Self.dates(periods: periods)
    players = discounts.count
    capacity = 1024
    running = Array(repeating: 0, count: players)
    weights = Array(repeating: 1, count: players)
    sketches = Array(repeating: QuantileSketch(capacity: capacity), count: players * dates.count)
  }

  /// Dates charted, from 0: evenly spaced with both ends.
  static func dates(periods: Int) -> [Int] {
    let count = min(periods, largestDateCount)
    if count == 1 { return [periods - 1] }
    return (0..<count).map { $0 * (periods - 1) / (count - 1) }
  }

  func beginBlock() {
    sketches = Array(repeating: QuantileSketch(capacity: capacity), count: players * dates.count)
  }

  func begin() {
    for player in 0..<players {
      running[player] = 0
      weights[player] = 1
    }
    date = 0
    next = 0
  }

  func consume(_ path: UnsafePointer<Int32>, count: Int) throws {
    let (payoffs, cells) = (tables.values, tables.cellCount)
    for t in 0..<count {
      let cell = Int(path[t])
      let growth = tables.growth?[cell] ?? 1
      for player in 0..<players {
        running[player] += weights[player] * payoffs[player * cells + cell]
        weights[player] *= discounts[player] * growth
      }
      if next < dates.count, dates[next] == date + t {
        for player in 0..<players {
          try sketches[player * dates.count + next].add(running[player])
        }
        next += 1
      }
    }
    date += count
  }
}
