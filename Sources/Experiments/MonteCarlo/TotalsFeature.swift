internal import Agents
internal import Statistics

/// Running discounted payoffs by date, in a sketch a player and date.
///
/// Totals take too many values to count; a `QuantileSketch` keeps ranks within a bound that it
/// tracks. Sketches of blocks are merged in order of blocks.
final class TotalsFeature {
  private let memory = TableMemory()
  private let tables: CellTables
  let dates: [Int]
  private let players: Int
  private let cells: Int
  /// `[player × date]`.
  private(set) var sketches: [QuantileSketch]
  private let empty: [QuantileSketch]
  /// `[player][cell]`.
  private let payoffs: UnsafeMutablePointer<Double>
  /// `[cell]`.
  private let growth: UnsafeMutablePointer<Double>?
  private let discounts: UnsafeMutablePointer<Double>
  /// `[player]`, at the date reached.
  private let running: UnsafeMutablePointer<Double>
  private let weights: UnsafeMutablePointer<Double>
  /// `[date]`, and a date that never comes.
  private let stops: UnsafeMutablePointer<Int>
  /// `[player × date][path]`, of paths that wait for their sketches.
  private let waiting: UnsafeMutablePointer<Double>
  private var filled = 0
  private var date = 0
  private var next = 0

  /// The most dates charted: a sketch takes some 100 KB.
  static let largestDateCount = 21
  /// Paths that wait at most.
  private static let room = 256

  /// - Parameter own: the discount of each player.
  init(_ tables: CellTables, discounts own: [Double], periods: Int) {
    self.tables = tables
    dates = Self.dates(periods: periods)
    players = own.count
    cells = tables.cellCount
    payoffs = tables.values
    growth = tables.growth
    let memory = memory
    discounts = memory.block(of: players, repeating: 0)
    for player in 0..<players { discounts[player] = own[player] }
    running = memory.block(of: players, repeating: 0)
    weights = memory.block(of: players, repeating: 1)
    stops = memory.block(of: dates.count + 1, repeating: .max)
    for (place, date) in dates.enumerated() { stops[place] = date }
    waiting = memory.block(of: players * dates.count * Self.room, repeating: 0)
    empty = Array(repeating: QuantileSketch(), count: players * dates.count)
    sketches = empty
  }

  /// Dates charted, from 0: evenly spaced with both ends.
  static func dates(periods: Int) -> [Int] {
    let count = min(periods, largestDateCount)
    if count == 1 { return [periods - 1] }
    return (0..<count).map { $0 * (periods - 1) / (count - 1) }
  }

  func beginBlock() {
    sketches = empty
    filled = 0
    date = 0
  }

  func begin() {
    for player in 0..<players {
      running[player] = 0
      weights[player] = 1
    }
    date = 0
    next = 0
  }

  /// Takes the next cells of a path.
  func consume(_ path: UnsafePointer<Int32>, count: Int) {
    let (first, began, filled) = (next, date, filled)
    for player in 0..<players {
      let column = payoffs + player * cells
      let discount = discounts[player]
      let (growth, stops) = (growth, stops)
      var (sum, weight) = (running[player], weights[player])
      var place = first
      var target = waiting + (player * dates.count + first) * Self.room + filled
      var t = 0
      while t < count {
        let cell = Int(path[t])
        sum += weight * column[cell]
        if let growth { weight *= discount * growth[cell] } else { weight *= discount }
        if began &+ t == stops[place] {
          target.pointee = sum
          target += Self.room
          place &+= 1
        }
        t &+= 1
      }
      (running[player], weights[player]) = (sum, weight)
      next = place
    }
    date = began + count
  }

  /// Ends the path.
  ///
  /// - Throws: `NumericalError` if a total is not finite.
  func end() throws {
    filled += 1
    if filled == Self.room { try flush() }
  }

  /// Puts the paths that still wait into the sketches.
  ///
  /// - Throws: `NumericalError` if a total is not finite.
  func endBlock() throws { try flush() }

  private func flush() throws {
    for place in sketches.indices {
      try sketches[place].add(
        UnsafeBufferPointer(start: waiting + place * Self.room, count: filled))
    }
    filled = 0
  }
}
