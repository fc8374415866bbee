internal import Agents
internal import Environments
internal import Equilibria
internal import Statistics

/// The world of one agent that faces an announced m: what a method without a model draws from.
///
/// Payoffs are the expected ones, π(x, a, m). Freezing at another m rewrites the tables in place.
/// Copies are the same world.
struct FrozenWorld {
  let layout: MeanFieldLayout
  let stateCount: Int
  let discount: Double
  /// First row of each state, and the end.
  let rowOffsets: UnsafeMutablePointer<Int32>
  /// π of each row.
  let payoffs: UnsafeMutablePointer<Double>
  /// Next states of each row.
  let moves: AliasTable
  private let memory = TableMemory()

  init(_ game: any MeanFieldGame) {
    layout = game.layout
    stateCount = layout.stateCount
    discount = game.discount
    rowOffsets = memory.block(of: layout.stateCount + 1, repeating: 0)
    for (index, offset) in layout.rowOffsets.enumerated() { rowOffsets[index] = Int32(offset) }
    payoffs = memory.block(of: layout.rowCount, repeating: 0)
    moves = AliasTable(offsets: layout.transitionOffsets)
  }

  /// Takes up payoffs and transition law. Cost: one pass over the tables.
  func freeze(_ tables: FrozenTables) {
    payoffs.update(from: tables.payoffs, count: layout.rowCount)
    layout.nextStates.withUnsafeBufferPointer { outcomes in
      tables.probabilities.withUnsafeBufferPointer { probabilities in
        for row in 0..<layout.rowCount {
          let first = layout.transitionOffsets[row]
          moves.write(
            row, outcomes: outcomes.baseAddress! + first,
            probabilities: probabilities.baseAddress! + first)
        }
      }
    }
  }
}
