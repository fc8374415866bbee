/// Payoffs and partial sums of the transition law at the values of M that play brings up.
///
/// A direct-mapped memory of tables: few agents bring up few values of M, and writing the tables of a
/// value costs far more than a period of play. Where the law does not depend on m it is summed once;
/// where it is constant between breakpoints a piece is one value. What it returns depends on m alone,
/// never on what was asked before. All memory is taken at the start.
struct MarketTables: Sendable {
  private let game: any MeanFieldGame
  /// The game, if it writes single rows; they are then written when they are first taken.
  private let rowwise: (any RowwiseMeanFieldGame)?
  /// `[slot × row]`, where rows are written one by one.
  private var isWritten: [Bool]
  private let layout: MeanFieldLayout
  private let hasFixedLaw: Bool
  private let breakpoints: [Double]
  private var written: FrozenTables
  /// The m of each slot, `[slot × scalar]`; not a number where a slot is empty.
  private var keys: [Double]
  private let slotCount: Int
  /// `[slot × row]`.
  private(set) var payoffs: [Double]
  /// `[slot × transition]`, or one slot where the law is fixed; the last of a row is 2, so that a
  /// scan ends inside it.
  private(set) var cumulative: [Double]

  /// - Parameter memory: bytes to fill with tables, about.
  init(_ game: any MeanFieldGame, memory: Int = 8 << 20) {
    self.game = game
    rowwise = game as? any RowwiseMeanFieldGame
    let layout = game.layout
    self.layout = layout
    written = FrozenTables(layout)
    var fixed = false
    var points: [Double] = []
    switch game.dependence {
    case .affinePayoffs: fixed = true
    case .constantBetween(let breakpoints): points = breakpoints
    case .general: break
    }
    hasFixedLaw = fixed
    breakpoints = points
    let size = 8 * (layout.rowCount + (fixed ? 0 : layout.nextStates.count))
    var slots = 1
    let wanted = points.isEmpty ? 1024 : 2 * points.count + 2
    while slots < wanted, 2 * slots * size <= memory { slots *= 2 }
    slotCount = slots
    keys = [Double](repeating: .nan, count: slots * layout.scalarCount)
    payoffs = [Double](repeating: 0, count: slots * layout.rowCount)
    isWritten = [Bool](repeating: false, count: rowwise == nil ? 0 : slots * layout.rowCount)
    cumulative = [Double](repeating: 0, count: (fixed ? 1 : slots) * layout.nextStates.count)
    if fixed {
      game.write(at: layout.interactionRange.map(\.lowerBound), to: &written)
      for row in 0..<layout.rowCount { sumLaw(of: row, into: 0) }
    }
  }

  /// Where the tables at m begin: in `payoffs`, and in `cumulative`. Only `rows` need be there.
  mutating func find(_ m: [Double], rows: [Int32]) -> (payoffs: Int, cumulative: Int) {
    let scalars = layout.scalarCount
    let key = breakpoints.isEmpty ? m[0] : Double(piece(m[0]))
    var bits = key.bitPattern
    for scalar in 1..<max(1, scalars) { bits = bits &* 31 &+ m[scalar].bitPattern }
    // The golden-ratio hash of Knuth, The Art of Computer Programming, volume 3, section 6.4.
    let slot = Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) >> 32) & (slotCount - 1)
    let place = (slot * layout.rowCount, hasFixedLaw ? 0 : slot * layout.nextStates.count)
    var isKnown = keys[slot * scalars] == key
    for scalar in 1..<max(1, scalars) where keys[slot * scalars + scalar] != m[scalar] {
      isKnown = false
    }
    if !isKnown {
      keys[slot * scalars] = key
      for scalar in 1..<max(1, scalars) { keys[slot * scalars + scalar] = m[scalar] }
    }
    if let rowwise {
      if !isKnown { for row in 0..<layout.rowCount { isWritten[place.0 + row] = false } }
      for row in rows where !isWritten[place.0 + Int(row)] {
        rowwise.write(row: Int(row), at: m, to: &written)
        isWritten[place.0 + Int(row)] = true
        payoffs[place.0 + Int(row)] = written.payoffs[Int(row)]
        if !hasFixedLaw { sumLaw(of: Int(row), into: place.1) }
      }
    } else if !isKnown {
      game.write(at: m, to: &written)
      for row in 0..<layout.rowCount { payoffs[place.0 + row] = written.payoffs[row] }
      if !hasFixedLaw { for row in 0..<layout.rowCount { sumLaw(of: row, into: place.1) } }
    }
    return place
  }

  /// The number of breakpoints up to m.
  private func piece(_ m: Double) -> Int {
    var low = 0
    var high = breakpoints.count
    while low < high {
      let middle = (low + high) / 2
      if breakpoints[middle] <= m { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private mutating func sumLaw(of row: Int, into first: Int) {
    var sum = 0.0
    let entries = layout.transitionOffsets[row]..<layout.transitionOffsets[row + 1]
    for entry in entries {
      sum += written.probabilities[entry]
      cumulative[first + entry] = sum
    }
    // The last successor of positive probability takes what rounding leaves.
    for entry in entries.reversed() {
      cumulative[first + entry] = 2
      if written.probabilities[entry] > 0 { break }
    }
  }
}
