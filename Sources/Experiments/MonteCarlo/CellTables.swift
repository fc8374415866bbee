internal import Agents
internal import Environments

/// What features look up at the cells of a path: numbers, events and states.
///
/// A cell of a game's path is a state with a joint action, and what it holds never changes. A market
/// of N agents takes too many values for that: the cells of its path are the dates of a stretch, and
/// what they hold is written as it is played. Features do not know the difference.
final class CellTables {
  private let memory = TableMemory()
  let cellCount: Int
  let quantityCount: Int
  /// `[quantity × cell]`, payoffs first.
  let values: UnsafeMutablePointer<Double>
  /// `[cell]`: a bit for each event that holds.
  let events: UnsafeMutablePointer<UInt64>
  /// `[cell]`.
  let states: UnsafeMutablePointer<Int32>
  /// `[cell]`: how payoffs grow on the way on; nil where they do not.
  private(set) var growth: UnsafeMutablePointer<Double>?

  /// Cells that hold nothing yet.
  init(cells: Int, quantities: Int) {
    cellCount = cells
    quantityCount = quantities
    values = memory.block(of: cells * quantities, repeating: 0)
    events = memory.block(of: cells, repeating: 0)
    states = memory.block(of: cells, repeating: 0)
  }

  /// The cells of a profile's play.
  convenience init(
    _ game: StochasticGame, _ tables: PathTables, quantities: [PathQuantity], events: [PathEvent]
  ) {
    self.init(cells: tables.cellCount, quantities: quantities.count)
    for (index, quantity) in quantities.enumerated() {
      for cell in 0..<cellCount {
        values[index * cellCount + cell] = quantity.values[tables.rows[cell]]
      }
    }
    for cell in 0..<cellCount {
      states[cell] = Int32(tables.states[cell])
      for (index, event) in events.enumerated() where event.states[tables.states[cell]] {
        self.events[cell] |= 1 << UInt64(index)
      }
    }
    guard let rows = game.growth else { return }
    let factors = memory.block(of: cellCount, repeating: 1.0)
    for cell in 0..<cellCount { factors[cell] = rows[tables.rows[cell]] }
    growth = factors
  }
}
